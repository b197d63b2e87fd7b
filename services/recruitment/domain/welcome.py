"""What the network's welcome team may do with an application: take it, ask for more, talk, answer, and undo that."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from schemas.recruitment import (
    ApplicationApproved,
    ApplicationChanged,
    ApplicationDeclined,
    ApplicationMoreAsked,
    ApplicationTalkAgreed,
)
from services.chassis.base.choices import Choice, Choices, unless
from services.chassis.base.refusals import Refused
from services.recruitment.domain.application import (
    APPROVED,
    DECLINED,
    LISTED,
    NOTHING_PROMISED,
    TALKED,
    Answer,
    Application,
    Promised,
)
from services.recruitment.domain.listed import may_answer_list

MOST_TIMES = 3
"""So many times for a talk are offered at once."""
TALKED_WITHIN = timedelta(days=60)
"""A talk that took place is recorded within so long; one that is agreed lies no further ahead."""
AT_ONCE = timedelta(0)

Answered = ApplicationApproved | ApplicationDeclined


class AlreadyAnswered(Refused, slug="already-answered", title="This was answered already", status=409):
    """This application was answered or taken back already, so it cannot be answered again. Load the page again."""


class TheirsToSay(Refused, slug="theirs-to-say", title="This is theirs to say", status=409):
    """This person was on an organisation's list. They say yes or no themselves; you can only enter what they said."""


class OwnApplication(Refused, slug="own-application", title="This is your own application", status=403):
    """Nobody answers their own application. Ask somebody else in the welcome team to look at it."""


class OwnAnswer(Refused, slug="own-answer", title="Somebody else looks at this again", status=403):
    """Whoever gave the first answer does not look at it again. Hand it over to somebody else in the welcome team."""


class CloseToThem(Refused, slug="close-to-them", title="A colleague looks after this", status=403):
    """Whoever lives with this person, or is close to them, neither reads this nor holds or answers it. A colleague
    does.
    """

    what_to_do = "Go back to the list and open the next one."


class AskedAlready(Refused, slug="asked-already", title="They were asked already", status=409):
    """They were asked already, and have not answered yet. Wait for that, or ring them."""


class HeldAlready(Refused, slug="held-already", title="Somebody has taken this", status=409):
    """A colleague has taken this just now. It can be handed over on this page."""


class NotOfTheTeam(Refused, slug="not-of-the-team", status=422, field="to"):
    """This is nobody in the welcome team today. Choose somebody from the list."""


class NoSuchTime(Refused, slug="talk-out-of-reach", status=422, field="at"):
    """The talk has to be within 60 days of today. Check the day and the year."""


class TimesAreOver(Refused, slug="times-are-over", status=422, field="times"):
    """Offer up to three different times that are still to come, within 60 days."""


class SaysHow(Refused, slug="talk-how", status=422, field="how"):
    """Say how you talk when you offer times: by phone, online, in person, or by relay."""


class NothingToUndo(Refused, slug="nothing-to-undo", title="There is nothing to undo", status=409):
    """There is no answer that could still be undone. Its time is over, or it was undone already."""


class NotYourAnswer(Refused, slug="not-your-answer", title="A colleague answered this", status=403):
    """A colleague answered this. Only they can undo it, or tell the person before the time is over."""


@dataclass(frozen=True)
class StaffChoices(Choices):
    """What somebody of the welcome team may do with an application."""

    approve: Choice
    decline: Choice
    take: Choice
    hand_over: Choice
    ask_more: Choice
    agree_talk: Choice
    undo: Choice
    tell_now: Choice
    enter_yes: Choice
    enter_no: Choice
    step_back: Choice


def choices_of_staff(application: Application, *, by: UUID, now: datetime) -> StaffChoices:
    answer, work, undo = may_answer(application, by=by), may_work(application, by=by), may_undo(application, by, now)
    return StaffChoices(
        approve=answer,
        decline=answer,
        take=may_take(application, by=by),
        hand_over=work,
        ask_more=may_ask_more(application, by=by),
        agree_talk=work,
        undo=undo,
        tell_now=undo,
        enter_yes=may_answer_list(application, by=by),
        enter_no=may_answer_list(application, by=by),
        step_back=work,
    )


def may_work(application: Application, *, by: UUID) -> Choice:
    """All that moves it on, but for an answer."""
    return unless(
        (application.stage == LISTED, TheirsToSay),
        (not application.waits or application.answer is not None, AlreadyAnswered),
        (application.person_id == by, OwnApplication),
        (by in application.close_to, CloseToThem),
    )


def may_answer(application: Application, *, by: UUID) -> Choice:
    """The same for a yes and for "not now"."""
    return unless(
        (application.stage == LISTED, TheirsToSay),
        (not application.waits or application.answer is not None, AlreadyAnswered),
        (application.person_id == by, OwnApplication),
        (by in application.close_to, CloseToThem),
        (application.earlier is not None and application.earlier.by == by, OwnAnswer),
    )


def may_take(application: Application, *, by: UUID) -> Choice:
    held = application.held_by is not None
    return may_answer(application, by=by) and unless((held, HeldAlready))


def may_ask_more(application: Application, *, by: UUID) -> Choice:
    return may_work(application, by=by) and unless((application.more_asked_at is not None, AskedAlready))


