"""The stages of joining, as the welcome team and the person move them on: what is said, what waits, who holds it."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from schemas.event import Waiting
from services.chassis.base.access import london_day
from services.chassis.base.working_days import end_of_working_day
from services.chassis.postgres.transaction import Transaction, new_id
from services.recruitment.commands import joining, pool, welcoming
from services.recruitment.domain.application import Application
from services.recruitment.domain.applying import AlreadySent, LookedAgain, NothingAsked, NotOffered
from services.recruitment.domain.profile import Answers
from services.recruitment.domain.welcome import (
    AlreadyAnswered,
    AskedAlready,
    HeldAlready,
    NoSuchTime,
    NotOfTheTeam,
    OwnAnswer,
    OwnApplication,
    SaysHow,
    TimesAreOver,
)
from services.recruitment.store import applications, policies, questions, welcome
from tests.recruitment.scene import Scene, draft
from tests.support import Person, member

IN_A_WEEK = datetime.now(UTC).replace(microsecond=0) + timedelta(days=7)


async def get(scene: Scene, id: UUID) -> Application:
    async with scene.recruitment.transaction() as tx:
        found = await applications.get(tx, id)
    assert found
    return found


async def waiting(scene: Scene, id: UUID) -> Waiting | None:
    """Who has to act, as everybody is told."""
    return next(iter((await get(scene, id)).public().waiting), None)


def welcomer(scene: Scene, person: Person | None = None):
    return scene.recruitment.transaction((person or scene.screener).acting(scene.network))


def themselves(scene: Scene):
    return scene.recruitment.transaction(scene.sam.acting())


async def test_somebody_asks_with_their_name_alone_and_the_welcome_team_gets_in_touch(scene: Scene) -> None:
    id = await scene.ask()
    one, turn = await get(scene, id), await waiting(scene, id)
    assert (one.stage, one.called, one.full_name, one.why) == ("asked", "Sam", None, None)
    assert turn and (turn.role, turn.what, turn.since) == ("screener", "get_in_touch", one.sent_at)
    assert turn.until == end_of_working_day(one.sent_at, 3)
    assert await scene.names() == ["ApplicationOpened"]


async def test_asking_again_opens_nothing_and_so_does_who_is_in_the_pool(scene: Scene) -> None:
    await scene.ask()
    async with scene.recruitment.transaction() as tx:
        assert await joining.open_application(tx, scene.sam.id) is None
    kim = Person(called="Kim")
    await scene.knows(kim)
    await scene.in_pool(kim)
    async with scene.recruitment.transaction() as tx:
        assert await joining.open_application(tx, kim.id) is None
    assert (await scene.names()).count("ApplicationOpened") == 1


async def test_of_two_who_ask_at_the_same_moment_for_one_person_one_is_there(scene: Scene) -> None:
    async def ask() -> UUID | None:
        async with scene.recruitment.transaction() as tx:
            return await joining.open_application(tx, scene.sam.id)

    asked = await asyncio.gather(ask(), ask(), scene.send(), return_exceptions=True)
    assert len({one for one in asked if isinstance(one, UUID)}) == 1
    async with scene.recruitment.transaction() as tx:
        assert await tx.fetchval("select count(*) from application") == 1


async def test_the_form_completes_the_application_that_is_there(scene: Scene) -> None:
    id = await scene.ask()
    assert await scene.send() == id
    one = await get(scene, id)
    assert (one.stage, one.full_name, one.version) == ("sent", draft().full_name, 2)
    assert one.moved_at and one.due_by == end_of_working_day(one.moved_at, 5)
    with pytest.raises(AlreadySent):
        await scene.send()
    assert await scene.names() == ["ApplicationOpened", "ApplicationSent"]


async def test_the_form_after_a_talk_leaves_the_stage_as_it_is(scene: Scene) -> None:
    id = await scene.ask()
    async with welcomer(scene) as tx:
        await welcoming.agree_talk(tx, id, at=tx.now - timedelta(hours=1), how="phone")
    assert await scene.send() == id
    assert ((one := await get(scene, id)).stage, one.full_name) == ("talked", draft().full_name)


async def test_who_asked_with_a_name_alone_joins_and_agrees_before_their_first_role(scene: Scene) -> None:
    leader = await scene.approve(await scene.ask())
    assert (leader.called, leader.status) == ("Sam", "approved")
    async with themselves(scene) as tx:
        assert await policies.agreed_by(tx, scene.sam.id) == []
        await joining.agree(tx, {"code_of_conduct": "1", "data_notice": "1"})
        assert {one.kind for one in await policies.agreed_by(tx, scene.sam.id)} == {"code_of_conduct", "data_notice"}


async def test_what_would_fit_can_be_said_from_the_first_stage_on(scene: Scene) -> None:
    await scene.ask()
    async with themselves(scene) as tx:
        await pool.give_profile(tx, Answers(strands=["research"]))
    assert (await scene.names())[-1] == "ProfileGiven"


async def test_one_who_is_asked_for_more_has_their_turn_and_their_answer_gives_it_back(scene: Scene) -> None:
    id = await scene.send()
    async with welcomer(scene) as tx:
        await welcoming.ask_more(tx, id, "Which clinic?")
    turn = await waiting(scene, id)
    assert turn and (turn.person_id, turn.what, turn.link) == (scene.sam.id, "say_more", "/join/mine")
    with pytest.raises(AskedAlready):
        async with welcomer(scene) as tx:
            await welcoming.ask_more(tx, id, "And when?")
    async with themselves(scene) as tx:
        await joining.say_more(tx, "The one in Lewes.")
    turn = await waiting(scene, id)
    assert turn and (turn.role, turn.what) == ("screener", "screen_application")
    async with welcomer(scene) as tx:
        [asked] = await questions.of(tx, id)
    assert (asked.words, asked.said, asked.asked_by) == ("Which clinic?", "The one in Lewes.", scene.screener.id)
    with pytest.raises(NothingAsked):
        async with themselves(scene) as tx:
            await joining.say_more(tx, "Also this.")
    assert (await scene.names())[1:] == ["ApplicationMoreAsked", "ApplicationChanged"]


async def test_a_question_is_read_by_its_person_and_by_no_other(scene: Scene) -> None:
    id = await scene.send()
    async with welcomer(scene) as tx:
        await welcoming.ask_more(tx, id, "Which clinic?")
    for acting in (scene.coordinator.acting(scene.trust), scene.trust_screener.acting(scene.trust)):
        async with scene.recruitment.transaction(acting) as tx:
            assert await questions.of(tx, id) == []
    async with themselves(scene) as tx:
        assert len(await questions.of(tx, id)) == 1


async def offer(scene: Scene, id: UUID, *times: datetime, how: str | None = "relay") -> None:
    async with welcomer(scene) as tx:
        await welcoming.ask_more(tx, id, "When do we talk?", times=times, how=how)


async def test_a_person_chooses_one_of_the_times_for_a_talk(scene: Scene) -> None:
    id, other = await scene.ask(), IN_A_WEEK + timedelta(hours=2)
    await offer(scene, id, other, IN_A_WEEK)
    turn = await waiting(scene, id)
    assert turn and (turn.person_id, turn.what) == (scene.sam.id, "choose_talk")
    with pytest.raises(NotOffered):
        async with themselves(scene) as tx:
            await joining.choose_time(tx, IN_A_WEEK + timedelta(minutes=1))
    async with themselves(scene) as tx:
        await joining.choose_time(tx, other)
    one = await get(scene, id)
    assert (one.stage, one.talk_at, one.talk_how, one.more_asked_at) == ("talked", other, "relay", None)
    assert one.due_by == end_of_working_day(other, 5), "the target counts from the talk"
    with pytest.raises(NothingAsked):
        async with themselves(scene) as tx:
            await joining.choose_time(tx, IN_A_WEEK)
    assert (await scene.names())[1:] == ["ApplicationMoreAsked", "ApplicationTalkAgreed"]


async def test_times_that_are_no_times_are_not_offered(scene: Scene) -> None:
    id = await scene.ask()
    over, far = IN_A_WEEK - timedelta(days=8), IN_A_WEEK + timedelta(days=60)
    many = [IN_A_WEEK + timedelta(hours=n) for n in range(4)]
    for times in ([over], [far], many):
        with pytest.raises(TimesAreOver):
            await offer(scene, id, *times)
    with pytest.raises(SaysHow):
        await offer(scene, id, IN_A_WEEK, how=None)
    with pytest.raises(NoSuchTime):
        async with welcomer(scene) as tx:
            await welcoming.agree_talk(tx, id, at=far, how="phone")
    assert await scene.names() == ["ApplicationOpened"]


async def test_a_talk_agreed_by_phone_settles_the_times_that_were_offered(scene: Scene) -> None:
    id = await scene.ask()
    await offer(scene, id, IN_A_WEEK)
    async with welcomer(scene) as tx:
        await welcoming.agree_talk(tx, id, at=IN_A_WEEK, how="phone")
    turn = await waiting(scene, id)
    assert turn and (turn.role, turn.what) == ("screener", "decide_application")
    with pytest.raises(NothingAsked):
        async with themselves(scene) as tx:
            await joining.choose_time(tx, IN_A_WEEK)


async def test_one_of_the_team_takes_it_and_another_is_handed_it(scene: Scene) -> None:
    id = await scene.ask()
    async with welcomer(scene) as tx:
        await welcoming.take(tx, id)
    with pytest.raises(HeldAlready):
        async with welcomer(scene, scene.welcomer) as tx:
            await welcoming.take(tx, id)
    async with welcomer(scene, scene.welcomer) as tx:
        await welcoming.hand_over(tx, id, scene.welcomer.id)
        team = await welcome.team(tx, scene.network.id, on=london_day(tx.now))
    assert [(one.called, one.holds) for one in team] == [("Noor", 1), ("Robin", 0)]
    async with themselves(scene) as tx:
        holder = await welcome.welcomer(tx, scene.welcomer.id, scene.network.id, on=london_day(tx.now))
        assert holder and holder.called == "Noor", "who asked sees who holds it"
        assert await welcome.welcomer(tx, scene.screener.id, scene.network.id, on=london_day(tx.now)) is None
    for nobody in (scene.coordinator, scene.trust_screener, Person()):
        with pytest.raises(NotOfTheTeam):
            async with welcomer(scene) as tx:
                await welcoming.hand_over(tx, id, nobody.id)


async def test_of_two_who_take_one_at_once_one_holds_it(scene: Scene) -> None:
    id = await scene.ask()

    async def take(person: Person) -> None:
        async with welcomer(scene, person) as tx:
            await welcoming.take(tx, id)

    taken = await asyncio.gather(take(scene.screener), take(scene.welcomer), return_exceptions=True)
    assert sorted(type(one).__name__ for one in taken) == ["HeldAlready", "NoneType"]


async def test_nobody_works_on_their_own_or_holds_it(scene: Scene) -> None:
    id = await scene.send(scene.screener)
    with pytest.raises(OwnApplication):
        async with welcomer(scene) as tx:
            await welcoming.take(tx, id)
    with pytest.raises(OwnApplication):
        async with welcomer(scene) as tx:
            await welcoming.ask_more(tx, id, "So?")
    with pytest.raises(OwnApplication):
        async with welcomer(scene, scene.welcomer) as tx:
            await welcoming.hand_over(tx, id, scene.screener.id)
    with pytest.raises(asyncpg.CheckViolationError):
        async with scene.recruitment.transaction() as tx:
            await tx.execute("update application set held_by = person_id where id = $1", id)


async def test_who_lost_the_role_is_in_the_team_no_more_and_a_new_name_is_shown(scene: Scene) -> None:
    jo = member(scene.network, "screener", called="Jo")
    await scene.knows(jo)

    async def called() -> set[str]:
        async with welcomer(scene) as tx:
            return {one.called for one in await welcome.team(tx, scene.network.id, on=london_day(tx.now))}

    assert await called() == {"Jo", "Noor", "Robin"}
    renamed = jo.account.model_copy(update={"version": 2, "called": "Joanna"})
    await scene.recruitment.hears_and_settles(type(jo.opened)(renamed))
    assert await called() == {"Joanna", "Noor", "Robin"}
    bare = renamed.model_copy(update={"version": 3, "memberships": ()})
    await scene.recruitment.hears_and_settles(type(jo.opened)(bare))
    assert await called() == {"Noor", "Robin"}


async def test_not_now_is_looked_at_again_by_somebody_else_once(scene: Scene) -> None:
    id = await scene.send()
    await scene.decline(id, "Too much at once", "An evening a month")
    async with themselves(scene) as tx:
        await joining.look_again(tx)
    one, turn = await get(scene, id), await waiting(scene, id)
    assert one.earlier and (one.earlier.by, one.earlier.reason) == (scene.screener.id, "Too much at once")
    assert turn and (one.stage, turn.what) == ("sent", "look_again")
    with pytest.raises(OwnAnswer):
        await scene.approve(id)
    with pytest.raises(asyncpg.CheckViolationError):
        async with scene.recruitment.transaction() as tx:
            await tx.execute(
                "update application set stage = 'approved', ended_at = now(), decided_by = earlier_by where id = $1", id
            )
    await scene.decline(id, by=scene.welcomer)
    with pytest.raises(LookedAgain):
        async with themselves(scene) as tx:
            await joining.look_again(tx)
    assert (await scene.names())[1:] == ["ApplicationDeclined", "ApplicationReopened", "ApplicationDeclined"]


async def test_a_second_look_that_says_yes_takes_them_into_the_pool(scene: Scene) -> None:
    id = await scene.ask()
    await scene.decline(id)
    async with themselves(scene) as tx:
        await joining.look_again(tx)
    assert (await scene.approve(id, scene.welcomer)).status == "approved"


async def test_what_was_taken_back_ends_its_question_and_nobody_works_on_it(scene: Scene) -> None:
    id = await scene.send()
    async with welcomer(scene) as tx:
        await welcoming.ask_more(tx, id, "Which clinic?")
    async with themselves(scene) as tx:
        await joining.withdraw_application(tx)
        assert await questions.waiting(tx, id) is None
    with pytest.raises(AlreadyAnswered):
        async with welcomer(scene) as tx:
            await welcoming.take(tx, id)


async def test_what_was_asked_goes_with_the_person_who_is_forgotten(scene: Scene) -> None:
    id = await scene.send()
    async with welcomer(scene) as tx:
        await welcoming.ask_more(tx, id, "Which clinic?")
    async with scene.recruitment.transaction() as tx:
        await pool.forget_person(tx, scene.sam.id)
        assert await tx.fetchval("select count(*) from application_question") == 0


async def oldest(scene: Scene) -> dict[str, datetime | None]:
    async with scene.recruitment.transaction() as tx:
        return await applications.waits(tx)


async def test_each_stage_says_since_when_its_oldest_waits_for_the_welcome_team(scene: Scene) -> None:
    people = [Person(called=name) for name in ("Ana", "Ben", "Cem", "Dot", "Eve", "Fay")]
    await scene.knows(*people)
    for person, stage in zip(people, ("asked", "sent", "talked", "more_asked", "again", "answered"), strict=True):
        await scene.bring(person, stage)
    found = await oldest(scene)
    assert all(found.values()) and set(found) >= {f"application_{name}" for name in ("asked", "sent", "talked")}
    async with scene.recruitment.transaction() as tx:
        old = "update application set moved_at = now() - interval '9 days' where stage = 'sent' and answer is null"
        await tx.execute(old + " and more_asked_at is not null")
        assert found["application_sent"] == (await applications.waits(tx))["application_sent"], "it is their turn"
        gone = "stage = 'withdrawn', ended_at = now(), more_asked_at = null, answer = null, undo_until = null"
        await tx.execute(f"update application set {gone}, decided_by = null")
    assert set((await oldest(scene)).values()) == {None}


async def test_an_older_version_beside_this_one_sends_and_answers_as_it_always_did(scene: Scene) -> None:
    """By the statements of before: what it writes still holds, and this version reads it."""
    id = new_id()

    async def send(tx: Transaction) -> str:
        return await tx.execute(
            "insert into application (id, version, person_id, organisation_id, ods_code, called, full_name, why, stage,"
            " sent_at) values ($1, 1, $2, $3, 'QNX', 'Sam', 'Sam Example', 'So', 'sent', now())"
            " on conflict (person_id) where stage = 'sent' do nothing",
            *(id, scene.sam.id, scene.network.id),
        )

    async with themselves(scene) as tx:
        assert await send(tx) == "INSERT 0 1"
        assert await send(tx) == "INSERT 0 0"
    before = (
        "update application set version = 2, stage = $2, ended_at = now(), decided_by = $3, reason = $4 where id = $1"
    )
    async with welcomer(scene) as tx:
        await tx.execute(before, id, "declined", scene.screener.id, "Not yet")
    one = await get(scene, id)
    assert one.told and (one.told.stage, one.told.reason, one.told.would_help) == ("declined", "Not yet", None)
    async with themselves(scene) as tx:
        await joining.look_again(tx)
    assert (await get(scene, id)).stage == "sent"
