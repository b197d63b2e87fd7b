"""How a person wants to be reached. An e-mail address is used once its owner has shown that it is theirs."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.chassis.base.addresses import EmailAddress, are_the_same
from services.chassis.base.refusals import Refused
from services.chassis.base.typed.text import bare, lines
from services.chassis.base.typed.wrong import Wrong

Channel = Literal["email", "sms", "phone", "post", "meet", "page"]
"""`meet`: staff come to a place that the person named, or they come by; `page`: only on the person's home page."""
Way = Literal["email", "sms", "phone", "text", "post", "meet", "page"]
"""What a person chooses among. `text`: of a network that sends no texts by itself; staff do, or ring: `channel_of`."""
BY_PEOPLE: tuple[Channel, ...] = ("phone", "post", "meet")
"""Staff ring, write or go there; their list says so."""
NUMBERS: tuple[Channel, ...] = ("sms", "phone")
"""Those that need a phone number."""
Format = Literal["standard", "large_print", "easy_read"]
"""Of letters. Large print is 18 point (UK Association for Accessible Formats, 16 to 18)."""
Apart = Literal["audio", "braille"]
"""What somebody asked for of which we make none by machine: staff see to each of their letters."""
Relay = Literal["none", "text_relay", "bsl_video"]
"""How a phone call to somebody is made: 18001 before the number (Relay UK), or an interpreter by video."""
Part = Literal["morning", "afternoon", "evening"]
When = Literal["any", "morning", "afternoon", "evening"]
"""At which part of the day somebody would like to be rung."""
RoundUp = Literal["daily", "soon", "never"]
"""How often staff are written to of what waits for them."""
Unreached = Literal["no_answer", "wrong_number", "declined"]
"""Why a person is not reached by what they gave: see domain/calling.py."""

_PHONE = re.compile(r"\+?[0-9]{10,15}")
_MOBILE = re.compile(r"(?:\+44|0044|0)7[0-9]{9}")
_TRUNK = re.compile(r"(\+[0-9]{1,3}\s*)\(0\)")
LONGEST_LETTER_ADDRESS = 400
"""Of the words on where to meet too."""
CONFIRM = "confirm_address"
"""The kind of the letter with the link by which somebody shows that an address is theirs."""


class PhoneNeeded(Refused, slug="phone-needed", status=422, field="phone"):
    """Enter a phone number with its area code, like 01632 960 001 or 07700 900 982."""


class MobileNeeded(Refused, slug="mobile-needed", status=422, field="phone"):
    """Enter a mobile number of the United Kingdom, like 07700 900 982. We cannot send texts to other numbers."""


class TextsNotSent(Refused, slug="texts-not-sent", status=422, field="channel"):
    """We cannot send texts yet. Choose another way."""


class PostNeeded(Refused, slug="post-needed", status=422, field="post"):
    """Enter the name, the street, the town and the postcode for letters, at most 400 characters."""


class PhoneOrPost(Refused, slug="phone-or-post", status=422, field="channel"):
    """Somebody who cannot sign in is rung, sent a text or a letter, or met. Choose one of these."""


class MeetNeeded(Refused, slug="meet-needed", status=422, field="meet"):
    """Say where and when we find you, or where you could come to, in 400 characters at most."""


class PageNeedsSignIn(Refused, slug="page-needs-sign-in", status=422, field="channel"):
    """You have no way to sign in, so you could not come back to your home page another day. Choose how we reach you."""


BY_HELPER: tuple[Channel, ...] = ("sms", *BY_PEOPLE)
"""How somebody who cannot sign in is reached. A text only says that there is something, and whom to ring."""


class LinkNotGood(Refused, slug="link-not-good", title="This link does not work any more", status=409):
    """This link is out of date, or is for another address or person. Save your e-mail address again for a new one."""


class ProofTooOld(Refused, slug="proof-too-old", status=422, field="email"):
    """This took longer than five minutes. Enter your e-mail address, and we send a link to it."""


class TooManyLinks(Refused, slug="too-many-links", status=429, field="email"):
    """We have sent several links already. Look for the last one, or try again tomorrow."""


@dataclass(frozen=True)
class Contact:
    """Private to notifications, and seen by whoever rings or writes to the person."""

    person_id: UUID
    channel: Channel
    address: str | None
    verified_at: datetime | None
    changed_at: datetime
    entered_by: UUID
    format: Format = "standard"
    relay: Relay = "none"
    ring_in: When = "any"
    letters_to: str | None = None
    """Where a letter goes if nobody answers the phone."""
    unreached: Unreached | None = None
    round_up: RoundUp = "daily"
    by_text: bool = False
    """Of a phone: they asked for a text instead of a call."""
    apart: Apart | None = None
    words_in_mail: bool = False
    """Of e-mail: they asked for the words of what organisations write to them, and not only that there is something."""

    @property
    def way(self) -> Way:
        """As the person chose it."""
        return "text" if self.by_text else self.channel

    @property
    def verified(self) -> bool:
        return self.verified_at is not None

    @property
    def usable(self) -> bool:
        return self.unreached is None and (self.channel != "email" or self.verified)


