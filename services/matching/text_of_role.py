"""A role as plain text, a line for each fact: for feed readers, which show no page of ours."""

from collections.abc import Iterator

from schemas.words import training_called
from services.chassis.base.wording import moment
from services.matching import words, words_of_roles
from services.matching.store.opportunities import Listed


def text_of_role(listed: Listed) -> Iterator[str]:
    """Its summary, what will change, and its facts; what is not said has no line."""
    o = listed.opportunity
    yield from (one for one in (o.summary, o.what_will_change) if one.strip())
    facts = {
        "Organisation": f"{listed.organisation} ({o.ods_code})",
        "Kind of work": words.STRAND.get(o.strand, o.strand),
        "Kind of role": words_of_roles.KIND_OF_ROLE.get(o.rung, o.rung),
        "Pay": words.pay(o),
        "Pay in all": words_of_roles.pay_in_all(o),
        "Expenses": words_of_roles.several(o.expenses, words_of_roles.EXPENSE),
        "Time": o.time_commitment,
        "How": words.MODE.get(o.mode, o.mode),
        "Where": words.where_people_come(o),
        "Languages": words.languages(o),
        "Sessions": "; ".join(words.in_full(one, o) for one in o.takes_place),
        "Access": words_of_roles.several(o.access, words.ACCESS),
        "People who know about": words_of_roles.several(o.lived_experience, words.AREA),
        "Experience": words.EXPERTISE.get(o.expertise_level, o.expertise_level),
        "Training": ", ".join(training_called(code) for code in o.training),
        "Places left": "" if o.job or listed.places_left is None else listed.places_left or "None",
        "Apply by" if o.job else "Show interest by": moment(o.apply_by),
    }
    yield from (f"{name}: {said}" for name, said in facts.items() if said != "")
