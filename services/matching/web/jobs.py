"""Staff pages: post a job with a salary, page by page, with a draft that the organisation's coordinators share."""

from collections.abc import Mapping
from typing import Any

from services.chassis.base.hands import Member
from services.chassis.http import entry
from services.chassis.http.task_list import Preview, TaskList, TaskPage
from services.chassis.http.task_pages import routes
from services.chassis.postgres.drafts import Values
from services.chassis.postgres.transaction import Transaction
from services.matching import previewing, queries
from services.matching.commands import advising, venues
from services.matching.commands.jobs import post_job
from services.matching.domain.job import JobDraft
from services.matching.forms import JobForm, words_for_job_errors
from services.matching.queries import ForJob
from services.matching.web.drafting import called, closes_in_time, made, names_a_coordinator, names_a_desk


def usually(known: ForJob) -> dict[str, str]:
    return known.usually()


async def mended(tx: Transaction[Member], values: Mapping[str, Any], pressed: str) -> Values:
    """As of a role."""
    if pressed.startswith(venues.PRESSED):
        return await venues.filled_in(tx, pressed)
    return await advising.mended(tx, values, pressed, of=JobDraft)


JOBS = TaskList(
    kind="job",
    title="Post a job",
    at="/opportunities/for/{ods}/jobs/drafts/{draft_id}",
    new="/opportunities/for/{ods}/jobs/new",
    back="/opportunities/for/{ods}",
    pages=(
        TaskPage(
            "job",
            "The job",
            "post_job.jinja",
            ("title", "summary", "role_type", "strand", "rung", "what_will_change"),
        ),
        TaskPage(
            "terms",
            "Salary, time and place",
            "post_job_terms.jinja",
            ("salary", "time_commitment", "mode", "place", "district", "expertise_level"),
            beside="post_venues.jinja",
        ),
        TaskPage(
            "apply",
            "How people apply, and whom they can ask",
            "post_job_apply.jinja",
            ("link", "apply_by", "desk_id", "contact_id"),
        ),
    ),
    model=JobForm,
    enter=entry.staff("coordinator"),
    send=post_job,
    made=made,
    confirms="posted",
    submit="Post it on the feed",
    intro="post_job_intro.jinja",
    next="post_job_next.jinja",
    known=queries.for_job,
    checks=(closes_in_time, names_a_desk, names_a_coordinator),
    begins=usually,
    words_for_errors=words_for_job_errors,
    called=called,
    preview=Preview("post_job_preview.jinja", previewing.preview_job),
    beside="post_beside.jinja",
    mend=mended,
)
PAGE_OF = {name: page.slug for page in JOBS.pages for name in page.fields}
router = routes(JOBS)
