"""What the pages of payments and its API both show, read in the name of whoever asks."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from schemas.matching import Opportunity
from schemas.payments import RateCard
from services.chassis.base.access import london_day
from services.chassis.base.choices import Choice
from services.chassis.base.hands import SYSTEM, Member, Person
from services.chassis.base.refusals import NotFound
from services.chassis.base.security_log import Happened
from services.chassis.postgres import mirrors
from services.chassis.postgres.lists import Asked, Few, Page
from services.chassis.postgres.transaction import Transaction
from services.chassis.postgres.who_answers import WhoAnswers, who_answers
from services.payments.domain import run as domain
from services.payments.domain.claim import Claim, PersonChoices, choices_of_person
from services.payments.domain.correcting import CorrectionChoices, may_settle
from services.payments.domain.deciding import StaffChoices, choices_of_staff
from services.payments.domain.hands import Hand
from services.payments.domain.household import Code, Household
from services.payments.domain.payee import Payee, ShownPayee, ToConfirm
from services.payments.domain.promise import Promise
from services.payments.store import claim_lists as store
from services.payments.store import (
    claims,
    hands,
    households,
    organisations,
    payees,
    promises,
    rates,
    restored,
    runs,
    to_confirm,
)
from services.payments.store.claim_lists import Listed, Total
from services.payments.store.hands import NewRole
from services.payments.store.runs import File, Line, Run
from services.payments.store.to_confirm import ToRing


@dataclass(frozen=True)
class RunDetails:
    """A payment run with its ledger, what the ledger comes to, and its file for payroll."""

    run: Run
    lines: Few[Line]
    balance_pence: int
    file: File


@dataclass(frozen=True)
class MyClaim(Listed):
    """A person's claim, and what may be done with it for them."""

    choices: PersonChoices


@dataclass(frozen=True)
class OurClaim(Listed):
    """A claim that was sent to an organisation, and what the approver who asks may do with it."""

    choices: StaffChoices


@dataclass(frozen=True)
class CorrectedClaim(Listed):
    """A claim whose session was recorded otherwise after it was sent, and what finance may do with it."""

    choices: CorrectionChoices


@dataclass(frozen=True)
class NextRun:
    """What a payment run of whoever asks would pay now, and whether they may make it.

    `left_out`: why → how many claims. `seen`: which claims these are, to be compared when the run is made.
    """

    make: Choice
    pays: int
    pence: int
    left_out: Mapping[str, int]
    seen: str


async def claims_of_others(tx: Transaction[Member], asked: Asked) -> Page[Listed]:
    """Claims of other organisations about which only the network's finance may decide.

    Raises NotFound to every other organisation.
    """
    network = await organisations.network(tx)
    if network is None or network.id != tx.acting.organisation_id:
        raise NotFound
    tx.note(Happened.LOOKED, what="claims_of_others")
    async with tx.reading_as(SYSTEM) as seeing:
        return await store.for_others(seeing, asked, tx.acting.by)


async def my_claims(tx: Transaction[Person], asked: Asked) -> Page[MyClaim]:
    """The person's claims, newest session first."""
    page = await store.of_person(tx, asked, tx.acting.person_id)
    return page.with_items([_mine(one, tx.acting.by) for one in page.items])


async def my_claim(tx: Transaction[Person], id: UUID) -> MyClaim:
    """Raises NotFound, for somebody else's too."""
    found = await store.one_of_person(tx, tx.acting.person_id, id)
    if found is None:
        raise NotFound
    return _mine(found, tx.acting.by)


@dataclass(frozen=True)
class HandsIn:
    """Who had a hand in a claim, as whoever decides about it sees it; empty where nobody had, or it is not known."""

    recorder: str
    approver: str
    releaser: str
    new_roles: list[NewRole]


async def hands_in(tx: Transaction[Member], claim: Claim) -> HandsIn:
    """With the roles that they, and whoever asks, were given in the last 30 days."""
    parts = (claim.recorded_by, claim.approved_by, claim.released_by)
    ids = {id for id in parts if id}
    names = await hands.called(tx, ids)
    recorder, approver, releaser = (names[id] if id else "" for id in parts)
    return HandsIn(recorder, approver, releaser, await hands.new_roles(tx, ids | {tx.acting.by}))


async def new_roles_before_a_run(tx: Transaction[Member]) -> list[NewRole]:
    """Of whoever asks, and of whoever recorded or approved what a run would take now."""
    approved = await claims.approved(tx, tx.acting.organisation_id, limit=domain.MOST_CLAIMS)
    ids = {id for claim in approved for id in (claim.recorded_by, claim.approved_by) if id}
    return await hands.new_roles(tx, ids | {tx.acting.by})


async def own_claims_together(tx: Transaction[Member], asked: Asked) -> Page[Listed]:
    """Those of which two hands belong together, the longest ago first."""
    return await store.together(tx, asked, tx.acting.organisation_id)


def _mine(one: Listed, by: UUID) -> MyClaim:
    return MyClaim(**vars(one), choices=choices_of_person(one.claim, by=by))


async def my_payee(tx: Transaction[Person]) -> Payee | None:
    """Where the person is paid; None before they said so. What may be shown of it is `my_shown_payee`."""
    return await payees.get(tx, tx.acting.person_id)


async def my_shown_payee(tx: Transaction[Person]) -> ShownPayee | None:
    payee = await my_payee(tx)
    return payee.shown(to_helper=tx.acting.helper is not None) if payee else None


