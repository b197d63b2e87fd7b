"""A draw comes out the same whoever does it, and the first choice in the order of the lots meets its rules."""

import itertools
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from services.engagements.answers_draw import SCRIPT
from services.engagements.domain import lots
from services.engagements.domain.lots import AtLeast, Rules, Ticket, draw, lot

ANSWERS = {"side": ("carer", "patient"), "been": ("new",), "knows": ("pain", "heart"), "area": ("BN1", "BN2")}
SAID = st.fixed_dictionaries({}, optional={asked: st.sampled_from(answers) for asked, answers in ANSWERS.items()})
ASKED = st.sampled_from([(asked, said) for asked, answers in ANSWERS.items() for said in answers if asked != "area"])
AT_LEAST = st.lists(ASKED, unique=True, max_size=3).flatmap(
    lambda asked: st.tuples(*(st.integers(1, 3).map(lambda many, of=of: AtLeast(*of, many)) for of in asked))
)
RULES = st.builds(Rules, AT_LEAST, st.none() | st.integers(1, 2))


def meets(chosen: tuple[Ticket, ...], rules: Rules) -> bool:
    areas = Counter(one.said["area"] for one in chosen if "area" in one.said)
    most = rules.most_from_one_area
    return all(
        sum(one.said.get(rule.asked) == rule.said for one in chosen) >= rule.people for rule in rules.at_least
    ) and (most is None or all(many <= most for many in areas.values()))


@settings(max_examples=150, deadline=None)
@given(st.lists(SAID, min_size=1, max_size=8), st.integers(1, 5), RULES, st.text("0123456789abcdef", min_size=4))
def test_the_first_choice_in_the_order_of_the_lots_that_meets_all_rules_is_drawn(
    said: list[dict[str, str]], places: int, rules: Rules, seed: str
) -> None:
    tickets = [Ticket(number, answers) for number, answers in enumerate(said, start=1)]
    ordered = sorted(tickets, key=lambda one: lot(seed, one.number))
    right = [those for those in itertools.combinations(ordered, min(places, len(ordered))) if meets(those, rules)]
    drawn = draw(tickets, places, rules, seed=seed)
    assert (drawn and drawn.chosen) == (tuple(one.number for one in right[0]) if right else None)
    nearer = draw(tickets[::-1], places, rules, seed=seed, as_near_as_can_be=True)
    assert nearer
    if drawn:
        assert nearer == drawn, "the order in which tickets are given says nothing"
    assert sorted([*nearer.chosen, *nearer.reserve]) == [one.number for one in tickets]
    assert len(nearer.chosen) == min(places, len(tickets))
    by_number = {one.number: one for one in tickets}
    assert meets(tuple(by_number[number] for number in nearer.chosen), nearer.kept)


def test_without_rules_the_chance_is_the_same_for_every_ticket_and_who_leaves_changes_no_other_order() -> None:
    tickets = [Ticket(number) for number in range(1, 11)]
    times: Counter[int] = Counter()
    for seed in range(2000):
        drawn = draw(tickets, 3, Rules(), seed=str(seed))
        assert drawn
        times.update(drawn.chosen)
        without = draw([one for one in tickets if one.number != 4], 3, Rules(), seed=str(seed))
        assert without and without.order == tuple(number for number in drawn.order if number != 4)
    assert all(500 < many < 700 for many in times.values()), times


def test_rules_that_take_for_ever_end_in_no_and_are_left_out_from_the_last() -> None:
    tickets = [
        Ticket(n, {"side": ("carer", "patient")[n % 2], "been": ("new", "experienced")[n % 2]}) for n in range(600)
    ]
    both = (AtLeast("side", "carer", 40), AtLeast("been", "experienced", 40))
    assert draw(tickets, 60, Rules(both, 2), seed="a") is None, "carers are new, and others are not"
    near = draw(tickets, 60, Rules(both, 2), seed="a", as_near_as_can_be=True)
    assert near and near.kept == Rules(both[:1], 2)
    few = draw(tickets[:4], 3, Rules((AtLeast("side", "patient", 3),)), seed="a", as_near_as_can_be=True)
    assert few and few.kept.at_least == (AtLeast("side", "patient", 2),), "all there are"


def test_anybody_does_it_again_with_the_program_and_the_data(tmp_path: Path) -> None:
    tickets = [Ticket(1, {"side": "carer"}), Ticket(2), Ticket(5, {"side": "carer"})]
    rules = Rules((AtLeast("side", "carer", 1),))
    seed = "0f" * 32
    drawn = draw(tickets, 1, rules, seed=seed)
    assert drawn
    said = {"at_least": [vars(one) for one in rules.at_least], "most_from_one_area": None}
    data = {"seed": seed, "seal": lots.sha256(seed.encode()).hexdigest(), "places": 1, "rules": said}
    data |= {"as_near_as_can_be": False, "chosen": [*drawn.chosen], "tickets": [vars(one) for one in tickets]}
    (tmp_path / "draw_again.py").write_text(SCRIPT)
    (tmp_path / "draw.json").write_text(json.dumps(data))
    command = [sys.executable, "-I", "draw_again.py", "draw.json"]
    out = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60).stdout
    assert out.count("True") == 2
    assert f"Chosen: {drawn.chosen[0]}" in out
