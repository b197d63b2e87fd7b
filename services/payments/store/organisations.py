"""Organisations, as identity says them."""

from schemas.identity import Organisation
from services.chassis.postgres.transaction import Transaction


async def with_code(tx: Transaction, ods_code: str) -> Organisation | None:
    text = await tx.fetchval(
        "select state from mirror_organisation where state ->> 'ods_code' = $1 and not erased", ods_code
    )
    return Organisation.model_validate_json(text) if text else None


async def network(tx: Transaction) -> Organisation | None:
    """The one that runs the gateway; None before it was heard of."""
    text = await tx.fetchval(
        "select state from mirror_organisation where state ->> 'kind' = 'network' and not erased order by id limit 1"
    )
    return Organisation.model_validate_json(text) if text else None
