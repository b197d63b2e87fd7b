"""Names and titles that are hard to show: from right to left, one word that no line holds, emoji of several parts.

Each stands between « and », which no template writes: so a test knows where such a text begins and ends in a page.
"""

import re

from services.cli.demo.story import Words

OPENS, CLOSES = "«", "»"
ONE_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
EMOJI = "👩🏽‍🦽‍➡️👨‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿"
ARABIC, HEBREW = "رسائل أوضح عن الألم (12)", "שלום (3)"
_ONLY_ONE = re.compile(f"{OPENS}[^{CLOSES}]*{CLOSES}( [(]?[0-9a-f]{{6}}[)]?[.]?)?")


def hard(most: int, *, starts: str = ARABIC, ends: str = HEBREW) -> str:
    """At most so many characters, of which most are one word."""
    room = most - len(f"{OPENS}{starts} {EMOJI}  {ends}{CLOSES}")
    return f"{OPENS}{starts} {EMOJI} {(ONE_WORD * 5)[: max(room, 0)]} {ends}{CLOSES}"


def is_hard(text: str, *, whole: bool = False) -> bool:
    """Whether there are hard words in it; `whole`: nothing but one of them."""
    return bool(_ONLY_ONE.fullmatch(text.strip())) if whole else OPENS in text


HARD = Words(
    called=hard(80, starts="مريم", ends="(7)"),
    full_name=hard(120, starts=HEBREW, ends="مريم"),
    training=hard(110, starts=HEBREW, ends="عربي"),
    learned=hard(300),
    role=hard(110),
    summary=hard(400, starts=HEBREW),
    will_change=hard(300),
    brings_them=hard(300, starts=HEBREW),
    interest=hard(300),
    question=hard(300, starts=HEBREW),
    answer=hard(300),
    changed=hard(300),
)
"""All that is typed in a main job, as hard as its fields take it."""
