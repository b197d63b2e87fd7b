"""Lists in pages. A store declares a list with its orders; a page goes on after the last thing that was shown.

Never by the number of a page: a list moves while it is read, and whoever counts from its start then misses a thing or
sees one twice. A list's statements are constants; each compares with the key of its order as with a row, which an index
on the same columns answers whether it is the first page or the thousandth.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Generic, TypeVar, cast

from services.chassis.base.cursors import PageNotThere, before_all, opened, sealed
from services.chassis.base.keys import Secrets
from services.chassis.postgres.transaction import Row, Transaction

MOST_COUNTED = 10_000
"""A list is counted exactly so far; above it, it has "more than 10,000"."""

T = TypeVar("T")
S = TypeVar("S")


@dataclass(frozen=True)
class Asked:
    """Which page of a list is wanted: its order, and the cursor that it comes after; by itself, how it begins.

    `counted`: how many there are is wanted too. `size`: so many at once, instead of as many as the list shows.
    `cursor`: the parameter of the address that `after` came in.
    """

    sort: str = ""
    after: str = ""
    secret: Secrets = (b"",)
    counted: bool = False
    size: int | None = None
    cursor: str = "after"


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some of a list. `next`: the cursor of what comes after, if anything does; `count`: see `Listing.page`."""

    items: Sequence[T]
    next: str | None = None
    count: int | None = None
    sort: str = ""
    is_first: bool = True

    def with_items(self, items: Sequence[S]) -> "Page[S]":
        """The same page of what its items stand for."""
        return cast("Page[S]", replace(self, items=cast("Sequence[T]", items)))


class Few(list[T]):
    """A list that is short by its nature, so it has no pages: as many as are shown of it, and whether there are `more`.

    Whoever shows it says so (`ui.more`, or `more` in the API): no list ends silently.
    """

    more: bool = False

    def each(self, made: Callable[[T], S]) -> "Few[S]":
        """The same list of what is made of each."""
        found = Few(made(one) for one in self)
        found.more = self.more
        return found


def few(rows: Sequence[Row], most: int, made: Callable[[Row], T]) -> Few[T]:
    """Of rows that were asked for with a limit of `most + 1`."""
    found = Few(made(row) for row in rows[:most])
    found.more = len(rows) > most
    return found


@dataclass(frozen=True)
class Sort:
    """One order of a list. `words`: as a link says it; `by`: the columns of a row that are its key, and their kinds.

    `sql` is given what the list is narrowed to, the moment if one is given, the key, and how many rows. It ends with
    `(a, id) > ($5, $6) order by a, id limit $7`, all of the key in one direction; `<` and `desc` where `descending`.
    """

    name: str
    words: str
    sql: str
    by: Mapping[str, type]
    descending: bool = False


@dataclass(frozen=True)
class Listing:
    """A list: its name, its orders (the first is the usual one), what counts it, and how many are on a page.

    `count` is given what the sorts are given, without the key: it counts the rows of a subquery with that limit. Empty:
    the list is too dear to count.
    """

    name: str
    sorts: Sequence[Sort]
    count: str
    size: int = 20
    _sorts: Mapping[str, Sort] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_sorts", {one.name: one for one in self.sorts})

    async def page(
        self, tx: Transaction, asked: Asked, *narrowed_to: Any, at: date | None = None, most: int = MOST_COUNTED
    ) -> Page[Row]:
        """One page. `at`: the moment or day of a list that depends on it, which is no part of what it is narrowed to.

        Its count is exact up to `most`, and `most + 1` where there are more. Raises PageNotThere for a cursor that is
        not of this list, of this order and of what it is narrowed to now.
        """
        sort = self._sorts.get(asked.sort or self.sorts[0].name)
        if sort is None:
            raise PageNotThere(f"Choose the order of this list: {', '.join(self._sorts)}.", asked_by="sort")
        of = (self.name, sort.name, narrowed_to)
        if asked.after:
            key = opened(asked.secret, asked.after, of=of, kinds=sort.by, asked_by=asked.cursor)
        else:
            key = before_all(sort.by, descending=sort.descending)
        given = (*narrowed_to, *([] if at is None else [at]))
        size = asked.size or self.size
        rows = await tx.fetch(sort.sql, *given, *key, size + 1)
        more = len(rows) > size
        last = tuple(rows[size - 1][column] for column in sort.by) if more else ()
        return Page(
            items=rows[:size],
            next=sealed(asked.secret, of=of, key=last) if more else None,
            count=await tx.fetchval(self.count, *given, most + 1) if asked.counted and self.count else None,
            sort=sort.name,
            is_first=not asked.after,
        )
