"""What may be sent to recruitment, by its pages and its API, besides the drafts of its domain."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.words import TIME_OF_DAY, WEEKDAY
from services.chassis.base.typed.text import Lines, Name, several
from services.chassis.base.typed.words import TEXT
from services.recruitment.domain.application import Draft
from services.recruitment.domain.profile import Answers


class ProfileForm(Answers):
    """The answers as the page sends them: a question for each day, and nothing of what is not ticked."""

    @model_validator(mode="before")
    @classmethod
    def put_days_together(cls, typed: Any) -> Any:
        values = dict(typed)
        days = {day: several(values.pop(f"times_{day}", "")) for day in WEEKDAY}
        if "district" not in values:  # a page that was open before these questions were asked
            return values
        times = [f"{day}_{part}" for day, parts in days.items() for part in parts]
        return {"learning": [], "distance": "", **values, "times": times}


def words_for_errors(values: Mapping[str, Any], errors: dict[str, str]) -> dict[str, str]:
    """What to say of each wrong answer. Of times, at each day that has one."""
    if "times" not in errors:
        return errors
    wrong = [day for day in WEEKDAY if not {*several(values.get(f"times_{day}", ""))} <= TIME_OF_DAY.keys()]
    of_days = {f"times_{day}": f"Choose the times on {WEEKDAY[day]} from the answers" for day in wrong}
    return {name: said for name, said in errors.items() if name != "times"} | of_days


class PhoneEntry(Draft, Answers):
    """What a screener types for somebody on the phone: the application and, if they like, what would fit them."""

    person_id: UUID = Field(title="their account number", json_schema_extra={"typed_as": TEXT})
    full_name: Name = Field(title="their full name", max_length=120)
    why: Lines = Field(title="what brings them", min_length=1, max_length=2000)


class Decline(BaseModel):
    """Why the answer is no, as the person reads it."""

    model_config = ConfigDict(extra="forbid")
    reason: Lines = Field(title="why the answer is no", min_length=1, max_length=1000)
