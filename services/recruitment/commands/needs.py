"""What people need: saved with its event, looked at again every year, said again, emptied and forgotten."""

from uuid import UUID

from schemas.event import Erased
from schemas.recruitment import Needs as PublicNeeds
from schemas.recruitment import NeedsErased, NeedsRestated
from services.chassis.base.hands import Person
from services.chassis.postgres.transaction import Transaction
from services.recruitment.domain import needs as domain
from services.recruitment.domain.needs import Needs, NeedsAnswers
from services.recruitment.store import needs as store


async def save(
    tx: Transaction,
    before: Needs | None,
    answers: NeedsAnswers,
    *,
    person_id: UUID,
    entered_by: UUID | None,
    notice: str,
) -> Needs:
    """The needs with these answers. The caller holds the row's lock, if there is one, and that of the application."""
    given, event = domain.give(
        before,
        answers,
        person_id=person_id,
        entered_by=entered_by,
        notice=notice,
        now=tx.now,
        first_version=await tx.first_version(PublicNeeds, person_id),
    )
    await _keep(tx, given)
    if event:
        await tx.emit(event)
    return given


async def confirm(tx: Transaction[Person]) -> None:
    """The person who asks says that what they need still holds. Raises NothingToConfirm."""
    kept, event = domain.confirm(await store.lock(tx, tx.acting.person_id), now=tx.now)
    await _keep(tx, kept)
    if event:
        await tx.emit(event)


async def ask_to_review(tx: Transaction, person_id: UUID) -> None:
    """A year after somebody said what they need they are asked whether it still holds."""
    needs = await store.lock(tx, person_id)
    if needs is None:
        return
    if asked := domain.ask_again(needs, now=tx.now):
        await store.save(tx, asked[0])
        await tx.emit(asked[1])
    elif needs.asked_at is None:
        await tx.wake(ask_to_review, person_id, needs.asked_from)


async def say_needs_of_before(tx: Transaction, person_id: UUID) -> None:
    """What was kept with profiles is said on its own topic. The migration that put it apart owes this to each."""
    needs = await store.lock(tx, person_id)
    if needs is None:
        return
    said = domain.next_version(needs)
    await _keep(tx, said)
    await tx.emit(NeedsRestated(said.public()))


async def empty(tx: Transaction, person_id: UUID) -> None:
    """Of somebody who is not in the pool and does not ask to join."""
    needs = await store.lock(tx, person_id)
    if needs and (emptied := domain.empty(needs)):
        await _keep(tx, emptied[0])
        await tx.emit(emptied[1])


async def forget(tx: Transaction, person_id: UUID) -> None:
    """Delete what somebody needs, and say so. Safe to repeat."""
    if needs := await store.lock(tx, person_id):
        await tx.emit(NeedsErased(Erased(id=needs.person_id, version=needs.version + 1)))
    await store.forget(tx, person_id)
    await tx.wake(ask_to_review, person_id, None)


async def _keep(tx: Transaction, needs: Needs) -> None:
    """With the timer that asks the person again."""
    await store.save(tx, needs)
    await tx.wake(ask_to_review, needs.person_id, needs.asked_from)
