"""When something that was refused for now is tried again, and when that was the last try."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.chassis.postgres.transaction import new_id
from services.chassis.work.back_off import FOUR_DAYS, LAST_TRY_BEFORE, MOST_JITTER, BackOff

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
LONG = NOW + timedelta(days=30)
ID = UUID(int=0)
"""Of this one no wait is longer than it says."""


def test_each_wait_is_longer_until_the_last_which_is_repeated() -> None:
    tries = range(1, len(FOUR_DAYS.waits) + 3)
    waits = [FOUR_DAYS.next_try(ID, tries=n, now=NOW, good_until=LONG) for n in tries]
    assert [one - NOW for one in waits if one] == [*FOUR_DAYS.waits, FOUR_DAYS.waits[-1], FOUR_DAYS.waits[-1]]


def test_they_go_on_for_four_days() -> None:
    at = NOW
    for tries in range(1, FOUR_DAYS.most_tries):
        at = FOUR_DAYS.next_try(ID, tries=tries, now=at, good_until=LONG) or at
    assert timedelta(days=3, hours=12) < at - NOW < timedelta(days=4, hours=12)
    assert FOUR_DAYS.next_try(ID, tries=FOUR_DAYS.most_tries, now=at, good_until=LONG) is None


def test_what_was_refused_together_is_not_tried_again_together() -> None:
    waits = {FOUR_DAYS.next_try(new_id(), tries=4, now=NOW, good_until=LONG) for _ in range(100)}
    assert len(waits) > 50
    hour = timedelta(hours=1)
    assert all(one and hour <= one - NOW <= hour * (1 + MOST_JITTER) for one in waits)


def test_the_last_try_is_made_shortly_before_it_is_no_longer_good() -> None:
    link = BackOff(waits=(timedelta(minutes=5),), most_tries=10)
    good_until = NOW + timedelta(minutes=4)
    last = link.next_try(ID, tries=1, now=NOW, good_until=good_until)
    assert last
    assert last == good_until - LAST_TRY_BEFORE
    assert link.next_try(ID, tries=2, now=last, good_until=good_until) is None
