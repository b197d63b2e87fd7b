"""What an owner builds its states from: nothing of it is dropped in silence."""

import ast
import importlib
from pathlib import Path

from schemas.event import Contract
from services import NAMES
from tests.shape.each import of_each
from tests.shape.sources import nodes

ROOT = Path(__file__).parents[2]
OF_SERVICES = sorted(path for service in NAMES for path in (ROOT / "services" / service).rglob("*.py"))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT / "services"))


def module_of(path: Path) -> object:
    return importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))


def is_contract(module: object, node: ast.expr) -> bool:
    """Whether the name stands for a contract in this module: `Opportunity`, or `said.Account`."""
    found: object = module
    for part in ast.unparse(node).split("."):
        found = getattr(found, part, None)
    return isinstance(found, type) and issubclass(found, Contract)


@of_each(OF_SERVICES, name)
def test_a_service_builds_and_changes_contracts_by_what_refuses_a_field_that_they_do_not_have(path: Path) -> None:
    """`X.build(**…)` and `x.with_changes(…)`; pyright sees the fields of `X(id=…, …)`, but not those behind `**`."""
    module = module_of(path)
    for node in (each for each in nodes(path) if isinstance(each, ast.Call)):
        hides_fields = any(keyword.arg is None for keyword in node.keywords)
        assert not (hides_fields and is_contract(module, node.func)), f"line {node.lineno}: {ast.unparse(node)}"
        if isinstance(node.func, ast.Attribute):
            lenient = node.func.attr in ("model_validate", "model_construct") and is_contract(module, node.func.value)
            assert not lenient or "store" in path.parts, f"line {node.lineno}: {ast.unparse(node)}"
            assert node.func.attr != "model_copy", f"line {node.lineno}: {ast.unparse(node)}"


def public_faces() -> list[tuple[str, type[Contract], set[str]]]:
    """Where an aggregate's `public()` stands, the contract that it returns, and the fields that it gives it."""
    found: list[tuple[str, type[Contract], set[str]]] = []
    for path in OF_SERVICES:
        for node in nodes(path):
            if isinstance(node, ast.FunctionDef) and node.name == "public":
                [made] = [each.value for each in node.body if isinstance(each, ast.Return)]
                assert isinstance(made, ast.Call)
                contract: type[Contract] = eval(ast.unparse(made.func), vars(module_of(path)))
                found.append((f"{name(path)}:{node.lineno}", contract, {str(each.arg) for each in made.keywords}))
    return found


@of_each(public_faces, lambda face: face[0])
def test_the_public_face_of_an_aggregate_gives_every_field_of_its_contract(
    face: tuple[str, type[Contract], set[str]],
) -> None:
    """An optional field that is left out there would stay at its default, whatever the aggregate knows."""
    _, contract, given = face
    assert set(contract.model_fields) - given - {"waiting"} == set()
