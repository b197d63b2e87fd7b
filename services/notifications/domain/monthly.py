"""The monthly list of open roles: who may have it, how it goes, and which roles stand in whose."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.chassis.base.refusals import Refused
from services.notifications.domain.contact import BY_PEOPLE, Channel, Contact
from services.notifications.domain.kinds import Hours

IN_ALL = 60
"""So many of the newest roles a month's list knows: who was told of some of them already gets the next ones."""
SHOWN = 20
"""Of these at most stand in one list."""
DAYLIGHT = Hours(9, 17)
LAST_DAY = 10
"""Of the month: if nothing could be begun until then, the next list is the next month's."""

Standing = Literal["pool", "break", "not_now", "none"]
"""In the pool; there with a break; told "not now", as long as the application is kept; none of these."""


class NoListForYou(Refused, slug="no-list-for-you", title="This list is not for you yet", status=409):
    """The monthly list is for people who have joined, and for people to whom we said "not now". You can always read all
    open roles on our pages."""


@dataclass(frozen=True)
class Month:
    """One month's list. `roles`: the newest first; `open_roles`: how many were open, with those beyond them.

    `new_since`: when the list before was made. `after`: the last person who was looked at.
    """

    month: date
    made_at: datetime
    new_since: datetime
    roles: tuple[UUID, ...]
    open_roles: int
    after: UUID | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True)
class OpenRole:
    """One that is in a month's list, and since when it is open."""

    id: UUID
    posted_at: datetime


@dataclass(frozen=True)
class Mine:
    """What one person says of the list, or has not: `wanted` is None. `channel`: how it would go; None: not at all."""

    standing: Standing
    wanted: bool | None
    channel: Channel | None
    letters_known: bool = False
    """Of somebody who is rung or met: we know where to write."""
    way: Channel | None = None
    """How they are told of everything else."""

    @property
    def gets_it(self) -> bool:
        return is_due(self.standing, self.wanted) and self.channel is not None

    @property
    def says_yes(self) -> bool:
        """As they chose, or as it is for whoever has not."""
        return is_due("pool" if self.standing == "break" else self.standing, self.wanted)


def is_due(standing: Standing, wanted: bool | None) -> bool:
    """In the pool unless they said no; after "not now" only with a yes."""
    return wanted is not False if standing == "pool" else wanted is True and standing == "not_now"


def channel_of(contact: Contact | None, *, wanted: bool | None) -> Channel | None:
    """By the channel of all else, where that is e-mail, text or letter. Nobody is rung or met for it: they get a letter
    if they asked for the list and we know where to write."""
    if contact is None or not contact.usable or contact.channel == "page":
        return None
    if contact.channel in BY_PEOPLE and contact.channel != "post":
        return "post" if wanted and contact.letters_to else None
    return contact.channel


def is_news(roles: Sequence[OpenRole], left_out: frozenset[UUID], last: datetime | None) -> bool:
    """Whether there is a role in it that the person was not told of, alone or by the list before: told once."""
    return any(one.id not in left_out and (last is None or one.posted_at > last) for one in roles)


def stage_of(month: date) -> str:
    return f"list:{month.isoformat()}"
