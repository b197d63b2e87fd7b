"""The days of roles as iCalendar (RFC 5545): until when each can be answered, and its sessions; of one, or of a search.

Whoever has a place has its sessions in their own calendar (notifications), with how to join. UIDs are made of the ids,
so a role that is in two calendars of one program stands there once; SEQUENCE is the role's version, which rises with
each change. All times are UTC, which every program shows as its own clock does. Nothing in it is anybody's own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from icalendar import Event

from schemas.links import OPPORTUNITY
from schemas.matching import Opportunity, Session
from services.chassis.base.calendars import begun
from services.chassis.base.plain_text import plain_line
from services.matching import words
from services.matching.domain.said_since import said_since
from services.matching.words_of_key_facts import closes

BEFORE_CLOSING = timedelta(minutes=30)
"""So long before its end stands the end of showing interest: what takes no time many programs do not show."""


@dataclass(frozen=True)
class Entry:
    """One event. `session`: none for the closing; `since`: when what it says was said."""

    o: Opportunity
    organisation: str
    since: datetime
    session: Session | None = None

    @property
    def ends_at(self) -> datetime:
        return self.session.ends_at if self.session else closes(self.o)

    @property
    def starts_at(self) -> datetime:
        return self.session.starts_at if self.session else self.ends_at - BEFORE_CLOSING

    @property
    def is_off(self) -> bool:
        return self.o.withdrawn is not None or (self.session is not None and self.session.cancelled is not None)

    @property
    def of(self) -> str:
        """What it is, whatever is said of it."""
        return f"session:{self.session.id}" if self.session else f"closing:{self.o.id}"

    @property
    def uid(self) -> UUID:
        return uuid5(NAMESPACE_URL, f"urn:pln:{self.of}")


def entries(o: Opportunity, organisation: str, since: datetime) -> Iterator[Entry]:
    yield Entry(o, organisation, since)
    yield from (Entry(o, organisation, since, one) for one in sorted(o.sessions, key=lambda one: one.starts_at))


def write(o: Opportunity, organisation: str, *, network: str, base_url: str) -> bytes:
    """A file; of what was called off its events are cancelled, so that a program that has them says so."""
    calendar = begun(network, of="Roles", called=f"{organisation}: {o.title}")
    for one in entries(o, organisation, said_since(o)):
        calendar.add_component(event(one, base_url))
    return calendar.to_ical()


def event(one: Entry, base_url: str) -> Event:
    url = base_url + OPPORTUNITY.format(id=one.o.id)
    made = Event()
    said: dict[str, Any] = {
        "uid": str(one.uid),
        "sequence": one.o.version,
        "dtstamp": one.since.astimezone(UTC),
        "last-modified": one.since.astimezone(UTC),
        "dtstart": one.starts_at.astimezone(UTC),
        "dtend": one.ends_at.astimezone(UTC),
        "summary": ("Cancelled: " if one.is_off else "") + _summary(one),
        "location": _where(one),
        "description": _description(one, url),
        "url": url,
        "status": "CANCELLED" if one.is_off else "CONFIRMED",
        "transp": "OPAQUE" if one.session and not one.is_off else "TRANSPARENT",
        "class": "PUBLIC",
    }
    for name, value in said.items():
        made.add(name, value)
    return made


def _summary(one: Entry) -> str:
    said = plain_line(f"{one.organisation}: {one.o.title}")
    if one.session:
        return said
    return f"Last day to apply: {said}" if one.o.job else f"Last day to show interest: {said}"


def _where(one: Entry) -> str:
    if one.session is None:
        return "On its page"
    mode, place = one.session.mode or one.o.mode, plain_line(one.session.place or one.o.place)
    return "Online: whoever has a place is told how to join" if mode == "remote" or not place else place


def _description(one: Entry, url: str) -> str:
    o, session = one.o, one.session
    how = (session and session.mode) or o.mode
    lines = [words.what_became_of(o)]
    if session and session.cancelled:
        lines.append(
            f"This does not take place: {words.CHANGED_BECAUSE.get(session.cancelled.why, session.cancelled.why)}."
        )
    lines += [plain_line(o.summary), plain_line(words.pay(o)), words.MODE.get(how, how)]
    lines += ["You have a place only if the organisation says so.", f"More about it: {url}"]
    return "\n".join(line for line in lines if line)
