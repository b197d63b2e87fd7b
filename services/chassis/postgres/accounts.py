"""The account of whoever asks, with the organisation of theirs that a page is about: one statement for both."""

from uuid import UUID

from schemas.identity import Account, Organisation
from services.chassis.postgres.transaction import Transaction


async def with_organisation(tx: Transaction, id: UUID, ods_code: str) -> tuple[Account | None, Organisation | None]:
    """As this room has heard of them; None of what it has not. The organisation is one of which they are, or were, a
    member; with no code, any of them.
    """
    row = await tx.fetchrow(
        "select a.state as account, o.state as organisation from mirror_account a left join mirror_organisation o"
        " on not o.erased and o.id = (select (m ->> 'organisation_id')::uuid"
        " from jsonb_array_elements(a.state -> 'memberships') m where $2 in ('', m ->> 'ods_code') limit 1)"
        " where a.id = $1 and not a.erased",
        *(id, ods_code),
    )
    if row is None:
        return None, None
    organisation = row["organisation"]
    return (
        Account.model_validate_json(row["account"]),
        Organisation.model_validate_json(organisation) if organisation else None,
    )
