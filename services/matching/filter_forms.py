"""What a visitor may look for, in the address of the list: read into one `Filter`, refused in words, and written back.

The page, its CSV, the API, the feeds and a search that is kept all take the same query. Given twice, the last counts.
"""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Query

from services.chassis.base import districts
from services.chassis.base.refusals import NotReadable, Refused, refuse_all
from services.chassis.base.typed.wrong import Wrong
from services.chassis.http.lists import MOST_WORDS
from services.matching.domain.looking import USUAL_MILES
from services.matching.store.feed import Filter
from services.matching.words_of_search import CHOICES, LABELS

_YES_NO = {"yes": True, "no": False}
_BEYOND = "Leave it out to see roles everywhere."
Typed = Mapping[str, str]
"""The choices of an address by their names, as they were typed; those that are empty are not there."""


class NoSuchPlace(Refused, slug="no-such-district", title="We do not know this postcode", status=422, field="near"):
    """Enter a postcode, or its first part, like BN2."""


class NotAChoice(Refused, slug="not-a-choice", title="This cannot be chosen", status=422):
    """Choose one of those that there are."""


def typed(
    words: Annotated[
        str, Query(description="all of them, in the title, the summary, the place, whose it is or whom")
    ] = "",
    near: Annotated[str, Query(description="people come near this district: a postcode, or its first part")] = "",
    miles: Annotated[str, Query(description="so near: 5, 10, 25 or 50; left out: 25")] = "",
    mode: Annotated[str, Query(description="remote and in_person find hybrid too")] = "",
    when: Annotated[str, Query(description="a session is to come then: sat_morning…, daytime, evenings, weekend")] = "",
    paid: Annotated[str, Query(description="yes: paid; no: expenses only")] = "",
    strand: Annotated[str, Query(description="the kind of work")] = "",
    kind: Annotated[str, Query(description="the kind of role: feedback, improvement, governance, senior")] = "",
    condition: Annotated[str, Query(description="the area of life that it asks for")] = "",
    access: Annotated[str, Query(description="what is there for people who need it")] = "",
    closing: Annotated[str, Query(description="week: it closes within seven days")] = "",
    job: Annotated[str, Query(description="yes: jobs with a salary; no: roles")] = "",
    organisation: Annotated[str, Query(description="the ODS code of an organisation")] = "",
) -> Typed:
    given = dict(locals())
    return {name: text.strip() for name, text in given.items() if text.strip()}


def read(said: Typed) -> tuple[Filter, dict[str, Refused]]:
    """What is looked for, and what is refused of it, by its name. Raises NotReadable."""
    if "\0" in "".join(said.values()):
        raise NotReadable
    refused: dict[str, Refused] = {}
    for name, choices in CHOICES.items():
        if name in said and said[name] not in choices:
            refused[name] = NotAChoice(f"Choose {LABELS[name]} from the answers, or any.").about(name)
    near = None
    try:
        near = district(said["near"]) if "near" in said else None
    except NoSuchPlace as refusal:
        refused["near"] = refusal
    known = {name: text for name, text in said.items() if name not in refused}
    miles = int(known.get("miles", USUAL_MILES)) if near else None
    found = Filter(
        strand=known.get("strand"),
        mode=known.get("mode"),
        ods_code=known["organisation"].upper()[:40] if "organisation" in known else None,
        paid=_YES_NO.get(known.get("paid", "")),
        words=_visible(known.get("words", ""))[:MOST_WORDS].strip() or None,
        job=_YES_NO.get(known.get("job", "")),
        kind=known.get("kind"),
        condition=known.get("condition"),
        access=known.get("access"),
        when=known.get("when"),
        closing=True if "closing" in known else None,
        near=near,
        miles=miles,
    )
    return found, refused


def filters(said: Annotated[Typed, Depends(typed)]) -> Filter:
    """The same for whoever shows no form. Raises what is refused."""
    found, refused = read(said)
    refuse_all([*refused.values()])
    return found


def district(said: str) -> str:
    """Raises NoSuchPlace."""
    try:
        found = districts.read(said[:40])
    except Wrong:
        found = None
    if found and found.code:
        return found.code
    if found and found.country:
        raise NoSuchPlace(
            f"Our list of districts has England, Scotland and Wales, and not {found.country}, so we cannot say how far"
            f" places are from there. {_BEYOND}"
        )
    if found and found.outward:
        raise NoSuchPlace(f"{found.outward} is not in our list of districts. Look at it again, or leave it out.")
    raise NoSuchPlace


def written(of: Filter) -> dict[str, str]:
    """The same as an address has it, in one order: of a postcode its district alone."""
    yes_no = {True: "yes", False: "no", None: None}
    said = {
        "words": of.words,
        "near": of.near,
        "miles": str(of.miles) if of.near else None,
        "mode": of.mode,
        "when": of.when,
        "paid": yes_no[of.paid],
        "strand": of.strand,
        "kind": of.kind,
        "condition": of.condition,
        "access": of.access,
        "closing": "week" if of.closing else None,
        "job": yes_no[of.job],
        "organisation": of.ods_code,
    }
    return {name: text for name, text in said.items() if text}


def _visible(said: str) -> str:
    """Without what no page can show, and what makes other words read backwards."""
    return "".join(one for one in said[: 10 * MOST_WORDS] if one.isprintable())


Filters = Annotated[Filter, Depends(filters)]
Asked = Annotated[Typed, Depends(typed)]
