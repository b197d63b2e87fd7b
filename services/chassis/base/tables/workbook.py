"""A table as a workbook (.xlsx). Formulas are found, not worked out: their last value may be as old as the file."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from services.chassis.base.tables.heading import Typed
from services.chassis.base.tables.refusals import MergedCells, NoTable, SeveralSheets, TableDamaged

MOST_UNPACKED_BYTES = 200 * 1024 * 1024
MOST_PARTS = 2_000
_MERGED = re.compile(rb'<mergeCell\b[^>]*\bref="([A-Z]+[0-9]+):([A-Z]+[0-9]+)"')
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")


def lines(content: bytes) -> Iterator[Typed]:
    """The lines of the one sheet that has something on it."""
    _check(content)
    from openpyxl import load_workbook  # takes a tenth of a second

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if _has_something(sheet)]
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, zipfile.BadZipFile, SyntaxError):
        raise TableDamaged from None
    if len(sheets) > 1:
        named = ", ".join(f"“{sheet.title}”" for sheet in sheets[:5])
        raise SeveralSheets(f"There is something on more than one sheet: {named}. Keep the list on one sheet.")
    for sheet in sheets:
        yield from _of_sheet(sheet)


def _check(content: bytes) -> None:
    """Raises NoTable for another kind of file, TableDamaged for one that unpacks to far too much, or MergedCells."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if not any(_SHEET.fullmatch(part.filename) for part in parts):
                raise NoTable
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
                raise TableDamaged
            for part in parts:
                if _SHEET.fullmatch(part.filename) and (found := _MERGED.search(packed.read(part))):
                    first, last = (one.decode() for one in found.groups())
                    words = f"The cells {first} to {last} are merged, so we cannot tell whose they are."
                    raise MergedCells(f"{words} Unmerge them, and fill in each line.")
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError, ValueError):
        raise TableDamaged from None


def _has_something(sheet: Any) -> bool:
    sheet.reset_dimensions()  # what a file says of its own size is not believed
    return any(cell is not None for row in sheet.iter_rows(values_only=True) for cell in row)


def _of_sheet(sheet: Any) -> Iterator[Typed]:
    for number, row in enumerate(sheet.iter_rows(), start=1):
        formulas = frozenset(place for place, cell in enumerate(row) if cell.data_type == "f")
        cells = ["" if place in formulas else _as_text(cell.value) for place, cell in enumerate(row)]
        while cells and not cells[-1] and len(cells) - 1 not in formulas:
            cells.pop()
        yield Typed(number, cells, formulas)


def _as_text(value: Any) -> str:
    """As a person would type it; a day as 2024-03-31, whatever it looks like in the workbook."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value).strip()
