"""Engagements, what people wrote with them, and what lists show beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from schemas.engagements import Engagement
from schemas.matching import Opportunity
from schemas.payments import Claim
from schemas.recruitment import Leader, Profile
from schemas.training import Credential
from services.chassis.base.access import london_day
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.private import PrivateHalf
from services.chassis.postgres.transaction import Row, Transaction
from services.engagements.domain.engagement import InterestWords
from services.engagements.domain.intake import is_full

MOST_PLACES = 500
"""No opportunity has more places."""


def _engagement(row: Row) -> Engagement:
    return Engagement.model_validate_json(row["state"])


INTEREST_WORDS = PrivateHalf(
    "interest_words",
    InterestWords,
    beside=(("id", "engagement_id"), ("organisation_id", "organisation_id"), ("person_id", "person_id")),
    save_sql="insert into interest_words (engagement_id, organisation_id, person_id, why, needs)"
    " values ($1, $2, $3, $4, $5)"
    " on conflict (engagement_id) do update set why = excluded.why, needs = excluded.needs",
    get_sql="select why, needs from interest_words where engagement_id = $1",
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
        "update engagement set version = n.version, status = n.status, state = n.state"
        " from unnest($1::uuid[], $2::bigint[], $3::text[], $4::jsonb[]) as n (id, version, status, state)"
        " where engagement.id = n.id",
        [(e.id, e.version, e.status, e.model_dump_json()) for e in engagements],
    )


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


async def after(tx: Transaction, id: UUID, *, limit: int) -> list[Engagement]:
    """Those after an id, in id order."""
    rows = await tx.fetch("select state from engagement where id > $1 order by id limit $2", id, limit)
    return [_engagement(row) for row in rows]


async def lock_of_intake(tx: Transaction, opportunity_id: UUID) -> list[Engagement]:
    rows = await tx.lock_all(
        "select state from engagement where opportunity_id = $1 order by id for update", opportunity_id
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
    """An engagement as its person sees it."""

    engagement: Engagement
    opportunity: Opportunity
    organisation: str
    why: str
    needs: str
    what_changed: str | None
    claims: tuple[Claim, ...]
    is_full: bool


def _mine(row: Row) -> Mine:
    opportunity = Opportunity.model_validate_json(row["opportunity"])
    return Mine(
        engagement=_engagement(row),
        opportunity=opportunity,
        organisation=row["organisation"] or "",
        why=row["why"] or "",
        needs=row["needs"] or "",
        what_changed=row["what_changed"],
        claims=tuple(Claim.model_validate_json(text) for text in row["claims"]),
        is_full=is_full(opportunity, row["places_taken"]),
    )


_OF_PERSON = (
    "select e.id, e.interested_at, e.state, i.opportunity, i.places_taken, i.what_changed, w.why, w.needs,"
    " org.state ->> 'name' as organisation,"
    " array(select c.state from mirror_claim c where c.engagement_id = e.id and not c.erased order by c.id) as claims"
    " from engagement e join intake i on i.id = e.opportunity_id"
    " left join mirror_organisation org on org.id = e.organisation_id"
    " left join interest_words w on w.engagement_id = e.id where e.person_id = $1"
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


@dataclass(frozen=True)
class Wanted:
    """Whom of those who showed interest. None: any; `words`: of the called name, or the whole reference."""

    status: str | None = None
    words: str | None = None


@dataclass(frozen=True)
class Applicant:
    """Somebody who showed interest, as a coordinator sees them. `needs` and `access` are empty without a place."""

    engagement: Engagement
    leader: Leader | None
    called: str
    reference: str
    why: str
    needs: str
    access: tuple[str, ...]
    trained_in: tuple[str, ...]


async def of_intake(
    tx: Transaction, asked: Asked, organisation_id: UUID, opportunity_id: UUID, wanted: Wanted
) -> Page[Applicant]:
    """One page of those who showed interest in one of the organisation's opportunities."""
    narrowed_to = (organisation_id, opportunity_id, wanted.status, wanted.words)
    page, today = await APPLICANTS.page(tx, asked, *narrowed_to), london_day(tx.now)
    return page.with_items([_applicant(row, today) for row in page.items])


async def with_place_in_intake(tx: Transaction, organisation_id: UUID, opportunity_id: UUID) -> Sequence[Applicant]:
    """Everybody who has a place: an opportunity has at most as many as are asked for here at once."""
    asked = Asked(size=MOST_PLACES)
    return (await of_intake(tx, asked, organisation_id, opportunity_id, Wanted(status="accepted"))).items


_SHOWED_INTEREST = (
    " from engagement e where e.organisation_id = $1 and e.opportunity_id = $2"
    " and ($3::text is null or e.status = $3)"
    " and ($4::text is null or (select strpos(l.called_key, (select searched($4))) > 0"
    "   or l.reference = upper($4) from mirror_leader l where l.id = e.person_id))"
)
_ONE_PAGE = "(select e.id, e.interested_at, e.state, e.person_id, e.status" + _SHOWED_INTEREST
_APPLICANT = (
    "e.id, e.interested_at, e.state, l.state as leader, p.state as profile, w.why,"
    " case when e.status = 'accepted' then w.needs end as needs,"
    " array(select c.state from mirror_credential c where c.person_id = e.person_id and not c.erased) as credentials"
    " from "
)
_BESIDE = (
    " left join mirror_leader l on l.id = e.person_id and not l.erased"
    " left join mirror_profile p on p.id = e.person_id and not p.erased and e.status = 'accepted'"
    " left join interest_words w on w.engagement_id = e.id"
)
APPLICANTS = Listing(
    "applicants",
    sorts=(
        Sort(
            "first",
            "First come first",
            "select "
            + _APPLICANT
            + _ONE_PAGE
            + " and (e.interested_at, e.id) > ($5, $6) order by e.interested_at, e.id limit $7) e"
            + _BESIDE
            + " order by e.interested_at, e.id",
            by={"interested_at": datetime, "id": UUID},
        ),
        Sort(
            "newest",
            "Newest first",
            "select " + _APPLICANT + _ONE_PAGE + " and (e.interested_at, e.id) < ($5, $6)"
            " order by e.interested_at desc, e.id desc limit $7) e"
            + _BESIDE
            + " order by e.interested_at desc, e.id desc",
            by={"interested_at": datetime, "id": UUID},
            descending=True,
        ),
    ),
    count="select count(*) from (select" + _SHOWED_INTEREST + " limit $5) as counted",
    size=50,
)


def _applicant(row: Row, today: date) -> Applicant:
    leader = Leader.model_validate_json(row["leader"]) if row["leader"] else None
    credentials = [Credential.model_validate_json(text) for text in row["credentials"]]
    profile = Profile.model_validate_json(row["profile"]) if row["profile"] else None
    return Applicant(
        engagement=_engagement(row),
        leader=leader,
        called=leader.called if leader else "Somebody",
        reference=leader.reference if leader else "no reference yet",
        why=row["why"] or "",
        needs=row["needs"] or "",
        access=profile.access_needs if profile else (),
        trained_in=tuple(one.credential for one in credentials if today <= (one.expires_on or today)),
    )
