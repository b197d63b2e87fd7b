"""E-mails as they leave: who writes, to whom, in which words, and how to stop them."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from schemas import links
from services.chassis.base.settings import Settings
from services.chassis.work import post_office
from services.chassis.work.letters import Letter
from services.chassis.work.outgoing import Send
from services.notifications import texts
from services.notifications.commands.messages import ToSend
from services.notifications.texts import Text


@asynccontextmanager
async def open_post_office(settings: Settings) -> AsyncGenerator[Send[ToSend]]:
    """A connection over which e-mails are sent. Raises RefusesAll."""
    async with post_office.post_office(settings) as send:

        async def send_one(one: ToSend) -> None:
            await send(_letter(one, settings))

        yield send_one


def _letter(one: ToSend, settings: Settings) -> Letter:
    news = one.message.news
    text = Text(news.subject, news.body, news.link_words)
    words = texts.letter(
        called=one.called, text=text, link=news.link, base_url=settings.base_url, network_name=settings.network_name
    )
    return Letter(
        one.message.id,
        to=one.to,
        subject=news.subject,
        body=words,
        from_called=settings.network_name,
        reply_to=settings.email_reply_to,
        stop_url=settings.base_url + links.MY_MESSAGES,
    )
