"""What an event may not carry: how to reach somebody, where they live, their bank account, their full name."""

import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel, ConfigDict

from schemas.contracts import states
from schemas.event import Contract, Erased

NEVER = re.compile(
    r"\b(e ?mail|phone|mobile|telephone|sms|address|street|postcode|sort ?code|account (number|name)|iban|bic|bank"
    r"|birth|dob|nhs ?number|national insurance|nino|passport number|gender|ethnicity"
    r"|(first|last|full|family|given) ?name|surname|payee"
    r"|password|secret|token|note|comment|body|statement|story)(s|es)?\b"
)
"""Words of a field's name, `_` read as a space."""


CONTACTS = ["email", "work_email", "phone", "address", "home_addresses", "sort_code", "account_number", "iban"]
OTHERS = ["date_of_birth", "nhs_number", "payee_name", "full_name", "screening_notes"]
PUBLIC = {"Desk", "Venue"}
"""An organisation's own public words: a team's number and mailbox, a building's address. Nobody's own."""
LONGEST_ABOUT_A_PERSON = 120
"""Characters."""


def contracts_in(kind: Any) -> Iterator[type[Contract]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind  # pyright: ignore[reportReturnType]
        for field in kind.model_fields.values():
            yield from contracts_in(field.annotation)
    for part in get_args(kind):
        yield from contracts_in(part)


def forbidden(state: type[Contract]) -> list[str]:
    return [
        f"{contract.__name__}.{name}"
        for contract in contracts_in(state)
        for name in contract.model_fields
        if contract.__name__ not in PUBLIC
        if NEVER.search(name.replace("_", " "))
    ]


@pytest.mark.parametrize("state", [*states().values(), Erased], ids=lambda state: state.__name__)
def test_no_state_carries_a_way_to_reach_somebody(state: type[Contract]) -> None:
    assert forbidden(state) == []


@pytest.mark.parametrize("state", [*states().values(), Erased], ids=lambda state: state.__name__)
def test_unknown_fields_are_ignored_and_never_carried_on(state: type[Contract]) -> None:
    assert {contract.model_config.get("extra") for contract in contracts_in(state)} == {"ignore"}


@pytest.mark.parametrize("name", [*CONTACTS, *OTHERS])
def test_a_contact_would_be_found_however_deep(name: str) -> None:
    inner = type("Inner", (Contract,), {"__annotations__": {name: str}, "model_config": ConfigDict(extra="ignore")})
    outer = type("Outer", (Contract,), {"__annotations__": {"parts": tuple[inner | None, ...]}})
    assert forbidden(outer) == [f"Inner.{name}"]


def test_only_the_account_the_leader_and_who_is_listed_carry_the_called_name() -> None:
    carriers = {
        state.__name__
        for state in states().values()
        if any("called" in contract.model_fields for contract in contracts_in(state))
    }
    assert carriers == {"Account", "Leader", "Application"}


def test_a_person_is_named_nowhere_else() -> None:
    named = {state.__name__ for state in states().values() if state.about_people and "name" in state.model_fields}
    assert named == set()


def test_no_state_about_a_person_has_room_for_a_story() -> None:
    """Text about a person is a code, an id or the called name; only public words of an organisation are longer."""
    roomy = {
        f"{state.__name__}: {contract.__name__}.{name}"
        for state in states().values()
        if state.about_people
        for contract in contracts_in(state)
        for name, field in contract.model_fields.items()
        if any(getattr(rule, "max_length", 0) > LONGEST_ABOUT_A_PERSON for rule in field.metadata)
    }
    assert roomy <= {"Engagement: Pay.source"}, "the policy that a rate comes from"
