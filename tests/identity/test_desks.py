"""What an organisation says of itself: put right by the network, its desks and venues kept by its own staff."""

import json
import re
from typing import Any
from uuid import uuid4

import pytest

from services.identity.commands.sessions import SignedIn
from tests.identity.desk import Desk, send

DESK = {"name": "Involvement team", "phone": "01632 960 100", "mailbox": "pals@rx2.example", "hours": "9am to 4pm"}
VENUE = {
    "name": "Seminar room 2",
    "address": "Education centre\nHill Road",
    "postcode": "so16 6yd",
    "access": "A lift.",
}


@pytest.fixture
async def ada(desk: Desk) -> SignedIn:
    """Admin of the network; there is a trust RX2 beside it."""
    ada = await desk.start()
    await desk.add_trust(ada, "RX2")
    await desk.add_trust(ada, "RYR")
    return ada


async def said(desk: Desk) -> list[dict[str, Any]]:
    """The states of RX2 that its topic was told, the oldest first."""
    async with desk.identity.transaction() as tx:
        rows = await tx.fetch(
            "select type, value::jsonb from outbox where topic = 'identity.organisation' order by seq"
        )
    states = [{"said": row["type"], **json.loads(row["value"])} for row in rows]
    return [one for one in states if one["ods_code"] == "RX2"]


async def test_what_was_written_down_wrongly_is_put_right_by_the_network_and_stays_to_be_seen(
    desk: Desk, ada: SignedIn
) -> None:
    eve = await desk.add_staff(ada, "RX2", "Eve", "admin")
    right = {"name": "Fellbeck Hospitals", "kind": "charity", "valid_from": "2019-04-01"}
    async with desk.api(ada) as api, desk.api(eve) as own, desk.browser(ada) as browser:
        assert (await own.put("/organisations/RX2", json=right)).status_code in (403, 404)
        assert (await api.put("/organisations/RX2", json=right)).status_code == 200
        found = (await api.get("/organisations/RX2")).json()
        assert {name: found[name] for name in right} == right
        [before] = found["before"]
        assert (before["name"], before["kind"], before["valid_from"]) == ("Trust RX2", "trust", "2020-04-01")
        assert [one["said"] for one in await said(desk)] == ["OrganisationRegistered", "OrganisationChanged"]
        assert (await api.put("/organisations/RX2", json=right)).status_code == 200
        assert len(await said(desk)) == 2, "what changes nothing is not said"
        for wrong in ({"kind": "network"}, {"kind": "club"}, {"valid_from": "2030-01-01", "last_day": "2029-01-01"}):
            assert (await api.put("/organisations/RX2", json=right | wrong)).status_code == 422
        network = (await api.get("/organisations/QZZ")).json()
        same = {name: network[name] for name in ("name", "kind", "valid_from")}
        assert (await api.put("/organisations/QZZ", json=same | {"last_day": "2030-01-01"})).status_code == 409
        assert (await api.put("/organisations/QZZ", json=same | {"name": "Our network"})).status_code == 200
        page = (await browser.get("/organisations/RX2")).text
        assert "What was written here before" in page
        assert "Trust RX2, NHS trust" in page


async def test_a_last_day_that_was_wrong_is_put_right_and_an_open_organisation_is_closed_by_its_own_form(
    desk: Desk, ada: SignedIn
) -> None:
    at = "/organisations/for/RX2/correct"
    async with desk.api(ada) as api, desk.browser(ada) as browser:
        words = {"name": "Trust RX2", "kind": "trust", "valid_from": "2020-04-01"}
        assert (await api.put("/organisations/RX2", json=words | {"last_day": "2030-01-01"})).status_code == 422
        closing = {"last_day": "2020-05-01", "successors": ["RYR"]}
        assert (await api.post("/organisations/RX2/close", json=closing)).status_code == 200
        await desk.echo()
        shown = (await browser.get(at)).text
        assert re.search(r'name="last_day_year"[^>]*value="2020"', shown)
        days = {"valid_from_day": "1", "valid_from_month": "4", "valid_from_year": "2020"}
        typed = {"name": "Trust RX2", "kind": "trust", **days}
        end = {"last_day_day": "1", "last_day_month": "5", "last_day_year": "2019"}
        wrong = await send(browser, at, at, **typed, **end)
        assert (wrong.status_code, "The last day cannot be before the first day" in wrong.text) == (422, True)
        assert (await send(browser, at, at, **typed)).status_code == 303
        found = (await api.get("/organisations/RX2")).json()
        assert (found["valid_to"], found["successors"], found["taken_over_by"]) == (None, [], [])
        assert (await said(desk))[-1]["valid_to"] is None
        assert "The ODS code (RX2) never changes" in shown


