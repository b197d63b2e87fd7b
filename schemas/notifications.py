"""What notifications says: that a person was told, by which channel, never what was said or where it went.

And which two people are reached by the same mailbox, phone or post: as two ids, never by which.
"""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from schemas.event import Erasure, Event, State

CHANNELS = ("email", "phone", "post", "page", "sms", "meet")
"""How a person asked to be told; `sms`: by a text that says only that there is something; `meet`: somebody meets them;
`page`: only on their home page. A growing list."""

MESSAGE_STATUSES = ("queued", "sent", "failed", "stale")
"""How far a message is; stale: too old to be worth sending. A growing list."""


ALIKE = ("email", "phone", "post")
"""What two people can have given alike to be reached by. A growing list."""


class Message(State, topic="notifications.message", about_people=True):
    """One message to one person."""

    person_id: UUID
    kind: str = Field(description="code of what it tells, e.g. match_made (a growing list)")
    about: UUID = Field(description="id of what it is about")
    channel: str = Field(description="see CHANNELS")
    status: str = Field(description="see MESSAGE_STATUSES (a growing list); stale: too old to be worth sending")
    queued_at: datetime
    sent_at: datetime | None = None


class MessageQueued(Event[Message]):
    """There is something to tell a person; or it is to be told by another channel from now on."""


class MessageSent(Event[Message]):
    """It was handed over to the channel."""


class MessageFailed(Event[Message]):
    """It could not be handed over and will not be tried again."""


class MessageRestated(Event[Message]):
    """No news: said again for a new topic or after a restore."""


class MessageLost(Erasure[Message]):
    """No news: after the restore of an older database its owner knows nothing of it any more."""


class MessageErased(Erasure[Message]):
    """The person asked to be forgotten."""


class Alike(State, topic="notifications.duplicate", about_people=True):
    """Two people who gave the same way to be reached: one who is here twice, or two who share it."""

    first_id: UUID = Field(description="the smaller of the two ids")
    second_id: UUID
    alike: tuple[str, ...] = Field(description="what is alike now, see ALIKE (a growing list); none: nothing any more")
    found_at: datetime = Field(description="since when something was alike, that is now or was last")
    entered_by: tuple[UUID, ...] = Field(
        default=(), description="staff who entered how either of them is reached: it is not for them to judge"
    )


class AlikeFound(Event[Alike]):
    """Two people are reached by the same mailbox, phone or post."""


class AlikeChanged(Event[Alike]):
    """Something else is alike now, or nothing any more."""


class AlikeRestated(Event[Alike]):
    """No news: said again for a new topic or after a restore."""


class AlikeLost(Erasure[Alike]):
    """No news: after the restore of an older database its owner knows nothing of it any more."""


class AlikeErased(Erasure[Alike]):
    """One of the two asked to be forgotten."""
