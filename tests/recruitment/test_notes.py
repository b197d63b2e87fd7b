"""Notes of talks: who writes and reads them, when somebody was last in touch, and how long they are kept."""

from datetime import timedelta

import pytest

from schemas.event import Erased
from schemas.identity import AccountErased
from services.chassis.base.refusals import NotFound
from services.recruitment.commands import joining, noting
from services.recruitment.domain import note as domain
from services.recruitment.domain.coordinator import NotTheirCoordinator
from services.recruitment.store import caseloads
from tests.recruitment.scene import draft
from tests.recruitment.team import TODAY, Team
from tests.support import hidden, led_to, member

WORDS = "Sam would like to sit on a panel, and is worried about the stairs."
TYPED = {
    "on_day": str(TODAY.day),
    "on_month": str(TODAY.month),
    "on_year": str(TODAY.year),
    "way": "phone",
    "outcome": "talked",
    "words": WORDS,
}


async def last_contact(team: Team) -> object:
    async with team.scene.recruitment.transaction() as tx:
        row = await caseloads.get(tx, team.scene.sam.id)
    assert row
    return row.last_contact_on


async def test_a_note_is_read_by_the_person_their_coordinator_and_who_covers_and_by_nobody_else(team: Team) -> None:
    await team.scene.in_pool()
    [other] = await team.pool("Other")
    await team.writes(team.robin, WORDS)
    await team.covers(team.robin, team.jo)
    for reader in (team.robin, team.jo):
        assert await team.reads(reader) == [WORDS]
    assert await team.reads(team.scene.sam, team.scene.sam) == [WORDS]
    for stranger in (team.kim, team.admin):
        assert await team.reads(stranger) == []
    async with team.scene.recruitment.transaction(other.acting()) as tx:
        assert await tx.fetchval("select count(*) from note") == 0
    async with team.scene.recruitment.transaction(team.scene.coordinator.acting(team.scene.trust)) as tx:
        assert await tx.fetchval("select count(*) from note") == 0


async def test_no_word_of_a_note_is_on_an_event(team: Team) -> None:
    await team.scene.in_pool()
    await team.writes(team.robin, WORDS)
    await team.hands_over(team.robin, team.jo, line="She knows the stairs.")
    async with team.scene.recruitment.transaction() as tx:
        assert not any("stairs" in row["value"] for row in await tx.fetch("select value from outbox"))


async def test_only_who_looks_after_somebody_writes_and_nobody_about_a_day_to_come(team: Team) -> None:
    await team.scene.in_pool()
    for by in (team.kim, team.admin):
        with pytest.raises(NotTheirCoordinator):
            await team.writes(by)
    await team.scene.in_pool(team.jo)
    await team.hands_over(team.robin, team.kim, team.jo)
    with pytest.raises(NotTheirCoordinator):
        await team.writes(team.jo, person=team.jo)
    with pytest.raises(domain.NotYetThatDay):
        await team.writes(team.robin, on=TODAY + timedelta(days=1))
    with pytest.raises(domain.TooLongAgo):
        await team.writes(team.robin, on=TODAY - timedelta(days=400))


async def test_a_helper_reads_no_notes_as_if_they_were_the_person_who_reads_them(team: Team) -> None:
    pat, hana = await team.scene.by_phone(), member(team.scene.network, "helper", called="Hana")
    await team.scene.knows(hana)
    async with team.scene.recruitment.transaction(team.robin.acting(team.scene.network).helping(pat.id)) as tx:
        id = await joining.send_application(tx, draft())
    await team.scene.approve(id)
    await team.writes(team.robin, "The stairs are hard.", person=pat)
    theirs = f"/profile/for/QNX/people/{pat.id}"
    async with team.scene.recruitment.browser(hana) as helper:
        shown = await helper.get(theirs)
        assert shown.status_code == 200
        assert "notes about you" not in shown.text
        notes = await helper.get(theirs + "/notes")
        assert (notes.status_code, "stairs" in notes.text) == (403, False)
        assert "coordinator" in notes.text, "who can read them out"


