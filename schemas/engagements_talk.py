"""What engagements says of an informal talk before anybody is chosen: when it is, and never where."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from schemas.event import Contract

CHAT_MODES = ("phone", "video", "in_person")
"""How an informal talk takes place. A growing list."""
CHAT_ENDS = ("none_suits", "by_person", "by_organisation", "time_gone", "role")
"""Why a talk does not take place: no time suits, who cancelled it, nobody answered in time, the engagement ended. A
growing list."""


class ChatEnd(Contract):
    """A talk does not take place. It says nothing about whether the person is chosen."""

    at: datetime
    why: str = Field(description="see CHAT_ENDS (a growing list)")
    was_to_start_at: datetime | None = Field(default=None, description="the time that was agreed; none: none was")


class Chat(Contract):
    """An informal talk before anybody is chosen. Where it is, and the number or link to it, is on no topic."""

    proposed_at: datetime
    proposed_by: UUID = Field(description="the account that proposed it")
    times: tuple[datetime, ...] = Field(min_length=1, max_length=5, description="when it may begin")
    minutes: int = Field(ge=5, le=240)
    mode: str = Field(description="see CHAT_MODES (a growing list)")
    starts_at: datetime | None = Field(
        default=None, description="the time that the person chose; none: not yet, or it does not take place"
    )
    agreed_at: datetime | None = Field(default=None, description="when the person chose it")
    ended: ChatEnd | None = Field(default=None, description="none: it waits for an answer, is to come, or was held")
