"""What recruitment does about its neighbours' news, also when it hears it twice."""

from datetime import UTC, datetime

import pytest

from schemas.engagements import Attendance, AttendanceRecorded, Engagement, EngagementErased
from schemas.event import Erased
from schemas.identity import AccountChanged, AccountErased
from schemas.training import Credential, CredentialAwarded
from services.chassis.operate.maintenance import EVER
from services.chassis.postgres.mirrors import SWEEP
from services.chassis.postgres.transaction import new_id
from services.recruitment.commands import joining, pool
from services.recruitment.domain.profile import Answers
from services.recruitment.store import applications, leaders
from tests.recruitment.scene import Scene, draft
from tests.support import Connected, Person

NOW = datetime.now(UTC)


def engagement(person: Person, *, attended: bool | None = True, version: int = 1) -> Engagement:
    session = Attendance(session_id=new_id(), starts_at=NOW, hours=2, attended=attended)
    return Engagement(
        id=new_id(),
        version=version,
        opportunity_id=new_id(),
        organisation_id=new_id(),
        ods_code="RX2",
        person_id=person.id,
        status="accepted",
        interested_at=NOW,
        sessions=(session,),
    )


async def rung(scene: Scene) -> str:
    async with scene.recruitment.transaction() as tx:
        leader = await leaders.get(tx, scene.sam.id)
    assert leader
    return leader.rung


async def evidence(scene: Scene) -> int:
    async with scene.recruitment.transaction() as tx:
        return await tx.fetchval("select count(*) from rung_evidence")


async def handle_again(recruitment: Connected) -> None:
    """Do every reaction once more, as after a restore."""
    async with recruitment.transaction() as tx:
        await tx.execute("delete from handled")
    for mirror in recruitment.app.service.reactions.mirrors.values():
        async with recruitment.transaction() as tx:
            await tx.execute(mirror.sql(SWEEP), recruitment.app.service.reactions.to(mirror.of.topic), EVER)
    await recruitment.settle()


async def test_who_took_part_climbs_to_the_next_rung_once(scene: Scene) -> None:
    await scene.in_pool()
    first = engagement(scene.sam)
    await scene.recruitment.hears_and_settles(AttendanceRecorded(first))
    await scene.recruitment.hears_and_settles(AttendanceRecorded(first))
    await scene.recruitment.hears_and_settles(AttendanceRecorded(engagement(scene.sam)))
    await handle_again(scene.recruitment)
    assert await rung(scene) == "improvement"
    assert await evidence(scene) == 2
    assert (await scene.names()).count("LeaderChanged") == 1


async def test_a_place_alone_is_no_evidence(scene: Scene) -> None:
    await scene.in_pool()
    await scene.recruitment.hears_and_settles(AttendanceRecorded(engagement(scene.sam, attended=None)))
    await scene.recruitment.hears_and_settles(AttendanceRecorded(engagement(scene.sam, attended=False)))
    assert (await rung(scene), await evidence(scene)) == ("feedback", 0)


async def test_evidence_goes_when_attendance_is_put_right_or_erased(scene: Scene) -> None:
    await scene.in_pool()
    put_right, erased = engagement(scene.sam), engagement(scene.sam)
    await scene.recruitment.hears_and_settles(AttendanceRecorded(put_right), AttendanceRecorded(erased))
    absent = put_right.sessions[0].model_copy(update={"attended": False})
    corrected = put_right.model_copy(update={"version": 2, "sessions": (absent,)})
    await scene.recruitment.hears_and_settles(AttendanceRecorded(corrected))
    await scene.recruitment.hears_and_settles(EngagementErased(Erased(id=erased.id, version=2)))
    assert (await rung(scene), await evidence(scene)) == ("improvement", 0)


async def test_an_engagement_of_somebody_who_is_not_here_changes_nothing(scene: Scene) -> None:
    await scene.recruitment.hears_and_settles(AttendanceRecorded(engagement(Person())))
    assert await evidence(scene) == 0
    assert await scene.recruitment.said() == []
    assert await scene.recruitment.failing() == []


