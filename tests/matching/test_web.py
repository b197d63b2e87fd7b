"""The pages of matching: posting, the common feed, and each person's matches; and what is refused."""

import re
from datetime import timedelta

import httpx

from schemas.identity import OrganisationClosed
from schemas.payments import RateCardClosed, RateCardIssued
from schemas.recruitment import LeaderApproved, Profile, ProfileChanged, ProfileGiven
from schemas.training import CredentialAwarded, ProgrammeOffered, ProgrammeWithdrawn
from services.chassis.base.access import LONDON, london_day
from services.chassis.base.wording import day
from services.chassis.postgres.transaction import new_id
from services.matching.domain.fit import Subscription
from services.matching.web.drafting import POSTING
from tests.matching import world
from tests.matching.posting import NEW, PAID_TYPED, Typed, date_typed, fill_in, send, typed
from tests.matching.world import NOW, a_trust, everything, in_the_pool, leader, post
from tests.support import Connected, Person, form_key, hidden, member, organisation, registered, save_page

SUBSCRIPTION = "/matches/mine/subscription"


async def fill(browser: httpx.AsyncClient, page: str, values: Typed) -> httpx.Response:
    shown = await browser.get(page)
    assert shown.status_code == 200, shown.text
    return await browser.post(page, data={**hidden(shown.text), **values})


