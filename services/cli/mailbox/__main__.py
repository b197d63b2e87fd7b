"""Run the mailbox until SIGTERM or Ctrl-C: SMTP on loopback, pages beside it."""

import asyncio
import contextlib
import ipaddress
import os
import signal
import sys
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session

from services.cli.mailbox.received import Letters
from services.cli.mailbox.web import make_app

MOST_BYTES = 1024 * 1024
IDLE_SECONDS = 60


@dataclass(frozen=True)
class Where:
    """Host and port to listen at for SMTP and for pages, from the environment."""

    smtp: tuple[str, int]
    http: tuple[str, int]

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Where":
        """Raises ValueError, in words, for an address that is missing or can be reached from other machines.

        In a container, whose network is its own, PLN_MAILBOX_HOST says where to listen, whatever the addresses name.
        """
        urls = {name: environment.get(name, "") for name in ("PLN_SMTP_URL", "PLN_MAILBOX_URL")}
        listen = environment.get("PLN_MAILBOX_HOST", "")
        return cls(*(_address(name, url, listen) for name, url in urls.items()))


def _address(name: str, url: str, listen: str) -> tuple[str, int]:
    host, port = urlsplit(url).hostname, urlsplit(url).port
    if not host or not port:
        raise ValueError(f"{name} has to name a host and a port, like smtp://127.0.0.1:2525. It is {url!r}.")
    if listen:
        return listen, port
    if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
        raise ValueError(f"{name}: the mailbox takes letters from this machine only, so not at {host}.")
    return host, port


class Postman:
    """What aiosmtpd hands each letter to."""

    def __init__(self, letters: Letters) -> None:
        self._letters = letters

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        content = envelope.content or b""
        raw = content.encode() if isinstance(content, str) else content
        self._letters.keep(raw, recipients=[str(to) for to in envelope.rcpt_tos], sender=str(envelope.mail_from))
        return "250 kept"


class _Server(uvicorn.Server):
    """uvicorn without signal handlers of its own."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


async def listen(letters: Letters, host: str, port: int) -> asyncio.Server:
    """Take letters by SMTP, without encryption and without a password: for loopback only."""

    def take() -> SMTP:
        return SMTP(Postman(letters), data_size_limit=MOST_BYTES, timeout=IDLE_SECONDS, hostname="mailbox.example")

    return await asyncio.get_running_loop().create_server(take, host, port)


async def run(where: Where, environment: Mapping[str, str]) -> None:
    letters = Letters(Path(environment.get("PLN_STATE_DIR", ".pln/run")) / "mailbox")
    app = make_app(
        letters,
        network_name=environment.get("PLN_NETWORK_NAME", "Patient leadership network"),
        base_url=environment.get("PLN_BASE_URL", "http://127.0.0.1:8400").rstrip("/"),
    )
    host, port = where.http
    web = _Server(uvicorn.Config(app, host=host, port=port, lifespan="off", log_level="warning", access_log=False))

    def stop() -> None:
        web.should_exit = True

    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop)
    post = await listen(letters, *where.smtp)
    try:
        await web.serve()
    finally:
        post.close()


def main() -> int:
    try:
        where = Where.read(os.environ)
    except ValueError as wrong:
        print(wrong, file=sys.stderr)
        return 2
    try:
        asyncio.run(run(where, os.environ))
    except OSError as error:
        print(f"The mailbox cannot listen: {error.strerror}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