async def test_another_called_name_is_used_everywhere_from_then_on(scene: Scene) -> None:
    await scene.in_pool()
    renamed = scene.sam.account.model_copy(update={"called": "Sammy", "version": 2})
    await scene.recruitment.hears_and_settles(AccountChanged(renamed))
    await scene.recruitment.hears_and_settles(AccountChanged(renamed.model_copy(update={"version": 3})))
    await handle_again(scene.recruitment)
    async with scene.recruitment.transaction() as tx:
        leader = await leaders.get(tx, scene.sam.id)
        application = await applications.newest_of_person(tx, scene.sam.id)
    assert leader and application
    assert (leader.called, application.called, leader.version) == ("Sammy", "Sammy", 2)
    assert (await scene.names()).count("LeaderChanged") == 1


async def test_a_name_that_changed_while_the_application_was_being_sent_is_not_missed(scene: Scene) -> None:
    renamed = scene.sam.account.model_copy(update={"called": "Sammy", "version": 2})
    async with scene.recruitment.transaction(scene.sam.acting()) as tx:
        id = await joining.send_application(tx, draft())
        await scene.recruitment.hears_and_settles(AccountChanged(renamed))
    await scene.recruitment.settle()
    assert (await scene.approve(id)).called == "Sammy"


async def test_a_session_that_ended_is_no_news_about_the_name(scene: Scene) -> None:
    await scene.in_pool()
    await scene.recruitment.hears_and_settles(AccountChanged(scene.sam.account.model_copy(update={"version": 2})))
    assert "LeaderChanged" not in await scene.names()


async def test_training_is_kept_for_the_passport_and_nothing_is_said(scene: Scene) -> None:
    await scene.in_pool()
    done = Credential(
        id=new_id(),
        version=1,
        person_id=scene.sam.id,
        programme_id=new_id(),
        organisation_id=scene.trust.id,
        credential="foundations",
        awarded_at=NOW,
    )
    before = await scene.names()
    await scene.recruitment.hears_and_settles(CredentialAwarded(done), CredentialAwarded(done))
    assert await scene.names() == before
    async with scene.recruitment.transaction(scene.sam.acting()) as tx:
        assert [one.credential for one in await leaders.credentials(tx, scene.sam.id)] == ["foundations"]
    async with scene.recruitment.transaction(scene.coordinator.acting(scene.trust)) as tx:
        assert await leaders.credentials(tx, scene.sam.id) == []


@pytest.mark.parametrize("times", [1, 2])
async def test_of_an_erased_person_nothing_is_left_and_each_thing_is_said_to_be_erased_once(
    scene: Scene, times: int
) -> None:
    id = await scene.send()
    async with scene.recruitment.transaction(scene.sam.acting()) as tx:
        answers = Answers(strands=["research"], access_needs=["bsl"], health_consent="1")
        await pool.give_profile(tx, answers)
    await scene.approve(id)
    await scene.recruitment.hears_and_settles(AttendanceRecorded(engagement(scene.sam)))
    await scene.recruitment.hears_and_settles(AccountErased(Erased(id=scene.sam.id, version=2)))
    for _ in range(times - 1):
        await handle_again(scene.recruitment)
    async with scene.recruitment.transaction() as tx:
        left = await tx.fetch(
            "select 'application' as what from application where person_id = $1"
            " union all select 'agreement' from agreement where person_id = $1"
            " union all select 'evidence' from rung_evidence where person_id = $1"
            " union all select 'profile' from profile where person_id = $1"
            " union all select 'needs' from needs where person_id = $1"
            " union all select 'leader' from leader where id = $1",
            scene.sam.id,
        )
        outbox = await tx.fetch("select type, value from outbox where key = any($1)", [id, scene.sam.id])
        copies = await tx.fetchval("select count(*) from handled where id = $1 and state is not null", scene.sam.id)
    assert left == []
    assert copies == 0
    assert sorted(row["type"] for row in outbox) == [
        *("ApplicationErased", "LeaderErased", "NeedsErased", "ProfileErased"),
    ]
    assert not any("Sam" in row["value"] for row in outbox)


async def test_an_erased_person_stays_erased_when_older_news_is_heard_again(scene: Scene) -> None:
    await scene.in_pool()
    await scene.recruitment.hears_and_settles(AccountErased(Erased(id=scene.sam.id, version=5)))
    said = await scene.recruitment.said()
    await scene.recruitment.hears_and_settles(scene.sam.opened)
    async with scene.recruitment.transaction() as tx:
        assert await leaders.get(tx, scene.sam.id) is None
    assert await scene.recruitment.said() == said
    async with scene.recruitment.browser(scene.sam) as sam:
        assert (await sam.get("/join/mine")).status_code == 303
