"""Text of people and organisations keeps its own direction, on every page, without a word about it in the templates.

What somebody typed may be Arabic or Urdu, on a page in English. As Jinja escapes whatever a template shows, this sets
apart whatever it shows in a page's text, so that nothing around it is turned:

* what fills a block alone, `<p>{{ summary }}</p>`, gives the block its direction: `<p dir="auto">`;
* what stands in a sentence, `<p>{{ name }} changed it</p>`, is put into `<bdi>` if it has right-to-left letters;
* a sentence that a template puts together, `"Claim of " ~ name`, remembers its parts (`Joined`), so that the same is
  done to each of them wherever it is shown. In a title, an address, a comparison it is text as any other;
* of a sentence that came whole, from Python or a table, the first letter says how it runs; where that is from left to
  right, each piece in it that runs the other way is put into `<bdi>`.

Attributes stay as they are; fields that people type into say `dir="auto"` themselves (fields.jinja). After the W3C's
"Inline markup and bidirectional text in HTML".
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup

BLOCKS = frozenset(
    [
        "button",
        "caption",
        "dd",
        "dt",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "label",
        "legend",
        "li",
        "option",
        "p",
        "summary",
        "td",
        "th",
    ]
)
TEXT_ONLY = frozenset(["option", "script", "style", "textarea", "title"])
"""Elements that hold no others, so no `<bdi>`."""
_PIECES = re.compile(r"<(?P<close>/?)(?P<tag>[a-zA-Z][a-zA-Z0-9]*)|(?P<end>>)|(?P<text>[^<>]+)")
_CLOSES = re.compile(r"\s*(</\w+>\s*)*")
# Hebrew to Arabic Extended-A with what lies between, the presentation forms, and the scripts beyond the first plane.
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")


# From the first of such letters to the last one, unless a letter of another kind, a comma or a colon comes between.
_PIECE = re.compile(rf"{_RIGHT_TO_LEFT.pattern}(?:[^A-Za-z\u00c0-\u02af,:;“”«»]*{_RIGHT_TO_LEFT.pattern})*")


class Joined(str):
    """Text that a template joined with `~`, and its parts."""

    __slots__ = ("parts",)
    parts: tuple[Any, ...]


def joined(parts: tuple[Any, ...]) -> str:
    """What `~` makes: what is no text is written as Python writes it; with markup in it, markup."""
    for part in parts:
        if isinstance(part, Markup):
            return Markup("").join([apart(one) for one in parts])
    text = "".join(map(str, parts))
    if text.isascii():
        return text
    remembers = Joined(text)
    remembers.parts = parts
    return remembers


def apart(value: Any) -> Any:
    """The same, in `<bdi>` if it runs from right to left. Markup is a template's own, where it was done."""
    if not _turns(value):
        return value
    return Markup("<bdi>{}</bdi>").format(value) if type(value) is str and _runs_left(value) else _by_pieces(value)


def alone(value: Any) -> Any:
    """The same for what fills a block alone: a text that runs from right to left turns the block."""
    return value if not _turns(value) or (type(value) is str and _runs_left(value)) else _by_pieces(value)


def _turns(value: Any) -> bool:
    return (type(value) is str or type(value) is Joined) and not value.isascii() and bool(_RIGHT_TO_LEFT.search(value))


def _runs_left(text: str) -> bool:
    first = next((one for one in text if unicodedata.bidirectional(one) in ("L", "R", "AL")), "")
    return bool(_RIGHT_TO_LEFT.match(first))


def _by_pieces(text: str) -> Markup:
    parts = [apart(part) for part in text.parts] if isinstance(text, Joined) else _with_pieces_apart(text)
    return Markup("").join(parts)


def _with_pieces_apart(text: str) -> Iterator[str]:
    end = 0
    for piece in _PIECE.finditer(text):
        yield text[end : piece.start()]
        yield Markup("<bdi>{}</bdi>").format(piece[0])
        end = piece.end()
    yield text[end:]


class JoinsInParts(CodeGenerator):
    """Compiles `~` so that it makes a `Joined`."""

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802 - Jinja calls it so
        self.write("environment.joined((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")


class Direction(Extension):
    """Goes over a template once, when it is compiled."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.code_generator_class = JoinsInParts
        environment.extend(joined=joined)
        environment.filters.update(apart=apart, alone=alone)

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        tokens = list(stream)
        walk = _Walk()
        done: list[Token] = []
        for at, token in enumerate(tokens):
            if token.type == "data":
                walk.read(len(done), token.value)
            if token.type == "variable_begin":
                walk.begins(_is_last_of_its_block(tokens, at))
            if walk.filters and token.type == "variable_end":
                done += [
                    Token(token.lineno, *part) for part in (("rparen", ")"), ("pipe", "|"), ("name", walk.filters))
                ]
            done.append(token)
            if walk.filters and token.type == "variable_begin":
                done.append(Token(token.lineno, "lparen", "("))
        for at, end in reversed(walk.blocks):
            text = done[at].value
            done[at] = Token(done[at].lineno, "data", f'{text[:end]} dir="auto"{text[end:]}')
        return iter(done)


def _is_last_of_its_block(tokens: list[Token], at: int) -> bool:
    """Whether markup or a statement follows the variable that begins there, and no text."""
    end = next(i for i in range(at, len(tokens)) if tokens[i].type == "variable_end")
    following, then = [*tokens[end + 1 : end + 3], None, None][:2]
    if following is None or following.type != "data":
        return following is None or following.type == "block_begin"
    text = _CLOSES.sub("", following.value, count=1)
    is_space = not text and "<" not in following.value
    return text[:1] in ("", "<") and not (is_space and then and then.type == "variable_begin")


class _Walk:
    """Where in the HTML the template is: within a tag, in an element of text only, in a block that is still empty."""

    def __init__(self) -> None:
        self.blocks: list[tuple[int, int]] = []
        """Which tokens, and where in them, have the name of a block that takes its direction from what it shows."""
        self.filters = ""
        """What goes over the variable that began last: it is in a sentence, or fills a block alone."""
        self._in_tag = False
        self._in_bdi = False
        self._text_only = ""
        self._empty: tuple[int, int] | None = None

    def read(self, at: int, text: str) -> None:
        for piece in _PIECES.finditer(text):
            if tag := piece["tag"]:
                self._in_tag = True
                self._tag(tag.lower(), bool(piece["close"]), (at, piece.end()))
            elif piece["end"]:
                self._in_tag = False
            elif not self._in_tag and not self._in_bdi and piece["text"].strip():
                self._empty = None

    def begins(self, is_last: bool) -> None:
        """A variable begins."""
        alone = self._empty if is_last and not self._in_tag and not self._in_bdi else None
        if alone:
            self.blocks.append(alone)
        is_text = not self._in_tag and not self._text_only
        self.filters = ("alone" if alone or self._in_bdi else "apart") if is_text else ""
        if not self._in_tag and not self._in_bdi:
            self._empty = None

    def _tag(self, tag: str, is_end: bool, place: tuple[int, int]) -> None:
        if tag == "bdi":
            self._in_bdi = not is_end
        if tag in TEXT_ONLY:
            self._text_only = "" if is_end else tag
        if tag in BLOCKS:
            self._empty = None if is_end else place
