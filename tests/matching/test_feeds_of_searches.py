"""A search as JSON Feed, Atom and a calendar: the same roles as on the page, whole, and what is over for a month."""

from dataclasses import fields, replace
from datetime import timedelta
from html import escape
from typing import Any
from uuid import UUID

import pytest
from prometheus_client import REGISTRY

from schemas.payments import RateCardIssued
from services.chassis.http import microcache
from services.matching.commands import schedule
from services.matching.domain.sessions import SessionMove
from services.matching.store.opportunities import Filter
from services.matching.web.searches import alternates
from tests.matching import world
from tests.matching.feeds_read import by_atom, by_json, json_pages
from tests.matching.world import NOW, a_trust, let_its_closing_pass, post, withdraw
from tests.notifications.calendars import read
from tests.support import Connected, member, organisation, registered

QUERIES: dict[str, dict[str, str]] = {
    "strand": {"strand": "information"},
    "mode": {"mode": "in_person"},
    "ods_code": {"organisation": "RYR"},
    "paid": {"paid": "yes"},
    "words": {"words": "LEAFLET"},
    "job": {"job": "no"},
    "kind": {"kind": "governance"},
    "condition": {"condition": "pain"},
    "access": {"access": "captions"},
    "when": {"when": "weekend"},
    "closing": {"closing": "week"},
    "near": {"near": "LS1"},
    "miles": {"near": "LS1", "miles": "5"},
}
"""For each thing that a visitor can look for, something that finds the one role and not the other."""
FINDS_MORE = ("job", "closing", "when")
"""None of them is a job, what has closed closed soon, and what was called off has no session any more."""


@pytest.fixture(autouse=True)
def nothing_from_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(microcache, "KEEP_SECONDS", 0.0)


async def test_a_search_finds_the_same_open_and_over_in_each_of_its_feeds(matching: Connected) -> None:
    """Whoever adds something to look for adds it to what is over too (store/feed.py)."""
    assert set(QUERIES) == {one.name for one in fields(Filter)}
    trust, staff = await a_trust(matching)
    other, card = organisation("RYR", "Other Example Trust"), world.rate(trust)
    colleague = member(other, "coordinator")
    card = world.rate(other)
    await matching.hears_and_settles(*registered(other), colleague.opened, RateCardIssued(card))
    saturday = (NOW + timedelta(days=35 - NOW.weekday())).replace(hour=11) - timedelta(days=2)
    wanted: dict[str, Any] = {"title": "A leaflet", "strand": "information", "mode": "in_person", "pay": str(card.id)}
    wanted |= {"rung": "governance", "lived_experience": ["pain"], "access": ["captions"], "district": "LS1"}
    wanted |= {"session_at": saturday, "apply_by": NOW + timedelta(days=3)}
    found = [await post(matching, other, colleague, **wanted) for _ in range(3)]
    unlike: dict[str, Any] = {"title": "Another", "session_at": saturday - timedelta(days=3), "access": []}
    others = [await post(matching, trust, staff, **unlike) for _ in range(3)]
    for one, by, at in ((found[1], colleague, other), (others[1], staff, trust)):
        await withdraw(matching, at, by, one)
    for one in (found[2], others[2]):
        await let_its_closing_pass(matching, one)
    await matching.settle()
    statuses = dict(zip(map(str, found), ("open", "withdrawn", "closed"), strict=True))
    async with matching.browser() as reader:
        for name, values in QUERIES.items():
            [of_json, of_atom, of_calendar] = alternates(values)
            assert escape(of_json.href) in (page := (await reader.get("/opportunities", params=values)).text), name
            assert escape(of_atom.href) in page and escape(of_calendar.href) in page
            query = of_json.href.partition("?")[2]
            items, entries = await by_json(reader, f"?{query}"), await by_atom(reader, f"?{query}")
            assert [(one.id, one.title, one.text, one.changed, one.status) for one in items] == [
                (one.id, one.title, one.text, one.changed, one.status) for one in entries
            ]
            kept = {one.id: one.status for one in items}
            assert kept == statuses if name not in FINDS_MORE else statuses.items() <= kept.items(), name
            events = read((await reader.get(of_calendar.href)).content)
            assert {one.url.rpartition("/")[2] for one in events} >= set(map(str, found)), name
        titles = {one.title for one in await by_json(reader, "?strand=information")}
        assert titles == {"A leaflet", "Called off: A leaflet", "Closed: A leaflet"}
        async with matching.transaction() as tx:
            await tx.execute(
                "update opportunity set posted_at = now() - interval '40 days', closed_at = now() - interval '31 days',"
                " apply_by = now() - interval '31 days', state = state || jsonb_build_object('posted_at',"
                " now() - interval '40 days', 'closed_at', now() - interval '31 days', 'apply_by',"
                " now() - interval '31 days') where id = $1",
                found[2],
            )
        assert {one.status for one in await by_json(reader, "?strand=information")} == {"open", "withdrawn"}


