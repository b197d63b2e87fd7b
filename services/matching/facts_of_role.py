"""A role as programs read it in feeds: codes, pence and moments, and the same in words. The same for everybody.

Nothing in it depends on when it is read, so that it is written once for each change.
"""

from typing import Any

from schemas.matching import Opportunity, Session
from schemas.words import training_called
from services.matching import words, words_of_roles
from services.matching.store.opportunities import Listed


def facts(listed: Listed) -> dict[str, Any]:
    """What `_opportunity` of the JSON Feed says, and `pln:opportunity` of RPDE."""
    o = listed.opportunity
    return {
        "kind": "job" if o.job else "role",
        "organisation": listed.organisation,
        "ods_code": o.ods_code,
        "apply_by": o.apply_by.isoformat(),
        "decide_by": o.decide_by.isoformat() if o.decide_by else None,
        "feedback_by": o.feedback_by.isoformat(),
        "strand": o.strand,
        "rung": o.rung,
        "role_type": o.role_type or None,
        "mode": o.mode,
        "place": o.place or None,
        "district": o.district,
        "languages": list(o.languages),
        "time_commitment": o.time_commitment,
        "places": None if o.job else o.places,
        "places_left": None if o.job else listed.places_left,
        "pay": _pay(o),
        "what_is_paid": words.pay(o),
        "expenses": list(o.expenses),
        "job": {"salary": o.job.salary, "apply_at": o.job.link} if o.job else None,
        "sessions": [_session(one, o) for one in o.sessions],
        "sessions_planned": o.sessions_planned,
        "access": list(o.access),
        "lived_experience": list(o.lived_experience),
        "expertise_level": o.expertise_level,
        "training": list(o.training),
        "criteria": list(o.criteria),
        "work": {"id": str(o.work.id), "title": o.work.title} if o.work else None,
        "in_words": in_words(o),
    }


def in_words(o: Opportunity) -> dict[str, Any]:
    """What stands in codes, as people read it."""
    return {
        "strand": words.STRAND.get(o.strand, o.strand),
        "kind_of_role": words_of_roles.KIND_OF_ROLE.get(o.rung, o.rung),
        "role_type": words_of_roles.ROLE_TYPE.get(o.role_type, o.role_type) or None,
        "mode": words.MODE.get(o.mode, o.mode),
        "languages": words.languages(o) or None,
        "pay": words.pay(o),
        "pay_in_all": words_of_roles.pay_in_all(o) or None,
        "expenses": [words_of_roles.EXPENSE.get(code, code) for code in o.expenses],
        "access": [words.ACCESS.get(code, code) for code in o.access],
        "lived_experience": [words.AREA.get(code, code) for code in o.lived_experience],
        "expertise_level": words.EXPERTISE.get(o.expertise_level, o.expertise_level),
        "training": [training_called(code) for code in o.training],
    }


def _pay(o: Opportunity) -> dict[str, Any] | None:
    if o.pay is None:
        return None
    return {"amount_pence": o.pay.amount_pence, "unit": o.pay.unit, "currency": "GBP", "source": o.pay.source}


def _session(one: Session, o: Opportunity) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "starts_at": one.starts_at.isoformat(),
        "ends_at": one.ends_at.isoformat(),
        "mode": one.mode or o.mode,
        "place": one.place or o.place or None,
        "pays_pence": o.pay.earned_pence(one.hours) if o.pay else None,
        "moved_from": _moved_from(one),
        "cancelled_because": words.CHANGED_BECAUSE.get(one.cancelled.why, one.cancelled.why) if one.cancelled else None,
    }


def _moved_from(one: Session) -> str | None:
    moved = one.changed and one.changed.starts_before != one.starts_at
    return one.changed.starts_before.isoformat() if one.changed and moved else None
