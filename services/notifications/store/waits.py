"""Since when the oldest of each kind waits, for metrics and /ops: people feel it."""

from collections.abc import Sequence
from datetime import datetime

from services.chassis.postgres.transaction import Transaction
from services.notifications import metrics
from services.notifications.domain.kinds import ANSWERED_WITHIN
from services.notifications.store import asking, calendar, conversations, monthly, no_way
from services.notifications.store.conversations import Unread


async def waits(tx: Transaction) -> dict[str, datetime | None]:
    """Since when the oldest e-mail or text could be sent and is not, and since when the oldest call and letter wait;
    since when somebody who was listed could be asked and is not (`ask`), and the first who gave a name and no way to
    reach them (`no_way`); since when somebody waits for an answer to what they wrote (`message`), and a monthly list
    waits to be told or sent, which goes after all else (`list`).

    A call that is to be made later has waited since the person was to be told all the same.
    """
    row = await tx.fetchrow(
        "select min(next_try_at) filter (where channel = 'email') as email,"
        " min(next_try_at) filter (where channel = 'sms') as text from message"
        " where channel in ('email', 'sms') and status in ('queued', 'sending') and next_try_at <= clock_timestamp()"
        " and rank < 2"
    )
    by_hand = await tx.fetchrow(
        "select min(queued_at) filter (where channel = 'phone') as call,"
        " min(queued_at) filter (where channel = 'post') as letter,"
        " min(queued_at) filter (where channel = 'meet') as meeting from message"
        " where channel in ('phone', 'post', 'meet') and status = 'queued'"
    )
    assert row and by_hand
    metrics.CALENDAR_ADDRESSES.set(await calendar.standing(tx))
    _set_unread(tx, await conversations.unread_by_desk(tx))
    message = await conversations.oldest_that_waits(tx)
    asked = await asking.waits(tx, listed_after=tx.now - ANSWERED_WITHIN)
    return {
        **row,
        **by_hand,
        "message": message,
        "ask": asked,
        "no_way": await no_way.since(tx),
        "list": await monthly.waits(tx),
    }


def _set_unread(tx: Transaction, unread: Sequence[Unread]) -> None:
    """Of a desk that has read everything there is nothing any more."""
    metrics.UNREAD.clear()
    metrics.UNREAD_AGE.clear()
    for one in unread:
        metrics.UNREAD.labels(one.organisation, one.desk).set(one.count)
        metrics.UNREAD_AGE.labels(one.organisation, one.desk).set((tx.now - one.oldest).total_seconds())
