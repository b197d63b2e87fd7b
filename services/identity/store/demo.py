"""The accounts that the demo's sign-in page offers."""

from dataclasses import dataclass
from uuid import UUID

from services.chassis.base.access import london_day
from services.chassis.postgres.lists import Few, few
from services.chassis.postgres.transaction import Transaction

PEOPLE_LIMIT = 100


@dataclass(frozen=True)
class DemoAccount:
    """Somebody to try the network as: a person, or staff of an organisation in one of its roles."""

    account_id: UUID
    called: str
    ods_code: str | None = None
    organisation: str | None = None
    roles: tuple[str, ...] = ()


async def demo_accounts(tx: Transaction) -> Few[DemoAccount]:
    """Staff by organisation, then the 100 people who came first, and whether there are `more`. Allow it first."""
    staff = await tx.fetch(
        "select a.id, a.called, o.ods_code, o.name, array_agg(distinct role order by role) as roles from account a"
        " join membership m on m.account_id = a.id join organisation o on o.id = m.organisation_id,"
        " unnest(m.roles) as role where a.can_sign_in and a.kind = 'person'"
        " and in_force(m.valid_from, m.valid_to, $1)"
        " group by a.id, a.called, o.ods_code, o.name, o.kind order by o.kind <> 'network', o.name, a.called",
        london_day(tx.now),
    )
    people = await tx.fetch(
        "select id, called from account a where can_sign_in and kind = 'person'"
        " and not exists (select from membership m where m.account_id = a.id) order by opened_at, id limit $1",
        PEOPLE_LIMIT + 1,
    )
    first = few(people, PEOPLE_LIMIT, lambda r: DemoAccount(r["id"], r["called"]))
    offered = Few(DemoAccount(r["id"], r["called"], r["ods_code"], r["name"], tuple(r["roles"])) for r in staff)
    offered.extend(first)
    offered.more = first.more
    return offered
