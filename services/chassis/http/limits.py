"""How often a route may be used: by one visitor or account, from one network address, by all strangers together.

A route says it where it says who may enter: `Depends(limited(entry.anyone, ASKING))`. It is counted before anything
else is done, also when what was sent is then refused. An account that is signed in has its own limit and no other, so
nobody else, at the same address or anywhere, can use it up.
"""

import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request

from services.chassis.base import metrics
from services.chassis.base.hands import VISITOR, Acting
from services.chassis.base.purposes import Purpose, sealed
from services.chassis.base.refusals import Refused
from services.chassis.base.wording import many
from services.chassis.http.client_address import network_of
from services.chassis.http.forms import known_visit
from services.chassis.http.request import site_of
from services.chassis.postgres import limits
from services.chassis.postgres.limits import Exceeded, Scope

HOUR = timedelta(hours=1)
Known = TypeVar("Known", bound=Acting)


@dataclass(frozen=True)
class Limit:
    """So often in a window of time at most. `name` is kept and measured, and is no other limit's of the service.

    `visitor`: one visit, or one account. `address`: all strangers at one network address, which may be a whole
    hospital; None where nobody comes in who is not signed in. `everybody`: all strangers together; None where a
    stranger could shut everybody else out by it.
    """

    name: str
    visitor: int
    address: int | None = None
    everybody: int | None = None
    per: timedelta = HOUR


class TooOften(Refused, slug="too-often", title="Too many tries", status=429):
    """This was done too often in a short time. Wait a while, then try again."""

    def __init__(self, limit: str, exceeded: Exceeded) -> None:
        self.limit, self.scope = limit, exceeded.scope
        self.seconds = max(1, math.ceil(exceeded.wait.total_seconds()))
        super().__init__(f"{_WHY[exceeded.scope]} {_wait(self.seconds)}")


_WHY = {
    "visitor": "You have done this more often than we allow in a short time.",
    "address": "This was done more often from where you are than we allow in a short time, perhaps by others.",
    "everybody": "More people than we can answer are asking for this just now. Whoever is signed in can go on. "
    "You can also ring us.",
}


def _wait(seconds: int) -> str:
    minutes, hours = math.ceil(seconds / 60), math.ceil(seconds / 3600)
    wait = many(minutes, "minute") if minutes <= 90 else many(hours, "hour")
    return f"Wait {wait}, then send it again. Nothing was changed."


def limited(
    enter: Callable[..., Awaitable[Known]], limit: Limit, *, only_if: Callable[[Request], bool] | None = None
) -> Callable[..., Awaitable[Known]]:
    """Whoever `enter` lets in, as often as the limit allows. Raises TooOften.

    `only_if`: of the requests of a route only these are counted.
    """

    async def counted(request: Request, acting: Annotated[Any, Depends(enter)]) -> Any:
        if only_if is None or only_if(request):
            await count(request, limit, acting)
        return acting

    counted.may_enter = getattr(enter, "may_enter", "")  # pyright: ignore[reportFunctionMemberAccess]
    counted.limit = limit  # pyright: ignore[reportFunctionMemberAccess]
    return counted


async def count(request: Request, limit: Limit, acting: Acting = VISITOR) -> None:
    """Count it for whoever acts, in a transaction of its own, so that what is refused later counts too.

    Raises TooOften.
    """
    site = site_of(request)
    wanted: dict[Scope, tuple[str, int | None]]
    if acting.hand_id is not None:
        wanted = {"visitor": (str(acting.hand_id), limit.visitor)}
    else:
        visit = known_visit(request)
        wanted = {"address": (network_of(request), limit.address), "everybody": ("", limit.everybody)}
        wanted |= {"visitor": (visit, limit.visitor)} if visit else {}

    def who(scope: Scope, name: str) -> bytes:
        return sealed(site.form_secret[0], Purpose.LIMIT, limit.name, scope, name)[:16]

    counted: dict[Scope, tuple[bytes, int]] = {
        scope: (who(scope, name), most * site.settings.limits_times)
        for scope, (name, most) in wanted.items()
        if most is not None
    }
    async with site.database.transaction(VISITOR, request.state.cause) as tx:
        exceeded = await limits.count(tx, limit.name, limit.per, counted)
    if exceeded:
        metrics.too_often(site.service, limit.name, exceeded.scope)
        raise TooOften(limit.name, exceeded)


def words_are_sought(request: Request) -> bool:
    """Of a list: whether it is searched for words, which costs more than looking through it."""
    return any(request.query_params.get(name, "").strip() for name in ("words", "find"))
