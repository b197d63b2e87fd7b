"""What the shape tests read again and again, read once: files as trees, templates, the routes of a service."""

import ast
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment
from jinja2.nodes import Template

from services import load
from services.chassis import app
from services.chassis.http.templating import FILTERS

_environment = Environment()
_environment.filters.update(FILTERS)


@cache
def tree(path: Path) -> ast.Module:
    """For looking only: everybody is given the same one."""
    return ast.parse(path.read_text(), filename=str(path))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """All nodes of a file, as `ast.walk` gives them."""
    return tuple(ast.walk(tree(path)))


@cache
def template(path: Path) -> Template:
    """For looking only: everybody is given the same one."""
    return _environment.parse(path.read_text())


@cache
def routes(service: str) -> tuple[Any, ...]:
    [found] = load([service])
    return tuple(app.routes(found))


def forget() -> None:
    """The trees of all files are a million objects, which no other test should carry along."""
    for kept in (tree, nodes, template, routes):
        kept.cache_clear()
