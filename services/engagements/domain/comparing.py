"""How coordinators compare people: each is marked against what the organisation said that it chooses by."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from schemas.engagements import Engagement
from schemas.matching import Opportunity
from services.chassis.base.choices import Choice, unless
from services.chassis.base.refusals import Refused
from services.engagements.domain.engagement import MOST_CRITERIA, OPEN, MoreThanAsked, NotOpen
from services.engagements.domain.hands import HelpedThem, NotYourOwn

COMPARED = (*OPEN, "lapsed")
"""The statuses of those among whom is chosen."""
Mark = Literal["shows", "partly", "not_yet"]


class NothingToMark(Refused, slug="nothing-to-mark", title="Nothing was said to choose by", status=409):
    """When this was posted nobody said what is chosen by, so there is nothing to mark."""


class Marks(BaseModel):
    """A mark for each thing that the organisation chooses by, in their order; none where nothing is said of one."""

    model_config = ConfigDict(extra="forbid")
    marks: list[Mark | None] = Field(title="how they meet each", max_length=MOST_CRITERIA)


@dataclass(frozen=True)
class Marked:
    """A mark as it stands: of which criterion (from 0), by whom, and what they are called where that is known."""

    criterion: int
    mark: str
    by: UUID
    at: datetime
    called: str = ""


def may_mark(engagement: Engagement, opportunity: Opportunity, *, by: UUID, helped: frozenset[UUID]) -> Choice:
    return unless(
        (not opportunity.criteria, NothingToMark),
        (engagement.status not in COMPARED, NotOpen),
        (engagement.person_id == by, NotYourOwn),
        (engagement.person_id in helped, HelpedThem),
    )


def changed(before: dict[int, Marked], marks: Marks, opportunity: Opportunity) -> dict[int, Mark | None]:
    """The criteria whose mark differs now, each with its mark; none: it is taken back. Raises MoreThanAsked."""
    asked = len(opportunity.criteria)
    if any(marks.marks[asked:]):
        raise MoreThanAsked().about("meets", "marks", asked)
    stands = {place: one.mark for place, one in before.items()}
    after: list[Mark | None] = [*marks.marks, *[None] * asked]
    return {place: mark for place, mark in enumerate(after[:asked]) if mark != stands.get(place)}
