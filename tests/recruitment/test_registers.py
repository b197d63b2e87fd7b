"""An organisation brings in its own list of people: tried first, released, each asked, and nothing half done."""

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from services.recruitment.commands import registers
from services.recruitment.domain.register.lines import Person
from services.recruitment.domain.register.people import joined
from services.recruitment.jobs import say_what_waits_for_staff
from services.recruitment.queries import registers as queries
from services.recruitment.store import applications, imports
from tests.recruitment.registers import ANN, BEN, HEADING, Lists, as_csv, as_workbook
from tests.recruitment.test_web import text
from tests.support import form_key
from tests.waiting import to_do

KIM = ["Kim Example", "kim@people.example", "ZZ9 9ZZ", "1975", "", "", "", "", "", ""]
ANN_TOO = ["Ann Example", "ANN@people.example", "", "", "Chair", "Young voices", "2022", "", "", ""]


async def test_a_list_is_tried_released_by_another_hand_and_its_people_are_listed_and_seen_by_nobody_else(
    lists: Lists,
) -> None:
    scene = lists.scene
    at = await lists.tries(as_csv(ANN, BEN, ANN_TOO, KIM, ["", "x@y.example"], ["Cat", "", "", "2020"]))
    async with scene.recruitment.browser(lists.ada) as ada:
        page = text(await ada.get(at))
        for words in ("Lines 6", "Refused 2 lines", "People to bring in 3", "Ask the network to release it"):
            assert words in page, page
        lines = text(await ada.get(at + "/lines"))
        for words in (
            "Line 6 Refused There is no name in this line.",
            "Somebody born in 2020 is not 16 yet, so they cannot be on the list.",
            "The same person as in line 2.",
            "ZZ9 is not in today's list of districts: they have no home district for now.",
        ):
            assert words in lines, lines
        mended = await ada.get(at + "/lines?show=refused&format=csv")
        assert mended.text.startswith("\ufeffLine,Refused because") or "Refused because" in mended.text.splitlines()[0]
        assert len(mended.text.splitlines()) == 3
    assert (await lists.rows())["application"] == 0
    assert (await lists.presses(lists.ada, at + "/ask-release")).status_code == 303
    assert (await lists.rows())["application"] == 0
    [waits] = await to_do(scene.recruitment, say_what_waits_for_staff)
    assert (waits.what, waits.role, waits.link) == ("release_list", "screener", "/people/for/QNX/lists")
    release = f"/people/for/QNX/lists/{at.rpartition('/')[2]}"
    async with scene.recruitment.browser(scene.coordinator) as alex:
        assert (await alex.get(at)).status_code == 403
    async with scene.recruitment.browser(scene.trust_screener) as kit:
        assert (await kit.get(f"/people/for/{scene.trust.ods_code}/lists")).status_code == 403
    async with scene.recruitment.browser(scene.screener) as robin:
        assert "3" in text(await robin.get("/people/for/QNX/lists"))
        assert "Release it" in text(await robin.get(release))
    assert (await lists.presses(scene.screener, release + "/release")).status_code == 303
    assert await to_do(scene.recruitment, say_what_waits_for_staff) == []
    assert (await lists.rows()) == {"application": 3, "listed": 3, "declared": 3, "lines": 6, "leader": 0}
    assert (await scene.names()).count("ApplicationListed") == 3
    async with scene.recruitment.transaction() as tx:
        states = [one.public() for one in await applications.after(tx, UUID(int=0), limit=10)]
    assert {(one.called, one.listed_by) for one in states} == {(who, scene.trust.id) for who in ("Ann", "Ben", "Kim")}
    ann, _ = (await lists.people())["Ann"]
    async with scene.recruitment.browser(lists.ada) as ada:
        assert (await ada.get(f"/people/for/{scene.trust.ods_code}/{ann}")).status_code == 404
        assert "Waiting to be asked 3" in text(await ada.get(at))


async def test_a_list_is_brought_in_once_however_often_it_is_pressed_or_repeated(lists: Lists) -> None:
    at = await lists.tries(as_csv(ANN, BEN), by=lists.chief)
    assert (await lists.presses(lists.chief, at + "/bring-in")).status_code == 303
    before = await lists.rows()
    assert (await lists.presses(lists.chief, at + "/bring-in")).status_code in (303, 409)
    async with lists.scene.recruitment.transaction() as tx:
        id = await tx.fetchval("select id from register_import")
        await registers.bring_list_in(tx, id)
        await registers.take_list_back(tx, id)
    assert await lists.rows() == before
    assert before["application"] == 2


