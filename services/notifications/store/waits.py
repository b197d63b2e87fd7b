"""Since when the oldest of each kind waits, for metrics and /ops: people feel it."""

from datetime import datetime

from services.chassis.postgres.transaction import Transaction
from services.notifications.domain.kinds import ANSWERED_WITHIN
from services.notifications.store import asking, conversations, monthly, no_way


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
