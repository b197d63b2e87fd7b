"""What coordinators do with a job: post it. What it says, and calling it off, is as of any opportunity."""

from uuid import UUID

from schemas.matching import Opportunity, OpportunityPosted
from services.chassis.base.hands import Member
from services.chassis.postgres.transaction import Transaction, new_id
from services.matching import metrics
from services.matching.commands import advising, fitting, saving
from services.matching.domain import job as jobs
from services.matching.domain import who_answers as answers
from services.matching.domain.job import JobDraft
from services.matching.store import coordinators
from services.matching.store import opportunities as store


async def post_job(tx: Transaction[Member], draft: JobDraft) -> UUID:
    """Put a job on the common feed, at once and for everybody. Returns its id."""
    posted, event = await posted_as(tx, draft)
    await store.add(tx, posted)
    await saving.say(tx, (posted, event))
    await tx.due(fitting.tell_next, posted.id, posted.version)
    await advising.count_left(tx, draft, of=JobDraft)
    tx.count(metrics.POSTED.labels("job").inc)
    return posted.id


async def posted_as(tx: Transaction[Member], draft: JobDraft) -> tuple[Opportunity, OpportunityPosted]:
    """What a draft becomes when it is posted now; nothing is kept of it. Where nothing is said of it, whoever posts
    answers for it, unless they are a program."""
    organisation = await saving.own_organisation(tx)
    answers.check_desk(draft.desk_id, organisation)
    await coordinators.must_answer(tx, draft.contact_id)
    if "contact_id" not in draft.model_fields_set and await coordinators.can_answer(tx, tx.acting.by):
        draft.contact_id = tx.acting.by
    return jobs.post(draft, by=organisation, id=new_id(), now=tx.now)
