"""What people with a place need is a booking at each session: it comes about, follows, is said, and ends by itself."""

from datetime import timedelta
from typing import Any

import pytest

from schemas.event import Erased
from schemas.identity import AccountErased
from schemas.matching import OpportunityWithdrawn, SessionCancelled, Withdrawn
from services.chassis.base.refusals import NotFound, Refused
from services.engagements.commands import arranging, following, mine
from services.engagements.domain.arranging import (
    Arranging,
    NotAColleague,
    NotAskedFor,
    SayWhoPays,
    SayWhyNot,
    SayWithWhom,
)
from tests.asking import asked
from tests.engagements.access import FAR, NEAR, access, another, cancelled, moved
from tests.engagements.world import NOW
from tests.support import Connected, hidden, member, organisation
from tests.two_tabs import from_two_tabs, stands


async def test_each_need_is_asked_for_at_each_session_once_a_place_is_taken(engagements: Connected) -> None:
    a = await access(engagements)
    later = another(FAR * 2)
    await a.sessions(*a.world.o.sessions, later, cancelled(another(FAR * 3)), another(-NEAR))
    id = await a.place()
    assert [one.session_id for one in await a.all()] == [a.world.session_id, later.id]
    assert await a.statuses() == ["asked", "asked"]
    assert [set(one) for one in await a.bookings(id)] == [{"lipspeaker", "text_relay"}] * 2
    await a.sessions(*a.world.o.sessions, another(FAR * 4))
    assert await a.statuses() == ["asked"] * 3
    said = await a.world.facts()
    await a.service.settle()
    async with a.service.transaction() as tx:
        await following.follow_access(tx, a.world.o.id, None)
    assert await a.world.facts() == said, "nothing is said twice"


async def test_who_shares_nothing_or_has_no_place_is_arranged_nothing_for(engagements: Connected) -> None:
    a = await access(engagements)
    await a.place(shared_with=("coordinator",))
    assert await a.all() == []
    await a.needs(2)
    assert await a.statuses() == ["asked"]
    await a.needs(3, needs=(), ways_to_talk=())
    assert await a.statuses() == ["not_needed"]
    await a.needs(4, format="easy_read")
    assert await a.statuses() == ["asked"]
    await a.needs(5, shared_with=())
    assert await a.statuses() == ["not_needed"]
    async with a.service.transaction() as tx:
        assert await tx.fetchval("select count(*) from booking") == 0


async def test_a_session_that_moves_asks_again_and_keeps_with_whom_it_was(engagements: Connected) -> None:
    a = await access(engagements)
    id = await a.place()
    await a.say(id, "lipspeaker", state="booked", with_whom="Ann Moss")
    await a.say(id, "text_relay", state="confirmed")
    assert await a.statuses() == ["booked"]
    [session] = a.world.o.sessions
    await a.sessions(moved(session, timedelta(days=1)))
    assert await a.statuses() == ["asked"]
    [now] = await a.bookings(id)
    assert (now["lipspeaker"].before, now["lipspeaker"].with_whom) == ("booked", "Ann Moss")
    assert now["lipspeaker"].before_at == session.starts_at
    assert now["text_relay"].before == "confirmed"
    await a.say(id, "lipspeaker", state="confirmed", with_whom="Ann Moss")
    assert (await a.bookings(id))[0]["lipspeaker"].before == ""
    await a.sessions(cancelled(a.world.o.sessions[0]), another(FAR * 2))
    assert await a.statuses() == ["not_needed", "asked"]
    assert (await a.bookings(id))[0]["lipspeaker"].with_whom == "Ann Moss", "staff have to cancel it"


async def test_what_is_arranged_ends_with_the_place_and_with_the_role(engagements: Connected) -> None:
    a = await access(engagements)
    id = await a.place()
    await a.world.does(mine.withdraw, id)
    await a.service.settle()
    assert await a.statuses() == ["not_needed"] and await a.bookings(id) == [{}]
    other = await a.world.approved("Kim")
    await a.place(other)
    assert await a.statuses() == ["not_needed", "asked"]
    gone = SessionCancelled(at=NOW, why="called_off")
    off = a.world.o.model_copy(
        update={
            "version": a.world.o.version + 1,
            "withdrawn": Withdrawn(at=NOW, why="postponed"),
            "closed_at": NOW,
            "sessions": tuple(one.model_copy(update={"cancelled": gone}) for one in a.world.o.sessions),
        }
    )
    await a.service.hears_and_settles(OpportunityWithdrawn(off))
    assert await a.statuses() == ["not_needed", "not_needed"]


