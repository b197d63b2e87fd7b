"""What a PDF says, for tests: its text by the Unicode that its own fonts give for each shape, as it is read aloud."""

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf

_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")


def text_of(content: bytes) -> str:
    """All text, a line for each page."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return "\n".join("".join(_shown(page)) for page in pdf.pages)


def pages_of(content: bytes) -> int:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return len(pdf.pages)


def _shown(page: pikepdf.Page) -> Iterator[str]:
    fonts: dict[str, tuple[dict[int, str], int]] = {}
    now: tuple[dict[int, str], int] = ({}, 2)
    for instruction in pikepdf.parse_content_stream(page):
        operands, operator = list(instruction.operands), str(instruction.operator)
        if operator == "Tf":
            name = str(operands[0])
            if name not in fonts:
                fonts[name] = _letters(page.Resources.Font[name])
            now = fonts[name]
        for text in _texts(operator, operands):
            letters, width = now
            codes = [int.from_bytes(text[at : at + width]) for at in range(0, len(text), width)]
            yield "".join(letters.get(code, "\ufffd") for code in codes)
        if operator in ("ET", "T*", "Td", "Tm"):
            yield ""


def _texts(operator: str, operands: list[Any]) -> Iterator[bytes]:
    if operator == "Tj":
        yield bytes(operands[0])
    if operator == "TJ":
        yield from (bytes(one) for one in operands[0] if isinstance(one, pikepdf.String))


def _letters(font: Any) -> tuple[dict[int, str], int]:
    """Code → text, and how many bytes a code has."""
    found: dict[int, str] = {}
    cmap = bytes(font.ToUnicode.read_bytes()) if "/ToUnicode" in font else b""
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        for code, text in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            found[int(code, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", cmap, re.DOTALL):
        for first, last, text in _RANGE.findall(block):
            start = bytes.fromhex(text.decode()).decode("utf-16-be")
            for step in range(int(last, 16) - int(first, 16) + 1):
                found[int(first, 16) + step] = start[:-1] + chr(ord(start[-1]) + step)
    return found, 2 if str(font.Subtype) == "/Type0" else 1
