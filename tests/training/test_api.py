"""Training's JSON API: the same job as the pages, and problem+json for each refusal."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from services.chassis.postgres.transaction import new_id
from tests.support import Person
from tests.training.scene import Scene, soon

PROGRAMME = {"title": "Foundations", "summary": "What the network is.", "credential": "foundations"}
OWN = "/organisations/X24A1"


def session_body(**changes: Any) -> dict[str, Any]:
    later = (datetime.now(UTC) + timedelta(days=3)).isoformat()
    return {"starts_at": later, "hours": 1.5, "mode": "remote", "place": "", "places": 2} | changes


def refused(answer: httpx.Response, status: int, slug: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"].endswith(f"#{slug}")


async def test_the_whole_job_goes_through_the_api(scene: Scene) -> None:
    sam = await scene.person()
    async with scene.training.api(scene.trainer) as trainer, scene.training.api(sam) as person:
        answer = await trainer.post(f"{OWN}/programmes", json=PROGRAMME)
        assert answer.status_code == 201
        id = answer.json()["id"]
        body = session_body(starts_at=soon().isoformat())
        session_id = (await trainer.post(f"{OWN}/programmes/{id}/sessions", json=body)).json()["id"]
        assert (await person.post("/mine/enrolments", json={"session_id": session_id})).status_code == 201
        seen = (await trainer.get(f"{OWN}/sessions/{session_id}")).json()
        assert [(one["person_id"], one["attended"]) for one in seen["enrolled"]] == [(str(sam.id), None)]
        done = await trainer.post(f"{OWN}/sessions/{session_id}/attendance", json={"attended": [str(sam.id)]})
        assert done.json() == {"id": session_id, "attended": 1, "absent": 0}
        [credential] = (await person.get("/mine/credentials")).json()["credentials"]
        assert (credential["credential"], credential["expires_on"]) == ("foundations", None)
        [place] = (await person.get("/mine/enrolments")).json()["enrolments"]
        assert place["attended"] is True
        own = (await trainer.get(f"{OWN}/programmes")).json()["programmes"]
        assert own == [(await trainer.get(f"{OWN}/programmes/{id}")).json()]
        assert own[0]["sessions"][0]["held"] is True
        assert (await trainer.post(f"{OWN}/programmes/{id}/withdraw")).status_code == 200
    async with scene.training.api() as visitor:
        assert (await visitor.get("/programmes")).json() == {"programmes": [], "more": False, "next": None}
        assert (await visitor.get(f"/programmes/{id}")).json()["withdrawn_at"]


async def test_a_place_is_taken_once_for_the_same_key_and_given_back(scene: Scene) -> None:
    sam, session_id = await scene.person(), await scene.session()
    body, key = {"session_id": str(session_id)}, {"idempotency-key": "one"}
    async with scene.training.api(sam) as person:
        first = await person.post("/mine/enrolments", json=body, headers=key)
        assert (await person.post("/mine/enrolments", json=body, headers=key)).json() == first.json()
        other = await person.post("/mine/enrolments", json={"session_id": str(new_id())}, headers=key)
        refused(other, 422, "same-key-other-body")
        assert await scene.taken(session_id) == 1
        assert (await person.delete(f"/mine/enrolments/{session_id}")).status_code == 200
        refused(await person.delete(f"/mine/enrolments/{session_id}"), 404, "not-found")
    assert await scene.taken(session_id) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"places": 0},
        {"starts_at": "2026-11-24T10:00:00"},
        {"hours": 30},
        {"mode": "by_pigeon"},
        {"colour": "green"},
        {"starts_at": (datetime.now(UTC) - timedelta(hours=1)).isoformat()},
        {"mode": "in_person"},
    ],
)
async def test_a_session_that_cannot_be_is_refused_and_changes_nothing(scene: Scene, changes: dict[str, Any]) -> None:
    id = await scene.offer()
    async with scene.training.api(scene.trainer) as trainer:
        answer = await trainer.post(f"{OWN}/programmes/{id}/sessions", json=session_body(**changes))
    assert answer.status_code == 422, answer.text
    assert (await scene.count("session"), await scene.names()) == (0, ["ProgrammeOffered"])


async def test_an_unknown_programme_has_no_sessions(scene: Scene) -> None:
    async with scene.training.api(scene.trainer) as trainer:
        answer = await trainer.post(f"{OWN}/programmes/{new_id()}/sessions", json=session_body())
        refused(answer, 404, "not-found")
        refused(await trainer.get(f"/programmes/{new_id()}"), 404, "not-found")


async def test_each_no_to_a_person_has_its_own_slug(scene: Scene) -> None:
    sam, kim = await scene.person("Sam"), await scene.person("Kim")
    full, held = await scene.session(places=1), await scene.session(starts_at=soon())
    await scene.enrol(full, sam)
    await scene.enrol(held, sam)
    await scene.record(held, attended=[], absent=[sam])
    outsider = Person(called="Lee")
    await scene.training.hears_and_settles(outsider.opened)
    before = await scene.training.said()
    async with scene.training.api(kim) as person:
        refused(await person.post("/mine/enrolments", json={"session_id": str(full)}), 409, "full")
        refused(await person.post("/mine/enrolments", json={"session_id": str(held)}), 409, "already-held")
        refused(await person.post("/mine/enrolments", json={"session_id": str(new_id())}), 404, "not-found")
        refused(await person.delete(f"/mine/enrolments/{full}"), 404, "not-found")
    async with scene.training.api(outsider) as person:
        refused(await person.post("/mine/enrolments", json={"session_id": str(full)}), 403, "not-in-the-pool")
    async with scene.training.api() as visitor:
        refused(await visitor.get("/mine/credentials"), 401, "sign-in-first")
    assert await scene.training.said() == before


async def test_each_no_to_a_register_has_its_own_slug(scene: Scene) -> None:
    sam, coming = await scene.person(), await scene.session()
    started = await scene.session(starts_at=soon())
    await scene.enrol(coming, sam)
    await scene.enrol(started, sam)
    before = await scene.training.said()
    attended = {"attended": [str(sam.id)]}
    async with scene.training.api(scene.trainer) as trainer:
        refused(await trainer.post(f"{OWN}/sessions/{coming}/attendance", json=attended), 409, "not-started")
        refused(await trainer.post(f"{OWN}/sessions/{started}/attendance", json={}), 422, "not-everyone")
        both = attended | {"absent": [str(sam.id)]}
        refused(await trainer.post(f"{OWN}/sessions/{started}/attendance", json=both), 422, "not-everyone")
        nobody = {"attended": [str(new_id())], "absent": [str(sam.id)]}
        refused(await trainer.post(f"{OWN}/sessions/{started}/attendance", json=nobody), 422, "not-enrolled")
    assert (await scene.training.said(), await scene.count("credential")) == (before, 0)


async def test_somebody_elses_id_in_the_address_answers_404(scene: Scene) -> None:
    sam, id = await scene.person(), await scene.offer()
    session_id = await scene.add_session(id, starts_at=soon())
    await scene.enrol(session_id, sam)
    before = await scene.training.said()
    async with scene.training.api(scene.stranger) as stranger:
        for ods in ("RX2", "X24A1"):
            own = f"/organisations/{ods}"
            for answer in (
                await stranger.get(f"{own}/programmes/{id}"),
                await stranger.get(f"{own}/sessions/{session_id}"),
                await stranger.post(f"{own}/programmes/{id}/sessions", json=session_body()),
                await stranger.post(f"{own}/programmes/{id}/withdraw"),
                await stranger.post(f"{own}/sessions/{session_id}/attendance", json={"attended": [str(sam.id)]}),
            ):
                refused(answer, 404, "not-found")
        refused(await stranger.get("/organisations/X24A1/programmes"), 404, "not-found")
        refused(await stranger.post("/organisations/X24A1/programmes", json=PROGRAMME), 404, "not-found")
        refused(await stranger.delete(f"/mine/enrolments/{session_id}"), 404, "not-found")
        assert (await stranger.get("/mine/enrolments")).json()["enrolments"] == []
    assert await scene.training.said() == before
