"""Complaints about data: acknowledged within 30 days, settled without delay; and calls around one's own story."""

from datetime import datetime, timedelta

import pytest
from prometheus_client import REGISTRY
from pydantic import ValidationError

from schemas import links
from schemas.engagements import PlaceAccepted
from schemas.event import Erased
from schemas.identity import AccountErased
from schemas.matching import OpportunityPosted
from services.chassis.base.access import LONDON
from services.chassis.work.scheduler import Clock
from services.notifications.commands import watching
from services.notifications.domain import complaint, outside
from services.notifications.domain.contact import Wanted
from services.notifications.jobs import look_at_concerns
from tests.notifications.support import NOW, World, a_world
from tests.support import Connected, Person, form_key, led_to, member

FORM, OURS = links.DATA_COMPLAINT, "/messages/for/QZZ/complaints"
WORDS = "A letter to me went to my neighbour."


def near(what: str) -> float:
    return REGISTRY.get_sample_value("pln_complaints_near_their_day", {"what": what}) or 0


def test_the_day_of_receipt_is_the_first_of_the_thirty() -> None:
    """Section 164A(3): "within the period of 30 days beginning when the complaint is received"."""
    late = datetime(2026, 11, 1, 23, 30, tzinfo=LONDON)
    assert complaint.last_day(late) == datetime(2026, 11, 30, 23, 59, tzinfo=LONDON)
    over_the_clock_change = datetime(2026, 10, 20, 9, tzinfo=LONDON)
    assert complaint.last_day(over_the_clock_change).date().isoformat() == "2026-11-18"


def test_everybody_outside_has_a_source_and_the_day_on_which_it_was_looked_at() -> None:
    some = outside.on(NOW.date())
    assert {one.kind for one in some} >= {"safeguarding", "advice", "data", "health"}
    assert {one.area for one in some if one.kind == "safeguarding"} == {
        "Brighton and Hove",
        "East Sussex",
        "West Sussex",
    }
    with pytest.raises(ValidationError, match="say where its number was read"):
        outside.Outside.model_validate(some[0].model_dump() | {"number_from": ""})
    assert next(iter(outside.by_area(some))) == "", "what is for everybody comes first"


async def test_a_stranger_complains_without_an_account_and_is_answered_by_hand(notifications: Connected) -> None:
    world = await a_world(notifications)
    ada = member(world.network, "admin", called="Ada")
    bo = member(world.trust, "admin", called="Bo")
    await notifications.hears_and_settles(ada.opened, bo.opened)
    async with notifications.browser() as stranger:
        shown = await stranger.get(FORM)
        no_way = {"form_key": form_key(shown.text), "words": WORDS, "called": "Jo", "contact": " "}
        refused = await stranger.post(FORM, data=no_way)
        assert refused.status_code == 422 and "Say how we can answer" in refused.text and WORDS in refused.text
        given = no_way | {"form_key": form_key(refused.text), "contact": "01632 960777"}
        sent = await stranger.post(FORM, data=given)
        page = (await stranger.get(sent.headers["location"])).text
        assert "We have your complaint." in page and "DC-" in page
        for at in (led_to(sent), links.COMPLAINT_RECEIVED.format(reference="DC-000000")):
            again = (await stranger.get(at)).text.split("<main")[1].split("</main")[0]
            assert "We have your complaint." not in again and "DC-" not in again, "no address says that one was sent"
            assert "send your complaint" in again
        assert (await stranger.get(links.COMPLAINT_RECEIVED.format(reference="<b>"))).status_code == 404
    await notifications.settle()
    async with notifications.browser(ada) as admin, notifications.browser(bo) as other:
        assert "Tell somebody that we have their complaint" in (await admin.get("/home/for/QZZ")).text
        [id] = [row["id"] for row in await rows(notifications)]
        here = f"{OURS}/{id}"
        assert (await other.get(OURS.replace("QZZ", "RX2"))).status_code == 404
        assert (await other.get(here)).status_code == 404
        shown = (await admin.get(here)).text
        assert WORDS in shown and "01632 960777" in shown and "<textarea" not in shown
        early = await admin.post(here, data={"form_key": form_key(shown), "words": "Settled."})
        assert early.status_code == 409 and "Nobody has told them yet" in early.text
        led_to(await admin.post(f"{here}/acknowledge", data={"form_key": form_key((await admin.get(here)).text)}))
        for at, words in ((f"{here}/note", "We asked the printers."), (here, "Their list was old. It is corrected.")):
            key = form_key((await admin.get(at)).text)
            led_to(await admin.post(at, data={"form_key": key, "words": words}))
        await notifications.settle()
        assert "complaint" not in (await admin.get("/home/for/QZZ")).text.split("<main")[1].split("Where to go")[0]
    async with notifications.transaction() as tx:
        await tx.execute("update data_complaint set settled_at = settled_at - interval '91 days'")
        await watching.delete_old(tx)
        [kept] = await tx.fetch("select called, contact, words, outcome from data_complaint")
        assert (kept["called"], kept["contact"], kept["words"]) == ("", "", WORDS)
        await tx.execute("update data_complaint set settled_at = settled_at - interval '10 years 40 days'")
        await watching.delete_old(tx)
    assert await rows(notifications) == []


async def rows(service: Connected) -> list[dict[str, object]]:
    async with service.transaction() as tx:
        return [dict(row) for row in await tx.fetch("select * from data_complaint order by received_at")]


