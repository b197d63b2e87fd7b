"""The sessions of a role, through its pages and API: added, moved, changed, cancelled, until the last one is over."""

import re
from datetime import datetime, timedelta
from uuid import UUID

import httpx
import pytest

from schemas.identity import OrganisationClosed
from services.chassis.base.access import LONDON, london_day
from services.matching.commands import closing, schedule
from services.matching.domain.sessions import MOST_SESSIONS
from tests.asking import FEW, asked
from tests.matching import world
from tests.matching.posting import date_typed
from tests.matching.world import NOW, a_trust, post
from tests.support import Connected, Person, hidden, member, organisation, registered, save_page

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
FAR = (NOW + timedelta(days=300)).astimezone(LONDON).replace(hour=10, minute=0, second=0, microsecond=0)


def typed(at: datetime, **more: str) -> dict[str, str]:
    day = {f"starts_at_{part}": str(getattr(at, part)) for part in ("day", "month", "year")}
    return {**day, "starts_time": f"{at:%H:%M}", "hours": "2", "mode": "", "place": "", **more}


async def a_role(matching: Connected, **changes: object) -> tuple[Person, str, UUID]:
    """Its coordinator, the address of its own page, and its id. What changed is told in two years."""
    trust, staff = await a_trust(matching)
    id = await post(matching, trust, staff, feedback_by=NOW + timedelta(days=700), **changes)
    return staff, f"/opportunities/for/RX2/{id}", id


async def said(browser: httpx.AsyncClient, answer: httpx.Response) -> str:
    assert answer.status_code == 303, answer.text
    return (await browser.get(answer.headers["location"])).text


async def test_sessions_are_added_moved_and_cancelled_and_everybody_sees_it(matching: Connected) -> None:
    staff, own, id = await a_role(matching)
    async with matching.browser(staff) as one, matching.browser() as anyone:
        added = await save_page(one, f"{own}/sessions/new", typed(FAR, mode="in_person", place="Room 4"))
        page = await said(one, added)
        assert "The session is added." in page
        at = re.findall(rf'href="({own}/sessions/[0-9a-f-]{{36}})"', page)[1]
        public = (await anyone.get(f"/opportunities/{id}")).text
        assert "All 2 sessions" in public
        assert "at 10am, for 2 hours, In person, Room 4" in public.replace("Face to face", "In person")
        later = FAR + timedelta(days=1, hours=4)
        moved = await save_page(one, at, typed(later, place="Room 4", mode="in_person", why="place_not_free"))
        page = await said(one, moved)
        assert "Moved from" in page and "the place is not free" in page
        assert "2pm" in (await anyone.get(f"/opportunities/{id}")).text
        same = await save_page(one, at, typed(later, place="Room 4", mode="in_person", why="put_right"))
        assert same.status_code == 303
        gone = await save_page(one, f"{at}/cancel", {"why": "not_enough_people"})
        assert "The session is cancelled." in await said(one, gone)
        assert "Does not take place" in (await anyone.get(f"/opportunities/{id}")).text
        for page in (at, f"{at}/cancel"):
            again = await one.get(page)
            assert (again.status_code, "cancelled already" in again.text) == (409, True)
    names = [name for name, _ in await matching.said()]
    assert names == ["OpportunityPosted", "SessionsAdded", "SessionChanged", "SessionsCancelled"]


