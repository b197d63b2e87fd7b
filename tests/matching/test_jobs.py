"""A job with a salary: posted on its own pages, read by everybody, applied for elsewhere; and what it never has."""

import re
from datetime import timedelta
from typing import Any

import httpx
from prometheus_client import REGISTRY

from schemas.recruitment import Profile, ProfileGiven
from services.chassis.postgres.transaction import new_id
from services.matching.domain.fit import Subscription
from tests.matching import world
from tests.matching.posting import Typed, date_typed
from tests.matching.world import NOW, a_trust, draft, everything, in_the_pool
from tests.support import Connected, Person, hidden, led_to, save_page

NEW = "/opportunities/for/RX2/jobs/new"
API = "/organisations/RX2/jobs"
LINK = "https://www.jobs.example/patient-director?ref=1"
SALARY = "£62,215 to £72,293 a year, 3 days a week"
PAGES: dict[str, Typed] = {
    "job": {
        "title": "Patient director",
        "summary": "Sit on the board.",
        "role_type": "patient_director",
        "strand": "governance",
        "rung": "senior",
        "what_will_change": "Plans go through you.",
    },
    "terms": {
        "salary": SALARY,
        "time_commitment": "3 days a week",
        "mode": "hybrid",
        "place": "Example House",
        "district": "BN2",
        "expertise_level": "experienced",
    },
    "apply": {"link": LINK, "desk_id": "", "contact_id": "", **date_typed("apply_by", 20)},
}


def job(**changes: object) -> dict[str, Any]:
    """As the API is sent it."""
    typed = {name: value for page in PAGES.values() for name, value in page.items() if not name.startswith("apply_by_")}
    return typed | {"desk_id": None, "contact_id": None, "apply_by": (NOW + timedelta(days=20)).isoformat()} | changes


def posted() -> float | None:
    return REGISTRY.get_sample_value("pln_opportunities_posted_total", {"pays": "job"})


async def fill_in(one: httpx.AsyncClient) -> str:
    """The address of the list of a draft whose pages are all saved."""
    assert 'value="patient_director" selected' in (await one.get(f"{NEW}/job")).text
    at = NEW
    for page, typed in PAGES.items():
        saved = await save_page(one, f"{at}/{page}", typed)
        assert saved.status_code == 303, saved.text
        at = saved.headers["location"].rpartition("/")[0]
    return at


async def _can_apply_where_it_does_not_fit(matching: Connected, person: Person, page: str) -> None:
    await world.subscribe(matching, person, Subscription(strands=("research",)))
    await matching.settle()
    async with matching.browser(person) as me:
        shown = (await me.get(page)).text
    assert "You can apply all the same" in shown and "show interest" not in shown


async def test_a_job_is_posted_in_three_pages_and_everybody_reads_where_to_apply(matching: Connected) -> None:
    _, staff = await a_trust(matching)
    sam = await in_the_pool(matching)
    await world.subscribe(matching, sam, Subscription(paid_only=True))
    before = posted() or 0
    async with matching.browser(staff) as one, matching.browser() as anyone, matching.browser(sam) as me:
        at = await fill_in(one)
        assert "Patient director" in (await one.get("/opportunities/for/RX2")).text, "its draft is on the list"
        sent = await save_page(one, f"{at}/check", {})
        mine = sent.headers["location"].partition("?")[0]
        own = (await one.get(sent.headers["location"])).text
        assert "It is on the common feed now." in own and SALARY in own
        for nothing in ("Sessions", "who showed interest", "Places", "Who can write to you", "what changed by"):
            assert nothing not in own, nothing
        assert (await one.get(f"{mine}/sessions/new")).status_code == 409
        for refused in ("change/days", "change/places", "change/role", "open-again"):
            assert (await one.get(f"{mine}/{refused}")).status_code == 409, refused
        assert "can write to us" not in (await one.get(f"{mine}/change/answers")).text

        public = f"/opportunities/{mine.rpartition('/')[2]}"
        page = (await anyone.get(public)).text.partition("<main")[2]
        link = f'<a class="nhsuk-link" href="{LINK}" rel="noopener noreferrer nofollow external"'
        for words in ("A job with a salary", SALARY, "Apply on the organisation", "(www.jobs.example)", link):
            assert words in page, words
        for nothing in ("Show interest", "expenses", "Places", "claim", "what changed by", "This closed"):
            assert nothing not in page, nothing
        feed = (await anyone.get("/opportunities?job=yes&paid=yes")).text
        assert "A job with a salary." in feed and SALARY in feed and "Apply by" in feed
        for empty in ("/opportunities?job=no", "/opportunities?paid=no"):
            assert public not in (await anyone.get(empty)).text
        said = (await anyone.get("/feeds/opportunities.json")).json()["items"][0]["_opportunity"]
        assert said["job"] == {"salary": SALARY, "apply_at": LINK}
        assert said["what_is_paid"] == f"A salary: {SALARY}"
        assert ",Yes," in (await anyone.get("/opportunities?format=csv")).text

        await matching.settle()
        why = (await me.get(f"/matches/roles/{public.rpartition('/')[2]}")).text
        assert "this is a job with a salary" in why and link in why
        assert "/engagements/interest" not in why
        await _can_apply_where_it_does_not_fit(matching, sam, f"/matches/roles/{public.rpartition('/')[2]}")

        off = await one.get(f"{mine}/withdraw")
        assert "no session" not in off.text
        gone = await one.post(f"{mine}/withdraw", data={**hidden(off.text), "why": "postponed"})
        assert "It is off the feed." in (await one.get(gone.headers["location"])).text
        assert LINK not in (await anyone.get(public)).text
    assert [name for name, _ in await matching.said()] == [
        *("OpportunityPosted", "MatchMade", "MatchEnded", "OpportunityWithdrawn")
    ]
    assert posted() == before + 1


