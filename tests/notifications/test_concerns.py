"""Somebody says what worries them: whoever it is about does not see it, and whoever reads it answers."""

from dataclasses import dataclass
from datetime import timedelta

import httpx
from prometheus_client import REGISTRY

from schemas import links
from schemas.engagements import InterestShown, PersonNotChosen
from schemas.event import Erased
from schemas.identity import AccountChanged, AccountErased, Membership
from schemas.matching import OpportunityPosted
from schemas.payments import ClaimReturned
from schemas.recruitment import LeaderApproved
from services.chassis.work.scheduler import Clock
from services.notifications.commands import watching
from services.notifications.jobs import look_at_concerns
from tests.asking import asked
from tests.notifications.support import NOW, World, a_world
from tests.notifications.test_coordinators import leader
from tests.support import Connected, Person, form_key, led_to, member

WORDS = "She read my notes out loud. I was ashamed."
NEW = links.NEW_CONCERN


@dataclass
class Told:
    world: World
    cora: Person
    ada: Person
    bo: Person
    made: Person


async def told(service: Connected) -> Told:
    """The network's admins: Cora, who coordinates Sam, Ada, and Zebedee, whom Cora made one; the trust has Bo."""
    world = await a_world(service)
    cora, ada = (member(world.network, "coordinator", "admin", called=name) for name in ("Cora", "Ada"))
    held = replace_granted(ada.memberships[0], cora)
    made, bo = Person("Zebedee", memberships=(held,)), member(world.trust, "admin", called="Bo")
    await service.hears_and_settles(
        *(one.opened for one in (cora, ada, made, bo)),
        OpportunityPosted(world.opportunity),
        InterestShown(world.engagement("interested")),
        LeaderApproved(leader(world.person, cora, coordinator_since=NOW - timedelta(days=40))),
    )
    return Told(world, cora, ada, bo, made)


def replace_granted(held: Membership, by: Person) -> Membership:
    return held.model_copy(update={"granted_by": by.id, "granted_at": NOW, "granted_under": (by.id,)})


async def say(sam: httpx.AsyncClient, about: str, **typed: object) -> httpx.Response:
    shown = await sam.get(f"{NEW}?about={about}" + (f"&at={typed['at']}" if "at" in typed else ""))
    given = {"form_key": form_key(shown.text), "about": about.split("&")[0], "words": WORDS, **typed}
    return await sam.post(NEW, data=given)


async def test_a_concern_about_the_coordinator_is_read_by_another_admin_and_never_by_her(
    notifications: Connected,
) -> None:
    at = await told(notifications)
    async with notifications.browser(at.world.person) as sam:
        shown = (await sam.get(f"{NEW}?about=coordinator")).text
        assert "It is about Cora" in shown
        assert "Read there by Ada." in shown and "Zebedee" not in shown
        page = led_to(await say(sam, "coordinator", to="QZZ"))
        await notifications.settle()
        mine = (await sam.get(page)).text
        assert WORDS in mine and "Example Network" in mine and "Not yet" in mine
        with asked() as statements:
            listed = (await sam.get(links.CONCERNS)).text
        assert "Cora, who looks after you" in listed and "to Example Network" in listed
        assert len(statements) <= 6, statements
    here = page.replace("/messages/concerns", "/messages/for/QZZ/concerns")
    async with notifications.browser(at.ada) as ada:
        assert "Read what somebody is worried about" in (await ada.get("/home/for/QZZ")).text
        assert "Sam" in (await ada.get("/messages/for/QZZ/concerns")).text
        read = (await ada.get(here)).text
        assert WORDS in read and "Who looks after them" in read
        led_to(await ada.post(f"{here}/read", data={"form_key": form_key(read)}))
        given = {
            "form_key": form_key((await ada.get(here)).text),
            "words": "I am sorry. I talk to her.",
            "closes": "no",
        }
        assert led_to(await ada.post(here, data=given)) == here
        await notifications.settle()
    for nosy in (at.cora, at.made):
        async with notifications.browser(nosy) as browser:
            assert "worried" not in (await browser.get("/home/for/QZZ")).text
            assert "Sam" not in (await browser.get("/messages/for/QZZ/concerns")).text
            assert (await browser.get(here)).status_code == 404
            assert (await browser.post(f"{here}/read", data={"form_key": "x"})).status_code in (403, 404, 409)
    async with notifications.browser(at.bo) as other:
        assert (await other.get(here)).status_code == 404
        assert (await other.get(here.replace("QZZ", "RX2"))).status_code == 404
    [message] = await at.world.messages()
    assert (message.news.kind, message.news.about) == ("answer_for_you", at.world.person.id)
    assert WORDS not in str(await notifications.said())


