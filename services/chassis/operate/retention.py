"""How long the tables of the chassis keep what, and the job that deletes it. The rooms' own rules are in their jobs.

Stated for people in services/README.md, which a test holds to this.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from services.chassis.postgres import drafts
from services.chassis.work.reactions import Reactions
from services.chassis.work.scheduler import Clock, Job

AT_ONCE = 5000
"""Rows a transaction: a purge that fell behind holds no lock for long and runs into no time limit."""
EVERY = timedelta(hours=1)

log = structlog.get_logger()

# Not before a roll came a day after it, or that roll would find nothing to say again and Kafka would not compact what
# this event replaced: after a service was away for longer than a week.
_OUTBOX = """
delete from outbox where seq in (
    select seq from outbox where published_at < clock_timestamp() - $1::interval
        and published_at < (select started_at - interval '1 day' from job
            where name = 'roll_segments' and ended_at is not null and error is null)
        and not exists (select from said_again where said_again.seq = outbox.seq)
    order by seq limit $2)
"""
_SPENT_KEYS = """
delete from spent_key where ctid in (
    select ctid from spent_key where spent_at < clock_timestamp() - $1::interval limit $2)
"""
# What nobody settled in time is let go by the network itself, with a note like that of an operator.
_PARKED = """
with gone as (
    delete from parked where id in (
        select id from parked where parked_at < clock_timestamp() - $1::interval order by id limit $2 for update)
    returning topic, partition, "offset", error)
insert into settled (who, what, how, about, error)
select 'network', 'record', 'expired', topic || ' ' || partition || ':' || "offset", error from gone
"""
_SETTLED = """
delete from settled where seq in (
    select seq from settled where at < clock_timestamp() - $1::interval order by seq limit $2)
"""
# The version stays, so that an instance that still has the reaction does not do it all again.
_HANDLED = """
update handled set state = null, hash = null where (reaction, id) in (
    select reaction, id from handled where (state is not null or hash is not null) and reaction <> all($3::text[])
        and handled_at < clock_timestamp() - $1::interval limit $2)
"""
_JOBS = """
delete from job where name in (
    select name from job where name <> all($3::text[]) and started_at < clock_timestamp() - $1::interval limit $2)
"""
# Each says itself on which day it goes; the day is the one in London, as for people.
_FILES = """
delete from file where id in (
    select id from file where erase_on <= london_day(clock_timestamp() - $1::interval)
    order by erase_on limit $2)
"""
_DRAFTS = """
delete from draft where id in (
    select id from draft where changed_at < clock_timestamp() - $1::interval order by changed_at limit $2)
"""


_COUNTS = """
delete from request_count where (name, scope, who, starts_at) in (
    select name, scope, who, starts_at from request_count where ends_at < clock_timestamp() - $1::interval
    order by ends_at limit $2)
"""


_TAKEN = """
delete from data_taken where id in (
    select id from data_taken where taken_at < clock_timestamp() - $1::interval order by taken_at limit $2)
"""


@dataclass(frozen=True)
class RetentionRule:
    """What is kept for how long, from when, and the statement that deletes it: $1 its age, $2 rows at once."""

    job: str
    what: str
    keep: timedelta
    sql: str

    @property
    def how_long(self) -> str:
        """In words for people."""
        if timedelta(0) < self.keep < timedelta(days=1):
            return "1 hour" if self.keep == EVERY else f"{self.keep // EVERY} hours"
        return f"{self.keep.days} days" if self.keep else "until the day that each of them names"


OUTBOX = RetentionRule("purge_outbox", "events in the outbox, after they were sent", timedelta(days=7), _OUTBOX)
SPENT_KEYS = RetentionRule("purge_spent_keys", "idempotency keys, with the answer", timedelta(days=90), _SPENT_KEYS)
PARKED = RetentionRule("purge_parked", "parked records that nobody settled", timedelta(days=90), _PARKED)
SETTLED = RetentionRule(
    "purge_settled", "notes of what was retried, discarded or expired", timedelta(days=730), _SETTLED
)
HANDLED = RetentionRule(
    "purge_handled", "what reactions saw last that the code no longer has", timedelta(days=30), _HANDLED
)
JOBS = RetentionRule("purge_jobs", "runs of jobs that the code no longer has", timedelta(days=90), _JOBS)
FILES = RetentionRule("purge_files", "files that people sent", timedelta(0), _FILES)
DRAFTS = RetentionRule("purge_drafts", "drafts, sent or not, after their last change", drafts.KEPT_FOR, _DRAFTS)
COUNTS = RetentionRule(
    "purge_counts", "how often something was done, after the time for which it counts", EVERY, _COUNTS
)
TAKEN = RetentionRule("purge_taken", "who took which file of an organisation's own data", timedelta(days=730), _TAKEN)
RULES = (OUTBOX, SPENT_KEYS, PARKED, SETTLED, HANDLED, JOBS, FILES, DRAFTS, COUNTS, TAKEN)


def jobs(reactions: Reactions, all_jobs: Callable[[], Sequence[Job]]) -> list[Job]:
    """A job for each rule, so that each is measured and its failure seen."""

    def known(rule: RetentionRule) -> list[list[str]]:
        if rule is HANDLED:
            return [list(reactions.named)]
        return [[job.name for job in all_jobs()]] if rule is JOBS else []

    def purging(rule: RetentionRule) -> Job:
        async def work(clock: Clock) -> None:
            while await _some(clock, rule, known(rule)) == AT_ONCE:
                pass

        return Job(rule.job, EVERY, work)

    return [purging(rule) for rule in RULES]


async def _some(clock: Clock, rule: RetentionRule, names: list[list[str]]) -> int:
    """Delete up to AT_ONCE rows; how many it were."""
    async with clock.transaction() as tx:
        done = int((await tx.execute(rule.sql, rule.keep, AT_ONCE, *names)).rpartition(" ")[2])
    if done and rule is PARKED:
        log.warning("parked records that nobody settled are let go", service=clock.service, count=done)
    return done
