"""Ask whom an organisation listed whether the network may keep them: once, once more after two weeks, never after that.

A few at a time, so that nothing else waits behind them: in each minute so many mails, texts and letters, and no more on
the phone list than can be rung in a day.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from schemas import links
from schemas.identity import Organisation
from schemas.recruitment import Application
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction
from services.notifications import texts
from services.notifications.commands import messages
from services.notifications.domain import message as domain
from services.notifications.domain.kinds import ANSWERED_WITHIN, ASKED, ASKED_AGAIN
from services.notifications.domain.message import News
from services.notifications.domain.register import ASKED_AT_ONCE, CALLS_AT_ONCE
from services.notifications.store import asking as store
from services.notifications.store.asking import ToAsk

AGAIN_AFTER = timedelta(days=14)
THING = "{} gave us your name: may we keep it?"
"""What the first mail and the second are called."""
LAST_CALL = timedelta(days=2)
"""Nobody is asked so shortly before they are forgotten that they could not answer."""


async def ask_some(tx: Transaction) -> None:
    """The next of those who were listed and can be reached; then those who have not answered. What was answered while
    it waited is asked no more."""
    await end(tx, None)
    answers_after = tx.now + LAST_CALL
    asked_before = tx.now - AGAIN_AFTER
    calls = max(0, CALLS_AT_ONCE - await store.waiting_calls(tx))
    for by_phone, room in ((False, ASKED_AT_ONCE), (True, calls)):
        some = await store.to_ask(tx, by_phone=by_phone, answers_after=answers_after, limit=room)
        await _ask(tx, some, ASKED)
        again = await store.to_ask_again(
            tx, by_phone=by_phone, answers_after=answers_after, asked_before=asked_before, limit=room - len(some)
        )
        await _ask(tx, again, ASKED_AGAIN)
    await store.note_how_far(tx)


async def _ask(tx: Transaction, some: Sequence[ToAsk], kind: str) -> None:
    """Whoever cannot be asked yet (their organisation is not heard of) is asked in another minute."""
    by = [(one, one.application.listed_by) for one in some if one.application.listed_by]
    organisations = await mirrors.get_each(tx, Organisation, [id for _, id in by]) if by else {}
    news = [news_of(one, organisations[id].name, kind) for one, id in by if id in organisations]
    if news:
        await messages.tell_each(tx, news)


def news_of(one: ToAsk, organisation: str, kind: str) -> News:
    """The words, and until when they are worth sending: until the person is forgotten. The link that answers is for a
    mailbox alone; what is rung, texted or written is read on a page by whoever said yes."""
    application = one.application
    until = application.answer_by or application.sent_at + ANSWERED_WITHIN
    text = texts.text_of(
        kind, {"organisation": organisation, "reference": application.reference, "until": until - timedelta(days=1)}
    )
    return News(
        person_id=application.person_id,
        kind=kind,
        about=application.id,
        stage=kind,
        subject=text.subject,
        body=text.body,
        link=links.ASKED_TO_JOIN if one.address else links.MY_APPLICATION,
        link_words=text.link_words,
        good_until=until,
        address=one.address,
        easy=text.easy,
        thing=THING.format(organisation),
    )


async def end(tx: Transaction, application: Application | None) -> None:
    """What still waits to be asked, though it is answered: of this application, or of any."""
    if application is not None and application.stage == "listed":
        return
    id: UUID | None = application.id if application else None
    over = await store.lock_answered(tx, id, limit=ASKED_AT_ONCE)
    await messages.save_and_emit(tx, *(domain.go_stale(one) for one in over))