async def test_desks_and_venues_are_kept_by_the_staff_and_found_by_everybody(desk: Desk, ada: SignedIn) -> None:
    cora = await desk.add_staff(ada, "RX2", "Cora", "coordinator")
    async with desk.api(cora) as api, desk.browser(cora) as browser, desk.browser() as stranger:
        id = (await api.post("/organisations/RX2/desks", json=DESK)).json()["id"]
        venue = (await api.post("/organisations/RX2/venues", json=VENUE)).json()["id"]
        state = (await said(desk))[-1]
        assert state["desks"] == [{"id": id, **DESK, "out_until": None, "reads": None, "deputy_id": None}]
        assert state["venues"] == [{"id": venue, **VENUE, "postcode": "SO16 6YD"}]
        away = DESK | {"hours": "", "out_until": "2030-12-24"}
        assert (await api.put(f"/organisations/RX2/desks/{id}", json=away)).status_code == 200
        page = (await stranger.get("/organisations/RX2/desks")).text
        assert "Away until Tuesday 24 December 2030" in page
        assert 'href="tel:01632960100"' in page
        assert "Add a desk" not in page
        assert "Add a desk" in (await browser.get("/organisations/RX2/desks")).text
        place = (await stranger.get("/organisations/RX2/venues")).text
        assert "SO16 6YD" in place
        assert "A lift." in place
        at = f"/organisations/for/RX2/desks/{id}"
        typed = {"name": "Front desk", "phone": "", "mailbox": "", "hours": ""}
        nobody = await send(browser, at, at, **typed)
        assert (nobody.status_code, "without one nobody can reach this desk" in nobody.text) == (422, True)
        assert 'value="Front desk"' in nobody.text, "what was typed is kept"
        assert (await send(browser, at, f"{at}/close")).status_code == 303
        assert (await browser.get(at)).status_code == 404
        assert (await api.put(f"/organisations/RX2/desks/{id}", json=DESK)).status_code == 404
        assert (await api.get("/organisations/RX2/desks")).json()["desks"] == []
        assert (await said(desk))[-1]["desks"] == []
        assert (await api.post("/organisations/RX2/desks", json=DESK)).status_code == 201, "its name is free again"


@pytest.mark.parametrize(
    ("what", "wrong"),
    [
        ("desks", DESK | {"phone": "ring us"}),
        ("desks", DESK | {"mailbox": "no address"}),
        ("desks", {"name": "Nobody"}),
        ("desks", DESK | {"name": " "}),
        ("desks", DESK | {"name": "x" * 81}),
        ("desks", DESK | {"id": str(uuid4())}),
        ("desks", DESK | {"reads": "x" * 201}),
        ("desks", DESK | {"deputy_id": str(uuid4())}),
        ("desks", DESK | {"deputy_id": "Claims desk"}),
        ("venues", VENUE | {"postcode": "SO16"}),
        ("venues", VENUE | {"address": "\n \n"}),
        ("venues", VENUE | {"access": ""}),
    ],
)
async def test_what_cannot_be_a_desk_or_a_venue_is_refused_in_words(
    desk: Desk, ada: SignedIn, what: str, wrong: dict[str, Any]
) -> None:
    async with desk.api(ada) as api:
        answer = await api.post(f"/organisations/RX2/{what}", json=wrong)
        assert answer.status_code == 422, answer.text
        assert (await said(desk))[-1]["said"] == "OrganisationRegistered"


async def test_nobody_keeps_another_organisations_desks(desk: Desk, ada: SignedIn) -> None:
    cora = await desk.add_staff(ada, "RX2", "Cora", "coordinator")
    rae = await desk.add_staff(ada, "RYR", "Rae", "admin")
    amir = await desk.add_staff(ada, "RX2", "Amir", "approver")
    async with desk.api(cora) as api, desk.api(rae) as other, desk.api(amir) as approver:
        id = (await api.post("/organisations/RX2/desks", json=DESK)).json()["id"]
        assert (await approver.post("/organisations/RX2/desks", json=DESK)).status_code == 403
        for ods in ("RX2", "RYR"):
            assert (await other.put(f"/organisations/{ods}/desks/{id}", json=DESK)).status_code == 404
            assert (await other.post(f"/organisations/{ods}/desks/{id}/close")).status_code == 404
        twice = await api.post("/organisations/RX2/desks", json=DESK | {"name": "involvement TEAM"})
        assert (twice.status_code, twice.json()["type"]) == (422, "/developers/problems#same-name")
        assert (await other.post("/organisations/RYR/desks", json=DESK)).status_code == 201, "a name is one's own"


