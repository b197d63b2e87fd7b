"""Ask us: an organisation with no time gives four answers, others draft the role, and one yes posts it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
from prometheus_client import REGISTRY

from schemas.answers import ACCESS_NEEDS
from schemas.event import Erased
from schemas.identity import AccountErased, Host, Organisation, OrganisationChanged
from services.chassis.base.access import london_day
from services.chassis.base.working_days import end_of_working_day
from services.matching.domain.counting import MOST_A_DAY
from services.matching.jobs import say_what_waits_for_staff
from tests.matching.posting import PAGES, date_typed, typed
from tests.matching.test_counting import ROLE
from tests.matching.world import NOW, everything
from tests.support import Connected, Person, hidden, led_to, member, organisation, registered, save_page
from tests.waiting import to_do

ASK = "/opportunities/for/Y9X/ask"
FOUR = {
    "what": "Somebody who tells us what our front desk is like.",
    "when_words": "Two afternoons in spring",
    "who_might_know": "Bo at the desk, 01632 960 123",
    "money": "expenses_only",
}


@dataclass
class Surgery:
    """A small organisation, its host, the network, and who works there."""

    surgery: Organisation
    host: Organisation
    network: Organisation
    nell: Person
    mo: Person
    hana: Person
    hugo: Person
    nina: Person

    def hosted(self, version: int, *, until_yesterday: bool = False, **more: object) -> OrganisationChanged:
        today = london_day(datetime.now(UTC))
        days = {"valid_from": today - timedelta(days=30), "valid_to": today - timedelta(days=1)}
        days = days if until_yesterday else {"valid_from": today - timedelta(days=30)}
        host = Host(organisation_id=self.host.id, ods_code="RYR", **days)
        return OrganisationChanged(self.surgery.with_changes(version=version, hosts=(host,), **more))


async def a_surgery(matching: Connected) -> Surgery:
    surgery = organisation("Y9X", "Example Surgery", "practice")
    host, network = organisation("RYR", "Big Trust"), organisation("QZZ", "The network", "network")
    nell = member(surgery, "trainer", called="Nell")
    mo = member(surgery, "coordinator", called="Mo")
    hana, hugo = member(host, "coordinator", called="Hana"), member(host, "coordinator", called="Hugo")
    nina = member(network, "coordinator", called="Nina")
    one = Surgery(surgery, host, network, nell, mo, hana, hugo, nina)
    everybody = (one.opened for one in (nell, mo, hana, hugo, nina))
    await matching.hears_and_settles(*registered(surgery, host, network), *everybody)
    return one


async def asks(matching: Connected, who: Person, **more: str) -> str:
    """The page of what they asked for."""
    async with matching.browser(who) as browser:
        return led_to(await save_page(browser, ASK, FOUR | more))


async def press(browser: httpx.AsyncClient, page: str, action: str, **typed: str) -> httpx.Response:
    return await browser.post(action, data={**hidden((await browser.get(page)).text), **typed})


async def advises(browser: httpx.AsyncClient, at: str, advice: str) -> httpx.Response:
    """Take an advice over, on the page where the draft is checked."""
    form_key = hidden((await browser.get(f"{at}/draft/check")).text)["form_key"]
    return await browser.post(f"{at}/advice", data={"form_key": form_key, "advice": advice})


async def drafts(browser: httpx.AsyncClient, at: str, **more: str) -> httpx.Response:
    """Begin its draft, fill in all pages, and send it for a yes."""
    assert led_to(await press(browser, at, f"{at}/draft-it")) == f"{at}/draft"
    for page in PAGES:
        saved = await save_page(browser, f"{at}/draft/{page}", typed(page, **more))
        assert saved.status_code == 303, saved.text
    checked = (await browser.get(f"{at}/draft/check")).text
    assert "What would make it better" in checked
    return await save_page(browser, f"{at}/draft/check", {})


async def waits(matching: Connected) -> list[tuple[str, str]]:
    found = await to_do(matching, say_what_waits_for_staff, all_not_for=False)
    return [(one.what, one.role or "person") for one in found]


async def test_four_answers_become_a_role_by_one_yes(matching: Connected) -> None:
    one = await a_surgery(matching)
    at = await asks(matching, one.nell)
    id = at.rpartition("/")[2]
    promised = end_of_working_day(NOW, 3)
    async with matching.browser(one.nell) as nell, matching.browser(one.nina) as nina, matching.browser(one.mo) as mo:
        page = (await nell.get(at)).text
        assert "A coordinator of The network drafts the role by" in page
        assert f"{promised:%-d %B %Y}" in page
        [found] = await to_do(matching, say_what_waits_for_staff, all_not_for=False)
        assert (found.what, found.organisation_id, found.until, found.link) == (
            "draft_what_was_asked", one.network.id, promised, at
        )  # fmt: skip
        assert FOUR["what"] in (await nina.get("/opportunities/for/QZZ/to-draft")).text
        assert "01632 960 123" in (await nina.get(at)).text, "whoever drafts it reads who might know"
        asked_twice = await press(nina, at, f"{at}/draft-it")
        assert led_to(asked_twice) == f"{at}/draft"
        assert FOUR["what"] in (await nina.get(f"{at}/draft/role")).text, "the summary is filled in"
        assert 'value="expenses_only" checked' in (await nina.get(f"{at}/draft/places")).text
        assert "Send it for approval" not in (await nina.get(f"{at}/draft/check")).text
        for inside in ("", "/new", "/drafts/" + id, f"/{id}"):
            assert (await nina.get(f"/opportunities/for/Y9X{inside}")).status_code == 404, "nothing else of it"
        assert led_to(await drafts(nina, at)) == at
        assert led_to(await save_page(nina, f"{at}/draft/check", {})) == at, "pressed again"
        assert await waits(matching) == [("approve_draft", "person"), ("approve_draft", "coordinator")]
        refused = await press(nina, f"{at}/draft/check", f"{at}/approve")
        assert refused.status_code == 404, "whoever drafted it from the network does not approve it"
        page = (await nell.get(f"{at}/approve")).text
        assert "A seat in the pain pathway team" in page
        assert "This is what everybody will see" in page
        assert "Change something yourself" not in page, "Nell is no coordinator"
        stale = hidden(page)
        await save_page(mo, f"{at}/draft/role", typed("role", title="Ears at the desk"))
        assert (await nell.post(f"{at}/approve", data=stale)).status_code == 409
        sent = hidden((await nell.get(f"{at}/approve")).text)
        posted = await nell.post(f"{at}/approve", data=sent)
        assert led_to(posted) == at
        assert led_to(await nell.post(f"{at}/approve", data=sent)) == at, "pressed twice"
        assert led_to(await press(mo, ASK, f"{at}/approve")) == at, "from another tab"
        page = (await mo.get(at)).text
        assert "Posted on the common feed" in page
        assert "01632 960 123" not in page, "it is not kept beyond the end"
        assert (await mo.get("/opportunities")).text.count("Ears at the desk") == 1
        assert (await nina.get(f"{at}/draft")).headers["location"] == at
    assert await waits(matching) == []
    async with matching.transaction() as tx:
        outbox = " ".join(row["value"] for row in await tx.fetch("select value from outbox"))
    assert "Ears at the desk" in outbox
    assert "01632 960 123" not in outbox


async def test_whoever_drafts_it_counts_whom_it_fits_for_the_organisation_and_takes_advice_over(
    matching: Connected,
) -> None:
    one = await a_surgery(matching)
    at = await asks(matching, one.nell)
    id = at.rpartition("/")[2]
    check, api = f"{at}/draft/check", f"/organisations/Y9X/asked/{id}/draft"
    async with matching.browser(one.nina) as nina, matching.browser(one.mo) as mo, matching.browser(one.nell) as nell:
        await drafts(nina, at, places="1")
        page = (await nina.get(check)).text
        assert "Make it 2 places" in page and "Count how many people it fits" in page
        assert led_to(await advises(nina, at, "one_seat.places")) == check
        assert 'value="2"' in (await nina.get(f"{at}/draft/places")).text
        assert led_to(await press(nina, check, f"{at}/fits")) == f"{check}#fits"
        assert "We are counting." in (await nina.get(check)).text
        await matching.settle()
        assert "Fewer than 10 people fit now." in (await nina.get(check)).text
        assert "Fewer than 10 people fit now." in (await mo.get(check)).text, "it is the organisation's question"
        for action in ("fits", "advice"):
            assert (await nell.post(f"{at}/{action}", data=hidden((await nell.get(at)).text))).status_code == 403
            assert (await nina.post(f"{at.replace('Y9X', 'RYR')}/{action}", data={})).status_code == 404
        assert (await advises(nina, at, "x" * 300)).status_code == 422
    async with matching.api(one.nina) as nina, matching.api(one.nell) as nell, matching.api(one.hana) as hana:
        asked = await nina.post(f"{api}/fits", json=ROLE)
        assert asked.status_code == 200, asked.text
        await matching.settle()
        assert (await nina.get(f"{api}/fits/{asked.json()['id']}")).json()["words"] == "Fewer than 10 people fit now."
        advice = (await nina.post(f"{api}/advice", json=ROLE | {"places": 1})).json()
        assert "one_seat" in {said["kind"] for said in advice["advice"]}
        assert (await nell.post(f"{api}/fits", json=ROLE)).status_code == 403
        assert (await hana.post(f"{api}/fits", json=ROLE)).status_code == 404, "no host of it"
        assert (await nina.post("/organisations/Y9X/opportunities/fits", json=ROLE)).status_code == 404
        for n in range(MOST_A_DAY - 2):
            other = await nina.post(f"{api}/fits", json=ROLE | {"access": sorted(ACCESS_NEEDS)[: n + 1]})
            assert other.status_code == 200, other.text
        often = await nina.post(f"{api}/fits", json=ROLE | {"lived_experience": ["pain"]})
        assert (often.status_code, often.json()["title"]) == (429, "counted often"), (
            "whoever asks, of the one it is for"
        )
        async with matching.api(one.mo) as mo:
            at_home = await mo.post("/organisations/Y9X/opportunities/fits", json=ROLE | {"lived_experience": ["pain"]})
            assert at_home.status_code == 429
            await mo.post(f"/organisations/Y9X/asked/{id}/take-back")
        assert (await nina.post(f"{api}/fits", json=ROLE)).status_code == 409, "it is over"


async def test_each_side_reads_what_comes_next_for_them(matching: Connected) -> None:
    one = await a_surgery(matching)
    at = await asks(matching, one.nell)
    async with matching.browser(one.nell) as nell, matching.browser(one.nina) as nina:
        assert "one yes from you posts it" in (await nell.get(at)).text
        assert "one yes from Example Surgery posts it" in (await nina.get(at)).text, "it is not hers to say yes to"
        assert f'class="nhsuk-back-link" href="{ASK}"' in (await nell.get("/opportunities/for/Y9X/asked")).text
        await drafts(nina, at)
        assert "Read the draft. One yes posts it" in (await nell.get(at)).text
        assert "Example Surgery reads the draft" in (await nina.get(at)).text


async def test_a_host_drafts_and_approves_and_nobody_says_yes_to_their_own(matching: Connected) -> None:
    one = await a_surgery(matching)
    await matching.hears_and_settles(one.hosted(2))
    at = await asks(matching, one.nell)
    async with (
        matching.browser(one.hana) as hana,
        matching.browser(one.hugo) as hugo,
        matching.browser(one.nina) as nina,
        matching.browser(one.nell) as nell,
    ):
        assert (await nina.get(at)).status_code == 404, "its host drafts it, not the network"
        assert FOUR["what"] in (await hana.get("/opportunities/for/RYR/to-draft")).text
        await drafts(hana, at)
        for page in (at, f"{at}/approve"):
            answer = await hana.get(page)
            assert "You drafted this, so somebody else says yes to it" in answer.text
        assert (await press(hana, at, f"{at}/approve")).status_code == 403
        assert (await press(hugo, f"{at}/send-back", f"{at}/send-back", words="Say which desk.")).status_code == 303
        assert "Say which desk." in (await hana.get(at)).text
        assert await waits(matching) == [("draft_what_was_asked", "coordinator")]
        sent = {**typed("days"), **date_typed("apply_by", 1)}
        await save_page(hana, f"{at}/draft/days", sent)
        assert led_to(await save_page(hana, f"{at}/draft/check", {})) == at
        async with matching.transaction() as tx:
            past = "jsonb_set(answers, '{days,typed,apply_by_year}', '\"2020\"')"
            await tx.execute(f"update draft set answers = {past} where kind = 'asked_opportunity'")
        page = (await hugo.get(f"{at}/approve")).text
        assert "a day may have passed" in page
        assert f"{at}/draft/days?check=yes#apply_by" in page, "a link to mend it"
        assert (await press(hugo, f"{at}/send-back", f"{at}/approve", seen="1")).status_code == 422
        await save_page(hugo, f"{at}/draft/days", typed("days"))
        assert led_to(await press(hugo, f"{at}/approve", f"{at}/approve")) == at
        assert "See the role, as it is posted" in (await nell.get(at)).text
    alone = organisation("Y9Z", "One Person", "charity")
    only = member(alone, "coordinator", called="Ona")
    await matching.hears_and_settles(*registered(alone), only.opened)
    async with matching.browser(only) as ona:
        here = led_to(await save_page(ona, "/opportunities/for/Y9Z/ask", FOUR))
        page = (await ona.get(here)).text
        assert "Take it back" in page and "cannot be drafted" not in page, "she would say it to herself"
        await drafts(ona, here)
        assert "Nobody else coordinates here" in (await ona.get(f"{here}/approve")).text
        assert ("approve_draft", "coordinator") in await waits(matching)
        assert led_to(await press(ona, f"{here}/approve", f"{here}/approve")) == here


async def test_it_ends_in_words_or_follows_who_is_there(matching: Connected) -> None:
    """Declined and read; taken back, with the draft kept; the host ends; whoever asked leaves; it closes."""
    one = await a_surgery(matching)
    await matching.hears_and_settles(one.hosted(2))
    at, other, third = [await asks(matching, one.nell, what=f"Number {number}") for number in (1, 2, 3)]
    async with matching.browser(one.hana) as hana, matching.browser(one.nina) as nina, matching.browser(one.mo) as mo:
        said = {"why": "too_little_known", "words": "What would you ask people?"}
        assert led_to(await press(hana, f"{at}/decline", f"{at}/decline", **said)) == at
        assert (await hana.get(f"{at}/decline")).status_code == 409
        assert "Whoever asked can ask again" in (await hana.get(at)).text
        page = (await mo.get(at)).text
        assert "Too little is known to draft a role" in page
        assert "What would you ask people?" in page
        assert ("read_why_not_drafted", "person") in await waits(matching)
        assert led_to(await press(mo, at, f"{at}/read")) == at
        await press(hana, other, f"{other}/draft-it")
        await matching.hears_and_settles(one.hosted(3, until_yesterday=True))
        assert await waits(matching) == [("draft_what_was_asked", "coordinator")] * 2
        assert (await hana.get(other)).status_code == 404, "its host ended"
        assert FOUR["money"] not in (await nina.get(other)).text
        assert "Number 2" in (await nina.get(f"{other}/draft/role")).text, "what the host began goes on"
        assert led_to(await press(mo, other, f"{other}/take-back")) == other
        assert "Number 2" in (await mo.get(f"/opportunities/for/Y9X/drafts/{other.rpartition('/')[2]}/role")).text
        assert (await nina.get(f"{other}/draft")).status_code == 404
        assert (await nina.get(other)).status_code == 200
        await matching.hears_and_settles(AccountErased(Erased(id=one.nell.id, version=9)))
        assert "Number 3" in (await nina.get(third)).text
        closed = one.surgery.with_changes(version=4, valid_to=london_day(NOW) - timedelta(days=1))
        await matching.hears_and_settles(OrganisationChanged(closed))
        assert await waits(matching) == []
        assert "the organisation has closed" in (await mo.get(third)).text
        assert (await save_page(mo, ASK, FOUR)).status_code == 409


async def test_what_is_hostile_is_refused_in_words_and_nobody_else_comes_in(matching: Connected) -> None:
    one = await a_surgery(matching)
    at = await asks(matching, one.nell)
    id = at.rpartition("/")[2]
    stranger, plain = member(organisation("R9R", "Elsewhere"), "coordinator", "admin"), Person("Pat")
    screens = member(one.network, "screener", called="Sue")
    await matching.hears_and_settles(stranger.opened, plain.opened, screens.opened)
    before = await everything(matching)
    for who in (stranger, plain, one.hana, screens):
        async with matching.browser(who) as browser, matching.api(who) as api:
            for page in (ASK, at, f"{at}/draft", f"{at}/draft/role", f"{at}/approve", "/opportunities/for/Y9X/asked"):
                assert (await browser.get(page)).status_code == 404, (who.called, page)
            for act in ("take-back", "approve", "read"):
                assert (await api.post(f"/organisations/Y9X/asked/{id}/{act}")).status_code == 404
    async with matching.browser(one.nell) as nell, matching.api(one.nell) as api, matching.api(one.nina) as drafter:
        assert (await nell.get("/opportunities/for/Y9X/to-draft")).status_code == 403
        assert (await press(nell, at, f"{at}/draft-it")).status_code == 403
        assert (await nell.get(f"{at}/approve")).headers["location"] == at
        for name, wrong in (
            ("what", "x" * 50_000), ("what", "\u202ereversed"), ("what", "   "),
            ("when_words", "two\nlines"), ("when_words", ""), ("who_might_know", "\u200b"), ("money", "a lot"),
        ):  # fmt: skip
            answer = await save_page(nell, ASK, FOUR | {name: wrong})
            assert answer.status_code == 422, (name, wrong[:10])
            assert f'href="#{name}"' in answer.text
            assert (await api.post("/organisations/Y9X/asked", json=FOUR | {name: wrong})).status_code == 422
        assert (await save_page(nell, ASK, FOUR | {"what": "a\x00b"})).status_code == 400
        assert (await api.post("/organisations/Y9X/asked", json=FOUR | {"what": "a\x00b"})).status_code == 422
        shown = (await save_page(nell, ASK, FOUR | {"what": "<script>alert(1)</script>", "when_words": ""})).text
        assert "&lt;script&gt;" in shown
        assert await everything(matching) == before
        listed = (await api.get("/organisations/Y9X/asked")).json()["asked"]
        assert [one["id"] for one in listed] == [id]
        assert (await drafter.get("/organisations/QZZ/to-draft")).json()["asked"][0]["id"] == id
        assert (await drafter.get(f"/organisations/Y9X/asked/{id}/draft")).status_code == 404
        said = {"words": "Mornings are better."}
        assert (await drafter.post(f"/organisations/Y9X/asked/{id}/lines", json=said)).status_code == 200
        of_it = (await api.get(f"/organisations/Y9X/asked/{id}")).json()
        assert [line["side"] for line in of_it["lines"]] == ["drafting"]
        assert of_it["choices"]["draft"] != True  # noqa: E712


async def test_the_api_says_yes_once_and_nobody_asks_without_end(matching: Connected) -> None:
    one = await a_surgery(matching)
    at = await asks(matching, one.nell)
    id = at.rpartition("/")[2]
    async with matching.browser(one.nina) as nina:
        await drafts(nina, at)
    async with matching.api(one.nell) as api, matching.api(one.nina) as drafter:
        assert (await api.get(f"/organisations/Y9X/asked/{id}/draft")).json()["title"]
        assert (await drafter.post(f"/organisations/Y9X/asked/{id}/approve")).status_code == 404
        posted = await api.post(f"/organisations/Y9X/asked/{id}/approve")
        assert posted.status_code == 200, posted.text
        assert (await api.get(f"/opportunities/{posted.json()['id']}")).status_code == 200
        again = await api.post(f"/organisations/Y9X/asked/{id}/approve")
        assert again.status_code == 409
    async with matching.api(one.nell) as api:
        for number in range(50):
            made = await api.post("/organisations/Y9X/asked", json=FOUR | {"what": f"Number {number}"})
            assert made.status_code == 201
        assert (await api.post("/organisations/Y9X/asked", json=FOUR)).status_code == 409


async def test_a_yes_by_the_api_is_the_same_yes_and_leaves_no_draft_behind(matching: Connected) -> None:
    one = await a_surgery(matching)
    at = await asks(matching, one.nell)
    here, counted = f"/organisations/Y9X/asked/{at.rpartition('/')[2]}", posted_of_asking()
    async with matching.browser(one.nina) as nina, matching.api(one.mo) as mo:
        assert led_to(await drafts(nina, at)) == at
        assert (await mo.get(f"{here}/draft")).json()["title"] == "A seat in the pain pathway team"
        posted = await mo.post(f"{here}/approve")
        assert posted.status_code == 200, posted.text
        assert (await mo.post(f"{here}/approve")).status_code == 409
        assert (await mo.get(here)).json()["opportunity_id"] == posted.json()["id"]
        assert (await mo.get(f"{here}/draft")).status_code == 404, "it is a role now, and no draft"
        assert led_to(await nina.get(f"{at}/draft/role")) == at
    assert posted_of_asking() == counted + 1


def posted_of_asking() -> float:
    return REGISTRY.get_sample_value("pln_postings_total", {"began": "ask"}) or 0
