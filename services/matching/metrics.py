"""What matching measures: postings, what becomes of roles afterwards, and what was asked for. No ids in labels."""

from prometheus_client import Counter, Gauge, Histogram

from schemas.matching import Opportunity
from services.chassis.postgres.transaction import Transaction
from services.matching.domain import practice
from services.matching.domain.beginning import COPY, OWN, PRACTICE

POSTINGS = Counter(
    "pln_postings_total",
    "Roles that were posted, by how their draft began: a template's code, own_template, copy, ask, empty; or api",
    ["began"],
)
for _began in (*practice.templates(), OWN, COPY, "ask", "empty", "api"):
    POSTINGS.labels(_began)
CHANGED = Counter(
    "pln_roles_changed_total",
    "Roles that were changed, called off, closed early or opened again after they were posted, by kind and by pay",
    ["how", "kind", "pay"],
)
ASKED = Counter("pln_asked_total", "What organisations asked others to draft, and what came of it", ["what"])
for _what in ("asked", "posted", "declined", "taken_back"):
    ASKED.labels(_what)
_DAY = 86400
ASKED_TO_POSTED = Histogram(
    "pln_asked_to_posted_seconds",
    "From asking to the role on the feed",
    buckets=[_DAY / 4, _DAY, 2 * _DAY, 3 * _DAY, 5 * _DAY, 7 * _DAY, 14 * _DAY, 28 * _DAY],
)
ASKED_WAITING = Gauge(
    "pln_asked_waiting", "What was asked for and has no end yet, by the kind of its organisation", ["kind"]
)
ASKED_LATE = Gauge("pln_asked_late", "What was asked for and was to be drafted before now")
ASKED_OLDEST = Gauge("pln_asked_oldest_age_seconds", "For how long the oldest of it has waited for its draft")
ADVICE = Counter(
    "pln_posting_advice_total",
    "Advice on a draft, by its kind: taken over by a press, or left as it was when the role was posted",
    ["kind", "outcome"],
)
SEARCHED = Counter(
    "pln_searches_total",
    "Searches of the list of roles with something chosen, by the door, and whether they found any; those that are"
    " answered from memory are not counted again",
    ["door", "found"],
)
for _door in ("page", "api"):
    for _found in ("some", "none"):
        SEARCHED.labels(_door, _found)
ROLES_OPENED = Counter(
    "pln_roles_opened_total",
    "Pages of roles that were opened, by whether from a list that was narrowed: beside how many showed interest, how"
    " far searches lead. Nothing tells one visitor from another",
    ["came_from"],
)
for _from in ("search", "elsewhere"):
    ROLES_OPENED.labels(_from)
SEARCHES = Counter("pln_searches_kept", "Searches that people began to keep, and took out", ["what"])
for _what in ("kept", "removed"):
    SEARCHES.labels(_what)
NOT_FOR_ME = Counter("pln_not_for_me", "Roles that people said are not for them, and took back", ["what"])
for _what in ("said", "taken_back"):
    NOT_FOR_ME.labels(_what)
WAYS_IN = Counter(
    "pln_ways_in_total", "Ways to get involved that organisations added, changed, moved, took out", ["what"]
)
for _what in ("added", "changed", "moved", "taken_out"):
    WAYS_IN.labels(_what)
PAYS: tuple[str, ...] = ("paid", "expenses", "job")
POSTED = Counter(
    "pln_opportunities_posted",
    "Opportunities that were posted, by what they pay: a rate, expenses only, or the salary of a job",
    ["pays"],
)
for _pays in PAYS:
    POSTED.labels(_pays)
_HOUR = 3600
FIRST_INTEREST = Histogram(
    "pln_posting_to_first_interest_seconds",
    "From the posting of a role to the first interest in it",
    buckets=[_HOUR / 4, _HOUR, 4 * _HOUR, _DAY, 2 * _DAY, 4 * _DAY, 7 * _DAY, 14 * _DAY, 28 * _DAY],
)
MATCHES = Counter(
    "pln_matches_total", "Roles that people were told of: made, and ended as they fit no longer", ["what"]
)
for _what in ("made", "ended"):
    MATCHES.labels(_what)
ROUNDS = Counter("pln_telling_rounds_total", "Rounds of telling people of a role that were begun")
NEVER_TOLD = Gauge(
    "pln_people_never_told",
    "People who ask to be told and were told of no role for 90 days, of those in the pool as long",
)
ASKING = Gauge("pln_people_who_ask_to_be_told", "People of the pool who ask to be told of roles today")
AT_CAP = Gauge("pln_people_at_the_cap", "People whom the cap of a week holds back from being told of another role now")
ANSWERED = Gauge(
    "pln_told_who_answered_ratio", "Of those told of a role 7 to 37 days ago, the share that showed interest in it"
)
NOBODY_FITS = Gauge("pln_roles_nobody_fits", "Open roles that nobody in the pool fits")
NOBODY_FITS_OLDEST = Gauge("pln_roles_nobody_fits_oldest_age_seconds", "For how long nobody fits the oldest of them")
NOT_TOLD_OLDEST = Gauge(
    "pln_roles_not_told_oldest_age_seconds",
    "For how long the oldest role waits for telling people of it to begin, once it is a quarter of an hour",
)
SAME_FEW = Gauge(
    "pln_same_few_ratio",
    "The share of the sessions of a year that the tenth took part in that took part most; 0: too few people to say",
)


def searched(door: str, found: bool) -> None:
    SEARCHED.labels(door, "some" if found else "none").inc()


def role_opened(from_search: bool) -> None:
    """For the page of a role: whether whoever opens it comes from a list that was narrowed. What is answered from
    memory within a second is not counted, which nobody who comes from a search is."""
    ROLES_OPENED.labels("search" if from_search else "elsewhere").inc()


def posted(tx: Transaction, begun: str) -> None:
    """`begun`: the code that the draft kept."""
    how, _, more = begun.partition(":")
    tx.count(POSTINGS.labels(more if how == PRACTICE else how or "empty").inc)


def role_changed(how: str, of: Opportunity) -> None:
    CHANGED.labels(how, of.rung, "job" if of.job else "paid" if of.pay else "expenses_only").inc()


FEED_READS = Counter(
    "pln_feed_reads_total",
    "Reads of the feeds for machines that were answered anew, by feed and by the kind of program that says to read it;"
    " what is answered from memory within a second is not among them",
    ["feed", "reader"],
)
FEED_PAGES = Counter(
    "pln_feed_pages_total", "Pages of the feeds for machines: made anew, or found as they were kept", ["feed", "how"]
)
FEEDS = ("rpde", "json", "atom", "ics")
READERS = ("openactive", "feed_reader", "calendar", "browser", "program", "unnamed")
for _feed in FEEDS:
    for _reader in READERS:
        FEED_READS.labels(_feed, _reader)
    for _how in ("made", "kept"):
        FEED_PAGES.labels(_feed, _how)
_SAYS = (
    ("openactive", ("rpde", "openactive")),
    ("calendar", ("calendar", "ical", "outlook", "caldav", "davx")),
    ("feed_reader", ("feed", "rss", "newsblur", "inoreader", "netnewswire", "miniflux", "reeder")),
    ("browser", ("mozilla/",)),
)


def feed_read(feed: str, user_agent: str, *, how: str = "made") -> None:
    """One more read. Of whoever reads only the kind of program is kept, as it calls itself."""
    said = user_agent.lower()
    kinds = (kind for kind, words in _SAYS if any(word in said for word in words))
    FEED_READS.labels(feed, next(kinds, "program" if said else "unnamed")).inc()
    FEED_PAGES.labels(feed, how).inc()
