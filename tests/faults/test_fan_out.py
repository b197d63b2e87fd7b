"""A role is withdrawn that five hundred showed interest in, or its session moved that five hundred have a place at, and
notifications is killed at every point on the way."""

import secrets
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from schemas.event import AnyEvent
from services.chassis.base.settings import Settings
from services.chassis.network import make_topics
from services.cli.local.ports import Ports
from services.notifications.domain.message import WHO_RINGS
from tests.faults.long import LONG
from tests.faults.place import Place
from tests.faults.rooms import Starter
from tests.faults.streams import producing
from tests.notifications.many import WAYS, a_role, told
from tests.support import Connected, Database, delete_topics, drop_database, make_database, record_of, until

pytestmark = pytest.mark.timeout(300)

INTERESTED = 500
WHILE_IT_IS_TOLD = (
    *("batch-before-commit", "batch-before-offsets"),
    *("reaction-before-commit", "reaction-after-commit") * (4 if LONG else 2),
)
"""The withdrawal is heard, owed to all, and told in batches: each step is cut off before its commit and after it."""
WHEN_EACH_HAS_ENDED = ("reaction-before-commit:9", "reaction-after-commit:9")
WHILE_IT_IS_SAID = ("relay-before-send", "relay-before-mark")
"""What the last reaction that was killed after its commit has left to be sent."""
NOBODY = "smtp://127.0.0.1:9"
"""No mail server: e-mails wait."""


@pytest.fixture
async def place(run_settings: Settings, template: str, forker: Path, tmp_path: Path) -> AsyncIterator[Place]:
    """A database and topics of the test's own."""
    name, prefix = f"pln_test_{secrets.token_hex(4)}", f"t{secrets.token_hex(3)}-"
    url = await make_database(run_settings.admin_dsn(), name, template)
    settings = run_settings.model_copy(update={"database_url": url, "topic_prefix": prefix})
    await make_topics(settings)
    with Starter(tmp_path, forker) as starter:
        yield Place(settings, starter, Ports(tmp_path))
    await delete_topics(settings, prefix)
    await drop_database(run_settings.admin_dsn(), name)


@pytest.fixture
async def watching(place: Place) -> AsyncIterator[Connected]:
    """What notifications has, looked at from outside; it opens no doors of its own."""
    connected = await Database(place.settings).connect("notifications")
    yield connected
    await connected.app.database.pool.close()


async def is_killed(place: Place, failpoint: str) -> None:
    room = place.start("notifications", PLN_FAILPOINT=failpoint, PLN_SMTP_URL=NOBODY)
    await until(
        lambda: not room.process.alive(), seconds=60, why=lambda: f"{failpoint} not passed: {room.said[-2000:]}"
    )
    assert room.process.code is None, room.said[-2000:]


async def say(place: Place, events: Sequence[AnyEvent]) -> None:
    """As a neighbour's relay does."""
    async with producing(Database(place.settings)) as stream:
        await stream.append(*(record_of(event, place.settings.topic_prefix) for event in events))


async def all_is_done(watching: Connected, version: int) -> bool:
    """What each engagement became was heard, nothing is owed, and all was said."""
    async with watching.transaction() as tx:
        heard = await tx.fetchval("select count(*) from mirror_engagement where version = $1", version)
        owed = await tx.fetchval("select count(*) from due")
        unsaid = await tx.fetchval("select count(*) from outbox where published_at is null")
    return (heard, owed, unsaid) == (INTERESTED, 0, 0)


async def said_of_messages(watching: Connected) -> Counter[str]:
    return Counter(name for name, _ in await watching.said())


async def test_each_is_told_once_though_it_is_killed_at_every_point_on_the_way(
    place: Place, watching: Connected
) -> None:
    role = a_role(watching, INTERESTED)
    room = place.start("notifications", PLN_SMTP_URL=NOBODY)
    await room.is_ready()
    await say(place, role.before)
    await role.are_reached()
    await until(lambda: all_is_done(watching, 1), seconds=120, every=0.2)
    await room.stop()
    await say(place, [role.withdrawn])
    for failpoint in (*WHILE_IT_IS_TOLD, *WHILE_IT_IS_SAID):
        await is_killed(place, failpoint)
    await say(place, role.ended)
    for failpoint in WHEN_EACH_HAS_ENDED:
        await is_killed(place, failpoint)
    place.start("notifications", PLN_SMTP_URL=NOBODY)
    await until(lambda: all_is_done(watching, 2), seconds=120, every=0.2)
    assert await told(watching) == dict.fromkeys(WAYS, INTERESTED // len(WAYS))
    assert await said_of_messages(watching) == {"MessageQueued": INTERESTED, "MessageSent": INTERESTED // len(WAYS)}
    async with watching.transaction() as tx:
        waiting = await tx.fetchval("select count(*) from waiting_item where topic = 'notifications.message'")
    assert waiting == INTERESTED // 2 * len(WHO_RINGS)


async def test_each_hears_once_that_their_session_moved_and_only_of_its_newest_time(
    place: Place, watching: Connected
) -> None:
    role = a_role(watching, INTERESTED, "accepted")
    room = place.start("notifications", PLN_SMTP_URL=NOBODY)
    await room.is_ready()
    await say(place, role.before)
    await role.are_reached()
    await until(lambda: all_is_done(watching, 1), seconds=120, every=0.2)
    await room.stop()
    await say(place, [role.moved(2), role.moved(3)])
    for failpoint in (*WHILE_IT_IS_TOLD[:4], *WHILE_IT_IS_SAID):
        await is_killed(place, failpoint)
    await say(place, role.still_there)
    for failpoint in WHEN_EACH_HAS_ENDED:
        await is_killed(place, failpoint)
    place.start("notifications", PLN_SMTP_URL=NOBODY)
    await until(lambda: all_is_done(watching, 2), seconds=120, every=0.2)
    assert await told(watching, "sessions_changed") == dict.fromkeys(WAYS, INTERESTED // len(WAYS))
    assert await said_of_messages(watching) == {"MessageQueued": INTERESTED, "MessageSent": INTERESTED // len(WAYS)}
