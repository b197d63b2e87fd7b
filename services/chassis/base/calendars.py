"""What every calendar of ours begins with (iCalendar, RFC 5545), whoever's it is."""

from datetime import timedelta

from icalendar import Calendar

from services.chassis.base.plain_text import plain_line
from services.chassis.base.wording import LONDON

MEDIA = "text/calendar"
TYPE = f"{MEDIA}; charset=utf-8"
LOOKED_AT_EACH = timedelta(hours=6)
"""So often a client that obeys it asks for news of an address."""


def begun(network: str, *, of: str, called: str) -> Calendar:
    """A calendar without events. `of`: what kind it is, a word in its PRODID; `called`: its name as programs show it.

    There is no METHOD: these are events to keep, not an invitation that is to be answered (RFC 5546), so DTSTAMP says
    when they came to be so.
    """
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", f"-//{plain_line(network)}//{of}//EN")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", plain_line(called))
    calendar.add("x-wr-calname", plain_line(called))
    calendar.add("x-wr-timezone", LONDON.key)
    calendar.add("refresh-interval", LOOKED_AT_EACH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    return calendar
