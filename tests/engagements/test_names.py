"""Where names are hidden, nothing that staff read of the role says who somebody is, until their name is needed."""

from typing import Any
from uuid import UUID

import httpx

from schemas.event import Erased
from schemas.identity import AccountErased
from schemas.matching import OpportunityClosed
from schemas.recruitment import LeaderApproved
from services.engagements.commands import choosing, drawing, mine, talking
from services.engagements.domain.talking import Picked, Proposing
from tests.engagements.test_talks import SOON
from tests.engagements.world import NOW, TO_COME, World, leader, make
from tests.shape.sources import routes
from tests.support import Connected, Person, member, save_page

SECRET, REFERENCE = "Zebedee", "PL-Z3B3"
CRITERIA = ("Has used the clinic", "Lives in the town")


async def hidden_person(world: World, number: int) -> Person:
    person = Person(called=f"{SECRET} {number}")
    known = leader(person).with_changes(reference=f"{REFERENCE}{number}")
    await world.engagements.hears_and_settles(person.opened, LeaderApproved(known))
    return person


def addresses(world: World, ids: list[UUID]) -> list[str]:
    """Every page and every read of the API at an address of the organisation, about this role and these people."""
    found: list[str] = []
    for route in routes("engagements"):
        if "GET" not in route.methods or "{ods}" not in route.path or "{person_id}" in route.path:
            continue
        for id in ids if "{id}" in route.path else ids[:1]:
            given: dict[str, Any] = {"ods": "RX2", "opportunity_id": world.o.id, "id": id, "kind": "answering"}
            given |= {
                "session_id": world.session_id,
                "paper_id": id,
                "name": "people",
                "file": "people",
                "need": "breaks",
                "number": 1,
                "objection_id": id,
            }
            found.append(route.path.format(**given))
    return found


async def scanned(world: World, browser: httpx.AsyncClient, ids: list[UUID], people: list[Person]) -> int:
    """Asks for all of them, and holds each to it. How many were there."""
    there = 0
    more = [f"/engagements/for/RX2/{world.o.id}?format=csv", f"/engagements/for/RX2/{world.o.id}?words={SECRET}"]
    more += [f"/engagements/for/RX2/{world.o.id}?sort=turn", f"/engagements/for/RX2/{world.o.id}?words={REFERENCE}1"]
    more += ["/engagements/for/RX2/data/people", "/engagements/for/RX2/data"]
    more += [f"/api/engagements/v1/organisations/RX2/intakes/{world.o.id}?words={SECRET}"]
    for address in [*addresses(world, ids), *more]:
        answer = await browser.get(address)
        there += answer.status_code == 200
        assert answer.status_code == 200 or address not in more, address
        text = answer.text.replace(f"words={SECRET}", "").replace(f'value="{SECRET}"', "")
        text = text.replace(f"words={REFERENCE}1", "").replace(f'value="{REFERENCE}1"', "").replace(f"“{SECRET}”", "")
        for secret in (SECRET, REFERENCE, *(str(one.id) for one in people)):
            assert secret not in text, (address, text[max(0, text.find(secret) - 200) : text.find(secret) + 40])
    return there


async def test_no_page_and_no_answer_of_the_role_says_who_somebody_is(engagements: Connected) -> None:
    world = await make(engagements, starts_at=TO_COME, criteria=CRITERIA, names_hidden=True)
    admin = member(world.trust, "admin", "coordinator", called="Ada")
    await engagements.hears_and_settles(admin.opened)
    people = [await hidden_person(world, number) for number in range(1, 7)]
    ids = [await world.interested(one) for one in people]
    await engagements.settle()
    await world.staff_do(choosing.put_on_reserve, ids[1])
    await world.staff_do(choosing.put_on_reserve, ids[2])
    await world.does(mine.withdraw, ids[3], people[3])
    await world.not_chosen(ids[4], tell_now=False)
    await world.not_chosen(ids[5])
    proposing = Proposing(times=[SOON], minutes=20, mode="video", words="https://example.org/talk")
    await world.staff_do(talking.propose, ids[0], proposing=proposing)
    async with engagements.browser(admin) as browser:
        assert await scanned(world, browser, ids, people) > 25
        listed = (await browser.get(f"/engagements/for/RX2/{world.o.id}")).text
        assert all(f"Person {number} (name hidden)" in listed for number in range(1, 7))
        assert "A place is free, and Person 2 is the first on the reserve list" in listed
        found = await browser.get(f"/engagements/for/RX2/{world.o.id}?words={SECRET}")
        assert "Nobody is like this." in found.text, "a search by name does not find whom it may not show"
        offer = f"/engagements/for/RX2/people/{ids[2]}/offer"
        refused = await save_page(browser, offer, {})
        assert refused.status_code == 422
        assert "Before Person 3: Person 2" in refused.text
        assert SECRET not in refused.text
    async with engagements.browser(people[0]) as person:
        form = (await person.get(f"/engagements/mine/{ids[0]}")).text
        assert world.o.title in form


