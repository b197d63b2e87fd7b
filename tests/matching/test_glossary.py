"""The glossary: the network's staff keep it, everybody reads it, and a press puts plain words into a draft."""

from typing import Any
from uuid import UUID

import httpx
from prometheus_client import REGISTRY

from schemas.identity import Organisation
from schemas.payments import RateCardIssued
from services.chassis.postgres.transaction import new_id
from services.matching.domain import glossary as domain
from tests.matching import world
from tests.matching.posting import NEW, fill_in, send, typed
from tests.matching.world import a_trust
from tests.support import Connected, Person, form_key, hidden, member, organisation, registered, save_page

PUBLIC, KEPT = "/opportunities/glossary", "/opportunities/for/NW1/glossary"
SAID = {"term": "MoU", "plain": "written agreement", "explanation": "Two organisations write down what they do."}


async def the_network(matching: Connected, *roles: str) -> tuple[Organisation, list[Person]]:
    network = organisation("NW1", kind="network")
    staff = [member(network, role) for role in roles]
    await matching.hears_and_settles(*registered(network), *(one.opened for one in staff))
    return network, staff


async def press(browser: httpx.AsyncClient, page: str, action: str, **values: str) -> httpx.Response:
    return await browser.post(action, data={"form_key": form_key((await browser.get(page)).text), **values})


def counted(kind: str, outcome: str) -> float:
    return REGISTRY.get_sample_value("pln_posting_advice_total", {"kind": kind, "outcome": outcome}) or 0


async def test_the_network_adds_changes_and_takes_out_words_and_everybody_reads_them(matching: Connected) -> None:
    _, [cora, ada] = await the_network(matching, "coordinator", "admin")
    async with matching.browser(cora) as one, matching.browser(ada) as two, matching.browser() as anyone:
        first = (await anyone.get(PUBLIC)).text
        assert "Emergency department" in first and 'href="/opportunities"' in first
        assert "Next page" in first
        assert (await anyone.get(f"{PUBLIC}?words=team+meeting")).text.count("nhsuk-card__heading") == 1
        assert "There is no such word" in (await anyone.get(f"{PUBLIC}?words=(a%2B)%2B$")).text

        added = await save_page(one, f"{KEPT}/new", SAID)
        assert "The word is in the glossary now." in (await one.get(added.headers["location"])).text
        assert "Written agreement" in (await anyone.get(f"{PUBLIC}?words=mou")).text
        again = await save_page(two, f"{KEPT}/new", SAID | {"term": "MOU"})
        assert (again.status_code, "The glossary has this word already." in again.text) == (422, True)

        at = f"{KEPT}/{await id_of(matching, 'MoU')}"
        assert f'href="{at}"' in (await one.get(f"{KEPT}?words=mou")).text
        seen, late = (await one.get(at)).text, (await two.get(at)).text
        changed = await one.post(at, data={**hidden(seen), **SAID, "plain": "agreement"})
        assert changed.status_code == 303
        both = await two.post(at, data={**hidden(late), **SAID, "plain": "deal"})
        assert both.status_code == 409
        assert "agreement" in both.text and 'value="deal"' in both.text, "both are shown, and nothing is lost"
        assert "by Alex" in both.text, "who changed it"
        kept_both = await two.post(at, data={**hidden(both.text), **SAID, "plain": "deal"})
        assert kept_both.status_code == 303
        assert "Deal" in (await anyone.get(f"{PUBLIC}?words=mou")).text

        out = await press(one, at, f"{at}/take-out")
        assert "not in the glossary any more" in (await one.get(out.headers["location"])).text
        assert "There is no such word" in (await anyone.get(f"{PUBLIC}?words=mou")).text
        gone = await two.post(at, data={**hidden(late), **SAID})
        assert gone.status_code == 404
        assert (await two.get(at)).status_code == 404


async def id_of(matching: Connected, term: str) -> UUID:
    async with matching.transaction() as tx:
        return await tx.fetchval("select id from glossary where term = $1", term)


