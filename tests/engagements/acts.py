"""Commands with what they need, for the tests that try each as somebody."""

from datetime import timedelta
from uuid import UUID

from schemas.engagements import Engagement
from services.chassis.base import hands
from services.chassis.base.hands import Member
from services.chassis.postgres.transaction import Transaction
from services.engagements.commands import asking, choosing, comparing, mine, talking
from services.engagements.domain.comparing import Marks
from services.engagements.domain.offers import Offering
from services.engagements.domain.talking import Picked, Proposing
from tests.engagements.world import NOT_CHOSEN, NOW, answer_something


async def pick_none(tx: Transaction[hands.Person], id: UUID) -> Engagement:
    return await talking.pick(tx, id, Picked(starts_at=None))


async def mark(tx: Transaction[Member], id: UUID) -> Engagement:
    return await comparing.mark(tx, id, Marks(marks=["shows"]))


async def propose_talk(tx: Transaction[Member], id: UUID) -> Engagement:
    soon = NOW + timedelta(minutes=40)
    return await talking.propose(tx, id, Proposing(times=[soon], minutes=10, mode="phone", words="We ring you."))


async def offer_beyond(tx: Transaction[Member], id: UUID) -> Engagement:
    """Out of turn too: with a reason."""
    return await choosing.offer_place(tx, id, Offering(beyond=True, passing_over="asked_to_wait"))


async def not_choose(tx: Transaction[Member], id: UUID) -> Engagement:
    return await choosing.not_choose(tx, id, NOT_CHOSEN)


OF_PERSON = {
    "accept": mine.accept,
    "decline": mine.decline,
    "withdraw": mine.withdraw,
    "undo": mine.undo_no,
    "tell": mine.tell_no_now,
    "take_back": asking.take_back,
    "answer_talk": pick_none,
    "cancel_talk": talking.cancel,
}
OF_STAFF = {
    "offer": offer_beyond,
    "put_on_reserve": choosing.put_on_reserve,
    "not_choose": not_choose,
    "undo": choosing.undo_not_chosen,
    "tell": choosing.tell_not_chosen_now,
    "answer_question": answer_something,
    "mark": mark,
    "propose_talk": propose_talk,
    "cancel_talk": talking.cancel_as_staff,
}
