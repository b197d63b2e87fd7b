"""Has a PDF made: a template of ours, and data in which nothing is trusted and everything is text.

What people are called goes in as data, never as the language of the template, so no sign in it is anything but a sign.
A letter of a script that none of our fonts has is shown as a box, and said: nothing is lost silently.
"""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from services.chassis.base.children.asking import Child, ask
from services.chassis.base.children.turns import NoTurn, Turns
from services.chassis.base.refusals import Refused

MOST_BYTES = 32 * 1024 * 1024
SECONDS = 60.0
"""So long one file may take. Five hundred letters take less than a second."""
TURNS = Turns(most_waiting=20, wait_seconds=60.0)
CHILD = "services.chassis.base.pdf.child"


class PdfNotMade(Refused, slug="pdf-not-made", title="We could not make this PDF", status=503):
    """This PDF could not be made just now. Try again in a minute, or print the page instead."""


@dataclass(frozen=True)
class Written:
    """`missing`: the signs that no font of ours has, each as it stood in the data; a box stands in their place."""

    content: bytes
    missing: frozenset[str]


async def write_pdf(template: Path, data: Mapping[str, Any], *, made_at: datetime) -> Written:
    """The template with `data` in it, as PDF/UA-1: the same bytes for the same three. Raises PdfNotMade."""
    work = {"template": str(template), "data": data, "made_at": int(made_at.timestamp())}
    with tempfile.TemporaryFile() as file:
        file.write(json.dumps(work).encode())
        file.flush()
        try:
            async with TURNS.turn():
                answer = await ask(Child(CHILD, SECONDS, MOST_BYTES), file)
        except NoTurn:
            raise PdfNotMade from None
    if answer is None or not answer.content:
        raise PdfNotMade
    return Written(answer.content, frozenset(answer.first.get("missing", [])))
