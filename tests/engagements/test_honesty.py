"""Partners say how much say they had: once it is over, for themselves alone, and published with others."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from schemas.engagements import Attendance
from schemas.event import Erased
from schemas.identity import AccountErased, AccountOpened, Host, OrganisationChanged
from schemas.matching import INFLUENCES, Withdrawn
from schemas.recruitment import LeaderApproved
from services.chassis.base import hands
from services.chassis.base.choices import Choice
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.transaction import new_id
from services.engagements.commands import honesty
from services.engagements.domain.honesty import (
    CHANGED_WITHIN,
    AskSomebodyElse,
    DidNotTakePart,
    NotOverYet,
    SaidForGood,
    Say,
    may_say,
    share_with_less,
)
from tests.engagements.world import NOW, World, leader, make
from tests.support import Connected, Database, Person, form_key, led_to, member, organisation, registered

AFTER = NOW + timedelta(hours=2)


@dataclass
class Over:
    """A role with thirty places, of which the session is over, and its clock."""

    world: World
    now: list[datetime]
    places: dict[UUID, UUID] = field(default_factory=dict[UUID, UUID])
    """Person → engagement."""

    async def came(self, *people: Person, attended: bool = True) -> None:
        """They took a place, and it is recorded whether they came."""
        world, self.now[0] = self.world, NOW
        await world.engagements.hears_and_settles(
            *(one.opened for one in people), *(LeaderApproved(leader(one)) for one in people)
        )
        for one in people:
            self.places[one.id] = await world.accepted(one)
        ids = {self.places[one.id] for one in people}
        await world.record(**({"attended": ids} if attended else {"absent": ids}))
        self.now[0] = AFTER

    async def says(self, person: Person, said: str) -> Say:
        async with self.world.engagements.transaction(person.acting()) as tx:
            return await honesty.say(tx, self.places[person.id], said)

    async def published(self) -> dict[str, Any]:
        """What everybody reads of the trust and its kind of role, after the job has run."""
        async with self.world.engagements.transaction() as tx:
            await honesty.publish(tx)
        async with self.world.engagements.api() as api:
            [one] = (await api.get("/promises?organisation=rx2")).json()["promises"]
        return {name: one[name] for name in ("promised", "people", "said")}


@pytest.fixture
async def over(database: Database) -> Over:
    now = [NOW]
    engagements = await database.connect("engagements", lambda: now[0])
    over = Over(await make(engagements, places=30, influence="worked_together"), now)
    await over.came(over.world.person)
    return over


@asynccontextmanager
async def page_of(over: Over, person: Person) -> AsyncGenerator[tuple[httpx.AsyncClient, str]]:
    async with over.world.engagements.browser(person) as browser:
        yield browser, f"/engagements/mine/{over.places[over.world.person.id]}"


async def test_whoever_took_part_says_it_once_it_is_over_and_can_change_it(over: Over) -> None:
    world, id = over.world, over.places[over.world.person.id]
    facts = await world.facts()
    over.now[0] = NOW
    async with page_of(over, world.person) as (browser, role):
        assert "How much say" not in (await browser.get(role)).text
        assert NotOverYet().words[:40] in (await browser.get(f"{role}/say")).text
        over.now[0] = AFTER
        assert f'href="{role}/say"' in (await browser.get(role)).text
        form = {"form_key": form_key((await browser.get(f"{role}/say")).text)}
        for wrong in ({}, {"said": ""}, {"said": "<b>decided</b>"}, {"said": "everything"}, {"said": "decided\u202e"}):
            answer = await browser.post(f"{role}/say", data=form | wrong)
            assert answer.status_code == 422
            assert 'href="#said"' in answer.text
        sent = await browser.post(f"{role}/say", data=form | {"said": "asked"})
        assert led_to(sent) == role
        shown = (await browser.get(sent.headers["location"])).text
        assert "Your answer is kept" in shown and "You said: I was asked before others decided" in shown
        assert led_to(await browser.post(f"{role}/say", data=form | {"said": "asked"})) == role
        tab = {"form_key": form_key((await browser.get(f"{role}/say")).text), "said": "decided"}
    await _by_the_api(world, id)
    async with page_of(over, world.person) as (browser, role):
        both = (await browser.post(f"{role}/say", data=tab)).text
        assert "What you typed" in both and "I was told what was decided" in both
        assert "You said: I was told what was decided" in (await browser.get(role)).text
    assert '"said":"informed"' in (await world.holds(world.person)).replace(" ", "")
    assert await world.facts() == facts, "no event has it"


async def _by_the_api(world: World, id: UUID) -> None:
    key = {"idempotency-key": str(uuid4())}
    async with world.engagements.api(world.person) as api:
        at = f"/mine/engagements/{id}/say"
        for body in ({}, {"said": None}, {"said": ["asked"]}, {"said": "asked", "why": "x"}, {"said": "ASKED"}):
            assert (await api.put(at, json=body, headers={"idempotency-key": str(uuid4())})).status_code == 422
        first = await api.put(at, json={"said": "informed"}, headers=key)
        again = await api.put(at, json={"said": "informed"}, headers=key)
        assert first.status_code == again.status_code == 200
        assert first.json() == again.json()
        read = (await api.get(at)).json()
        assert (read["said"], read["may_say"]) == ("informed", True)


async def test_nobody_else_reads_it_or_says_it_nor_does_who_did_not_come_or_comes_too_late(over: Over) -> None:
    world, id = over.world, over.places[over.world.person.id]
    await over.says(world.person, "asked")
    stranger = Person(called="Kim")
    await over.came(stranger, attended=False)
    async with page_of(over, stranger) as (browser, role):
        assert (await browser.get(f"{role}/say")).status_code == 404
        absent = f"/engagements/mine/{over.places[stranger.id]}"
        assert "How much say" not in (await browser.get(absent)).text
        assert DidNotTakePart().words[:40] in (await browser.get(f"{absent}/say")).text
    with pytest.raises(DidNotTakePart):
        await over.says(stranger, "decided")
    over.now[0] = AFTER + CHANGED_WITHIN
    with pytest.raises(SaidForGood):
        await over.says(world.person, "decided")
    for hand in (world.staff.acting(world.trust), stranger.acting()):
        async with world.engagements.transaction(hand) as tx:
            assert await tx.fetch("select said from say") == []
    async with world.engagements.transaction(stranger.acting()) as tx:
        with pytest.raises(NotFound):
            await honesty.say(tx, id, "decided")


async def test_answers_are_published_ten_at_least_at_once_and_one_more_changes_nothing(over: Over) -> None:
    world = over.world
    people = [Person(called=f"Sam {number}") for number in range(22)]
    await over.came(*people)
    await over.says(world.person, "rather_not")
    for number, one in enumerate(people[:9]):
        await over.says(one, "asked" if number else "decided")
    over.now[0] = AFTER + CHANGED_WITHIN
    too_few = {"promised": {"worked_together": 1}, "people": None, "said": None}
    assert await over.published() == too_few
    await _too_few_are_shown(world)

    over.now[0] = AFTER
    await over.says(people[9], "asked")
    over.now[0] = AFTER + CHANGED_WITHIN - timedelta(minutes=1)
    assert await over.published() == too_few, "it can still be changed"
    over.now[0] = AFTER + CHANGED_WITHIN
    first = await over.published()
    assert first["people"] == 10
    assert first["said"]["asked"] in (5, 10)
    assert first["said"]["decided"] in (0, 5)

    over.now[0] += timedelta(days=1)
    for one in people[10:19]:
        await over.says(one, "informed")
    over.now[0] += CHANGED_WITHIN
    assert await over.published() == first, "nine more would be seen by whoever looked before"
    for one, said in ((people[0], "informed"), (people[10], "decided")):
        with pytest.raises(SaidForGood):
            await over.says(one, said)
    await world.engagements.hears_and_settles(
        AccountErased(Erased(id=people[1].id, version=2)), AccountErased(Erased(id=people[10].id, version=2))
    )
    assert await over.published() == first, "who is erased was counted, and is no more to be found"
    async with world.engagements.transaction() as tx:
        left = await tx.fetch(
            "select person_id from say where person_id = any($1::uuid[])", [people[1].id, people[10].id]
        )
        assert not left
    for one in people[19:21]:
        await over.says(one, "informed")
    over.now[0] += CHANGED_WITHIN
    second = await over.published()
    assert second["people"] == 20
    assert second["said"]["informed"] == 10, "whole batches of five or ten are what they are"
    assert {code: second["said"][code] for code in first["said"]} == first["said"]
    assert await over.published() == second

    await _everybody_reads_it(world)
    await _a_next_page(world.engagements)


async def _too_few_are_shown(world: World) -> None:
    async with world.engagements.browser() as anyone:
        of_all, of_one = [(await anyone.get(f"/impact/promises{one}")).text for one in ("", "/rx2")]
    assert "Too few to show" in of_all and "too few to show" in of_one
    for page, back in ((of_all, "/impact"), (of_one, "/impact/promises")):
        assert f'class="nhsuk-back-link" href="{back}"' in page


async def _everybody_reads_it(world: World) -> None:
    async with world.engagements.browser() as anyone:
        shown = (await anyone.get("/impact/promises")).text
        assert "Sussex Example Trust: Improving" in shown
        lines = (await anyone.get("/impact/promises/RX2?format=csv")).text.splitlines()
        assert lines[1].startswith("Sussex Example Trust,RX2,Improving,1,0,0,1,0,0,20,10,")
        assert "Nothing can be shown here yet" in (await anyone.get("/impact/promises/ZZ9")).text
        assert (await anyone.get("/impact/promises/%3Cscript%3E")).status_code == 200
    async with world.engagements.browser(world.staff) as coordinator:
        assert (
            'href="/impact/promises/RX2"' in (await coordinator.get(f"/engagements/for/RX2/{world.o.id}/outcome")).text
        )
        assert (await coordinator.get("/impact/promises/RX2")).text.count("about") > 0


async def _a_next_page(engagements: Connected) -> None:
    async with engagements.transaction() as tx:
        await tx.execute(
            "insert into promise (organisation_id, rung, ods_code, name, as_of) select gen_random_uuid(), 'feedback',"
            " 'Q' || n, 'Trust ' || n, now() from generate_series(1, 60) n"
        )
    found: list[str] = []
    async with engagements.api() as api:
        after: str | None = ""
        while after is not None:
            answer = (await api.get("/promises", params={"after": after} if after else {})).json()
            found += [one["ods_code"] for one in answer["promises"]]
            after = answer["next"]
    assert len(found) == len(set(found)) == 61


async def test_who_helps_writes_it_down_and_is_not_shown_what_stood_there_and_nobody_for_the_organisation(
    over: Over,
) -> None:
    world, network = over.world, organisation("QZN", "The network", "network")
    hana, host = member(network, "helper", called="Hana"), member(world.trust, "helper", called="Tom")
    pat = Person(called="Pat")
    await over.came(pat)
    by_phone = pat.account.model_copy(update={"can_sign_in": False, "version": 2})
    await world.engagements.hears_and_settles(*registered(network), hana.opened, host.opened, AccountOpened(by_phone))
    await over.says(pat, "informed")
    role = f"/engagements/for/QZN/people/{pat.id}/{over.places[pat.id]}"
    async with world.engagements.browser(hana) as browser:
        shown = (await browser.get(f"{role}/say")).text
        assert "An answer was given on" in shown
        assert "checked" not in shown
        assert "told what was decided." not in (await browser.get(role)).text
        sent = await browser.post(f"{role}/say", data={"form_key": form_key(shown), "said": "decided"})
        assert led_to(sent) == role
    async with world.engagements.api(hana) as api:
        read = (await api.get(f"/for/QZN/people/{pat.id}/engagements/{over.places[pat.id]}/say")).json()
        assert read["said"] == "" and read["changed_at"]
    assert (await over.says(pat, "decided")).said_at == AFTER
    of_the_trust = hands.Person(person_id=pat.id, by=host.id, helping_for=world.trust.id)
    async with world.engagements.transaction(of_the_trust) as tx:
        with pytest.raises(AskSomebodyElse):
            await honesty.say(tx, over.places[pat.id], "decided")

    big = organisation("RYR", "Big Trust")
    hosting = Host(organisation_id=big.id, ods_code="RYR", valid_from=date(2020, 1, 1))
    await world.engagements.hears_and_settles(*registered(big))
    for_its_host = hands.Person(person_id=pat.id, by=host.id, helping_for=big.id)
    async with world.engagements.transaction(for_its_host) as tx:
        await honesty.say(tx, over.places[pat.id], "asked")
    hosted = world.trust.with_changes(version=world.trust.version + 1, hosts=(hosting,))
    await world.engagements.hears_and_settles(OrganisationChanged(hosted))
    async with world.engagements.transaction(for_its_host) as tx:
        with pytest.raises(AskSomebodyElse):
            await honesty.say(tx, over.places[pat.id], "decided")


async def test_the_question_is_asked_of_who_took_part_in_what_is_over_and_of_nobody_else(world: World) -> None:
    o = world.o
    [session] = o.sessions
    e = await world.engagement(await world.accepted())
    over = session.ends_at + timedelta(minutes=1)
    there = Attendance(session_id=session.id, starts_at=session.starts_at, hours=2, attended=True)
    came, absent = e.with_changes(sessions=(there,)), e.with_changes(sessions=(there.with_changes(attended=False),))
    off = o.with_changes(withdrawn=Withdrawn(at=NOW, why="postponed"))
    no_more = session.with_changes(cancelled={"at": NOW, "why": "called_off"})
    later = o.with_changes(sessions=(session, session.with_changes(id=new_id(), starts_at=NOW + timedelta(days=9))))
    half = later.with_changes(sessions=(session, later.sessions[1].with_changes(cancelled=no_more.cancelled)))
    written = o.with_changes(sessions=())
    ended = came.with_changes(status="ended")
    final = Say("asked", o.rung, NOW, NOW, over)

    def asked(engagement: Any, role: Any, said: Say | None = None, on_its_side: bool = False) -> Choice:
        return may_say(engagement, role, said, now=over, on_its_side=on_its_side)

    assert asked(came, o) and asked(ended, o) and asked(came, half) and asked(ended, later)
    assert asked(came, off), "what was called off after a session was held"
    assert asked(e.with_changes(status="ended"), written), "a role without sessions, of which it was said what changed"
    for choice, refusal in (
        (asked(e, o), DidNotTakePart),
        (asked(absent, o), DidNotTakePart),
        (asked(absent.with_changes(status="ended"), o), DidNotTakePart),
        (asked(e.with_changes(status="called_off"), off.with_changes(sessions=(no_more,))), DidNotTakePart),
        (asked(came.with_changes(status="withdrawn"), o), DidNotTakePart),
        (asked(e, written), DidNotTakePart),
        (asked(came, later), NotOverYet),
        (asked(e, later), NotOverYet),
        (asked(e.with_changes(status="interested"), later), DidNotTakePart),
        (asked(came, o, final), SaidForGood),
        (asked(came, o, None, on_its_side=True), AskSomebodyElse),
    ):
        assert choice.refusal is refusal
    assert share_with_less({"decided": 3}, {"asked": 10, "decided": 10}) == 0.5
    assert share_with_less({"asked": 1}, {"decided": 10}) == share_with_less({}, {"asked": 5}) == 0
    assert share_with_less(dict.fromkeys(INFLUENCES, 1), dict.fromkeys(INFLUENCES, 5)) == 0
