"""Who may act for an organisation: the list of its staff, and who of them is an admin."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Row, Transaction

MOST_TOLD = 50
"""So many admins of one organisation are told of a grant; none has as many."""


@dataclass(frozen=True)
class StaffRow:
    """One membership as an organisation's admin sees it."""

    membership_id: UUID
    account_id: UUID
    called: str
    kind: str
    roles: tuple[str, ...]
    valid_from: date
    valid_to: date | None


async def staff(tx: Transaction, asked: Asked, organisation_id: UUID, words: str, *, today: date) -> Page[StaffRow]:
    """Who may act for the organisation today or later; `words`: a part of what they are called."""
    page = await STAFF.page(tx, asked, organisation_id, words, at=today)
    return page.with_items([_staff_row(row) for row in page.items])


def _staff_row(r: Row) -> StaffRow:
    who = (r["id"], r["account_id"], r["called"], r["kind"])
    return StaffRow(*who, tuple(r["roles"]), r["valid_from"], r["valid_to"])


_STAFF = (
    " from membership m join account a on a.id = m.account_id where m.organisation_id = $1"
    " and strpos(a.called_key, (select searched($2))) > 0 and not ends_before(m.valid_to, $3)"
)
STAFF = Listing(
    "staff",
    sorts=(
        Sort(
            "name",
            "By name",
            "select m.id, m.account_id, a.called, a.kind, m.roles, m.valid_from, m.valid_to,"
            " a.called_key" + _STAFF + " and (a.called_key, m.id) > ($4, $5) order by a.called_key, m.id limit $6",
            by={"called_key": str, "id": UUID},
        ),
    ),
    count="select count(*) from (select" + _STAFF + " limit $4) as counted",
    size=30,
)


@dataclass(frozen=True)
class OwnMembership:
    """Roles in one organisation as whoever holds them sees them. `holds_now`: else its first day is still to come."""

    ods_code: str
    organisation: str
    roles: tuple[str, ...]
    valid_from: date
    valid_to: date | None
    holds_now: bool


async def memberships_of(tx: Transaction, account_id: UUID, *, today: date) -> list[OwnMembership]:
    """Those of today and later, by the organisation's name. The account must be named, or be one's own."""
    rows = await tx.fetch(
        "select o.ods_code, o.name, m.roles, m.valid_from, m.valid_to, m.valid_from <= $2 as holds_now"
        " from membership m join organisation o on o.id = m.organisation_id"
        " where m.account_id = $1 and not ends_before(m.valid_to, $2) order by o.name_key, m.valid_from, m.id",
        *(account_id, today),
    )
    return [OwnMembership(r["ods_code"], r["name"], tuple(r["roles"]), *list(r.values())[3:]) for r in rows]


async def called_of_staff(tx: Transaction, account_id: UUID, organisation_id: UUID, *, today: date) -> str | None:
    """What somebody is called who may act for the organisation today or later; None for everybody else."""
    return await tx.fetchval(
        "select a.called from membership m join account a on a.id = m.account_id where m.account_id = $1"
        " and m.organisation_id = $2 and not ends_before(m.valid_to, $3) limit 1",
        *(account_id, organisation_id, today),
    )


async def called_of(tx: Transaction, account_id: UUID) -> str | None:
    """What somebody is called whom whoever asks may see."""
    return await tx.fetchval("select called from account where id = $1", account_id)


async def admins_left(tx: Transaction, organisation_id: UUID, *, today: date, without: UUID) -> bool:
    """Whether a person is admin today and has no last day, by another membership and account than these.

    `without`: the membership that ends, or the account that leaves. The organisation must be named first.
    """
    return await tx.fetchval(
        "select exists (select from membership m join account a on a.id = m.account_id where m.organisation_id = $1"
        " and m.id <> $2 and m.account_id <> $2 and 'admin' = any(m.roles) and m.valid_from <= $3"
        " and m.valid_to is null and a.kind = 'person' and a.can_sign_in)",
        *(organisation_id, without, today),
    )


async def is_admin_of_network(tx: Transaction, account_id: UUID, *, today: date) -> bool:
    """A person who can sign in and is an admin of the network today."""
    return await tx.fetchval(
        "select exists (select from membership m join organisation o on o.id = m.organisation_id"
        " join account a on a.id = m.account_id where m.account_id = $1 and o.kind = 'network'"
        " and 'admin' = any(m.roles) and in_force(m.valid_from, m.valid_to, $2) and a.kind = 'person'"
        " and a.can_sign_in)",
        *(account_id, today),
    )


async def holders(tx: Transaction, organisation_id: UUID, role: str, *, today: date) -> list[UUID]:
    """People who have a role today; the organisation must be named first, or acted for."""
    rows = await tx.fetch(
        "select distinct m.account_id from membership m join account a on a.id = m.account_id"
        " where m.organisation_id = $1 and $2 = any(m.roles) and in_force(m.valid_from, m.valid_to, $3)"
        " and a.kind = 'person' and a.can_sign_in order by 1 limit $4",
        *(organisation_id, role, today, MOST_TOLD),
    )
    return [row["account_id"] for row in rows]


async def membership_account(tx: Transaction, membership_id: UUID, organisation_id: UUID) -> UUID | None:
    """Whose membership this is, if it is one of this organisation."""
    return await tx.fetchval(
        "select account_id from membership where id = $1 and organisation_id = $2", membership_id, organisation_id
    )
