"""The gateway's routing table, written from the services' cards: `python deploy/gateway/generate.py` (in .venv).

The longest prefix wins, as in the one-process mode; an address that nobody names is the front desk's to refuse.
"""

import importlib
from pathlib import Path

from services import NAMES
from services.chassis.base.card import Card

FILE = Path(__file__).with_name("routes.conf")
HEAD = """\
# Which service answers which path. Written by deploy/gateway/generate.py from the cards; do not edit.
# The first match counts, so the longest prefix stands first. $uri is the decoded path, without `..` and `//`.
map $uri $service {
    default identity;
"""


def cards() -> list[Card]:
    """The card of every service, in the order of the design."""
    return [importlib.import_module(f"services.{name}").CARD for name in NAMES]


def routes() -> list[tuple[str, str]]:
    """Prefix and service, the longest first. Any service answers /static and /embed; the front desk does."""
    table = {"/static": NAMES[0], "/embed": NAMES[0]}
    for card in cards():
        for path in (*card.paths, f"/api/{card.name}", f"/ops/{card.name}"):
            table[path] = card.name
    return sorted(
        ((path, name) for path, name in table.items() if path != "/"), key=lambda route: (-len(route[0]), route)
    )


def text() -> str:
    """The file's content."""
    front = next(card.name for card in cards() if "/" in card.paths)
    lines = [f"    ~^{path.replace('.', '[.]')}(/|$) {name};\n" for path, name in routes()]
    return HEAD + f"    ~^/$ {front};\n" + "".join(lines) + "}\n"


if __name__ == "__main__":
    FILE.write_text(text())
