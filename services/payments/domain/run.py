"""What a payment run does: whom it pays and whom it leaves out, the ledger's entries, and the payroll file."""

import csv
import io
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from schemas.payments import ClaimPaid, PaymentMade
from schemas.payments import Payment as PublicPayment
from services.chassis.base.choices import Choice, unless
from services.chassis.base.refusals import Refused
from services.payments.domain.claim import Claim, ClaimMoved, NotAttended, RecordDiffers
from services.payments.domain.hands import (
    Hand,
    HelpedClaimant,
    NotByAMachine,
    OneHousehold,
    OwnApproval,
    OwnClaim,
    OwnRecord,
    RoleFromClaimant,
    TheirOwnPeopleCan,
    against_releasing,
)
from services.payments.domain.payee import Payee
from services.payments.domain.seen import fingerprint

Why = Literal[
    "own",
    "approved_by_releaser",
    "recorded_by_releaser",
    "role_from_claimant",
    "helped_by_releaser",
    "one_household",
    "by_a_machine",
    "their_own_people_can",
    "no_details",
    "not_attended",
    "record_differs",
]
AccountKind = Literal["involvement_expense", "payroll_clearing"]
MOST_CLAIMS = 500
"""In one run; the rest waits for the next."""
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A spreadsheet takes a cell that begins so for a formula (OWASP, CSV Injection)."""


class NothingToPay(Refused, slug="nothing-to-pay", status=409):
    """There is no approved claim that you can pay. Somebody else has to pay what you claimed, recorded or approved."""


class NoDetails(Refused, slug="no-details", title="The bank details are missing", status=409):
    """The person has not given bank details, so this claim cannot be paid yet."""


class CompareFirst(Refused, slug="compare-first", title="Compare the payments first", status=409):
    """This network was put back to an earlier day, and payments were made after it. Compare them with payroll first."""


class OthersToCompare(Refused, slug="others-to-compare", title="There are other payments to compare", status=409):
    """The payments to compare are not the same as when you opened the page. Look at them again, and compare them."""


class RunChanged(Refused, slug="run-changed", title="The claims to pay have changed", status=409):
    """The claims that this run would pay are not the same as when you opened the page. Nothing was paid. Look at them
    again, and then release them."""


_WHY: Mapping[type[Refused], Why] = {
    OwnClaim: "own",
    OwnApproval: "approved_by_releaser",
    OwnRecord: "recorded_by_releaser",
    RoleFromClaimant: "role_from_claimant",
    HelpedClaimant: "helped_by_releaser",
    OneHousehold: "one_household",
    NotByAMachine: "by_a_machine",
    TheirOwnPeopleCan: "their_own_people_can",
    NoDetails: "no_details",
    NotAttended: "not_attended",
    RecordDiffers: "record_differs",
}
"""What a run keeps of a refusal."""


@dataclass(frozen=True)
class Plan:
    """Which claims a run pays, by person, and why it leaves out others."""

    pays: Mapping[UUID, Sequence[Claim]]
    left_out: Mapping[UUID, Why]

    @property
    def claims(self) -> list[Claim]:
        """Those that it pays."""
        return [claim for of_person in self.pays.values() for claim in of_person]

    @property
    def pence(self) -> int:
        return sum(claim.owed.amount_pence for claim in self.claims)

    @property
    def seen(self) -> str:
        """Which claims with which amounts these are: another text as soon as one comes, goes or changes."""
        return fingerprint(f"{claim.id}:{claim.owed.amount_pence}" for claim in self.claims)

    def must_be_as(self, seen: str | None) -> None:
        """Raises RunChanged when somebody saw another one."""
        if seen not in (None, self.seen):
            raise RunChanged


@dataclass(frozen=True)
class Payment:
    """What one run pays one person. `reference` stands on the file and on the person's page."""

    id: UUID
    organisation_id: UUID
    ods_code: str
    person_id: UUID
    run_id: UUID
    reference: str
    payee_version: int
    claims: tuple[UUID, ...]
    amount_pence: int
    paid_at: datetime
    days_to_pay: int
    version: int = 1

    def public(self) -> PublicPayment:
        return PublicPayment(
            id=self.id,
            version=self.version,
            person_id=self.person_id,
            organisation_id=self.organisation_id,
            ods_code=self.ods_code,
            run_id=self.run_id,
            claims=self.claims,
            amount_pence=self.amount_pence,
            paid_at=self.paid_at,
            days_to_pay=self.days_to_pay,
        )


