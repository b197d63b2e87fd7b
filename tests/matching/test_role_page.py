"""The page of one role: what it says first, what is next, what is like it; and what machines read in it."""

import re
from datetime import UTC, datetime, timedelta
from functools import partial
from html import unescape
from urllib.parse import unquote
from uuid import UUID
from xml.etree import ElementTree

import httpx
import pytest

from schemas.engagements import Engagement, Intake, IntakeChanged, InterestShown, Outcome, OutcomeRecorded
from schemas.helping import for_person
from schemas.identity import Organisation
from schemas.links import GLOSSARY
from schemas.payments import RateCardIssued
from schemas.public_pages import PUBLIC_PAGES
from services.chassis.http import microcache
from services.chassis.postgres.transaction import new_id
from services.matching.domain.said_since import said_since
from services.matching.store import opportunities, sitemap
from tests.asking import asked
from tests.chassis.test_many_pages import MOST_BYTES, MOST_OF_ONE
from tests.matching import world
from tests.matching.test_jobs import LINK, job
from tests.matching.world import NOW, a_trust, in_the_pool, post
from tests.notifications.calendars import read
from tests.schema_org import Blocks, said_by
from tests.support import Connected, Person, member, organisation, registered

INTEREST = 'href="/engagements/interest/{}"'
HOSTILE = '"A seat" & </script><script>alert(1)</script><!-- <b>é</b> \\u2028'


def intake(trust_id: UUID, role: UUID, version: int = 1, **changes: object) -> Intake:
    said = {"organisation_id": trust_id, "ods_code": "RX2", "places": 2, "places_taken": 0, "feedback_by": NOW}
    return Intake.model_validate({"id": role, "version": version, **said, **changes})


def titles(page: str) -> list[str]:
    """Of the cards of what is like it."""
    return re.findall(r'card__link"[^>]*>([^<]+)', page)


async def lists_say_the_same(anyone: httpx.AsyncClient, pay: str) -> None:
    for path in ("/opportunities", "/opportunities/print"):
        assert pay in (await anyone.get(path)).text, path