async def test_one_need_is_said_for_all_sessions_to_come_and_one_session_otherwise(engagements: Connected) -> None:
    a = await access(engagements)
    await a.sessions(*a.world.o.sessions, *(another(FAR + timedelta(days=7 * week)) for week in range(1, 6)))
    id = await a.place()
    with asked() as found:
        await a.say(id, "lipspeaker", state="confirmed", with_whom="Ann Moss", who_pays="payer")
    assert len([one for one in found if "booking" in one and one.lstrip().startswith("update")]) == 1
    await a.say(id, "text_relay", state="confirmed")
    assert await a.statuses() == ["confirmed"] * 6
    third = a.world.o.sessions[2].id
    await a.say(id, "lipspeaker", at=third, state="failed", why_failed="Ann is away that day.")
    assert await a.statuses() == ["confirmed", "confirmed", "failed", *["confirmed"] * 3]
    assert {one["lipspeaker"].owner for one in await a.bookings(id)} == {a.world.staff.id}
    said = [name for name in await a.world.facts() if name == "AccessArranged"]
    assert len(said) == 7, "no event where the status stays"


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({"state": "booked"}, SayWithWhom),
        ({"state": "failed"}, SayWhyNot),
        ({"state": "asked", "who_pays": "other"}, SayWhoPays),
        ({"state": "confirmed", "owner": "018f3f5e-7c1a-7b3e-9d2a-4f6b8c0d1e2f"}, NotAColleague),
    ],
)
async def test_what_is_missing_is_asked_for(
    engagements: Connected, said: dict[str, Any], refused: type[Refused]
) -> None:
    a = await access(engagements)
    id = await a.place()
    with pytest.raises(refused):
        await a.say(id, "lipspeaker", **said)
    assert (await a.bookings(id))[0]["lipspeaker"].state == "asked"


async def test_nobody_arranges_what_is_not_asked_for_is_over_or_is_anothers(engagements: Connected) -> None:
    a = await access(engagements)
    id = await a.place()
    with pytest.raises(NotAskedFor):
        await a.say(id, "bsl", state="confirmed")
    other = organisation("RZ9", "Other Trust")
    stranger = member(other, "coordinator")
    with pytest.raises(NotFound):
        async with a.service.transaction(stranger.acting(other)) as tx:
            await arranging.arrange(tx, id, "lipspeaker", Arranging(state="confirmed"))
    await a.time_comes(starts_in=-NEAR)
    with pytest.raises(NotAskedFor):
        await a.say(id, "lipspeaker", state="confirmed")
    assert await a.statuses() == ["asked"]


async def test_a_colleague_can_see_to_it(engagements: Connected) -> None:
    a = await access(engagements)
    kay = member(a.world.trust, "coordinator", called="Kay")
    await a.service.hears_and_settles(kay.opened)
    id = await a.place()
    await a.say(id, "lipspeaker", state="asked", owner=kay.id)
    assert (await a.bookings(id))[0]["lipspeaker"].owner == kay.id
    async with a.service.browser(a.world.staff) as browser:
        assert "Kay sees to it" in (await browser.get(f"/engagements/for/RX2/people/{id}/needs")).text


async def test_what_was_ready_before_there_were_bookings_is_confirmed(engagements: Connected) -> None:
    a = await access(engagements)
    id = await a.world.accepted()
    async with a.service.transaction() as tx:
        await tx.execute(
            "insert into arranged (engagement_id, organisation_id, person_id, codes, arranged_by, arranged_at)"
            " select id, organisation_id, person_id, '{lipspeaker}', $2, $3 from engagement where id = $1",
            *(id, a.world.staff.id, NOW),
        )
        await tx.execute("delete from due")
    await a.needs(1)
    [now] = await a.bookings(id)
    assert {need: one.state for need, one in now.items()} == {"lipspeaker": "confirmed", "text_relay": "asked"}
    assert now["lipspeaker"].changed_by == a.world.staff.id


async def test_staff_say_it_on_a_page_and_its_person_reads_it(engagements: Connected) -> None:
    a = await access(engagements)
    id = await a.place()
    o, session = a.world.o.id, a.world.session_id
    page = f"/engagements/for/RX2/people/{id}/needs"
    of_session = f"/engagements/for/RX2/{o}/sessions/{session}/access"
    async with a.service.browser(a.world.staff) as browser, a.service.browser(a.world.person) as sam:
        assert page in (await browser.get(f"/engagements/for/RX2/{o}")).text
        assert of_session in (await browser.get(f"/engagements/for/RX2/{o}/sessions/{session}/page")).text
        assert f"/people/for/RX2/{a.world.person.id}/needs" not in (await browser.get(page)).text
        asks = (await browser.get(f"{page}/lipspeaker")).text
        assert "Lipspeaker, for Sam" in asks and ">Alex</a>" in asks, "who is signed in stands above"
        form = hidden(asks)
        wrong = await browser.post(f"{page}/lipspeaker", data=form | {"state": "booked"})
        assert wrong.status_code == 422 and "Say with whom it is booked" in wrong.text
        done = await browser.post(f"{page}/lipspeaker", data=form | {"state": "booked", "with_whom": "Ann Moss"})
        assert "The person sees it" in (await browser.get(done.headers["location"])).text
        shown = (await browser.get(of_session)).text
        assert "Booked with Ann Moss." in shown and "Asked for." in shown
        one = f"{of_session}/{id}/needs/text_relay"
        form = hidden((await browser.get(one)).text) | {"state": "failed", "why_failed": "We have no line for it."}
        assert (await browser.post(one, data=form)).status_code == 303
        for where in ("", "/access", f"/sessions/{session}", f"/sessions/{session}/access"):
            read = (await sam.get(f"/engagements/mine/{id}{where}")).text
            assert "It is booked with Ann Moss, and not confirmed yet." in read, where
            assert "It cannot be had: We have no line for it." in read, where
            assert "Ring us" in read, where
        await a.needs(2, shared_with=())
        assert (await browser.get(page)).status_code == 404
        assert "Ann Moss" not in (await browser.get(of_session)).text
        assert "Lipspeaker" not in (await sam.get(f"/engagements/mine/{id}")).text


