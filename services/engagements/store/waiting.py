"""Since when people wait for an organisation, and how many do, as metrics say it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from services.chassis.base.access import london_day
from services.chassis.base.working_days import working_days_left
from services.chassis.postgres.transaction import Transaction
from services.engagements import metrics
from services.engagements.domain.honesty import share_with_less
from services.engagements.store import access, honesty, intakes, questions, unanswered
from services.engagements.store.honesty import Promise

SOON = timedelta(days=2)


async def waits(tx: Transaction) -> Mapping[str, datetime | None]:
    """Since when people wait to be told what changed, for an answer, to be recorded, and for what they need."""
    by_days = await unanswered.by_days_late(tx)
    counted = dict.fromkeys(metrics.LATE, 0)
    for days, people in by_days.items():
        counted[metrics.late(days)] += people
    for days_late, people in counted.items():
        metrics.UNANSWERED.labels(days_late).set(people)
    ended = await intakes.unrecorded(tx)
    _set_unrecorded(tx, ended)
    counted = dict.fromkeys(metrics.LEFT, 0)
    for day, people in (await access.unconfirmed_by_day(tx)).items():
        counted[metrics.left(working_days_left(london_day(tx.now), day))] += people
    for left, people in counted.items():
        metrics.UNCONFIRMED.labels(left).set(people)
    metrics.RUNNING_OUT.set(await unanswered.running_out(tx, tx.now + SOON))
    late = await unanswered.undecided(tx)
    metrics.UNDECIDED.clear()
    for one in late:
        metrics.UNDECIDED.labels(one.kind, one.pay).set(one.roles)
    for kind, people in (await honesty.answers_by_kind(tx)).items():
        metrics.SAID.labels(kind).set(people)
    _set_less_say(await honesty.published(tx))
    return {
        "decision": min((one.since for one in late), default=None),
        "what_changed": await tx.fetchval("select min(outcome_due_at) from intake"),
        "answer_to_interest": await tx.fetchval(
            "select min(answer_due) from engagement where status = 'interested' and answer_due <= $1", tx.now
        ),
        "question": await questions.oldest_unanswered(tx),
        "session_to_record": ended[0] if ended else None,
        "access_to_confirm": await access.oldest_unconfirmed(tx),
        "access_to_look_at": await access.oldest_to_look_at(tx),
        "objection": await tx.fetchval(
            "select min(objected_since) from intake where opportunity ->> 'withdrawn' is null"
        ),
        "reserve_to_offer": await tx.fetchval("select min(offer_reserve_since) from intake"),
    }


def _set_unrecorded(tx: Transaction, ended: Sequence[datetime]) -> None:
    counted = dict.fromkeys(metrics.LATE, 0)
    for moment in ended:
        counted[metrics.late((tx.now - moment).days)] += 1
    for days, sessions in counted.items():
        metrics.UNRECORDED.labels(days).set(sessions)


def _set_less_say(published: Sequence[Promise]) -> None:
    """By kind, each organisation counting as much as partners said something of it."""
    people, less = Counter[str](), Counter[str]()
    for one in published:
        people[one.rung] += one.people
        less[one.rung] += round(one.people * share_with_less(one.promised, one.said))
    for kind, said in people.items():
        metrics.LESS_SAY.labels(kind).set(less[kind] / said)
