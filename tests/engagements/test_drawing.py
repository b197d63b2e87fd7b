"""Places that are drawn by lot: from the rules to the offers, through pages and API."""

import asyncio
import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from schemas.event import Erased
from schemas.identity import AccountErased
from schemas.matching import OpportunityClosed, OpportunityPosted
from services.chassis.base.refusals import Refused
from services.engagements.commands import drawing, mine
from services.engagements.domain import refused_draws as refused
from services.engagements.domain.lots import AtLeast, Rules, Ticket, draw
from tests.engagements.drawing import ByLot, by_lot, shows
from tests.engagements.test_web import fill, press
from tests.engagements.world import TO_COME, opportunity
from tests.support import Database, Person, form_key, hidden, led_to, save_page

CARER = AtLeast("side", "carer", 1)


@pytest.fixture
async def role(database: Database) -> ByLot:
    return await by_lot(database)


def form_of(html: str) -> dict[str, str]:
    """All hidden fields of the first form of it."""
    return dict(re.findall(r'type="hidden" name="([a-z_]+)" value="([^"]*)"', html.partition("</form>")[0]))


def again(data: dict[str, Any]) -> list[int]:
    """Who is chosen when it is done again from its data."""
    at_least = tuple(AtLeast(**one) for one in data["rules"]["at_least"])
    tickets = [Ticket(one["number"], one["said"]) for one in data["tickets"]]
    rules = Rules(at_least, data["rules"]["most_from_one_area"])
    drawn = draw(tickets, data["places"], rules, seed=data["seed"], as_near_as_can_be=data["as_near_as_can_be"])
    return [*drawn.chosen] if drawn else []


async def test_a_role_is_drawn_by_what_people_let_it_use_and_offers_follow_once_somebody_confirmed(role: ByLot) -> None:
    world, people = role.world, [role.world.person, *(Person(called=f"Kim {n}") for n in range(4))]
    await role.want_it(*people)
    carer, quiet, leaves = people[0], people[1], people[4]
    async with role.engagements.browser(world.staff) as staff, role.engagements.browser(carer) as sam:
        await sets_rules(role, staff)
        await says_what_may_be_used(role, carer, sam)
        await nothing_is_offered_yet(role, staff, role.places[carer.id])
        await role.closes()
        async with role.engagements.browser(quiet) as kim:
            seal = (await shows(kim, role.mine(quiet), "SHA-256")).split("pln-lines")[-1][2:66]
        await shows(staff, f"{role.at}/rules", refused.RulesStand().words)
        stale = form_of((await staff.get(f"{role.at}/lots")).text)
        assert (stale["people"], stale["places"]) == ("5", "2")
        await world.does(mine.withdraw, role.places[leaves.id], leaves)
        late = await staff.post(f"{role.at}/lots", data=stale)
        assert late.status_code == 409 and refused.DrawChanged().words in late.text
        done = await staff.post(f"{role.at}/lots", data=form_of(late.text))
        await shows(staff, done.headers["location"], "It is drawn. Nothing is offered", "it is a proposal")
        assert set((await role.standing()).values()) == {"interested", "withdrawn"}
        await shows(staff, f"{role.at}/lots", refused.AlreadyDrawn().words)

        data = (await sam.get(f"{role.mine(carer)}/1/data")).json()
        assert data == await role.data()
        assert data["seal"] == seal and data["chosen"] == again(data)
        by_ticket = {one["number"]: one["said"] for one in data["tickets"]}
        assert by_ticket == {1: {"side": "carer", "area": "BN2"}, 2: {}, 3: {}, 4: {}}, "only what a rule asks"
        assert 1 in data["chosen"]
        await shows(sam, role.mine(carer), "Drawn for a place", "Not yet: it is a proposal", data["seed"])
        assert (await fill(sam, role.mine(carer), side="patient")).status_code == 409
        confirmed = await press_confirm(role, staff)
        await shows(staff, confirmed.headers["location"], "A place is offered to each who was drawn")
    await stands_as_drawn(role, data)
    said = await role.said()
    assert not [one for one in ("carer", "BN2", data["seed"], '"pain"') if one in said], "no event has it"
    assert '"carer"' in (await world.holds(carer)) and "carer" not in await world.holds(quiet)


