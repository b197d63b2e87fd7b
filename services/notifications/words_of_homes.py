"""The words of home pages: what comes next for a person, and how much of what waits where they work."""

from datetime import datetime, timedelta
from urllib.parse import quote

from services.chassis.base.periods import london_day
from services.chassis.base.wording import days, many
from services.notifications.store.mine import WorksAt

JOINING: dict[str, str] = {
    "asked": "We have your name",
    "sent": "Sent. We are reading it",
    "talk": "We talk with you",
    "talked": "We have talked with you",
    "more": "We have asked you something",
    "times": "We have offered you times for a talk",
    "again": "Somebody else looks at it again",
    "declined": "Not now",
}
JOINING_NEXT: dict[str, str] = {
    "asked": "Somebody from the welcome team gets in touch with you, in the way that you asked for.",
    "sent": "Somebody from the welcome team reads what you wrote, and gets in touch with you.",
    "talk": "We talk. After it, the welcome team answers you.",
    "talked": "The welcome team answers you.",
    "more": "You answer our question.",
    "times": "You choose a time for a talk.",
    "again": "Somebody else from the welcome team looks at it, and answers you.",
}
"""What comes next for whoever has not joined, in their own words and ours."""


def map_of(place: str) -> str:
    """Where a place is looked for on a map: another website, which hears of it when the link is followed."""
    return f"https://www.openstreetmap.org/search?query={quote(place, safe='')}"


def how_soon(starts_at: datetime, hours: float, now: datetime) -> str:
    """In how many days it begins: "today", "tomorrow", "in 5 days"; or that it goes on."""
    if starts_at <= now < starts_at + timedelta(hours=hours):
        return "now"
    ahead = (london_day(starts_at) - london_day(now)).days
    return {0: "today", 1: "tomorrow"}.get(ahead, f"in {days(ahead)}")


def since_when(since: datetime, now: datetime) -> str:
    """For how long the oldest of several has waited: "since today", "6 days"."""
    passed = (london_day(now) - london_day(since)).days
    return days(passed) if passed else "since today"


def waits_there(at: WorksAt, now: datetime) -> str:
    if not at.waiting or at.since is None:
        return "nothing waits for you there"
    longest = since_when(at.since, now)
    return f"{many(at.waiting, 'thing waits', 'things wait')} for you, the longest {longest}"
