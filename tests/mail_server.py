"""A mail server of a test's own: a real SMTP server that takes, refuses or hangs, as the test says."""

import asyncio
import re
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

NOWHERE = "smtp://127.0.0.1:9"
"""The discard port: nobody answers there."""


@dataclass
class MailServer:
    """What it has taken, and how it answers the next letters."""

    port: int = 0
    answer: str = "250 taken"
    """To a whole letter."""
    sender_answer: str = ""
    """To MAIL FROM; it is taken where empty."""
    of_recipients: dict[str, str] = field(default_factory=dict[str, str])
    """Its answer to an address, where that is not to take it."""
    of_content: dict[str, str] = field(default_factory=dict[str, str])
    """Its answer to a whole letter to an address, where that is another one."""
    drops_for: set[str] = field(default_factory=set[str])
    """For these it ends the connection without an answer."""
    hangs_for: set[str] = field(default_factory=set[str])
    """For these it takes the letter, and never says so."""
    hanging: asyncio.Event = field(default_factory=asyncio.Event)
    lets_in: bool = True
    tls: ssl.SSLContext | None = None
    """Offered (STARTTLS) where it is given; of smtps spoken from the first byte."""
    asked_for_password: bool = False
    most_connections: int = 100
    """More at once are turned away."""
    taken: list[tuple[list[str], bytes]] = field(default_factory=list[tuple[list[str], bytes]])
    connections: int = 0
    most_at_once: int = 0
    opened: int = 0

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return ["421 too many connections"] if self.connections > self.most_connections else responses

    async def handle_HELO(self, server: SMTP, session: Session, envelope: Envelope, hostname: str) -> str:
        session.host_name = hostname
        return "421 too many connections" if self.connections > self.most_connections else "250 test.example"

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.sender_answer or "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.drops_for:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        answer = self.of_recipients.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        to = [str(one) for one in envelope.rcpt_tos]
        if special := next((self.of_content[one] for one in to if one in self.of_content), None):
            return special
        if self.answer.startswith("250"):
            self.taken.append((to, content))
        if self.hangs_for & set(to):
            self.hanging.set()
            await asyncio.Event().wait()
        return self.answer

    scheme: str = "smtp"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @property
    def url_with_password(self) -> str:
        return f"smtp://network:secret@127.0.0.1:{self.port}"

    @property
    def receivers(self) -> list[str]:
        """To whom letters were taken, in alphabetical order."""
        return sorted(one for to, _ in self.taken for one in to)

    @property
    def message_ids(self) -> list[str]:
        found = [
            re.search(rb"^Message-ID: <([^@>]+)@", content, re.MULTILINE | re.IGNORECASE) for _, content in self.taken
        ]
        return [one[1].decode() for one in found if one]


class _Connection(SMTP):
    def __init__(self, mail: MailServer) -> None:
        super().__init__(
            mail,
            hostname="test.example",
            authenticator=self._let_in,
            auth_require_tls=False,
            ident="a test's",
            tls_context=None if mail.scheme == "smtps" else mail.tls,
        )
        self._mail = mail

    def _let_in(self, *about: object) -> AuthResult:
        self._mail.asked_for_password = True
        return AuthResult(success=self._mail.lets_in)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._mail.opened += 1
        self._mail.connections += 1
        self._mail.most_at_once = max(self._mail.most_at_once, self._mail.connections)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._mail.connections -= 1
        super().connection_lost(error)


@asynccontextmanager
async def mail_server(scheme: str = "smtp", *, tls: ssl.SSLContext | None = None) -> AsyncGenerator[MailServer]:
    """On a free port of this machine."""
    made = MailServer(scheme=scheme, tls=tls)
    from_first_byte = tls if scheme == "smtps" else None
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(made), "127.0.0.1", 0, ssl=from_first_byte)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()


def words_of(content: bytes) -> str:
    """A letter's plain text."""
    body = message_from_bytes(content, policy=policy.default).get_body(("plain",))
    assert body
    return body.get_content()
