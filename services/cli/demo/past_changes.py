"""What organisations changed of their roles in the demo region's past: moved, open for longer, opened again."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from services.cli.demo.past import Past, Step
from services.cli.demo.past_roles import Roles
from services.cli.demo.region import history
from services.matching.commands import changing, saving
from services.matching.domain.parts import NewOpening, Why

DAYS = ("apply_by", "decide_by", "feedback_by")


class RoleChanges:
    """Each with its why, as everybody reads it on the page of the role."""

    def __init__(self, past: Past, roles: Roles) -> None:
        self._past, self._roles = past, roles

    def steps(self) -> list[Step]:
        return [(told["days"], partial(self._change, told)) for told in history()["changes"]]

    async def _change(self, told: Mapping[str, Any]) -> int:
        role, why = self._roles.named(told["role"]), told["why"]
        said = {name: self._past.at(value) if name in DAYS else value for name, value in told["said"].items()}
        async with self._past.as_member("matching", role.by, "coordinator") as tx:
            if told["how"] == "close":
                await changing.close_early(tx, role.known_id, Why(why=why))
            elif told["how"] == "open_again":
                await changing.reopen(tx, role.known_id, NewOpening.model_validate({**said, "why": why}))
            else:
                await changing.say_anew(tx, await saving.own(tx, role.known_id), said, why=why)
        return 1
