"""Ringing people: what came of a call, when they are rung again, and when we stop and write instead.

Nobody who does not answer is rung at the same part of the day again before the others were tried, and nobody more than
three times for the same news: then a letter goes where they said that we may write, else they are shown as not reached.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from uuid import UUID

from services.chassis.base.refusals import Refused
from services.notifications.domain.contact import Contact, Part, Unreached
from services.notifications.domain.kinds import LONDON
from services.notifications.domain.message import AlreadyTold

Outcome = Literal["told", "no_answer", "wrong_number", "later", "declined"]
PARTS: dict[Part, int] = {"morning": 9, "afternoon": 12, "evening": 17}
"""Each part of the day, and the hour in London at which it begins."""
LAST_HOUR = 20
"""Nobody is rung from this hour of the evening on."""
MOST_TRIES = 3
"""Of each kind of day one (after the practice of survey callers: the same hour again finds the same nobody)."""
SATURDAY = 5
CHOICES_AHEAD = 9
"""Parts of days that are offered for "ring me later"."""
MOST_DAYS_AHEAD = 30


class CallNeedsTime(Refused, slug="call-needs-time", status=422, field="again"):
    """Choose when they would like to be rung again. It has to be a time that is still to come, within 30 days."""


class NobodyToRing(AlreadyTold, slug="nobody-to-ring", title="There is nothing to ring about any more", status=409):
    """There is nothing more to tell this person: somebody has told them, or it goes to them in another way now."""


@dataclass(frozen=True)
class Call:
    """One call to one person about all that waited for them. `again_at`: when they are to be rung next."""

    id: UUID
    person_id: UUID
    organisation_id: UUID
    rung_by: UUID
    rung_at: datetime
    part: Part
    outcome: Outcome
    about: int
    again_at: datetime | None = None


@dataclass(frozen=True)
class Rang:
    """What somebody says came of a call. `told`: ids of what they said; `again`: when the person asked to be rung."""

    outcome: Outcome
    told: Collection[UUID] = ()
    again: tuple[date, Part] | None = None


@dataclass(frozen=True)
class Ends:
    """What follows from a call for what waited: told, rung again, written instead, or not reached and why."""

    told: bool = False
    again_at: datetime | None = None
    write_instead: bool = False
    unreached: Unreached | None = None


def part_of(at: datetime) -> Part:
    """The part of the day in London. Before the first it counts as the first, after the last as the last."""
    hour = at.astimezone(LONDON).hour
    begun: list[Part] = [part for part, first in PARTS.items() if first <= hour]
    return begun[-1] if begun else "morning"


def ends(
    outcome: Outcome, *, contact: Contact | None, tried: Sequence[Part], again: tuple[date, Part] | None, now: datetime
) -> Ends:
    """`tried`: parts of the day at which nobody answered about the same news, this call among them. Raises
    CallNeedsTime for "later" without a time that can be.
    """
    if outcome == "told":
        return Ends(told=True)
    if outcome == "later":
        return Ends(again_at=_chosen(again, now))
    if outcome == "declined":
        return Ends(unreached="declined")
    if outcome == "no_answer" and (next_at := next_try(tried, contact=contact, now=now)):
        return Ends(again_at=next_at)
    writes = contact is not None and contact.letters_to is not None
    return Ends(write_instead=writes, unreached="no_answer" if outcome == "no_answer" else "wrong_number")


def next_try(tried: Sequence[Part], *, contact: Contact | None, now: datetime) -> datetime | None:
    """The soonest part of a working day that was not tried yet; of the one that somebody asked for, the next of them.

    None after three tries.
    """
    if len(tried) >= MOST_TRIES:
        return None
    asked = contact.ring_in if contact else "any"
    good = {part for part in PARTS if part not in tried} if asked == "any" else {asked}
    return min((starts(day, part) for day, part in ahead(now, days=7) if part in good), default=None)


def starts(day: date, part: Part) -> datetime:
    return datetime.combine(day, time(PARTS[part]), LONDON)


def ahead(now: datetime, *, days: int) -> list[tuple[date, Part]]:
    """The parts of the coming working days that have not begun yet, in their order."""
    today = now.astimezone(LONDON).toordinal()
    coming = [date.fromordinal(today + number) for number in range(days + 1)]
    return [(day, part) for day in coming if day.weekday() < SATURDAY for part in PARTS if starts(day, part) > now]


def _chosen(again: tuple[date, Part] | None, now: datetime) -> datetime:
    if again is None:
        raise CallNeedsTime
    at = starts(*again)
    if not now < at <= now + timedelta(days=MOST_DAYS_AHEAD):
        raise CallNeedsTime
    return at
