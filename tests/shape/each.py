"""One test that looks at each of many things, where a test of its own for each would cost more than the look."""

from collections.abc import Callable, Iterable
from typing import TypeVar

Thing = TypeVar("Thing")


def of_each(
    things: Iterable[Thing] | Callable[[], Iterable[Thing]], name: Callable[[Thing], str]
) -> Callable[[Callable[[Thing], None]], Callable[[], None]]:
    """Turns a check of one thing into a test of all, which names each that is wrong, and why.

    Things that take a while to find are given as a function: every worker imports every test, and one runs it.
    """

    def decorate(check: Callable[[Thing], None]) -> Callable[[], None]:
        def test() -> None:
            wrong: list[str] = []
            for thing in things() if callable(things) else things:
                try:
                    check(thing)
                except AssertionError as error:
                    wrong.append(f"{name(thing)}: {error}")
            assert not wrong, "\n".join(wrong)

        test.__name__, test.__doc__, test.__module__ = check.__name__, check.__doc__, check.__module__
        return test

    return decorate
