"""Recruitment's API: the same as its pages, for machines."""

from schemas.identity import Account, AccountOpened
from services.chassis.postgres.transaction import new_id
from services.recruitment.domain.applying import NothingAsked, NothingToLookAt, NothingToTakeBack
from tests.recruitment.scene import FULL_NAME, WORDS, Scene
from tests.support import Person

APPLICATION = {"full_name": FULL_NAME, "why": WORDS, "code_of_conduct": "1", "data_notice": "1"}
PROFILE = {"strands": ["research"], "modes": ["remote"], "access_needs": ["bsl"], "health_consent": "1"}


async def test_the_whole_way_into_the_pool(scene: Scene) -> None:
    async with scene.recruitment.api(scene.sam) as sam, scene.recruitment.api(scene.screener) as robin:
        editions = (await sam.get("/policies")).json()
        agreed = {kind: editions[kind]["version"] for kind in ("code_of_conduct", "data_notice")}
        assert (await sam.get("/mine/application")).json() == {
            "application": None,
            "leader": None,
            "choices": {
                "send": True,
                "withdraw": NothingToTakeBack().words,
                "say_more": NothingAsked().words,
                "look_again": NothingToLookAt().words,
            },
            "to_agree": [],
            "closed": None,
        }
        sent = await sam.post("/mine/application", json={**APPLICATION, **agreed})
        assert sent.status_code == 201
        id = sent.json()["id"]
        [waiting] = (await robin.get("/organisations/QNX/applications")).json()["applications"]
        assert (waiting["id"], waiting["called"], waiting["days_waiting"]) == (id, "Sam", 0)
        assert "full_name" not in waiting
        assert (await robin.get(f"/organisations/QNX/applications/{id}")).json()["why"] == WORDS
        approved = await robin.post(f"/organisations/QNX/applications/{id}/approve", json={"tell_now": True})
        assert approved.status_code == 200
        assert approved.json()["person_id"] == str(scene.sam.id)
        assert approved.json()["reference"].startswith("PL-")
        mine = (await sam.get("/mine/application")).json()
        assert (mine["application"]["stage"], mine["leader"]["rung"]) == ("approved", "feedback")
        assert (await sam.put("/mine/profile", json=PROFILE)).status_code == 200
        assert (await sam.get("/mine/profile")).json()["access_needs"] == ["bsl"]
        assert len((await sam.get("/mine/passport")).json()["agreements"]) == 2
        assert (await sam.post("/mine/leave")).json() == {"status": "left"}
        assert (await sam.post("/mine/leave")).json()["type"].endswith("#not-in-pool")


async def test_declining_taking_back_and_entering_by_phone(scene: Scene) -> None:
    pat = await scene.by_phone()
    id = await scene.send()
    async with scene.recruitment.api(scene.screener) as robin, scene.recruitment.api(scene.sam) as sam:
        path = f"/organisations/QNX/applications/{id}/decline"
        said = {"reason": "Tell us more.", "would_help": "Ring us.", "tell_now": True}
        for missing in ("reason", "would_help"):
            assert (await robin.post(path, json=said | {missing: ""})).status_code == 422
        assert (await robin.post(path, json=said)).json()["stage"] == "declined"
        told = (await sam.get("/mine/application")).json()["application"]
        assert (told["reason"], told["would_help"]) == ("Tell us more.", "Ring us.")
        assert (await sam.post("/mine/application/withdraw")).status_code == 409
        assert (await sam.post("/mine/application", json=APPLICATION)).status_code == 201
        assert (await sam.post("/mine/application/withdraw")).json() == {"stage": "withdrawn"}
        entered = await robin.post("/organisations/QNX/phone", json={**APPLICATION, "person_id": str(pat.id)})
        assert entered.status_code == 201
        for who, refusal in ((scene.sam, "speaks-for-themselves"), (Person(), "account-not-here-yet")):
            other = await robin.post("/organisations/QNX/phone", json={**APPLICATION, "person_id": str(who.id)})
            assert other.json()["type"] == f"/developers/problems#{refusal}"
        [waiting] = (await robin.get("/organisations/QNX/applications")).json()["applications"]
        assert (waiting["called"], waiting["by_phone"]) == ("Pat", True)


