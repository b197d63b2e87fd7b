"""What the lists of opportunities say of themselves: what they can be narrowed by, and the columns of their CSV."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from services.chassis.http.lists import About, Columns, Filter, Search, View
from services.chassis.postgres.drafts import UNSENT
from services.matching import words, words_of_search, words_of_ways
from services.matching.domain.way_in import WayIn
from services.matching.domain.work import Kept
from services.matching.store import opportunities as store
from services.matching.store import templates, ways_in, works
from services.matching.store.feed import FEED, FOUND, NEAREST, Listed
from services.matching.store.feed import Filter as Wanted
from services.matching.words_of_roles import KIND_OF_ROLE
from services.matching.words_of_search import CHOICES, LABELS

SEARCH = Search("Words in the title or summary")
OWN = About(
    store.OWN,
    "opportunity",
    "opportunities",
    filters=(Filter("state", "Which", {"open": "Open", "closed": "Closed"}, "All"),),
    search=SEARCH,
    has_csv=True,
)

DRAFTS = About(UNSENT, "draft")
TEMPLATES = About(templates.NEWEST, "template")


OF_SEARCH = Search("Words", name="words")


def feed(organisations: Mapping[str, str], *, has_words: bool = False) -> About:
    """`organisations`: ODS code → name. The form of the list asks for what is chosen in its own order."""
    choices = (Filter(name, LABELS[name], options, select=True) for name, options in CHOICES.items())
    whose = Filter("organisation", LABELS["organisation"], organisations, select=True)
    return About(FOUND if has_words else FEED, "role", filters=(*choices, whose), search=OF_SEARCH, has_csv=True)


@dataclass(frozen=True)
class Chosen:
    """One choice that narrows the list: in words, and the list without it."""

    name: str
    words: str
    without: str


def chosen(about: View, wanted: Wanted, organisations: Mapping[str, str]) -> list[Chosen]:
    """All of them, in the order in which they are asked for."""
    return [
        Chosen(name, said, without(about, name)) for name, said in words_of_search.chosen(wanted, organisations).items()
    ]


def without(about: View, name: str) -> str:
    """The address of the list without one choice. Its order goes on, but for the one that needs a place."""
    gone = {name, "miles"} if name == "near" else {name}
    kept = {one: text for one, text in about.kept.items() if not (name == "near" and text == NEAREST)}
    query = {one: text for one, text in about.values.items() if one not in gone} | kept
    return about.path + (f"?{urlencode(query)}" if query else "")


def on_paper(organisations: Mapping[str, str]) -> About:
    """The same as the feed, with the size of its print."""
    of_feed = feed(organisations)
    size = Filter("size", "Print", {"large": "Large"}, "Usual")
    return replace(of_feed, filters=(size, *of_feed.filters), has_csv=False)


def ways(organisations: Mapping[str, str]) -> About:
    """`organisations`: ODS code → name."""
    return About(
        ways_in.BY_WHOM,
        "way to get involved",
        "ways to get involved",
        filters=(
            Filter("time", "How much time", words_of_ways.TAKES),
            Filter("kind", "Which kind", words_of_ways.KIND),
            Filter("organisation", "Organisation", organisations, select=True),
        ),
        has_csv=True,
    )


WAY_COLUMNS: Columns[WayIn] = {
    "What you can do": words_of_ways.title,
    "Who runs it": lambda way: way.whose,
    "Kind": lambda way: words_of_ways.KIND.get(way.kind, way.kind),
    "What it is": lambda way: way.summary,
    "They usually look for": lambda way: "; ".join(way.looks_for),
    "Time": lambda way: words_of_ways.TAKES.get(way.takes, way.takes),
    "Experience": lambda way: words_of_ways.EXPERTISE.get(way.expertise, way.expertise),
    "How to begin": lambda way: way.how,
    "Link": lambda way: way.link,
}
WORKS = About(
    works.WORKS,
    "piece of work",
    "pieces of work",
    filters=(Filter("state", "Which", {"open": "Going on", "closed": "Ended"}, "All"),),
    search=Search("Words in the title"),
    has_csv=True,
)
ROLES_OF_WORK = About(works.ROLES, "role")
WORK_COLUMNS: Columns[Kept] = {
    "Title": lambda kept: kept.work.title,
    "Needed": lambda kept: kept.work.needed,
    "High impact": lambda kept: kept.work.high_impact,
    "Aligned": lambda kept: kept.work.aligned,
    "Hard-wired": lambda kept: kept.work.hard_wired,
    "Feasible": lambda kept: kept.work.feasible,
    "Roles": lambda kept: kept.roles,
    "Added": lambda kept: kept.added_at,
    "Ended": lambda kept: kept.ended_at,
}
FEED_COLUMNS: Columns[Listed] = {
    "Title": lambda thing: thing.opportunity.title,
    "Organisation": lambda thing: thing.organisation,
    "Kind of work": lambda thing: words.STRAND.get(thing.opportunity.strand, thing.opportunity.strand),
    "Kind of role": lambda thing: KIND_OF_ROLE.get(thing.opportunity.rung, thing.opportunity.rung),
    "How": lambda thing: words.MODE.get(thing.opportunity.mode, thing.opportunity.mode),
    "Where": lambda thing: thing.opportunity.place,
    "First part of the postcode": lambda thing: thing.opportunity.district,
    "About how many miles away": lambda thing: thing.miles,
    "Languages": lambda thing: words.in_words(words.LANGUAGE, thing.opportunity.languages),
    "Pay": lambda thing: words.pay(thing.opportunity),
    "Job": lambda thing: "Yes" if thing.opportunity.job else "No",
    "Time": lambda thing: thing.opportunity.time_commitment,
    "Places left": lambda thing: thing.places_left,
    "Posted": lambda thing: thing.opportunity.posted_at,
    "Show interest by": lambda thing: thing.opportunity.apply_by,
    "Summary": lambda thing: thing.opportunity.summary,
}
OWN_COLUMNS: Columns[Listed] = {
    "Title": lambda thing: thing.opportunity.title,
    "Posted": lambda thing: thing.opportunity.posted_at,
    "Show interest by": lambda thing: thing.opportunity.apply_by,
    "Closed": lambda thing: thing.opportunity.closed_at,
    "Places": lambda thing: thing.opportunity.places,
    "Places left": lambda thing: thing.places_left,
}
