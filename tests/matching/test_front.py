"""The front page: the newest roles, a search, one story of what changed; and the open roles on paper."""

import re
from datetime import timedelta
from uuid import UUID

import pytest

from schemas.engagements import Intake, OutcomeRecorded
from schemas.identity import Desk, Organisation, OrganisationChanged
from services.chassis.http import microcache
from services.chassis.postgres.transaction import new_id
from services.chassis.work.scheduler import Clock
from services.matching.jobs import choose_the_story
from services.matching.words_of_front import beginning
from tests.asking import asked
from tests.matching.world import NOW, a_trust, post
from tests.support import Connected, Person, organisation, registered

CHANGED = "The letter has one page now. " + "It says what to bring, where to come and whom to ring. " * 12


_CLOSED = (
    "update opportunity set closed_at = now(), state = state || jsonb_build_object('closed_at', now()) where id = $1"
)


@pytest.fixture(autouse=True)
def for_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(microcache, "KEEP_SECONDS", 0.0)


async def told(matching: Connected, trust: Organisation, id: UUID, words: str, *, days: int, version: int = 1) -> None:
    """Its organisation said so many days ago what changed, and it has closed."""
    async with matching.transaction() as tx:
        await tx.execute(_CLOSED, id)
    said = {"recorded_at": NOW - timedelta(days=days), "what_changed": words}
    places = {"places": 2, "places_taken": 2, "feedback_by": NOW, "outcome": said}
    intake = Intake.build(id=id, version=version, organisation_id=trust.id, ods_code=trust.ods_code, **places)
    await matching.hears_and_settles(OutcomeRecorded(intake))


async def test_the_front_page_has_the_newest_roles_a_search_that_finds_them_and_the_newest_story(
    matching: Connected,
) -> None:
    trust, cora = await a_trust(matching)
    clock = Clock(matching.app.database, matching.app.settings)
    await choose_the_story(clock)
    async with matching.browser() as anyone:
        empty = (await anyone.get("/")).text
        assert "Nothing is open today" in empty and "What changed because" not in empty
        old, new = [await post(matching, trust, cora, title=title) for title in ("Old letters", "New letters")]
        ids = [await post(matching, trust, cora, title=f"Role {n}") for n in range(5)]
        await told(matching, trust, new, CHANGED, days=1)
        await told(matching, trust, old, "<b>Nothing</b>", days=9)
        await choose_the_story(clock)
        with asked() as statements:
            front = (await anyone.get("/")).text
        assert len(statements) <= 6
        assert re.findall(r'nhsuk-card__link" href="/opportunities/([^"]+)"', front) == [str(id) for id in ids[:0:-1]]
        assert front.count('role="img"') == 3, "three steps, each described"
        assert "New letters" in front and "The letter has one page now." in front
        assert "2 places. 1 meeting. Expenses only." in front or "2 places. 1 meeting." in front
        assert len(beginning(CHANGED)) <= 321 and beginning(CHANGED).endswith(".")
        assert beginning("w" * 400).endswith("…")
        await told(matching, trust, old, "<b>Two</b> doors", days=0, version=2)
        await choose_the_story(clock)
        await choose_the_story(clock)
        front = (await anyone.get("/")).text
        assert "&lt;b&gt;Two&lt;/b&gt; doors" in front and "one page now" not in front

        [action] = re.findall(r'<form method="get" action="([^"]+)" role="search"', front)
        names = re.findall(r'<input [^>]*name="(\w+)"', front)
        assert (action, names) == ("/opportunities", ["words", "near"])
        found = (await anyone.get(action, params={"words": "role 3", "near": ""})).text
        assert "Role 3" in found and "Role 4" not in found
        again = await anyone.get("/", headers={"if-none-match": (await anyone.get("/")).headers["etag"]})
        assert again.status_code == 304
    async with matching.browser(cora) as hers:
        assert "Go to your home page" in (await hers.get("/")).text


async def test_the_open_roles_are_on_paper_in_large_print_too_each_with_its_pay_its_day_and_whom_to_ring(
    matching: Connected,
) -> None:
    trust, cora = await a_trust(matching)
    desk = Desk(id=new_id(), name="Involvement team", phone="01632 960 210", hours="Weekdays")
    await matching.hears_and_settles(OrganisationChanged(trust.model_copy(update={"version": 2, "desks": (desk,)})))
    other = organisation("RX3", "Another trust")
    lou = Person(called="Lou")
    await matching.hears_and_settles(*registered(other), lou.opened)
    for n in range(41):
        await post(matching, trust, cora, title=f"Role <{n}>", answer_ways=["web", "post", "phone"])
    async with matching.browser() as anyone:
        with asked() as statements:
            first = (await anyone.get("/opportunities/print")).text
        assert len(statements) <= 6
        assert len(first) < 75_000
        assert first.count('class="pln-on-paper"') == 40 and "41 roles" in first
        assert "Involvement team" in first and "01632 960 210" in first and "by post" in first
        assert "Role &lt;40&gt;" in first
        large = (await anyone.get("/opportunities/print?size=large&words=role+%3C7")).text
        assert "pln-page--large" in large and large.count('class="pln-on-paper"') == 1
        [following] = re.findall(
            r'href="(/opportunities/print\?size=large&amp;after=[^"]+)"',
            (await anyone.get("/opportunities/print?size=large")).text,
        )
        assert (await anyone.get(following.replace("&amp;", "&"))).text.count('class="pln-on-paper"') == 1
        assert "Nothing is open that fits" in (await anyone.get("/opportunities/print?words=%25_%25")).text