async def sets_rules(role: ByLot, staff: httpx.AsyncClient) -> None:
    await shows(staff, f"/engagements/for/RX2/{role.world.o.id}", role.at)
    wrong = await fill(staff, f"{role.at}/rules", least_side_carer="1", least_side_patient="2")
    assert wrong.status_code == 422
    assert "ask for 3 people together, and the role has 2 places" in wrong.text
    assert (await fill(staff, f"{role.at}/rules", least_been_new="many")).status_code == 422
    other = await fill(staff, f"{role.at}/rules", least_been_new="1", least_side_carer="1", least_side_patient="2")
    assert 'href="#least_side_' in other.text and 'href="#least_been' not in other.text, "to the box that is wrong"
    assert (
        led_to(await fill(staff, f"{role.at}/rules", least_side_carer="1", least_been_new="", most_from_one_area="1"))
        == role.at
    )


async def says_what_may_be_used(role: ByLot, carer: Person, sam: httpx.AsyncClient) -> None:
    page = role.mine(carer)
    await shows(sam, f"/engagements/mine/{role.places[carer.id]}", page)
    await shows(sam, page, "At least 1 place for people who come", "Number 1", "BN2", "Long-term pain")
    odd = await fill(sam, page, knows="heart", side="carer")
    assert odd.status_code == 422 and "Choose one of those that it names" in odd.text
    assert led_to(await fill(sam, page, side="carer", area="yes", knows="pain")) == page
    await shows(sam, page, 'value="carer" checked', 'value="pain" checked')


async def nothing_is_offered_yet(role: ByLot, staff: httpx.AsyncClient, id: UUID) -> None:
    await shows(staff, f"/engagements/for/RX2/people/{id}/offer", refused.DrawFirst().words)
    assert "Offer a place" not in await shows(staff, f"/engagements/for/RX2/{role.world.o.id}")
    assert (await press_at(staff, f"/engagements/for/RX2/people/{id}/reserve", role.at)).status_code == 409
    await shows(staff, f"{role.at}/lots", refused.DrawTooEarly().words)


async def press_at(staff: httpx.AsyncClient, action: str, page: str) -> httpx.Response:
    """Without a page that shows the button."""
    return await staff.post(action, data={"form_key": form_key((await staff.get(f"{page}/rules")).text)})


async def stands_as_drawn(role: ByLot, data: dict[str, Any]) -> None:
    """Each who was drawn has an offer, and the others wait in the order of the draw."""
    numbers, stands = await role.numbers(), await role.standing()
    assert {numbers[number] for number in data["chosen"]} == {one for one, at in stands.items() if at == "offered"}
    order = [numbers[one["number"]] for one in data["tickets"] if one["number"] not in data["chosen"]]
    async with role.engagements.transaction() as tx:
        rows = await tx.fetch("select person_id from engagement where status = 'reserve' order by turn, turn_since, id")
    assert [row["person_id"] for row in rows] == order


async def press_confirm(role: ByLot, staff: httpx.AsyncClient) -> httpx.Response:
    form = (await staff.get(role.at)).text.split(f'action="{role.at}/confirm"')[1]
    return await staff.post(f"{role.at}/confirm", data=form_of(form))


async def test_the_api_does_what_the_pages_do_and_the_same_key_does_it_once(role: ByLot) -> None:
    world, people = role.world, [role.world.person, *(Person(called=f"Kim {n}") for n in range(3))]
    await role.want_it(*people[:3])
    await role.want_it(people[3], district=None)
    at = f"/mine/engagements/{role.places[world.person.id]}/draw"
    nowhere = f"/mine/engagements/{role.places[people[3].id]}/draw"
    async with role.engagements.api(world.staff) as staff, role.engagements.api(world.person) as sam:
        good, many = {"asked": "been", "said": "new", "people": 1}, {"asked": "side", "said": "carer", "people": 3}
        for rules, where in (
            ([good, {"asked": "knows", "said": "heart", "people": 1}], {"at_least.1.said"}),
            ([{"asked": "side", "said": "pain", "people": 1}], {"at_least.0.said"}),
            ([{"asked": "side", "said": "carer", "people": 1}] * 2, {"at_least.1"}),
            ([good, {"asked": "area", "said": "BN2", "people": 1}], {"at_least.1.asked"}),
            ([good, good | {"people": 0}, good | {"least": 2}], {"at_least.1.people", "at_least.2.least"}),
            ([good, many], {"at_least.1.people"}),
            ([good, 7], {"at_least.1"}),
            ("all", {"at_least"}),
        ):
            refusal = await staff.put(f"{role.api}/rules", json={"at_least": rules})
            assert refusal.status_code == 422 and refusal.json()["errors"].keys() == where, (rules, refusal.text)
        rules = {"at_least": [{"asked": "knows", "said": "pain", "people": 2}], "most_from_one_area": None}
        assert (await staff.put(f"{role.api}/rules", json=rules)).json() == rules
        assert (await staff.get(f"{role.api}/rules")).json() == rules
        for given in ({"knows": "heart"}, {"side": "both"}, {"area": "BN2"}, {"been": ["new"]}, {"why": "x"}):
            assert (await sam.put(at, json=given)).status_code == 422, given
        assert (await sam.put(at, json={"area": True, "knows": "pain"})).json()["area"] == "BN2"
        assert (await sam.put(at, json={})).json() == {"area": "", "knows": "", "side": "", "been": ""}
        assert "BN2" not in await world.holds(world.person)
        assert (await sam.put(at, json={"knows": "pain"})).status_code == 200
        assert (await sam.post(f"{at}/objection", json={"words": "No."})).status_code == 409
    async with role.engagements.api(people[3]) as kim:
        assert (await kim.put(nowhere, json={"area": True})).status_code == 422
    await role.closes()
    await draws_and_confirms_by_the_api(role)
    assert sorted((await role.standing()).values()) == ["offered", "offered", "reserve", "reserve"]


