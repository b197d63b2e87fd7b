"""A role of 500 people and 60 sessions, and 199 more of its organisation, in every room that has a page of them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from schemas.engagements import Attendance, Engagement, IntakeChanged, Offer, Reserve
from schemas.engagements import Intake as PublicIntake
from schemas.event import Waiting
from schemas.identity import Organisation
from schemas.matching import Opportunity, OpportunityPosted, Session, SessionChange
from schemas.recruitment import LeaderApproved, Needs, NeedsChanged, Profile, ProfileChanged
from services.chassis.postgres.transaction import new_id
from services.engagements.domain.saying import Said
from services.engagements.store import said
from services.matching.store import opportunities
from tests.engagements.world import NOW, leader, opportunity, rate
from tests.support import Connected, Database, Person, member, organisation, registered

PEOPLE, SESSIONS, ROLES = 500, 60, 200
LONG_PLACE = ("Committee room 4, second floor, the Old Hospital, 12 Harbour Street, Downham " * 3)[:200].strip()
A_LONG_WHY = ("I have lived with pain for ten years, and my mother before me did. " * 20)[:1000].strip()
A_LONG_NEED = ("A chair with a high back, near the door. " * 20)[:500].strip()
A_LONG_TITLE = ("A seat in the team that plans care for long-term pain " * 3)[:120].strip()


@dataclass
class Large:
    """`role`: the one with many people, who all have a place there; `asked`: one in which they all wait for an answer.

    `mine`: the engagement of the first person at `role`.
    """

    engagements: Connected
    matching: Connected
    notifications: Connected
    trust: Organisation
    coordinator: Person
    people: list[Person]
    role: Opportunity
    asked: Opportunity
    mine: UUID

    @property
    def person(self) -> Person:
        return self.people[0]


async def make(database: Database) -> Large:
    rooms = [await database.connect(name) for name in ("engagements", "matching", "notifications")]
    engagements, matching, notifications = rooms
    trust = organisation()
    coordinator, card = member(trust, "coordinator"), rate(trust)
    people = [Person(called=f"Samantha {n}") for n in range(PEOPLE)]
    long = {"title": A_LONG_TITLE, "places": PEOPLE, "place": LONG_PLACE, "apply_by": NOW + timedelta(days=100)}
    roles = [opportunity(trust, card, sessions=_sessions(), **long) for _ in range(ROLES)]
    role, asked = roles[:2]
    both = [*registered(trust), coordinator.opened, *(one.opened for one in people)]
    for room in rooms:
        await room.hears_and_settles(*both)
    for room in (engagements, notifications):
        await room.hears_and_settles(*(OpportunityPosted(one) for one in roles))
    async with matching.transaction() as tx:
        for one in roles:
            await opportunities.add(tx, one)
    known = [*(LeaderApproved(leader(one)) for one in people), *(_needs(one) for one in people)]
    await engagements.hears_and_settles(*known, *(_profile(one) for one in people))
    mine = await _take_part(engagements, people, roles)
    await notifications.hears_and_settles(*(_waits(one) for one in roles))
    return Large(engagements, matching, notifications, trust, coordinator, people, role, asked, mine)


def _sessions() -> tuple[Session, ...]:
    """Half of them are over; each was moved once, and has the longest place."""
    first = NOW - timedelta(days=7 * SESSIONS // 2, hours=1)
    starts = [first + timedelta(days=7 * n) for n in range(SESSIONS)]
    return tuple(
        Session(
            id=new_id(),
            starts_at=at,
            hours=2.5,
            mode="in_person",
            place=LONG_PLACE,
            changed=SessionChange(at=NOW - timedelta(days=220), why="another_day_suits", starts_before=at),
        )
        for at in starts
    )


def _needs(person: Person) -> NeedsChanged:
    needs = {"needs": ["breaks", "captions", "step_free"], "format": "large_print", "ways_to_talk": ["text_relay"]}
    said = {"said_on": NOW.date(), "shared_with": ["places"]}
    return NeedsChanged(Needs.model_validate({"id": person.id, "version": 1, **needs, **said}))


def _profile(person: Person) -> ProfileChanged:
    return ProfileChanged(
        Profile.model_validate(
            {"id": person.id, "version": 1, "strands": [], "modes": ["remote"], "times": ["evening"]}
        )
    )


async def _take_part(room: Connected, people: list[Person], roles: list[Opportunity]) -> UUID:
    """By SQL: by the commands of each it would take a minute. Every third says that what was recorded is wrong."""
    role, asked, *others = roles
    over = [one for one in role.sessions if one.ends_at < NOW]
    with_place = [_engagement(one, n, role, **_placed(role, over)) for n, one in enumerate(people)]
    reserve = {"status": "reserve", "reserve": Reserve(since=NOW - timedelta(days=2))}
    waiting = [_engagement(one, n, asked, **({} if n % 5 else reserve)) for n, one in enumerate(people)]
    each = [*with_place, *waiting, *(_engagement(people[0], n, one) for n, one in enumerate(others))]
    rows = [
        (e.id, e.opportunity_id, e.organisation_id, e.person_id, e.status, e.model_dump_json(), e.interested_at)
        for e in each
    ]
    async with room.transaction() as tx:
        await tx.change_each(
            "insert into engagement (id, version, opportunity_id, organisation_id, person_id, status, state,"
            " interested_at) select id, 1, o, org, p, s, st::jsonb, at from unnest($1::uuid[], $2::uuid[], $3::uuid[],"
            " $4::uuid[], $5::text[], $6::text[], $7::timestamptz[]) as n (id, o, org, p, s, st, at)",
            rows,
        )
        await tx.execute(
            "insert into interest_words (engagement_id, organisation_id, person_id, why, needs)"
            " select id, organisation_id, person_id, $1, $2 from engagement",
            *(A_LONG_WHY, A_LONG_NEED),
        )
        due = [one.id for one in over]
        await tx.execute("update intake set places_taken = $2, attendance_due = $3 where id = $1", role.id, PEOPLE, due)
        waits = len([one for one in waiting if one.status == "reserve"])
        await tx.execute(
            "update intake set on_reserve = $2, offer_reserve_since = $3 where id = $1", asked.id, waits, NOW
        )
        for one in with_place[::3]:
            await said.save(tx, one, over[-1].id, Said("wrong", A_LONG_NEED, NOW))
    return with_place[0].id


def _placed(role: Opportunity, over: list[Session]) -> dict[str, Any]:
    records = tuple(
        Attendance(
            session_id=one.id,
            starts_at=one.starts_at,
            attended=True,
            hours=2.5,
            recorded_at=one.ends_at,
            recorded_by=role.organisation_id,
        )
        for one in over
    )
    offer = Offer(offered_at=NOW - timedelta(days=80), pay=role.pay)
    return {"status": "accepted", "offer": offer, "accepted_at": NOW - timedelta(days=70), "sessions": records}


def _engagement(person: Person, n: int, o: Opportunity, **changes: Any) -> Engagement:
    """They wait for an answer that is late, unless the changes say otherwise."""
    values: dict[str, Any] = {
        "id": new_id(),
        "version": 1,
        "opportunity_id": o.id,
        "organisation_id": o.organisation_id,
        "ods_code": o.ods_code,
        "person_id": person.id,
        "status": "interested",
        "interested_at": NOW - timedelta(days=90, minutes=n),
        "answer_by": NOW - timedelta(days=1),
    }
    return Engagement.model_validate(values | changes)


def _waits(o: Opportunity) -> IntakeChanged:
    """Each role waits for who came to each of its sessions that are over, and for what changed."""
    link = f"/engagements/for/{o.ods_code}/{o.id}"
    of: Any = {"organisation_id": o.organisation_id, "role": "coordinator"}
    due = [
        Waiting(what="record_attendance", about=one.id, since=one.starts_at, link=f"{link}/sessions/{one.id}", **of)
        for one in o.sessions
        if one.starts_at < NOW
    ]
    intake = PublicIntake(
        id=o.id,
        version=2,
        organisation_id=o.organisation_id,
        ods_code=o.ods_code,
        places=o.places,
        places_taken=1,
        feedback_by=o.feedback_by,
        waiting=tuple(due),
    )
    return IntakeChanged(intake)
