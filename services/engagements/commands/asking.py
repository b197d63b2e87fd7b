"""What people asked about their role before conversations came is answered, or taken back."""

from dataclasses import replace
from uuid import UUID

from schemas.engagements import Engagement
from services.chassis.base.hands import Member, Person
from services.chassis.postgres.transaction import Transaction
from services.engagements.commands.settling import lock_mine, lock_theirs
from services.engagements.domain import asking as domain
from services.engagements.domain.asking import AnswerWords, OtherQuestion
from services.engagements.store import engagements
from services.engagements.store import questions as store


async def take_back(tx: Transaction[Person], id: UUID) -> Engagement:
    """It is as if it had never been asked. Raises NotFound or NoQuestionWaits."""
    _, mine = await lock_mine(tx, id)
    domain.may_take_back(mine).must()
    *before, waits = await store.of_engagement(tx, id)
    back, event = domain.take_back(mine, before[-1] if before else None)
    await store.forget(tx, waits.id)
    await engagements.save(tx, back)
    await tx.emit(event)
    return back


async def answer(tx: Transaction[Member], id: UUID, question_id: UUID | None, said: AnswerWords) -> Engagement:
    """`question_id`: what whoever answers has read; none: what waits. The person is told that there is an answer, and
    reads it on their page. Raises NotFound, NoQuestionWaits, NotYourOwn or OtherQuestion.
    """
    _, theirs = await lock_theirs(tx, id)
    answered, event = domain.answer(theirs, by=tx.acting.by, now=tx.now)
    waits = (await store.of_engagement(tx, id))[-1]
    if question_id not in (None, waits.id):
        raise OtherQuestion
    await store.save(tx, replace(waits, answer=said.words, answered_at=tx.now, answered_by=tx.acting.by))
    await engagements.save(tx, answered)
    await tx.emit(event)
    return answered