async def test_all_of_it_is_undone_while_nobody_was_asked_and_not_after_that(lists: Lists) -> None:
    at = await lists.brings_in(as_csv(ANN, BEN))
    assert (await lists.presses(lists.ada, at + "/undo")).status_code == 303
    names = await lists.scene.names()
    assert names.count("ApplicationForgotten") == 2
    async with lists.scene.recruitment.browser(lists.ada) as ada:
        page = text(await ada.get(at))
        assert "Brought in 0 people" in page and "Without a way to reach them" not in page, page
    rows = await lists.rows()
    assert (rows["listed"], rows["declared"], rows["lines"]) == (0, 0, 0)
    at = await lists.brings_in(as_csv(ANN, BEN))
    handed = await lists.presses(lists.ada, at + "/hand-on")
    async with lists.scene.recruitment.browser(lists.ada) as ada:
        page = await ada.get(handed.headers["location"])
        assert page.text.count('name="part"') == 2
        undone = await ada.post(at + "/undo", data={"form_key": page.text.split('name="form_key" value="')[1][:69]})
        assert undone.status_code in (400, 403, 409)
        assert "Handed on to be asked, and not answered 2" in text(await ada.get(at))
    async with lists.scene.recruitment.transaction(lists.ada.acting(lists.scene.trust)) as tx:
        one = (await imports.of_organisation(tx, queries.Asked(), lists.scene.trust.id)).items[0]
        parts = await queries.parts_of(tx, await queries.own_list(tx, one.id))
    people = await lists.people()
    assert parts["contacts"]["rows"] == [
        {"line": 2, "person_id": str(people["Ann"][1]), "email": "ann@people.example", "postcode": "BN2 1AA"},
        {"line": 3, "person_id": str(people["Ben"][1]), "email": "ben@people.example"},
    ]
    ben = str(people["Ben"][1])
    assert parts["training"]["rows"] == [{"line": 3, "person_id": ben, "title": "Speaking up", "on": "2020"}]


NO_LISTS: list[tuple[bytes, str]] = [
    (b"", "This file is empty"),
    (b"\n\n", "This file is empty"),
    (as_csv(), "There is nothing below the first line"),
    (b"ann@people.example,Ann\nben@people.example,Ben\n", "The first line does not name the columns"),
    (as_csv(ANN, heading=["Name", "E-mail", "e-mail", *HEADING[3:]]), "Two columns are called “e-mail”"),
    (as_csv(ANN) + as_csv(["Zoë", *ANN[1:]], encoding="cp1252") + "Zoë".encode(), "Line 4 of this file is written"),
    (as_csv(*[ANN] * 5_001), "There are more than 5,000 lines"),
    (as_csv(*[["Ann"]] * 100_000), "There are more than 5,000 lines"),
    (as_csv(ANN, heading=[f"c{n}" for n in range(61)]), "There are more than 60 columns"),
    (b'Name,Group\n"Ann,Panel\nBen,Panel\n', "In line 2 a quotation mark begins"),
    (b"%PDF-1.7 \x00", "This is no list that we can read"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 99, "This is an old workbook (.xls)"),
    (b"PK\x03\x04 not really", "This file is damaged"),
    (as_workbook(HEADING, ANN, BEN, merge="A2:A3"), "The cells A2 to A3 are merged"),
    (as_workbook(HEADING, ANN, sheets=2), "There is something on more than one sheet"),
    (b"x" * (5 * 1024 * 1024 + 1), "This file is larger than 5 MB"),
]


async def test_what_is_no_list_is_refused_in_words_and_nothing_is_kept(lists: Lists) -> None:
    for sent, words in NO_LISTS:
        answer = await lists.sends(sent)
        assert (answer.status_code, words in text(answer)) == (422, True), (words, text(answer))
    async with lists.scene.recruitment.transaction() as tx:
        assert await tx.fetchval("select count(*) from register_import") == 0


async def test_each_way_of_writing_a_list_says_the_same(lists: Lists) -> None:
    zoe = ["Zoë Example", "zoe@people.example", "BN2", "1980", "Reader", "Panel", "1/2/1980", "", "", ""]
    workbook = ["Zoë Example", "zoe@people.example", "BN2", date(1980, 5, 6), "Reader", "Panel", 29252, "", "", ""]
    semicolons = as_csv(zoe).replace(b",", b";")
    for sent in (
        as_csv(zoe),
        as_csv(zoe, encoding="utf-8-sig"),
        as_csv(zoe, encoding="utf-16"),
        as_csv(zoe, encoding="cp1252"),
        semicolons,
        as_workbook(HEADING, workbook),
    ):
        at = await lists.tries(sent)
        async with lists.scene.recruitment.transaction() as tx:
            one = await tx.fetchrow("select refused, remarks, cells from register_line order by import_id desc limit 1")
        assert one and (one["refused"], one["remarks"]) == ("", "")
        assert "Zo\\u00eb Example" in one["cells"] or "Zoë Example" in one["cells"]
        assert (await lists.presses(lists.ada, at + "/delete")).status_code == 303


