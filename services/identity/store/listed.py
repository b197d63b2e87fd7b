"""For whom an account was opened because an organisation listed them."""

from uuid import UUID

from services.chassis.postgres.transaction import Transaction


async def note(tx: Transaction, account_id: UUID) -> bool:
    """False where it was noted before: then they have an account, or were forgotten."""
    noted = await tx.change_any(
        "insert into listed_account (account_id, opened_at) values ($1, $2) on conflict (account_id) do nothing",
        *(account_id, tx.now),
    )
    return noted == 1


async def forget_once(tx: Transaction, account_id: UUID) -> bool:
    """False where it was noted before. The account is noted."""
    noted = await tx.change_any(
        "update listed_account set forgotten_at = $2 where account_id = $1 and forgotten_at is null",
        *(account_id, tx.now),
    )
    return noted == 1
