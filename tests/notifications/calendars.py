"""What a calendar program makes of our calendars: read by two libraries that are neither ours nor the one we write by,
which have to agree."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast


@dataclass(frozen=True)
class Event:
    """As a program shows it. Times in UTC."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    status: str
    summary: str
    location: str
    description: str
    url: str

    @property
    def is_off(self) -> bool:
        return self.status == "CANCELLED"


def read(content: bytes) -> list[Event]:
    """The events, in their order. Every line is as RFC 5545 has it: CRLF, 75 octets at most, no sign of control."""
    assert content.endswith(b"END:VCALENDAR\r\n")
    for line in content.split(b"\r\n"):
        assert len(line) <= 75 and not any(octet < 32 and octet != 9 for octet in line), line
    text = content.decode()
    by_one, by_other = _by_vobject(text), _by_ical(text)
    assert by_one == by_other, "two programs read the same"
    return by_one


def _by_vobject(text: str) -> list[Event]:
    import vobject  # both take a while to be read, and few workers have need of them

    calendar = cast(Any, vobject.readOne(text))
    events = cast("list[Any]", calendar.contents.get("vevent", []))
    return [
        Event(
            one.uid.value,
            int(one.sequence.value),
            one.dtstart.value.astimezone(UTC),
            one.dtend.value.astimezone(UTC),
            one.status.value,
            one.summary.value,
            one.location.value,
            one.description.value,
            one.url.value,
        )
        for one in events
    ]


def _by_ical(text: str) -> list[Event]:
    from ical.calendar_stream import IcsCalendarStream

    calendar = cast(Any, IcsCalendarStream.calendar_from_ics(text))
    return [
        Event(
            one.uid,
            one.sequence,
            one.dtstart.astimezone(UTC),
            one.dtend.astimezone(UTC),
            str(one.status.value),
            one.summary,
            one.location,
            one.description,
            str(one.url),
        )
        for one in calendar.events
    ]