async def test_nobody_but_the_network_keeps_it_and_what_is_wrong_is_refused_in_words(matching: Connected) -> None:
    _, [cora, fin] = await the_network(matching, "coordinator", "finance")
    trust, staff = await a_trust(matching)
    id = await id_of(matching, "MDT")
    async with matching.browser(staff) as theirs, matching.browser(fin) as finance, matching.browser(cora) as ours:
        for path in ("", "/new", f"/{id}"):
            assert (await theirs.get(f"/opportunities/for/RX2/glossary{path}")).status_code == 403, "no network"
            assert (await theirs.get(KEPT + path)).status_code == 404, "another organisation"
            assert (await finance.get(KEPT + path)).status_code == 403, "another role"
        assert (await ours.get(f"{KEPT}/{new_id()}")).status_code == 404
        for wrong, field in (
            (SAID | {"term": "x"}, "term"),
            (SAID | {"term": "y" * 10_000}, "term"),
            (SAID | {"term": "MDT\u202e"}, "term"),
            (SAID | {"plain": "a MoU"}, "plain"),
            (SAID | {"plain": "\u200b"}, "plain"),
            (SAID | {"explanation": "z" * 501}, "explanation"),
        ):
            refused = await save_page(ours, f"{KEPT}/new", wrong)
            assert (refused.status_code, f'id="{field}-error"' in refused.text) == (422, True), wrong
        html = await save_page(ours, f"{KEPT}/new", SAID | {"term": "<b>x</b>", "plain": "<script>1</script>"})
        assert html.status_code == 303
        assert "<script>1" not in (await ours.get(f"{PUBLIC}?words=script")).text
    async with matching.api(staff) as theirs, matching.api(cora) as ours, matching.api() as anyone:
        for ods, status in (("RX2", 403), ("NW1", 404)):
            at = f"/organisations/{ods}/glossary"
            assert (await theirs.post(at, json=SAID)).status_code == status
            assert (await theirs.put(f"{at}/{id}", json=SAID)).status_code == status
            assert (await theirs.delete(f"{at}/{id}")).status_code == status
            assert (await theirs.get(f"{at}/{id}")).status_code == status
        at = "/organisations/NW1/glossary"
        made = (await ours.post(at, json=SAID)).json()["id"]
        assert (await ours.post(at, json=SAID)).json()["errors"] == {"term": domain.TermThere().words}
        assert (await ours.put(f"{at}/{made}", json=SAID | {"plain": "pact"})).status_code == 200
        read = await ours.get(f"{at}/{made}")
        assert read.json()["plain"] == "pact"
        stale = await ours.put(f"{at}/{made}", json=SAID, headers={"if-match": '"older"'})
        assert stale.status_code == 412
        found = (await anyone.get("/glossary?words=pact")).json()
        assert [one["term"] for one in found["terms"]] == ["MoU"]
        assert (await anyone.get("/glossary")).json()["next"]
        assert (await ours.delete(f"{at}/{made}")).status_code == 200
        assert (await ours.delete(f"{at}/{made}")).status_code == 404
    async with matching.transaction(staff.acting(trust)) as tx:
        assert await tx.execute("delete from glossary") == "DELETE 0", "nor by the database"


async def test_the_words_that_the_network_begins_with_can_each_be_put_in_place_once(matching: Connected) -> None:
    async with matching.transaction() as tx:
        rows = await tx.fetch("select term, plain, explanation from glossary")
    assert len(rows) >= 40
    for row in rows:
        domain.check(domain.EntryWords(**dict(row)))
    found = {row["term"] for row in rows}
    assert found >= {
        "MDT",
        "ICB",
        "PCN",
        "A&E",
        "OT",
        "PROMs",
        "FFT",
        "PPG",
        "co-production",
        "pathway",
        "service user",
    }


