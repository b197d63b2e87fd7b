"""The words of what organisations ask others to draft: how far it is, what comes next, and why not."""

from uuid import UUID

from services.chassis.base.wording import day, moment
from services.matching.domain.asked import Asked
from services.matching.queries_of_asked import OneAsked

MONEY = {
    "paid": "There is money to pay people",
    "expenses_only": "Expenses only: what it costs them to come",
    "unknown": "We do not know",
}
WHY_NOT = {
    "too_little_known": "Too little is known to draft a role",
    "nobody_there_to_ask": "We reach nobody who knows more",
    "not_a_role": "It is not a role for people who live with illness or care for somebody",
    "no_money": "There is no money for it, and it is too much to ask for nothing",
    "no_time": "We have nobody who could draft it in time",
    "asked_twice": "The same was asked for twice",
}
STATUS = {
    "asked": "Asked for. Nobody has begun to draft it yet",
    "drafting": "It is being drafted",
    "to_approve": "The draft waits for a yes",
    "posted": "Posted on the common feed",
    "declined": "It cannot be drafted",
    "taken_back": "Taken back",
    "organisation_closed": "Over: the organisation has closed",
}
COLOUR = {"posted": "green", "declined": "red", "to_approve": "blue", "asked": "yellow", "drafting": "yellow"}
SIDE = {"organisation": "From the organisation", "drafting": "From whoever drafts it"}


def next_step(one: OneAsked, reader: UUID) -> str:
    """What comes next, and by when, to whoever reads it: who asked says yes, and who drafted it waits for theirs."""
    asked, asks = one.asked, one.asked.asked_by == reader
    if asked.status in ("asked", "drafting"):
        yes = f"one yes from {'you' if asks else one.organisation} posts it"
        return f"A coordinator of {one.drafting} drafts the role by {day(asked.draft_by)}. Then {yes}."
    if asked.status == "to_approve" and one.choices.approve:
        return "Read the draft. One yes posts it, for everybody to see. Or send it back with a line."
    if asked.status == "to_approve":
        return f"{one.organisation} reads the draft. One yes from them posts it, or they send it back with a line."
    if asked.status == "declined":
        return f"{'You' if asks else 'Whoever asked'} can ask again, in other words."
    return ""


def waits(asked: Asked) -> str:
    """Since when."""
    return moment(asked.sent_at if asked.status == "to_approve" and asked.sent_at else asked.asked_at)
