"""What somebody may do about joining: ask, fill in the form, say more, choose a time, ask for a second look, stop."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from schemas.recruitment import (
    ApplicationChanged,
    ApplicationOpened,
    ApplicationReopened,
    ApplicationSent,
    ApplicationTalkAgreed,
    ApplicationWithdrawn,
    Leader,
)
from services.chassis.base.choices import Choice, Choices, unless
from services.chassis.base.refusals import Refused
from services.recruitment.domain.application import (
    ASKED,
    DECLINED,
    LISTED,
    NOTHING_PROMISED,
    SENT,
    TALKED,
    WITHDRAWN,
    AlreadyInPool,
    Applicant,
    Application,
    Draft,
    Promised,
    Screening,
)


class AlreadySent(Refused, slug="already-sent", title="You have asked to join already", status=409):
    """You have asked to join already. Look at your application to see what happens next."""


class OnAList(Refused, slug="on-a-list", title="They have not answered yet", status=409):
    """An organisation brought them in with its own list, and they have not said yes or no to that. Ask that first."""


class NothingToTakeBack(Refused, slug="nothing-to-take-back", title="There is nothing to take back", status=409):
    """There is no application waiting that you could take back. It may have been answered just now."""


class NothingAsked(Refused, slug="nothing-asked", title="There is no question now", status=409):
    """No question waits for you now. You may have answered it before, or we have gone on without it."""


class NotOffered(Refused, slug="time-not-offered", status=422, field="time"):
    """This time is not one of those that we offered. Choose one of them, or write to us that none of them fits."""


class TimeIsOver(Refused, slug="time-is-over", status=422, field="time"):
    """This time is over. Choose another one, or write to us that none of them fits."""


class NothingToLookAt(Refused, slug="nothing-to-look-at", title="There is no answer to look at again", status=409):
    """There is no answer of "not now" that somebody else could look at again."""


class LookedAgain(Refused, slug="looked-again", title="Somebody else has looked at it", status=409):
    """Somebody else has looked at it again already. You can ask to join again at any time."""


class NoApplicationsFromMachines(Refused, slug="machine", title="Only people can join", status=403):
    """This account belongs to a machine. Only people can join."""


class ClosedForAnother(Refused, slug="closed-for-another", title="We keep your other record", status=409):
    """You were here twice, so we closed this record and keep your other one. If you are two people, ring us: then we
    open this one again."""


@dataclass(frozen=True)
class PersonChoices(Choices):
    """What may be done about joining for a person."""

    send: Choice
    withdraw: Choice
    say_more: Choice
    look_again: Choice


def choices_of_person(
    newest: Application | None, leader: Leader | None, *, kind: str, closed: bool = False
) -> PersonChoices:
    """`newest`: the person's last application; `leader`: their place in the pool; `kind`: their account's.

    `closed`: their record was closed in favour of another, and that can still be undone.
    """
    return PersonChoices(
        send=may_send(newest, leader, kind=kind, closed=closed),
        withdraw=may_withdraw(newest),
        say_more=may_say_more(newest),
        look_again=may_look_again(newest, closed=closed),
    )


def may_open(newest: Application | None, leader: Leader | None, *, kind: str, closed: bool = False) -> Choice:
    return unless(
        (kind == "machine", NoApplicationsFromMachines),
        (closed, ClosedForAnother),
        (leader is not None and leader.status == "approved", AlreadyInPool),
        (newest is not None and newest.stage == LISTED, OnAList),
        (newest is not None and newest.waits, AlreadySent),
    )


def may_send(newest: Application | None, leader: Leader | None, *, kind: str, closed: bool = False) -> Choice:
    """Whoever asked with their name alone can still fill in the form."""
    fills_in = newest is not None and newest.waits and newest.full_name is None
    return may_open(None if fills_in else newest, leader, kind=kind, closed=closed)


def open_asked(
    *, id: UUID, of: Applicant, to: Screening, now: datetime, promised: Promised = NOTHING_PROMISED
) -> tuple[Application, ApplicationOpened]:
    """Somebody asks with a name and one way to be reached; neither is here."""
    may_open(of.newest, of.leader, kind=of.kind, closed=of.closed).must()
    asked = _new(id=id, of=of, to=to, now=now, promised=promised)
    return asked, ApplicationOpened(asked.public())


def send(
    draft: Draft, *, id: UUID, of: Applicant, to: Screening, now: datetime, promised: Promised = NOTHING_PROMISED
) -> tuple[Application, ApplicationSent]:
    """The form is filled in: of the application that is there with a name alone, else of a new one under `id`."""
    may_send(of.newest, of.leader, kind=of.kind, closed=of.closed).must()
    if of.newest and of.newest.waits:
        before = of.newest.moved(TALKED if of.newest.stage == TALKED else SENT, now=now, promised=promised)
    else:
        before = replace(_new(id=id, of=of, to=to, now=now, promised=promised), stage=SENT)
        before = replace(before, due_by=promised.due(SENT, now))
    entered_by = of.entered_by or before.entered_by
    sent = replace(before, full_name=draft.full_name, why=draft.why, birth_year=draft.year_of_birth)
    sent = replace(sent, entered_by=entered_by)
    return sent, ApplicationSent(sent.public())


def _new(*, id: UUID, of: Applicant, to: Screening, now: datetime, promised: Promised) -> Application:
    return Application(
        id=id,
        version=1,
        person_id=of.person_id,
        screened_by=to,
        called=of.called,
        full_name=None,
        why=None,
        sent_at=now,
        stage=ASKED,
        moved_at=now,
        due_by=promised.due(ASKED, now),
        entered_by=of.entered_by,
        answer_by=now + promised.answer_within if promised.answer_within else None,
        close_to=of.newest.close_to if of.newest else frozenset(),
    )


def may_say_more(newest: Application | None) -> Choice:
    """Until their answer is told; what they say then comes before it."""
    return unless((newest is None or not newest.waits or newest.more_asked_at is None, NothingAsked))


def say_more(
    newest: Application | None, *, now: datetime, promised: Promised = NOTHING_PROMISED
) -> tuple[Application, ApplicationChanged]:
    """The person has answered what they were asked; it is the welcome team's turn."""
    may_say_more(newest).must()
    assert newest, "there is one that asks"
    said = replace(newest.moved(newest.stage, now=now, promised=promised), more_asked_at=None, offers_times=False)
    return said, ApplicationChanged(said.public())