async def test_a_repeat_is_looked_at_before_it_is_added_all_at_once_and_only_once(matching: Connected) -> None:
    staff, own, id = await a_role(matching)
    until = FAR + timedelta(days=70)
    sent = typed(FAR, every="two_weeks") | {
        f"until_{part}": str(getattr(until, part)) for part in ("day", "month", "year")
    }
    async with matching.browser(staff) as one:
        looked = await save_page(one, f"{own}/sessions/repeat", sent)
        shown = (await one.get(looked.headers["location"])).text
        assert "Nothing is added yet." in shown
        number = shown.count("at 10am</li>")
        assert 4 <= number <= 6
        assert [name for name, _ in await matching.said()] == ["OpportunityPosted"]
        other_tab = dict(HIDDEN.findall((await one.get(looked.headers["location"])).text))
        for _ in range(2):
            added = await one.post(
                f"{own}/sessions/repeat/add",
                data=dict(HIDDEN.findall(shown)),
            )
            assert added.status_code == 303, added.text
        assert [name for name, _ in await matching.said()] == ["OpportunityPosted", "SessionsAdded"]
        assert len((await one.get(own)).text.split("Change<")) >= number
        made_up = f"{own}/sessions/repeat/check?every=week&until=never"
        assert (await one.get(made_up)).status_code == 404
        again = await one.get(looked.headers["location"])
        assert (again.status_code, "All of these days are left out" in again.text) == (422, True), (
            "they are added by now"
        )
        assert f'name="starts_at_day" type="text" inputmode="numeric" value="{FAR.day}"' in again.text, (
            "as it was typed"
        )
        stale = await one.post(f"{own}/sessions/repeat/add", data=other_tab)
        assert (stale.status_code, "All of these days are left out" in stale.text) == (422, True)
        assert f'name="until_day" type="text" inputmode="numeric" value="{until.day}"' in stale.text
        early = looked.headers["location"].partition("until=")[0] + "until=2026-01-01"
        assert "has to be after the day of the first session" in (await one.get(early)).text
    async with matching.api(staff) as api:
        [role] = (await api.get("/organisations/RX2/opportunities")).json()["opportunities"]
        assert len(role["sessions"]) == number + 1
        base = f"/organisations/RX2/opportunities/{id}/sessions"
        body = {"starts_at": (FAR + timedelta(days=100)).isoformat(), "hours": 1, "every": "week"}
        body["until"] = f"{FAR + timedelta(days=130):%Y-%m-%d}"
        days = (await api.get(f"{base}/planned", params=body)).json()["days"]
        made = (await api.post(f"{base}/repeat", json=body)).json()["ids"]
        assert len(made) == len([day for day in days if day["starts_at"]])
        rest = await api.post(f"{base}/cancel", json={"why": "not_needed"})
        assert (rest.status_code, rest.json()["title"]) == (409, "last session"), "nothing was held yet"


SKIPPED = {"starts_at_day": "28", "starts_at_month": "3", "starts_at_year": "2027", "starts_time": "1:30am"}
WRONG: list[tuple[dict[str, str], str, str]] = [
    (typed(NOW - timedelta(days=1)), "starts_at", "A session has to start in the future"),
    (typed(FAR + timedelta(days=500)), "starts_at", "after the day by which you tell people what changed"),
    (typed(FAR + timedelta(days=1500)), "starts_at", "within three years"),
    (typed(FAR) | SKIPPED, "starts_time", "There is no such time on that day, because the clocks go forward"),
    (typed(FAR) | SKIPPED | {"starts_at_day": "29", "starts_at_month": "2"}, "starts_at", "Enter the day"),
    (typed(FAR, hours="25"), "hours", "24"),
    (typed(FAR, starts_time="half ten"), "starts_time", "Enter when it starts"),
    (typed(FAR, place="x" * 201), "place", "200 characters at most"),
    (typed(FAR, mode="by_boat"), "mode", "Choose"),
]


@pytest.mark.parametrize(("sent", "field", "words"), WRONG)
async def test_a_session_that_cannot_be_is_refused_beside_its_field(
    matching: Connected, sent: dict[str, str], field: str, words: str
) -> None:
    staff, own, _ = await a_role(matching)
    async with matching.browser(staff) as one:
        answer = await save_page(one, f"{own}/sessions/new", sent)
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text
        assert words in answer.text
    assert [name for name, _ in await matching.said()] == ["OpportunityPosted"]


