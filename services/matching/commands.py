"""What can be done in matching, each in one transaction."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from schemas.event import Erased, Event
from schemas.identity import Organisation
from schemas.matching import MatchErased, MatchingHelpErased, MatchMade, Opportunity
from schemas.payments import RateCard
from schemas.recruitment import Profile
from services.chassis.base import hands
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.base.periods import Period
from services.chassis.base.refusals import NotFound, NotYet
from services.chassis.postgres import help_given, mirrors
from services.chassis.postgres.transaction import Transaction, new_id
from services.matching.domain import match as matches
from services.matching.domain import opportunity as opportunities
from services.matching.domain import repeat as repeats
from services.matching.domain import sessions
from services.matching.domain import who_answers as answers
from services.matching.domain.draft import Draft
from services.matching.domain.fit import Person, Subscription, fit
from services.matching.domain.match import Match
from services.matching.domain.opportunity import Terms, WithdrawalReason
from services.matching.domain.repeat import Repeat
from services.matching.domain.sessions import ChangeReason, SessionDraft, SessionMove
from services.matching.domain.who_answers import Answers
from services.matching.store import coordinators, works
from services.matching.store import matches as match_store
from services.matching.store import opportunities as store

Change = tuple[Opportunity, Event[Opportunity]]
CALLED_OFF_AT_ONCE = 100
"""Opportunities of an organisation that has closed, in one transaction."""


async def post_opportunity(tx: Transaction[Member], draft: Draft) -> UUID:
    """Put an opportunity on the common feed, at once and for everybody. Returns its id."""
    organisation = await _own_organisation(tx)
    draft = await _with_answers(tx, draft, organisation)
    rate = await mirrors.get(tx, RateCard, draft.pay) if isinstance(draft.pay, UUID) else None
    terms = Terms(rate, await works.named(tx, draft.work))
    posted, event = opportunities.post(draft, by=organisation, terms=terms, ids=(new_id(), new_id()), now=tx.now)
    await store.add(tx, posted)
    await _say(tx, (posted, event))
    await tx.due(match_opportunity, posted.id, posted.version)
    return posted.id


async def reword_opportunity(
    tx: Transaction[Member], id: UUID, *, title: str, summary: str, what_will_change: str
) -> None:
    """Change its words; nothing is said when they are the same."""
    opportunity = await _own(tx, id)
    if (opportunity.title, opportunity.summary, opportunity.what_will_change) == (title, summary, what_will_change):
        return
    changed, event = opportunities.reword(opportunity, title=title, summary=summary, what_will_change=what_will_change)
    await _save_and_emit(tx, (changed, event))


async def change_feedback_day(tx: Transaction[Member], id: UUID, feedback_by: datetime) -> None:
    """By when people are told what changed; nothing is said when it is the same day."""
    opportunity = await _own(tx, id)
    if opportunity.feedback_by != feedback_by:
        await _save(tx, opportunities.change_feedback_day(opportunity, feedback_by, now=tx.now))


async def change_answers(tx: Transaction[Member], id: UUID, new: Answers) -> None:
    """Who answers for it; nothing is said where nothing changes. Raises NoSuchDesk or NotACoordinator.

    Whoever was named before, and has left since, may stay named: nobody reads their name.
    """
    opportunity = await _own(tx, id)
    before = answers.of(opportunity)
    if new == before:
        return
    if new.desk_id != before.desk_id:
        answers.check_desk(new.desk_id, await _own_organisation(tx))
    if new.contact_id != before.contact_id:
        await coordinators.must_answer(tx, new.contact_id)
    await _save(tx, answers.change(opportunity, new))


async def _with_answers(tx: Transaction[Member], draft: Draft, organisation: Organisation) -> Draft:
    """Where nothing is said of it, whoever posts answers for it, unless they are a program."""
    answers.check_desk(draft.desk_id, organisation)
    await coordinators.must_answer(tx, draft.contact_id)
    if "contact_id" not in draft.model_fields_set and await coordinators.can_answer(tx, tx.acting.by):
        draft.contact_id = tx.acting.by
    return draft


async def withdraw_opportunity(tx: Transaction[Member], id: UUID, why: WithdrawalReason) -> None:
    """Call an opportunity off. Its matches end, and no session takes place any more; everybody concerned is told."""
    withdrawn, event = opportunities.withdraw(await _own(tx, id), why=why, by=tx.acting.by, now=tx.now)
    await _save_and_emit(tx, (withdrawn, event))


async def add_sessions(tx: Transaction[Member], id: UUID, drafts: Sequence[SessionDraft]) -> list[UUID]:
    """Add one session or several, all or none. Returns their ids."""
    return await _add(tx, await _own(tx, id), drafts)


async def add_repeat(tx: Transaction[Member], id: UUID, repeat: Repeat) -> list[UUID]:
    """Add a session on each day of a repeat that is not left out. Returns their ids."""
    opportunity = await _own(tx, id)
    return await _add(tx, opportunity, repeats.drafts(repeat, repeats.planned(repeat, opportunity)))


async def _add(tx: Transaction, opportunity: Opportunity, drafts: Sequence[SessionDraft]) -> list[UUID]:
    ids = [new_id() for _ in drafts]
    await _save(tx, sessions.add(opportunity, drafts, ids=ids, now=tx.now))
    return ids


async def change_session(tx: Transaction[Member], id: UUID, session_id: UUID, move: SessionMove) -> None:
    """Move a session, or change its length, mode or place; nothing is said where nothing changes."""
    if news := sessions.change(await _own(tx, id), session_id, move, now=tx.now):
        await _save(tx, news)


async def cancel_session(tx: Transaction[Member], id: UUID, session_id: UUID, why: ChangeReason) -> None:
    """Raises NotFound, and what `sessions.cancel` raises."""
    opportunity = await _own(tx, id)
    await _cancel(tx, opportunity, [sessions.of(opportunity, session_id).id], why)


async def cancel_rest(tx: Transaction[Member], id: UUID, why: ChangeReason) -> None:
    """Cancel every session that has not begun. What has taken place stays, so the role ends here."""
    opportunity = await _own(tx, id)
    await _cancel(tx, opportunity, [one.id for one in opportunity.to_come(tx.now)], why)


async def _cancel(tx: Transaction[Member], opportunity: Opportunity, ids: Collection[UUID], why: ChangeReason) -> None:
    await _save(tx, sessions.cancel(opportunity, ids, why, by=tx.acting.by, now=tx.now))


async def follow_organisation(tx: Transaction, organisation: Organisation) -> None:
    """At the end of an organisation's last day, in London, what it has open is called off."""
    ends_at = Period.of(organisation).ends_at
    if ends_at and ends_at <= tx.now:
        await tx.due(call_off_of_closed, organisation.id, organisation.version)
    else:
        await tx.wake(begin_to_call_off, organisation.id, ends_at)