async def test_an_item_says_all_of_a_role_in_codes_pence_and_words(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    card = world.rate(trust, unit="hour", amount_pence=2750)
    await matching.hears_and_settles(RateCardIssued(card))
    more: dict[str, Any] = {
        "pay": str(card.id),
        "mode": "hybrid",
        "place": "Room 4, Example House",
        "district": "BN2",
        "languages": ["pl", "ur"],
        "access": ["captions", "step_free"],
        "lived_experience": ["pain"],
        "session_hours": 1.5,
    }
    id = await post(matching, trust, staff, **more)
    await matching.settle()
    async with matching.browser() as reader:
        [page] = [one async for one in json_pages(reader, "/feeds/opportunities.json")]
        [entry] = await by_atom(reader)
    [item] = page["items"]
    said = item["_opportunity"]
    assert (item["id"], item["_status"], said["ods_code"], said["kind"]) == (str(id), "open", trust.ods_code, "role")
    assert (said["pay"]["amount_pence"], said["pay"]["unit"]) == (2750, "hour")
    assert said["sessions"][0]["pays_pence"] == 4125
    assert said["in_words"]["lived_experience"] == ["Long-term pain"]
    assert (said["places"], said["places_left"], said["district"]) == (2, None, "BN2")
    for line in (
        "Pay: £41.25 for this meeting",
        f"Organisation: {trust.name} ({trust.ods_code})",
        "How: In person or online, you choose",
        "Where: Room 4, Example House, BN2",
        "Languages: Polish or Urdu: one of them is enough",
        "Access: Captions, Step-free access",
        "People who know about: Long-term pain",
        f"More about it: {matching.app.settings.base_url}/opportunities/{id}",
    ):
        assert line in item["content_text"].splitlines() and line in entry.text, line


async def test_each_list_of_a_feed_goes_on_to_its_end_and_each_thing_comes_once(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    for count, over in ((22, True), (43, False)):
        async with matching.transaction(staff.acting(trust)) as tx:
            made = [await world.posting.post_opportunity(tx, world.draft(title=f"Role {n}")) for n in range(count)]
            for id in made if over else ():
                await world.posting.withdraw_opportunity(tx, id, "postponed")
    async with matching.browser() as reader:
        pages = [page async for page in json_pages(reader, "/feeds/opportunities.json?mode=remote&sort=closing")]
        assert [len(page["items"]) for page in pages] == [40, 22, 3]
        seen = [item["id"] for page in pages for item in page["items"]]
        assert len(seen) == len(set(seen)) == 65
        assert all("mode=remote&sort=closing" in page["next_url"] for page in pages[:-1])
        assert len({one.id for one in await by_atom(reader)}) == 65
        for wrong in ("after=forged", "ended_after=forged", f"ended_after={pages[0]['next_url'][-80:]}"):
            for feed in ("json", "atom", "ics"):
                assert (await reader.get(f"/feeds/opportunities.{feed}?{wrong}")).status_code == 422, wrong


STRANGE = '"A" <b>seat</b> ]]> & &amp; \u202egnp.exe \x01\x0b\x7f \ufffe مرحبا 🧡\u2028 <script>alert(1)</script>'


async def test_whatever_stands_in_a_role_the_feeds_are_valid_and_show_it_as_text(matching: Connected) -> None:
    """As a state of before, which no form of today would take."""
    trust, staff = await a_trust(matching)
    id = await post(matching, trust, staff)
    async with matching.transaction() as tx:
        names = ["title", "summary", "what_will_change", "place", "time_commitment"]
        await tx.execute(
            "update opportunity set state = state || (select jsonb_object_agg(n, $2::text) from unnest($3::text[]) n)"
            " where id = $1",
            *(id, STRANGE, names),
        )
    async with matching.browser() as reader:
        [item], [entry] = await by_json(reader), await by_atom(reader)
        [closing, session] = sorted(
            read((await reader.get("/feeds/opportunities.ics")).content), key=lambda e: e.starts_at
        )
    seen = '"A" <b>seat</b> ]]> & &amp; gnp.exe مرحبا 🧡 <script>alert(1)</script>'
    assert item.title == entry.title == seen
    assert session.summary == f"{trust.name}: {seen}"
    assert closing.summary == f"Last day to show interest: {session.summary}"
    assert item.text == entry.text and seen[:20] in item.text


async def test_a_calendar_follows_what_moves_and_says_what_does_not_take_place(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    id, other = [await post(matching, trust, staff, title=title) for title in ("One", "Other")]
    async with matching.browser() as reader:

        async def events(of: UUID) -> dict[str, Any]:
            answer = await reader.get("/feeds/opportunities.ics")
            assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
            assert b"DTSTART;TZID" not in answer.content and b"METHOD" not in answer.content
            found = [one for one in read(answer.content) if one.url.endswith(str(of))]
            return {"closing" if "Last day" in one.summary else "session": one for one in found}

        before, beside = await events(id), await events(other)
        assert before["closing"].ends_at == world.draft().apply_by.replace(microsecond=0)
        async with matching.transaction() as tx:
            session_id = await tx.fetchval(
                "select (state #>> '{sessions,0,id}')::uuid from opportunity where id = $1", id
            )
        move = SessionMove.model_validate(
            {"starts_at": NOW + timedelta(days=31), "hours": 3, "why": "another_day_suits"}
        )
        async with matching.transaction(staff.acting(trust)) as tx:
            await schedule.change_session(tx, id, session_id, move)
        moved = await events(id)
        assert moved["session"].uid == before["session"].uid
        assert moved["session"].sequence > before["session"].sequence
        assert moved["session"].starts_at == before["session"].starts_at + timedelta(days=1)
        await withdraw(matching, trust, staff, id)
        off = await events(id)
        assert [one.is_off for one in off.values()] == [True, True]
        assert off["session"] == replace(
            moved["session"],
            status="CANCELLED",
            sequence=off["session"].sequence,
            summary=f"Cancelled: {moved['session'].summary}",
            description=off["session"].description,
        )
        assert "it is put off until later" in off["session"].description
        assert await events(other) == beside


def reads(feed: str, reader: str) -> float:
    return REGISTRY.get_sample_value("pln_feed_reads_total", {"feed": feed, "reader": reader}) or 0


async def test_a_program_that_reads_is_counted_by_its_kind_and_has_the_newest_told(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    await post(matching, trust, staff)
    agents = {"json": "FreshRSS/1.24", "atom": "Mozilla/5.0", "ics": "Google-Calendar-Importer"}
    kinds = {"json": "feed_reader", "atom": "browser", "ics": "calendar"}
    async with matching.browser() as reader:
        for feed, agent in agents.items():
            address = f"/feeds/opportunities.{feed}"
            before = reads(feed, kinds[feed])
            first = await reader.get(address, headers={"user-agent": agent})
            assert reads(feed, kinds[feed]) == before + 1
            assert first.headers["access-control-allow-origin"] == "*"
            assert first.headers["cache-control"].startswith("public, max-age=")
            has = {"if-none-match": first.headers["etag"]}
            assert (await reader.get(address, headers=has)).status_code == 304
            only_head = await reader.head(address)
            assert (only_head.status_code, only_head.headers["etag"]) == (200, first.headers["etag"])
            await post(matching, trust, staff)
            assert (await reader.get(address, headers=has)).status_code == 200
