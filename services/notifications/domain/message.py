"""What a message is: one thing told to one person once, by one channel, while it is worth telling."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from uuid import UUID

from schemas import links
from schemas.event import Waiting
from schemas.notifications import Message as PublicMessage
from schemas.notifications import MessageFailed, MessageQueued, MessageSent
from services.chassis.base.refusals import Refused
from services.notifications.domain import kinds
from services.notifications.domain.contact import BY_PEOPLE, Channel, Contact

Status = Literal["queued", "sending", "sent", "failed", "stale"]
"""`sending` is no more than `queued`: an older version said so of what it had in hand."""
WAITING = ("queued", "sending")

LOOK_FOR_PROOF = timedelta(hours=1)
"""So often it is looked whether an address was shown to be its person's; showing it sends what waits at once."""
PROOF_COMES = timedelta(days=7)
"""Whoever has not opened our link by then does not wait for an e-mail: staff see that they cannot be reached."""
WHO_RINGS = ("screener", "coordinator")
"""The roles of the network's organisation that ring or write to people."""


def stage_of(what: str, at: datetime | None) -> str:
    """Under which news of a moment is told once."""
    return f"{what}:{at.astimezone(UTC).isoformat() if at else ''}"


class AlreadyTold(Refused, slug="already-told", title="This was done already", status=409):
    """Somebody has done this already. You do not need to do it again."""


@dataclass(frozen=True)
class Office:
    """The organisation whose staff ring people and write to them: the network's own."""

    organisation_id: UUID
    ods_code: str


@dataclass(frozen=True)
class News:
    """What is to be told. `stage` with `about` and the person names it, so that it is told once.

    `good_until`: from then on it is not worth sending any more.
    """

    person_id: UUID
    kind: str
    about: UUID
    stage: str
    subject: str
    body: str
    link: str
    link_words: str
    good_until: datetime
    address: str | None = None
    """Only for a message that goes to an address which is not known to be the person's: never shown on a page."""
    easy: str = ""
    """The same in Easy Read: short sentences, each on its line. Empty where nobody has written it."""
    lists: "Lists | None" = None
    thread_id: UUID | None = None
    """The role that it is about, where `about` is a part of it."""
    daily: bool = False
    """It is in their next mail of what is new, which goes out once a day."""
    later: str = ""
    """The subject once it is over: of what asks for something until a day."""
    thing: str = ""
    """What all mails of its thread are called, where it has others: `subject` says what happened."""
    round_up: bool = False
    """A role that fits, which is in their next round-up of such roles."""
    after_break: bool = False
    """It is so because they have a break: whoever is told at once hears of it when that is over."""
    fits: "tuple[Fit, ...]" = ()
    """Of a round-up of roles that fit: which these are. Its words are made when it is sent or read."""
    rings: UUID | None = None
    """Whose desk it says to ring: a role's, an organisation's, or its person's coordinator's. Found as it is read."""

    @property
    def matches(self) -> list[UUID]:
        """Of what tells of roles that fit: the matches that say so."""
        return [one.match_id for one in self.fits] or ([self.about] if self.kind == kinds.MATCH_MADE else [])

    @property
    def thread(self) -> UUID:
        """Under which its person has all news of one thing together; what is about themselves, by its kind."""
        if self.thread_id is None and self.about == self.person_id:
            of = f"{self.person_id}:{self.kind}".encode()
            return UUID(hashlib.md5(of, usedforsecurity=False).hexdigest())
        return self.thread_id or self.about


@dataclass(frozen=True)
class Lists:
    """Of a list of roles: of which month, and which of its roles are not in this one. Kept instead of its words."""

    month: date
    left_out: frozenset[UUID]


@dataclass(frozen=True)
class Fit:
    """A role that fits somebody, and the match that says so."""

    match_id: UUID
    role_id: UUID


