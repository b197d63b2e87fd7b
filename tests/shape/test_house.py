"""The house style as far as a tree of syntax shows it: an assert does nothing, and no test sleeps without a reason."""

import ast
from collections.abc import Iterator
from pathlib import Path

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
MAY_SLEEP = {
    "tests/support.py: until": LOOKS_AGAIN,
    "tests/support.py: wait_until": LOOKS_AGAIN,
    "tests/faults/balancer.py: Balancer.watch": FOR_EVER,
    "tests/faults/network.py: Network.look_after": FOR_EVER,
    "tests/faults/breaking.py: keep_servers": FOR_EVER,
    "tests/faults/__main__.py: _tell": FOR_EVER,
    "tests/faults/breaking.py: kill_server": FAULT,
    "tests/faults/breaking.py: stop_server": FAULT,
    "tests/faults/proxy.py: _Line._pass_on": FAULT,
    "tests/faults/test_clock.py: test_nothing_is_lost_when_the_clock_jumps_forward_and_back.jumps": FAULT,
    "tests/faults/test_servers.py: test_nothing_is_lost_when_the_disk_of_the_database_is_full.fill": FAULT,
    "tests/faults/test_wires.py: test_nothing_is_lost_when_the_wires_are_slow_and_silent_and_cut.break_wires": FAULT,
    "tests/faults/test_bad_input.py: test_a_stop_while_it_starts_or_makes_tables_leaves_nothing_half_done": (
        "the moment of the stop, in a start that shows nothing yet, is what is tried"
    ),
    "tests/faults/test_erasure.py: Ours.compact": "Kafka rolls a segment when it is a second old, by its own clock",
    "tests/faults/doors.py: until_answered": PACE,
    "tests/faults/killer.py: Killer._hunt": PACE,
    "tests/faults/test_instances.py: Reader.run": PACE,
    "tests/faults/test_instances.py: Rolls.run": PACE,
    "tests/faults/writer.py: Writer.run.one_after_another": PACE,
    "tests/bench/pace.py: at_rate.take_turns": PACE,
    "tests/bench/bare.py: Hearer.react": MEASURED,
    "tests/bench/footprint.py: measure": MEASURED,
    "tests/bench/ours.py: Hearer.react": MEASURED,
}
TO_BE_MENDED = {
    "tests/cli/little.py: Little.settle",
    "tests/cli/test_operators.py: wait",
    "tests/cli/test_prometheus.py: ask",
    "tests/cli/test_servers.py: wait_until_none",
    "tests/cli/test_up.py: test_a_network_is_looked_at_survives_its_supervisors_death_and_is_stopped_in_order",
    "tests/cli/test_up.py: wait_until",
    "tests/cli/test_verify.py: look_while_much_is_under_way.change",
    "tests/engagements/test_places.py: test_interest_shown_while_the_opportunity_leaves_the_feed_is_answered",
    "tests/matching/test_feed.py: test_the_json_feed_is_one_and_says_when_nothing_has_changed",
    "tests/matching/test_reactions.py: test_somebody_who_leaves_while_they_are_matched_is_not_left_with_the_match",
    "tests/matching/test_reactions.py: test_what_is_withdrawn_while_somebody_is_matched_with_it_does_not_stay_a_match",
    "tests/payments/test_claims.py: _at_the_same_moment.give",
}
"""These wait for what they could see, or have no reason here yet."""


def sources(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def does_something(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return not (isinstance(node.func, ast.Name) and node.func.id in PURE)
    return isinstance(node, ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr)


def test_an_assert_of_the_product_does_nothing_but_look() -> None:
    """With `python -O` asserts are gone: what one of them did would not be done."""
    effects = [
        f"{path}:{node.lineno}: {ast.unparse(node)}"
        for path, tree in sources(*PRODUCT)
        for node in ast.walk(tree)
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
    asleep = {f"{path}: {where}" for path, tree in sources("tests") for where in Sleeps(tree).found}
    known = MAY_SLEEP.keys() | TO_BE_MENDED
    assert asleep - known == set(), "wait for the state: `until`, `until_a_lock_is_waited_for` in tests/support.py"
    assert MAY_SLEEP.keys() - asleep == set(), "these sleep no more: take them off the list"
