"""A person reads and takes away all that each room holds of them, and nobody else does."""

from datetime import UTC, datetime, timedelta

import pytest

from schemas import links
from services import NAMES
from services.chassis.http.own_data import words_of_row
from services.chassis.postgres.holds import Holds
from tests.recruitment.scene import FULL_NAME, Scene, make_scene
from tests.support import Connected, Database, Person


@pytest.fixture
async def scene(recruitment: Connected) -> Scene:
    return await make_scene(recruitment)


@pytest.mark.parametrize("room", NAMES)
async def test_every_room_gives_a_page_and_a_file_to_whoever_showed_lately_who_they_are(
    room: str, database: Database
) -> None:
    service = await database.connect(room)
    sam = Person()
    if room == "identity":
        return  # an account of its own: tests/identity tries its page
    await service.hears_and_settles(sam.opened)
    prefixes = tuple(path for path in service.app.service.card.paths if path != "/")
    [page] = [address for _, address in links.OWN_DATA if address.startswith(prefixes)]
    async with service.browser(sam) as browser, service.api(sam) as api:
        shown = await browser.get(page)
        assert shown.status_code == 200
        assert f'href="{page}/file"' in shown.text
        kept = await browser.get(f"{page}/file")
        answer = await api.get("/mine/data")
        assert kept.headers["content-disposition"] == answer.headers["content-disposition"]
        assert kept.json()["holds"] == answer.json()["holds"]
        assert answer.status_code == 200
        assert (answer.json()["room"], answer.json()["person_id"]) == (room, str(sam.id))
        assert "attachment" in answer.headers["content-disposition"]
    sam.proved_at = datetime.now(UTC) - timedelta(hours=1)
    async with service.browser(sam) as browser, service.api(sam) as api:
        for address in (page, f"{page}/file"):
            asked = await browser.get(address)
            assert (asked.status_code, asked.headers["location"]) == (303, f"/sign-in/again?to={page}"), (
                "they show that it is them first, and come back to the page: a file opens none"
            )
        assert (await api.get("/mine/data")).status_code == 401


async def test_the_file_has_what_the_person_wrote_and_nothing_of_others(scene: Scene) -> None:
    await scene.in_pool()
    other = Person(called="Other")
    await scene.knows(other)
    await scene.in_pool(other)
    async with scene.recruitment.browser(scene.sam) as sam, scene.recruitment.api(scene.sam) as api:
        page = (await sam.get("/profile/mine/data")).text
        assert FULL_NAME in page
        holds = {one["name"]: one for one in (await api.get("/mine/data")).json()["holds"]}
        assert [row["full_name"] for row in holds["application"]["rows"]] == [FULL_NAME]
        assert [row["person_id"] for row in holds["caseload"]["rows"]] == [str(scene.sam.id)]
        assert len(holds["agreement"]["rows"]) == 2
        assert "Other" not in str(holds)


def test_a_page_shows_of_what_is_masked_the_end_only_and_of_ids_nothing() -> None:
    kind = Holds("details", "Your bank details", "For ever", "select 1", masked=frozenset({"account_number"}))
    row = {"account_number": "12345678", "person_id": str(Person().id), "given_at": "2026-11-29T10:00:00+00:00"}
    assert words_of_row(kind, row) == {"Account number": "••••5678", "Given": "Sunday 29 November 2026 at 10am"}