@dataclass(frozen=True)
class Message:
    """The words and the address stay here; the event says only that there is something, and how it is told."""

    id: UUID
    version: int
    news: News
    channel: Channel
    status: Status
    queued_at: datetime
    office: Office | None = None
    sent_at: datetime | None = None
    done_by: UUID | None = None

    @property
    def reference(self) -> str:
        """What stands on a letter and can be said on the phone. The last part of an id is random."""
        return f"LT-{self.id.hex[-6:].upper()}"

    @property
    def rank(self) -> kinds.Rank:
        return kinds.of(self.news.kind).rank

    @property
    def said(self) -> str:
        """What its person says when they ring about it: where they are asked to join, their application's reference."""
        return f"AP-{self.news.about.hex[-6:].upper()}" if self.news.kind in kinds.ASKS else self.reference

    def public(self) -> PublicMessage:
        return PublicMessage(
            id=self.id,
            version=self.version,
            waiting=tuple(self._waiting()),
            person_id=self.news.person_id,
            kind=self.news.kind,
            about=self.news.about,
            channel=self.channel,
            status="queued" if self.status == "sending" else self.status,
            queued_at=self.queued_at,
            sent_at=self.sent_at,
        )

    def _waiting(self) -> list[Waiting]:
        if self.office is None or self.status != "queued":
            return []
        link = links.STAFF_MESSAGES.format(ods=self.office.ods_code)
        who = self.office.organisation_id
        what = "contact_by_phone_or_post"
        return [
            Waiting(organisation_id=who, role=role, what=what, about=self.id, since=self.queued_at, link=link)
            for role in WHO_RINGS
        ]


def queue(
    news: News, *, id: UUID, channel: Channel, office: Office | None, now: datetime
) -> tuple[Message, MessageQueued]:
    """`office` is needed where staff tell it, and ignored for the others."""
    by_people = office if channel in BY_PEOPLE else None
    message = Message(id, 1, news, channel, "queued", queued_at=now, office=by_people)
    return message, MessageQueued(message.public())


def may_be_sent_at(message: Message, now: datetime) -> datetime:
    """The first moment from now on; now, unless its kind has hours of its own, or it is a text.

    What would be over by its hour goes out at night rather than never; a text wakes nobody.
    """
    kind = kinds.of(message.news.kind)
    if message.channel == "sms":
        return kinds.sending_time(replace(kind, hours=kind.hours or kinds.DAY), now)
    at = kinds.sending_time(kind, now)
    return at if at < message.news.good_until else now


def waits_for_proof(message: Message, contact: Contact | None, now: datetime) -> bool:
    """Of somebody who reads no page: their e-mail address may still be shown to be theirs. It is looked at again before
    the message is stale, for then nobody has failed to send it."""
    is_unproved = contact is not None and contact.channel == "email" and not contact.verified
    last = min(message.news.good_until, message.queued_at + PROOF_COMES)
    return message.news.address is None and is_unproved and now + 2 * LOOK_FOR_PROOF < last


def is_stale(message: Message, now: datetime) -> bool:
    """It is no longer worth sending. What is only shown on a page never is."""
    return message.channel != "page" and now >= message.news.good_until


def hand_over(message: Message, *, now: datetime, done_by: UUID | None = None) -> tuple[Message, MessageSent]:
    """It was handed over to its channel, or a member of staff has told the person. Raises AlreadyTold."""
    if message.status not in WAITING:
        raise AlreadyTold
    sent = replace(message, status="sent", sent_at=now, done_by=done_by, version=message.version + 1)
    return sent, MessageSent(sent.public())


def not_sent_after_all(message: Message) -> Message:
    """It left, and its phone never got it."""
    return replace(message, status="queued", sent_at=None)


def show_on_page(message: Message) -> Message:
    """The person no longer has an address to send it to: the home page tells them."""
    return replace(message, channel="page")


def ring_instead(message: Message, office: Office) -> tuple[Message, MessageQueued]:
    """No text reaches them: staff ring them, or find out how."""
    call = replace(message, channel="phone", office=office, version=message.version + 1)
    return call, MessageQueued(call.public())


def with_fits(message: Message, fits: Sequence[Fit]) -> Message:
    """A round-up of roles with these alone."""
    return replace(message, news=replace(message.news, fits=tuple(fits)))


def write_instead(message: Message) -> tuple[Message, MessageQueued]:
    """Nobody answered the phone: it becomes a letter, and waits for staff as before."""
    letter = replace(message, channel="post", version=message.version + 1)
    return letter, MessageQueued(letter.public())


def give_up(message: Message) -> tuple[Message, MessageFailed]:
    """It will not be tried again."""
    failed = replace(message, status="failed", version=message.version + 1)
    return failed, MessageFailed(failed.public())


def go_stale(message: Message) -> tuple[Message, MessageFailed]:
    """It waited so long that it is no longer worth sending."""
    stale = replace(message, status="stale", version=message.version + 1)
    return stale, MessageFailed(stale.public())
