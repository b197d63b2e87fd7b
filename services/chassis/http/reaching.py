"""What a route can be refused with, read in the code that it calls, so that no list of it is kept by hand.

Names are followed as far as they lead: functions of `services`, and methods where an annotation says of what. So it may
name a refusal that never comes (one that is caught), and misses none that is raised by name. The tests hold every
answer of the API against what was found here.
"""

import ast
import inspect
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

from services.chassis.base.refusals import Refused

OURS = "services."
Names = Mapping[str, Any]


@dataclass
class Reached:
    """The functions that were read on the way, and the refusals that they name."""

    functions: set[types.FunctionType] = field(default_factory=set[types.FunctionType])
    refusals: set[type[Refused]] = field(default_factory=set[type[Refused]])


def reached_from(calls: Iterable[Callable[..., Any]]) -> Reached:
    """All that these calls lead to."""
    reached, waiting = Reached(), list(calls)
    while waiting:
        function = _function(waiting.pop())
        if function is None or function in reached.functions:
            continue
        reached.functions.add(function)
        for named in _named_in(function):
            if isinstance(named, type):
                if issubclass(named, Refused) and named is not Refused:
                    reached.refusals.add(named)
            else:
                waiting.append(named)
    return reached


def _function(called: Any) -> types.FunctionType | None:
    """The function of ours behind whatever is called."""
    if isinstance(called, partial):
        called = called.func  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    if isinstance(called, property):
        called = called.fget
    called = inspect.unwrap(getattr(called, "__func__", called))
    is_ours = isinstance(called, types.FunctionType) and called.__module__.startswith(OURS)
    return called if is_ours else None


@cache
def _named_in(function: types.FunctionType) -> list[Any]:
    """The functions and refusals that its code names, but for the refusals that it catches or asks for."""
    code = function.__code__
    tree = _functions_of(code.co_filename)[code.co_firstlineno]
    closed_over = dict(zip(code.co_freevars, function.__closure__ or (), strict=True))
    outside = function.__globals__ | {name: cell.cell_contents for name, cell in closed_over.items()}
    nodes = list(ast.walk(tree))
    names = _Names(nodes, outside)
    caught = {id(part) for asked in _asked_for(nodes) for part in ast.walk(asked)}
    found = [names.value(node) for node in nodes if id(node) not in caught]
    return [one for one in found if _function(one) is not None or isinstance(one, type)]


@lru_cache(maxsize=64)
def _functions_of(file: str) -> dict[int, ast.AST]:
    """The functions of a file by the line on which they, or their decorators, begin."""
    found = dict[int, ast.AST]()
    for node in ast.walk(ast.parse(Path(file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found[min([node.lineno, *(one.lineno for one in node.decorator_list)])] = node
        elif isinstance(node, ast.Lambda):
            found.setdefault(node.lineno, node)
    return found


def _asked_for(nodes: Iterable[ast.AST]) -> Iterable[ast.AST]:
    """Where a kind of error is named that may come, and not one that is raised."""
    for node in nodes:
        if isinstance(node, ast.ExceptHandler) and node.type:
            yield node.type
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance":
            yield from node.args[1:]


class _Names:
    """What the names of a function stand for: the thing itself, or the class that an annotation gives it."""

    def __init__(self, nodes: Iterable[ast.AST], outside: Names) -> None:
        self._outside, self._kinds = outside, dict[str, type]()
        for node in nodes:
            if isinstance(node, ast.arg) and node.annotation:
                self._note(node.arg, self._class_named(node.annotation))
        for node in nodes:
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                self._note(node.targets[0].id, self._kind(node.value))

    def value(self, node: ast.AST) -> Any:
        """A function, a method or a class; None where nothing is known of it."""
        if isinstance(node, ast.Name):
            return self._outside.get(node.id)
        if isinstance(node, ast.Attribute):
            owner = self._kind(node.value) or self.value(node.value)
            return None if owner is None else inspect.getattr_static(owner, node.attr, None)
        return None

    def _kind(self, node: ast.AST) -> type | None:
        """The class of what an expression gives, as annotations say it."""
        if isinstance(node, ast.Await):
            return self._kind(node.value)
        if isinstance(node, ast.Name):
            return self._kinds.get(node.id)
        if isinstance(node, ast.Call):
            called = self.value(node.func)
            function = _function(called)
            said = function.__annotations__.get("return") if function else None
            return called if isinstance(called, type) else _class_of(said)
        if isinstance(node, ast.Attribute) and (owner := self._kind(node.value)):
            said = next((a[node.attr] for c in owner.__mro__ if node.attr in (a := inspect.get_annotations(c))), None)
            return _class_of(said)
        return None

    def _class_named(self, annotation: ast.AST) -> type | None:
        while isinstance(annotation, ast.Subscript):
            annotation = annotation.value
        return _class_of(self.value(annotation))

    def _note(self, name: str, kind: type | None) -> None:
        if kind is not None:
            self._kinds[name] = kind


def _class_of(annotation: Any) -> type | None:
    """The class that an annotation names first: of `Claim | None` and of `Annotated[Claim, …]` it is Claim."""
    if typing.get_origin(annotation) in (typing.Annotated, types.UnionType, typing.Union):
        return next((found for one in typing.get_args(annotation) if (found := _class_of(one))), None)
    found = typing.get_origin(annotation) or annotation
    return found if isinstance(found, type) and found.__module__.startswith(OURS) else None
