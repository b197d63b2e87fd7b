"""What an organisation arranges of what people with a place there need: each need at each session is a booking.

By the Accessible Information Standard (DAPB1605): whoever was told of a need meets it, and the person can see so.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from schemas.engagements import ARRANGEMENT_STATUSES
from schemas.recruitment import ACCESS_NEEDS, FORMATS, WAYS_TO_TALK, Needs
from services.chassis.base.refusals import NotFound, Refused
from services.chassis.base.typed.text import OR_MISSING, Line, Lines

NEEDED = (*ACCESS_NEEDS, *(code for code in FORMATS if code not in ACCESS_NEEDS), *WAYS_TO_TALK)
ASKED, BOOKED, CONFIRMED, FAILED, NOT_NEEDED = "asked", "booked", "confirmed", "failed", "not_needed"
State = Literal["asked", "booked", "confirmed", "failed"]
Pays = Literal["", "organisation", "payer", "nobody", "other"]


class NotAskedFor(Refused, slug="not-asked-for", title="This is not asked for any more", status=409):
    """This is not asked for any more, or its session has begun or was cancelled. Load the page again, and look at what
    this person needs.
    """


class SayWithWhom(Refused, slug="booked-with-whom", status=422, field="with_whom"):
    """Say with whom it is booked: the person who needs it sees that."""


class SayWhyNot(Refused, slug="say-why-not", status=422, field="why_failed"):
    """Say why it cannot be had: the person who needs it reads that, and can say what would help."""


class SayWhoPays(Refused, slug="say-who-pays", status=422, field="who_pays_words"):
    """Say who pays for it, or choose another answer above."""


class NotAColleague(Refused, slug="not-a-colleague", status=422, field="owner"):
    """Choose somebody who works for your organisation, or leave it as it is."""


class Arranging(BaseModel):
    """How far one need is, at one session or at all that are to come. Only its organisation and its person see it."""

    model_config = ConfigDict(extra="forbid")
    state: State = Field(title="how far it is")
    with_whom: Line = Field(default="", title="with whom it is booked", max_length=200)
    why_failed: Lines = Field(default="", title="why it cannot be had", max_length=500)
    who_pays: Pays = Field(default="", title="who pays for it")
    who_pays_words: Line = Field(default="", title="who else pays for it", max_length=200)
    owner: Annotated[UUID | None, OR_MISSING] = Field(default=None, title="who sees to it")


@dataclass(frozen=True)
class Booking:
    """One need at one session. `before`: what it was for the time at which the session was to begin before it moved."""

    need: str
    state: str = ASKED
    with_whom: str = ""
    why_failed: str = ""
    who_pays: str = ""
    who_pays_words: str = ""
    owner: UUID | None = None
    before: str = ""
    before_at: datetime | None = None
    changed_by: UUID | None = None
    changed_at: datetime | None = None

    def for_another_time(self, was_at: datetime) -> "Booking":
        """The session has moved: what was settled for the old time is asked for again, and what it was is kept."""
        if self.state == ASKED:
            return self
        return replace(self, state=ASKED, before=self.state, before_at=was_at)


def was_ready(need: str, by: UUID, at: datetime) -> Booking:
    """What was ticked as arranged for a whole role, before there were bookings."""
    return Booking(need, CONFIRMED, owner=by, changed_by=by, changed_at=at)


def check(said: Arranging) -> None:
    """Raises SayWithWhom, SayWhyNot or SayWhoPays."""
    if said.state == BOOKED and not said.with_whom:
        raise SayWithWhom
    if said.state == FAILED and not said.why_failed:
        raise SayWhyNot
    if said.who_pays == "other" and not said.who_pays_words:
        raise SayWhoPays


def asked_for(needs: Needs | None) -> tuple[str, ...]:
    """Every need that can be met, as codes: what there has to be, the format of papers, how to talk with somebody."""
    if needs is None:
        return ()
    wanted = {*needs.needs, needs.format, *needs.ways_to_talk} - {FORMATS[0]}
    return tuple(code for code in NEEDED if code in wanted)


def status_of(bookings: Iterable[Booking]) -> str:
    """That of the least settled; not needed where there is none."""
    states = [one.state for one in bookings]
    return min(states, key=ARRANGEMENT_STATUSES.index) if states else NOT_NEEDED


def booked(booking: Booking, said: Arranging, *, by: UUID, now: datetime) -> Booking:
    """As the organisation says it is now. Whoever says it first sees to it, unless they name a colleague."""
    asks_again = said.state == ASKED
    return replace(
        booking,
        state=said.state,
        with_whom=said.with_whom,
        why_failed=said.why_failed if said.state == FAILED else "",
        who_pays=said.who_pays,
        who_pays_words=said.who_pays_words if said.who_pays == "other" else "",
        owner=said.owner or booking.owner or by,
        before=booking.before if asks_again else "",
        before_at=booking.before_at if asks_again else None,
        changed_by=by,
        changed_at=now,
    )


def replaced(bookings: Iterable[Booking], need: str, change: Callable[[Booking], Booking]) -> tuple[Booking, ...]:
    """The same with one of them changed. Raises NotAskedFor where there is none for the need."""
    found = tuple(change(one) if one.need == need else one for one in bookings)
    if all(one.need != need for one in found):
        raise NotAskedFor
    return found


def of_need(bookings: Iterable[Booking], need: str) -> Booking:
    """Raises NotFound."""
    for one in bookings:
        if one.need == need:
            return one
    raise NotFound
