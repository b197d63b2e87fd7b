"""E-mail as it leaves: one connection to the mail server, opened with the first message and closed at the end."""

import ssl
from contextlib import suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, localtime
from types import TracebackType
from urllib.parse import unquote, urlsplit
from uuid import UUID

import aiosmtplib

from schemas import links
from services.chassis.base.settings import Settings
from services.notifications import texts
from services.notifications.domain.message import News
from services.notifications.texts import Text

SMTP_SECONDS = 5
"""How long one step of the conversation with the mail server may take."""


class NotTaken(Exception):
    """The mail server did not take it, or nobody knows. The words carry no address."""

    def __init__(self, why: str, *, for_good: bool = False) -> None:
        super().__init__(why)
        self.for_good = for_good


class PostOffice:
    """`async with PostOffice(settings) as office: await office.send(…)`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._smtp: aiosmtplib.SMTP | None = None

    async def __aenter__(self) -> "PostOffice":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._smtp and self._smtp.is_connected:
            with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
                await self._smtp.quit()

    async def send(self, id: UUID, *, to: str, called: str, news: News) -> None:
        """Raises NotTaken: for good when the server refuses it, else when it is away or the outcome is unknown."""
        message = self._message(id, to=to, called=called, news=news)
        try:
            smtp = await self._connected()
            await smtp.send_message(message, sender=self._settings.email_from, recipients=[to])
        except aiosmtplib.SMTPRecipientsRefused as refused:
            code = max((one.code for one in refused.recipients), default=0)
            raise NotTaken(f"SMTPRecipientsRefused {code}", for_good=code >= 500) from None
        except aiosmtplib.SMTPDataError as refused:
            raise NotTaken(f"SMTPDataError {refused.code}", for_good=refused.code >= 500) from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise NotTaken(type(error).__name__) from None

    async def _connected(self) -> aiosmtplib.SMTP:
        if self._smtp is None or not self._smtp.is_connected:
            server = urlsplit(self._settings.smtp_url)
            self._smtp = aiosmtplib.SMTP(
                hostname=server.hostname,
                port=server.port or 25,
                use_tls=server.scheme == "smtps",
                username=unquote(server.username) if server.username else None,
                password=unquote(server.password) if server.password else None,
                timeout=SMTP_SECONDS,
                tls_context=ssl.create_default_context(),
            )
            await self._smtp.connect()
        return self._smtp

    def _message(self, id: UUID, *, to: str, called: str, news: News) -> EmailMessage:
        settings, message = self._settings, EmailMessage()
        user, _, domain = settings.email_from.rpartition("@")
        message["From"] = Address(settings.network_name, user, domain)
        message["To"] = to
        message["Subject"] = news.subject
        message["Date"] = format_datetime(localtime())
        message["Message-ID"] = f"<{id}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message["List-Unsubscribe"] = f"<{settings.base_url}{links.MY_MESSAGES}>"
        text = Text(news.subject, news.body, news.link_words)
        words = texts.letter(
            called=called, text=text, link=news.link, base_url=settings.base_url, network_name=settings.network_name
        )
        message.set_content(words)
        return message
