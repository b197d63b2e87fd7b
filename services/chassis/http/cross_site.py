"""Where a request comes from: our own pages, or another site that borrows the visitor's cookies to write in their name.

Browsers say it in `Sec-Fetch-Site`; older ones in `Origin`, the oldest in `Referer`. What changes nothing may come from
anywhere, and so may a write that shows a bearer token, which no browser sends by itself. Every other write of another
site is refused before it is read, in one place (the middleware), so nothing of it is ever shown or acted on.
"""

from typing import Literal
from urllib.parse import urlsplit

from fastapi import Request

from services.chassis.base.refusals import Refused
from services.chassis.http.request import site_of

SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
_OURS = ("same-origin", "none")
"""`none`: the person did it themselves, by a bookmark or by loading again a page that they had sent."""
_PORTS = {"http": 80, "https": 443}

Whence = Literal["ours", "foreign", "unknown"]


class FromAnotherSite(Refused, slug="from-another-site", title="This did not come from our pages", status=403):
    """Another website sent this in your name, so nothing was done with it and nothing has changed. If you meant to do
    it, open the page here and fill it in yourself."""


def whence(request: Request) -> Whence:
    """Where the request comes from; unknown when it says nothing at all, as programs and a few old browsers do."""
    if told := request.headers.getlist("sec-fetch-site"):
        return "ours" if all(one in _OURS for one in told) else "foreign"
    told = request.headers.getlist("origin") or request.headers.getlist("referer")
    if not told:
        return "unknown"
    return "ours" if all(is_ours(request, one) for one in told) else "foreign"


def must_not_be_foreign(request: Request) -> None:
    """Raises FromAnotherSite for a write of another site that only a cookie, or nothing, lets in."""
    if request.method in SAFE or request.headers.get("authorization", "").startswith("Bearer "):
        return
    if whence(request) == "foreign":
        raise FromAnotherSite


def is_ours(request: Request, address: str) -> bool:
    """Whether an Origin or Referer is of this site, as its setting names it or as the browser asked for it (Host).

    A proxy may have changed the scheme on the way, so the Host counts by either; but a page that came without TLS is
    never one of a site that has it: whoever sits on the wire could have written it.
    """
    base = site_of(request).settings.base_url
    sent = _origin(address)
    if sent is None:
        return False
    if sent == _origin(base):
        return True
    scheme, _, _ = sent
    if site_of(request).is_https and scheme != "https":
        return False
    return sent == _origin(f"{scheme}://{request.headers.get('host', '')}")


def _origin(address: str) -> tuple[str, str, int] | None:
    """Scheme, host and port; None for what has none, such as `null`."""
    try:
        parts = urlsplit(address)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname and port else None