async def test_before_a_job_is_posted_it_is_shown_as_people_read_it_with_advice_and_whom_it_fits(
    matching: Connected,
) -> None:
    _, staff = await a_trust(matching)
    async with matching.browser(staff) as one, matching.api(staff) as api:
        at = await fill_in(one)
        typed = {**PAGES["job"], "summary": "Sit on the MDT.", "what_will_change": "PLANS GO THROUGH YOU NOW"}
        assert (await save_page(one, f"{at}/job", typed)).status_code == 303
        page = (await one.get(f"{at}/job")).text
        assert "Say \u201cteam meeting\u201d" in page, "beside the page, too"
        check = (await one.get(f"{at}/check")).text
        for words in (
            "As people will read it",
            "Apply on the organisation",
            "Say \u201cteam meeting\u201d",
            "small letters",
        ):
            assert words in check, words
        for nothing in ("What it costs", "You ticked nothing that is there", "There is one place", "website only"):
            assert nothing not in check, "a job does not ask that"
        jargon = re.search(r'name="advice" value="(jargon[^"]+)"', check)
        assert jargon
        form = {"form_key": hidden(check)["form_key"], "advice": jargon[1]}
        taken = await one.post(at.replace("/drafts/", "/advice/"), data=form)
        assert led_to(taken) == f"{at}/check"
        assert "Sit on the team meeting." in (await one.get(f"{at}/check")).text
        asked = await one.post(at.replace("/drafts/", "/fits/"), data=hidden((await one.get(f"{at}/check")).text))
        assert led_to(asked) == f"{at}/check#fits"
        await matching.settle()
        assert "Fewer than 10 people fit now." in (await one.get(f"{at}/check")).text
        mine = led_to(await save_page(one, f"{at}/check", {})).partition("?")[0]
        await matching.settle()
        own = (await one.get(mine)).text
        assert "Fewer than 10 people fit now." in own, "the same question of the job"
        assert "Fewer than 10 people were told of it, in 1 round." in own and "0 people answered" not in own
        once_more = await one.post(at.replace("/drafts/", "/fits/"), data=hidden((await one.get(NEW + "/job")).text))
        assert led_to(once_more) == mine, "it is posted"

        said = await api.post(
            f"{API}/advice", json={**job(), "summary": "The MDT.", "purpose": "The MDT.", "places": 1}
        )
        assert {(one["kind"], one["field"]) for one in said.json()["advice"]} == {("jargon", "summary")}
        fits = await api.post(f"{API}/fits", json=job(mode="remote", place="", district=""))
        await matching.settle()
        answer = (await api.get(f"/organisations/RX2/opportunities/fits/{fits.json()['id']}")).json()
        assert (answer["about"], answer["costs"]) == (0, None)
        for wrong in ({"salary": "a lot"}, {"link": "http://x"}, {"apply_by": None}, {"pay": "expenses_only"}):
            assert (await api.post(f"{API}/fits", json=job(**wrong))).status_code == 422, wrong


