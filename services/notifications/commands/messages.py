"""The life of a message: queued once, handed over or told by staff, given up, forgotten. Going out: sending.py."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

from schemas.event import Erased, Event
from schemas.notifications import Message as PublicMessage
from schemas.notifications import MessageErased
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotYet
from services.chassis.postgres import help_given
from services.chassis.postgres.transaction import Transaction, new_id
from services.notifications import metrics
from services.notifications.commands import alike, erasing_conversations, reading_out
from services.notifications.domain import contact as contacts
from services.notifications.domain import how_told
from services.notifications.domain import message as domain
from services.notifications.domain.contact import BY_PEOPLE, Channel
from services.notifications.domain.kinds import ASKS, MATCH_MADE
from services.notifications.domain.message import Message, News, Office
from services.notifications.store import asking as asking_store
from services.notifications.store import calendar as calendar_store
from services.notifications.store import calls as call_store
from services.notifications.store import complaints as complaint_store
from services.notifications.store import concerns as concern_store
from services.notifications.store import contact as contact_store
from services.notifications.store import day_numbers
from services.notifications.store import fitting as fitting_store
from services.notifications.store import how_told as how_told_store
from services.notifications.store import messages as store
from services.notifications.store import monthly as monthly_store
from services.notifications.store import register as register_store
from services.notifications.store import still_wanted as still_wanted_store
from services.notifications.store import story as story_store
from services.notifications.store import waiting as waiting_store
from services.notifications.store.contact import Reach
from services.notifications.store.waiting import Thing


async def tell(tx: Transaction, news: News) -> None:
    """Tell a person something once, by the channel of their choice. An erased person is told nothing.

    Raises NotYet while the account, or the network's organisation for a phone call or a letter, is not heard of.
    """
    if waits := await tell_each(tx, [news]):
        raise waits[0].why


@dataclass(frozen=True)
class CannotYet:
    """Somebody who cannot be told yet, and why: `tell` would raise it."""

    news: News
    why: NotYet


async def tell_each(tx: Transaction, many: Sequence[News]) -> list[CannotYet]:
    """Tell each person theirs, by a few statements for all; whom an organisation listed, only the asking, before a yes.

    Returns those that `tell` would have raised NotYet for: they keep no others waiting.
    """
    await contact_store.keep_people(tx, [news.person_id for news in many])
    reached = await contact_store.reach(tx, many)
    listed = await asking_store.listed(tx, [news.person_id for news in many])
    waits: list[CannotYet] = []
    to_tell: list[tuple[News, Channel]] = []
    for news, at in zip(many, reached, strict=True):
        if not at.known:
            waits.append(CannotYet(news, NotYet(f"account {news.person_id}")))
        elif not at.gone and not at.told and (news.person_id in listed) == (news.kind in ASKS):
            to_tell.append(_as_chosen(news, at))
    by_staff = [news for news, channel in to_tell if channel in BY_PEOPLE]
    office = await contact_store.network_office(tx) if by_staff else None
    if by_staff and office is None:
        waits += [CannotYet(news, NotYet("the organisation that runs the network")) for news in by_staff]
        to_tell = [(news, channel) for news, channel in to_tell if channel not in BY_PEOPLE]
    await queue_each(tx, to_tell, office)
    return waits


def _as_chosen(news: News, at: Reach) -> tuple[News, Channel]:
    """By their channel; of what they want to hear of together, or find when they look, on the home page for now."""
    channel = contacts.channel_for(at.contact, can_sign_in=at.can_sign_in)
    how = how_told.how(news.kind, at.chosen)
    if news.kind == MATCH_MADE and (news.after_break or how != "at_once"):
        return replace(news, round_up=how != "page"), "page"
    if how == "at_once" or channel not in ("email", "sms") or not at.can_sign_in:
        return news, channel
    return replace(news, daily=how == "daily"), "page"


async def queue_email(tx: Transaction, news: News) -> None:
    """Queue a message that goes by e-mail whatever its person chose."""
    await queue_each(tx, [(news, "email")], None)


async def show_on_page(tx: Transaction, news: News) -> None:
    """Show a message on its person's home page, whatever they chose."""
    await queue_each(tx, [(news, "page")], None)


async def queue_each(tx: Transaction, many: Sequence[tuple[News, Channel]], office: Office | None) -> None:
    """Queue the messages, each by its channel. Those that are only shown on the home page count as sent at once.

    The caller keeps the people (`contact_store.keep_people`). What is no longer worth sending is noted as stale.
    """
    if not many:
        return
    queued: list[tuple[Message, list[Event[PublicMessage]]]] = []
    for news, channel in many:
        message, event = domain.queue(news, id=new_id(), channel=channel, office=office, now=tx.now)
        events: list[Event[PublicMessage]] = [event]
        if channel == "page":
            message, sent = domain.hand_over(message, now=tx.now)
            events.append(sent)
        elif domain.is_stale(message, tx.now):
            message, stale = domain.go_stale(message)
            events.append(stale)
        queued.append((message, events))
    added = await store.add(tx, [(message, domain.may_be_sent_at(message, tx.now)) for message, _ in queued])
    new = [(message, events) for message, events in queued if message.id in added]
    await tx.emit(*(event for _, events in new for event in events))
    await _list_waiting(tx, *(message for message, _ in new))
    for message, _ in new:
        if message.status in ("sent", "stale"):
            tx.count(metrics.SENT.labels(message.channel, message.status).inc)


