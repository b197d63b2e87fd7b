"""Who may draw, confirm, object and answer; and a draw that is made again because an objection was right."""

from collections.abc import Awaitable
from datetime import timedelta
from uuid import UUID

import pytest

from schemas.identity import AccountOpened
from services.chassis.base import hands
from services.chassis.base.refusals import NotFound, Refused
from services.engagements import queries_draw
from services.engagements.commands import drawing, mine, objecting
from services.engagements.domain import refused_draws as refused
from services.engagements.domain.draw import OBJECT_WITHIN, Given
from services.engagements.domain.giving import AnswerObjection, Giving
from services.engagements.domain.hands import HelpedThem, NotYourOwn
from services.engagements.domain.lots import AtLeast, Rules
from tests.engagements.drawing import UPHELD, ByLot, by_lot, shows
from tests.engagements.test_web import fill
from tests.support import Database, Person, led_to, member, organisation, registered

NOT_RIGHT = AnswerObjection(right="no", words="Your ticket is number 2 of the draw.")


@pytest.fixture
async def role(database: Database) -> ByLot:
    return await by_lot(database)


async def refuses(what: Awaitable[object], *refusals: type[Refused]) -> None:
    with pytest.raises(refusals):
        await what


async def test_nobody_draws_confirms_or_answers_who_takes_part_and_nobody_answers_what_they_drew(role: ByLot) -> None:
    world, people = role.world, [role.world.person, *(Person(called=f"Kim {n}") for n in range(3))]
    await role.want_it(*people[:3], role.other)
    await refuses(role.says_rules(by=role.other), NotYourOwn)
    await role.closes()
    await refuses(role.draws(4, by=role.other), NotYourOwn)
    draw = await role.draws(4)
    await refuses(role.confirms(draw, by=role.other), NotYourOwn)
    await refuses(role.objects(await stranger(role)), NotFound)
    objection = await role.objects(people[1])
    await refuses(role.objects(people[1]), refused.ObjectedAlready)
    await refuses(role.confirms(draw), refused.ObjectionFirst)
    await refuses(role.answers(objection, by=role.other), NotYourOwn)
    await refuses(role.answers(objection, by=world.staff), refused.SomebodyElseAnswers)
    third = member(world.trust, "coordinator", called="Eve")
    await role.engagements.hears_and_settles(third.opened)
    async with role.engagements.browser(third) as eve, role.engagements.browser(people[1]) as kim:
        page = f"{role.at}/objections/{objection}"
        await shows(eve, role.at, page, "Waits for an answer", "Somebody objects to this draw")
        await shows(eve, page, "My ticket is not there.", "with ticket 2")
        for wrong in ({"right": "maybe", "words": "No."}, {"right": "yes", "words": "Yes."}, {"right": "no"}):
            assert (await fill(eve, page, **wrong)).status_code == 422, wrong
        assert led_to(await fill(eve, page, right="no", words="It is number 2.")) == role.at
        await shows(kim, role.mine(people[1]), "the draw stands", "It is number 2.")
    await refuses(role.answers(objection, by=third), refused.ObjectionAnswered)
    assert not (await world.intake()).waiting
    assert await role.confirms(draw) == 2
    role.now[0] += OBJECT_WITHIN
    await refuses(role.objects(people[0]), refused.TooLateToObject)


async def stranger(role: ByLot) -> Person:
    """In the pool, and not in this role: what they send is about somebody else's."""
    kim = await role.world.approved("Lee")
    role.places[kim.id] = role.places[role.world.person.id]
    return kim


async def test_an_objection_that_is_right_sets_the_draw_aside_and_another_seed_draws_again(role: ByLot) -> None:
    world, people = role.world, [role.world.person, *(Person(called=f"Kim {n}") for n in range(5))]
    await role.says_rules(AtLeast("side", "carer", 1))
    await role.want_it(*people)
    await role.gives(people[0], side="carer")
    await role.closes()
    first = await role.draws(6)
    assert await role.confirms(first) == 2
    before = await role.standing()
    role.now[0] += timedelta(days=1)
    waits = next(one for one in people if before[one.id] == "reserve")
    objection = await role.objects(waits)
    await role.answers(objection)
    assert {one: at for one, at in (await role.standing()).items() if at == "offered"} == {
        one: at for one, at in before.items() if at == "offered"
    }, "offers that were made stand"
    async with role.engagements.browser(waits) as kim, role.engagements.browser(world.staff) as staff:
        await shows(kim, role.mine(waits), "set aside", UPHELD.why, "you were right")
        await shows(staff, role.at, "set aside", UPHELD.why, refused.NoPlaceToDraw().words)
        for number in (1, 2):
            got = await kim.get(f"{role.mine(waits)}/{number}/data")
            assert got.status_code == (200 if number == 1 else 404)
    offered = next(one for one in people if before[one.id] == "offered")
    await world.does(mine.withdraw, role.places[offered.id], offered)
    await refuses(role.draws(4, 1), refused.RulesOutOfReach)
    second = await role.draws(4, 1, near=True)
    assert second != first
    await refuses(role.confirms(first), refused.DrawChanged, refused.NotDrawnYet)
    one, two = await role.data(1), await role.data(2)
    assert one["seed"] != two["seed"] and one["rules"] == two["rules"]
    assert await role.confirms(second) == 1
    numbers = await role.numbers()
    async with role.engagements.transaction() as tx:
        rows = await tx.fetch("select person_id from engagement where status = 'reserve' order by turn, turn_since, id")
    assert [row["person_id"] for row in rows] == [
        numbers[ticket["number"]] for ticket in two["tickets"] if ticket["number"] not in two["chosen"]
    ]


