"""How many places a role may have: what the network says from which day, or an organisation instead. Pure."""

from dataclasses import dataclass

from pydantic import BaseModel, Field

from services.chassis.base.refusals import Refused
from services.chassis.base.typed.numbers import Whole


class MostPlaces(BaseModel):
    """What an edition of the policy says."""

    most: Whole = Field(
        ge=1,
        le=500,
        title="the most places that a role may have",
        description="Whoever posts a role cannot ask for more.",
    )


class TooManyPlaces(Refused, slug="too-many-places", status=422, field="places"):
    """These are more places than your policy allows for one role. Enter fewer, or ask your admins to change it."""


@dataclass(frozen=True)
class Allowed:
    """What holds today. `own`: the organisation's own edition says so."""

    most: int
    own: bool = False


def check_places(places: int, allowed: Allowed) -> None:
    """Raises TooManyPlaces, with the number and whom to ask."""
    if places <= allowed.most:
        return
    said = "1 place" if allowed.most == 1 else f"{allowed.most} places"
    if allowed.own:
        raise TooManyPlaces(
            f"Your own policy allows {said} for one role. Enter fewer, or ask your admins to change it."
        )
    raise TooManyPlaces(
        f"The network's policy allows {said} for a role. Enter fewer, or ask your admins: they can set another number"
        " for your organisation."
    )
