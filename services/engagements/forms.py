"""What may be sent to engagements, by its pages and its API."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.engagements.domain.engagement import InterestWords
from services.engagements.store.applicants import Wanted

MOST_PEOPLE = 500
ANSWER = "came-"


class Interest(InterestWords):
    """Interest in one opportunity."""

    opportunity_id: UUID = Field(title="the opportunity")


class WhoCame(BaseModel):
    """Engagement ids of those who came to a session, and of those who did not. Who is left out is not recorded."""

    model_config = ConfigDict(extra="forbid")
    attended: list[UUID] = Field(default=[], title="who came", max_length=MOST_PEOPLE)
    absent: list[UUID] = Field(default=[], title="who did not come", max_length=MOST_PEOPLE)


class AttendanceForm(BaseModel):
    """The same as a page sends it: came-<engagement id> is yes or no."""

    attended: frozenset[UUID] = Field(default=frozenset(), title="who came")
    absent: frozenset[UUID] = Field(default=frozenset(), title="who did not come")

    @model_validator(mode="before")
    @classmethod
    def sort_by_answer(cls, typed: dict[str, Any]) -> dict[str, list[str]]:
        answers = {name.removeprefix(ANSWER): answer for name, answer in typed.items() if name.startswith(ANSWER)}
        return {
            "attended": [id for id, answer in answers.items() if answer == "yes"],
            "absent": [id for id, answer in answers.items() if answer == "no"],
        }


def wanted_people(status: str = "", words: str = "") -> Wanted:
    """Whom of those who showed interest, in the address of their list."""
    return Wanted(status=status or None, words=words[:100].strip() or None)


WantedPeople = Annotated[Wanted, Depends(wanted_people)]
