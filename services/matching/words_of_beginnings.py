"""The words for how a draft began, and for what of it had to be left out."""

from collections.abc import Iterable

from services.matching.domain import practice
from services.matching.domain.beginning import COPY, OWN, PRACTICE

LEFT_OUT = {
    "pay": "the rate, which is no longer in force",
    "work": "the piece of work, which is not one of yours any more",
    "training": "training that is no longer offered",
    "desk_id": "the desk, which is no longer there",
    "contact_id": "whom people can ask for, who is no coordinator of yours any more",
}


def began(begun: str) -> str:
    """A sentence or two for the pages of a draft; "" of one that began with empty pages."""
    how, _, more = begun.partition(":")
    if how == COPY:
        said = "This draft began as a copy of a role, without its days."
    elif how == OWN:
        said = "This draft began with a template of your organisation."
    elif how == PRACTICE and more in practice.templates():
        return (
            f"This draft began with a template: {practice.template(more).called}. Change whatever is not as you do it."
        )
    else:
        return ""
    return f"{said} {left_out(more.split(','))}".strip() if more else said


def left_out(names: Iterable[str]) -> str:
    """What is asked anew; "" for nothing."""
    known = [LEFT_OUT[name] for name in names if name in LEFT_OUT]
    return f"Not taken over: {'; '.join(known)}." if known else ""
