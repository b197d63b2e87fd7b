"""Changes of the sign-in address that wait to be proved: at most one an account."""

from datetime import datetime
from uuid import UUID

from services.chassis.base.addresses import EmailAddress
from services.chassis.postgres.transaction import Row, Transaction
from services.identity.domain.address_change import AddressChange

_CHANGE = (
    "account_id, email, email_key, new_hash, old_hash, letters, asked_at, expires_at, new_proved_at, old_proved_at,"
    " ended_as"
)


def _change(row: Row | None) -> AddressChange | None:
    if row is None:
        return None
    return AddressChange(
        account_id=row["account_id"],
        email=EmailAddress(row["email"], row["email_key"]),
        new_hash=row["new_hash"],
        old_hash=row["old_hash"],
        letters=tuple(row["letters"]),
        asked_at=row["asked_at"],
        expires_at=row["expires_at"],
        new_proved_at=row["new_proved_at"],
        old_proved_at=row["old_proved_at"],
        ended_as=row["ended_as"],
    )


async def of_account(tx: Transaction, account_id: UUID) -> AddressChange | None:
    """As it is now, one that has ended or run out too. The account must be named, or be one's own."""
    return _change(await tx.fetchrow("select " + _CHANGE + " from address_change where account_id = $1", account_id))


async def waiting(tx: Transaction, account_id: UUID) -> AddressChange | None:
    """The same, only while it can still be proved."""
    change = await of_account(tx, account_id)
    return change if change and change.waits(tx.now) else None


async def by_link(tx: Transaction, link_hash: str) -> AddressChange | None:
    """The one with this link in one of its letters. The link must be named first."""
    return _change(
        await tx.fetchrow("select " + _CHANGE + " from address_change where new_hash = $1 or old_hash = $1", link_hash)
    )


async def save(tx: Transaction, c: AddressChange) -> None:
    """In the place of one that was there. The caller holds the lock of the account's row."""
    await tx.change_one(
        "insert into address_change (account_id, email, email_key, new_hash, old_hash, letters, asked_at, expires_at,"
        " new_proved_at, old_proved_at, ended_as) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        " on conflict (account_id) do update set email = excluded.email, email_key = excluded.email_key,"
        " new_hash = excluded.new_hash, old_hash = excluded.old_hash, letters = excluded.letters,"
        " asked_at = excluded.asked_at, expires_at = excluded.expires_at, new_proved_at = excluded.new_proved_at,"
        " old_proved_at = excluded.old_proved_at, ended_as = excluded.ended_as",
        *(c.account_id, c.email.kept, c.email.key, c.new_hash, c.old_hash, list(c.letters), c.asked_at, c.expires_at),
        *(c.new_proved_at, c.old_proved_at, c.ended_as),
    )


async def delete_old(tx: Transaction, *, before: datetime) -> None:
    await tx.change_any("delete from address_change where expires_at < $1", before)
