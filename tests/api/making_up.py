"""Requests that schemathesis makes up from a service's document."""

from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.documented import document


def made_up(service: str, ids: list[str], each: int, *, by: int, but: set[str]) -> list[Any]:
    """So many cases of each operation `but` those, the same ones for the same seed; with `ids` of what is there."""
    schemathesis.openapi.format("uuid", st.one_of(st.sampled_from(ids), st.uuids().map(str)))
    cases = list[Any]()
    known: Any = schemathesis.openapi.from_dict(document(service))
    for found in known.get_all_operations():
        operation = found.ok()
        if operation.definition.raw["operationId"] in but:
            continue

        @seed(by)
        @settings(
            max_examples=each,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
        )
        @given(case=operation.as_strategy())
        def collect(case: Any) -> None:
            cases.append(case)

        collect()
    return cases
