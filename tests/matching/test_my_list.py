"""What fits a person, on their own list: best first, what is missing where nothing fits, and what is not for them."""

import asyncio
import re
from datetime import timedelta
from uuid import UUID

from schemas.engagements import Engagement, PlaceAccepted
from schemas.payments import RateCardIssued
from schemas.recruitment import LeaderApproved, LeaderLeft, Profile, ProfileGiven
from schemas.training import ProgrammeOffered
from services.chassis.postgres.transaction import new_id
from services.matching.commands import fitting as telling
from services.matching.domain.fit import Subscription
from services.matching.store import fitting
from tests.matching import world
from tests.matching.test_lists import cursor_in
from tests.matching.world import NOW, a_trust, everything, in_the_pool, leader, matches, post
from tests.support import Connected, Person, form_key, led_to, until_a_lock_is_waited_for

LIST = "/matches/mine"


async def lies(matching: Connected, role: UUID, district: str) -> None:
    async with matching.transaction() as tx:
        await tx.execute(
            "update opportunity set state = state || jsonb_build_object('mode', 'in_person', 'district', $2::text,"
            " 'place', 'Room 3') where id = $1",
            *(role, district),
        )


async def presses(matching: Connected, person: Person, page: str, to: str = "") -> str:
    """Where a page's button leads."""
    async with matching.browser(person) as me:
        shown = await me.get(page)
        assert shown.status_code == 200, shown.text
        return led_to(await me.post(to or page, data={"form_key": form_key(shown.text)}))


