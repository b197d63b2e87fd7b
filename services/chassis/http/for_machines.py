"""What machines read in a page: schema.org as JSON-LD in its head, sound whatever the words in it hold.

A browser takes a block of this type for data and runs nothing of it, and asks the page's Content-Security-Policy about
none (HTML, "prepare the script element": an element whose type is no script's is left there before the policy is
asked). So the policy stays as strict as without it.
"""

import json
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

MOST_OF_A_DESCRIPTION = 200
_ESCAPED = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}


def data_block(said: Mapping[str, Any]) -> Markup:
    """The only way in which data gets into a page. What is no ASCII is written as an escape, and so are the signs by
    which an element ends or a comment begins: no title closes the block, or ends a line in it (U+2028).
    """
    text = json.dumps(said, allow_nan=False).translate(_ESCAPED)
    return Markup(f'<script type="application/ld+json">{text}</script>')  # noqa: S704 - nothing in it ends the element


def in_short(text: str) -> str:
    """The beginning of a text in one line, for lists of what was found: whole words, with … where it goes on."""
    line = " ".join(text.split())
    if len(line) <= MOST_OF_A_DESCRIPTION:
        return line
    cut = line[: MOST_OF_A_DESCRIPTION - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:") + "…"
