"""What engagements says of one person's part in the draw of a role: what came of it, and of an objection to it.

What somebody gave for a draw, what they have against it, and why it was made again is on no topic. Nor is a draw that
nobody has confirmed.
"""

from datetime import datetime

from pydantic import Field

from schemas.event import Contract

DRAW_OUTCOMES = ("drawn", "not_drawn", "left_out")
"""What a draw was for somebody. A growing list.

drawn: for a place; not_drawn: their ticket was in it; left_out: they had shown interest, and had no ticket in it.
"""


class InDraw(Contract):
    """The last draw of the role in which the person took part, once it was confirmed or set aside."""

    number: int = Field(ge=1, description="among the draws of the role: each that follows came of an objection")
    outcome: str = Field(description="see DRAW_OUTCOMES (a growing list)")
    confirmed_at: datetime | None = Field(
        default=None, description="none: it was set aside before anybody confirmed it"
    )
    object_until: datetime | None = Field(
        default=None, description="set with confirmed_at; before that there is no last day"
    )
    set_aside_at: datetime | None = Field(
        default=None, description="an objection to it was right, so the places that are left are drawn again"
    )


class Objection(Contract):
    """An objection of the person to a draw, which was answered last."""

    number: int = Field(ge=1, description="of the draw, among those of the role")
    answered_at: datetime
    upheld: bool = Field(description="the person was right, so that draw is set aside")
