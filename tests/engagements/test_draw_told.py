"""What is said of a draw to those in it, in which order; and an objection where nobody there may answer it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from schemas.engagements import Engagement
from schemas.event import Waiting
from schemas.identity import Host, OrganisationRestated
from services.engagements.domain.draw import OBJECT_WITHIN
from services.engagements.domain.giving import AnswerObjection
from services.engagements.domain.objected import LOOK_EVERY, NETWORK_AFTER, answer_by
from services.engagements.domain.refused_draws import ConfirmFirst
from tests.engagements.drawing import UPHELD, ByLot, by_lot, shows
from tests.engagements.test_objecting import refuses
from tests.engagements.test_web import fill
from tests.support import Database, Person, led_to, member, organisation, registered

NOT_RIGHT = AnswerObjection(right="no", words="Your ticket is number 2 of the draw.")
OF_DRAWS = ("PlaceOffered", "PutOnReserveList", "LeftOutOfDraw", "DrawSetAside", "ObjectionAnswered")


@dataclass
class Heard:
    """What was said of engagements because of a draw, since it was asked last."""

    role: ByLot
    seq: int = 0

    async def now(self) -> list[tuple[str, Engagement]]:
        async with self.role.engagements.transaction() as tx:
            rows = await tx.fetch(
                "select seq, type, value from outbox where topic = 'engagements.engagement' and seq > $1 order by seq",
                self.seq,
            )
        self.seq = rows[-1]["seq"] if rows else self.seq
        return [(row["type"], Engagement.model_validate_json(row["value"])) for row in rows if row["type"] in OF_DRAWS]


async def marked_not_yet(role: ByLot, person: Person) -> None:
    async with role.engagements.transaction() as tx:
        await tx.execute(
            "insert into mark (engagement_id, criterion, organisation_id, person_id, mark, marked_by, marked_at)"
            " select id, 0, organisation_id, person_id, 'not_yet', $2, now() from engagement where id = $1",
            *(role.places[person.id], role.world.staff.id),
        )


def of(people: Sequence[Person], things: Sequence[tuple[str, Engagement]]) -> dict[UUID, str]:
    ids = {one.id for one in people}
    return {one.person_id: fact for fact, one in things if one.person_id in ids}


async def test_everybody_hears_what_was_drawn_and_of_a_draw_that_is_set_aside_by_what_is_at_stake_for_them(
    database: Database,
) -> None:
    role = await by_lot(database)
    heard = Heard(role)
    people = [role.world.person, *(Person(called=f"Kim {n}") for n in range(5))]
    out, *drawn_from = people
    await role.want_it(*people)
    await marked_not_yet(role, out)
    await role.closes()
    draw = await role.draws(5)
    tickets = {one["number"]: one["number"] in (await role.data())["chosen"] for one in (await role.data())["tickets"]}
    numbers = await role.numbers()
    chosen = {numbers[number] for number, is_chosen in tickets.items() if is_chosen}
    await heard.now()
    drawn = next(one for one in drawn_from if one.id in chosen)
    await marked_not_yet(role, drawn)
    await refuses(role.world.not_chosen(role.places[drawn.id]), ConfirmFirst)
    assert await role.confirms(draw) == 2, "no mark of after the draw takes a ticket away"
    confirmed = await heard.now()
    assert {id for id, fact in of(people, confirmed).items() if fact == "PlaceOffered"} == chosen
    assert of([out], confirmed) == {out.id: "LeftOutOfDraw"}
    outcomes = {one.person_id: one.draw.outcome for _, one in confirmed if one.draw}
    assert outcomes == {one.id: "drawn" if one.id in chosen else "not_drawn" for one in drawn_from} | {
        out.id: "left_out"
    }
    assert {one.draw.object_until for _, one in confirmed if one.draw} == {role.now[0] + OBJECT_WITHIN}

    waits = [one for one in drawn_from if one.id not in chosen]
    role.now[0] += timedelta(hours=1)
    first, second = await role.objects(waits[0]), await role.objects(waits[1])
    third = await role.objects(out, words="I do meet it.")
    await role.answers(third, NOT_RIGHT)
    [(fact, told)] = await heard.now()
    assert (fact, told.person_id) == ("ObjectionAnswered", out.id)
    assert told.objection and not told.objection.upheld and told.draw and told.draw.set_aside_at is None
    await role.answers(first)
    aside = await heard.now()
    assert [fact for fact, _ in aside] == ["ObjectionAnswered", *["DrawSetAside"] * 5]
    assert [one.status for _, one in aside] == ["reserve", "offered", "offered", "reserve", "reserve", "interested"]
    assert aside[0][1].person_id == waits[0].id and {one.person_id for _, one in aside} == {one.id for one in people}
    assert all(one.draw and one.draw.set_aside_at == role.now[0] for _, one in aside)
    await another_to_the_same_draw_still_waits(role, second, waits[1])
    await role.answers(second, NOT_RIGHT)
    [(fact, told)] = await heard.now()
    assert (fact, told.person_id) == ("ObjectionAnswered", waits[1].id)
    assert not (await role.world.intake()).waiting
    words = await role.said()
    assert not [one for one in (UPHELD.words, UPHELD.why, NOT_RIGHT.words, "I do meet it.") if one in words]


async def another_to_the_same_draw_still_waits(role: ByLot, objection: UUID, waits: Person) -> None:
    async with role.engagements.browser(role.other) as dora, role.engagements.browser(waits) as kim:
        await shows(dora, role.at, "Waits for an answer", "To a draw that was set aside.", f"objections/{objection}")
        await shows(dora, f"{role.at}/objections/{objection}", "That draw is set aside already.")
        await shows(kim, role.mine(waits), "reads it and answers here, by")
        role.now[0] = answer_by(role.now[0])
        await shows(kim, role.mine(waits), "has not. We are sorry.", "/messages/concerns")


async def waiting(role: ByLot) -> dict[str, Waiting]:
    return {one.what: one for one in (await role.world.intake()).waiting}


async def test_an_objection_that_nobody_there_may_answer_waits_for_the_network_which_gives_them_a_host(
    database: Database,
) -> None:
    role = await by_lot(database)
    world, network, host = role.world, organisation("QZN", "Network", "network"), organisation("RX9", "Great Trust")
    people, cleo = [Person(called=f"Kim {n}") for n in range(3)], member(host, "coordinator", called="Cleo")
    await role.engagements.hears_and_settles(*registered(network, host), cleo.opened)
    await role.want_it(*people, role.other)
    alone = "Nobody else may answer an objection yet"
    async with role.engagements.browser(world.staff) as staff, role.engagements.api(world.staff) as api:
        await shows(staff, role.at, alone, "/organisations/for/RX2", "a host")
        await role.closes()
        await shows(staff, f"{role.at}/lots", alone, "You can draw all the same")
        await role.draws(4)
        objection = await role.objects(people[0])
        page = f"{role.at}/objections/{objection}"
        await shows(staff, page, "Somebody else answers the objection", alone, "After 2 days")
        waits = (await waiting(role))["answer_objection"]
        assert (waits.since, waits.until) == (role.now[0], answer_by(role.now[0]))
        since = role.now[0]
        role.now[0] += NETWORK_AFTER
        await role.engagements.settle()
        assert set(await waiting(role)) == {"answer_objection", "find_who_answers"}
        asks = (await waiting(role))["find_who_answers"]
        assert (asks.organisation_id, asks.role, asks.since) == (network.id, "admin", since + NETWORK_AFTER)
        assert asks.link == "/organisations/for/RX2/hosts"
        hosts = (Host(organisation_id=host.id, ods_code="RX9", valid_from=world.card.valid_from),)
        hosted = world.trust.model_copy(update={"hosts": hosts, "version": 9})
        await role.engagements.hears_and_settles(OrganisationRestated(hosted))
        await shows(staff, page, "somebody else answers: the coordinators of Great Trust.")
        found = (await api.get(role.api)).json()
        assert found["answerers"] == {"colleagues": [], "hosts": ["Great Trust"], "more": False}
        role.now[0] += LOOK_EVERY
        await role.engagements.settle()
        assert set(await waiting(role)) == {"answer_objection"}, "somebody may answer now"
    async with role.engagements.browser(cleo) as hosts_coordinator:
        assert led_to(await fill(hosts_coordinator, page, right="no", words=NOT_RIGHT.words)) == role.at
    assert not await waiting(role)
