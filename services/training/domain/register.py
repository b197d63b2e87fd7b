"""Who came to a session: what may be recorded, and by whom."""

from collections.abc import Collection
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.chassis.base.refusals import Refused
from services.training.domain.session import MOST_PLACES


class OwnAttendance(Refused, slug="own-attendance", title="You have a place in this session yourself", status=403):
    """You have a place in this session yourself. Ask somebody else in your organisation to record who came."""


class NotEveryone(Refused, slug="not-everyone", status=422, field=""):
    """Say for each person on the list, once, whether they came. Somebody may have joined since you opened it."""


class NotEnrolled(Refused, slug="not-enrolled", status=422, field=""):
    """Somebody you named has no place in this session."""


class Register(BaseModel):
    """Who came and who did not: everybody who has a place is in one of the two."""

    model_config = ConfigDict(extra="forbid")

    attended: list[UUID] = Field(default=[], title="who came", max_length=MOST_PLACES)
    absent: list[UUID] = Field(default=[], title="who did not come", max_length=MOST_PLACES)


def check(register: Register, *, enrolled: Collection[UUID], by: UUID) -> None:
    """Raises OwnAttendance, NotEnrolled or NotEveryone."""
    named = [*register.attended, *register.absent]
    if by in enrolled:
        raise OwnAttendance
    if set(named) - set(enrolled):
        raise NotEnrolled
    if sorted(named) != sorted(enrolled):
        raise NotEveryone
