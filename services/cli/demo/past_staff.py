"""What happened to the demo region's staff: who left, who is invited, who hosts whom."""

from functools import partial
from typing import Any
from uuid import UUID

from services.chassis.base.addresses import EmailAddress
from services.chassis.base.hands import SYSTEM
from services.cli.demo.past import LETTERS, Past, Step
from services.cli.demo.region import history, region
from services.identity.commands import hosting, invitations, staff
from services.identity.commands.granting import Granted
from services.identity.commands.invitations import Invited
from services.identity.store import accounts


class Staff:
    """Each of them is one line of history.yaml."""

    def __init__(self, past: Past) -> None:
        self._past, self._came = past, dict[str, UUID]()

    def steps(self) -> list[Step]:
        told = history()["staff"]
        steps: list[Step] = [(told["also"]["since"], partial(self._also, told["also"]))]
        for one in told["left"]:
            steps += [(one["from"], partial(self._come, one)), (one["to"], partial(self._leave, one))]
        steps += [(one["since"], partial(self._invite, one)) for one in told["invited"]]
        steps += [(one["since"], partial(self._host, one)) for one in told["hosts"]]
        return steps

    async def _also(self, one: dict[str, Any]) -> int:
        admin = self._past.staff[self._past.network, "admin"]
        async with self._past.as_member("identity", self._past.network, "admin") as tx:
            await staff.grant(tx, admin, Granted(tuple(one["roles"])), LETTERS)
        return 1

    async def _come(self, one: dict[str, Any]) -> int:
        self._came[one["email"]] = await self._past.one_of_staff(one["of"], one)
        return 1

    async def _leave(self, one: dict[str, Any]) -> int:
        async with self._past.rooms.transaction("identity", SYSTEM) as tx:
            left = await accounts.account(tx, self._came[one["email"]])
        if left is None:
            raise LookupError(f"the account of {one['called']}")
        async with self._past.as_member("identity", one["of"], "admin") as tx:
            await staff.end_membership(tx, left.memberships[0].id, LETTERS)
        return 1

    async def _invite(self, one: dict[str, Any]) -> int:
        async with self._past.as_member("identity", one["of"], "admin") as tx:
            whom = Invited(one["called"], EmailAddress.read(one["email"]))
            await invitations.invite(tx, whom, Granted(tuple(one["roles"])), LETTERS)
        return 1

    async def _host(self, one: dict[str, Any]) -> int:
        async with self._past.as_member("identity", region()["network"]["ods_code"], "admin") as tx:
            await hosting.host(tx, one["organisation"], one["by"], first=None, last=None)
        return 1
