"""Roles that fit people, told together at the hour that each chose; and looked at again before anything goes out.

A batch of people is one transaction: who is due, what of it is still worth telling and the messages are a few
statements for all. Killed anywhere, the next one goes on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from uuid import UUID

from schemas import links
from services.chassis.base.wording import many
from services.chassis.postgres.transaction import Transaction
from services.notifications import metrics
from services.notifications.commands import how_told as daily
from services.notifications.commands import messages
from services.notifications.domain import contact as contacts
from services.notifications.domain import how_told, kinds
from services.notifications.domain import message as domain
from services.notifications.domain.contact import Channel
from services.notifications.domain.kinds import MATCH_MADE, ROLES_FIT
from services.notifications.domain.message import Fit, Message, News
from services.notifications.store import contact as contact_store
from services.notifications.store import fitting as store
from services.notifications.store import how_told as how_told_store
from services.notifications.store.fitting import Waits
from services.notifications.store.how_told import Owed

AT_ONCE = 500
"""People who are told in one transaction."""
LOOKED_AT = 200
"""Of what staff are to say or write, so many are ended in one transaction."""


async def tell_round_ups(tx: Transaction) -> bool:
    """The next of those whose hour has come. Whether there may be more.

    Nobody is told before the network's organisation is heard of, whose staff ring and write.
    """
    office = await contact_store.network_office(tx)
    if office is None or not how_told.may_be_sent(tx.now):
        return False
    due = await store.due(tx, limit=AT_ONCE)
    back = await store.back_from_break(tx, limit=AT_ONCE)
    await contact_store.keep_people(tx, [*due, *back])
    people = [*await store.claim(tx, due), *back]
    waits = await store.take_waiting(tx, people)
    owed = await how_told_store.owed_to(tx, [one.person_id for one in waits])
    news = [_with_all_else(tx, one, owed) for one in waits]
    told: list[tuple[News, Channel]] = []
    for one, (wanted, at) in zip(waits, zip(news, await contact_store.reach(tx, news), strict=True), strict=True):
        channel = contacts.channel_for(at.contact, can_sign_in=at.can_sign_in)
        together = not at.told and channel in how_told.GOES_BY
        if at.known and not at.gone and channel != "page":
            told.append((wanted if together else _news(tx, one), channel))
    await messages.queue_each(tx, told, office)
    await how_told_store.note(tx, [one.person_id for one, _ in told if one.kind == how_told.DAILY])
    return AT_ONCE in (len(due), len(back))


def _with_all_else(tx: Transaction, waits: Waits, owed: Mapping[UUID, Owed]) -> News:
    """Whoever is owed a message of what is new, at the same hour, gets that one, and the roles stand in it."""
    alone = _news(tx, waits)
    if waits.person_id not in owed:
        return alone
    return replace(daily.news_of(tx, owed[waits.person_id]), fits=waits.fits, good_until=alone.good_until)


def _news(tx: Transaction, waits: Waits) -> News:
    """Its words are made when it is sent or read (`words_of_fitting.py`)."""
    subject = f"{many(len(waits.fits), 'new role fits', 'new roles fit')} you"
    return News(
        person_id=waits.person_id,
        kind=ROLES_FIT,
        about=waits.person_id,
        stage=domain.stage_of(ROLES_FIT, tx.now),
        subject=subject,
        body=subject,
        link=links.MY_MATCHES,
        link_words="See all roles that fit you",
        good_until=kinds.good_until(kinds.of(ROLES_FIT), happened_at=tx.now),
        fits=waits.fits,
    )


async def still_to_tell(tx: Transaction, message: Message) -> Message | None:
    """The same, of which each role is still worth telling now; None where nothing is, or it is told in another way.

    The caller holds its lock.
    """
    if not message.news.matches or message.channel == "page":
        return message
    person_id, ids = message.news.person_id, message.news.matches
    verdicts = dict(zip(ids, await store.verdicts(tx, person_id, ids), strict=True))
    chosen = how_told.how(MATCH_MADE, await how_told_store.chosen(tx, person_id))
    if message.news.kind == MATCH_MADE:
        return await _one_role(tx, message, verdicts[message.news.about], chosen)
    fits = [one for one in message.news.fits if verdicts[one.match_id] == "tell" and chosen != "page"]
    if not fits and chosen != "page":
        await store.wait_for_round_up(tx, person_id, [id for id in ids if verdicts[id] == "pause"])
    if not fits and message.news.kind == ROLES_FIT:
        await messages.save_and_emit(tx, domain.go_stale(message))
        return None
    return await _narrowed(tx, message, fits)


async def _one_role(tx: Transaction, message: Message, verdict: str, chosen: str) -> Message | None:
    if verdict == "tell" and chosen == "at_once":
        return message
    if verdict == "over" or message.office is not None:
        await messages.save_and_emit(tx, domain.go_stale(message))
    else:
        await messages.save_and_emit(tx, domain.hand_over(domain.show_on_page(message), now=tx.now))
    if verdict != "over" and chosen != "page":
        await store.wait_for_round_up(tx, message.news.person_id, [message.news.about])
    return None


async def _narrowed(tx: Transaction, message: Message, fits: Sequence[Fit]) -> Message:
    if len(fits) == len(message.news.fits):
        return message
    await store.narrow(tx, message.id, fits)
    return domain.with_fits(message, fits)


async def look_at_what_staff_say(tx: Transaction) -> int:
    """What staff are to say or write of roles and is not to be told any more; how many it were."""
    some = await store.lock_not_to_tell(tx, limit=LOOKED_AT)
    for one in some:
        await still_to_tell(tx, one)
    return len(some)


async def measure(tx: Transaction) -> None:
    tx.count(partial(metrics.ROUND_UPS_LATE.set, await store.late(tx)))
