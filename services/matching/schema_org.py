"""A role as search engines read it: schema.org's JobPosting, and an Event for each session (standards 3.8).

Only what is public on the page itself, and nothing of people. What is not known is left out, never guessed.
"""

from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Any

from schemas.links import OPPORTUNITY, ORGANISATION
from schemas.matching import Opportunity, Session
from services.chassis.base.periods import LONDON
from services.chassis.http.for_machines import in_short
from services.matching import words, words_of_key_facts, words_of_roles

CONTEXT = "https://schema.org"
MOST_EVENTS = 12
"""The next sessions: a page is not made longer for machines than it is for people. Its calendar has them all."""
_UNIT = {"hour": "HOUR", "day": "DAY"}
"""The units of time that schema.org's readers know; a session and a half day are none of them."""
_ATTENDANCE = {"in_person": "Offline", "remote": "Online", "hybrid": "Mixed"}

Said = dict[str, Any]


def of_role(o: Opportunity, organisation: str, *, base_url: str, now: datetime) -> list[Said]:
    """The posting while it is open, and its sessions to come; of what was called off, that its sessions are.

    What closed is no posting any more: a search engine that still showed it would send people to a closed door.
    """
    is_open = o.closed_at is None and words_of_key_facts.closes(o) > now
    of_it = [posting(o, organisation, base_url=base_url)] if is_open else []
    to_come = [one for one in o.sessions if one.starts_at > now] if is_open or o.withdrawn else []
    next_ones = sorted(to_come, key=lambda one: one.starts_at)[:MOST_EVENTS]
    return of_it + [event(o, one, organisation, base_url=base_url) for one in next_ones]


def _organisation(o: Opportunity, name: str, base_url: str) -> Said:
    code = {"@type": "PropertyValue", "propertyID": "ODS", "value": o.ods_code}
    at = base_url + ORGANISATION.format(ods=o.ods_code)
    return {"@type": "Organization", "name": name, "identifier": code, "url": at}


def posting(o: Opportunity, organisation: str, *, base_url: str) -> Said:
    """Of a role or a job, the same whenever it is read."""
    url = base_url + OPPORTUNITY.format(id=o.id)
    said: Said = {
        "@context": CONTEXT,
        "@type": "JobPosting",
        "@id": f"{url}#posting",
        "url": url,
        "title": o.title,
        "description": _description(o),
        "identifier": {"@type": "PropertyValue", "name": "opportunity", "value": str(o.id)},
        "datePosted": _at(o.posted_at),
        "validThrough": _at(words_of_key_facts.closes(o)),
        "hiringOrganization": _organisation(o, organisation, base_url),
        "employmentType": "" if o.job else "OTHER" if o.pay else "VOLUNTEER",
        "jobLocation": _place(o.place, o) if o.mode != "remote" else None,
        "totalJobOpenings": o.places,
        "experienceRequirements": words.EXPERTISE.get(o.expertise_level, ""),
        "skills": words.in_words(words.AREA, o.lived_experience),
        "jobBenefits": words_of_roles.several([one for one in o.expenses if one != "none"], words_of_roles.EXPENSE),
        "workHours": o.time_commitment,
        "directApply": o.job is None,
    }
    if o.mode != "in_person":  # whoever takes part from home does so in this country
        said |= {
            "jobLocationType": "TELECOMMUTE",
            "applicantLocationRequirements": {"@type": "Country", "name": "United Kingdom"},
        }
    if o.pay:
        unit = {"unitText": _UNIT.get(o.pay.unit, words_of_unit(o.pay.unit))}
        value = {"@type": "QuantitativeValue", "value": o.pay.amount_pence / 100, **unit}
        said["baseSalary"] = {"@type": "MonetaryAmount", "currency": "GBP", "value": value}
    return _without_nothing(said)


def words_of_unit(unit: str) -> str:
    return unit.replace("_", " ")


def event(o: Opportunity, session: Session, organisation: str, *, base_url: str) -> Said:
    url = base_url + OPPORTUNITY.format(id=o.id)
    mode = session.mode or o.mode
    online = {"@type": "VirtualLocation", "url": url}
    place = _place(session.place or o.place, o)
    where: Any = online if mode == "remote" else [place, online] if mode == "hybrid" else place
    changed = session.changed
    moved = changed is not None and changed.starts_before != session.starts_at and session.cancelled is None
    state = "Cancelled" if session.cancelled else "Rescheduled" if moved else "Scheduled"
    return _without_nothing(
        {
            "@context": CONTEXT,
            "@type": "Event",
            "@id": f"{url}#session-{session.id}",
            "url": url,
            "name": o.title,
            "description": in_short(o.summary),
            "startDate": _at(session.starts_at),
            "endDate": _at(session.ends_at),
            "previousStartDate": _at(changed.starts_before) if changed and moved else "",
            "eventStatus": f"{CONTEXT}/Event{state}",
            "eventAttendanceMode": f"{CONTEXT}/{_ATTENDANCE.get(mode, 'Mixed')}EventAttendanceMode",
            "location": where,
            "organizer": _organisation(o, organisation, base_url),
        }
    )


def _place(words_of_place: str, o: Opportunity) -> Said:
    """A place as the organisation wrote it; of its postcode no more than the district is kept apart."""
    same = words_of_place == o.place
    address = {"streetAddress": words_of_place, "postalCode": o.district if same else "", "addressCountry": "GB"}
    return {
        "@type": "Place",
        **({"name": words_of_place} if words_of_place else {}),
        "address": _without_nothing({"@type": "PostalAddress", **address}),
    }


def _description(o: Opportunity) -> str:
    """HTML, as its readers take it: what was typed is escaped in it."""
    pays = f"Pay: {words_of_key_facts.pay_first(o)}"
    parts = (o.summary, o.purpose, f"What will change: {o.what_will_change}", f"Time: {o.time_commitment}", pays)
    return "".join(f"<p>{escape(part, quote=False)}</p>" for part in parts if part)


def _at(when: datetime) -> str:
    """With the offset of London on that day."""
    return when.astimezone(LONDON).isoformat(timespec="seconds")


def _without_nothing(said: Mapping[str, Any]) -> Said:
    return {name: value for name, value in said.items() if value not in ("", None, [])}
