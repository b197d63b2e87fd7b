"""A new edition of the code of conduct began in the demo region a few days ago: nearly everybody has said yes to it."""

from typing import Any

from services.chassis.base.access import london_day
from services.chassis.base.hands import SYSTEM, Person
from services.cli.base.database import connected
from services.cli.demo.past import Past, Step
from services.cli.demo.region import history
from services.recruitment import queries
from services.recruitment.commands import agreeing, joining
from services.recruitment.domain.agreeing import CODE
from services.recruitment.domain.agreement import TO_JOIN, AgreedTo

_BEGAN = """
insert into recruitment.policy_edition (kind, edition, valid_from, issuer, source, value)
values ($1, $2, $3, $4, $5, $6)
"""
"""As the owner: what has begun nobody else writes, and an edition that is set by a page begins tomorrow or later."""


class NewCode:
    """Who has not said yes finds it on their home page, and staff on the list of whom to ring or write to."""

    def __init__(self, past: Past) -> None:
        self._past, self._told = past, history()["new_code"]

    def steps(self) -> list[Step]:
        return [(self._told["began"], self._begin), (self._told["agreed"], self._say_yes)]

    async def _begin(self) -> int:
        told: dict[str, Any] = self._told
        room = self._past.rooms.apps["recruitment"]
        first = london_day(self._past.rooms.now)
        async with self._past.rooms.transaction("recruitment", SYSTEM) as tx:
            before = (await queries.policies_in_force(tx))[CODE]
        words = f"{before.words}\n{told['line']}"
        value = AgreedTo(title=before.title, words=words, changed=told["changed"]).model_dump_json()
        said = (CODE, "2", first, before.issuer, f"{before.issuer}, edition 2", value)
        async with connected(room.settings.admin_dsn()) as connection:
            await connection.execute(_BEGAN, *said)
        async with self._past.rooms.transaction("recruitment", SYSTEM) as tx:
            await agreeing.look_for_new_editions(tx)
        return 1

    async def _say_yes(self) -> int:
        agreeing_now = [one for one in self._past.pool if one.called not in self._told["not_yet"]]
        for person in agreeing_now:
            await self._agree(person)
        return len(agreeing_now)

    async def _agree(self, person: Person) -> None:
        async with self._past.doing("recruitment", person, "agree") as tx:
            in_force = await queries.policies_in_force(tx)
            await joining.agree(tx, {kind: in_force[kind].version for kind in TO_JOIN})
