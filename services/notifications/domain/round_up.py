"""Mail to staff of what waits for them: once on the morning of each working day, or soon after something new does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.notifications.domain.contact import RoundUp
from services.notifications.domain.kinds import LONDON, Hours

HOURS = Hours(8, 20)
"""Of working days: nobody's evening or Sunday is for what waits at work."""
SATURDAY = 5
AT_MOST_EACH = timedelta(hours=1)
"""Of whoever wants to hear soon: what comes in meanwhile is in the next one."""


NEWS_OF_A_NIGHT = timedelta(days=1)
"""Of what waits for nobody whoever had no mail yet reads what happened since then."""


@dataclass(frozen=True)
class WaitsAt:
    """What waits for somebody at one organisation, a line for each kind of thing, and since when the newest does; and
    what happened there since their last mail that waits for nobody (`news`)."""

    organisation_id: UUID
    ods_code: str
    name: str
    lines: tuple[str, ...]
    newest: datetime | None
    news: tuple[str, ...] = ()


def may_be_sent(now: datetime) -> bool:
    """Whether it is an hour at which staff are written to."""
    local = now.astimezone(LONDON)
    return local.weekday() < SATURDAY and HOURS.first <= local.hour < HOURS.last


def due_before(now: datetime) -> dict[RoundUp, datetime]:
    """Whose last one is older than this is owed one now, if anything waits."""
    morning = now.astimezone(LONDON).replace(hour=HOURS.first, minute=0, second=0, microsecond=0)
    return {"daily": morning, "soon": now - AT_MOST_EACH}


def is_news(how: RoundUp, waits: Sequence[WaitsAt], *, last: datetime | None) -> bool:
    """Whether there is something to write: in the morning all that waits, else only where something is new."""
    if how == "soon" and last is not None:
        return any(one.news or (one.newest is not None and one.newest > last) for one in waits)
    return bool(waits)
