"""A role or a job as people will read it once its draft is posted, made of the same as its page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import ModuleType

from schemas.matching import Opportunity, Session
from services.chassis.base.hands import Member
from services.chassis.postgres.titles import training_titles
from services.chassis.postgres.transaction import Transaction
from services.chassis.postgres.who_answers import WhoAnswers, who_answers
from services.matching import words_of_fair
from services.matching.commands import jobs, posting
from services.matching.domain.counting import demands_of
from services.matching.domain.draft import Draft
from services.matching.domain.job import JobDraft
from services.matching.store import counting
from services.matching.store.counting import FitCount


@dataclass(frozen=True)
class Previewed:
    """What `role_as_read.jinja` and `job_as_read.jinja` show, whom to ring, and about how many people it fits."""

    opportunity: Opportunity
    organisation: str
    to_come: tuple[Session, ...]
    training: Mapping[str, str]
    answers: WhoAnswers | None
    now: datetime
    fits: FitCount | None
    fair: ModuleType = words_of_fair


async def preview(tx: Transaction[Member], draft: Draft) -> Previewed:
    """Raises what posting it would."""
    role, _ = await posting.posted_as(tx, draft)
    return await _previewed(tx, role)


async def preview_job(tx: Transaction[Member], draft: JobDraft) -> Previewed:
    """Raises what posting it would."""
    job, _ = await jobs.posted_as(tx, draft)
    return await _previewed(tx, job)


async def _previewed(tx: Transaction[Member], role: Opportunity) -> Previewed:
    answers = await who_answers(tx, role)
    called = answers.organisation if answers else role.ods_code
    fits = await counting.find(tx, demands_of(role, now=tx.now))
    titles = await training_titles(tx, role.training)
    return Previewed(role, called, role.to_come(tx.now), titles, answers, tx.now, fits)
