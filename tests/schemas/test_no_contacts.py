"""What an event may not carry: how to reach somebody, where they live, their bank account, their full name."""

import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel, ConfigDict

from schemas.contracts import states
from schemas.event import Contract, Erased

NEVER = re.compile(
    r"e_?mail|phone|mobile|telephone|\bsms\b|address|street|postcode|sort_?code|account_(number|name)|iban|\bbic\b|bank"
    r"|date_of_birth|birth|\bdob\b|nhs_?number|national_insurance|\bnino\b|passport_number|gender|ethnic"
    r"|first_?name|last_?name|full_?name|surname|family_?name|given_?name|payee"
    r"|password|secret|token|credential_hash|note|comment|message_text|body|statement|story|feedback_text"
)
"""Parts of a field's name. `_` counts as a word's border where `\\b` stands."""


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
        if NEVER.search(name.replace("_", " ")) or NEVER.search(name)
    ]


@pytest.mark.parametrize("state", [*states().values(), Erased], ids=lambda state: state.__name__)
def test_no_state_carries_a_way_to_reach_somebody(state: type[Contract]) -> None:
    assert forbidden(state) == []


@pytest.mark.parametrize("state", [*states().values(), Erased], ids=lambda state: state.__name__)
def test_unknown_fields_are_ignored_and_never_carried_on(state: type[Contract]) -> None:
    assert {contract.model_config.get("extra") for contract in contracts_in(state)} == {"ignore"}


@pytest.mark.parametrize(
    "name",
    ["email", "work_email", "phone", "address", "home_address", "sort_code", "account_number", "iban", "date_of_birth"]
    + ["nhs_number", "payee_name", "full_name", "screening_notes"],
)
def test_a_contact_would_be_found_however_deep(name: str) -> None:
    inner = type("Inner", (Contract,), {"__annotations__": {name: str}, "model_config": ConfigDict(extra="ignore")})
    outer = type("Outer", (Contract,), {"__annotations__": {"parts": tuple[inner | None, ...]}})
    assert forbidden(outer) == [f"Inner.{name}"]


def test_only_the_account_and_the_leader_carry_the_called_name() -> None:
    carriers = {
        state.__name__
        for state in states().values()
        if any("called" in contract.model_fields for contract in contracts_in(state))
    }
    assert carriers == {"Account", "Leader"}


def test_a_person_is_named_nowhere_else() -> None:
    named = {state.__name__ for state in states().values() if state.about_people and "name" in state.model_fields}
    assert named == set()


def test_an_event_says_its_codes_and_public_words_only_of_organisations() -> None:
    """A long text (over 120 characters, or without a limit in a description-less field) about a person is a story."""
    long = {
        f"{state.__name__}.{name}"
        for state in states().values()
        if state.about_people
        for contract in contracts_in(state)
        for name, field in contract.model_fields.items()
        if field.annotation is str and any(getattr(rule, "max_length", 0) > 300 for rule in field.metadata)
    }
    assert long == set()
