"""E-mail as it leaves: a connection to the mail server, and what its answers mean for a letter."""

import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import aiosmtplib

from services.chassis.base.refusals import Refused
from services.chassis.base.settings import Settings
from services.chassis.work.letters import Letter, write
from services.chassis.work.outgoing import RefusedForGood, RefusedForNow, RefusesAll, Send

SMTP_SECONDS = 5
"""How long one step of the conversation with the mail server may take."""
PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
CLOSING = 421
"""The server's answer when it closes the connection (RFC 5321, 3.8). To a receiver or to the words it is about them:
were it about all, the next connection or the next MAIL FROM says so. So no letter holds the others by it.
"""
TOO_LARGE = 552
"""The one answer to MAIL FROM that is about the letter and not about us."""


@asynccontextmanager
async def post_office(settings: Settings) -> AsyncGenerator[Send[Letter]]:
    """A connection over which letters are sent one after another; it is opened again when it was lost.

    Raises RefusesAll when the server is away or lets us not in.
    """
    connection = _Connection(settings)
    await connection.open()
    try:
        yield connection.send
        await connection.quit()
    finally:
        connection.close()


@lru_cache(maxsize=1)
def _trusting(authorities: Path | None, changed_ns: int) -> ssl.SSLContext:
    """By whom the mail server's certificate may be signed: read once, which takes 40 ms, and again once it changed."""
    return ssl.create_default_context(cafile=authorities)


class _Connection:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._smtp = self._fresh()

    def _fresh(self) -> aiosmtplib.SMTP:
        server, authorities = urlsplit(self._settings.smtp_url), self._settings.smtp_ca
        return aiosmtplib.SMTP(
            hostname=server.hostname,
            port=server.port or PORTS[server.scheme],
            use_tls=server.scheme == "smtps",
            start_tls=True if server.scheme == "smtp+starttls" else None,
            username=unquote(server.username) if server.username else None,
            password=unquote(server.password) if server.password else None,
            timeout=SMTP_SECONDS,
            tls_context=_trusting(authorities, authorities.stat().st_mtime_ns if authorities else 0),
        )

    async def open(self) -> None:
        self._smtp = self._fresh()
        try:
            await self._smtp.connect()
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise RefusesAll(_words(error)) from None

    async def quit(self) -> None:
        with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
            if self._smtp.is_connected:
                await self._smtp.quit()

    def close(self) -> None:
        self._smtp.close()

    async def send(self, letter: Letter) -> None:
        """Raises RefusedForNow, RefusedForGood or RefusesAll."""
        try:
            written = write(letter, self._settings.email_from)
        except (Refused, ValueError) as error:
            raise RefusedForGood(f"it cannot be written: {type(error).__name__}") from None
        if not self._smtp.is_connected:
            await self.open()
        whole = False
        try:
            await self._smtp.sendmail(self._settings.email_from, [written.to], written.content)
            whole = True
        except (aiosmtplib.SMTPException, OSError, TimeoutError, UnicodeError) as error:
            answered = isinstance(error, aiosmtplib.SMTPResponseException | aiosmtplib.SMTPRecipientsRefused)
            whole = answered and _code(error) != CLOSING
            raise _meaning(error) from None
        finally:
            if not whole:  # nobody knows where the conversation stands
                self._smtp.close()


def _meaning(error: Exception) -> Exception:
    """What a fault while one letter is sent means for it."""
    words, code = _words(error), _code(error)
    if isinstance(error, aiosmtplib.SMTPSenderRefused) and code != TOO_LARGE:
        return RefusesAll(words)
    if code >= 500 or isinstance(error, aiosmtplib.SMTPNotSupported | UnicodeError):
        return RefusedForGood(words)
    return RefusedForNow(words)


def _code(error: Exception) -> int:
    """The server's answer; 0 where it gave none."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return max((one.code for one in error.recipients), default=0)
    return error.code if isinstance(error, aiosmtplib.SMTPResponseException) else 0


def _words(error: Exception) -> str:
    """The kind of fault and the server's number. Its words may repeat the address."""
    code = _code(error)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
