"""RPDE 1.0: whoever follows the feed by its standard has a copy that equals the database, whatever happens."""

import asyncio
import gzip
import json
import re
from itertools import pairwise
from typing import Any
from uuid import UUID

import httpx
import pytest

from schemas.engagements import Intake, IntakeOpened
from schemas.identity import Organisation, OrganisationRegistered
from services.chassis.http import microcache
from services.chassis.operate.restate import KnownVersion, KnownVersions, start_over
from services.chassis.postgres.transaction import new_id
from services.matching import line_of_feed
from services.matching.commands import feeds, posting
from services.matching.restate import OWNED
from services.matching.store import changes
from tests.matching.rpde_reading import FEED, Harvester, validated
from tests.matching.world import a_trust, draft, post, withdraw
from tests.raw_http import served
from tests.support import Connected, Database, Person, until

LAST = 2**53 - 1


@pytest.fixture(autouse=True)
def nothing_from_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a reader sees what stands, and not what stood a second ago."""
    monkeypatch.setattr(microcache, "KEEP_SECONDS", 0.0)


async def open_now(matching: Connected) -> dict[str, tuple[str, int]]:
    """What is open by the database: title and places of each."""
    async with matching.transaction() as tx:
        rows = await tx.fetch(
            "select id, state ->> 'title' as title, places from opportunity"
            " where closed_at is null and apply_by > now()"
        )
    return {str(row["id"]): (row["title"], row["places"]) for row in rows}


def read_of(copy: dict[str, Any]) -> dict[str, tuple[str, int]]:
    return {id: (data["title"], data["totalJobOpenings"]) for id, data in copy.items()}


async def test_a_harvester_has_all_that_is_open_however_many_post_change_and_withdraw_meanwhile(
    matching: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In pages of seven, so that it is nearly always in the middle of them; a second one begins at the end."""
    monkeypatch.setattr(changes, "PAGE", 7)
    monkeypatch.setattr("services.matching.web.rpde.PAGE", 7)
    trust, staff = await a_trust(matching)
    writing = [asyncio.create_task(writes(matching, trust, staff, who)) for who in range(20)]

    async def over() -> bool:
        await matching.settle()
        return all(one.done() for one in writing)

    numbering = asyncio.create_task(until(over))
    async with matching.browser() as reader:
        early = Harvester(reader)
        while not numbering.done():
            await early.read()
        await asyncio.gather(numbering, *writing)
        await matching.settle()
        await early.read()
        fresh = Harvester(reader)
        await fresh.read()
    now = await open_now(matching)
    assert read_of(early.copy) == read_of(fresh.copy) == now
    assert early.copy == fresh.copy
    assert len(now) >= 20 and len(early.numbers) > len(now), "some came, and some went"
    for seen in early.numbers.values():
        assert all(one < later for one, later in pairwise(seen)), "nothing twice under one number, nothing back"
    assert all(len(seen) == 1 for seen in fresh.numbers.values()), "each stands in the feed once"
    assert await matching.failing() == []


async def writes(matching: Connected, trust: Organisation, staff: Person, who: int) -> None:
    """One of twenty, each in transactions of its own: two roles, one changed now and then, the other called off."""
    kept = await post(matching, trust, staff, title=f"Kept by {who}")
    gone = await post(matching, trust, staff, title=f"Gone by {who}")

    async def is_read_of() -> bool:
        async with matching.transaction() as tx:
            return await tx.fetchval("select exists (select from feed_item where id = $1)", gone)

    for n in range(2):
        words = {"title": f"Changed by {who}, {n}", "summary": "Other words.", "what_will_change": "Much."}
        async with matching.transaction(staff.acting(trust)) as tx:
            await posting.reword_opportunity(tx, kept, **words)
        await until(is_read_of)
    await withdraw(matching, trust, staff, gone)


