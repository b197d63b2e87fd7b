"""A number that others change, and by which somebody decides, says when it was true."""

import re
from pathlib import Path

SERVICES = Path(__file__).parents[2] / "services"
FIGURES = re.compile(
    r"\bplaces_left\b|\bplaces_taken ~|\bowed\.pence\b|\btotal\.pence\b|\bstands\.due\b|\bkind\.count\b"
)
"""Places left and taken, what is owed, what a run pays, what waits, how a service stands: a new one goes here."""
WITHOUT = {
    "matching/feed": "a list that is kept for everybody; the page of the one role says it",
    "matching/own": "a list; the page of the one role says it",
    "training/register": "whoever is counted stands on the page by name",
    "training/offered": "a list; the page of the one training says it",
}


def test_a_figure_that_others_change_says_as_of_when() -> None:
    showing = {
        f"{path.relative_to(SERVICES).parts[0]}/{path.stem}": "ui.as_of(" in path.read_text()
        for path in SERVICES.rglob("*.jinja")
        if FIGURES.search(path.read_text())
    }
    assert {name for name, says in showing.items() if not says} == WITHOUT.keys()
    assert len(showing) > len(WITHOUT)
