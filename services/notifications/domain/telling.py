"""How people are told of roles, as the network says: when they are asked whether they still want it."""

from pydantic import BaseModel, Field

from services.chassis.base.typed.numbers import Whole


class Telling(BaseModel):
    """When whoever is told of roles and answers none is asked whether they still want it."""

    asked_after_months: Whole = Field(
        ge=3,
        le=60,
        title="the number of months after which people are asked",
        description="Whoever was told of roles for so long and has answered none is asked: as before, less often or "
        "not at all.",
    )
    answer_days: Whole = Field(
        ge=14,
        le=90,
        title="the number of days that people have to answer",
        description="Whoever says nothing until then is told of roles once a week, and that this is so.",
    )
