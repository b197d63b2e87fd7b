"""A page as its HTML says: links, title, headings, the shapes of its parts, and text that could turn its neighbours."""

import hashlib
import unicodedata
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

from tests.journeys.hard_words import is_hard

VOID = frozenset(["area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"])
TEXT_ONLY = frozenset(["option", "textarea", "title"])
"""Elements that hold no others: their direction is all that can be said."""
TELLING = frozenset(["class", "dir", "hidden", "rel", "role", "scope", "type"])
"""Attributes whose value says how an element looks, or what it is; of the others only the name does."""
FRAME = frozenset(["header", "nav", "footer"])


@dataclass
class _Element:
    tag: str
    attrs: dict[str, str | None]
    parts: list[str] = field(default_factory=list[str])
    """Digests of what is in it, one for several alike in a row: a list of three looks as one of five."""
    words: list[str] = field(default_factory=list[str])
    """Those of it that have no direction of their own."""

    def __post_init__(self) -> None:
        said = [f"{name}={value if name in TELLING else ''}" for name, value in self.attrs.items()]
        self.shape = f"<{self.tag} {' '.join(sorted(one for one in said if one != 'aria-current='))}>"
        self.style = f"{self.shape}{'aria-current' in self.attrs}"
        self.sets_apart = self.tag == "bdi" or self.attrs.get("dir") == "auto"
        self.holds_blocks = self.tag in ("main", "form") or "nhsuk-grid-" in (self.attrs.get("class") or "")

    def whole(self) -> str:
        """A digest of its shape. A menu is the same whichever of its items is the current one."""
        parts = sorted(set(self.parts)) if self.tag == "ul" else self.parts
        return _digest(self.shape + "".join(parts))


class Seen(HTMLParser):
    """What a page shows, read once.

    `shape`: a digest of its main part, by elements and classes, not by what they say. `blocks`: the same of each thing
    in it, a heading, a question, a table. `frame`: of the header, each menu and the footer. `styles`: the way from the
    page to each element with words, which is all that its colours go by. `hard`: those of hard words in the main part.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[tuple[str, bool]] = []
        """Each address, and whether the link's words are hard ones."""
        self.title, self.shape = "", ""
        self.blocks: set[str] = set()
        self.frame: set[str] = set()
        self.styles: set[str] = set()
        self.hard: set[str] = set()
        self._turned: list[str] = []
        self._headings: list[int] = []
        self._ids: set[str] = set()
        self._twice: list[str] = []
        self._open = [_Element("", {})]
        self.feed(html)
        while len(self._open) > 1:
            self._close()

    @property
    def parts(self) -> set[str]:
        """All that axe goes by."""
        return self.blocks | self.frame | self.styles

    def wrong(self) -> list[str]:
        """What is wrong about it, in sentences."""
        wrong = [*self._turned, *(f"two elements have the id {one}" for one in self._twice)]
        if not self.title or self._headings.count(1) != 1:
            wrong.append(f"it has the title “{self.title}” and headings of the levels {self._headings}")
        leaps = [(above, below) for above, below in pairwise(self._headings) if below > above + 1]
        return [*wrong, *(f"a heading of level {below} follows one of level {above}" for above, below in leaps)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = _Element(tag, dict(attrs))
        if tag == "a" and (href := element.attrs.get("href")):
            self.links.append((href, False))
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self._headings.append(int(tag[1]))
        if name := element.attrs.get("id"):
            self._twice += [name] if name in self._ids else []
            self._ids.add(name)
        if tag in VOID:
            self._add(element.shape)
        else:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if any(one.tag == tag for one in self._open):
            while self._open[-1].tag != tag:
                self._close()
            self._close()

    def handle_data(self, data: str) -> None:
        words = data.strip()
        if not words:
            return
        self._add("words")
        if self._open[-1].tag == "title":
            self.title += words
        style = _digest("".join(one.style for one in self._open))
        self.styles.add(style)
        for one in reversed(self._open):
            one.words.append(data)
            if one.sets_apart:
                break
        if is_hard(words):
            self.hard |= {style} if any(one.tag == "main" for one in self._open) else set()
            self._is_hard(words)

    def _is_hard(self, words: str) -> None:
        if any(one.tag == "a" for one in self._open) and self.links:
            self.links[-1] = self.links[-1][0], True
        if runs_left(words) and not any(one.sets_apart or one.tag == "title" for one in self._open):
            self._turned.append(f"“{words[:40]}” has no direction of its own in <{self._open[-1].tag}>")

    def _close(self) -> None:
        element = self._open.pop()
        if element.sets_apart and element.tag not in TEXT_ONLY:
            text = "".join(element.words).strip()
            if runs_left(text) and runs_right(text) and not is_hard(text, whole=True):
                self._turned.append(f"<{element.tag}> turns what stands beside hard words: “{text[:200]}”")
        if element.tag == "main":
            self.shape = element.whole()
        elif element.tag in FRAME:
            self.frame.add(element.whole())
        else:
            self._add(element.whole())
            if self._open[-1].holds_blocks and not element.holds_blocks:
                self.blocks.add(element.whole())

    def _add(self, part: str) -> None:
        parts = self._open[-1].parts
        if part not in parts[-1:]:
            parts.append(part)


def runs_left(text: str) -> bool:
    """Whether it has letters that are read from right to left."""
    return not text.isascii() and any(unicodedata.bidirectional(one) in ("R", "AL") for one in text)


def runs_right(text: str) -> bool:
    """Whether it has letters or digits that are read from left to right."""
    return any(unicodedata.bidirectional(one) in ("L", "EN") for one in text)


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
