"""An organisation's administrators take away what each room holds of it, as files; nobody else does."""

import asyncio
import csv
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from starlette.types import Message

from schemas import links
from schemas.recruitment import Leader, LeaderChanged
from services import NAMES
from services.chassis.base import security_log
from services.chassis.base.hands import SYSTEM, Member
from services.chassis.base.periods import london_day
from services.chassis.base.spreadsheet import cell, lines_of
from services.chassis.http import organisations_data
from services.chassis.http.organisations_data import AT_ONCE
from services.chassis.postgres import policies
from services.chassis.postgres.policies import Next
from services.payments.domain.promise import PayPromise
from services.payments.store.promises import PAY_PROMISE
from tests.shape.test_organisations_data import data_of
from tests.support import Database
from tests.town import Somebody, Town, refusal, town

FORMULA = '=HYPERLINK("http://x.example";"1,000 £")'
SECRETS = ("55779911", "200000", "S EXAMPLE", "I know this.", "@people.example", "@rx2.example", "sort_code")


@pytest.fixture
async def place(database: Database):
    async with town(database) as made:
        yield made


async def worked(place: Town) -> tuple[Somebody, str]:
    """Sam, who is called by a formula, was paid for a role at RX2. Its admin, and Sam's id."""
    cora = await place.hire(place.ada, "RX2", "Cora", "coordinator")
    amir = await place.hire(place.ada, "RX2", "Amir", "approver")
    fin = await place.hire(place.ada, "RX2", "Fin", "finance")
    alma = await place.hire(place.ada, "RX2", "Alma", "admin")
    sam = await place.person()
    state = {"called": FORMULA, "reference": "PL-2222", "status": "approved", "rung": "feedback", "code_agreed": "1"}
    leader = Leader.model_validate({"id": sam.id, "version": 2, "approved_at": place.rooms.now, **state})
    await place.hears(LeaderChanged(leader))
    assert (await place.approve(amir, await place.earned(cora, sam))).is_success
    assert (await place.pay(fin)).is_success
    return alma, str(sam.id)


def page_of(room: str, ods: str = "RX2") -> str:
    return data_of(room).path.format(ods=ods)


async def listed(place: Town, who: Somebody, room: str, ods: str = "RX2") -> dict[str, Any]:
    answer = await place.ask(who, "GET", room, f"/organisations/{ods}/data")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_each_room_gives_its_files_as_csv_and_as_json_lines_with_as_many_rows_as_it_says(place: Town) -> None:
    alma, sam = await worked(place)
    everything = ""
    for room in NAMES:
        said = await listed(place, alma, room)
        assert said["files"], room
        async with place.browser(room, alma) as browser:
            page = await browser.get(page_of(room))
            assert page.status_code == 200
            assert "What is left out, and why" in page.text
            assert all(
                f'href="{a.format(ods="RX2")}"' in page.text
                for _, a in links.ORGANISATIONS_DATA
                if a != data_of(room).path
            )
            for file in said["files"]:
                answer = await browser.get(f"{page_of(room)}/{file['name']}")
                assert answer.headers["content-type"] == "text/csv; charset=utf-8"
                assert answer.headers["content-disposition"].startswith(
                    f'attachment; filename="RX2-{room}-{file["name"]}-'
                )
                assert answer.headers["cache-control"] == "no-store"
                assert answer.content.startswith(b"\xef\xbb\xbf"), "so that a spreadsheet reads é"
                heads, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""))
                assert b"\n" not in answer.content.replace(b"\r\n", b"")
                assert all(len(row) == len(heads) for row in rows)
                assert file["name"] == "taken" or len(rows) == file["rows"], file
                api = await place.ask(alma, "GET", room, f"/organisations/RX2/data/{file['name']}")
                lines = [json.loads(line) for line in api.text.splitlines()]
                assert api.headers["content-type"] == "application/x-ndjson"
                assert file["name"] == "taken" or [list(one) for one in lines] == [
                    [name.replace(" ", "_") for name in heads]
                ] * len(rows)
                everything += answer.text + api.text
    assert [one for one in SECRETS if one in everything] == []
    assert sam in everything


