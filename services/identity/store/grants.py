"""Roles that wait for the network's finance, and memberships of which it is not yet said who granted them."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.chassis.postgres.lists import Asked, Few, Listing, Page, Sort, few
from services.chassis.postgres.transaction import Row, Transaction

_WAITING = "w.id, w.account_id, w.organisation_id, w.roles, w.valid_from, w.valid_to, w.asked_by, w.asked_at"


@dataclass(frozen=True)
class WaitingRoles:
    """Roles that somebody is to have in an organisation. `asked_by`: who would give them."""

    id: UUID
    account_id: UUID
    organisation_id: UUID
    roles: tuple[str, ...]
    valid_from: date | None
    valid_to: date | None
    asked_by: UUID
    asked_at: datetime


@dataclass(frozen=True)
class Listed:
    """The same as the network's finance sees it, with what people and the organisation are called."""

    waiting: WaitingRoles
    called: str
    asked_by_called: str
    organisation: str


def _waiting(row: Row) -> WaitingRoles:
    return WaitingRoles(
        row["id"],
        row["account_id"],
        row["organisation_id"],
        tuple(row["roles"]),
        row["valid_from"],
        row["valid_to"],
        row["asked_by"],
        row["asked_at"],
    )


async def one_after_another(tx: Transaction) -> None:
    """Whoever gives a role at this moment is waited for: it is seldom done, and has to see what was given before."""
    await tx.execute("select pg_advisory_xact_lock(hashtextextended('identity:grants', 0))")


async def add(tx: Transaction, w: WaitingRoles) -> bool:
    """False when roles for the same person in the same organisation wait already."""
    added = await tx.change_any(
        "insert into role_waiting (id, account_id, organisation_id, roles, valid_from, valid_to, asked_by, asked_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8)"
        " on conflict (organisation_id, account_id) where decided_at is null do nothing",
        *(w.id, w.account_id, w.organisation_id, list(w.roles), w.valid_from, w.valid_to, w.asked_by, w.asked_at),
    )
    return added == 1


async def lock(tx: Transaction, id: UUID) -> WaitingRoles | None:
    """One that waits; None when it was decided, or for whoever may not see it."""
    row = await tx.lock_one(
        "select " + _WAITING + " from role_waiting w where w.id = $1 and w.decided_at is null for update", id
    )
    return _waiting(row) if row else None


async def decide(tx: Transaction, id: UUID, *, by: UUID, released: bool, now: datetime) -> None:
    await tx.change_one(
        "update role_waiting set decided_at = $2, decided_by = $3, released = $4 where id = $1", id, now, by, released
    )


MOST_SHOWN = 50


async def of_organisation(tx: Transaction, organisation_id: UUID) -> Few[WaitingRoles]:
    """What waits for the network, as the organisation's admins see it. No organisation has many."""
    rows = await tx.fetch(
        "select " + _WAITING + " from role_waiting w where w.organisation_id = $1 and w.decided_at is null"
        " order by w.asked_at, w.id limit $2",
        *(organisation_id, MOST_SHOWN + 1),
    )
    return few(rows, MOST_SHOWN, _waiting)


async def every(tx: Transaction, asked: Asked) -> Page[Listed]:
    """All that waits, the oldest first, for the network's finance."""
    page = await WAITING.page(tx, asked)
    return page.with_items([Listed(_waiting(r), r["called"], r["by_called"], r["organisation"]) for r in page.items])


WAITING = Listing(
    "roles that wait",
    sorts=(
        Sort(
            "first",
            "Oldest first",
            "select " + _WAITING + ", a.called, coalesce(b.called, 'Somebody') as by_called, o.name as organisation"
            " from role_waiting w join account a on a.id = w.account_id left join account b on b.id = w.asked_by"
            " join organisation o on o.id = w.organisation_id"
            " where w.decided_at is null and (w.asked_at, w.id) > ($1, $2) order by w.asked_at, w.id limit $3",
            by={"asked_at": datetime, "id": UUID},
        ),
    ),
    count="select count(*) from (select from role_waiting w where w.decided_at is null limit $1) as counted",
    size=30,
)


async def not_said(tx: Transaction, *, limit: int) -> list[tuple[UUID, UUID]]:
    """Accounts and memberships of which it is known who granted them, and nothing more; in the order of their ids."""
    rows = await tx.fetch(
        "select account_id, id from membership where granted_at is null and granted_by is not null"
        " order by id limit $1",
        limit,
    )
    return [(row["account_id"], row["id"]) for row in rows]
