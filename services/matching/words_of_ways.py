"""The words for ways to get involved."""

from schemas.words import KIND_OF_ROLE
from services.matching import words
from services.matching.domain import way_in as domain
from services.matching.domain.way_in import WayIn

KIND = {"put_right": "Getting help, or complaining", **KIND_OF_ROLE}
TAKES = {
    "minutes": "A few minutes, once",
    "hours": "A few hours, once",
    "some": "A few times a year",
    "month": "About once a month",
    "week": "About once a week",
}
EXPERTISE = words.EXPERTISE
_OF_ROLES = {
    "feedback": "Roles in which you share what you know",
    "improvement": "Roles in which you help to make care better",
    "governance": "Roles in which you decide things together with others",
    "senior": "Roles in which you lead",
}
assert tuple(KIND) == domain.KINDS
assert tuple(TAKES) == domain.TAKES
assert tuple(EXPERTISE) == domain.EXPERTISE


def title(way: WayIn) -> str:
    """What people can do; of what is made of roles, by their kind."""
    return way.title or _OF_ROLES.get(way.kind, KIND.get(way.kind, way.kind))


def in_picture(way: WayIn) -> str:
    """The same in few words: of what is made of roles, their kind and who has them."""
    return way.title or f"{KIND.get(way.kind, way.kind)}, {way.organisation}"


def host_of(way: WayIn) -> str:
    return words.host_of(way.link)
