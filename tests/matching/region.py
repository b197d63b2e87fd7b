"""People and roles of a made-up region, drawn by chance, and written as the room hears and keeps them: many at once."""

import json
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from schemas.engagements import Engagement, Intake
from schemas.event import State
from schemas.matching import Job, Opportunity, Session, SessionCancelled
from schemas.recruitment import ACCESS_NEEDS, EXPERIENCE_AREAS, LANGUAGES, MODES, RUNGS, STRANDS, TIMES, Leader, Profile
from schemas.training import Credential
from services.chassis.base.access import london_day
from services.chassis.postgres.mirrors import name_of
from services.chassis.postgres.transaction import Transaction, new_id
from services.matching.store import opportunities, pool
from tests.matching.oracle import Place, Somebody, Wish
from tests.notifications.support import an_opportunity
from tests.support import organisation

DISTRICTS = ("BN1", "BN2", "BN27", "RH10", "PO19", "TN34", "CB1", "ZZ99")
"""Of Sussex, one that is far away, and one that there is not."""
TRAINING = ("foundations", "committees", "confidentiality")
LATER = "of_a_later_list"
"""A code that this edition does not know yet."""
AREAS, NEEDS, SPOKEN = (*EXPERIENCE_AREAS[:6], LATER), (*ACCESS_NEEDS[:6], LATER), (*LANGUAGES[:4], LATER)
ENDED = ("withdrawn", "declined", "ended")


