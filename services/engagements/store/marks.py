"""Marks of how people meet what an organisation chooses by."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter

from schemas.engagements import Engagement
from services.chassis.postgres.transaction import Transaction
from services.engagements.domain.comparing import Marked

IN_JSON = TypeAdapter(tuple[Marked, ...])
OF_ONE = (
    "(select jsonb_agg(jsonb_build_object('criterion', m.criterion, 'mark', m.mark, 'by', m.marked_by,"
    " 'at', m.marked_at, 'called', coalesce(a.state ->> 'called', '')) order by m.criterion) from mark m"
    " left join mirror_account a on a.id = m.marked_by and not a.erased where m.engagement_id = e.id) as marks"
)
"""Of an engagement `e`, for `IN_JSON`."""


async def of_engagement(tx: Transaction, id: UUID) -> dict[int, Marked]:
    """By criterion."""
    text = await tx.fetchval("select " + OF_ONE + " from engagement e where e.id = $1", id)
    return {one.criterion: one for one in IN_JSON.validate_json(text or "[]")}


async def save(tx: Transaction, of: Engagement, marks: Mapping[int, str], *, by: UUID, now: datetime) -> None:
    """The caller holds the engagement's lock."""
    await tx.change_any(
        "insert into mark (engagement_id, criterion, organisation_id, person_id, mark, marked_by, marked_at)"
        " select $1, n.criterion, $2, $3, n.mark, $4, $5 from unnest($6::integer[], $7::text[]) as n (criterion, mark)"
        " on conflict (engagement_id, criterion) do update set mark = excluded.mark,"
        " marked_by = excluded.marked_by, marked_at = excluded.marked_at",
        *(of.id, of.organisation_id, of.person_id, by, now, list(marks), list(marks.values())),
    )


async def forget(tx: Transaction, id: UUID, *criteria: int) -> None:
    await tx.change_any(
        "delete from mark where engagement_id = $1 and criterion = any($2::integer[])", *(id, list(criteria))
    )


async def forget_all(tx: Transaction, id: UUID) -> None:
    await tx.change_any("delete from mark where engagement_id = $1", id)
