"""What is paid, in one sentence for all rooms."""

from datetime import UTC, datetime, timedelta

import pytest

from schemas.matching import Pay, Session
from schemas.payments import UNITS
from services.chassis.base.paid import what_is_paid
from services.chassis.postgres.transaction import new_id

NOW = datetime.now(UTC)


def pay(unit: str, pence: int) -> Pay:
    return Pay(rate_card_id=new_id(), unit=unit, amount_pence=pence, source="Example policy 1", payer_id=new_id())


def meetings(*hours: float) -> list[Session]:
    return [Session(id=new_id(), starts_at=NOW + timedelta(days=7 * n), hours=each) for n, each in enumerate(hours)]


@pytest.mark.parametrize(
    ("unit", "pence", "hours", "said"),
    [
        ("hour", 2750, (1,), "£27.50 for this meeting"),
        ("hour", 2750, (1.5,), "£41.25 for this meeting"),
        ("hour", 1271, (2.5,), "£31.78 for this meeting"),
        ("hour", 2750, (2, 2, 2), "£55 for each meeting"),
        ("hour", 2750, (2, 1, 3), "£27.50 to £82.50 for each meeting, by how long it is"),
        ("hour", 2750, (), "£27.50 for an hour"),
        ("session", 15000, (2.5,), "£150 for this meeting"),
        ("session", 15000, (2.5, 1), "£150 for each meeting"),
        ("half_day", 7500, (3,), "£75 for this meeting"),
        ("half_day", 7500, (), "£75 for a half day"),
        ("day", 15000, (7, 6), "£150 for each meeting"),
        ("day", 15000, (), "£150 for a day"),
    ],
)
def test_people_read_what_they_get_for_coming_not_what_an_hour_costs(
    unit: str, pence: int, hours: tuple[float, ...], said: str
) -> None:
    assert what_is_paid(pay(unit, pence), meetings(*hours)) == said


def test_a_role_without_pay_says_that_expenses_are_paid() -> None:
    assert what_is_paid(None, meetings(1)) == what_is_paid(None, ()) == "No payment. Your expenses are paid."


@pytest.mark.parametrize("unit", [*UNITS, "voucher"])
def test_nobody_reads_the_rate_of_an_hour_where_the_hours_are_known(unit: str) -> None:
    said = what_is_paid(pay(unit, 1000), meetings(1.25))
    assert said.endswith("for this meeting"), said
    assert "hour" not in said
