"""The words for what people need and how far it is: to their organisation, and to themselves."""

from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

from schemas.words import ACCESS, FORMAT, WAY_TO_TALK
from services.chassis.base.wording import many, moment
from services.engagements.domain.arranging import Booking
from services.engagements.domain.looking_back import WasThere
from services.engagements.queries_access import AtSession

NEEDED = {**FORMAT, **ACCESS, **WAY_TO_TALK}
"""Every need that can be met."""
STATE = {
    "asked": "Asked for",
    "booked": "Booked",
    "confirmed": "Confirmed",
    "failed": "Cannot be had",
}
SAY_STATE = {
    "asked": "Asked for, nothing is arranged yet",
    "booked": "Booked, not confirmed yet",
    "confirmed": "Confirmed, or ready",
    "failed": "It cannot be had",
}
STATUS = STATE | {"not_needed": "Not needed any more"}
COLOUR = {"asked": "yellow", "booked": "blue", "confirmed": "green", "failed": "red", "not_needed": "grey"}
PAYS = {
    "organisation": "This organisation",
    "payer": "The organisation that pays for the role",
    "nobody": "Nobody: it costs nothing",
    "other": "Somebody else",
}
PAID_BY = {"organisation": "this organisation", "payer": "the organisation that pays for the role"}
THERE = {"yes": "Yes", "partly": "Partly", "no": "No"}
WAS = {"yes": "It was there.", "partly": "It was there in part.", "no": "It was not there."}


def need(code: str) -> str:
    return NEEDED.get(code, code)


def far(of: Booking) -> str:
    """How far one need is at one session, in a sentence to its person."""
    if of.state == "confirmed":
        return f"It is confirmed, with {of.with_whom}." if of.with_whom else "It is confirmed."
    if of.state == "booked":
        return f"It is booked with {of.with_whom}, and not confirmed yet."
    if of.state == "failed":
        return f"It cannot be had: {of.why_failed}"
    return f"It is asked for, and not arranged yet.{old_time(of)}"


def old_time(of: Booking) -> str:
    """What it was for the time before the session moved; empty where nothing was settled."""
    if not of.before or of.before_at is None:
        return ""
    with_whom = f" with {of.with_whom}" if of.with_whom else ""
    was = {"booked": f"was booked{with_whom}", "confirmed": f"was confirmed{with_whom}"}.get(
        of.before, "could not be had"
    )
    return f" For the time before the session moved, {moment(of.before_at)}, it {was}."


def in_all(sessions: Sequence[AtSession]) -> dict[str, str]:
    """Code → how far it is at the sessions to come, in a few words: "Confirmed at 2, asked for at 1 session"."""
    found: dict[str, Counter[str]] = {}
    only = [one for at in sessions if at.may_change for one in at.arranged.bookings]
    for one in only:
        found.setdefault(one.need, Counter())[one.state] += 1
    if len([at for at in sessions if at.may_change]) == 1:
        return {one.need: far(one) for one in only}
    return {code: _at(states) for code, states in found.items()}


def _at(states: Counter[str]) -> str:
    parts = [f"{STATE[state].lower()} at {many(states[state], 'session')}" for state in STATE if states[state]]
    words = ", ".join(parts)
    return words[:1].upper() + words[1:]


def staff_line(of: Booking, called: Mapping[UUID, str]) -> str:
    """How far it is, to staff: with whom, who pays, and who sees to it."""
    if of.state == "failed":
        said = f"Cannot be had: {of.why_failed}"
    else:
        said = STATE[of.state] + (f" with {of.with_whom}" if of.with_whom and of.state != "asked" else "") + "."
    pays = of.who_pays_words or PAID_BY.get(of.who_pays, "")
    paid = " It costs nothing." if of.who_pays == "nobody" else f" Paid by {pays}." if pays else ""
    sees_to = f" {called.get(of.owner, 'A colleague')} sees to it." if of.owner else ""
    return said + old_time(of) + paid + sees_to


def answered(answers: Sequence[WasThere]) -> dict[str, str]:
    """Code → what its person said of it afterwards."""
    return {one.need: WAS[one.there] + (f" {one.words}" if one.words else "") for one in answers}
