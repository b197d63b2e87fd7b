"""What payments decides, without a database."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import ValidationError

from schemas.engagements import Attendance
from schemas.matching import Pay
from schemas.payments import RateCardClosed, RateCardIssued
from services.chassis.base.refusals import Refused
from services.chassis.postgres.transaction import new_id
from services.payments.domain import claim as claims
from services.payments.domain import deciding
from services.payments.domain import rate_card as rates
from services.payments.domain import run as runs
from services.payments.domain.claim import Claim, ClaimMoved, DetailsMissing, NotAttended
from services.payments.domain.hands import Hand, OwnClaim
from services.payments.domain.owed import Owed, owed
from services.payments.domain.payee import Payee, PayeeDetails
from services.payments.domain.promise import Promise
from services.payments.domain.rate_card import FAR_OFF, BadStart, Draft, EndInThePast, EndMovedLater
from services.payments.domain.run import RunChanged
from tests.payments.support import RATE, a_claim
from tests.support import organisation

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PROMISE = Promise(21, "Example promise")
TODAY = date(2026, 11, 22)
STATUSES = ("needs_details", "ready", "returned", "sent", "approved", "declined", "cancelled", "paid")


def payee(name: str = "S EXAMPLE") -> Payee:
    return Payee(1, name, "200000", "55779911", NOW)


def earned(unit: str, pence: int, hours: float) -> Owed:
    session = Attendance(session_id=new_id(), starts_at=NOW, hours=hours, attended=True)
    pay = Pay(rate_card_id=new_id(), unit=unit, amount_pence=pence, source="Example policy 1", payer_id=new_id())
    return owed(session, pay, on=TODAY)


@pytest.mark.parametrize(
    ("unit", "pence", "hours", "amount"),
    [
        ("session", 7500, 3, 7500),
        ("half_day", 7500, 3.5, 7500),
        ("day", 15000, 7, 15000),
        ("hour", 1500, 2.5, 3750),
        ("hour", 1271, 1.5, 1907),
        ("hour", 333, 0.5, 167),
        ("hour", 1001, 0.1, 100),
        ("hour", 1005, 0.1, 101),
    ],
)
def test_a_rate_by_the_hour_is_rounded_half_up_to_a_penny_and_others_pay_one_unit(
    unit: str, pence: int, hours: float, amount: int
) -> None:
    assert earned(unit, pence, hours).amount_pence == amount


@pytest.mark.parametrize(
    ("sort_code", "account", "kept"),
    [
        ("20-00-00", "55779911", ("200000", "55779911")),
        ("20 00 00", "5577 9911", ("200000", "55779911")),
        ("20–00–00", "1234567", ("200000", "01234567")),
    ],
)
def test_bank_details_are_taken_as_people_type_them(sort_code: str, account: str, kept: tuple[str, str]) -> None:
    given = PayeeDetails(payee_name=" S Example ", sort_code=sort_code, account_number=account)
    assert (given.sort_code, given.account_number) == kept
    assert given.payee_name == "S Example"


@pytest.mark.parametrize(
    "changes",
    [
        {"sort_code": "20-00"},
        {"sort_code": "2000000"},
        {"sort_code": "20000a"},
        {"sort_code": "²00000"},
        {"account_number": "123456"},
        {"account_number": "123456789"},
        {"payee_name": ""},
        {"payee_name": "   "},
        {"payee_name": "S\nEXAMPLE"},
        {"payee_name": "S" * 71},
    ],
)
def test_bank_details_that_no_bank_could_use_are_refused_without_repeating_them(changes: dict[str, str]) -> None:
    good = {"payee_name": "S EXAMPLE", "sort_code": "200000", "account_number": "55779911"}
    with pytest.raises(ValidationError) as refused:
        PayeeDetails.model_validate(good | changes)
    assert "55779911" not in str(refused.value)


def test_bank_details_show_nothing_when_they_are_printed() -> None:
    given = PayeeDetails(payee_name="S EXAMPLE", sort_code="200000", account_number="55779911")
    assert "55779911" not in repr(payee()) + repr(given)
    shown = payee().shown(to_helper=False)
    assert (shown.masked, "9911" in repr(shown)) == ("••••9911", False)
    assert payee().shown(to_helper=True).masked is None


def test_a_claim_can_only_be_sent_when_its_person_gave_bank_details() -> None:
    with pytest.raises(DetailsMissing):
        claims.send(a_claim(status="needs_details"), by=new_id(), seen=None, promise=PROMISE, now=NOW)


def test_what_waits_is_said_for_each_status() -> None:
    what = {status: [w.what for w in a_claim(status=status).public().waiting] for status in STATUSES}
    assert what == {
        "needs_details": ["give_payee_details"],
        "ready": ["send_claim"],
        "returned": ["send_claim"],
        "sent": ["approve_claim"],
        "approved": ["pay_claim"],
        "declined": [],
        "cancelled": [],
        "paid": [],
    }


def test_nobody_decides_about_their_own_claim() -> None:
    claim = a_claim(status="sent")
    with pytest.raises(OwnClaim):
        deciding.approve(claim, by=Hand(claim.person_id), seen=None, now=NOW)
    with pytest.raises(OwnClaim):
        deciding.send_back(claim, by=Hand(claim.person_id), why="So", seen=None, now=NOW)


def test_whoever_sent_a_claim_for_somebody_is_on_their_side_of_it() -> None:
    helper = new_id()
    sent, _ = claims.send(a_claim(status="ready"), by=helper, seen=None, promise=PROMISE, now=NOW)
    assert sent.sent_by == helper
    with pytest.raises(OwnClaim):
        deciding.approve(sent, by=Hand(helper), seen=None, now=NOW)
    approved, _ = deciding.approve(sent, by=Hand(new_id()), seen=None, now=NOW)
    assert runs.plan([approved], {sent.person_id}, releaser=Hand(helper)).pays == {}


def test_a_claim_that_changed_since_it_was_looked_at_is_not_decided_about() -> None:
    claim = a_claim(status="sent")
    for decide in (
        lambda: deciding.approve(claim, by=Hand(new_id()), seen=claim.version - 1, now=NOW),
        lambda: deciding.send_back(claim, by=Hand(new_id()), why="So", seen=claim.version - 1, now=NOW),
        lambda: claims.decline(claim, seen=claim.version - 1, now=NOW),
        lambda: claims.send(claim, by=claim.person_id, seen=None, promise=PROMISE, now=NOW),
    ):
        with pytest.raises(ClaimMoved):
            decide()


def test_a_session_that_the_record_denies_cannot_be_approved() -> None:
    with pytest.raises(NotAttended):
        deciding.approve(a_claim(status="sent", attended=False), by=Hand(new_id()), seen=None, now=NOW)


@pytest.mark.parametrize("status", ["needs_details", "ready", "returned", "sent", "approved"])
def test_saying_no_to_the_pay_is_possible_until_it_is_paid(status: str) -> None:
    declined, _ = claims.decline(a_claim(status=status), seen=None, now=NOW)
    assert declined.status == "declined"
    with pytest.raises(ClaimMoved):
        claims.decline(a_claim(status="paid"), seen=None, now=NOW)


def test_a_run_leaves_out_what_its_maker_claimed_or_approved_and_who_has_no_details() -> None:
    releaser = new_id()
    own = a_claim(status="approved", person_id=releaser)
    approved_by_releaser = a_claim(status="approved", approved_by=releaser)
    no_details, denied = a_claim(status="approved"), a_claim(status="approved", attended=False)
    good = a_claim(status="approved")
    details = {c.person_id: payee() for c in (own, approved_by_releaser, denied, good)}
    plan = runs.plan([own, approved_by_releaser, no_details, denied, good], details, releaser=Hand(releaser))
    assert plan.left_out == {
        own.id: "own",
        approved_by_releaser.id: "approved_by_releaser",
        no_details.id: "no_details",
        denied.id: "not_attended",
    }
    assert plan.pays == {good.person_id: [good]}
    assert runs.plan([own, no_details], details, releaser=Hand(releaser)).pays == {}


def test_what_was_seen_of_a_run_is_another_as_soon_as_a_claim_comes_goes_or_is_of_another_amount() -> None:
    one, other = a_claim(status="approved"), a_claim(status="approved")
    of_more = replace(one, owed=replace(one.owed, amount_pence=one.owed.amount_pence + 1))
    assert one.owed.amount_pence == other.owed.amount_pence, "the sum and the count alone would not tell"
    seen = [
        runs.plan(claims, {one.person_id, other.person_id}, releaser=Hand(new_id())).seen
        for claims in ([one, other], [other, one], [one], [other], [of_more], [])
    ]
    assert seen[0] == seen[1]
    assert len(set(seen)) == 5
    plan = runs.plan([one], {one.person_id}, releaser=Hand(new_id()))
    for good in (None, seen[2]):
        plan.must_be_as(good)
    for bad in ("", seen[3]):
        with pytest.raises(RunChanged):
            plan.must_be_as(bad)


def paid(*of_person: Claim) -> runs.Payment:
    return runs.pay(of_person, payee(), ids=(new_id(), new_id()), now=NOW, today=TODAY)[0]


def test_a_payment_says_the_days_since_the_earliest_session_and_its_entries_come_to_zero() -> None:
    person = new_id()
    first = a_claim(status="approved", person_id=person, activity_on=TODAY - timedelta(days=12))
    second = a_claim(status="approved", person_id=person, activity_on=TODAY - timedelta(days=3))
    payment = paid(second, first)
    assert (payment.days_to_pay, payment.amount_pence) == (12, 2 * RATE)
    assert len(payment.reference) <= 18
    assert sum(entry.amount_pence for entry in runs.entries(payment, [second, first])) == 0


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", '=1+1","x'])
def test_no_cell_of_the_payroll_file_is_a_formula(name: str) -> None:
    claim = a_claim(status="approved")
    content = runs.payroll_csv([(paid(claim), payee(name), [claim])], period="2026-11")
    rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    assert len(rows) == 1
    assert rows[0]["payee_name"] == f"'{name}"
    assert rows[0]["claim_id"] == str(claim.id)
    assert (rows[0]["element"], rows[0]["units"], rows[0]["amount_pence"]) == ("involvement_session", "1", str(RATE))
    assert (rows[0]["sort_code"], rows[0]["account_number"], rows[0]["period"]) == ("200000", "55779911", "2026-11")


def draft(**changes: object) -> Draft:
    values: dict[str, object] = {"title": "Half day", "unit": "half_day", "amount_pence": 7500, "valid_from": TODAY}
    return Draft.model_validate(values | {"source": "Example policy, version 3"} | changes)


def test_an_answer_that_the_contract_has_no_field_for_is_refused_instead_of_lost() -> None:
    class LongerDraft(Draft):
        paid_by: str = "BACS"

    with pytest.raises(ValidationError, match="paid_by"):
        rates.issue(LongerDraft.model_validate(draft().model_dump()), by=organisation(), id=new_id(), today=TODAY)


def test_a_rate_can_only_close_and_never_in_the_past() -> None:
    card, _ = rates.issue(draft(), by=organisation(), id=new_id(), today=TODAY)
    with pytest.raises(EndInThePast):
        rates.close(card.model_copy(update={"valid_from": date(2026, 1, 1)}), valid_to=date(2026, 6, 1), today=TODAY)
    closed = rates.close(card, valid_to=TODAY + timedelta(days=5), today=TODAY)
    assert closed
    assert closed[0] == card.with_changes(valid_to=TODAY + timedelta(days=5), version=2)
    assert closed[1] == RateCardClosed(closed[0])
    assert rates.close(closed[0], valid_to=TODAY + timedelta(days=5), today=TODAY) is None
    with pytest.raises(EndMovedLater):
        rates.close(closed[0], valid_to=TODAY + timedelta(days=6), today=TODAY)


@pytest.mark.parametrize(
    "changes",
    [
        {"valid_from": date(1926, 1, 1)},
        {"valid_to": TODAY - timedelta(days=1)},
        {"valid_from": date(2026, 1, 1), "valid_to": date(2026, 2, 1)},
    ],
)
def test_a_rate_with_impossible_dates_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(Refused):
        rates.issue(draft(**changes), by=organisation(), id=new_id(), today=TODAY)


def test_the_first_and_last_days_that_a_rate_may_have_are_taken() -> None:
    for changes in ({"valid_from": TODAY + FAR_OFF}, {"valid_from": TODAY - FAR_OFF}, {"valid_to": TODAY}):
        card, event = rates.issue(draft(**changes), by=organisation(valid_to=TODAY), id=new_id(), today=TODAY)
        assert (card.version, event) == (1, RateCardIssued(card))
    with pytest.raises(BadStart):
        rates.issue(draft(valid_from=TODAY + FAR_OFF + timedelta(days=1)), by=organisation(), id=new_id(), today=TODAY)


def test_a_closed_organisation_puts_no_rate_in_force() -> None:
    with pytest.raises(rates.OrganisationClosed):
        rates.issue(draft(), by=organisation(valid_to="2026-03-31"), id=new_id(), today=TODAY)
