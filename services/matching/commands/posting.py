"""What coordinators do with an opportunity: post it, change what it says, call it off."""

from datetime import datetime
from functools import partial
from uuid import UUID

from schemas.identity import Organisation
from schemas.matching import Opportunity, OpportunityPosted
from schemas.payments import RateCard
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction, new_id
from services.matching import metrics
from services.matching.commands import advising, changing, fitting, saving
from services.matching.domain import opportunity as opportunities
from services.matching.domain import who_answers as answers
from services.matching.domain.draft import Draft
from services.matching.domain.opportunity import Terms, WithdrawalReason
from services.matching.domain.parts import NewAnswers
from services.matching.domain.who_answers import Answers
from services.matching.store import coordinators, policies, works
from services.matching.store import opportunities as store


async def post_opportunity(tx: Transaction[Member], draft: Draft) -> UUID:
    """Put an opportunity on the common feed, at once and for everybody. Returns its id."""
    posted, event = await posted_as(tx, draft)
    await store.add(tx, posted)
    await saving.say(tx, (posted, event))
    await tx.due(fitting.tell_next, posted.id, posted.version)
    await advising.count_left(tx, draft)
    tx.count(metrics.POSTED.labels("paid" if posted.pay else "expenses").inc)
    return posted.id


async def posted_as(tx: Transaction[Member], draft: Draft) -> tuple[Opportunity, OpportunityPosted]:
    """What a draft becomes when it is posted now; nothing is kept of it but words of a piece of work sent with it."""
    organisation = await saving.own_organisation(tx)
    draft = await _with_answers(tx, draft, organisation)
    rate = await mirrors.get(tx, RateCard, draft.pay) if isinstance(draft.pay, UUID) else None
    allowed = await policies.most_places(tx, organisation.id, on=london_day(tx.now))
    terms = Terms(rate, await works.named(tx, draft.work), allowed=allowed)
    return opportunities.post(draft, by=organisation, terms=terms, ids=(new_id(), new_id()), now=tx.now)


async def reword_opportunity(
    tx: Transaction[Member], id: UUID, *, title: str, summary: str, what_will_change: str
) -> None:
    """Change its words; nothing is said when they are the same."""
    said = {"title": title, "summary": summary, "what_will_change": what_will_change}
    await changing.say_anew(tx, await saving.own(tx, id), said)


async def change_feedback_day(tx: Transaction[Member], id: UUID, feedback_by: datetime) -> None:
    """By when people are told what changed; nothing is said when it is the same day."""
    await changing.say_anew(tx, await saving.own(tx, id), {"feedback_by": feedback_by})


async def change_answers(tx: Transaction[Member], id: UUID, new: Answers) -> None:
    """Who answers for it; nothing is said where nothing changes. Raises NoSuchDesk or NotACoordinator."""
    await changing.change(tx, id, NewAnswers(**new.model_dump()))


async def _with_answers(tx: Transaction[Member], draft: Draft, organisation: Organisation) -> Draft:
    """Where nothing is said of it, whoever posts answers for it, unless they are a program."""
    answers.check_desk(draft.desk_id, organisation)
    await coordinators.must_answer(tx, draft.contact_id)
    if "contact_id" not in draft.model_fields_set and await coordinators.can_answer(tx, tx.acting.by):
        draft.contact_id = tx.acting.by
    return draft


async def withdraw_opportunity(tx: Transaction[Member], id: UUID, why: WithdrawalReason) -> bool:
    """Call an opportunity off. Its matches end, and no session takes place any more; everybody concerned is told.

    Whether it was a job: nobody is told by us of that, as nobody showed interest here.
    """
    withdrawn, event = opportunities.withdraw(await saving.own(tx, id), why=why, by=tx.acting.by, now=tx.now)
    await saving.save(tx, (withdrawn, event))
    tx.count(partial(metrics.role_changed, "called_off", withdrawn))
    return withdrawn.job is not None
