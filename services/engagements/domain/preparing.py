"""Hours of preparation, where an organisation's policy pays for them: recorded with who came, up to so many."""

from collections.abc import Mapping, Set
from uuid import UUID

from pydantic import BaseModel, Field

from schemas.matching import Pay
from services.chassis.base.refusals import Refused, refuse_all
from services.chassis.base.typed.numbers import Whole
from services.engagements.domain.attendance import HoursWithoutComing

PREPARED = "preparation-"
"""Before the id of an engagement: the field of the hours that its person prepared."""


class Preparation(BaseModel):
    """How much of preparing for a session an organisation pays. Where nobody says anything, none."""

    most_hours: Whole = Field(
        ge=0,
        le=12,
        title="the number of hours of preparation",
        description="At most so many are paid for one session, where the rate is by the hour. 0: none.",
    )


class WrongPreparation(Refused, slug="wrong-preparation", status=422, field="preparation"):
    """Enter the hours that they prepared as a number from a quarter of an hour on, like 1.5, or leave it empty."""


class TooMuchPreparation(Refused, slug="too-much-preparation", status=422, field="preparation"):
    """These are more hours of preparation than your policy pays for one session. Enter fewer, or leave it empty."""


class NoPreparation(Refused, slug="no-preparation", status=422, field="preparation"):
    """Your policy pays no hours of preparation for this session. Leave them out, or set an edition of the policy."""


def check_preparation(prepared: Mapping[UUID, float], attended: Set[UUID], *, most: int) -> None:
    """Raises NoPreparation, TooMuchPreparation or HoursWithoutComing, about each whom it is about."""
    wrong: list[Refused] = []
    for id, length in sorted(prepared.items()):
        where = (f"{PREPARED}{id}", "preparation", str(id))
        if most == 0:
            wrong.append(NoPreparation().about(*where))
        elif length > most:
            paid = "1 hour" if most == 1 else f"{most} hours"
            words = f"Your policy pays at most {paid} of preparation for one session. Enter fewer, or none."
            wrong.append(TooMuchPreparation(words).about(*where))
        elif id not in attended:
            wrong.append(HoursWithoutComing().about(*where))
    refuse_all(wrong)


def most_paid(pay: Pay | None, most: int) -> int:
    """Up to so many hours of preparation are paid for each session; only a rate by the hour pays any."""
    return most if pay is not None and pay.unit == "hour" else 0
