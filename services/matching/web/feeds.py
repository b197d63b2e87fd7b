"""The common feed for machines: what is open, for any other site and program, without signing in."""

from fastapi import APIRouter

from services.matching.web import atom, calendar_feed, json_feed, rpde
from services.matching.web.searches import alternates as alternates

router = APIRouter()
for _part in (rpde, json_feed, atom, calendar_feed):
    router.include_router(_part.router)
