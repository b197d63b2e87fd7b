"""Policies: what holds from which day, in editions that the network sets, and organisations where a kind lets them.

A room declares the kinds that it obeys (`Kind`) and asks `in_force`. An edition has a first day, an issuer and a
source; it ends on the day before the next one begins. What has begun never changes: PostgreSQL lets nobody write it.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Generic, TypeGuard, TypeVar
from uuid import UUID

from pydantic import BaseModel

from schemas.identity import Organisation
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.base.periods import Period
from services.chassis.base.refusals import NotFound, NotTheNetwork, Refused, TryAgainSoon
from services.chassis.base.wording import day as in_words
from services.chassis.postgres import mirrors
from services.chassis.postgres.lists import Few, few
from services.chassis.postgres.transaction import Row, Transaction

EDITIONS_LIMIT = 200
FAR_OFF = timedelta(days=2 * 366)

V = TypeVar("V", bound=BaseModel)
Given = TypeVar("Given", covariant=True)


class NotAhead(Refused, slug="edition-not-ahead", status=422, field="valid_from"):
    """The first day has to be tomorrow or later. What is in force today, or was, stays as people knew it."""


class TooFarAhead(Refused, slug="edition-too-far-ahead", status=422, field="valid_from"):
    """The first day has to be within two years of today."""


class Overlaps(Refused, slug="edition-overlaps", status=409, field=""):
    """Another next edition is set. Look at it before you change it or take it back."""


class NextIsGone(Refused, slug="next-edition-gone", status=409, field=""):
    """The next edition that you saw is gone: it was taken back, or it has begun. Look at what is in force first."""


class NothingNew(Refused, slug="edition-says-the-same", status=422, field=""):
    """This says the same as the edition in force. Change something, or leave that edition as it is."""


class NoneToTakeBack(Refused, slug="no-next-edition", title="There is nothing to take back", status=409):
    """There is no next edition that could be taken back. It may have begun, or was taken back already."""


class NetworkKeepsOne(Refused, slug="network-keeps-one", status=422, field=""):
    """The network always has an edition of this policy. Set other words or days instead."""


@dataclass(frozen=True)
class Kind(Generic[V]):
    """One kind of policy that a room obeys. Stored editions are read for ever: `value` may only get optional fields."""

    name: str
    title: str
    value: type[V]
    touched: Callable[[Transaction[Member]], Awaitable[str]]
    """In words, for whoever sets the next edition: whom it touches, and from when."""
    by_organisations: bool = False
    """An organisation may have an edition of its own, which then holds for it instead of the network's."""
    said_anew: tuple[str, ...] = ()
    """Parts that are about one edition alone: the next one's form begins without them, and they make no edition new."""

    def lasting(self, value: V | None) -> dict[str, Any] | None:
        """What an edition says, but for what is said anew in each."""
        return None if value is None else value.model_dump(exclude=set(self.said_anew))


@dataclass(frozen=True)
class Edition(Generic[Given]):
    """One edition. `value`: what it says, as its kind's model; None: from here on there is none of their own."""

    kind: str
    edition: str
    organisation_id: UUID | None
    issuer: str
    source: str
    valid_from: date
    valid_to: date | None
    value: Given
    set_by: UUID | None
    set_at: datetime


@dataclass(frozen=True)
class Next(Generic[V]):
    """What the next edition is to say. `replaces`: `set_at` of the next edition that was seen, if there was one."""

    valid_from: date
    issuer: str
    source: str
    value: V | None
    replaces: datetime | None = None


async def in_force(tx: Transaction, kind: Kind[V], organisation_id: UUID | None, *, on: date) -> Edition[V] | None:
    """The edition that holds on a day: the organisation's own if it has one, else the network's."""
    return (await all_in_force(tx, [kind], organisation_id, on=on)).get(kind.name)