async def still_waits(tx: Transaction, id: UUID) -> Message | None:
    """The message, locked, if it is not told yet."""
    message = await store.lock(tx, id)
    return message if message and message.status in domain.WAITING else None


async def send_what_waits(tx: Transaction, person_id: UUID) -> None:
    """The person's address is known to be theirs from now on."""
    await store.bring_forward(tx, person_id)


async def note_sent(tx: Transaction, id: UUID) -> None:
    """The mail server has taken it."""
    if message := await still_waits(tx, id):
        await save_and_emit(tx, domain.hand_over(message, now=tx.now))


async def note_given_up(tx: Transaction, id: UUID, why: str) -> None:
    """It will not be tried again: its person reads that on its page, operators read why on theirs."""
    if message := await still_waits(tx, id):
        await save_and_emit(tx, domain.give_up(message))


async def note_stale(tx: Transaction, id: UUID) -> None:
    """It is no longer worth sending."""
    if message := await still_waits(tx, id):
        await save_and_emit(tx, domain.go_stale(message))


async def note_told(tx: Transaction[Member], id: UUID) -> None:
    """A member of the network's staff has rung or written to the person. Raises NotFound or AlreadyTold."""
    message = await store.lock_for_office(tx, id)
    await save_and_emit(tx, domain.hand_over(message, now=tx.now, done_by=tx.acting.by))


async def forget_person(tx: Transaction, person_id: UUID) -> None:
    """Delete how the person was reached and what they were told, and say so for each message. Safe to repeat.

    Whoever queues something for them at this moment is waited for; whoever comes later finds that they are gone.
    """
    await contact_store.hold_person(tx, person_id)
    gone = await store.lock_of_person(tx, person_id)
    await waiting_store.rewrite(tx, {Thing(PublicMessage.topic, id): () for id, _ in gone})
    await tx.emit(*(MessageErased(Erased(id=id, version=version + 1)) for id, version in gone))
    await erasing_conversations.forget_person(tx, person_id)
    await store.forget(tx, person_id)
    await contact_store.forget(tx, person_id)
    await alike.forget(tx, person_id)
    await call_store.forget(tx, person_id)
    await help_given.forget(tx, person_id)
    await register_store.forget(tx, person_id)
    await monthly_store.forget(tx, person_id)
    await calendar_store.forget(tx, person_id)
    await day_numbers.forget(tx, person_id)
    await _forget_what_they_said(tx, person_id)
    await how_told_store.forget(tx, person_id)
    await still_wanted_store.forget(tx, person_id)
    await waiting_store.forget_person(tx, person_id)


async def _forget_what_they_said(tx: Transaction, person_id: UUID) -> None:
    """Of concerns and complaints the days stay, without words and person."""
    gone = {
        "notifications.concern": await concern_store.forget(tx, person_id),
        "notifications.data_complaint": await complaint_store.forget(tx, person_id),
        "notifications.story_call": await story_store.forget(tx, person_id),
    }
    await waiting_store.rewrite(tx, {Thing(topic, id): () for topic, ids in gone.items() for id in ids})


async def save_and_emit(tx: Transaction, *changed: tuple[Message, Event[PublicMessage]]) -> None:
    """And list what waits for staff, and count what became of each. The caller holds the locks."""
    await store.save(tx, *(message for message, _ in changed))
    await tx.emit(*(event for _, event in changed))
    await _list_waiting(tx, *(message for message, _ in changed))
    await reading_out.follow(tx, *(message for message, _ in changed))
    await _measure_alerts(tx, [one for one, _ in changed if one.status == "sent" and one.channel != "page"])
    for message, _ in changed:
        if message.status in metrics.OUTCOMES:
            tx.count(metrics.SENT.labels(message.channel, message.status).inc)
            if message.news.lists:
                tx.count(metrics.LISTS.labels(message.status).inc)


async def _measure_alerts(tx: Transaction, sent: Sequence[Message]) -> None:
    """Of roles that fit: how many somebody is told of in a week, and how soon after it was posted a role is told."""
    alerts = [one.news for one in sent if one.news.matches]
    if not alerts:
        return
    for count in await fitting_store.told_in_a_week(tx, [one.person_id for one in alerts]):
        tx.count(partial(metrics.ALERTS_IN_A_WEEK.observe, count))
    for seconds in await fitting_store.note_alerted(tx, [id for one in alerts for id in one.matches]):
        tx.count(partial(metrics.FIRST_ALERT.observe, seconds))


async def _list_waiting(tx: Transaction, *messages: Message) -> None:
    """What waits for the network's staff. Only a message by phone or post ever does."""
    if by_staff := [one for one in messages if one.office is not None]:
        things = {Thing(PublicMessage.topic, m.id, person_id=m.news.person_id): m.public().waiting for m in by_staff}
        await waiting_store.rewrite(tx, things)
