"""Ask us, by a program: the whole draft at once, by the rules of a posting; and what somebody of both sides may."""

from datetime import date, timedelta
from typing import Any

from schemas.identity import Host
from schemas.payments import RateCardIssued
from schemas.training import ProgrammeOffered
from services.chassis.postgres.transaction import new_id
from tests.asking import asked
from tests.matching import world
from tests.matching.test_asking import ASK, a_surgery, asks, drafts, press, waits
from tests.matching.world import NOW, everything
from tests.ready import PAID, WORK
from tests.support import Connected, Person, led_to, member, organisation, registered, save_page

MOST_OF_ONE = 12
"""Statements of a page that is about one thing."""
CLOSES = NOW + timedelta(days=14, hours=1)


def body(**changes: object) -> dict[str, Any]:
    """As POST …/opportunities is sent it, with an hour of its own on its last day."""
    said = world.draft(apply_by=CLOSES, decide_by=CLOSES + timedelta(days=3)).model_dump(mode="json")
    del said["contact_id"]
    return said | {"criteria": ["Has been here", "Can write"]} | changes


def at_once(at: str) -> str:
    return f"/organisations/Y9X/asked/{at.rpartition('/')[2]}"


async def test_a_program_drafts_the_whole_role_as_it_would_post_it_and_one_yes_posts_it(matching: Connected) -> None:
    one = await a_surgery(matching)
    at = await asks(matching, one.nell)
    here = at_once(at)
    sent = body()
    async with (
        matching.api(one.nina) as nina,
        matching.api(one.nell) as nell,
        matching.browser(one.nina) as drafter,
        matching.browser(one.mo) as mo,
        matching.api(one.mo) as own,
    ):
        assert (await nell.put(f"{here}/draft", json=sent)).status_code == 403, "as on pages: coordinators draft"
        written = await nina.put(f"{here}/draft", json=sent)
        assert written.status_code == 200, written.text
        assert (await nina.get(here)).json()["status"] == "to_approve"
        kept = (await nell.get(f"{here}/draft")).json()
        [work] = (await own.get("/organisations/Y9X/work")).json()["work"]
        assert kept.pop("contact_id") is None, "nobody of the network answers for the organisation"
        assert kept == sent | {"work": work["id"]}, "to the hour and the second"
        for page in ("role", "change", "when", "people", "choosing", "places", "days", "answers"):
            shown = await drafter.get(f"{at}/draft/{page}?check=yes")
            assert shown.status_code == 200 and "error-summary" not in shown.text, page
        assert "Has been here\nCan write" in (await drafter.get(f"{at}/draft/choosing")).text
        assert "This is what everybody will see" in (await mo.get(f"{at}/approve")).text
        assert await waits(matching) == [("approve_draft", "person"), ("approve_draft", "coordinator")]
        assert (await nina.post(f"{here}/approve")).status_code == 404, "the network says yes for nobody"

        mended = await own.put(f"{here}/draft", json=sent | {"title": "Ears at the desk", "work": work["id"]})
        assert mended.status_code == 200, mended.text
        posted = await own.post(f"{here}/approve")
        assert posted.status_code == 200, "whoever says yes may mend it: that is not drafting it"
        role = (await nell.get(f"/opportunities/{posted.json()['id']}")).json()
        assert (role["title"], role["apply_by"], role["work"]["title"]) == (
            "Ears at the desk", sent["apply_by"], WORK["title"],
        )  # fmt: skip
        assert role["contact_id"] == str(one.mo.id), "where nothing was said, whoever wrote it last answers"
        over = await nina.put(f"{here}/draft", json=sent)
        assert (over.status_code, over.json()["type"].rpartition("#")[2]) == (409, "asked-is-over")
    assert await waits(matching) == []


async def test_a_draft_by_a_program_is_refused_as_a_posting_is_and_nothing_is_half_done(matching: Connected) -> None:
    one = await a_surgery(matching)
    here = at_once(await asks(matching, one.nell))
    stranger = member(organisation("R9R", "Elsewhere"), "coordinator")
    theirs = world.rate(one.host)
    await matching.hears_and_settles(stranger.opened, RateCardIssued(theirs))
    before = await _all_of_it(matching)
    anothers: dict[str, object] = {**PAID, "pay": str(theirs.id), "unpaid_why": ""}
    wrong: list[tuple[dict[str, object], str]] = [
        ({"title": "<b>\u202eA seat"}, "title"),
        ({"title": ""}, "title"),
        ({"summary": "x" * 100_000}, "summary"),
        ({"places": 51}, "places"),
        (anothers, "pay"),
        ({"mode": "in_person", "place": "", "getting_in": ""}, "place"),
        ({"term_until": NOW.date().isoformat()}, "term_until"),
        ({"apply_by": NOW.isoformat()}, "apply_by"),
        ({"decide_by": (CLOSES - timedelta(days=2)).isoformat()}, "decide_by"),
        ({"work": str(new_id())}, "work"),
        ({"work": None}, "work"),
        ({"desk_id": str(new_id())}, "desk_id"),
        ({"contact_id": str(one.nina.id)}, "contact_id"),
        ({"status": "posted"}, "status"),
    ]
    async with matching.api(one.nina) as nina, matching.api(one.mo) as mo, matching.api(stranger) as other:
        for changes, field in wrong:
            refused = await nina.put(f"{here}/draft", json=body(**changes))
            posting = await mo.post("/organisations/Y9X/opportunities", json=body(**changes))
            assert (refused.status_code, field in refused.json()["errors"]) == (422, True), (field, refused.text)
            assert refused.json()["errors"] == posting.json()["errors"], field
        assert (await other.put(f"{here}/draft", json=body())).status_code == 404
        assert (await mo.put(f"/organisations/Y9X/asked/{new_id()}/draft", json=body())).status_code == 404
        assert await _all_of_it(matching) == before
        assert (await nina.put(f"{here}/draft", json=body())).status_code == 200
        seen = (await nina.get(f"{here}/draft")).headers["etag"]
        assert (await mo.put(f"{here}/draft", json=body(title="Mo's", work=None, session_hours=1))).status_code == 200
        stale = await nina.put(f"{here}/draft", json=body(title="Nina's"), headers={"If-Match": seen})
        assert stale.status_code == 412, "what somebody else wrote meanwhile is not overwritten unseen"
        assert (await nina.get(f"{here}/draft")).json()["title"] == "Mo's"


