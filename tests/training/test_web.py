"""Training's pages: what each kind of visitor can do, what is refused, and that nobody gets at another's."""

from datetime import UTC, datetime, timedelta

import pytest

from schemas.recruitment import LeaderApproved
from services.chassis.base.access import LONDON
from services.chassis.postgres.transaction import new_id
from tests.support import Person, form_key, led_to, member
from tests.training.scene import Scene, leader, soon


def session_fields(starts_at: datetime, **changes: str) -> dict[str, str]:
    local = starts_at.astimezone(LONDON)
    fields = {
        "starts_at_day": str(local.day),
        "starts_at_month": str(local.month),
        "starts_at_year": str(local.year),
        "starts_time": f"{local:%H:%M}",
        "hours": "2",
        "mode": "in_person",
        "place": "Example Hall, room 4",
        "places": "5",
    }
    return fields | changes


async def test_a_trainer_offers_a_programme_adds_a_session_and_records_who_came(scene: Scene) -> None:
    sam = await scene.person()
    base = "/training/for/X24A1"
    async with scene.training.browser(scene.trainer) as browser:
        assert (await browser.get(base)).status_code == 200
        key = form_key((await browser.get(f"{base}/new")).text)
        fields = {"title": "Chairing", "summary": "How to chair.", "lasts_months": "12", "credential": ""}
        done = await browser.post(f"{base}/new", data=fields | {"form_key": key})
        assert done.status_code == 303
        programme = done.headers["location"].partition("?")[0]
        assert "Chairing" in (await browser.get(done.headers["location"])).text
        key = form_key((await browser.get(f"{programme}/new-session")).text)
        done = await browser.post(
            f"{programme}/new-session", data=session_fields(datetime.now(UTC)) | {"form_key": key}
        )
        assert done.status_code == 303, done.text
        async with scene.training.transaction() as tx:
            session_id = await tx.fetchval("select id from session")
        await scene.enrol(session_id, sam)
        page = await browser.get(f"{base}/sessions/{session_id}")
        assert "Sam (PL-7K3Q)" in page.text
        fields = {"form_key": form_key(page.text), f"came_{sam.id}": "yes"}
        done = await browser.post(f"{base}/sessions/{session_id}", data=fields)
        assert done.status_code == 303
        assert "has completed the training" in (await browser.get(done.headers["location"])).text
        assert "Recorded" in (await browser.get(programme)).text
    async with scene.training.browser(sam) as browser:
        mine = (await browser.get("/training/mine")).text
        assert "You came" in mine and "Chairing" in mine and str(datetime.now(UTC).year + 1) in mine
    assert await scene.count("credential") == 1


async def test_a_person_takes_a_place_and_gives_it_back(scene: Scene) -> None:
    sam, id = await scene.person(), await scene.offer()
    session_id = await scene.add_session(id)
    async with scene.training.browser(sam) as browser:
        page = (await browser.get(f"/training/{id}")).text
        assert "Take a place" in page
        sent = {"form_key": form_key(page)}
        done = await browser.post(f"/training/mine/sessions/{session_id}", data=sent)
        assert led_to(done) == "/training/mine"
        again = await browser.post(f"/training/mine/sessions/{session_id}", data=sent)
        assert again.headers["location"] == done.headers["location"], "a double click goes to the same place"
        assert await scene.taken(session_id) == 1
        assert "You have a place" in (await browser.get(f"/training/{id}")).text
        key = form_key((await browser.get("/training/mine")).text)
        done = await browser.post(f"/training/mine/sessions/{session_id}/cancel", data={"form_key": key})
        assert "You gave your place back" in (await browser.get(done.headers["location"])).text
    assert (await scene.taken(session_id), await scene.count("enrolment")) == (0, 0)


async def test_the_pages_of_training_are_for_everyone_and_say_how_to_take_part(scene: Scene) -> None:
    id = await scene.offer()
    await scene.add_session(id)
    outsider = Person(called="Kim")
    await scene.training.hears_and_settles(outsider.opened)
    async with scene.training.browser() as visitor:
        assert f"/sign-in?to=/training/{id}" in (await visitor.get(f"/training/{id}")).text
        assert (await visitor.get("/training/mine")).status_code == 303
    async with scene.training.browser(outsider) as browser:
        page = (await browser.get(f"/training/{id}")).text
        assert "Join the pool" in page and "Take a place</" not in page


async def test_a_session_without_places_left_offers_no_place(scene: Scene) -> None:
    sam, kim, id = await scene.person("Sam"), await scene.person("Kim"), await scene.offer()
    await scene.enrol(await scene.add_session(id, places=1), sam)
    async with scene.training.browser(kim) as browser:
        page = (await browser.get(f"/training/{id}")).text
    assert "All places are taken" in page and "form_key" not in page


async def test_a_form_without_a_good_key_changes_nothing(scene: Scene) -> None:
    sam, id = await scene.person(), await scene.offer()
    session_id = await scene.add_session(id, starts_at=soon())
    await scene.enrol(session_id, sam)
    before = await scene.training.said()
    kim = await scene.person("Kim")
    staff = {
        "/training/for/X24A1/new": {"title": "A", "summary": "B"},
        f"/training/for/X24A1/{id}/new-session": session_fields(datetime.now(UTC) + timedelta(days=1)),
        f"/training/for/X24A1/{id}/withdraw": {},
        f"/training/for/X24A1/sessions/{session_id}": {f"came_{sam.id}": "yes"},
    }
    own: dict[str, dict[str, str]] = {
        f"/training/mine/sessions/{session_id}": {},
        f"/training/mine/sessions/{session_id}/cancel": {},
    }
    for person, forms in ((scene.trainer, staff), (kim, own)):
        async with scene.training.browser(person) as browser:
            for path, fields in forms.items():
                for key in ("", "forged.0123456789abcdef0123456789abcdef"):
                    refused = await browser.post(path, data=fields | {"form_key": key})
                    assert refused.status_code == 403, path
    assert await scene.training.said() == before


