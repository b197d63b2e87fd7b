"""What people need and how far it is, as the pages of a session and of a place show it; what was said afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from pydantic import TypeAdapter

from schemas.engagements import Arrangement, Engagement
from schemas.identity import Account
from schemas.recruitment import Needs
from services.chassis.base.periods import Period
from services.chassis.postgres import mirrors
from services.chassis.postgres.lists import Asked, Few, Listing, Page, Sort, few
from services.chassis.postgres.transaction import Row, Transaction
from services.engagements.domain.arrangement import Arranged
from services.engagements.domain.looking_back import WasThere
from services.engagements.store.arranging import BOOKINGS_OF, arranged_of

MOST_COLLEAGUES = 200
_ANSWERS = TypeAdapter(tuple[WasThere, ...])
_ANSWERS_OF = (
    "(select coalesce(jsonb_agg(jsonb_build_object('need', w.need, 'there', w.there, 'words', w.words)), '[]')"
    " from was_there w where w.arrangement_id = a.id) as answers"
)


@dataclass(frozen=True)
class OfPerson:
    """What one person needs at a session, how far it is, and what they said of it afterwards."""

    arranged: Arranged
    called: str
    reference: str
    answers: tuple[WasThere, ...]


_AT_SESSION = (
    " from arrangement a where a.organisation_id = $1 and a.session_id = $2"
    " and exists (select from booking b where b.arrangement_id = a.id)"
)
ACCESS = Listing(
    "access",
    sorts=(
        Sort(
            "least",
            "Least settled first",
            "select a.id, a.settled, a.state, "
            + BOOKINGS_OF
            + ", "
            + _ANSWERS_OF
            + ", l.state ->> 'called' as called, l.reference from (select a.id, a.settled, a.state, a.person_id"
            + _AT_SESSION
            + " and (a.settled, a.id) > ($3, $4) order by a.settled, a.id limit $5) a"
            " left join mirror_leader l on l.id = a.person_id and not l.erased order by a.settled, a.id",
            by={"settled": int, "id": UUID},
        ),
    ),
    count="select count(*) from (select" + _AT_SESSION + " limit $3) as counted",
    size=30,
)


async def of_session(tx: Transaction, asked: Asked, organisation_id: UUID, session_id: UUID) -> Page[OfPerson]:
    page = await ACCESS.page(tx, asked, organisation_id, session_id)
    return page.with_items([_of_person(row) for row in page.items])


def _of_person(row: Row) -> OfPerson:
    return OfPerson(
        arranged=arranged_of(row),
        called=row["called"] or "Somebody",
        reference=row["reference"] or "no reference yet",
        answers=_ANSWERS.validate_json(row["answers"]),
    )


@dataclass(frozen=True)
class AskedFor:
    """A place, and what its person needs, as they let its organisation see it."""

    engagement: Engagement
    called: str
    needs: Needs


async def asked_for(tx: Transaction, organisation_id: UUID, engagement_id: UUID) -> AskedFor | None:
    """None without a place at the organisation, or where the person does not let it see what they need."""
    row = await tx.fetchrow(
        "select e.state, n.state as needs, l.state ->> 'called' as called"
        " from engagement e join mirror_needs n on n.id = e.person_id and not n.erased"
        " left join mirror_leader l on l.id = e.person_id and not l.erased"
        " where e.id = $1 and e.organisation_id = $2 and e.status = 'accepted' and n.state -> 'shared_with' ? 'places'",
        *(engagement_id, organisation_id),
    )
    if row is None:
        return None
    return AskedFor(
        engagement=Engagement.model_validate_json(row["state"]),
        called=row["called"] or "Somebody",
        needs=Needs.model_validate_json(row["needs"]),
    )


async def one(tx: Transaction, engagement_id: UUID, session_id: UUID) -> OfPerson | None:
    """As whoever asks may see it; None where they see nothing of it."""
    row = await tx.fetchrow(
        "select a.id, a.state, " + BOOKINGS_OF + ", " + _ANSWERS_OF + ", l.state ->> 'called' as called, l.reference"
        " from arrangement a left join mirror_leader l on l.id = a.person_id and not l.erased"
        " where a.engagement_id = $1 and a.session_id = $2",
        *(engagement_id, session_id),
    )
    found = _of_person(row) if row else None
    return found if found and found.arranged.bookings else None


async def answers_of(tx: Transaction, arrangement_id: UUID) -> tuple[WasThere, ...]:
    """What its person said of each need."""
    text = await tx.fetchval("select " + _ANSWERS_OF + " from arrangement a where a.id = $1", arrangement_id)
    return _ANSWERS.validate_json(text or "[]")


async def save_answers(tx: Transaction, of: Arrangement, answers: Sequence[WasThere]) -> None:
    """In the place of what was said of the same before. The caller holds the engagement's lock."""
    await tx.change_any(
        "delete from was_there where arrangement_id = $1 and need = any($2::text[])",
        *(of.id, [one.need for one in answers]),
    )
    await tx.change_each(
        "insert into was_there (arrangement_id, organisation_id, person_id, need, there, words, said_at)"
        " select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[],"
        " $7::timestamptz[])",
        [(of.id, of.organisation_id, of.person_id, one.need, one.there, one.words, tx.now) for one in answers],
    )


async def colleagues(tx: Transaction, organisation_id: UUID, *, on: date) -> Few[Account]:
    """Who works for an organisation on a day, by called name: each may see to something."""
    rows = await tx.fetch(
        "select state from mirror_account where not erased and state -> 'memberships' @>"
        " jsonb_build_array(jsonb_build_object('organisation_id', $1::uuid)) order by state ->> 'called', id limit $2",
        *(organisation_id, MOST_COLLEAGUES + 1),
    )
    found = few(rows, MOST_COLLEAGUES, lambda row: Account.model_validate_json(row["state"]))
    kept = Few(one for one in found if _works_for(one, organisation_id, on))
    kept.more = found.more
    return kept


def _works_for(account: Account, organisation_id: UUID, on: date) -> bool:
    ours = [one for one in account.memberships if one.organisation_id == organisation_id]
    return account.kind == "person" and any(Period.of(one).in_force_on(on) for one in ours)


async def is_colleague(tx: Transaction, id: UUID, organisation_id: UUID, *, on: date) -> bool:
    account = await mirrors.get(tx, Account, id)
    return account is not None and _works_for(account, organisation_id, on)


async def unconfirmed_by_day(tx: Transaction) -> dict[date, int]:
    """Day of the session, in London → what is not confirmed though it is time, in all organisations."""
    rows = await tx.fetch(
        "select london_day(starts_at) as day, count(*)::integer as many from arrangement"
        " where unconfirmed_since is not null and status not in ('confirmed', 'not_needed') and starts_at > $1"
        " group by 1 order by 1",
        tx.now,
    )
    return {row["day"]: row["many"] for row in rows}


async def oldest_unconfirmed(tx: Transaction) -> datetime | None:
    return await tx.fetchval(
        "select min(unconfirmed_since) from arrangement where unconfirmed_since is not null"
        " and status not in ('confirmed', 'not_needed') and starts_at > $1",
        tx.now,
    )


async def oldest_to_look_at(tx: Transaction) -> datetime | None:
    return await tx.fetchval("select min(look_since) from arrangement where look_since is not null")