@dataclass
class Region:
    now: datetime
    districts: Mapping[str, Place]
    by: random.Random
    roles: dict[UUID, Opportunity] = field(default_factory=dict[UUID, Opportunity])
    intakes: dict[UUID, tuple[int, int]] = field(default_factory=dict[UUID, tuple[int, int]])
    """Places that are taken, and held."""
    drawn: dict[UUID, Somebody] = field(default_factory=dict[UUID, Somebody])
    statuses: dict[UUID, dict[UUID, str]] = field(default_factory=dict[UUID, dict[UUID, str]])
    """Of whom, with which role: how far they are with it."""
    home: dict[UUID, str | None] = field(default_factory=dict[UUID, str | None])

    def __post_init__(self) -> None:
        self.trusts = [organisation(f"RX{n}") for n in range(3)]

    @property
    def people(self) -> list[Somebody]:
        """As the rule may know them: whoever has a place is busy when its sessions are now."""
        return [replace(one, booked=self._booked(one.id)) for one in self.drawn.values()]

    def _booked(self, id: UUID) -> tuple[tuple[datetime, datetime], ...]:
        sits = (self.roles[role] for role, status in self.statuses[id].items() if status == "accepted")
        return tuple((s.starts_at, s.ends_at) for role in sits for s in role.takes_place)

    def answers(self) -> dict[UUID, int]:
        """How many people have answered each role, and did not take it back."""
        given = [role for of_one in self.statuses.values() for role, status in of_one.items() if status != "withdrawn"]
        return {role: given.count(role) for role in self.roles}

    def _some(self, codes: Sequence[str], most: int, chance: float) -> tuple[str, ...]:
        chosen = self.by.random() < chance
        return tuple(self.by.sample(codes, self.by.randint(1, min(most, len(codes))))) if chosen else ()

    def _at(self) -> datetime:
        """A moment at which sessions begin: few, so that some clash; some were, and one is just now."""
        day = self.now.replace(minute=0, second=0, microsecond=0) + timedelta(days=self.by.randint(-1, 12))
        return self.by.choice((self.now, day.replace(hour=9), day.replace(hour=12), day.replace(hour=17)))

    def role(self, id: UUID | None = None) -> Opportunity:
        """Another one, as chance has it, or what one is now."""
        by, old = self.by, self.roles.get(id) if id else None
        trust = by.choice([one for one in self.trusts if old is None or one.id == old.organisation_id])
        sessions = tuple(
            Session(
                id=new_id(),
                starts_at=self._at(),
                hours=by.choice((0.5, 1, 3, 7.25)),
                cancelled=SessionCancelled(at=self.now, why="not_safe") if by.random() < 0.2 else None,
            )
            for _ in range(by.choice((0, 1, 1, 2, 5)))
        )
        job = Job(salary="£20,000", link="https://jobs.example/1") if by.random() < 0.1 else None
        like = an_opportunity(trust)
        chosen: dict[str, Any] = {
            "id": id or new_id(),
            "version": old.version + 1 if old else 1,
            "title": by.choice(("Panel for a new clinic", "Reading a leaflet", "A seat in the pain team, 100% online")),
            "strand": by.choice(STRANDS),
            "mode": by.choice(MODES),
            "rung": by.choice((*RUNGS, LATER)),
            "access": self._some(NEEDS, 7, 0.8),
            "lived_experience": self._some(AREAS, 4, 0.6),
            "training": self._some(TRAINING, 2, 0.3),
            "languages": self._some(SPOKEN, 2, 0.2),
            "district": by.choice((None, *DISTRICTS)),
            "places": by.choice((1, 2, 5)),
            "sessions": () if job else sessions,
            "pay": None if job or by.random() < 0.4 else like.pay,
            "job": job,
            "apply_by": self.now + timedelta(hours=by.choice((-1, 0, 1, 24, 99, 400))),
            "posted_at": old.posted_at if old else self.now - timedelta(days=30, seconds=by.randint(0, 5)),
            "closed_at": self.now - timedelta(hours=1) if by.random() < 0.1 else None,
        }
        made = Opportunity.model_validate(like.model_copy(update=chosen).model_dump())
        self.roles[made.id], self.intakes[made.id] = made, (by.choice((0, 0, 0, 1, 2)), by.choice((0, 0, 1)))
        return made

    def somebody(self, id: UUID | None = None) -> Somebody:
        """Another one, or what somebody is now."""
        by, today = self.by, london_day(self.now)
        home, roles = by.choice((None, *DISTRICTS)), list(self.roles)
        days = (None, today - timedelta(days=1), today, today + timedelta(days=9))
        told = sorted(self.now - timedelta(days=by.choice((0.1, 6.9, 7, 7.1, 30))) for _ in range(by.randint(0, 4)))
        statuses = {
            role: by.choice(("interested", "accepted", "accepted", *ENDED)) for role in by.sample(roles, by.choice(FEW))
        }
        was_there = any(status in ("accepted", "ended") for status in statuses.values())
        one = Somebody(
            id=id or new_id(),
            in_pool=by.random() < 0.9,
            paused_until=by.choice((*(None,) * 4, today - timedelta(days=1), today, today + timedelta(days=3))),
            active=by.random() < 0.85,
            most_a_week=by.choice((20, 20, 1, 3)),
            strands=self._some(STRANDS, 4, 0.6),
            modes=self._some(MODES, 2, 0.5),
            paid_only=by.random() < 0.2,
            areas=self._some(AREAS, 4, 0.8),
            needs=self._some(NEEDS, 2, 0.3),
            languages=self._some(SPOKEN, 2, 0.5),
            times=self._some((*TIMES, LATER), 12, 0.4),
            miles=by.choice((None, 5, 10, 25, 50)),
            home=self.districts.get(home or ""),
            rung=by.choice((*RUNGS, LATER)),
            credentials={code: by.choice(days) for code in self._some(TRAINING, 3, 0.6)},
            engaged_at=self.now - timedelta(days=by.randint(1, 99)) if was_there else None,
            told=tuple(reversed(told)),
            told_of=frozenset(by.sample(roles, by.choice((0, 0, 1, 2)))),
            answered=frozenset(statuses),
            not_for_me=frozenset(by.sample(roles, by.choice((0, 0, 0, 1)))),
            wishes=self._wishes(),
        )
        self.drawn[one.id], self.home[one.id], self.statuses[one.id] = one, home, statuses
        return one

    def changed(self, id: UUID) -> None:
        """One thing of somebody is another now; the rest is as it was."""
        old, home, statuses = self.drawn[id], self.home[id], self.statuses[id]
        new = self.somebody(id)
        kept = {
            name: getattr(new if self.by.random() < 0.3 else old, name)
            for name in (
                "active",
                "areas",
                "credentials",
                "in_pool",
                "modes",
                "not_for_me",
                "told",
                "told_of",
                "wishes",
            )
        }
        if self.by.random() < 0.5:
            new = replace(new, home=old.home, answered=old.answered, engaged_at=old.engaged_at)
            self.home[id], self.statuses[id] = home, statuses
        self.drawn[id] = replace(new, **kept)

    def _wishes(self) -> tuple[Wish, ...]:
        by = self.by
        if by.random() < 0.8:
            return ()
        found = Wish(
            strand=by.choice((None, *STRANDS)),
            mode=by.choice((None, *MODES)),
            organisation_id=by.choice((None, None, *(one.id for one in self.trusts))),
            paid=by.choice((None, True, False)),
            job=by.choice((None, None, True, False)),
            words=by.choice((None, None, "Pain", "leaflet", "100%")),
        )
        if by.random() < 0.5:
            near = by.choice((None, None, *DISTRICTS))
            found = Wish(
                mode=found.mode,
                kind=by.choice((None, None, *RUNGS)),
                condition=by.choice((None, None, *AREAS)),
                access=by.choice((None, None, *NEEDS)),
                at_times=by.choice((None, None, ("mon_morning", "sat_evening", "thu_afternoon"), ("wed_morning",))),
                words=found.words,
                near=near,
                miles=by.choice((5, 25, 50)) if near else None,
                query=f"'{found.words.lower()}'" if found.words in ("Pain", "leaflet") else None,
            )
        return (found,) if found != Wish() else ()

    async def write_roles(self, tx: Transaction, roles: Sequence[Opportunity]) -> None:
        """As they are posted or changed, in one statement."""
        new = [one for one in roles if one.version == 1]
        rows = [one.model_dump(mode="json") | {"state": one.model_dump(mode="json")} for one in new]
        ends = [one.ends_at.isoformat() if one.ends_at else None for one in new]
        await tx.execute(
            "insert into opportunity (id, version, organisation_id, state, posted_at, apply_by, closed_at, ends_at)"
            " select id, version, organisation_id, state, posted_at, apply_by, closed_at, ends_at"
            " from jsonb_populate_recordset(null::opportunity, $1)",
            json.dumps([row | {"ends_at": at} for row, at in zip(rows, ends, strict=True)]),
        )
        await opportunities.save(tx, *(one for one in roles if one.version > 1))
        await heard(tx, Intake, [self._intake(one) for one in roles])
        for one in (one for one in roles if one.version > 1):
            await pool.refresh(tx, await pool.with_a_place_in(tx, one.id))

    async def write_people(self, tx: Transaction, ids: Sequence[UUID]) -> None:
        """As the room hears of them, and keeps what they asked for and were told."""
        people = [self.drawn[id] for id in ids]
        await heard(tx, Leader, [self._leader(one) for one in people])
        await heard(tx, Profile, [self._profile(one) for one in people])
        for table in ("mirror_credential", "mirror_engagement", "subscription", "match", "not_for_me", "wish"):
            await tx.execute(f"delete from {table} where person_id = any($1)", list(ids))
        held = ((one, code, last) for one in people for code, last in one.credentials.items())
        await heard(tx, Credential, [self._credential(one, code, last) for one, code, last in held])
        await heard(tx, Engagement, [self._engagement(one, role) for one in people for role in sorted(one.answered)])
        await keep(tx, "subscription", (_subscription(one, n % 2 == 0) for n, one in enumerate(people)))
        for table, named in (("match", "told_of"), ("not_for_me", "not_for_me")):
            of_roles = ((one, role) for one in people for role in sorted(getattr(one, named)))
            await keep(tx, table, (self._of_role(one, role) for one, role in of_roles))
        await keep(tx, "wish", (_wish(one, wish, self.now) for one in people for wish in one.wishes))
        await pool.refresh(tx, ids)
        await tx.execute(
            "update pool set told = array(select jsonb_array_elements_text(said.told)::timestamptz)"
            " from unnest($1::uuid[], $2::jsonb[]) as said (id, told) where person_id = said.id",
            *(list(ids), [json.dumps([moment.isoformat() for moment in one.told]) for one in people]),
        )

    def _leader(self, one: Somebody) -> Leader:
        paused = {"paused_at": self.now, "paused_until": one.paused_until} if one.paused_until else {}
        said = {"called": "Sam", "reference": "PL-7K3Q", "rung": one.rung, "approved_at": self.now, **paused}
        return Leader.model_validate(said | {"id": one.id, "version": 1, "status": STATUS[one.in_pool]})

    def _profile(self, one: Somebody) -> Profile:
        return Profile(
            id=one.id,
            version=1,
            strands=one.strands,
            modes=one.modes,
            lived_experience=one.areas,
            access_needs=one.needs,
            languages=one.languages,
            times=one.times,
            district=self.home[one.id],
            distance=str(one.miles) if one.miles else "anywhere",
        )

    def _credential(self, one: Somebody, code: str, last: Any) -> Credential:
        of = {"id": new_id(), "version": 1, "person_id": one.id, "programme_id": new_id(), "organisation_id": new_id()}
        return Credential.model_validate(of | {"credential": code, "awarded_at": self.now, "expires_on": last})

    def _engagement(self, one: Somebody, role: UUID) -> Engagement:
        of, status = self.roles[role], self.statuses[one.id][role]
        return Engagement(
            id=new_id(),
            version=1,
            opportunity_id=role,
            organisation_id=of.organisation_id,
            ods_code=of.ods_code,
            person_id=one.id,
            status=status,
            interested_at=self.now,
            accepted_at=one.engaged_at if status in ("accepted", "ended") else None,
        )

    def _intake(self, of: Opportunity) -> Intake:
        taken, held = self.intakes[of.id]
        said = {"id": of.id, "version": 1, "organisation_id": of.organisation_id, "ods_code": of.ods_code}
        places = {"places": of.places, "places_taken": taken, "places_held": held}
        return Intake.model_validate(said | places | {"feedback_by": of.feedback_by})

    def _of_role(self, one: Somebody, role: UUID) -> dict[str, Any]:
        of: dict[str, Any] = {"id": new_id(), "version": 1, "person_id": one.id, "opportunity_id": role, "reasons": []}
        return of | {"matched_at": self.now, "said_at": self.now}