async def all_in_force(
    tx: Transaction, kinds: Iterable[Kind[Any]], organisation_id: UUID | None, *, on: date
) -> dict[str, Edition[Any]]:
    """The same for several kinds at once, by name; a kind of which none is in force is left out."""
    by_name = {kind.name: kind for kind in kinds}
    rows = await tx.fetch(_IN_FORCE, list(by_name), organisation_id, on)
    return {row["kind"]: _edition(by_name[row["kind"]], row) for row in rows}


async def editions(tx: Transaction, kind: Kind[V], organisation_id: UUID | None) -> Few[Edition[V | None]]:
    """An organisation's own, or the network's (None), the newest first: the next one, the one in force, past ones."""
    rows = await tx.fetch(_EDITIONS, kind.name, organisation_id, EDITIONS_LIMIT + 1)
    return few(rows, EDITIONS_LIMIT, lambda row: _edition(kind, row))


def says_something(edition: Edition[V | None]) -> TypeGuard[Edition[V]]:
    """Not the one by which an organisation went back to the network's."""
    return edition.value is not None


def on_day(known: Sequence[Edition[Given]], day: date) -> Edition[Given] | None:
    """The one of these editions, all of one kind and one owner, that holds on a day."""
    return next((one for one in known if Period.of(one).in_force_on(day)), None)


def coming(known: Sequence[Edition[Given]], today: date) -> Edition[Given] | None:
    """The next edition: the one that has not begun."""
    return next((one for one in known if one.valid_from > today), None)


async def organisation_of(tx: Transaction[Member]) -> Organisation:
    """Whoever is acted for. Raises TryAgainSoon before this room has heard of it."""
    organisation = await mirrors.get(tx, Organisation, tx.acting.organisation_id)
    if organisation is None:
        raise TryAgainSoon
    return organisation


async def owner_of(tx: Transaction[Member], kind: Kind[Any]) -> UUID | None:
    """Whose editions the member sets: None for the network's. Raises NotTheNetwork where organisations have none."""
    organisation = await organisation_of(tx)
    if organisation.kind == "network":
        return None
    if not kind.by_organisations:
        raise NotTheNetwork
    return organisation.id


async def set_next(tx: Transaction[Member], kind: Kind[V], given: Next[V]) -> str:
    """Set the next edition, or change it before its first day; returns its number.

    Raises NotTheNetwork, NotAhead, TooFarAhead, Overlaps, NextIsGone, NothingNew or NetworkKeepsOne.
    """
    owner, today = await owner_of(tx, kind), await _today(tx)
    check_first_day(given.valid_from, today)
    if given.value is None and owner is None:
        raise NetworkKeepsOne
    await _lock(tx, kind, owner)
    known = await editions(tx, kind, owner)
    waiting = coming(known, today)
    _check_seen(waiting, given.replaces)
    follows = on_day(known, today) if given.value is None else await in_force(tx, kind, owner, on=today)
    if kind.lasting(given.value) == kind.lasting(follows.value if follows else None):
        raise NothingNew
    edition = waiting.edition if waiting else _number(known)
    said = given.value.model_dump_json() if given.value is not None else None
    await tx.change_one(
        _CHANGE if waiting else _ADD,
        *(kind.name, owner, edition, given.valid_from, given.issuer, given.source, said, tx.acting.by, tx.now),
    )
    return edition


async def go_back_to_the_network(tx: Transaction[Member], kind: Kind[V]) -> None:
    """From tomorrow on the organisation has no edition of its own. Raises as `set_next` does."""
    organisation, tomorrow = await organisation_of(tx), await _today(tx) + timedelta(days=1)
    await set_next(tx, kind, Next(tomorrow, organisation.name, "The network's edition holds again", None))


