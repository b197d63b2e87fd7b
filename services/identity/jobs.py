"""What the front desk does by the clock: send its letters, and delete links and sessions that are over."""

import asyncio
import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import aiosmtplib
import structlog

from services.chassis.work.scheduler import Clock, Jobs
from services.identity.domain.sign_in import SESSION_LIFE
from services.identity.store import sign_in as store
from services.identity.store.sign_in import Letter

AT_ONCE = 20
SMTP_SECONDS = 10
BATCH_SECONDS = 25
AGAIN_AFTER = timedelta(seconds=30)
KEEP_LINKS = timedelta(hours=1)

log = structlog.get_logger()
jobs = Jobs()


@jobs.every(seconds=1)
async def send_letters(clock: Clock) -> None:
    """Send what waits. A letter whose fate is unknown is sent again: twice is better than never."""
    async with clock.transaction() as tx:
        letters = await store.take_letters(tx, limit=AT_ONCE, again_after=AGAIN_AFTER)
    if not letters:
        return
    try:
        async with asyncio.timeout(BATCH_SECONDS):
            await _send(clock, letters)
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        log.warning("letters wait for the mail server", error=type(error).__name__, count=len(letters))


async def _send(clock: Clock, letters: Sequence[Letter]) -> None:
    """All over one connection; each is done with once the server has taken it, or refused it for good."""
    settings = clock.settings
    server = urlsplit(settings.smtp_url)
    smtp = aiosmtplib.SMTP(
        hostname=server.hostname,
        port=server.port or 25,
        use_tls=server.scheme == "smtps",
        username=unquote(server.username) if server.username else None,
        password=unquote(server.password) if server.password else None,
        timeout=SMTP_SECONDS,
        tls_context=ssl.create_default_context(),
    )
    async with smtp:
        for letter in letters:
            try:
                await smtp.send_message(_message(letter, settings.email_from))
            except aiosmtplib.SMTPRecipientsRefused:
                log.warning("the mail server refuses the recipient", id=str(letter.id))
            async with clock.transaction() as tx:
                await store.forget_letter(tx, letter.id)


def _message(letter: Letter, sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, letter.email, letter.subject
    message["Date"] = datetime.now(UTC)
    message["Message-ID"] = f"<{letter.id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body)
    return message


@jobs.every(hours=1)
async def delete_what_is_over(clock: Clock) -> None:
    """Links an hour after they expired, when the limit an hour no longer counts them; sessions that cannot be alive."""
    async with clock.transaction() as tx:
        await store.delete_old(tx, links_before=tx.now - KEEP_LINKS, sessions_before=tx.now - 2 * SESSION_LIFE)
