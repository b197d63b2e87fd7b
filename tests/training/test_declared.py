"""Training that an organisation's register declares: kept as what it says, its person's to put right or take away."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from schemas.event import Erased
from schemas.identity import AccountErased
from schemas.signed import REGISTER_TRAINING
from services.chassis.base.keys import KeyRing
from services.chassis.http.signed_values import sign
from services.chassis.postgres.transaction import new_id
from services.training.domain import declared as domain
from tests.support import Person, form_key, hidden, member
from tests.training.scene import Scene

HERE = "/training/for/X24A1/register"
TODAY = date(2026, 11, 29)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2024-03-05 00:00:00", "2024-03-05"),
        ("5/3/2024", "2024-03-05"),
        ("5th March 2024", "2024-03-05"),
        ("Mar 2024", "2024-03"),
        ("3/2024", "2024-03"),
        ("2024", "2024"),
        ("", ""),
        ("31 2 2024", None),
        ("29 2 2023", None),
        ("13/13/2020", None),
        ("2031", None),
        ("30 November 2026", None),
        ("1899", None),
        ("soon", None),
    ],
)
def test_a_day_is_kept_as_far_as_it_is_known_and_one_that_never_was_is_refused(typed: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(domain.NoSuchDay):
            domain.held(typed, today=TODAY)
    else:
        assert domain.held(typed, today=TODAY) == kept


def part(scene: Scene, id: UUID, rows: list[dict[str, Any]], **changes: str) -> str:
    said = {"import_id": str(id), "organisation_id": str(scene.charity.id), "rows": rows}
    return sign(KeyRing(scene.training.app.settings).forms, said | changes, purpose=REGISTER_TRAINING)


def row(line: int, person: Person, **cells: str) -> dict[str, Any]:
    return {"line": line, "person_id": str(person.id), **cells}


async def test_what_a_register_declares_is_looked_at_kept_put_right_and_taken_away(scene: Scene) -> None:
    admin, sam = member(scene.charity, "admin", "trainer"), await scene.person()
    await scene.training.hears_and_settles(admin.opened)
    rows = [
        row(2, sam, title="Chairing meetings", on="March 2024", by="The College"),
        row(2, sam, title="Research", on="31 2 2024"),
        row(3, sam, title="", on="2020"),
    ]
    id = new_id()
    async with scene.training.browser(admin) as browser, scene.training.api(admin) as api:
        sent = [
            await browser.post(HERE, data={"form_key": await _a_key(browser), "part": part(scene, id, rows)})
            for _ in range(2)
        ]
        [page] = {one.headers["location"].partition("?")[0] for one in sent}
        shown = (await browser.get(page)).text
        for said in ("“31 2 2024” is no day that there was", "It does not say which training it was.", "Line 3"):
            assert said in shown, said
        assert await _mine(scene, sam) == [], "nothing is kept before the second press"
        pressed = await browser.post(f"{page}/apply", data={"form_key": form_key(shown)})
        assert pressed.status_code == 303
        await scene.training.settle()
        assert [one["title"] for one in await _mine(scene, sam)] == ["Chairing meetings"]
        line = f"{page}/lines/2/2"
        form = hidden((await browser.get(line)).text)
        wrong = await browser.post(line, data={**form, "title": "Research", "held": "2031", "by": ""})
        assert (wrong.status_code, "Enter a day, a month or a year that there was" in wrong.text) == (422, True)
        right = await browser.post(line, data={**hidden(wrong.text), "title": "Research", "held": "2023", "by": ""})
        assert right.status_code == 303, right.text
        found = (await api.get(f"/organisations/X24A1/registers/{id}")).json()
        assert (found["rows"], found["wrong"], found["kept"]) == (3, 1, 2)
    async with scene.training.browser(sam) as browser, scene.training.api(sam) as mine:
        shown = (await browser.get("/training/mine")).text
        for said in ("March 2024", "The College", f"Declared by {scene.charity.name}, not checked"):
            assert said in shown, said
        chairing, research = await _mine(scene, sam)
        at = f"/training/mine/declared/{chairing['id']}"
        form = hidden((await browser.get(at)).text)
        saved = await browser.post(at, data={**form, "title": "Chairing", "held": "5 3 2024", "by": ""})
        assert saved.status_code == 303, saved.text
        assert (await mine.delete(f"/mine/declared/{research['id']}")).status_code == 200
        assert [(one["title"], one["held"], one["corrected"]) for one in await _mine(scene, sam)] == [
            ("Chairing", "2024-03-05", True)
        ]
        assert (await mine.get("/mine/credentials")).json()["credentials"] == [], "it is no credential"
        assert "Chairing" in (await browser.get("/training/mine/data")).text
    async with scene.training.browser(scene.stranger) as browser:
        assert (await browser.get(at)).status_code == 404
        assert (await browser.get(page)).status_code == 404
    assert await scene.count("credential") == 0


async def test_what_a_person_made_of_it_is_read_by_nobody_else_and_what_they_took_away_stays_away(scene: Scene) -> None:
    admin, sam = member(scene.charity, "admin", "trainer"), await scene.person()
    await scene.training.hears_and_settles(admin.opened)
    id, rows = new_id(), [row(2, sam, title="Chairing"), row(3, sam, title="Research")]
    async with scene.training.browser(admin) as browser, scene.training.api(sam) as mine:
        for time in range(2):  # the same part again, and the button of a page that stayed open
            await browser.post(HERE, data={"form_key": await _a_key(browser), "part": part(scene, id, rows)})
            await browser.post(f"{HERE}/{id}/apply", data={"form_key": await _a_key(browser)})
            if time == 0:
                chairing, research = await _mine(scene, sam)
                await mine.put(f"/mine/declared/{chairing['id']}", json={"title": "My own words"})
                await mine.delete(f"/mine/declared/{research['id']}")
        for no_line in ("2/99999999999", "3/1"):
            assert (await browser.get(f"{HERE}/{id}/lines/{no_line}")).status_code == 404, no_line
    assert [one["title"] for one in await _mine(scene, sam)] == ["My own words"]
    async with scene.training.api(admin) as api:
        kept = (await api.get(f"/organisations/X24A1/registers/{id}/lines/2/1")).json()
        assert (kept["kept"], kept["title"]) == (True, ""), "it is theirs by now"


async def test_nobody_else_brings_it_in_and_whoever_was_forgotten_stays_so(scene: Scene) -> None:
    admin, sam, kim = member(scene.charity, "admin", "trainer"), await scene.person(), await scene.person("Kim")
    await scene.training.hears_and_settles(admin.opened, AccountErased(Erased(id=kim.id, version=2)))
    rows = [row(2, sam, title="Chairing"), row(3, kim, title="Chairing")]
    async with scene.training.browser(admin) as browser:
        key = await _a_key(browser)
        foreign = part(scene, new_id(), rows, organisation_id=str(scene.trust.id))
        for wrong in (foreign, "nothing"):
            assert (await browser.post(HERE, data={"form_key": key, "part": wrong})).status_code == 403
        sent = await browser.post(HERE, data={"form_key": key, "part": part(scene, new_id(), rows)})
        assert sent.status_code == 303
    async with scene.training.browser(scene.trainer) as browser:
        key = await _a_key(browser)
        assert (await browser.post(HERE, data={"form_key": key, "part": foreign})).status_code == 403
    await scene.training.settle()
    assert await scene.count("declared_training") == 1, "of whoever was forgotten nothing comes back"
    await scene.training.hears_and_settles(AccountErased(Erased(id=sam.id, version=2)))
    assert await scene.count("declared_training") == 0


async def _a_key(browser: Any) -> str:
    """Of any form of the session, as recruitment's page has one."""
    return form_key((await browser.get("/training/for/X24A1/new")).text)


async def _mine(scene: Scene, person: Person) -> list[dict[str, Any]]:
    async with scene.training.api(person) as api:
        return (await api.get("/mine/declared")).json()["trainings"]
