"""Whether a text says "patient leader" by hand, or the network's own word as it never stands in a sentence."""

import re
from html import unescape

from services.chassis.base.leader_words import LeaderWords

BY_HAND = re.compile(r"patient(?:\s|&nbsp;|&#160;|<[^>]*>)+leaders?\b", re.IGNORECASE)
"""Also over the end of a line, with markup between, and as many; not "patient leadership"."""
EXPERT = LeaderWords("an expert by experience", "experts by experience")
SAID = " / ".join(EXPERT)
_BLOCK = re.compile(r"</?(?:p|li|h\d|dt|dd|td|th|title|label|legend|option|button|summary|a|span|div|strong)\b[^>]*>")
_NOT_READ = re.compile(r"<(script|style)\b.*?</\1>|<!--.*?-->|<meta[^>]*>", re.DOTALL)


def by_hand(text: str) -> list[str]:
    """Each place, with what stands around it."""
    return [" ".join(text[max(0, at.start() - 40) : at.end() + 20].split()) for at in BY_HAND.finditer(text)]


def amiss(text: str, words: LeaderWords = EXPERT) -> list[str]:
    """What stands wrongly in a page or a text of a network whose people are called so."""
    wrong = [f"by hand: {one}" for one in by_hand(text)]
    noun = words.one.partition(" ")[2]
    if noun not in text and words.many not in text:
        return wrong
    for block in _BLOCK.sub("\n\n", _NOT_READ.sub("", text)).split("\n\n"):
        said = " ".join(unescape(block).split())
        for name in re.finditer(rf"(\S+ )?(\S+ )?({re.escape(noun)}|{re.escape(words.many)})\b", said):
            found, before = name[3], [one.strip() for one in (name[1], name[2]) if one]
            article = before.pop() if found == noun and before and before[-1].lower() in ("a", "an") else ""
            if found == noun and article.lower() != words.one.split()[0]:
                wrong.append(f"without its article: {name[0]}")
            begins = not before or before[-1][-1] in ".!?"
            first = (article or found)[0]
            if begins and first != first.upper():
                wrong.append(f"a sentence begins small: {name[0]}")
            if not begins and article and article != article.lower():
                wrong.append(f"large within a sentence: {name[0]}")
    return wrong
