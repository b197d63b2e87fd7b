"""uvicorn's HTTP door with limits: of connections, heads and waiting; what is no HTTP/1.1 is refused as RFC 9112 says.

uvicorn itself waits without end for a head that does not come, and takes one of any size. A body's pace is watched
where it is read (slow_bodies.py).
"""

import re
from asyncio import TimerHandle, Transport
from http import HTTPStatus
from typing import ClassVar, Final, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

MOST_CONNECTIONS: Final = 700
"""Of one port. A process may have 1,024 files open, unless it is told otherwise, and needs some for other things."""
MOST_OF_ADDRESS: Final = 350
HEAD_SECONDS: Final = 20.0
"""So long the head of a request may take from its first byte, and the first byte from when the connection was made."""
MOST_HEAD_BYTES: Final = 32 * 1024
MOST_HEADERS: Final = 200
MOST_TARGET_BYTES: Final = 16 * 1024
"""Of the address that is asked for; RFC 9112 wants at least 8,000 to be taken."""
REST_SECONDS: Final = 10.0
"""So long the rest of a body may go on coming that was refused already."""
UNREAD_SECONDS: Final = 120.0
"""So long an answer may lie unread by whoever asked for it."""
RETRY_SECONDS: Final = 5

_HOST = re.compile(rb"[A-Za-z0-9._~!$&'()*+,;=%-]*(:\d*)?|\[[0-9A-Fa-f:.]+\](:\d*)?")


class BoundedProtocol(HttpToolsProtocol):
    """One connection. What is refused here has not reached any service."""

    most_of_address: ClassVar[int | None] = MOST_OF_ADDRESS
    _waiting: TimerHandle | None = None
    _refusal: HTTPStatus = HTTPStatus.BAD_REQUEST
    _in_head = _in_body = False
    _head_bytes = 0

    def connection_made(self, transport: Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        super().connection_made(transport)
        if full := self._is_full():
            self._refuse(full)
            return
        self._wait(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_longer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if not self._in_body:
            self._head_bytes += len(data)
        super().data_received(data)
        if self.transport.is_closing() or self._in_body:
            return
        if self._in_head and self._head_bytes > MOST_HEAD_BYTES:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif self._waiting is None and (self._in_head or self._is_idle()):
            self._wait(HEAD_SECONDS)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head = True

    def on_headers_complete(self) -> None:
        """Raises ValueError, which the parser takes for a request that is none."""
        self._wait_no_longer()
        self._in_head, self._head_bytes = False, 0
        if refusal := self._wrong_head():
            self._refusal = refusal
            raise ValueError(refusal.phrase)
        self._in_body = True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._in_body = False
        self._wait_no_longer()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._in_body and self.cycle.response_complete and not self.transport.is_closing():
            self._wait(REST_SECONDS)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._unread = self.loop.call_later(UNREAD_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._unread.cancel()

    def timeout_keep_alive_handler(self) -> None:
        """Whoever has not even read the last answer gets no more time for it."""
        self.transport.abort() if self.transport.get_write_buffer_size() else super().timeout_keep_alive_handler()

    def send_400_response(self, msg: str) -> None:
        """What uvicorn calls for what is no HTTP, and for what this refuses itself."""
        self._refuse(self._refusal)

    def _wrong_head(self) -> HTTPStatus | None:
        if len(self.url) > MOST_TARGET_BYTES:
            return HTTPStatus.REQUEST_URI_TOO_LONG
        if len(self.headers) > MOST_HEADERS:
            return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > MOST_HEAD_BYTES:
            return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        hosts = [value for name, value in self.headers if name == b"host"]
        assert self.parser, "it is set while a connection is open"
        needed = 0 if self.parser.get_http_version() == "1.0" else 1  # RFC 9112, 3.2
        right = needed <= len(hosts) <= 1 and all(_HOST.fullmatch(host) for host in hosts)
        return None if right else HTTPStatus.BAD_REQUEST

    def _is_full(self) -> HTTPStatus | None:
        """Why there is no room for this connection, even after one that waits idly has made room for it."""
        others = [cast("BoundedProtocol", one) for one in self.connections if one is not self]
        ours = [one for one in others if one.client and self.client and one.client[0] == self.client[0]]
        if self.most_of_address is not None and len(ours) >= self.most_of_address:
            return None if _close_idle(ours) else HTTPStatus.TOO_MANY_REQUESTS
        if len(others) >= MOST_CONNECTIONS:
            return None if _close_idle(others) else HTTPStatus.SERVICE_UNAVAILABLE
        return None

    def _is_idle(self) -> bool:
        """Nothing is asked, and nothing is being answered."""
        return not self._in_head and not self._in_body and self._has_answered()

    def _has_answered(self) -> bool:
        cycle = cast("RequestResponseCycle | None", self.cycle)
        return cycle is None or cycle.response_complete

    def _wait(self, seconds: float) -> None:
        self._wait_no_longer()
        self._waiting = self.loop.call_later(seconds, self._waited_enough)

    def _wait_no_longer(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _waited_enough(self) -> None:
        self._waiting = None
        if self._in_head:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)
        elif self._is_idle() or self._in_body:
            self.transport.close()

    def _refuse(self, status: HTTPStatus) -> None:
        """Say why and close the connection; after the answer to what was asked before, if that is still on its way."""
        if self.transport.is_closing():
            return
        if not self._has_answered() and not self._in_body:
            self.cycle.keep_alive = False
            self.flow.pause_reading()
            return
        if self._has_answered() or not (self.cycle.response_started or self.pipeline):
            wait = f"retry-after: {RETRY_SECONDS}\r\n" if status in (429, 503) else ""
            words = f"{status.phrase}.\n"
            head = (
                f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: text/plain; charset=utf-8\r\n"
                f"content-length: {len(words)}\r\n{wait}cache-control: no-store\r\n"
                "x-content-type-options: nosniff\r\nconnection: close\r\n\r\n"
            )
            self.transport.write((head + words).encode())
        self.transport.close()


class BehindProxy(BoundedProtocol):
    """Where a proxy stands in front all connections come from its address: it counts those of each (nginx.conf)."""

    most_of_address = None


def _close_idle(connections: list[BoundedProtocol]) -> bool:
    """Close one that waits for its client's next request; False when none does."""
    idle = next((one for one in connections if one.timeout_keep_alive_task is not None), None)
    if idle is not None:
        idle.timeout_keep_alive_handler()
    return idle is not None
