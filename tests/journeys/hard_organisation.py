"""An organisation whose name, teams, places, rates and training are hard to show, and somebody with all its roles."""

from datetime import UTC, datetime, timedelta

from services.cli.clients.caller import Caller, until_accepted
from tests.journeys.hard_words import ARABIC, HEBREW, hard
from tests.journeys.network import Network
from tests.ready import ready

ODS = "8ZZ89"
EMAIL = "maryam@hard.example"
ROLES = ["coordinator", "approver", "finance", "trainer", "admin"]


def make_hard_organisation(network: Network) -> None:
    """Registers it, takes its one member of staff in, and has them do everything that fills a list."""
    admin = Caller(network.base_url).sign_in("ada@network.example")
    named = {"ods_code": ODS, "name": hard(200), "kind": "charity", "valid_from": "2020-04-01"}
    admin.post("identity", "/organisations/QZN/organisations", named)
    person = {"called": hard(80, starts=HEBREW), "email": EMAIL}
    invited = admin.post_until_accepted("identity", f"/organisations/{ODS}/staff", {**person, "roles": ROLES})
    one = Caller(network.base_url)
    one.take_token(one.post("identity", "/demo/accounts", person))
    one.post_until_accepted("identity", f"/mine/invitations/{invited['invitation_id']}/accept")
    _offers_people_something(one.sign_in(EMAIL))


def _offers_people_something(one: Caller) -> None:
    at = f"/organisations/{ODS}"
    desk = {"name": hard(80), "phone": "01632 960 100", "hours": hard(150)}
    one.post_until_accepted("identity", f"{at}/desks", desk)
    venue = {"name": hard(120), "address": hard(200), "postcode": "SO16 6YD", "access": hard(400, starts=HEBREW)}
    one.post("identity", f"{at}/venues", venue)
    one.post("identity", f"{at}/machines", {"called": hard(80), "roles": ["coordinator"]})
    rate = {"title": hard(120), "unit": "hour", "amount_pence": 2750, "source": hard(200, starts=HEBREW)}
    today = datetime.now(UTC)
    made = one.post_until_accepted("payments", f"{at}/rate-cards", {**rate, "valid_from": today.date().isoformat()})
    programme = {"title": hard(120, starts=HEBREW), "summary": hard(300), "credential": "hard_to_show"}
    course = one.post_until_accepted("training", f"{at}/programmes", programme)["id"]
    in_a_week = (today + timedelta(days=7)).isoformat()
    session = {"starts_at": in_a_week, "hours": 2, "mode": "in_person", "place": hard(200), "places": 5}
    one.post("training", f"{at}/programmes/{course}/sessions", session)
    role = {
        "title": hard(120, starts=HEBREW, ends=ARABIC),
        "summary": hard(300),
        "what_will_change": hard(300),
        "strand": "culture",
        "rung": "feedback",
        "mode": "in_person",
        "place": hard(200, starts=HEBREW),
        "time_commitment": hard(200),
        "expertise_level": "none",
        "places": 2,
        "pay": made["id"],
        "training": ["hard_to_show"],
        "criteria": [hard(200), hard(200, starts=HEBREW), hard(100, ends=ARABIC)],
        "session_at": in_a_week,
        "session_hours": 2,
        "apply_by": (today + timedelta(days=3)).isoformat(),
        "feedback_by": (today + timedelta(days=40)).isoformat(),
    }
    until_accepted(lambda: one.post("matching", f"{at}/opportunities", ready(role)))