FEW = (0, 0, 0, 1, 3)
STATUS = {True: "approved", False: "left"}


async def heard(tx: Transaction, kind: type[State], states: Sequence[State]) -> None:
    """As it stands in the mirror, with no reaction owed."""
    table = name_of(kind)
    await tx.execute(
        f"insert into {table} (id, version, state, event_id, correlation_id, traceparent, happened_at)"
        " select (s ->> 'id')::uuid, 1, s, gen_random_uuid(), gen_random_uuid(), '', now() from unnest($1::jsonb[]) s"
        f" on conflict (id) do update set version = {table}.version + 1, state = excluded.state",
        [one.model_dump_json() for one in states],
    )


async def keep(tx: Transaction, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Rows of a table, whole."""
    await tx.execute(
        f"insert into {table} select * from jsonb_populate_recordset(null::{table}, $1)",  # all of its columns
        json.dumps(list(rows), default=str),
    )


def _subscription(one: Somebody, own: bool) -> dict[str, Any]:
    """`own`: what their profile says is chosen here once more; else that is followed."""
    chosen = {"strands": one.strands if own else [LATER], "modes": one.modes if own else []}
    return chosen | {
        "person_id": one.id,
        "version": 1,
        "paid_only": one.paid_only,
        "active": one.active,
        "own_strands": own,
        "own_modes": own,
        "most_a_week": None if one.most_a_week == 20 else one.most_a_week,
    }


def _wish(one: Somebody, wish: Wish, now: datetime) -> dict[str, Any]:
    return vars(wish) | {"id": new_id(), "person_id": one.id, "made_at": now}


async def a_region(
    tx: Transaction, *, seed: int, roles: int, people: int, now: datetime = datetime(2026, 10, 21, 8, tzinfo=UTC)
) -> Region:
    """Written and refreshed. Four days after it begins, clocks go back."""
    rows = await tx.fetch("select code, lat, lon from district where code = any($1)", list(DISTRICTS))
    region = Region(now, {row["code"]: (row["lat"], row["lon"]) for row in rows}, random.Random(seed))
    await region.write_roles(tx, [region.role() for _ in range(roles)])
    await region.write_people(tx, [region.somebody().id for _ in range(people)])
    return region
