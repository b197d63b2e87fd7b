"""The words of messages, from services/notifications/messages/*.jinja: plain text, never health data.

A template sets `subject` and `link_words`, and perhaps `easy` and `later`; its body says what has
happened and what happens next.

Whom to ring stands between marks that nobody sees: it is of the moment at which the words were made, and is said anew
when they are sent, printed, read out or shown (`desks_of_now.py`). People cannot type the marks (chassis/base/typed).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from schemas import links
from services.chassis.base.settings import Settings
from services.chassis.base.wording import FILTERS
from services.notifications.who_to_ask import Ask

FOLDER = Path(__file__).parent / "messages"
RING, BLOCK, ENDS = "\N{FUNCTION APPLICATION}", "\N{INVISIBLE TIMES}", "\N{INVISIBLE SEPARATOR}"
"""Begin whom to ring within a sentence, and in lines of its own; and end either."""
_OF_NOW = re.compile(f"([{RING}{BLOCK}])([^{ENDS}]*){ENDS}")
KINDS = tuple(sorted(path.stem for path in FOLDER.glob("[a-z]*.jinja")))

_environment = Environment(
    loader=FileSystemLoader(FOLDER),
    undefined=StrictUndefined,
    autoescape=False,  # noqa: S701  # plain text: pages that show it escape it
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_environment.filters.update(FILTERS)
_marks: dict[str, Any] = {"ring_begins": RING, "block_begins": BLOCK, "said_ends": ENDS}
_environment.globals.update(_marks)


@dataclass(frozen=True)
class Text:
    """`subject` is one line; `body` has no greeting, no link and no small print: the channel adds them.

    `easy`: the body in Easy Read, a short sentence a line; empty where its template sets none. `later`: the subject
    once it is over, of what asks for something until a day.
    """

    subject: str
    body: str
    link_words: str
    easy: str = ""
    later: str = ""


def text_of(kind: str, facts: dict[str, Any]) -> Text:
    """`rings`, among the facts: the desk that Easy Read names last.

    Raises TemplateNotFound for an unknown kind and UndefinedError when a fact is missing."""
    module: Any = _template(f"{kind}.jinja").make_module(facts)
    easy = str(getattr(module, "easy", "")).strip()
    if easy and "rings" in facts:
        easy += f"\n\n{_whom_to_ring(facts['rings'])}"
    return Text(
        _one_line(module.subject),
        str(module).strip(),
        _one_line(module.link_words),
        easy,
        _one_line(getattr(module, "later", "")),
    )


def _whom_to_ring(desk: object) -> str:
    """The last lines of whatever is about a role, in Easy Read."""
    module: Any = _template("_role.jinja").make_module({})
    return str(module.easy_ring(desk)).strip()


@dataclass(frozen=True)
class Asking:
    """Somebody to ask, in a message; `easy`: in Easy Read; `ring`: within a sentence."""

    plain: str
    easy: str
    ring: str = ""


def who_to_ask(ask: Ask) -> Asking:
    module: Any = _template("_ask.jinja").make_module({})
    return Asking(
        *(said_of_now(str(words).strip()) for words in (module.plain(ask), module.easy(ask), module.ring(ask.at)))
    )


def whom_to_ring(organisation: str, desk: object) -> Asking:
    """About a role. It stands within sentences, and at the end of Easy Read."""
    module: Any = _template("_role.jinja").make_module({})
    return Asking("", said_of_now(_whom_to_ring(desk)), said_of_now(str(module.ring(organisation, desk))))


def said_of_now(words: str, *, ring: str | None = None, block: str | None = None) -> str:
    """The words without their marks, with this between them; None: with what stands there."""

    def said(found: re.Match[str]) -> str:
        now = ring if found[1] == RING else block
        return found[2].strip() if now is None else now

    return _OF_NOW.sub(said, words)


@dataclass(frozen=True)
class Goes:
    """Where an e-mail leads: its link, where messages of just this kind are stopped, and what else its reader can do
    (`also`: words and address). `with_file`: one for a calendar goes with it."""

    link: str
    stop: str = ""
    also: Sequence[tuple[str, str]] = ()
    with_file: bool = False


def letter(*, called: str, text: Text, goes: Goes, by: Settings) -> str:
    """The whole e-mail: greeting, body, link, whom to ring, and how to stop these messages.

    `text.subject` is the first line, where the mail is called otherwise: what programs show before it is opened.
    `called` is empty for an address that may be a stranger's: they are told no name.
    """
    stop = goes.stop
    facts: dict[str, Any] = {"called": called, "text": text, "link": by.base_url + goes.link, "by": by}
    facts |= {"stop": by.base_url + links.HOW_TOLD, "stop_these": by.base_url + stop if stop else ""}
    facts |= {"also": [(words, by.base_url + link) for words, link in goes.also], "with_file": goes.with_file}
    facts |= {"is_list": stop.startswith(links.MONTHLY_LIST.partition("{")[0])}
    return _template("_letter.jinja").render(facts).strip() + "\n"


def with_whole_links(body: str, by: Settings) -> str:
    """Of a body that is made by us alone: an address of ours on a line of its own is whole."""
    return re.sub(r"^(?=/\S+$)", by.base_url, body, flags=re.MULTILINE)


@cache
def _template(name: str) -> Template:
    return _environment.get_template(name)


def _one_line(words: str) -> str:
    return " ".join(str(words).split())
