"""Claims. Every query names whose claims it wants: row-level security shows a member of staff their own ones too."""

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.chassis.base.refusals import NotFound
from services.chassis.postgres.transaction import Row, Transaction
from services.payments.domain.claim import Claim
from services.payments.domain.owed import Owed

CLAIM = (
    "c.id, c.version, c.organisation_id, c.ods_code, c.person_id, c.engagement_id, c.opportunity_id, c.session_id,"
    " c.activity_on, c.unit, c.units, c.rate_pence, c.amount_pence, c.rate_card_id, c.source, c.attended, c.status,"
    " c.since, c.drafted_at, c.sent_at, c.approved_at, c.approved_by, c.returned_why, c.paid_at, c.released_by,"
    " c.payment_id, c.sent_by, c.promised_days, c.recorded_by, c.by_network, c.together, c.for_cancelled,"
    " c.recorded_pence, c.corrected_at, c.settled_by, c.settled_at, c.preparation_hours, c.returned_by"
)


def claim_of(row: Row) -> Claim:
    owed = Owed(
        row["session_id"],
        row["activity_on"],
        row["unit"],
        row["units"],
        row["rate_pence"],
        row["amount_pence"],
        row["rate_card_id"],
        row["source"],
        row["preparation_hours"],
    )
    return Claim(
        id=row["id"],
        version=row["version"],
        organisation_id=row["organisation_id"],
        ods_code=row["ods_code"],
        person_id=row["person_id"],
        engagement_id=row["engagement_id"],
        opportunity_id=row["opportunity_id"],
        owed=owed,
        attended=row["attended"],
        status=row["status"],
        since=row["since"],
        drafted_at=row["drafted_at"],
        sent_at=row["sent_at"],
        approved_at=row["approved_at"],
        approved_by=row["approved_by"],
        returned_why=row["returned_why"],
        paid_at=row["paid_at"],
        released_by=row["released_by"],
        payment_id=row["payment_id"],
        sent_by=row["sent_by"],
        promised_days=row["promised_days"],
        recorded_by=row["recorded_by"],
        by_network=row["by_network"],
        together=tuple(json.loads(row["together"])),
        for_cancelled=row["for_cancelled"],
        recorded_pence=row["recorded_pence"],
        corrected_at=row["corrected_at"],
        settled_by=row["settled_by"],
        settled_at=row["settled_at"],
        returned_by=row["returned_by"],
    )


async def add(tx: Transaction, c: Claim) -> None:
    o = c.owed
    await tx.change_one(
        "insert into claim (id, version, organisation_id, ods_code, person_id, engagement_id, opportunity_id,"
        " session_id, activity_on, unit, units, rate_pence, amount_pence, rate_card_id, source,"
        " attended, status, since, drafted_at, recorded_by, for_cancelled, preparation_hours)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)",
        *(c.id, c.version, c.organisation_id, c.ods_code, c.person_id, c.engagement_id, c.opportunity_id),
        *(o.session_id, o.activity_on, o.unit, o.units, o.rate_pence, o.amount_pence, o.rate_card_id, o.source),
        *(c.attended, c.status, c.since, c.drafted_at, c.recorded_by, c.for_cancelled, o.preparation_hours),
    )


async def save(tx: Transaction, c: Claim) -> None:
    """All that can change. The caller holds the row's lock."""
    o = c.owed
    await tx.change_one(
        "update claim set version = $2, activity_on = $3, unit = $4, units = $5, rate_pence = $6, amount_pence = $7,"
        " rate_card_id = $8, source = $9, attended = $10, status = $11, since = $12, drafted_at = $13, sent_at = $14,"
        " approved_at = $15, approved_by = $16, returned_why = $17, paid_at = $18, released_by = $19, payment_id = $20,"
        " sent_by = $21, promised_days = $22, recorded_by = $23, by_network = $24, together = $25,"
        " recorded_pence = $26, corrected_at = $27, settled_by = $28, settled_at = $29, preparation_hours = $30,"
        " returned_by = $31"
        " where id = $1",
        *(c.id, c.version, o.activity_on, o.unit, o.units, o.rate_pence, o.amount_pence, o.rate_card_id, o.source),
        *(c.attended, c.status, c.since, c.drafted_at, c.sent_at, c.approved_at, c.approved_by, c.returned_why),
        *(c.paid_at, c.released_by, c.payment_id, c.sent_by, c.promised_days),
        *(c.recorded_by, c.by_network, json.dumps(c.together)),
        *(c.recorded_pence, c.corrected_at, c.settled_by, c.settled_at, o.preparation_hours),
        c.returned_by,
    )