async def my_details_to_confirm(tx: Transaction[Person]) -> ToConfirm | None:
    """What a helper entered and nobody has confirmed yet."""
    return await to_confirm.get(tx, tx.acting.person_id)


async def people_to_ring_back(tx: Transaction[Member], asked: Asked) -> Page[ToRing]:
    """Those for whom the organisation that is acted for entered bank details, the longest ago first."""
    return await to_confirm.of_organisation(tx, asked, tx.acting.organisation_id)


async def my_code(tx: Transaction[Person]) -> Code | None:
    """The code that the person can show to somebody with whom they live, while it works."""
    return await households.code_of(tx, tx.acting.person_id, now=tx.now)


async def my_household(tx: Transaction[Person]) -> Few[Household]:
    """Those with whom the person said that they live."""
    return await households.of_person(tx, tx.acting.person_id)


async def promise(tx: Transaction, organisation_id: UUID | None = None) -> Promise | None:
    """How soon people are promised their pay, as of today: by that organisation, or by the network."""
    return await promises.in_force(tx, organisation_id, on=london_day(tx.now))


async def promise_of(tx: Transaction, claim: Claim) -> Promise | None:
    """The same of one claim: while it is on its way, what was promised on the day on which it was sent."""
    sent_at = claim.sent_at if claim.is_on_its_way else None
    found = await promises.in_force(tx, claim.organisation_id, on=london_day(sent_at or tx.now))
    if found and sent_at and claim.promised_days:
        return Promise(claim.promised_days, found.source)
    return found


async def who_answers_for(tx: Transaction, claim: Claim) -> WhoAnswers | None:
    """Whom to ring about the role of a claim; None where the role was not heard of."""
    opportunity = await mirrors.get(tx, Opportunity, claim.opportunity_id)
    return await who_answers(tx, opportunity) if opportunity else None


async def own_claims(tx: Transaction[Member], asked: Asked) -> Page[OurClaim]:
    """All that was sent to the organisation that is acted for, the longest waiting first."""
    page, by = await store.every(tx, asked, tx.acting.organisation_id), await hands.of_whoever_acts(tx, role="approver")
    return page.with_items([_ours(one, by) for one in page.items])


async def own_claims_in(tx: Transaction[Member], asked: Asked, status: str, words: str = "") -> Page[Listed]:
    """Those of one status; `words`: of the called name, or the whole reference."""
    return await store.in_status(tx, asked, tx.acting.organisation_id, status, words)


async def own_approved(tx: Transaction[Member]) -> Total:
    """All that waits to be paid, together."""
    return await store.total_approved(tx, tx.acting.organisation_id)


async def own_claim(tx: Transaction[Member], id: UUID) -> OurClaim:
    """One that was sent to the organisation that is acted for. Raises NotFound, for another organisation's too."""
    found = await store.one_of_organisation(tx, tx.acting.organisation_id, id)
    if found is None:
        raise NotFound
    return _ours(found, await hands.of_whoever_acts(tx, role="approver"))


async def corrected_claim(tx: Transaction[Member], id: UUID) -> CorrectedClaim:
    """One of the organisation's, with what the record says now. Raises NotFound, for another organisation's too."""
    found = await store.one_of_organisation(tx, tx.acting.organisation_id, id)
    if found is None:
        raise NotFound
    by = await hands.of_whoever_acts(tx, role="finance")
    return CorrectedClaim(**vars(found), choices=CorrectionChoices(settle=may_settle(found.claim, by=by)))


def _ours(one: Listed, by: Hand) -> OurClaim:
    return OurClaim(**vars(one), choices=choices_of_staff(one.claim, by=by))


async def next_run(tx: Transaction[Member]) -> NextRun:
    """Of the claims that a run would take now, whatever a list shows of them."""
    approved = await claims.approved(tx, tx.acting.organisation_id, limit=domain.MOST_CLAIMS)
    given = await payees.given_by(tx, [claim.person_id for claim in approved])
    by = await hands.of_whoever_acts(tx, role="finance")
    plan = domain.plan(approved, given, releaser=by)
    to_compare = bool(await restored.to_compare(tx, tx.acting.organisation_id))
    return NextRun(
        make=domain.may_make_run(plan, to_compare=to_compare),
        pays=len(plan.claims),
        pence=plan.pence,
        left_out=Counter(plan.left_out.values()),
        seen=plan.seen,
    )


async def own_rate_cards(tx: Transaction[Member], asked: Asked) -> Page[RateCard]:
    """Those of the organisation that is acted for, newest first."""
    return await rates.of_organisation(tx, asked, tx.acting.organisation_id)


async def own_runs(tx: Transaction[Member], asked: Asked) -> Page[Run]:
    """Those of the organisation that is acted for, newest first."""
    return await runs.of_organisation(tx, asked, tx.acting.organisation_id)


async def own_run(tx: Transaction[Member], id: UUID) -> RunDetails:
    """Raises NotFound, for another organisation's too."""
    run = await runs.get(tx, id, organisation_id=tx.acting.organisation_id)
    return RunDetails(run, await runs.lines(tx, run), await runs.balance(tx, run), await runs.file(tx, run))


async def own_payroll_file(tx: Transaction[Member], run_id: UUID) -> File:
    """The same bytes each time. Raises NotFound, for another organisation's too."""
    run = await runs.get(tx, run_id, organisation_id=tx.acting.organisation_id)
    tx.note(Happened.TAKEN_AWAY, what="payroll")
    return await runs.file(tx, run)
