"""A concern: what somebody is worried about, or a "no" that somebody else looks at again. Never read by its subject."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from pydantic import BaseModel, Field

from schemas import links
from schemas.event import Waiting
from services.chassis.base.choices import Choice, Choices, unless
from services.chassis.base.refusals import Refused
from services.chassis.base.typed.numbers import Whole
from services.chassis.base.working_days import end_of_working_day
from services.notifications.domain.readers import Readers

About = Literal["coordinator", "contact", "team", "organisation", "network", "other"]
"""What a concern is about: who looks after somebody; who answers for a role of theirs; everybody who answers at an
organisation; something there that is nobody; the network, or anybody there; something else. A growing list."""
ABOUT: tuple[str, ...] = get_args(About)
Thing = Literal["engagement", "claim"]
READERS = frozenset({"admin"})
"""Who reads a concern at an organisation. Not coordinators: it is about them, or their desk, more often than not."""
LOOK_AGAIN: dict[str, frozenset[str]] = {
    "engagement": frozenset({"admin", "coordinator"}),
    "claim": frozenset({"admin", "approver"}),
}
"""Who looks at a "no" again: whoever could have said something else."""
MOST_ANSWERS = 20


class NobodyMayRead(Refused, slug="nobody-may-read-it", status=422, field="to"):
    """Everybody who would read it there is somebody it is about. Send it to the network if it is not about the network,
    or turn to somebody outside."""


class AboutYou(Refused, slug="concern-about-you", title="Somebody else writes this down", status=403):
    """This is about you, so you cannot write it down or read it. Ask a colleague to ring this person."""

    what_to_do = ""


class Closed(Refused, slug="concern-closed", title="This is closed", status=409):
    """This is closed. Its person reads what came of it, and can say once that it is not settled."""


class NotClosed(Refused, slug="concern-open", title="There is no answer yet", status=409):
    """There is no last answer yet. You are told when there is one."""


class SaidAlready(Refused, slug="not-settled-already", title="Somebody else has looked at it already", status=409):
    """Somebody else has looked at it already. If it is still not settled, ask somebody outside."""


class AtTheNetwork(Refused, slug="concern-at-network", title="The network has it already", status=409):
    """The network has this already."""


class NotToHandOn(Refused, slug="not-to-hand-on", title="It cannot be handed on", status=409):
    """This can only be answered here: it is about no organisation that the network could ask the person about."""


class AskedAlready(Refused, slug="asked-to-hand-on", title="The person was asked already", status=409):
    """The person was asked already whether the organisation may have this. They are asked once."""


class EnoughAnswers(Refused, slug="enough-answers", title="Close it with your last answer", status=409):
    """This has as many answers as one concern can have. Talk to the person, then close it."""


class Concerns(BaseModel):
    """Within how many working days somebody answers, and how long what was said is kept."""

    answer_days: Whole = Field(
        ge=1, le=30, title="the working days to answer a concern", description="After the day on which it was sent."
    )
    second_look_days: Whole = Field(
        ge=1, le=30, title="the working days to look at a no again", description="After the day on which it was asked."
    )
    keep_concerns_days: Whole = Field(
        ge=90, le=3660, title="the days for which a closed concern is kept", description="After it was closed."
    )
    keep_complaints_years: Whole = Field(
        ge=1, le=30, title="the years for which a complaint about data is kept", description="After it was settled."
    )


@dataclass(frozen=True)
class Answer:
    """What staff wrote to the person: by whom, and for which organisation."""

    words: str
    by: UUID
    at: datetime
    ods_code: str
    closes: bool


@dataclass(frozen=True)
class Concern:
    """`since`: when it came to who has it now. `subjects`, `not_for`: see the table. `thing`: what a no was about.

    `of_organisation`: whose matter it is, whoever reads it. `network_sees_at`: nobody there had read it in time.
    `to_network_at`: somebody asked that the network has it, which then follows at once. `came_from`: who had it before
    the network. `offered_to` and so on: the network asked the person whether this organisation may have it.
    `agreed_at`: they said yes, and it follows at once; `kept_at`: they said no.
    """

    id: UUID
    kind: str
    person_id: UUID | None
    entered_by: UUID
    organisation_id: UUID
    ods_code: str
    about: str
    words: str
    sent_at: datetime
    since: datetime
    answer_by: datetime
    reads: tuple[str, ...]
    of_organisation: UUID | None = None
    thing: str | None = None
    thing_id: UUID | None = None
    subjects: tuple[UUID, ...] = ()
    not_for: tuple[UUID, ...] = ()
    anonymous: bool = False
    read_at: datetime | None = None
    read_by: UUID | None = None
    answers: tuple[Answer, ...] = ()
    closed_at: datetime | None = None
    not_settled_at: datetime | None = None
    network_sees_at: datetime | None = None
    moved_at: datetime | None = None
    to_network_at: datetime | None = None
    came_from: UUID | None = None
    offered_to: UUID | None = None
    offered_ods: str | None = None
    offered_at: datetime | None = None
    offered_by: UUID | None = None
    agreed_at: datetime | None = None
    kept_at: datetime | None = None

    @property
    def could_go_to(self) -> UUID | None:
        """The organisation that could have it where the network has it: whose matter it is, or who had it before."""
        return (self.of_organisation or self.came_from) if self.kind == "worry" else None

    @property
    def asks(self) -> bool:
        """Whether its person has to say yes or no."""
        return self.offered_at is not None and self.agreed_at is None and self.kept_at is None

    @property
    def reference(self) -> str:
        """What can be said on the phone. The last part of an id is random."""
        return f"CN-{self.id.hex[-6:].upper()}"

    @property
    def never_for(self) -> frozenset[UUID]:
        """Whom it is about, and whose it is: none of them reads it for an organisation."""
        return frozenset({*self.subjects, self.person_id} if self.person_id else self.subjects)

    @property
    def hands(self) -> frozenset[UUID]:
        """Who of staff has read or answered it so far."""
        said = {one.by for one in self.answers}
        return frozenset({*said, self.read_by} if self.read_by else said)

    @property
    def late_at(self) -> datetime:
        """Unread until then, others are told that it waits: the end of the next working day."""
        return end_of_working_day(self.since, 1)

    def says(self) -> tuple[Waiting, ...]:
        """What waits for whoever reads it. It names nobody; whoever it is not for does not see even this."""
        if self.closed_at is not None or self.person_id is None:
            return ()
        what = "second_look" if self.kind == "no" else "read_concern" if self.read_at is None else "answer_concern"
        link = links.STAFF_CONCERN.format(ods=self.ods_code, id=self.id)
        return tuple(
            Waiting(
                organisation_id=self.organisation_id,
                role=role,
                what=what,
                about=self.id,
                since=self.since,
                until=self.answer_by,
                link=link,
            )
            for role in self.reads
        )


@dataclass(frozen=True)
class Unread:
    """Of one organisation: how many, for how many seconds the oldest waits, and how many working days began since."""

    count: int
    seconds: float
    working_days: int


@dataclass(frozen=True)
class StaffChoices(Choices):
    """What whoever reads it may do with it."""

    read: Choice
    answer: Choice
    move: Choice
    hand_on: Choice
    step_back: Choice


def choices_of_staff(concern: Concern, *, at_network: bool) -> StaffChoices:
    is_open = unless((concern.closed_at is not None, Closed))
    return StaffChoices(
        read=unless((concern.closed_at is not None, Closed), (concern.read_at is not None, Closed)),
        answer=may_answer(concern),
        move=is_open and unless((at_network, AtTheNetwork)),
        hand_on=is_open
        and unless(
            (not at_network or concern.could_go_to in (None, concern.organisation_id), NotToHandOn),
            (concern.offered_at is not None, AskedAlready),
        ),
        step_back=is_open,
    )


def may_answer(concern: Concern) -> Choice:
    return unless((concern.closed_at is not None, Closed))


def may_say_not_settled(concern: Concern) -> Choice:
    """Once: then somebody else looks at it."""
    return unless((concern.closed_at is None, NotClosed), (concern.not_settled_at is not None, SaidAlready))


def read(concern: Concern, *, by: UUID, now: datetime) -> Concern:
    return concern if concern.read_at else replace(concern, read_at=now, read_by=by)


def answer(concern: Concern, words: str, *, by: UUID, ods_code: str, closes: bool, now: datetime) -> Concern:
    """Raises Closed or EnoughAnswers."""
    may_answer(concern).must()
    if len(concern.answers) >= MOST_ANSWERS and not closes:
        raise EnoughAnswers
    said = Answer(words, by, now, ods_code, closes)
    answered = replace(read(concern, by=by, now=now), answers=(*concern.answers, said))
    return replace(answered, closed_at=now) if closes else answered


def goes_to(concern: Concern, readers: Readers, *, days: int, now: datetime) -> Concern:
    """Somebody else has it from now on, who has not read it yet. Raises NobodyMayRead where nobody is left."""
    if not readers.can:
        raise NobodyMayRead
    return replace(
        concern,
        organisation_id=readers.organisation_id,
        ods_code=readers.ods_code,
        since=now,
        answer_by=end_of_working_day(now, days),
        read_at=None,
        read_by=None,
        closed_at=None,
        network_sees_at=None,
        moved_at=now,
        to_network_at=None,
        came_from=concern.organisation_id,
        offered_to=None,
        offered_ods=None,
        offered_at=None,
        offered_by=None,
        agreed_at=None,
        kept_at=None,
    )


def without(concern: Concern, *people: UUID) -> Concern:
    """The same, which these do not read any more."""
    return replace(concern, not_for=tuple(sorted({*concern.not_for, *people})))


def reading(roles: Sequence[str]) -> list[str]:
    """Of somebody's roles those by which something of this is read."""
    every = READERS.union(*LOOK_AGAIN.values())
    return sorted(every & set(roles))
