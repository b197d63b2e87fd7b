"""What `pln` prints: steps while it waits, plain lines when piped, one sentence when something is in the way."""

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import wraps
from typing import Annotated, ParamSpec, TypeVar

import typer
from rich.console import Console
from rich.text import Text

from services.cli.base.trouble import Trouble

# Numbers are not coloured: half of "1.9s" in another colour is harder to read. NO_COLOR is rich's own.
out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

AsJson = Annotated[bool, typer.Option("--json", help="For machines.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]

P = ParamSpec("P")
R = TypeVar("R")


def say(words: str) -> None:
    """One line for a person, at once, even into a pipe."""
    out.print(Text(words))
    sys.stdout.flush()


def warn(words: str) -> None:
    """One line on the error output."""
    err.print(Text(words))


def done(words: str) -> None:
    """A step that is behind us."""
    out.print(Text.assemble(("✓ ", "green"), words) if out.is_terminal else Text(words))
    sys.stdout.flush()


@contextmanager
def waiting(words: str, *, quiet: bool = False) -> Generator[None]:
    """Show what is awaited: a moving sign on a terminal, one line in a pipe, nothing to a machine (`quiet`)."""
    if quiet:
        yield
    elif out.is_terminal:
        with out.status(Text(words)):
            yield
    else:
        say(f"{words} …")
        yield


def one_sentence(command: Callable[P, R]) -> Callable[P, R]:
    """A command whose Trouble is printed in its own words on the error output, with exit code 1."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except Trouble as trouble:
            err.print(Text.assemble(("pln: ", "bold red"), str(trouble)))
            raise typer.Exit(1) from None

    return run
