"""What may be sent to training, by its pages and its API. Pages send dates in parts, and an answer for each person."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.chassis.base.typed.days import no_day, no_time, together, with_time
from services.chassis.http.uploads import MAX_LONG_FORM_BYTES, SignedText
from services.training.domain.programme import ProgrammeDraft
from services.training.domain.register import Register
from services.training.domain.session import SessionDraft


class PartForm(BaseModel):
    """`part`: as recruitment's page signed it (schemas/signed.py, REGISTER_TRAINING)."""

    model_config = ConfigDict(extra="forbid")

    part: SignedText = Field(title="the part of your list", min_length=1, max_length=MAX_LONG_FORM_BYTES)


class Enrolment(BaseModel):
    """The session to take a place in."""

    model_config = ConfigDict(extra="forbid")

    session_id: UUID = Field(title="the session")


class ProgrammeForm(ProgrammeDraft):
    """The draft as a page sends it: what is left empty is not given."""

    @model_validator(mode="before")
    @classmethod
    def leave_out_what_is_empty(cls, typed: Any) -> Any:
        return {name: value for name, value in dict(typed).items() if value != "" or name in ("title", "summary")}


class SessionForm(SessionDraft):
    """The draft as a page sends it: a date in three parts and a time of the day as people in England see it."""

    @model_validator(mode="before")
    @classmethod
    def put_the_start_together(cls, typed: Any) -> Any:
        return with_time(typed, "starts_at", "starts_time")


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


def words_for_errors(values: Mapping[str, Any], errors: dict[str, str]) -> dict[str, str]:
    """What to say of each wrong answer. A start is asked for by the part of it that is missing: the day, the time."""
    if "starts_at" not in errors:
        return errors
    on = together(values, "starts_at").get("starts_at")
    no = no_time(on, str(values.get("starts_time", "")))
    others = {name: why for name, why in errors.items() if name != "starts_at"}
    if isinstance(on, date) and not no:
        return errors
    day = {"starts_at": none} if (none := no_day(on, "Enter the day, like 27 3 2027")) else {}
    return day | ({"starts_time": no} if no else {}) | others
