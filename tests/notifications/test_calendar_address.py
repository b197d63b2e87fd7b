"""A calendar address: made by its person, read by a program without signing in, cheap, stopped, and no oracle."""

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import pytest

from schemas.event import Erased
from schemas.identity import AccountErased, OrganisationChanged
from schemas.recruitment import Leader, LeaderPaused
from schemas.training import (
    Enrolment,
    EnrolmentBooked,
    EnrolmentErased,
    Programme,
    ProgrammeOffered,
    TrainingSession,
)
from services.chassis.postgres.transaction import new_id
from services.notifications.often import Asked
from services.notifications.web import calendar_address
from tests.asking import asked
from tests.notifications.calendars import Event, read
from tests.notifications.roles import NOW, Role, a_role, cancelled, moved, on, session
from tests.support import Database, Person, hidden, led_to

MINE = "/messages/mine/calendar"
ADDRESS = re.compile(r"/messages/calendar/[A-Za-z0-9_-]{43}\.ics")


async def made(role: Role, person: Person) -> str:
    """They make an address, and are shown it."""
    async with role.service.browser(person) as browser:
        shown = await browser.get(MINE)
        sent = await browser.post(MINE, data=hidden(shown.text))
        assert led_to(sent) == MINE
        page = (await browser.get(sent.headers["location"])).text
    found = ADDRESS.search(page)
    assert found and "Copy it now" in page, page
    return found[0]


@asynccontextmanager
async def a_program(role: Role) -> AsyncGenerator[httpx.AsyncClient]:
    """Of somebody who is not signed in, and says of no page that it came from there."""
    transport = httpx.ASGITransport(app=role.service.app.asgi, raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://test", headers={"accept": "text/calendar"}
    ) as it:
        yield it


async def events(program: httpx.AsyncClient, at: str) -> list[Event]:
    answer = await program.get(at)
    assert answer.status_code == 200 and answer.headers["content-type"] == "text/calendar; charset=utf-8"
    return read(answer.content)


async def test_an_address_follows_what_moves_is_cancelled_is_added_and_given_back_in_two_programs(
    database: Database,
) -> None:
    role = await a_role(database)
    one, two = session(on(10), place="Town Hall", mode="in_person"), session(on(20))
    await role.has(one, two)
    person = await role.somebody()
    other = await role.somebody("offered")
    at, others = await made(role, person), await made(role, other)
    async with a_program(role) as program:
        first = await events(program, at)
        assert [(event.starts_at, event.is_off) for event in first] == [(on(10), False), (on(20), False)]
        assert first[0].location == "Town Hall" and first[0].summary.startswith(role.world.trust.name)
        assert not await events(program, others), "an offer is no booking"
        three = session(on(30))
        await role.has(moved(one, on(12), at=NOW), cancelled(two, at=NOW), three)
        now = await events(program, at)
        assert [(event.starts_at, event.is_off) for event in now] == [(on(12), False), (on(20), True), (on(30), False)]
        assert [event.uid for event in now[:2]] == [event.uid for event in first]
        assert all(after.sequence > before.sequence for after, before in zip(now, first, strict=False))
        training, place = await trains(role, person)
        assert len(await events(program, at)) == 4
        await role.service.hears_and_settles(EnrolmentErased(Erased(id=place.id, version=2)))
        assert len(await events(program, at)) == 3, "nothing is kept of a place in training that is given back"
        assert training.title not in (await program.get(at)).text


async def trains(role: Role, person: Person) -> tuple[Programme, Enrolment]:
    """They take a place in a session of training."""
    trust, one = role.world.trust, new_id()
    at = TrainingSession(id=one, starts_at=on(15), hours=2, mode="remote", place="Online", places=9, places_taken=1)
    programme = Programme(
        id=new_id(),
        version=1,
        organisation_id=trust.id,
        ods_code=trust.ods_code,
        title="Finding your voice",
        summary="To speak.",
        credential="voice",
        sessions=(at,),
    )
    place = Enrolment(
        id=new_id(),
        version=1,
        person_id=person.id,
        programme_id=programme.id,
        session_id=one,
        organisation_id=trust.id,
        status="booked",
    )
    await role.service.hears_and_settles(ProgrammeOffered(programme), EnrolmentBooked(place))
    return programme, place