async def test_a_concern_about_everybody_at_the_desk_goes_to_the_network_and_says_so_before_it_is_sent(
    notifications: Connected,
) -> None:
    at = await told(notifications)
    dee = member(at.world.trust, "coordinator", "admin", called="Dee")
    await notifications.hears_and_settles(dee.opened)
    async with notifications.browser(at.world.person) as sam:
        shown = (await sam.get(f"{NEW}?about=team&at=RX2")).text
        assert "Everybody who reads such things at Sussex Example Trust is somebody whom this is about" in shown
        assert 'value="QZZ"' in shown and 'radio" value="RX2"' not in shown
        refused = await say(sam, "team", at="RX2", to="RX2")
        assert refused.status_code == 422 and "Send it to the network" in refused.text and WORDS in refused.text
        page = led_to(await say(sam, "team", at="RX2", to="QZZ", anonymous="yes"))
        nobody = (await sam.get(f"{NEW}?about=network")).text
        assert "nobody in the network can read this" in nobody and "<textarea" not in nobody
        assert (await sam.get(f"{NEW}?about=team&at=XXX")).status_code == 404
        assert (await sam.get(f"{NEW}?about=everything")).status_code == 404
    await notifications.settle()
    here = page.replace("/messages/concerns", "/messages/for/QZZ/concerns")
    async with notifications.browser(at.ada) as ada, notifications.browser(dee) as of_trust:
        read = (await ada.get(here)).text
        assert WORDS in read and "They do not want their name told" in read and "Sam" not in read
        assert "worried" not in (await of_trust.get("/home/for/RX2")).text
    async with notifications.transaction(dee.acting(at.world.trust)) as tx:
        assert await tx.fetch("select id from concern") == []


async def test_what_nobody_reads_within_a_working_day_the_network_sees_and_an_answer_can_be_not_enough_once(
    notifications: Connected,
) -> None:
    at = await told(notifications)
    async with notifications.browser(at.world.person) as sam:
        page = led_to(await say(sam, "organisation", at="RX2", to="RX2"))
    await notifications.settle()
    here, there = (page.replace("/messages/concerns", f"/messages/for/{ods}/concerns") for ods in ("RX2", "QZZ"))
    clock = Clock(notifications.app.database, notifications.app.settings)
    async with notifications.browser(at.ada) as ada, notifications.browser(at.bo) as bo:
        assert (await ada.get(there)).status_code == 404
        async with notifications.transaction() as tx:
            await tx.execute(
                "update concern set since = since - interval '8 days', sent_at = sent_at - interval '8 days'"
            )
        await look_at_concerns(clock)
        assert "Nobody at RX2 had read it" in (await ada.get("/messages/for/QZZ/concerns")).text
        assert metric("pln_concerns_unread", "RX2") == 1
        assert metric("pln_concerns_unread_oldest_working_days", "RX2") >= 4
        shown = (await bo.get(here)).text
        given = {"form_key": form_key(shown), "words": "We moved the meeting downstairs.", "closes": "yes"}
        led_to(await bo.post(here, data=given))
        await notifications.settle()
        async with notifications.browser(at.world.person) as sam:
            mine = (await sam.get(page)).text
            assert "We moved the meeting downstairs." in mine and "What was done" in mine
            led_to(await sam.post(f"{page}/not-settled", data={"form_key": form_key(mine)}))
            await notifications.settle()
            again = await sam.post(f"{page}/not-settled", data={"form_key": form_key(mine.replace(" ", " "))})
            assert again.status_code in (303, 409)
        assert (await bo.get(here)).status_code == 404, "whoever answered it reads it no more"
        assert "They said that it is not settled" in (await ada.get(there)).text
    await look_at_concerns(clock)
    assert metric("pln_concerns_unread", "QZZ") == 1


def metric(name: str, organisation: str) -> float:
    return REGISTRY.get_sample_value(name, {"organisation": organisation}) or 0


