"""What each step of a claim and of a payment leaves behind and says: the whole of it, not only its status."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from schemas.engagements import Attendance
from schemas.event import Event, Waiting
from schemas.matching import Pay
from schemas.payments import (
    Claim as PublicClaim,
)
from schemas.payments import (
    ClaimApproved,
    ClaimCancelled,
    ClaimDeclined,
    ClaimDrafted,
    ClaimPaid,
    ClaimReady,
    ClaimReturned,
    ClaimSent,
    ClaimToApproveAgain,
    PaymentMade,
)
from services.chassis.postgres.transaction import new_id
from services.payments.domain import claim as claims
from services.payments.domain import deciding
from services.payments.domain import run as runs
from services.payments.domain.claim import Claim
from services.payments.domain.hands import Hand
from services.payments.domain.owed import Owed, owed
from services.payments.domain.payee import Payee
from services.payments.domain.promise import Promise
from services.payments.domain.run import CompareFirst, Entry, Payment
from tests.payments.support import NOW, RATE, Attending, a_claim, details
from tests.support import Person, organisation

LATER = NOW + timedelta(hours=5)
TODAY = NOW.date()
BY, RUN, PAYMENT = new_id(), new_id(), new_id()
PAYEE = Payee(4, "S EXAMPLE", "200000", "55779911", NOW)


def a_past(status: str) -> Claim:
    """A claim that was sent, approved, returned and paid at moments of their own: nothing of it is at its default."""
    return a_claim(
        status=status,
        since=NOW - timedelta(days=1),
        drafted_at=NOW - timedelta(days=9),
        sent_at=NOW - timedelta(days=8),
        sent_by=new_id(),
        approved_at=NOW - timedelta(days=7),
        approved_by=new_id(),
        recorded_by=new_id(),
        by_network=True,
        returned_why="A date is wrong",
        paid_at=NOW - timedelta(days=6),
        released_by=new_id(),
    )


def payment_of(*of_person: Claim) -> Payment:
    return runs.pay(of_person, PAYEE, ids=(RUN, PAYMENT), now=LATER, today=TODAY)[0]


Step = Callable[[Claim], tuple[Claim, Event[PublicClaim]]]
EARNED = Owed(new_id(), TODAY, "hour", Decimal("1.5"), 1000, 1500, new_id(), "Another policy")
STEPS: dict[str, tuple[str, Step, type[Event[PublicClaim]], dict[str, Any]]] = {
    "written anew": (
        "cancelled",
        lambda claim: claims.draft_again(claim, EARNED, has_details=True, now=LATER),
        ClaimDrafted,
        {"status": "ready", "owed": EARNED, "attended": True, "drafted_at": LATER, "sent_at": None}
        | {"returned_why": None},
    ),
    "written anew before there are bank details": (
        "returned",
        lambda claim: claims.draft_again(claim, EARNED, has_details=False, now=LATER),
        ClaimDrafted,
        {"status": "needs_details", "owed": EARNED, "attended": True, "drafted_at": LATER, "sent_at": None}
        | {"returned_why": None},
    ),
    "cancelled": (
        "ready",
        lambda claim: claims.cancel(claim, now=LATER),
        ClaimCancelled,
        {"status": "cancelled", "attended": False},
    ),
    "made ready": (
        "needs_details",
        lambda claim: claims.make_ready(claim, now=LATER),
        ClaimReady,
        {"status": "ready"},
    ),
    "sent": (
        "returned",
        lambda claim: claims.send(claim, by=BY, seen=3, promise=Promise(10, "Downland"), now=LATER),
        ClaimSent,
        {"status": "sent", "sent_at": LATER, "sent_by": BY, "promised_days": 10, "returned_why": None},
    ),
    "declined": (
        "sent",
        lambda claim: claims.decline(claim, seen=3, now=LATER),
        ClaimDeclined,
        {"status": "declined"},
    ),
    "approved": (
        "sent",
        lambda claim: deciding.approve(claim, by=Hand(BY, by_network=True), seen=3, now=LATER),
        ClaimApproved,
        {"status": "approved", "approved_at": LATER, "approved_by": BY},
    ),
    "returned": (
        "approved",
        lambda claim: deciding.send_back(claim, by=Hand(BY), why="The day is wrong", seen=3, now=LATER),
        ClaimReturned,
        {
            "status": "returned",
            "returned_why": "The day is wrong",
            "returned_by": BY,
            "approved_at": None,
            "approved_by": None,
            "by_network": False,
        },
    ),
    "to be approved again": (
        "approved",
        lambda claim: deciding.approve_again(claim, now=LATER),
        ClaimToApproveAgain,
        {"status": "sent", "approved_at": None, "approved_by": None, "by_network": False},
    ),
    "paid": (
        "approved",
        lambda claim: runs.mark_paid(claim, payment=payment_of(claim), by=BY),
        ClaimPaid,
        {"status": "paid", "paid_at": LATER, "released_by": BY, "payment_id": PAYMENT},
    ),
}
"""What is done, to a claim in which status, what is said of it, and what of it differs afterwards."""


@pytest.mark.parametrize("step", STEPS)
def test_a_step_changes_just_what_it_is_about_and_says_the_claim_as_it_is_then(step: str) -> None:
    status, do, fact, changes = STEPS[step]
    before = replace(a_past(status), attended=step != "written anew")
    after, event = do(before)
    assert after == replace(before, version=before.version + 1, since=LATER, **changes)
    assert (type(event), event.state) == (fact, after.public())


@pytest.mark.parametrize("has_details", [True, False])
def test_a_claim_is_written_for_who_took_part_and_the_organisation_that_pays(has_details: bool) -> None:
    attending = Attending(Person(), organisation())
    engagement, payer, id = attending.recorded().state, organisation("RX9"), new_id()
    drafted, event = claims.draft(engagement, EARNED, payer=payer, has_details=has_details, id=id, now=LATER)
    assert drafted == Claim(
        id=id,
        version=1,
        organisation_id=payer.id,
        ods_code="RX9",
        person_id=attending.person.id,
        engagement_id=attending.id,
        opportunity_id=attending.opportunity_id,
        owed=EARNED,
        attended=True,
        status="ready" if has_details else "needs_details",
        since=LATER,
        drafted_at=LATER,
    )
    assert event == ClaimDrafted(drafted.public())


def test_what_a_claim_says_in_public_is_when_it_was_sent_approved_and_paid_and_by_whose_hands() -> None:
    claim = a_past("paid")
    assert claim.public() == PublicClaim(
        id=claim.id,
        version=claim.version,
        person_id=claim.person_id,
        engagement_id=claim.engagement_id,
        opportunity_id=claim.opportunity_id,
        session_id=claim.owed.session_id,
        organisation_id=claim.organisation_id,
        ods_code="RX2",
        amount_pence=RATE,
        rate_card_id=claim.owed.rate_card_id,
        activity_on=claim.owed.activity_on,
        status="paid",
        drafted_at=NOW - timedelta(days=9),
        sent_at=NOW - timedelta(days=8),
        approved_at=NOW - timedelta(days=7),
        approved_by=claim.approved_by,
        paid_at=NOW - timedelta(days=6),
        released_by=claim.released_by,
    )


@pytest.mark.parametrize("status", ["needs_details", "ready", "returned"])
def test_a_claim_that_is_not_sent_waits_for_its_person_on_the_page_where_they_go_on(status: str) -> None:
    claim = a_claim(status=status, since=LATER)
    details_first = status == "needs_details"
    assert claim.public().waiting == (
        Waiting(
            person_id=claim.person_id,
            what="give_payee_details" if details_first else "send_claim",
            about=claim.id,
            since=LATER,
            link="/payments/mine/details" if details_first else f"/claims/mine/{claim.id}",
        ),
    )


@pytest.mark.parametrize("status", ["sent", "approved"])
def test_a_claim_waits_for_its_organisations_approver_and_then_for_its_finance(status: str) -> None:
    claim = a_claim(status=status, since=LATER, sent_at=NOW, promised_days=10)
    sent = status == "sent"
    assert claim.public().waiting == (
        Waiting(
            organisation_id=claim.organisation_id,
            role="approver" if sent else "finance",
            what="approve_claim" if sent else "pay_claim",
            about=claim.id,
            since=LATER,
            until=NOW + timedelta(days=10),
            link=f"/claims/for/RX2/{claim.id}" if sent else "/payments/for/RX2",
        ),
    )
    without = a_claim(status=status, sent_at=NOW, promised_days=None).public().waiting
    assert [one.until for one in without] == [None], "nothing was promised when it was sent"


@pytest.mark.parametrize(("unit", "units", "amount"), [("hour", "2.5", 2500), ("day", "1", 1000)])
def test_what_a_session_earns_keeps_what_it_was_reckoned_from(unit: str, units: str, amount: int) -> None:
    session = Attendance(session_id=new_id(), starts_at=NOW, hours=2.5, attended=True)
    pay = Pay(rate_card_id=new_id(), unit=unit, amount_pence=1000, source="Example policy 1", payer_id=new_id())
    assert owed(session, pay, on=TODAY) == Owed(
        session.session_id, TODAY, unit, Decimal(units), 1000, amount, pay.rate_card_id, "Example policy 1"
    )


def test_no_run_is_made_while_payments_of_after_a_restore_are_not_compared() -> None:
    claim = a_claim(status="approved")
    plan = runs.plan([claim], {claim.person_id}, releaser=Hand(new_id()))
    assert runs.may_make_run(plan, to_compare=True).refusal is CompareFirst


def test_a_payment_is_of_one_run_to_one_version_of_the_bank_details_and_says_itself() -> None:
    person = new_id()
    first, second = (a_claim(status="approved", person_id=person, activity_on=TODAY) for _ in range(2))
    payment, event = runs.pay([first, second], PAYEE, ids=(RUN, PAYMENT), now=LATER, today=TODAY)
    assert payment == Payment(
        id=PAYMENT,
        organisation_id=first.organisation_id,
        ods_code="RX2",
        person_id=person,
        run_id=RUN,
        reference="PLN-" + PAYMENT.hex[-12:].upper(),
        payee_version=4,
        claims=(first.id, second.id),
        amount_pence=2 * RATE,
        paid_at=LATER,
        days_to_pay=0,
    )
    assert event == PaymentMade(payment.public())


def test_the_ledger_debits_each_claim_and_credits_what_payroll_pays_out() -> None:
    claim = a_claim(status="approved")
    assert runs.entries(payment_of(claim), [claim]) == [
        Entry("involvement_expense", PAYMENT, claim.id, RATE),
        Entry("payroll_clearing", PAYMENT, None, -RATE),
    ]


def test_the_payroll_file_quotes_every_cell_and_ends_its_lines_as_its_standard_says() -> None:
    claim = a_claim(status="approved")
    head, row, end = runs.payroll_csv([(payment_of(claim), PAYEE, [claim])], period="2026-11").split(b"\r\n")
    assert end == b""
    assert head.startswith(b'"reference","payee_name","sort_code"')
    assert row.endswith(f'"{RATE}","{claim.id}","2026-11-10","2026-11"'.encode())


@pytest.mark.parametrize("changes", [{"payee_name": "T EXAMPLE"}, {"sort_code": "200001"}, {"account_number": "1"}])
def test_bank_details_that_differ_in_anything_are_new_ones(changes: dict[str, str]) -> None:
    given = details()
    assert PAYEE.is_still(given)
    assert not PAYEE.is_still(given.model_copy(update=changes))