async def test_a_program_that_has_the_newest_costs_one_statement_and_its_answer_is_nobody_elses(
    database: Database,
) -> None:
    role = await a_role(database)
    await role.has(session(on(10)))
    person = await role.somebody()
    at = await made(role, person)
    async with a_program(role) as program:
        whole = await program.get(at)
        head = await program.head(at)
        assert head.status_code == 200 and not head.content and head.headers["etag"] == whole.headers["etag"]
        assert b"\r\nREFRESH-INTERVAL;VALUE=DURATION:PT6H\r\nX-PUBLISHED-TTL:PT6H\r\n" in whole.content
        assert whole.headers["cache-control"] == "private, no-cache"
        assert whole.headers["referrer-policy"] == "no-referrer" and "noindex" in whole.headers["x-robots-tag"]
        assert "set-cookie" not in whole.headers
        has_it = {"if-none-match": whole.headers["etag"]}
        with asked() as statements:
            same = await program.get(at, headers=has_it)
        assert same.status_code == 304 and not same.content and same.headers["etag"] == whole.headers["etag"]
        assert len(statements) == 1 and "calendar_seen" in statements[0]
        renamed = role.world.trust.model_copy(update={"version": 2, "name": "Another Trust"})
        await role.service.hears_and_settles(OrganisationChanged(renamed))
        assert (await program.get(at, headers=has_it)).status_code == 200, "whose role it is stands in it"
        newest = await program.get(at)
        await role.at(NOW + timedelta(days=1))
        tomorrow = await program.get(at, headers={"if-none-match": newest.headers["etag"]})
        assert tomorrow.status_code == 200 and tomorrow.content == newest.content, "it is looked at anew each day"


