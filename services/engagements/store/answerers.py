"""Who may answer an objection to a draw of a role: coordinators of its organisation or its host, without those who drew
or confirmed it or take part."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.postgres.transaction import Transaction
from services.engagements.domain.intake import Intake
from services.engagements.domain.objected import Network

MOST_NAMED = 20


@dataclass(frozen=True)
class Answerers:
    """Colleagues by their called names, and hosts by their own. `more`: there are more colleagues than these."""

    colleagues: tuple[str, ...]
    hosts: tuple[str, ...]
    more: bool

    def __bool__(self) -> bool:
        return bool(self.colleagues or self.hosts)


async def of_role(tx: Transaction[Member], intake: Intake, without: Collection[UUID]) -> Answerers:
    """As a coordinator sees them: who works at the host is not theirs to see. `without`: who draws and confirms."""
    rows = await tx.fetch(
        "select is_host, called from ((select distinct false as is_host, a.state ->> 'called' as called, a.id"
        " from mirror_account a"
        " cross join jsonb_array_elements(a.state -> 'memberships') m"
        " where a.state -> 'memberships' @> jsonb_build_array(jsonb_build_object('organisation_id', $2::uuid))"
        " and not a.erased and a.state ->> 'kind' = 'person' and (a.state ->> 'can_sign_in')::boolean"
        " and (m ->> 'organisation_id')::uuid = $2 and m -> 'roles' ? 'coordinator' and in_force(m, $3)"
        " and a.id <> all($4::uuid[]) and not exists (select from engagement e where e.opportunity_id = $1"
        " and e.person_id = a.id and e.status in ('interested', 'offered', 'reserve', 'accepted'))"
        " order by 2, 3 limit $5) union all select true, host.state ->> 'name', host.id from mirror_organisation o"
        " cross join jsonb_array_elements(o.state -> 'hosts') h"
        " join mirror_organisation host on host.id = (h ->> 'organisation_id')::uuid and not host.erased"
        " where o.id = $2 and in_force(h, $3)) as one order by is_host, called, id",
        *(intake.id, intake.organisation_id, london_day(tx.now), list(without), MOST_NAMED + 1),
    )
    colleagues = [row["called"] for row in rows if not row["is_host"]]
    hosts = tuple(row["called"] for row in rows if row["is_host"])
    return Answerers(tuple(colleagues[:MOST_NAMED]), hosts, more=len(colleagues) > MOST_NAMED)


async def network_where_nobody_may(tx: Transaction, intake: Intake) -> Network | None:
    """The network's organisation, where an objection waits that nobody of the role's or its host's may answer."""
    id = await tx.fetchval(
        "select n.id from mirror_organisation n where n.state ->> 'kind' = 'network' and not n.erased"
        " and exists (select from draw_objection b join draw d on d.id = b.draw_id"
        " where b.opportunity_id = $1 and b.answered_at is null and not exists (select from mirror_account a"
        " cross join jsonb_array_elements(a.state -> 'memberships') m"
        " where jsonb_array_length(a.state -> 'memberships') > 0 and not a.erased and a.state ->> 'kind' = 'person'"
        " and (a.state ->> 'can_sign_in')::boolean and m -> 'roles' ? 'coordinator' and in_force(m, $3)"
        " and a.id is distinct from d.drawn_by and a.id is distinct from d.confirmed_by"
        " and not exists (select from engagement e where e.opportunity_id = $1 and e.person_id = a.id"
        " and e.status in ('interested', 'offered', 'reserve', 'accepted'))"
        " and ((m ->> 'organisation_id')::uuid = $2 or exists (select from mirror_organisation o"
        " cross join jsonb_array_elements(o.state -> 'hosts') h"
        " where o.id = $2 and (h ->> 'organisation_id') = m ->> 'organisation_id' and in_force(h, $3)))))"
        " order by n.id limit 1",
        *(intake.id, intake.organisation_id, london_day(tx.now)),
    )
    return Network(id, since=tx.now) if id else None
