"""The first line of a table, and what is wrong with the lines below it; the same for text and for workbooks."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.chassis.base.spreadsheet import typed_of
from services.chassis.base.tables.refusals import (
    MOST_COLUMNS,
    MOST_LETTERS,
    MOST_ROWS,
    ColumnTwice,
    NoHeading,
    OnlyHeading,
    TableEmpty,
    TooManyColumns,
    TooManyRows,
)

FORMULA = "In the column “{}” is a formula. Put what it shows there instead"
TOO_LONG = f"In the column “{{}}” is a text of more than {MOST_LETTERS:,} letters. Make it shorter"
TOO_MANY = "This line has more cells than there are columns. Perhaps a comma in it has no quotation marks around it"
_NUMBER = re.compile(r"[+-][\d\s().,/-]*")
_ADDRESS_OR_NUMBER = re.compile(r"\S+@\S+|[\d\s+().,/-]+")


@dataclass(frozen=True)
class Typed:
    """One line as it stands in the file. `formulas`: the places of the cells that are formulas."""

    line: int
    cells: Sequence[str]
    formulas: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Line:
    """The same below a heading, as long as it; `problem`: why it cannot be taken, in words."""

    line: int
    cells: Sequence[str]
    problem: str = ""


def looks_like_a_formula(cell: str) -> bool:
    """In text. "+44 7700 900123" is a number, "-" a dash; "=1+1", "@sum(a1)" and "-2+cmd|a" are none."""
    if cell[:1] in ("=", "@", "\t", "\r"):
        return True
    return cell[:1] in ("+", "-") and not _NUMBER.fullmatch(cell) and any(one in cell for one in "(|!")


def table_of(typed: Iterable[Typed]) -> tuple[list[str], list[Line]]:
    """The names of the columns, and the lines below. Raises the refusals of a table; a long one ends soon."""
    lines = (one for one in typed if any(cell.strip() for cell in one.cells) or one.formulas)
    first = next(lines, None)
    if first is None:
        raise TableEmpty
    names = _names(first)
    found: list[Line] = []
    for one in lines:
        if len(found) >= MOST_ROWS:
            raise TooManyRows
        found.append(_below(names, one))
    if not found:
        raise OnlyHeading
    return _filled(names, found), found


def _names(first: Typed) -> list[str]:
    names = [" ".join(cell.split())[:100] for cell in first.cells]
    while names and not names[-1]:
        names.pop()
    if len(names) > MOST_COLUMNS:
        raise TooManyColumns
    if first.formulas or any(_ADDRESS_OR_NUMBER.fullmatch(name) for name in names):
        raise NoHeading
    known: dict[str, str] = {}
    for name in filter(None, names):
        if name.casefold() in known:
            raise ColumnTwice(f"Two columns are called “{name}”. Rename one, or take it out.")
        known[name.casefold()] = name
    return names


def _below(names: Sequence[str], one: Typed) -> Line:
    cells = [typed_of(cell) for cell in one.cells]
    while len(cells) > len(names) and not cells[-1].strip():
        cells.pop()
    if len(cells) > MOST_COLUMNS:
        raise TooManyColumns
    problem = TOO_MANY if len(cells) > len(names) else ""
    cells = (cells + [""] * len(names))[: len(names)]
    for place, cell in enumerate(cells):
        name = names[place] or column_letter(place)
        if place in one.formulas or looks_like_a_formula(cell):
            problem, cells[place] = problem or FORMULA.format(name), ""
        if len(cell) > MOST_LETTERS:
            problem, cells[place] = problem or TOO_LONG.format(name), ""
    return Line(one.line, cells, problem)


def _filled(names: Sequence[str], found: Sequence[Line]) -> list[str]:
    """A column without a name is called by its letter, as spreadsheets do."""
    return [name or f"Column {column_letter(place)}" for place, name in enumerate(names)]


def column_letter(place: int) -> str:
    first, second = divmod(place, 26)
    return (chr(64 + first) if first else "") + chr(65 + second)
