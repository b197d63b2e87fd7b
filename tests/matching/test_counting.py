"""About how many people a role would fit: asked before posting, rounded, the same for everybody who asks the same."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from schemas.answers import ACCESS_NEEDS
from schemas.event import Erased
from schemas.recruitment import LeaderApproved, LeaderErased
from schemas.training import CredentialAwarded
from services.chassis.postgres.transaction import new_id
from services.matching.domain import opportunity as opportunities
from services.matching.domain.counting import CAN_BE_LEFT_OUT, MOST_A_DAY, demands_of, part_of_week
from services.matching.domain.opportunity import Terms
from services.matching.domain.places import Allowed
from tests.matching import oracle, world
from tests.matching.posting import NEW, fill_in, send, typed
from tests.matching.world import NOW, a_trust, leader
from tests.ready import ready
from tests.support import Connected, Person, hidden, led_to, member, organisation, registered, save_page

HERE = "/organisations/RX2/opportunities"
ROLE: dict[str, Any] = ready(
    {
        "title": "A seat in the pain pathway team",
        "summary": "Help the team that plans care for long-term pain.",
        "what_will_change": "The referral letter.",
        "strand": "service_improvement",
        "rung": "improvement",
        "mode": "remote",
        "time_commitment": "3 hours",
        "expertise_level": "none",
        "places": 2,
        "pay": "expenses_only",
        "session_at": (NOW + timedelta(days=30)).isoformat(),
        "session_hours": 3,
        "apply_by": (NOW + timedelta(days=14)).isoformat(),
        "feedback_by": (NOW + timedelta(days=60)).isoformat(),
    }
)


async def a_pool(matching: Connected, many: int) -> list[Person]:
    people = [Person(called=f"Sam {n}") for n in range(many)]
    await matching.hears_and_settles(*(LeaderApproved(leader(one)) for one in people))
    return people


async def trained(matching: Connected, people: Sequence[Person]) -> None:
    await matching.hears_and_settles(*(CredentialAwarded(world.credential(one)) for one in people))


async def asks(matching: Connected, staff: Person, ods: str = "RX2", **changes: Any) -> dict[str, Any]:
    """Ask by the API, have it counted, and read the answer."""
    async with matching.api(staff) as api:
        at = f"/organisations/{ods}/opportunities/fits"
        asked = await api.post(at, json=ROLE | changes)
        assert asked.status_code == 200, asked.text
        await matching.settle()
        return (await api.get(f"{at}/{asked.json()['id']}")).json()


async def a_week_later(matching: Connected) -> None:
    async with matching.transaction() as tx:
        await tx.execute("update fit_counted set counted_at = counted_at - interval '8 days'")
        await tx.execute(
            "update fit_count set asked_at = asked_at - interval '8 days',"
            " answered_at = answered_at - interval '8 days'"
        )


async def test_before_posting_it_is_said_about_how_many_fit_and_what_leaves_most_out(matching: Connected) -> None:
    _, staff = await a_trust(matching)
    await trained(matching, (await a_pool(matching, 32))[:12])
    async with matching.browser(staff) as one, matching.api(staff) as api:
        at = await fill_in(one, training=["foundations"])
        check = await one.get(f"{at}/check")
        assert "Count how many people it fits" in check.text
        press = at.replace("/drafts/", "/fits/")
        asked = await one.post(press, data=hidden(check.text))
        assert asked.headers["location"] == f"{at}/check#fits"
        assert "We are counting." in (await one.get(f"{at}/check")).text
        await matching.settle()
        said = re.search(
            r"About (1[05]) people fit now. Without the training that you ask for, it would be about "
            r"(3[05]).",
            (await one.get(f"{at}/check")).text,
        )
        assert said, "twelve of 32 have it"
        assert 'href="/opportunities/glossary"' in (await one.get(f"{at}/check")).text, "it stands beside the advice"

        role = led_to(await send(one, at)).partition("?")[0]
        await matching.settle()
        page = (await one.get(role)).text
        assert said[0] in page, "asked of the draft, it is the same question of the role"
        assert "Fewer than 10 people were told of it, in 1 round. 0 people answered." in page
        assert "the next are told on" in page and 'href="/matches/how"' in page
        told = (await api.get(f"{HERE}/{role.rpartition('/')[2]}/told")).json()
        assert (told["rounds"], told["told"], told["answered"]) == (1, 0, 0)
        assert "Count how many people it fits" not in page, "what was said stands for a week"
        await a_week_later(matching)
        assert "Count how many people it fits" in (await one.get(role)).text
        once_more = await api.post(f"{HERE}/{role.rpartition('/')[2]}/fits")
        await matching.settle()
        once_more = await api.get(f"{HERE}/fits/{once_more.json()['id']}")
        assert once_more.json()["about"] == int(said[1]) and once_more.json()["costs"] == "training"

        unfinished = led_to(await save_page(one, f"{NEW}/role", typed("role"))).rpartition("/")[0]
        nothing = await one.post(unfinished.replace("/drafts/", "/fits/"), data=hidden((await one.get(role)).text))
        assert nothing.headers["location"].endswith("/check#fits"), "what is not filled in yet is said there"


async def test_the_same_question_has_the_same_answer_for_a_week_and_until_ten_people_came_or_went(
    matching: Connected,
) -> None:
    _, staff = await a_trust(matching)
    other = organisation("RX3")
    theirs = member(other, "coordinator")
    await matching.hears_and_settles(*registered(other), theirs.opened)
    people = await a_pool(matching, 13)
    first = await asks(matching, staff)
    assert first["about"] in (10, 15) and (first["costs"], first["without"]) == (None, None)
    assert first["words"] == f"About {first['about']} people fit now."
    elsewhere = await asks(matching, theirs, ods="RX3", title="Other words", places=9)
    assert elsewhere["about"] == first["about"], "drawn once, for everybody who asks for it"
    moved = (NOW + timedelta(days=37)).isoformat()
    assert (await asks(matching, staff, session_at=moved))["id"] == first["id"], "another day is no other question"

    await matching.hears_and_settles(*(LeaderErased(Erased(id=one.id, version=2)) for one in people[:9]))
    await a_week_later(matching)
    again = await asks(matching, staff)
    assert again["about"] == first["about"], "nine went: nothing is seen of it"
    assert again["answered_at"] > first["answered_at"]
    await a_pool(matching, 30)
    assert (await asks(matching, staff))["about"] == first["about"], "within the week"
    await a_week_later(matching)
    assert (await asks(matching, staff))["about"] in (30, 35)
    async with matching.api(theirs) as api, matching.api() as anyone:
        at = f"fits/{first['id']}"
        assert (await api.get(f"/organisations/RX3/opportunities/{at}")).status_code == 404
        assert (await api.get(f"{HERE}/{at}")).status_code == 404
        assert (await anyone.get(f"{HERE}/{at}")).status_code == 401


async def test_nothing_under_ten_is_said_and_no_organisation_asks_often_enough_to_subtract(
    matching: Connected,
) -> None:
    trust, staff = await a_trust(matching)
    people = await a_pool(matching, 18)
    await trained(matching, people[:9])
    few = await asks(matching, staff, training=["foundations"])
    assert (few["about"], few["costs"], few["words"]) == (0, None, "Fewer than 10 people fit now."), "nine, and nine"
    nobody = await asks(matching, staff, lived_experience=["pain"])
    assert nobody["about"] == 0 and nobody["costs"] == "lived_experience" and nobody["without"] in (15, 20)
    async with matching.api(staff) as api:
        for n in range(MOST_A_DAY - 2):
            access = {"access": sorted(ACCESS_NEEDS)[: n + 1]}
            assert (await api.post(f"{HERE}/fits", json=ROLE | access)).status_code == 200
        refused = await api.post(f"{HERE}/fits", json=ROLE | {"lived_experience": ["caring"]})
        assert refused.status_code == 429 and "10 different ones in a day" in refused.json()["detail"]
        assert (await api.post(f"{HERE}/fits", json=ROLE | {"training": ["foundations"]})).status_code == 200
        for wrong in (
            {"training": ["x" * 200]},
            {"mode": "by pigeon"},
            {"places": 0},
            {"lived_experience": {"pain": 1}},
        ):
            assert (await api.post(f"{HERE}/fits", json=ROLE | wrong)).status_code == 422, wrong
        id = await world.post(matching, trust, staff, strand="information")
        assert (await api.post(f"{HERE}/{id}/fits")).status_code == 429
    async with matching.browser(staff) as one:
        page = f"/opportunities/for/RX2/{id}"
        turned_away = await one.post(f"{page}/fits", data=hidden((await one.get(page)).text))
        assert turned_away.status_code == 429 and "You can post the role without it." in turned_away.text
    async with matching.transaction(staff.acting(trust)) as tx:
        assert await tx.fetch("select from pool") == [] and await tx.fetch("select from fit_counted") == []
        assert await tx.fetch("select from telling") == []


def test_when_in_the_week_a_session_is_and_what_counts_as_the_same() -> None:
    utc = [datetime(2026, 3, 29, 0, 30, tzinfo=UTC) + timedelta(minutes=47 * n) for n in range(800)]
    assert [part_of_week(at) for at in utc] == [oracle.part_of_week(at) for at in utc]
    role, _ = opportunities.post(
        world.draft(training=["foundations", "foundations"]),
        by=organisation(),
        terms=Terms(None, None, allowed=Allowed(500, own=False)),
        ids=(new_id(), new_id()),
        now=NOW,
    )
    asked = demands_of(role, now=NOW)
    other_words = role.model_copy(update={"title": "Other", "summary": "", "places": 7, "rung": "senior"})
    assert demands_of(other_words, now=NOW).key == asked.key
    for change in ({"training": ()}, {"mode": "hybrid"}, {"languages": ("polish",)}, {"access": ("hearing_loop",)}):
        assert demands_of(role.model_copy(update=change), now=NOW).key != asked.key
    left_out = asked.without("training")
    assert left_out.key == demands_of(role.model_copy(update={"training": ()}), now=NOW).key
    assert {code for code in CAN_BE_LEFT_OUT if asked.without(code).key == asked.key} >= {
        "language",
        "lived_experience",
    }
