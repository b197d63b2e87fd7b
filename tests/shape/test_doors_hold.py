"""What holds at every HTTP door: reading changes nothing, cookies are read in one way, secrets sign for one purpose."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.shape.sources import nodes

ROOT = Path(__file__).parents[2]
SERVICES = ROOT / "services"

GET_MAY_CHANGE = {
    "services/chassis/http/organisations_data.py: _note": "that a file was taken, and by whom; nothing else changes",
    "services/notifications/web/day_number.py: phone_sheet": "that numbers were taken, for each person to read",
    "services/notifications/web/home.py: _note_read": "that its person has opened a message, for themselves alone",
    "services/identity/web/sign_in.py: renew": "a session goes on when its token is renewed; twice is as once",
}
"""Pages that write when they are read, and why. All others are read in a transaction that PostgreSQL keeps from it."""

OWN_TRANSACTIONS = {
    "services/chassis/http/limits.py": "counts how often something is done, also of what is only read",
    "services/chassis/http/request.py": "the one way: `open_transaction`",
    "services/chassis/operate/pages.py": "operators look at what no row policy shows them; it only reads",
}
"""Where the HTTP door opens a transaction in another way than by `open_transaction`."""


def modules(*folders: str) -> Iterator[tuple[str, Path]]:
    for folder in folders:
        for path in sorted((SERVICES / folder).rglob("*.py")):
            yield str(path.relative_to(ROOT)), path


def doors() -> Iterator[tuple[str, Path]]:
    for name, path in modules(""):
        if re.search(r"/(web|api|http)(/|\.py)|/tokens\.py|operate/pages\.py", name) and "/cli/" not in name:
            yield name, path


def test_a_page_that_is_read_changes_nothing() -> None:
    found: set[str] = set()
    for name, path in doors():
        for node in nodes(path):
            if isinstance(node, ast.AsyncFunctionDef) and "get_may_change=True" in ast.unparse(node):
                found.add(f"{name}: {node.name}")
    assert found == GET_MAY_CHANGE.keys()
    others = {name for name, path in doors() if "database.transaction(" in path.read_text()}
    assert others == OWN_TRANSACTIONS.keys()


def test_cookies_are_read_by_their_exact_names_only() -> None:
    """The framework's reader takes a name for another that browsers keep apart (chassis/http/cookies.py)."""
    careless = [name for name, path in doors() if re.search(r"\brequest\.cookies\b", path.read_text())]
    assert careless == []


def test_every_cookie_of_ours_is_named_by_the_site_which_knows_whether_it_is_https() -> None:
    named = {name for name, path in doors() if re.search(r"""["'](__Host-)?pln(_\w+)?["']""", path.read_text())}
    assert named == {"services/chassis/http/request.py"}


def test_the_secret_for_forms_signs_nothing_but_by_a_purpose() -> None:
    """`form_secret` is given to what keeps purposes apart, and to nothing else."""
    uses: dict[str, list[str]] = {}
    for name, path in modules(""):
        for line in path.read_text().splitlines():
            if re.search(r"\bhmac\.(new|digest)\(", line):
                uses.setdefault(name, []).append(line.strip())
    assert uses.keys() == {
        "services/chassis/base/purposes.py",
        "services/chassis/base/settings.py",  # a role's password, from the administrator's
        "services/chassis/http/forms.py",  # how versions before this one sealed forms
        "services/identity/commands/machines.py",  # machines' secrets, from a secret of their own
    }


def test_only_public_reads_are_opened_to_other_sites_and_never_with_credentials() -> None:
    """Which routes those are: tests/chassis/test_http_methods.py."""
    said = {name: path.read_text().lower() for name, path in doors()}
    assert [name for name, text in said.items() if '"access-control-allow-' in text or "corsmiddleware" in text] == [
        "services/chassis/http/public_reads.py",
        "services/chassis/http/representations.py",  # `Not Modified` says again what was said
        "services/chassis/http/static_files.py",  # `/embed`: the same for everybody, and no cookie is read
    ]
    assert [name for name, text in said.items() if "allow-credentials" in text] == []
