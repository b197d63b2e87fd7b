"""What the network owes a person, as far as claims were heard of."""

from dataclasses import dataclass

from services.chassis.postgres.transaction import Transaction


@dataclass(frozen=True)
class Owed:
    """What a person has claimed, or could claim, and has not been paid."""

    pence: int
    claims: int


async def owed_to_me(tx: Transaction) -> Owed:
    """Of whoever is acting. A claim that was paid, refused by the person or cancelled is not owed."""
    row = await tx.fetchrow(
        "select coalesce(sum((state ->> 'amount_pence')::bigint), 0)::bigint as pence, count(*)::int as claims"
        " from mirror_claim where person_id = $1 and not erased"
        " and state ->> 'status' <> all (array['paid', 'declined', 'cancelled'])",
        tx.acting.subject_id,
    )
    assert row
    return Owed(row["pence"], row["claims"])
