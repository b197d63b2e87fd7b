"""Until when each kind of message is worth telling, and at which hours."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from schemas.matching import Session
from services.chassis.postgres.transaction import new_id
from services.notifications import texts
from services.notifications.domain import kinds
from services.notifications.domain import message as messages
from services.notifications.domain.contact import Channel
from services.notifications.domain.kinds import Hours, Kind
from services.notifications.domain.message import News
from tests.notifications.support import an_opportunity
from tests.support import organisation

pytestmark = pytest.mark.as_the_hour_is
WINTER = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
ROLE = an_opportunity(organisation())


def at(hour: int, minute: int = 0, day: int = 1) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=UTC)


def with_sessions(*starts: datetime):
    return ROLE.model_copy(update={"sessions": tuple(Session(id=new_id(), starts_at=one, hours=2) for one in starts)})


def test_every_message_that_has_words_is_of_a_kind() -> None:
    assert set(kinds.KINDS) == set(texts.KINDS)


def test_what_somebody_did_is_told_at_any_hour_and_what_a_clock_says_wakes_nobody() -> None:
    assert {code for code, one in kinds.KINDS.items() if one.hours is not None} == {
        *("answer_late", "offer_ends", "offer_ran_out", "session_in_a_week", "session_tomorrow"),
        *("access_unconfirmed", "was_it_there"),
        *("talk_tomorrow", "roles_fit", "still_wanted", "now_weekly"),
    }
    assert kinds.sending_time(kinds.of("sessions_cancelled"), at(3)) == at(3)
    assert kinds.sending_time(kinds.of("session_tomorrow"), at(3)) == at(8)


@pytest.mark.parametrize(
    ("asked", "sent"),
    [
        (at(7, 59), at(8)),
        (at(8), at(8)),
        (at(20, 59), at(20, 59)),
        (at(21), at(8, day=2)),
        (at(23, 30), at(8, day=2)),
        (datetime(2026, 7, 1, 6, 30, tzinfo=UTC), datetime(2026, 7, 1, 7, tzinfo=UTC)),  # summer time
        (datetime(2026, 3, 28, 22, tzinfo=UTC), datetime(2026, 3, 29, 7, tzinfo=UTC)),  # the night on which it begins
        (datetime(2026, 10, 24, 21, tzinfo=UTC), datetime(2026, 10, 25, 8, tzinfo=UTC)),  # and ends
    ],
)
def test_a_kind_that_is_not_urgent_waits_for_the_day_in_london(asked: datetime, sent: datetime) -> None:
    assert kinds.sending_time(Kind(hours=kinds.DAY), asked) == sent


@pytest.mark.parametrize(("channel", "goes"), [("email", at(22)), ("sms", at(8, day=2))])
def test_what_would_be_over_by_the_morning_is_sent_at_night_rather_than_never(channel: Channel, goes: datetime) -> None:
    news = News(new_id(), "session_tomorrow", new_id(), "x", "Words", "Body", "/", "See it", at(7, day=2))
    message = messages.queue(news, id=new_id(), channel=channel, office=None, now=at(22))[0]
    assert messages.may_be_sent_at(message, at(22)) == goes
    longer = replace(message, news=replace(news, good_until=at(9, day=2)))
    assert messages.may_be_sent_at(longer, at(22)) == at(8, day=2)


def test_a_notice_is_good_for_a_fortnight_from_its_sending_hour() -> None:
    assert kinds.good_until(kinds.NOTICE, happened_at=WINTER) == WINTER + timedelta(days=14)
    by_day = Kind(hours=Hours(8, 21))
    assert kinds.good_until(by_day, happened_at=at(22)) == at(8, day=2) + timedelta(days=14)


def test_a_match_is_good_until_the_role_closes() -> None:
    assert kinds.good_until(kinds.of("match_made"), happened_at=WINTER, about=ROLE) == ROLE.apply_by


@pytest.mark.parametrize("kind", ["opportunity_withdrawn", "offer_made"])
def test_a_cancellation_or_an_offer_is_good_until_the_last_session_begins(kind: str) -> None:
    past, next, last = WINTER - timedelta(days=1), WINTER + timedelta(days=1), WINTER + timedelta(days=40)
    until = kinds.good_until(kinds.of(kind), happened_at=WINTER, about=with_sessions(past, last, next))
    assert until == last
    of_the_past = kinds.good_until(kinds.of(kind), happened_at=WINTER, about=with_sessions(past))
    assert of_the_past == WINTER + timedelta(days=14), "it ends with no session that was still to come"


def test_a_kind_that_is_gone_is_a_notice() -> None:
    assert kinds.of("of_an_older_version") == kinds.NOTICE
