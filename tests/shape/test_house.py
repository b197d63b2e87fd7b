"""The house style as far as a tree of syntax shows it: an assert does nothing, and no test sleeps without a reason."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.shape.sources import nodes, tree

ROOT = Path(__file__).parents[2]
PRODUCT = ("services", "schemas", "deploy")
PURE = {"isinstance", "len", "set", "tuple"}
"""What an assert may call: under `python -O` it is not called."""
ASLEEP = {"sleep", "wait_for_timeout"}

# Where a test may sleep, and why: the file and the function (its classes before it).
LOOKS_AGAIN = "it waits for a state, and this is the one loop that looks again"
FAULT = "the delay, or how long it lasts, is the fault"
PACE = "the pace of who writes or reads"
MEASURED = "what happens in this time is measured"
FOR_EVER = "it looks after something for as long as it runs"
RACE = "test_postings_while_people_change_their_wishes_lose_nothing_and_tell_nobody_twice"
MAY_SLEEP = {
    "tests/bench/posting.py: _at_the_rate.one": PACE,
    "tests/bench/matcher.py: Matcher.storm.save": PACE,
    "tests/bench/matcher.py: Matcher.storm.posted": PACE,
    **dict.fromkeys((f"tests/matching/test_races.py: {RACE}.{who}" for who in ("wishes", "posting")), PACE),
    "tests/support.py: until": LOOKS_AGAIN,
    "tests/support.py: wait_until": LOOKS_AGAIN,
    "tests/faults/balancer.py: Balancer._look": FOR_EVER,
    "tests/faults/network.py: Network.look_after": FOR_EVER,
    "tests/faults/breaking.py: keep_servers": FOR_EVER,
    "tests/faults/__main__.py: _tell": FOR_EVER,
    "tests/raw_http.py: send": FAULT,
    "tests/faults/breaking.py: kill_server": FAULT,
    "tests/faults/breaking.py: stop_server": FAULT,
    "tests/faults/proxy.py: _Line._pass_on": FAULT,
    "tests/faults/test_clock.py: test_nothing_is_lost_when_the_clock_jumps_forward_and_back.jumps": FAULT,
    "tests/faults/test_servers.py: test_nothing_is_lost_when_the_disk_of_the_database_is_full.fill": FAULT,
    "tests/faults/test_wires.py: test_nothing_is_lost_when_the_wires_are_slow_and_silent_and_cut.break_wires": FAULT,
    "tests/faults/test_bad_input.py: test_a_stop_while_it_starts_or_makes_tables_leaves_nothing_half_done": (
        "the moment of the stop, in a start that shows nothing yet, is what is tried"
    ),
    "tests/chassis/test_stopping_workers.py: test_workers_stop_though_timers_are_asked_for_at_that_moment": (
        "a pause of no length is one turn of the event loop, and which turn is what is tried"
    ),
    "tests/faults/test_erasure.py: Ours.compact": "Kafka rolls a segment when it is a second old, by its own clock",
    "tests/faults/doors.py: until_answered": PACE,
    "tests/faults/killer.py: Killer._hunt": PACE,
    "tests/faults/test_instances.py: Reader.run": PACE,
    "tests/faults/test_instances.py: Rolls.run": PACE,
    "tests/faults/writer.py: Writer.run.one_after_another": PACE,
    "tests/cli/test_verify.py: verify_while_much_is_under_way.change": PACE,
    "tests/payments/test_claims.py: _at_the_same_moment.give": "each turn meets the other side at another moment",
    "tests/bench/pace.py: at_rate.take_turns": PACE,
    "tests/bench/forgetting.py: _forget.empty": "looking more often would be most of what is measured",
    "tests/bench/bare.py: Hearer.react": MEASURED,
    "tests/bench/footprint.py: measure": MEASURED,
    "tests/bench/ours.py: Hearer.react": MEASURED,
}


def sources(*folders: str) -> Iterator[tuple[str, Path]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield str(path.relative_to(ROOT)), path


def does_something(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return not (isinstance(node.func, ast.Name) and node.func.id in PURE)
    return isinstance(node, ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr)


def test_an_assert_of_the_product_does_nothing_but_look() -> None:
    """With `python -O` asserts are gone: what one of them did would not be done."""
    effects = [
        f"{name}:{node.lineno}: {ast.unparse(node)}"
        for name, path in sources(*PRODUCT)
        for node in nodes(path)
        if isinstance(node, ast.Assert) and any(does_something(part) for part in ast.walk(node))
    ]
    assert not effects, "\n".join(effects)


class Sleeps(ast.NodeVisitor):
    """The functions of a module that sleep themselves, by their classes' and functions' names."""

    def __init__(self, tree: ast.Module) -> None:
        self._inside: list[str] = []
        self.found: set[str] = set()
        self.visit(tree)

    def visit(self, node: ast.AST) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            self._inside.append(node.name)
            self.generic_visit(node)
            self._inside.pop()
            return
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if called in ASLEEP:
                self.found.add(".".join(self._inside))
        self.generic_visit(node)


def test_a_test_never_sleeps_for_what_it_can_wait_for() -> None:
    """Under load a pause that was long enough is too short: then a test of a race passes without its race."""
    asleep = {f"{name}: {where}" for name, path in sources("tests") for where in Sleeps(tree(path)).found}
    assert asleep - MAY_SLEEP.keys() == set(), (
        "wait for the state: `until`, `until_a_lock_is_waited_for` in tests/support.py"
    )
    assert MAY_SLEEP.keys() - asleep == set(), "these sleep no more: take them off the list"
