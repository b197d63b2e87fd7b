"""What may be sent to recruitment, by its pages and its API, besides the drafts of its domain."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.chassis.base.typed.text import Lines, Name
from services.chassis.base.typed.words import TEXT
from services.recruitment.domain.application import Draft
from services.recruitment.domain.profile import Answers


class PhoneEntry(Draft, Answers):
    """What a screener types for somebody on the phone: the application and, if they like, what would fit them."""

    person_id: UUID = Field(title="their account number", json_schema_extra={"typed_as": TEXT})
    full_name: Name = Field(title="their full name", max_length=120)
    why: Lines = Field(title="what brings them", min_length=1, max_length=2000)


class Decline(BaseModel):
    """Why the answer is no, as the person reads it."""

    model_config = ConfigDict(extra="forbid")
    reason: Lines = Field(title="why the answer is no", min_length=1, max_length=1000)
