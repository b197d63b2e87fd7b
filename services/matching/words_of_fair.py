"""Whom a role fits, who is told first and who is told nothing, in words."""

from services.chassis.base.publication import FEWEST
from services.chassis.base.wording import many, moment
from services.matching.store.counting import FitCount
from services.matching.store.fair import ToldOf

FAR_MILES = 25
"""Who lives further away is told last (store/rule.py, RING)."""
CONDITIONS = (
    *("closed", "not_in_pool", "other_strand", "other_mode", "unpaid", "access", "lived_experience", "language"),
    *("too_far", "other_times", "training"),
)
"""Of what has to hold that a role fits, the codes of what may be missing (store/rule.py, LACKING)."""
_IF = {
    "other_mode": "If people could take part in any way",
    "unpaid": "If it were paid",
    "access": "If you offered everything that people may need to take part",
    "lived_experience": "Without the lived experience that you ask for",
    "language": "Without the language that you ask for",
    "too_far": "If nobody had to travel",
    "other_times": "If its sessions were at other times too",
    "training": "Without the training that you ask for",
}
TOO_FEW = f"Fewer than {FEWEST} people fit now."


def about(count: FitCount) -> str:
    """ "About 40 people fit now. Without the training that you ask for, it would be about 120." """
    said = f"About {count.about} people fit now." if count.about else TOO_FEW
    return f"{said} {_IF[count.costs]}, it would be about {count.without}." if count.costs in _IF else said


def as_of(count: FitCount) -> str:
    return f"As of {moment(count.answered_at)}" if count.answered_at else ""


def told(of: ToldOf, over: bool, *, is_job: bool = False) -> str:
    """ "About 50 people were told of it, in 1 round. 3 people answered. If too few …, the next are told on …" Of a job
    nobody answers here."""
    if of.rounds == 0:
        return "" if over else "Nobody was told of it yet. It begins within minutes."
    people = f"About {of.told} people" if of.told else f"Fewer than {FEWEST} people"
    said = f"{people} were told of it, in {many(of.rounds, 'round')}."
    if is_job:
        return said if over or of.next_at is None else f"{said} The next are told on {moment(of.next_at)}."
    said = f"{said} {many(of.answered, 'person', 'people')} answered."
    if over or of.next_at is None:
        return said
    return f"{said} If too few have answered by then, the next are told on {moment(of.next_at)}."


STANDS_IN_THE_WAY = {
    "fits": "Something fits them. They come first when the next people are told.",
    "no_roles": "No role was open",
    "other_strand": "It is other work than they asked for",
    "other_mode": "They can take part in another way only",
    "unpaid": "They asked for paid roles only, and roles pay nothing",
    "access": "What they need to take part is not offered",
    "lived_experience": "Roles look for other lived experience",
    "language": "Roles need a language that they did not say they speak",
    "too_far": "Roles are further away than they can come",
    "other_times": "Roles are at other times",
    "training": "Roles need training that they do not have",
}
"""By the codes of the rule (store/rule.py): what stands in the way most often."""