async def test_what_is_typed_wrong_is_shown_again_with_words(scene: Scene) -> None:
    id = await scene.offer()
    async with scene.training.browser(scene.trainer) as browser:
        path = f"/training/for/X24A1/{id}/new-session"
        for changes, words in (
            ({"places": "0"}, "Enter how many places there are: a whole number from 1 to 100"),
            ({"starts_at_year": "2020"}, "A session has to start from now on"),
            ({"starts_at_day": "31", "starts_at_month": "2"}, "Enter the day, like 27 3 2027"),
            ({"starts_time": "soon"}, "Enter when it starts, for example 10:00 or 2:30pm"),
            ({"place": ""}, "Enter where people meet"),
            ({"mode": "by_pigeon"}, "Choose how people take part"),
        ):
            fields = session_fields(datetime.now(UTC) + timedelta(days=3), **changes)
            key = form_key((await browser.get(path)).text)
            again = await browser.post(path, data=fields | {"form_key": key})
            assert again.status_code == 422 and words in again.text, changes
        path = "/training/for/X24A1/new"
        key = form_key((await browser.get(path)).text)
        again = await browser.post(path, data={"title": "", "summary": "B", "credential": "No!", "form_key": key})
        assert (
            again.status_code == 422
            and "Enter the name of the training" in again.text
            and "small letters" in again.text
        )
    assert (await scene.count("session"), await scene.count("programme")) == (0, 1)


async def test_a_register_with_somebody_left_out_is_shown_again(scene: Scene) -> None:
    sam, kim = await scene.person("Sam"), await scene.person("Kim")
    session_id = await scene.session(starts_at=soon())
    await scene.enrol(session_id, sam, kim)
    async with scene.training.browser(scene.trainer) as browser:
        path = f"/training/for/X24A1/sessions/{session_id}"
        key = form_key((await browser.get(path)).text)
        again = await browser.post(path, data={f"came_{sam.id}": "yes", "form_key": key})
        assert again.status_code == 422 and "Say for each person" in again.text
    assert await scene.count("credential") == 0


async def test_a_trainer_with_a_place_of_their_own_sees_who_else_records(scene: Scene) -> None:
    session_id = await scene.session(starts_at=soon())
    await scene.training.hears_and_settles(LeaderApproved(leader(scene.trainer)))
    await scene.enrol(session_id, scene.trainer)
    async with scene.training.browser(scene.trainer) as browser:
        page = (await browser.get(f"/training/for/X24A1/sessions/{session_id}")).text
    assert "Somebody else in your organisation" in page and "form_key" not in page


async def test_an_id_of_another_organisation_or_of_nothing_answers_404(scene: Scene) -> None:
    sam, id = await scene.person(), await scene.offer()
    session_id = await scene.add_session(id)
    await scene.enrol(session_id, sam)
    before = await scene.training.said()
    async with scene.training.browser(scene.stranger) as browser:
        key = form_key((await browser.get("/training/for/RX2/new")).text)
        own = "/training/for/RX2"
        gets = [
            f"/{id}",
            f"/{id}/new-session",
            f"/sessions/{session_id}",
            f"/sessions/{id}",
            "/not-an-id",
            "/sessions/x",
        ]
        gets += [f"/{new_id()}", f"/sessions/{new_id()}"]
        for path in [*(own + path for path in gets), f"/training/for/X24A1/{id}", "/training/for/X24A1", "/training/x"]:
            assert (await browser.get(path)).status_code == 404, path
        posts = {
            f"{own}/{id}/new-session": session_fields(datetime.now(UTC) + timedelta(days=3)),
            f"{own}/{id}/withdraw": {},
            f"{own}/sessions/{session_id}": {f"came_{sam.id}": "yes"},
            "/training/for/X24A1/new": {"title": "A", "summary": "B"},
            f"/training/mine/sessions/{session_id}/cancel": {},
            f"/training/mine/sessions/{id}": {},
        }
        for path, fields in posts.items():
            assert (await browser.post(path, data=fields | {"form_key": key})).status_code == 404, path
    async with scene.training.browser() as visitor:
        assert (await visitor.get(f"/training/{new_id()}")).status_code == 404
    assert await scene.training.said() == before


@pytest.mark.parametrize("role", ["approver", "finance", "screener"])
async def test_a_member_without_the_role_does_not_enter(scene: Scene, role: str) -> None:
    other = member(scene.charity, role)
    await scene.training.hears_and_settles(other.opened)
    async with scene.training.browser(other) as browser:
        assert (await browser.get("/training/for/X24A1")).status_code == 403
        assert (await browser.get("/training/for/X24A1/new")).status_code == 403


async def test_somebody_not_in_the_pool_is_told_so_and_nothing_changes(scene: Scene) -> None:
    session_id = await scene.session()
    async with scene.training.browser(scene.trainer) as browser:
        key = form_key((await browser.get("/training/for/X24A1/new")).text)
        refused = await browser.post(f"/training/mine/sessions/{session_id}", data={"form_key": key})
        assert refused.status_code == 403 and "Join first" in refused.text
    assert await scene.taken(session_id) == 0
