"""Make a payment run: pay every approved claim of an organisation that may be paid, once."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from uuid import UUID

from schemas.event import Event
from schemas.payments import Claim as PublicClaim
from schemas.payments import Payment as PublicPayment
from services.chassis.base import failpoints
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.postgres.transaction import Transaction, new_id
from services.payments import metrics
from services.payments.domain import run as domain
from services.payments.domain.claim import Claim
from services.payments.domain.hands import Hand, together
from services.payments.domain.payee import Payee
from services.payments.domain.run import Payment, Plan
from services.payments.store import claims, hands, payees, restored
from services.payments.store import runs as store
from services.payments.store.runs import File, Run

Line = tuple[Payment, Payee, Sequence[Claim]]
Known = tuple[Mapping[UUID, Payee], Hand, Mapping[UUID, Hand]]
"""Where people are paid, who pays, and who had a hand in it before."""


async def make_run(tx: Transaction[Member], *, seen: str | None = None) -> Run:
    """Claims, run, payments, ledger and payroll file in one transaction.

    `seen`: what was seen of the claims that it pays. Raises CompareFirst, NothingToPay, and RunChanged where they are
    not the same any more.

    Two runs at once: the second waits for the claims that the first has locked, and finds them paid.
    """
    to_compare = bool(await restored.to_compare(tx, tx.acting.organisation_id))
    approved = await claims.lock_approved(tx, tx.acting.organisation_id, limit=domain.MOST_CLAIMS)
    details = await payees.of_people(tx, sorted({claim.person_id for claim in approved}))
    before = {id for claim in approved for _, id in _before(claim)}
    by, known = await hands.of_whoever_acts_and(tx, before, role="finance")
    plan = domain.plan(approved, details, releaser=by)
    domain.may_make_run(plan, to_compare=to_compare).must()
    plan.must_be_as(seen)
    run = Run(
        id=new_id(),
        organisation_id=tx.acting.organisation_id,
        made_by=tx.acting.by,
        made_at=tx.now,
        claims=len(plan.claims),
        total_pence=plan.pence,
        left_out={str(id): why for id, why in plan.left_out.items()},
        by_network=by.by_network,
    )
    await store.add(tx, run)
    lines = await _pay(tx, run, plan, (details, by, known))
    entries = [entry for payment, _, paid in lines for entry in domain.entries(payment, paid)]
    await store.add_transfer(tx, run, entries)
    failpoints.passing("payment-run")
    await store.add_file(tx, run, _file(tx, run, lines))
    for payment, _, _ in lines:
        tx.count(partial(metrics.PAID_DAYS.observe, payment.days_to_pay))
    return run


async def _pay(tx: Transaction[Member], run: Run, plan: Plan, known: Known) -> list[Line]:
    details, by, before = known
    lines: list[Line] = []
    paid: list[Claim] = []
    events: list[Event[PublicClaim] | Event[PublicPayment]] = []
    for person_id, of_person in plan.pays.items():
        payee, ids = details[person_id], (run.id, new_id())
        payment, made = domain.pay(of_person, payee, ids=ids, now=tx.now, today=london_day(tx.now))
        moved = [domain.mark_paid(claim, payment=payment, by=run.made_by) for claim in of_person]
        paid += [claim for claim, _ in moved]
        events += [*(event for _, event in moved), made]
        lines.append((payment, payee, of_person))
    await store.add_payments(tx, [payment for payment, _, _ in lines])
    await claims.save_moved(tx, *_with_hands(paid, by, before))
    await tx.emit(*events)
    return lines


def _with_hands(paid: Sequence[Claim], by: Hand, known: Mapping[UUID, Hand]) -> list[Claim]:
    """Each with which two of its four hands belong together."""
    return [
        replace(claim, together=together([*((part, known[id]) for part, id in _before(claim)), ("releaser", by)]))
        for claim in paid
    ]


def _before(claim: Claim) -> list[tuple[str, UUID]]:
    parts = [("claimant", claim.person_id), ("recorder", claim.recorded_by), ("approver", claim.approved_by)]
    return [(part, id) for part, id in parts if id]


def _file(tx: Transaction[Member], run: Run, lines: Sequence[Line]) -> File:
    day = london_day(tx.now)
    content = domain.payroll_csv(lines, period=f"{day:%Y-%m}")
    name = f"payroll-{tx.acting.ods_code}-{day.isoformat()}-{run.id.hex[-6:]}.csv"
    return File(name, content, hashlib.sha256(content).hexdigest())
