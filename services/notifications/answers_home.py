"""What the JSON API of notifications answers of a person's home."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from services.chassis.http.lists import OnePage


class WaitsFor(BaseModel):
    """Something to do: since and until when, about whom or what, and where."""

    what: str
    words: str
    title: str | None
    called: str | None
    organisation: str | None
    since: datetime
    until: datetime | None
    link: str


class MyMessage(BaseModel):
    """One message in its words, how it goes and whether it went. `about`: the id of what it is about; `thread`: of the
    thing whose news is together: a role, a claim, an application."""

    id: UUID
    kind: str
    about: UUID
    channel: str
    status: str
    queued_at: datetime
    sent_at: datetime | None
    subject: str
    text: str
    link: str
    thread: UUID


class MyMessages(OnePage):
    messages: list[MyMessage]


class News(MyMessage):
    """The same as news. `earlier`: so many older ones are about the same thing; `over`: what it asked for is done, or
    its time has gone; `unread`: none at a helper's address."""

    earlier: int
    unread: bool | None
    over: bool


class AllRead(BaseModel):
    """How many were marked as read by this."""

    read: int


class WorksAt(BaseModel):
    """Where somebody works today, or acts as its host: how many things wait there for their roles, since when."""

    ods_code: str
    name: str
    is_host: bool
    waiting: int
    since: datetime | None


class RingDesk(BaseModel):
    """A team that answers the phone, in its own public words."""

    name: str
    phone: str
    hours: str


class NextSession(BaseModel):
    """What they have booked that comes next. `kind`: session (of a role), talk or training (a growing list); `link`:
    its page, `calendar_file`: it as iCalendar; `more`: how many others are to come after it."""

    kind: str
    title: str
    organisation: str
    starts_at: datetime
    hours: float
    mode: str
    place: str
    desk: RingDesk | None
    link: str
    calendar_file: str
    more: int


class Money(BaseModel):
    """Claims that are sent and not paid, their sum, and by when the last was promised; and those for which the bank
    details are missing."""

    claims: int
    pence: int
    by: datetime | None
    no_details: int
    no_details_pence: int


class Joining(BaseModel):
    """Where an application stands: `stage` as a code and its words; who has it, and for how many days it has waited."""

    stage: str
    words: str
    reference: str
    holder: str
    network: str
    days: int
    talk_at: datetime | None
    by: datetime | None


class MyHome(OnePage):
    """What comes next for a person, what waits, what is new, and where they work."""

    waiting: list[WaitsFor]
    messages: list[News]
    organisations: list[WorksAt]
    next_session: NextSession | None
    money: Money
    joining: Joining | None


class HowTold(BaseModel):
    """How often somebody is told of which news: at_once or daily; of `fitting` also weekly, or page (not at all).

    `hour`: at which what is told together comes; `weekday`: what is told once a week. It can be sent back as it is."""

    fitting: str
    roles: str
    pay: str
    training: str
    you: str
    weekday: str
    hour: int


class StillWanted(BaseModel):
    """Whether somebody was asked whether they still want to hear of roles, by when an answer counts, and what they
    said: yes, weekly, stop, or none in time (a growing list). `how`: how often they hear of roles now; `next_at`: when
    the next of them come together, where they do."""

    asked_at: datetime | None
    answer_by: datetime | None
    answer: str | None
    how: str
    next_at: datetime | None
