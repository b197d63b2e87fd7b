"""What programs look for at an address that every website has: what search engines may read, who hears of weaknesses.

The front desk's, for all rooms: it answers what no other does.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas.links import FEED, GLOSSARY, ORGANISATIONS, ROBOTS, SECURITY_TXT, SITEMAP
from services.chassis.base.hands import Person, Visitor
from services.chassis.base.settings import Settings
from services.chassis.http import entry
from services.chassis.http.microcache import for_everybody
from services.chassis.http.request import open_transaction, site_of

router = APIRouter()
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
FOR_AN_HOUR = "public, max-age=3600"
GOOD_FOR = timedelta(days=180)
"""RFC 9116 advises less than a year."""
PRIVATE = (
    "/*/mine",
    "/*/for/",
    "/api/",
    "/claims",
    "/engagements/interest/",
    "/home",
    "/join/apply",
    "/matches/roles/",
    "/messages",
    "/ops",
    "/payments",
    "/people",
    "/profile",
    "/sign-in",
    "/sign-out",
)
"""What asks for a sign-in, or is made for one person. It is no secret that it is there, and no rule here guards it."""
_ENDLESS = (f"{FEED}?", f"{ORGANISATIONS}?", f"{GLOSSARY}?", "/training?")
"""Lists narrowed, ordered and gone on with in more ways than anybody wants to look at. What is on them is in the
sitemap."""


@router.get(ROBOTS)
async def robots(request: Request, acting: Anyone) -> Response:
    return _text(request, robots_txt(site_of(request).settings))


@router.get(SECURITY_TXT)
async def security(request: Request, acting: Anyone) -> Response:
    async with open_transaction(request, acting) as tx:
        now = tx.now
    return _text(request, security_txt(site_of(request).settings, now))


def robots_txt(settings: Settings) -> str:
    """Of a demonstration nothing is to be found: nobody in it is real, and no role."""
    if settings.profile == "demo":
        return "User-agent: *\nDisallow: /\n"
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in (*PRIVATE, *_ENDLESS)), f"Allow: {SITEMAP}"]
    return "\n".join([*lines, "", f"Sitemap: {settings.base_url}{SITEMAP}", ""])


def security_txt(settings: Settings, now: datetime) -> str:
    """RFC 9116. `Expires` goes on with the days, at midnight UTC, so that it is the same all day."""
    until = (now.astimezone(UTC) + GOOD_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {contact_of(settings)}",
        f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
        f"Canonical: {settings.base_url}{SECURITY_TXT}",
    ]
    if settings.security_policy:
        lines.append(f"Policy: {settings.security_policy}")
    return "\n".join([*lines, ""])


def contact_of(settings: Settings) -> str:
    """As a URI: where reports go, else where complaints go, else the network's phone, which anybody can ring."""
    if settings.security_to.startswith("https:"):
        return settings.security_to
    if address := settings.security_to or settings.complaints_to:
        return f"mailto:{address}"
    digits = re.sub(r"[^0-9+]", "", settings.phone)
    return "tel:" + (f"+44{digits[1:]}" if digits.startswith("0") else digits)


def _text(request: Request, text: str) -> Response:
    return for_everybody(request, Response(text, media_type="text/plain; charset=utf-8"), cache_control=FOR_AN_HOUR)
