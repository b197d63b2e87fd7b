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


async def note_forgotten(tx: Transaction, account_id: UUID) -> bool:
    """False where it was noted before. The account is noted."""
    row = await tx.lock_one("select forgotten_at from listed_account where account_id = $1 for update", account_id)
    if row is None or row["forgotten_at"]:
        return False
    await tx.change_one("update listed_account set forgotten_at = $2 where account_id = $1", account_id, tx.now)
    return True
