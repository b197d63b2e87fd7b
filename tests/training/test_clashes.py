"""Whoever takes a place in training at the time of something else of theirs is warned with it named, never stopped."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from schemas.engagements import Chat, Engagement, EngagementErased, InterestWithdrawn, PlaceAccepted
from schemas.event import Erased
from schemas.matching import Opportunity, OpportunityPosted, Session, SessionCancelled, SessionChanged
from tests.support import Person
from tests.training.scene import Scene

TEN = (datetime.now(UTC) + timedelta(days=20)).replace(hour=10, minute=0, second=0, microsecond=0)


def role(scene: Scene, *starts: datetime) -> Opportunity:
    return Opportunity(
        id=uuid4(),
        version=1,
        organisation_id=scene.trust.id,
        ods_code=scene.trust.ods_code,
        title="The pain team",
        summary="Help to plan care.",
        what_will_change="The letter.",
        strand="service_improvement",
        rung="improvement",
        mode="remote",
        time_commitment="3 hours",
        expertise_level="none",
        places=2,
        sessions=tuple(Session(id=uuid4(), starts_at=at, hours=2) for at in starts),
        apply_by=TEN - timedelta(days=5),
        feedback_by=TEN + timedelta(days=60),
        posted_at=TEN - timedelta(days=30),
    )


def engaged(of: Opportunity, person: Person, **changes: Any) -> Engagement:
    values = {
        "id": uuid4(),
        "version": 1,
        "opportunity_id": of.id,
        "organisation_id": of.organisation_id,
        "ods_code": of.ods_code,
        "person_id": person.id,
        "status": "accepted",
        "interested_at": TEN - timedelta(days=25),
    }
    return Engagement.model_validate(values | changes)


async def clashes(scene: Scene, person: Person, programme_id: UUID) -> list[dict[str, Any]]:
    async with scene.training.api(person) as api:
        return (await api.get(f"/mine/clashes/{programme_id}")).json()["clashes"]


async def test_a_place_in_a_role_is_named_before_and_after_a_place_in_training_is_taken(scene: Scene) -> None:
    sam, programme, work = await scene.person(), await scene.offer(), role(scene, TEN)
    theirs = engaged(work, sam)
    during = await scene.add_session(programme, starts_at=TEN + timedelta(hours=1))
    await scene.add_session(programme, starts_at=TEN + timedelta(hours=2))
    await scene.training.hears_and_settles(OpportunityPosted(work), PlaceAccepted(theirs))
    [clash] = await clashes(scene, sam, programme)
    assert (clash["session_id"], clash["what"], clash["about"], clash["title"]) == (
        *(str(during), "place", str(theirs.id), "The pain team"),
    ), "the session that begins as the role's ends is no clash"
    async with scene.training.browser(sam) as browser:
        page = (await browser.get(f"/training/{programme}")).text
        assert page.count("You have something else at the same time.") == 1
        assert (
            f'You have a place in <a class="nhsuk-link" href="/engagements/mine/{theirs.id}">The pain team</a>' in page
        )
        await scene.enrol(during, sam)
        assert "You can keep both, or give one back." in (await browser.get("/training/mine")).text
    async with scene.training.api(sam) as api:
        [place] = (await api.get("/mine/enrolments")).json()["enrolments"]
    assert ([one["title"] for one in place["clashes"]], place["more_clashes"]) == (["The pain team"], False)
    kim = await scene.person("Kim")
    assert await clashes(scene, kim, programme) == [], "nobody else's"
    async with scene.training.browser() as visitor:
        assert "something else" not in (await visitor.get(f"/training/{programme}")).text


async def test_it_ends_with_what_it_is_about_and_follows_what_is_moved_or_cancelled(scene: Scene) -> None:
    sam, programme, work = await scene.person(), await scene.offer(), role(scene, TEN - timedelta(days=1))
    theirs = engaged(work, sam)
    await scene.add_session(programme, starts_at=TEN)
    await scene.training.hears_and_settles(OpportunityPosted(work), PlaceAccepted(theirs))
    assert await clashes(scene, sam, programme) == []
    [one] = work.sessions
    moved = one.model_copy(update={"starts_at": TEN + timedelta(minutes=90)})
    await scene.training.hears_and_settles(SessionChanged(work.model_copy(update={"version": 2, "sessions": (moved,)})))
    assert [one["title"] for one in await clashes(scene, sam, programme)] == ["The pain team"]
    off = moved.model_copy(update={"cancelled": SessionCancelled(at=TEN, why="not_needed")})
    await scene.training.hears_and_settles(SessionChanged(work.model_copy(update={"version": 3, "sessions": (off,)})))
    assert await clashes(scene, sam, programme) == []
    await scene.training.hears_and_settles(SessionChanged(work.model_copy(update={"version": 4, "sessions": (moved,)})))
    assert len(await clashes(scene, sam, programme)) == 1
    back = theirs.model_copy(update={"version": 2, "status": "withdrawn"})
    await scene.training.hears_and_settles(InterestWithdrawn(back))
    assert await clashes(scene, sam, programme) == []
    again = back.model_copy(update={"version": 3, "status": "accepted"})
    await scene.training.hears_and_settles(PlaceAccepted(again))
    assert len(await clashes(scene, sam, programme)) == 1
    await scene.training.hears_and_settles(EngagementErased(Erased(id=theirs.id, version=4)))
    assert await clashes(scene, sam, programme) == []


async def test_other_training_and_an_agreed_talk_clash_too_and_the_same_session_does_not(scene: Scene) -> None:
    sam, programme, work = await scene.person(), await scene.offer(), role(scene, TEN + timedelta(days=9))
    session = await scene.add_session(programme, starts_at=TEN)
    other = await scene.add_session(await scene.offer(title="Reading figures"), starts_at=TEN - timedelta(hours=1))
    await scene.enrol(other, sam)
    await scene.enrol(session, sam)
    assert [(one["what"], one["title"]) for one in await clashes(scene, sam, programme)] == [
        ("training", "Reading figures")
    ]
    talk = Chat(proposed_at=TEN, proposed_by=uuid4(), times=(TEN,), minutes=30, mode="phone", starts_at=TEN)
    asked = engaged(work, sam, status="interested", chat=talk)
    await scene.training.hears_and_settles(OpportunityPosted(work), PlaceAccepted(asked))
    assert {one["what"] for one in await clashes(scene, sam, programme)} == {"training", "talk"}
    async with scene.training.browser(sam) as browser:
        shown = (await browser.get(f"/training/{programme}")).text
    assert "You agreed to talk about" in shown and "You booked" in shown