def may_undo(application: Application, by: UUID, now: datetime) -> Choice:
    """By the hand that answered, until the answer is told; the same for telling it before that."""
    answer, until = application.answer, application.undo_until
    can_be = application.waits and answer is not None and until is not None and now < until
    return unless((not can_be, NothingToUndo), (answer is not None and answer.by != by, NotYourAnswer))


def take(application: Application, *, by: UUID) -> tuple[Application, ApplicationChanged]:
    """They hold it from now on, where nobody does."""
    may_take(application, by=by).must()
    return hand_over(application, by=by, to=by)


def hand_over(application: Application, *, by: UUID, to: UUID) -> tuple[Application, ApplicationChanged]:
    """`to` holds it from now on, who can answer it; also where whoever held it is away."""
    may_work(application, by=by).must()
    may_answer(application, by=to).must()
    held = replace(application, held_by=to, version=application.version + 1)
    return held, ApplicationChanged(held.public())


def step_back(application: Application, *, by: UUID) -> tuple[Application, ApplicationChanged]:
    """They live with the person, or are close to them: from now on it is for their colleagues. There is no way back."""
    may_work(application, by=by).must()
    held_by = None if application.held_by == by else application.held_by
    close_to, version = application.close_to | {by}, application.version + 1
    left = replace(application, close_to=close_to, held_by=held_by, version=version)
    return left, ApplicationChanged(left.public())


def ask_more(
    application: Application, *, by: UUID, offers_times: bool = False, now: datetime
) -> tuple[Application, ApplicationMoreAsked]:
    """It is the person's turn: to say more, or to choose one of the times for a talk."""
    may_ask_more(application, by=by).must()
    asked = replace(application, more_asked_at=now, offers_times=offers_times, version=application.version + 1)
    return asked, ApplicationMoreAsked(asked.public())


def check_offer(times: tuple[datetime, ...], how: str | None, *, now: datetime) -> None:
    """Raises SaysHow or TimesAreOver."""
    if how is None:
        raise SaysHow
    check_times(times, now=now)


def check_times(times: tuple[datetime, ...], *, now: datetime) -> None:
    """Raises TimesAreOver."""
    for place, one in enumerate(times):
        if not now < one <= now + TALKED_WITHIN:
            raise TimesAreOver().about("times", "times", place)
    if not 0 < len(set(times)) <= MOST_TIMES:
        raise TimesAreOver


def check_talk(at: datetime, *, now: datetime) -> None:
    """Raises NoSuchTime."""
    if abs(at - now) > TALKED_WITHIN:
        raise NoSuchTime


def agree_talk(
    application: Application, *, by: UUID, at: datetime, how: str, now: datetime, promised: Promised = NOTHING_PROMISED
) -> tuple[Application, ApplicationTalkAgreed]:
    """A time is agreed, or the talk took place. What they were asked before is settled by it."""
    may_work(application, by=by).must()
    check_talk(at, now=now)
    agreed = replace(application, talk_at=at, talk_how=how, more_asked_at=None, offers_times=False)
    agreed = agreed.moved(TALKED, now=now, promised=promised)
    return agreed, ApplicationTalkAgreed(agreed.public())


def approve(
    application: Application, *, by: UUID, now: datetime, undo_for: timedelta = AT_ONCE
) -> tuple[Application, Answered | ApplicationChanged]:
    """Say yes. For so long it can be undone, and is told to nobody; without that it is told at once."""
    may_answer(application, by=by).must()
    return _answer(application, Answer(APPROVED, by, now), undo_for)


def decline(
    application: Application, *, by: UUID, why: tuple[str, str], now: datetime, undo_for: timedelta = AT_ONCE
) -> tuple[Application, Answered | ApplicationChanged]:
    """Say "not now". `why`: the reason, and what would help; the person reads both, word for word."""
    may_answer(application, by=by).must()
    reason, would_help = why
    return _answer(application, Answer(DECLINED, by, now, reason, would_help), undo_for)


def _answer(
    application: Application, answer: Answer, undo_for: timedelta
) -> tuple[Application, Answered | ApplicationChanged]:
    if not undo_for:
        return tell(replace(application, answer=answer), now=answer.at)
    kept = replace(application, answer=answer, undo_until=answer.at + undo_for, version=application.version + 1)
    return kept, ApplicationChanged(kept.public())


def undo(application: Application, *, by: UUID, now: datetime) -> tuple[Application, ApplicationChanged]:
    """It waits as before. Nobody but the welcome team ever knew."""
    may_undo(application, by, now).must()
    back = replace(application, answer=None, undo_until=None, version=application.version + 1)
    return back, ApplicationChanged(back.public())


def tell_now(application: Application, *, by: UUID, now: datetime) -> tuple[Application, Answered]:
    """Before the time for undoing is over."""
    may_undo(application, by, now).must()
    return tell(application, now=now)


def tell(application: Application, *, now: datetime) -> tuple[Application, Answered]:
    """The answer that was given is so from now on, and its person is told."""
    answer = application.answer
    assert application.waits and answer, "an answer was given"
    told = replace(application, stage=answer.stage, ended_at=now, undo_until=None, due_by=None)
    told = replace(told, more_asked_at=None, offers_times=False, version=application.version + 1)
    event = ApplicationApproved if answer.stage == APPROVED else ApplicationDeclined
    return told, event(told.public())
