"""Whom to ring now, what they are to be told, and what came of the calls before."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.lists import Asked, Few, Listing, Page, Sort, few
from services.chassis.postgres.transaction import Row, Transaction
from services.notifications.domain.calling import Call
from services.notifications.domain.contact import Part, When
from services.notifications.domain.message import Message
from services.notifications.store.messages import MESSAGE, message_of

MOST_SHOWN = 20
"""Of the calls that were made to somebody, the newest."""

# Of each person the message that waits longest stands for all: its place in the list is the person's.
_TO_RING = (
    " from message m left join contact_point c on c.person_id = m.person_id"
    " left join lateral (select p.again_at from phone_call p where p.person_id = m.person_id"
    " order by p.rung_at desc, p.id desc limit 1) l on true"
    " where m.organisation_id = $1 and m.status = 'queued' and m.channel = 'phone'"
    " and not exists (select from message e where e.person_id = m.person_id and e.status = 'queued'"
    " and e.channel = 'phone' and (e.queued_at, e.id) < (m.queued_at, m.id))"
    " and ($2 = 'all' or ($2 = 'now') = (coalesce(l.again_at <= $3, true) and coalesce(c.ring_in, 'any') in ('any',"
    " case when extract(hour from $3 at time zone 'Europe/London') < 12 then 'morning'"
    " when extract(hour from $3 at time zone 'Europe/London') < 17 then 'afternoon' else 'evening' end)))"
)
_SHOWN = (
    "m.id, m.queued_at, m.person_id, l.again_at,"
    " coalesce((select a.state ->> 'called' from mirror_account a where a.id = m.person_id), '') as called,"
    " coalesce(c.ring_in, 'any') as ring_in, coalesce(c.relay, 'none') as relay,"
    " coalesce(c.by_text, false) as by_text,"
    " (select count(*) from message o where o.person_id = m.person_id and o.status = 'queued' and o.channel = 'phone')"
    " as messages,"
    " (select count(*) from phone_call p where p.person_id = m.person_id and p.outcome = 'no_answer'"
    " and p.rung_at >= m.queued_at) as tries"
)


@dataclass(frozen=True)
class ToRing:
    """Somebody who waits to be rung: since when, about how much, how often nobody answered, and when again."""

    person_id: UUID
    called: str
    since: datetime
    messages: int
    tries: int
    relay: str
    ring_in: When
    again_at: datetime | None
    by_text: bool


async def to_ring(tx: Transaction[Member], asked: Asked, which: str) -> Page[ToRing]:
    """Whoever waits longest first. `which`: now, later (another part of the day) or all."""
    page = await TO_RING.page(tx, asked, tx.acting.organisation_id, which, at=tx.now)
    return page.with_items([_to_ring(row) for row in page.items])


def _to_ring(row: Row) -> ToRing:
    return ToRing(
        row["person_id"],
        row["called"],
        row["queued_at"],
        row["messages"],
        row["tries"],
        row["relay"],
        row["ring_in"],
        row["again_at"],
        row["by_text"],
    )


TO_RING = Listing(
    "to ring",
    sorts=(
        Sort(
            "longest",
            "Longest waiting",
            "select " + _SHOWN + _TO_RING + " and (m.queued_at, m.id) > ($4, $5) order by m.queued_at, m.id limit $6",
            by={"queued_at": datetime, "id": UUID},
        ),
    ),
    count="select count(*) from (select" + _TO_RING + " limit $4) as counted",
)


async def waiting(tx: Transaction[Member], person_id: UUID) -> list[Message]:
    """All that the person is to be told on the phone, the oldest first."""
    rows = await tx.fetch(
        "select " + MESSAGE + " from message m where m.person_id = $1 and m.organisation_id = $2"
        " and m.status = 'queued' and m.channel = 'phone' order by m.queued_at, m.id",
        *(person_id, tx.acting.organisation_id),
    )
    return [message_of(row) for row in rows]


async def lock_waiting(tx: Transaction[Member], person_id: UUID) -> list[Message]:
    """The same, locked, in id order."""
    rows = await tx.lock_all(
        "select " + MESSAGE + " from message m where m.person_id = $1 and m.organisation_id = $2"
        " and m.status = 'queued' and m.channel = 'phone' order by m.id for update",
        *(person_id, tx.acting.organisation_id),
    )
    return [message_of(row) for row in rows]


async def called(tx: Transaction[Member], person_id: UUID) -> str:
    """What whoever is rung is called; empty once nothing waits for them any more. Raises NotFound where the acting
    organisation never had anything to ring them about.
    """
    found = await tx.fetchrow(
        "select (select a.state ->> 'called' from mirror_account a where a.id = m.person_id) as called from message m"
        " where m.person_id = $1 and m.organisation_id = $2 and m.channel = 'phone' limit 1",
        *(person_id, tx.acting.organisation_id),
    )
    if found is None:
        raise NotFound
    return found["called"] or ""


_CALL = "p.id, p.person_id, p.organisation_id, p.rung_by, p.rung_at, p.part, p.outcome, p.about, p.again_at"


async def add(tx: Transaction[Member], call: Call) -> None:
    await tx.change_one(
        "insert into phone_call (id, person_id, organisation_id, rung_by, rung_at, part, outcome, about, again_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        *(call.id, call.person_id, call.organisation_id, call.rung_by, call.rung_at, call.part, call.outcome),
        *(call.about, call.again_at),
    )


async def calls_to(tx: Transaction[Member], person_id: UUID) -> Few[Call]:
    """The calls of the acting organisation to somebody, the newest first."""
    rows = await tx.fetch(
        "select " + _CALL + " from phone_call p where p.person_id = $1 and p.organisation_id = $2"
        " order by p.rung_at desc, p.id desc limit $3",
        *(person_id, tx.acting.organisation_id, MOST_SHOWN + 1),
    )
    return few(rows, MOST_SHOWN, lambda row: Call(**dict(row)))


async def tried(tx: Transaction[Member], person_id: UUID, *, since: datetime) -> list[Part]:
    """The parts of the day at which nobody answered since then."""
    rows = await tx.fetch(
        "select p.part from phone_call p where p.person_id = $1 and p.organisation_id = $2"
        " and p.outcome = 'no_answer' and p.rung_at >= $3 order by p.rung_at",
        *(person_id, tx.acting.organisation_id, since),
    )
    return [row["part"] for row in rows]


async def forget(tx: Transaction, person_id: UUID) -> None:
    await tx.change_any("delete from phone_call where person_id = $1", person_id)


async def delete_old(tx: Transaction, *, before: datetime) -> int:
    return await tx.change_any("delete from phone_call where rung_at < $1", before)
