"""What may be done now with an engagement, by its person and by the organisation's coordinators."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.engagements import Engagement
from schemas.matching import Opportunity
from schemas.notifications_conversation import may_talk
from schemas.recruitment import Leader
from services.chassis.base.choices import Choice, Choices, unless
from services.chassis.base.refusals import Refused
from services.engagements.domain import answering, asking, offers, talking
from services.engagements.domain.answering import Answer, AnsweredAlready
from services.engagements.domain.comparing import may_mark
from services.engagements.domain.engagement import may_show_interest, may_withdraw
from services.engagements.domain.offers import Terms
from services.engagements.domain.refused_draws import ConfirmFirst


class NoTalkYet(Refused, slug="no-talk-yet", title="Nothing can be written here yet", status=409):
    """The two sides of a role can write to each other once a place is offered. Until then, please ring."""


def may_write(engagement: Engagement, opportunity: Opportunity) -> Choice:
    """Whether the page leads to the conversation about it, which notifications has."""
    return unless((not may_talk(engagement, opportunity), NoTalkYet))


@dataclass(frozen=True)
class PersonChoices(Choices):
    """What may be done with an engagement for its person."""

    accept: Choice
    decline: Choice
    withdraw: Choice
    show_again: Choice
    answer_talk: Choice
    cancel_talk: Choice
    undo: Choice
    tell: Choice
    talk: Choice
    take_back: Choice


def choices_of_person(
    engagement: Engagement, opportunity: Opportunity, leader: Leader | None, answer: Answer | None, *, now: datetime
) -> PersonChoices:
    undo = answering.may_undo(engagement, answer)
    return PersonChoices(
        accept=offers.may_accept(engagement, leader, now=now, role_is_over=opportunity.has_ended(now)),
        decline=answering.may_decline(engagement, answer),
        withdraw=may_withdraw(engagement),
        show_again=may_show_interest(opportunity, leader, existing=engagement, now=now),
        answer_talk=talking.may_answer(engagement, now=now),
        cancel_talk=talking.may_cancel(engagement, now=now),
        undo=undo,
        tell=undo,
        talk=may_write(engagement, opportunity),
        take_back=asking.may_take_back(engagement),
    )


@dataclass(frozen=True)
class StaffChoices(Choices):
    """What a coordinator may do with an engagement."""

    offer: Choice
    put_on_reserve: Choice
    not_choose: Choice
    mark: Choice
    propose_talk: Choice
    cancel_talk: Choice
    undo: Choice
    tell: Choice
    talk: Choice
    answer_question: Choice


def choices_of_staff(
    engagement: Engagement, leader: Leader | None, terms: Terms, answer: Answer | None, *, by: UUID, now: datetime
) -> StaffChoices:
    undo = answering.may_undo(engagement, answer)
    unanswered = unless((answer is not None and answer.stands(engagement), AnsweredAlready))
    reserve = offers.may_put_on_reserve(engagement, by=by, helped=terms.helped, waits_for_draw=terms.waits_for_draw)
    return StaffChoices(
        offer=offers.may_offer(engagement, leader, terms, by=by) and unanswered,
        put_on_reserve=reserve and unanswered,
        not_choose=answering.may_not_choose(engagement, answer, by=by) and unless((terms.is_drawn, ConfirmFirst)),
        mark=may_mark(engagement, terms.opportunity, by=by, helped=terms.helped),
        propose_talk=talking.may_propose(engagement, terms, by=by, now=now) and unanswered,
        cancel_talk=talking.may_cancel(engagement, now=now),
        undo=undo,
        tell=undo,
        talk=may_write(engagement, terms.opportunity),
        answer_question=asking.may_answer(engagement, by=by),
    )
