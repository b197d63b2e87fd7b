"""The receipt of whoever asked to join with a name alone: who answers, by when, and what to say on the phone."""

from uuid import UUID

from schemas import links
from services.chassis.postgres.transaction import Transaction
from services.notifications import texts
from services.notifications.commands.composing import JOINING
from services.notifications.commands.messages import tell
from services.notifications.domain import kinds
from services.notifications.domain.message import News
from services.notifications.store import contact as contact_store
from services.notifications.store import neighbours

RECEIPT = "name_received"


async def give_receipt(tx: Transaction, person_id: UUID) -> None:
    """It is given once, as soon as both are here: the application, and a way to reach them. Each calls this."""
    asked, heard = await neighbours.asked_application(tx, person_id), await contact_store.account(tx, person_id)
    if asked is None or heard is None or heard.account is None:
        return
    account = heard.account
    if account.can_sign_in and account.came_to_join_at is None:  # they have their page, on which they asked
        return
    if not account.can_sign_in and await contact_store.get(tx, person_id) is None:
        return
    text = texts.text_of(RECEIPT, {"reference": asked.reference, **vars(await neighbours.answered_by(tx, asked))})
    news = News(
        person_id=person_id,
        kind=RECEIPT,
        about=asked.id,
        stage=asked.stage,
        subject=text.subject,
        body=text.body,
        link=links.JOIN,
        link_words=text.link_words,
        easy=text.easy,
        thing=JOINING,
        good_until=kinds.good_until(kinds.of(RECEIPT), happened_at=asked.sent_at),
    )
    await tell(tx, news)
