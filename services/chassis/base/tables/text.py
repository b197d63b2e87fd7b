"""A table as text: UTF-8 with or without its mark, UTF-16, Windows-1252; between commas, semicolons or tabs."""

import codecs
import csv
import io
import re
from collections.abc import Iterator

from services.chassis.base.tables.heading import Typed
from services.chassis.base.tables.refusals import MixedLetters, NoTable, QuoteOpen, TooManyColumns

_BETWEEN = (",", ";", "\t")
_BEYOND_ASCII = re.compile(rb"[\xc2-\xf4][\x80-\xbf]+")
"""What is most likely a letter of UTF-8: in Windows-1252 it would be two or three odd signs."""
_MIXED = "Line {} of this file is written in other letters than the rest. Save it as CSV (UTF-8), and send that."
_UNKNOWN = "Line {} of this file has a sign that we cannot read. Save it as CSV (UTF-8), and send that."


def decoded(content: bytes) -> str:
    """The text. Raises NoTable for what is none, and MixedLetters with the line where it changes."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _or_no_table(content, "utf-16")
    if content[1:2] == b"\0" or content[:1] == b"\0":
        return _or_no_table(content, "utf-16-le" if content[1:2] == b"\0" else "utf-16-be")
    if b"\0" in content or content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff")):
        raise NoTable
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        return _of_windows(content, wrong.start)


def _or_no_table(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise NoTable from None
    if "\0" in text:
        raise NoTable
    return text


def _of_windows(content: bytes, wrong_at: int) -> str:
    """It is no UTF-8. If another part of it is, whoever made it put two files together."""
    if content.startswith(codecs.BOM_UTF8) or _BEYOND_ASCII.search(content):
        raise MixedLetters(_MIXED.format(content.count(b"\n", 0, wrong_at) + 1))
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as wrong:
        raise MixedLetters(_UNKNOWN.format(content.count(b"\n", 0, wrong.start) + 1)) from None


def lines(content: bytes) -> Iterator[Typed]:
    """Each line of the table with the number of the line of the file on which it begins."""
    text = decoded(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_between(text), strict=True)
    begins = 1
    try:
        for cells in reader:
            yield Typed(begins, [cell.strip() for cell in cells])
            begins = reader.line_num + 1
    except csv.Error as wrong:
        if "field larger" in str(wrong):
            raise TooManyColumns(
                f"There is far too much in line {begins}. Perhaps a quotation mark in it never ends."
            ) from None
        raise QuoteOpen(
            f"In line {begins} a quotation mark begins and does not end where its cell ends. Put it right."
        ) from None


def _between(text: str) -> str:
    """What stands between cells: whatever makes the most of the first line that says something."""
    first = next((one for one in text.splitlines() if one.strip()), "")
    return max(_BETWEEN, key=first.count)