BAD_LINES: list[tuple[list[str], str]] = [
    (["Ann", "=1+1"], "In the column “E-mail” is a formula"),
    (["Ann", "@SUM(A1)"], "In the column “E-mail” is a formula"),
    (["+cmd|' /C calc'!A0", "x"], "In the column “Name” is a formula"),
    (["ann@people.example", ""], "is no name: it looks like an address or a number"),
    (["Ann", "", "", "1880"], "would be over 110"),
    (["Ann", "", "", "next year"], "“next year” is no day"),
    (["Ann", "", "", "{x}"], "“{x}” is no day"),
    (["Ann", "", "", "", "{0}", "", "2150"], "“{0}” begins after today"),
    (["Ann", "", "", "31/2/1980"], "“31/2/1980” is no day"),
    (["Ann", "", "", "", "Reader", "", "2021", "2019"], "“Reader” ends before it begins"),
    (["Ann", "", "", "", "Reader", "", "2150"], "“Reader” begins after today"),
    (["Ann", "", "", "", "", "", "2019"], "There are dates of something that the line does not name"),
    (["A" * 121, ""], "is longer than 120 letters"),
    (["Ann\u202eevil", ""], "hidden character"),
    (["Ann", "x" * 1001], "more than 1,000 letters"),
    (["Ann"] + [""] * 9 + ["more"], "more cells than there are columns"),
]


async def test_a_line_that_cannot_be_taken_is_refused_in_words_and_the_others_are_not(lists: Lists) -> None:
    at = await lists.tries(as_csv(*(line for line, _ in BAD_LINES), BEN))
    async with lists.scene.recruitment.browser(lists.ada) as ada:
        page = text(await ada.get(at + "/lines?show=refused"))
    shown = re.split(r"Line \d+ Refused", page)[1:]
    for (_, words), said in zip(BAD_LINES, shown, strict=True):
        assert words in said, said


async def test_lines_that_were_taken_away_to_be_mended_come_back_as_they_were_typed(lists: Lists) -> None:
    heading = ["Name", "Mobile"]
    at = await lists.tries(as_csv(["Ann Example", "+44 7700 900123"], heading=heading), heading=heading)
    async with lists.scene.recruitment.browser(lists.ada) as ada:
        taken = (await ada.get(at + "/lines?format=csv")).content
    assert b"'+44 7700 900123" in taken
    for sent in (taken, as_workbook(*csv.reader(io.StringIO(taken.decode("utf-8-sig"))))):
        assert (await lists.sends(sent)).status_code == 303
        async with lists.scene.recruitment.transaction() as tx:
            cells = await tx.fetchval("select cells from register_line order by import_id desc limit 1")
        assert json.loads(cells)[-2:] == ["Ann Example", "+44 7700 900123"]


def test_people_of_one_name_are_compared_by_what_they_share_and_not_each_with_all() -> None:
    """As where the column of titles is said to be the name: a list of thousands is read in a moment all the same."""
    people = [Person(n, "Mrs", None, None, None, {"email": f"a{n}@b.example"}, {}, ()) for n in range(5_000)]
    assert len(joined([*people, replace(people[0], line=5_000)])) == 5_000


async def test_nobody_releases_a_list_that_has_changed_since_they_looked(lists: Lists) -> None:
    at = await lists.tries(as_csv(ANN, BEN))
    await lists.presses(lists.ada, at + "/ask-release")
    release = f"/people/for/QNX/lists/{at.rpartition('/')[2]}"
    async with lists.scene.recruitment.browser(lists.scene.screener) as robin:
        looked = (await robin.get(release)).text
        await lists.presses(lists.scene.screener, release + "/give-back")
        await lists.presses(lists.ada, at + "/ask-release")
        seen = re.findall(r'name="version" value="(\d+)"', looked)
        refused = await robin.post(release + "/release", data={"form_key": form_key(looked), "version": seen[0]})
        assert (refused.status_code, "has changed since you looked at it" in refused.text) == (409, True), refused.text
        seen = re.findall(r'name="version" value="(\d+)"', looked := (await robin.get(release)).text)
        done = await robin.post(release + "/release", data={"form_key": form_key(looked), "version": seen[0]})
        assert done.status_code == 303


async def test_a_list_that_nobody_brings_in_and_the_lines_of_one_that_was_are_deleted(lists: Lists) -> None:
    await lists.tries(as_csv(ANN))
    await lists.brings_in(as_csv(BEN))
    later = datetime.now(UTC) + timedelta(days=15)
    async with lists.scene.recruitment.transaction() as tx:
        tx.now = later
        await registers.delete_old_lists(tx)
        assert await tx.fetchval("select count(*) from register_import") == 1
        assert await tx.fetchval("select count(*) from register_line") == 0
