"""What the lists of opportunities say of themselves: what they can be narrowed by, and the columns of their CSV."""

from collections.abc import Mapping

from services.chassis.http.lists import About, Columns, Filter, Search
from services.chassis.postgres.drafts import UNSENT
from services.matching import words
from services.matching.domain.work import Kept
from services.matching.store import opportunities as store
from services.matching.store import templates, works
from services.matching.store.opportunities import Listed
from services.matching.words_of_roles import KIND_OF_ROLE

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


def feed(organisations: Mapping[str, str]) -> About:
    """`organisations`: ODS code → name."""
    return About(
        store.FEED,
        "role",
        filters=(
            Filter("strand", "Kind of work", words.STRAND),
            Filter("mode", "How you take part", words.MODE),
            Filter("paid", "Payment", {"yes": "Paid", "no": "Expenses only"}),
            Filter("job", "Roles or jobs", {"no": "Roles", "yes": "Jobs with a salary"}, "Both"),
            Filter("organisation", "Organisation", organisations, select=True),
        ),
        search=SEARCH,
        has_csv=True,
    )


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
