"""What a person's own home shows of them: where they stand, their next session, money that is due, where they work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from schemas.identity import Account, Organisation
from schemas.matching import Opportunity
from schemas.recruitment import Application, Leader
from schemas.training import Programme
from services.chassis.base.access import HOSTED_ROLES, london_day
from services.chassis.postgres.transaction import Row, Transaction
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
class Booked:
    """A session to come at which somebody has a place: of a role, or of training. `place_id`: of the engagement or the
    enrolment; `more`: how many others are to come after it."""

    kind: Literal["role", "training"]
    place_id: UUID
    session_id: UUID
    title: str
    organisation: str
    starts_at: datetime
    hours: float
    mode: str
    place: str
    desk: "RingDesk | None"
    more: int


@dataclass(frozen=True)
class RingDesk:
    name: str
    phone: str
    hours: str


# The sessions themselves are read first; what they belong to is read of the one that is shown.
_NEXT = (
    "with coming as (select 'role' as kind, e.id as place_id, e.opportunity_id as thing_id,"
    " (s.one ->> 'id')::uuid as session_id, (s.one ->> 'starts_at')::timestamptz as starts_at,"
    " (s.one ->> 'hours')::float8 as hours"
    " from mirror_engagement e join mirror_opportunity o on o.id = e.opportunity_id and not o.erased"
    " cross join lateral jsonb_array_elements(o.state -> 'sessions') as s (one)"
    " where e.person_id = $1 and not e.erased and e.state ->> 'status' = 'accepted' and s.one ->> 'cancelled' is null"
    " union all select 'training', n.id, n.programme_id, (t.one ->> 'id')::uuid,"
    " (t.one ->> 'starts_at')::timestamptz, (t.one ->> 'hours')::float8 from mirror_enrolment n"
    " join mirror_programme p on p.id = n.programme_id and not p.erased"
    " cross join lateral jsonb_array_elements(p.state -> 'sessions') as t (one)"
    " where n.person_id = $1 and not n.erased and n.state ->> 'status' = 'booked'"
    " and t.one ->> 'id' = n.state ->> 'session_id'),"
    " next as (select kind, place_id, thing_id, session_id, count(*) over () - 1 as more from coming"
    " where starts_at + make_interval(secs => hours * 3600) > $2 order by starts_at, place_id limit 1)"
    " select x.kind, x.place_id, x.more, x.session_id,"
    " o.state as role, p.state as programme, g.state as organisation from next x"
    " left join mirror_opportunity o on x.kind = 'role' and o.id = x.thing_id"
    " left join mirror_programme p on x.kind = 'training' and p.id = x.thing_id"
    " left join mirror_organisation g on not g.erased"
    " and g.id::text = coalesce(o.state ->> 'organisation_id', p.state ->> 'organisation_id')"
)


async def next_booked(tx: Transaction, person_id: UUID) -> Booked | None:
    """The next session that is not over, of roles with a place and of training."""
    row = await tx.fetchrow(_NEXT, person_id, tx.now)
    return _booked(tx, row) if row else None


def _booked(tx: Transaction, row: Row) -> Booked:
    of: Opportunity | Programme = _read(Opportunity, row["role"]) or _read(Programme, row["programme"])
    session = next(one for one in of.sessions if one.id == row["session_id"])
    organisation: Organisation | None = _read(Organisation, row["organisation"])
    is_role = isinstance(of, Opportunity)
    rings = (
        organisation.desk_to_ring(london_day(tx.now), of.desk_id if isinstance(of, Opportunity) else None)
        if organisation
        else None
    )
    return Booked(
        kind="role" if is_role else "training",
        place_id=row["place_id"],
        session_id=session.id,
        title=of.title,
        organisation=organisation.name if organisation else of.ods_code,
        starts_at=session.starts_at,
        hours=session.hours,
        mode=session.mode or (of.mode if isinstance(of, Opportunity) else ""),
        place=session.place or (of.place if isinstance(of, Opportunity) else ""),
        desk=RingDesk(rings.name, rings.phone or "", rings.hours or "") if rings else None,
        more=row["more"],
    )


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