async def test_a_key_is_spent_once(scene: Scene) -> None:
    async with scene.recruitment.api(scene.sam) as sam:
        key = {"idempotency-key": "the-same"}
        first, second = [await sam.post("/mine/application", json=APPLICATION, headers=key) for _ in range(2)]
        other = await sam.post("/mine/application", json={**APPLICATION, "why": "Other words"}, headers=key)
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert (other.status_code, other.json()["type"]) == (422, "/developers/problems#same-key-other-body")
    assert await scene.names() == ["ApplicationSent"]


async def test_somebody_elses_id_in_the_address_is_not_there(scene: Scene) -> None:
    id = await scene.send()
    kim = Person(called="Kim")
    await scene.knows(kim)
    await scene.in_pool(kim)
    routes = [("GET", ""), ("POST", "/approve"), ("POST", "/decline")]
    cases = [(scene.screener, "QNX", new_id(), 404), (scene.screener, "RX2", id, 404), (scene.sam, "QNX", id, 404)]
    cases += [(scene.trust_screener, "QNX", id, 404), (scene.trust_screener, "RX2", id, 403)]
    before = await scene.names()
    for person, ods, one, status in cases:
        async with scene.recruitment.api(person) as client:
            for method, rest in routes:
                body = {"reason": "No", "would_help": "Time"} if rest == "/decline" else None
                answer = await client.request(method, f"/organisations/{ods}/applications/{one}{rest}", json=body)
                assert answer.status_code == status, (ods, method, rest)
                assert answer.headers["content-type"] == "application/problem+json"
    for person, ods, one, status in (
        (scene.coordinator, "RX2", kim.id, 200),
        (scene.coordinator, "RX2", scene.sam.id, 404),
        (scene.coordinator, "QNX", kim.id, 404),
        (scene.sam, "RX2", kim.id, 404),
    ):
        async with scene.recruitment.api(person) as client:
            assert (await client.get(f"/organisations/{ods}/people/{one}")).status_code == status
    assert await scene.names() == before


async def test_bad_input_is_refused_in_words_and_changes_nothing(scene: Scene) -> None:
    async with scene.recruitment.api(scene.sam) as sam:
        for body, status, slug in (
            ({**APPLICATION, "why": ""}, 422, "not-valid"),
            ({**APPLICATION, "stage": "approved"}, 422, "not-valid"),
            ({**APPLICATION, "code_of_conduct": "0"}, 422, "code-not-agreed"),
            ({**APPLICATION, "why": "x" * 300_000}, 413, "too-large"),
        ):
            answer = await sam.post("/mine/application", json=body)
            assert (answer.status_code, answer.json()["type"]) == (status, f"/developers/problems#{slug}")
            assert answer.json()["detail"]
        profile = await sam.put("/mine/profile", json=PROFILE)
        assert profile.json()["type"].endswith("#ask-to-join-first")
        assert (await sam.get("/mine/profile")).status_code == 404
        assert (await sam.get("/organisations/QNX/applications")).status_code == 404
    async with scene.recruitment.api() as visitor:
        assert (await visitor.post("/mine/application", json=APPLICATION)).status_code == 401
    assert await scene.names() == []


async def test_a_machine_cannot_join(scene: Scene) -> None:
    machine = Person(called="Trust feed")
    opened = Account(id=machine.id, version=1, called="Trust feed", kind="machine")
    await scene.recruitment.hears_and_settles(AccountOpened(opened))
    async with scene.recruitment.api(machine) as client:
        answer = await client.post("/mine/application", json=APPLICATION)
    assert (answer.status_code, answer.json()["type"]) == (403, "/developers/problems#machine")
    assert await scene.names() == []
