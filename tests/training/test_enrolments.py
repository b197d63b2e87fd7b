"""A place in a session, as neighbours hear of it: who, which session, and whether they came; no title and no words."""

import json
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from schemas.event import Erased
from schemas.identity import AccountErased
from schemas.training import ENROLMENT_STATUSES, Enrolment, EnrolmentErased
from services.chassis.operate.restate import KnownVersion, KnownVersions, restate, start_over
from services.chassis.postgres.transaction import NotOneRow
from services.training import commands
from services.training import restate as owned
from services.training.store import enrolments
from tests.asking import asked
from tests.support import Person
from tests.training.scene import Scene, soon

[OWNED] = [one for one in owned.OWNED if one.topic == "training.enrolment"]


async def heard(scene: Scene) -> list[tuple[str, dict[str, Any]]]:
    """What was said on the topic, in order: the name of the fact, and all that it carries."""
    async with scene.training.transaction() as tx:
        rows = await tx.fetch("select type, value from outbox where topic = 'training.enrolment' order by seq")
    return [(row["type"], json.loads(row["value"])) for row in rows]


async def gives_back(scene: Scene, person: Person, session_id: UUID) -> None:
    async with scene.training.transaction(person.acting()) as tx:
        await commands.cancel(tx, session_id)


async def test_a_place_is_said_with_ids_and_a_status_and_nothing_else(scene: Scene) -> None:
    sam, id = await scene.person(), await scene.offer()
    session_id = await scene.add_session(id)
    await scene.enrol(session_id, sam, sam)
    [(name, state)] = await heard(scene)
    assert name == "EnrolmentBooked" and state["status"] in ENROLMENT_STATUSES
    place = {"person_id": sam.id, "programme_id": id, "session_id": session_id, "organisation_id": scene.charity.id}
    expected = {name: str(id) for name, id in place.items()} | {"status": "booked", "version": 1}
    assert {name: state[name] for name in expected} == expected
    assert set(state) <= set(Enrolment.model_fields), "no title and no words"


async def test_a_place_given_back_is_gone_for_good_and_one_taken_again_is_another(scene: Scene) -> None:
    sam, session_id = await scene.person(), await scene.session(places=1)
    await scene.enrol(session_id, sam)
    [(_, first)] = await heard(scene)
    await gives_back(scene, sam, session_id)
    await scene.enrol(session_id, sam)
    (back, gone), (_, again) = await heard(scene)
    assert (back, gone) == ("EnrolmentErased", Erased(id=first["id"], version=2).model_dump(mode="json"))
    assert again["id"] != first["id"], "no late news of the one can end the other"
    assert (again["status"], await scene.taken(session_id), await scene.count("enrolment")) == ("booked", 1, 1)


async def test_whether_somebody_came_is_said_once_and_again_only_where_it_is_put_right(scene: Scene) -> None:
    sam, kim = await scene.person("Sam"), await scene.person("Kim")
    session_id = await scene.session(starts_at=soon())
    await scene.enrol(session_id, sam, kim)
    await scene.record(session_id, attended=[sam], absent=[kim])
    await scene.record(session_id, attended=[sam], absent=[kim])
    await scene.record(session_id, attended=[sam, kim], absent=[])
    said = [(name, UUID(state["person_id"]), state["status"], state["version"]) for name, state in await heard(scene)]
    assert Counter(said[2:4]) == Counter(
        [("EnrolmentRecorded", sam.id, "attended", 2), ("EnrolmentRecorded", kim.id, "absent", 2)]
    )
    assert said[4:] == [("EnrolmentRecorded", kim.id, "attended", 3)]


async def test_whoever_is_forgotten_leaves_no_place_behind(scene: Scene) -> None:
    sam, kim = await scene.person("Sam"), await scene.person("Kim")
    held, to_come = await scene.session(starts_at=soon()), await scene.session()
    await scene.enrol(held, sam, kim)
    await scene.enrol(to_come, sam)
    await scene.record(held, attended=[sam], absent=[kim])
    await scene.training.hears_and_settles(AccountErased(Erased(id=sam.id, version=2)))
    async with scene.training.transaction() as tx:
        rows = await tx.fetch("select type, key, value from outbox where topic = 'training.enrolment' order by seq")
        assert await tx.fetchval("select count(*) from enrolment where person_id = $1", sam.id) == 0
    assert str(sam.id) not in str([row["value"] for row in rows]), "what was said before goes from the outbox too"
    assert [row["type"] for row in rows].count("EnrolmentErased") == 2
    assert (await scene.taken(to_come), await scene.taken(held)) == (0, 2)


