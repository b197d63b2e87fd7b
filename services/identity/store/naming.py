"""Naming the one address, link or account that a command is about, for this transaction (see migration 0001)."""

from uuid import UUID

from services.chassis.postgres.transaction import Transaction


async def name_address(tx: Transaction, key: str) -> None:
    """From here on the address with this key may be looked up, its links counted, and a letter to it written."""
    await tx.execute("select set_config('app.address', $1, true)", key)


async def name_link(tx: Transaction, secret_hash: str) -> None:
    """From here on the link, or the machine's secret, with this hash may be read."""
    await tx.execute("select set_config('app.link', $1, true)", secret_hash)


async def name_account(tx: Transaction, account_id: UUID) -> None:
    """From here on this one account may be read and changed. The command has checked that it may be."""
    await tx.execute("select set_config('app.account', $1, true)", str(account_id))


async def name_organisation(tx: Transaction, organisation_id: UUID) -> None:
    """From here on who acts for this one organisation may be read, to count its admins and to tell them."""
    await tx.execute("select set_config('app.named_organisation', $1, true)", str(organisation_id))


async def show_demo_list(tx: Transaction) -> None:
    """From here on all accounts may be listed. Only ever called in the demo and test profiles."""
    await tx.execute("select set_config('app.demo', 'yes', true)")
