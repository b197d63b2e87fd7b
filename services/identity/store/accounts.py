"""Accounts, their sign-in addresses and their memberships."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from schemas.identity import EndedSession
from services.chassis.base.addresses import EmailAddress
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.private import PrivateHalf
from services.chassis.postgres.transaction import Row, Transaction
from services.identity.domain.account import Account, Membership
from services.identity.domain.sign_in import AddressTaken

_ACCOUNT = "id, version, called, kind, can_sign_in, came_to_join_at, listed, ended_sessions"


async def account(tx: Transaction, account_id: UUID) -> Account | None:
    """As it is now. It must be named first, or be one's own; None when it is gone."""
    row = await tx.fetchrow("select " + _ACCOUNT + " from account where id = $1", account_id)
    return (await _accounts(tx, [row]))[0] if row else None


async def lock_account(tx: Transaction, account_id: UUID) -> Account:
    """The account, held until the commit. It must be named first, or be one's own. Raises NotFound."""
    row = await tx.lock_one("select " + _ACCOUNT + " from account where id = $1 for update", account_id)
    if row is None:
        raise NotFound
    return (await _accounts(tx, [row]))[0]


async def see_account(tx: Transaction, account_id: UUID) -> Account:
    """The same where it is only shown, and not held. Raises NotFound."""
    found = await account(tx, account_id)
    if found is None:
        raise NotFound
    return found


async def accounts_after(tx: Transaction, id: UUID, *, limit: int) -> list[Account]:
    """Those after an id, in id order."""
    rows = await tx.fetch("select " + _ACCOUNT + " from account where id > $1 order by id limit $2", id, limit)
    return await _accounts(tx, rows)


async def _accounts(tx: Transaction, rows: Sequence[Row]) -> list[Account]:
    memberships: dict[UUID, list[Membership]] = {row["id"]: [] for row in rows}
    for m in await tx.fetch(
        "select m.id, m.account_id, m.organisation_id, o.ods_code, m.roles, m.valid_from, m.valid_to, m.granted_by,"
        " m.granted_at, m.granted_under"
        " from membership m join organisation o on o.id = m.organisation_id"
        " where m.account_id = any($1::uuid[]) order by m.valid_from, m.id",
        list(memberships),
    ):
        memberships[m["account_id"]].append(_membership(m))
    return [
        Account(
            id=row["id"],
            version=row["version"],
            called=row["called"],
            kind=row["kind"],
            can_sign_in=row["can_sign_in"],
            came_to_join_at=row["came_to_join_at"],
            listed=row["listed"],
            memberships=tuple(memberships[row["id"]]),
            ended_sessions=tuple(EndedSession.model_validate(one) for one in json.loads(row["ended_sessions"])),
        )
        for row in rows
    ]


def _membership(m: Row) -> Membership:
    return Membership(
        m["id"],
        m["organisation_id"],
        m["ods_code"],
        tuple(m["roles"]),
        m["valid_from"],
        m["valid_to"],
        m["granted_by"],
        m["granted_at"],
        tuple(m["granted_under"]),
    )


async def add_account(
    tx: Transaction, account: Account, *, now: datetime, entered_by: UUID | None = None, entered_for: UUID | None = None
) -> None:
    """The account must be named first."""
    await tx.change_one(
        "insert into account (id, version, called, kind, can_sign_in, came_to_join_at, listed, opened_at,"
        " entered_by, entered_for) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        *(account.id, account.version, account.called, account.kind, account.can_sign_in, account.came_to_join_at),
        *(account.listed, now, entered_by, entered_for),
    )


async def save_account(tx: Transaction, account: Account) -> None:
    """Write the account as it is now, its memberships too. It must be locked, so the row is there and named."""
    ended = json.dumps([one.model_dump(mode="json") for one in account.ended_sessions])
    await tx.change_one(
        "update account set version = $2, called = $3, can_sign_in = $4, listed = $5, ended_sessions = $6"
        " where id = $1",
        *(account.id, account.version, account.called, account.can_sign_in, account.listed, ended),
    )
    await tx.change_any(
        "delete from membership where account_id = $1 and not id = any ($2::uuid[])",
        *(account.id, [m.id for m in account.memberships]),
    )
    for m in account.memberships:
        await tx.change_one(
            "insert into membership (id, account_id, organisation_id, roles, valid_from, valid_to, granted_by,"
            " granted_at, granted_under) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (id) do update set"
            " valid_to = excluded.valid_to, granted_at = excluded.granted_at, granted_under = excluded.granted_under",
            *(m.id, account.id, m.organisation_id, list(m.roles), m.valid_from, m.valid_to),
            *(m.granted_by, m.granted_at, list(m.granted_under)),
        )


async def delete_account(tx: Transaction, account_id: UUID) -> None:
    """Its row and all that hangs on it: address, memberships, sessions, secrets. The caller holds the row's lock."""
    await tx.change_one("delete from account where id = $1", account_id)


async def forget_account(tx: Transaction, account_id: UUID) -> None:
    """The same, where it may be gone already."""
    await tx.change_any("delete from account where id = $1", account_id)


async def account_of_address(tx: Transaction, key: str) -> UUID | None:
    """Whose address it is. It must be named first."""
    return await tx.fetchval("select account_id from address where email_key = $1", key)


@dataclass(frozen=True)
class Owner:
    """Whose address it is: where to write, and what they are called."""

    account_id: UUID
    email: str
    called: str


async def owner_of_address(tx: Transaction, key: str) -> Owner | None:
    """The same with what a letter to them needs, by one statement whether there is anybody or not."""
    row = await tx.fetchrow(
        "select d.account_id, d.email, a.called from address d join account a on a.id = d.account_id"
        " where d.email_key = $1",
        key,
    )
    return Owner(*row.values()) if row else None


@dataclass(frozen=True)
class SignInAddress:
    """A credential: it is here, and on no topic."""

    email: str
    email_key: str | None


SIGN_IN_ADDRESS = PrivateHalf(
    "address",
    SignInAddress,
    beside=(("id", "account_id"),),
    save_sql="insert into address (account_id, email, email_key) values ($1, $2, $3)"
    " on conflict (account_id) do update set email = excluded.email, email_key = excluded.email_key",
    get_sql="select email, email_key from address where account_id = $1",
)


async def address_of(tx: Transaction, account_id: UUID) -> str | None:
    found = await SIGN_IN_ADDRESS.get(tx, account_id)
    return found.email if found else None


async def key_of(tx: Transaction, account_id: UUID) -> str | None:
    """None too for an address that an older version took and nothing can be sent to any more."""
    found = await SIGN_IN_ADDRESS.get(tx, account_id)
    return found.email_key if found else None


async def add_address(tx: Transaction, account: Account, email: EmailAddress) -> None:
    """Raises AddressTaken. Account and address must be named first."""
    try:
        await SIGN_IN_ADDRESS.save(tx, account, SignInAddress(email.kept, email.key))
    except asyncpg.UniqueViolationError:
        raise AddressTaken from None


async def called_of_entered(tx: Transaction[Member], account_id: UUID) -> str | None:
    """What somebody is called whom the acting organisation entered by phone; None for anybody else."""
    return await tx.fetchval(
        "select called from account where id = $1 and entered_for = $2", account_id, tx.acting.organisation_id
    )
