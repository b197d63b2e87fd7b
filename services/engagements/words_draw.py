"""The words of draws: what is asked, what a rule says, and how somebody does a draw again."""

from collections.abc import Mapping

from schemas.words import AREA
from services.chassis.base.wording import many
from services.engagements.domain.draw import BEEN, KNOWS, SIDE
from services.engagements.domain.lots import AtLeast, Rules
from services.engagements.domain.objected import NETWORK_AFTER as NETWORK_AFTER
from services.engagements.domain.objected import WORKING_DAYS_TO_ANSWER
from services.engagements.draw_forms import ASKED_OF
from services.engagements.store.answerers import Answerers

WORKING_DAYS = WORKING_DAYS_TO_ANSWER
RATHER_NOT = {"": "I would rather not say"}
SIDES = {"patient": "As a patient", "carer": "As somebody who cares for a patient"}
NEW_OR_NOT = {"new": "This would be new to me", "experienced": "I have done something like this before"}
BY_CHANCE = "By chance alone"
HOW_TO_DO_IT_AGAIN = (
    "Each ticket has a number. Its lot is the SHA-256 of the seed, a colon and the number.",
    "The tickets stand in the order of their lots, the smallest first.",
    "Without rules, the first tickets have the places.",
    "With rules, go through the order from the front. Take each ticket, unless the places that are left could then not"
    " be given so that every rule holds.",
    "Where the rules cannot all be met, they are left out one by one, the last one first, if the organisation said so."
    ' No rule then asks for more people than gave that answer. "From one area" stays longest.',
    "Everybody else is on the reserve list, in the same order.",
)


def who_answers(of: Answerers) -> str:
    """Who may answer an objection, in one sentence; empty where nobody may."""
    named = [*of.colleagues, *(["others"] if of.more else []), *(f"the coordinators of {host}" for host in of.hosts)]
    if not named:
        return ""
    said = f"{', '.join(named[:-1])} or {named[-1]}" if named[:-1] else named[0]
    return f"If somebody objects, somebody else answers: {said}."


def knows(codes: tuple[str, ...]) -> dict[str, str]:
    """What a role is for, from which somebody can choose."""
    return {code: AREA.get(code, code) for code in codes}


def rule(of: AtLeast) -> str:
    """ "At least 2 places for people who come as a patient"."""
    said = ASKED_OF.get(of.asked, {}).get(of.said) or f"know about: {AREA.get(of.said, of.said)}"
    return f"At least {many(of.people, 'place')} for people who {said}"


def rules(of: Rules) -> list[str]:
    """One sentence for each, the most important first."""
    said = [rule(one) for one in of.at_least]
    if of.most_from_one_area:
        said.append(f"At most {many(of.most_from_one_area, 'place')} for people of the same area")
    return said


def in_short(of: Rules) -> str:
    return "\n".join(rules(of)) or BY_CHANCE


def gave(said: Mapping[str, str]) -> str:
    """What a ticket's person gave of what the rules ask."""
    names = {SIDE: SIDES, BEEN: NEW_OR_NOT, KNOWS: AREA}
    return ", ".join(names.get(asked, {}).get(answer, answer) for asked, answer in said.items())
