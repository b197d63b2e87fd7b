"""Which staff are owed a mail of what waits for them, and when they had their last one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.identity import Account
from services.chassis.postgres.transaction import Transaction
from services.notifications.domain.contact import RoundUp


@dataclass(frozen=True)
class Owed:
    """Somebody with a role and a proved e-mail address. `last`: when they were written to of what waits."""

    account: Account
    how: RoundUp
    last: datetime | None


async def owed(tx: Transaction, before: Mapping[RoundUp, datetime], after: UUID | None, *, limit: int) -> list[Owed]:
    """The next of them in id order. `before`: of whom the last one is older than that, by how they want it."""
    rows = await tx.fetch(
        "select a.state, c.round_up, c.rounded_up_at from mirror_account a join contact_point c on c.person_id = a.id"
        " where jsonb_array_length(a.state -> 'memberships') > 0 and not a.erased and c.channel = 'email'"
        " and c.verified_at is not null and c.unreached is null and coalesce(c.rounded_up_at, '-infinity') <"
        " case c.round_up when 'daily' then $1 when 'soon' then $2 else '-infinity'::timestamptz end"
        " and ($3::uuid is null or a.id > $3) order by a.id limit $4",
        *(before["daily"], before["soon"], after, limit),
    )
    return [Owed(Account.model_validate_json(row["state"]), row["round_up"], row["rounded_up_at"]) for row in rows]


async def newest(tx: Transaction, organisation_id: UUID, roles: Sequence[str], *, to: UUID) -> datetime | None:
    """Since when the newest thing waits there for any of the roles, and for this account."""
    return await tx.fetchval(
        "select max(w.since) from waiting_shown w where w.organisation_id = $1"
        " and (w.role is null or w.role = any($2::text[])) and not $3 = any(w.not_for)",
        *(organisation_id, roles, to),
    )


@dataclass(frozen=True)
class Answered:
    """What people said to an organisation since a moment: how many of each."""

    yes: int
    late_yes: int
    no: int
    given_back: int
    taken_back: int
    ran_out: int
    talk_agreed: int = 0
    talk_none_suits: int = 0
    talk_cancelled: int = 0


async def answered(tx: Transaction, organisation_id: UUID, *, since: datetime) -> Answered:
    """By what was heard since then, which is little, and so is read first."""
    row = await tx.fetchrow(
        "with lately as materialized (select state from mirror_engagement where mirrored_at > $2 and not erased),"
        " ours as (select state ->> 'status' as status, (state ->> 'ended_at')::timestamptz as ended_at,"
        " (state ->> 'accepted_at')::timestamptz as accepted_at,"
        " (state -> 'reserve' ->> 'since')::timestamptz as reserve_since,"
        " (state -> 'reserve' ->> 'said_yes')::boolean as said_yes,"
        " (state #>> '{chat,agreed_at}')::timestamptz as agreed_at, state #>> '{chat,ended,why}' as talk_end,"
        " (state #>> '{chat,ended,at}')::timestamptz as talk_ended_at"
        " from lately where (state ->> 'organisation_id')::uuid = $1)"
        " select count(*) filter (where status in ('accepted', 'ended') and accepted_at > $2) as yes,"
        " count(*) filter (where status = 'reserve' and said_yes and reserve_since > $2) as late_yes,"
        " count(*) filter (where status = 'declined' and ended_at > $2) as no,"
        " count(*) filter (where status = 'withdrawn' and accepted_at is not null and ended_at > $2) as given_back,"
        " count(*) filter (where status = 'withdrawn' and accepted_at is null and ended_at > $2) as taken_back,"
        " count(*) filter (where status = 'lapsed' and ended_at > $2) as ran_out,"
        " count(*) filter (where agreed_at > $2 and talk_end is null) as talk_agreed,"
        " count(*) filter (where talk_end = 'none_suits' and talk_ended_at > $2) as talk_none_suits,"
        " count(*) filter (where talk_end = 'by_person' and talk_ended_at > $2) as talk_cancelled from ours",
        *(organisation_id, since),
    )
    assert row
    return Answered(**dict(row))


async def note(tx: Transaction, person_ids: Sequence[UUID]) -> None:
    """They were looked after now, whether anything waited or not."""
    await tx.change_any(
        "update contact_point set rounded_up_at = $2 where person_id = any($1::uuid[])", list(person_ids), tx.now
    )
