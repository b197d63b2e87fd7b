"""Somebody whom an organisation listed is asked: yes, no to all of it, or nothing; and what was said of their past."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from schemas.event import Erased
from schemas.identity import AccountErased, AccountOpened
from schemas.recruitment import Application
from services.chassis.base.periods import london_day
from services.chassis.base.wording import day
from services.chassis.http.signed_values import sign
from services.recruitment.commands import answering, registers
from services.recruitment.domain.agreement import Lists as ListsPolicy
from services.recruitment.domain.applying import OnAList
from services.recruitment.domain.listed import SaidAlready
from tests.recruitment.registers import ANN, BEN, Lists, as_csv
from tests.recruitment.scene import FULL_NAME
from tests.recruitment.test_policies import as_owner, begin
from tests.recruitment.test_web import send, text
from tests.recruitment.twice import Twice
from tests.support import Person, form_key

KIM = ["Kim Example", "kim@people.example", "", "1975", "", "", "", "", "", ""]
ANN_CHAIRED = ["Ann Example", "ann@people.example", "", "", "Chair", "Young voices", "2022", "", "", ""]


async def test_the_link_shows_who_kept_them_and_what_and_a_yes_brings_them_into_the_pool(lists: Lists) -> None:
    scene = lists.scene
    at = await lists.brings_in(as_csv(ANN, ANN_CHAIRED, BEN))
    link = await lists.link("Ann")
    async with scene.recruitment.browser() as anyone:
        page = await anyone.get(link)
        for words in (
            f"{scene.trust.name} kept you on its list",
            "BN2",
            "Reader, Patient panel (1 February 2019 to 2021)",
            f"Declared by {scene.trust.name}, not checked",
            "We forget everything that we have of you",
        ):
            assert words in text(page), text(page)
        assert page.headers["cache-control"].endswith("no-store")
        past = page.text.split(f'href="{link}/past/')[1].split('"')[0]
        right = await send(
            anyone, f"{link}/past/{past}", {"what": "Helper", "body": "", "since": "3/2018", "until": ""}
        )
        assert "It is put right" in text(await anyone.get(right.headers["location"]))
        wrong = await send(anyone, f"{link}/past/{past}", {"what": "", "body": "", "since": "2020", "until": "2018"})
        assert (wrong.status_code, "Enter what it was" in text(wrong)) == (422, True), text(wrong)
    assert (await lists.answers(link, "yes")).status_code == 303
    assert (await scene.names())[-3:].count("LeaderApproved") == 1
    _, person_id = (await lists.people())["Ann"]
    async with scene.recruitment.transaction() as tx:
        assert await tx.fetchval("select district from profile where person_id = $1", person_id) == "BN2"
        assert await tx.fetchval("select state ->> 'called' from leader where id = $1", person_id) == "Ann"
    assert (await lists.rows()) == {"application": 2, "listed": 1, "declared": 3, "lines": 1, "leader": 1}
    async with scene.recruitment.browser() as anyone:
        page = text(await anyone.get(link))
        assert "You said yes on" in page
        assert "Helper (since March 2018). Put right by the person" in page
        assert (await anyone.post(link, data={"says": "no"})).status_code in (400, 403)
    async with scene.recruitment.browser(lists.ada) as ada:
        assert "Said yes 1" in text(await ada.get(at))
        assert (await ada.get(at + "/lines")).text.count("Ann Example") == 0


async def test_their_past_is_on_the_passport_to_put_right_and_seen_by_the_network_alone(lists: Lists) -> None:
    scene = lists.scene
    await lists.brings_in(as_csv(ANN, ANN_CHAIRED))
    _, person_id = (await lists.people())["Ann"]
    await lists.answers(await lists.link("Ann"), "yes")
    ann = Person(called="Ann", id=person_id)
    await scene.recruitment.hears_and_settles(AccountOpened(ann.account))
    async with scene.recruitment.browser(ann) as browser:
        passport = await browser.get("/profile/mine/passport")
        assert "Declared by" in text(passport)
        taken = passport.text.split("/profile/mine/passport/past/")[1].split('"')[0]
        at_past = f"/profile/mine/passport/past/{taken}"
        await send(browser, at_past + "/take-out", {}, page=at_past)
        assert (await browser.get("/profile/mine/passport")).text.count("/passport/past/") == 1
        assert "What an organisation said about your past" in text(await browser.get("/profile/mine/data"))
    async with scene.recruitment.browser(scene.screener) as robin:
        assert "What an organisation said about their past" in text(await robin.get(f"/people/for/QNX/{person_id}"))
    async with scene.recruitment.browser(lists.ada) as ada:
        seen = text(await ada.get(f"/people/for/{scene.trust.ods_code}/{person_id}"))
        assert "What an organisation said" not in seen


async def test_a_no_leaves_nothing_and_the_account_is_said_to_be_forgotten(lists: Lists) -> None:
    scene = lists.scene
    at = await lists.brings_in(as_csv(ANN, BEN))
    link, (application_id, person_id) = await lists.link("Ann"), (await lists.people())["Ann"]
    assert (await lists.answers(link, "no")).status_code == 303
    assert "ApplicationForgotten" in await scene.names()
    async with scene.recruitment.transaction() as tx:
        left = await tx.fetchrow("select called, full_name, stage from application where id = $1", application_id)
        assert left and tuple(left) == ("Being forgotten", None, "forgotten")
    await scene.recruitment.hears_and_settles(AccountErased(Erased(id=person_id, version=2)))
    assert (await scene.names())[-1] == "ApplicationErased"
    assert (await lists.rows()) == {"application": 1, "listed": 1, "declared": 1, "lines": 1, "leader": 0}
    async with scene.recruitment.browser() as anyone:
        assert "We keep nothing of you from that list" in text(await anyone.get(link))
    async with scene.recruitment.browser(lists.ada) as ada:
        assert "Said no, and are forgotten 1" in text(await ada.get(at))


async def test_of_two_answers_at_once_the_first_counts_and_a_replay_opens_nobody_again(lists: Lists) -> None:
    scene = lists.scene
    await lists.brings_in(as_csv(ANN, BEN, KIM))
    application_id, person_id = (await lists.people())["Ann"]
    hand = Person(called="Ann", id=person_id).acting()
    async with scene.recruitment.transaction(hand) as tx:
        await answering.say_no(tx, application_id)
    for says in (answering.say_yes, answering.say_no):
        try:
            async with scene.recruitment.transaction(hand) as tx:
                await says(tx, application_id)
        except SaidAlready:
            continue
        raise AssertionError("it was answered")
    ben = (await lists.people())["Ben"]
    # Forgotten by another way while the list is on its way: they are gone for good, and are counted as a no.
    await scene.recruitment.hears_and_settles(AccountErased(Erased(id=ben[1], version=2)))
    async with scene.recruitment.transaction() as tx:
        id: UUID = await tx.fetchval("select id from register_import")
        await registers.bring_list_in(tx, id)
        assert await tx.fetchval("select said_no from register_import") == 2
        assert await tx.fetchval("select count(*) from application where stage = 'listed'") == 1


async def test_the_welcome_team_enters_what_somebody_says_who_rings(lists: Lists) -> None:
    scene = lists.scene
    await lists.brings_in(as_csv(ANN, BEN))
    people = await lists.people()
    ann, ben = people["Ann"][0], people["Ben"][0]
    async with scene.recruitment.browser(scene.screener) as robin:
        found = text(await robin.get(f"/people/for/QNX/find?words=AP-{ann.hex[-6:]}"))
        assert "Ann" in found
        page = text(await robin.get(f"/people/for/QNX/{ann}"))
        assert f"{scene.trust.name} brought in a list with this person on it" in page
        assert "Yes, they join" not in page
        assert (await robin.post(f"/people/for/QNX/{ann}/approve", data={"form_key": ""})).status_code in (400, 403)
    assert (await lists.presses(scene.screener, f"/people/for/QNX/{ann}/said-yes")).status_code == 303
    assert (await lists.presses(scene.screener, f"/people/for/QNX/{ben}/said-no")).status_code == 303
    async with scene.recruitment.transaction() as tx:
        entered = await tx.fetchval("select entered_by from application where id = $1", ann)
        assert entered == scene.screener.id
        counts = await tx.fetchrow("select said_yes, said_no from register_import")
        assert counts and tuple(counts) == (1, 1)
    async with scene.recruitment.browser(scene.trust_screener) as kit:
        assert (await kit.get(f"/people/for/{scene.trust.ods_code}/{ben}")).status_code == 404


async def test_who_seems_to_be_here_already_is_said_to_the_welcome_team_and_not_to_whoever_sent_the_list(
    lists: Lists,
) -> None:
    scene = lists.scene
    await scene.bring(scene.sam, "sent")
    async with scene.recruitment.transaction() as tx:
        await tx.execute("update application set birth_year = 1980")
    at = await lists.brings_in(as_csv([FULL_NAME, "sam@people.example", "", "1980", "", "", "", "", "", ""], BEN))
    async with scene.recruitment.browser(scene.screener) as robin:
        assert "1 pair" in text(await robin.get("/people/for/QNX/duplicates"))
    async with scene.recruitment.browser(lists.ada) as ada:
        for page in (at, at + "/lines"):
            assert "twice" not in text(await ada.get(page))
        assert (await ada.get("/people/for/QNX/duplicates")).status_code == 404


async def test_nobody_closes_or_keeps_somebody_of_a_list_before_they_have_answered_it(lists: Lists) -> None:
    scene, twice = lists.scene, Twice(lists.scene)
    ann = await twice.comes("Ann Example", 1980, joins=True)
    await lists.brings_in(as_csv(ANN))
    application_id, listed_id = (await lists.people())["Ann"]
    listed, pair = Person(called="Ann", id=listed_id), await twice.pair()
    for keep in (ann, listed):
        with pytest.raises(OnAList):
            await twice.keeps(pair, keep)
    async with scene.recruitment.browser(scene.welcomer) as noor:
        page = text(await noor.get(f"/people/for/QNX/duplicates/{pair.id}"))
        assert page.count("have not said yes or no to that") == 2 and "They are two people" in page
    assert (await lists.presses(scene.screener, f"/people/for/QNX/{application_id}/said-yes")).status_code == 303
    pair = await twice.pair()
    assert scene.screener.id in pair.not_for, "whoever entered their yes"
    await twice.keeps(pair, ann, scene.welcomer)
    assert (await twice.pair()).closed_id == listed.id


async def test_a_link_that_was_changed_is_of_another_kind_or_too_old_says_so_and_leads_on(lists: Lists) -> None:
    await lists.brings_in(as_csv(ANN))
    link = await lists.link("Ann")
    secret = lists.scene.recruitment.app.site.form_secret
    (application_id, person_id) = (await lists.people())["Ann"]
    said = {"application_id": str(application_id), "person_id": str(person_id)}
    mixed = lists.link_of(application_id, lists.ada.id)
    other = "/join/asked/" + sign(secret, said, purpose="something else")
    async with lists.scene.recruitment.browser() as anyone:
        for wrong in (link[:-2], "/join/asked/x", other):
            page = await anyone.get(wrong)
            assert (page.status_code, "This link does not work" in text(page)) == (404, True)
            assert "ask to join by yourself" in text(page)
        assert "We keep nothing of you" in text(await anyone.get(mixed))


async def test_whoever_has_not_answered_after_the_policys_time_is_forgotten(lists: Lists) -> None:
    scene = lists.scene
    at = await lists.brings_in(as_csv(ANN, BEN))
    await lists.answers(await lists.link("Ben"), "yes")
    async with scene.recruitment.transaction() as tx:
        tx.now += timedelta(days=59)
        assert await registers.forget_who_did_not_answer(tx) == 0
        tx.now += timedelta(days=2)
        assert await registers.forget_who_did_not_answer(tx) == 1
        assert await registers.forget_who_did_not_answer(tx) == 0
    assert (await scene.names())[-1] == "ApplicationForgotten"
    async with scene.recruitment.browser(lists.ada) as ada:
        page = text(await ada.get(at))
        assert "Did not answer, and are forgotten 1" in page
        assert "Said yes 1" in page


async def test_each_keeps_the_day_that_they_were_told_whatever_the_policy_says_later(lists: Lists) -> None:
    """Mails said 60 days whatever the network had set, and a shorter time forgot people before their day."""
    scene = lists.scene
    policy = ListsPolicy(title="Lists", words="Words.", days=20, youngest=16, oldest=110)
    await begin(scene, "lists", policy, days_ago=1)
    await lists.brings_in(as_csv(ANN))
    await as_owner(scene, "update policy_edition set value = value || '{\"days\": 14}' where kind = 'lists'")
    async with scene.recruitment.transaction() as tx:
        said = await tx.fetchval("select value from outbox where type = 'ApplicationListed'")
    state = Application.model_validate_json(said)
    assert state.answer_by
    assert timedelta(days=19) < state.answer_by - datetime.now(UTC) < timedelta(days=21)
    async with scene.recruitment.browser() as anyone:
        assert f"we forget you on {day(london_day(state.answer_by))}" in text(await anyone.get(await lists.link("Ann")))
    async with scene.recruitment.transaction() as tx:
        tx.now += timedelta(days=19)
        assert await registers.forget_who_did_not_answer(tx) == 0
        tx.now += timedelta(days=2)
        assert await registers.forget_who_did_not_answer(tx) == 1


async def test_a_listed_person_can_neither_be_entered_on_the_phone_nor_answered_by_the_team(lists: Lists) -> None:
    scene = lists.scene
    await lists.brings_in(as_csv(ANN))
    _, person_id = (await lists.people())["Ann"]
    ann = Person(called="Ann", id=person_id)
    await scene.recruitment.hears_and_settles(AccountOpened(ann.account.model_copy(update={"can_sign_in": False})))
    async with scene.recruitment.browser(scene.screener) as robin:
        page = await robin.get(f"/people/for/QNX/phone?account={person_id}")
        typed = {
            "person_id": str(person_id),
            "full_name": "Ann Example",
            "why": "Because",
            "code_of_conduct": "1",
            "data_notice": "1",
            "form_key": form_key(page.text),
        }
        refused = await robin.post("/people/for/QNX/phone", data=typed)
        assert (refused.status_code, "have not said yes or no to that" in text(refused)) == (409, True)


async def test_whoever_says_no_after_a_yes_is_told_how_and_braces_are_only_braces(lists: Lists) -> None:
    await lists.brings_in(as_csv(ANN))
    link = await lists.link("Ann")
    async with lists.scene.recruitment.browser() as browser:
        key = form_key((await browser.get(link)).text)
        assert (await lists.answers(link, "yes")).status_code == 303
        late = await browser.post(link, data={"form_key": key, "says": "no"})
        assert (late.status_code, "changed their mind tells the network" in text(late)) == (409, True), late.text
        page = await browser.get(link)
        assert "If you have changed your mind, tell the welcome team" in text(page)
        assert "This page alone signs nobody in" in text(page)
        past = re.findall(r'href="([^"]*/past/[^"]+)"', page.text)[0]
        typed = {"form_key": form_key((await browser.get(past)).text), "what": "{x}", "since": "{0}", "until": ""}
        wrong = await browser.post(past, data=typed)
        assert (wrong.status_code, "“{0}” is no day" in text(wrong)) == (422, True), wrong.text