async def test_places_of_before_the_topic_are_said_by_restating(scene: Scene) -> None:
    """As an older version took them: with the defaults of the migration, and nothing said."""
    sam, kim, session_id = await scene.person("Sam"), await scene.person("Kim"), await scene.session()
    await scene.enrol(session_id, sam)
    async with scene.training.transaction() as tx:
        await tx.execute(
            "insert into enrolment (session_id, person_id, organisation_id, programme_id, enrolled_at)"
            " select session_id, $1, organisation_id, programme_id, enrolled_at from enrolment",
            kim.id,
        )
    counted = await restate(scene.training.app.database, OWNED, KnownVersions({}, {}))
    assert counted["said again"] == 2
    said = [(name, state["person_id"], state["version"]) for name, state in (await heard(scene))[1:]]
    assert Counter(said) == Counter(("EnrolmentRestated", str(one.id), 2) for one in (sam, kim))


async def test_a_place_that_was_given_back_stays_so_when_an_older_database_is_restored(
    scene: Scene,
) -> None:
    sam, kim, session_id = await scene.person("Sam"), await scene.person("Kim"), await scene.session()
    await scene.enrol(session_id, sam, kim)
    async with scene.training.transaction() as tx:
        theirs = await enrolments.find(tx, session_id, sam.id)
    assert theirs
    known = KnownVersion(2, EnrolmentErased.__name__, in_kafka=True, erased=True)
    app = scene.training.app
    for _ in range(2):
        await start_over(
            *(app.database, app.service.reactions, owned.OWNED),
            KnownVersions({"training.enrolment": {theirs.id: known}}, {}),
            prefix="",
        )
        assert (await scene.taken(session_id), await scene.count("enrolment")) == (1, 1)
        assert [state.get("person_id") for _, state in await heard(scene) if "erased" not in state] == [str(kim.id)]


async def test_a_person_says_nothing_of_whether_they_came_and_staff_nothing_of_themselves(scene: Scene) -> None:
    """By the rows' own policies, whatever a command forgets."""
    sam, session_id = await scene.person(), await scene.session(starts_at=soon())
    await scene.enrol(session_id, sam)
    async with scene.training.transaction() as tx:
        theirs = await enrolments.find(tx, session_id, sam.id)
        await tx.execute(
            "insert into enrolment (session_id, person_id, organisation_id, programme_id, enrolled_at)"
            " select session_id, $1, organisation_id, programme_id, enrolled_at from enrolment",
            scene.trainer.id,
        )
        own = await enrolments.find(tx, session_id, scene.trainer.id)
    assert theirs and own
    for who, one in ((sam.acting(), theirs), (scene.trainer.acting(scene.charity), own)):
        with pytest.raises(NotOneRow):
            async with scene.training.transaction(who) as tx:
                await enrolments.save(tx, one)
    async with scene.training.transaction(scene.stranger.acting(scene.trust)) as tx:
        assert await enrolments.of_session(tx, session_id) == []


async def test_a_session_of_a_hundred_is_recorded_by_as_many_statements_as_one_of_two(scene: Scene) -> None:
    counts: list[int] = []
    for many in (2, 60):
        people = [Person(called=f"Person {n}") for n in range(many)]
        session_id = await scene.session(starts_at=soon(), places=100)
        async with scene.training.transaction() as tx:
            for person in people:
                await tx.execute(
                    "insert into enrolment (session_id, person_id, organisation_id, programme_id, enrolled_at)"
                    " select id, $2, organisation_id, programme_id, $3 from session where id = $1",
                    *(session_id, person.id, tx.now - timedelta(minutes=1)),
                )
            await tx.execute("update session set places_taken = $2 where id = $1", session_id, many)
        with asked() as found:
            await scene.record(session_id, attended=people, absent=[])
        counts.append(len(found))
    assert counts[0] == counts[1], counts
