"""Whoever of the welcome team lives with somebody who asks to join, or is close to them, hands it on for good."""

from datetime import UTC, datetime, timedelta

import asyncpg
import httpx
import pytest

from schemas.event import Erased
from schemas.identity import AccountErased
from services.recruitment.commands import coordinating, joining, welcoming
from services.recruitment.domain.coordinator import CloseToWhomTheyGet
from services.recruitment.domain.welcome import CloseToThem
from tests.recruitment.scene import Scene
from tests.support import form_key, led_to

LIST = "/people/for/QNX"


async def lists_with(api: httpx.AsyncClient, one: str) -> list[str]:
    """The lists in which the application stands for whoever asks."""
    start, _, id = one.rpartition("/applications/")
    reference = f"AP-{id[-6:].upper()}"
    found = [
        (name, (await api.get(f"{start}/{path}")).json()["applications"])
        for name, path in (
            ("applications", "applications"),
            ("answered-applications", "answered-applications"),
            ("all-applications", "all-applications"),
            ("by its reference", f"all-applications?words={reference}"),
        )
    ]
    return [name for name, some in found if id in {each["id"] for each in some}]


async def test_one_press_hands_it_on_and_from_then_on_it_is_their_colleagues(scene: Scene) -> None:
    id = await scene.send()
    page, one = f"{LIST}/{id}", f"/organisations/QNX/applications/{id}"
    async with scene.recruitment.transaction(scene.screener.acting(scene.network)) as tx:
        await welcoming.take(tx, id)
    async with scene.recruitment.browser(scene.screener) as robin, scene.recruitment.api(scene.screener) as api:
        shown = await robin.get(page)
        assert "I live with them, or am close to them" in shown.text
        left = await robin.post(f"{page}/step-back", data={"form_key": form_key(shown.text)})
        assert led_to(left) == LIST
        assert "It is with your colleagues now" in (await robin.get(left.headers["location"])).text
        for address in (page, f"{page}/decline", f"{page}/talk", f"{page}/hand-over", f"{page}/signed-form"):
            answer = await robin.get(address)
            assert (answer.status_code, "A colleague" in answer.text) == (403, True), address
            assert "long-term pain" not in answer.text
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        for act, body in (
            ("take", None),
            ("approve", None),
            ("decline", {"reason": "So", "would_help": "That"}),
            ("talk", {"at": tomorrow.isoformat(), "how": "phone"}),
            ("ask-more", {"words": "What?"}),
            ("hand-over", {"to": str(scene.welcomer.id)}),
            ("step-back", None),
        ):
            assert (await api.post(f"{one}/{act}", json=body)).json()["type"].endswith("close-to-them"), act
        assert (await api.get(one)).status_code == 403
        assert await lists_with(api, one) == []
        assert led_to(await robin.get(f"{LIST}/next")) == LIST, "it is no next one of theirs"
    async with scene.recruitment.browser(scene.welcomer) as noor:
        assert "Robin" not in (await noor.get(f"{page}/hand-over")).text
    async with scene.recruitment.api(scene.welcomer) as noor:
        back = await noor.post(f"{one}/hand-over", json={"to": str(scene.screener.id)})
        assert back.json()["type"].endswith("close-to-them"), "nor does it come back to them"
        assert (await noor.get(one)).json()["held_by"] is None
        assert await lists_with(noor, one) == ["applications", "all-applications", "by its reference"]
        assert (await noor.post(f"{one}/approve", json={"tell_now": True})).is_success
        assert await lists_with(noor, one) == ["answered-applications", "all-applications", "by its reference"]
    async with scene.recruitment.api(scene.screener) as api:
        assert await lists_with(api, one) == [], "nor how it was answered"
    with pytest.raises(CloseToWhomTheyGet):
        async with scene.recruitment.transaction(scene.welcomer.acting(scene.network)) as tx:
            await coordinating.hand_over(tx, scene.sam.id, scene.screener.id, "")


async def test_it_holds_for_their_next_application_and_is_forgotten_with_whoever_said_it(scene: Scene) -> None:
    id = await scene.send()
    async with scene.recruitment.transaction(scene.screener.acting(scene.network)) as tx:
        await welcoming.step_back(tx, id)
    with pytest.raises(asyncpg.CheckViolationError):
        async with scene.recruitment.transaction() as tx:
            await tx.execute("update application set held_by = $2 where id = $1", id, scene.screener.id)
    async with scene.recruitment.transaction(scene.sam.acting()) as tx:
        await joining.withdraw_application(tx)
    again = await scene.send()
    with pytest.raises(CloseToThem):
        await scene.approve(again)
    await scene.recruitment.hears_and_settles(AccountErased(Erased(id=scene.screener.id, version=2)))
    async with scene.recruitment.transaction() as tx:
        assert {len(row["close_to"]) for row in await tx.fetch("select close_to from application")} == {0}


async def test_who_answered_undoes_it_first(scene: Scene) -> None:
    id = await scene.send()
    async with scene.recruitment.api(scene.screener) as api:
        one = f"/organisations/QNX/applications/{id}"
        assert (await api.post(f"{one}/approve")).is_success
        assert (await api.post(f"{one}/step-back")).json()["type"].endswith("already-answered")
        assert (await api.post(f"{one}/undo")).is_success
        assert (await api.post(f"{one}/step-back")).is_success
