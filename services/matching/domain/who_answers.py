"""Who answers for an opportunity: a desk of its organisation, somebody by name, and who can write to them. Pure."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from schemas.identity import Organisation
from schemas.matching import Opportunity
from services.chassis.base.refusals import Refused
from services.chassis.base.typed.text import OR_MISSING
from services.matching.domain.criteria import Ticked


class NoSuchDesk(Refused, slug="no-such-desk", status=422, field="desk_id"):
    """That is none of your organisation's desks, or not any more. Choose one that is kept now, or none."""


class NotACoordinator(Refused, slug="not-a-coordinator", status=422, field="contact_id"):
    """Whoever answers for a role has to be a coordinator of your organisation, or of its host, today. Choose somebody
    else, or nobody by name."""


class Answers(BaseModel):
    """Who answers. Without a desk: the first of the organisation's that answers the phone; without a contact: nobody
    by name.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    desk_id: Annotated[UUID | None, OR_MISSING] = Field(default=None, title="the desk that answers for it")
    contact_id: Annotated[UUID | None, OR_MISSING] = Field(default=None, title="who answers for it")
    talks_from_interest: Ticked = Field(default=True, title="whether people who show interest can write to you")


def check_desk(desk_id: UUID | None, organisation: Organisation) -> None:
    """Raises NoSuchDesk."""
    if desk_id and desk_id not in {one.id for one in organisation.desks}:
        raise NoSuchDesk


def of(opportunity: Opportunity) -> Answers:
    """As they stand."""
    return Answers.model_validate(opportunity.model_dump(include=set(Answers.model_fields)))
