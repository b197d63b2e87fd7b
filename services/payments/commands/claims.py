"""Write claims for what was attended, and everything that is decided about one until it is paid."""

from collections.abc import Container
from dataclasses import replace
from uuid import UUID

from schemas.engagements import Attendance, Engagement
from schemas.identity import Organisation
from schemas.matching import Opportunity, Pay, SessionCancelled
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member, Person
from services.chassis.base.refusals import NotYet
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction, new_id
from services.payments.domain import claim as domain
from services.payments.domain import deciding
from services.payments.domain.cancelled import is_owed, owed_for_cancelled
from services.payments.domain.claim import UNSENT, Changed, Claim
from services.payments.domain.correcting import SENT, correct, settle, write_anew
from services.payments.domain.hands import together
from services.payments.domain.owed import Owed, owed
from services.payments.store import cancelled as late_sessions
from services.payments.store import claims as store
from services.payments.store import hands, payees, promises


async def draft_claims(tx: Transaction, engagement: Engagement) -> None:
    """Make the claims of an engagement agree with who was at which session. Raises NotYet before its payer is known."""
    pay = engagement.offer.pay if engagement.offer else None
    if pay is None or pay.amount_pence == 0 or await store.is_forgotten(tx, engagement.person_id):
        return
    existing = {claim.owed.session_id: claim for claim in await store.lock_of_engagement(tx, engagement.id)}
    for session in engagement.sessions:
        claim = existing.pop(session.session_id, None)
        if session.attended:
            earned = owed(session, pay, on=london_day(session.starts_at))
            await _claim_attended(tx, engagement, session, (claim, earned))
        elif claim:
            await _claim_not_attended(tx, claim)
    await _claim_cancelled(tx, engagement, pay, existing.keys())
    for claim in existing.values():
        if not claim.for_cancelled:
            await _claim_not_attended(tx, claim)


async def claim_again(tx: Transaction, engagement_id: UUID) -> None:
    """Sessions of it were cancelled late, and are paid. Made due by the opportunity."""
    engagement = await mirrors.get(tx, Engagement, engagement_id)
    if engagement:
        await draft_claims(tx, engagement)


async def follow_cancelling(tx: Transaction, opportunity: Opportunity) -> None:
    """Whoever had a place at a session that was cancelled late is owed a claim, where its payer pays for that."""
    pay = opportunity.pay
    if pay and await late_sessions.paid_late(tx, opportunity, pay.payer_id):
        await tx.due_each(claim_again, await late_sessions.places(tx, opportunity.id))


async def _claim_cancelled(tx: Transaction, engagement: Engagement, pay: Pay, claimed: Container[UUID]) -> None:
    opportunity = await mirrors.get(tx, Opportunity, engagement.opportunity_id)
    if opportunity is None or engagement.accepted_at is None:
        return
    for late in await late_sessions.paid_late(tx, opportunity, pay.payer_id):
        session = late.session
        if session.id not in claimed and session.cancelled and is_owed(engagement, session.cancelled):
            earned = owed_for_cancelled(session, pay, late.source)
            await _draft(tx, engagement, earned, cancelled=session.cancelled)


async def _claim_attended(
    tx: Transaction, engagement: Engagement, session: Attendance, known: tuple[Claim | None, Owed]
) -> None:
    claim, earned = known
    has_details = await payees.exists(tx, engagement.person_id)
    if claim is None:
        await _draft(tx, engagement, earned)
    elif claim.status == "cancelled" or (claim.status in UNSENT and claim.owed != earned):
        await _save_and_emit(tx, domain.draft_again(claim, earned, has_details=has_details, now=tx.now))
        await tx.due(ready_claim, claim.id, claim.version + 1)
    elif claim.status in SENT:
        corrected = correct(claim, earned, recorded_by=session.recorded_by, now=tx.now)
        if corrected:
            await _save_and_emit(tx, corrected)
        await _recorded_again(tx, corrected[0] if corrected else claim, session.recorded_by)


async def _draft(
    tx: Transaction, engagement: Engagement, earned: Owed, *, cancelled: SessionCancelled | None = None
) -> None:
    """Raises NotYet before its payer is known."""
    assert engagement.offer and engagement.offer.pay
    payer = await mirrors.get(tx, Organisation, engagement.offer.pay.payer_id)
    if payer is None:
        raise NotYet(f"organisation {engagement.offer.pay.payer_id}")
    has_details = await payees.exists(tx, engagement.person_id)
    drafted, event = domain.draft(
        engagement,
        earned,
        payer=payer,
        has_details=has_details,
        id=new_id(),
        now=tx.now,
        cancelled=cancelled,
    )
    await store.add(tx, drafted)
    await tx.emit(event)
    await tx.due(ready_claim, drafted.id, drafted.version)


async def _recorded_again(tx: Transaction, claim: Claim, by: UUID | None) -> None:
    """The session was recorded by somebody else, or anew. Whoever approved it cannot stay its approver."""
    if claim.status == "approved" and claim.approved_by is not None and claim.approved_by == by:
        await _save_and_emit(tx, deciding.approve_again(replace(claim, recorded_by=by), now=tx.now))
    elif claim.status != "paid" and claim.recorded_by != by:
        await store.save(tx, replace(claim, recorded_by=by))


