"""An e-mail address: read once, with one reading, written to as it is kept and compared by one key. Pure.

An address that somebody types has several readings: PostgreSQL's `lower()` made an ASCII letter of a dotted capital I,
a mail library decodes RFC 2047 words in it, IDNA has two spellings of a domain. So whatever is typed anywhere becomes
an `EmailAddress` at the door or is refused in words, and from there on only that is stored, compared and written to.
"""

import unicodedata
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from services.chassis.base.refusals import Refused
from services.chassis.base.typed.text import address
from services.chassis.base.typed.wrong import Wrong

LONGEST = 254
"""Characters, as RFC 5321 allows in a path."""
_TOO_LONG = "This e-mail address is too long. It has at most 254 characters."


class WrongAddress(Refused, slug="wrong-address", status=422, field="email"):
    """Enter an e-mail address like name@example.org."""


@dataclass(frozen=True)
class EmailAddress:
    """`kept`: stored and written to, ASCII, its domain as IDNA. `key`: what two addresses are compared by."""

    kept: str
    key: str

    @classmethod
    def read(cls, typed: str) -> "EmailAddress":
        """Raises WrongAddress, whose words say what is wrong. Whether it exists only a letter can tell."""
        text = _as_meant(typed)
        _must_have_one_reading(text)
        try:
            read = validate_email(text, check_deliverability=False, allow_smtputf8=False, strict=True)
        except (EmailNotValidError, ValueError):
            raise WrongAddress(_what_is_wrong(text)) from None
        kept = read.ascii_email or ""
        if not 0 < len(kept) <= LONGEST:
            raise WrongAddress(_TOO_LONG)
        return cls(kept, kept.lower())

    def __str__(self) -> str:
        return self.kept


def are_the_same(one: str | None, other: str | None) -> bool:
    """Whether two kept addresses are one mailbox; what an older version kept, and we would refuse, as it stands."""
    if one is None or other is None:
        return False
    try:
        return EmailAddress.read(one).key == EmailAddress.read(other).key
    except WrongAddress:
        return one == other


def _as_meant(typed: str) -> str:
    try:
        return address(typed)
    except Wrong as wrong:
        raise WrongAddress(f"{wrong.about('the e-mail address')}.") from None


def _must_have_one_reading(text: str) -> None:
    """What the validator takes and something after it would read otherwise."""
    if len(text) > LONGEST:
        raise WrongAddress(_TOO_LONG)
    if "=?" in text or "?=" in text:
        raise WrongAddress("We cannot write to an e-mail address with =? or ?= in it. Use another one.")
    if '"' in text:
        raise WrongAddress("We cannot write to an e-mail address with quotation marks in it. Use another one.")
    domain = text.rpartition("@")[2]
    if any(not one.isascii() and (unicodedata.normalize("NFKC", one) != one or one.lower() != one) for one in domain):
        raise WrongAddress("Type the part after the @ in small letters, with the keys of your keyboard.")


def _what_is_wrong(text: str) -> str:
    """For what people mistype; of all else only how an address looks."""
    local, _, domain = text.partition("@")
    if not local.isascii():
        return "Before the @ we can only write letters from a to z, numbers and signs. Use another e-mail address."
    if "@" in domain or any(sign in text for sign in ",;<>"):
        return "Enter one e-mail address, without a name, like name@example.org."
    if domain.startswith("[") or domain.replace(".", "").isdigit():
        return "We cannot write to a number after the @. Enter an e-mail address like name@example.org."
    return " ".join((WrongAddress.__doc__ or "").split())
