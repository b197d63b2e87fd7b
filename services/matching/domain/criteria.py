"""What an organisation chooses by: a few lines of its own, said when it posts, so that people can answer each."""

from typing import Annotated, Any, cast

from pydantic import BeforeValidator, Field

from services.chassis.base.typed.text import Line, lines
from services.chassis.base.typed.wrong import Wrong

MOST, LONGEST = 8, 200
"""Lines, and characters of each."""


def _by_line(given: Any) -> Any:
    """One for each line of a text; of a list its own. Empty ones and those said twice are left out. Raises Wrong."""
    each: Any = lines(given).split("\n") if isinstance(given, str) else given
    if not isinstance(each, list | tuple) or not all(isinstance(one, str) for one in cast("list[Any]", each)):
        return given
    said = list(dict.fromkeys(kept for one in cast("list[str]", each) if (kept := " ".join(lines(one).split()))))
    if len(said) > MOST:
        raise Wrong(f"Write {{asked}} in {MOST} lines at most")
    for place, one in enumerate(cast("list[str]", each)):
        if len(" ".join(lines(one).split())) > LONGEST:
            number = said.index(" ".join(lines(one).split())) + 1
            words = f"Shorten line {number} of {{asked}}: it can have {LONGEST} characters at most"
            raise Wrong(words, item=None if isinstance(given, str) else place)
    return said


Criteria = Annotated[
    list[Annotated[Line, Field(max_length=LONGEST)]], Field(max_length=MOST), BeforeValidator(_by_line)
]
Ticked = Annotated[bool, BeforeValidator(lambda given: given or False)]
"""What was not ticked is a no."""
