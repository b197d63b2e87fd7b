"""Who has a place in which session, and who completed what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from schemas.recruitment import Needs
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Row, Transaction
from services.training.domain.credential import Credential
from services.training.store.clashes import Clash

_CREDENTIAL = (
    "c.id, c.version, c.person_id, c.programme_id, c.organisation_id, c.credential, c.awarded_at, c.expires_on,"
    " c.session_id"
)


@dataclass(frozen=True)
class Enrolled:
    """Somebody with a place in a session, as its organisation sees them. `attended` is None until it is recorded.

    What they need is empty once it is, and for whoever does not let organisations see it where they have a place.
    """

    person_id: UUID
    called: str
    reference: str
    attended: bool | None
    needs: tuple[str, ...] = ()
    format: str = "standard"
    ways_to_talk: tuple[str, ...] = ()

    @property
    def says_needs(self) -> bool:
        return bool(self.needs or self.ways_to_talk or self.format != "standard")


@dataclass(frozen=True)
class MyPlace:
    """A place in a session, as its person sees it. `clashes`: what they have at the same time, if it is to come."""

    enrolment_id: UUID
    session_id: UUID
    programme_id: UUID
    title: str
    organisation: str
    starts_at: datetime
    hours: float
    mode: str
    place: str
    attended: bool | None
    clashes: tuple[Clash, ...] = ()
    more_clashes: bool = False


@dataclass(frozen=True)
class MyCredential:
    """What a person completed, with the words of the programme that gave it."""

    programme_id: UUID
    title: str
    organisation: str
    credential: str
    awarded_at: datetime
    expires_on: date | None


async def enrolled(tx: Transaction, session_id: UUID) -> list[Enrolled]:
    """Everybody with a place, in the order in which they took it; at most as many as a session has places."""
    rows = await tx.fetch(
        "select e.person_id, e.attended, l.state ->> 'called' as called, l.state ->> 'reference' as reference,"
        " n.state as needs from enrolment e"
        " left join mirror_leader l on l.id = e.person_id and not l.erased"
        " left join mirror_needs n on n.id = e.person_id and not n.erased and e.attended is null"
        " where e.session_id = $1 order by e.enrolled_at, e.person_id",
        session_id,
    )
    return [_enrolled(row) for row in rows]


def _enrolled(row: Row) -> Enrolled:
    needs = Needs.model_validate_json(row["needs"]) if row["needs"] else None
    shared = needs if needs and needs.are_shown_with_a_place else None
    return Enrolled(
        person_id=row["person_id"],
        called=row["called"] or "Somebody",
        reference=row["reference"] or "",
        attended=row["attended"],
        needs=shared.needs if shared else (),
        format=shared.format if shared else "standard",
        ways_to_talk=shared.ways_to_talk if shared else (),
    )


async def newest_attended(
    tx: Transaction, programme_id: UUID, people: Sequence[UUID]
) -> dict[UUID, tuple[UUID, datetime]]:
    """The id and start of the newest session of the programme that each attended; nothing of who attended none."""
    rows = await tx.fetch(
        "select distinct on (e.person_id) e.person_id, s.id, s.starts_at"
        " from enrolment e join session s on s.id = e.session_id"
        " where e.programme_id = $1 and e.person_id = any($2::uuid[]) and e.attended"
        " order by e.person_id, s.starts_at desc, s.id desc",
        *(programme_id, people),
    )
    return {row["person_id"]: (row["id"], row["starts_at"]) for row in rows}


def _credential(row: Row) -> Credential:
    return Credential(
        id=row["id"],
        version=row["version"],
        person_id=row["person_id"],
        programme_id=row["programme_id"],
        organisation_id=row["organisation_id"],
        credential=row["credential"],
        awarded_at=row["awarded_at"],
        expires_on=row["expires_on"],
        session_id=row["session_id"],
    )


async def lock_credentials_of(tx: Transaction, programme_id: UUID, people: Sequence[UUID]) -> list[Credential]:
    """In id order."""
    rows = await tx.lock_all(
        "select " + _CREDENTIAL + " from credential c where c.programme_id = $1 and c.person_id = any($2::uuid[])"
        " order by c.id for update",
        *(programme_id, people),
    )
    return [_credential(row) for row in rows]


async def credentials_after(tx: Transaction, id: UUID, *, limit: int) -> list[Credential]:
    """Those after an id, in id order."""
    rows = await tx.fetch(
        "select " + _CREDENTIAL + " from credential c where c.id > $1 order by c.id limit $2", id, limit
    )
    return [_credential(row) for row in rows]


async def lock_credential_by_id(tx: Transaction, id: UUID) -> Credential | None:
    row = await tx.lock_one("select " + _CREDENTIAL + " from credential c where c.id = $1 for update", id)
    return _credential(row) if row else None


async def lock_credentials(tx: Transaction, person_id: UUID) -> list[Credential]:
    rows = await tx.lock_all(
        "select " + _CREDENTIAL + " from credential c where c.person_id = $1 order by c.id for update", person_id
    )
    return [_credential(row) for row in rows]


async def add_credential(tx: Transaction, *credentials: Credential) -> None:
    await tx.change_each(
        "insert into credential (id, version, person_id, programme_id, organisation_id, credential, awarded_at,"
        " expires_on, session_id) select * from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::uuid[], $5::uuid[],"
        " $6::text[], $7::timestamptz[], $8::date[], $9::uuid[])",
        [
            (
                *(c.id, c.version, c.person_id, c.programme_id, c.organisation_id, c.credential, c.awarded_at),
                *(c.expires_on, c.session_id),
            )
            for c in credentials
        ],
    )


async def save_credential(tx: Transaction, *credentials: Credential) -> None:
    """The caller holds the lock of each row."""
    await tx.change_each(
        "update credential set version = n.version, awarded_at = n.awarded_at, expires_on = n.expires_on,"
        " session_id = n.session_id from unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::date[], $5::uuid[])"
        " as n (id, version, awarded_at, expires_on, session_id) where credential.id = n.id",
        [(c.id, c.version, c.awarded_at, c.expires_on, c.session_id) for c in credentials],
    )


async def delete_credential(tx: Transaction, *ids: UUID) -> None:
    """The caller holds the lock of each row."""
    await tx.change_each(
        "delete from credential using unnest($1::uuid[]) as n (id) where credential.id = n.id", [(id,) for id in ids]
    )


async def forget_credential(tx: Transaction, id: UUID) -> None:
    """The same, where it may be gone already."""
    await tx.change_any("delete from credential where id = $1", id)


async def places_of(tx: Transaction, asked: Asked, person_id: UUID) -> Page[MyPlace]:
    """The person's places, the newest session first."""
    page = await MY_PLACES.page(tx, asked, person_id)
    return page.with_items([MyPlace(**dict(row)) for row in page.items])