async def test_a_coordinator_posts_changes_the_words_and_takes_it_off_the_feed(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    card, taught = world.rate(trust), world.programme()
    gone = world.programme(credential="old", title="No longer offered", withdrawn_at=NOW)
    await matching.hears_and_settles(RateCardIssued(card), ProgrammeOffered(taught), ProgrammeWithdrawn(gone))
    async with matching.browser(staff) as one, matching.browser() as anyone:
        places = (await one.get(f"{NEW}/places")).text
        assert "Half day: £75 for a half day" in places and "An offer keeps the rate of the day it was made" in places
        assert places.count("For tax: ") == 4, "each makes sense by itself, where answers are checked too"
        people = (await one.get(f"{NEW}/people")).text
        assert "Foundations of leadership" in people
        assert "No longer offered" not in people
        chosen: Typed = {"training": "foundations", "access": ["bsl", "captions"], "lived_experience": "pain"}
        sent = await send(one, await fill_in(one, pay=str(card.id), **chosen))
        mine = sent.headers["location"].partition("?")[0]
        assert "It is on the common feed now." in (await one.get(sent.headers["location"])).text
        public = f"/opportunities/{mine.rpartition('/')[2]}"

        page = (await anyone.get(public)).text
        session = day((NOW + timedelta(days=20)).astimezone(LONDON))
        for words in (
            f"{session} at 2:30pm, for 1 hour",
            "£75 for this meeting (Example policy 2026)",
            "British Sign Language interpreter, Captions",
            "Foundations of leadership",
            "Long-term pain",
            f"{day((NOW + timedelta(days=10)).astimezone(LONDON))} at 5pm",
            'href="/organisations/RX2"',
            'href="/opportunities?organisation=RX2"',
            f'href="/engagements/interest{public.removeprefix("/opportunities")}"',
        ):
            assert words in page, words

        saved = await fill(one, f"{mine}/change/role", typed("role", title="New title"))
        assert "everybody sees it now" in (await one.get(saved.headers["location"])).text
        assert "New title" in (await anyone.get("/opportunities")).text

        off = await fill(one, f"{mine}/withdraw", {"why": "postponed"})
        assert "It is called off." in (await one.get(off.headers["location"])).text
        assert "it is put off until later" in (await one.get(mine)).text
        withdrawn = (await anyone.get(public)).text
        assert "This was called off on" in withdrawn
        assert "/engagements/interest/" not in withdrawn
        assert "New title" not in (await anyone.get("/opportunities")).text
        for closed, title in (("/change/role", "This role is over"), ("/withdraw", "This role is over")):
            answer = await one.get(mine + closed)
            assert (answer.status_code, "can no longer be changed" in answer.text) == (409, True)
            assert f">{title}</h1>" in answer.text, "a title by cause"
            assert f'<a class="nhsuk-link" href="{mine}">Go one step up</a>' in answer.text, "and a way on"
        assert "Called off" in (await one.get("/opportunities/for/RX2")).text


async def test_an_empty_page_asks_for_each_answer_by_what_it_is(matching: Connected) -> None:
    _, staff = await a_trust(matching)
    before = await everything(matching)
    asked: dict[str, dict[str, str]] = {
        "role": {"title": "Enter the title of the role", "strand": "Choose the kind of work"},
        "change": {"purpose": "Enter why you ask for people", "influence": "Choose how much say people have"},
        "when": {
            "time_commitment": "Enter how much time it takes",
            "session_at": "Enter the day of the first session, like 27 3 2027",
            "session_time": "Enter when it starts, for example 10:00 or 2:30pm",
        },
        "people": {"expertise_level": "Choose what experience people need"},
        "places": {
            "places": "Enter how many places there are: a whole number from 1 to 500",
            "pay": "Choose what you pay",
            "expenses": "Choose which expenses you pay",
        },
        "days": {
            "apply_by": "Enter the last day to show interest, like 27 3 2027",
            "decide_by": "Enter the day by which people hear who was chosen, like 27 3 2027",
            "feedback_by": "Enter the day by which you tell people what changed, like 27 3 2027",
        },
    }
    async with matching.browser(staff) as one:
        for page, words in asked.items():
            empty = await save_page(one, f"{NEW}/{page}", dict.fromkeys(typed(page), ""))
            assert empty.status_code == 422
            for name, said in words.items():
                assert f'<a href="#{name}">{said}</a>' in empty.text
                assert f'id="{name}-error"' in empty.text
            for vague in ("Fill this in", "Check this answer", "Choose one of the answers"):
                assert vague not in empty.text
    assert await everything(matching) == before


async def test_a_wrong_answer_is_shown_beside_its_field_and_what_was_typed_is_kept(matching: Connected) -> None:
    _, staff = await a_trust(matching)
    before = await everything(matching)
    wrong: list[tuple[str, Typed, str, str]] = [
        ("places", {"places": "0"}, "places", "a whole number from 1 to 500"),
        ("places", {"places": "two"}, "places", "a whole number from 1 to 500"),
        ("when", {"session_hours": "25"}, "session_hours", "Enter how many hours it lasts: from 0.25 to 24"),
        ("when", {"session_time": "2"}, "session_time", "Enter 2am or 2pm"),
        ("when", {"session_time": "25:00"}, "session_time", "for example 10:00 or 2:30pm"),
        ("days", {"apply_by_day": "31", "apply_by_month": "2"}, "apply_by", "Enter the last day to show interest"),
        ("role", {"title": "x" * 121}, "title", "Shorten the title of the role: it can have 120 characters at most"),
        ("days", date_typed("apply_by", -1), "apply_by", "has to be in the future"),
        ("when", date_typed("session_at", -1), "session_at", "has to start in the future"),
        ("days", date_typed("feedback_by", 15), "feedback_by", "after the closing date and all sessions"),
        ("places", PAID_TYPED | {"pay": str(new_id())}, "pay", "That rate is not in force"),
        (
            "people",
            {"lived_experience": ["pain", "my own"]},
            "lived_experience",
            "Choose what people know about from their own life",
        ),
    ]
    async with matching.browser(staff) as one:
        at = await fill_in(one, access=["bsl", "captions"])
        for page, changed, name, words in wrong:
            answer = await save_page(one, f"{at}/{page}", typed(page, access=["bsl", "captions"]) | changed)
            assert answer.status_code == 422, changed
            assert f'id="{name}-error"' in answer.text, changed
            assert words in answer.text, changed
            assert answer.text.count("nhsuk-error-message") == 1, changed
            check = (await one.get(f"{at}/check")).text
            assert f'<a href="{at}/{page}?check=yes#{name}">' in check
            assert (words in check, "Post it on the feed" in check) == (True, False), changed
            again = await one.get(f"{at}/{page}?check=yes")
            assert f'id="{name}-error"' in again.text, "the link leads to what is wrong"
            mended = await save_page(one, f"{at}/{page}", typed(page, access=["bsl", "captions"]))
            assert mended.headers["location"] == f"{at}/check"
        people = (await one.get(f"{at}/people")).text
        assert people.count(" checked") == 3, "experience, and the two that are there for people"
    assert await everything(matching) == before


async def test_a_rate_that_ended_after_it_was_chosen_is_refused_and_the_answers_kept(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    card = world.rate(trust)
    await matching.hears_and_settles(RateCardIssued(card))
    async with matching.browser(staff) as one:
        at = await fill_in(one, pay=str(card.id))
        assert "Half day: £75 for a half day" in (await one.get(f"{at}/check")).text
        stale = hidden((await one.get(f"{at}/check")).text)
        yesterday = london_day(NOW) - timedelta(days=1)
        closed = card.model_copy(update={"version": 2, "valid_to": yesterday})
        await matching.hears_and_settles(RateCardClosed(closed))
        answer = await one.post(f"{at}/check", data=stale)
    assert answer.status_code == 422
    assert "That rate is not in force." in answer.text
    assert "Half day" not in answer.text
    assert "Help the team that plans care." in answer.text
    assert await world.matches(matching) == await matching.said() == []


async def test_a_closed_organisation_cannot_post(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    last = london_day(NOW) - timedelta(days=2)
    await matching.hears_and_settles(OrganisationClosed(trust.model_copy(update={"version": 2, "valid_to": last})))
    async with matching.browser(staff) as one:
        answer = await send(one, at := await fill_in(one))
        assert (answer.status_code, "This organisation has closed" in answer.text) == (409, True)
        assert "Help the team that plans care." in (await one.get(f"{at}/check")).text, "the draft is still there"
    assert await matching.said() == []


async def test_a_closed_organisation_is_no_choice_of_the_feed(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    over = trust.model_copy(update={"version": 2, "valid_to": london_day(NOW) - timedelta(days=2)})
    choice = f'value="{trust.ods_code}"'
    async with matching.browser(staff) as one:
        assert choice in (await one.get("/opportunities")).text
        assert (await send(one, await fill_in(one))).status_code == 303
        await matching.hears_and_settles(OrganisationClosed(over))
        assert choice not in (await one.get("/opportunities")).text


async def test_each_page_of_a_draft_asks_for_just_the_fields_that_it_saves(matching: Connected) -> None:
    _, staff = await a_trust(matching)
    await matching.hears_and_settles(ProgrammeOffered(world.programme()))
    async with matching.browser(staff) as one:
        for page in POSTING.pages:
            names = set(re.findall(r' name="(\w+)"', (await one.get(f"{NEW}/{page.slug}")).text.partition("<main")[2]))
            asked, others = page.typed(dict.fromkeys(names, ""))
            assert others == {"form_key", "seen", "then"}
            assert {re.sub("_(day|month|year)$", "", name) for name in asked} == set(page.fields)


async def test_a_person_says_what_they_want_and_reads_why_something_fits(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    sam, card = Person(), world.rate(trust)
    told = Profile(id=sam.id, version=1, modes=("remote",), lived_experience=("pain", "cancer"), access_needs=("bsl",))
    await matching.hears_and_settles(
        *(sam.opened, RateCardIssued(card), ProfileGiven(told), ProgrammeOffered(world.programme())),
        CredentialAwarded(world.credential(sam)),
    )
    asks = {"pay": str(card.id), "lived_experience": ["pain"], "access": ["bsl"], "training": ["foundations"]}
    id = await post(matching, trust, staff, **asks)
    async with matching.browser(sam) as me:
        assert "Say what you want to be told of" in (await me.get("/matches/mine")).text
        assert "Online or by phone" in (await me.get(SUBSCRIPTION)).text, "as the profile says"
        saved = await fill(me, SUBSCRIPTION, {"paid_only": "yes", "active": "yes"})
        waiting = (await me.get(saved.headers["location"])).text
        assert "once you are in the pool" in waiting
        assert 'href="/join"' in waiting
        await matching.hears_and_settles(LeaderApproved(leader(sam)))
        again = await fill(me, SUBSCRIPTION, {"paid_only": "yes", "active": "yes"})
        listed = (await me.get(again.headers["location"])).text
        assert "What fits you already comes up here" in listed
        assert 'href="/join">Join the pool' not in listed
        page = f"/matches/roles/{id}"
        assert f'href="{page}"' in listed and "We told you of it" in listed
        assert (await me.get(f"/matches/mine/{await world.match_id(matching)}")).headers["location"] == page
        why = (await me.get(page)).text
        for words in (
            "You can take part this way: Online or by phone.",
            "You asked for paid roles, and this one is paid: £75 for this meeting.",
            "It is the next step up the ladder for you.",
            "You completed the training it asks for: Foundations of leadership.",
            "What you need is there: British Sign Language interpreter.",
            "You told us you know about this from your own life: Long-term pain.",
            "your age, sex, gender, ethnicity",
            "10 points: You know about it from your own life",
            "20 points in all",
            "Only you see this",
            f'href="/engagements/interest/{id}"',
        ):
            assert words in why, words
        assert "cancer" not in why.lower()

        await world.withdraw(matching, trust, staff, id)
        await matching.settle()
        ended = (await me.get(page)).text
        assert "This is no longer open." in ended
        assert "Why it fits you" not in ended
        assert "/engagements/interest/" not in ended
        assert "No longer open" in (await me.get("/matches/mine/told")).text


async def test_what_is_on_the_profile_is_not_asked_again_and_a_choice_of_before_stands_until_the_page_is_saved(
    matching: Connected,
) -> None:
    trust, staff = await a_trust(matching)
    sam = Person()
    told = Profile(id=sam.id, version=1, strands=("culture",), modes=("remote",))
    await matching.hears_and_settles(sam.opened, LeaderApproved(leader(sam)), ProfileGiven(told))
    await world.subscribe(matching, sam, Subscription(strands=("service_improvement",), modes=()))
    await post(matching, trust, staff)
    await matching.settle()
    assert await world.matches(matching) == ["MatchMade"], "what was chosen here goes before the profile"
    async with matching.browser(sam) as me:
        page = (await me.get(SUBSCRIPTION)).text
        for words in ("How staff and patients work together", "Earlier you chose something else", "Making a service"):
            assert words in page
        assert 'name="strands"' not in page and 'name="modes"' not in page
        await fill(me, SUBSCRIPTION, {"paid_only": "no", "active": "yes"})
        assert "Earlier you chose" not in (await me.get(SUBSCRIPTION)).text
        await matching.settle()
        assert await world.matches(matching) == ["MatchMade", "MatchEnded"]
        changed = told.model_copy(update={"version": 2, "strands": ("service_improvement",)})
        await matching.hears_and_settles(ProfileChanged(changed))
        assert await world.matches(matching) == ["MatchMade", "MatchEnded", "MatchMade"], "it follows the profile"


async def test_whoever_pauses_is_told_what_that_means_and_can_go_on(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    sam = await in_the_pool(matching)
    await post(matching, trust, staff)
    await matching.settle()
    async with matching.browser(sam) as me:
        await fill(me, SUBSCRIPTION, {"paid_only": "no", "active": "no"})
        await matching.settle()
        paused = (await me.get("/matches/mine")).text
        assert "You asked us not to tell you" in paused
        assert "pain pathway" in paused, "what fits is there all the same"
        told = (await me.get("/matches/mine/told")).text
        assert "pain pathway" in told and "Show interest by" in told
        role = re.findall(r"/matches/roles/[0-9a-f-]{36}", told)[0]
        for page in (told, (await me.get(role)).text):
            assert "onger fits" not in page, "it fits; they are only told of nothing"
        assert 'value="no" checked' in (await me.get(SUBSCRIPTION)).text
        for odd in ("<b>", "{x}", "{error.args}", "{0.__class__}", "{", "%s"):
            again = await fill(me, SUBSCRIPTION, {"strands": ["culture", odd], "paid_only": "no", "active": "yes"})
            assert (again.status_code, "from the answers" in again.text) == (422, True)
        await fill(me, SUBSCRIPTION, {"paid_only": "no", "active": "yes"})
        await matching.settle()
        await fill(me, SUBSCRIPTION, {"paid_only": "yes", "active": "yes"})
        await matching.settle()
        assert "No longer fits" in (await me.get("/matches/mine/told")).text
        assert "It no longer fits what we know of you" in (await me.get(role)).text
    assert await world.matches(matching) == ["MatchMade", "MatchEnded", "MatchMade", "MatchEnded"]


async def test_somebody_elses_id_in_the_address_answers_as_one_that_does_not_exist(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    other = organisation("RYR", "Other Example Trust")
    stranger = member(other, "coordinator")
    await matching.hears_and_settles(*registered(other), stranger.opened)
    id, sam, kim = await post(matching, trust, staff), await in_the_pool(matching), Person(called="Kim")
    await matching.hears_and_settles(kim.opened)
    before = await everything(matching)
    for who in (kim, staff):
        async with matching.browser(who) as one:
            assert (await one.get(f"/matches/mine/{await world.match_id(matching)}")).status_code == 404
            assert (await one.get(f"/matches/mine/{new_id()}")).status_code == 404
    async with matching.browser(sam) as one:
        assert (await one.get(f"/matches/mine/{await world.match_id(matching)}")).headers["location"] == (
            f"/matches/roles/{id}"
        )
    forms: dict[str, Typed] = {"/change/role": typed("role"), "/withdraw": {"why": "postponed"}}
    async with matching.browser(stranger) as one:
        key = form_key((await one.get("/opportunities/for/RYR/new/role")).text)
        for base in (
            f"/opportunities/for/RYR/{id}",
            f"/opportunities/for/RX2/{id}",
            f"/opportunities/for/RYR/{new_id()}",
        ):
            for page in ("", *forms):
                assert (await one.get(base + page)).status_code == 404, base + page
            for page, values in forms.items():
                answer = await one.post(base + page, data={"form_key": key, **values})
                assert answer.status_code == 404, base + page
        assert (await one.get("/opportunities/for/RX2")).status_code == 404
        assert (await one.post(f"{NEW}/role", data={"form_key": key, **typed("role")})).status_code == 404
        assert "pain pathway" not in (await one.get("/opportunities/for/RYR")).text
        for missing in (f"/opportunities/{new_id()}", "/opportunities/not-an-id", "/opportunities/for"):
            assert (await one.get(missing)).status_code == 404
    assert await everything(matching) == before


async def test_who_may_enter_and_that_a_form_without_a_good_key_changes_nothing(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    finance, sam = member(trust, "finance"), await in_the_pool(matching)
    await matching.hears_and_settles(finance.opened)
    id = await post(matching, trust, staff)
    before = await everything(matching)
    async with matching.browser() as nobody, matching.browser(finance) as one:
        for page in (NEW, f"/opportunities/for/RX2/{id}", "/opportunities/for/RX2"):
            assert (await nobody.get(page)).headers["location"].startswith("/sign-in?to=/opportunities/for/")
            assert (await one.get(page)).status_code == 403
        for page in ("/matches/mine", SUBSCRIPTION):
            assert (await nobody.get(page)).headers["location"] == f"/sign-in?to={page}"
    mine = f"/opportunities/for/RX2/{id}"
    posts: list[tuple[Person, str, Typed]] = [
        (staff, f"{NEW}/role", typed("role")),
        (staff, f"{mine}/change/role", typed("role", title="a")),
        (staff, f"{mine}/withdraw", {"why": "postponed"}),
        (sam, SUBSCRIPTION, {"active": "no"}),
    ]
    async with matching.browser(sam) as other:
        foreign = form_key((await other.get(SUBSCRIPTION)).text)
    for who, page, values in posts:
        async with matching.browser(who) as browser:
            for key in ("", f"{new_id()}.{'0' * 32}", *([foreign] if who is staff else [])):
                answer = await browser.post(page, data={**values, "form_key": key})
                assert answer.status_code == 403, page
    assert await everything(matching) == before
