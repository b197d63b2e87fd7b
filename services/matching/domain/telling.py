"""How many people are told of a role, who first, and how often anybody is told: what the network says. Pure."""

from pydantic import BaseModel, Field

from services.chassis.base.typed.numbers import Whole


class TellingOfRoles(BaseModel):
    """What an edition of the policy says."""

    most_a_week: Whole = Field(
        ge=1,
        le=20,
        title="the most roles that anybody is told of in seven days",
        description="The others stand on their own list all the same. A person may choose fewer.",
    )
    first_told: Whole = Field(
        ge=1,
        le=5000,
        title="how many people are told of a role at first, at least",
        description="Those whom it fits best and who live near, of them whoever was asked least lately.",
    )
    told_for_each_place: Whole = Field(
        ge=1, le=500, title="how many people are told for each place", description="Where that is more than the least."
    )
    near_miles: Whole = Field(
        ge=1, le=25, title="how many miles are near", description="Who lives so near is told before others."
    )
    next_after_days: Whole = Field(
        ge=1,
        le=30,
        title="after how many days the next people are told",
        description="While too few have answered, and the role is open.",
    )
    answers_for_each_place: Whole = Field(
        ge=1, le=50, title="how many answers for each place are enough", description="Then nobody more is told of it."
    )

    def in_a_round(self, places: int) -> int:
        """How many people each round tells."""
        return max(self.first_told, self.told_for_each_place * places)
