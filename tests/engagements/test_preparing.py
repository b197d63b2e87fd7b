"""Hours of preparation: asked for where the organisation's policy pays them, recorded with who came, seen by each."""

from typing import Any

import asyncpg
import pytest

from schemas.engagements import RecordedBefore
from schemas.matching import Opportunity, OpportunityChanged
from services.engagements.domain.preparing import Preparation
from tests.engagements.test_who_came import mine, page_of, sends, shown
from tests.engagements.world import World
from tests.support import led_to, member


async def policy(world: World, most: int) -> None:
    """An edition in force since long ago: as if it had been set in time."""
    connection = await asyncpg.connect(world.engagements.app.settings.admin_dsn(), timeout=10)
    try:
        await connection.execute(
            "insert into engagements.policy_edition (kind, organisation_id, edition, valid_from, issuer, source, value)"
            " values ('preparation', $1, '1', '2020-01-01', 'The trust', 'Involvement policy 7.4', $2)",
            *(world.trust.id, Preparation(most_hours=most).model_dump_json()),
        )
    finally:
        await connection.close()


async def by_the_hour(world: World) -> None:
    assert world.o.pay
    o = Opportunity.model_validate(
        world.o.model_dump() | {"version": 2, "pay": world.o.pay.with_changes(unit="hour", amount_pence=2000)}
    )
    await world.engagements.hears_and_settles(OpportunityChanged(o))


async def test_hours_of_preparation_are_recorded_up_to_what_the_policy_pays_and_their_person_sees_them(
    world: World,
) -> None:
    await by_the_hour(world)
    await policy(world, 2)
    id = await world.accepted()
    form = await shown(world, world.staff, page_of(world))
    assert "Hours of preparation, at most 2: Sam" in form and "They are paid with the others" in form
    assert "Up to 2 hours of preparation are paid" in await shown(world, world.person, f"/engagements/mine/{id}")
    came = {f"came-{id}": "yes", f"preparation-{id}": "1,5"}
    assert led_to(await sends(world, world.staff, page_of(world), **came)).endswith(str(world.o.id))
    one = (await world.engagement(id)).sessions[0]
    assert (one.hours, one.preparation_hours, one.paid_hours, one.before) == (2, 1.5, 3.5, None)
    for page in (f"/engagements/mine/{id}", mine(world, id)):
        assert "For 2 hours and 1.5 hours to prepare" in await shown(world, world.person, page)
    assert 'value="1.5"' in await shown(world, world.staff, page_of(world))
    before = await world.everything()
    await sends(world, world.staff, page_of(world), **(came | {f"preparation-{id}": "1.5"}))
    assert await world.everything() == before, "the same is no news"
    await sends(world, world.person, mine(world, id) + "/wrong", words="I prepared for half an hour only.")
    await sends(world, world.staff, page_of(world), **(came | {f"preparation-{id}": "½"}))
    put_right = (await world.engagement(id)).sessions[0]
    assert (put_right.preparation_hours, put_right.said_wrong_at) == (0.5, None)
    assert put_right.before == RecordedBefore(
        attended=True, hours=2, preparation_hours=1.5, said_wrong_at=put_right.before and put_right.before.said_wrong_at
    )
    assert put_right.before and put_right.before.said_wrong_at


@pytest.mark.parametrize(
    ("typed", "came", "says"),
    [
        ("2.5", "yes", "at most 2 hours of preparation"),
        ("three", "yes", "Enter the hours that they prepared"),
        ("0", "yes", "Enter the hours that they prepared"),
        ("1", "no", "Say that they came, or leave the hours empty"),
    ],
)
async def test_preparation_that_cannot_be_is_refused_beside_its_field(
    world: World, typed: str, came: str, says: str
) -> None:
    await policy(world, 2)
    id = await world.accepted()
    assert "change no pay" in await shown(world, world.staff, page_of(world)), "a rate by the half day"
    before = await world.everything()
    answer = await sends(world, world.staff, page_of(world), **{f"came-{id}": came, f"preparation-{id}": typed})
    assert answer.status_code == 422 and says in answer.text and f'href="#preparation-{id}"' in answer.text
    assert f'value="{typed}"' in answer.text, "what was typed stays"
    assert await world.everything() == before


async def test_where_no_policy_pays_preparation_nobody_is_asked_and_a_program_is_told(world: World) -> None:
    id = await world.accepted()
    assert "preparation" not in await shown(world, world.staff, page_of(world))
    assert "preparation" not in await shown(world, world.person, f"/engagements/mine/{id}")
    at = f"/organisations/RX2/intakes/{world.o.id}/sessions/{world.session_id}/attendance"
    body: dict[str, Any] = {"attended": [str(id)], "preparation": {str(id): 1}}
    async with world.engagements.api(world.staff) as api:
        assert (await api.post(at, json=body)).json()["type"] == "/developers/problems#no-preparation"
        await policy(world, 1)
        much = (await api.post(at, json=body | {"preparation": {str(id): 1.25}})).json()
        assert much["type"] == "/developers/problems#too-much-preparation" and "at most 1 hour" in str(much)
        assert (await api.post(at, json=body)).status_code == 200
    assert (await world.engagement(id)).sessions[0].preparation_hours == 1


async def test_an_organisation_says_itself_how_much_preparation_it_pays(world: World) -> None:
    admin = member(world.trust, "admin", called="Ada")
    await world.engagements.hears_and_settles(admin.opened)
    page = "/engagements/for/RX2/policies/preparation"
    form = await shown(world, admin, page)
    assert "Number of hours of preparation" in form and "There is none." in form
    too_many = await sends(world, admin, page, most_hours="13", issuer="The trust", source="7.4")
    assert too_many.status_code == 422 and "13" in too_many.text
