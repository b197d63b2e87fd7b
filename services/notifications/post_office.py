"""E-mails as they leave: who writes, to whom, in which words, and how to stop them."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from services.chassis.base.keys import KeyRing, Secrets
from services.chassis.base.settings import Settings
from services.chassis.work import post_office
from services.chassis.work.letters import Attached, Letter
from services.chassis.work.outgoing import Send
from services.notifications import icalendar_of, metrics, texts
from services.notifications.commands.going_out import also_of, link_of, stop_of
from services.notifications.commands.sending import ToSend
from services.notifications.domain.kinds import ASKS
from services.notifications.icalendar_of import MEDIA, By
from services.notifications.texts import Goes, Text


@asynccontextmanager
async def open_post_office(settings: Settings) -> AsyncGenerator[Send[ToSend]]:
    """A connection over which e-mails are sent. Raises RefusesAll."""
    secret = KeyRing(settings).forms
    async with post_office.post_office(settings) as send:

        async def send_one(one: ToSend) -> None:
            await send(_letter(one, settings, secret))
            if one.bookings:
                metrics.CALENDAR_FILES.labels("message").inc()

        yield send_one


def _letter(one: ToSend, settings: Settings, secret: Secrets) -> Letter:
    """What tells somebody of their own affairs is no subscription that is stopped, and says in its words where they
    choose how often they are told; whoever is asked to join stops it where they answer.
    """
    news, link, stop = one.message.news, link_of(one.message, secret), stop_of(one.message, secret)
    body = texts.with_whole_links(news.body, settings) if news.fits else news.body
    text = Text(news.subject if news.subject != one.subject else "", body, news.link_words)
    goes = Goes(link, stop, also_of(one.message, secret), with_file=bool(one.bookings))
    words = texts.letter(called=one.called, text=text, goes=goes, by=settings)
    return Letter(
        one.message.id,
        to=one.to,
        subject=one.subject,
        body=words,
        from_called=settings.network_name,
        reply_to=settings.email_reply_to,
        stop_url=settings.base_url + (stop or link) if stop or news.kind in ASKS else "",
        stops_at_once=bool(stop),
        attached=_for_calendar(one, settings),
        answers=one.first.id if one.first else None,
    )


def _for_calendar(one: ToSend, settings: Settings) -> Attached | None:
    """No more than `session.ics`: its name stands in lists of mail programs, which others may see."""
    if not one.bookings:
        return None
    content = icalendar_of.write(one.bookings, by=By.of(settings), today=one.today)
    return Attached("session.ics" if len(one.bookings) == 1 else "sessions.ics", MEDIA, content)
