"""One role as a line of the RPDE feed: `data` is a schema.org JobPosting, with our own facts in it.

A line is written once for each change and put into pages as it is. It has a sign in the place of the network's address,
which is a setting: no text can hold that sign, since JSON writes it otherwise.
"""

import json
from typing import Any
from uuid import UUID

from schemas.matching import Opportunity, Session
from services.chassis.base.access import london_day
from services.chassis.base.plain_text import plain_line, plain_lines
from services.matching import words
from services.matching.facts_of_role import facts, in_words
from services.matching.store.opportunities import Listed

EDITION = "1"
"""Of how a line is written: when it changes, all lines are written anew by the clock."""
KIND = "JobPosting"
BASE = b"\x01"
"""The sign: the bare byte, never within a text of JSON."""
_BASE = "\ud800"
"""The same while it is text: half of a pair, which no text of people can hold either."""
_UNIT = {"hour": "HOUR", "day": "DAY"}
_STATUS = "https://schema.org/"


def line(listed: Listed, number: int) -> bytes:
    head = f'{{"state":"updated","kind":"{KIND}","id":"{listed.opportunity.id}","modified":{number},"data":'
    return head.encode() + _json(job_posting(listed)) + b"}"


def gone(id: UUID, number: int) -> bytes:
    return f'{{"state":"deleted","kind":"{KIND}","id":"{id}","modified":{number}}}'.encode()


def _json(data: dict[str, Any]) -> bytes:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.encode(errors="surrogatepass").replace(_BASE.encode(errors="surrogatepass"), BASE)


def job_posting(listed: Listed) -> dict[str, Any]:
    """As schema.org has it. What is not said is left out."""
    o = listed.opportunity
    said: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": KIND,
        "@id": f"{_BASE}/opportunities/{o.id}",
        "url": f"{_BASE}/opportunities/{o.id}",
        "identifier": {"@type": "PropertyValue", "name": listed.organisation, "value": str(o.id)},
        "title": plain_line(o.title),
        "description": _description(o),
        "datePosted": london_day(o.posted_at).isoformat(),
        "validThrough": o.apply_by.isoformat(),
        "hiringOrganization": {
            "@type": "Organization",
            "name": listed.organisation,
            "identifier": {"@type": "PropertyValue", "propertyID": "ODS", "value": o.ods_code},
        },
        "employmentType": "OTHER" if o.job else "TEMPORARY" if o.pay else "VOLUNTEER",
        "directApply": o.job is None,
        "workHours": o.time_commitment,
        "occupationalCategory": words.STRAND.get(o.strand, o.strand),
        "jobBenefits": ", ".join(in_words(o)["expenses"]),
        "qualifications": ", ".join(in_words(o)["training"]),
        "experienceRequirements": words.EXPERTISE.get(o.expertise_level, o.expertise_level),
        "skills": list(o.criteria),
        "totalJobOpenings": o.places,
        "baseSalary": _salary(o),
        "subjectOf": [_event(one, o) for one in o.sessions],
        "pln:opportunity": {"@type": "@json", "@value": facts(listed)},
    }
    return {name: value for name, value in (said | _where(o)).items() if value not in ("", None, [])}


def _description(o: Opportunity) -> str:
    return "\n\n".join(plain_lines(one) for one in (o.summary, o.what_will_change) if one.strip())


def _salary(o: Opportunity) -> dict[str, Any] | None:
    if o.job:
        return {"@type": "MonetaryAmount", "currency": "GBP", "description": o.job.salary}
    if o.pay is None:
        return None
    unit = {"unitText": _UNIT[o.pay.unit]} if o.pay.unit in _UNIT else {}
    value = {"@type": "QuantitativeValue", "value": o.pay.amount_pence / 100, **unit}
    return {"@type": "MonetaryAmount", "currency": "GBP", "value": value, "description": words.pay(o)}


def _where(o: Opportunity) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if o.mode in ("remote", "hybrid"):
        said["jobLocationType"] = "TELECOMMUTE"
        said["applicantLocationRequirements"] = {"@type": "Country", "name": "GB"}
    if o.mode != "remote" and (o.place or o.district):
        said["jobLocation"] = _place(o.place, o.district)
    return said


def _place(place: str, district: str | None) -> dict[str, Any]:
    address = {"@type": "PostalAddress", "addressCountry": "GB"} | ({"postalCode": district} if district else {})
    return {"@type": "Place", "address": address} | ({"name": plain_line(place)} if place else {})


def _event(one: Session, o: Opportunity) -> dict[str, Any]:
    mode, place = one.mode or o.mode, one.place or o.place
    moved = one.changed is not None and one.changed.starts_before != one.starts_at
    status = "EventCancelled" if one.cancelled else "EventRescheduled" if moved else "EventScheduled"
    attendance = {"remote": "Online", "hybrid": "Mixed"}.get(mode, "Offline")
    online = {"@type": "VirtualLocation", "url": f"{_BASE}/opportunities/{o.id}"}
    said: dict[str, Any] = {
        "@type": "Event",
        "identifier": str(one.id),
        "name": plain_line(o.title),
        "startDate": one.starts_at.isoformat(),
        "endDate": one.ends_at.isoformat(),
        "eventStatus": f"{_STATUS}{status}",
        "eventAttendanceMode": f"{_STATUS}{attendance}EventAttendanceMode",
        "location": online if mode == "remote" or not place else _place(place, None if one.place else o.district),
    }
    if moved and one.changed:
        said["previousStartDate"] = one.changed.starts_before.isoformat()
    return said
