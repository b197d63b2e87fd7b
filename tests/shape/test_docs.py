"""What the pages for newcomers name is there: links, files, tests; and a decision has all its parts."""

import re
from pathlib import Path

from tests.shape.each import of_each

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path
    for pattern in ("*.md", "services/**/*.md", "deploy/**/*.md", "tests/**/*.md")
    for path in ROOT.glob(pattern)
    if "node_modules" not in path.parts
)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
NAMED = re.compile(r"`((?:deploy|tests|schemas)/[\w./-]+)`")
NOT_BUILT = ("deploy/postgres", "deploy/grafana", "deploy/kubernetes")
"""Design names them before they are built."""
DECISIONS = (ROOT / "services/DECISIONS.md").read_text()
RECORDS = re.findall(r"^## (\d+)\. .+?\n(.*?)(?=^## \d|\Z)", DECISIONS, re.MULTILINE | re.DOTALL)
PARTS = ("**Context.**", "**Decision.**", "**Consequences.**", "**Alternatives")
LONGEST_RECORD = 60


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@of_each(PAGES, name)
def test_a_link_leads_to_a_file(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text()) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


@of_each(PAGES, name)
def test_a_file_that_is_named_is_there(page: Path) -> None:
    named = [path for path in NAMED.findall(page.read_text()) if not path.startswith(NOT_BUILT)]
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_decisions_are_numbered_without_gaps() -> None:
    assert [int(number) for number, _ in RECORDS] == list(range(1, len(RECORDS) + 1))


@of_each(RECORDS, lambda one: one[0])
def test_a_decision_has_all_its_parts_on_one_page(decision: tuple[str, str]) -> None:
    _, record = decision
    assert re.match(
        r"Date: \d{4}-\d\d-\d\d.*\. ?Status: (accepted|superseded)", record.split("\n\n")[0].replace("\n", " ")
    )
    places = [record.find(part) for part in PARTS]
    assert places == sorted(places)
    assert -1 not in places
    assert len(record.splitlines()) <= LONGEST_RECORD


def test_a_test_that_holds_a_decision_is_there() -> None:
    tests = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    pages = ("README.md", "ASVS.md")
    named = re.findall(r"`(test_\w+)`", DECISIONS + "".join((ROOT / "services" / one).read_text() for one in pages))
    assert [one for one in named if f"def {one}(" not in tests] == []


def test_the_design_page_stands_by_itself() -> None:
    text = (ROOT / "services/DESIGN.md").read_text()
    assert not re.search(r"/work\b|\bshared/|reference/|reference sheet", text)
