"""Ask whoever is told of roles and has answered none for long whether they still want it. No answer: once a week."""

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from schemas import links
from services.chassis.base.hands import Person
from services.chassis.postgres.transaction import Transaction
from services.notifications import metrics
from services.notifications.commands import composing, how_told
from services.notifications.commands.messages import tell_each
from services.notifications.domain import how_told as domain
from services.notifications.domain.how_told import How
from services.notifications.domain.kinds import MATCH_MADE, NOW_WEEKLY, STILL_WANTED
from services.notifications.domain.message import News, stage_of
from services.notifications.store import contact as contact_store
from services.notifications.store import how_told as how_told_store
from services.notifications.store import policies
from services.notifications.store import still_wanted as store

AT_ONCE = 250
MONTH = timedelta(days=365) / 12
_FIRST = UUID(int=0)


async def ask_some(tx: Transaction, after: UUID | None = None) -> UUID | None:
    """The next who are asked. Returns the last one; None when nobody is left."""
    if not domain.may_be_sent(tx.now):
        return None
    policy = await policies.telling(tx)
    since = tx.now - policy.asked_after_months * MONTH
    some = await store.to_ask(tx, after or _FIRST, since=since, limit=AT_ONCE)
    await contact_store.keep_people(tx, some)
    await store.note_asked(tx, some, days=policy.answer_days)
    facts: dict[str, Any] = {"months": policy.asked_after_months, "until": tx.now + timedelta(days=policy.answer_days)}
    await tell_each(tx, [_news(tx, one, STILL_WANTED, links.MY_STILL_WANTED, facts) for one in some])
    return some[-1] if len(some) == AT_ONCE else None


async def end_unanswered(tx: Transaction) -> bool:
    """Who has not answered in time hears of roles once a week, and that this is so. Whether there may be more."""
    if not domain.may_be_sent(tx.now):
        return False
    some = await store.unanswered(tx, limit=AT_ONCE)
    ids = [one.person_id for one in some]
    await contact_store.keep_people(tx, ids)
    weekly = await store.note_unanswered(tx, ids, [one.person_id for one in some if one.weekly])
    await tell_each(tx, [_news(tx, one, NOW_WEEKLY, links.HOW_TOLD, {}) for one in weekly])
    tx.count(partial(metrics.STILL_WANTED.labels("none").inc, len(ids)))
    return len(some) == AT_ONCE


def _news(tx: Transaction, person_id: UUID, kind: str, link: str, facts: dict[str, Any]) -> News:
    of, until = (person_id, person_id, stage_of(kind, tx.now)), composing.good_until(kind, tx.now)
    return composing.news(kind, of=of, link=link, facts=facts, good_until=until)


SAYS: dict[str, How] = {"weekly": "weekly", "stop": "page"}


async def answer(tx: Transaction[Person], said: str) -> None:
    """`yes`: as it is now, and again where they were told of none; `weekly`, `stop`. It may be said at any time."""
    person_id = tx.acting.person_id
    now = domain.how(MATCH_MADE, await how_told_store.chosen(tx, person_id))
    how: How = SAYS.get(said) or ("at_once" if now == "page" else now)
    if how != now:
        await how_told.of_roles(tx, how)
    await contact_store.keep_people(tx, [person_id])
    await store.answer(tx, said)
    tx.count(metrics.STILL_WANTED.labels(said).inc)