async def test_a_complaint_by_phone_counts_from_its_day_and_is_measured_near_it(notifications: Connected) -> None:
    world = await a_world(notifications)
    ada = member(world.network, "admin", called="Ada")
    await notifications.hears_and_settles(ada.opened)
    day = NOW - timedelta(days=25)
    async with notifications.browser(ada) as admin:
        new = f"{OURS}/new"
        given = {
            "form_key": form_key((await admin.get(new)).text),
            "came_by": "phone",
            "received_on_day": str(day.day),
            "received_on_month": str(day.month),
            "received_on_year": str(day.year + 1),
            "contact": "Ring 01632 960111",
            "words": "You kept my number.",
        }
        ahead = await admin.post(new, data=given)
        assert ahead.status_code == 422 and "today or earlier" in ahead.text
        given |= {"form_key": form_key(ahead.text), "received_on_year": str(day.year)}
        page = led_to(await admin.post(new, data=given))
        await notifications.settle()
        shown = (await admin.get(page)).text
        assert "Written down by" in shown and "Ada" in shown
        assert "until" in (await admin.get("/home/for/QZZ")).text
    await look_at_concerns(Clock(notifications.app.database, notifications.app.settings))
    assert (near("acknowledge"), near("settle")) == (1, 0)


async def test_who_is_signed_in_has_a_receipt_that_says_what_the_law_asks_for_and_is_forgotten_with_it(
    notifications: Connected,
) -> None:
    world = await a_world(notifications)
    rung = Person("Ruth")
    await notifications.hears_and_settles(rung.opened)
    await world.reach(Wanted("phone", "01632960001"), rung)
    async with notifications.api() as stranger:  # who has no account: by the API as by the form, and reads none
        body = {"words": WORDS, "called": "Jo", "contact": "01632 960777"}
        sent = await stranger.post("/complaints", json=body)
        assert sent.status_code == 201 and sent.json()["reference"].startswith("DC-")
        assert (await stranger.post("/complaints", json=body | {"contact": " "})).json()["errors"]["contact"]
        assert (await stranger.get("/mine/complaints")).status_code == 401
        [row] = await rows(notifications)
        assert (row["person_id"], row["entered_by"], row["contact"]) == (None, None, "01632 960777")
    async with notifications.api(world.person) as api, notifications.api(rung) as theirs:
        made = (await api.post("/mine/complaints", json={"words": WORDS})).json()
        await theirs.post("/mine/complaints", json={"words": WORDS})
        await notifications.settle()
        [mine] = (await api.get("/mine/complaints")).json()["complaints"]
        assert mine["id"] == made["id"] and mine["acknowledged_at"]
        [hers] = (await theirs.get("/mine/complaints")).json()["complaints"]
        assert hers["acknowledged_at"] is None, "whoever is rung is told by somebody"
    [message] = await world.messages()
    assert "We received your complaint about data on" in message.news.body and mine["reference"] in message.news.body
    async with notifications.browser(rung) as nosy:
        assert (await nosy.get(links.MY_DATA_COMPLAINT.format(id=made["id"]))).status_code == 404
    await notifications.hears_and_settles(AccountErased(Erased(id=world.person.id, version=9)))
    gone = next(row for row in await rows(notifications) if str(row["id"]) == made["id"])
    assert (gone["person_id"], gone["words"]) == (None, "") and gone["received_at"] and gone["acknowledged_at"]


async def test_a_call_around_ones_own_story_is_asked_for_made_and_kept_without_what_was_said(
    notifications: Connected,
) -> None:
    world: World = await a_world(notifications)
    cora, dee = member(world.network, "coordinator", called="Cora"), member(world.trust, "coordinator", called="Dee")
    story = world.opportunity.model_copy(update={"lived_experience": ("pain",)})
    mine, other = world.engagement("accepted", accepted_at=NOW), world.engagement("accepted", person_id=dee.id)
    await notifications.hears_and_settles(
        cora.opened, dee.opened, OpportunityPosted(story), PlaceAccepted(mine), PlaceAccepted(other)
    )
    page = links.MY_CALL.format(id=mine.id)
    async with notifications.browser(world.person) as sam, notifications.browser(cora) as coordinator:
        shown = (await sam.get(page)).text
        assert "116 123" in shown and "option 2" in shown and "999" in shown
        given = {"form_key": form_key(shown), "around": "both", "who": "network", "how": "After six, by phone."}
        saw = shown.split('name="saw" value="')[1].split('"')[0]
        assert led_to(await sam.post(page, data=given | {"saw": saw})) == page
        await notifications.settle()
        assert (await sam.get(links.MY_CALL.format(id=other.id))).status_code == 404
        home = (await coordinator.get("/home/for/QZZ")).text
        assert "Ring or meet somebody around a session" in home and "until" in home
        listed = "/messages/for/QZZ/calls-asked"
        asked = (await coordinator.get(listed)).text
        assert "Sam" in asked and "After six, by phone." in asked
        again = {"form_key": form_key(asked), "again": "yes"}
        led_to(await coordinator.post(f"{listed}/{mine.id}/spoke", data=again))
        last = {"form_key": form_key((await coordinator.get(listed)).text), "again": "no"}
        led_to(await coordinator.post(f"{listed}/{mine.id}/spoke", data=last))
        await notifications.settle()
        assert "Nobody has asked for a call" in (await coordinator.get(listed)).text
        async with notifications.browser(dee) as desk:
            assert (await desk.post(f"{listed}/{mine.id}/spoke", data=last)).status_code == 404
    async with notifications.api(world.person) as api:
        assert (await api.get(f"/mine/calls/{mine.id}")).json()["how"] == ""
        assert (await api.delete(f"/mine/calls/{mine.id}")).status_code == 200
        assert (await api.delete(f"/mine/calls/{mine.id}")).status_code == 409
    plain = world.opportunity.model_copy(update={"version": 2})
    await notifications.hears_and_settles(OpportunityPosted(plain))
    async with notifications.browser(world.person) as sam:
        assert (await sam.get(page)).status_code == 409
