"""The words for what the list of roles can be narrowed by: its choices, what is chosen, and what would help."""

import unicodedata
from collections.abc import Mapping
from datetime import datetime

from schemas.words import KIND_OF_ROLE
from services.chassis.base.access import london_day
from services.chassis.base.wording import capital, many
from services.chassis.http.direction import joined
from services.matching import words
from services.matching.store.feed import Filter, Listed
from services.matching.words_of_key_facts import closes, days_left

MILES = {"5": "5 miles", "10": "10 miles", "25": "25 miles", "50": "50 miles"}
WHEN = {
    "daytime": "Weekdays, daytime",
    "evenings": "Weekdays, evenings",
    "weekend": "Weekends",
    **words.TIME,
}
CHOICES: Mapping[str, Mapping[str, str]] = {
    "mode": words.MODE,
    "when": WHEN,
    "paid": {"yes": "Paid", "no": "Expenses only"},
    "strand": words.STRAND,
    "kind": KIND_OF_ROLE,
    "condition": words.AREA,
    "access": words.OFFERED,
    "closing": {"week": "Within 7 days"},
    "job": {"no": "Roles", "yes": "Jobs with a salary"},
    "miles": MILES,
}
"""By the name of its choice: code → words."""
LABELS = {
    "words": "the words",
    "near": "the postcode",
    "miles": "how far it may be",
    "mode": "how you take part",
    "when": "when you can come",
    "paid": "the payment",
    "strand": "the kind of work",
    "kind": "the kind of role",
    "condition": "what it is about",
    "access": "what has to be there",
    "closing": "when it closes",
    "job": "roles or jobs",
    "organisation": "the organisation",
}
SOON = 7
"""So many days before it closes, a card says how many are left."""
_LONGEST_LINE = 120


def chosen(of: Filter, organisations: Mapping[str, str]) -> dict[str, str]:
    """What narrows the list, by the name of its choice: "Paid", "Within 10 miles of BN2"."""
    said = {
        "words": f"“{of.words}”" if of.words else "",
        "near": f"Within {MILES.get(str(of.miles), of.miles)} of {of.near}" if of.near else "",
        "mode": words.MODE.get(of.mode or "", ""),
        "when": WHEN.get(of.when or "", ""),
        "paid": _yes_no("paid", of.paid),
        "strand": words.STRAND.get(of.strand or "", ""),
        "kind": KIND_OF_ROLE.get(of.kind or "", ""),
        "condition": words.AREA.get(of.condition or "", ""),
        "access": words.OFFERED.get(of.access or "", ""),
        "closing": "Closes within 7 days" if of.closing else "",
        "job": _yes_no("job", of.job),
        "organisation": organisations.get(of.ods_code or "", of.ods_code or ""),
    }
    return {name: text for name, text in said.items() if text}


def _yes_no(name: str, said: bool | None) -> str:
    return "" if said is None else CHOICES[name]["yes" if said else "no"]


def where(of: Listed) -> str:
    """Where people come, and about how far that is: "Room 4, BN2, about 8 miles"."""
    place = words.where_people_come(of.opportunity)
    distance = far(of.miles)
    return joined((place, ", ", distance)) if place and distance else place or distance


def far(miles: int | None) -> str:
    if miles is None:
        return ""
    return f"about {many(miles, 'mile')} away" if miles else "less than a mile away"


def left(of: Listed, now: datetime) -> str:
    """ "4 days left", within the last week; else nothing."""
    days = (london_day(closes(of.opportunity)) - london_day(now)).days
    return capital(days_left(of.opportunity, now)) if days <= SOON else ""


def when(of: Listed, now: datetime) -> str:
    """The next session, and how many come after it."""
    to_come = of.opportunity.to_come(now)
    if not to_come:
        return ""
    more = len(to_come) - 1
    return words.when(to_come[0]) + (f", and {many(more, 'more', 'more')}" if more else "")


def in_a_line(text: str) -> str:
    """The beginning of a summary, to the end of a word. What is written from the right is left whole: where it was cut
    its signs would stand elsewhere."""
    line = " ".join(text.split())
    runs_left = any(unicodedata.bidirectional(one) in ("R", "AL") for one in line)
    if len(line) <= _LONGEST_LINE or runs_left:
        return line
    cut = line[:_LONGEST_LINE]
    return joined(((cut.rpartition(" ")[0] or cut).rstrip(",.;:"), "…"))
