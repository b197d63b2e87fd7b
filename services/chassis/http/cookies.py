"""Cookies as they were sent, by exactly their names.

A name that begins with `__Host-` is worth something only if nobody else can send it: browsers keep it from every other
host. The framework's own reader takes away what counts as space around a name, and keeps the last of two; so a
neighbouring site could set a cookie whose name is `__Host-…` to that reader and to no browser.
"""

from fastapi import Request

_AROUND = " \t"


def cookie(request: Request, name: str) -> str | None:
    """The value; None when there is none, or two that differ, of which one may be a neighbour's."""
    pairs = (pair.partition("=") for line in request.headers.getlist("cookie") for pair in line.split(";"))
    found = {value.strip(_AROUND).strip('"') for key, is_pair, value in pairs if is_pair and key.strip(_AROUND) == name}
    return found.pop() if len(found) == 1 else None
