"""What people of the pool are called is the network's to say: nothing that is read says "patient leader" by hand."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from services import NAMES
from services.chassis.base.refusals import Refused
from tests.documented import document
from tests.leader_words import by_hand
from tests.shape import sources

ROOT = Path(__file__).parents[2]
WORDS = sorted(
    path for path in (ROOT / "services").rglob("*") if path.suffix in (".jinja", ".typ", ".yaml", ".json", ".js")
)
CODE = sorted(path for folder in ("services", "schemas") for path in (ROOT / folder).rglob("*.py"))
WHERE_IT_IS = ROOT / "services/chassis/base/leader_words.py"
INSTEAD = (
    "say {{ a_patient_leader }} or {{ patient_leaders }} in a template or a message (with `| capital` at the beginning"
    " of a sentence, services/chassis/templates/README.md); in a refusal or another word of Python, which are the same"
    ' in every network, say what somebody did ("people who have joined") or where they are ("in the pool")'
)
_NAMES = r"(?:a_patient_leader|patient_leaders)\b"
_OTHER_FILTER = re.compile(rf"{_NAMES}\s*\|\s*(?!capital\b)\w+")
_BEGINS_SMALL = re.compile(
    rf"(?:(?:[.!?]|</?(?:p|li|h\d|td|dt|dd)\b[^>]*>)\s*\{{\{{|set \w+ =|^\{{\{{)\s*{_NAMES}(?!\s*\|)", re.M
)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def texts(path: Path) -> Iterator[str]:
    """The texts of a file of Python that are no docstring, each as it is put together from its lines."""
    docs = {id(node.body[0].value) for node in sources.nodes(path) if _has_docstring(node)}  # pyright: ignore
    for node in sources.nodes(path):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


def _has_docstring(node: ast.AST) -> bool:
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return isinstance(node, kinds) and ast.get_docstring(node, clean=False) is not None


def refusals(of: type[Refused] = Refused) -> list[type[Refused]]:
    return [one for kind in of.__subclasses__() for one in (kind, *refusals(kind))]


@pytest.mark.parametrize(
    ("said", "times"),
    [
        ("You are a patient leader.", 1),
        ("Patient\n   Leaders and PATIENT LEADER", 2),
        ("patient&nbsp;leaders, <b>patient</b> leader", 2),
        ("{{ patient_leaders }}, a-patient-leader", 0),
        ("Patient leadership network: patients lead.", 0),
    ],
)
def test_the_word_is_found_however_it_is_written(said: str, times: int) -> None:
    assert len(by_hand(said)) == times


def test_no_template_and_no_message_says_the_word_by_hand() -> None:
    assert len(WORDS) > 200
    found = {name(path): said for path in WORDS if (said := by_hand(path.read_text()))}
    assert not found, f"{found}: {INSTEAD}"


def test_no_text_of_the_code_says_the_word_by_hand() -> None:
    read = [path for path in CODE if path != WHERE_IT_IS and by_hand(path.read_text())]
    found = {name(path): said for path in read for text in texts(path) if (said := by_hand(text))}
    assert not found, f"{found}: {INSTEAD}"


def test_no_refusal_says_the_word_by_hand() -> None:
    assert all(sources.routes(service) for service in NAMES), "so each room has been imported"
    known = [one for one in refusals() if one.__module__.startswith("services.")]
    assert len(known) > 100
    found = {
        one.__qualname__: said for one in known if (said := by_hand(f"{one.__doc__} {one.title} {one.what_to_do}"))
    }
    assert not found, f"{found}: {INSTEAD}"


@pytest.mark.parametrize("service", NAMES)
def test_the_document_of_an_api_is_the_same_in_every_network(service: str) -> None:
    found = by_hand(str(document(service)))
    assert not found, f"{found}: {INSTEAD}"


def test_what_is_published_of_events_is_the_same_in_every_network() -> None:
    found = {
        name(path): said for path in (ROOT / "schemas/published").glob("*.json") if (said := by_hand(path.read_text()))
    }
    assert not found, f"{found}: {INSTEAD}"


def test_a_template_changes_nothing_of_the_word_but_its_first_letter() -> None:
    """Jinja's own `capitalize` would make "A ppv partner" of "a PPV partner"."""
    read = [(name(path), path.read_text()) for path in WORDS if path.suffix == ".jinja"]
    wrong = {path: [one[0] for one in _OTHER_FILTER.finditer(said)] for path, said in read}
    small = {path: [one[0] for one in _BEGINS_SMALL.finditer(said)] for path, said in read}
    assert not [one for one in wrong.items() if one[1]], "only `| capital` fits every word"
    assert not [one for one in small.items() if one[1]], "a sentence begins with it: say `| capital`"
