"""A person hears of what they need at a session: not confirmed, failed, confirmed; and is asked afterwards."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from schemas.engagements import Arrangement, ArrangementRestated
from schemas.event import Waiting
from schemas.matching import OpportunityPosted, Session
from services.chassis.postgres.transaction import new_id
from services.notifications.domain.contact import Wanted
from tests.notifications.support import World, a_world
from tests.notifications.test_who_hears import AFTERWARDS, OF_ACCESS
from tests.support import Connected

NOW = datetime.now(UTC)
SINCE, THEN = NOW - timedelta(hours=2), NOW - timedelta(hours=1)
ENGAGEMENT = new_id()


def arrangement(world: World, status: str, *, session: Session | None = None, **changes: Any) -> Arrangement:
    one = session or world.opportunity.sessions[0]
    values: dict[str, Any] = {
        "id": new_id(),
        "version": 1,
        "organisation_id": world.trust.id,
        "ods_code": "RX2",
        "opportunity_id": world.opportunity.id,
        "engagement_id": ENGAGEMENT,
        "session_id": one.id,
        "person_id": world.person.id,
        "starts_at": one.starts_at,
        "ends_at": one.ends_at,
        "status": status,
        "status_at": SINCE,
    }
    return Arrangement.model_validate(values | changes)


async def says(world: World, *of: Arrangement) -> None:
    await world.service.hears_and_settles(*(ArrangementRestated(one) for one in of))
    assert await world.service.failing() == []


@pytest.fixture
async def world(notifications: Connected) -> World:
    world = await a_world(notifications)
    await notifications.hears_and_settles(OpportunityPosted(world.opportunity))
    return world


@pytest.mark.parametrize("status", OF_ACCESS)
async def test_how_settled_it_is_is_told_once_it_has_to_be(world: World, status: str) -> None:
    quiet = arrangement(world, status)
    await says(world, quiet)
    assert await world.kinds() == []
    told = {"unconfirmed_since": THEN, "version": 2} | ({"failed_at": THEN} if status == "failed" else {})
    late = quiet.model_copy(update=told)
    await says(world, late)
    await says(world, late.model_copy(update={"version": 3}))
    assert await world.kinds() == ([OF_ACCESS[status]] if OF_ACCESS[status] else [])


async def test_what_fails_and_then_is_confirmed_is_told_of_each_once(world: World) -> None:
    one = arrangement(world, "failed", failed_at=SINCE)
    await says(world, one)
    await says(world, one.model_copy(update={"version": 2, "status": "booked", "status_at": THEN}))
    assert await world.kinds() == ["access_failed"], "that it is booked again is on the page"
    await says(world, one.model_copy(update={"version": 3, "status": "confirmed", "status_at": NOW}))
    [confirmed, failed] = await world.messages()
    assert confirmed.news.kind == "access_confirmed" and failed.news.kind == "access_failed"
    assert failed.news.link.endswith(f"/sessions/{one.session_id}/access")
    for words in ("cannot be had", "You keep your place", "ring us", "a seat in the pain pathway team"):
        assert words.lower() in failed.news.body.lower(), words


async def test_what_becomes_so_at_one_moment_at_many_sessions_is_one_message(world: World) -> None:
    more = [Session(id=new_id(), starts_at=NOW + timedelta(days=30 + day), hours=2) for day in range(9)]
    o = world.opportunity.model_copy(update={"version": 2, "sessions": (*world.opportunity.sessions, *more)})
    await world.service.hears_and_settles(OpportunityPosted(o))
    each = [arrangement(world, "failed", failed_at=THEN, session=one) for one in o.sessions]
    await says(world, *each)
    [message] = await world.messages()
    assert "at 10 meetings" in message.news.subject and "and 4 more meetings" in message.news.body
    assert message.news.link == f"/engagements/mine/{ENGAGEMENT}/access"


async def test_whoever_is_rung_hears_what_is_so_then(world: World) -> None:
    await world.reach(Wanted("phone", "01273 496000"))
    one = arrangement(world, "asked", unconfirmed_since=THEN)
    await says(world, one)
    assert [message.status for message in await world.messages()] == ["queued"]
    await says(world, one.model_copy(update={"version": 2, "status": "confirmed", "status_at": NOW}))
    statuses = {message.news.kind: message.status for message in await world.messages()}
    assert statuses["access_unconfirmed"] == "stale" and statuses["access_confirmed"] != "stale"
    await says(world, one.model_copy(update={"version": 3, "status": "not_needed", "unconfirmed_since": None}))
    statuses = {message.news.kind: message.status for message in await world.messages()}
    assert statuses["access_confirmed"] == "stale"


async def test_the_day_after_they_are_asked_and_not_once_they_have_answered(world: World) -> None:
    past: dict[str, Any] = {"starts_at": NOW - timedelta(days=2), "ends_at": NOW - timedelta(days=2, hours=-2)}
    id = new_id()
    one = arrangement(world, "confirmed", asked_at=THEN, waiting=(_asks(world.person.id, id),), id=id, **past)
    await says(world, one)
    [message] = await world.messages()
    assert message.news.kind == AFTERWARDS and "You do not have to answer" in message.news.body
    answered = arrangement(world, "confirmed", asked_at=NOW, answered_at=NOW, session=None, **past)
    await says(world, answered)
    assert len(await world.messages()) == 1


def _asks(person_id: UUID, about: UUID) -> Waiting:
    return Waiting(person_id=person_id, what="say_was_it_there", about=about, since=THEN, link="/engagements/mine")