async def test_whoever_is_in_the_pool_reads_what_fits_best_first_without_asking_to_be_told(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    sam, told = Person(), await in_the_pool(matching, "Kim")
    card = world.rate(trust)
    profile = Profile(id=sam.id, version=1, lived_experience=("pain",), district="BN1", distance="25")
    await matching.hears_and_settles(
        RateCardIssued(card), sam.opened, LeaderApproved(leader(sam)), ProfileGiven(profile)
    )
    near = await post(*(matching, trust, staff), title="Near", mode="in_person", pay=str(card.id), sessions_planned=3)
    await lies(matching, near, "BN2")
    await lies(matching, await post(matching, trust, staff, title="Far"), "LS1")
    await post(matching, trust, staff, title="Best", lived_experience=["pain"])
    await matching.settle()
    async with matching.browser(sam) as me, matching.browser(told) as kim, matching.api(sam) as api:
        page = (await me.get(LIST)).text
        assert re.findall(r'card__link"[^>]*>([^<]+)', page) == ["Best", "Near"]
        for words in (
            "£225 for 3 sessions",
            "Room 3, about 2 miles from your home district",
            "Next session",
            "Show interest by",
            "say that you want to be told",
            "Only you see this",
        ):
            assert words in page, words
        assert "We told you of it" not in page
        assert "We told you of it" in (await kim.get(LIST)).text
        found = (await api.get("/mine/roles")).json()
        assert [(one["opportunity"]["title"], one["score"], one["miles"]) for one in found["roles"]] == [
            ("Best", 20, None),
            ("Near", 13, 2),
        ]
        why = (await api.get(f"/mine/roles/{near}")).json()
        assert (why["fits"], why["points"]) == (True, {"lived": 0, "wish": 0, "near": 8, "step": 5})
        assert "It is about 2 miles from your home district." in why["reasons"]
    await matching.hears_and_settles(LeaderLeft(leader(sam, status="left", version=2)))
    async with matching.browser(sam) as me, matching.browser() as nobody:
        assert "once you are in the pool" in (await me.get(LIST)).text
        assert "You are not in the pool." in (await me.get(f"/matches/roles/{near}")).text
        public = (await me.get(f"/opportunities/{near}")).text
        assert f'href="/matches/roles/{near}"' in public
        assert "/matches/roles/" not in (await nobody.get(f"/opportunities/{near}")).text
        assert (await me.get(f"/matches/roles/{new_id()}")).status_code == 404


async def test_the_list_goes_on_where_it_stopped_and_loses_nothing(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    sam = await in_the_pool(matching)
    more = fitting.FITTING.size + 2
    for n in range(more):
        await post(matching, trust, staff, title=f"Role {n}", rung=("feedback", "improvement", "governance")[n % 3])
    await matching.settle()
    async with matching.browser(sam) as me, matching.api(sam) as api:
        first = (await me.get(LIST)).text
        assert f"{more} roles" in first
        rest = (await me.get(f"{LIST}?after={cursor_in(first)}")).text
        titles = re.findall(r'card__link"[^>]*>(Role \d+)', first + rest)
        assert len(titles) == len(set(titles)) == more
        answer = (await api.get("/mine/roles")).json()
        others = (await api.get(f"/mine/roles?after={answer['next']}")).json()
        assert [one["opportunity"]["title"] for one in answer["roles"] + others["roles"]] == titles
        assert (await me.get(f"{LIST}?after=nonsense")).status_code == 422


async def somebody_with_every_wish(matching: Connected) -> Person:
    """Kind of work, way, needs, district, distance and times: each stands in the way of something."""
    sam = Person()
    told = Profile(
        id=sam.id,
        version=1,
        strands=("research",),
        modes=("remote",),
        access_needs=("bsl", "captions"),
        district="BN1",
        distance="5",
        times=("sun_morning",),
    )
    await matching.hears_and_settles(sam.opened, LeaderApproved(leader(sam)), ProfileGiven(told))
    return sam


def on_a_sunday() -> dict[str, object]:
    at = NOW.replace(hour=10)
    sunday = at + timedelta(days=(6 - at.weekday()) % 7 + 28)
    return {"strand": "research", "access": ["bsl", "captions"], "session_at": sunday}


async def test_where_nothing_fits_the_nearest_say_what_is_missing_and_what_mends_it(matching: Connected) -> None:
    (trust, staff), course = await a_trust(matching), world.programme()
    sam = await somebody_with_every_wish(matching)
    await matching.hears_and_settles(ProgrammeOffered(course))
    async with matching.browser(sam) as me:
        assert "nothing is open that you have not answered" in (await me.get(LIST)).text
    usual = on_a_sunday()
    await post(matching, trust, staff, **usual | {"title": "Trained", "training": ["foundations", "no_such_course"]})
    strand = await post(matching, trust, staff, **usual | {"title": "Other", "strand": "culture"})
    await post(matching, trust, staff, **usual | {"title": "Needs", "access": ["bsl"]})
    await post(matching, trust, staff, title="Many things", strand="culture")
    await matching.settle()
    async with matching.browser(sam) as me, matching.api(sam) as api:
        page = (await me.get(LIST)).text
        assert "Nothing fits yet, because something is missing" in page
        assert re.findall(r'heading-s" dir="auto">([^<]+)', page) == ["Needs", "Other", "Trained"]
        for words in (
            "training that you do not have on its first day: Foundations of leadership.",
            f'href="/training/{course.id}"',
            "first day: No such course.",
            "It does not say that this will be there: Captions. You can ask for it.",
            'href="/profile/mine/needs"',
            'href="/matches/mine/searches/new?strand=culture"',
        ):
            assert words in page, words
        assert "British Sign" not in page, "that is there"
        near = (await api.get("/mine/roles/nearest")).json()["roles"]
        assert [[thing["code"] for thing in one["missing"]] for one in near] == [
            ["access:captions"],
            ["other_strand"],
            ["training:foundations", "training:no_such_course"],
        ]
        kept = await me.get("/matches/mine/searches/new?strand=culture")
        await me.post("/matches/mine/searches/new", data={"form_key": form_key(kept.text), "strand": "culture"})
        await matching.settle()
        listed = (await me.get(LIST)).text
        assert re.findall(r'card__link"[^>]*>([^<]+)', listed) == ["Other"]
        assert "It is found by a search that you keep." in (await me.get(f"/matches/roles/{strand}")).text
    assert await matches(matching) == ["MatchMade"], "whoever keeps a search wants to be told"


async def test_of_any_open_role_it_is_said_what_is_missing_also_by_codes_that_are_no_longer_in_the_list(
    matching: Connected,
) -> None:
    trust, staff = await a_trust(matching)
    sam = await somebody_with_every_wish(matching)
    far = await post(matching, trust, staff, strand="culture", rung="senior")
    await lies(matching, far, "LS1")
    async with matching.transaction() as tx:
        await tx.execute(
            "update opportunity set state = state || $2::jsonb where id = $1",
            *(far, '{"languages": ["pl", "xx"], "lived_experience": ["gone", "pain"]}'),
        )
    async with matching.browser(sam) as me:
        page = (await me.get(f"/matches/roles/{far}")).text
        for words in (
            "You said that you take part in another way than this: In person.",
            "know about this from their own life: gone, Long-term pain.",
            "for people who speak this: Polish, xx.",
            "miles from your home district, further than you said.",
            "None of its sessions is at a time",
            "You can show interest all the same",
            'href="/profile/mine"',
            f'href="/engagements/interest/{far}"',
        ):
            assert words in page, words
        assert "Why it fits you" not in page


async def test_what_is_not_for_somebody_comes_off_their_list_ends_and_can_be_taken_back(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    sam, kim = await in_the_pool(matching), await in_the_pool(matching, "Kim")
    role = await post(matching, trust, staff)
    await matching.settle()
    async with matching.transaction() as tx:
        match = await tx.fetchval("select id from match where person_id = $1", sam.id)
    page, of_role = f"/matches/mine/{match}/not-for-me", f"/matches/roles/{role}"
    before = await everything(matching)
    async with matching.browser(kim) as other, matching.browser() as nobody:
        assert (await other.get(page)).status_code == 404
        key = form_key((await other.get(of_role)).text)
        assert (await other.post(page, data={"form_key": key})).status_code == 404
        assert (await other.post(f"/matches/roles/{new_id()}/not-for-me", data={"form_key": key})).status_code == 404
        assert (await nobody.get(page)).headers["location"] == f"/sign-in?to={page}"
    assert await everything(matching) == before
    assert await presses(matching, sam, page) == of_role
    await matching.settle()
    assert [name for name, id in await matching.said() if id == match] == ["MatchMade", "MatchEnded"]
    async with matching.browser(sam) as me, matching.browser(kim) as other, matching.api(sam) as api:
        assert "pain pathway" not in (await me.get(LIST)).text
        assert "pain pathway" in (await other.get(LIST)).text
        assert "Not for you" in (await me.get(f"{LIST}/told")).text
        shown = (await me.get(of_role)).text
        assert "You said that this is not for you" in shown and "Why it fits you" in shown
        assert (await api.get(f"/mine/roles/{role}")).json()["not_for_me"] is True
        for _ in range(2):
            assert (await api.post(f"/mine/roles/{role}/not-for-me")).json() == {"not_for_me": True}
        assert (await api.post(f"/mine/roles/{new_id()}/not-for-me")).status_code == 404
    assert await presses(matching, sam, of_role, f"{of_role}/show-again") == of_role
    await matching.settle()
    async with matching.browser(sam) as me:
        assert "pain pathway" in (await me.get(LIST)).text
    assert [name for name, id in await matching.said() if id == match] == ["MatchMade", "MatchEnded", "MatchMade"]
    await world.withdraw(matching, trust, staff, role)
    await matching.settle()
    async with matching.browser(sam) as me, matching.api(sam) as api:
        assert "This role is no longer open" in (await me.get(page)).text
        assert (await api.post(f"/mine/roles/{role}/not-for-me")).status_code == 200
        assert (await api.post(f"/mine/roles/{role}/show-again")).json() == {"not_for_me": False}
        assert "This is no longer open." in (await me.get(of_role)).text


async def test_what_is_put_aside_while_its_person_is_being_told_of_it_does_not_stay_told(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    sam = await in_the_pool(matching)
    role = await post(matching, trust, staff)
    async with matching.transaction() as tx:
        await telling.tell_next(tx, role)
        async with matching.api(sam) as api:
            assert (await api.post(f"/mine/roles/{role}/not-for-me")).status_code == 200
        settling = asyncio.create_task(matching.settle())
        await until_a_lock_is_waited_for(matching.app.settings)
    await settling
    assert await matches(matching) == ["MatchMade", "MatchEnded"]


async def test_whoever_has_a_place_at_the_time_reads_that_and_finds_their_roles(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    sam = await in_the_pool(matching)
    first, other = [await post(matching, trust, staff, title=title) for title in ("Taken", "At the same time")]
    place = Engagement(
        id=new_id(),
        version=1,
        opportunity_id=first,
        organisation_id=trust.id,
        person_id=sam.id,
        ods_code=trust.ods_code,
        interested_at=NOW,
        status="accepted",
        accepted_at=NOW,
    )
    await matching.hears_and_settles(PlaceAccepted(place))
    async with matching.browser(sam) as me:
        page = (await me.get(LIST)).text
        assert "You have something else at the time of each session" in page
        assert 'href="/engagements/mine"' in page
        assert "Taken" not in page, "they have answered it"
        shown = (await me.get(f"/matches/roles/{other}")).text
        assert "What keeps it off your list" in shown and "Why it fits you" in shown
        taken = (await me.get(f"/matches/roles/{first}")).text
        assert "You have answered it already." in taken and 'href="/engagements/mine"' in taken
        for wrong in (
            "something else at the time",
            "You can show interest",
            "/engagements/interest/",
            "Not for me",
            "where it stands",
        ):
            assert wrong not in taken, wrong
        async with matching.transaction() as tx:  # as if its session had begun
            await tx.execute(
                "update opportunity set state = jsonb_set(state, '{sessions,0,starts_at}', to_jsonb($2::text))"
                " where id = $1",
                *(other, (NOW - timedelta(hours=1)).isoformat()),
            )
        begun = (await me.get(f"/matches/roles/{other}")).text
        assert "All of its sessions have begun." in begun and "something else" not in begun


async def test_somebody_is_told_of_no_more_roles_in_a_week_than_they_said(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    sam = await in_the_pool(matching)
    await world.subscribe(matching, sam, Subscription(most_a_week=1))
    for n in range(3):
        await post(matching, trust, staff, title=f"Role {n}")
        await matching.settle()
    assert await matches(matching) == ["MatchMade"]
    async with matching.browser(sam) as me:
        page = (await me.get(LIST)).text
        assert page.count("We told you of it") == 1
        assert all(f"Role {n}" in page for n in range(3)), "what is held back is on the list"
        assert 'value="1"' in (await me.get("/matches/mine/subscription")).text