async def test_a_draw_names_nobody_before_it_is_confirmed(engagements: Connected) -> None:
    world = await make(engagements, starts_at=TO_COME, names_hidden=True, steps=("draw",), places=1)
    people = [await hidden_person(world, number) for number in range(1, 4)]
    ids = [await world.interested(one) for one in people]
    closed = world.o.with_changes(version=2, closed_at=NOW)
    await engagements.hears_and_settles(OpportunityClosed(closed))
    async with engagements.transaction(world.staff.acting(world.trust)) as tx:
        draw = await drawing.draw_lots(tx, world.o.id, people=3, places=1)
    page = f"/engagements/for/RX2/{world.o.id}/draw"
    admin = member(world.trust, "admin", "coordinator", called="Ada")
    await engagements.hears_and_settles(admin.opened)
    async with engagements.browser(admin) as browser:
        await scanned(world, browser, ids, people)
        shown = (await browser.get(page)).text
        assert [shown.count(f"Person {number} (") for number in (1, 2, 3)] == [1, 1, 1]
        async with engagements.transaction(world.staff.acting(world.trust)) as tx:
            await drawing.confirm(tx, world.o.id, draw_id=draw)
        assert (await browser.get(page)).text.count(SECRET) == 1, "whoever is offered a place has a name"


async def test_a_name_is_seen_once_a_place_is_offered_or_a_talk_agreed_and_a_number_stays_whose_it_was(
    engagements: Connected,
) -> None:
    world = await make(engagements, starts_at=TO_COME, criteria=CRITERIA, names_hidden=True)
    people = [await hidden_person(world, number) for number in range(1, 4)]
    ids = [await world.interested(one) for one in people]
    await engagements.settle()
    proposing = Proposing(times=[SOON], minutes=20, mode="phone", words="We ring you.")
    await world.staff_do(talking.propose, ids[0], proposing=proposing)
    async with engagements.transaction(people[0].acting()) as tx:
        await talking.pick(tx, ids[0], Picked(starts_at=SOON))
    await world.offer(ids[1])
    page = f"/engagements/for/RX2/{world.o.id}"
    async with engagements.browser(world.staff) as staff:
        shown = (await staff.get(page)).text
        assert f"{SECRET} 1 ({REFERENCE}1)" in shown
        assert f"{SECRET} 2 ({REFERENCE}2)" in shown
        assert f"/people/for/RX2/{people[1].id}" in shown
        assert "Person 3 (name hidden)" in shown
        assert str(people[2].id) not in shown
        assert f"{SECRET} 1" in (await staff.get(f"{page}?words={SECRET}+1")).text
        await world.does(talking.cancel, ids[0], people[0])
        await world.does(mine.withdraw, ids[0], people[0])
        again = await world.interested(people[0])
        late = await hidden_person(world, 4)
        await world.interested(late)
        await engagements.settle()
        assert again == ids[0]
        shown = (await staff.get(page)).text
        assert all(f"Person {number} (name hidden)" in shown for number in (1, 3, 4))
        await engagements.hears_and_settles(AccountErased(Erased(id=people[2].id, version=9)))
        after = await hidden_person(world, 5)
        await world.interested(after)
        await engagements.settle()
        shown = (await staff.get(page)).text
        assert "Person 3" not in shown, "nobody gets the number of whoever was forgotten"
        assert "Person 5 (name hidden)" in shown