async def _claim_not_attended(tx: Transaction, claim: Claim) -> None:
    """Unsent, it is cancelled. Sent, people decide: it can no longer be approved or paid, and waits for them."""
    if claim.status in UNSENT:
        await _save_and_emit(tx, domain.cancel(claim, now=tx.now))
    elif claim.status in SENT:
        corrected = correct(claim, None, recorded_by=claim.recorded_by, now=tx.now)
        if corrected:
            await _save_and_emit(tx, corrected)


async def write_anew_what_came_back(tx: Transaction, id: UUID) -> None:
    """A claim that was sent back is for what is recorded now: for another amount, or for nothing. Made due by that."""
    claim = await store.lock(tx, id)
    if claim is None or claim.status != "returned":
        return
    if not claim.attended:
        await _save_and_emit(tx, domain.cancel(claim, now=tx.now))
        return
    engagement = await mirrors.get(tx, Engagement, claim.engagement_id)
    pay = engagement.offer.pay if engagement and engagement.offer else None
    for session in engagement.sessions if engagement and pay else ():
        if session.session_id == claim.owed.session_id and session.attended and pay:
            earned = owed(session, pay, on=london_day(session.starts_at))
            await _save_and_emit(tx, write_anew(claim, earned, now=tx.now))


async def settle_correction(tx: Transaction[Member], id: UUID) -> None:
    """Finance has dealt with what was paid for a session that was recorded otherwise since.

    Raises NotFound, NothingToSettle or OwnClaim.
    """
    claim, by = await _ours(tx, id), await hands.of_whoever_acts(tx, role="finance")
    await _save_and_emit(tx, settle(claim, by=by, now=tx.now))


async def ready_claim(tx: Transaction, id: UUID) -> None:
    """Make a claim that waited for bank details ready to send, if they are there. Made due by the claim.

    The details make `ready_claims_of` due. Each runs after the commit of its cause, so the second of them sees both.
    """
    claim = await store.lock(tx, id)
    if claim and claim.status == "needs_details" and await payees.exists(tx, claim.person_id):
        await _save_and_emit(tx, domain.make_ready(claim, now=tx.now))


async def ready_claims_of(tx: Transaction, person_id: UUID) -> None:
    """The same for all claims of a person. Made due by their bank details."""
    if await payees.exists(tx, person_id):
        waiting = await store.lock_of_person(tx, person_id, statuses=("needs_details",))
        ready = [domain.make_ready(claim, now=tx.now) for claim in waiting]
        await store.save_moved(tx, *(claim for claim, _ in ready))
        await tx.emit(*(event for _, event in ready))


async def send_claim(tx: Transaction[Person], id: UUID, *, seen: int | None) -> None:
    """The person who asks sends their claim to whoever approves it."""
    claim = await _mine(tx, id)
    promise = await promises.in_force(tx, claim.organisation_id, on=london_day(tx.now))
    await _save_and_emit(tx, domain.send(claim, by=tx.acting.by, seen=seen, promise=promise, now=tx.now))


async def decline_claim(tx: Transaction[Person], id: UUID, *, seen: int | None) -> None:
    """The person who asks does not want this pay."""
    await _save_and_emit(tx, domain.decline(await _mine(tx, id), seen=seen, now=tx.now))


async def approve_claim(tx: Transaction[Member], id: UUID, *, seen: int | None) -> None:
    """Of two approvers at once, one approves and the other is told that the claim has moved on."""
    claim = await _ours(tx, id)
    parts = [("claimant", claim.person_id), ("recorder", claim.recorded_by)]
    by, known = await hands.of_whoever_acts_and(tx, [one for _, one in parts if one], role="approver")
    approved, event = deciding.approve(claim, by=by, seen=seen, now=tx.now)
    before = [(part, known[one]) for part, one in parts if one]
    await _save_and_emit(tx, (replace(approved, together=together([*before, ("approver", by)])), event))


async def return_claim(tx: Transaction[Member], id: UUID, *, why: str, seen: int | None) -> None:
    """Send a claim back to its person, who reads why on their page."""
    claim, by = await _ours(tx, id), await hands.of_whoever_acts(tx, role="approver")
    returned, event = deciding.send_back(claim, by=by, why=why, seen=seen, now=tx.now)
    await _save_and_emit(tx, (returned, event))
    if claim.corrected_at:
        await tx.due(write_anew_what_came_back, id, returned.version)


async def _mine(tx: Transaction[Person], id: UUID) -> Claim:
    return await store.lock_mine(tx, id, person_id=tx.acting.person_id)


async def _ours(tx: Transaction[Member], id: UUID) -> Claim:
    return await store.lock_ours(tx, id, organisation_id=tx.acting.organisation_id)


async def _save_and_emit(tx: Transaction, changed: Changed) -> None:
    claim, event = changed
    await store.save(tx, claim)
    await tx.emit(event)