async def test_stopped_guessed_and_erased_are_the_same_to_whoever_asks_and_a_thousand_reads_are_too_many(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendar_address, "OFTEN", Asked(most=20, per=timedelta(hours=1)))
    role = await a_role(database)
    await role.has(session(on(10)))
    person, gone = await role.somebody(), await role.somebody()
    at, second, lost = await made(role, person), await made(role, person), await made(role, gone)
    async with role.service.browser(person) as browser:
        page = (await browser.get(MINE)).text
        stops = re.findall(rf'action="({MINE}/([0-9a-f-]{{36}})/stop)"', page)
        assert len(stops) == 2
        sent = await browser.post(stops[0][0], data=hidden(page))
        assert "Nobody can read your calendar" in (await browser.get(sent.headers["location"])).text
    await role.service.hears_and_settles(AccountErased(Erased(id=gone.id, version=2)))
    async with a_program(role) as program:
        works = {one: (await program.get(one)).status_code for one in (at, second)}
        assert sorted(works.values()) == [200, 404], "each is stopped by itself"
        kept = next(one for one, status in works.items() if status == 200)
        stopped = next(one for one, status in works.items() if status == 404)
        guessed = f"/messages/calendar/{'A' * 43}.ics"
        answers = [await program.get(one) for one in (stopped, lost, guessed, "/messages/calendar/%00.ics")]
        assert {answer.status_code for answer in answers} == {404}
        alike = {re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", answer.text) for answer in answers}
        assert len(alike) == 1 and "This calendar address does not work" in alike.pop()
        for one in (kept, guessed):
            found = [(await program.get(one)).status_code for _ in range(25)]
            assert found[-1] == 429 and found.index(429) == 19, "known and unknown alike"
        refused = await program.get(kept)
        assert 0 < int(refused.headers["retry-after"]) <= 3600
        assert (await program.get(lost)).status_code == 404, "nobody else is"
    async with role.service.transaction() as tx:
        assert await tx.fetchval("select count(*) from calendar_address where person_id = $1", gone.id) == 0


async def test_an_address_is_made_by_its_person_alone_who_has_just_shown_who_they_are_and_at_most_five(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    role = await a_role(database)
    await role.has(session(on(10)))
    person, other = await role.somebody(), await role.somebody()
    async with role.service.api(person) as api:
        ids: list[str] = []
        for _ in range(5):
            answer = await api.post("/mine/calendar-addresses")
            assert answer.status_code == 201 and ADDRESS.search(answer.json()["address"])
            ids.append(answer.json()["id"])
        again = {"idempotency-key": "the same"}
        sixth = await api.post("/mine/calendar-addresses", headers=again)
        assert sixth.status_code == 409 and "five calendar addresses" in sixth.json()["detail"]
        assert (await api.delete(f"/mine/calendar-addresses/{ids[0]}")).status_code == 200
        one, repeat = [(await api.post("/mine/calendar-addresses", headers=again)).json() for _ in range(2)]
        assert one == repeat and one["address"]
        [booking] = (await api.get("/mine/bookings")).json()["bookings"]
        assert booking["what"] == "session" and booking["link"].startswith("/engagements/mine/")
        [event] = read((await api.get("/mine/bookings.ics")).content)
        assert event.uid == booking["uid"] and event.sequence == booking["sequence"]
        await role.at(datetime.now(UTC) + timedelta(minutes=11))
        listed = (await api.get("/mine/calendar-addresses")).json()["addresses"]
        assert len(listed) == 5 and not any(address["address"] for address in listed), "it is shown no more"
    async with role.service.transaction() as tx:
        kept = str(await tx.fetch("select to_jsonb(c) from calendar_address c")) + str(
            await tx.fetch("select to_jsonb(k) from spent_key k")
        )
    assert one["address"].rpartition("/")[2].removesuffix(".ics") not in kept, "its secret is kept nowhere"
    async with role.service.api(other) as api:
        assert (await api.delete(f"/mine/calendar-addresses/{ids[1]}")).status_code == 404
    stale = Person(id=person.id, proved_at=NOW - timedelta(minutes=20))
    async with role.service.browser(stale) as browser:
        page = await browser.get(MINE)
        asks = await browser.post(MINE, data=hidden(page.text))
        assert asks.status_code in (401, 403), "it is not made at a desk that somebody left open"
    said = capsys.readouterr().out
    assert said.count("sensitive_create") == 6 and said.count("sensitive_delete") == 1 and "calendar" in said


async def test_a_break_leaves_it_as_it_is_and_a_file_is_for_its_person_and_who_helps_them(database: Database) -> None:
    role = await a_role(database)
    one, two = session(on(10)), session(on(20))
    await role.has(one, two)
    person, other = await role.somebody(), await role.somebody("interested")
    at = await made(role, person)
    leader = {"id": person.id, "version": 1, "called": "Sam", "reference": "PL-7K3Q", "status": "approved"}
    leader |= {"rung": "feedback", "approved_at": NOW, "paused_at": NOW}
    await role.service.hears_and_settles(LeaderPaused(Leader.model_validate(leader)))
    engagement = await engagement_of(role, person)
    file, both = f"{MINE}/role/{engagement}/{one.id}.ics", f"{MINE}/role/{engagement}.ics"
    async with role.service.browser(person) as browser:
        answer = await browser.get(file)
        assert answer.headers["content-disposition"].startswith("attachment") and "session.ics" in str(answer.headers)
        assert answer.headers["cache-control"] == "no-store"
        [event] = read(answer.content)
        assert event.starts_at == on(10)
        assert len(read((await browser.get(both)).content)) == 2
        assert len(read((await browser.get(f"{MINE}/all.ics")).content)) == 2
        wrong = (
            f"{MINE}/talk/{engagement}.ics",
            f"{MINE}/training/{engagement}/{one.id}.ics",
            f"{MINE}/role/{one.id}.ics",
        )
        wrong += (f"{MINE}/role/{engagement}/{new_id()}.ics", f"{MINE}/other/{engagement}.ics")
        assert {(await browser.get(address)).status_code for address in wrong} == {404}
    async with role.service.browser(other) as browser:
        assert (await browser.get(file)).status_code == 404, "nor is it said that it is there"
    async with a_program(role) as program:
        assert (await program.get(file)).status_code in (303, 401)
        assert len(await events(program, at)) == 2


async def engagement_of(role: Role, person: Person) -> UUID:
    async with role.service.transaction() as tx:
        return await tx.fetchval("select id from mirror_engagement where person_id = $1", person.id)
