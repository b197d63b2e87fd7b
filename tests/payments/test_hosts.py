"""A host drafts, approves and pays for an organisation that is too small to do so, from its first day to its last."""

from datetime import timedelta

import pytest

from services.chassis.base.access import london_day
from tests.support import Database, form_key
from tests.town import START, Somebody, Town, refusal, town

RATE = {"title": "Hour", "unit": "half_day", "amount_pence": 5500, "source": "Surgery's policy 1"}


@pytest.fixture
async def place(database: Database):
    async with town(database) as made:
        surgery = {"ods_code": "Y99982", "name": "Harbour Street", "kind": "gp_practice", "valid_from": "2020-01-01"}
        await made.must(made.ada, "identity", "/organisations/QZZ/organisations", surgery)
        yield made


async def hosted(place: Town) -> None:
    await place.must(place.ada, "identity", "/organisations/Y99982/hosts", {"host": "RX2"})


async def rate(place: Town, finance: Somebody) -> None:
    card = RATE | {"valid_from": START.date().isoformat()}
    place.rate = (await place.must(finance, "payments", "/organisations/Y99982/rate-cards", card))["id"]


async def test_the_hosts_staff_post_choose_approve_and_pay_for_it_and_four_hands_hold(place: Town) -> None:
    cora = await place.hire(place.ada, "RX2", "Cora", "coordinator", "approver")
    amir = await place.hire(place.ada, "RX2", "Amir", "approver")
    fin = await place.hire(place.ada, "RX2", "Fin", "finance")
    lou = await place.hire(place.ada, "RX2", "Lou", "trainer", "admin")
    paths = {"matching": "/organisations/Y99982/opportunities", "payments": "/organisations/Y99982/claims"}
    for service, path in paths.items():
        assert (await place.ask(cora, "GET", service, path)).status_code == 404, "nobody hosts it yet"
    await hosted(place)
    await rate(place, fin)
    role = await place.role(cora, "Y99982")
    engagement = await place.take(role, cora, sam := await place.person(), "Y99982")
    assert (await place.record(role, engagement, cora, "Y99982")).is_success
    claim = await place.claimed(sam)
    assert refusal(await place.approve(cora, claim, "Y99982")) == "own-record"
    assert (await place.approve(amir, claim, "RX2")).status_code == 404, "it is not the host's own claim"
    assert (await place.approve(amir, claim, "Y99982")).is_success
    assert (await place.pay(fin, "Y99982")).is_success
    for service, path in paths.items():
        assert (await place.ask(lou, "GET", service, path)).status_code == 404, "that is no role of a host"
    assert (await place.ask(lou, "GET", "identity", "/organisations/Y99982/staff")).status_code in (403, 404)
    async with place.browser("notifications", cora) as browser:
        home = (await browser.get("/home/for/RX2")).text
        assert '<a class="nhsuk-link" href="/home/for/Y99982">Harbour Street</a>' in home
        assert (await browser.get("/home/for/Y99982")).status_code == 200
    async with place.browser("identity", cora) as browser:
        assert "Trust RX2, since" in (await browser.get("/organisations/Y99982")).text


async def test_before_its_first_day_and_after_its_last_a_host_is_nobody(place: Town) -> None:
    cora = await place.hire(place.ada, "RX2", "Cora", "coordinator")
    own = await place.hire(place.ada, "Y99982", "Gwen", "coordinator")
    opportunities = "/organisations/Y99982/opportunities"
    later = {"host": "RX2", "valid_from": "2099-01-01"}
    await place.must(place.ada, "identity", "/organisations/Y99982/hosts", later)
    assert (await place.ask(cora, "GET", "matching", opportunities)).status_code == 404
    over = {"last_day": (london_day(place.rooms.now) - timedelta(days=1)).isoformat()}
    end = "/organisations/Y99982/hosts/RX2/end"
    await place.must(place.ada, "identity", end, over)
    await hosted(place)
    assert (await place.ask(cora, "GET", "matching", opportunities)).status_code == 200
    assert refusal(await place.post(place.ada, "identity", end, {"last_day": "2020-01-01"})) == "ends-too-early"
    await place.must(place.ada, "identity", end, over)
    assert (await place.ask(cora, "GET", "matching", opportunities)).status_code == 404
    assert (await place.ask(own, "GET", "matching", opportunities)).status_code == 200, "its own staff stay"
    assert refusal(await place.post(place.ada, "identity", end, over)) == "no-host"


