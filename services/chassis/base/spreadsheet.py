"""Lines of a CSV file (RFC 4180) that a spreadsheet opens, shows as they are, and does nothing that they say."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import cast

from services.chassis.base.periods import LONDON

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads é as Ã©; whatever else reads UTF-8 skips it."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How something begins that a spreadsheet would reckon, open or send (OWASP, "CSV Injection")."""


def lines_of(rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([cell(one) for one in row] for row in rows)
    return out.getvalue()


def typed_of(shown: str) -> str:
    """What stood in a cell before `cell` made a text of it: lists that we gave come back, mended."""
    return shown[1:] if shown.startswith("'") and shown[1:].lstrip(" ").startswith(_FORMULA) else shown


def cell(value: object) -> object:
    """A value as text; moments are London's. What begins as a formula is shown and not done."""
    if isinstance(value, list):
        value = ", ".join(str(one) for one in cast("list[object]", value))
    if isinstance(value, str):
        return f"'{value}" if value.lstrip(" ").startswith(_FORMULA) else value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.astimezone(LONDON if value.tzinfo else UTC).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else value