async def test_who_steps_back_reads_it_no_more_and_where_nobody_is_left_the_network_has_it(
    notifications: Connected,
) -> None:
    at = await told(notifications)
    async with notifications.browser(at.world.person) as sam:
        page = led_to(await say(sam, "organisation", at="RX2", to="RX2"))
        await notifications.settle()
        here = page.replace("/messages/concerns", "/messages/for/RX2/concerns")
        async with notifications.browser(at.bo) as bo:
            led_to(await bo.post(f"{here}/step-back", data={"form_key": form_key((await bo.get(here)).text)}))
            await notifications.settle()
            assert (await bo.get(here)).status_code == 404
        assert "Example Network" in (await sam.get(page)).text
        await the_network_hands_it_on_once_its_person_agrees(notifications, at, sam, page)


async def the_network_hands_it_on_once_its_person_agrees(
    notifications: Connected, at: Told, sam: httpx.AsyncClient, page: str
) -> None:
    ours, theirs = (page.replace("/messages/concerns", f"/messages/for/{ods}/concerns") for ods in ("QZZ", "RX2"))
    dee = member(at.world.trust, "admin", called="Dee")
    async with notifications.browser(at.ada) as ada, notifications.browser(dee) as of_trust:
        shown = (await ada.get(ours)).text
        nobody = await ada.post(f"{ours}/hand-on", data={"form_key": form_key(shown)})
        assert nobody.status_code == 422 and "turn" in nobody.text, "whoever stepped back is the only one there"
        await notifications.hears_and_settles(dee.opened)
        led_to(await ada.post(f"{ours}/hand-on", data={"form_key": form_key((await ada.get(ours)).text)}))
        await notifications.settle()
        again = await ada.post(f"{ours}/hand-on", data={"form_key": form_key((await ada.get(ours)).text)})
        assert again.status_code == 409 and "asked already" in again.text
        [message] = await at.world.messages()
        assert "nothing happens before you say yes" in message.news.body and "Trust" not in message.news.body
        assert (await of_trust.get(theirs)).status_code == 404, "not before their yes"
        mine = (await sam.get(page)).text
        assert "May Sussex Example Trust have this?" in mine and "Read there by Dee." in mine
        agreed = await sam.post(f"{page}/agree", data={"form_key": form_key(mine)})
        assert "We hand it on now" in (await sam.get(agreed.headers["location"])).text
        await notifications.settle()
        assert WORDS in (await of_trust.get(theirs)).text and "Sussex Example Trust" in (await sam.get(page)).text
        assert (await ada.get(ours)).status_code == 404
    async with notifications.browser(at.bo) as bo, notifications.api(at.world.person) as api:
        assert (await bo.get(theirs)).status_code == 404
        assert "worried" not in (await bo.get("/home/for/RX2")).text
        id = page.rpartition("/")[2]
        assert (await api.post(f"/mine/concerns/{id}/hand-on", json={"may": False})).status_code == 409
        assert (await api.get(f"/mine/concerns/{id}")).json()["offered_ods"] is None
    async with notifications.api(dee) as api:
        refused = await api.post(f"/organisations/RX2/concerns/{id}/hand-on")
        assert refused.json()["type"].endswith("not-to-hand-on"), "only the network asks"


async def test_a_helper_writes_it_down_by_phone_sees_only_that_and_never_what_is_about_them(
    notifications: Connected,
) -> None:
    at = await told(notifications)
    hana = member(at.world.network, "helper", called="Hana")
    by_phone = at.world.person.account.model_copy(update={"can_sign_in": False, "version": 2})
    await notifications.hears_and_settles(hana.opened, AccountChanged(by_phone))
    theirs = f"/messages/for/QZZ/people/{at.world.person.id}/concerns"
    async with notifications.browser(at.world.person) as sam, notifications.browser(hana) as helper:
        before = led_to(await say(sam, "other", to="QZZ"))
        shown = (await helper.get(f"{theirs}/new?about=coordinator")).text
        given = {"form_key": form_key(shown), "about": "coordinator", "to": "QZZ", "words": "She never rings back."}
        page = led_to(await helper.post(f"{theirs}/new", data=given))
        assert page.startswith(theirs) and "She never rings back." in (await helper.get(page)).text
        assert (await helper.get(f"{theirs}/{before.rpartition('/')[2]}")).status_code == 404
        assert "Hana" in (await sam.get(f"{links.CONCERNS}/{page.rpartition('/')[2]}")).text
    async with notifications.browser(at.cora) as cora:
        refused = await cora.get(f"{theirs}/new?about=coordinator")
        assert refused.status_code == 403 and "This is about you" in refused.text
        assert "never rings back" not in (await cora.get(theirs)).text
        assert (await cora.get(f"{theirs}/{page.rpartition('/')[2]}")).status_code == 404
        helped = (await cora.get(f"/messages/for/QZZ/people/{at.world.person.id}/helped")).text
        assert "concern" not in helped.split("<main")[1].split("</main>")[0].casefold()


