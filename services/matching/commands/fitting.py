"""Whom an opportunity fits: made to agree with the people and the opportunities there are now."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from schemas.event import Erased
from schemas.matching import MatchErased, MatchingHelpErased, MatchMade, Opportunity
from schemas.recruitment import Profile
from services.chassis.base import hands
from services.chassis.base.access import london_day
from services.chassis.base.refusals import NotYet
from services.chassis.postgres import help_given, mirrors
from services.chassis.postgres.transaction import Transaction, new_id
from services.matching.domain import match as matches
from services.matching.domain.fit import Person, Subscription, fit
from services.matching.domain.match import Match
from services.matching.store import asked
from services.matching.store import matches as match_store
from services.matching.store import opportunities as store


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
    await asked.forget(tx, person_id)
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
