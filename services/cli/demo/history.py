"""Six months of the demo region, lived day by day by the services' own commands before the doors open.

`python -m services.cli.demo.history` makes it once, in the database of the environment; Kafka hears of it later.
"""

import asyncio
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from services import load
from services.chassis.app import check_may_set_clock
from services.chassis.base.settings import BadSettings, Settings
from services.chassis.network import prepare_keys
from services.cli.base.trouble import Trouble
from services.cli.demo.in_process import rooms
from services.cli.demo.past import Past
from services.cli.demo.past_asked import Asking
from services.cli.demo.past_calendar import Calendars
from services.cli.demo.past_changes import RoleChanges
from services.cli.demo.past_code import NewCode
from services.cli.demo.past_concerns import Concerns
from services.cli.demo.past_drafts import Drafts
from services.cli.demo.past_drawn import Drawn
from services.cli.demo.past_home import Homes
from services.cli.demo.past_lists import Lists
from services.cli.demo.past_looked_after import LookedAfter
from services.cli.demo.past_monthly import Monthly
from services.cli.demo.past_people import People
from services.cli.demo.past_roles import Roles
from services.cli.demo.past_staff import Staff
from services.cli.demo.past_training import Training
from services.cli.demo.past_ways import WaysIn
from services.cli.demo.past_welcome import Welcome


async def make_history(settings: Settings, now: datetime) -> int:
    """Live it up to `now`. Returns how many things were done: 0 where a network has begun already.

    Raises BadSettings in any profile but demo and test, and Trouble when a service could not do what was due.
    """
    async with rooms(settings, now) as opened:
        past, done = Past(opened, now), 0
        if await past.is_begun():
            return 0
        people = People(past)
        joining = (people, Welcome(past, people), Lists(past))
        roles = Roles(past)
        lives = (past, Staff(past), *joining, LookedAfter(past), NewCode(past), Training(past), roles)
        lives = (*lives, Monthly(past), Calendars(past), Concerns(past, roles), Asking(past, roles))
        lives = (*lives, RoleChanges(past, roles), WaysIn(past), Drafts(past), Drawn(past), Homes(past))
        steps = [step for one in lives for step in one.steps()]
        lived = [one for one in steps if one[0] > 0]  # what is to come has not happened yet
        for days, step in sorted(lived, key=lambda one: -one[0]):  # those of one day in the order above
            opened.now = (now - timedelta(days=days)).replace(hour=10, minute=0, second=0, microsecond=0)
            done += (came := await step())
            if came:
                await opened.carry()
        opened.now = now
        await opened.carry()
        return done


async def prepare_and_make(settings: Settings) -> int:
    """The same, with tables and keys where there are none yet. Where it may not be made, nothing is touched."""
    check_may_set_clock(settings)
    prepare_keys(settings)
    for service in load():
        await service.prepare(settings)
    return await make_history(settings, datetime.now(UTC))


def main(environment: Mapping[str, str]) -> int:
    try:
        done = asyncio.run(prepare_and_make(Settings.from_environment(environment)))
    except (BadSettings, Trouble) as trouble:
        print(f"The history of the demo region could not be made whole: {trouble}", file=sys.stderr)
        return 1
    print(f"The demo region has a history: {done} things were done." if done else "There is a network already.")
    return 0


if __name__ == "__main__":
    sys.exit(main(os.environ))
