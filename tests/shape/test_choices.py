"""A page asks what may be done: it decides by no status itself. Nor does an API, nor what stands between."""

import ast
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import TypeVar, get_type_hints

import pytest
from jinja2 import nodes

from services import NAMES, load
from services.chassis.base.choices import Choice, Choices
from services.chassis.base.refusals import Refused
from tests.shape.sources import template, tree

T = TypeVar("T")
ROOT = Path(__file__).parents[2]
ROOMS = ("engagements", "matching", "notifications", "payments", "recruitment")
STATE = {"status", "stage", "waits", "closed_at", "withdrawn", "ended_at"}
"""What says where a thing is. A condition on it is a rule, unless it only chooses words."""
COMPARED = {"status", "stage"}
load(NAMES)

# Where a condition on a state may stand, and why: the template and what it asks.
SAYS_IT = "it chooses what is said about it, and no button or form"
NOT_OURS = "what this link leads to is no act, and open to everybody who works here"
ELSEWHERE = "a link to notifications, whose page asks its own domain whether it can be done"
ONLY_WORDS = {
    "engagements/intake.jinja: e.status == 'interested'": SAYS_IT,
    "engagements/intake.jinja: e.status == 'offered'": SAYS_IT,
    "engagements/draw.jinja: o.closed_at": SAYS_IT,
    "engagements/draw.jinja: p.status": SAYS_IT,
    "engagements/intake.jinja: o.withdrawn": SAYS_IT,
    "engagements/_worries.jinja: e.status == 'not_chosen'": ELSEWHERE,
    "engagements/_worries.jinja: e.status in ('accepted', 'ended', 'called_off')": ELSEWHERE,
    "engagements/my_engagement.jinja: e.status == 'declined'": SAYS_IT,
    "engagements/my_engagement.jinja: e.status == 'lapsed'": SAYS_IT,
    "engagements/my_engagement.jinja: e.status == 'reserve'": SAYS_IT,
    "engagements/my_engagement.jinja: e.status == 'withdrawn'": SAYS_IT,
    "engagements/my_engagement.jinja: e.status == 'interested'": SAYS_IT,
    "engagements/my_engagement.jinja: e.status == 'offered'": SAYS_IT,
    "engagements/my_engagement.jinja: e.status == 'accepted'": SAYS_IT,
    "engagements/my_engagement.jinja: e.status == 'not_chosen'": SAYS_IT,
    "engagements/my_engagement.jinja: e.status == 'called_off'": SAYS_IT,
    "engagements/my_engagement.jinja: e.status == 'ended'": SAYS_IT,
    "engagements/my_engagement.jinja: e.status in ('offered', 'accepted')": "what pay can do to benefits, for whoever "
    "decides about a paid place or has one",
    "engagements/my_engagement.jinja: o.withdrawn": SAYS_IT,
    "matching/around_role.jinja: o.withdrawn": SAYS_IT,
    "matching/job_as_read.jinja: o.closed_at": SAYS_IT,
    "matching/own_job.jinja: o.closed_at": SAYS_IT,
    "matching/own_job.jinja: o.withdrawn": SAYS_IT,
    "matching/work.jinja: kept.ended_at": SAYS_IT,
    "matching/work.jinja: o.closed_at": SAYS_IT,
    "matching/work.jinja: o.withdrawn": SAYS_IT,
    "matching/work_public.jinja: o.closed_at": SAYS_IT,
    "matching/work_public.jinja: o.withdrawn": SAYS_IT,
    "matching/works.jinja: thing.ended_at": SAYS_IT,
    "matching/told.jinja: o.closed_at": SAYS_IT,
    "matching/own.jinja: o.closed_at": SAYS_IT,
    "matching/own.jinja: o.withdrawn": SAYS_IT,
    "matching/own_one.jinja: o.closed_at": SAYS_IT,
    "matching/own_one.jinja: o.withdrawn": SAYS_IT,
    "matching/role_as_read.jinja: o.closed_at": SAYS_IT,
    "matching/my_role.jinja: o.closed_at": SAYS_IT,
    "matching/not_for_me.jinja: o.closed_at": SAYS_IT,
    "notifications/coming.jinja: j.stage == 'talk'": SAYS_IT,
    "notifications/coming.jinja: j.waits": SAYS_IT,
    "notifications/concern_of_staff.jinja: c.closed_at": SAYS_IT,
    "notifications/concerns_of_staff.jinja: c.closed_at": SAYS_IT,
    "notifications/conversations.jinja: c.ended_at": SAYS_IT,
    "notifications/home.jinja: mine.joining.waits": SAYS_IT,
    "notifications/message.jinja: m.status == 'failed'": SAYS_IT,
    "notifications/my_concern.jinja: c.closed_at": SAYS_IT,
    "notifications/organisation.jinja: own.waits": SAYS_IT,
    "notifications/our_conversations.jinja: c.ended_at": SAYS_IT,
    "notifications/started.jinja: of.application.stage == 'asked'": SAYS_IT,
    "payments/claim.jinja: c.status != 'paid'": SAYS_IT,
    "payments/claim.jinja: c.status == 'returned'": ELSEWHERE,
    "payments/claim.jinja: c.status == 'paid'": SAYS_IT,
    "payments/claim.jinja: c.status not in ('paid', 'declined', 'cancelled')": "how soon they are to be paid",
    "payments/for_others.jinja: c.status == 'sent'": "on which of two pages it is decided about",
    "payments/to_approve.jinja: c.status == 'sent'": "how long it has waited, and whether that is late",
    "recruitment/application.jinja: a.stage == 'approved'": NOT_OURS,
    "recruitment/application.jinja: a.waits": SAYS_IT,
    "recruitment/my_application.jinja: a.stage == 'declined'": "to whom the monthly list is offered",
    "recruitment/my_application.jinja: a.waits": SAYS_IT,
}
IN_POOL = "whether somebody is in the pool is no choice about a thing: it says who they are"
DECIDED_IN_PYTHON = {
    "recruitment/queries/__init__.py: leader.status != 'approved'": IN_POOL,
    "recruitment/web/mine.py: leader.status == 'approved'": IN_POOL,
    "recruitment/queries/__init__.py: leader.status == 'approved'": IN_POOL,
    "recruitment/queries/people.py: leader.status != 'left'": IN_POOL,
    "recruitment/queries/duplicates.py: self.leader.status == 'approved'": IN_POOL,
    "recruitment/web/profile.py: leader.status == 'approved'": IN_POOL,
}


