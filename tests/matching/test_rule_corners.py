"""The corners of what fits whom: each person of a crowd of exceptions against each role of another, at odd moments."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

from schemas.matching import Job, Opportunity, Session
from schemas.recruitment import ACCESS_NEEDS, EXPERIENCE_AREAS, LANGUAGES, MODES, STRANDS, TIMES
from services.chassis.base.access import LONDON
from services.chassis.postgres.transaction import Transaction, new_id
from tests.matching.agreeing import agrees
from tests.matching.oracle import Somebody, Wish, away
from tests.matching.region import LATER, Region
from tests.notifications.support import an_opportunity
from tests.support import Connected

CLOCKS_GO_BACK, CLOCKS_GO_ON = date(2026, 10, 25), date(2027, 3, 28)
NOW = datetime(2026, 10, 24, 22, 59, 59, tzinfo=UTC)
"""A second before midnight in London, where it is an hour later than at Greenwich."""
MOMENTS = (
    NOW,
    NOW + timedelta(seconds=1),
    datetime(2026, 10, 25, 0, 30, tzinfo=UTC),  # half past one for the first time
    datetime(2027, 3, 28, 0, 59, 59, tzinfo=UTC),  # the next second is two o'clock
)
WEEK = timedelta(days=7)
EDGES = (5, 7, 10, 12, 25, 27, 52)
"""Miles at which something changes: rings, what it adds to the score, and limits with the two miles of grace."""


def london(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON).astimezone(UTC)


def role(region: Region, *sessions: datetime, **changes: Any) -> Opportunity:
    """Remote, for everybody, and open; not what `changes` says."""
    each = tuple(Session(id=new_id(), starts_at=at, hours=2) for at in sessions)
    open = {"id": new_id(), "sessions": each, "apply_by": NOW + timedelta(days=300), "posted_at": NOW - WEEK}
    plain = an_opportunity(region.trusts[0]).model_copy(update=open | changes)
    made = region.roles[plain.id] = Opportunity.model_validate(plain.model_dump())
    region.intakes[made.id] = (0, 0)
    return made


def somebody(region: Region, home: str | None = None, **changes: Any) -> Somebody:
    """Who takes everything; not what `changes` says. `answered` gives how far they are with a role."""
    statuses = changes.pop("statuses", {})
    one = Somebody(id=new_id(), home=region.districts.get(home or ""), answered=frozenset(statuses), **changes)
    region.drawn[one.id], region.home[one.id], region.statuses[one.id] = one, home, statuses
    return one


async def districts_at_edges(tx: Transaction, region: Region) -> list[str]:
    """Of the middle of Brighton: of each edge the two districts that are the nearest to it within and beyond."""
    rows = await tx.fetch("select code, lat, lon from district")
    region.districts = {row["code"]: (row["lat"], row["lon"]) for row in rows}
    there = an_opportunity(region.trusts[0]).model_copy(update={"mode": "in_person", "district": "BN1"})
    far = {
        code: away(there, Somebody(id=new_id(), home=where), region.districts) or 0
        for code, where in region.districts.items()
    }
    within = [max((code for code in far if far[code] <= edge), key=far.__getitem__) for edge in EDGES]
    return within + [min((code for code in far if far[code] > edge), key=far.__getitem__) for edge in EDGES]


async def test_the_rule_and_the_loop_agree_at_every_corner(matching: Connected) -> None:
    region = Region(NOW, {}, random.Random(1))
    async with matching.transaction() as tx:
        edges = await districts_at_edges(tx, region)
        roles(region)
        people(region, edges)
        await region.write_roles(tx, list(region.roles.values()))
        await region.write_people(tx, list(region.drawn))
    for moment in MOMENTS:
        region.now = moment
        await agrees(matching, region, looked=6)


def roles(region: Region) -> None:
    ahead = london(date(2027, 4, 7), 10)
    for mode in (*MODES, LATER):
        for district in ("BN1", None, "ZZ99"):
            role(region, ahead, mode=mode, district=district)
    for codes in ((), EXPERIENCE_AREAS[:1], EXPERIENCE_AREAS, (LATER,)):
        role(region, ahead, lived_experience=codes)
    for codes in ((), ACCESS_NEEDS[:1], ACCESS_NEEDS, (LATER,)):
        role(region, ahead, access=codes)
    for codes in (LANGUAGES[:1], LANGUAGES, (LATER,)):
        role(region, ahead, languages=codes)
    role(region, job=Job(salary="£20,000", link="https://jobs.example/1"), pay=None)
    role(region, ahead, pay=None)
    role(region, ahead, strand=LATER, rung=LATER)
    role(region, ahead, title="What 100% of us_need", summary="PAIN")
    for day in (CLOCKS_GO_BACK, CLOCKS_GO_ON):
        for at in (london(day, 0), london(day, 1, 30), london(day, 12), london(day, 17), london(day, 23, 59)):
            role(region, at, training=("foundations",))
            role(region, at - timedelta(seconds=1))
    role(region, NOW, ahead)
    role(region, NOW - WEEK)
    for moment in MOMENTS:
        role(region, apply_by=moment)
        role(region, ahead, closed_at=moment)


def people(region: Region, edges: list[str]) -> None:
    for home in edges:
        for miles in (None, 5, 10, 25, 50):
            somebody(region, home, miles=miles)
    for modes in (("in_person",), ("remote",), ("hybrid",), ("in_person", "remote"), MODES, (LATER,)):
        somebody(region, "BN1", modes=modes, miles=5)
        somebody(region, "TN34", modes=modes, miles=5)
    for codes in (EXPERIENCE_AREAS[:1], EXPERIENCE_AREAS[:4], EXPERIENCE_AREAS, (LATER,)):
        somebody(region, areas=codes)
    for codes in (ACCESS_NEEDS[:1], ACCESS_NEEDS, (LATER,)):
        somebody(region, needs=codes)
    for codes in (LANGUAGES[:1], LANGUAGES, (LATER,)):
        somebody(region, languages=codes)
    for times in (*((one,) for one in TIMES if one[:3] in ("sat", "sun", "mon")), TIMES, (LATER,)):
        somebody(region, times=times)
    for last in (None, *(day + timedelta(days=n) for day in (CLOCKS_GO_BACK, CLOCKS_GO_ON) for n in (-1, 0, 1))):
        somebody(region, credentials={"foundations": last})
        somebody(region, paused_until=last)
    for told in ((NOW - WEEK,), (NOW - WEEK + timedelta(microseconds=1),), (NOW,) * 3, (NOW - WEEK,) * 3):
        for most in (1, 2, 20):
            somebody(region, told=told, most_a_week=most)
    for wish in (Wish(words="100%"), Wish(words="S_NEED"), Wish(words="Pain"), Wish(paid=False), Wish(job=True)):
        somebody(region, strands=(LATER,), paid_only=True, wishes=(wish,))
    for rung in ("feedback", "senior", LATER):
        somebody(region, rung=rung, strands=STRANDS, active=rung != LATER, in_pool=rung != "senior")
    of = list(region.roles)
    for status in ("interested", "withdrawn", "accepted", "ended"):
        somebody(region, statuses={of[0]: status, of[-1]: status}, engaged_at=NOW if status in ("accepted",) else None)
    somebody(region, told_of=frozenset(of[:3]), not_for_me=frozenset(of[3:6]))


async def test_a_place_in_a_role_that_has_no_day_yet_keeps_nobody_from_any_other(matching: Connected) -> None:
    region = Region(NOW, {}, random.Random(1))
    seat, other = role(region, sessions=()), role(region, NOW + WEEK)
    one = somebody(region, statuses={seat.id: "accepted"}, engaged_at=NOW - WEEK)
    async with matching.transaction() as tx:
        await region.write_roles(tx, [seat, other])
        await region.write_people(tx, [one.id])
        assert await tx.fetchval("select isempty(booked) from pool") is True