async def test_a_job_closes_by_itself_and_is_hidden_from_nobody_by_what_they_need(matching: Connected) -> None:
    _, staff = await a_trust(matching)
    sam = await in_the_pool(matching)
    await matching.hears_and_settles(ProfileGiven(Profile(id=sam.id, version=1, access_needs=("bsl",))))
    async with matching.api(staff) as api, matching.browser() as anyone:
        id = (await api.post(API, json=job(rung="governance", mode="remote", place="", district=""))).json()["id"]
        await matching.settle()
        assert await world.matches(matching) == ["MatchMade"]
        found = (await api.get(f"/opportunities/{id}")).json()
        assert (found["job"], found["pay"], found["sessions"]) == ({"salary": SALARY, "link": LINK}, None, [])
        assert found["choices"]["apply"] is True and "job with a salary" in found["choices"]["show_interest"]
        assert found["feedback_by"] == found["apply_by"] and found["talks_from_interest"] is False
        own = f"/organisations/RX2/opportunities/{id}"
        later = {"feedback_by": (NOW + timedelta(days=60)).isoformat()}
        session = {"starts_at": (NOW + timedelta(days=30)).isoformat(), "hours": 2}
        for refused in (
            await api.put(f"{own}/feedback-day", json=later),
            await api.post(f"{own}/sessions", json=session),
        ):
            assert (refused.status_code, refused.json()["title"]) == (409, "is a job")
        words = {"title": "Patient director (board)", "summary": "New", "what_will_change": "More"}
        assert (await api.put(f"{own}/words", json=words)).status_code == 200
        await world.let_its_closing_pass(matching, id)
        await matching.settle()
        page = (await anyone.get(f"/opportunities/{id}")).text
        assert "You can no longer apply." in page and LINK not in page
        assert "Patient director (board)" in page
        closed = (await api.get(f"/opportunities/{id}")).json()["choices"]
        assert "closed" in closed["apply"]
    assert await world.matches(matching) == ["MatchMade", "MatchEnded"]


async def test_what_a_job_says_is_changed_on_one_page_and_everybody_reads_what_it_said_before(
    matching: Connected,
) -> None:
    _, staff = await a_trust(matching)
    async with matching.api(staff) as api, matching.browser(staff) as one, matching.browser() as anyone:
        id = (await api.post(API, json=job())).json()["id"]
        own, address = f"/opportunities/for/RX2/{id}", f"/organisations/RX2/opportunities/{id}"
        page = f"{own}/change/job"
        opened = (await one.get(page)).text
        assert SALARY in opened and f'value="{LINK}"' in opened and "interest" not in opened.partition("<main")[2]
        typed = {**PAGES["job"], **PAGES["terms"], "link": LINK, **date_typed("apply_by", 30)}
        wrong = await one.post(page, data={**hidden(opened), **typed, "link": "http://x", "apply_by_day": "99"})
        assert wrong.status_code == 422 and 'id="link-error"' in wrong.text and "last day to apply" in wrong.text
        sent = await one.post(page, data={**hidden(opened), **typed, "salary": "£70,000 a year", "why": "Agreed anew."})
        assert "Everybody sees it now." in (await one.get(sent.headers["location"])).text
        public = (await anyone.get(f"/opportunities/{id}")).text
        for words in (
            "£70,000 a year",
            SALARY,
            "Agreed anew.",
            "Salary, or where people apply",
            "The last day to apply",
        ):
            assert words in public, words
        found = (await api.get(f"/opportunities/{id}")).json()
        assert found["feedback_by"] == found["apply_by"] and found["changed"]["parts"] == ["pay", "closing_day"]

        again = _again() | {"why": "As before"}
        changed = await api.put(f"/organisations/RX2/jobs/{id}", json=again)
        assert changed.status_code == 200, changed.text
        assert (await api.get(f"/opportunities/{id}")).json()["job"] == {"salary": SALARY, "link": LINK}
        for path, sent in (
            ("when", {"mode": "remote", "time_commitment": "2 days a week"}),
            ("people", {"expertise_level": "none", "support": "Sal"}),
        ):
            refused = await api.put(f"{address}/{path}", json=sent)
            assert (refused.status_code, refused.json().get("title")) == (409, "is a job"), refused.text
        a_role = draft().model_dump(mode="json") | {"work": None, "session_hours": 1}
        role = (await api.post("/organisations/RX2/opportunities", json=a_role)).json()["id"]
        assert (await api.put(f"/organisations/RX2/jobs/{role}", json=again)).status_code == 409
        assert (await one.get(f"/opportunities/for/RX2/{role}/change/job")).status_code == 409