async def test_what_a_policy_says_is_an_object_for_a_program_and_its_text_for_a_spreadsheet(place: Town) -> None:
    alma, _ = await worked(place)
    async with place.rooms.transaction("payments", SYSTEM) as tx:
        trust = await tx.fetchval("select id from mirror_organisation where state ->> 'ods_code' = 'RX2'")
    member = Member(by=alma.id, organisation_id=trust, ods_code="RX2", roles=frozenset({"admin"}))
    given = Next(
        max(london_day(place.rooms.now), london_day(datetime.now(UTC))) + timedelta(days=2),
        "Example",
        "Example",
        PayPromise(days=9),
    )
    async with place.rooms.transaction("payments", member) as tx:
        await policies.set_next(tx, PAY_PROMISE, given)
    api = await place.ask(alma, "GET", "payments", "/organisations/RX2/data/policies")
    [said] = [json.loads(line) for line in api.text.splitlines()]
    assert said["value"] == {"days": 9}
    async with place.browser("payments", alma) as browser:
        text = (await browser.get(page_of("payments") + "/policies")).text
    [row] = [*csv.DictReader(io.StringIO(text, newline=""))]
    assert json.loads(row["value"]) == {"days": 9}


async def test_a_spreadsheet_does_nothing_that_a_cell_says_and_a_program_gets_it_as_it_is(place: Town) -> None:
    alma, _ = await worked(place)
    async with place.browser("payments", alma) as browser:
        rows = [*csv.DictReader(io.StringIO((await browser.get(page_of("payments") + "/claims")).text, newline=""))]
        ledger = [*csv.DictReader(io.StringIO((await browser.get(page_of("payments") + "/ledger")).text, newline=""))]
    assert [row["called"] for row in rows] == [f"'{FORMULA}"]
    assert sorted(row["amount pence"] for row in ledger) == ["-1000000", "1000000"], "a number is a number"
    api = await place.ask(alma, "GET", "payments", "/organisations/RX2/data/claims")
    [claim] = [json.loads(line) for line in api.text.splitlines()]
    assert (claim["called"], claim["reference"], claim["amount_pence"]) == (FORMULA, "PL-2222", 1_000_000)
    assert datetime.fromisoformat(claim["paid_at"]).tzinfo


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "  =1", "＝1"])
def test_what_begins_as_a_formula_is_shown(text: str) -> None:
    assert cell(text) == f"'{text}"
    assert [*csv.reader(io.StringIO(lines_of([[text, 'a "b", c']]), newline=""))] == [[f"'{text}", 'a "b", c']]


async def test_whoever_shows_first_that_it_is_them_comes_back_to_the_page_with_the_file(place: Town) -> None:
    """The file came, and the tab stayed on the page of the link."""
    alma, _ = await worked(place)
    late = place.sign_in(alma.id, proved=False)
    async with place.browser("payments", late) as browser:
        asked = await browser.get(page_of("payments") + "/claims")
        assert (asked.status_code, asked.headers["location"]) == (303, f"/sign-in/again?to={page_of('payments')}")


