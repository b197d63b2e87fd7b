"""What an organisation asks others to draft: four answers, a draft by its host or the network, one yes. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.chassis.base.choices import Choice, Choices, unless
from services.chassis.base.hands import Member
from services.chassis.base.refusals import Refused
from services.chassis.base.typed.numbers import Whole
from services.chassis.base.typed.text import Line, Lines

MOST_OPEN = 50
"""What one organisation can have asked for and not heard the end of."""
MOST_LINES = 100
Money = Literal["paid", "expenses_only", "unknown"]
Status = Literal["asked", "drafting", "to_approve", "posted", "declined", "taken_back", "organisation_closed"]
OPEN = ("asked", "drafting", "to_approve")
WhyNot = Literal["too_little_known", "nobody_there_to_ask", "not_a_role", "no_money", "no_time", "asked_twice"]


class TooManyAsked(Refused, slug="too-many-asked", title="You have asked for a lot already", status=409):
    """Your organisation has asked for 50 things that have no end yet. Take one back first, or wait for an answer."""


class AskedIsOver(Refused, slug="asked-is-over", title="This is over", status=409):
    """This has an end already: it was posted, taken back, or cannot be drafted. Ask for something new instead."""


class NotYoursToDraft(Refused, slug="not-yours-to-draft", title="Coordinators draft this", status=403):
    """A coordinator of your host or of the network drafts this. Add a line if there is more that they need to know."""


class NotYoursToApprove(Refused, slug="not-yours-to-approve", title="Others say yes to this", status=403):
    """Whoever asked, a coordinator of the organisation, or one of its host says yes to it."""


class OwnDraft(Refused, slug="own-draft", title="This is your own draft", status=403):
    """You drafted this, so somebody else says yes to it: whoever asked, or another coordinator."""


class NothingToApprove(Refused, slug="nothing-to-approve", title="Nothing waits for a yes", status=409):
    """No draft of it waits for a yes now. Look at how far it is."""


class DraftNotReady(Refused, slug="draft-not-ready", title="The draft needs something", status=409):
    """The draft cannot be posted as it is: something is missing, or a day has passed. Its pages say what."""


class NotYoursToTakeBack(Refused, slug="not-yours-to-take-back", title="Others take this back", status=403):
    """Whoever asked for it, or a coordinator of the organisation, can take it back."""


class TooManyLines(Refused, slug="too-many-lines", title="There are too many lines", status=409):
    """There are 100 lines on this already. Take it back and ask anew, with what matters in it."""


class Promise(BaseModel):
    """How soon what an organisation asked for is drafted."""

    working_days: Whole = Field(
        ge=1,
        le=60,
        title="the number of working days",
        description="After the day on which they asked, until a draft is with them.",
    )


class Ask(BaseModel):
    """Four answers, in plain words."""

    model_config = ConfigDict(extra="forbid")

    what: Lines = Field(title="what you need people for", min_length=1, max_length=1000)
    when_words: Line = Field(title="when you need them", min_length=1, max_length=200)
    who_might_know: Line = Field(title="who might know more", min_length=1, max_length=200)
    money: Money = Field(title="what money there is")


class Said(BaseModel):
    """A line to it."""

    model_config = ConfigDict(extra="forbid")
    words: Lines = Field(title="what you want to say", min_length=1, max_length=1000)


class Declining(BaseModel):
    """Why it cannot be drafted, and a line to whoever asked."""

    model_config = ConfigDict(extra="forbid")
    why: WhyNot = Field(title="why you cannot draft it")
    words: Lines = Field(title="a line to whoever asked", min_length=1, max_length=1000)


@dataclass(frozen=True)
class Asked:
    """`drafting_id`: the organisation whose coordinators draft it. `drafted_by`: who began to, `sent_by`: who sent the
    draft for a yes. Both are None again of somebody who was forgotten, as `asked_by` is.
    """

    id: UUID
    version: int
    organisation_id: UUID
    ods_code: str
    drafting_id: UUID
    what: str
    when_words: str
    who_might_know: str
    money: Money
    status: Status
    asked_by: UUID | None
    asked_at: datetime
    draft_by: datetime
    drafted_by: UUID | None = None
    sent_by: UUID | None = None
    sent_at: datetime | None = None
    ended_at: datetime | None = None
    why: str | None = None
    read_at: datetime | None = None
    opportunity_id: UUID | None = None

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    def is_late(self, now: datetime) -> bool:
        """The day that was promised is over, and there is no draft yet."""
        return self.status in ("asked", "drafting") and self.draft_by <= now

    def drafted(self, by: UUID) -> bool:
        return by in (self.drafted_by, self.sent_by)


@dataclass(frozen=True)
class AskedChoices(Choices):
    """What one of the staff may do with it."""

    draft: Choice
    decline: Choice
    approve: Choice
    send_back: Choice
    take_back: Choice
    add_line: Choice
    read: Choice


@dataclass(frozen=True)
class Who:
    """Who acts, with all that they are there. `coordinates`: for the organisation, or as its host; `drafts`: for the
    network, which drafts it; `from_network`: they are nobody at the organisation. `alone`: nobody else coordinates
    there but whoever drafted it.
    """

    by: UUID
    coordinates: bool
    drafts: bool
    from_network: bool
    alone: bool = False


def who(acting: Member, *, coordinates: bool = False, drafts: bool = False, alone: bool = False) -> Who:
    """`coordinates`, `drafts`: they do, besides what they entered as."""
    is_one = "coordinator" in acting.roles
    return Who(
        by=acting.by,
        coordinates=coordinates or (is_one and not acting.by_network),
        drafts=drafts or acting.by_network,
        from_network=acting.by_network,
        alone=alone,
    )


def side(hand: Who, asked: Asked) -> Literal["organisation", "drafting"]:
    """On which side a line of theirs stands."""
    is_theirs = _is_theirs(asked, hand)
    return "drafting" if asked.drafted(hand.by) or (hand.drafts and not is_theirs) else "organisation"


def choices_of(asked: Asked, hand: Who) -> AskedChoices:
    return AskedChoices(
        draft=may_draft(asked, hand),
        decline=may_draft(asked, hand),
        approve=may_approve(asked, hand),
        send_back=may_approve(asked, replace(hand, alone=False)),
        take_back=may_take_back(asked, hand),
        add_line=may_add_line(asked, hand),
        read=may_read(asked, hand),
    )


def may_draft(asked: Asked, hand: Who) -> Choice:
    """The same for sending it for a yes, and for saying that it cannot be drafted."""
    return unless((not asked.is_open, AskedIsOver), (not (hand.coordinates or hand.drafts), NotYoursToDraft))


def begin(asked: Asked, hand: Who) -> Asked:
    """Two who begin draft the same draft; whoever was first is named."""
    may_draft(asked, hand).must()
    if asked.status != "asked":
        return asked
    return replace(asked, status="drafting", drafted_by=hand.by, version=asked.version + 1)


def send(asked: Asked, hand: Who, now: datetime) -> Asked:
    """The draft waits for a yes. Sent again, it waits since before."""
    may_draft(asked, hand).must()
    if asked.status == "to_approve":
        return asked
    return replace(
        asked,
        status="to_approve",
        drafted_by=asked.drafted_by or hand.by,
        sent_by=hand.by,
        sent_at=now,
        version=asked.version + 1,
    )


def may_approve(asked: Asked, hand: Who) -> Choice:
    """Nobody approves their own draft, but for somebody who is alone there. The network says yes for nobody: who works
    there too says yes as whoever they are at the organisation, or not at all.
    """
    is_theirs = _is_theirs(asked, hand)
    return unless(
        (not asked.is_open, AskedIsOver),
        (asked.status != "to_approve", NothingToApprove),
        (not is_theirs, NotYoursToApprove),
        (asked.drafted(hand.by) and not hand.alone, OwnDraft),
    )


def approve(asked: Asked, hand: Who, *, opportunity_id: UUID, now: datetime) -> Asked:
    may_approve(asked, hand).must()
    return _over(replace(asked, status="posted", opportunity_id=opportunity_id), now)


def send_back(asked: Asked, hand: Who) -> Asked:
    may_approve(asked, replace(hand, alone=False)).must()
    return replace(asked, status="drafting", version=asked.version + 1)


def decline(asked: Asked, hand: Who, why: WhyNot, now: datetime) -> Asked:
    may_draft(asked, hand).must()
    return _over(replace(asked, status="declined", why=why), now)


def _is_theirs(asked: Asked, hand: Who) -> bool:
    return hand.coordinates or (not hand.from_network and hand.by == asked.asked_by)


def may_take_back(asked: Asked, hand: Who) -> Choice:
    return unless((not asked.is_open, AskedIsOver), (not _is_theirs(asked, hand), NotYoursToTakeBack))


def take_back(asked: Asked, hand: Who, now: datetime) -> Asked:
    may_take_back(asked, hand).must()
    return _over(replace(asked, status="taken_back"), now)


def may_add_line(asked: Asked, hand: Who) -> Choice:
    return unless(
        (not asked.is_open, AskedIsOver),
        (not (hand.coordinates or hand.drafts or hand.by == asked.asked_by), NotYoursToTakeBack),
    )


def may_read(asked: Asked, hand: Who) -> Choice:
    """To show that the end of it was read, so that it waits for nobody any more."""
    return unless(
        (asked.status != "declined" or asked.read_at is not None, AskedIsOver),
        (not _is_theirs(asked, hand), NotYoursToTakeBack),
    )


def read(asked: Asked, hand: Who, now: datetime) -> Asked:
    may_read(asked, hand).must()
    return replace(asked, read_at=now, version=asked.version + 1)


def _over(asked: Asked, now: datetime) -> Asked:
    """Who might know more is not kept beyond it: nobody told them."""
    return replace(asked, who_might_know="", ended_at=now, version=asked.version + 1)
