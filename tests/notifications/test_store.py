"""What row policies keep from somebody is not taken for done."""

from dataclasses import replace

import pytest

from schemas.matching import MatchMade, OpportunityPosted
from schemas.notifications import MessageRestated
from services.chassis.postgres.transaction import NotOneRow
from services.notifications.store import messages
from tests.notifications.support import a_world
from tests.support import Connected, Person, save_and_say


async def test_nobody_says_a_version_of_somebody_elses_message(notifications: Connected) -> None:
    world = await a_world(notifications)
    await notifications.hears_and_settles(OpportunityPosted(world.opportunity), MatchMade(world.match()))
    [message] = await world.messages()
    before = await notifications.said()
    changed = replace(message, version=message.version + 1)
    event = MessageRestated(changed.public())
    with pytest.raises(NotOneRow):
        await save_and_say(notifications, Person().acting(), lambda tx: messages.save(tx, changed), event)
    assert await notifications.said() == before
