"""Who answers for a role: the desk that can be rung today, and whoever its organisation named. One rule for all rooms.

The room keeps mirrors of Organisation and Account. What somebody is called is shown while they are a coordinator of the
organisation, or of its host: not when they have left, are forgotten, or are a program.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from schemas.identity import Desk, Organisation
from schemas.matching import Opportunity
from services.chassis.base.access import london_day
from services.chassis.postgres import mirrors
from services.chassis.postgres.lists import Few, few
from services.chassis.postgres.transaction import Transaction

MOST_COORDINATORS = 200


@dataclass(frozen=True)
class WhoAnswers:
    """`desk`: the one to ring; None where no team of it answers a phone today. `called`: whom to ask for; "" nobody.

    `away`: the desk that the role names, while another one answers in its place.
    """

    organisation: str
    desk: Desk | None = None
    called: str = ""
    away: Desk | None = None


async def who_answers(tx: Transaction, opportunity: Opportunity) -> WhoAnswers | None:
    """Today, for a role; None where nothing was heard of its organisation."""
    of = opportunity
    return await answers_at(tx, of.organisation_id, desk_id=of.desk_id, contact_id=of.contact_id)


async def answers_at(
    tx: Transaction, organisation_id: UUID, *, desk_id: UUID | None = None, contact_id: UUID | None = None
) -> WhoAnswers | None:
    """The same of the desk and the account that something names."""
    organisation, today = await mirrors.get(tx, Organisation, organisation_id), london_day(tx.now)
    if organisation is None:
        return None
    called = await called_at(tx, contact_id, organisation_id, today) if contact_id else ""
    return _of(organisation, today, desk_id, called)


Named = tuple[UUID, UUID | None, UUID | None]
"""An organisation, and which of its desks and of its people something names."""


async def each_answers(tx: Transaction, named: Mapping[UUID, Named]) -> dict[UUID, WhoAnswers]:
    """The same of many, by two statements; without those of whose organisation nothing was heard."""
    today = london_day(tx.now)
    organisations = await mirrors.get_each(tx, Organisation, sorted({of for of, _, _ in named.values()}))
    people = sorted({(contact, of) for of, _, contact in named.values() if contact})
    rows = (
        await tx.fetch(
            "select n.contact, n.at, called_who_answers(n.contact, n.at, $3) as called"
            " from unnest($1::uuid[], $2::uuid[]) as n (contact, at)",
            *([contact for contact, _ in people], [of for _, of in people], today),
        )
        if people
        else []
    )
    called = {(row["contact"], row["at"]): row["called"] or "" for row in rows}
    return {
        id: _of(organisations[of], today, desk, called[contact, of] if contact else "")
        for id, (of, desk, contact) in named.items()
        if of in organisations
    }


def _of(organisation: Organisation, today: date, desk_id: UUID | None, called: str) -> WhoAnswers:
    desk = organisation.desk_to_ring(today, desk_id)
    named = next((one for one in organisation.desks if one.id == desk_id and one.is_out(today)), None)
    return WhoAnswers(organisation.name, desk, called, named if desk and named != desk else None)


async def called_at(tx: Transaction, contact_id: UUID, organisation_id: UUID, day: date) -> str:
    """What somebody is called who answers there on a day; "" for whoever does not."""
    return await tx.fetchval("select called_who_answers($1, $2, $3)", contact_id, organisation_id, day) or ""


async def coordinators(tx: Transaction) -> Few[tuple[UUID, str]]:
    """Who can answer for a role of the organisation that is acted for, by name."""
    rows = await tx.fetch("select id, called from coordinators($1, $2)", london_day(tx.now), MOST_COORDINATORS + 1)
    return few(rows, MOST_COORDINATORS, lambda row: (row["id"], row["called"]))