async def draws_and_confirms_by_the_api(role: ByLot) -> None:
    async with role.engagements.api(role.world.staff) as staff:
        seen = {"people": 4, "places": 2}
        for wrong in ({}, {"people": 4}, {"people": 4.5, "places": 2}, {"people": -4, "places": 2}):
            assert (await staff.post(role.api, json=wrong)).status_code == 422, wrong
        reach = await staff.post(role.api, json=seen)
        assert reach.status_code == 422 and "pain" not in reach.text, "it is not said what cannot be met"
        assert (await staff.get(role.api)).json()["draw"]["drawn_at"] is None, "nothing half done"
        key = {"idempotency-key": str(uuid4())}
        first = await staff.post(role.api, json=seen | {"as_near": True}, headers=key)
        same = await staff.post(role.api, json=seen | {"as_near": True}, headers=key)
        assert first.status_code == 200 and first.json() == same.json()
        data = (await staff.get(f"{role.api}/1/data")).json()
        assert data["kept"]["at_least"] == [{"asked": "knows", "said": "pain", "people": 1}]
        assert 1 in data["chosen"] and data["chosen"] == again(data)
        draw_id = first.json()["id"]
        assert (await staff.post(f"{role.api}/confirm", json={"draw": str(uuid4())})).status_code == 409
        key = {"idempotency-key": str(uuid4())}
        both = [await staff.post(f"{role.api}/confirm", json={"draw": draw_id}, headers=key) for _ in range(2)]
        assert [one.json() for one in both] == [{"offered": 2}] * 2
        assert (await staff.post(f"{role.api}/confirm", json={"draw": draw_id})).status_code == 409


async def test_two_who_draw_or_confirm_at_once_do_it_once_and_a_place_that_went_meanwhile_is_not_offered(
    role: ByLot,
) -> None:
    world, people = role.world, [Person(called=f"Kim {n}") for n in range(6)]
    await role.want_it(*people)
    await role.closes()
    done = await asyncio.gather(*(role.draws(6, by=by) for by in (world.staff, role.other) * 4), return_exceptions=True)
    [draw_id] = [one for one in done if isinstance(one, UUID)]
    assert {type(one) for one in done if not isinstance(one, UUID)} == {refused.AlreadyDrawn}
    data, numbers = await role.data(), await role.numbers()
    gone = next(one for one in people if one.id == numbers[data["chosen"][0]])
    await asyncio.gather(
        world.does(mine.withdraw, role.places[gone.id], gone),
        *(role.confirms(draw_id, by=by) for by in (world.staff, role.other) * 2),
        return_exceptions=True,
    )
    stands = sorted((await role.standing()).values())
    assert stands.count("withdrawn") == 1
    assert stands.count("offered") in (1, 2) and stands.count("offered") + stands.count("reserve") == 5
    intake = await world.intake()
    assert intake.places_held == stands.count("offered")
    assert [one.what for one in intake.waiting] == (["offer_reserve"] if stands.count("offered") == 1 else [])


