"""Where somebody can go on from a page that says no: the thing itself as it is now, or what is above it."""

from typing import Any
from urllib.parse import urlsplit

from fastapi import Request

from schemas.links import HOME
from services.chassis.http.addresses import helping, leads
from services.chassis.http.cross_site import is_ours
from services.chassis.http.methods import route_for
from services.chassis.http.request import is_local


def has_page(request: Request, path: str = "") -> bool:
    """Whether there is a page at this path; at the one that something was sent to, where none is given."""
    return is_local(path or request.scope["path"]) and route_for(request, "GET", path) is not None


def way_on(request: Request, status: int) -> dict[str, Any]:
    """`next_href` and `next_words`, empty where there is nothing better than the front page.

    After a form the page of the thing that it was about, which says how it is now; where that is not for whoever asks,
    their home. A page is never its own way on: it would say no again.
    """
    if status in (401, 403):
        if whom := helping(request):
            return {"next_href": whom.home, "next_words": f"All that you can do for {whom.called}"}
        signed_in = getattr(request.state, "account_id", None) is not None
        return {"next_href": HOME, "next_words": "Go to your home page"} if signed_in else {}
    parts = request.url.path.strip("/").split("/")
    above = ["/" + "/".join(parts[:length]) for length in range(len(parts) - 1, 0, -1)]
    found = next((path for path in above if has_page(request, path)), "")
    words = "Look at how things are now" if request.method == "POST" else "Go one step up"
    return {"next_href": found, "next_words": words} if found else {}


def as_left(request: Request, path: str) -> str:
    """The page at this path as whoever asks left it for this one: with what they looked for, its order, and how far
    they were. As it is where they come from elsewhere.

    Browsers say it (Referer). It can lead to this path alone, whatever is sent.
    """
    came = request.headers.get("referer", "")
    if "?" not in came or not is_ours(request, came):
        return path
    parts = urlsplit(came)
    left = f"{path}?{parts.query}"
    return left if parts.path == leads(request, path) and is_local(left) else path


def was_narrowed(headers: list[tuple[bytes, bytes]]) -> bool:
    """Whether they come from a page that had something chosen, so that `as_left` may lead elsewhere for them."""
    return any(name == b"referer" and b"?" in value for name, value in headers)