async def test_a_desk_says_when_it_reads_and_another_of_its_organisation_stands_in(desk: Desk, ada: SignedIn) -> None:
    cora = await desk.add_staff(ada, "RX2", "Cora", "coordinator")
    async with desk.api(cora) as api, desk.api(ada) as network, desk.browser(cora) as browser:
        claims = (await api.post("/organisations/RX2/desks", json=DESK | {"name": "Claims desk"})).json()["id"]
        theirs = (await network.post("/organisations/RYR/desks", json=DESK)).json()["id"]
        stands_in = {"reads": "Tuesday to Thursday", "deputy_id": claims}
        id = (await api.post("/organisations/RX2/desks", json=DESK | stands_in)).json()["id"]
        kept = next(one for one in (await said(desk))[-1]["desks"] if one["id"] == id)
        assert {name: kept[name] for name in stands_in} == stands_in
        for nobody in (id, theirs, str(uuid4())):
            refused = await api.put(f"/organisations/RX2/desks/{id}", json=DESK | {"deputy_id": nobody})
            assert (refused.status_code, refused.json()["type"]) == (422, "/developers/problems#no-such-deputy")
        page = (await browser.get("/organisations/RX2/desks")).text
        assert "Tuesday to Thursday" in page
        assert re.search(r"While it is away, ring.{0,90}Claims desk", page, re.DOTALL)
        at = f"/organisations/for/RX2/desks/{id}"
        assert re.search(rf'value="{claims}" selected', (await browser.get(at)).text)
        wrong = await send(
            browser, at, at, name="Involvement", phone="01632 960 100", deputy_id=theirs, reads="Fridays"
        )
        assert (wrong.status_code, "another one of your organisation" in wrong.text) == (422, True)
        assert 'value="Fridays"' in wrong.text, "what was typed is kept"
        closing = f"/organisations/for/RX2/desks/{claims}"
        assert "It stands in for Involvement team" in (await browser.get(closing)).text
        assert (await send(browser, closing, f"{closing}/close")).status_code == 303
        assert [(one["id"], one["deputy_id"]) for one in (await said(desk))[-1]["desks"]] == [(id, None)]


async def test_a_list_of_desks_goes_on_and_is_searched_and_has_a_last_one(desk: Desk, ada: SignedIn) -> None:
    async with desk.api(ada) as api, desk.browser() as browser:
        for number in range(50):
            one = await api.post("/organisations/RX2/desks", json=DESK | {"name": f"Ward {number:02}"})
            assert one.status_code == 201
        over = await api.post("/organisations/RX2/desks", json=DESK)
        assert (over.status_code, over.json()["type"]) == (422, "/developers/problems#too-many-desks")
        names, after = list[str](), ""
        while True:
            page = (await api.get("/organisations/RX2/desks", params={"after": after} if after else {})).json()
            names += [one["name"] for one in page["desks"]]
            if not page["more"]:
                break
            after = page["next"]
        assert names == [f"Ward {number:02}" for number in range(50)]
        found = (await browser.get("/organisations/RX2/desks", params={"words": "ward 4"})).text
        assert found.count("Ward 4") >= 10
        assert "Ward 39" not in found


async def test_a_closed_organisation_adds_none_but_may_close_those_it_has(desk: Desk, ada: SignedIn) -> None:
    async with desk.api(ada) as api, desk.browser(ada) as browser:
        id = (await api.post("/organisations/RX2/venues", json=VENUE)).json()["id"]
        assert (await api.post("/organisations/RX2/close", json={"last_day": "2020-05-01"})).status_code == 200
        refused = await api.post("/organisations/RX2/venues", json=VENUE | {"name": "Another"})
        assert (refused.status_code, refused.json()["type"]) == (409, "/developers/problems#organisation-closed")
        assert (await api.post(f"/organisations/RX2/venues/{id}/close")).status_code == 200
        assert "Add a venue" not in (await browser.get("/organisations/RX2/venues")).text


async def test_what_is_too_long_to_be_said_together_is_refused_in_words_and_nothing_is_half_done(
    desk: Desk, ada: SignedIn
) -> None:
    """A thousand emoji take four thousand bytes: all that an organisation says of itself is one event."""
    long = VENUE | {"access": "\U0001f6a9" * 1000, "address": "\U0001f6a9" * 400}
    async with desk.api(ada) as api:
        answers = [
            await api.post("/organisations/RX2/venues", json=long | {"name": f"Room {number}"}) for number in range(60)
        ]
        refused = [one for one in answers if one.status_code != 201]
        assert {(one.status_code, one.json()["type"]) for one in refused} == {
            (422, "/developers/problems#too-much-text")
        }
        kept = (await said(desk))[-1]["venues"]
        assert len(kept) == 60 - len(refused)
        assert (await api.post(f"/organisations/RX2/venues/{kept[0]['id']}/close")).status_code == 200
