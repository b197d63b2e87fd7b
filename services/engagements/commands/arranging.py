"""What coordinators say of what people with a place need, and what its person says afterwards."""

from collections.abc import Sequence
from uuid import UUID

from services.chassis.base.access import london_day
from services.chassis.base.hands import Member, Person
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.transaction import Transaction
from services.engagements.commands.following import wake
from services.engagements.domain import arrangement as domain
from services.engagements.domain import arranging, looking_back
from services.engagements.domain.arrangement import Arranged, Changed
from services.engagements.domain.arranging import Arranging, NotAColleague, NotAskedFor
from services.engagements.domain.looking_back import LookingBack
from services.engagements.store import access, engagements
from services.engagements.store import arranging as store


async def arrange(tx: Transaction[Member], engagement_id: UUID, need: str, said: Arranging) -> int:
    """How far one need is at all sessions to come where it is needed; how many those are.

    Raises NotFound, NotAskedFor, SayWithWhom, SayWhyNot, SayWhoPays or NotAColleague.
    """
    every = await _lock_own(tx, engagement_id)
    some = [one for one in every if domain.can_be_arranged(one.state, tx.now) and need in one.needs]
    await _arrange(tx, every, some, need, said)
    return len(some)


async def arrange_one(
    tx: Transaction[Member], engagement_id: UUID, session_id: UUID, need: str, said: Arranging
) -> None:
    """The same at one session. Raises what `arrange` does."""
    every = await _lock_own(tx, engagement_id)
    await _arrange(tx, every, [one for one in every if one.state.session_id == session_id], need, said)


async def _arrange(
    tx: Transaction[Member], every: Sequence[Arranged], some: Sequence[Arranged], need: str, said: Arranging
) -> None:
    if not some:
        raise NotAskedFor
    arranging.check(said)
    owners = {booking.owner for one in some for booking in one.bookings if booking.need == need}
    if said.owner and said.owner != tx.acting.by and owners != {said.owner}:
        await _check_colleague(tx, said.owner)
    changed = [
        news for one in some if (news := domain.arrange(one, need, said, by=tx.acting.by, now=tx.now)) is not None
    ]
    await store.change_bookings(tx, need, [one.after for one in changed])
    await _keep(tx, every, changed)


async def _check_colleague(tx: Transaction[Member], id: UUID) -> None:
    if not await access.is_colleague(tx, id, tx.acting.organisation_id, on=london_day(tx.now)):
        raise NotAColleague


async def look(tx: Transaction[Member], engagement_id: UUID, session_id: UUID) -> None:
    """Somebody has looked at what was not there. Raises NotFound or NothingToLookAt."""
    every = await _lock_own(tx, engagement_id)
    await _keep(tx, every, [domain.look(_of_session(every, session_id), tx.now)])


async def say_was_it_there(tx: Transaction[Person], engagement_id: UUID, session_id: UUID, said: LookingBack) -> None:
    """Whether what one needs was there; said again it takes the place of what was said before.

    Raises NotFound, NotAskedFor, NotOverYet or SayOne.
    """
    mine = await engagements.lock(tx, engagement_id)
    if mine.person_id != tx.acting.person_id:
        raise NotFound
    every = await store.lock_of(tx, [engagement_id])
    one = _of_session(every, session_id)
    domain.may_answer(one.state, tx.now).must()
    answers = looking_back.check(said, one.needs)
    await access.save_answers(tx, one.state, answers)
    kept = await access.answers_of(tx, one.state.id)
    await _keep(tx, every, [domain.answer(one, missed=any(a.there == "no" for a in kept), now=tx.now)])


async def _lock_own(tx: Transaction[Member], engagement_id: UUID) -> list[Arranged]:
    """All of one place at the organisation. Raises NotFound for another's."""
    found = await engagements.lock(tx, engagement_id)
    if found.organisation_id != tx.acting.organisation_id:
        raise NotFound
    return await store.lock_of(tx, [engagement_id])


def _of_session(every: Sequence[Arranged], session_id: UUID) -> Arranged:
    for one in every:
        if one.state.session_id == session_id and one.bookings:
            return one
    raise NotFound


async def _keep(tx: Transaction, every: Sequence[Arranged], changed: Sequence[Changed]) -> None:
    after = {one.after.state.id: one.after for one in changed}
    await store.save(tx, *(one.after.state for one in changed if one.event))
    await tx.emit(*(one.event for one in changed if one.event))
    of = {one.state.engagement_id for one in every}
    await wake(tx, [*of], [after.get(one.state.id, one) for one in every])
