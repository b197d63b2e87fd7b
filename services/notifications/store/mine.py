"""What a person's own home shows of them: where they stand, money that is due, where they work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from schemas.identity import Account, Organisation
from schemas.recruitment import Application, Leader
from services.chassis.base.access import HOSTED_ROLES, london_day
from services.chassis.postgres.transaction import Transaction
from services.notifications.domain.contact import Contact
from services.notifications.store.contact import CONTACT, contact_of


@dataclass(frozen=True)
class Money:
    """Claims that are sent and not paid: how many, how much, and by when the last was promised. `no_details`: how many
    more cannot be sent, because the bank details are missing."""

    claims: int
    pence: int
    by: datetime | None
    no_details: int
    no_details_pence: int


@dataclass(frozen=True)
class Me:
    """As far as each was heard of. `undelivered`: when their last e-mail was written, if it was refused for good.

    `coordinator`, `cover`, `holder`: what they are called who looks after them, and who has their application.
    """

    contact: Contact | None
    account: Account | None
    leader: Leader | None
    application: Application | None
    network: Organisation | None
    coordinator: str
    cover: str
    holder: str
    undelivered: datetime | None
    money: Money


_CALLED = "coalesce((select h.state ->> 'called' from mirror_account h where not h.erased and h.id::text = "
_ME = (
    "select " + CONTACT + ", a.state as account, l.state as leader, p.state as application, n.state as network,"
    " " + _CALLED + "l.state ->> 'coordinator_id'), '') as coordinator,"
    " " + _CALLED + "l.state ->> 'cover_id'), '') as cover, coalesce(who_has_my_application(p.id), '') as holder,"
    " case when c.channel = 'email' then (select case when m.status = 'failed' then m.queued_at end from message m"
    " where m.person_id = c.person_id and m.channel = 'email' and m.status in ('sent', 'failed')"
    " and m.queued_at >= c.changed_at order by m.queued_at desc limit 1) end as undelivered,"
    " d.claims, d.pence, d.due_by, d.no_details, d.no_details_pence"
    " from (select $1::uuid as id) me left join contact_point c on c.person_id = me.id"
    " left join mirror_account a on a.id = me.id and not a.erased"
    " left join mirror_leader l on l.id = me.id and not l.erased"
    " left join lateral (select q.id, q.state from mirror_application q where q.person_id = me.id and not q.erased"
    " order by q.state ->> 'sent_at' desc, q.id desc limit 1) p on true"
    " left join lateral (select o.state from mirror_organisation o where o.state ->> 'kind' = 'network'"
    " and not o.erased and not ends_before(o.state, $2) order by o.id limit 1) n on true"
    " cross join lateral (select count(*) filter (where k.state ->> 'status' in ('sent', 'approved')) as claims,"
    " coalesce(sum((k.state ->> 'amount_pence')::int) filter (where k.state ->> 'status' in ('sent', 'approved')), 0)"
    "::bigint as pence, max(w.until) filter (where k.state ->> 'status' in ('sent', 'approved')) as due_by,"
    " count(*) filter (where k.state ->> 'status' = 'needs_details') as no_details,"
    " coalesce(sum((k.state ->> 'amount_pence')::int) filter (where k.state ->> 'status' = 'needs_details'), 0)::bigint"
    " as no_details_pence from mirror_claim k"
    " left join lateral (select max((u ->> 'until')::timestamptz) as until"
    " from jsonb_array_elements(k.state -> 'waiting') as u) w on true where k.person_id = me.id and not k.erased) d"
)


async def me(tx: Transaction, person_id: UUID) -> Me:
    """All of it by one statement."""
    row = await tx.fetchrow(_ME, person_id, london_day(tx.now))
    assert row
    return Me(
        contact=contact_of(row) if row["person_id"] else None,
        account=_read(Account, row["account"]),
        leader=_read(Leader, row["leader"]),
        application=_read(Application, row["application"]),
        network=_read(Organisation, row["network"]),
        coordinator=row["coordinator"],
        cover=row["cover"],
        holder=row["holder"],
        undelivered=row["undelivered"],
        money=Money(row["claims"], row["pence"], row["due_by"], row["no_details"], row["no_details_pence"]),
    )


def _read(of: Any, text: str | None) -> Any:
    return of.model_validate_json(text) if text else None


@dataclass(frozen=True)
class WorksAt:
    """Where somebody works today, or acts as its host: how many things wait there for their roles, since when."""

    ods_code: str
    name: str
    is_host: bool
    waiting: int
    since: datetime | None


async def works_at(tx: Transaction, person_id: UUID) -> Sequence[WorksAt]:
    """By name; those that they act for as a host come last."""
    rows = await tx.fetch(
        "select w.ods_code, w.name, w.is_host, w.waiting, w.since from waits_at_work($1, $2, $3) as w",
        *(person_id, london_day(tx.now), sorted(HOSTED_ROLES)),
    )
    return [WorksAt(**dict(row)) for row in rows]
