"""What may be typed at the edges of what is allowed, and how clients are told of a refusal."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from services.chassis.base.refusals import Refused
from services.chassis.postgres.transaction import new_id
from services.payments.domain import claim, correcting, hands, rate_card, run
from services.payments.domain.claim import Return
from services.payments.domain.payee import Payee, PayeeDetails
from services.payments.domain.rate_card import Draft
from tests.payments.support import NOW, a_claim
from tests.payments.test_domain import TODAY, draft

GOOD: dict[type[BaseModel], dict[str, Any]] = {
    Return: {"why": "The day is wrong"},
    PayeeDetails: {"payee_name": "S EXAMPLE", "sort_code": "200000", "account_number": "55779911"},
    Draft: draft().model_dump(),
}


@pytest.mark.parametrize(
    ("form", "field", "least", "most"),
    [
        (Return, "why", "x", "x" * 500),
        (PayeeDetails, "payee_name", "x", "x" * 70),
        (Draft, "title", "x", "x" * 120),
        (Draft, "source", "x", "x" * 300),
        (Draft, "amount_pence", 1, 1_000_000),
    ],
)
def test_the_shortest_and_the_longest_answers_are_taken_and_nothing_beyond(
    form: type[BaseModel], field: str, least: Any, most: Any
) -> None:
    for value in (least, most):
        assert getattr(form.model_validate(GOOD[form] | {field: value}), field) == value
    for beyond in ("", most + "x") if isinstance(most, str) else (least - 1, most + 1):
        with pytest.raises(ValidationError):
            form.model_validate(GOOD[form] | {field: beyond})


def test_a_rate_is_for_a_session_half_a_day_a_day_or_an_hour() -> None:
    for unit in ("session", "half_day", "day", "hour"):
        assert draft(unit=unit).unit == unit
    with pytest.raises(ValidationError):
        draft(unit="week")


def test_a_rate_may_start_two_years_from_now_and_no_later() -> None:
    assert timedelta(days=732) == rate_card.FAR_OFF


@pytest.mark.parametrize("wrong", [{"sort_code": "20-00"}, {"account_number": "98765"}, {"payee_name": "M\nEXAMPLE"}])
def test_bank_details_that_are_refused_are_not_repeated_and_those_that_are_taken_are_not_printed(
    wrong: dict[str, str],
) -> None:
    with pytest.raises(ValidationError) as refused:
        PayeeDetails.model_validate(GOOD[PayeeDetails] | wrong)
    assert repr(next(iter(wrong.values()))) not in str(refused.value)
    printed = repr(PayeeDetails.model_validate(GOOD[PayeeDetails]))
    assert not [secret for secret in ("200000", "55779911") if secret in printed]


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_a_cell_of_the_payroll_file_that_a_spreadsheet_would_run_is_quoted(begins: str) -> None:
    one = a_claim(status="approved")
    payee = Payee(1, f"{begins}EXAMPLE", "200000", "55779911", NOW)
    payment, _ = run.pay([one], payee, ids=(new_id(), new_id()), now=NOW, today=TODAY)
    assert payment.version == 1
    file = run.payroll_csv([(payment, payee, [one])], period="2026-11").decode()
    assert f'"\'{begins}EXAMPLE"' in file
    assert file.partition("\r\n")[0] == (
        '"reference","payee_name","sort_code","account_number","element","units","rate_pence","amount_pence","claim_id",'
        '"activity_on","period"'
    )


def test_a_refusal_keeps_its_name_and_status_for_clients() -> None:
    found = {
        one.slug: one.status
        for module in (claim, correcting, hands, rate_card, run)
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, Refused) and one.__module__ == module.__name__
    }
    assert found == {
        "claim-moved": 409,
        "details-missing": 409,
        "own-claim": 403,
        "money-by-a-machine": 403,
        "own-record": 403,
        "recorded-by-you": 403,
        "role-from-claimant": 403,
        "helped-claimant": 403,
        "one-household": 403,
        "others-to-compare": 409,
        "run-changed": 409,
        "their-own-people-can": 403,
        "not-attended": 409,
        "record-differs": 409,
        "nothing-to-settle": 409,
        "bad-start": 422,
        "end-before-start": 422,
        "end-in-the-past": 422,
        "end-moved-later": 422,
        "organisation-closed": 409,
        "nothing-to-pay": 409,
        "own-approval": 403,
        "no-details": 409,
        "compare-first": 409,
    }