async def test_hostile_words_are_bounded_and_of_who_is_forgotten_the_days_alone_stay(notifications: Connected) -> None:
    at = await told(notifications)
    async with notifications.browser(at.world.person) as sam, notifications.api(at.world.person) as api:
        long = await say(sam, "other", to="QZZ", words="x" * 50_000)
        assert long.status_code == 422 and "4000" in long.text
        script = "<script>alert(1)</script> \u202egnp.exe and {{ 7 * 7 }}"
        page = led_to(await say(sam, "other", to="QZZ", words=script.replace("\u202e", "")))
        assert "<script>alert" not in (await sam.get(page)).text
        assert (await say(sam, "other", to="QZZ", words=script)).status_code in (303, 422)
        nobody = await say(sam, "other", to="QZZ", keep_from=[str(one.id) for one in (at.ada, at.cora, at.made)])
        assert nobody.status_code == 422 and "Nobody would be left" in nobody.text
        body = {"about": "other", "to": "QZZ", "words": "By the API"}
        made = (await api.post("/mine/concerns", json=body)).json()
        assert (await api.get(f"/mine/concerns/{made['id']}")).json()["words"] == "By the API"
        assert (await api.post("/mine/concerns", json=body | {"words": ""})).status_code == 422
        assert (await api.post("/mine/concerns", json=body | {"to": "RX2"})).status_code == 201
        assert (await api.post("/mine/concerns", json=body | {"to": "NOPE"})).status_code == 422
    await notifications.settle()
    await notifications.hears_and_settles(AccountErased(Erased(id=at.world.person.id, version=9)))
    async with notifications.transaction() as tx:
        rows = await tx.fetch("select person_id, words, sent_at, closed_at from concern")
        assert rows and all(row["person_id"] is None and row["words"] == "" and row["closed_at"] for row in rows)
        assert await tx.fetch("select topic from waiting_item where topic = 'notifications.concern'") == []
        await watching.delete_old(tx)
        assert await tx.fetchval("select count(*) from concern") == len(rows)
        await tx.execute("update concern set closed_at = closed_at - interval '731 days'")
        await watching.delete_old(tx)
        assert await tx.fetchval("select count(*) from concern") == 0


async def test_a_no_is_looked_at_by_somebody_who_did_not_say_it(notifications: Connected) -> None:
    at = await told(notifications)
    no_, other = (member(at.world.trust, "coordinator", called=name) for name in ("Nora", "Omar"))
    lost = at.world.engagement("not_chosen", not_chosen_by=no_.id, ended_at=NOW, why_not="mix_of_people")
    yes = at.world.engagement("interested")
    back = at.world.claim("returned", returned_by=at.bo.id, sent_at=NOW)
    await notifications.hears_and_settles(
        no_.opened, other.opened, PersonNotChosen(lost), InterestShown(yes), ClaimReturned(back)
    )
    ask = links.SECOND_LOOK.format(about="engagement", id=lost.id)
    async with notifications.browser(at.world.person) as sam:
        given = {"form_key": form_key((await sam.get(ask)).text), "words": "Nobody asked about my work."}
        page = led_to(await sam.post(ask, data=given))
        assert led_to(await sam.get(ask)) == page, "it is asked once"
        assert (await sam.get(links.SECOND_LOOK.format(about="engagement", id=yes.id))).status_code == 409
        claim = links.SECOND_LOOK.format(about="claim", id=back.id)
        assert "Example Network" in (await sam.get(claim)).text, "nobody else there approves"
    await notifications.settle()
    here = page.replace("/messages/concerns", "/messages/for/RX2/concerns")
    async with notifications.browser(no_) as nora, notifications.browser(other) as omar:
        assert (await nora.get(here)).status_code == 404
        assert "Look again at a no" not in (await nora.get("/home/for/RX2")).text
        assert "Look again at a no" in (await omar.get("/home/for/RX2")).text
        assert "see the role and who was chosen" in (await omar.get(here)).text
