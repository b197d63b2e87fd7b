"""The API of engagements: the main job by machine, problems in words, and many people at the same moment."""

import asyncio
from datetime import timedelta

from schemas.recruitment import LeaderApproved
from services.chassis.postgres.transaction import new_id
from tests.engagements.world import NOW, WORDS, World, leader, make
from tests.support import Connected, Person, member, organisation, registered

TOLD = ("reserve", "undo", "tell")
"""What a coordinator may do by a button alone."""


def interest(world: World) -> dict[str, str]:
    return {"opportunity_id": str(world.o.id), "why": WORDS.why, "needs": WORDS.needs}


async def test_the_main_job_goes_through_the_api(world: World) -> None:
    async with world.engagements.api(world.person) as person, world.engagements.api(world.staff) as staff:
        shown = await person.post("/mine/interests", json=interest(world))
        assert shown.status_code == 201
        id = shown.json()["id"]
        intake = (await staff.get(f"/organisations/RX2/intakes/{world.o.id}")).json()
        assert (intake["engagements"][0]["why"], intake["engagements"][0]["needs"]) == (WORDS.why, "")
        assert (await staff.post(f"/organisations/RX2/engagements/{id}/offer")).json()["status"] == "offered"
        mine = (await person.get(f"/mine/engagements/{id}")).json()
        assert mine["offer"]["pay"]["amount_pence"] == 7500
        assert (await person.post(f"/mine/engagements/{id}/accept")).json() == {"id": id, "status": "accepted"}
        attendance = f"/organisations/RX2/intakes/{world.o.id}/sessions/{world.session_id}/attendance"
        assert (await staff.post(attendance, json={"attended": [id]})).json() == {"attended": 1, "absent": 0}
        told = await staff.post(
            f"/organisations/RX2/intakes/{world.o.id}/outcome", json={"what_changed": "The letter is shorter."}
        )
        assert told.status_code == 201
        assert (await person.get("/mine/engagements")).json()["engagements"][0][
            "what_changed"
        ] == "The letter is shorter."
    async with world.engagements.api() as anyone:
        assert (await anyone.get("/outcomes")).json()["outcomes"][0]["title"] == world.o.title


async def test_a_hundred_people_who_accept_five_places_at_once_over_http_get_five(engagements: Connected) -> None:
    world = await make(engagements, places=5)
    people = [Person(called=f"Person {n}") for n in range(100)]
    await engagements.hears_and_settles(*(p.opened for p in people), *(LeaderApproved(leader(p)) for p in people))
    offers = [(person, await world.offered(person)) for person in people]

    async def accept(person: Person, id: object) -> int:
        async with engagements.api(person) as api:
            return (await api.post(f"/mine/engagements/{id}/accept")).status_code

    codes = await asyncio.gather(*(accept(person, id) for person, id in offers))
    assert codes.count(200) == 100, "a late yes is one to the reserve list"
    assert (await world.intake()).places_taken == 5
    assert (await world.facts()).count("PutOnReserveList") == 95


async def test_the_same_key_answers_the_same_and_another_body_with_it_is_refused(world: World) -> None:
    async with world.engagements.api(world.person) as person:
        headers = {"idempotency-key": "one"}
        first = await person.post("/mine/interests", json=interest(world), headers=headers)
        again = await person.post("/mine/interests", json=interest(world), headers=headers)
        other = await person.post("/mine/interests", json={**interest(world), "why": "Other"}, headers=headers)
        assert first.json() == again.json()
        assert (again.status_code, other.status_code) == (201, 422)
        second = await person.post("/mine/interests", json=interest(world))
        assert (second.status_code, second.json()["title"]) == (409, "already interested")
    assert (await world.facts()).count("InterestShown") == 1


async def test_refusals_are_problems_in_words(engagements: Connected) -> None:
    world = await make(engagements, starts_at=NOW + timedelta(hours=1))
    stranger, id = Person(), await world.accepted()
    await engagements.hears_and_settles(stranger.opened)
    before = await world.everything()
    base = f"/organisations/RX2/intakes/{world.o.id}"
    async with engagements.api(stranger) as api:
        refused = await api.post("/mine/interests", json=interest(world))
        assert (refused.status_code, refused.headers["content-type"]) == (403, "application/problem+json")
        assert "Join first" in refused.json()["detail"]
        assert (await api.post("/mine/interests", json={**interest(world), "more": "x"})).status_code == 422
    async with engagements.api(world.staff) as api:
        early = await api.post(f"{base}/sessions/{world.session_id}/attendance", json={"attended": [str(id)]})
        assert (early.status_code, early.json()["title"]) == (409, "attendance too early")
        assert (await api.post(f"{base}/outcome", json={"what_changed": ""})).status_code == 422
        assert (await api.post(f"{base}/outcome", json={"what_changed": "x"})).json()["title"] == "outcome too early"
    async with engagements.api() as api:
        assert (await api.post("/mine/interests", json=interest(world))).status_code == 401
    assert await world.everything() == before


async def test_somebody_elses_id_answers_as_one_that_does_not_exist(world: World) -> None:
    other, kim = organisation("RYR", "Other Example Trust"), await world.approved("Kim")
    stranger = member(other, "coordinator")
    await world.engagements.hears_and_settles(*registered(other), stranger.opened)
    id = await world.offered()
    before = await world.everything()
    calls: list[tuple[Person, str, str, object]] = [
        (kim, "GET", f"/mine/engagements/{id}", None),
        (world.staff, "GET", f"/mine/engagements/{id}", None),
        *(
            (kim, "POST", f"/mine/engagements/{id}/{what}", None)
            for what in ("accept", "decline", "withdraw", "undo", "tell")
        ),
        (kim, "POST", "/mine/interests", {**interest(world), "opportunity_id": str(new_id())}),
    ]
    for ods in ("RX2", "RYR"):
        intake = f"/organisations/{ods}/intakes/{world.o.id}"
        calls += [
            (stranger, "GET", intake, None),
            (stranger, "POST", f"/organisations/{ods}/engagements/{id}/offer", None),
            (stranger, "POST", f"/organisations/{ods}/engagements/{id}/not-chosen", {"why": "mix_of_people"}),
            *((stranger, "POST", f"/organisations/{ods}/engagements/{id}/{what}", None) for what in TOLD),
            (stranger, "POST", f"{intake}/reserve", None),
            (stranger, "POST", f"{intake}/sessions/{world.session_id}/attendance", {"attended": [str(id)]}),
            (stranger, "POST", f"{intake}/outcome", {"what_changed": "Nothing"}),
        ]
    for who, method, address, body in calls:
        async with world.engagements.api(who) as api:
            assert (await api.request(method, address, json=body)).status_code == 404, (method, address)
    assert await world.everything() == before
