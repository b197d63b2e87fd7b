"""What cannot be in choosing and recording, by form and by API: refused in words or put in order, nothing half done."""

import asyncio
from datetime import datetime, timedelta

from services.chassis.base.access import LONDON
from services.chassis.postgres.transaction import new_id
from tests.engagements.test_who_came import page_of, sends
from tests.engagements.world import NOW, TO_COME, World, make
from tests.support import Connected, hidden


def typed(at: datetime) -> dict[str, str]:
    local = at.astimezone(LONDON)
    day = {f"reply_by_{part}": str(getattr(local, part)) for part in ("day", "month", "year")}
    return day | {"reply_by_time": f"{local:%H:%M}"}


async def test_a_day_to_answer_after_the_session_or_that_is_none_is_refused_by_form_and_api(
    engagements: Connected,
) -> None:
    world = await make(engagements, starts_at=TO_COME)
    id = await world.interested()
    before, page = await world.everything(), f"/engagements/for/RX2/people/{id}/offer"
    too_late = await sends(world, world.staff, page, **typed(TO_COME + timedelta(hours=1)))
    assert too_late.status_code == 422 and "before the last session starts" in too_late.text
    no_day = await sends(world, world.staff, page, **(typed(TO_COME) | {"reply_by_day": "31", "reply_by_month": "2"}))
    assert no_day.status_code == 422 and "reply_by" in no_day.text
    async with world.engagements.api(world.staff) as api:
        at = f"/organisations/RX2/engagements/{id}/offer"
        for moment, kind in (
            ((TO_COME + timedelta(hours=1)).isoformat(), "reply-by-too-late"),
            ((NOW - timedelta(days=1)).isoformat(), ""),
            ("2027-02-29T10:00:00Z", ""),
        ):
            answer = await api.post(at, json={"reply_by": moment})
            assert answer.status_code == 422 and answer.json()["type"].endswith(kind), answer.text
    assert await world.everything() == before


async def test_a_second_offer_for_one_place_is_refused_and_two_coordinators_at_once_make_one_decision(
    engagements: Connected,
) -> None:
    world = await make(engagements, starts_at=TO_COME, places=1)
    kim = await world.approved("Kim")
    sam, second = await world.interested(), await world.interested(kim)
    async with world.engagements.api(world.staff) as one, world.engagements.api(world.staff) as other:
        base = "/organisations/RX2/engagements"
        answers = await asyncio.gather(
            one.post(f"{base}/{sam}/offer", json={}), other.post(f"{base}/{second}/offer", json={})
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        [refused] = [answer.json() for answer in answers if answer.status_code == 409]
        assert refused["type"].endswith("no-place-left")
        offered, waits = (sam, second) if answers[0].status_code == 200 else (second, sam)
        again = await one.post(f"{base}/{offered}/offer", json={})
        assert (again.status_code, again.json()["type"]) == (409, "/developers/problems#already-offered")
        decisions = await asyncio.gather(
            one.post(f"{base}/{waits}/not-chosen", json={"why": "mix_of_people", "tell_now": True}),
            other.post(f"{base}/{waits}/reserve", json={}),
        )
        assert 200 in [answer.status_code for answer in decisions]
    assert (await world.engagement(waits)).status in ("not_chosen", "reserve")
    page = f"/engagements/for/RX2/people/{waits}/offer"
    full = await sends(world, world.staff, page, **typed(NOW + timedelta(days=2)))
    assert full.status_code in (409, 422), "there is still one place, and it is held"
    intake = await world.intake()
    assert (intake.places_taken, intake.places_held) == (0, 1)


async def test_attendance_of_somebody_who_has_no_place_is_refused_by_form_and_api(world: World) -> None:
    kim = await world.approved("Kim")
    id, without = await world.accepted(), await world.interested(kim)
    before = await world.everything()
    for stranger in (without, new_id()):
        form = await sends(world, world.staff, page_of(world), **{f"came-{id}": "yes", f"came-{stranger}": "yes"})
        assert form.status_code in (404, 409, 422)
        at = f"/organisations/RX2/intakes/{world.o.id}/sessions/{world.session_id}/attendance"
        async with world.engagements.api(world.staff) as api:
            answer = await api.post(at, json={"attended": [str(id), str(stranger)]})
        assert answer.status_code in (404, 409), answer.text
    assert await world.everything() == before


async def test_two_coordinators_record_who_came_at_once_and_the_second_sees_what_the_first_said(world: World) -> None:
    id = await world.accepted()
    async with world.engagements.browser(world.staff) as one, world.engagements.browser(world.staff) as other:
        first, second = [hidden((await tab.get(page_of(world))).text) for tab in (one, other)]
        assert (await one.post(page_of(world), data=first | {f"came-{id}": "yes"})).status_code == 303
        late = await other.post(page_of(world), data=second | {f"came-{id}": "no"})
    assert late.status_code == 409 and "What you typed" in late.text
    assert (await world.engagement(id)).sessions[0].attended is True
