"""What may be sent to training, by its pages and its API. Pages send dates in parts, and an answer for each person."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, model_validator

from services.chassis.base.access import LONDON
from services.training.domain.programme import ProgrammeDraft
from services.training.domain.register import Register
from services.training.domain.session import SessionDraft


class Enrolment(BaseModel):
    """The session to take a place in."""

    model_config = ConfigDict(extra="forbid")

    session_id: UUID


class ProgrammeForm(ProgrammeDraft):
    """The draft as a page sends it: what is left empty is not given."""

    @model_validator(mode="before")
    @classmethod
    def leave_out_what_is_empty(cls, typed: Any) -> Any:
        return {name: value for name, value in dict(typed).items() if value or name in ("title", "summary")}


class SessionForm(SessionDraft):
    """The draft as a page sends it: a date in three parts and a time of the day as people in England see it."""

    @model_validator(mode="before")
    @classmethod
    def put_the_start_together(cls, typed: Any) -> Any:
        values = dict(typed)
        parts = [str(values.pop(f"starts_at_{part}", "")) for part in ("day", "month", "year")]
        values["starts_at"] = _moment(parts, str(values.pop("starts_time", "")))
        return values


class RegisterForm(Register):
    """The register as a page sends it: `came_<person id>` is yes or no."""

    @model_validator(mode="before")
    @classmethod
    def sort_by_answer(cls, typed: Any) -> Any:
        answers = [(name.removeprefix("came_"), value) for name, value in dict(typed).items()]
        return {
            "attended": [person for person, value in answers if value == "yes"],
            "absent": [person for person, value in answers if value == "no"],
        }


def words_for_errors(errors: dict[str, str]) -> dict[str, str]:
    """What to say of each wrong answer. A start that could not be read is asked for by what it is."""
    if errors.get("starts_at") != "Check this answer":
        return errors
    return errors | {"starts_at": "Enter the day and the time at which it starts"}


def _moment(parts: list[str], clock: str) -> datetime | None:
    try:
        day, month, year = (int(part) for part in parts)
        at = time.fromisoformat(clock.strip().replace(".", ":").zfill(5))
        return datetime.combine(date(year, month, day), at, LONDON)
    except ValueError:
        return None