async def begin_to_call_off(tx: Transaction, organisation_id: UUID) -> None:
    """Woken when an organisation's last day is over, unless that has been moved meanwhile."""
    if organisation := await mirrors.get(tx, Organisation, organisation_id):
        await follow_organisation(tx, organisation)


async def call_off_of_closed(tx: Transaction, organisation_id: UUID, after: UUID | None) -> UUID | None:
    """The next of what a closed organisation still has open."""
    organisation = await mirrors.get(tx, Organisation, organisation_id)
    if organisation is None or not Period.of(organisation).ends_before(london_day(tx.now)):
        return None
    some = await store.lock_not_over(tx, organisation_id, after=after, limit=CALLED_OFF_AT_ONCE)
    gone = [opportunities.withdraw(one, why="organisation_closed", by=None, now=tx.now) for one in some]
    await _save_and_emit(tx, *gone)
    return some[-1].id if len(some) == CALLED_OFF_AT_ONCE else None


async def close_opportunity(tx: Transaction, id: UUID) -> None:
    """Close what has passed its closing moment; woken for it. Too early, it waits for that moment again."""
    opportunity = await store.lock(tx, id)
    closes_at = opportunities.closes_at(opportunity)
    if closes_at is None or tx.now < closes_at:
        await tx.wake(close_opportunity, id, closes_at)
        return
    closed, event = opportunities.close(opportunity, now=tx.now)
    await _save_and_emit(tx, (closed, event))


async def subscribe(tx: Transaction[hands.Person], wanted: Subscription) -> None:
    """Keep what the person who asks wants to be told of. What fits already is matched at once, after the commit."""
    await match_store.lock_subscriber(tx, tx.acting.person_id)
    profile = await mirrors.get(tx, Profile, tx.acting.person_id)
    version = await match_store.save_subscription(tx, tx.acting.person_id, wanted, profile)
    await tx.due(match_subscriber, tx.acting.person_id, version)


async def match_opportunity(tx: Transaction, id: UUID) -> None:
    """Make the matches of one opportunity agree with the people there are now."""
    everybody = await match_store.lock_everybody(tx)
    listed = await store.get(tx, id)
    if listed is None:
        raise NotYet(f"opportunity {id}")
    existing = {m.person_id: m for m in await match_store.lock_matches(tx, opportunity_id=id)}
    people = await match_store.people(tx, everybody)
    await _update_matches(tx, [(listed.opportunity, one, existing.get(one.leader.id)) for one in people])


