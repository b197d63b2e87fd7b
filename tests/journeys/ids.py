"""Ids that really exist in the network, for each part of an address: what one organisation or person has."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from services.cli.clients.caller import Caller, until_accepted
from tests.journeys.network import Network
from tests.journeys.part_way import PartWay, a_draft
from tests.journeys.routes import Door
from tests.ready import WAY_IN

BY_PATH = (
    ("/grants/{id}", "nothing waits"),
    ("/invitations/{id}", "invitation"),
    ("/machines/{account_id}", "machine"),
    ("/people/{account_id}", "phone_person"),
    ("/staff/{account_id}", "staff_account"),
    ("/training/v1/organisations/{ods}/sessions/{id}", "training_session"),
    ("/training/for/{ods}/sessions/{id}", "training_session"),
    ("/training/mine/sessions/{session_id}", "training_session"),
    ("/enrolments/{session_id}", "training_session"),
    ("/training/", "programme"),
    ("/sessions/{session_id}", "engagement_session"),
    ("/applications/{id}", "application"),
    ("/duplicates/{id}", "duplicate"),
    ("/recruitment/v1/organisations/{ods}/people/{id}", "leader"),
    ("/people/for/{ods}/{id}/needs", "leader"),
    ("/people/for/{ods}/{id}/notes", "leader"),
    ("/people/for/{ods}/{id}/coordinator", "leader"),
    ("/people/for/{ods}/{id}", "application"),
    ("/matches/mine/{id}", "match"),
    ("/searches/{id}", "search"),
    ("/templates/{id}", "own_template"),
    ("/ask/{id}", "asked"),
    ("/asked/{id}", "asked"),
    ("/glossary/{id}", "term"),
    ("/ways-in/{id}", "way_in"),
    ("/synonyms/{id}", "same_words"),
    ("/work/{id}", "work"),
    ("/jobs/{id}", "opportunity"),
    ("/opportunities/", "opportunity"),
    ("/engagements/", "engagement"),
    ("/rates/{id}", "rate_card"),
    ("/rate-cards/{id}", "rate_card"),
    ("/runs/{id}", "run"),
    ("/claims/", "claim"),
    ("/letters/{id}", "letter"),
    ("/printings/{id}", "printing"),
    ("/conversations/{about}/{id}", "engagement"),
    ("/messages/", "message"),
)
"""A part of an address, and the name of the id that stands there; the first that fits counts."""
POLICIES = (
    ("payments", "pay_promise"),
    ("engagements", "answering"),
    ("opportunities/for", "most_places"),
    ("matching", "most_places"),
    ("organisations/for", "who_may_ask"),
    ("identity", "who_may_ask"),
    ("messages", "conversations"),
    ("notifications", "conversations"),
)
"""A part of an address, and a kind of policy that is set there."""
BY_NAME = {
    "membership_id": "membership",
    "secret_id": "secret",
    "opportunity_id": "opportunity",
    "programme_id": "programme",
    "person_id": "phone_person",
    "draft_id": "draft",
    "code": "practice",
    "with_id": "phone_person",
    "of": "network_screener",
    "need": "need",
    "about": "about",
    "said_id": "message",
    "keep": "leader",
    "coordinator_id": "network_screener",
    "organisation_id": "organisation",
}

ASKED = {
    "what": "Somebody who tells us what our desk is like.",
    "when_words": "In spring",
    "who_might_know": "The manager",
    "money": "unknown",
}


@dataclass(frozen=True)
class Ids:
    """Ids by name, as `gather_ids` found them; most belong to RZ9 or to the part-way patient leader."""

    known: dict[str, str]

    def fill(self, door: Door, ods: str) -> str:
        """The door's address with ids that exist."""
        return door.fill({name: self._one(door, name, ods) for name in door.names})

    def _one(self, door: Door, name: str, ods: str) -> str:
        if name == "ods":
            return ods
        if name == "person_id" and "/calls/" in door.path:
            return self.known["leader"]
        if name in ("part", "line", "number"):
            return "1"
        if name == "draft_id" and "/ask/{draft_id}" in door.path:
            return self.known["asked"]
        if name in BY_NAME:
            return self.known[BY_NAME[name]]
        if name == "id" and "/sessions/{session_id}" in door.path and "/engagements/" in door.path:
            return self.known["engagement"]
        if name in ("id", "account_id", "session_id"):
            kind = next((kind for part, kind in BY_PATH if part in door.path), "")
            return self.known.get(kind) or str(uuid4())
        if name == "kind":
            return next((kind for part, kind in POLICIES if part in door.path), "code_of_conduct")
        return {"what": "role", "version": "1", "how": "retry", "file": "taken", "reaction": "none", "says": "yes"}.get(
            name, str(uuid4())
        )


