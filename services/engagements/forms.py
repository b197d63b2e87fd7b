"""What may be sent to engagements, by its pages and its API."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.chassis.base.typed.days import no_day, no_time, together, with_time
from services.chassis.base.typed.numbers import Hours
from services.chassis.base.typed.text import OR_MISSING, Lines
from services.engagements.domain.answering import NotChosen
from services.engagements.domain.asking import AnswerWords
from services.engagements.domain.attendance import HOURS
from services.engagements.domain.comparing import Mark, Marks
from services.engagements.domain.engagement import LONGEST_ANSWER, MOST_CRITERIA, InterestWords
from services.engagements.domain.looking_back import MISSED, THERE
from services.engagements.domain.offers import Offering
from services.engagements.domain.preparing import PREPARED
from services.engagements.store.applicants import Wanted

MOST_PEOPLE = 500
ANSWER = "came-"
WHY: Any = InterestWords.model_fields["why"]
NEEDS: Any = InterestWords.model_fields["needs"]
CONFLICT: Any = InterestWords.model_fields["conflict"]
MEETS: Any = Field(default="", title="how you meet this", max_length=LONGEST_ANSWER)
MarkTyped = Annotated[Mark | None, OR_MISSING, Field(title="how they meet this")]


class Interest(InterestWords):
    """Interest in one opportunity."""

    opportunity_id: UUID = Field(title="the opportunity")

    @property
    def written(self) -> InterestWords:
        return InterestWords(why=self.why, needs=self.needs, conflict=self.conflict, meets=self.meets)


class InterestForm(BaseModel):
    """The same as a page sends it: meets_1 is the answer to the first thing that the organisation chooses by."""

    model_config = ConfigDict(extra="forbid")
    why: Lines = WHY
    needs: Lines = NEEDS
    conflict: Lines = CONFLICT
    meets_1: Lines = MEETS
    meets_2: Lines = MEETS
    meets_3: Lines = MEETS
    meets_4: Lines = MEETS
    meets_5: Lines = MEETS
    meets_6: Lines = MEETS
    meets_7: Lines = MEETS
    meets_8: Lines = MEETS

    @property
    def written(self) -> InterestWords:
        meets = [getattr(self, f"meets_{place}") for place in range(1, MOST_CRITERIA + 1)]
        return InterestWords(why=self.why, needs=self.needs, conflict=self.conflict, meets=meets)


class MarkForm(BaseModel):
    """Marks as a page sends them: mark_1 is that of the first thing that the organisation chooses by."""

    model_config = ConfigDict(extra="forbid")
    mark_1: MarkTyped = None
    mark_2: MarkTyped = None
    mark_3: MarkTyped = None
    mark_4: MarkTyped = None
    mark_5: MarkTyped = None
    mark_6: MarkTyped = None
    mark_7: MarkTyped = None
    mark_8: MarkTyped = None

    @property
    def marks(self) -> Marks:
        return Marks(marks=[getattr(self, f"mark_{place}") for place in range(1, MOST_CRITERIA + 1)])


class WhoCame(BaseModel):
    """Engagement ids of those who came to a session, and of those who did not. Who is left out is not recorded."""

    model_config = ConfigDict(extra="forbid")
    attended: list[UUID] = Field(default=[], title="who came", max_length=MOST_PEOPLE)
    absent: list[UUID] = Field(default=[], title="who did not come", max_length=MOST_PEOPLE)
    hours: dict[UUID, Hours] = Field(
        default={}, title="how many hours they were there, where not as planned", max_length=MOST_PEOPLE
    )
    preparation: dict[UUID, Hours] = Field(
        default={},
        title="how many hours they prepared",
        description="Where the organisation's policy pays for preparation, up to so many as it says.",
        max_length=MOST_PEOPLE,
    )


class AttendanceForm(BaseModel):
    """The same as a page sends it: came-<engagement id> is yes or no, hours-<engagement id> and
    preparation-<engagement id> are what was typed.
    """

    attended: frozenset[UUID] = Field(default=frozenset(), title="who came")
    absent: frozenset[UUID] = Field(default=frozenset(), title="who did not come")
    neither: list[str] = Field(default=[], title="whether they came")
    each_hours: dict[UUID, str] = Field(default={}, title="how many hours they were there")
    each_preparation: dict[UUID, str] = Field(default={}, title="how many hours they prepared")

    @model_validator(mode="before")
    @classmethod
    def sort_by_answer(cls, typed: dict[str, Any]) -> dict[str, Any]:
        answers = _after(ANSWER, typed)
        return {
            "attended": [id for id, answer in answers.items() if answer == "yes"],
            "absent": [id for id, answer in answers.items() if answer == "no"],
            "neither": [ANSWER + id for id, answer in answers.items() if answer not in ("yes", "no")],
            "each_hours": _after(HOURS, typed),
            "each_preparation": _after(PREPARED, typed),
        }


class WasItThere(BaseModel):
    """Whether what somebody needs was there, as a page sends it: there-<code> is yes, partly or no; missed-<code> is
    what was typed of it.
    """

    each_there: dict[str, str] = Field(default={}, title="whether it was there")
    each_missed: dict[str, str] = Field(default={}, title="what was missing")

    @model_validator(mode="before")
    @classmethod
    def put_together(cls, typed: dict[str, Any]) -> dict[str, Any]:
        return {
            "each_there": _after(THERE, typed),
            "each_missed": _after(MISSED, typed),
        }


def _after(begins: str, typed: dict[str, Any]) -> dict[str, Any]:
    """What was typed into the fields that begin so, by what their names go on with."""
    return {name.removeprefix(begins): text for name, text in typed.items() if name.startswith(begins) and text}


class OfferForm(Offering):
    """The same as a page sends it: a date in three parts, a time of the day as people in England see it, and ticks."""

    @model_validator(mode="before")
    @classmethod
    def put_the_time_together(cls, typed: Any) -> Any:
        values = with_time(typed, "reply_by", "reply_by_time")
        values["reply_by"] = values["reply_by"] or "no time"
        values["passing_over"] = values.get("passing_over") or None
        return values

    @property
    def offering(self) -> Offering:
        return Offering.model_construct(**dict(self))


class SayNotChosen(NotChosen):
    """Why others were chosen, and whether the person is told at once."""

    tell_now: bool = Field(default=False, title="whether they are told at once")

    @property
    def said(self) -> NotChosen:
        return NotChosen(why=self.why, words=self.words)


def words_for_errors(values: Mapping[str, Any], errors: dict[str, str]) -> dict[str, str]:
    """What to say of a wrong time: it is asked for by the part of it that is missing, the day or the time."""
    if "reply_by" not in errors:
        return errors
    on = together(values, "reply_by").get("reply_by")
    no = no_time(on, str(values.get("reply_by_time", "")), "Enter the time, for example 5pm or 17:00")
    if isinstance(on, date) and not no:
        return errors
    others = {name: why for name, why in errors.items() if name != "reply_by"}
    day = {"reply_by": none} if (none := no_day(on, "Enter the day, like 27 3 2027")) else {}
    return day | ({"reply_by_time": no} if no else {}) | others


class AnswerForm(AnswerWords):
    """An answer as a page sends it, and which question was read there."""

    question: UUID | None = Field(default=None, title="the question")

    @property
    def said(self) -> AnswerWords:
        return AnswerWords.model_construct(words=self.words)


class NothingTyped(BaseModel):
    """A form that has a file and nothing else."""


def wanted_people(status: str = "", words: str = "") -> Wanted:
    """Whom of those who showed interest, in the address of their list."""
    return Wanted(status=status or None, words=words[:100].strip() or None)


WantedPeople = Annotated[Wanted, Depends(wanted_people)]
