"""Somebody of the pool says yes to the network, and one of its helpers does one thing for them in each room."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from schemas import links
from schemas.helping import for_person
from services.cli.clients.caller import Caller, until_accepted
from tests.journeys.network import Network
from tests.journeys.part_way import PartWay, begin

ODS = "QZN"
NEEDS = {
    "needs": "breaks",
    "format": "large_print",
    "shared_with": ["places", "coordinator"],
    "words": "",
    "health_consent": "1",
}
BANK = {"payee_name": "R EXAMPLE", "sort_code": "08-99-99", "account_number": "66374958"}


def help_in_every_room(network: Network, part_way: PartWay) -> None:
    leader, hana = part_way.leader, _helper(network)
    organisations = leader.get("identity", "/organisations")["organisations"]
    office = next(one["id"] for one in organisations if one["ods_code"] == ODS)
    leader.put("recruitment", f"/mine/helpers/{office}", {"may_act": True})
    session = _session(part_way.trainer)
    role = _another_role(leader, part_way.ids["opportunity"])
    for page, action, typed in (
        (links.MY_NEEDS, links.MY_NEEDS, NEEDS),
        ("/matches/mine/subscription", "/matches/mine/subscription", {"paid_only": "no", "active": "yes"}),
        (f"/training/{session['programme_id']}", f"/training/mine/sessions/{session['id']}", {}),
        (f"/engagements/interest/{role}", f"/engagements/interest/{role}", {"why": "I know this.", "needs": ""}),
        (links.MY_PAYEE_DETAILS, links.MY_PAYEE_DETAILS, BANK),
    ):
        _do(hana, leader.account_id, (page, action), typed)


def welcomed(network: Network, called: str, address: str) -> tuple[Caller, Caller]:
    """Somebody who gave a name and an address for letters, and Hana, who has taken them into the pool: so she looks
    after them.
    """
    person, hana = begin(network, called), _helper(network)
    until_accepted(lambda: person.put("notifications", "/mine/contact", {"channel": "post", "address": address}))
    id = until_accepted(lambda: application_of(person))
    hana.post("recruitment", f"/organisations/{ODS}/applications/{id}/approve", {"tell_now": True})
    return person, hana


def application_of(person: Caller) -> str:
    """Its id. Raises KeyError while it is not open yet."""
    found: dict[str, Any] = person.get("recruitment", "/mine/application")
    return str((found["application"] or found)["id"])


def _do(hana: Caller, person: str, at: tuple[str, str], typed: Mapping[str, str | Sequence[str]]) -> None:
    page, action = (for_person(one, ODS, person) for one in at)
    until_accepted(lambda: hana.send_form(hana.page(page), action, typed))


def _helper(network: Network) -> Caller:
    hana = Caller(network.base_url).sign_in("hana@network.example")
    hana.send_form(hana.page("/sign-in/demo"), "/sign-in/demo", {"account_id": hana.account_id})
    return hana


def _session(trainer: Caller) -> dict[str, str]:
    """Of a training of the charity, with a place free."""
    programmes = trainer.get("training", "/organisations/8ZZ83/programmes")["programmes"]
    programme = programmes[0]["id"]
    starts = (datetime.now(UTC) + timedelta(days=9)).isoformat()
    session = {"starts_at": starts, "hours": 1, "places": 3, "mode": "remote"}
    made = trainer.post("training", f"/organisations/8ZZ83/programmes/{programme}/sessions", session)
    return {"programme_id": programme, "id": made["id"]}


def _another_role(leader: Caller, not_this: str) -> str:
    feed = leader.get("matching", "/opportunities")["opportunities"]
    return next(one["id"] for one in feed if one["id"] != not_this)
