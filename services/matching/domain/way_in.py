"""A way to get involved: what somebody can do, the time and experience it takes, and how they begin. Pure.

An organisation keeps its own; the network also those that others run. What an organisation usually looks for is made
of its roles, and nobody types it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from services.chassis.base.refusals import Refused
from services.chassis.base.typed.links import wrong_with
from services.chassis.base.typed.rules import judged
from services.chassis.base.typed.text import Line, Lines, Name, Plain
from services.chassis.base.typed.wrong import Wrong

MOST = 30
"""Ways in that one organisation keeps: as many as somebody reads through."""
Kind = Literal["put_right", "feedback", "improvement", "governance", "senior"]
"""As kinds of role, and besides: to ask for help, or complain."""
Takes = Literal["minutes", "hours", "some", "month", "week"]
"""How much time: minutes or hours once, a few times a year, about once a month, about once a week."""
Expertise = Literal["none", "some", "experienced"]
KINDS, TAKES, EXPERTISE = (get_args(one) for one in (Kind, Takes, Expertise))


class NoSuchWayIn(Refused, slug="no-such-way-in", title="This is not in the list", status=404):
    """This way to get involved is not in the list, or not any more. Go back to the list to see those kept now."""


class TooManyWaysIn(Refused, slug="too-many-ways-in", title="There are 30 already", status=409, field=""):
    """You have 30 ways to get involved in the list. Take out one that is over first."""


class OnlyTheNetworkListsOthers(Refused, slug="only-the-network-lists-others", status=422, field="run_by"):
    """The network keeps the list of what others run. Leave this empty, or ask the network to add it."""


class NoWayInLink(Refused, slug="no-way-in-link", status=422, field="link"):
    """This is no link to a web page. Copy its whole address: it begins with https://"""


class WayInLinkWithPassword(Refused, slug="way-in-link-with-password", status=422, field="link"):
    """There is a user name or a password before the address in this link. Copy the address without it."""


class WayInWords(BaseModel):
    """What is said of one, in public words."""

    model_config = ConfigDict(extra="forbid")

    title: Name = Field(title="what people can do", max_length=120)
    kind: Kind = Field(title="the kind of involvement")
    summary: Lines = Field(title="what it is", min_length=1, max_length=500)
    looks_for: Line = Field(default="", title="whom you usually look for", max_length=200)
    takes: Takes = Field(title="how much time it takes")
    expertise: Expertise = Field(title="what experience people need")
    run_by: Line = Field(default="", title="who runs it", max_length=120)
    link: Plain = Field(default="", title="the link to its page", max_length=500, validate_default=True)
    how: Lines = Field(default="", title="how people begin", max_length=300, validate_default=True)

    @field_validator("link")
    @classmethod
    def can_be_followed(cls, link: str, info: ValidationInfo) -> str:
        if not link:
            if info.data.get("run_by"):
                raise Wrong("Enter {asked}: people have to get to whoever runs it")
            return link
        return judged(link[:8].lower() + link[8:], lambda link, clock: check_link(link))

    @field_validator("how")
    @classmethod
    def somebody_can_begin(cls, how: str, info: ValidationInfo) -> str:
        if not how and info.data.get("link") == "":
            raise Wrong("Enter {asked}: whom to ring, where to come, or a link above")
        return how


@dataclass(frozen=True)
class WayIn:
    """One as the map shows it. `organisation`, `ods_code`: who keeps it; `run_by`: who runs it, where that is another.

    `looks_for`: in the organisation's words, or the titles of its newest roles of this kind; `works`: what they were a
    part of. `open_now`: a role of this kind is open there.
    """

    id: UUID
    organisation: str
    ods_code: str
    run_by: str
    made_of_roles: bool
    kind: str
    title: str
    summary: str
    looks_for: Sequence[str]
    works: Sequence[str]
    takes: str
    expertise: str
    how: str
    link: str
    since: datetime
    open_now: bool = False

    @property
    def whose(self) -> str:
        """Who runs it."""
        return self.run_by or self.organisation


def check_link(link: str) -> None:
    """Raises NoWayInLink or WayInLinkWithPassword."""
    wrong = wrong_with(link)
    if wrong == "password":
        raise WayInLinkWithPassword
    if wrong:
        raise NoWayInLink


def typed(way: WayIn) -> dict[str, Any]:
    """As it is typed into its form."""
    said = {name: getattr(way, name) for name in WayInWords.model_fields}
    return said | {"looks_for": way.looks_for[0] if way.looks_for else ""}


def moved_up(order: Sequence[UUID], id: UUID) -> list[UUID]:
    """The order in which it stands one place higher; the first stays. Raises NoSuchWayIn."""
    if id not in order:
        raise NoSuchWayIn
    at = order.index(id)
    rest = [one for one in order if one != id]
    return [*rest[: max(0, at - 1)], id, *rest[max(0, at - 1) :]]
