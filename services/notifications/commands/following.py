"""What still waits to be sent or said follows the newest state: it says what is so now, or it is not said any more."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from services.chassis.postgres.transaction import Transaction
from services.notifications.commands import messages
from services.notifications.domain import message as domain
from services.notifications.domain.message import Message, News
from services.notifications.store import contact as contact_store
from services.notifications.store import standing as store

OVER_AT_ONCE = 500
SAID_BY_STAFF_UNTIL = (
    *("sessions_added", "sessions_changed", "sessions_cancelled", "session_in_a_week", "session_tomorrow"),
    *("offer_made", "offer_earlier", "place_free", "offer_ends", "place_accepted", "on_reserve"),
    *("opportunity_withdrawn", "place_called_off", "role_changed", "role_said_anew"),
    "left_out_of_draw",
    *("access_unconfirmed", "access_confirmed", "access_failed", "was_it_there"),
    *("talk_proposed", "talk_agreed", "talk_cancelled", "talk_tomorrow"),
)
"""What staff do not say once it is over: nobody is rung about a meeting of last week."""

Said = tuple[UUID, UUID, str]
"""What is told once: to whom, about what, at which stage."""


def said(news: News) -> Said:
    return (news.person_id, news.about, news.stage)


async def follow(tx: Transaction, waits: Sequence[Message], now: Mapping[Said, News | None]) -> None:
    """Of what waits: what is not in `now` is over; what is there with words is said in these. The caller holds the
    locks of the messages, and keeps their people."""
    over = [one for one in waits if said(one.news) not in now]
    await messages.save_and_emit(tx, *(domain.go_stale(one) for one in over))
    reworded: list[Message] = []
    for one in waits:
        words = now.get(said(one.news))
        if words is not None and (words.subject, words.body) != (one.news.subject, one.news.body):
            changed = {"subject": words.subject, "body": words.body, "easy": words.easy, "later": words.later}
            reworded.append(replace(one, news=replace(one.news, good_until=words.good_until, **changed)))
    await store.reword(tx, reworded)


async def waits(tx: Transaction, people: Sequence[UUID], about: Sequence[UUID], kinds: Sequence[str]) -> list[Message]:
    """What they were not told yet about these, locked. It keeps the people until the commit."""
    if not people:
        return []
    await contact_store.keep_people(tx, people)
    return await store.lock_untold(tx, people, about, kinds)


async def end_what_is_over(tx: Transaction) -> int:
    """What staff were to say or write and is over by now; how many it were, at most OVER_AT_ONCE."""
    over = await store.lock_over(tx, SAID_BY_STAFF_UNTIL, limit=OVER_AT_ONCE)
    await messages.save_and_emit(tx, *(domain.go_stale(one) for one in over))
    return len(over)