async def test_a_job_is_closed_before_its_last_day_which_is_then_today_and_says_so_with_why(
    matching: Connected,
) -> None:
    _, staff = await a_trust(matching)
    await in_the_pool(matching)
    before = _closed_early()
    async with matching.api(staff) as api, matching.browser(staff) as one, matching.browser() as anyone:
        by_page, by_program = [(await api.post(API, json=job())).json()["id"] for _ in range(2)]
        await matching.settle()
        own = f"/opportunities/for/RX2/{by_page}"
        assert f'href="{own}/close"' in (await one.get(own)).text
        asked = (await one.get(f"{own}/close")).text
        assert "you would post the job again" in asked and "interest" not in asked.partition("<main")[2]
        wrong = await one.post(f"{own}/close", data={**hidden(asked), "why": "Ring \u202eS.A.L."})
        assert wrong.status_code == 422 and 'href="#why"' in wrong.text
        form = {**hidden(asked), "why": "We found <b>her</b>."}
        sent = await one.post(f"{own}/close", data=form)
        said = (await one.get(sent.headers["location"])).text
        assert "It is closed, and off the feed." in said and "interest" not in said.partition("<main")[2]
        assert (await one.post(f"{own}/close", data=form)).status_code == 303, "pressed twice"
        assert f"{own}/close" not in said and "open-again" not in said and "Closed on" in said
        close = f"/organisations/RX2/opportunities/{by_program}/close"
        assert (await api.post(close, json={"why": "a\x00b"})).status_code == 422
        assert (await api.post(close, json={})).status_code == 200
        again = await api.post(close, json={})
        assert (again.status_code, again.json()["type"].rpartition("#")[2]) == (409, "already-closed")
        for id in (by_page, by_program):
            now = (await api.get(f"/opportunities/{id}")).json()
            assert now["apply_by"] == now["feedback_by"] == now["closed_at"] == now["changed"]["at"]
            assert now["changed"]["parts"] == ["closed_early", "closing_day"]
            public = (await anyone.get(f"/opportunities/{id}")).text
            assert "You can no longer apply." in public and LINK not in public
            assert now["title"] not in (await anyone.get("/opportunities")).text
        public = (await anyone.get(f"/opportunities/{by_page}")).text
        assert "It closed early" in public and "We found &lt;b&gt;her&lt;/b&gt;." in public
        [said] = (await api.get(f"/opportunities/{by_page}/changes")).json()["changes"]
        assert [one["what"] for one in said["differences"]] == ["Apply by"]
        assert (await api.put(f"/organisations/RX2/jobs/{by_page}", json=_again())).status_code == 422, "its day stays"
    await matching.settle()
    assert [name for name, _ in await matching.said()] == [
        *["OpportunityPosted"] * 2, *["MatchMade"] * 2, *["OpportunityClosed"] * 2, *["MatchEnded"] * 2,
    ]  # fmt: skip
    assert await world.timers(matching) == {} and _closed_early() == before + 2


def _again() -> dict[str, Any]:
    return {name: value for name, value in job().items() if name not in ("desk_id", "contact_id")}


def _closed_early() -> float:
    labels = {"how": "closed_early", "kind": "senior", "pay": "job"}
    return REGISTRY.get_sample_value("pln_roles_changed_total", labels) or 0


async def test_what_is_no_job_is_refused_in_words_and_changes_nothing(matching: Connected) -> None:
    _, staff = await a_trust(matching)
    before = await everything(matching)
    links = (
        "javascript:alert(1)",
        "data:text/html,x",
        "http://www.jobs.example/1",
        "//www.jobs.example/1",
        "https://127.0.0.1/apply",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://[::1]/",
        "https://localhost/apply",
        "https://jobs.localhost/",
        "https://jobs",
        "https://jobs.example:0/",
        "https://www.jobs.example/a b",
        'https://www.jobs.example/"onclick=x',
        "https://www.jоbs.example/",  # Cyrillic o
        "https://www.jobs.example\\@evil.example/",
        "https://www.jobs.example/" + "x" * 500,
    )
    wrong: list[tuple[dict[str, object], str]] = [
        *(({"link": link}, "link") for link in links),
        ({"link": "https://sam:secret@www.jobs.example/"}, "link"),
        ({"salary": "Competitive"}, "salary"),
        ({"salary": "£30,000\u202e a year"}, "salary"),
        ({"salary": " "}, "salary"),
        ({"mode": "in_person", "place": ""}, "place"),
        ({"apply_by": NOW.isoformat()}, "apply_by"),
        ({"pay": "expenses_only"}, "pay"),
        ({"desk_id": str(new_id())}, "desk_id"),
        ({"contact_id": str(new_id())}, "contact_id"),
        ({"role_type": "king"}, "role_type"),
    ]
    async with matching.api(staff) as api, matching.browser(staff) as one, matching.browser() as anyone:
        for changed, field in wrong:
            answer = await api.post(API, json=job(**changed))
            assert (answer.status_code, list(answer.json().get("errors", {field: ""}))) == (422, [field]), changed
        assert await everything(matching) == before
        page = await save_page(one, f"{NEW}/apply", PAGES["apply"] | {"link": "javascript:alert(1)"})
        assert page.status_code == 422 and "it begins with https://" in page.text and 'id="link-error"' in page.text
        page = await save_page(one, f"{NEW}/apply", PAGES["apply"] | {"apply_by_day": "31", "apply_by_month": "2"})
        assert "last day to apply" in page.text
        shown = await api.post(API, json=job(salary="<b>£1</b> a year", link="HTTPS://xn--80ak6aa92e.example/1"))
        public = (await anyone.get(f"/opportunities/{shown.json()['id']}")).text
        assert "&lt;b&gt;£1&lt;/b&gt;" in public and "(xn--80ak6aa92e.example)" in public
