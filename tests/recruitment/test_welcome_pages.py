"""The pages of the welcome team, and what the person sees at each stage."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.chassis.base.wording import LONDON, moment
from services.recruitment.commands import joining, welcoming
from services.recruitment.store import welcome
from tests.recruitment.scene import Scene
from tests.recruitment.test_web import send, text
from tests.recruitment.test_welcome import get, offer, themselves, welcomer
from tests.support import Person, form_key, led_to, member

QUEUE = "/people/for/QNX"
TODAY = datetime.now(LONDON).date()
NEXT_WEEK = (datetime.now(LONDON) + timedelta(days=7)).replace(hour=14, minute=30, second=0, microsecond=0)


def parts(name: str, at: datetime) -> dict[str, str]:
    """A moment as a page sends it."""
    day = {f"{name}_{part}": str(getattr(at, part)) for part in ("day", "month", "year")}
    return day | {f"{name}_time": f"{at:%H:%M}"}


async def several(scene: Scene, *stages: str) -> dict[str, UUID]:
    """Somebody at each stage, called by it; their applications."""
    people = {stage: Person(called=stage.title().replace("_", " ")) for stage in stages}
    await scene.knows(*people.values())
    for stage, person in people.items():
        await scene.bring(person, stage)
    async with scene.recruitment.transaction() as tx:
        rows = await tx.fetch("select person_id, id from application")
    ids = {row["person_id"]: row["id"] for row in rows}
    return {stage: ids[person.id] for stage, person in people.items()}


async def test_a_question_is_answered_on_a_page_of_its_own(scene: Scene) -> None:
    id = await scene.send()
    async with scene.recruitment.browser(scene.screener) as robin:
        asked = await send(robin, f"{QUEUE}/{id}/ask-more", {"words": "Which <clinic> was it?"})
        assert "It is their turn now" in text(await robin.get(asked.headers["location"]))
        twice = await send(robin, f"{QUEUE}/{id}/ask-more", {"words": "And when?"})
        assert (twice.status_code, "They were asked already" in twice.text) == (409, True)
    async with scene.recruitment.browser(scene.sam) as sam:
        assert "Which <clinic> was it?" in text(await sam.get("/join/mine"))
        empty = await send(sam, "/join/mine/say-more", {"words": " "})
        assert (empty.status_code, 'href="#words"' in empty.text) == (422, True)
        said = await send(sam, "/join/mine/say-more", {"words": "The one in Lewes."})
        assert "It is our turn now" in text(await sam.get(said.headers["location"]))
        assert (await sam.get("/join/mine/say-more")).headers["location"] == "/join/mine"
    async with scene.recruitment.browser(scene.screener) as robin:
        assert "They said: The one in Lewes." in text(await robin.get(f"{QUEUE}/{id}"))


async def test_times_for_a_talk_are_offered_and_one_is_chosen(scene: Scene) -> None:
    id, first = await scene.ask(), parts("first", NEXT_WEEK)
    async with scene.recruitment.browser(scene.screener) as robin:
        page = f"{QUEUE}/{id}/offer-times"
        no_time = await send(robin, page, {"how": "phone", **first, "first_time": ""})
        assert (no_time.status_code, "Enter when the first time starts" in no_time.text) == (422, True)
        half = {"second_day": "1", "second_month": "", "second_year": ""}
        assert (await send(robin, page, {"how": "phone", **first, **half})).status_code == 422
        gone = parts("first", NEXT_WEEK - timedelta(days=30))
        assert "still to come" in (await send(robin, page, {"how": "phone", **gone})).text
        second = parts("second", NEXT_WEEK + timedelta(days=1))
        assert led_to(await send(robin, page, {"how": "phone", **first, **second})) == f"{QUEUE}/{id}"
    async with scene.recruitment.browser(scene.sam) as sam:
        page = await sam.get("/join/mine/choose-time")
        assert moment(NEXT_WEEK) in text(page)
        chosen = await send(sam, "/join/mine/choose-time", {"time": NEXT_WEEK.astimezone(UTC).isoformat()})
        mine = text(await sam.get(chosen.headers["location"]))
        assert "The time is agreed" in mine and f"{moment(NEXT_WEEK)}, by phone" in mine


async def test_none_of_the_times_suits_and_that_is_said_in_words(scene: Scene) -> None:
    id = await scene.ask()
    await offer(scene, id, NEXT_WEEK)
    async with scene.recruitment.browser(scene.sam) as sam:
        wrong = await send(sam, "/join/mine/choose-time", {"time": (NEXT_WEEK + timedelta(days=1)).isoformat()})
        assert (wrong.status_code, "not one of those that we offered" in wrong.text) == (422, True)
        assert "/join/mine/say-more" in wrong.text
        assert (await send(sam, "/join/mine/say-more", {"words": "Only on Sundays."})).status_code == 303
    assert (await get(scene, id)).stage == "asked"


async def test_a_talk_is_kept_and_an_impossible_day_is_refused_in_words(scene: Scene) -> None:
    id = await scene.ask()
    async with scene.recruitment.browser(scene.screener) as robin:
        page, at = f"{QUEUE}/{id}/talk", parts("at", NEXT_WEEK)
        for wrong, words in (
            ({"at_day": "31", "at_month": "2"}, "Enter the day of the talk, like 27 3 2027"),
            ({"at_time": "25:00"}, "Enter when the talk starts"),
            ({"at_year": str(NEXT_WEEK.year + 3)}, "within 60 days"),
            ({"how": ""}, "Choose how you talk"),
        ):
            refused = await send(robin, page, {**at, "how": "relay", **wrong})
            assert (refused.status_code, words in refused.text) == (422, True), wrong
        kept = await send(robin, page, {**at, "how": "relay"})
        assert f"{moment(NEXT_WEEK)}, by text or video relay" in text(await robin.get(kept.headers["location"]))


async def test_from_a_talk_on_one_day_is_named_for_the_answer_and_a_talk_that_was_held_is_over(scene: Scene) -> None:
    id, soon = await scene.ask(), datetime.now(UTC) + timedelta(days=40)
    async with scene.recruitment.browser(scene.sam) as sam:
        promised = text(await sam.get("/join/mine")).partition("You get an answer by ")[2][:20]
        async with welcomer(scene) as tx:
            await welcoming.agree_talk(tx, id, at=soon, how="phone")
        page = text(await sam.get("/join/mine"))
        assert "We talk with you" in page and "After the talk, the welcome team answers you." in page
        assert promised not in page and "We do that by" not in page, "the answer is due after the talk, not before it"
        assert page.count("You get an answer by") == 1
        async with welcomer(scene) as tx:
            await welcoming.agree_talk(tx, id, at=datetime.now(UTC) - timedelta(days=1), how="phone")
        page = text(await sam.get("/join/mine"))
        assert "We have talked with you" in page and "We talked " in page
        assert "After the talk" not in page and "The welcome team answers you." in page
    async with scene.recruitment.browser(scene.screener) as robin:
        page = text(await robin.get(f"{QUEUE}/{id}"))
        assert "Talked " in page and "Next step by" not in page


async def test_whoever_cannot_sign_in_is_reached_from_their_application_in_one_press(scene: Scene) -> None:
    ids = await several(scene, "asked", "declined")
    async with scene.recruitment.browser(scene.screener) as robin:
        assert "See how to reach" not in (await robin.get(f"{QUEUE}/{ids['asked']}")).text, "they sign in"
    phone = await scene.by_phone()
    id = await scene.ask(phone)
    async with scene.recruitment.browser(scene.screener) as robin:
        page = (await robin.get(f"{QUEUE}/{id}")).text
        assert f'href="/messages/for/QNX/people/{phone.id}"' in page


async def test_next_one_leads_to_the_longest_waiting_that_they_can_answer(scene: Scene) -> None:
    ids = await several(scene, "more_asked", "answered", "again", "asked", "sent")
    own = await scene.send(scene.screener)
    async with scene.recruitment.transaction() as tx:
        await tx.execute("update application set sent_at = sent_at - interval '2 days' where id = $1", own)
    async with scene.recruitment.browser(scene.screener) as robin:
        for stage in ("asked", "sent"):
            assert (await robin.get(f"{QUEUE}/next")).headers["location"] == f"{QUEUE}/{ids[stage]}"
            page = await robin.get(f"{QUEUE}/{ids[stage]}")
            yes = await robin.post(f"{QUEUE}/{ids[stage]}/approve", data={"form_key": form_key(page.text)})
            assert f'href="{QUEUE}/next"' in (await robin.get(yes.headers["location"])).text
        assert (await robin.get(f"{QUEUE}/next")).headers["location"] == QUEUE
    async with scene.recruitment.browser(scene.welcomer) as noor:
        assert (await noor.get(f"{QUEUE}/next")).headers["location"] == f"{QUEUE}/{own}"


async def test_the_queue_is_oldest_first_with_late_ones_flagged_and_narrowed_as_chosen(scene: Scene) -> None:
    ids = await several(scene, "asked", "sent", "talked", "more_asked", "again", "answered")
    async with welcomer(scene) as tx:
        await welcoming.take(tx, ids["sent"])
    async with scene.recruitment.transaction() as tx:
        await tx.execute("update application set due_by = now() - interval '2 days' where id = $1", ids["sent"])
    async with scene.recruitment.browser(scene.screener) as robin:
        page = text(await robin.get(QUEUE))
        assert "5 applications" in page and page.count("Late") == 1
        assert [page.index(f"{one}, AP-") for one in ("Asked", "Sent", "Talked", "More Asked", "Again")] == sorted(
            page.index(f"{one}, AP-") for one in ("Asked", "Sent", "Talked", "More Asked", "Again")
        )
        assert "Answers that you can still undo" in page and "Answered, AP-" in page
        assert "Robin: 1 person" in page and "Noor: 0 people" in page
        for query, found in (
            ("stage=talked", {"Talked"}),
            ("turn=them", {"More Asked"}),
            ("turn=us&stage=sent", {"Sent", "Again"}),
            ("held=me", {"Sent"}),
            ("stage=nonsense&turn=nobody", {"Asked", "Sent", "Talked", "More Asked", "Again"}),
        ):
            listed = (await robin.get(f"{QUEUE}?{query}&format=csv")).text.splitlines()[1:]
            assert {line.split(",")[0] for line in listed if line} == found, query


async def test_past_answers_are_listed_and_everybody_is_found_by_name_or_reference(scene: Scene) -> None:
    ids = await several(scene, "approved", "declined", "declined_again", "answered", "withdrawn", "asked")
    async with scene.recruitment.browser(scene.screener) as robin:
        page = text(await robin.get(f"{QUEUE}/answered"))
        assert "3 answers" in page and page.index("Declined Again, AP-") < page.index("Approved, AP-")
        assert "Answered, AP-" not in page, "it can still be undone"
        assert "1 answer" in text(await robin.get(f"{QUEUE}/answered?answer=approved"))
        for words, found in (("declined", {"Declined", "Declined Again"}), ("with", {"Withdrawn"}), ("x", set[str]())):
            page = (await robin.get(f"{QUEUE}/find?words={words}")).text
            assert {stage.title().replace("_", " ") for stage in ids if f"{QUEUE}/{ids[stage]}" in page} == found
        reference = (await get(scene, ids["withdrawn"])).reference
        assert f"{QUEUE}/{ids['withdrawn']}" in (await robin.get(f"{QUEUE}/find?words={reference.lower()}")).text
    for person, ods, status in ((scene.coordinator, "RX2", 403), (scene.trust_screener, "RX2", 403)):
        async with scene.recruitment.browser(person) as other:
            for page in ("next", "answered", "find"):
                assert (await other.get(f"/people/for/{ods}/{page}")).status_code == status


async def test_it_is_handed_over_on_a_page_that_names_the_team(scene: Scene) -> None:
    id = await scene.ask()
    async with scene.recruitment.browser(scene.screener) as robin:
        page = await robin.get(f"{QUEUE}/{id}/hand-over")
        assert "Noor" in page.text and "Alex" not in page.text
        assert "Choose who holds it" in (await send(robin, f"{QUEUE}/{id}/hand-over", {"to": ""})).text
        nobody = await send(robin, f"{QUEUE}/{id}/hand-over", {"to": str(scene.coordinator.id)})
        assert (nobody.status_code, "nobody in the welcome team" in nobody.text) == (422, True)
        done = await send(robin, f"{QUEUE}/{id}/hand-over", {"to": str(scene.welcomer.id)})
        assert "Held by Noor" in text(await robin.get(done.headers["location"]))
        again = (await several(scene, "again"))["again"]
        offered = (await robin.get(f"{QUEUE}/{again}/hand-over")).text
        assert f'value="{scene.welcomer.id}"' in offered
        assert f'value="{scene.screener.id}"' not in offered, "whoever gave the first answer cannot give the second"


async def test_who_joined_with_a_name_alone_agrees_on_their_own_page(scene: Scene) -> None:
    await scene.approve(await scene.ask())
    async with scene.recruitment.browser(scene.sam) as sam:
        assert "before your first role" in text(await sam.get("/join/mine"))
        half = await send(sam, "/join/mine/agree", {"code_of_conduct": "1"})
        assert (half.status_code, 'href="#data_notice"' in half.text) == (422, True)
        agreed = await send(sam, "/join/mine/agree", {"code_of_conduct": "1", "data_notice": "1"})
        assert "before your first role" not in text(await sam.get(agreed.headers["location"]))


async def test_the_same_by_the_api(scene: Scene) -> None:
    id = await scene.ask()
    at = f"/organisations/QNX/applications/{id}"
    async with scene.recruitment.api(scene.screener) as robin, scene.recruitment.api(scene.sam) as sam:
        assert (await robin.post(f"{at}/take")).json() == {"id": str(id), "stage": "asked"}
        offered = {"words": "When?", "times": [NEXT_WEEK.isoformat()], "how": "online"}
        assert (await robin.post(f"{at}/ask-more", json=offered)).status_code == 200
        mine = (await sam.get("/mine/application")).json()["application"]
        assert (mine["holder"], mine["question"]["how"]) == ("Robin", "online")
        chosen = await sam.post("/mine/application/choose-time", json={"time": mine["question"]["times"][0]})
        assert chosen.json() == {"stage": "talked"}
        assert (await robin.post(f"{at}/talk", json={"at": NEXT_WEEK.isoformat(), "how": "phone"})).status_code == 200
        assert (await robin.post(f"{at}/ask-more", json={"words": "What would you like to do?"})).status_code == 200
        assert (await sam.post("/mine/application/say-more", json={"words": "To listen."})).json()["stage"] == "talked"
        body = {"to": str(scene.welcomer.id)}
        assert (await robin.post(f"{at}/hand-over", json=body)).status_code == 200
        team = (await robin.get("/organisations/QNX/welcome-team")).json()["team"]
        assert [(one["called"], one["holds"]) for one in team] == [("Noor", 1), ("Robin", 0)]
        said = {"reason": "Too much now", "would_help": "An evening a month"}
        declined = (await robin.post(f"{at}/decline", json=said)).json()
        assert declined["stage"] == "talked" and declined["undo_until"]
        whole = (await robin.get(at)).json()
        assert (whole["answer"]["stage"], [one["said"] for one in whole["questions"]]) == (
            *("declined", ["To listen.", None]),
        )
        assert (await robin.post(f"{at}/undo")).json()["stage"] == "talked"
        assert (await robin.post(f"{at}/decline", json=said)).status_code == 200
        assert (await robin.post(f"{at}/tell-now")).json()["stage"] == "declined"
        assert (await sam.post("/mine/application/look-again")).json() == {"stage": "talked"}
        assert (await robin.get(at)).json()["earlier"]["reason"] == "Too much now"
        for page in ("answered-applications", "all-applications?words=sam"):
            assert "applications" in (await robin.get(f"/organisations/QNX/{page}")).json()
    async with scene.recruitment.api(scene.welcomer) as noor:
        yes = (await noor.post(f"{at}/approve", json={"tell_now": True})).json()
        assert yes["reference"].startswith("PL-")
        assert [
            one["id"] for one in (await noor.get("/organisations/QNX/answered-applications")).json()["applications"]
        ]
    async with scene.recruitment.api(scene.sam) as sam:
        assert (await sam.get("/mine/application")).json()["to_agree"] == ["code_of_conduct", "data_notice"]
        agreed = await sam.post("/mine/agreements", json={"code_of_conduct": "1", "data_notice": "1"})
        assert agreed.json() == {"agreed": ["code_of_conduct", "data_notice"]}


async def test_what_is_listed_for_next_and_caseloads_leaves_out_what_was_answered(scene: Scene) -> None:
    id = await scene.ask()
    async with welcomer(scene) as tx:
        await welcoming.take(tx, id)
        await welcoming.approve_application(tx, id)
        assert await welcome.next_for(tx, scene.network.id, scene.screener.id, on=TODAY) is None
        assert [one.called for one in await welcome.untold(tx, scene.network.id, scene.screener.id)] == ["Sam"]
        assert await welcome.untold(tx, scene.network.id, scene.welcomer.id) == []
    async with themselves(scene) as tx:
        await joining.withdraw_application(tx)


async def test_what_somebody_holds_who_has_left_the_team_is_next_for_the_others(scene: Scene) -> None:
    jo = member(scene.network, "screener", called="Jo")
    await scene.knows(jo)
    id = await scene.ask()
    async with welcomer(scene, jo) as tx:
        await welcoming.take(tx, id)
    async with scene.recruitment.browser(scene.screener) as robin:
        assert (await robin.get(f"{QUEUE}/next")).headers["location"] == QUEUE, "Jo holds it"
        gone = jo.account.model_copy(update={"version": 2, "memberships": ()})
        await scene.recruitment.hears_and_settles(type(jo.opened)(gone))
        assert (await robin.get(f"{QUEUE}/next")).headers["location"] == f"{QUEUE}/{id}"
        page = await robin.get(f"{QUEUE}/{id}")
        assert "Somebody who is not in the team any more" in text(page)
        handed = await send(robin, f"{QUEUE}/{id}/hand-over", {"to": str(scene.screener.id)})
        assert "Held by Robin" in text(await robin.get(handed.headers["location"]))
