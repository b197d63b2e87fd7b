"""What the lists of engagements say of themselves: what they can be narrowed by, and the columns of their CSV."""

from collections.abc import Mapping

from services.chassis.http.lists import About, Columns, Filter, Search
from services.engagements import words
from services.engagements.domain.comparing import COMPARED as COMPARED_STATUSES
from services.engagements.store import access, applicants, compared, intakes, unanswered
from services.engagements.store import engagements as store
from services.engagements.store.applicants import Applicant
from services.engagements.store.intakes import PublicOutcome

MINE = About(store.MINE, "role")
ACCESS = About(access.ACCESS, "person", "people")
UNANSWERED = About(unanswered.UNANSWERED, "person", "people")
APPLICANTS = About(
    applicants.APPLICANTS,
    "person",
    "people",
    filters=(Filter("status", "Where they stand", words.STATUS),),
    search=Search("Find somebody", "A part of what they are called, or the reference"),
    has_csv=True,
)
COMPARED = About(
    compared.COMPARED,
    "person",
    "people",
    filters=(Filter("status", "Where they stand", {code: words.STATUS[code] for code in COMPARED_STATUSES}),),
)
APPLICANT_COLUMNS: Columns[Applicant] = {
    "Called": lambda one: one.called,
    "Reference": lambda one: one.reference,
    "Where they stand": lambda one: words.STATUS.get(one.engagement.status, one.engagement.status),
    "Since": lambda one: one.engagement.interested_at,
}
"""What people wrote and what they need stays on the page: a file is passed on."""


def outcomes(organisations: Mapping[str, str]) -> About:
    """`organisations`: ODS code → name, of those that said what changed."""
    by_organisation = Filter("organisation", "Organisation", organisations, "All organisations", select=True)
    filters = (by_organisation,) if len(organisations) > 1 else ()
    return About(intakes.OUTCOMES, "thing that changed", "things that changed", filters=filters, has_csv=True)


OUTCOME_COLUMNS: Columns[PublicOutcome] = {
    "Title": lambda one: one.opportunity.title,
    "Organisation": lambda one: one.organisation,
    "Told": lambda one: one.outcome.recorded_at,
    "What changed": lambda one: one.outcome.what_changed,
}
