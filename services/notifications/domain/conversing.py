"""Who may do what in a conversation now: it opens with what it is about, and closes some days after that is over."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from pydantic import BaseModel, Field

from schemas.engagements import Engagement
from schemas.identity import Desk, Organisation
from schemas.matching import Opportunity
from schemas.notifications_conversation import may_talk
from schemas.payments import Claim
from services.chassis.base.choices import Choice, Choices, unless
from services.chassis.base.refusals import Refused
from services.chassis.base.typed.numbers import Whole
from services.notifications.domain.conversation import Between, Conversation

NAME_HIDDEN = "Somebody (name hidden)"
PAY_FOR = "Pay for {:%-d %B %Y}"
COORDINATOR = "You and your coordinator"


class Conversing(BaseModel):
    """How long a conversation is open after what it is about is over, and how long each message is kept."""

    open_days: Whole = Field(
        ge=0,
        le=730,
        title="the number of days after a role is over",
        description="So long people and staff can still write about a role or its pay that is over.",
    )
    kept_days: Whole = Field(
        ge=30,
        le=3650,
        title="the number of days for which messages are kept",
        description="Each message is deleted so long after it was written.",
    )


class NotOpenYet(Refused, slug="conversation-not-open", title="You cannot write here yet", status=409, field=""):
    """The two of you can write to each other here once a place is offered. Until then, please ring."""


class RoleIsOver(Refused, slug="conversation-closed", title="You cannot write here any more", status=409, field=""):
    """This has been over for a while, so nobody reads here any more. What was written stays to be read. Please ring."""


class Ended(Refused, slug="conversation-ended", title="This conversation was ended", status=409, field=""):
    """This conversation was ended, so nobody can write in it. Whoever ended it can open it again. Please ring."""


class TheyAreGone(Refused, slug="person-left", title="They are not with the network any more", status=409, field=""):
    """This person left the network. Nobody would read what you write, so it is not sent."""


class NotBegun(Refused, slug="nothing-written", title="Nothing is written here yet", status=409):
    """Nobody has written anything here yet."""


class NothingWaits(Refused, slug="nothing-to-answer", title="Nothing waits for an answer", status=409):
    """Nothing waits for an answer here any more: a colleague answered, or said that no answer is needed."""


class NothingUnread(Refused, slug="nothing-unread", title="Everything here is read", status=409):
    """Everything here was read already."""


class MutedAlready(Refused, slug="muted-already", title="You are not told any more", status=409):
    """You are not told of messages here any more. That is so already."""


class NotMuted(Refused, slug="not-muted", title="You are told already", status=409):
    """You are told of messages here. That is so already."""


class NotYoursToOpen(Refused, slug="not-yours-to-open", title="You cannot open this again", status=409):
    """Only the side that ended a conversation can open it again."""


class YourOwn(Refused, slug="own-conversation", title="This is your own conversation", status=409, field=""):
    """You are the person here. Write on your own pages, and let a colleague answer."""


@dataclass(frozen=True)
class ReadBy:
    """The team that reads now; `instead_of`: whose team it is, which is out until a day. None: nobody said."""

    desk: Desk | None = None
    instead_of: Desk | None = None
    out_until: date | None = None

    @property
    def when(self) -> str:
        """In the organisation's own words; empty where it gives none."""
        return (self.desk.reads or self.desk.hours or "").rstrip(".") if self.desk else ""

    @property
    def rings(self) -> bool:
        """Whether it answers a phone."""
        return self.desk is not None and bool(self.desk.phone)


@dataclass(frozen=True)
class Standing:
    """What a conversation is about, as it is now. `side`: the organisation; `called`: its person, to staff.

    `closes_at`: None while it is not over.
    """

    between: Between
    title: str
    side: Organisation | None = None
    called: str = ""
    open: bool = True
    closes_at: datetime | None = None
    gone: bool = False
    desk_id: UUID | None = None

    @property
    def organisation(self) -> str:
        return self.side.name if self.side else "the organisation"

    def read_by(self, today: date) -> "ReadBy":
        """Which team reads, and when: the one that is named, who stands in while it is out, else the first."""
        desks = self.side.desks if self.side else ()
        named = next((one for one in desks if one.id == self.desk_id), next(iter(desks), None))
        if named is None or not named.is_out(today):
            return ReadBy(named)
        stands_in = next((one for one in desks if one.id == named.deputy_id and not one.is_out(today)), None)
        return ReadBy(stands_in or named, named, named.out_until)

    def is_closed(self, now: datetime) -> bool:
        return self.closes_at is not None and self.closes_at <= now


def over_since(engagement: Engagement, opportunity: Opportunity) -> datetime | None:
    """When the role was over for its person: they left it, or its last session ended; None: it is not over, as far as
    anybody said."""
    if engagement.ended_at is not None:
        return engagement.ended_at
    ends = [one.ends_at for one in opportunity.sessions if one.cancelled is None]
    if opportunity.withdrawn is not None and not ends:
        return opportunity.withdrawn.at
    return max(ends, default=None)


