"""What a form saw of the thing that it changes, and whether that still holds, so that nothing is overwritten unseen.

A form that changes something carries a token of how it saw it: of the values that it was filled in with. When somebody
else has changed one of them by the time it is sent, its page shows both, field by field, and the person decides.
"""

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, cast
from uuid import UUID

from fastapi import Request

from schemas.identity import Account
from services.chassis.base.hands import Acting, Person
from services.chassis.base.purposes import Purpose, sealed
from services.chassis.base.wording import day, moment
from services.chassis.http.request import site_of
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Hand, Transaction

Values = Mapping[str, Any]
"""By the name of a field: text, or a list where the name can be sent more than once."""
DATE_PARTS = ("_day", "_month", "_year")
NOT_SHOWN = "Changed since then. It is not shown here."
_ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtextextended($1, 1))"


async def _nothing_held(tx: Transaction[Any]) -> None:
    return None


async def _nothing_said(tx: Transaction[Any]) -> str:
    return ""


@dataclass(frozen=True, kw_only=True)
class Changes(Generic[Hand]):
    """A form that changes something, and how to read it as it is now.

    `now`: every field that the form asks for, filled in as it stands ("" where nothing does).
    `hold`: locks what `now` reads, as the command does first, so that the API waits too. Pages wait for one another.
    `secret`: fields that the form is not filled in with, and whose values are never shown: only that they changed. What
    is typed there always counts as another: whoever types must not learn whether it is what is kept.
    `left_out_stays`: a list that several fill in together: a line that is not sent changes nothing, and one of which
    nothing was said yet overwrites nothing.
    `said`: who changed it last, or when, in a sentence; "" where the page may not say it, or nobody knows.
    """

    now: Callable[[Transaction[Hand]], Awaitable[Values]]
    hold: Callable[[Transaction[Hand]], Awaitable[Any]] = _nothing_held
    secret: frozenset[str] = frozenset()
    left_out_stays: bool = False
    said: Callable[[Transaction[Hand]], Awaitable[str]] = _nothing_said

    async def shown(self, request: Request, tx: Transaction[Hand]) -> dict[str, Any]:
        """What the form is filled in with. From now on the page's forms carry that they saw it."""
        values = await self.now(tx)
        if not hasattr(request.state, "saw"):
            request.state.saw = _tokens(request, tx.acting, values)[0]
        return {name: value for name, value in values.items() if name not in self.secret}

    async def held(self, request: Request, tx: Transaction[Hand]) -> "Stands":
        """How it stands, until this transaction ends."""
        whose = tx.acting.subject_id if isinstance(tx.acting, Person) else tx.acting.for_organisation
        await tx.execute(_ONE_AT_A_TIME, f"{whose}:{request.url.path}")
        await self.hold(tx)
        return await self.stands(request, tx)

    async def stands(self, request: Request, tx: Transaction[Hand]) -> "Stands":
        values = await self.now(tx)
        return Stands(values, _tokens(request, tx.acting, values))

    def differing(self, typed: Values, stands: "Stands") -> list[str]:
        """The fields in which what was typed is not what stands there."""
        fields = stands.values
        if self.left_out_stays:
            fields = [name for name in fields if fields[name] and name in typed]
        unseen = self.secret & set(fields) if any(_plain(stands.values).values()) else frozenset[str]()
        return differing(fields, typed, stands.values, always=unseen)

    def to_show(self, typed: Values, stands: "Stands") -> "Meanwhile":
        hidden = dict.fromkeys(self.secret & stands.values.keys(), NOT_SHOWN)
        return Meanwhile({**stands.values, **hidden}, self.differing(typed, stands))


async def last_changed(
    tx: Transaction[Any], *, by: UUID | None, at: date | datetime, what: str = "It was changed"
) -> str:
    """For `Changes.said`, where a row knows who changed it last: "It was changed on Tuesday 3 May 2027 by Cora."

    Whoever asks sees only what their colleagues are called (`keep(Account, …, colleagues=True)`).
    """
    when = moment(at) if isinstance(at, datetime) else day(at)
    if by is None:
        return f"{what} on {when}."
    account = await mirrors.get(tx, Account, by)
    who = "you" if by == tx.acting.hand_id else (account and account.called) or "a colleague"
    return f"{what} on {when} by {who}."


@dataclass(frozen=True)
class Stands:
    """What a form changes, as it stands. `tokens`: the one that is given first, then others that are still good."""

    values: Values
    tokens: list[str]

    @property
    def token(self) -> str:
        return self.tokens[0]

    def is_as(self, saw: str | None) -> bool:
        """Whether this is what was seen. Whoever saw nothing has seen all when nothing stands there."""
        return saw in self.tokens if saw else not any(_plain(self.values).values())


@dataclass(frozen=True)
class Meanwhile:
    """What stands there now, for a page that shows both; `differing`: the fields in which the typed answers differ."""

    values: Values
    differing: list[str]
    heading: str = "What stands there now"


def differing(fields: Iterable[str], one: Values, other: Values, *, always: Set[str] = frozenset()) -> list[str]:
    """Which of these fields differ; a date, which is sent in three parts, by its own name."""
    known, found = set(fields), dict[str, None]()
    ours, theirs = _plain(one), _plain(other)
    for name in fields:
        if name in always or ours.get(name, []) != theirs.get(name, []):
            found[_asked_as(name, known)] = None
    return list(found)


def with_date_parts(fields: Iterable[str]) -> list[str]:
    return [name + part for name in fields for part in ("", *DATE_PARTS)]


def _asked_as(name: str, known: set[str]) -> str:
    for part in DATE_PARTS:
        whole = name.removesuffix(part)
        if whole != name and all(whole + each in known for each in DATE_PARTS):
            return whole
    return name


def _plain(values: Values) -> dict[str, list[str]]:
    """As forms send them, so that it does not matter how a room gives them: texts, in one order; none for empty."""
    found: dict[str, list[str]] = {}
    for name, value in values.items():
        each = cast("Iterable[Any]", value) if isinstance(value, list | tuple | set | frozenset) else [value]
        texts = ["" if one is None else str(one).strip().replace("\r\n", "\n") for one in each]
        found[name] = sorted(text for text in texts if text)
    return found


def _tokens(request: Request, acting: Acting, values: Values) -> list[str]:
    """Sealed, for whoever acts: what stands there cannot be guessed from one, nor compared with somebody else's."""
    whole = json.dumps(_plain(values), sort_keys=True)
    return [
        sealed(secret, Purpose.SAW, str(acting.subject_id), whole).hex()[:32] for secret in site_of(request).form_secret
    ]