def choose_time(
    newest: Application | None, *, at: datetime, how: str, now: datetime, promised: Promised = NOTHING_PROMISED
) -> tuple[Application, ApplicationTalkAgreed]:
    """The person takes one of the times that they were offered; the caller knows which those were."""
    may_say_more(newest).must()
    assert newest, "there is one that asks"
    if at <= now:
        raise TimeIsOver
    agreed = replace(newest, talk_at=at, talk_how=how, more_asked_at=None, offers_times=False)
    agreed = agreed.moved(TALKED, now=now, promised=promised)
    return agreed, ApplicationTalkAgreed(agreed.public())


def may_look_again(newest: Application | None, *, closed: bool = False) -> Choice:
    """Once, for as long as the application is kept."""
    return unless(
        (newest is None or newest.stage != DECLINED, NothingToLookAt),
        (newest is not None and newest.again_at is not None, LookedAgain),
        (closed, ClosedForAnother),
    )


def look_again(
    newest: Application | None, *, now: datetime, promised: Promised = NOTHING_PROMISED
) -> tuple[Application, ApplicationReopened]:
    """It waits again, for somebody else of the welcome team: whoever answered it does not answer it again."""
    may_look_again(newest).must()
    assert newest, "there is one that was answered"
    answer_by = now + promised.answer_within if promised.answer_within else newest.answer_by
    open_again = replace(newest, again_at=now, answer_by=answer_by, earlier=newest.answer, ended_at=None, held_by=None)
    return _reopened(open_again, now=now, promised=promised)


def reopen(
    ended: Application, *, now: datetime, promised: Promised = NOTHING_PROMISED
) -> tuple[Application, ApplicationReopened]:
    """It ended as the second of one person, who is another after all: it waits as before, with new targets."""
    assert ended.stage == WITHDRAWN, "it was ended"
    return _reopened(replace(ended, ended_at=None), now=now, promised=promised)


def _reopened(ended: Application, *, now: datetime, promised: Promised) -> tuple[Application, ApplicationReopened]:
    stage = TALKED if ended.talk_at else SENT if ended.full_name else ASKED
    open_again = ended.moved(stage, now=now, promised=promised)
    return open_again, ApplicationReopened(open_again.public())


def may_withdraw(newest: Application | None) -> Choice:
    return unless((newest is None or not newest.waits, NothingToTakeBack))


def withdraw(newest: Application | None, *, now: datetime) -> tuple[Application, ApplicationWithdrawn]:
    """The person no longer asks. An answer that nobody was told goes with it."""
    may_withdraw(newest).must()
    assert newest, "there is one to take back"
    gone = replace(newest, stage=WITHDRAWN, ended_at=now, version=newest.version + 1)
    gone = replace(gone, answer=None, undo_until=None, more_asked_at=None, offers_times=False, due_by=None)
    return gone, ApplicationWithdrawn(gone.public())
