"""Engagements, what people wrote with them, and what their own lists show beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.engagements import Engagement
from schemas.matching import Opportunity
from schemas.payments import Claim
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.private import PrivateHalf
from services.chassis.postgres.transaction import Row, Transaction
from services.engagements.domain.answering import Answer
from services.engagements.domain.engagement import InterestWords
from services.engagements.domain.intake import is_full
from services.engagements.store.answers import IN_JSON
from services.engagements.store.reserve import PassedOver


def _engagement(row: Row) -> Engagement:
    return Engagement.model_validate_json(row["state"])


INTEREST_WORDS = PrivateHalf(
    "interest_words",
    InterestWords,
    beside=(("id", "engagement_id"), ("organisation_id", "organisation_id"), ("person_id", "person_id")),
    save_sql="insert into interest_words (engagement_id, organisation_id, person_id, why, needs, conflict, meets)"
    " values ($1, $2, $3, $4, $5, $6, $7)"
    " on conflict (engagement_id) do update set why = excluded.why, needs = excluded.needs,"
    " conflict = excluded.conflict, meets = excluded.meets",
    get_sql="select why, needs, conflict, meets from interest_words where engagement_id = $1",
)


async def add(tx: Transaction, e: Engagement, words: InterestWords) -> bool:
    """With what the person wrote; False when they have shown interest in this opportunity before."""
    added = await tx.change_any(
        "insert into engagement (id, version, opportunity_id, organisation_id, person_id, status, state, interested_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (opportunity_id, person_id) do nothing",
        *(e.id, e.version, e.opportunity_id, e.organisation_id, e.person_id, e.status),
        *(e.model_dump_json(), e.interested_at),
    )
    if added:
        await INTEREST_WORDS.save(tx, e, words)
    return added == 1


async def save(tx: Transaction, *engagements: Engagement) -> None:
    """The caller holds the lock of each row."""
    await tx.change_each(
        "update engagement set version = n.version, status = n.status, state = n.state,"
        " interested_at = n.interested_at from unnest($1::uuid[], $2::bigint[], $3::text[], $4::jsonb[],"
        " $5::timestamptz[]) as n (id, version, status, state, interested_at) where engagement.id = n.id",
        [(e.id, e.version, e.status, e.model_dump_json(), e.interested_at) for e in engagements],
    )


async def to_run_out(tx: Transaction, after: UUID, *, limit: int) -> dict[UUID, datetime]:
    """Until when each offer that is not answered is kept, of those after an id, in id order."""
    rows = await tx.fetch(
        "select id, reply_by from engagement where status = 'offered' and reply_by is not null and id > $1"
        " order by id limit $2",
        *(after, limit),
    )
    return {row["id"]: row["reply_by"] for row in rows}


async def find(tx: Transaction, id: UUID) -> Engagement | None:
    row = await tx.fetchrow("select state from engagement where id = $1", id)
    return _engagement(row) if row else None


async def get(tx: Transaction, id: UUID) -> Engagement:
    """Raises NotFound, also for one that whoever asks may not see."""
    found = await find(tx, id)
    if found is None:
        raise NotFound
    return found


async def lock(tx: Transaction, id: UUID) -> Engagement:
    """Raises NotFound. Where the intake is locked too, it is locked first."""
    row = await tx.lock_one("select state from engagement where id = $1 for update", id)
    if row is None:
        raise NotFound
    return _engagement(row)


async def lock_each(tx: Transaction, ids: Sequence[UUID]) -> list[Engagement]:
    """Those of them that are there, in id order."""
    rows = await tx.lock_all("select state from engagement where id = any($1::uuid[]) order by id for update", ids)
    return [_engagement(row) for row in rows]


async def after(tx: Transaction, id: UUID, *, limit: int) -> list[Engagement]:
    """Those after an id, in id order."""
    rows = await tx.fetch("select state from engagement where id > $1 order by id limit $2", id, limit)
    return [_engagement(row) for row in rows]


async def lock_of_intake(tx: Transaction, opportunity_id: UUID) -> list[Engagement]:
    rows = await tx.lock_all(
        "select state from engagement where opportunity_id = $1 order by id for update", opportunity_id
    )
    return [_engagement(row) for row in rows]


async def lock_offered_until_after(tx: Transaction, opportunity_id: UUID, latest: datetime) -> list[Engagement]:
    """Whose offer can be answered later than a moment, by its day, in id order."""
    rows = await tx.lock_all(
        "select state from engagement where opportunity_id = $1 and status = 'offered' and reply_by > $2"
        " order by id for update",
        *(opportunity_id, latest),
    )
    return [_engagement(row) for row in rows]


async def lock_of_person(tx: Transaction, person_id: UUID) -> list[Engagement]:
    rows = await tx.lock_all("select state from engagement where person_id = $1 order by id for update", person_id)
    return [_engagement(row) for row in rows]


async def opportunities_of_person(tx: Transaction, person_id: UUID) -> list[UUID]:
    """In the order in which intakes are locked."""
    rows = await tx.fetch(
        "select opportunity_id from engagement where person_id = $1 order by opportunity_id", person_id
    )
    return [row["opportunity_id"] for row in rows]


async def with_place(tx: Transaction, opportunity_id: UUID) -> list[Engagement]:
    """Everybody who has a place now. Their number is steady while the intake is locked."""
    rows = await tx.fetch(
        "select state from engagement where opportunity_id = $1 and status = 'accepted' order by id", opportunity_id
    )
    return [_engagement(row) for row in rows]


async def forget(tx: Transaction, *ids: UUID) -> None:
    """The rows, and with them what the person wrote. The caller holds the lock of each."""
    await tx.change_each(
        "delete from engagement using unnest($1::uuid[]) as n (id) where engagement.id = n.id", [(id,) for id in ids]
    )


async def of_person_and_opportunity(tx: Transaction, person_id: UUID, opportunity_id: UUID) -> Engagement | None:
    row = await tx.fetchrow(
        "select state from engagement where person_id = $1 and opportunity_id = $2", person_id, opportunity_id
    )
    return _engagement(row) if row else None


@dataclass(frozen=True)
class Mine:
    """An engagement as its person sees it.

    `said_no`: to an offer, where it can still be undone; `chosen_others`: what the organisation said, once it was told;
    `passed_over`: when somebody after them on the reserve list was offered a place last, and why.
    """

    engagement: Engagement
    opportunity: Opportunity
    organisation: str
    why: str
    needs: str
    conflict: str
    meets: tuple[str, ...]
    what_changed: str | None
    claims: tuple[Claim, ...]
    is_full: bool
    said_no: Answer | None
    chosen_others: Answer | None
    passed_over: PassedOver | None


def _mine(row: Row) -> Mine:
    opportunity, engagement = Opportunity.model_validate_json(row["opportunity"]), _engagement(row)
    said_no = IN_JSON.validate_json(row["said_no"] or "null")
    return Mine(
        engagement=engagement,
        opportunity=opportunity,
        organisation=row["organisation"] or "",
        why=row["why"] or "",
        needs=row["needs"] or "",
        conflict=row["conflict"] or "",
        meets=tuple(row["meets"] or ()),
        what_changed=row["what_changed"],
        claims=tuple(Claim.model_validate_json(text) for text in row["claims"]),
        is_full=is_full(opportunity, row["places_gone"]),
        said_no=said_no if said_no and said_no.stands(engagement) else None,
        chosen_others=IN_JSON.validate_json(row["chosen_others"] or "null"),
        passed_over=PassedOver(row["passed_at"], row["passed_why"]) if row["passed_at"] else None,
    )


_OF_PERSON = (
    "select e.id, e.interested_at, e.state, i.opportunity, i.places_taken + i.places_held as places_gone,"
    " i.what_changed, w.why, w.needs, w.conflict, w.meets, to_jsonb(n) as said_no, to_jsonb(c) as chosen_others,"
    " p.passed_at, p.why as passed_why,"
    " org.state ->> 'name' as organisation,"
    " array(select m.state from mirror_claim m where m.engagement_id = e.id and not m.erased order by m.id) as claims"
    " from engagement e join intake i on i.id = e.opportunity_id"
    " left join mirror_organisation org on org.id = e.organisation_id"
    " left join interest_words w on w.engagement_id = e.id"
    " left join answer n on n.engagement_id = e.id and n.what = 'declined' and e.status = 'offered'"
    " left join answer c on c.engagement_id = e.id and c.what = 'not_chosen' and e.status = 'not_chosen'"
    " left join lateral (select o.passed_at, o.why from passed_over o where o.engagement_id = e.id"
    " and e.status = 'reserve' and o.passed_at >= e.turn_since order by o.passed_at desc limit 1) p on true"
    " where e.person_id = $1"
)
MINE = Listing(
    "my engagements",
    sorts=(
        Sort(
            "newest",
            "Newest first",
            _OF_PERSON + " and (e.interested_at, e.id) < ($2, $3) order by e.interested_at desc, e.id desc limit $4",
            by={"interested_at": datetime, "id": UUID},
            descending=True,
        ),
    ),
    count="select count(*) from (select from engagement e where e.person_id = $1 limit $2) as counted",
)


async def of_person(tx: Transaction, asked: Asked, person_id: UUID) -> Page[Mine]:
    """The person's engagements, newest first."""
    page = await MINE.page(tx, asked, person_id)
    return page.with_items([_mine(row) for row in page.items])


async def one_of_person(tx: Transaction, person_id: UUID, id: UUID) -> Mine | None:
    row = await tx.fetchrow(_OF_PERSON + " and e.id = $2", person_id, id)
    return _mine(row) if row else None


async def has_interest(tx: Transaction, opportunity_id: UUID) -> bool:
    """Whether anybody has shown interest in it, or has something with it since."""
    return bool(await tx.fetchval("select exists (select from engagement where opportunity_id = $1)", opportunity_id))
