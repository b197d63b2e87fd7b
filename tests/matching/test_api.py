"""The API of matching: what its pages do, by machine, and problems in words."""

from schemas.payments import RateCardIssued
from schemas.recruitment import LeaderApproved, Profile, ProfileGiven
from services.chassis.postgres.transaction import new_id
from tests.matching import world
from tests.matching.world import NOW, a_trust, draft, everything, in_the_pool, leader, post
from tests.support import Connected, Person, member, organisation, registered

OWN = "/organisations/RX2/opportunities"
WORDS = {"title": "New title", "summary": "New", "what_will_change": "More"}


async def test_posting_rewording_and_withdrawing_go_through_the_api(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    card = world.rate(trust)
    await matching.hears_and_settles(RateCardIssued(card))
    body = draft(pay=str(card.id), access="bsl").model_dump(mode="json")
    async with matching.api(staff) as api, matching.api() as anyone:
        sent = await api.post(OWN, json=body)
        assert sent.status_code == 201
        id = sent.json()["id"]
        assert (await anyone.get("/opportunities?paid=yes")).json()["opportunities"][0]["pay"]["amount_pence"] == 7500
        assert (await anyone.get("/opportunities?paid=no")).json() == {
            "opportunities": [],
            "also": [],
            "more": False,
            "next": None,
        }
        assert (await api.put(f"{OWN}/{id}/words", json=WORDS)).json() == {"id": id}
        assert (await api.put(f"{OWN}/{id}/words", json=WORDS)).json() == {"id": id}
        assert (await anyone.get(f"/opportunities/{id}")).json()["title"] == "New title"
        assert (await api.post(f"{OWN}/{id}/withdraw", json={"why": "posted_by_mistake"})).status_code == 200
        again = await api.post(f"{OWN}/{id}/withdraw", json={"why": "posted_by_mistake"})
        assert (again.status_code, again.headers["content-type"]) == (409, "application/problem+json")
        assert again.json()["title"] == "already over"
        assert (await anyone.get("/opportunities")).json()["opportunities"] == []
        assert (await anyone.get(f"/opportunities/{id}")).json()["withdrawn"]["why"] == "posted_by_mistake"
        assert len((await api.get(OWN)).json()["opportunities"]) == 1
    said = [name for name, _ in await matching.said()]
    assert said == ["OpportunityPosted", "OpportunityChanged", "OpportunityWithdrawn"]


async def test_a_person_reads_and_sets_what_they_are_told_of_and_reads_why(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    sam = Person()
    told = Profile(id=sam.id, version=1, strands=("research", "something_new"))
    await matching.hears_and_settles(sam.opened, LeaderApproved(leader(sam)), ProfileGiven(told))
    await post(matching, trust, staff)
    async with matching.api(sam) as api:
        first = (await api.get("/mine/subscription")).json()
        usual: dict[str, object] = {"modes": [], "paid_only": False, "active": True, "most_a_week": None}
        assert first == usual | {"strands": ["research", "something_new"]}
        wanted = usual | {"strands": ["service_improvement"], "most_a_week": 3}
        assert (await api.put("/mine/subscription", json=wanted)).json() == {"active": True}
        before = {name: value for name, value in wanted.items() if name != "most_a_week"}
        assert (await api.put("/mine/subscription", json=before)).json() == {"active": True}, "of an earlier version"
        assert (await api.get("/mine/subscription")).json() == wanted
        await matching.settle()
        match = (await api.get("/mine/matches")).json()["matches"][0]
        assert match["title"] == "A seat in the pain pathway team"
        assert "You asked for this kind of work: Making a service better." in match["reasons"]
        await api.put("/mine/subscription", json={"active": False})
        await matching.settle()
        ended = (await api.get("/mine/matches")).json()["matches"][0]
        assert (ended["id"], ended["reasons"], ended["ended_at"] is None) == (match["id"], [], False)


async def test_what_cannot_be_taken_is_a_problem_and_changes_nothing(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    id = await post(matching, trust, staff)
    before, good = await everything(matching), draft().model_dump(mode="json")
    bodies: list[tuple[dict[str, object], int]] = [
        ({"pay": None}, 422),
        ({"time_commitment": " "}, 422),
        ({"places": 0}, 422),
        ({"apply_by": NOW.isoformat()}, 422),
        ({"feedback_by": "9999-12-31T23:59:59-12:00"}, 422),
        ({"pay": str(new_id())}, 422),
        ({"access": 5}, 422),
        ({"lived_experience": ["anything else"]}, 422),
        ({"title": "a\x00b"}, 422),
        ({"surprise": 1}, 422),
    ]
    async with matching.api(staff) as api:
        for changed, status in bodies:
            answer = await api.post(OWN, json=good | changed)
            assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), changed
        without = {name: value for name, value in good.items() if name != "pay"}
        assert (await api.post(OWN, json=without)).json()["errors"] == {"pay": "Choose what you pay"}
        wrong = (await api.post(OWN, json=good | {"pay": "gold", "work": "big"})).json()["errors"]
        assert wrong == {"pay": "Choose what you pay", "work": "Choose the piece of work it is a part of"}, "its fields"
        late = await api.post(OWN, json=good | {"apply_by": NOW.isoformat()})
        assert "has to be in the future" in late.json()["detail"]
        surrogate = b'{"title": "\\ud800", "summary": "b", "what_will_change": "c"}'
        for path, body in ((f"{OWN}/{id}/words", surrogate), ("/mine/subscription", b'{"strands": 5}')):
            assert (await api.put(path, content=body, headers={"content-type": "application/json"})).status_code == 422
        for odd in ({"strands": [{"a": 1}]}, {"modes": 5}, {"strands": ["nothing like it"]}, {"more": 1}):
            assert (await api.put("/mine/subscription", json=odd)).status_code == 422, odd
        assert (await api.get("/opportunities?words=%00")).status_code == 400
        assert await everything(matching) == before
        twice = good | {"steps": ["talk", "reading", "talk"], "answer_ways": ["web"] * 60, "access": ["bsl", "bsl"]}
        made = (await api.post(OWN, json=twice)).json()["id"]
        said = (await api.get(f"/opportunities/{made}")).json()
        assert (said["steps"], said["answer_ways"], said["access"]) == (["talk", "reading"], ["web"], ["bsl"])


async def test_somebody_elses_id_answers_as_one_that_does_not_exist(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    other = organisation("RYR", "Other Example Trust")
    stranger, finance = member(other, "coordinator"), member(trust, "finance")
    await matching.hears_and_settles(*registered(other), stranger.opened, finance.opened)
    id, sam = await post(matching, trust, staff), await in_the_pool(matching)
    before, body = await everything(matching), draft().model_dump(mode="json")
    async with matching.api(stranger) as api:
        for base in (f"{OWN}/{id}", f"/organisations/RYR/opportunities/{id}", f"{OWN}/{new_id()}", f"{OWN}/not-an-id"):
            assert (await api.put(f"{base}/words", json=WORDS)).status_code == 404, base
            assert (await api.post(f"{base}/withdraw", json={"why": "postponed"})).status_code == 404, base
        assert (await api.get(OWN)).status_code == 404
        assert (await api.post(OWN, json=body)).status_code == 404
        assert (await api.get("/organisations/RYR/opportunities")).json()["opportunities"] == []
        assert (await api.get(f"/opportunities/{new_id()}")).status_code == 404
        assert (await api.get("/mine/matches")).json() == {"matches": [], "more": False, "next": None}
    async with matching.api(finance) as api:
        assert (await api.get(OWN)).status_code == 403
        assert (await api.post(OWN, json=body)).status_code == 403
    async with matching.api() as api:
        assert (await api.get(OWN)).status_code == 401
        assert (await api.put("/mine/subscription", json={})).status_code == 401
    async with matching.api(sam) as api:
        assert len((await api.get("/mine/matches")).json()["matches"]) == 1
    assert await everything(matching) == before