def closes_at(engagement: Engagement, opportunity: Opportunity, policy: Conversing) -> datetime | None:
    over = over_since(engagement, opportunity)
    return over + timedelta(days=policy.open_days) if over else None


@dataclass(frozen=True)
class Sides:
    """Who writes: the organisation, what its person is called, and whether they are still with the network."""

    organisation: Organisation | None
    called: str
    gone: bool


def in_role(engagement: Engagement, role: Opportunity, sides: Sides, policy: Conversing) -> Standing:
    talks = engagement.chat is not None and engagement.chat.starts_at is not None
    named = not role.names_hidden or engagement.offer is not None or talks
    ods, opportunity_id = engagement.ods_code, engagement.opportunity_id
    return Standing(
        Between("engagement", engagement.id, engagement.person_id, engagement.organisation_id, ods, opportunity_id),
        role.title,
        sides.organisation,
        called=sides.called if named else hidden(engagement.id),
        open=may_talk(engagement, role),
        closes_at=closes_at(engagement, role, policy),
        gone=sides.gone,
        desk_id=role.desk_id,
    )


def of_claim(claim: Claim, sides: Sides) -> Standing:
    between = Between("claim", claim.id, claim.person_id, claim.organisation_id, claim.ods_code, claim.opportunity_id)
    return Standing(
        between, PAY_FOR.format(claim.activity_on), sides.organisation, called=sides.called, gone=sides.gone
    )


def with_coordinator(person_id: UUID, network: Organisation, sides: Sides) -> Standing:
    between = Between("coordinator", person_id, person_id, network.id, network.ods_code)
    return Standing(between, COORDINATOR, network, called=sides.called, gone=sides.gone)


def hidden(engagement_id: UUID) -> str:
    """In the place of a name; several of one role are told apart by it."""
    return f"{NAME_HIDDEN}, {engagement_id.hex[-6:].upper()}"


@dataclass(frozen=True)
class PersonChoices(Choices):
    write: Choice
    seen: Choice
    mute: Choice
    unmute: Choice
    end: Choice
    open_again: Choice


@dataclass(frozen=True)
class StaffChoices(Choices):
    write: Choice
    read: Choice
    settle: Choice
    end: Choice
    open_again: Choice


def may_write(of: Conversation | None, standing: Standing, *, now: datetime) -> Choice:
    return unless(
        (standing.gone, TheyAreGone),
        (of is not None and of.ended_at is not None, Ended),
        (not standing.open, NotOpenYet),
        (standing.is_closed(now), RoleIsOver),
    )


def may_answer(of: Conversation | None, standing: Standing, *, by: UUID, now: datetime) -> Choice:
    """What was asked before it closed is still answered."""
    own = unless((standing.between.person_id == by, YourOwn))
    if not own or (of is not None and of.answer_since is not None and not of.ended_at and not standing.gone):
        return own
    return may_write(of, standing, now=now)


def may_mark_read(of: Conversation | None, *, by: UUID) -> Choice:
    return unless(
        (of is None or of.unread_since is None, NothingUnread), (of is not None and of.person_id == by, YourOwn)
    )


def may_settle(of: Conversation | None, *, by: UUID) -> Choice:
    return unless(
        (of is None or of.answer_since is None, NothingWaits), (of is not None and of.person_id == by, YourOwn)
    )


def may_say_seen(of: Conversation | None) -> Choice:
    return unless((of is None, NotBegun), (of is not None and of.seen >= of.messages, NothingUnread))


def may_mute(of: Conversation | None) -> Choice:
    return unless((of is None, NotBegun), (of is not None and of.muted_at is not None, MutedAlready))


def may_unmute(of: Conversation | None) -> Choice:
    return unless((of is None or of.muted_at is None, NotMuted))


def may_end(of: Conversation | None) -> Choice:
    return unless((of is None, NotBegun), (of is not None and of.ended_at is not None, Ended))


def may_open_again(of: Conversation | None, side: str) -> Choice:
    return unless((of is None or of.ended_by != side, NotYoursToOpen))


def choices_of_person(of: Conversation | None, standing: Standing, *, now: datetime) -> PersonChoices:
    return PersonChoices(
        write=may_write(of, standing, now=now),
        seen=may_say_seen(of),
        mute=may_mute(of),
        unmute=may_unmute(of),
        end=may_end(of),
        open_again=may_open_again(of, "person"),
    )


def choices_of_staff(of: Conversation | None, standing: Standing, *, by: UUID, now: datetime) -> StaffChoices:
    return StaffChoices(
        write=may_answer(of, standing, by=by, now=now),
        read=may_mark_read(of, by=by),
        settle=may_settle(of, by=by),
        end=may_end(of),
        open_again=may_open_again(of, "organisation"),
    )
