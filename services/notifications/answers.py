"""What the JSON API of notifications answers."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from services.chassis.http.lists import OnePage
from services.notifications.answers_home import MyMessage, WaitsFor


class DoneForMe(BaseModel):
    """One thing that staff did for somebody: a code and its words; who (empty: they were forgotten), when, and where it
    stands as it is now."""

    id: UUID
    what: str
    words: str
    helper: str
    organisation: str
    done_at: datetime
    link: str | None


class AllDoneForMe(OnePage):
    helped: list[DoneForMe]


class WaitsThere(BaseModel):
    """How many things of a kind wait, in words, since when the oldest does, and when the first was promised.

    `roles`: for which roles of whoever asks; empty: for every member.
    """

    what: str
    words: str
    count: int
    since: datetime
    until: datetime | None
    roles: tuple[str, ...]


class Hosted(BaseModel):
    """An organisation for which another acts as its host, and what waits there for the roles in which it does."""

    ods_code: str
    name: str
    waiting: list[WaitsThere]


class OrganisationsHome(OnePage):
    """What waits for the roles that somebody has in an organisation, by kind and each by itself, and in those that it
    hosts today."""

    ods_code: str
    name: str
    kinds: list[WaitsThere]
    waiting: list[WaitsFor]
    hosted: list[Hosted]


class Reached(BaseModel):
    """How somebody is told, as they chose it. `verified`: the address is known to be theirs.

    `format`, `relay`, `ring_in`: how letters look, and how and when they are rung; `letters_to`: where a letter goes if
    nobody answers; `round_up`: how often staff are written to of what waits for them; `apart`: audio or braille, where
    they need it, of which we make none by machine: staff see to each letter.
    """

    channel: str
    address: str | None
    verified: bool
    format: str = "standard"
    relay: str = "none"
    ring_in: str = "any"
    letters_to: str | None = None
    round_up: str = "daily"
    apart: str | None = None
    words_in_mail: bool = False


class Confirmed(BaseModel):
    verified: bool
    proved: str | None = None
    """For identity's `POST /mailbox`, of who has no way to sign in yet; good for five minutes."""


class MonthlyList(BaseModel):
    """Whether somebody gets the monthly list of open roles. `wanted`: what they said, none: nothing. `standing`: pool,
    break, not_now (they get it after a yes) or none. `channel`: how it comes; none: in no way yet."""

    gets_it: bool
    wanted: bool | None
    standing: str
    channel: str | None


class MessageToTell(MyMessage):
    """A message that staff pass on: to whom, and where they are reached. `by_text`: they asked for a text; `apart`: for
    audio or braille, of which we make none, so print alone is not enough."""

    called: str
    address: str | None
    by_text: bool
    apart: str | None


class Shown(BaseModel):
    """What identity takes for a proof."""

    shown: str


class Unreached(BaseModel):
    """Somebody who has not said yet how to reach them."""

    person_id: UUID
    called: str


class ToTell(OnePage):
    """Whom staff ring or write to. `unreached_next`: where the people who cannot be reached go on."""

    messages: list[MessageToTell]
    unreached: list[Unreached]
    unreached_next: str | None


class Sent(BaseModel):
    id: UUID
    status: str


class Entered(BaseModel):
    person_id: UUID
    channel: str


class Booking(BaseModel):
    """Something that the person has booked. `off`: why it does not take place for them; empty: it does.

    `uid` and `sequence` are those of the event in their calendar; `link`: the page where it is said how to join.
    """

    uid: UUID
    sequence: int
    what: str
    title: str
    organisation: str
    starts_at: datetime
    ends_at: datetime
    place: str
    off: str
    link: str


class MyBookings(BaseModel):
    """From 30 days ago to all that is to come, the earliest first. `more`: there are more than are listed."""

    bookings: list[Booking]
    more: bool


class CalendarAddress(BaseModel):
    """An address at which a calendar program reads the bookings, without signing in. `address`: told for ten minutes
    after it was made, and never again."""

    id: UUID
    made_at: datetime
    address: str | None


class CalendarAddresses(BaseModel):
    """The newest first; at most five stand."""

    addresses: list[CalendarAddress]


class StoppedAddress(BaseModel):
    id: UUID
