"""Where people come, and in which language: what a role and a job are asked, where somebody has to come. Pure.

A place has a district, by which it is found by those who live near: the outward code of its postcode. It is asked for
where people come, and nowhere else. What is said twice, in the place and beside it, has to agree.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationInfo

from schemas.identity import Venue
from schemas.matching import Opportunity
from services.chassis.base import districts
from services.chassis.base.languages import languages
from services.chassis.base.refusals import Refused
from services.chassis.base.typed.text import OR_MISSING, Line, lines
from services.chassis.base.typed.wrong import Wrong

PEOPLE_COME = ("in_person", "hybrid")
MOST_PLACE = 200
ENGLISH = "en"
_SIGNED = "Leave sign language out here. Tick an interpreter below, where you say what is there for people"
DISTRICT: Any = Field(
    default=None,
    title="the first part of its postcode",
    max_length=40,
    validate_default=True,
    description="as BN2; of a whole postcode no more is kept; left out: that of the postcode with which the place ends",
)
LANGUAGES: Any = Field(
    default=[],
    title="which languages people can speak",
    description="codes (ISO 639) or names, of which somebody speaks one; none: English is enough",
)
District = Annotated[Line | None, OR_MISSING]


class DistrictNotSaid(Refused, slug="district-not-said", status=422, field="district"):
    """People come somewhere else now. Enter the first part of its postcode too, like BN2."""


def where_people_come(said: str, info: ValidationInfo) -> str:
    """Said of every role and job to which somebody has to come."""
    if not said and info.data.get("mode") in PEOPLE_COME:
        raise Wrong("Enter {asked}: people come there")
    return said


def near_whom(typed: str | None, info: ValidationInfo) -> str | None:
    """The district of the place, of what was typed, or of the postcode with which the place ends."""
    mode, in_place = info.data.get("mode"), districts.at_the_end(info.data.get("place") or "")
    if mode == "remote":
        if typed:
            raise Wrong("Nobody has to come anywhere, so leave {asked} empty")
        return None
    if not typed:
        if mode in PEOPLE_COME and not in_place:
            raise Wrong("Enter {asked}, like BN2: people hear of it who live near enough")
        return in_place or None
    found = _district(typed)
    if in_place and in_place != found:
        raise Wrong(f"The place ends with a postcode of {in_place}, and here is {found}. Put one of them right")
    return found


def _district(typed: str) -> str:
    """Of a place beyond the list we know no distance, but people come there all the same."""
    found = districts.read(typed)
    if found and (found.code or (found.country and found.outward)):
        return found.code or found.outward
    if found and found.outward:
        raise Wrong(f"{found.outward} is not in today's list of districts. Enter {{asked}}, like BN2")
    raise Wrong("Enter {asked}, like BN2 or SW1A, and nothing else")


def with_its_district(before: Opportunity, said: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is said anew of a role or a job, where its district may be left out: it stays with its place, as it was.

    Raises DistrictNotSaid where people come somewhere else from now on.
    """
    if "district" in said or not said.keys() & {"mode", "place"}:
        return said
    mode, place = (said.get(name, getattr(before, name)) for name in ("mode", "place"))
    if mode not in PEOPLE_COME:
        return {**said, "district": None}
    if place == before.place and before.mode in PEOPLE_COME:
        return said
    if not (found := districts.at_the_end(place)):
        raise DistrictNotSaid
    return {**said, "district": found}


def _spoken(given: Any) -> list[str]:
    """English alone is what is spoken everywhere, so it asks for nothing."""
    found = languages([] if given is None else given, signed=_SIGNED)
    return [] if found == [ENGLISH] else found


Spoken = Annotated[list[str], BeforeValidator(_spoken)]
"""Languages of which people have to speak one; none: English is enough."""


def at_venue(venue: Venue) -> dict[str, str]:
    """What a posting says of a place that an organisation keeps, as it is typed. Of a long address only the name is
    said."""
    address = ", ".join(lines(venue.address).splitlines())
    whole = f"{venue.name}, {address}, {venue.postcode}"
    return {
        "place": whole if len(whole) <= MOST_PLACE else venue.name,
        "district": venue.postcode.partition(" ")[0],
        "getting_in": venue.access,
    }
