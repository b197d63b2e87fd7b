"""What the JSON API answers of letters and calls."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from services.chassis.http.lists import OnePage

Show = Literal["now", "later", "all"]


class Printing(BaseModel):
    """Letters that were taken to be printed together. `parts`: how many files they are."""

    id: UUID
    taken_at: datetime
    posted_at: datetime | None
    letters: int
    parts: int


class Letters(OnePage):
    """How many letters wait: to be printed, taken and not posted yet, without an address, and to whom asked for braille
    or sound (`apart`): those are seen to one by one."""

    to_print: int
    taken: int
    no_address: int
    oldest: datetime | None
    apart: int
    printings: list[Printing]


class Letter(BaseModel):
    """One letter in its words. `to`: the lines of the address; `next`: what its person can do next; `apart`: what they
    asked for instead of print, audio or braille, of which we make none."""

    id: UUID
    reference: str
    format: str
    to: list[str]
    subject: str
    dear: str
    paragraphs: list[str]
    next: list[str]
    apart: str | None


class Taken(BaseModel):
    id: UUID


class ToRing(BaseModel):
    """Somebody to ring: since when they wait, about how much, and how often nobody answered. `by_text`: they want a
    text instead."""

    person_id: UUID
    called: str
    since: datetime
    messages: int
    tries: int
    relay: str
    ring_in: str
    again_at: datetime | None
    by_text: bool


class Calls(OnePage):
    people: list[ToRing]


class WithNoWay(BaseModel):
    """Somebody who asked to join and gave no way to reach them. `reference`: what they say if they ring or come by."""

    person_id: UUID
    called: str
    since: datetime
    application_id: UUID
    reference: str


class NoWay(OnePage):
    people: list[WithNoWay]


class ToSay(BaseModel):
    """One message to say. `ask`: what its person can do next, which may be done on the phone."""

    id: UUID
    reference: str
    subject: str
    text: str
    ask: str


class CallBefore(BaseModel):
    """A call that was made. `about`: how many messages it was about."""

    rung_at: datetime
    outcome: str
    about: int
    again_at: datetime | None


class Script(BaseModel):
    """What whoever rings somebody has before them. `more`: there are older calls too."""

    person_id: UUID
    called: str
    phone: str | None
    relay: str
    ring_in: str
    to_say: list[ToSay]
    before: list[CallBefore]
    more: bool


class Follows(BaseModel):
    """What follows from a call: told, rung again, written to instead, or not reached and why."""

    told: bool
    again_at: datetime | None
    write_instead: bool
    unreached: str | None


class BroughtIn(BaseModel):
    """What of one import came here. `applied`: its organisation said that it is right."""

    id: UUID
    applied: bool


class Registers(OnePage):
    registers: list[BroughtIn]


class Line(BaseModel):
    """A line with something wrong, in words. `way`: how its person is reached all the same; null: nobody can yet."""

    line: int
    wrong: str
    way: str | None
    applied: bool


class OneBroughtIn(OnePage):
    """How many people are reached in which way, how many in none, and the lines with something wrong. Of those who are
    kept: how many were asked, wait to be told (rung, or sent what is written), were not reached, and are not asked yet.
    """

    id: UUID
    applied: bool
    rows: int
    by: dict[str, int]
    nobody: int
    kept: int
    asked: int
    to_tell: int
    not_reached: int
    to_ask: int
    to_ask_by_phone: int
    lines: list[Line]


class Row(BaseModel):
    """One line as it was typed. `kept`: its person is reached so, and there is nothing to complete any more."""

    line: int
    cells: dict[str, str]
    wrong: str
    kept: bool


class SeenBy(BaseModel):
    """A role in which somebody has a place that is not over: its coordinators see the number."""

    opportunity_id: UUID
    title: str
    organisation: str


class TakenBy(BaseModel):
    """A sheet with the number on it was opened."""

    title: str
    organisation: str
    day: date


class MyDayNumber(BaseModel):
    """`phone`: null while they have not agreed. `seen_by`: who sees it, or would. `more`: not all are given."""

    phone: str | None
    agreed_at: datetime | None
    seen_by: list[SeenBy]
    taken: list[TakenBy]
    more: bool


class DayNumberSaid(BaseModel):
    agreed: bool


class PhoneOf(BaseModel):
    """Somebody with a place who agreed."""

    person_id: UUID
    called: str
    reference: str
    phone: str


class PhoneSheet(BaseModel):
    """`places`: so many have a place, whether they agreed or not. `more`: not all who agreed are given."""

    people: list[PhoneOf]
    places: int
    more: bool