@dataclass(frozen=True)
class Entry:
    """One line of the ledger: a debit is above zero, a credit below."""

    account: AccountKind
    payment_id: UUID
    claim_id: UUID | None
    amount_pence: int


def may_pay(claim: Claim, *, has_details: bool, by: Hand) -> Choice:
    """Claimant, recorder, approver and releaser are four people; nobody is paid without bank details."""
    return unless(
        (claim.status != "approved", ClaimMoved),
        *against_releasing(claim, by),
        (not has_details, NoDetails),
        (not claim.attended, NotAttended),
        (claim.recorded_pence is not None, RecordDiffers),
    )


def may_make_run(plan: Plan, *, to_compare: bool) -> Choice:
    """`to_compare`: there are payments of after a restore that nobody has compared with payroll yet."""
    return unless((to_compare, CompareFirst), (not plan.claims, NothingToPay))


def plan(claims: Sequence[Claim], have_details: Container[UUID], *, releaser: Hand) -> Plan:
    """Whom a run of these approved claims pays. `have_details`: who said where they are paid."""
    choices = {claim: may_pay(claim, has_details=claim.person_id in have_details, by=releaser) for claim in claims}
    pays: dict[UUID, list[Claim]] = {}
    left_out: dict[UUID, Why] = {}
    for claim, may in choices.items():
        if may.refusal:
            left_out[claim.id] = _WHY[may.refusal]
        else:
            pays.setdefault(claim.person_id, []).append(claim)
    return Plan(pays, left_out)


def pay(
    claims: Sequence[Claim], payee: Payee, *, ids: tuple[UUID, UUID], now: datetime, today: date
) -> tuple[Payment, PaymentMade]:
    """One person's payment. `ids`: the run's and the payment's. `today` is the day in London of `now`."""
    first = claims[0]
    payment = Payment(
        id=ids[1],
        organisation_id=first.organisation_id,
        ods_code=first.ods_code,
        person_id=first.person_id,
        run_id=ids[0],
        reference=reference(ids[1]),
        payee_version=payee.version,
        claims=tuple(claim.id for claim in claims),
        amount_pence=sum(claim.owed.amount_pence for claim in claims),
        paid_at=now,
        days_to_pay=max(0, (today - min(claim.owed.activity_on for claim in claims)).days),
    )
    return payment, PaymentMade(payment.public())


def reference(payment_id: UUID) -> str:
    """What stands on the payroll file and on the person's page. The last part of an id is random."""
    return f"PLN-{payment_id.hex[-12:].upper()}"


def mark_paid(claim: Claim, *, payment: Payment, by: UUID) -> tuple[Claim, ClaimPaid]:
    """The claim is part of a payment, released by somebody who neither made nor approved it."""
    moved = replace(claim, status="paid", since=payment.paid_at, version=claim.version + 1)
    paid = replace(moved, paid_at=payment.paid_at, released_by=by, payment_id=payment.id)
    return paid, ClaimPaid(paid.public())


def entries(payment: Payment, claims: Sequence[Claim]) -> list[Entry]:
    """Debit what involvement cost for each claim, credit what payroll has to pay out. They come to zero."""
    debits = [Entry("involvement_expense", payment.id, claim.id, claim.owed.amount_pence) for claim in claims]
    return [*debits, Entry("payroll_clearing", payment.id, None, -payment.amount_pence)]


def payroll_csv(lines: Sequence[tuple[Payment, Payee, Sequence[Claim]]], *, period: str) -> bytes:
    """The file for payroll: UTF-8, RFC 4180, a row for each pay element of each person; `period` is YYYY-MM.

    Tax and National Insurance are payroll's: their codes and numbers are not held here.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for payment, payee, claims in lines:
        for claim in claims:
            owed = claim.owed
            account = (payment.reference, payee.name, payee.sort_code, payee.account_number)
            amount = (f"involvement_{owed.unit}", f"{owed.units:f}", owed.rate_pence, owed.amount_pence)
            row = (*account, *amount, claim.id, owed.activity_on.isoformat(), period)
            writer.writerow([_harmless(str(cell)) for cell in row])
    return out.getvalue().encode()


COLUMNS = (
    "reference",
    "payee_name",
    "sort_code",
    "account_number",
    "element",
    "units",
    "rate_pence",
    "amount_pence",
    "claim_id",
    "activity_on",
    "period",
)


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_RISKY) else cell