MY_PLACES = Listing(
    "my places",
    sorts=(
        Sort(
            "newest",
            "Newest first",
            "select e.id as enrolment_id, s.id as session_id, s.programme_id, p.title,"
            " coalesce(org.state ->> 'name', p.ods_code) as organisation, s.starts_at, s.hours, s.mode, s.place,"
            " e.attended from enrolment e join session s on s.id = e.session_id"
            " join programme p on p.id = s.programme_id"
            " left join mirror_organisation org on org.id = p.organisation_id"
            " where e.person_id = $1 and (s.starts_at, s.id) < ($2, $3) order by s.starts_at desc, s.id desc limit $4",
            by={"starts_at": datetime, "session_id": UUID},
            descending=True,
        ),
    ),
    count="select count(*) from (select from enrolment e where e.person_id = $1 limit $2) as counted",
)


async def credentials_of(tx: Transaction, asked: Asked, person_id: UUID) -> Page[MyCredential]:
    """What the person completed, newest first."""
    page = await MY_CREDENTIALS.page(tx, asked, person_id)
    return page.with_items([_my_credential(row) for row in page.items])


def _my_credential(row: Row) -> MyCredential:
    return MyCredential(
        programme_id=row["programme_id"],
        title=row["title"],
        organisation=row["organisation"],
        credential=row["credential"],
        awarded_at=row["awarded_at"],
        expires_on=row["expires_on"],
    )


MY_CREDENTIALS = Listing(
    "my credentials",
    sorts=(
        Sort(
            "newest",
            "Newest first",
            "select c.id, c.programme_id, p.title, coalesce(org.state ->> 'name', p.ods_code) as organisation,"
            " c.credential, c.awarded_at, c.expires_on"
            " from credential c join programme p on p.id = c.programme_id"
            " left join mirror_organisation org on org.id = p.organisation_id"
            " where c.person_id = $1 and (c.awarded_at, c.id) < ($2, $3)"
            " order by c.awarded_at desc, c.id desc limit $4",
            by={"awarded_at": datetime, "id": UUID},
            descending=True,
        ),
    ),
    count="select count(*) from (select from credential c where c.person_id = $1 limit $2) as counted",
)


async def programmes_of(tx: Transaction, person_id: UUID) -> list[UUID]:
    """The programmes in which the person has or had a place, in id order."""
    rows = await tx.fetch(
        "select distinct programme_id from enrolment where person_id = $1 order by programme_id", person_id
    )
    return [row["programme_id"] for row in rows]


async def sessions_of(tx: Transaction, person_id: UUID, programme_id: UUID) -> list[UUID]:
    rows = await tx.fetch(
        "select session_id from enrolment where person_id = $1 and programme_id = $2", person_id, programme_id
    )
    return [row["session_id"] for row in rows]