def templates() -> Iterator[tuple[str, nodes.Template]]:
    for room in ROOMS:
        for path in sorted((ROOT / "services" / room / "templates").glob("*.jinja")):
            yield f"{room}/{path.name}", template(path)


def text(node: nodes.Node) -> str:
    """An expression as it was written, as far as conditions on a state are."""
    match node:
        case nodes.Name():
            return node.name
        case nodes.Getattr():
            return f"{text(node.node)}.{node.attr}"
        case nodes.Const():
            return repr(node.value)
        case nodes.Tuple():
            return f"({', '.join(text(item) for item in node.items)})"
        case nodes.Compare():
            signs = {"eq": "==", "ne": "!=", "notin": "not in"}
            return text(node.expr) + "".join(f" {signs.get(o.op, o.op)} {text(o.expr)}" for o in node.ops)
        case _:
            return type(node).__name__


def about_state(condition: nodes.Node) -> Iterator[str]:
    """What a condition asks of a state: the whole comparison, or the attribute that counts as true when it is there."""
    if isinstance(condition, nodes.Getattr) and condition.attr in STATE:
        yield text(condition)
    elif isinstance(condition, nodes.Compare):
        if any(node.attr in STATE for node in condition.find_all(nodes.Getattr)):
            yield text(condition)
    else:
        for child in condition.iter_child_nodes():
            yield from about_state(child)


def conditions(tree: nodes.Template) -> Iterator[nodes.Node]:
    for node in tree.find_all((nodes.If, nodes.CondExpr)):
        yield node.test
    for loop in tree.find_all(nodes.For):
        if loop.test:
            yield loop.test
    for assigned in tree.find_all(nodes.Assign):
        yield from assigned.node.find_all(nodes.Compare)
        if isinstance(assigned.node, nodes.Compare):
            yield assigned.node


def test_no_template_decides_by_a_state_what_can_be_done() -> None:
    asked = {f"{name}: {what}" for name, tree in templates() for test in conditions(tree) for what in about_state(test)}
    assert asked - ONLY_WORDS.keys() == set(), "ask the domain: a choice, `may_…`, and `{% if may.… %}`"
    assert ONLY_WORDS.keys() - asked == set(), "these are asked no more: take them off the list"


def test_no_page_and_no_api_decides_by_a_state_what_can_be_done() -> None:
    asked: set[str] = set()
    for room in ROOMS:
        folder = ROOT / "services" / room
        doors = [
            path
            for door in ("web", "api", "queries")
            for path in (*folder.glob(f"{door}.py"), *folder.glob(f"{door}/*.py"))
        ]
        for path in doors:
            compared = [node for node in ast.walk(tree(path)) if isinstance(node, ast.Compare)]
            for node in compared:
                if any(isinstance(part, ast.Attribute) and part.attr in COMPARED for part in ast.walk(node)):
                    asked.add(f"{path.relative_to(ROOT / 'services')}: {ast.unparse(node)}")
    assert asked - DECIDED_IN_PYTHON.keys() == set()
    assert DECIDED_IN_PYTHON.keys() - asked == set(), "these are asked no more: take them off the list"


def all_of(base: type[T]) -> Iterator[type[T]]:
    for each in base.__subclasses__():
        yield each
        yield from all_of(each)


def test_a_template_that_asks_for_a_refusal_names_one_that_there_is() -> None:
    slugs = {refusal.slug for refusal in all_of(Refused)}
    for name, shown in templates():
        for compare in shown.find_all(nodes.Compare):
            if isinstance(compare.expr, nodes.Getattr) and compare.expr.attr == "slug":
                named = {const.value for const in compare.find_all(nodes.Const)}
                assert named <= slugs, name


def _name(of: type) -> str:
    return f"{of.__module__}.{of.__name__}"


@pytest.mark.parametrize("choices", sorted(all_of(Choices), key=_name), ids=_name)
def test_each_choice_is_asked_by_a_page_of_its_room(choices: type[Choices]) -> None:
    room = choices.__module__.split(".")[1]
    asked = {
        node.attr
        for name, tree in templates()
        if name.startswith(f"{room}/")
        for node in tree.find_all(nodes.Getattr)
        if isinstance(node.node, nodes.Name) and node.node.name == "may"
    }
    assert {field.name for field in fields(choices)} <= asked
    assert set(get_type_hints(choices).values()) == {Choice}
