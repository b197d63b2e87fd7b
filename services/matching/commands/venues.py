"""A place that an organisation keeps is filled in by one press, on each page that asks where a role or a job is."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from schemas.identity import Organisation
from services.chassis.base.hands import Member
from services.chassis.postgres import mirrors
from services.chassis.postgres.drafts import Values
from services.chassis.postgres.transaction import Transaction
from services.matching.domain.where import at_venue

PRESSED = "venue."
_MEND = "mend:"


@dataclass(frozen=True)
class Filled:
    """One of them, and what a role says of where it is, by field."""

    id: UUID
    name: str
    place: str
    district: str
    getting_in: str


def pressed(then: Any) -> str:
    """Which of them a button of a page asks for; "" for any other button."""
    asked = then.removeprefix(_MEND) if isinstance(then, str) else ""
    return asked if asked != then and asked.startswith(PRESSED) else ""


async def kept(tx: Transaction[Member]) -> list[Filled]:
    """Those of the organisation that is acted for."""
    organisation = await mirrors.get(tx, Organisation, tx.acting.organisation_id)
    venues = organisation.venues if organisation else ()
    return [Filled(one.id, one.name, **at_venue(one)) for one in venues]


async def filled_in(tx: Transaction[Member], pressed: str) -> Values:
    """By the fields of the page; nothing where it keeps that venue no more."""
    chosen = next((one for one in await kept(tx) if pressed == f"{PRESSED}{one.id}"), None)
    if chosen is None:
        return {}
    return {"place": chosen.place, "district": chosen.district, "getting_in": chosen.getting_in}
