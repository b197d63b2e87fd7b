"""Every timer has its sweeper: what `tx.wake` names is declared with `timers=`."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from services import NAMES, load
from tests.shape.sources import nodes

ROOT = Path(__file__).parents[2]


def woken_by(name: str) -> Iterator[str]:
    """The reactions for which the commands of a service set timers."""
    for path in sorted((ROOT / "services" / name).rglob("*.py")):
        for node in nodes(path):
            match node:
                case ast.Call(func=ast.Attribute(attr="wake" | "wake_each"), args=[reaction, *_]):
                    yield reaction.attr if isinstance(reaction, ast.Attribute) else ast.unparse(reaction)
                case _:
                    pass


@pytest.mark.parametrize("name", NAMES)
def test_what_is_woken_says_which_timers_there_should_be(name: str) -> None:
    [service] = load([name])
    with_sweeper = {reaction.name for reaction in service.reactions.named.values() if reaction.timers}
    assert set(woken_by(name)) == with_sweeper, "`reactions.when_due(…, timers=…)`, and `tx.wake` of the same"


def test_timers_are_used() -> None:
    assert {name for name in NAMES if set(woken_by(name))} >= {"matching", "training", "engagements"}
