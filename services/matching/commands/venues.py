"""A place that an organisation keeps is filled in by one press, on the page of a draft that asks where it is."""

from schemas.identity import Organisation
from services.chassis.base.hands import Member
from services.chassis.postgres import mirrors
from services.chassis.postgres.drafts import Values
from services.chassis.postgres.transaction import Transaction
from services.matching.domain.where import at_venue

PRESSED = "venue."


async def filled_in(tx: Transaction[Member], pressed: str) -> Values:
    """By the fields of the page; nothing where it keeps that venue no more."""
    organisation = await mirrors.get(tx, Organisation, tx.acting.organisation_id)
    venues = organisation.venues if organisation else ()
    chosen = next((one for one in venues if pressed == f"{PRESSED}{one.id}"), None)
    return at_venue(chosen) if chosen else {}
