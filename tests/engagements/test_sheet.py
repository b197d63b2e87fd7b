"""The sheet of a session: who comes and what has to be there, for its own coordinators alone, on paper or as a file."""

import csv
import io

import pytest

from schemas.event import Erased
from schemas.identity import AccountErased, Host, OrganisationChanged
from schemas.recruitment import NeedsGiven
from services.chassis.base import security_log
from tests.engagements.access import access, needs_of
from tests.engagements.world import NOW, TO_COME, make
from tests.support import Connected, member, organisation, registered

FORMULA = '=HYPERLINK("https://evil.example")'


async def test_a_sheet_says_who_comes_what_they_need_and_how_far_it_is_and_who_did_not_say(
    engagements: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    a = await access(engagements, places=9)
    world, noted = a.world, list[str]()
    monkeypatch.setattr(security_log, "note", lambda happened, **more: noted.append(more["what"]))  # pyright: ignore
    quiet, bad = await world.approved("Quiet"), await world.approved(FORMULA)
    nothing, interested = await world.approved("Nell"), await world.approved("Ines")
    id = await a.place()
    await a.say(id, "lipspeaker", state="booked", with_whom="=Lips Ltd")
    await engagements.hears_and_settles(NeedsGiven(needs_of(nothing, needs=(), ways_to_talk=())))
    for one in (quiet, bad, nothing):
        await world.accepted(one)
    await world.interested(interested)
    at = f"/engagements/for/RX2/{world.o.id}/sessions/{world.session_id}"
    async with engagements.browser(world.staff) as staff:
        assert f'href="{at}/sheet"' in (await staff.get(f"{at}/page")).text
        page = (await staff.get(f"{at}/sheet")).text
        assert "Markup(" not in page and "Ines" not in page
        for words in ("Lipspeaker: booked with =Lips Ltd", "A chair with a high back", "4 people have a place"):
            assert words in page, words
        got = await staff.get(f"{at}/sheet?format=csv")
        assert got.headers["content-disposition"].endswith('-sheet.csv"')
        rows = {row["Name"]: row for row in csv.DictReader(io.StringIO(got.text.removeprefix("\ufeff")))}
        assert set(rows) == {"Sam", "Quiet", "Nell", f"'{FORMULA}"}, "what a spreadsheet would do is shown"
        assert "Lipspeaker: booked with =Lips Ltd" in rows["Sam"]["What they need"]
    assert {"attendee_sheet", "needs"} == set(noted)
    async with engagements.api(world.staff) as api:
        body = (await api.get(f"/organisations/RX2/intakes/{world.o.id}/sessions/{world.session_id}/sheet")).json()
        assert [one["said"] for one in body["people"]].count(False) == 2


async def test_nobody_else_opens_a_sheet_and_who_is_forgotten_is_not_on_it(engagements: Connected) -> None:
    world = await make(engagements, starts_at=TO_COME)
    host, other = organisation("RX4", "Host"), organisation("RX3", "Other")
    hosted = world.trust.with_changes(
        version=2, hosts=(Host(organisation_id=host.id, ods_code="RX4", valid_from=NOW.date()),)
    )
    acts, theirs = member(host, "coordinator", called="Hosea"), member(other, "coordinator")
    approver = member(world.trust, "approver")
    await engagements.hears_and_settles(
        *registered(host, other), OrganisationChanged(hosted), *(one.opened for one in (acts, theirs, approver))
    )
    kim = await world.approved("Kimberley")
    await world.accepted(kim)
    role = f"{world.o.id}/sessions/{world.session_id}"
    for who, ods, status in (
        (world.staff, "RX2", 200),
        (acts, "RX2", 200),
        (approver, "RX2", 403),
        (theirs, "RX3", 404),
        (theirs, "RX2", 404),
        (kim, "RX2", 404),
    ):
        async with engagements.browser(who) as browser, engagements.api(who) as api:
            answer = await browser.get(f"/engagements/for/{ods}/{role}/sheet")
            assert (answer.status_code, "Kimberley" in answer.text) == (status, status == 200)
            assert (await api.get(f"/organisations/{ods}/intakes/{role}/sheet")).status_code == status
    await engagements.hears_and_settles(AccountErased(Erased(id=kim.id, version=2)))
    async with engagements.browser(world.staff) as staff:
        page = (await staff.get(f"/engagements/for/RX2/{role}/sheet")).text
        assert "Kimberley" not in page and "Nobody has a place yet" in page
        nowhere = f"/engagements/for/RX2/{world.o.id}/sessions/{world.o.id}/sheet"
        assert (await staff.get(nowhere)).status_code == 404
