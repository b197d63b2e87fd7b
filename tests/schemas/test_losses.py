"""What counts as lost when an example is read and written again: a value that it has, at any depth; never a default."""

import pytest
from pydantic import Field, ValidationError, field_validator

from schemas.event import Contract
from schemas.examples import losses, written_again

EXAMPLE = {"title": "A seat", "pay": {"unit": "day", "pence": 7500}, "sessions": [{"hours": 2.0}, {"hours": 3.0}]}


class Pay(Contract):
    unit: str
    pence: int


class Session(Contract):
    hours: float


class Role(Contract):
    title: str
    pay: Pay
    sessions: tuple[Session, ...] = ()


def lost_by(reader: type[Contract]) -> list[str]:
    return losses(EXAMPLE, written_again(reader, EXAMPLE))


def test_what_the_same_contract_writes_again_is_whole() -> None:
    assert lost_by(Role) == []


def test_a_new_optional_field_at_any_depth_leaves_old_examples_green() -> None:
    class Longer(Session):
        online: bool | None = None

    class Richer(Pay):
        tax: int = 0
        parts: tuple[Longer, ...] = ()

    class Grown(Role):
        pay: Richer  # pyright: ignore[reportIncompatibleVariableOverride, reportGeneralTypeIssues]
        sessions: tuple[Longer, ...] = ()  # pyright: ignore[reportIncompatibleVariableOverride]
        desk: Longer | None = None

    assert lost_by(Grown) == []


def test_a_removed_nested_field_is_lost() -> None:
    class Less(Contract):
        unit: str

    class Shrunk(Role):
        pay: Less  # pyright: ignore[reportIncompatibleVariableOverride, reportGeneralTypeIssues]

    assert lost_by(Shrunk) == ["pay.pence is gone"]


def test_a_renamed_field_inside_a_list_is_lost_in_each_of_its_items() -> None:
    class Renamed(Contract):
        length: float = 1.0

    class Other(Role):
        sessions: tuple[Renamed, ...] = ()  # pyright: ignore[reportIncompatibleVariableOverride]

    assert lost_by(Other) == ["sessions[0].hours is gone", "sessions[1].hours is gone"]


def test_a_value_that_reading_changes_is_lost() -> None:
    class Rounded(Pay):
        @field_validator("pence")
        @classmethod
        def whole_pounds(cls, pence: int) -> int:
            return pence // 1000

    class Careless(Role):
        pay: Rounded  # pyright: ignore[reportIncompatibleVariableOverride, reportGeneralTypeIssues]

    assert lost_by(Careless) == ["pay.pence: 7500 became 7"]


def test_an_item_that_reading_drops_is_lost() -> None:
    class First(Role):
        @field_validator("sessions")
        @classmethod
        def only_one(cls, sessions: tuple[Session, ...]) -> tuple[Session, ...]:
            return sessions[:1]

    assert lost_by(First) == ["sessions: 2 items became 1"]


def test_a_field_that_becomes_none_is_lost() -> None:
    written = written_again(Role, EXAMPLE) | {"title": None}
    assert losses(EXAMPLE, written) == ["title: 'A seat' became None"]


def test_what_current_code_refuses_is_not_read_at_all() -> None:
    class Stricter(Role):
        title: str = Field(max_length=3)

    with pytest.raises(ValidationError):
        lost_by(Stricter)
