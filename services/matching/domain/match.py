"""What a match is: a role that a person was told of because it fits them, until it no longer does."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.matching import Match as PublicMatch


@dataclass(frozen=True)
class Match:
    """Why it fits is worked out when it is looked at: some of it is health data."""

    id: UUID
    version: int
    opportunity_id: UUID
    person_id: UUID
    matched_at: datetime
    ended_at: datetime | None = None

    def public(self) -> PublicMatch:
        return PublicMatch(
            id=self.id,
            version=self.version,
            opportunity_id=self.opportunity_id,
            person_id=self.person_id,
            matched_at=self.matched_at,
            ended_at=self.ended_at,
        )
