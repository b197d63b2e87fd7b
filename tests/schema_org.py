"""What of schema.org a page says, read as a search engine reads it, and what is wrong about it by the published rules.

Required and recommended: Google's pages for job postings and events; names of properties and types: schema.org.
"""

import json
from datetime import datetime
from html.parser import HTMLParser
from typing import Any, cast

Said = dict[str, Any]
REQUIRED = {
    "JobPosting": {"title", "description", "datePosted", "hiringOrganization"},
    "Event": {"name", "startDate", "location"},
}
KNOWN = {
    "JobPosting": {
        *("@context", "@type", "@id", "url", "identifier", "title", "description", "datePosted", "validThrough"),
        *("hiringOrganization", "employmentType", "jobLocation", "jobLocationType", "applicantLocationRequirements"),
        *("totalJobOpenings", "experienceRequirements", "skills", "jobBenefits", "workHours", "directApply"),
        "baseSalary",
    },
    "Event": {
        *("@context", "@type", "@id", "url", "name", "description", "startDate", "endDate", "previousStartDate"),
        *("eventStatus", "eventAttendanceMode", "location", "organizer"),
    },
}
"""Names that schema.org has for these types, of those that we use."""
EMPLOYMENT = {"FULL_TIME", "PART_TIME", "CONTRACTOR", "TEMPORARY", "INTERN", "VOLUNTEER", "PER_DIEM", "OTHER"}
STATES = {f"https://schema.org/Event{one}" for one in ("Cancelled", "Rescheduled", "Scheduled")}
MODES = {f"https://schema.org/{one}EventAttendanceMode" for one in ("Offline", "Online", "Mixed")}


class Blocks(HTMLParser):
    """The data blocks of a page, and how many scripts there are that a browser would run."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.blocks: list[str] = []
        self.scripts = 0
        self._in_block = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            self._in_block = dict(attrs).get("type") == "application/ld+json"
            self.scripts += not self._in_block
            self.blocks += [""] if self._in_block else []

    def handle_data(self, data: str) -> None:
        if self._in_block:
            self.blocks[-1] += data

    def handle_endtag(self, tag: str) -> None:
        self._in_block = False


def said_by(html: str) -> list[Said]:
    """Each thing that a page says; every one is held to the rules."""
    found = [json.loads(block) for block in Blocks(html).blocks]
    wrong = [f"{one.get('@type')}: {words}" for one in found for words in wrong_with(one)]
    assert not wrong, "\n".join(wrong)
    return found


def wrong_with(one: Said) -> list[str]:
    kind = str(one.get("@type"))
    if kind not in REQUIRED or one.get("@context") != "https://schema.org":
        return ["it is of no kind that we say"]
    wrong = [f"{name} is missing" for name in REQUIRED[kind] - one.keys()]
    wrong += [f"{name} is no property of it" for name in one.keys() - KNOWN[kind]]
    wrong += [f"{name} is empty" for name, value in one.items() if value in ("", None, [], {})]
    wrong += [
        f"{name} is no moment with an offset"
        for name in ("datePosted", "validThrough", "startDate", "endDate", "previousStartDate")
        if name in one and datetime.fromisoformat(one[name]).utcoffset() is None
    ]
    return wrong + (_wrong_posting(one) if kind == "JobPosting" else _wrong_event(one))


def _wrong_posting(one: Said) -> list[str]:
    wrong: list[str] = []
    at_home = one.get("jobLocationType")
    if "jobLocation" not in one and at_home != "TELECOMMUTE":
        wrong.append("neither has it a place nor is it done from home")
    if at_home and one.get("applicantLocationRequirements", {}).get("@type") != "Country":
        wrong.append("where people may be who do it from home is not said")
    if "jobLocation" in one:
        wrong += _wrong_place(one["jobLocation"])
    if one["hiringOrganization"].get("@type") != "Organization" or not one["hiringOrganization"].get("name"):
        wrong.append("nobody posts it")
    if one.get("employmentType", "OTHER") not in EMPLOYMENT:
        wrong.append("employmentType is none that is known")
    if salary := one.get("baseSalary"):
        value = salary["value"]
        good = salary["@type"] == "MonetaryAmount" and salary["currency"] == "GBP" and value["value"] > 0
        wrong += (
            [] if good and value["@type"] == "QuantitativeValue" and value["unitText"] else ["its pay is no amount"]
        )
    if not isinstance(one.get("directApply"), bool) or "<p>" not in one["description"]:
        wrong.append("directApply is no yes or no, or the description no HTML")
    return wrong


def _wrong_event(one: Said) -> list[str]:
    wrong = (
        [] if one["eventStatus"] in STATES and one["eventAttendanceMode"] in MODES else ["its state or mode is none"]
    )
    where: Any = one["location"]
    places = cast("list[Said]", where if isinstance(where, list) else [where])
    for place in places:
        wrong += _wrong_place(place) if place["@type"] == "Place" else []
        wrong += [] if place["@type"] == "Place" or place["url"].startswith("http") else ["it is online nowhere"]
    return wrong


def _wrong_place(place: Said) -> list[str]:
    address = place["address"]
    return [] if address["@type"] == "PostalAddress" and address["addressCountry"] == "GB" else ["it has no address"]
