"""Sessions that cannot be, sent by a program or typed as a repeat: refused in words, and nothing half done."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.matching.domain.repeat import MOST_AT_ONCE
from tests.matching import world
from tests.matching.test_changing import PURPOSE, WORK
from tests.matching.test_sessions import FAR, NOW, SKIPPED, a_role, typed
from tests.support import Connected, save_page

GOOD: dict[str, Any] = {"starts_at": FAR.isoformat(), "hours": 2}
OVERLAPS = (world.draft().session_at + timedelta(hours=1)).isoformat()
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("", {"starts_at": (NOW - timedelta(days=1)).isoformat()}, "starts_at"),
    ("", {"starts_at": (FAR + timedelta(days=500)).isoformat()}, "after-feedback"),
    ("", {"starts_at": OVERLAPS}, "sessions-overlap"),
    ("", {"starts_at": "2027-02-29T10:00:00+00:00"}, "starts_at"),
    ("", {"starts_at": "2027-03-28T01:30:00"}, "starts_at"),
    ("", {"starts_at": "half ten on Tuesday"}, "starts_at"),
    ("/repeat", {"every": "week"}, "until"),
    ("/repeat", {"every": "week", "until": ""}, "until"),
    ("/repeat", {"every": "week", "until": "2027-02-29"}, "until"),
    ("/repeat", {"every": "week", "until": f"{FAR + timedelta(weeks=500):%Y-%m-%d}"}, "too-many-at-once"),
    ("/repeat", {"every": "week", "until": f"{FAR - timedelta(days=1):%Y-%m-%d}"}, "repeat-ends-early"),
]


@pytest.mark.parametrize(("below", "changes", "about"), REFUSED)
async def test_a_program_is_told_what_is_wrong_with_a_session_or_a_repeat_and_nothing_is_added(
    matching: Connected, below: str, changes: dict[str, Any], about: str
) -> None:
    staff, _, id = await a_role(matching)
    async with matching.api(staff) as api:
        at = f"/organisations/RX2/opportunities/{id}/sessions{below}"
        answer = await api.post(at, json=GOOD | changes)
        assert answer.status_code == 422, answer.text
        problem = answer.json()
        assert problem["type"].endswith(about) or about in str(problem["errors"]), problem
    assert [name for name, _ in await matching.said()] == ["OpportunityPosted"]


def until(day: datetime) -> dict[str, str]:
    return {f"until_{part}": str(getattr(day, part)) for part in ("day", "month", "year")}


@pytest.mark.parametrize(
    ("sent", "field", "words"),
    [
        (typed(FAR), "until", "Enter the last day"),
        (typed(FAR) | until(FAR + timedelta(weeks=500)), "until", f"{MOST_AT_ONCE}"),
        (typed(FAR) | {"until_day": "29", "until_month": "2", "until_year": "2027"}, "until", "last day"),
        (typed(FAR) | SKIPPED | until(FAR), "starts_time", "There is no such time on that day"),
    ],
)
async def test_a_repeat_that_cannot_be_is_refused_beside_its_field_with_all_that_was_typed(
    matching: Connected, sent: dict[str, str], field: str, words: str
) -> None:
    staff, own, _ = await a_role(matching)
    async with matching.browser(staff) as one:
        answer = await save_page(one, f"{own}/sessions/repeat", sent | {"every": "week", "place": "Room 4"})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text and words in answer.text and "Room 4" in answer.text
    assert [name for name, _ in await matching.said()] == ["OpportunityPosted"]


async def test_a_cancelled_session_cancelled_again_by_a_program_is_refused_and_people_are_told_once(
    matching: Connected,
) -> None:
    staff, _, id = await a_role(matching)
    async with matching.api(staff) as api:
        base = f"/organisations/RX2/opportunities/{id}/sessions"
        [made] = (await api.post(base, json=GOOD)).json()["ids"]
        cancel = f"{base}/{made}/cancel"
        assert (await api.post(cancel, json={"why": "not_needed"})).status_code == 200
        again = await api.post(cancel, json={"why": "not_safe"})
        assert (again.status_code, again.json()["type"]) == (409, "/developers/problems#session-cancelled")
        [_, one] = (await api.get("/organisations/RX2/opportunities")).json()["opportunities"][0]["sessions"]
        assert one["cancelled"]["why"] == "not_needed"
    assert [name for name, _ in await matching.said()].count("SessionsCancelled") == 1


async def test_a_small_task_that_grows_by_its_sessions_asks_for_its_piece_of_work_as_its_posting_did(
    matching: Connected,
) -> None:
    staff, own, id = await a_role(matching, session_hours=1, preparation_hours=0, work=None)
    at, day = f"/organisations/RX2/opportunities/{id}", FAR.isoformat()
    async with matching.api(staff) as api, matching.browser(staff) as one:
        form = (await one.get(f"{own}/sessions/new")).text
        assert "This role takes 1 hour in all" in form and f'href="{own}/change/purpose"' in form
        assert (await api.post(f"{at}/sessions", json={"starts_at": day, "hours": 1})).status_code == 201
        later = (FAR + timedelta(days=1)).isoformat()
        repeat = {"every": "week", "until": f"{FAR + timedelta(weeks=5):%Y-%m-%d}"}
        for below, more in (("", {}), ("/repeat", repeat)):
            said = (await api.post(f"{at}/sessions{below}", json={"starts_at": later, "hours": 1, **more})).json()
            assert said["type"].endswith("longer-than-a-task") and said["errors"].keys() == {"hours"}, said
        sessions = (await api.get(at)).json()["sessions"]
        moved = {"starts_at": day, "hours": 2.5, "why": "another_day_suits"}
        assert (await api.put(f"{at}/sessions/{sessions[1]['id']}", json=moved)).status_code == 422
        typed_in = typed(FAR + timedelta(days=1), place="Room <b>4</b>", mode="in_person")
        for below, more in (("new", {}), ("repeat", {"every": "week", **until(FAR + timedelta(weeks=5))})):
            refused = await save_page(one, f"{own}/sessions/{below}", typed_in | more)
            assert refused.status_code == 422 and 'href="#hours"' in refused.text
            assert "takes 3 hours or more in all" in refused.text and "Room &lt;b&gt;4&lt;/b&gt;" in refused.text
        refused = await save_page(one, f"{own}/sessions/{sessions[0]['id']}", typed_in | {"why": "put_right"})
        assert refused.status_code == 422 and f'href="{own}/change/purpose"' in refused.text
        assert len((await api.get(at)).json()["sessions"]) == 2
        assert "/opportunities/for/RX2/work/new" in (await one.get(f"{own}/change/purpose")).text
        assert (await api.put(f"{at}/purpose", json=PURPOSE | {"work": WORK})).status_code == 200
        assert (await save_page(one, f"{own}/sessions/new", typed_in)).status_code == 303
        assert "in all, and is no part" not in (await one.get(f"{own}/sessions/new")).text