async def test_another_organisation_finds_nothing_another_role_may_not_and_a_helper_of_the_other_side_writes_nothing(
    role: ByLot,
) -> None:
    world, people = role.world, [role.world.person, *(Person(called=f"Kim {n}") for n in range(3))]
    await role.want_it(*people)
    await role.closes()
    draw = await role.draws(4)
    objection = await role.objects(people[1])
    elsewhere = organisation("RX9", "Another trust")
    cleo, ann = member(elsewhere, "coordinator"), member(world.trust, "approver", called="Ann")
    await role.engagements.hears_and_settles(*registered(elsewhere), cleo.opened, ann.opened)
    pages = ("", "/rules", "/lots", "/1/data", f"/objections/{objection}")
    async with role.engagements.browser(cleo) as other, role.engagements.browser(ann) as approver:
        for page in pages:
            theirs = f"/engagements/for/RX9/{world.o.id}/draw{page}"
            assert (await other.get(theirs)).status_code == 404
            assert (await approver.get(f"{role.at}{page}")).status_code == 403
    async with role.engagements.api(cleo) as api:
        at = f"/organisations/RX9/intakes/{world.o.id}/draw"
        for path, body in (
            ("", {"people": 4, "places": 2}),
            ("/confirm", {"draw": str(draw)}),
            ("/offer-all", None),
            (f"/objections/{objection}/answer", UPHELD.model_dump()),
        ):
            assert (await api.post(at + path, json=body)).status_code == 404, path
        assert (await api.put(f"{at}/rules", json={})).status_code == 404
    for hand in (cleo.acting(elsewhere), people[2].acting()):
        async with role.engagements.transaction(hand) as tx:
            assert not await tx.fetch("select 1 from draw_given union all select 1 from draw_secret")
    plain = world.o.with_changes(id=UUID(int=7))
    with pytest.raises(NotFound):
        async with role.engagements.transaction(world.staff.acting(world.trust)) as tx:
            await drawing.set_rules(tx, plain.id, Rules())


async def test_before_the_draw_nobody_of_the_organisation_reads_what_people_gave_or_the_seed(role: ByLot) -> None:
    world = role.world
    await role.want_it(world.person)
    await role.gives(world.person, side="carer", area=True)
    await role.closes()
    async with role.engagements.transaction(world.staff.acting(world.trust)) as tx:
        assert not await tx.fetch("select 1 from draw_given union all select 1 from draw_secret")
        assert not await tx.fetch("select seed from draw where seed <> ''")
    async with role.engagements.transaction(world.person.acting()) as tx:
        assert len(await tx.fetch("select 1 from draw_given")) == 1
        assert not await tx.fetch("select 1 from draw_secret")


async def test_who_helped_somebody_in_the_draw_neither_confirms_it_nor_writes_for_the_other_side(role: ByLot) -> None:
    world = role.world
    await role.want_it(world.person, *(Person(called=f"Kim {n}") for n in range(2)))
    await role.closes()
    draw = await role.draws(3)
    async with role.engagements.transaction() as tx:
        await tx.execute(
            "insert into help_given (id, version, person_id, helped_by, organisation_id, what, done_at)"
            " select gen_random_uuid(), 1, $1, $2, $3, 'show_interest', now()",
            *(world.person.id, role.other.id, world.trust.id),
        )
    await refuses(role.confirms(draw, by=role.other), HelpedThem)
    assert await role.confirms(draw) == 2


async def test_whoever_helps_for_the_organisation_that_draws_neither_reads_nor_writes_what_somebody_gives(
    role: ByLot,
) -> None:
    world, network = role.world, organisation("QZN", "The network", "network")
    pat, hana, tom = Person(called="Pat"), member(network, "helper", called="Hana"), member(world.trust, "helper")
    await role.want_it(pat, world.person)
    by_phone = pat.account.model_copy(update={"can_sign_in": False, "version": 2})
    await role.engagements.hears_and_settles(*registered(network), hana.opened, tom.opened, AccountOpened(by_phone))
    page = f"/engagements/for/QZN/people/{pat.id}/{role.places[pat.id]}/draw"
    async with role.engagements.browser(hana) as browser:
        assert led_to(await fill(browser, page, side="carer")) == page
    for_the_trust = hands.Person(person_id=pat.id, by=tom.id, helping_for=world.trust.id)
    async with role.engagements.transaction(for_the_trust) as tx:
        await refuses(objecting.give(tx, role.places[pat.id], Giving()), refused.SomebodyElseWrites)
        shown = await queries_draw.mine(tx, role.places[pat.id])
    assert (shown.given, shown.is_read) == (Given(), False)
    async with role.engagements.transaction(pat.acting()) as tx:
        assert (await queries_draw.mine(tx, role.places[pat.id])).given.side == "carer"
    facts = [name for name, _ in await role.engagements.said()]
    assert "EngagementsHelpGiven" in facts, "and the person is told that it was done for them"