async def take_back(tx: Transaction[Member], kind: Kind[Any], *, seen: datetime | None = None) -> None:
    """Nothing follows the edition in force. `seen`: `set_at` of the one that is meant; None: whichever there is.

    Raises NotTheNetwork, NoneToTakeBack or Overlaps.
    """
    owner, today = await owner_of(tx, kind), await _today(tx)
    await _lock(tx, kind, owner)
    waiting = coming(await editions(tx, kind, owner), today)
    if waiting is None:
        raise NoneToTakeBack
    _check_seen(waiting, seen or waiting.set_at)
    await tx.change_one(_TAKE_BACK, kind.name, owner, waiting.edition)


def named(kinds: Iterable[Kind[Any]], name: str) -> Kind[Any]:
    """Raises NotFound."""
    for kind in kinds:
        if kind.name == name:
            return kind
    raise NotFound


async def _today(tx: Transaction) -> date:
    """By the later of our clock and PostgreSQL's, by which its row policies tell what has begun: neither is wrong."""
    return max(london_day(tx.now), await tx.fetchval("select london_day(now())"))


def check_first_day(first: date, today: date) -> None:
    """Raises NotAhead or TooFarAhead."""
    if first <= today:
        raise NotAhead
    if first > today + FAR_OFF:
        raise TooFarAhead


def _check_seen(waiting: Edition[Any] | None, seen: datetime | None) -> None:
    """Nobody changes or takes back what somebody else has set since they looked."""
    if waiting and waiting.set_at != seen:
        raise Overlaps(
            f"Another next edition is set, from {in_words(waiting.valid_from)}. "
            "Look at it before you change it or take it back"
        )
    if seen and not waiting:
        raise NextIsGone


def _number(known: Sequence[Edition[Any]]) -> str:
    """The next number that no edition has; those that came with a migration may be called otherwise."""
    taken = {one.edition for one in known}
    number = len(known) + 1
    while str(number) in taken:
        number += 1
    return str(number)


async def hold(tx: Transaction[Member], kind: Kind[Any]) -> None:
    """The editions that the member sets stay as they are until the commit. Raises NotTheNetwork."""
    await _lock(tx, kind, await owner_of(tx, kind))


async def _lock(tx: Transaction, kind: Kind[Any], owner: UUID | None) -> None:
    """One at a time sets the next edition of a kind: no row of it may be there to be locked."""
    await tx.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"policy:{kind.name}:{owner}")


def _edition(kind: Kind[Any], row: Row) -> Edition[Any]:
    said = row["value"]
    return Edition(
        kind=row["kind"],
        edition=row["edition"],
        organisation_id=row["organisation_id"],
        issuer=row["issuer"],
        source=row["source"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        value=kind.value.model_validate_json(said) if said is not None else None,
        set_by=row["set_by"],
        set_at=row["set_at"],
    )


_COLUMNS = "kind, edition, organisation_id, issuer, source, valid_from, value, set_by, set_at"
_LAST_DAY = ", lead(valid_from) over (partition by kind, whose order by valid_from) - 1 as valid_to"
_IN_FORCE = (
    "with edition as (select " + _COLUMNS + _LAST_DAY + " from policy_edition where kind = any($1::text[])"
    " and (organisation_id is null or organisation_id = $2))"
    " select distinct on (kind) " + _COLUMNS + ", valid_to from edition"
    " where in_force(valid_from, valid_to, $3) and value is not null order by kind, organisation_id nulls last"
)
_EDITIONS = (
    "select "
    + _COLUMNS
    + _LAST_DAY
    + " from policy_edition where kind = $1 and organisation_id is not distinct from $2"
    " order by valid_from desc limit $3"
)
_ADD = (
    "insert into policy_edition (kind, organisation_id, edition, valid_from, issuer, source, value, set_by, set_at)"
    " values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
)
_CHANGE = (
    "update policy_edition set valid_from = $4, issuer = $5, source = $6, value = $7, set_by = $8, set_at = $9"
    " where kind = $1 and organisation_id is not distinct from $2 and edition = $3"
)
_TAKE_BACK = "delete from policy_edition where kind = $1 and organisation_id is not distinct from $2 and edition = $3"
