"""What an opportunity is and what may happen to it. It has nothing private, so the public state is the aggregate."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from schemas.identity import Organisation
from schemas.matching import (
    Opportunity,
    OpportunityClosed,
    OpportunityPosted,
    OpportunityWithdrawn,
    Pay,
    Session,
    SessionCancelled,
    StatusDecision,
    Withdrawn,
    Work,
)
from schemas.payments import RateCard
from services.chassis.base.choices import Choice, Choices, unless
from services.chassis.base.periods import Period, london_day
from services.chassis.base.refusals import Refused
from services.matching.domain import days
from services.matching.domain.draft import EXPENSES_ONLY, Draft
from services.matching.domain.places import Allowed, check_places

WithdrawalReason = Literal["no_longer_needed", "posted_by_mistake", "postponed", "organisation_closed"]


class RateNotInForce(Refused, slug="rate-not-in-force", title="The rate is not in force", status=422, field="pay"):
    """That rate is not in force. Choose one of your organisation's rates that is in force today, or expenses only."""


class OrganisationClosed(Refused, slug="organisation-closed", title="This organisation has closed", status=409):
    """This organisation has closed, so it can no longer post opportunities. Its successor can."""


class AlreadyClosed(Refused, slug="already-closed", title="This opportunity has closed", status=409):
    """This opportunity has closed already."""


class AlreadyOver(Refused, slug="already-over", title="This role is over", status=409):
    """This role was called off, or its last session is over, so it can no longer be changed. Post another one."""


class NoLongerOpen(Refused, slug="no-longer-open", title="This opportunity is closed", status=409):
    """This opportunity is closed, so you can no longer show interest. Look at the others that are open."""


class IsAJob(Refused, slug="is-a-job", title="This is a job", status=409):
    """This is a job with a salary, so it has no sessions, places or outcome here. People apply for it on the
    organisation's own page.
    """


class NoJob(Refused, slug="no-job", title="This is no job", status=409):
    """This is a role, not a job: show interest in it here."""


class RateEndsBefore(Refused, slug="rate-ends-before", status=422, field="pay"):
    """That rate ends before the first session. Choose one that is in force on that day, or have a new one issued."""


_NOT_AS_TYPED = {"pay", "session_at", "session_hours", "work", "status_result", "status_tool", "status_on", "status_by"}


@dataclass(frozen=True)
class Terms:
    """What a draft names by its id: the rate card, and the piece of work. `allowed`: places, by policy, today."""

    rate: RateCard | None = None
    work: Work | None = None
    allowed: Allowed = field(kw_only=True)


def post(
    draft: Draft, *, by: Organisation, terms: Terms, ids: tuple[UUID, UUID], now: datetime
) -> tuple[Opportunity, OpportunityPosted]:
    """An opportunity on the feed. `ids`: the opportunity's and its first session's.

    Raises OrganisationClosed, TooManyPlaces, RateNotInForce, RateEndsBefore, and what the rules of its days raise.
    """
    today = london_day(now)
    if Period.of(by).ends_before(today):
        raise OrganisationClosed
    _check_days(draft, now=now, today=today)
    check_places(draft.places, terms.allowed)
    posted = Opportunity.build(
        id=ids[0],
        version=1,
        organisation_id=by.id,
        ods_code=by.ods_code,
        posted_at=now,
        pay=_pay(draft, by=by, rate=terms.rate, today=today),
        work=terms.work,
        status_decision=status_decision(draft.status_result, draft.status_tool, draft.status_on, draft.status_by),
        sessions=(Session(id=ids[1], starts_at=draft.session_at, hours=draft.session_hours),),
        **draft.model_dump(exclude=_NOT_AS_TYPED),
    )
    return posted, OpportunityPosted(posted)


def _check_days(draft: Draft, *, now: datetime, today: date) -> None:
    days.check_closing(draft.apply_by, now=now)
    days.check_session(draft.session_at, now=now, field="session_at")
    days.check_decision(draft.decide_by, closing=draft.apply_by)
    days.check_feedback(draft.feedback_by, after=(draft.apply_by, draft.session_at), now=now)
    days.check_term(draft.term_until, sessions=(draft.session_at,), today=today)
    days.check_status_day(draft.status_on, today=today)


