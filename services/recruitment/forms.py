"""What may be sent to recruitment, by its pages and its API, besides the drafts of its domain."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.recruitment.domain.application import Draft
from services.recruitment.domain.profile import Answers


class PhoneEntry(Draft, Answers):
    """What a screener types for somebody on the phone: the application and, if they like, what would fit them."""

    person_id: UUID


class Decline(BaseModel):
    """Why the answer is no, as the person reads it."""

    model_config = ConfigDict(extra="forbid")
    reason: str = Field(min_length=1, max_length=1000)
