"""Each name and attribute that a template reads exists, also in branches that no test shows."""

import ast
from functools import cache
from pathlib import Path

from jinja2 import meta, nodes

from services.chassis.base.leader_words import LEADER_WORDS
from tests.shape import sources
from tests.shape.each import of_each
from tests.shape.sources import template

ROOT = Path(__file__).parents[2]
SERVICES = ROOT / "services"
TEMPLATES = sorted(SERVICES.glob("*/templates/*.jinja"))
BY_THE_CHASSIS = {
    "network_name",
    *LEADER_WORDS.in_templates(),
    "demo",
    "contact_line",
    "help_line",
    "links",
    "base_url",
    "static",
    "status",
}  # Templates.__init__ and render
# Templates._about
ABOUT_THE_REQUEST = {
    "called",
    "header_items",
    "works_for",
    "bar",
    "here",
    "form_key",
    "helping",
    "meanwhile",
    "name_only",
    "sent_already",
    "assetPath",
}
ON_EVERY_PAGE = BY_THE_CHASSIS | ABOUT_THE_REQUEST
OF_TEXT_AND_LISTS = {name for kind in (str, dict, list, tuple) for name in dir(kind)}
OF_LOOPS = {"first", "last", "index", "index0"}
OF_ROWS = {"parked_at", "reaction", "tries"}  # columns of the tables that /ops shows


def name(path: Path) -> str:
    return f"{path.parts[-3]}/{path.name}"


def may_be_missing(tree: nodes.Template) -> set[str]:
    """The names of `x | default(…)` and `x is defined`."""
    asked = [node.node for node in tree.find_all(nodes.Filter) if node.name == "default"]
    asked += [node.node for node in tree.find_all(nodes.Test) if node.name == "defined"]
    return {node.name for node in asked if isinstance(node, nodes.Name)}


def set_in(tree: nodes.Template) -> set[str]:
    """What a template sets or imports, its macros, and what its loops call the one thing (`thing` of list.jinja)."""
    targets = [node.target for node in tree.find_all((nodes.Assign, nodes.For))]
    names = {target.name for target in targets if isinstance(target, nodes.Name)}
    return names | {node.target for node in tree.find_all(nodes.Import)} | macros_of(tree)


def macros_of(tree: nodes.Template) -> set[str]:
    return {node.name for node in tree.find_all(nodes.Macro)}


@cache
def macros_of_all() -> set[str]:
    return {each for path in TEMPLATES for each in macros_of(template(path))}


@cache
def of_layouts() -> set[str]:
    return {each for path in TEMPLATES if path.parts[-3] == "chassis" for each in set_in(template(path))}


@cache
def rendered_in(folder: Path) -> list[tuple[set[str], set[str]]]:
    """The templates of each call of `render`, and the names that it gives them."""
    found: list[tuple[set[str], set[str]]] = []
    for path in folder.rglob("*.py"):
        module = sources.tree(path)
        calls = [node for node in sources.nodes(path) if isinstance(node, ast.Call) and len(node.args) > 1]
        calls = [call for call in calls if ast.unparse(call.func) == "render"]
        by_name = {text for call in calls for text in templates_in(call.args[1])}
        for call in calls:
            given = [keyword.arg for keyword in call.keywords]
            assert None not in given, f"{path}: {ast.unparse(call)} hides what it gives"
            # a parameter: whichever template of this module no call names itself
            templates = templates_in(call.args[1]) or templates_in(module) - by_name
            found.append((templates, {each for each in given if each}))
    return found


def templates_in(node: ast.AST) -> set[str]:
    texts = {each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)}
    return {text for text in texts if text.endswith(".jinja")}


@of_each([p for p in TEMPLATES if p.parts[-3] != "chassis"], name)
def test_every_name_that_a_template_reads_is_given_by_each_call_that_renders_it(path: Path) -> None:
    tree = template(path)
    given = [names for templates, names in rendered_in(path.parents[1]) if path.name in templates]
    reads = meta.find_undeclared_variables(tree) - ON_EVERY_PAGE - of_layouts() - set_in(tree) - may_be_missing(tree)
    assert given or not list(tree.find_all(nodes.Extends)), "nobody renders it"
    assert [(sorted(reads - names)) for names in given if reads - names] == []


def fragments() -> list[Path]:
    return [p for p in TEMPLATES if p.parts[-3] != "chassis" and not list(template(p).find_all(nodes.Extends))]


GIVEN_BY_THEIR_PAGE = {
    "start_ask.jinja": ("here_at",),
    "start_job.jinja": ("here_at",),
    "post_preview.jinja": ("at",),
    "post_job_preview.jinja": ("at",),
    "session_of_task.jinja": ("is_a_task", "in_all", "o", "ods"),
}
"""Of what a page includes, what it sets or is given."""


@of_each(fragments, name)
def test_the_questions_of_a_task_list_read_only_what_each_of_its_pages_is_given(path: Path) -> None:
    """They are included by the chassis' pages (task_page.jinja and others), which give `known`."""
    tree = template(path)
    if not macros_of(tree):
        assert (
            sorted(
                meta.find_undeclared_variables(tree)
                - ON_EVERY_PAGE
                - of_layouts()
                - {"known", *GIVEN_BY_THEIR_PAGE.get(path.name, ())}
            )
            == []
        )


@cache
def attributes_in_code() -> set[str]:
    """Fields, properties and methods of every class, and what the modules of words and links hold."""
    found: set[str] = set()
    for path in (*SERVICES.rglob("*.py"), *(ROOT / "schemas").glob("*.py")):
        tree = sources.tree(path)
        bodies = [node.body for node in sources.nodes(path) if isinstance(node, ast.ClassDef)]
        bodies += [tree.body] if path.stem.partition("_")[0] in ("words", "links") else []
        for node in (each for body in bodies for each in body):
            if isinstance(node, ast.AnnAssign):
                found.add(ast.unparse(node.target))
            elif isinstance(node, ast.Assign):
                found |= {ast.unparse(target) for target in node.targets}
            elif isinstance(node, ast.FunctionDef | ast.ClassDef):
                found.add(node.name)
            elif isinstance(node, ast.ImportFrom):
                found |= {alias.name for alias in node.names}
    return found


@of_each(TEMPLATES, name)
def test_every_attribute_that_a_template_reads_is_one_that_something_has(path: Path) -> None:
    tree = template(path)
    own = macros_of_all() | of_layouts() | {node.attr for node in tree.find_all(nodes.NSRef)}
    read = {node.attr for node in tree.find_all(nodes.Getattr)}
    assert sorted(read - own - attributes_in_code() - OF_TEXT_AND_LISTS - OF_LOOPS - OF_ROWS) == []