async def save_moved(tx: Transaction, *claims: Claim) -> None:
    """Of each what changes when it moves on with others: made ready, or paid. The caller holds the lock of each row."""
    await tx.change_each(
        "update claim set version = n.version, status = n.status, since = n.since, paid_at = n.paid_at,"
        " released_by = n.released_by, payment_id = n.payment_id, together = n.together"
        " from unnest($1::uuid[], $2::bigint[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::uuid[],"
        " $7::uuid[], $8::jsonb[]) as n (id, version, status, since, paid_at, released_by, payment_id, together)"
        " where claim.id = n.id",
        [
            (c.id, c.version, c.status, c.since, c.paid_at, c.released_by, c.payment_id, json.dumps(c.together))
            for c in claims
        ],
    )


async def lock(tx: Transaction, id: UUID) -> Claim | None:
    row = await tx.lock_one("select " + CLAIM + " from claim c where c.id = $1 for update", id)
    return claim_of(row) if row else None


async def after(tx: Transaction, id: UUID, *, limit: int) -> list[Claim]:
    """Those after an id, in id order."""
    rows = await tx.fetch("select " + CLAIM + " from claim c where c.id > $1 order by c.id limit $2", id, limit)
    return [claim_of(row) for row in rows]


async def lock_mine(tx: Transaction, id: UUID, *, person_id: UUID) -> Claim:
    """Raises NotFound, also for somebody else's."""
    row = await tx.lock_one(
        "select " + CLAIM + " from claim c where c.id = $1 and c.person_id = $2 for update", id, person_id
    )
    if row is None:
        raise NotFound
    return claim_of(row)


async def lock_ours(tx: Transaction, id: UUID, *, organisation_id: UUID) -> Claim:
    """Raises NotFound, also for another organisation's."""
    row = await tx.lock_one(
        "select " + CLAIM + " from claim c where c.id = $1 and c.organisation_id = $2 for update", id, organisation_id
    )
    if row is None:
        raise NotFound
    return claim_of(row)


async def lock_of_engagement(tx: Transaction, engagement_id: UUID) -> list[Claim]:
    """In id order."""
    rows = await tx.lock_all(
        "select " + CLAIM + " from claim c where c.engagement_id = $1 order by c.id for update", engagement_id
    )
    return [claim_of(row) for row in rows]


async def lock_of_person(tx: Transaction, person_id: UUID, *, statuses: Sequence[str]) -> list[Claim]:
    """In id order."""
    rows = await tx.lock_all(
        "select " + CLAIM + " from claim c where c.person_id = $1 and c.status = any($2::text[])"
        " order by c.id for update",
        *(person_id, statuses),
    )
    return [claim_of(row) for row in rows]


async def lock_approved(tx: Transaction, organisation_id: UUID, *, limit: int) -> list[Claim]:
    """In id order. Of two runs at once, the second waits here and then sees only what the first has left."""
    rows = await tx.lock_all(
        "select " + CLAIM + " from claim c where c.organisation_id = $1 and c.status = 'approved'"
        " order by c.id limit $2 for update",
        *(organisation_id, limit),
    )
    return [claim_of(row) for row in rows]


async def approved(tx: Transaction, organisation_id: UUID, *, limit: int) -> list[Claim]:
    """Those that `lock_approved` would lock."""
    rows = await tx.fetch(
        "select " + CLAIM + " from claim c where c.organisation_id = $1 and c.status = 'approved'"
        " order by c.id limit $2",
        *(organisation_id, limit),
    )
    return [claim_of(row) for row in rows]


async def is_forgotten(tx: Transaction, person_id: UUID) -> bool:
    return bool(await tx.fetchval("select erased from mirror_account where id = $1", person_id))


async def delete(tx: Transaction, *ids: UUID) -> None:
    """The caller holds the lock of each row."""
    await tx.change_each(
        "delete from claim using unnest($1::uuid[]) as n (id) where claim.id = n.id", [(id,) for id in ids]
    )


async def forget_reasons(tx: Transaction, person_id: UUID) -> None:
    """What is left of a forgotten person's claims holds no words about them."""
    await tx.change_any("update claim set returned_why = null where person_id = $1", person_id)


async def waits(tx: Transaction) -> dict[str, datetime | None]:
    """Since when the oldest claim has waited to be approved, and the oldest approved one to be paid."""
    row = await tx.fetchrow(
        "select (select min(sent_at) from claim where status = 'sent') as claim_to_approve,"
        " (select min(approved_at) from claim where status = 'approved') as claim_to_pay"
    )
    assert row
    return dict(row)