async def test_two_sessions_of_one_role_are_never_at_the_same_time(matching: Connected) -> None:
    staff, own, _ = await a_role(matching)
    first = world.draft().session_at.astimezone(LONDON)
    async with matching.browser(staff) as one:
        overlapping = typed(first + timedelta(hours=1), starts_time=f"{first + timedelta(hours=1):%H:%M}")
        answer = await save_page(one, f"{own}/sessions/new", overlapping)
        assert (answer.status_code, "Another session of this role is at that time" in answer.text) == (422, True)
        page = (await one.get(own)).text
        [at] = re.findall(rf'href="({own}/sessions/[0-9a-f-]{{36}})"', page)
        moved = await save_page(one, at, typed(first + timedelta(hours=1), why="put_right"))
        assert moved.status_code == 303, "it does not overlap itself"


async def test_whoever_is_not_its_coordinator_changes_no_session(matching: Connected) -> None:
    staff, own, id = await a_role(matching)
    other = organisation(ods_code="RYY")
    stranger, colleague = member(other, "coordinator"), member(await _trust_of(matching), "approver")
    await matching.hears_and_settles(*registered(other), stranger.opened, colleague.opened)
    async with matching.browser(staff) as one:
        [at] = re.findall(rf'href="({own}/sessions/[0-9a-f-]{{36}})"', (await one.get(own)).text)
        kept = hidden((await one.get(at)).text) | {"why": "not_needed"}
    for who, code in ((stranger, 404), (colleague, 403)):
        async with matching.browser(who) as them, matching.api(who) as api:
            theirs = at.replace("RX2", "RYY") if who is stranger else at
            assert (await them.get(theirs)).status_code == code
            assert (await them.post(f"{theirs}/cancel", data=kept)).status_code in (code, 403)
            ods = "RYY" if who is stranger else "RX2"
            sent = await api.post(
                f"/organisations/{ods}/opportunities/{id}/sessions/cancel", json={"why": "not_needed"}
            )
            assert sent.status_code == code
    assert [name for name, _ in await matching.said()] == ["OpportunityPosted"]


async def _trust_of(matching: Connected) -> world.Organisation:
    async with matching.transaction() as tx:
        text = await tx.fetchval("select state from mirror_organisation where state ->> 'ods_code' = 'RX2'")
    return world.Organisation.model_validate_json(text)


async def test_interest_ends_with_the_last_session_whatever_the_closing_date_says(matching: Connected) -> None:
    staff, own, id = await a_role(matching)
    async with matching.transaction() as tx:
        await tx.execute(
            "update opportunity set ends_at = now() - interval '1 minute', state = jsonb_set(state,"
            " '{sessions,0,starts_at}', to_jsonb(now() - interval '181 minutes')) where id = $1",
            id,
        )
        await tx.execute("update timer set at = now() where id = $1", id)
    async with matching.browser(staff) as one:
        assert "You can no longer show interest" in (await one.get(f"/opportunities/{id}")).text
        await matching.settle()
        assert [name for name, _ in await matching.said()] == ["OpportunityPosted", "OpportunityClosed"]
        for page in ("/sessions/new", "/sessions/repeat", "/withdraw", "/change/days", "/close", "/open-again"):
            assert (await one.get(own + page)).status_code == 409, page


async def test_two_coordinators_at_once_and_a_session_cancelled_again(matching: Connected) -> None:
    staff, own, _ = await a_role(matching)
    async with matching.browser(staff) as one:
        await save_page(one, f"{own}/sessions/new", typed(FAR))
        at = re.findall(rf'href="({own}/sessions/[0-9a-f-]{{36}})"', (await one.get(own)).text)[1]
        mine, theirs = hidden((await one.get(at)).text), hidden((await one.get(at)).text)
        assert (await one.post(at, data=mine | typed(FAR, hours="3", why="put_right"))).status_code == 303
        other = await one.post(at, data=theirs | typed(FAR, hours="4", why="put_right"))
        assert (other.status_code, "What you typed" in other.text) == (409, True)
        form = hidden((await one.get(f"{at}/cancel")).text) | {"why": "not_needed"}
        other_form = hidden((await one.get(f"{at}/cancel")).text) | {"why": "not_safe"}
        assert (await one.post(f"{at}/cancel", data=form)).status_code == 303
        assert (await one.post(f"{at}/cancel", data=form)).status_code == 303, "the same press again"
        again = await one.post(f"{at}/cancel", data=other_form)
        assert (again.status_code, "cancelled already" in again.text) == (409, True)


