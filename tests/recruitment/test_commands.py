"""What recruitment's commands do, on a real database."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from schemas.recruitment import Profile
from services.chassis.base.refusals import AccountNotHereYet, NotAllowed, NotFound, NotTheNetwork, Refused, TryAgainSoon
from services.chassis.postgres.transaction import new_id
from services.recruitment.commands import joining, pool, welcoming
from services.recruitment.domain.agreement import CodeNotAgreed, ConsentNeeded
from services.recruitment.domain.application import AlreadyInPool
from services.recruitment.domain.applying import AlreadySent, NothingToTakeBack
from services.recruitment.domain.leader import NotInPool
from services.recruitment.domain.profile import Answers, AskToJoinFirst
from services.recruitment.domain.welcome import AlreadyAnswered, OwnApplication
from services.recruitment.store import applications, leaders, policies, profiles
from tests.recruitment.scene import FULL_NAME, WORDS, Scene, draft
from tests.support import Connected, Person, member

HEALTH = Answers(lived_experience=["pain"], access_needs=["bsl"], health_consent="1")


async def profile_of(scene: Scene, person: Person) -> Profile | None:
    async with scene.recruitment.transaction() as tx:
        kept = await profiles.get(tx, person.id)
    return kept.public() if kept else None


async def give(scene: Scene, answers: Answers, person: Person | None = None) -> None:
    async with scene.recruitment.transaction((person or scene.sam).acting()) as tx:
        await pool.give_profile(tx, answers)


async def leave(scene: Scene) -> None:
    async with scene.recruitment.transaction(scene.sam.acting()) as tx:
        await pool.leave_pool(tx)
    await scene.recruitment.settle()


async def test_approving_says_the_application_and_the_leader_in_one_transaction(scene: Scene) -> None:
    id = await scene.send()
    leader = await scene.approve(id)
    assert await scene.recruitment.said() == [
        ("ApplicationSent", id),
        ("ApplicationApproved", id),
        ("LeaderApproved", scene.sam.id),
    ]
    assert (leader.called, leader.rung, leader.status) == ("Sam", "feedback", "approved")
    assert leader.reference.startswith("PL-")


async def test_nothing_that_was_written_leaves_recruitment(scene: Scene) -> None:
    await scene.in_pool()
    async with scene.recruitment.transaction() as tx:
        values = await tx.fetch("select value from outbox")
    assert not any(FULL_NAME in row["value"] or WORDS in row["value"] for row in values)


async def test_the_passport_keeps_what_was_agreed_to_and_when(scene: Scene) -> None:
    await scene.send()
    async with scene.recruitment.transaction(scene.sam.acting()) as tx:
        agreed = await policies.agreed_by(tx, scene.sam.id)
    assert {(one.kind, one.version) for one in agreed} == {("code_of_conduct", "1"), ("data_notice", "1")}


async def test_asking_twice_changes_nothing(scene: Scene) -> None:
    await scene.send()
    with pytest.raises(AlreadySent):
        await scene.send()
    assert await scene.names() == ["ApplicationSent"]


async def test_of_two_who_send_at_the_same_moment_for_one_person_one_is_sent(scene: Scene) -> None:
    answers = await asyncio.gather(scene.send(), scene.send(), return_exceptions=True)
    assert sorted(type(one).__name__ for one in answers) == ["AlreadySent", "UUID"]
    assert await scene.names() == ["ApplicationSent"]


async def test_who_is_in_the_pool_cannot_ask_again(scene: Scene) -> None:
    await scene.in_pool()
    with pytest.raises(AlreadyInPool):
        await scene.send()


async def test_nothing_is_sent_without_the_code_of_conduct(scene: Scene) -> None:
    with pytest.raises(CodeNotAgreed):
        async with scene.recruitment.transaction(scene.sam.acting()) as tx:
            await joining.send_application(tx, draft(code_of_conduct=""))
    assert await scene.names() == []


async def test_before_the_network_is_heard_of_the_person_is_asked_to_try_again(recruitment: Connected) -> None:
    sam = Person()
    await recruitment.hears_and_settles(sam.opened)
    with pytest.raises(TryAgainSoon):
        async with recruitment.transaction(sam.acting()) as tx:
            await joining.send_application(tx, draft())
    assert await recruitment.said() == []


async def test_an_application_is_answered_once(scene: Scene) -> None:
    id = await scene.send()
    await scene.approve(id)
    with pytest.raises(AlreadyAnswered):
        await scene.approve(id)
    with pytest.raises(AlreadyAnswered):
        await scene.decline(id)
    assert (await scene.names()).count("LeaderApproved") == 1


async def test_of_two_screeners_at_once_one_wins(scene: Scene) -> None:
    other = member(scene.network, "screener", called="Jo")
    await scene.knows(other)
    id = await scene.send()
    answers = await asyncio.gather(
        scene.approve(id), scene.approve(id, other), scene.decline(id), return_exceptions=True
    )
    assert sum(isinstance(one, AlreadyAnswered) for one in answers) == 2
    assert len(await scene.names()) in (2, 3)


async def test_nobody_answers_their_own_application(scene: Scene) -> None:
    id = await scene.send(scene.screener)
    with pytest.raises(OwnApplication):
        await scene.approve(id)
    assert await scene.names() == ["ApplicationSent"]


async def test_the_database_too_refuses_an_own_answer(scene: Scene) -> None:
    id = await scene.send()
    with pytest.raises(asyncpg.CheckViolationError):
        async with scene.recruitment.transaction() as tx:
            await tx.execute(
                "update application set stage = 'approved', ended_at = now(), decided_by = person_id where id = $1", id
            )


async def test_only_the_network_screens_and_only_its_screeners(scene: Scene) -> None:
    id = await scene.send()
    async with scene.recruitment.transaction(scene.trust_screener.acting(scene.trust)) as tx:
        with pytest.raises(NotTheNetwork):
            await welcoming.approve_application(tx, id)
    clerk = member(scene.network, "coordinator")
    await scene.knows(clerk)
    async with scene.recruitment.transaction(clerk.acting(scene.network)) as tx:
        with pytest.raises(NotAllowed):
            await welcoming.approve_application(tx, id)
    assert await scene.names() == ["ApplicationSent"]


async def test_an_application_that_is_not_there_cannot_be_answered(scene: Scene) -> None:
    with pytest.raises(NotFound):
        await scene.approve(new_id())


async def test_taking_back_ends_it_and_an_answer_after_that_is_refused(scene: Scene) -> None:
    id = await scene.send()
    async with scene.recruitment.transaction(scene.sam.acting()) as tx:
        await joining.withdraw_application(tx)
    with pytest.raises(AlreadyAnswered):
        await scene.approve(id)
    with pytest.raises(NothingToTakeBack):
        async with scene.recruitment.transaction(scene.sam.acting()) as tx:
            await joining.withdraw_application(tx)
    assert await scene.names() == ["ApplicationSent", "ApplicationWithdrawn"]
    await scene.in_pool()


async def test_nobody_else_can_take_it_back(scene: Scene) -> None:
    await scene.send()
    with pytest.raises(NothingToTakeBack):
        async with scene.recruitment.transaction(scene.coordinator.acting()) as tx:
            await joining.withdraw_application(tx)


async def test_a_profile_is_said_when_it_changes_and_only_then(scene: Scene) -> None:
    await scene.send()
    await give(scene, HEALTH)
    await give(scene, HEALTH)
    await give(scene, Answers(strands=["research"]))
    assert (await scene.names())[1:] == ["ProfileGiven", "ProfileChanged"]


async def test_health_data_without_consent_changes_nothing(scene: Scene) -> None:
    await scene.send()
    with pytest.raises(ConsentNeeded):
        await give(scene, HEALTH.model_copy(update={"health_consent": ""}))
    assert await profile_of(scene, scene.sam) is None


async def test_a_profile_is_only_kept_of_who_asked_to_join(scene: Scene) -> None:
    with pytest.raises(AskToJoinFirst):
        await give(scene, HEALTH)


@pytest.mark.parametrize("end", ["declined", "withdrawn", "left"])
async def test_nothing_of_a_profile_is_kept_of_who_is_not_here_any_more(scene: Scene, end: str) -> None:
    id = await scene.send()
    await give(scene, HEALTH)
    if end == "declined":
        await scene.decline(id)
    elif end == "withdrawn":
        async with scene.recruitment.transaction(scene.sam.acting()) as tx:
            await joining.withdraw_application(tx)
    else:
        await scene.approve(id)
        await leave(scene)
    await scene.recruitment.settle()
    assert await profile_of(scene, scene.sam) == Profile(id=scene.sam.id, version=2)
    assert (await scene.names())[-1] == "ProfileChanged"


async def test_who_left_can_come_back_and_their_profile_goes_on(scene: Scene) -> None:
    first = await scene.in_pool()
    await give(scene, HEALTH)
    await leave(scene)
    with pytest.raises(NotInPool):
        await leave(scene)
    again = await scene.in_pool()
    await give(scene, HEALTH)
    assert (again.reference, again.version) == (first.reference, 3)
    assert (await scene.names())[-1] == "ProfileChanged"


async def test_a_screener_enters_an_application_for_somebody_on_the_phone(scene: Scene) -> None:
    pat = await scene.by_phone()
    async with scene.recruitment.transaction(scene.screener.acting(scene.network).helping(pat.id)) as tx:
        id = await joining.send_application(tx, draft(), HEALTH)
    async with scene.recruitment.transaction() as tx:
        application = await applications.get(tx, id)
        kept = await profiles.get(tx, pat.id)
        entered = await tx.fetchval("select count(*) from agreement where entered_by = $1", scene.screener.id)
    assert application and kept
    assert (application.called, application.entered_by, kept.entered_by) == ("Pat", *[scene.screener.id] * 2)
    assert entered == 2
    assert (await scene.approve(id)).called == "Pat"


async def test_a_reference_that_is_taken_is_drawn_again(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter("CCCC" + "CCCC" + "DDDD")

    def draw(_: str) -> str:
        return next(drawn)

    monkeypatch.setattr(welcoming.secrets, "choice", draw)
    kim = Person(called="Kim")
    await scene.knows(kim)
    assert (await scene.in_pool()).reference == "PL-CCCC"
    assert (await scene.in_pool(kim)).reference == "PL-DDDD"


async def test_unsuccessful_applications_are_erased_when_their_time_is_over(scene: Scene) -> None:
    await scene.decline(await scene.send())
    kept = await scene.send()
    for older_than, erased in ((300, 0), (70, 1), (0, 0)):
        async with scene.recruitment.transaction() as tx:
            days = "update application set sent_at = sent_at - $1::interval, ended_at = ended_at - $1::interval"
            await tx.execute(days, timedelta(days=older_than))
        async with scene.recruitment.transaction() as tx:
            assert await joining.erase_unsuccessful_applications(tx) == erased
    assert (await scene.names()).count("ApplicationErased") == 1
    async with scene.recruitment.transaction() as tx:
        assert await applications.get(tx, kept)


async def test_row_policies_show_each_their_own_only(scene: Scene) -> None:
    id = await scene.send()
    await give(scene, HEALTH)
    stranger = Person(called="Val")
    for acting in (
        stranger.acting(),
        scene.coordinator.acting(scene.trust),
        scene.trust_screener.acting(scene.trust),
    ):
        async with scene.recruitment.transaction(acting) as tx:
            assert await applications.get(tx, id) is None
            assert await profiles.get(tx, scene.sam.id) is None
            assert await policies.agreed_by(tx, scene.sam.id) == []
            assert await leaders.get(tx, scene.sam.id) is None
    async with scene.recruitment.transaction(scene.screener.acting(scene.network)) as tx:
        assert await applications.get(tx, id)
        assert await profiles.get(tx, scene.sam.id) is None


async def test_a_person_cannot_write_their_own_answer(scene: Scene) -> None:
    id = await scene.send()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with scene.recruitment.transaction(scene.sam.acting()) as tx:
            await tx.execute(
                "update application set stage = 'approved', ended_at = now(), decided_by = $2 where id = $1",
                *(id, new_id()),
            )


async def test_a_refusal_says_in_words_what_to_do() -> None:
    for refusal in (AlreadySent, AlreadyAnswered, OwnApplication, ConsentNeeded, AskToJoinFirst, AccountNotHereYet):
        assert issubclass(refusal, Refused)
        assert len(refusal().words.split()) > 8
