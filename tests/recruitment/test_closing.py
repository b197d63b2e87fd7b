"""One record closed in favour of another: what ends and what stays, who is told what, and a month to undo it."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from schemas.engagements import Attendance, Engagement, InterestShown, PlaceAccepted
from schemas.event import Erased
from schemas.identity import AccountErased
from schemas.recruitment import Leader
from services.recruitment.commands import closing, joining, pool
from services.recruitment.domain import duplicate as domain
from services.recruitment.domain.applying import ClosedForAnother
from services.recruitment.domain.leader import choices_of_pause
from services.recruitment.domain.profile import Answers
from services.recruitment.store import applications, leaders, profiles
from services.recruitment.store import closed as closed_store
from tests.forms import FORMS
from tests.recruitment.scene import draft
from tests.recruitment.team import TODAY, Team
from tests.recruitment.twice import Twice
from tests.support import Person, hidden

PAGES = (
    "/join",
    "/join/mine",
    "/profile/mine",
    "/profile/mine/needs",
    "/profile/mine/passport",
    "/profile/mine/pause",
    "/profile/mine/leave",
    "/profile/mine/helpers",
    "/profile/mine/notes",
)


async def leader_of(twice: Twice, person: Person) -> Leader | None:
    async with twice.scene.recruitment.transaction() as tx:
        return await leaders.get(tx, person.id)


async def stage_of(twice: Twice, person: Person) -> str:
    async with twice.scene.recruitment.transaction() as tx:
        newest = await applications.newest_of_person(tx, person.id)
    assert newest
    return newest.stage


async def engaged(twice: Twice, person: Person, status: str, *, came: bool = False) -> None:
    async with twice.scene.recruitment.transaction() as tx:
        now = tx.now
    sessions = (Attendance(session_id=uuid4(), starts_at=now, hours=2, attended=True, recorded_at=now),) if came else ()
    state = Engagement(
        id=uuid4(),
        version=1,
        opportunity_id=uuid4(),
        organisation_id=twice.scene.trust.id,
        ods_code="RXX",
        person_id=person.id,
        status=status,
        interested_at=now,
        accepted_at=now if status == "accepted" else None,
        sessions=sessions,
    )
    await twice.scene.recruitment.hears_and_settles((PlaceAccepted if came else InterestShown)(state))


async def test_one_in_the_pool_is_closed_for_the_other_and_both_stay_whole(twice: Twice) -> None:
    kept = await twice.comes("Ann Example", 1950, joins=True)
    gone = await twice.comes("Ann Example", 1950, joins=True)
    async with twice.scene.recruitment.transaction(gone.acting()) as tx:
        await pool.give_profile(tx, Answers.model_validate({"strands": ["service_improvement"], "modes": ["remote"]}))
    before = await leader_of(twice, kept)
    await twice.keeps(await twice.pair(), kept)
    leader, pair = await leader_of(twice, gone), await twice.pair()
    assert leader and before
    assert (leader.status, leader.closed_for, leader.coordinator_id) == ("left", kept.id, None)
    assert await leader_of(twice, kept) == before, "nothing is written into the one that is kept"
    state = pair.public()
    assert (state.status, state.kept_id, state.closed_id) == ("closed", kept.id, gone.id)
    assert (state.kept_reference, state.waiting) == (before.reference, ())
    assert (await twice.scene.names())[-2:] == ["LeaderLeft", "DuplicateAnswered"]
    async with twice.scene.recruitment.transaction() as tx:
        profile = await profiles.get(tx, gone.id)
    assert profile and profile.strands, "kept for as long as it can be opened again"


async def test_the_closed_one_reads_which_is_kept_on_every_page_and_nothing_else_of_it(twice: Twice) -> None:
    kept = await twice.comes("Ann Example", 1950, called="Annie", joins=True)
    gone = await twice.comes("Ann Example", 1950, called="Nan", joins=True)
    await twice.keeps(await twice.pair(), kept)
    reference = await twice.reference(kept)
    async with twice.scene.recruitment.browser(gone) as browser:
        for page in PAGES:
            text = (await browser.get(page)).text
            assert reference in text and "Ring " in text, page
            assert "Annie" not in text and str(kept.id) not in text, page
        assert "Ask to join again" not in (await browser.get("/join/mine")).text
    async with twice.scene.recruitment.api(gone) as api:
        mine = (await api.get("/mine/application")).json()
        assert mine["closed"]["kept_reference"] == reference and mine["closed"]["can_be_undone"]
        assert mine["choices"]["send"] != True  # noqa: E712  # words or true
        data = (await api.get("/mine/data")).text
        assert reference in data and "kept_id" not in data
    with pytest.raises(ClosedForAnother):
        async with twice.scene.recruitment.transaction(gone.acting()) as tx:
            await joining.send_application(tx, draft())
    async with twice.scene.recruitment.browser(kept) as browser:
        assert "We keep your other record" not in (await browser.get("/join/mine")).text


async def test_an_application_that_waits_ends_and_opens_again_as_it_was(twice: Twice) -> None:
    kept = await twice.comes("Ann Example", 1950, joins=True)
    gone = await twice.comes("Ann Example", 1950)
    await twice.keeps(await twice.pair(), kept)
    assert await stage_of(twice, gone) == "withdrawn"
    await twice.opens_again(await twice.pair())
    assert await stage_of(twice, gone) == "sent"
    pair = await twice.pair()
    assert (pair.status, pair.public().closed_id, pair.public().undone_at) == ("two_people", gone.id, pair.undone_at)
    assert pair.undone_at
    assert (await twice.scene.names())[-2:] == ["ApplicationReopened", "DuplicateUndone"]
    assert await twice.listed() == [], "they are two people, and that is said for good"
    async with twice.scene.recruitment.browser(gone) as browser:
        assert "We keep your other record" not in (await browser.get("/join/mine")).text


async def test_opened_again_somebody_is_in_the_pool_with_their_coordinator_and_profile(twice: Twice) -> None:
    kept = await twice.comes("Ann Example", 1950, joins=True)
    gone = await twice.comes("Ann Example", 1950, joins=True)
    before = await leader_of(twice, gone)
    await twice.keeps(await twice.pair(), kept)
    await twice.opens_again(await twice.pair(), twice.scene.welcomer)
    after = await leader_of(twice, gone)
    assert before and after
    assert after.with_changes(version=1, coordinator_since=None) == before.with_changes(
        version=1, coordinator_since=None
    )
    assert "LeaderReopened" in await twice.scene.names()
    with pytest.raises(domain.NothingToOpen):
        await twice.opens_again(await twice.pair())


async def test_after_a_month_the_profile_goes_and_asking_again_waits_for_the_team(team: Team) -> None:
    twice = Twice(team.scene)
    kept = await twice.comes("Ann Example", 1950, joins=True)
    gone = await twice.comes("Ann Example", 1950, joins=True)
    async with twice.scene.recruitment.transaction(gone.acting()) as tx:
        await pool.give_profile(tx, Answers.model_validate({"strands": ["service_improvement"], "modes": ["remote"]}))
    await twice.keeps(await twice.pair(), kept)
    async with team.on(TODAY + timedelta(days=31)) as later:
        async with later.transaction() as tx:
            profile = await profiles.get(tx, gone.id)
        assert profile is None or not profile.strands
        async with later.browser(twice.scene.screener) as robin:
            page = (await robin.get(f"/people/for/QNX/duplicates/{(await twice.pair()).id}")).text
        assert "cannot be opened again" in page and "Open it again" not in page and "What you pressed" not in page
        with pytest.raises(domain.NothingToOpen):
            async with later.transaction(twice.scene.screener.acting(twice.scene.network)) as tx:
                await closing.open_again(tx, (await twice.pair()).id)
        async with later.transaction(gone.acting()) as tx:
            assert choices_of_pause(await leaders.get(tx, gone.id), today=TODAY).pause.why_not
            await joining.send_application(tx, draft(full_name="Ann Example", year_of_birth=1950))
        await later.settle()
        pair = await twice.pair()
        assert (pair.status, pair.closed_id, await twice.listed()) == ("waiting", None, [pair.id])
        async with later.transaction(gone.acting()) as tx:
            assert await closed_store.get(tx, gone.id) is None


async def test_what_is_alike_later_with_one_of_before_opens_nothing_that_was_closed_for_another(twice: Twice) -> None:
    a = await twice.comes("Ann Example", 1950, joins=True)
    b = await twice.comes("Ann Example", 1950, joins=True)
    await twice.keeps(await twice.pair(), b)
    await twice.opens_again(await twice.pair())
    c = await twice.comes("Ann Example", 1950, joins=True)
    pairs = {frozenset(pair.both): pair for pair in await twice.pairs()}
    await twice.keeps(pairs[frozenset((a.id, c.id))], c)
    await twice.are_reached(a, b, "phone")
    assert pairs[frozenset((a.id, b.id))].id in await twice.listed()
    async with twice.scene.recruitment.transaction() as tx:
        closed = await closed_store.get(tx, a.id)
    assert closed and closed.kept_id == c.id


async def test_whoever_was_closed_before_they_joined_begins_anew_when_nothing_is_kept_of_them(team: Team) -> None:
    twice = Twice(team.scene)
    kept = await twice.comes("Ann Example", 1950, joins=True)
    gone = await twice.comes("Ann Example", 1950)
    await twice.keeps(await twice.pair(), kept)
    async with team.on(TODAY + timedelta(days=400)) as later:
        async with later.transaction() as tx:
            assert await joining.erase_unsuccessful_applications(tx) == 1
        await later.settle()
        assert await twice.pairs() == []
        async with later.transaction(gone.acting()) as tx:
            assert await closed_store.get(tx, gone.id) is None
            await joining.send_application(tx, draft(full_name="Ann Example", year_of_birth=1950))
        await later.settle()
        async with later.transaction(twice.scene.screener.acting(twice.scene.network)) as tx:
            await closing.close_one(tx, (await twice.pair()).id, keep=kept.id)
        assert (await twice.pair()).closed_id == gone.id


async def test_chains_lead_to_their_end_and_no_circle_can_be_made(twice: Twice) -> None:
    a = await twice.comes("Ann Example", 1950, joins=True)
    b = await twice.comes("Ann Example", 1950, joins=True)
    await twice.keeps(await twice.pair(), b)
    c = await twice.comes("Ann Example", 1950, joins=True)
    pairs = {frozenset(pair.both): pair for pair in await twice.pairs()}
    ab, bc, ac = (pairs[frozenset((x.id, y.id))] for x, y in ((a, b), (b, c), (a, c)))
    with pytest.raises(domain.ColleagueAnswered):
        await twice.keeps(ab, a)
    with pytest.raises(domain.ClosedAlready):
        await twice.keeps(ac, c)
    await twice.keeps(bc, c)
    with pytest.raises(domain.TheyAreKept):
        await twice.keeps(ac, a)
    references = {one.id: await twice.reference(one) for one in (a, b, c)}

    async def reads(person: Person) -> str:
        async with twice.scene.recruitment.transaction(person.acting()) as tx:
            closed = await closed_store.get(tx, person.id)
        return closed.kept_reference if closed else ""

    assert (await reads(a), await reads(b)) == (references[c.id], references[c.id])
    await twice.opens_again(bc)
    assert (await reads(a), await reads(b)) == (references[b.id], "")
    await twice.keeps(ac, a)
    pairs = {frozenset(pair.both): pair for pair in await twice.pairs()}
    assert pairs[frozenset((a.id, c.id))].kept_id == b.id, "who is kept for a closed one is who that was closed for"
    assert await reads(c) == references[b.id]


async def test_the_one_who_has_ended_is_not_kept_while_the_other_is_here(twice: Twice) -> None:
    one = await twice.comes("Ann Example", 1950, joins=True)
    async with twice.scene.recruitment.transaction(one.acting()) as tx:
        await pool.leave_pool(tx)
    other = await twice.comes("Ann Example", 1950)
    with pytest.raises(domain.KeptHasEnded):
        await twice.keeps(await twice.pair(), one)
    await twice.keeps(await twice.pair(), other)
    leader = await leader_of(twice, one)
    assert leader and (leader.status, leader.closed_for) == ("left", other.id)
    assert "AP-" in ((await twice.pair()).kept_reference or "")
    await twice.opens_again(await twice.pair())
    leader = await leader_of(twice, one)
    assert leader and (leader.status, leader.closed_for) == ("left", None), "they had left by themselves"


async def test_who_was_told_not_now_and_is_closed_asks_for_no_second_look_of_it(twice: Twice) -> None:
    kept = await twice.comes("Ann Example", 1950, joins=True)
    gone = await twice.comes("Ann Example", 1950)
    async with twice.scene.recruitment.transaction() as tx:
        newest = await applications.newest_of_person(tx, gone.id)
    assert newest
    await twice.scene.decline(newest.id)
    await twice.keeps(await twice.pair(), kept)
    with pytest.raises(ClosedForAnother):
        async with twice.scene.recruitment.transaction(gone.acting()) as tx:
            await joining.look_again(tx)
    async with twice.scene.recruitment.browser(gone) as browser:
        page = (await browser.get("/join/mine")).text
        assert "second look" not in page and "do anything with this record" in page
    await twice.opens_again(await twice.pair())
    async with twice.scene.recruitment.transaction(gone.acting()) as tx:
        await joining.look_again(tx)


async def test_when_the_kept_one_is_forgotten_the_closed_one_can_ask_to_join_again(twice: Twice) -> None:
    kept = await twice.comes("Ann Example", 1950, joins=True)
    gone = await twice.comes("Ann Example", 1950, joins=True)
    await twice.keeps(await twice.pair(), kept)
    await twice.scene.recruitment.hears_and_settles(AccountErased(Erased(id=kept.id, version=2)))
    leader = await leader_of(twice, gone)
    assert leader and (leader.status, leader.closed_for) == ("left", None)
    assert await twice.pairs() == [] and await twice.scene.recruitment.failing() == []
    async with twice.scene.recruitment.transaction(gone.acting()) as tx:
        await joining.send_application(tx, draft())


async def test_the_one_who_is_kept_and_the_one_who_is_closed_can_be_forgotten_at_once(twice: Twice) -> None:
    kept = await twice.comes("Ann Example", 1950, joins=True)
    gone = await twice.comes("Ann Example", 1950, joins=True)
    await twice.keeps(await twice.pair(), kept)
    recruitment = twice.scene.recruitment
    await recruitment.hears(*(AccountErased(Erased(id=one.id, version=2)) for one in (kept, gone)))
    await asyncio.gather(recruitment.settle(), recruitment.settle())
    assert await recruitment.failing() == [] and await twice.pairs() == []
    assert (await leader_of(twice, kept), await leader_of(twice, gone)) == (None, None)
    async with recruitment.transaction() as tx:
        assert await tx.fetchval("select count(*) from closed_record") == 0


async def test_the_team_sees_both_side_by_side_is_warned_and_asked_twice(twice: Twice) -> None:
    scene = twice.scene
    kept = await twice.comes("Ann Example", 1950, called="Annie", joins=True)
    gone = await twice.comes("Ann Example", 1950, called="Nan", joins=True)
    await engaged(twice, gone, "accepted", came=True)
    await engaged(twice, gone, "interested")
    pair = await twice.pair()
    at = f"/people/for/QNX/duplicates/{pair.id}"
    async with scene.recruitment.browser(scene.screener) as robin:
        assert "See who may be here twice" in (await robin.get("/people/for/QNX")).text
        listed = (await robin.get("/people/for/QNX/duplicates")).text
        assert "Annie" in listed and "Nan" in listed and "name and year of birth" in listed
        page = (await robin.get(at)).text
        for words in ("Full name and year of birth", "Ann Example", "1950", "Robin", "1 role", "1 place", "1 meeting"):
            assert words in page, words
        final = (await robin.get(f"{at}/keep/{kept.id}")).text
        assert "The one that you close has roles" in final and "are paid as they are" in final
        assert "Claims are not shown here" in page and "does not know whether money is owed" in final
        assert "The one that you close has roles" not in (await robin.get(f"{at}/keep/{gone.id}")).text
        assert (await robin.get(f"{at}/keep/{scene.sam.id}")).status_code == 404
        left = await robin.post(
            f"{at}/leave",
            data=hidden((await robin.get(f"{at}/leave")).text) | {"line": "I rang Nan.", "to": str(scene.welcomer.id)},
        )
        assert left.status_code == 303
        listed = (await robin.get("/people/for/QNX/duplicates")).text
        assert "I rang Nan." in listed and "Noor" in listed
        assert "I rang Nan." not in (await robin.get("/people/for/QNX/duplicates?held=me")).text
        done = await robin.post(f"{at}/keep/{kept.id}", data=hidden(final))
        assert done.status_code == 303
        shown = (await robin.get(done.headers["location"])).text
        assert "Both are being told" in shown and "Open it again" in shown
        assert "Nan" in (await robin.get("/people/for/QNX/duplicates/closed")).text
        opened = await robin.post(f"{at}/open-again", data=hidden(shown))
        after = (await robin.get(opened.headers["location"])).text
        assert "They are two people again" in after
        assert "What you pressed changed nothing" not in after and "Somebody of the welcome team said on" in after
    assert (await twice.pair()).line == "", "the line is deleted when somebody answers"
    assert {form for form in FORMS if "/duplicates/" in form}


async def test_the_api_does_all_that_the_pages_do(twice: Twice) -> None:
    scene = twice.scene
    kept = await twice.comes("Ann Example", 1950, joins=True)
    gone = await twice.comes("Ann Example", 1950, joins=True)
    pair = await twice.pair()
    async with scene.recruitment.api(scene.screener) as api:
        [listed] = (await api.get("/organisations/QNX/duplicates")).json()["duplicates"]
        assert (listed["id"], listed["alike"], listed["status"]) == (str(pair.id), ["name_and_year"], "waiting")
        at = f"/organisations/QNX/duplicates/{pair.id}"
        one = (await api.get(at)).json()
        assert {side["person_id"] for side in one["sides"]} == {str(kept.id), str(gone.id)}
        assert one["choices"]["two_people"] is True and one["choices"]["open_again"] is not True
        answer = await api.post(f"{at}/leave", json={"line": "Wait", "to": str(scene.coordinator.id)})
        assert answer.status_code == 422, "nobody outside the team"
        assert (await api.post(f"{at}/leave", json={"line": "Wait"})).json()["status"] == "waiting"
        assert (await api.post(f"{at}/keep", json={"keep": str(scene.sam.id)})).status_code == 404
        assert (await api.post(f"{at}/keep", json={"keep": str(kept.id)})).json()["status"] == "closed"
        assert (await api.post(f"{at}/two-people")).status_code == 409
        assert len((await api.get("/organisations/QNX/closed-records")).json()["duplicates"]) == 1
        assert (await api.post(f"{at}/open-again")).json()["status"] == "two_people"
        assert (await api.post(f"{at}/open-again")).status_code == 409