async def test_a_role_never_has_more_sessions_than_its_event_can_carry(matching: Connected) -> None:
    staff, own, id = await a_role(matching)
    trust = await _trust_of(matching)
    for first in range(0, MOST_SESSIONS - 50, 50):
        many = [world.session_draft(FAR + timedelta(days=first + n), place="x" * 200) for n in range(50)]
        async with matching.transaction(staff.acting(trust)) as tx:
            await schedule.add_sessions(tx, id, many)
    async with matching.browser(staff) as one:
        page = await one.get(own)
        assert len(page.text) < 120_000
        until = FAR + timedelta(days=700)
        sent = typed(FAR + timedelta(days=150), every="week")
        sent |= {f"until_{part}": str(getattr(until, part)) for part in ("day", "month", "year")}
        answer = await save_page(one, f"{own}/sessions/repeat", sent)
        assert (answer.status_code, "more than 60 sessions" in answer.text) == (422, True)
        until = FAR + timedelta(days=150 + 7 * 55)
        sent |= {f"until_{part}": str(getattr(until, part)) for part in ("day", "month", "year")}
        answer = await save_page(one, f"{own}/sessions/repeat", sent)
        assert (answer.status_code, "at most 150 sessions" in answer.text) == (422, True)


async def test_the_roles_of_an_organisation_end_with_its_last_day(matching: Connected) -> None:
    staff, own, id = await a_role(matching)
    trust = await _trust_of(matching)
    last = trust.model_copy(update={"version": 2, "valid_to": london_day(NOW) + timedelta(days=1)})
    await matching.hears_and_settles(OrganisationClosed(last))
    async with matching.browser() as anyone:
        assert "Show interest" in (await anyone.get(f"/opportunities/{id}")).text, "not before it"
    over = last.model_copy(update={"version": 3, "valid_to": london_day(NOW) - timedelta(days=1)})
    await matching.hears_and_settles(OrganisationClosed(over))
    assert [name for name, _ in await matching.said()] == ["OpportunityPosted", "OpportunityWithdrawn"]
    async with matching.browser() as anyone:
        page = (await anyone.get(f"/opportunities/{id}")).text
        assert "the organisation has closed" in page
        assert "Does not take place" in page
    async with matching.browser(staff) as one:
        assert (await one.get(own)).status_code in (200, 403)


async def test_all_that_a_closed_organisation_has_open_is_called_off_by_few_statements(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    ids = [await post(matching, trust, staff) for _ in range(20)]
    await matching.settle()
    over = trust.model_copy(update={"version": 2, "valid_to": london_day(NOW) - timedelta(days=1)})
    await matching.hears(OrganisationClosed(over))
    async with matching.transaction() as tx:
        with asked() as statements:
            assert await closing.call_off_of_closed(tx, trust.id, None) is None
    assert len(statements) < FEW, statements
    said = [id for name, id in await matching.said() if name == "OpportunityWithdrawn"]
    assert sorted(said) == sorted(ids)
    assert await world.timers(matching) == {}


async def test_the_day_of_telling_what_changed_moves_but_never_before_a_session(matching: Connected) -> None:
    staff, own, _ = await a_role(matching)
    async with matching.browser(staff) as one:
        for days, code in ((20, 422), (2000, 422), (90, 303)):
            on = NOW + timedelta(days=days)
            sent = {f"feedback_by_{part}": str(getattr(on, part)) for part in ("day", "month", "year")}
            sent = {**date_typed("apply_by", 14), **date_typed("decide_by", 14), **sent}
            assert (await save_page(one, f"{own}/change/days", sent)).status_code == code, days
    assert [name for name, _ in await matching.said()] == ["OpportunityPosted", "OpportunityChanged"]
