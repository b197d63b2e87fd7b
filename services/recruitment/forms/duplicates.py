"""What may be sent about two who may be one person."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.chassis.base.typed.text import OR_MISSING, Lines
from services.chassis.base.typed.words import TEXT


class LeaveWaiting(BaseModel):
    """It waits on: a line for colleagues, and whoever of them looks at it."""

    model_config = ConfigDict(extra="forbid")
    line: Lines = Field(default="", title="a line for your colleagues", max_length=500)
    to: Annotated[UUID | None, OR_MISSING] = Field(
        default=None, title="who looks at it", json_schema_extra={"x-typed-as": TEXT}
    )


class KeepOne(BaseModel):
    """They are one person: whose record is kept. The other one is closed."""

    model_config = ConfigDict(extra="forbid")
    keep: UUID = Field(title="which record is kept")
