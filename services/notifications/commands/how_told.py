"""How often people are told, as they chose; and once a day, at their hour, in one mail or text all that is new."""

from collections.abc import Callable, Mapping

from schemas import links
from services.chassis.base.access import london_day
from services.chassis.base.hands import Person
from services.chassis.postgres.transaction import Transaction
from services.notifications import texts
from services.notifications.commands import messages
from services.notifications.domain import contact as contacts
from services.notifications.domain import how_told as domain
from services.notifications.domain.how_told import At, How
from services.notifications.domain.message import News
from services.notifications.store import contact as contact_store
from services.notifications.store import how_told as store
from services.notifications.store import still_wanted as still_wanted_store
from services.notifications.store.how_told import Owed

AT_ONCE = 50
"""People who are told in one transaction."""


async def choose(tx: Transaction[Person], wanted: Mapping[str, How], at: Callable[[At], At]) -> None:
    """For all groups; a group that is not named is told at once. `at`: when, given what it was. Whoever chooses has
    answered whether they want it."""
    person_id = tx.acting.person_id
    await contact_store.keep_people(tx, [person_id])
    await store.choose(tx, person_id, wanted, at(await store.at(tx, person_id)))
    await still_wanted_store.answer(tx, domain.ANSWERS[wanted.get(domain.FITTING, "at_once")])


async def stop_matches(tx: Transaction[Person], *, wanted: bool) -> None:
    """By the link of a mail of a role that fits: from now on they stand on the home page alone; or come again."""
    person_id = tx.acting.person_id
    if not wanted:
        await of_roles(tx, "page")
    elif (await store.chosen(tx, person_id)).get(domain.FITTING) == "page":
        await of_roles(tx, "at_once")


async def of_roles(tx: Transaction[Person], how: How) -> None:
    """Of roles that fit alone; all else stays as they chose it. Nothing is kept of who was forgotten."""
    person_id = tx.acting.person_id
    await contact_store.keep_people(tx, [person_id])
    heard = await contact_store.account(tx, person_id)
    if heard is not None and heard.account is None:
        return
    wanted = await store.chosen(tx, person_id) | {domain.FITTING: how}
    await store.choose(tx, person_id, wanted, await store.at(tx, person_id))
    await still_wanted_store.answer(tx, domain.ANSWERS[how])


async def tell_daily(tx: Transaction) -> bool:
    """The next of those who are owed it. Whether there may be more."""
    if not domain.may_be_sent(tx.now):
        return False
    some = await store.owed(tx, limit=AT_ONCE)
    ids = [one.person_id for one in some]
    await contact_store.keep_people(tx, ids)
    news = [news_of(tx, one) for one in some if one.count]
    reached = await contact_store.reach(tx, news)
    for one, at in zip(news, reached, strict=True):
        channel = contacts.channel_for(at.contact, can_sign_in=at.can_sign_in)
        if at.known and not at.gone and not at.told and channel in domain.GOES_BY:
            await messages.queue_each(tx, [(one, channel)], None)
    await store.note(tx, ids)
    return len(some) == AT_ONCE


def news_of(tx: Transaction, owed: Owed) -> News:
    text = texts.text_of(domain.DAILY, {"subjects": owed.subjects, "count": owed.count})
    return News(
        person_id=owed.person_id,
        kind=domain.DAILY,
        about=owed.person_id,
        stage=f"{domain.DAILY}:{london_day(tx.now)}",
        subject=text.subject,
        body=text.body,
        link=links.HOME,
        link_words=text.link_words,
        good_until=domain.good_until(tx.now),
    )
