"""What people need: recorded with their yes, shown only to whom they chose, asked again each year, and forgotten."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from schemas.engagements import Engagement, EngagementErased, PlaceAccepted
from schemas.event import Erased
from schemas.identity import AccountErased
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.transaction import NotOneRow, new_id
from services.recruitment import needed
from services.recruitment.commands import joining, pool
from services.recruitment.commands import needs as commands
from services.recruitment.domain import needs as domain
from services.recruitment.domain.agreement import ConsentNeeded
from services.recruitment.domain.needs import Needs, NeedsAnswers
from services.recruitment.domain.profile import Answers, AskToJoinFirst
from services.recruitment.store import leaders
from services.recruitment.store import needs as store
from tests.recruitment.scene import Scene, draft
from tests.recruitment.test_web import send, text
from tests.support import Person, member
from tests.two_tabs import from_two_tabs, stands

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
PAGE = "/profile/mine/needs"
SECRET = "I faint when it is hot."
SAID: dict[str, Any] = {
    "needs": ["lipspeaker", "quiet_room", "something_else"],
    "format": "braille",
    "ways_to_talk": ["text_relay"],
    "words": SECRET,
    "shared_with": ["places"],
    "health_consent": "1",
}


def answers(**changes: Any) -> NeedsAnswers:
    return NeedsAnswers.model_validate(SAID | changes)


def give(before: Needs | None, said: NeedsAnswers, now: datetime = NOW):
    return domain.give(before, said, person_id=new_id(), entered_by=None, notice="1", now=now)


async def say(scene: Scene, person: Person | None = None, **changes: Any) -> None:
    async with scene.recruitment.transaction((person or scene.sam).acting()) as tx:
        await pool.give_needs(tx, answers(**changes))


async def kept(scene: Scene) -> Needs:
    async with scene.recruitment.transaction() as tx:
        found = await store.get(tx, scene.sam.id)
    assert found
    return found


async def takes_a_place(scene: Scene, status: str = "accepted", version: int = 3) -> Engagement:
    values: dict[str, Any] = {"organisation_id": scene.trust.id, "person_id": scene.sam.id, "status": status}
    values["ods_code"] = scene.trust.ods_code
    place = Engagement.model_validate(
        {"id": new_id(), "version": version, "opportunity_id": new_id(), "interested_at": NOW, **values}
    )
    await scene.recruitment.hears_and_settles(PlaceAccepted(place))
    return place


def test_nothing_is_kept_without_a_yes_and_an_empty_answer_takes_the_yes_back() -> None:
    for said in (
        answers(health_consent=""),
        answers(health_consent="0"),
        answers(needs=[], words="", health_consent=""),
    ):
        with pytest.raises(ConsentNeeded):
            give(None, said)
    first, _ = give(None, answers())
    assert first.consent and (str(first.said_on), str(first.review_by)) == ("2026-11-29", "2027-11-29")
    for nothing in (NeedsAnswers(), NeedsAnswers(shared_with=["places"], health_consent="1")):
        emptied, event = give(first, nothing)
        assert (emptied.consent, emptied.shared_with, emptied.review_by) == (None, (), None)
        assert type(event).__name__ == "NeedsChanged"


def test_own_words_are_flagged_by_a_code_and_are_on_no_state() -> None:
    given, event = give(None, answers(needs=["lipspeaker", "quiet_room"]))
    assert given.needs == ("lipspeaker", "quiet_room", "something_else")
    assert event and SECRET not in event.state.model_dump_json()
    ticked, _ = give(None, answers(words="", needs=["something_else"]))
    assert ticked.needs == ("something_else",), "ask me, it says"


def test_a_format_that_stands_among_the_needs_is_the_format_and_a_second_one_is_not_lost() -> None:
    one, _ = give(None, answers(needs=["breaks", "easy_read"], format="standard", words=""))
    assert (one.needs, one.format) == (("breaks",), "easy_read")
    two, _ = give(None, answers(needs=["easy_read", "large_print"], format="standard", words=""))
    assert {two.format, *two.needs} == {"easy_read", "large_print"}
    assert domain.matched_on(two) == ("easy_read", "large_print")


def test_matching_is_told_only_what_opportunities_could_offer_from_the_start() -> None:
    given, _ = give(None, answers(needs=["bsl", "hearing_loop", "quiet_room"], format="large_print"))
    assert domain.matched_on(given) == ("bsl", "large_print")
    assert domain.matched_on(None) == ()


def test_a_person_is_asked_once_a_year_in_the_morning_until_they_say_that_it_holds() -> None:
    first, _ = give(None, answers())
    due = datetime(2027, 11, 29, 9, tzinfo=UTC)
    assert domain.ask_again(first, now=due - timedelta(minutes=1)) is None
    asked = domain.ask_again(first, now=due)
    assert asked and asked[1].state.waiting[0].what == "review_needs"
    assert domain.ask_again(asked[0], now=due + timedelta(days=40)) is None, "once"
    still, event = domain.confirm(asked[0], now=due + timedelta(days=2))
    assert event and not event.state.waiting and str(still.review_by) == "2028-11-30"
    with pytest.raises(domain.NothingToConfirm):
        domain.confirm(give(first, NeedsAnswers())[0], now=NOW)


async def test_needs_are_said_on_their_own_page_and_shown_again(scene: Scene) -> None:
    async with scene.recruitment.browser(scene.sam) as sam:
        assert "nothing to fill in yet" in text(await sam.get(PAGE))
        await scene.in_pool()
        refused = await send(sam, PAGE, {k: v for k, v in SAID.items() if k != "health_consent"})
        assert refused.status_code == 422 and 'href="#health_consent"' in refused.text
        assert SECRET in refused.text, "nothing that was typed is lost"
        saved = await send(sam, PAGE, SAID)
        page = await sam.get(saved.headers["location"])
        assert "Whoever you chose sees it from now on" in text(page)
        assert "We ask you again once a year, next on" in text(page)
        assert 'value="text_relay" checked' in page.text.replace("\n", "") or "text_relay" in page.text
        unknown = await send(sam, PAGE, {**SAID, "format": "interpretive_dance"})
        assert unknown.status_code == 422
        both = await send(sam, PAGE, {**SAID, "format": ["audio", "braille"]})
        assert both.status_code == 422 and "Choose one answer" in text(both)
    assert (await kept(scene)).public().needs == ("lipspeaker", "quiet_room", "something_else")
    assert await scene.names() == [
        *("ApplicationSent", "ApplicationApproved", "LeaderApproved"),
        "NeedsGiven",
    ], "matching looks at none of these, so the profile has no news"
    async with scene.recruitment.transaction() as tx:
        assert not any(SECRET in row["value"] for row in await tx.fetch("select value from outbox"))


async def test_needs_from_two_tabs_and_corrected(scene: Scene) -> None:
    await scene.in_pool()
    async with scene.recruitment.browser(scene.sam) as sam:
        both = await from_two_tabs(sam, PAGE, SAID, {**SAID, "format": "audio"})
        assert stands(both) == {"How do you want papers and letters?": "Braille"}


async def test_whoever_neither_asked_to_join_nor_is_in_the_pool_is_asked_nothing(scene: Scene) -> None:
    with pytest.raises(AskToJoinFirst):
        await say(scene)
    async with scene.recruitment.api(scene.sam) as sam:
        assert (await sam.get("/mine/needs")).status_code == 404
        assert (await sam.put("/mine/needs", json=SAID)).status_code == 409
        assert (await sam.post("/mine/needs/confirm")).status_code == 409


async def test_an_organisation_sees_needs_only_where_the_person_has_a_place_and_said_yes(scene: Scene) -> None:
    await scene.in_pool()
    await say(scene)
    path = f"/people/for/{scene.trust.ods_code}/{scene.sam.id}/needs"
    other = member(scene.network, "coordinator", called="Nosy")
    await scene.knows(other)
    async with scene.recruitment.browser(scene.coordinator) as alex, scene.recruitment.browser(other) as nosy:
        assert (await alex.get(path)).status_code == 404, "no place yet"
        await takes_a_place(scene, status="offered", version=2)
        assert (await alex.get(path)).status_code == 404, "an offer is no place"
        place = await takes_a_place(scene)
        page = await alex.get(path)
        assert page.status_code == 200
        for words in ("Lipspeaker", "Braille", "By text relay", SECRET):
            assert words in text(page)
        assert (await nosy.get(f"/people/for/QNX/{scene.sam.id}/needs")).status_code == 404
        await say(scene, shared_with=[])
        assert (await alex.get(path)).status_code == 404, "the yes was taken back"
        await say(scene, shared_with=["coordinator"])
        assert (await alex.get(path)).status_code == 404
        await say(scene)
        assert (await alex.get(path)).status_code == 200
        await scene.recruitment.hears_and_settles(EngagementErased(Erased(id=place.id, version=9)))
        assert (await alex.get(path)).status_code == 404, "the place is gone"


async def test_a_coordinator_sees_the_needs_of_their_own_people_who_said_so(scene: Scene) -> None:
    leader = await scene.in_pool()
    await say(scene, shared_with=["coordinator"])
    colleague = member(scene.network, "coordinator", called="Colin")
    await scene.knows(colleague)

    async def looked_after(**changes: Any) -> None:
        async with scene.recruitment.transaction() as tx:
            now = await leaders.lock(tx, leader.id)
            assert now
            await leaders.save(tx, now.with_changes(**changes, version=now.version + 1))

    async def seen_by(who: Person) -> tuple[int, bool]:
        async with scene.recruitment.transaction(who.acting(scene.network)) as tx:
            person = await leaders.get(tx, leader.id)
            assert person
            of_all = await needed.needs_of(tx, [person])
            try:
                await needed.needs_shown(tx, leader.id)
            except NotFound:
                return len(of_all), False
            return len(of_all), True

    assert await seen_by(colleague) == (0, False)
    await looked_after(coordinator_id=colleague.id)
    assert await seen_by(colleague) == (1, True)
    assert await seen_by(scene.screener) == (0, False)
    page = f"/people/for/{scene.network.ods_code}/{leader.id}"
    for who, leads_there in ((colleague, True), (scene.screener, False)):
        async with scene.recruitment.browser(who) as browser:
            assert (f'href="{page}/needs"' in (await browser.get(page)).text) is leads_there
    today = datetime.now(UTC).date()
    await looked_after(cover_id=scene.screener.id, cover_until=today + timedelta(days=1))
    assert await seen_by(scene.screener) == (1, True)
    await looked_after(cover_until=today - timedelta(days=2))
    assert await seen_by(scene.screener) == (0, False), "the cover has ended"
    await say(scene, shared_with=["places"])
    assert await seen_by(colleague) == (0, False)


async def test_row_level_security_itself_shows_nothing_that_was_not_shared(scene: Scene) -> None:
    await scene.in_pool()
    await say(scene, shared_with=["coordinator"])
    await takes_a_place(scene)
    for who, acting in ((scene.coordinator, scene.trust), (scene.welcomer, scene.network)):
        async with scene.recruitment.transaction(who.acting(acting)) as tx:
            assert await tx.fetchval("select count(*) from needs") == 0, "nor to a colleague of who looks after them"
    async with scene.recruitment.transaction(Person().acting()) as tx:
        assert await tx.fetchval("select count(*) from needs") == 0
    await say(scene, shared_with=["places"])
    async with scene.recruitment.transaction(scene.coordinator.acting(scene.trust)) as tx:
        assert await tx.fetchval("select count(*) from needs") == 1
        with pytest.raises(NotOneRow):
            await tx.change_one("update needs set words = 'x' where person_id = $1", scene.sam.id)


async def test_what_nobody_may_keep_the_database_refuses(scene: Scene) -> None:
    await scene.in_pool()
    await say(scene)
    for wrong in (
        "update needs set consent_at = null, consent_version = null",
        "update needs set needs = '{}', format = 'standard', ways_to_talk = '{}', words = ''",
        "update needs set review_by = said_on",
    ):
        with pytest.raises(asyncpg.CheckViolationError):
            async with scene.recruitment.transaction() as tx:
                await tx.execute(wrong)


async def test_the_profile_tells_matching_what_it_looks_at_and_older_programs_say_it_as_before(scene: Scene) -> None:
    await scene.in_pool()
    async with scene.recruitment.api(scene.sam) as sam:
        await say(scene, needs=["bsl", "hearing_loop"], format="large_print")
        assert (await sam.get("/mine/profile")).json()["access_needs"] == ["bsl", "large_print"]
        old = {"strands": [], "modes": [], "access_needs": ["captions"], "health_consent": "1"}
        assert (await sam.put("/mine/profile", json=old)).status_code == 200
        mine = (await sam.get("/mine/needs")).json()
        assert mine["needs"] == ["captions", "hearing_loop", "something_else"], "what it does not know of stays"
        assert (mine["format"], mine["words"], mine["shared_with"]) == ("standard", SECRET, ["places"])
        assert (await sam.put("/mine/profile", json={"strands": ["research"]})).status_code == 200
        assert (await sam.get("/mine/needs")).json() == mine, "left out, it says nothing of needs"
        assert (await sam.get("/mine/profile")).json()["access_needs"] == ["captions"]
        refused = await sam.put("/mine/profile", json={"access_needs": ["bsl"]})
        assert (refused.status_code, refused.json()["type"]) == (422, "/developers/problems#consent-needed")
        await say(scene, needs=[], format="standard", ways_to_talk=[], words="", shared_with=[], health_consent="")
        assert (await sam.get("/mine/profile")).json()["access_needs"] == []


async def test_the_year_is_over_and_the_person_is_asked_once(scene: Scene) -> None:
    await scene.in_pool()
    await say(scene)
    async with scene.recruitment.transaction() as tx:
        [at] = [row["at"] for row in await tx.fetch("select at from timer where reaction = 'ask_to_review'")]
        assert abs(at - datetime.now(UTC) - timedelta(days=365)) < timedelta(days=2)
        await commands.ask_to_review(tx, scene.sam.id)
        assert "NeedsReviewDue" not in [name for name, _ in await scene.recruitment.said()], "too early"
        await tx.execute("update needs set said_on = said_on - 400, review_by = review_by - 400")
    async with scene.recruitment.transaction() as tx:
        assert [*(await store.reviews(tx, scene.sam.id, limit=5))] == []
        before_all = new_id().__class__(int=0)
        assert [*(await store.reviews(tx, before_all, limit=5))] == [scene.sam.id], "the sweeper would set it"
    for _ in range(2):
        async with scene.recruitment.transaction() as tx:
            await commands.ask_to_review(tx, scene.sam.id)
    assert (await scene.names()).count("NeedsReviewDue") == 1
    async with scene.recruitment.browser(scene.sam) as sam:
        page = await sam.get(PAGE)
        assert "Is it still right?" in text(page)
        yes = await send(sam, PAGE + "/confirm", {}, page=PAGE)
        after = text(await sam.get(yes.headers["location"]))
        assert "We ask you again in a year" in after and "Is it still right?" not in after
    assert (await kept(scene)).asked_at is None
    async with scene.recruitment.transaction() as tx:
        value = await tx.fetchval("select value from outbox where type = 'NeedsChanged' order by seq desc limit 1")
    assert json.loads(value)["waiting"] == []


async def test_who_leaves_the_pool_or_is_forgotten_leaves_no_needs(scene: Scene) -> None:
    await scene.in_pool()
    await say(scene)
    async with scene.recruitment.transaction(scene.sam.acting()) as tx:
        await pool.leave_pool(tx)
    await scene.recruitment.settle()
    emptied = await kept(scene)
    assert (emptied.needs, emptied.words, emptied.consent, emptied.entered_by) == ((), "", None, None)
    async with scene.recruitment.transaction() as tx:
        assert await tx.fetchval("select count(*) from timer where reaction = 'ask_to_review'") == 0
    await scene.in_pool()
    await say(scene)
    await scene.recruitment.hears_and_settles(AccountErased(Erased(id=scene.sam.id, version=2)))
    async with scene.recruitment.transaction() as tx:
        assert await store.get(tx, scene.sam.id) is None
        assert await tx.fetchval("select count(*) from timer where reaction = 'ask_to_review'") == 0
    assert (await scene.names())[-1:] != ["NeedsChanged"]
    assert "NeedsErased" in await scene.names()


async def test_many_say_at_once_and_both_of_two_at_once_are_one_after_the_other(scene: Scene) -> None:
    await scene.in_pool()
    await asyncio.gather(
        *(say(scene, format=one) for one in ("audio", "braille", "easy_read", "large_print")),
        *(_says_profile(scene, one) for one in ("research", "culture")),
    )
    async with scene.recruitment.transaction() as tx:
        of_profile = await tx.fetchval("select access_needs from profile")
    final = await kept(scene)
    assert tuple(of_profile) == domain.matched_on(final), "the profile says what the needs say"


async def _says_profile(scene: Scene, strand: str) -> None:
    async with scene.recruitment.transaction(scene.sam.acting()) as tx:
        await pool.give_profile(tx, Answers(strands=[strand]))


async def test_what_a_helper_typed_is_kept_with_their_hand_and_shown_to_them_no_more_than_to_others(
    scene: Scene,
) -> None:
    pat = await scene.by_phone()
    async with scene.recruitment.transaction(scene.screener.acting(scene.network).helping(pat.id)) as tx:
        await joining.send_application(tx, draft())
        await pool.give_needs(tx, answers())
        found = await store.get(tx, pat.id)
        assert found and found.entered_by == scene.screener.id
    async with scene.recruitment.transaction(scene.screener.acting(scene.network)) as tx:
        assert await store.get(tx, pat.id) is None, "whoever helps sees it while they help"


async def test_whoever_is_forgotten_while_they_say_what_they_need_is_forgotten(scene: Scene) -> None:
    async def forget(person: Person) -> None:
        async with scene.recruitment.transaction() as tx:
            await pool.forget_person(tx, person.id)

    for _ in range(5):
        kim = Person(called="Kim")
        await scene.knows(kim)
        await scene.send(kim)
        done = await asyncio.gather(*(say(scene, kim) for _ in range(3)), forget(kim), return_exceptions=True)
        assert all(one is None or isinstance(one, AskToJoinFirst) for one in done), done
        async with scene.recruitment.transaction() as tx:
            left = "select (select count(*) from needs) + (select count(*) from profile)"
            assert await tx.fetchval(left) == 0
            timers = "select count(*) from timer where reaction = 'ask_to_review'"
            assert await tx.fetchval(timers) == 0
