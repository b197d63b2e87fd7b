"""What the pages of payments and its API both show, read in the name of whoever asks."""

from dataclasses import dataclass
from uuid import UUID

from schemas.payments import RateCard
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member, Person
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.transaction import Transaction
from services.payments.domain.claim import Claim
from services.payments.domain.payee import Payee
from services.payments.domain.promise import Promise
from services.payments.store import claims as store
from services.payments.store import payees, promises, rates, runs
from services.payments.store.claims import Listed
from services.payments.store.runs import File, Line, Run

SENT = ("sent", "approved", "returned", "paid")
"""An approver sees what was sent to the organisation, not what its person has not sent yet or declined."""


@dataclass(frozen=True)
class RunDetails:
    """A payment run with its ledger, what the ledger comes to, and its file for payroll."""

    run: Run
    lines: list[Line]
    balance_pence: int
    file: File


async def my_claims(tx: Transaction[Person]) -> list[Listed]:
    """The person's claims, newest session first."""
    return await store.of_person(tx, tx.acting.person_id)


async def my_claim(tx: Transaction[Person], id: UUID) -> Listed:
    """Raises NotFound, for somebody else's too."""
    found = await store.of_person(tx, tx.acting.person_id, id=id)
    if not found:
        raise NotFound
    return found[0]


async def my_payee(tx: Transaction[Person]) -> Payee | None:
    """Where the person is paid; None before they said so."""
    return await payees.get(tx, tx.acting.person_id)


async def promise(tx: Transaction, organisation_id: UUID | None = None) -> Promise | None:
    """How soon people are promised their pay, as of today: by that organisation, or by the network."""
    return await promises.in_force(tx, organisation_id, on=london_day(tx.now))


async def promise_of(tx: Transaction, claim: Claim) -> Promise | None:
    """The same of one claim: while it is on its way, what was promised on the day on which it was sent."""
    under_way = claim.sent_at if claim.status in ("sent", "approved") else None
    found = await promises.in_force(tx, claim.organisation_id, on=london_day(under_way or tx.now))
    if found and under_way and claim.promised_days:
        return Promise(claim.promised_days, found.source)
    return found


async def own_claims(tx: Transaction[Member], *, statuses: tuple[str, ...] = SENT) -> list[Listed]:
    """Those of the organisation that is acted for, the longest waiting first."""
    return await store.of_organisation(tx, tx.acting.organisation_id, statuses=statuses)


async def own_claim(tx: Transaction[Member], id: UUID) -> Listed:
    """One that was sent to the organisation that is acted for. Raises NotFound, for another organisation's too."""
    found = await store.of_organisation(tx, tx.acting.organisation_id, statuses=SENT, id=id)
    if not found:
        raise NotFound
    return found[0]


async def own_rate_cards(tx: Transaction[Member]) -> list[RateCard]:
    """Those of the organisation that is acted for, newest first."""
    return await rates.of_organisation(tx, tx.acting.organisation_id)


async def own_runs(tx: Transaction[Member]) -> list[Run]:
    """Those of the organisation that is acted for, newest first."""
    return await runs.of_organisation(tx, tx.acting.organisation_id)


async def own_run(tx: Transaction[Member], id: UUID) -> RunDetails:
    """Raises NotFound, for another organisation's too."""
    run = await runs.get(tx, id, organisation_id=tx.acting.organisation_id)
    return RunDetails(run, await runs.lines(tx, run), await runs.balance(tx, run), await runs.file(tx, run))


async def own_payroll_file(tx: Transaction[Member], run_id: UUID) -> File:
    """The same bytes each time. Raises NotFound, for another organisation's too."""
    return await runs.file(tx, await runs.get(tx, run_id, organisation_id=tx.acting.organisation_id))
