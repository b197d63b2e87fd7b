"""One message to everybody who has a place in a role: seen once more, with how many they are, before it goes."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.base.refusals import Refused


class NobodyHasAPlace(Refused, slug="nobody-has-a-place", title="Nobody has a place", status=409, field=""):
    """Nobody has a place in this role now, so there is nobody to write to."""


class LookOnceMore(Refused, slug="look-once-more", status=422, field="sure"):
    """Read it once more, look at how many people it goes to, and tick that you want to send it to all of them."""


class FileIsMissing(Refused, slug="file-is-missing", status=422, field="file"):
    """You chose a file before, and it is not here now. Choose it again, or tick once more to send it without a file."""


class OtherNumber(Refused, slug="other-number-of-people", status=422, field="sure"):
    """Another number of people has a place now than when you looked. Look at the number again, and tick once more."""


@dataclass(frozen=True)
class Wanted:
    """What is to be written; how many people were `seen`, and whether whoever writes is sure."""

    words: str
    seen: str
    sure: bool
    link: str = ""


@dataclass(frozen=True)
class ToAll:
    """Kept once, and copied into the conversation of each."""

    id: UUID
    opportunity_id: UUID
    organisation_id: UUID
    words: str
    written_by: UUID
    written_at: datetime
    link: str = ""
    has_file: bool = False


def check(wanted: Wanted, people: int) -> None:
    """Raises NobodyHasAPlace, LookOnceMore or OtherNumber."""
    if people == 0:
        raise NobodyHasAPlace
    if not wanted.sure:
        raise LookOnceMore
    if wanted.seen != str(people):
        raise OtherNumber