@dataclass(frozen=True)
class Wanted:
    """What a person chose. `proved`: the signed address that the front desk has just shown to be theirs, or empty."""

    channel: Channel
    address: str = ""
    proved: str = ""
    format: Format | None = None
    relay: Relay | None = None
    ring_in: When | None = None
    letters_to: str | None = None
    """Where we may write if nobody answers the phone; nowhere where empty."""
    round_up: RoundUp | None = None
    words_in_mail: bool | None = None
    """Each of these six as before where None."""
    by_text: bool = False


def channel_of(way: Way) -> Channel:
    return "phone" if way == "text" else way


def tidy(channel: Channel, typed: str) -> str | None:
    """The address in the form in which it is kept; None for `page`.

    Raises WrongAddress, PhoneNeeded, MobileNeeded, PostNeeded or MeetNeeded.
    """
    if channel == "page":
        return None
    text = typed.strip()
    if channel == "email":
        return EmailAddress.read(text).kept
    if channel == "sms":
        return _mobile_number(text)
    if channel == "phone":
        return _phone_number(text)
    needed, asked = (MeetNeeded, "where to meet") if channel == "meet" else (PostNeeded, "the address")
    try:
        found = [" ".join(line.split()) for line in lines(text).splitlines() if line.strip()]
    except Wrong as wrong:
        raise needed(wrong.about(asked)) from None
    if not found or len(text) > LONGEST_LETTER_ADDRESS:
        raise needed
    return "\n".join(found)


def must_be_sent(channel: Channel, *, texts: bool) -> None:
    """`texts`: whether this network sends any. Raises TextsNotSent."""
    if channel == "sms" and not texts:
        raise TextsNotSent


def _phone_number(typed: str) -> str:
    """Its digits, with a plus for a number abroad: "+44 (0)7700 900 982" has a nought that is not dialled."""
    try:
        number = bare(typed, between=" -./()") if "(0)" not in typed else bare(_TRUNK.sub(r"\1", typed), " -./()")
    except Wrong:
        raise PhoneNeeded from None
    if not _PHONE.fullmatch(number):
        raise PhoneNeeded
    return number


def _mobile_number(typed: str) -> str:
    """As a phone number, of those that begin with 07 or +447 and have eleven digits (Ofcom's numbering plan)."""
    try:
        number = _phone_number(typed)
    except PhoneNeeded:
        raise MobileNeeded from None
    if not _MOBILE.fullmatch(number):
        raise MobileNeeded
    return number


def detailed(before: Contact | None, contact: Contact, wanted: Wanted) -> Contact:
    """The same with how letters look, how and when somebody is rung, how often they are written to of what waits: as
    they chose, else as it was.

    Raises PostNeeded.
    """
    letters_to = before.letters_to if before else None
    if wanted.letters_to is not None and wanted.channel == "phone":
        letters_to = tidy("post", wanted.letters_to) if wanted.letters_to.strip() else None
    return replace(
        contact,
        format=wanted.format or (before.format if before else contact.format),
        relay=wanted.relay or (before.relay if before else contact.relay),
        ring_in=wanted.ring_in or (before.ring_in if before else contact.ring_in),
        letters_to=letters_to,
        round_up=wanted.round_up or (before.round_up if before else contact.round_up),
        words_in_mail=(before is not None and before.words_in_mail)
        if wanted.words_in_mail is None
        else wanted.words_in_mail,
    )


def choose(before: Contact | None, wanted: Contact) -> Contact:
    """What is kept when a person chooses. An address that was shown to be theirs stays so while it is the same."""
    if (
        before is not None
        and before.channel == wanted.channel == "email"
        and are_the_same(before.address, wanted.address)
        and not wanted.verified
    ):
        return replace(wanted, verified_at=before.verified_at)
    return wanted


def is_another(before: Contact, now: Contact) -> bool:
    """Whether the person is reached elsewhere than before."""
    return before.channel != now.channel or (
        before.address != now.address and not are_the_same(before.address, now.address)
    )


def confirm(contact: Contact | None, email: str, *, now: datetime) -> Contact:
    """The person used the link that was sent to the address. Raises LinkNotGood."""
    if contact is None or contact.channel != "email" or not are_the_same(contact.address, email):
        raise LinkNotGood
    return contact if contact.verified else replace(contact, verified_at=now)


def channel_for(contact: Contact | None, *, can_sign_in: bool) -> Channel:
    """How to tell a person something now. Who cannot sign in is never left to a page: somebody rings them, unless they
    said that they do not want to be rung, and an e-mail waits until its address is known to be theirs.
    """
    if contact and contact.unreached == "declined":
        return "page"
    if not can_sign_in:
        if contact and contact.channel == "sms" and not contact.usable:
            return "phone"
        return contact.channel if contact and contact.channel != "page" else "phone"
    return contact.channel if contact and contact.usable else "page"