async def test_a_press_puts_plain_words_into_the_draft_and_overwrites_nobody(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    other = member(trust, "coordinator", called="Bea")
    card = world.rate(trust, unit="hour", amount_pence=1500)
    await matching.hears_and_settles(other.opened, RateCardIssued(card))
    mdt, taken, left = await id_of(matching, "MDT"), counted("jargon", "taken"), counted("one_seat", "left")
    said: dict[str, Any] = {
        "title": "A seat in the MDT",
        "summary": "The MDT meets.",
        "places": "1",
        "pay": str(card.id),
    }
    async with matching.browser(staff) as one, matching.browser(other) as two:
        at = await fill_in(one, **said)
        page = (await one.get(f"{at}/role")).text
        assert "What would make it better" in page and "Not all know \u201cMDT\u201d." in page
        assert page.index("Save and continue") < page.index('value="mend:jargon'), "Enter saves, and mends nothing"
        places = (await one.get(f"{at}/places")).text
        assert "£30 for 2 hours, with preparation" in places and "Make it 2 places" in places
        assert "expenses on top" in places

        # typed on the page, and pressed: what was typed is kept, and the page comes back
        stale = (await two.get(f"{at}/role")).text
        mine = typed("role", **said) | {"summary": "An MDT of ours. See the MDT."}
        mended = await save_page(one, f"{at}/role", mine | {"then": f"mend:jargon.summary.{mdt}"})
        assert (mended.status_code, mended.headers["location"]) == (303, f"{at}/role")
        page = (await one.get(f"{at}/role")).text
        assert "A team meeting of ours. See the team meeting.</textarea>" in page
        assert 'value="A seat in the MDT"' in page, "the other field is left alone"
        late = await two.post(
            f"{at}/role", data={**hidden(stale), **typed("role", **said), "then": f"mend:jargon.title.{mdt}"}
        )
        assert late.status_code == 409 and "saved this page after you opened it" in late.text
        assert 'value="A seat in the MDT"' in (await one.get(f"{at}/role")).text
        await check_the_page_of_answers(matching, one, at, mdt)
        assert counted("jargon", "taken") - taken == 2

        sent = await send(one, at)
        assert sent.status_code == 303, "advice never stands in the way"
        assert counted("one_seat", "left") - left == 1
        posted = await press(one, f"{NEW}/role", at.replace("/drafts/", "/advice/"), advice="one_seat.places")
        assert posted.headers["location"] == sent.headers["location"].partition("?")[0]


async def check_the_page_of_answers(matching: Connected, one: httpx.AsyncClient, at: str, mdt: UUID) -> None:
    """Twice is as once."""
    check = (await one.get(f"{at}/check")).text
    assert f"{at}/role#title" in check and "What it costs" in check
    form = {"form_key": form_key(check), "advice": f"jargon.title.{mdt}"}
    for _ in range(2):
        pressed = await one.post(at.replace("/drafts/", "/advice/"), data=form)
        assert (pressed.status_code, pressed.headers["location"]) == (303, f"{at}/check")
    assert "A seat in the team meeting" in (await one.get(f"{at}/check")).text
    for nothing in ("jargon.title.0", "one_seat", "no.such.thing", "<b>"):
        assert (await press(one, f"{at}/check", at.replace("/drafts/", "/advice/"), advice=nothing)).status_code == 303
    assert (await press(one, f"{at}/check", at.replace("/drafts/", "/advice/"), advice="x" * 300)).status_code == 422
    outsider = member(organisation("RX3"), "coordinator")
    await matching.hears_and_settles(*registered(organisation("RX3")), outsider.opened)
    async with matching.browser(outsider) as three:
        assert (await three.post(at.replace("/drafts/", "/advice/"), data=form)).status_code == 404


async def test_the_api_advises_on_a_posting_as_far_as_it_is_written(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    card = world.rate(trust)
    await matching.hears_and_settles(RateCardIssued(card))
    at = "/organisations/RX2/opportunities/advice"
    async with matching.api(staff) as api:
        said = {"title": "The MDT", "places": 1, "pay": str(card.id), "session_hours": 2, "sessions_planned": 2}
        answer = (await api.post(at, json=said)).json()
        ways = ["web", "phone", "post"]
        assert [one["instead"] for one in answer["advice"]] == ["The team meeting", None, ways, "2"]
        assert (answer["cost"]["total_pence"], answer["cost_needs"]) == (15_000, [])
        nothing = (await api.post(at, json={})).json()
        assert nothing["cost"] is None and "places" in nothing["cost_needs"]
        for body in ("[]", '"x"', "7", "null", ""):
            sent = await api.post(at, content=body, headers={"content-type": "application/json"})
            assert sent.status_code == 422
        strange: dict[str, Any] = {
            "title": {"a": ["\u202e"]},
            "places": 1e308,
            "apply_by": [],
            "access": 5,
            "steps": "\x00",
        }
        assert (await api.post(at, json=strange)).status_code == 200
    outsider = member(organisation("RX3"), "coordinator")
    await matching.hears_and_settles(*registered(organisation("RX3")), outsider.opened)
    async with matching.api(outsider) as api:
        assert (await api.post(at, json={})).status_code == 404
