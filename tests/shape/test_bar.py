"""The bar of an organisation shows somebody just the pages that would let them in."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from schemas.identity import ROLES
from schemas.links import STAFF_PAGES, StaffPage
from services import NAMES
from tests.shape.sources import routes


def entries(dependant: Any) -> Iterator[str]:
    """What the entries of a route say, in words."""
    if words := getattr(dependant.call, "may_enter", ""):
        yield words
    for inner in dependant.dependencies:
        yield from entries(inner)


def lets_in(address: str) -> frozenset[str]:
    """The organisation's own roles with which a page can be opened; none where every member may."""
    for name in NAMES:
        for route in routes(name):
            if route.path == address and "GET" in route.methods:
                [words] = entries(route.dependant)
                own = re.split(r", (?:of|or) ", words.removeprefix("staff: "))[0]
                return frozenset(own.split(", ")) & set(ROLES)
    raise AssertionError(f"no page at {address}")


@pytest.mark.parametrize("page", STAFF_PAGES, ids=lambda page: page.words)
def test_a_page_stands_in_the_bar_of_those_whom_it_lets_in(page: StaffPage) -> None:
    assert page.roles == lets_in(page.address)