async def test_what_was_taken_is_noted_before_it_leaves_and_listed_for_admins(
    place: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    alma, _ = await worked(place)
    noted: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(security_log, "note", lambda happened, **more: noted.append((str(happened), more)))  # pyright: ignore
    async with place.browser("payments", alma) as browser:
        path = page_of("payments")
        assert (await browser.head(path + "/claims")).status_code == 200
        assert "Nobody has taken one here" in (await browser.get(path)).text, "HEAD takes nothing"
        assert (await browser.get(path + "/claims")).status_code == 200
        page = (await browser.get(path)).text
        assert "Claims that people sent you" in page.partition("Who took which file")[2]
        assert "Alma" in page.partition("Who took which file")[2]
    [(happened, more)] = [one for one in noted if "organisations" in one[1].get("what", "")]
    assert (happened, more["by"], more["count"]) == ("sensitive_export", alma.id, 1)
    [taken] = (await listed(place, alma, "payments"))["taken"]
    assert (taken["file"], taken["kind"], taken["rows"], taken["called"]) == ("claims", "csv", 1, "Alma")
    assert (await listed(place, alma, "training"))["taken"] == [], "of another room its own page says it"


async def test_an_invitation_that_was_withdrawn_is_in_no_file(place: Town) -> None:
    """Whoever withdraws it reads that what they typed is deleted."""
    alma, _ = await worked(place)
    called = {"Wilma": "wilma@people.example", "Ida": "ida@people.example"}
    sent = [
        await place.must(
            alma, "identity", "/organisations/RX2/staff", {"called": one, "email": email, "roles": ["coordinator"]}
        )
        for one, email in called.items()
    ]
    await place.must(alma, "identity", f"/organisations/RX2/invitations/{sent[0]['invitation_id']}/withdraw")
    taken = (await place.ask(alma, "GET", "identity", "/organisations/RX2/data/invitations")).text
    assert [json.loads(line)["called"] for line in taken.splitlines()] == ["Ida"]
    [said] = [one for one in (await listed(place, alma, "identity"))["files"] if one["name"] == "invitations"]
    assert said["rows"] == 1


async def test_nobody_else_takes_them(place: Town) -> None:
    alma, _ = await worked(place)
    surgery = {"ods_code": "Y99982", "name": "Harbour Street", "kind": "gp_practice", "valid_from": "2020-01-01"}
    await place.must(place.ada, "identity", "/organisations/QZZ/organisations", surgery)
    await place.must(place.ada, "identity", "/organisations/Y99982/hosts", {"host": "RX2"})
    gwen = await place.hire(place.ada, "Y99982", "Gwen", "admin")
    fin = await place.hire(place.ada, "RX2", "Fin2", "finance", "coordinator", "approver", "trainer")
    bot = await place.must(alma, "identity", "/organisations/RX2/machines", {"called": "B", "roles": ["coordinator"]})
    late = place.sign_in(alma.id, proved=False)
    machine = place.sign_in(bot["account_id"], proved=False)
    for room in NAMES:
        for path in ("/organisations/RX2/data", f"/organisations/RX2/data/{data_of(room).files[0].name}"):
            assert (await place.ask(gwen, "GET", room, path)).status_code == 404, "another organisation's"
            assert (await place.ask(fin, "GET", room, path)).status_code == 403, "staff who are no admins"
            assert (await place.ask(None, "GET", room, path)).status_code == 401
            assert (await place.ask(machine, "GET", room, path)).status_code in (401, 403)
            hosted = path.replace("RX2", "Y99982")
            assert (await place.ask(fin, "GET", room, hosted)).status_code == 403, "a host's staff"
            assert (await place.ask(alma, "GET", room, hosted)).status_code == 404, "a host's admin"
            assert (await place.ask(place.ada, "GET", room, path)).status_code == 404, "the network's admin"
        assert refusal(await place.ask(late, "GET", room, path)) == "prove-it-is-you"
        assert (await place.ask(alma, "GET", room, "/organisations/RX2/data/applicants")).status_code == 404
        own = (await place.ask(gwen, "GET", room, "/organisations/Y99982/data")).json()
        assert {one["name"] for one in own["files"] if one["rows"]} <= {"organisation", "hosts", "staff", "invitations"}


async def test_an_organisation_that_has_closed_takes_its_files_for_ninety_days(place: Town) -> None:
    alma, _ = await worked(place)
    last = place.rooms.now.date()
    body: dict[str, Any] = {"last_day": last.isoformat(), "successors": []}
    await place.must(place.ada, "identity", "/organisations/RX2/close", body)
    path = "/organisations/RX2/data/claims"
    place.rooms.now += timedelta(days=90)
    assert (await place.ask(alma, "GET", "payments", path)).status_code == 200
    assert (await listed(place, alma, "payments"))["until"] == (last + timedelta(days=90)).isoformat()
    place.rooms.now += timedelta(days=1)
    assert refusal(await place.ask(alma, "GET", "payments", path)) == "closed-too-long"
    assert refusal(await place.ask(alma, "GET", "payments", "/organisations/RX2/data")) == "closed-too-long"
    async with place.rooms.apps["payments"].database.transaction(SYSTEM) as tx:
        assert await tx.fetchval("select count(*) from data_taken") == 1


async def test_a_file_that_takes_too_long_is_an_answer_in_words_and_no_file_that_ends_early(
    place: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    alma, _ = await worked(place)
    monkeypatch.setattr(organisations_data, "MADE_WITHIN_SECONDS", 0.001)
    refused = await place.ask(alma, "GET", "payments", "/organisations/RX2/data/claims")
    assert (refused.status_code, refusal(refused)) == (503, "file-takes-too-long")
    monkeypatch.undo()
    assert (await listed(place, alma, "payments"))["taken"] == []
    assert (await place.ask(alma, "GET", "payments", "/organisations/RX2/data/claims")).status_code == 200


def asks_and_reads_nothing(
    place: Town, who: Somebody, path: str, *, hung_up: asyncio.Event
) -> tuple[asyncio.Task[None], asyncio.Event]:
    """Who does, until they hang up; and when there was something to read."""
    there = asyncio.Event()

    async def receive() -> Message:
        await hung_up.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            there.set()
            await asyncio.Event().wait()

    headers = [(b"cookie", b"pln=" + who.token.encode()), (b"host", b"test")]
    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "path": path}
    scope |= {"raw_path": path.encode(), "query_string": b"", "headers": headers, "scheme": "http"}
    scope |= {"server": ("test", 80), "client": ("127.0.0.1", 1), "root_path": "", "extensions": {}}
    return asyncio.ensure_future(place.rooms.apps["payments"].asgi(scope, receive, send)), there


async def test_whoever_reads_for_too_long_lets_the_next_have_theirs(
    place: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    alma, _ = await worked(place)
    path = f"{page_of('payments')}/claims"
    monkeypatch.setattr(organisations_data, "SENT_WITHIN_SECONDS", 0.5)
    async with place.browser("payments", alma) as browser, asyncio.timeout(20):
        reading, there = asks_and_reads_nothing(place, alma, path, hung_up=asyncio.Event())
        await there.wait()
        assert (await browser.get(path)).status_code == 200
        await reading
    assert AT_ONCE._room._value == 2, "all turns were given back"  # pyright: ignore


async def test_whoever_hangs_up_lets_the_next_have_theirs_and_two_at_once_both_have_one(
    place: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    alma, _ = await worked(place)
    path = f"{page_of('payments')}/claims"
    hung_up = asyncio.Event()
    reading, being_read = asks_and_reads_nothing(place, alma, path, hung_up=hung_up)
    async with place.browser("payments", alma) as browser, asyncio.timeout(20):
        await being_read.wait()
        monkeypatch.setattr(organisations_data._own.of(_id(place)), "wait_seconds", 0.1)  # pyright: ignore
        refused = await browser.get(path)
        assert (refused.status_code, "Several files are being made" in refused.text) == (503, True)
        hung_up.set()
        await asyncio.wait([reading], timeout=5)
        both = await asyncio.gather(browser.get(path), browser.get(path))
    assert [one.status_code for one in both] == [200, 200]
    assert both[0].content == both[1].content
    assert AT_ONCE._room._value == 2, "all turns were given back"  # pyright: ignore
    assert isinstance(both[0], httpx.Response)


def _id(place: Town) -> UUID:
    [id] = organisations_data._own.keys()  # pyright: ignore
    assert place
    return id