async def test_the_validator_of_openactive_has_nothing_against_it(database: Database) -> None:
    """Of 520 roles, one of them called off, in a full page, the rest, and the end. It suggests the model of sports for
    `data`, which is schema.org's here. And it looks at the end twice: as one page more of its walk, where it wants what
    it refuses of the last page (RPDE 1.0: at most 8 seconds)."""
    matching = await database.connect("matching")
    trust, staff = await a_trust(matching)
    async with matching.transaction(staff.acting(trust)) as tx:
        ids = [await posting.post_opportunity(tx, draft(title="A seat")) for _ in range(3)]
        await tx.execute("delete from due")
    await copies(matching, ids[0], 517)
    await caught_up(matching)
    await withdraw(matching, trust, staff, ids[1])
    await matching.settle()
    async with served(matching) as port:
        base = f"http://127.0.0.1:{port}"
        object.__setattr__(matching.app.settings, "base_url", base)
        pages, found = await validated(base + FEED)
    assert len(pages) == 4, "a full page, the rest, the end, and the end as it asks for it"
    against = [one for one in found if not one.startswith("suggestion: no_modelling_data")]
    assert len(against) == 1, against
    assert against[0].startswith("warning: missing_cache_control") and pages[2] in against[0]
    assert against[0].endswith('"public, max-age=8"`')


async def copies(matching: Connected, of: UUID, count: int) -> None:
    """As many of a role more, as a version before numbers posted them: no reaction was owed."""
    async with matching.transaction() as tx:
        await tx.execute(
            "insert into opportunity (id, version, organisation_id, state, posted_at, apply_by, ends_at)"
            " select made.id, o.version, o.organisation_id, o.state || jsonb_build_object('id', made.id), o.posted_at,"
            " o.apply_by, o.ends_at from opportunity o, unnest($2::uuid[]) as made (id) where o.id = $1",
            *(of, [new_id() for _ in range(count)]),
        )


async def caught_up(matching: Connected) -> None:
    some = True
    while some:
        async with matching.transaction() as tx:
            some = await feeds.catch_up(tx)


async def test_what_is_wrong_in_the_address_is_answered_in_words_and_a_number_beyond_by_the_end(
    matching: Connected,
) -> None:
    trust, staff = await a_trust(matching)
    await post(matching, trust, staff)
    await matching.settle()
    async with matching.browser() as reader:
        for wrong in (
            "afterChangeNumber=-1",
            "afterChangeNumber=1e3",
            "afterChangeNumber=%D9%A1",
            "afterChangeNumber=",
            "afterChangeNumber=ten",
            f"afterChangeNumber={10**30}",
            f"afterChangeNumber={LAST + 1}",
            "afterChangeNumber=1&afterChangeNumber=2",
            "afterChangeNumber=%00",
            "afterTimestamp=1490517651&afterId=5",
        ):
            answer = await reader.get(f"{FEED}?{wrong}")
            assert answer.status_code == 400, wrong
            assert answer.headers["content-type"] == "application/problem+json"
            assert "beginning" in answer.json()["detail"]
        cursor = (await reader.get("/feeds/opportunities.json")).json()
        assert (await reader.get(f"{FEED}?afterChangeNumber={cursor['items'][0]['id']}")).status_code == 400
        beyond = (await reader.get(f"{FEED}?afterChangeNumber={LAST}")).json()
        first = (await reader.get(f"{FEED}?more=x&afterChangeNumber=0")).json()
    base = matching.app.settings.base_url
    assert (beyond["items"], beyond["next"]) == ([], f"{base}{FEED}?afterChangeNumber={LAST}")
    [item] = first["items"]
    assert first["next"] == f"{base}{FEED}?afterChangeNumber={item['modified']}"
    assert first["license"] == matching.app.settings.feed_licence