def fill_at_random(door: Door, ods: str) -> str:
    """The door's address with ids that do not exist."""
    whole = {"line": "1", "number": "1", "version": "1"}
    return door.fill({name: ods if name == "ods" else whole.get(name, str(uuid4())) for name in door.names})


def gather_ids(network: Network, part_way: PartWay) -> Ids:
    """Asked for through the API, by those who may see them."""

    def staff(email: str) -> Caller:
        return Caller(network.base_url).sign_in(email)

    cora, fay, lou, leader = (
        staff("cora@downland.example"),
        staff("fay@downland.example"),
        part_way.trainer,
        part_way.leader,
    )
    opportunity = part_way.ids["opportunity"]
    members = cora.get("identity", "/organisations/RZ9/staff")
    amir = next(one for one in _list(members) if one["called"] == "Amir")
    machine = cora.post("identity", "/organisations/RZ9/machines", {"called": "Reports", "roles": ["coordinator"]})
    somebody = {"called": "Nia", "email": "nia@downland.example", "roles": ["coordinator"]}
    invited = cora.post("identity", "/organisations/RZ9/staff", somebody)
    intake = cora.get("engagements", f"/organisations/RZ9/intakes/{opportunity}")
    matches = leader.get("matching", "/mine/matches")
    return Ids(
        {
            **part_way.ids,
            "leader": leader.account_id,
            "network_screener": staff("sal@network.example").account_id,
            "organisation": intake["intake"]["organisation_id"],
            "staff_account": amir["account_id"],
            "membership": amir["membership_id"],
            "machine": machine["account_id"],
            "secret": machine["secret_id"],
            "invitation": invited["invitation_id"],
            "engagement_session": intake["sessions"][0]["id"],
            "need": "breaks",
            "about": "engagement",
            "programme": _list(lou.get("training", "/organisations/8ZZ83/programmes"))[0]["id"],
            "rate_card": _list(fay.get("payments", "/organisations/RZ9/rate-cards"))[0]["id"],
            "run": _list(until_accepted(lambda: fay.get("payments", "/organisations/RZ9/runs")))[0]["id"],
            "match": next(one["id"] for one in _list(matches) if one["opportunity_id"] == opportunity),
            "search": leader.post("matching", "/mine/searches", {"strand": "research"})["id"],
            "draft": a_draft(network),
            "practice": "forum",
            "own_template": _list(cora.get("matching", "/organisations/RZ9/templates"))[0]["id"],
            "asked": cora.post("matching", "/organisations/RZ9/asked", ASKED)["id"],
            "term": _list(cora.get("matching", "/glossary"))[0]["id"],
            "way_in": cora.post("matching", "/organisations/RZ9/ways-in", WAY_IN)["id"],
            "same_words": _list(cora.get("matching", "/synonyms"))[0]["id"],
            "work": _list(cora.get("matching", "/organisations/RZ9/work"))[0]["id"],
            "message": _list(leader.get("notifications", "/mine/messages"))[0]["id"],
        }
    )


def _list(answer: dict[str, Any] | list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The list in an answer, which may stand under a name."""
    if isinstance(answer, list):
        return answer
    name = next(name for name, part in answer.items() if isinstance(part, list))
    return answer[name]
