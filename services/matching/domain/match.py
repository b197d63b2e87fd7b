"""What a match is: an opportunity and a person found to fit, until they no longer do."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from schemas.matching import Match as PublicMatch
from schemas.matching import MatchEnded, MatchMade


@dataclass(frozen=True)
class Match:
    """The reasons are private to matching, and gone with the end of the match: some of them are health data."""

    id: UUID
    version: int
    opportunity_id: UUID
    person_id: UUID
    reasons: tuple[str, ...]
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


def make(*, id: UUID, of: tuple[UUID, UUID], reasons: tuple[str, ...], now: datetime) -> tuple[Match, MatchMade]:
    """`of`: the opportunity's id and the person's."""
    made = Match(id, 1, of[0], of[1], reasons, now)
    return made, MatchMade(made.public())


def make_again(match: Match, *, reasons: tuple[str, ...], now: datetime) -> tuple[Match, MatchMade]:
    """It fits once more, after it had ended."""
    again = replace(match, reasons=reasons, matched_at=now, ended_at=None, version=match.version + 1)
    return again, MatchMade(again.public())


def for_other_reasons(match: Match, *, reasons: tuple[str, ...]) -> Match:
    """It fits as before, but not for the same reasons. They are private, so there is nothing to say."""
    return replace(match, reasons=reasons)


def end(match: Match, *, now: datetime) -> tuple[Match, MatchEnded]:
    ended = replace(match, ended_at=now, reasons=(), version=match.version + 1)
    return ended, MatchEnded(ended.public())
