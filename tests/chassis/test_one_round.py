"""What is badly typed and what the clock says no to are told together, by forms and by the API, in one round."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from pydantic import BaseModel, ValidationError

from services.chassis.base.typed.rules import clock_shows
from services.chassis.http.forms import field_errors
from services.chassis.http.policy_forms import NextBody, NextForm
from services.identity.forms import EndOfHosting, Hosting
from services.matching.domain.draft import Draft as Role
from services.payments.domain.rate_card import Draft as Rate
from services.payments.forms import RateForm
from services.training.domain.session import SessionDraft
from services.training.forms import SessionForm
from tests.documented import as_documented
from tests.ready import ready
from tests.support import Database
from tests.town import town

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
BEFORE, AFTER = "2027-02-01T10:00:00Z", "2027-05-01T10:00:00Z"
PAST = {"valid_from_day": "1", "valid_from_month": "2", "valid_from_year": "2027"}
TOGETHER: list[tuple[type[BaseModel], dict[str, Any], dict[str, str]]] = [
    (
        Role,
        {"places": "none", "session_at": BEFORE, "apply_by": BEFORE, "feedback_by": "2027-01-01T10:00:00Z"},
        {"places": "whole number", "session_at": "", "apply_by": "", "feedback_by": ""},
    ),
    (Role, {"session_at": "soon", "apply_by": BEFORE}, {"session_at": "the day and the time", "apply_by": ""}),
    (SessionDraft, {"starts_at": BEFORE, "places": 0}, {"starts_at": "from now on", "places": "whole number"}),
    (
        SessionForm,
        {
            "starts_at_day": "1",
            "starts_at_month": "2",
            "starts_at_year": "2027",
            "starts_time": "10:00",
            "mode": "in_person",
            "place": "",
            "places": "many",
        },
        {"starts_at": "from now on", "place": "where people meet", "places": "whole number"},
    ),
    (Rate, {"valid_from": "2199-01-01", "amount_pence": "x"}, {"valid_from": "", "amount_pence": "like 75"}),
    (
        RateForm,
        {"valid_to_day": "1", "valid_to_month": "2", "valid_to_year": "2027", "amount_pence": "x"},
        {"valid_to": "", "amount_pence": "pounds and pence"},
    ),
    (NextForm, {**PAST, "issuer": ""}, {"valid_from": "tomorrow", "issuer": "Enter who issues it"}),
    (NextBody, {"valid_from": "2027-02-01", "issuer": 1}, {"valid_from": "tomorrow", "issuer": "Enter who issues it"}),
    (Hosting, {"valid_from": "2027-02-01", "host": "?"}, {"valid_from": "", "host": ""}),
    (EndOfHosting, {"last_day": "2027-02-01"}, {"last_day": "today or later"}),
]


@pytest.mark.parametrize(("model", "typed", "said"), TOGETHER, ids=[one[0].__name__ for one in TOGETHER])
def test_a_day_that_the_clock_refuses_stands_beside_what_is_badly_typed(
    model: type[BaseModel], typed: dict[str, Any], said: dict[str, str]
) -> None:
    with clock_shows(NOW, NOW.date()), pytest.raises(ValidationError) as wrong:
        model.model_validate(typed)
    found = field_errors(wrong.value, model)
    for name, words in said.items():
        assert words in found.get(name, "nothing"), f"{name}: {found}"
        assert found.get(name), f"{name} is not told of: {found}"
    with pytest.raises(ValidationError) as without:
        model.model_validate(typed | {"no_such_field": 1})
    assert {"session_at", "starts_at", "last_day"}.isdisjoint(
        name for name, words in field_errors(without.value, model).items() if "from now on" in words
    ), "outside of a request no clock is asked"


async def test_the_api_says_all_at_once_and_keeps_its_type_where_a_rule_alone_is_broken(database: Database) -> None:
    async with town(database) as network:
        cora = await network.hire(network.ada, "RX2", "Cora", "coordinator")
        app = network.rooms.apps["matching"].asgi
        past = (network.rooms.now - timedelta(days=1)).isoformat()
        day, later = ((network.rooms.now + timedelta(days=n)).isoformat() for n in (1, 9))
        good = {
            "title": "Partner",
            "summary": "Help.",
            "what_will_change": "The letter.",
            "strand": "research",
            "rung": "feedback",
            "mode": "remote",
            "time_commitment": "3 hours",
            "expertise_level": "none",
            "places": 2,
            "pay": "expenses_only",
            "session_at": day,
            "session_hours": 3,
            "apply_by": day,
            "feedback_by": later,
        }
        good = ready(good)
        headers = {"authorization": f"Bearer {cora.token}", "idempotency-key": "1"}
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app),
            base_url="http://test",
            headers=headers,
            event_hooks={"response": [as_documented]},
        ) as client:
            at = "/api/matching/v1/organisations/RX2/opportunities"
            both = await client.post(at, json=good | {"apply_by": past, "places": "many"})
            alone = await client.post(at, json=good | {"apply_by": past})
            two = await client.post(at, json=good | {"apply_by": past, "session_at": past})
    assert (both.status_code, both.json()["title"]) == (422, "not valid")
    assert both.json()["errors"].keys() == {"apply_by", "places"}
    assert (alone.status_code, alone.json()["title"]) == (422, "past closing")
    assert alone.json()["errors"] == {"apply_by": alone.json()["detail"]}
    assert two.json()["errors"].keys() == {"apply_by", "session_at"}
