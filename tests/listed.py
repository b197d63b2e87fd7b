"""Every list of the network with what it is asked with: for the test of their plans and for the measure at scale."""

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

from services import NAMES
from services.chassis.base.hands import SYSTEM, VISITOR, Acting, Member, Person
from services.chassis.operate import pages
from services.chassis.postgres import drafts
from services.chassis.postgres.lists import Listing

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
TODAY = date(2026, 11, 28)
ONE = UUID("a0000000-0000-7000-8000-000000000001")
"""The first organisation, person and opportunity of a crowd (tests/bench/crowd.py)."""
NETWORK = UUID("a0000000-0000-7000-8000-000000000002")
PERSON = Person(person_id=ONE, by=ONE)
STAFF = Member(organisation_id=ONE, ods_code="RX1", by=ONE)
SCREENER = Member(organisation_id=NETWORK, ods_code="RX2", by=ONE)


@dataclass(frozen=True)
class Given:
    """Who asks for a list, what narrows it, and its moment. `by_index`: an index on its key answers each page."""

    acting: Acting
    narrowed_to: tuple[Any, ...] = ()
    at: date | None = None
    by_index: bool = True
    not_by_index: tuple[str, ...] = ()
    """Those of its orders that no index has, as they are reckoned anew each time."""


SOME_CHOICES = (
    *("information", "improvement", "remote", "RX9", True, False, "pain", "captions", ["sat_morning"]),
    *(True, "BN2", 25),
)
GIVEN: dict[str, list[Given]] = {
    "opportunities": [
        Given(VISITOR, (None,) * 15, NOW, not_by_index=("first", "nearest")),
        Given(VISITOR, (*SOME_CHOICES, None, None, None), NOW, not_by_index=("first", "nearest")),
    ],
    "opportunities with words": [
        Given(VISITOR, (*(None,) * 12, "'nothing':*", "", "'nothing':*"), NOW, by_index=False),
        Given(VISITOR, (*SOME_CHOICES, "'team'", "", "'team':*"), NOW, by_index=False),
    ],
    "ended opportunities": [
        Given(VISITOR, (None,) * 15, NOW, by_index=False),
        Given(VISITOR, (*SOME_CHOICES, "'team'", "", "'team':*"), NOW, by_index=False),
    ],
    "changes of a role": [Given(VISITOR, (ONE,)), Given(STAFF, (ONE,))],
    "own opportunities": [Given(STAFF, (ONE, None, None)), Given(STAFF, (ONE, True, "letters"))],
    "own templates": [Given(STAFF, (ONE,))],
    "unsent drafts": [Given(STAFF, (ONE, ["opportunity", "job"]))],
    "to draft": [Given(STAFF, (ONE,))],
    "asked": [Given(STAFF, (ONE,))],
    "pieces of work": [Given(STAFF, (ONE, None, None)), Given(STAFF, (ONE, True, "letters"))],
    "roles of a piece of work": [Given(VISITOR, (ONE,))],
    "my conversations": [Given(PERSON, (ONE,))],
    "our conversations": [
        Given(STAFF, (ONE, ["engagement", "claim"], "", "")),
        Given(STAFF, (ONE, ["engagement"], "waits", "nobody is called so"), by_index=False),
    ],
    "what was written": [Given(PERSON, (ONE,))],
    "told of nothing": [Given(SCREENER, (ONE,))],
    "my matches": [Given(PERSON, (ONE,))],
    "roles that fit me": [Given(PERSON, at=NOW, by_index=False)],
    "organisations": [Given(VISITOR, ("", None)), Given(VISITOR, ("nothing is called so", "trust"))],
    "ways in": [Given(VISITOR, (None,) * 3, NOW), Given(VISITOR, ("RX1", "feedback", "minutes"), NOW)],
    "synonyms": [Given(VISITOR, ("",), by_index=False)],
    "glossary": [Given(VISITOR, ("",), by_index=False), Given(VISITOR, ("team",), by_index=False)],
    "desks": [Given(VISITOR, (ONE, ""), by_index=False)],
    "venues": [Given(VISITOR, (ONE, "room"), by_index=False)],
    "my sessions": [Given(PERSON, (ONE,), NOW)],
    "staff": [Given(STAFF, (ONE, ""), TODAY, by_index=False)],
    "roles that wait": [Given(SCREENER)],
    "applications": [
        Given(SCREENER, (NETWORK, "", None, None, None, None, ONE)),
        Given(SCREENER, (NETWORK, "nobody is called so", None, None, None, None, ONE)),
        Given(SCREENER, (NETWORK, "AP-00000A", "00000a", None, None, None, ONE)),
        Given(SCREENER, (NETWORK, "", None, "talked", None, False, ONE)),
        Given(SCREENER, (NETWORK, "", None, None, ONE, None, ONE)),
    ],
    "duplicates": [Given(SCREENER, (NETWORK, None, ONE)), Given(SCREENER, (NETWORK, ONE, ONE))],
    "closed duplicates": [Given(SCREENER, (NETWORK, ONE))],
    "answered applications": [Given(SCREENER, (NETWORK, None, ONE)), Given(SCREENER, (NETWORK, "declined", ONE))],
    "everybody who asked": [Given(SCREENER, (NETWORK, "sam 77", ONE)), Given(SCREENER, (NETWORK, "", ONE))],
    "pool": [Given(SCREENER)],
    "pool by name": [Given(SCREENER, ("sam 77",)), Given(SCREENER, ("nobody",))],
    "my people": [
        Given(SCREENER, (ONE, "", None, None)),
        Given(SCREENER, (ONE, "nobody is called so", None, None)),
        Given(SCREENER, (ONE, "", TODAY, None)),
        Given(SCREENER, (UUID(int=0), "", None, True)),
    ],
    "lists of people": [Given(STAFF, (ONE,))],
    "lines of a list": [Given(STAFF, (ONE, None)), Given(STAFF, (ONE, "refused"))],
    "notes": [Given(PERSON, (ONE,)), Given(SCREENER, (ONE,))],
    "registers of training": [Given(STAFF, (ONE,))],
    "lines of training": [Given(STAFF, (ONE,))],
    "training declared of me": [Given(PERSON, (ONE,))],
    "programmes": [Given(VISITOR, ("",)), Given(VISITOR, ("nothing has these words",))],
    "own programmes": [Given(STAFF, (ONE, ""))],
    "to ring back": [Given(STAFF, (ONE,))],
    "what was done for me": [Given(PERSON, (ONE,))],
    "my places": [Given(PERSON, (ONE,), by_index=False)],
    "my credentials": [Given(PERSON, (ONE,))],
    "promises": [Given(VISITOR, (None,)), Given(VISITOR, ("RX9",))],
    "outcomes": [Given(VISITOR, (None,)), Given(VISITOR, ("RX9",))],
    "my engagements": [Given(PERSON, (ONE,))],
    "applicants": [
        Given(STAFF, (ONE, ONE, None, None, False)),
        Given(STAFF, (ONE, ONE, "accepted", None, False)),
        Given(STAFF, (ONE, ONE, None, "nobody is called so", True)),
    ],
    "access": [Given(STAFF, (ONE, ONE))],
    "compared": [Given(STAFF, (ONE, ONE, None, False)), Given(STAFF, (ONE, ONE, "reserve", True))],
    "unanswered": [Given(STAFF, (ONE,))],
    "my claims": [Given(PERSON, (ONE,))],
    "claims": [
        Given(STAFF, (ONE, "sent", "")),
        Given(STAFF, (ONE, "paid", "")),
        Given(STAFF, (ONE, "sent", "nobody is called so")),
    ],
    "claims with hands that belong together": [Given(STAFF, (ONE,))],
    "claims of other organisations": [Given(SYSTEM, (ONE,), by_index=False)],
    "all claims": [Given(STAFF, (ONE,))],
    "runs": [Given(STAFF, (ONE,))],
    "rate cards": [Given(STAFF, (ONE,))],
    "my messages": [Given(PERSON, (ONE,))],
    "my news": [Given(PERSON, (ONE, ["offer_made"], ["answer_offer"]), by_index=False)],
    "to tell": [Given(SCREENER, (NETWORK, "")), Given(SCREENER, (NETWORK, "nobody is called so"))],
    "unreached": [Given(SCREENER)],
    "no way to reach them": [Given(SCREENER)],
    "my concerns": [Given(PERSON, (ONE,))],
    "concerns": [Given(STAFF, (ONE, ["admin"], ONE, True), by_index=False)],
    "my complaints about data": [Given(PERSON, (ONE,))],
    "complaints about data": [Given(SCREENER, (NETWORK, ONE))],
    "calls asked for": [Given(STAFF, (ONE,))],
    "registers": [Given(STAFF, (ONE,))],
    "lines of a register": [Given(STAFF, (ONE, False)), Given(STAFF, (ONE, True))],
    "printings": [Given(SCREENER, (NETWORK,))],
    "to ring": [Given(SCREENER, (NETWORK, "now"), NOW), Given(SCREENER, (NETWORK, "later"), NOW)],
    "waits for me": [Given(PERSON, (ONE,), by_index=False)],
    "waits for me together": [Given(PERSON, (ONE,), by_index=False)],
    "waits for us": [Given(STAFF, (ONE, ["approver", "coordinator"]), by_index=False)],
    "waits for us together": [Given(STAFF, (ONE, ["approver", "coordinator"], ["approve_claim"], ""), by_index=False)],
    "parked": [Given(SYSTEM, by_index=False)],
    "failing": [Given(SYSTEM, by_index=False)],
}


def listings() -> Iterator[tuple[str, Listing]]:
    """Each list that a store or the chassis declares, with the service in whose schema it is."""
    for service in NAMES:
        for path in sorted(Path("services", service, "store").glob("*.py")):
            for listing in _in(importlib.import_module(f"services.{service}.store.{path.stem}")):
                yield service, listing
    for module in (pages, drafts):
        for listing in _in(module):
            yield "matching", listing


def _in(module: ModuleType) -> list[Listing]:
    return [value for value in vars(module).values() if isinstance(value, Listing)]