def status_decision(result: str | None, tool: str | None, on: date | None, by: str) -> StatusDecision | None:
    """None where nothing is paid."""
    if not (result and tool and on):
        return None
    return StatusDecision(decided_by=by, decided_on=on, tool=tool, result=result)


def _pay(draft: Draft, *, by: Organisation, rate: RateCard | None, today: date) -> Pay | None:
    if draft.pay == EXPENSES_ONLY:
        return None
    chosen = rate_of(by, rate, today=today)
    if Period.of(chosen).ends_before(london_day(draft.session_at)):
        raise RateEndsBefore
    return pay_by(chosen)


def rate_of(by: Organisation, rate: RateCard | None, *, today: date) -> RateCard:
    """The rate, if it is the organisation's own and in force. Raises RateNotInForce."""
    if rate is None or not Period.of(rate).in_force_on(today) or rate.organisation_id != by.id:
        raise RateNotInForce
    return rate


def pay_by(rate: RateCard) -> Pay:
    """What an edition of a rate card pays, by the organisation whose it is."""
    return Pay(
        rate_card_id=rate.id,
        unit=rate.unit,
        amount_pence=rate.amount_pence,
        source=rate.source,
        payer_id=rate.organisation_id,
    )


@dataclass(frozen=True)
class PersonChoices(Choices):
    """What anybody may do with an opportunity. Interest is shown in engagements, which asks more of the person; for a
    job people apply on its organisation's own page.
    """

    show_interest: Choice
    apply: Choice


def choices_of_person(opportunity: Opportunity, *, now: datetime) -> PersonChoices:
    return PersonChoices(
        show_interest=unless(
            (opportunity.job is not None, IsAJob), (not opportunity.takes_interest(now), NoLongerOpen)
        ),
        apply=unless((opportunity.job is None, NoJob), (not is_open(opportunity, now), NoLongerOpen)),
    )


def is_open(opportunity: Opportunity, now: datetime) -> bool:
    """Until its closing date, or its last session, unless it was closed before."""
    return opportunity.closed_at is None and now < opportunity.apply_by and not opportunity.has_ended(now)


def may_close_in_time(opportunity: Opportunity) -> Choice:
    return unless((opportunity.closed_at is not None, AlreadyClosed))


def is_over(opportunity: Opportunity, now: datetime) -> bool:
    """It was called off, or its last session has ended."""
    return opportunity.withdrawn is not None or opportunity.has_ended(now)


def may_withdraw(opportunity: Opportunity, *, now: datetime) -> Choice:
    return unless((is_over(opportunity, now), AlreadyOver))


def withdraw(
    opportunity: Opportunity, *, why: WithdrawalReason, by: UUID | None, now: datetime
) -> tuple[Opportunity, OpportunityWithdrawn]:
    """Call an opportunity off, at any time until its last session is over: none that is to come takes place."""
    may_withdraw(opportunity, now=now).must()
    said = SessionCancelled(at=now, why=why if why == "organisation_closed" else "called_off", by=by)
    left = {one.id for one in opportunity.to_come(now)}
    withdrawn = opportunity.with_changes(
        withdrawn=Withdrawn(at=now, why=why),
        closed_at=opportunity.closed_at or now,
        sessions=tuple(one.with_changes(cancelled=said) if one.id in left else one for one in opportunity.sessions),
        version=opportunity.version + 1,
    )
    return withdrawn, OpportunityWithdrawn(withdrawn)


def closes_at(opportunity: Opportunity) -> datetime | None:
    """When it closes by itself: at its closing date, or when its last session ends; None once it has closed."""
    if opportunity.closed_at:
        return None
    return min(opportunity.apply_by, opportunity.ends_at or opportunity.apply_by)


def close(opportunity: Opportunity, *, now: datetime) -> tuple[Opportunity, OpportunityClosed]:
    """Its closing moment has passed."""
    may_close_in_time(opportunity).must()
    closed = opportunity.with_changes(closed_at=now, version=opportunity.version + 1)
    return closed, OpportunityClosed(closed)
