"""Two people who say that they live together: by a code that one shows the other, so that nobody can look people up."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.chassis.base.refusals import Refused
from services.chassis.base.typed.text import Plain

CODE_LIFE = timedelta(days=1)
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without those that look like another: I and 1, O and 0."""


class CodeNotGood(Refused, slug="code-not-good", status=422, field="code"):
    """This code is not right, or it is more than a day old. Ask for a new one, and type it as it is shown."""


class OwnCode(Refused, slug="own-code", status=422, field="code"):
    """This is your own code. Give it to the person you live with, or enter theirs."""


class TypedCode(BaseModel):
    """A code as somebody types it."""

    model_config = ConfigDict(extra="forbid")
    code: Plain = Field(title="the code that they gave you, like 7KQA-4MXR", min_length=1, max_length=40)

    def tidy(self) -> str:
        """As it is kept: eight letters and numbers with a dash in the middle."""
        letters = "".join(one for one in self.code.upper() if one.isascii() and one.isalnum())
        return f"{letters[:4]}-{letters[4:]}"


@dataclass(frozen=True)
class Code:
    """What one shows the other. It works once."""

    code: str
    good_until: datetime


@dataclass(frozen=True)
class Household:
    """One of those with whom somebody said that they live. Nothing but since when is shown of them."""

    with_id: UUID
    said_at: datetime


def new_code(chance: bytes, now: datetime) -> Code:
    """`chance`: eight random bytes."""
    letters = "".join(_LETTERS[one % len(_LETTERS)] for one in chance)
    return Code(f"{letters[:4]}-{letters[4:]}", now + CODE_LIFE)


def must_be_good(person_id: UUID | None, good_until: datetime | None, *, by: UUID, now: datetime) -> UUID:
    """Whose code it is. Raises CodeNotGood or OwnCode."""
    if person_id is None or good_until is None or now >= good_until:
        raise CodeNotGood
    if person_id == by:
        raise OwnCode
    return person_id
