"""The SQL of a file, read without running it: literals, constants of its module, and what is joined of them by `+`."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.shape.sources import nodes, tree

STATEMENT = re.compile(r"\s*(select|insert into|update \w+ set|delete from|with \w+ as)\b", re.IGNORECASE)
ASKING = ("fetch", "fetchrow", "fetchval", "execute", "change_one", "change_any", "change_each", "lock_one", "lock_all")


@dataclass(frozen=True)
class Asked:
    """A statement that a function gives to the transaction. `sql` is None when it is no constant."""

    where: str
    function: str
    method: str
    sql: str | None


class Module:
    def __init__(self, path: Path) -> None:
        self.tree = tree(path)
        self.constants: dict[str, str] = {}
        for node in self.tree.body:
            if isinstance(node, ast.ImportFrom) and path.parent.name == "store":
                self._take(path, node)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                text = self.folded(node.value)
                if text is not None:
                    self.constants[node.targets[0].id] = text

    def _take(self, path: Path, node: ast.ImportFrom) -> None:
        """The constants that another file of the same store gives."""
        store, _, name = (node.module or "").rpartition(".")
        if store.split(".") == list(path.parts[-4:-1]):
            given = Module(path.with_name(f"{name}.py")).constants
            self.constants |= {one.name: given[one.name] for one in node.names if one.name in given}

    def folded(self, node: ast.AST) -> str | None:
        """The text of an expression that is constant."""
        match node:
            case ast.Constant(value=str(text)):
                return text
            case ast.Name(id=name):
                return self.constants.get(name)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                parts = self.folded(left), self.folded(right)
                return None if None in parts else "".join(part for part in parts if part)
            case _:
                return None


def statements(path: Path, like: re.Pattern[str] = STATEMENT) -> Iterator[tuple[int, str]]:
    """The line and text of every statement that stands in a file, each as a whole, in the order of the file."""
    return ((line, text) for line, text in _texts(path) if like.match(text))


@cache
def _texts(path: Path) -> tuple[tuple[int, str], ...]:
    """The line and the whole of every text that stands in a file."""
    module = Module(path)
    found: list[tuple[int, str]] = []
    todo: list[ast.AST] = [module.tree]
    while todo:
        node = todo.pop()
        text = None if isinstance(node, ast.Name) else module.folded(node)
        if text is not None:
            found.append((getattr(node, "lineno", 0), text))
        elif not isinstance(node, ast.JoinedStr):  # a test of its own refuses those
            todo += reversed(list(ast.iter_child_nodes(node)))
    return tuple(found)


@cache
def asked(path: Path) -> tuple[Asked, ...]:
    """What the functions of a file ask of `tx`."""
    return tuple(_asked(path))


def _asked(path: Path) -> Iterator[Asked]:
    module = Module(path)
    for function in nodes(path):
        if not isinstance(function, ast.AsyncFunctionDef | ast.FunctionDef):
            continue
        for node in ast.walk(function):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="tx"), attr=method)) if method in ASKING:
                    where = f"{path.name}:{node.lineno} {function.name}"
                    yield Asked(where, function.name, method, module.folded(node.args[0]))
                case _:
                    pass