async def test_the_page_says_first_what_people_ask_first_and_leads_on(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    other = organisation("RYR", "Other Example Trust")
    colleague, card = member(other, "coordinator"), world.rate(trust)
    await matching.hears_and_settles(*registered(other), colleague.opened, RateCardIssued(card))
    said = {"mode": "in_person", "place": "Example House, Brighton BN2 5BE", "lived_experience": ["pain"]}
    role = await post(matching, trust, staff, **said, pay=str(card.id), sessions_planned=3, preparation_hours=1)
    await post(matching, trust, staff, title="Same desk", strand="research")
    await post(matching, other, colleague, title="Same life", strand="research", lived_experience=["pain", "diabetes"])
    await post(matching, other, colleague, title="Same work")
    await post(matching, other, colleague, title="Another work", strand="research")
    await post(matching, other, colleague, title="Same work, later", apply_by=NOW + timedelta(days=20))
    full = await post(matching, other, colleague, title="Same life, full", lived_experience=["pain"])
    await matching.hears_and_settles(IntakeChanged(intake(other.id, full, places_taken=1, places_held=1)))
    address = f"{matching.app.settings.base_url}/opportunities/{role}"
    assert for_person(GLOSSARY) == GLOSSARY, "the glossary is nobody's own: a helper's page leads to it as it is"
    async with matching.browser() as anyone:
        with asked() as found:
            answer = await anyone.get(f"/opportunities/{role}")
        assert len(found) <= MOST_OF_ONE and len(answer.content) < MOST_BYTES
        head, _, main = (page := answer.text).partition("<main")
        first, button, rest = main.partition(INTEREST.format(role))
        for words in ("£225 for 3 sessions", "Next session", "BN2 5BE", "9 hours in all, and 3 hours to prepare"):
            assert words in first, words
        assert "(14 days left)" in first and button
        await lists_say_the_same(anyone, "£225 for 3 sessions")
        order = ["What happens next", "It closes:", "The session.", "tells you what changed", "If you get benefits"]
        order += ["/messages/concerns/outside", INTEREST.format(role), "Would you like to ask something?", "tel:"]
        places = [rest.index(words) for words in order[:-1]]
        assert places == sorted(places), "what to know stands before the second button"
        assert page.count(INTEREST.format(role)) == 2
        where = "https://www.openstreetmap.org/search?query=BN2%205BE"
        assert f'href="{where}" rel="noopener noreferrer nofollow external" referrerpolicy="no-referrer"' in rest
        assert re.findall(r'(?:src|srcset|data|action)="https?:', page) == [], "nothing is asked of another site"
        letter = unquote(unescape(next(iter(re.findall(r'href="mailto:([^"]+)"', rest)))))
        assert address in letter and "A seat in the pain pathway team" in letter
        assert f">{address}<" in rest and "press Ctrl and P" in rest
        assert titles(rest) == ["Same life", "Same work", "Same work, later"], (
            "the nearest three that are open and free"
        )
        for said in (
            f'<link rel="canonical" href="{address}">',
            f'<meta property="og:url" content="{address}">',
            '<meta property="og:title" content="A seat in the pain pathway team">',
            '<meta name="description" content="Sussex Example Trust. £225 for 3 sessions. Help the team',
        ):
            assert said in head, said
        async with matching.api() as api:
            similar = (await api.get(f"/opportunities/{role}")).json()["similar"]
        assert [one["title"] for one in similar] == titles(rest)


async def test_whoever_came_from_a_search_goes_back_to_it_and_nowhere_else(
    matching: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(microcache, "KEEP_SECONDS", 60.0)
    trust, staff = await a_trust(matching)
    id = await post(matching, trust, staff)
    path = f"/opportunities/{id}"
    search = '/opportunities?words=pain&sort=closing&after=x"y'
    plain = '<a class="nhsuk-back-link" href="/opportunities">All opportunities</a>'
    async with matching.browser() as anyone:
        kept = await anyone.get(path)
        assert plain in kept.text and kept.headers["etag"]
        known = await anyone.get(path, headers={"if-none-match": kept.headers["etag"]})
        assert (known.status_code, known.content) == (304, b"")
        back = await anyone.get(path, headers={"referer": f"http://test{search}"})
        to = f"/opportunities?words=pain&amp;sort=closing&amp;after=x&#34;y#role-{id}"
        assert f'href="{to}">Back to your search' in back.text
        assert back.headers["cache-control"] == "no-store" and "etag" not in back.headers
        for elsewhere in (
            f"https://evil.example{search}",
            "http://test/opportunities/for/RX2?words=pain",
            "http://test//evil.example/opportunities?words=pain",
            "http://test@evil.example/opportunities?x",
            "http://test/opportunities",
            "http://test:99999/opportunities?words=pain",
            "http://test/opportunities?" + "x" * 3000,
            "javascript:alert(1)?",
        ):
            assert plain in (await anyone.get(path, headers={"referer": elsewhere})).text, elsewhere
        assert (await anyone.get(path)).text == kept.text, "nobody is shown what somebody else looked for"


async def test_what_is_full_closed_called_off_or_answered_says_so_and_leads_on(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    sam = await in_the_pool(matching)
    full, gone, off = [await post(matching, trust, staff, title=title) for title in ("Full", "Gone", "Off")]
    like = await post(matching, trust, staff, title="Open still", mode="in_person")
    await world.let_its_closing_pass(matching, gone)
    await world.withdraw(matching, trust, staff, off)
    answered = Engagement(
        id=new_id(),
        version=1,
        opportunity_id=full,
        organisation_id=trust.id,
        person_id=sam.id,
        ods_code=trust.ods_code,
        interested_at=NOW,
        status="interested",
    )
    news = (IntakeChanged(intake(trust.id, full, places_taken=2)), InterestShown(answered))
    await matching.hears_and_settles(*news)
    async with matching.browser() as anyone, matching.browser(sam) as me:
        page = (await anyone.get(f"/opportunities/{full}")).text
        assert "This is full" in page and page.count(INTEREST.format(full)) == 2
        with asked() as found:
            own = (await me.get(f"/opportunities/{full}")).text
        assert len(found) <= MOST_OF_ONE
        assert INTEREST.format(full) not in own and said_by(own) == []
        assert own.count("You have shown interest in this.") == 2
        assert own.count(f'href="/engagements/mine/{answered.id}"') == 2
        back = answered.with_changes(version=2, status="withdrawn")
        await matching.hears_and_settles(InterestShown(back))
        own = (await me.get(f"/opportunities/{full}")).text
        assert "You took your interest in this back." in own and own.count(INTEREST.format(full)) == 2
        for closed, words in ((gone, "What changed is to be told by"), (off, "This was called off")):
            page = (await anyone.get(f"/opportunities/{closed}")).text
            assert words in page and "/engagements/interest/" not in page and "What happens next" not in page
            assert "last day" not in page and "days left)" in page.partition("Open still")[2]
            assert "Open still" in titles(page) and f'href="/opportunities/{like}"' in page
        told = Outcome(recorded_at=NOW, what_changed="The letter is two pages now.")
        await matching.hears_and_settles(OutcomeRecorded(intake(trust.id, gone, 2, outcome=told)))
        page = (await anyone.get(f"/opportunities/{gone}")).text
        assert "What changed because of it: <q>The letter is two pages now.</q>" in page
        assert said_by(page) == [], "nobody is sent to a closed door"
        events = said_by((await anyone.get(f"/opportunities/{off}")).text)
        assert [(one["@type"], one["eventStatus"]) for one in events] == [
            ("Event", "https://schema.org/EventCancelled")
        ]


async def test_machines_read_a_role_a_job_and_their_days_by_the_published_rules(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    card = world.rate(trust, unit="hour", amount_pence=1250)
    await matching.hears_and_settles(RateCardIssued(card))
    paid = await post(matching, trust, staff, mode="hybrid", pay=str(card.id), expenses=["travel"])
    hostile = await post(matching, trust, staff, title=HOSTILE, summary=HOSTILE + "\n\u2028", mode="in_person")
    home = await post(matching, trust, staff, lived_experience=["pain"], expertise_level="some")
    async with matching.api(staff) as api:
        posted = (await api.post("/organisations/RX2/jobs", json=job())).json()["id"]
        at = f"/organisations/RX2/opportunities/{paid}/sessions"
        more = {"starts_at": (NOW + timedelta(days=31)).isoformat(), "hours": 2, "mode": "remote"}
        assert (await api.post(at, json=more)).status_code == 201
    async with matching.browser() as anyone:
        page = (await anyone.get(f"/opportunities/{paid}")).text
        posting, first, second = said_by(page)
        assert Blocks(page).scripts == Blocks((await anyone.get("/opportunities")).text).scripts
        assert (posting["@type"], posting["employmentType"], posting["totalJobOpenings"]) == ("JobPosting", "OTHER", 2)
        assert posting["baseSalary"]["value"] == {"@type": "QuantitativeValue", "value": 12.5, "unitText": "HOUR"}
        assert posting["jobLocation"]["address"]["postalCode"] == "BN2" and posting["directApply"] is True
        assert posting["hiringOrganization"]["name"] == trust.name and posting["jobBenefits"] == "Travel"
        assert datetime.fromisoformat(posting["validThrough"]) - NOW < timedelta(days=15)
        assert [place["@type"] for place in first["location"]] == ["Place", "VirtualLocation"]
        assert second["location"]["@type"] == "VirtualLocation"
        page = await anyone.get(f"/opportunities/{hostile}")
        posting, session = said_by(page.text)
        assert posting["title"] == session["name"] == HOSTILE
        assert "<script>alert" not in page.text and "&lt;/script&gt;" in posting["description"]
        assert "unsafe" not in page.headers["content-security-policy"]
        posting = said_by((await anyone.get(f"/opportunities/{home}")).text)[0]
        assert (posting["employmentType"], posting["jobLocationType"]) == ("VOLUNTEER", "TELECOMMUTE")
        assert "jobLocation" not in posting and posting["skills"] and posting["experienceRequirements"]
        page = (await anyone.get(f"/opportunities/{posted}")).text
        [posting] = said_by(page)
        assert (posting["directApply"], "baseSalary" in posting) == (False, False)
        assert (
            page.count(f'href="{LINK}"') == 2 and "Apply at www.jobs.example</a>" in page and "(20 days left)" in page
        )
    await its_days_are_put_into_a_calendar(matching, trust, staff, paid)


async def its_days_are_put_into_a_calendar(matching: Connected, trust: Organisation, staff: Person, role: UUID) -> None:
    async with matching.browser() as anyone:
        answer = await anyone.get(f"/opportunities/{role}/calendar.ics")
        assert answer.headers["content-type"] == "text/calendar; charset=utf-8" and answer.headers["etag"]
        closing, one, other = read(answer.content)
        assert closing.summary.startswith("Last day to show interest: Sussex Example Trust: A seat")
        assert one.sequence == closing.sequence and other.location.startswith("Online")
        assert closing.ends_at == datetime.fromisoformat(
            said_by((await anyone.get(f"/opportunities/{role}")).text)[0]["validThrough"]
        )
        of_search = read((await anyone.get("/feeds/opportunities.ics")).content)
        assert {closing.uid, one.uid, other.uid} <= {event.uid for event in of_search}, "one and the same event"
        await world.withdraw(matching, trust, staff, role)
        off = read((await anyone.get(f"/opportunities/{role}/calendar.ics")).content)
        assert [event.uid for event in off] == [closing.uid, one.uid, other.uid]
        assert all(event.is_off and event.sequence > one.sequence for event in off)
        assert (await anyone.get(f"/opportunities/{new_id()}/calendar.ics")).status_code == 404


async def test_search_engines_find_each_open_thing_once_with_when_it_was_changed(
    matching: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust, staff = await a_trust(matching)
    closed = organisation("RY9", "A & B, closed", valid_to="2021-01-01")
    await matching.hears_and_settles(*registered(closed))
    ids = [await post(matching, trust, staff) for _ in range(3)]
    gone = await post(matching, trust, staff)
    await world.let_its_closing_pass(matching, gone)
    async with matching.api(staff) as api:
        words = {"title": "Other", "summary": "Other", "what_will_change": "Other"}
        assert (await api.put(f"/organisations/RX2/opportunities/{ids[0]}/words", json=words)).status_code == 200
        at = f"/organisations/RX2/opportunities/{ids[1]}/sessions"
        more = {"starts_at": (NOW + timedelta(days=31)).isoformat(), "hours": 2}
        assert (await api.post(at, json=more)).status_code == 201
    for asks in (sitemap.parts_of_roles, sitemap.roles):
        monkeypatch.setattr(sitemap, asks.__name__, partial(asks, most=2))
    base = matching.app.settings.base_url

    async with matching.browser() as robot:

        async def entries(address: str) -> dict[str, str]:
            answer = await robot.get(address.removeprefix(base))
            assert answer.headers["content-type"] == "application/xml" and answer.headers["etag"], answer.text
            found = [[part.text or "" for part in each] for each in ElementTree.fromstring(answer.content)]
            assert len({one[0] for one in found}) == len(found)
            return {one[0]: one[1] if len(one) > 1 else "" for one in found}

        parts = await entries("/sitemap.xml")
        assert len(parts) == 1 + 2 + 1, "pages, two parts of roles, one of organisations"
        found: dict[str, str] = {}
        for address in parts:
            found |= await entries(address)
        wrong = [await robot.get(f"/sitemap.xml?{query}") for query in ("roles=x", "organisations=%27")]
        assert {answer.status_code for answer in wrong} == {422}
        assert await entries(f"/sitemap.xml?roles={UUID(int=2**128 - 1)}") == {}
    ours = {f"{base}{address}" for address in PUBLIC_PAGES}
    assert found.keys() == ours | {f"{base}/opportunities/{id}" for id in ids} | {f"{base}/organisations/RX2"}
    async with matching.transaction() as tx:
        for id in ids:
            listed = await opportunities.get(tx, id)
            assert listed
            changed = said_since(listed.opportunity).astimezone(UTC).replace(microsecond=0)
            assert datetime.fromisoformat(found[f"{base}/opportunities/{id}"]) == changed
