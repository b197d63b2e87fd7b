"""What can be done in matching, each in one transaction."""

from uuid import UUID

from schemas.event import Erased
from schemas.identity import Organisation
from schemas.matching import MatchErased, Opportunity
from schemas.payments import RateCard
from services.chassis.base.access import london_day
from services.chassis.base.refusals import NotFound, NotYet
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction, new_id
from services.matching.domain import match as matches
from services.matching.domain import opportunity as opportunities
from services.matching.domain.fit import Person, Subscription, fit
from services.matching.domain.match import Match
from services.matching.domain.opportunity import Draft, WithdrawalReason
from services.matching.store import matches as match_store
from services.matching.store import opportunities as store

CLOSE_AT_ONCE = 100


async def post_opportunity(tx: Transaction, draft: Draft) -> UUID:
    """Put an opportunity on the common feed, at once and for everybody. Returns its id."""
    organisation = await _own_organisation(tx)
    rate = await mirrors.get(tx, RateCard, draft.pay) if isinstance(draft.pay, UUID) else None
    posted, event = opportunities.post(
        draft, by=organisation, rate=rate, ids=(new_id(), new_id()), now=tx.now, today=london_day(tx.now)
    )
    await _keep(tx, posted)
    await tx.emit(event)
    return posted.id


async def reword_opportunity(tx: Transaction, id: UUID, *, title: str, summary: str, what_will_change: str) -> None:
    """Change its words; nothing is said when they are the same."""
    opportunity = await _own(tx, id)
    if (opportunity.title, opportunity.summary, opportunity.what_will_change) == (title, summary, what_will_change):
        return
    changed, event = opportunities.reword(opportunity, title=title, summary=summary, what_will_change=what_will_change)
    await _keep(tx, changed)
    await tx.emit(event)


async def withdraw_opportunity(tx: Transaction, id: UUID, why: WithdrawalReason) -> None:
    """Take an opportunity off the feed. Its matches end; engagements tells those who showed interest."""
    withdrawn, event = opportunities.withdraw(await _own(tx, id), why=why, now=tx.now)
    await _keep(tx, withdrawn)
    await tx.emit(event)


async def close_past_opportunities(tx: Transaction) -> int:
    """Close what has passed its closing moment; returns how many were closed."""
    ids = await store.past_closing(tx, limit=CLOSE_AT_ONCE)
    for id in ids:
        closed, event = opportunities.close(await store.lock(tx, id), now=tx.now)
        await _keep(tx, closed)
        await tx.emit(event)
    return len(ids)


async def subscribe(tx: Transaction, wanted: Subscription) -> None:
    """What the person who asks wants to be told of from now on; what fits already is matched at once."""
    assert tx.acting.person_id
    version = await match_store.save_subscription(tx, tx.acting.person_id, wanted)
    await tx.due(match_subscriber, tx.acting.person_id, version)


async def match_opportunity(tx: Transaction, id: UUID) -> None:
    """Make the matches of one opportunity agree with the people there are now."""
    everybody = await match_store.lock_everybody(tx)
    listed = await store.get(tx, id)
    if listed is None:
        raise NotYet(f"opportunity {id}")
    there = {m.person_id: m for m in await match_store.lock_matches(tx, opportunity_id=id)}
    for person in await match_store.people(tx, everybody):
        await _agree(tx, listed.opportunity, person, there.get(person.leader.id))


async def match_subscriber(tx: Transaction, person_id: UUID) -> None:
    """Make the matches of one person agree with the opportunities there are now."""
    found = await match_store.people(tx, await match_store.lock_subscriber(tx, person_id))
    there = {m.opportunity_id: m for m in await match_store.lock_matches(tx, person_id=person_id)}
    if not found:
        return
    for opportunity in await match_store.open_opportunities(tx):
        await _agree(tx, opportunity, found[0], there.pop(opportunity.id, None))
    for left in there.values():
        await _end(tx, left)


async def look_again_at_training(tx: Transaction) -> None:
    """Owe a new look to whoever was matched for training they did: a credential may have ended, or be erased.

    No event says so: a day ends a credential, and an erased one no longer says whose it was.
    """
    for person_id, version in await match_store.matched_for_training(tx):
        await tx.due(match_subscriber, person_id, version)


async def forget_credential(tx: Transaction, id: UUID) -> None:
    await look_again_at_training(tx)


async def forget_person(tx: Transaction, person_id: UUID) -> None:
    """Delete what matching holds of a person and say so for each match."""
    await match_store.lock_subscriber(tx, person_id)
    for match in await match_store.lock_matches(tx, person_id=person_id):
        await tx.emit(MatchErased(Erased(id=match.id, version=match.version + 1)))
    await match_store.forget(tx, person_id)


async def _agree(tx: Transaction, opportunity: Opportunity, person: Person, there: Match | None) -> None:
    found = fit(opportunity, person, on=london_day(tx.now))
    if not found.fits:
        if there:
            await _end(tx, there)
        return
    if there is None:
        of = (opportunity.id, person.leader.id)
        made, event = matches.make(id=new_id(), of=of, reasons=found.reasons, now=tx.now)
        if await match_store.add(tx, made):
            await tx.emit(event)
    elif there.ended_at is not None:
        again, event = matches.make_again(there, reasons=found.reasons, now=tx.now)
        await match_store.save(tx, again)
        await tx.emit(event)
    elif there.reasons != found.reasons:
        await match_store.save(tx, matches.for_other_reasons(there, reasons=found.reasons))


async def _end(tx: Transaction, match: Match) -> None:
    if match.ended_at is None:
        ended, event = matches.end(match, now=tx.now)
        await match_store.save(tx, ended)
        await tx.emit(event)


async def _keep(tx: Transaction, opportunity: Opportunity) -> None:
    await store.save(tx, opportunity)
    await tx.due(match_opportunity, opportunity.id, opportunity.version)


async def _own(tx: Transaction, id: UUID) -> Opportunity:
    """Raises NotFound for another organisation's as for one that does not exist."""
    opportunity = await store.lock(tx, id)
    if opportunity.organisation_id != tx.acting.organisation_id:
        raise NotFound
    return opportunity


async def _own_organisation(tx: Transaction) -> Organisation:
    assert tx.acting.organisation_id
    organisation = await mirrors.get(tx, Organisation, tx.acting.organisation_id)
    if organisation is None:
        raise NotFound
    return organisation
