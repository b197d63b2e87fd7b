"""What somebody has at the time of a session of training: a place in a role, an agreed talk, other training."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.postgres.lists import Few
from services.chassis.postgres.transaction import Transaction

MOST_CLASHES = 5
"""So many of one session are named."""


@dataclass(frozen=True)
class Clash:
    """What a person has at the time of a session, as they may see it.

    `what`: place, talk or training. `about`: the id of their engagement in that role, or of the training programme.
    """

    session_id: UUID
    what: str
    about: UUID
    title: str
    starts_at: datetime
    ends_at: datetime


async def of_person(
    tx: Transaction, person_id: UUID, sessions: Collection[UUID], *, now: datetime
) -> dict[UUID, Few[Clash]]:
    """By session, of those to come; nothing of the others. What only touches does not clash."""
    rows = await tx.fetch(
        "select session_id, what, about, title, starts_at, ends_at from ("
        " select s.id as session_id, t.what, t.about, t.title, lower(t.during) as starts_at,"
        " upper(t.during) as ends_at,"
        " row_number() over (partition by s.id order by lower(t.during), t.about) as nth"
        " from session s join taken t on t.person_id = $1 and t.session_id is distinct from s.id"
        " and t.during && tstzrange(s.starts_at, s.starts_at + s.hours * interval '1 hour')"
        " where s.id = any($2::uuid[]) and s.starts_at > $3) found where nth <= $4 order by session_id, nth",
        *(person_id, list(sessions), now, MOST_CLASHES + 1),
    )
    found: dict[UUID, Few[Clash]] = {}
    for row in rows:
        theirs = found.setdefault(row["session_id"], Few())
        if len(theirs) < MOST_CLASHES:
            theirs.append(Clash(**dict(row)))
        else:
            theirs.more = True
    return found
