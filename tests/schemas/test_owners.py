"""An owner builds its states strictly: a field that its contract does not have is refused, not ignored."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from pydantic import ValidationError

from schemas.matching import Match

NOW = datetime(2026, 11, 24, 17, tzinfo=UTC)
ID = UUID("01990000-0000-7000-8000-000000000000")
FIELDS = {"id": ID, "version": 1, "opportunity_id": ID, "person_id": ID, "matched_at": NOW}


def test_a_field_that_the_contract_does_not_have_is_refused_by_name_when_its_owner_builds_a_state() -> None:
    with pytest.raises(ValidationError, match="reasons"):
        Match.build(**FIELDS, reasons=("in_pool",))
    assert Match.build(**FIELDS) == Match.model_validate({**FIELDS, "reasons": ("in_pool",)})


def test_a_field_that_the_contract_does_not_have_is_refused_by_name_when_a_state_changes() -> None:
    match = Match.build(**FIELDS)
    with pytest.raises(ValidationError, match="endedd_at"):
        match.with_changes(endedd_at=NOW)
    ended = match.with_changes(ended_at=NOW, version=2)
    assert (ended.ended_at, ended.version, ended.matched_at) == (NOW, 2, NOW)
    assert match.ended_at is None


def test_a_value_that_the_contract_does_not_allow_is_refused_when_a_state_changes() -> None:
    with pytest.raises(ValidationError, match="version"):
        Match.build(**FIELDS).with_changes(version=0)
