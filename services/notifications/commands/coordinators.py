"""Tell people who looks after them now, once, in their own way: not of cover for a day, nor when nobody does."""

from schemas import links
from schemas.identity import Account
from schemas.recruitment import Leader
from services.chassis.base.refusals import NotYet
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction
from services.notifications import texts, who_to_ask
from services.notifications.commands.messages import tell
from services.notifications.domain import kinds
from services.notifications.domain.message import News

KIND = "new_coordinator"


async def tell_who_looks_after(tx: Transaction, leader: Leader) -> None:
    """Of this coordinator since that moment they are told once, however often the state is said again. Who came to them
    longer ago than news is told is known to them. Raises NotYet while the coordinator's account is not heard of."""
    since = leader.coordinator_since
    if leader.status != "approved" or leader.coordinator_id is None or since is None:
        return
    if tx.now - since > kinds.NEWS_FOR:
        return
    coordinator = await mirrors.get(tx, Account, leader.coordinator_id)
    if coordinator is None:
        if await mirrors.is_erased(tx, Account, leader.coordinator_id):
            return  # another one follows
        raise NotYet(f"account {leader.coordinator_id}")
    text = texts.text_of(KIND, {"coordinator": coordinator.called, "at": await who_to_ask.desk(tx)})
    news = News(
        person_id=leader.id,
        kind=KIND,
        about=leader.coordinator_id,
        stage=f"{KIND}:{since.isoformat()}",
        subject=text.subject,
        body=text.body,
        link=links.MY_NOTES,
        link_words=text.link_words,
        good_until=kinds.good_until(kinds.of(KIND), happened_at=since),
        easy=text.easy,
        rings=leader.id,
    )
    await tell(tx, news)
