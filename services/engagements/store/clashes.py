"""What of a person's is at the same time as a role's sessions to come, for themselves. For staff: `busy_then`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.postgres.lists import Few
from services.chassis.postgres.transaction import Row, Transaction

MOST_CLASHES = 10
"""So many of one role are named."""


@dataclass(frozen=True)
class Clash:
    """A session to come of a role, and what its person has already at that time, as they may see it.

    `what`: place (in another role), talk (agreed, about another role) or training. `about`: the id of their engagement
    in that role, or of the training programme; `title`, `other_starts_at`, `other_ends_at`: of what they have.
    """

    session_id: UUID
    starts_at: datetime
    ends_at: datetime
    what: str
    about: UUID
    title: str
    other_starts_at: datetime
    other_ends_at: datetime


async def of_person(
    tx: Transaction, person_id: UUID, opportunities: Collection[UUID], *, now: datetime
) -> dict[UUID, Few[Clash]]:
    """By opportunity, in the order of its sessions. Sessions that only touch do not clash."""
    rows = await tx.fetch(
        "select role, session_id, starts_at, ends_at, what, about, title, other_starts_at, other_ends_at from ("
        " select i.id as role, s.id as session_id, lower(s.during) as starts_at, upper(s.during) as ends_at, b.what,"
        " b.about, b.title, lower(other) as other_starts_at, upper(other) as other_ends_at,"
        " row_number() over (partition by i.id order by lower(s.during), s.id, lower(other), b.about) as nth"
        " from intake i cross join lateral sessions_of(i.opportunity) as s"
        " join booked b on b.person_id = $1 and b.opportunity_id is distinct from i.id and b.times && s.during"
        " cross join lateral unnest(b.times) as other"
        " where i.id = any($2::uuid[]) and lower(s.during) > $3 and other && s.during) found"
        " where nth <= $4 order by role, nth",
        *(person_id, list(opportunities), now, MOST_CLASHES + 1),
    )
    found: dict[UUID, Few[Clash]] = {id: Few() for id in opportunities}
    for row in rows:
        theirs = found[row["role"]]
        if len(theirs) < MOST_CLASHES:
            theirs.append(_clash(row))
        else:
            theirs.more = True
    return found


async def at_times(tx: Transaction, person_id: UUID, times: Sequence[datetime], minutes: int) -> dict[datetime, str]:
    """What somebody has at some times, each for so many minutes: the title of one thing, where there is any."""
    rows = await tx.fetch(
        "select t.at, min(b.title) as title from unnest($2::timestamptz[]) as t (at) join booked b on b.person_id = $1"
        " and b.times && tstzrange(t.at, t.at + $3::integer * interval '1 minute') group by t.at",
        *(person_id, list(times), minutes),
    )
    return {row["at"]: row["title"] for row in rows}


def _clash(row: Row) -> Clash:
    return Clash(**{name: row[name] for name in Clash.__dataclass_fields__})
