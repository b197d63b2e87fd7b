"""Payment runs, what they paid, the ledger, and the payroll files. All of it is written once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.chassis.base.refusals import NotFound
from services.chassis.postgres.lists import Asked, Few, Listing, Page, Sort, few
from services.chassis.postgres.transaction import Row, Transaction, new_id
from services.payments.domain.run import AccountKind, Entry, Payment

LINE_LIMIT = 2000
_RUN = "id, organisation_id, made_by, made_at, claims, total_pence, left_out, by_network"
_PAYMENT = (
    "p.id, p.version, p.organisation_id, p.ods_code, p.person_id, p.run_id, p.reference, p.payee_version,"
    " p.amount_pence, p.paid_at, p.days_to_pay,"
    " array(select c.id from claim c where c.payment_id = p.id order by c.id) as claims"
)


@dataclass(frozen=True)
class Run:
    """One payment run. `left_out`: why a claim was left out, by its id."""

    id: UUID
    organisation_id: UUID
    made_by: UUID
    made_at: datetime
    claims: int
    total_pence: int
    left_out: Mapping[str, str]
    by_network: bool = False


@dataclass(frozen=True)
class File:
    """The bytes that were handed to payroll, with their SHA-256 in hex."""

    name: str
    content: bytes
    sha256: str


@dataclass(frozen=True)
class Line:
    """A line of the ledger as a page shows it."""

    account: str
    reference: str
    claim_id: UUID | None
    amount_pence: int


def _run(row: Row) -> Run:
    return Run(
        row["id"],
        row["organisation_id"],
        row["made_by"],
        row["made_at"],
        row["claims"],
        row["total_pence"],
        json.loads(row["left_out"]),
        row["by_network"],
    )


async def add(tx: Transaction, run: Run) -> None:
    await tx.change_one(
        "insert into run (id, organisation_id, made_by, made_at, claims, total_pence, left_out, by_network)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8)",
        *(run.id, run.organisation_id, run.made_by, run.made_at, run.claims, run.total_pence),
        *(json.dumps(dict(run.left_out)), run.by_network),
    )


async def add_payments(tx: Transaction, payments: Sequence[Payment]) -> None:
    """All that one run pays."""
    await tx.change_each(
        "insert into payment (id, version, organisation_id, ods_code, person_id, run_id, reference, payee_version,"
        " amount_pence, paid_at, days_to_pay)"
        " select * from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::text[], $5::uuid[], $6::uuid[], $7::text[],"
        " $8::bigint[], $9::bigint[], $10::timestamptz[], $11::int[])",
        [
            (
                *(p.id, p.version, p.organisation_id, p.ods_code, p.person_id, p.run_id, p.reference, p.payee_version),
                *(p.amount_pence, p.paid_at, p.days_to_pay),
            )
            for p in payments
        ],
    )


def _payment(row: Row) -> Payment:
    values: dict[str, Any] = dict(row)
    values["claims"] = tuple(values["claims"])
    return Payment(**values)


async def payments_after(tx: Transaction, id: UUID, *, limit: int) -> list[Payment]:
    """Those after an id, in id order."""
    rows = await tx.fetch(
        "select " + _PAYMENT + " from payment p where p.id > $1 order by p.id limit $2",
        *(id, limit),
    )
    return [_payment(row) for row in rows]


async def lock_payment(tx: Transaction, id: UUID) -> Payment | None:
    row = await tx.lock_one("select " + _PAYMENT + " from payment p where p.id = $1 for update", id)
    return _payment(row) if row else None


async def save_payment(tx: Transaction, p: Payment) -> None:
    """Nothing about a payment ever changes but its version, when it is said again."""
    await tx.change_one("update payment set version = $2 where id = $1", p.id, p.version)


async def add_transfer(tx: Transaction, run: Run, entries: Sequence[Entry]) -> None:
    """One transfer a run. PostgreSQL refuses the commit when its entries do not come to zero."""
    accounts: dict[AccountKind, UUID] = {
        "involvement_expense": await _account(tx, run.organisation_id, "involvement_expense"),
        "payroll_clearing": await _account(tx, run.organisation_id, "payroll_clearing"),
    }
    transfer_id = new_id()
    await tx.change_one(
        "insert into transfer (id, organisation_id, run_id, made_at) values ($1, $2, $3, $4)",
        *(transfer_id, run.organisation_id, run.id, run.made_at),
    )
    await tx.change_each(
        "insert into entry (id, organisation_id, transfer_id, account_id, payment_id, claim_id, amount_pence)"
        " select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::bigint[])",
        [
            (new_id(), run.organisation_id, transfer_id, accounts[e.account], e.payment_id, e.claim_id, e.amount_pence)
            for e in entries
        ],
    )


async def _account(tx: Transaction, organisation_id: UUID, kind: AccountKind) -> UUID:
    """The organisation's account of this kind, opened at first use."""
    row = await tx.change_for(
        "insert into ledger_account (id, organisation_id, kind) values ($1, $2, $3)"
        " on conflict (organisation_id, kind) do update set kind = excluded.kind returning id",
        *(new_id(), organisation_id, kind),
    )
    assert row
    return row["id"]


