"""What notifications measures. Tries to send are the chassis' (pln_outgoing_total)."""

from collections.abc import Mapping
from typing import get_args

from prometheus_client import Counter, Gauge, Histogram

from schemas.notifications import CHANNELS
from services.notifications.domain.concern import Unread
from services.notifications.domain.contact import Way

REACHABLE = Counter("pln_people_reachable_total", "People who said for the first time how to reach them", ["way"])
SENT = Counter("pln_messages_sent_total", "Messages that left the queue", ["channel", "outcome"])
SHOWN = Counter("pln_shown_by_contact_total", "Answers by people who have nothing to sign in with", ["outcome"])
LISTS = Counter("pln_monthly_lists_total", "Monthly lists of open roles, by what became of them", ["outcome"])
MONTHLY_CHOSEN = Counter("pln_monthly_lists_chosen_total", "Choices about the monthly list of open roles", ["answer"])
CALENDAR_READS = Counter("pln_calendar_reads_total", "Reads of calendar addresses, by what came of them", ["outcome"])
CALENDAR_ADDRESSES = Gauge("pln_calendar_addresses", "Calendar addresses that stand")
CALENDAR_FILES = Counter(
    "pln_calendar_files_total", "Bookings that were taken as a file, or sent with a message", ["way"]
)
TOLD_AFTER = Histogram(
    "pln_told_after_seconds",
    "From when somebody was to be told until their message was queued",
    ["what"],
    buckets=(1, 5, 30, 60, 300, 1800, 3600, 21600, 86400),
)
ALERTS_IN_A_WEEK = Histogram(
    "pln_role_alerts_in_a_week",
    "How many messages of roles that fit somebody had in seven days, each time that one was sent",
    buckets=(1, 2, 3, 4, 5, 7, 10, 20),
)
FIRST_ALERT = Histogram(
    "pln_role_first_alert_seconds",
    "From when a role was posted until the first person was told that it fits",
    buckets=(5, 30, 60, 300, 1800, 3600, 21600, 86400, 259200, 604800),
)
ROUND_UPS_LATE = Gauge(
    "pln_role_round_ups_late_seconds", "For how long the one who waits longest for a round-up of roles has done so"
)
STILL_WANTED = Counter("pln_still_wanted_total", "Answers to whether somebody still wants to be told", ["answer"])
CONCERNS_UNREAD = Gauge("pln_concerns_unread", "Concerns that nobody has read yet, by who has them", ["organisation"])
CONCERNS_UNREAD_AGE = Gauge(
    "pln_concerns_unread_oldest_age_seconds", "For how long the oldest of them waits", ["organisation"]
)
CONCERNS_UNREAD_DAYS = Gauge(
    "pln_concerns_unread_oldest_working_days",
    "How many working days have begun since the oldest came",
    ["organisation"],
)
COMPLAINTS_NEAR = Gauge(
    "pln_complaints_near_their_day",
    "Complaints about data: not acknowledged a week before their day or later; open for longer than 90 days",
    ["what"],
)


def show_concerns(unread: Mapping[str, Unread], near: int, late: int) -> None:
    """By ODS code; an organisation where none waits is not named. `near`, `late`: complaints about data."""
    for gauge in (CONCERNS_UNREAD, CONCERNS_UNREAD_AGE, CONCERNS_UNREAD_DAYS):
        gauge.clear()
    for ods, one in unread.items():
        CONCERNS_UNREAD.labels(ods).set(one.count)
        CONCERNS_UNREAD_AGE.labels(ods).set(one.seconds)
        CONCERNS_UNREAD_DAYS.labels(ods).set(one.working_days)
    COMPLAINTS_NEAR.labels("acknowledge").set(near)
    COMPLAINTS_NEAR.labels("settle").set(late)


TOLD_OF = ("role", "sessions", "called_off", "engagement", "reminder", "offer_ends", "answer_late", "access", "talk")
UNREAD = Gauge(
    "pln_conversations_unread", "Conversations in which people wrote and no staff has read it", ["organisation", "desk"]
)
UNREAD_AGE = Gauge(
    "pln_conversations_unread_oldest_age_seconds",
    "Since when the oldest of them was written, by whose desk reads it",
    ["organisation", "desk"],
)
WRITTEN = Counter("pln_conversation_messages_total", "Messages that were written in conversations", ["side"])
for _side in ("person", "organisation"):
    WRITTEN.labels(_side)
OUTCOMES = ("sent", "failed", "stale")

for _way in get_args(Way):
    REACHABLE.labels(_way)
for _answer in ("right", "wrong"):
    SHOWN.labels(_answer)
for _answer in ("yes", "weekly", "stop", "none"):
    STILL_WANTED.labels(_answer)
for _outcome in OUTCOMES:
    LISTS.labels(_outcome)
for _answer in ("yes", "no"):
    MONTHLY_CHOSEN.labels(_answer)
for _outcome in ("whole", "same", "not_there", "too_often"):
    CALENDAR_READS.labels(_outcome)
for _way in ("page", "message"):
    CALENDAR_FILES.labels(_way)
for _channel in CHANNELS:
    for _outcome in OUTCOMES:
        SENT.labels(_channel, _outcome)
for _what in ("acknowledge", "settle"):
    COMPLAINTS_NEAR.labels(_what)
for _what in TOLD_OF:
    TOLD_AFTER.labels(_what)
