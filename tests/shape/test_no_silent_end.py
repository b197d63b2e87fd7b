"""No list ends silently: what a statement's `limit` cuts off is on a next page, or is said, or nobody reads a list."""

import ast
import re
from functools import cache
from pathlib import Path

from tests.shape.each import of_each
from tests.shape.sources import nodes

SERVICES = Path(__file__).parents[2] / "services"
PATHS = sorted(path for path in SERVICES.rglob("*.py") if "cli" not in path.relative_to(SERVICES).parts)
_CUTS = re.compile(r"\blimit (?:\$\d+|(?!1\b)\d+)")
_GOES_ON = re.compile(r"> \$\d.*\blimit \$\d", re.DOTALL)
SAYS_SO = re.compile(r"\bfew\(|LIST_LIMIT \+ 1")
"""It asks for one more than it gives, and says that there are more."""
BY_REASON = {
    "chassis/kafka/relay.py _MARK_AND_READ": "a batch: the relay goes on until the outbox is sent",
    "chassis/kafka/relay.py _TAKE_OVER": "the same",
    "chassis/operate/maintenance.py _NEWEST": "a batch of what is said again",
    "chassis/operate/pages.py _EMITTED": "its page asks for one more, and says `more`",
    "chassis/operate/parked.py _NEXT": "a batch: it goes on after the last one",
    "chassis/postgres/files.py about": "for the newest one alone",
    "chassis/postgres/help_given.py stored": "a batch of what is said again, in id order",
    "chassis/postgres/mirrors.py SWEEP": "a batch: the sweeper goes on",
    "chassis/postgres/organisations_data.py _TAKEN": "`taken` makes a Few of it; a file has all of them",
    "chassis/postgres/policies.py _EDITIONS": "`editions` makes a Few of it",
    "engagements/store/answerers.py of_role": "its page says that there are others",
    "engagements/store/draws.py forget_old": "a batch of a job, which goes on",
    "engagements/store/questions.py of_engagement": "nobody can ask more",
    "engagements/store/said.py of_session": "no opportunity has more places",
    "chassis/work/to_do.py stored": "a batch of what is said again, in id order",
    "identity/store/to_do.py wanted": "what waits longest: what comes after 5,000 is said when some of them are done",
    "payments/store/to_do.py _to_ring_back": "the same",
    "payments/store/for_others.py _nobody_stands_out": "the same",
    "matching/store/to_do.py _WAITS": "the same",
    "matching/store/fitting.py _NEAREST": "its page says that they are the nearest three",
    "matching/store/beside.py _LIKE": "its page says that they are like it, and links to all that is open",
    "matching/store/beside.py _SIMILAR": "the same",
    "matching/store/sitemap.py roles": "a part: the index names the one that goes on",
    "matching/store/sitemap.py organisations": "the same",
    "matching/store/changes.py lost": "a batch of a job, which goes on",
    "matching/store/changes.py page": "its reader goes on after the last line",
    "matching/store/asked.py network": "there is one; more are a mistake that it looks for",
    "matching/store/asked.py delete_old": "a batch of a job, which goes on",
    "matching/store/waiting.py waits": "there are fewer kinds of organisations",
    "recruitment/store/to_do.py wanted": "the same",
    "matching/store/front.py newest": "the newest four; the list has all, and is linked beside them",
    "matching/store/glossary.py whole": "no more can be kept (TooManyTerms)",
    "matching/store/synonyms.py groups": "no more can be kept (TooManySynonyms)",
    "matching/store/synonyms.py others": "no more can be kept (TooManySynonyms)",
    "matching/store/feed.py names_of_organisations": "a batch of a job, which goes on",
    "recruitment/store/to_do.py _quiet": "the same",
    "matching/store/pool.py out_of_step": "a batch of a job, which goes on",
    "matching/store/pool.py _WHEN_TOLD": "as many of the last times as are kept (telling.REMEMBERED)",
    "matching/store/telling.py _OF_THESE": "a round; the next ones tell the others while too few answer",
    "matching/store/fitting_nobody.py _NEXT": "a batch of a job, which goes on with those that waited longest",
    "matching/store/untold.py _NEXT": "a batch of a job, which goes on; a hundred roles are enough to say what is rare",
    "matching/store/works.py going_on": "an organisation never has more that go on (`check_room`)",
    "notifications/store/how_told.py owed": "a batch of a job, which goes on; of one's own the mail says how many more",
    "chassis/work/leases.py _GIVEN_UP": "its page says of how many they are the newest",
    "chassis/work/leases.py _LEASE": "a batch: workers go on",
    "chassis/work/timers.py _FIRE": "the same",
    "chassis/work/workers.py _NEXT": "the same",
    "identity/store/browsers.py hashes_of": "the newest; an older browser is asked for a link",
    "identity/store/grants.py not_said": "a batch of a job, which goes on",
    "identity/store/secrets.py soon_over": "a batch of a job, which goes on",
    "identity/store/staff.py holders": "whom letters go to: 50 admins of one organisation are enough",
    "notifications/store/calendar.py _BOOKED": "the newest 200 of one person: older ones are over",
    "notifications/store/alike.py find": "what so many share says nothing of any two (MOST_SHARING)",
    "notifications/store/contact.py not_compared": "a batch of a job, which goes on",
    "notifications/store/said.py forget_old": "a batch of a job, which goes on",
    "notifications/store/said.py to_read_out": "the last of them; the page has all",
    "notifications/store/said.py printed_before": "the same",
    "notifications/store/asking.py lock_answered": "a batch of a job, which goes on",
    "notifications/store/asking.py to_ask": "the same",
    "notifications/store/asking.py to_ask_again": "the same",
    "notifications/store/monthly.py NEXT_PEOPLE": "a batch of a job, which goes on",
    "notifications/store/fitting.py DUE": "a batch of a job, which goes on",
    "notifications/store/fitting.py back_from_break": "a batch of a job, which goes on",
    "notifications/store/fitting.py lock_not_to_tell": "a batch of a job, which goes on",
    "notifications/store/still_wanted.py NEXT": "a batch of a job, which goes on",
    "notifications/store/still_wanted.py unanswered": "a batch of a job, which goes on",
    "notifications/store/monthly.py open_roles": "the newest; the list says how many more there are",
    "notifications/store/texts_sent.py to_follow": "a batch of a job, which goes on",
    "notifications/store/letters.py take": "what is taken to be printed; its page counts what still waits",
    "notifications/store/standing.py lock_over": "a batch of a job, which goes on",
    "payments/store/claims.py approved": "what one run would pay; its page says that there is another after it",
    "payments/store/claims.py lock_approved": "the same",
    "payments/store/restored.py are_compared": "those that the page shows; the others are shown next",
    "payments/store/restored.py to_compare": "its page counts how many more there are",
    "recruitment/store/applications.py lock_unsuccessful": "a batch of a job, which goes on",
    "recruitment/store/listed.py lock_silent": "a batch of a job, which goes on",
    "recruitment/store/likenesses.py namesakes": "nobody is left out: whoever comes later is beside one of the first",
    "recruitment/store/likenesses.py names_of_before": "a batch of a job, which goes on",
    "recruitment/store/notes.py delete_old": "a batch of a job, which goes on",
    "recruitment/store/applications.py network": "there is one; more are a mistake that it looks for",
    "recruitment/store/welcome.py found": "of one reference, which by chance is that of a few",
}
"""Statements with a limit whose end is no silent one, each with the reason."""