async def test_with_no_more_people_than_places_no_draw_is_needed_and_each_is_offered_one(role: ByLot) -> None:
    world = role.world
    async with role.engagements.browser(world.staff) as staff:
        await role.closes()
        await shows(staff, role.at, refused.NobodyToDraw().words)
    other = await by_lot_with_two(role)
    async with role.engagements.browser(world.staff) as staff:
        page = f"/engagements/for/RX2/{other}/draw"
        await shows(staff, page, refused.NoDrawNeeded().words, "Offer a place to everybody")
        assert refused.NoDrawNeeded().words in (await staff.get(f"{page}/lots")).text
        done = await press(staff, page, f"{page}/offer-all")
        await shows(staff, done.headers["location"], "A place is offered to everybody.")
    assert (await world.intake(other)).places_held == 2


async def by_lot_with_two(role: ByLot) -> UUID:
    """Another role of the same organisation, closed, with as many people as places."""
    o = opportunity(role.world.trust, role.world.card, starts_at=TO_COME, steps=("draw",))
    await role.engagements.hears_and_settles(OpportunityPosted(o))
    for name in ("Ann", "Bea"):
        await role.world.interested(await role.world.approved(name), o)
    closed = o.with_changes(version=2, closed_at=role.now[0])
    await role.engagements.hears_and_settles(OpportunityClosed(closed))
    return o.id


async def test_who_is_marked_not_yet_is_not_in_it_and_who_is_forgotten_leaves_a_number(role: ByLot) -> None:
    people = [Person(called=f"Kim {n}") for n in range(5)]
    await role.want_it(*people)
    for one in people:
        await role.gives(one, side="carer")
    await role.says_rules(CARER)
    await role.closes()
    out = people[2]
    async with role.engagements.transaction() as tx:
        await tx.execute(
            "insert into mark (engagement_id, criterion, organisation_id, person_id, mark, marked_by, marked_at)"
            " select id, 0, organisation_id, person_id, 'not_yet', $2, now() from engagement where id = $1",
            *(role.places[out.id], role.world.staff.id),
        )
    await role.draws(4)
    data = await role.data()
    assert [*sorted(one["number"] for one in data["tickets"])] == [1, 2, 4, 5]
    async with role.engagements.browser(out) as kim:
        await shows(kim, role.mine(out), "Not in the draw", f"{role.mine(out)}/object")
        objected = await fill(kim, f"{role.mine(out)}/object", words="I do meet it.")
        await shows(kim, objected.headers["location"], "I do meet it.", "Somebody who did not draw")
    assert [one.what for one in (await role.world.intake()).waiting] == ["answer_objection"]
    await role.engagements.hears_and_settles(*(AccountErased(Erased(id=one.id, version=2)) for one in (out, people[0])))
    data = await role.data()
    assert [one for one in data["tickets"] if one["number"] == 1] == [{"number": 1, "said": {}, "forgotten": True}]
    assert not (await role.world.intake()).waiting, "whoever was forgotten waits no more"
    async with role.engagements.transaction() as tx:
        left = await tx.fetch("select person_id from draw_given where person_id = any($1)", [out.id, people[0].id])
    assert not left
    await forgets_when_its_time_is_over(role, people[1])


async def forgets_when_its_time_is_over(role: ByLot, person: Person) -> None:
    async with role.engagements.transaction() as tx:
        assert await drawing.forget_what_was_given(tx) == 0
    role.now[0] = role.world.o.feedback_by + drawing.domain.FORGET_AFTER
    async with role.engagements.transaction() as tx:
        assert await drawing.forget_what_was_given(tx) == 0, "not before that day is over"
    role.now[0] += timedelta(minutes=1)
    async with role.engagements.transaction() as tx:
        await drawing.forget_what_was_given(tx)
        assert not await tx.fetch("select 1 from draw_given")
        assert not await tx.fetch("select 1 from draw_ticket where given <> '{}'")
    assert "carer" not in await role.world.holds(person)


async def test_two_tabs_of_what_the_draw_may_use_do_not_overwrite_each_other(role: ByLot) -> None:
    await role.want_it(role.world.person)
    page = role.mine(role.world.person)
    async with role.engagements.browser(role.world.person) as sam:
        tab = {**hidden((await sam.get(page)).text), "side": "patient", "been": "new"}
        assert (await save_page(sam, page, {"side": "carer"})).status_code == 303
        stale = await sam.post(page, data=tab)
        assert stale.status_code == 409 and "As somebody who cares for a patient" in stale.text
    with pytest.raises(Refused):
        await role.objects(role.world.person)
