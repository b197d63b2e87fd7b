"""What the tests of choices share: what was refused, by a function of the domain or by a command that is undone."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import fields
from typing import Any

from services.chassis.base.choices import Choice, Choices
from services.chassis.base.hands import Acting
from services.chassis.base.refusals import Refused
from services.chassis.postgres.transaction import Transaction
from tests.support import Connected

Why = type[Refused] | None
"""The refusal; None of what may be done."""


Command = Callable[[Transaction[Any]], Awaitable[object]]


class _Undone(Exception):
    """The command has done its work, and nothing of it stays."""


def said(choices: Choices) -> dict[str, Why]:
    """Each choice by its name."""
    found: dict[str, Choice] = {field.name: getattr(choices, field.name) for field in fields(choices)}
    return {name: choice.refusal for name, choice in found.items()}


def refusal_of(act: Callable[..., object], *args: Any, **named: Any) -> Why:
    """What a function of the domain raises."""
    try:
        act(*args, **named)
    except Refused as refused:
        return type(refused)
    return None


async def tried(service: Connected, acting: Acting, command: Command) -> str | bool:
    """What a command answers, as a choice says it in JSON: true, or the refusal's words. Nothing is changed."""
    try:
        async with service.app.database.transaction(acting) as tx:
            await command(tx)
            raise _Undone
    except _Undone:
        return True
    except Refused as refused:
        return refused.words


def posts(html: str) -> set[str]:
    """The addresses to which a page has a button or a form, or a link to a page with one."""
    return set(re.findall(r'(?:action|href)="([^"?#]+)"', html))
