"""What the welcome team says of two who may be one: two people, or one record closed in favour of the other; and undo.

Locks, in the order of the room: the applications of all whom it concerns, their leaders, then the pair.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from schemas.identity import Account
from schemas.recruitment import Leader
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound, TryAgainSoon
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction
from services.recruitment import metrics
from services.recruitment.commands import agreeing, joining, pool, signed_forms
from services.recruitment.domain import applying, coordinator, welcome
from services.recruitment.domain import duplicate as domain
from services.recruitment.domain import leader as leader_domain
from services.recruitment.domain.application import Application
from services.recruitment.domain.duplicate import Duplicate, Standing
from services.recruitment.store import applications, leaders, policies, questions
from services.recruitment.store import closed as closed_store
from services.recruitment.store import duplicates as store
from services.recruitment.store import welcome as welcome_store
from services.recruitment.store.closed import ClosedRecord


@dataclass(frozen=True)
class Held:
    """Two who may be one, locked, with all that closing one of them changes."""

    pair: Duplicate
    standing: Standing
    leaders: dict[UUID, Leader]
    newest: dict[UUID, Application]
    """The application that each sent last."""

    def reference(self, id: UUID) -> str:
        """What the person can say on the phone."""
        return self.leaders[id].reference if id in self.leaders else self.newest[id].reference


async def say_two_people(tx: Transaction[Member], id: UUID) -> None:
    """They are two people, for good: they come back only when something new is alike. Raises ColleagueAnswered."""
    held = await _hold(tx, id)
    answered, event = domain.two_people(held.pair, by=tx.acting.by, now=tx.now)
    await store.save(tx, answered)
    await tx.emit(event)
    tx.count(metrics.DUPLICATES.labels("two_people").inc)


async def leave_waiting(tx: Transaction[Member], id: UUID, *, line: str, to: UUID | None) -> None:
    """It waits on, with a line for colleagues, and perhaps with one of them. Raises NotOfTheTeam, or what answering
    raises."""
    held = await _hold(tx, id)
    if to is not None:
        colleague = await welcome_store.welcomer(tx, to, held.pair.team.organisation_id, on=london_day(tx.now))
        if colleague is None or to in held.pair.not_for:
            raise welcome.NotOfTheTeam
    await store.save(tx, domain.leave_waiting(held.pair, line=line, to=to))


async def close_one(tx: Transaction[Member], id: UUID, *, keep: UUID) -> None:
    """They are one person: the record of `keep` stays, the other is closed. Its engagements, claims and money go on.

    Raises NotFound for somebody who is none of the two, ColleagueAnswered, OnAList, KeptHasEnded, ClosedAlready or
    TheyAreKept.
    """
    held = await _hold(tx, id)
    if keep not in held.pair.both:
        raise NotFound
    kept_id = held.standing.kept_for.get(keep, keep)
    domain.may_keep(held.pair, held.standing, keep).must()
    reference = held.reference(kept_id)
    closed, event = domain.close(held.pair, held.standing, keep=keep, reference=reference, by=tx.acting.by, now=tx.now)
    gone, until = held.pair.other(keep), tx.now + domain.UNDO_FOR
    leader, newest = held.leaders.get(gone), held.newest.get(gone)
    if leader:
        closed = replace(closed, left_pool=leader.status == "approved", coordinator_id=leader.coordinator_id)
        await _close_leader(tx, leader, kept_id)
    if newest and newest.waits:
        closed = replace(closed, ended_application=newest.id)
        await _end_application(tx, newest)
    await closed_store.add(tx, ClosedRecord(gone, kept_id, reference, closed_at=tx.now, undo_until=until))
    await closed_store.say_reference(tx, gone, reference)
    await store.save(tx, closed)
    await tx.emit(event)
    await tx.wake(end_undo, closed.id, until)
    tx.count(metrics.DUPLICATES.labels("closed").inc)


async def _close_leader(tx: Transaction, leader: Leader, kept_id: UUID) -> None:
    if leader.status == "approved":
        left, event = leader_domain.leave(leader, now=tx.now, closed_for=kept_id)
        await tx.wake(pool.come_back_in_time, leader.id, None)
    elif changed := leader_domain.close_for(leader, kept_id):
        left, event = changed
    else:
        return
    await leaders.save(tx, left)
    await tx.emit(event)


async def _end_application(tx: Transaction, waits: Application) -> None:
    """As if its person had taken it back; what fits them is kept for as long as it can be opened again."""
    ended, event = applying.withdraw(waits, now=tx.now)
    await applications.save(tx, ended)
    await questions.end_waiting(tx, ended.id)
    await signed_forms.end(tx, ended)
    await tx.emit(event)


async def open_again(tx: Transaction[Member], id: UUID) -> None:
    """They are two people after all: the closed one is as before. Raises NothingToOpen."""
    held = await _hold(tx, id)
    before = held.pair
    opened, event = domain.open_again(before, by=tx.acting.by, now=tx.now)
    assert before.closed_id, "one is closed"
    leader, newest = held.leaders.get(before.closed_id), held.newest.get(before.closed_id)
    if leader:
        await _open_leader(tx, leader, before)
    if newest and newest.id == before.ended_application:
        promised = await policies.promised(tx, on=london_day(tx.now))
        reopened, its = applying.reopen(newest, now=tx.now, promised=promised)
        await applications.save(tx, reopened)
        await signed_forms.keep_on(tx, reopened)
        await tx.emit(its)
    await closed_store.forget_closing(tx, before.closed_id)
    await closed_store.say_reference(tx, before.closed_id, held.reference(before.closed_id))
    await store.save(tx, opened)
    await tx.emit(event)
    await tx.wake(end_undo, before.id, None)
    tx.count(metrics.DUPLICATES.labels("undone").inc)


async def _open_leader(tx: Transaction[Member], leader: Leader, before: Duplicate) -> None:
    """Back into the pool, with the coordinator of before where they still look after people."""
    if before.left_pool and leader.status == "left":
        account = await mirrors.get(tx, Account, before.coordinator_id) if before.coordinator_id else None
        still = coordinator.coordinates(account, tx.acting.organisation_id, on=london_day(tx.now))
        back = before.coordinator_id if still else None
        opened, event = leader_domain.reopen(leader, coordinator_id=back, now=tx.now)
        await tx.due(agreeing.say_code_agreed, leader.id, opened.version)
    elif changed := leader_domain.close_for(leader, None):
        opened, event = changed
    else:
        return
    await leaders.save(tx, opened)
    await tx.emit(event)


async def hold(tx: Transaction[Member], id: UUID) -> None:
    """It stays as it is until the commit. Raises NotFound."""
    await _hold(tx, id)


async def end_undo(tx: Transaction, id: UUID) -> None:
    """It can be opened again no more: nothing of a profile is kept for somebody who is not here. Woken for it."""
    pair = await store.get(tx, id)
    if pair is None or pair.status != domain.CLOSED or pair.closed_id is None or pair.undo_until is None:
        return
    if tx.now < pair.undo_until:
        await tx.wake(end_undo, id, pair.undo_until)
        return
    await pool.empty_profile_of_leader(tx, pair.closed_id)


async def _hold(tx: Transaction[Member], id: UUID) -> Held:
    """Raises NotFound to whoever may not look at it: another organisation, one of the two, who entered either, who is
    close to either."""
    network = await joining.check_screener(tx)
    pair = await store.get(tx, id)
    if pair is None or pair.team.organisation_id != network.id or tx.acting.by in pair.not_for:
        raise NotFound
    kept_for = await closed_store.kept_for(tx, pair.both)
    people = sorted({*pair.both, *kept_for.values()})
    newest: dict[UUID, Application] = {}
    for application in await applications.lock_of_people(tx, people):
        is_far = tx.acting.by != application.entered_by and tx.acting.by not in application.close_to
        if application.person_id in pair.both and not is_far:
            raise NotFound
        newest[application.person_id] = application
    locked = {leader.id: leader for leader in await leaders.lock_each(tx, people)}
    held = await store.lock(tx, id)
    if held is None or any(one not in locked and one not in newest for one in people):
        raise NotFound
    if held.status == pair.status and await closed_store.kept_for(tx, held.both) != kept_for:
        raise TryAgainSoon
    return Held(held, domain.standing_of(held.both, locked, newest, kept_for), locked, newest)