async def test_pages_say_how_long_they_may_be_kept_and_are_known_again(
    matching: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("services.matching.store.changes.PAGE", "services.matching.web.rpde.PAGE"):
        monkeypatch.setattr(module, 2)
    trust, staff = await a_trust(matching)
    ids = [await post(matching, trust, staff, title=f"Role {n}") for n in range(3)]
    await matching.settle()
    async with matching.browser() as reader:
        full = await reader.get(FEED)
        rest = await reader.get(full.json()["next"])
        end = await reader.get(rest.json()["next"])
        assert full.headers["content-type"] == "application/vnd.openactive.rpde+json; version=1"
        caching = [one.headers["cache-control"] for one in (full, rest, end)]
        assert caching == ["public, max-age=3600"] * 2 + ["public, max-age=8"]
        plain = await reader.get(FEED, headers={"accept-encoding": "identity"})
        assert plain.content == full.content and "content-encoding" not in plain.headers
        assert full.headers["content-encoding"] == "gzip"
        assert full.headers["etag"] == plain.headers["etag"][:-1] + '-gzip"', "a tag for each coding"
        for one, coding in ((full, "gzip"), (plain, "identity"), (end, "gzip")):
            assert one.headers["access-control-allow-origin"] == "*"
            has = {"if-none-match": one.headers["etag"], "accept-encoding": coding}
            again = await reader.get(str(one.url), headers=has)
            assert (again.status_code, again.content) == (304, b"")
        only_head = await reader.head(FEED)
        assert (only_head.status_code, only_head.content) == (200, b"")
        assert only_head.headers["etag"] == full.headers["etag"]
        assert gzip.decompress(gzip.compress(plain.content)) == full.content
        # What changes leaves its page for the end, which then is made anew.
        await withdraw(matching, trust, staff, ids[0])
        await matching.settle()
        anew = (await reader.get(FEED)).json()
        assert [item["id"] for item in anew["items"]] == [str(ids[1]), str(ids[2])]
        [gone] = (await reader.get(anew["next"])).json()["items"]
        assert gone == {"state": "deleted", "kind": "JobPosting", "id": str(ids[0]), "modified": gone["modified"]}


async def modified(reader: httpx.AsyncClient) -> dict[str, int]:
    harvester = Harvester(reader)
    await harvester.read()
    return {id: seen[-1] for id, seen in harvester.numbers.items()}


async def test_what_is_said_of_a_role_moves_to_the_end_when_anything_of_it_changes_and_only_then(
    matching: Connected,
) -> None:
    trust, staff = await a_trust(matching)
    one, other = [await post(matching, trust, staff, title=f"Role {n}") for n in range(2)]
    await matching.settle()
    intake = Intake(
        id=one,
        version=1,
        organisation_id=trust.id,
        ods_code=trust.ods_code,
        places=2,
        places_taken=1,
        feedback_by=draft().feedback_by,
    )
    async with matching.browser() as reader:
        before = await modified(reader)
        await matching.hears_and_settles(IntakeOpened(intake))
        after = await modified(reader)
        assert after[str(one)] > before[str(other)] == after[str(other)]
        await matching.hears_and_settles(IntakeOpened(intake.model_copy(update={"version": 2})))
        assert await modified(reader) == after, "nothing that is read has changed"
        called = trust.model_copy(update={"version": trust.version + 1, "name": "Another Name Trust"})
        await matching.hears_and_settles(OrganisationRegistered(called))
        renamed = await modified(reader)
        assert min(renamed.values()) > max(after.values())
        harvester = Harvester(reader)
        await harvester.read()
        [said] = [data["pln:opportunity"]["@value"] for id, data in harvester.copy.items() if id == str(one)]
        assert (said["organisation"], said["places_left"]) == ("Another Name Trust", 1)
        await caught_up(matching)
        assert await modified(reader) == renamed
        async with matching.transaction() as tx:
            await tx.execute("update feed_item set edition = '0' where id = $1", other)
        await caught_up(matching)
        assert (await modified(reader))[str(other)] > max(renamed.values())


async def test_after_a_restore_whoever_read_the_newer_database_ends_with_the_older_one(matching: Connected) -> None:
    """It knows of a change, an end and a role that the older database, which goes on, does not."""
    trust, staff = await a_trust(matching)
    ids = [await post(matching, trust, staff, title=f"Role {n}") for n in range(3)]
    await matching.settle()
    async with matching.transaction() as tx:
        kept = {
            name: await tx.fetchval(f"select coalesce(jsonb_agg(t), '[]') from {name} t")
            for name in ("feed_number", "feed_item")
        }
        states = await tx.fetch("select id, version, state, closed_at from opportunity")
    async with matching.browser() as reader:
        harvester = Harvester(reader)
        words = {"title": "Anew", "summary": "Other words.", "what_will_change": "Much."}
        async with matching.transaction(staff.acting(trust)) as tx:
            await posting.reword_opportunity(tx, ids[0], **words)
        await withdraw(matching, trust, staff, ids[1])
        later = await post(matching, trust, staff, title="Later")
        await matching.settle()
        await harvester.read()
        assert set(harvester.copy) == {str(ids[0]), str(ids[2]), str(later)}
        async with matching.transaction() as tx:
            for name in ("feed_item", "feed_number"):
                await tx.execute(f"delete from {name}")
                await tx.execute(
                    f"insert into {name} select * from jsonb_populate_recordset(null::{name}, $1)",
                    kept[name],
                )
            await tx.execute("delete from opportunity_edition")
            await tx.execute("delete from telling where opportunity_id = $1", later)
            await tx.execute("delete from opportunity where id = $1", later)
            for row in states:
                await tx.execute(
                    "update opportunity set version = $2, state = $3, closed_at = $4 where id = $1", *row.values()
                )
        known = {id: KnownVersion(9, "OpportunityChanged", in_kafka=True, erased=False) for id in (*ids, later)}
        newest = KnownVersions({"matching.opportunity": known}, {})
        app = matching.app
        await start_over(app.database, app.service.reactions, OWNED, newest, prefix=app.settings.topic_prefix)
        await matching.settle()
        await caught_up(matching)
        await harvester.read()
        fresh = Harvester(reader)
        await fresh.read()
    assert harvester.copy == fresh.copy
    assert read_of(fresh.copy) == await open_now(matching) == {str(id): (f"Role {n}", 2) for n, id in enumerate(ids)}
    assert all(one < later for seen in harvester.numbers.values() for one, later in pairwise(seen))


async def test_what_is_over_is_said_for_thirty_days_and_what_was_lost_for_ever(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    long, lately = [await post(matching, trust, staff) for _ in range(2)]
    await matching.settle()
    for id in (long, lately):
        await withdraw(matching, trust, staff, id)
    lost = new_id()
    async with matching.transaction() as tx:
        await tx.execute("insert into lost (topic, key, version) values ('matching.opportunity', $1, 4)", lost)
    await matching.settle()
    await caught_up(matching)
    async with matching.transaction() as tx:
        last = await tx.fetchval("select last from feed_number")
        await tx.execute("update feed_item set at = now() - interval '31 days' where id <> $1", lately)
        await feeds.delete_old(tx)
    async with matching.browser() as reader:
        assert set(await modified(reader)) == {str(lately), str(lost)}
    async with matching.transaction() as tx:
        assert await changes.hold(tx) > last, "a number is given once, also if its line is gone"
        await tx.execute("update feed_number set last = $1", 2**52)
        assert await changes.hold(tx) == 2**52 + 1, "whatever the clock shows"


async def test_a_page_is_json_whatever_stands_in_a_role(matching: Connected) -> None:
    """As a state of before, which no form of today would take."""
    strange = 'A "seat" \\u0001 <script>alert(1)</script> ]]> & \u202egnp.exe\u202c \ufffd \U0001f9e1 مرحبا \x01\ud7ff'
    trust, staff = await a_trust(matching)
    id = await post(matching, trust, staff)
    async with matching.transaction() as tx:
        names = ["title", "summary", "what_will_change", "place", "time_commitment"]
        await tx.execute(
            "update opportunity set state = state || (select jsonb_object_agg(n, $2::text) from unnest($3::text[]) n)"
            " where id = $1",
            *(id, strange, names),
        )
    await matching.settle()
    async with matching.browser() as reader:
        answer = await reader.get(FEED)
        [item] = json.loads(answer.content)["items"]
    base = matching.app.settings.base_url
    assert (item["id"], item["kind"]) == (str(id), line_of_feed.KIND)
    data = item["data"]
    assert [data["url"], data["@id"]] == [f"{base}/opportunities/{id}", f"{base}/opportunities/{id}#posting"]
    assert data["title"].startswith('A "seat" \\u0001 <script>alert(1)</script> ]]> & gnp.exe')
    assert {"@type": "Organization"}.items() <= data["hiringOrganization"].items()
    assert data["hiringOrganization"]["identifier"]["value"] == trust.ods_code
    addresses = re.findall(rb'"(?:url|@id|next)":"([^"]*)"', answer.content)
    assert len(addresses) > len(data["subjectOf"]) + 3
    assert all(one.startswith(base.encode() + b"/") for one in addresses), "each is the network's"
