"""What notifications says of a conversation: between whom, about what, and what waits; never a word of it."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from schemas.engagements import Engagement
from schemas.event import Erasure, Event, State
from schemas.matching import Opportunity

CONVERSATIONS = ("engagement", "coordinator", "claim")
"""What a conversation is about: a role that somebody takes part in, or would like to; being looked after by the
network; what somebody is paid. A growing list."""
CONVERSATION_SIDES = ("person", "organisation")
"""Who writes: the person, or staff of the organisation. A growing list."""


class Conversation(State, topic="notifications.conversation", about_people=True):
    """What a person and an organisation write to each other about one thing, whose id it has.

    Of `coordinator` that thing is the person, who has the same id.
    """

    about: str = Field(description="see CONVERSATIONS (a growing list)")
    person_id: UUID
    organisation_id: UUID
    ods_code: str
    opportunity_id: UUID | None = Field(default=None, description="the role, of one that is about a role or its pay")
    begun_at: datetime
    messages: int = Field(ge=0, description="how many were written, those that are deleted by now too")
    written_at: datetime = Field(description="the last of them")
    written_by: str = Field(description="which side wrote the last, see CONVERSATION_SIDES (a growing list)")
    unread_since: datetime | None = Field(
        default=None, description="of what the person wrote and nobody of the organisation has read, the oldest"
    )
    answer_since: datetime | None = Field(
        default=None, description="since when the person waits for an answer; none: nobody has to answer"
    )
    muted_at: datetime | None = Field(default=None, description="the person wants no more telling of it since then")
    ended_at: datetime | None = Field(default=None, description="a side ended it then; it can open it again")
    ended_by: str | None = Field(default=None, description="which side, see CONVERSATION_SIDES (a growing list)")


class ConversationWritten(Event[Conversation]):
    """One side wrote, or what it said on the phone was written down. The first words begin the conversation."""


class ConversationRead(Event[Conversation]):
    """Somebody of the organisation read what the person wrote."""


class ConversationSettled(Event[Conversation]):
    """The organisation said that what the person wrote needs no answer."""


class ConversationMuted(Event[Conversation]):
    """The person wants no more telling of it."""


class ConversationUnmuted(Event[Conversation]):
    """The person wants to be told of it again."""


class ConversationEnded(Event[Conversation]):
    """A side ended it: nobody writes any more."""


class ConversationOpenedAgain(Event[Conversation]):
    """The side that ended it opened it again."""


class ConversationRestated(Event[Conversation]):
    """No news: said again for a new topic or after a restore."""


class ConversationLost(Erasure[Conversation]):
    """No news: after the restore of an older database its owner knows nothing of it any more."""


class ConversationErased(Erasure[Conversation]):
    """The person asked to be forgotten, or all that was written was kept as long as the policy says."""


def may_talk(engagement: Engagement, opportunity: Opportunity) -> bool:
    """Whether the two sides of an engagement can write to each other: from an offer on, and from interest on where the
    organisation has it so. When that ends is notifications' to say."""
    offered = engagement.offer is not None or engagement.accepted_at is not None
    return opportunity.talks_from_interest or offered
