"""By what somebody shows that it is them who has nothing to sign in with: how they said that we reach them.

No page shows it to a session that is older than ten minutes, so whoever sits down at a computer that was left open does
not find it there. Weaker than a link to a mailbox, and enough for what such an account holds.
"""

import re
from typing import Literal

from services.chassis.base.addresses import EmailAddress, WrongAddress, are_the_same
from services.chassis.base.refusals import Refused
from services.notifications.domain.contact import NUMBERS, Contact

Asked = Literal["number", "postcode", "email"]
_POSTCODE = re.compile(r"\b([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9][A-Z]{2})\b")


class NotWhatYouGave(Refused, slug="not-what-you-gave", status=422, field="typed"):
    """This is not what you gave us. Look at it once more, and try again. You can also ring us."""


class ShownByLink(Refused, slug="shown-by-link", title="We send you a link for this", status=409):
    """You have a way to sign in, so we do not ask you here. Sign in once more: that shows that it is you."""


class NothingToShow(Refused, slug="nothing-to-show", title="We cannot ask you here", status=409):
    """You did not give us a number, a postcode or an e-mail address, so there is nothing that we could ask you here."""

    what_to_do = "Ring us and say your reference. We can do it for you."


def asks_for(contact: Contact) -> Asked | None:
    """What the person is asked; None where they said only where we meet, or a postal address without a postcode."""
    if contact.channel in NUMBERS:
        return "number"
    if contact.channel == "email":
        return "email"
    return "postcode" if contact.channel == "post" and _postcode(contact.address or "") else None


def check_known(contact: Contact, typed: str) -> None:
    """Whether this is how we reach the person. Raises NothingToShow and NotWhatYouGave."""
    asked, kept = asks_for(contact), contact.address or ""
    if asked is None:
        raise NothingToShow
    if asked == "number":
        right = bool(_digits(typed)) and _digits(typed) == _digits(kept)
    elif asked == "postcode":
        right = _postcode(typed) == _postcode(kept)
    else:
        right = _same_mailbox(kept, typed)
    if not right:
        raise NotWhatYouGave


def _digits(number: str) -> str:
    """The same whether it is typed with + or 00, and of the United Kingdom as at home or from abroad."""
    digits = "".join(str(int(one)) for one in number.replace("(0)", "") if one.isdecimal()).removeprefix("00")
    return "0" + digits.removeprefix("44") if digits.startswith("44") else digits


def _postcode(text: str) -> str | None:
    """The last one in it."""
    found = _POSTCODE.findall(text.upper()) or _POSTCODE.findall(re.sub(r"\s", "", text.upper()))
    return "".join(found[-1]) if found else None


def _same_mailbox(kept: str, typed: str) -> bool:
    try:
        return are_the_same(kept, EmailAddress.read(typed).kept)
    except WrongAddress:
        return False
