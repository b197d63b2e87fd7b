"""What is published of what people said lets nobody know what one of them said: the rule, tried on every table."""

import random
from collections import Counter
from collections.abc import Iterator
from itertools import combinations_with_replacement, pairwise, product

import pytest

from services.chassis.base.publication import FEWEST, KNOWN, ROUNDED_TO, batch_of, published, rounded

CODES = range(4)
Counts = tuple[int, ...]


def tables(people: int) -> list[Counts]:
    """Each way in which so many can have answered."""
    return [tuple(Counter(answers)[code] for code in CODES) for answers in combinations_with_replacement(CODES, people)]


def could_be_published(counts: Counts) -> Iterator[Counts]:
    """By every chance."""
    yield from product(*({rounded(count, 0.0), rounded(count, 0.999)} for count in counts))


@pytest.mark.parametrize("people", [FEWEST, FEWEST + ROUNDED_TO])
def test_no_table_tells_what_one_said_even_to_whoever_knows_all_who_are_in_it_and_what_some_said(people: int) -> None:
    """They know who is in the batch, that no other is, and KNOWN of the answers; any other may still be two things."""
    fits: dict[Counts, list[Counts]] = {}
    for counts in tables(people):
        for table in could_be_published(counts):
            fits.setdefault(table, []).append(counts)
    for number in range(KNOWN + 1):
        for table, every in fits.items():
            for known in tables(number):
                left = [[all_of - of for all_of, of in zip(one, known, strict=True)] for one in every]
                left = [one for one in left if min(one) >= 0]
                possible = {code for one in left for code in CODES if one[code]}
                certain = [code for code in CODES if left and all(one[code] == people - number for one in left)]
                assert not certain, (table, known)
                assert len(possible) != 1, (table, known)


def test_one_more_that_is_known_would_be_too_many_so_the_number_says_what_is_kept() -> None:
    counts = (FEWEST - KNOWN - 1, KNOWN + 1, 0, 0)
    every = [one for one in tables(FEWEST) if (FEWEST, 0, 0, 0) in could_be_published(one)]
    known = [one for one in every if one[1] >= KNOWN + 1]
    assert known == [counts]


def test_whatever_the_order_and_the_moments_of_looking_each_is_published_once_and_with_enough_others() -> None:
    """A history: answers come, some of whoever waits are erased, and somebody looks after each. The tables that they
    see differ by whole batches, so what came, changed or went between two of them is in no difference alone.
    """
    for seed in range(60):
        chance = random.Random(seed)
        waits: list[int] = []
        seen, batches = [Counter[int]()], list[Counter[int]]()
        for _ in range(chance.randrange(20, 120)):
            if waits and chance.random() < 0.2:
                waits.pop(chance.randrange(len(waits)))
            waits.append(chance.choice([0, 0, 0, 1, 2, 3]))
            if chance.random() < 0.5:
                people = batch_of(len(waits))
                taken, waits = waits[:people], waits[people:]
                if taken:
                    batches.append(Counter(taken))
                    more = published(Counter(taken), people, chance.random)
                    seen.append(seen[-1] + Counter(more))
                else:
                    seen.append(seen[-1])
        steps = [after - before for before, after in pairwise(seen) if after != before]
        assert all(of.total() >= FEWEST and of.total() % ROUNDED_TO == 0 for of in batches)
        assert len(steps) <= len(batches)
        for step in steps:
            assert all(count % ROUNDED_TO == 0 for count in step.values())


def test_what_is_published_is_right_on_average_and_whole_fives_stay() -> None:
    chance = random.Random(7)
    for count in range(16):
        drawn = [rounded(count, chance.random()) for _ in range(4000)]
        assert abs(sum(drawn) / len(drawn) - count) < 0.15
        assert all(abs(one - count) < ROUNDED_TO for one in drawn)
        assert count % ROUNDED_TO or set(drawn) == {count}
    assert [batch_of(waiting) for waiting in (0, 9, 10, 14, 15, 29)] == [0, 0, 10, 10, 15, 25]


@pytest.mark.parametrize(
    ("counts", "people"), [({"a": 9}, 9), ({"a": 12}, 12), ({"a": 0}, 0), ({"a": 11}, 10), ({"a": -1}, 10)]
)
def test_what_is_no_batch_is_not_published(counts: dict[str, int], people: int) -> None:
    with pytest.raises(ValueError, match="no batch"):
        published(counts, people, lambda: 0.5)