async def test_the_last_contact_is_the_last_time_that_somebody_was_reached(team: Team) -> None:
    await team.scene.in_pool()
    assert await last_contact(team) is None
    await team.writes(team.robin, outcome="no_answer")
    assert await last_contact(team) is None, "nobody answered"
    yesterday = TODAY - timedelta(days=1)
    reached = await team.writes(team.robin, on=yesterday, outcome="wrote")
    await team.writes(team.robin, on=TODAY - timedelta(days=9))
    assert await last_contact(team) == yesterday
    async with team.scene.recruitment.transaction(team.robin.acting(team.scene.network)) as tx:
        await noting.delete_note(tx, team.scene.sam.id, reached)
    assert await last_contact(team) == TODAY - timedelta(days=9)


async def test_only_whoever_wrote_a_note_deletes_it(team: Team) -> None:
    await team.scene.in_pool()
    [other] = await team.pool("Other")
    id = await team.writes(team.robin, WORDS)
    await team.covers(team.robin, team.jo)
    with pytest.raises(domain.NotYourNote):
        async with team.scene.recruitment.transaction(team.jo.acting(team.scene.network)) as tx:
            await noting.delete_note(tx, team.scene.sam.id, id)
    with pytest.raises(NotFound):
        async with team.scene.recruitment.transaction(team.robin.acting(team.scene.network)) as tx:
            await noting.delete_note(tx, other.id, id)


async def test_notes_are_deleted_after_the_policys_time_and_with_their_person_at_once(team: Team) -> None:
    await team.scene.in_pool()
    [other] = await team.pool("Other")
    await team.writes(team.robin, WORDS)
    await team.writes(team.robin, WORDS, person=other)
    await team.scene.recruitment.hears_and_settles(AccountErased(Erased(id=other.id, version=2)))
    assert await team.reads(team.robin) == [WORDS]
    async with team.on(TODAY + timedelta(days=731)) as later, later.transaction() as tx:
        assert await noting.erase_old_notes(tx) == 1
        assert await tx.fetchval("select count(*) from note") == 0
    assert await last_contact(team) == TODAY, "when it was is no part of a note"


async def test_a_coordinator_writes_a_note_on_a_page_that_says_who_reads_it(team: Team) -> None:
    await team.scene.in_pool()
    here = f"/people/for/QNX/{team.scene.sam.id}/notes"
    async with team.scene.recruitment.browser(team.robin) as robin, team.scene.recruitment.api(team.robin) as api:
        assert f'href="{here}"' in (await robin.get(f"/people/for/QNX/{team.scene.sam.id}")).text
        form = (await robin.get(here + "/new")).text
        assert "Sam can read this." in form
        wrong = await robin.post(here + "/new", data={**hidden(form), **TYPED, "way": "", "on_year": "2999"})
        assert wrong.status_code == 422
        assert "Choose how you were in touch" in wrong.text
        assert led_to(await robin.post(here + "/new", data={**hidden(form), **TYPED})) == here
        shown = (await robin.get(here)).text
        assert WORDS in shown
        assert "By phone" in shown
        [one] = (await api.get(f"/organisations/QNX/people/{team.scene.sam.id}/notes")).json()["notes"]
        assert (one["words"], one["written_by"]) == (WORDS, "Robin")
        delete = f"{here}/{one['id']}/delete"
        assert delete in shown
        assert led_to(await robin.post(delete, data=hidden(shown))) == here
    async with team.scene.recruitment.browser(team.kim) as kim:
        for page in (here, here + "/new"):
            assert (await kim.get(page)).status_code == 403
        assert here not in (await kim.get(f"/people/for/QNX/{team.scene.sam.id}")).text
    async with team.scene.recruitment.browser(team.scene.coordinator) as alex:
        assert (await alex.get(f"/people/for/RX2/{team.scene.sam.id}/notes")).status_code == 404


async def test_the_person_reads_the_notes_and_who_wrote_them(team: Team) -> None:
    await team.scene.in_pool()
    await team.writes(team.robin, WORDS)
    async with team.scene.recruitment.browser(team.scene.sam) as sam, team.scene.recruitment.api(team.scene.sam) as api:
        shown = (await sam.get("/profile/mine/notes")).text
        assert WORDS in shown
        assert "Robin" in shown
        assert [one["words"] for one in (await api.get("/mine/notes")).json()["notes"]] == [WORDS]