async def add_file(tx: Transaction, run: Run, file: File) -> None:
    await tx.change_one(
        "insert into payroll_file (run_id, organisation_id, name, content, sha256) values ($1, $2, $3, $4, $5)",
        *(run.id, run.organisation_id, file.name, file.content, file.sha256),
    )


async def of_organisation(tx: Transaction, asked: Asked, organisation_id: UUID) -> Page[Run]:
    """Newest first."""
    page = await RUNS.page(tx, asked, organisation_id)
    return page.with_items([_run(row) for row in page.items])


RUNS = Listing(
    "runs",
    sorts=(
        Sort(
            "newest",
            "Newest first",
            "select " + _RUN + " from run where organisation_id = $1 and (made_at, id) < ($2, $3)"
            " order by made_at desc, id desc limit $4",
            by={"made_at": datetime, "id": UUID},
            descending=True,
        ),
    ),
    count="select count(*) from (select from run where organisation_id = $1 limit $2) as counted",
)


async def get(tx: Transaction, id: UUID, *, organisation_id: UUID) -> Run:
    """Raises NotFound, also for another organisation's."""
    row = await tx.fetchrow("select " + _RUN + " from run where id = $1 and organisation_id = $2", id, organisation_id)
    if row is None:
        raise NotFound
    return _run(row)


async def file(tx: Transaction, run: Run) -> File:
    row = await tx.fetchrow("select name, content, sha256 from payroll_file where run_id = $1", run.id)
    if row is None:
        raise NotFound
    return File(row["name"], bytes(row["content"]), row["sha256"])


async def lines(tx: Transaction, run: Run) -> Few[Line]:
    """The ledger's lines of a run, a payment's debits before its credit."""
    rows = await tx.fetch(
        "select a.kind, p.reference, e.claim_id, e.amount_pence from entry e join transfer t on t.id = e.transfer_id"
        " join ledger_account a on a.id = e.account_id join payment p on p.id = e.payment_id"
        " where t.run_id = $1 order by p.reference, e.amount_pence desc, e.id limit $2",
        *(run.id, LINE_LIMIT + 1),
    )
    return few(rows, LINE_LIMIT, lambda r: Line(r["kind"], r["reference"], r["claim_id"], r["amount_pence"]))


async def balance(tx: Transaction, run: Run) -> int:
    """What all of a run's lines come to, in pence: nought."""
    total = await tx.fetchval(
        "select coalesce(sum(e.amount_pence), 0) from entry e join transfer t on t.id = e.transfer_id"
        " where t.run_id = $1",
        run.id,
    )
    return int(total)