async def test_two_coordinators_are_told_of_each_other(engagements: Connected) -> None:
    a = await access(engagements)
    page = f"/engagements/for/RX2/people/{await a.place()}/needs/lipspeaker"
    async with a.service.browser(a.world.staff) as browser:
        both = await from_two_tabs(browser, page, {"state": "confirmed"}, {"state": "booked", "with_whom": "Kay"})
        assert stands(both)["How far is it?"] == "Confirmed, or ready"


async def test_the_api_says_and_reads_it(engagements: Connected) -> None:
    a = await access(engagements)
    id = await a.place()
    o, session = a.world.o.id, a.world.session_id
    path, at = f"/organisations/RX2/engagements/{id}/needs", f"/organisations/RX2/intakes/{o}/sessions/{session}/access"
    approver = member(a.world.trust, "approver")
    await a.service.hears_and_settles(approver.opened)
    async with (
        a.service.api(a.world.staff) as api,
        a.service.api(approver) as other,
        a.service.api(a.world.person) as sam,
    ):
        got = (await api.get(path)).json()
        assert got["asked_for"] == ["lipspeaker", "text_relay"] and got["sessions"][0]["status"] == "asked"
        answer = await api.put(f"{path}/lipspeaker", json={"state": "confirmed", "with_whom": "Ann Moss"})
        assert answer.json() == {"id": str(id), "sessions": 1}
        assert (await api.get(f"{path}/lipspeaker")).json()["bookings"][0]["with_whom"] == "Ann Moss"
        assert (await api.put(f"{at}/{id}/needs/text_relay", json={"state": "confirmed"})).status_code == 200
        [person] = (await api.get(at)).json()["people"]
        assert (person["status"], person["called"]) == ("confirmed", "Sam")
        assert (await api.get(f"{at}/{id}/needs/bsl")).status_code == 404
        assert (await api.put(f"{path}/bsl", json={"state": "confirmed"})).status_code == 404
        assert (await other.get(path)).status_code == (await other.get(at)).status_code == 403
        mine = (await sam.get(f"/mine/engagements/{id}/access")).json()["sessions"]
        assert [one["state"] for one in mine[0]["bookings"]] == ["confirmed", "confirmed"]
        assert (await other.get(f"/mine/engagements/{id}/access")).status_code == 404


async def test_nothing_of_what_somebody_needs_is_on_any_event_and_all_of_it_goes_with_them(
    engagements: Connected,
) -> None:
    a = await access(engagements)
    id = await a.place()
    await a.say(id, "lipspeaker", state="booked", with_whom="Ann Moss")
    async with a.service.transaction() as tx:
        said = [row["value"] for row in await tx.fetch("select value from outbox")]
    assert said and not any(word in value for value in said for word in ("lipspeaker", "text_relay", "Ann Moss"))
    assert "Ann Moss" in await a.world.holds(a.world.person)
    await a.service.hears_and_settles(AccountErased(Erased(id=a.world.person.id, version=2)))
    async with a.service.transaction() as tx:
        for table in ("arrangement", "booking", "was_there"):
            assert await tx.fetchval(f"select count(*) from {table}") == 0, table
    assert "ArrangementErased" in await a.world.facts()


async def test_many_places_are_followed_by_a_few_statements_a_batch(
    engagements: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "AT_ONCE", 3)
    a = await access(engagements, places=8)
    people = [await a.world.approved(f"P{number}") for number in range(8)]
    for one in people:
        await a.place(one)
    await a.sessions(*a.world.o.sessions, *(another(FAR + timedelta(days=day)) for day in range(1, 20)))
    assert len(await a.all()) == 160
    async with a.service.transaction() as tx:
        last = await following.follow_access(tx, a.world.o.id, None)
        assert last is not None
        with asked() as found:
            await following.follow_access(tx, a.world.o.id, last)
    assert len(found) < 15
