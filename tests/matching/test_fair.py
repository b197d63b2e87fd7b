"""Told fairly: what is said of the rule, of the same few and of those who are told nothing; and what is measured."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

from prometheus_client import REGISTRY

from schemas.engagements import Attendance, Engagement, InterestShown, PlaceAccepted
from schemas.identity import Organisation
from schemas.recruitment import LeaderApproved
from services.chassis.base.access import london_day
from services.chassis.postgres.transaction import new_id
from services.chassis.work.scheduler import Clock
from services.matching import jobs
from services.matching.commands import fitting
from tests.matching.test_glossary import the_network
from tests.matching.world import NOW, a_trust, in_the_pool, leader, post, subscribe
from tests.support import Connected, Database, Person, member, organisation, registered


async def measured(matching: Connected) -> dict[str, float]:
    """Have it counted, and read the gauges as this instance says them."""
    clock = Clock(matching.app.database, matching.app.settings)
    for job in (jobs.look_for_roles_that_fit_nobody, jobs.count_how_fair, jobs.count_the_same_few):
        await job(clock)
    await matching.app.health.measure()
    names = (
        "people_never_told",
        "people_who_ask_to_be_told",
        "people_at_the_cap",
        "told_who_answered_ratio",
        "roles_nobody_fits",
        "roles_nobody_fits_oldest_age_seconds",
        "roles_not_told_oldest_age_seconds",
        "same_few_ratio",
    )
    return {name: REGISTRY.get_sample_value(f"pln_{name}") or 0 for name in names}


def engagement(trust: Organisation, role: UUID, person: Person, **more: Any) -> Engagement:
    values = {
        "id": new_id(),
        "version": 1,
        "opportunity_id": role,
        "organisation_id": trust.id,
        "ods_code": trust.ods_code,
        "person_id": person.id,
        "status": "interested",
        "interested_at": NOW,
    }
    return Engagement.model_validate(values | more)


async def test_the_policy_is_set_on_its_page_and_everybody_reads_what_holds(
    matching: Connected, database: Database
) -> None:
    _, [ada] = await the_network(matching, "admin")
    trust, staff = await a_trust(matching)
    for n in range(3):
        await in_the_pool(matching, f"Sam {n}")
    tomorrow = london_day(NOW) + timedelta(days=1)
    says = {"most_a_week": 2, "first_told": 1, "told_for_each_place": 1, "near_miles": 5, "next_after_days": 1}
    says |= {"answers_for_each_place": 2}
    edition = {"valid_from": tomorrow.isoformat(), "issuer": "The network", "source": "Minutes", "value": says}
    policy = "/organisations/NW1/policies/telling_of_roles"
    async with matching.browser(ada) as one, matching.browser() as anyone, matching.api(ada) as api:
        shown = (await one.get("/opportunities/for/NW1/policies/telling_of_roles")).text
        assert "Most roles that anybody is told of in seven days" in shown and "whose next round waits" in shown
        for wrong in ({"most_a_week": 0}, {"first_told": 5001}, {"near_miles": "x"}, {"next_after_days": 2.5}):
            refused = await api.put(f"{policy}/next", json=edition | {"value": says | wrong})
            assert refused.status_code == 422 and next_field(wrong) in str(refused.json()["errors"]), refused.text
        assert (await api.put(f"{policy}/next", json=edition)).status_code == 200
        later = edition | {"valid_from": (tomorrow + timedelta(days=9)).isoformat()}
        overlaps = await api.put(f"{policy}/next", json=later | {"value": says | {"most_a_week": 3}})
        assert (overlaps.status_code, "Another next edition is set" in overlaps.text) == (409, True)
        told_now = (await anyone.get("/matches/how")).text
        assert "more than 7 roles in seven days" in told_now
        assert "within 10 miles" in told_now and "at least 50 people, or 25 for each place" in told_now
        assert "equality monitoring" in told_now and "Too few people have taken part yet" in told_now

    role = await post(matching, trust, staff, places=1)
    await matching.settle()
    assert await told(matching, role) == 3, "three fit, and fifty are told at first"
    in_four_days = NOW + timedelta(days=4)
    then = await database.connect("matching", lambda: in_four_days)
    async with then.transaction() as tx:
        await fitting.tell_next(tx, role)
        row = await tx.fetchrow("select rounds, next_at from telling")
        assert row and (row["rounds"], row["next_at"]) == (2, in_four_days + timedelta(days=1)), "by the new edition"
    async with then.browser() as anyone:
        assert "more than 2 roles in seven days" in (await anyone.get("/matches/how")).text
    async with then.api() as anyone:
        assert (await anyone.get("/how-roles-are-matched")).json()["told"] == says


def next_field(wrong: dict[str, Any]) -> str:
    return next(iter(wrong))


async def told(matching: Connected, role: UUID) -> int:
    async with matching.transaction() as tx:
        return await tx.fetchval("select count(*) from match where opportunity_id = $1", role)


async def test_the_same_few_are_counted_for_everybody_and_for_each_organisation_alone(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    small = organisation("RX9")
    other = member(small, "coordinator")
    await matching.hears_and_settles(*registered(small), other.opened)
    role = await post(matching, trust, staff)
    people = [Person() for _ in range(110)]

    def came(person: Person, times: int, by: Organisation = trust) -> PlaceAccepted:
        sessions = [
            Attendance(session_id=new_id(), starts_at=NOW - timedelta(days=n + 1), hours=2, attended=True)
            for n in range(times)
        ]
        long_ago = Attendance(session_id=new_id(), starts_at=NOW - timedelta(days=400), hours=2, attended=True)
        away = Attendance(session_id=new_id(), starts_at=NOW - timedelta(days=3), hours=2, attended=False)
        return PlaceAccepted(engagement(by, role, person, status="accepted", sessions=(*sessions, long_ago, away)))

    few = [came(one, 9) for one in people[:11]]
    await matching.hears_and_settles(*few, *(came(one, 1) for one in people[11:]), came(people[0], 4, small))
    numbers = await measured(matching)
    assert numbers["same_few_ratio"] == 0.5, "103 of 202 sessions by eleven people"
    async with matching.browser() as anyone, matching.browser(staff) as one, matching.api(staff) as api:
        assert "about 50 in 100 of all sessions" in (await anyone.get("/matches/how")).text
        assert "about 50 of 100 sessions, of about 110 people" in (await one.get("/opportunities/for/RX2")).text
        assert (await api.get("/organisations/RX2/same-few")).json()["share"] == 50
        assert (await api.get("/organisations/RX9/same-few")).status_code == 404
    async with matching.browser(other) as theirs, matching.api(other) as api:
        assert "always the same few" not in (await theirs.get("/opportunities/for/RX9")).text, "of one person: nothing"
        assert (await api.get("/organisations/RX9/same-few")).json() is None
    async with matching.transaction(other.acting(small)) as tx:
        assert [row["organisation_id"] for row in await tx.fetch("select organisation_id from same_few")] == [None]


async def long_in_the_pool(matching: Connected, many: int, coordinator: Person) -> list[Person]:
    """They ask to be told, and somebody looks after them; and one who has just joined."""
    people = [Person(called=f"Sam {n:02}") for n in range(many)]
    for one in people:
        await subscribe(matching, one)
    more = {"approved_at": NOW - timedelta(days=100), "coordinator_id": coordinator.id}
    looked_after = [LeaderApproved(leader(one).model_copy(update=more)) for one in people]
    await matching.hears_and_settles(*looked_after, LeaderApproved(leader(Person())))
    return people


async def test_who_is_told_of_nothing_is_said_to_who_looks_after_them_and_to_others_in_counts(
    matching: Connected,
) -> None:
    _, [cora, nina, fin] = await the_network(matching, "coordinator", "coordinator", "finance")
    trust, staff = await a_trust(matching)
    await long_in_the_pool(matching, 14, cora)
    await post(matching, trust, staff, training=["foundations"])
    await post(matching, trust, staff, training=["foundations"], lived_experience=["pain"])
    await matching.settle()
    numbers = await measured(matching)
    assert (numbers["people_who_ask_to_be_told"], numbers["people_never_told"]) == (14, 14)
    assert numbers["roles_nobody_fits"] == 2 and numbers["roles_nobody_fits_oldest_age_seconds"] > 0
    assert numbers["roles_not_told_oldest_age_seconds"] == 0 == numbers["people_at_the_cap"]
    await jobs.note_who_is_told_nothing(Clock(matching.app.database, matching.app.settings))
    here = "/matches/for/NW1/untold"
    async with matching.browser(cora) as one, matching.browser(nina) as hers, matching.api(cora) as api:
        page = (await one.get(here)).text
        assert "Sam 00" in page and "Roles need training that they do not have" in page
        assert re.search(r"they do not have[^0-9]*?1[05]\s*<", page, re.DOTALL), "rounded"
        said = (await api.get("/organisations/NW1/told-nothing")).json()
        assert said["counts"] in ({"training": 10}, {"training": 15}) and len(said["people"]) == 14
        assert {one["reason"] for one in said["people"]} == {"training"}
        assert "Sam 00" not in (await hers.get(here)).text, "whom she does not look after"
        assert (await one.get("/matches/for/RX2/untold")).status_code == 404
    async with matching.browser(staff) as one, matching.browser(fin) as two:
        assert (await one.get("/matches/for/RX2/untold")).status_code == 403
        assert (await two.get(here)).status_code == 403


async def test_what_becomes_of_telling_is_measured_and_what_stands_still_is_seen(matching: Connected) -> None:
    _, [cora] = await the_network(matching, "coordinator")
    trust, staff = await a_trust(matching)
    people = await long_in_the_pool(matching, 14, cora)
    await jobs.note_who_is_told_nothing(Clock(matching.app.database, matching.app.settings))
    wanting = await post(matching, trust, staff, training=["foundations"])
    await post(matching, trust, staff)
    await matching.settle()
    shown = REGISTRY.get_sample_value("pln_posting_to_first_interest_seconds_count") or 0
    async with matching.transaction() as tx:
        role = await tx.fetchval("select opportunity_id from match limit 1")
    interest = engagement(trust, role, people[0])
    await matching.hears_and_settles(InterestShown(interest))
    await matching.hears_and_settles(InterestShown(engagement(trust, role, people[1])))
    assert REGISTRY.get_sample_value("pln_posting_to_first_interest_seconds_count") == shown + 1, "the first alone"
    async with matching.transaction() as tx:  # as if two weeks had gone by
        await tx.execute("update match set matched_at = now() - interval '14 days'")
        await tx.execute(
            "update telling set rounds = 0, next_at = now() - interval '20 minutes' where opportunity_id = $1", wanting
        )
        await tx.execute(
            "update opportunity set posted_at = now() - interval '20 minutes',"
            " state = state || jsonb_build_object('posted_at', now() - interval '20 minutes')"
            " where id = $1",
            wanting,
        )
    numbers = await measured(matching)
    assert (numbers["people_never_told"], round(numbers["told_who_answered_ratio"], 2)) == (0, 0.14)
    assert 1190 < numbers["roles_not_told_oldest_age_seconds"] < 1300
    await jobs.note_who_is_told_nothing(Clock(matching.app.database, matching.app.settings))
    async with matching.browser(cora) as one:
        page = (await one.get("/matches/for/NW1/untold")).text
        assert "Nobody whom you look after was told of nothing" in page and "In the whole pool" in page
