"""A call around a session at which somebody tells their own story: asked for by them, by agreement, never chased."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from schemas import links
from schemas.engagements import Engagement
from schemas.event import Waiting
from schemas.matching import Opportunity
from services.chassis.base.choices import Choice, unless
from services.chassis.base.refusals import Refused

Around = Literal["before", "after", "both"]
TAKES_PART = ("accepted", "ended", "called_off")


class NoStory(Refused, slug="no-own-story", title="There is no call to ask for here", status=409):
    """A call can be asked for where you have a place in a role that asks for what you have lived through."""


class NoCallAsked(Refused, slug="no-call-asked", title="There is no call to take back", status=409):
    """No call is asked for any more."""


class SpokeAlready(Refused, slug="spoke-already", title="You spoke already", status=409):
    """Somebody has noted already that you spoke."""


@dataclass(frozen=True)
class StoryCall:
    """`around`: before the session, after it, or both. `how`: when and how it suits them, as they typed it.

    `at_desk`: the organisation's own coordinators ring; else the network's. Of what was said nothing is kept.
    """

    engagement_id: UUID
    person_id: UUID
    organisation_id: UUID
    ods_code: str
    entered_by: UUID
    at_desk: bool
    around: str
    how: str
    asked_at: datetime
    session_at: datetime | None = None
    spoke_at: datetime | None = None
    spoke_by: UUID | None = None
    again: bool = False

    @property
    def is_open(self) -> bool:
        return self.spoke_at is None or self.again

    def says(self) -> tuple[Waiting, ...]:
        """What waits for whoever rings. It has the day of the session; silence of the person never waits."""
        if not self.is_open:
            return ()
        return (
            Waiting(
                organisation_id=self.organisation_id,
                role="coordinator",
                what="ring_about_story",
                about=self.engagement_id,
                since=self.spoke_at or self.asked_at,
                until=self.session_at if self.around != "after" else None,
                link=links.STAFF_CALLS_ASKED.format(ods=self.ods_code),
            ),
        )


def may_ask(engagement: Engagement, opportunity: Opportunity) -> Choice:
    asks_for_it = bool(opportunity.lived_experience)
    return unless((not asks_for_it or engagement.status not in TAKES_PART, NoStory))


def next_session(opportunity: Opportunity, now: datetime) -> datetime | None:
    """Of those that take place: the next one, else the last."""
    starts = sorted(one.starts_at for one in opportunity.takes_place)
    return next((at for at in starts if at > now), starts[-1] if starts else None)


def spoke(call: StoryCall, *, by: UUID, again: bool, now: datetime) -> StoryCall:
    """They spoke or met; `again`: another call is wished. Raises SpokeAlready."""
    if not call.is_open:
        raise SpokeAlready
    return replace(call, spoke_at=now, spoke_by=by, again=again)