async def match_subscriber(tx: Transaction, person_id: UUID) -> None:
    """Make the matches of one person agree with the opportunities there are now."""
    found = await match_store.people(tx, await match_store.lock_subscriber(tx, person_id))
    existing = {m.opportunity_id: m for m in await match_store.lock_matches(tx, person_id=person_id)}
    if not found:
        return
    opportunities = await match_store.open_opportunities(tx)
    await _update_matches(tx, [(one, found[0], existing.pop(one.id, None)) for one in opportunities])
    await _end_matches(tx, existing.values())


async def recheck_matches_for_training(tx: Transaction) -> None:
    """Make due the matches of everybody who was matched for training that they did.

    Their credential may have ended or be erased, and no event says for whom: a day ends a credential, and an erased one
    no longer names its person.
    """
    await tx.due_each(match_subscriber, await match_store.matched_for_training(tx))


async def forget_credential(tx: Transaction, id: UUID) -> None:
    """An erased credential no longer says whose it was, so everybody who was matched for training is checked."""
    await recheck_matches_for_training(tx)


async def forget_person(tx: Transaction, person_id: UUID) -> None:
    """Delete what matching holds of a person and say so for each match."""
    await match_store.lock_subscriber(tx, person_id)
    theirs = await match_store.lock_matches(tx, person_id=person_id)
    await tx.emit(*(MatchErased(Erased(id=one.id, version=one.version + 1)) for one in theirs))
    await match_store.forget(tx, person_id)
    await help_given.forget(tx, person_id, MatchingHelpErased)


async def _update_matches(tx: Transaction, pairs: Sequence[tuple[Opportunity, Person, Match | None]]) -> None:
    """Make, end or keep the match of each pair: of an opportunity and a person, and what they have, perhaps ended."""
    today = london_day(tx.now)
    made: list[tuple[Match, MatchMade]] = []
    again: list[tuple[Match, MatchMade]] = []
    otherwise: list[Match] = []
    over: list[Match] = []
    for opportunity, person, existing in pairs:
        found, has_a_break = fit(opportunity, person, on=today), person.leader.is_paused_on(today)
        if has_a_break and (existing is None or existing.ended_at is not None):
            continue  # they are told of nothing new now; what they were told of stays, while it fits
        if existing is None and found.fits:
            of = (opportunity.id, person.leader.id)
            made.append(matches.make(id=new_id(), of=of, reasons=found.reasons, now=tx.now))
        elif existing is None:
            continue
        elif not found.fits:
            over.append(existing)
        elif existing.ended_at is not None:
            again.append(matches.make_again(existing, reasons=found.reasons, now=tx.now))
        elif existing.reasons != found.reasons:
            otherwise.append(matches.for_other_reasons(existing, reasons=found.reasons))
    added = await match_store.add(tx, [match for match, _ in made])
    await match_store.save(tx, *(match for match, _ in again), *otherwise)
    await tx.emit(*(event for match, event in made if match.id in added), *(event for _, event in again))
    await _end_matches(tx, over)


async def _end_matches(tx: Transaction, existing: Iterable[Match]) -> None:
    """Nothing is done for one that has ended already."""
    ended = [matches.end(one, now=tx.now) for one in existing if one.ended_at is None]
    await match_store.save(tx, *(match for match, _ in ended))
    await tx.emit(*(event for _, event in ended))


async def _save_and_emit(tx: Transaction, *changes: Change) -> None:
    """Whom each opportunity fits is worked out anew after the commit."""
    await _save(tx, *changes)
    await tx.due_each(match_opportunity, {one.id: one.version for one, _ in changes})


async def _save(tx: Transaction, *changes: Change) -> None:
    """Whom an opportunity fits does not depend on its sessions and days."""
    await store.save(tx, *(one for one, _ in changes))
    await _say(tx, *changes)


async def _say(tx: Transaction, *changes: Change) -> None:
    """While one is open, it is woken to close."""
    await tx.emit(*(event for _, event in changes))
    await tx.wake_each(close_opportunity, {one.id: opportunities.closes_at(one) for one, _ in changes})


async def _own(tx: Transaction[Member], id: UUID) -> Opportunity:
    """Raises NotFound for another organisation's as for one that does not exist."""
    opportunity = await store.lock(tx, id)
    if opportunity.organisation_id != tx.acting.organisation_id:
        raise NotFound
    return opportunity


async def _own_organisation(tx: Transaction[Member]) -> Organisation:
    organisation = await mirrors.get(tx, Organisation, tx.acting.organisation_id)
    if organisation is None:
        raise NotFound
    return organisation
