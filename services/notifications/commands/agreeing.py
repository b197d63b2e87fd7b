"""Tell people that what they agreed to has changed: once for each day on which something new began to hold.

Whoever said yes before they were rung or written to is told nothing any more.
"""

from datetime import datetime

from schemas import links
from schemas.recruitment import Leader
from services.chassis.base.periods import london_day
from services.chassis.postgres.transaction import Transaction
from services.notifications import texts
from services.notifications.commands.messages import save_and_emit, tell
from services.notifications.domain import kinds
from services.notifications.domain import message as domain
from services.notifications.domain.kinds import AGREE_AGAIN
from services.notifications.domain.message import News
from services.notifications.store import messages as store

CODE, NOTICE = "agree_to_code", "agree_to_notice"
"""What waits in recruitment's state for a yes."""


async def tell_to_agree(tx: Transaction, leader: Leader) -> None:
    """What began longer ago than news is told stands on their home page alone. What it is, or what has changed in it,
    is on recruitment's page."""
    asked: dict[datetime, set[str]] = {}
    for one in leader.waiting:
        if one.what in (CODE, NOTICE):
            asked.setdefault(one.since, set()).add(one.what)
    over = await store.lock_waiting_of(tx, leader.id, AGREE_AGAIN, besides=[_stage(since) for since in asked])
    await save_and_emit(tx, *(domain.go_stale(one) for one in over))
    for since, what in sorted(asked.items()):
        if tx.now - since <= kinds.NEWS_FOR:
            await tell(tx, _news(leader, since, what))


def _stage(since: datetime) -> str:
    return f"{AGREE_AGAIN}:{london_day(since)}"


def _news(leader: Leader, since: datetime, what: set[str]) -> News:
    facts = {"code": CODE in what, "notice": NOTICE in what, "since": since}
    text = texts.text_of(AGREE_AGAIN, facts)
    return News(
        person_id=leader.id,
        kind=AGREE_AGAIN,
        about=leader.id,
        stage=_stage(since),
        subject=text.subject,
        body=text.body,
        link=links.AGREE,
        link_words=text.link_words,
        good_until=kinds.good_until(kinds.of(AGREE_AGAIN), happened_at=since),
        easy=text.easy,
    )
