"""Asking to join, page by page: the person's own draft, and sending it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from schemas import links
from services.chassis.base.hands import Person
from services.chassis.http import entry
from services.chassis.http.task_list import TaskList, TaskPage
from services.chassis.http.task_pages import routes
from services.chassis.postgres.transaction import Transaction
from services.recruitment import limits, queries
from services.recruitment.commands import joining
from services.recruitment.domain.agreement import TO_JOIN, InForce, check_agreed
from services.recruitment.domain.application import Draft

APPLY = "/join/apply"


async def nothing_to_ask(tx: Transaction[Person]) -> str | None:
    """Whoever waits for an answer, or is in the pool, is shown how far that is."""
    return None if (await queries.my_joining(tx)).choices.send else links.MY_APPLICATION


def made(acting: Person, id: UUID) -> str:
    return links.MY_APPLICATION


def agrees_to_what_is_in_force(values: Mapping[str, Any], in_force: InForce, now: datetime) -> None:
    check_agreed({kind: str(values.get(kind, "")) for kind in TO_JOIN}, in_force)


APPLYING = TaskList(
    kind="application",
    title="Ask to join",
    at=APPLY,
    back=links.JOIN,
    pages=(
        TaskPage("name", "Your name", "apply_name.jinja", ("full_name", "year_of_birth")),
        TaskPage("why", "What brings you", "apply_why.jinja", ("why",)),
        TaskPage("agree", "What you agree to", "apply_agree.jinja", TO_JOIN),
    ),
    model=Draft,
    enter=entry.signed_in,
    send=joining.send_application,
    made=made,
    confirms="sent",
    submit="Send it",
    intro="apply_intro.jinja",
    next="apply_next.jinja",
    known=queries.policies_in_force,
    checks=(agrees_to_what_is_in_force,),
    closed=nothing_to_ask,
    limit=limits.APPLY,
)
router = routes(APPLYING)