async def _all_of_it(matching: Connected) -> object:
    async with matching.transaction() as tx:
        rows = [*await tx.fetch("select * from asked"), *await tx.fetch("select * from draft")]
        rows += await tx.fetch("select * from piece_of_work")
    return [tuple(row) for row in rows], await everything(matching)


async def test_the_page_that_asks_for_a_yes_asks_little_whatever_the_role_says(matching: Connected) -> None:
    """A paid role with training, a piece of work and who answers, drafted by whoever is alone, at the host, so all is
    looked at."""
    only = member(host := organisation("RYR", "Big Trust"), "coordinator", called="Ona")
    hosted = Host(organisation_id=host.id, ods_code="RYR", valid_from=date(2020, 1, 1))
    surgery = organisation("Y9X", "Example Surgery", "practice", hosts=(hosted,))
    card = world.rate(surgery)
    network = organisation("QZZ", "The network", "network")
    news = (*registered(surgery, host, network), only.opened, RateCardIssued(card), ProgrammeOffered(world.programme()))
    await matching.hears_and_settles(*news)
    at = await asks(matching, only)
    paid = {"pay": str(card.id), "unpaid_why": ""} | PAID | {"training": ["foundations"], "contact_id": str(only.id)}
    async with matching.api(only) as api, matching.browser(only) as browser:
        written = await api.put(f"{at_once(at)}/draft", json=body(**paid))
        assert written.status_code == 200, written.text
        with asked() as found:
            page = (await browser.get(f"{at}/approve")).text
        assert len(found) <= MOST_OF_ONE, "\n".join([str(len(found)), *found])
        for words in ("Foundations of leadership", WORK["title"], "£75", "Nobody else coordinates here"):
            assert words in page, words
        with asked() as found:
            assert (await browser.get(at)).status_code == 200
        assert len(found) <= MOST_OF_ONE, "\n".join([str(len(found)), *found])
        assert led_to(await press(browser, f"{at}/approve", f"{at}/approve")) == at


async def test_who_works_at_both_sides_says_yes_as_who_they_are_at_the_organisation(matching: Connected) -> None:
    """A button is there exactly where its press is taken, whichever of their parts somebody comes in as."""
    one = await a_surgery(matching)
    nell = await _also(matching, one.nell, one.nina)  # asked; coordinates in the network too
    pat = await _also(matching, member(one.surgery, "approver", called="Pat"), one.nina)  # nobody here who may say yes
    hana = await _also(matching, member(one.surgery, "trainer", called="Hana"), one.hana)  # coordinates for the host
    at = await asks(matching, nell)
    async with matching.browser(nell) as asker, matching.browser(pat) as network, matching.browser(hana) as host:
        for who in (asker, network):
            assert f'{at}/draft-it"' in (await who.get(at)).text, "the network drafts it, and they are of it"
        assert f'{at}/draft-it"' not in (await host.get(at)).text
        assert (await press(host, ASK, f"{at}/draft-it")).status_code == 403
        assert led_to(await drafts(network, at)) == at
        assert f'{at}/approve"' not in (await network.get(at)).text
        assert (await press(network, ASK, f"{at}/approve")).status_code == 403
        assert f'{at}/approve"' in (await asker.get(at)).text, "she asked for it, and others drafted it"
        await matching.hears_and_settles(one.hosted(2))
        assert f'{at}/approve"' in (await host.get(at)).text, "a coordinator of the host, whatever else they are"
        async with matching.api(hana) as api:
            assert (await api.get(at_once(at))).json()["choices"]["approve"] is True
        assert (await press(asker, f"{at}/send-back", f"{at}/send-back", words="Say which desk.")).status_code == 303
        assert led_to(await save_page(host, f"{at}/draft/check", {})) == at
        assert "This is your own draft" not in (await asker.get(at)).text
        assert "somebody else says yes to it" in (await host.get(at)).text, "it is her own now"
        assert (await press(host, ASK, f"{at}/approve")).status_code == 403
        assert led_to(await press(asker, f"{at}/approve", f"{at}/approve")) == at
        assert "Posted on the common feed" in (await asker.get(at)).text


async def _also(matching: Connected, person: Person, other: Person) -> Person:
    """Somebody who is there what another one is elsewhere, besides."""
    both = Person(called=person.called, memberships=person.memberships + other.memberships)
    await matching.hears_and_settles(both.opened)
    return both
