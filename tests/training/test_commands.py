"""What training's commands and reactions do, on a real database."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from schemas import identity
from schemas.event import Erased
from schemas.identity import AccountErased
from schemas.recruitment import LeaderApproved, LeaderErased, LeaderLeft
from services.chassis.base.access import london_day
from services.chassis.base.refusals import NotFound
from services.chassis.operate.maintenance import Sweeper
from services.chassis.postgres.transaction import Transaction, new_id
from services.chassis.work.scheduler import Clock
from services.training import commands
from services.training.commands import NotInPool
from services.training.domain.programme import NoLongerOffered, OrganisationClosed
from services.training.domain.register import NotEveryone, OwnAttendance, Register
from services.training.domain.session import AlreadyHeld, AlreadyRecorded, AlreadyStarted, Full, InThePast
from services.training.store import programmes
from tests.support import Connected, Person, member
from tests.training.scene import NOW, Scene, leader, programme_draft, session_draft, soon


async def test_a_programme_and_its_session_are_said_with_all_that_is_public(scene: Scene) -> None:
    id = await scene.offer(lasts_months=12)
    session_id = await scene.add_session(id)
    assert await scene.training.said() == [("ProgrammeOffered", id), ("ProgrammeChanged", id)]
    async with scene.training.browser() as visitor:
        assert "Finding your voice" in (await visitor.get("/training")).text
        page = await visitor.get(f"/training/{id}")
        assert page.status_code == 200 and "Sessions" in page.text
    async with scene.training.transaction() as tx:
        assert str(session_id) in await tx.fetchval("select value from outbox order by seq desc limit 1")


async def test_whoever_attends_gets_a_credential_and_whoever_does_not_gets_none(scene: Scene) -> None:
    sam, kim = await scene.person("Sam"), await scene.person("Kim")
    session_id = await scene.session(starts_at=soon())
    await scene.enrol(session_id, sam, kim)
    await scene.record(session_id, attended=[sam], absent=[kim])
    async with scene.training.transaction() as tx:
        [row] = await tx.fetch("select * from credential")
    assert (row["person_id"], row["expires_on"]) == (sam.id, None)
    assert row["credential"].startswith("finding_your_voice_")
    assert (await scene.names())[-2:] == ["ProgrammeChanged", "CredentialAwarded"]


async def test_the_credential_expires_so_many_months_after_the_day_of_the_session(scene: Scene) -> None:
    sam = await scene.person()
    session_id = await scene.add_session(await scene.offer(lasts_months=12), starts_at=soon())
    await scene.enrol(session_id, sam)
    await scene.record(session_id, attended=[sam], absent=[])
    async with scene.training.transaction() as tx:
        expires_on = await tx.fetchval("select expires_on from credential")
    assert expires_on.year == datetime.now(UTC).year + 1


async def test_enrolling_twice_is_one_enrolment(scene: Scene) -> None:
    sam, session_id = await scene.person(), await scene.session()
    await scene.enrol(session_id, sam, sam)
    assert (await scene.count("enrolment"), await scene.taken(session_id)) == (1, 1)
    assert await scene.names() == ["ProgrammeOffered", "ProgrammeChanged", "EnrolmentBooked", "ProgrammeChanged"]


async def test_a_hundred_people_enrolling_in_five_places_at_once_makes_five(scene: Scene) -> None:
    session_id = await scene.session(places=5)
    people = [Person(called=f"Person {n}") for n in range(100)]
    await scene.training.hears(*(LeaderApproved(leader(person)) for person in people))

    async def try_it(person: Person) -> str:
        try:
            await scene.enrol(session_id, person)
        except Full:
            return "full"
        return "place"

    outcomes = await asyncio.gather(*(try_it(person) for person in people))
    assert (outcomes.count("place"), outcomes.count("full")) == (5, 95)
    assert (await scene.count("enrolment"), await scene.taken(session_id)) == (5, 5)


async def test_the_same_person_enrolling_many_times_at_once_has_one_place(scene: Scene) -> None:
    sam, session_id = await scene.person(), await scene.session()
    await asyncio.gather(*(scene.enrol(session_id, sam) for _ in range(10)))
    assert (await scene.count("enrolment"), await scene.taken(session_id)) == (1, 1)


async def test_a_place_given_back_is_free_for_somebody_else(scene: Scene) -> None:
    sam, kim, session_id = await scene.person("Sam"), await scene.person("Kim"), await scene.session(places=1)
    await scene.enrol(session_id, sam)
    with pytest.raises(Full):
        await scene.enrol(session_id, kim)
    async with scene.training.transaction(sam.acting()) as tx:
        await commands.cancel(tx, session_id)
    await scene.enrol(session_id, kim)
    assert (await scene.count("enrolment"), await scene.taken(session_id)) == (1, 1)


async def test_whoever_has_no_place_cannot_give_one_back_nor_after_the_start(scene: Scene) -> None:
    sam, kim, session_id = await scene.person("Sam"), await scene.person("Kim"), await scene.session(starts_at=soon())
    await scene.enrol(session_id, sam)
    for person, refusal in ((kim, NotFound), (sam, AlreadyStarted)):
        with pytest.raises(refusal):
            async with scene.training.transaction(person.acting()) as tx:
                await commands.cancel(tx, session_id)
    assert await scene.taken(session_id) == 1


async def test_somebody_who_is_not_in_the_pool_or_has_left_it_cannot_enrol(scene: Scene) -> None:
    session_id = await scene.session()
    unknown, gone = Person(), await scene.person()
    await scene.training.hears_and_settles(LeaderLeft(leader(gone, status="left", version=2)))
    before = await scene.names()
    for person in (unknown, gone):
        with pytest.raises(NotInPool):
            await scene.enrol(session_id, person)
    assert (await scene.count("enrolment"), await scene.taken(session_id), await scene.names()) == (0, 0, before)


async def test_leaving_the_pool_loses_nothing(scene: Scene) -> None:
    sam, session_id = await scene.person(), await scene.session(starts_at=soon())
    await scene.enrol(session_id, sam)
    await scene.record(session_id, attended=[sam], absent=[])
    await scene.training.hears_and_settles(LeaderLeft(leader(sam, status="left", version=2)))
    assert (await scene.count("enrolment"), await scene.count("credential")) == (1, 1)


async def test_nobody_enrols_after_it_was_held_or_in_a_session_nobody_knows(scene: Scene) -> None:
    sam, kim, session_id = await scene.person("Sam"), await scene.person("Kim"), await scene.session(starts_at=soon())
    await scene.enrol(session_id, sam)
    await scene.record(session_id, attended=[sam], absent=[])
    with pytest.raises(AlreadyHeld):
        await scene.enrol(session_id, kim)
    with pytest.raises(NotFound):
        await scene.enrol(new_id(), kim)
    assert await scene.count("enrolment") == 1


async def test_a_session_in_the_past_is_refused_and_changes_nothing(scene: Scene) -> None:
    id = await scene.offer()
    with pytest.raises(InThePast):
        await scene.add_session(id, starts_at=datetime.now(UTC) - timedelta(minutes=6))
    assert (await scene.count("session"), await scene.names()) == (0, ["ProgrammeOffered"])


async def test_a_withdrawn_programme_takes_nobody_and_no_session(scene: Scene) -> None:
    sam, id = await scene.person(), await scene.offer()
    session_id = await scene.add_session(id)
    async with scene.training.transaction(scene.trainer.acting(scene.charity)) as tx:
        await commands.withdraw_programme(tx, id)
    with pytest.raises(NoLongerOffered):
        await scene.enrol(session_id, sam)
    with pytest.raises(NoLongerOffered):
        await scene.add_session(id)
    assert (await scene.names())[-1] == "ProgrammeWithdrawn"


async def test_recording_the_same_again_changes_nothing(scene: Scene) -> None:
    sam, session_id = await scene.person(), await scene.session(starts_at=soon())
    await scene.enrol(session_id, sam)
    await scene.record(session_id, attended=[sam], absent=[])
    before = await scene.training.said()
    await scene.record(session_id, attended=[sam], absent=[])
    assert await scene.training.said() == before


async def test_who_came_can_be_put_right_on_the_same_day_both_ways(scene: Scene) -> None:
    sam, kim = await scene.person("Sam"), await scene.person("Kim")
    session_id = await scene.session(starts_at=soon())
    await scene.enrol(session_id, sam, kim)
    await scene.record(session_id, attended=[sam], absent=[kim])
    async with scene.training.transaction() as tx:
        first = await tx.fetchval("select id from credential")
    await scene.record(session_id, attended=[kim], absent=[sam])
    assert ("CredentialErased", first) in await scene.training.said()
    await scene.record(session_id, attended=[sam, kim], absent=[])
    async with scene.training.transaction() as tx:
        rows = await tx.fetch("select id, person_id from credential")
    assert {row["person_id"] for row in rows} == {sam.id, kim.id}
    assert first not in {row["id"] for row in rows}, "an erased credential stays erased"


async def test_who_came_cannot_be_changed_on_a_later_day(scene: Scene) -> None:
    sam, session_id = await scene.person(), await scene.session(starts_at=soon())
    await scene.enrol(session_id, sam)
    await scene.record(session_id, attended=[sam], absent=[])
    before = await scene.training.said()
    with pytest.raises(AlreadyRecorded):
        await scene.record(session_id, attended=[], absent=[sam], at=datetime.now(UTC) + timedelta(days=1))
    assert (await scene.training.said(), await scene.count("credential")) == (before, 1)


async def test_a_second_session_renews_the_same_credential(scene: Scene) -> None:
    sam, id = await scene.person(), await scene.offer(lasts_months=12)
    first = await scene.add_session(id, starts_at=soon() - timedelta(minutes=1))
    second = await scene.add_session(id, starts_at=soon())
    await scene.enrol(first, sam)
    await scene.enrol(second, sam)
    await scene.record(second, attended=[sam], absent=[])
    await scene.record(first, attended=[sam], absent=[])
    assert (await scene.names()).count("CredentialAwarded") == 1, "an older session renews nothing"
    await scene.record(second, attended=[], absent=[sam])
    async with scene.training.transaction() as tx:
        [row] = await tx.fetch("select version, session_id from credential")
    assert (row["version"], row["session_id"]) == (2, first)


async def test_nobody_records_their_own_attendance_in_words_or_past_them(scene: Scene) -> None:
    session_id = await scene.session(starts_at=soon())
    await scene.training.hears_and_settles(LeaderApproved(leader(scene.trainer)))
    await scene.enrol(session_id, scene.trainer)
    with pytest.raises(OwnAttendance):
        await scene.record(session_id, attended=[scene.trainer], absent=[])
    async with scene.training.transaction(scene.trainer.acting(scene.charity)) as tx:
        done = await tx.execute("update enrolment set attended = true")
    assert done == "UPDATE 0"
    async with scene.training.transaction(scene.trainer.acting()) as tx:
        assert await tx.execute("update enrolment set attended = true") == "UPDATE 0"
    assert await scene.count("credential") == 0


async def test_a_register_without_somebody_is_refused_and_changes_nothing(scene: Scene) -> None:
    sam, kim = await scene.person("Sam"), await scene.person("Kim")
    session_id = await scene.session(starts_at=soon())
    await scene.enrol(session_id, sam, kim)
    before = await scene.training.said()
    with pytest.raises(NotEveryone):
        await scene.record(session_id, attended=[sam], absent=[])
    assert (await scene.training.said(), await scene.count("credential")) == (before, 0)


async def test_a_session_that_has_started_waits_for_the_trainer_once(scene: Scene) -> None:
    sam, starts_at = await scene.person(), datetime.now(UTC) + timedelta(hours=1)
    session_id = await scene.session(starts_at=starts_at)
    await scene.session(starts_at=soon())  # nobody has a place in it, so there is nothing to record
    await scene.enrol(session_id, sam)
    before = await scene.training.said()
    await ask(scene, session_id, after=timedelta(0))
    assert (await scene.training.said(), await scene.asks()) == (before, [starts_at])
    for _ in range(2):
        await ask(scene, session_id, after=timedelta(hours=2))
    assert len(await scene.training.said()) == len(before) + 1
    assert await scene.asks() == []
    async with scene.training.transaction() as tx:
        assert "record_training" in await tx.fetchval("select value from outbox order by seq desc limit 1")


async def ask(scene: Scene, session_id: UUID, *, after: timedelta) -> None:
    async with scene.training.transaction() as tx:
        tx.now += after
        await commands.ask_who_came(tx, (await programmes.lock_of_session(tx, session_id)).id)


async def test_who_came_is_asked_at_the_next_start_of_a_session_in_which_somebody_has_a_place(scene: Scene) -> None:
    sam, programme, days = await scene.person(), await scene.offer(), [NOW + timedelta(days=n) for n in (9, 8, 7)]
    ids = [await scene.add_session(programme, starts_at=day) for day in days]
    assert await scene.asks() == []
    await scene.enrol(ids[0], sam)
    assert await scene.asks() == [days[0]]
    await scene.enrol(ids[1], sam)
    assert await scene.asks() == [days[1]]
    for id, left in ((ids[1], [days[0]]), (ids[0], [])):
        async with scene.training.transaction(sam.acting()) as tx:
            await commands.cancel(tx, id)
        assert await scene.asks() == left


async def test_a_session_that_is_older_than_its_timer_is_asked_about_all_the_same(scene: Scene) -> None:
    sam, session_id = await scene.person(), await scene.session()
    await scene.enrol(session_id, sam)
    async with scene.training.transaction() as tx:
        await tx.execute("delete from timer")
        await tx.execute("update session set starts_at = now() - interval '1 minute'")
    app = scene.training.app
    await Sweeper(app.service.reactions, app.workers.wake).sweep_all(Clock(app.database, app.settings))
    await scene.training.settle()
    async with scene.training.transaction() as tx:
        assert "record_training" in await tx.fetchval("select value from outbox order by seq desc limit 1")
    assert await scene.asks() == []


async def test_another_organisation_changes_nothing_not_even_past_the_commands(scene: Scene) -> None:
    sam, id = await scene.person(), await scene.offer()
    session_id = await scene.add_session(id, starts_at=soon())
    await scene.enrol(session_id, sam)
    register = Register(attended=[sam.id])
    doings: list[Callable[[Transaction[Any]], Awaitable[object]]] = [
        partial(commands.add_session, programme_id=id, draft=session_draft()),
        partial(commands.withdraw_programme, id=id),
        partial(commands.record_attendance, session_id=session_id, register=register),
    ]
    before = await scene.training.said()
    for doing in doings:
        with pytest.raises(NotFound):
            async with scene.training.transaction(scene.stranger.acting(scene.trust)) as tx:
                await doing(tx)
    async with scene.training.transaction(scene.stranger.acting(scene.trust)) as tx:
        assert await tx.fetch("select * from enrolment") == []
        assert await tx.execute("update programme set title = 'Mine'") == "UPDATE 0"
        assert await tx.execute("update session set places = 1") == "UPDATE 0"
    assert await scene.training.said() == before


async def test_a_person_without_a_place_cannot_touch_a_session_past_the_commands(scene: Scene) -> None:
    sam, session_id = await scene.person(), await scene.session()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with scene.training.transaction(sam.acting()) as tx:
            await tx.execute("update session set places_taken = 5 where id = $1", session_id)
    assert await scene.taken(session_id) == 0


async def test_a_closed_organisation_cannot_offer_training(scene: Scene) -> None:
    closed = scene.charity.model_copy(
        update={"version": 2, "valid_to": london_day(datetime.now(UTC)) - timedelta(days=1)}
    )
    await scene.training.hears_and_settles(identity.OrganisationClosed(closed))
    with pytest.raises(OrganisationClosed):
        await scene.offer()
    assert await scene.count("programme") == 0


async def test_an_organisations_last_day_ends_when_it_ends_in_london(scene: Scene) -> None:
    closes = scene.charity.model_copy(update={"version": 2, "valid_to": date(2026, 6, 30)})
    await scene.training.hears_and_settles(identity.OrganisationClosed(closes))
    async with scene.training.transaction(scene.trainer.acting(scene.charity)) as tx:
        tx.now = datetime(2026, 6, 30, 22, 59, tzinfo=UTC)
        offered = await commands.offer_programme(tx, programme_draft())
        tx.now = datetime(2026, 6, 30, 23, 1, tzinfo=UTC)  # a minute past midnight in London
        with pytest.raises(OrganisationClosed):
            await commands.offer_programme(tx, programme_draft())
        with pytest.raises(OrganisationClosed):
            await commands.add_session(tx, offered, session_draft(starts_at=tx.now))


async def test_an_erased_person_is_forgotten_once_and_their_place_is_free(scene: Scene) -> None:
    sam, id = await scene.person(), await scene.offer()
    held, coming = await scene.add_session(id, starts_at=soon()), await scene.add_session(id)
    await scene.enrol(held, sam)
    await scene.enrol(coming, sam)
    await scene.record(held, attended=[sam], absent=[])
    async with scene.training.transaction() as tx:
        credential_id = await tx.fetchval("select id from credential")
    erasures = [AccountErased(Erased(id=sam.id, version=2)), LeaderErased(Erased(id=sam.id, version=2))]
    await scene.training.hears_and_settles(*erasures)
    assert (await scene.count("enrolment"), await scene.count("credential")) == (0, 0)
    assert (await scene.taken(coming), await scene.taken(held)) == (0, 1)
    said = await scene.training.said()
    assert ("CredentialErased", credential_id) in said
    assert ("CredentialAwarded", credential_id) not in said, "what was still to be sent of it is gone"
    await forget_again(scene.training, sam.id)
    assert await scene.training.said() == said
    assert await scene.training.failing() == []


async def test_an_erased_trainer_no_longer_stands_beside_what_they_recorded(scene: Scene) -> None:
    sam, session_id = await scene.person(), await scene.session(starts_at=soon())
    await scene.enrol(session_id, sam)
    await scene.record(session_id, attended=[sam], absent=[])
    await scene.training.hears_and_settles(AccountErased(Erased(id=scene.trainer.id, version=2)))
    async with scene.training.transaction() as tx:
        assert await tx.fetchval("select recorded_by from session") is None
    assert await scene.count("credential") == 1


async def forget_again(training: Connected, person_id: UUID) -> None:
    async with training.transaction() as tx:
        await commands.forget_person(tx, person_id)


async def test_a_coordinator_may_offer_training_too_and_the_code_may_be_shared(scene: Scene) -> None:
    coordinator = member(scene.trust, "coordinator")
    for person, organisation in ((coordinator, scene.trust), (scene.trainer, scene.charity)):
        async with scene.training.transaction(person.acting(organisation)) as tx:
            await commands.offer_programme(tx, programme_draft(credential="foundations"))
    assert await scene.count("programme") == 2