@cache
def cuts(path: Path) -> list[str]:
    """The functions and constants with a statement that cuts, but for those of a `Listing`, which has pages."""
    source, of_lists = path.read_text(), _of_lists(path)
    found: set[str] = set()
    for node in nodes(path):
        if not isinstance(node, ast.Assign | ast.FunctionDef | ast.AsyncFunctionDef) or node.col_offset:
            continue
        texts = [one for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        cut = [one for one in texts if _CUTS.search(str(one.value)) and id(one) not in of_lists]
        if not cut:
            continue
        whole = ast.get_source_segment(source, node) or ""
        takes_limit = not isinstance(node, ast.Assign) and "limit" in [arg.arg for arg in node.args.kwonlyargs]
        if not SAYS_SO.search(whole) and not (takes_limit and _GOES_ON.search(whole)):
            found.add(ast.unparse(node.targets[0]) if isinstance(node, ast.Assign) else node.name)
    return sorted(found)


def _of_lists(path: Path) -> set[int]:
    """What stands in the orders and the count of a `Listing`, and in the constants that these are made of; and in
    `Holds`, of which `held` makes a Few.
    """
    constants = {
        node.targets[0].id: node
        for node in nodes(path)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and not node.col_offset
    }
    to_do: list[ast.AST] = [
        node
        for node in nodes(path)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("Sort", "Listing", "Holds")
    ]
    found: set[int] = set()
    while to_do:
        for node in ast.walk(to_do.pop()):
            if id(node) not in found and isinstance(node, ast.Name) and node.id in constants:
                to_do.append(constants[node.id].value)
            found.add(id(node))
    return found


def purges(path: Path) -> bool:
    """What is deleted in pieces, by a job that goes on."""
    return path.relative_to(SERVICES).as_posix() == "chassis/operate/retention.py"


@of_each(PATHS, lambda path: path.name)
def test_whatever_cuts_a_list_has_pages_or_says_so(path: Path) -> None:
    named = {f"{path.relative_to(SERVICES).as_posix()} {one}" for one in cuts(path)}
    assert purges(path) or named <= BY_REASON.keys()


def test_every_reason_is_still_needed() -> None:
    found = {f"{path.relative_to(SERVICES).as_posix()} {one}" for path in PATHS for one in cuts(path)}
    assert BY_REASON.keys() <= found


def test_no_template_cuts_a_list() -> None:
    """By `[:5]` or a loop that ends early: a template shows what it is given."""
    for path in SERVICES.rglob("*.jinja"):
        cut = re.findall(r"for \w+ in [^%]*\[:[^%]*|\bslice\(|\bbatch\(|\| *first\b", path.read_text())
        assert not cut, path.name
