"""Somebody's own calendar program, beside their browser: it knows an address, and asks for news."""

import re

import httpx

from schemas import links
from tests.journeys.knocking import TIMEOUT_SECONDS
from tests.journeys.visitor import Visitor
from tests.notifications.calendars import Event, read
from tests.support import until

FOLLOWS_WITHIN = 30


class Program:
    """Read by two libraries that have to agree. It asks only for what is new since it last asked."""

    def __init__(self, address: str) -> None:
        self._address, self._tag = address, ""
        self.events: dict[str, Event] = {}

    async def asks(self) -> bool:
        """Whether there was news."""
        async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS) as client:
            answer = await client.get(self._address, headers={"if-none-match": self._tag} if self._tag else {})
        assert answer.status_code in (200, 304), answer.text
        if answer.status_code == 200:
            self._tag = answer.headers["etag"]
            self.events = {event.uid: event for event in read(answer.content)}
        return answer.status_code == 200

    async def hears(self) -> None:
        """News, within seconds of when it came to be so in another room."""
        await until(self.asks, seconds=FOLLOWS_WITHIN)


async def subscribe(visitor: Visitor) -> Program:
    """They make an address, and put it into their calendar program."""
    await visitor.open(links.MY_CALENDAR)
    await visitor.press("button", "Make a calendar address")
    await visitor.sees("Your new calendar address is below.", "Keep it to yourself.")
    found = re.search(r"https?://\S+/messages/calendar/[\w-]{43}\.ics", (await visitor.words()).replace("\n", " "))
    assert found, await visitor.words()
    program = Program(found[0])
    assert await program.asks()
    return program
