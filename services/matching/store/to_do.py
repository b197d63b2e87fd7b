"""What an organisation asked for, as it waits: for a draft, for a yes to it, or for its end to be read."""

from datetime import timedelta
from uuid import UUID

from schemas import links
from schemas.event import Waiting
from schemas.matching_to_do import MatchingToDo, MatchingToDoBegun, MatchingToDoEnded
from services.chassis.base.access import london_day
from services.chassis.postgres.transaction import Row, Transaction
from services.chassis.work.to_do import MOST, Says, Wanted

TO_DO = Says(MatchingToDo, MatchingToDoBegun, MatchingToDoEnded)
UNREAD_FOR = timedelta(days=30)
"""So long a "we cannot draft it" waits to be read."""

_WAITS = """
select a.id, a.organisation_id, a.ods_code, a.drafting_id, d.state ->> 'ods_code' as drafting_ods, a.status,
    a.asked_by, a.asked_at, a.draft_by, a.drafted_by, a.sent_by, a.sent_at, a.ended_at,
    m.id is not null and coordinates(m.state, a.organisation_id, $1) as asker_coordinates,
    m.id is not null and exists (
        select from jsonb_to_recordset(m.state -> 'memberships')
            as own (organisation_id uuid, roles jsonb, valid_from date, valid_to date)
        where in_force(own.valid_from, own.valid_to, $1) and own.organisation_id = a.organisation_id) as asker_is_there,
    a.status = 'to_approve' and not exists (
        select from mirror_account c where not c.erased and jsonb_array_length(c.state -> 'memberships') > 0
            and c.id is distinct from a.drafted_by and c.id is distinct from a.sent_by
            and coordinates(c.state, a.organisation_id, $1)) as alone
from asked a
    join mirror_organisation d on d.id = a.drafting_id
    left join mirror_account m on m.id = a.asked_by and not m.erased
where a.ended_at is null or (a.status = 'declined' and a.read_at is null and a.ended_at > $2)
order by a.asked_at, a.id limit $3
"""


async def wanted(tx: Transaction) -> list[Wanted]:
    """All that waits, the longest first. A draft is not for whoever drafted it, unless nobody else is there."""
    rows = await tx.fetch(_WAITS, london_day(tx.now), tx.now - UNREAD_FOR, MOST)
    return [_wanted(row) for row in rows]


def _wanted(row: Row) -> Wanted:
    if row["status"] == "to_approve":
        drafters = tuple(dict.fromkeys(one for one in (row["drafted_by"], row["sent_by"]) if one))
        not_for = () if row["alone"] else drafters
        waiting = _of_organisation(row, "approve_draft", row["sent_at"], not_for=not_for)
        return Wanted(row["id"], waiting, not_for=not_for)
    if row["status"] == "declined":
        return Wanted(row["id"], _of_organisation(row, "read_why_not_drafted", row["ended_at"]))
    to_draft = Waiting(
        organisation_id=row["drafting_id"],
        role="coordinator",
        what="draft_what_was_asked",
        about=row["id"],
        since=row["asked_at"],
        until=row["draft_by"],
        link=links.STAFF_ASKED.format(ods=row["ods_code"], id=row["id"]),
    )
    return Wanted(row["id"], (to_draft,))


def _of_organisation(row: Row, what: str, since: object, *, not_for: tuple[UUID, ...] = ()) -> tuple[Waiting, ...]:
    """For its coordinators, and for whoever asked, who need not be one."""
    at = {"what": what, "about": row["id"], "since": since}
    at["link"] = links.STAFF_ASKED.format(ods=row["ods_code"], id=row["id"])
    theirs = Waiting.build(**at, organisation_id=row["organisation_id"], role="coordinator")
    if not row["asker_is_there"] or row["asker_coordinates"] or row["asked_by"] in not_for:
        return (theirs,)
    return theirs, Waiting.build(**at, person_id=row["asked_by"])
