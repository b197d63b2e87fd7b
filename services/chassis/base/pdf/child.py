"""`python -m services.chassis.base.pdf.child`: makes one PDF, from the work on its input to its output, and ends.

A process of its own, with no secret and little room. The template may read nothing but what lies in its own folder, and
what the data says is never read as the language of templates.
"""

import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from services.chassis.base.children.inside import answer, limit

CPU_SECONDS = 50
MEMORY_BYTES = 1536 * 1024 * 1024
FONTS = Path(__file__).with_name("fonts")
BOX = "\N{WHITE SQUARE}"
"""What stands for a sign that no font has."""
TRIES = 8
_LACKING = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_ESCAPED = re.compile(r"\\(?:u\{([0-9a-fA-F]+)\}|(.))")


def main() -> None:
    limit(cpu_seconds=CPU_SECONDS, memory_bytes=MEMORY_BYTES)
    os.environ["RAYON_NUM_THREADS"] = "2"  # it would make one for each core of the machine, with memory for each
    work = json.load(sys.stdin.buffer)
    content, missing = _made(work["template"], work["data"], work["made_at"])
    answer({"missing": sorted(missing)}, content)


def _made(template: str, data: Any, made_at: int) -> tuple[bytes, set[str]]:
    """PDF/UA-1 allows no sign without a shape: it says which have none; they become boxes, and it is tried again.

    The last try is without anything beyond ASCII: who has a name that no font can show still gets their letter.
    """
    import typst  # under the limits

    missing: set[str] = set()
    for tries_left in reversed(range(TRIES)):
        try:
            return _compiled(typst, template, data, made_at), missing
        except typst.TypstError as fault:
            lacking = {_as_it_was(found) for found in _LACKING.findall(str(fault.diagnostic))} - {BOX, ""}
            if not tries_left or not lacking:
                raise
            missing |= lacking
            last = tries_left == 1
            data = _each_text(data, lambda text, gone=lacking, last=last: _with_boxes(text, gone, last=last))
    raise AssertionError


def _compiled(typst: Any, template: str, data: Any, made_at: int) -> bytes:
    return typst.compile(
        template,
        root=str(Path(template).parent),
        pdf_standards=["ua-1"],
        sys_inputs={"data": json.dumps(data)},
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        timestamp=made_at,
    )


def _as_it_was(shown: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2], shown)


def _with_boxes(text: str, lacking: set[str], *, last: bool) -> str:
    for one in sorted(lacking, key=len, reverse=True):
        text = text.replace(one, BOX)
    return "".join(sign if sign.isascii() else BOX for sign in text) if last else text


def _each_text(data: Any, change: Callable[[str], str]) -> Any:
    if isinstance(data, str):
        return change(data)
    if isinstance(data, list):
        return [_each_text(one, change) for one in data]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(data, dict):
        return {key: _each_text(value, change) for key, value in data.items()}  # pyright: ignore[reportUnknownVariableType]
    return data


if __name__ == "__main__":
    main()