async def test_only_the_network_sets_a_host_and_it_is_always_clear_who_acts(place: Town) -> None:
    gwen = await place.hire(place.ada, "Y99982", "Gwen", "admin")
    third = {"ods_code": "RYR", "name": "Trust RYR", "kind": "trust", "valid_from": "2020-01-01"}
    await place.must(place.ada, "identity", "/organisations/QZZ/organisations", third)

    async def refused(ods: str, host: str, **more: str) -> str:
        return refusal(await place.post(place.ada, "identity", f"/organisations/{ods}/hosts", {"host": host, **more}))

    assert (await place.post(gwen, "identity", "/organisations/Y99982/hosts", {"host": "RX2"})).status_code in (
        403,
        404,
    )
    assert await refused("Y99982", "Y99982") == "own-host"
    assert await refused("Y99982", "ZZZ99") == "host-not-open"
    assert await refused("QZZ", "RX2") == "network-hosted"
    assert await refused("Y99982", "RX2", valid_from="2020-01-01") == "hosted-in-the-past"
    assert await refused("Y99982", "RX2", valid_from="2099-01-02", valid_to="2099-01-01") == "not-valid"
    await hosted(place)
    assert await refused("Y99982", "RYR") == "hosted-then"
    assert await refused("RYR", "Y99982") == "host-is-hosted"
    assert await refused("RX2", "RYR") == "hosts-others"
    said = (await place.ask(None, "GET", "identity", "/organisations/Y99982")).json()
    assert [one["ods_code"] for one in said["hosts"]] == ["RX2"]


async def test_an_admin_of_the_network_sets_and_ends_a_host_by_its_pages(place: Town) -> None:
    at = "/organisations/for/Y99982/hosts"
    async with place.browser("identity", place.ada) as browser:
        browser.headers["sec-fetch-site"] = "same-origin"

        async def send(page: str, **typed: str) -> tuple[int, str]:
            shown = (await browser.get(page)).text
            answer = await browser.post(page, data={"form_key": form_key(shown), **typed})
            return answer.status_code, answer.text

        status, text = await send(at, host="not one")
        assert (status, 'value="not one"' in text) == (422, True)
        assert (await send(at, host="rx2"))[0] == 303
        page = (await browser.get(at)).text
        assert "Trust RX2" in page
        today = london_day(place.rooms.now)
        day = {"last_day_day": str(today.day), "last_day_month": str(today.month), "last_day_year": str(today.year)}
        assert (await send(f"{at}/RX2/end", **day))[0] == 303
        assert f"{today.day} {today:%B} {today.year}" in (await browser.get(at)).text


async def test_a_host_that_was_set_by_mistake_is_ended_and_set_again_on_the_same_day(place: Town) -> None:
    cora = await place.hire(place.ada, "RX2", "Cora", "coordinator")
    over = {"last_day": (london_day(place.rooms.now) - timedelta(days=1)).isoformat()}
    for _ in range(2):
        await hosted(place)
        await place.must(place.ada, "identity", "/organisations/Y99982/hosts/RX2/end", over)
    await hosted(place)
    said = (await place.ask(None, "GET", "identity", "/organisations/Y99982")).json()
    assert [(one["ods_code"], one["valid_to"]) for one in said["hosts"]] == [("RX2", None)]
    assert (await place.ask(cora, "GET", "matching", "/organisations/Y99982/opportunities")).status_code == 200


async def test_a_host_acts_for_nobody_beyond_its_own_last_day(place: Town) -> None:
    last = {"last_day": "2099-06-30"}
    await hosted(place)
    close = "/organisations/RX2/close"
    assert refusal(await place.post(place.ada, "identity", close, last)) == "hosts-still"
    await place.must(place.ada, "identity", "/organisations/Y99982/hosts/RX2/end", {"last_day": "2099-05-31"})
    await place.must(place.ada, "identity", close, last)
    earlier = {"name": "Trust RX2", "kind": "trust", "valid_from": "2020-01-01", "last_day": "2099-05-30"}
    assert refusal(await place.ask(place.ada, "PUT", "identity", "/organisations/RX2", earlier)) == "hosts-still"
    hosts = "/organisations/Y99982/hosts"
    for more in ({}, {"valid_to": "2099-07-01"}):
        again = {"host": "RX2", "valid_from": "2099-06-01", **more}
        assert refusal(await place.post(place.ada, "identity", hosts, again)) == "host-not-open"
    await place.must(
        place.ada, "identity", hosts, {"host": "RX2", "valid_from": "2099-06-01", "valid_to": "2099-06-30"}
    )
