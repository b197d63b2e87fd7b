"""What the pages of recruitment and its API both show, read in the name of whoever asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from schemas.identity import Account, Organisation
from schemas.recruitment import Leader
from schemas.training import Credential, Programme
from schemas.words import training_called
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member, Person
from services.chassis.base.refusals import NotFound
from services.chassis.base.security_log import Happened
from services.chassis.postgres import files, mirrors
from services.chassis.postgres.files import KeptFile
from services.chassis.postgres.lists import Asked, Few, Page
from services.chassis.postgres.policies import Edition, on_day
from services.chassis.postgres.transaction import Transaction
from services.recruitment.domain.agreement import TO_JOIN, Days, InForce
from services.recruitment.domain.application import SCREENER, SIGNED_FORM, Application
from services.recruitment.domain.applying import PersonChoices, choices_of_person
from services.recruitment.domain.question import Question
from services.recruitment.domain.welcome import CloseToThem, StaffChoices, choices_of_staff
from services.recruitment.store import applications, leaders, policies, questions, welcome
from services.recruitment.store import closed as closed_store
from services.recruitment.store.policies import Agreed
from services.recruitment.store.welcome import EVERYTHING, Narrowed, Welcomer


@dataclass(frozen=True)
class ApplicationProgress:
    """An application, how long it has waited, and the day by which the network promises an answer.

    `days_waiting` are whole days on the calendar in London: 0 on the day on which they asked, or asked for a second
    look. `due_on`: the last day of what the welcome team does next. `holder`: what whoever of them holds it is called.
    """

    application: Application
    days_waiting: int
    answer_by: date
    due_on: date | None
    is_late: bool
    has_talked: bool
    holder: str


@dataclass(frozen=True)
class ToScreen(ApplicationProgress):
    """An application, and what the one of the welcome team who asks may do with it."""

    choices: StaffChoices


@dataclass(frozen=True)
class Closed:
    """In favour of which record somebody's was closed; while it can be undone, they ring us if that is wrong."""

    kept_reference: str
    closed_at: datetime
    undo_until: datetime
    can_be_undone: bool


@dataclass(frozen=True)
class Joining:
    """How far a person is with joining: their newest application, their place in the pool, and what they may do.

    `question`: what they are asked now; `to_agree`: the policies of which they have not agreed to the
    edition in force, once they are in the pool; `agreed_before`: whether to an earlier edition of any of these.
    """

    progress: ApplicationProgress | None
    leader: Leader | None
    choices: PersonChoices
    question: Question | None
    to_agree: Sequence[str]
    agreed_before: bool
    closed: Closed | None
    """In favour of which record theirs was closed; None of nearly everybody."""


@dataclass(frozen=True)
class Agreeing:
    """What everybody agrees to before a role, in the editions in force; `to_agree` and `agreed_before` as above."""

    in_force: InForce
    to_agree: Sequence[str]
    agreed_before: bool


@dataclass(frozen=True)
class Queue:
    """One page of those that wait, with what is around it: who is in the team, and what can still be undone."""

    page: Page[ToScreen]
    team: Few[Welcomer]
    untold: Few[Application]


async def policies_in_force(tx: Transaction) -> InForce:
    """The edition of each policy that is in force today, by kind."""
    return await policies.in_force(tx, on=london_day(tx.now))


@dataclass(frozen=True)
class AskedAbout:
    """Whom we ask what would fit them and what they need. `leader`: their place in the pool, if they have one."""

    leader: Leader | None


async def asked_about(tx: Transaction[Person]) -> AskedAbout | None:
    """The person who asks; None for somebody who is not in the pool and has not asked to join."""
    leader = await leaders.get(tx, tx.acting.person_id)
    if leader is not None and leader.status == "approved":
        return AskedAbout(leader)
    newest = await applications.newest_of_person(tx, tx.acting.person_id)
    return AskedAbout(None) if newest and newest.waits else None


async def my_joining(tx: Transaction[Person]) -> Joining:
    """How far the person who asks is."""
    person_id = tx.acting.person_id
    account = await mirrors.get(tx, Account, person_id)
    newest, leader = await applications.newest_of_person(tx, person_id), await leaders.get(tx, person_id)
    agreed = await policies.agreed_by(tx, person_id)
    to_agree = await _to_agree(tx, agreed) if leader else []
    asks = newest is not None and newest.waits and newest.more_asked_at is not None
    closed = await closed_for(tx, person_id)
    return Joining(
        progress=await _progress_of(tx, newest) if newest else None,
        leader=leader,
        choices=choices_of_person(
            newest,
            leader,
            kind=account.kind if account else "person",
            closed=closed is not None and closed.can_be_undone,
        ),
        question=await questions.waiting(tx, newest.id) if newest and asks else None,
        to_agree=to_agree,
        agreed_before=any(one.kind in to_agree for one in agreed),
        closed=closed,
    )


async def my_agreeing(tx: Transaction[Person]) -> Agreeing:
    """What the person who asks can agree to today, and whether that is left to do."""
    agreed = await policies.agreed_by(tx, tx.acting.person_id)
    to_agree = await _to_agree(tx, agreed)
    return Agreeing(await policies_in_force(tx), to_agree, any(one.kind in to_agree for one in agreed))


async def _to_agree(tx: Transaction, agreed: Few[Agreed]) -> list[str]:
    """Of what everybody agrees to, the kinds of which the edition in force is not among these."""
    in_force, known = await policies_in_force(tx), {(one.kind, one.version) for one in agreed}
    return [kind for kind in TO_JOIN if (kind, in_force[kind].version) not in known]


async def closed_for(tx: Transaction, person_id: UUID) -> Closed | None:
    """In favour of which record somebody's was closed, to themselves; None where it is not, or they ask again."""
    closed = await closed_store.get(tx, person_id)
    newest = await applications.newest_of_person(tx, person_id) if closed else None
    if closed is None or (newest and newest.waits):
        return None
    return Closed(closed.kept_reference, closed.closed_at, closed.undo_until, tx.now < closed.undo_until)


async def waiting_applications(
    tx: Transaction[Member], asked: Asked, network_id: UUID, to: Narrowed = EVERYTHING
) -> Page[ToScreen]:
    """One page of those that wait for the network's welcome team."""
    return await _each_to_screen(tx, await welcome.waiting(tx, asked, network_id, to))


async def queue(tx: Transaction[Member], asked: Asked, network_id: UUID, to: Narrowed) -> Queue:
    return Queue(
        page=await waiting_applications(tx, asked, network_id, to),
        team=await welcome.team(tx, network_id, on=london_day(tx.now)),
        untold=await welcome.untold(tx, network_id, tx.acting.by),
    )


async def answered_applications(
    tx: Transaction[Member], asked: Asked, network_id: UUID, stage: str | None
) -> Page[ToScreen]:
    """One page of the answers that people were told, the newest first."""
    return await _each_to_screen(tx, await welcome.answered(tx, asked, network_id, stage))


async def found_applications(tx: Transaction[Member], asked: Asked, network_id: UUID, words: str) -> Page[ToScreen]:
    """One page of everybody who asked, by name or reference, at whatever stage."""
    return await _each_to_screen(tx, await welcome.found(tx, asked, network_id, words))


async def own_application(tx: Transaction[Member], id: UUID) -> ToScreen | None:
    """One that the organisation which is acted for answers, to its welcome team; None for everybody else.

    Raises CloseToThem to whoever said that they are close to its person.
    """
    application = await applications.get(tx, id) if SCREENER in tx.acting.roles else None
    if application is None or application.screened_by.organisation_id != tx.acting.organisation_id:
        return None
    if tx.acting.by in application.close_to:
        raise CloseToThem
    tx.note(Happened.LOOKED, of=application.person_id, what="application")
    return _to_screen(tx, await _progress_of(tx, application))


async def questions_of(tx: Transaction, found: ApplicationProgress | None) -> Few[Question]:
    """All that its person was asked, and what they said, the newest first."""
    return await questions.of(tx, found.application.id) if found else Few[Question]()


async def signed_form(tx: Transaction, found: ApplicationProgress | None) -> KeptFile | None:
    """What is known of the photo or scan of the form on paper, where there is one."""
    return await files.newest(tx, found.application.id, SIGNED_FORM) if found else None


async def open_signed_form(tx: Transaction, found: ApplicationProgress | None) -> tuple[KeptFile, bytes]:
    """The same with its bytes. Raises NotFound where there is none, or no application that whoever asks may see."""
    form = await signed_form(tx, found)
    if form is None:
        raise NotFound
    return form, await files.content(tx, form.id)


async def leader_in_pool(tx: Transaction, person_id: UUID) -> Leader:
    """Raises NotFound for somebody who is not in the pool today."""
    leader = await leaders.get(tx, person_id)
    if leader is None or leader.status != "approved":
        raise NotFound
    tx.note(Happened.LOOKED, of=leader.id, what="leader")
    return leader


async def _each_to_screen(tx: Transaction[Member], page: Page[Application]) -> Page[ToScreen]:
    promised, today = await policies.promised_answers(tx), london_day(tx.now)
    called = {one.account_id: one.called for one in await welcome.team(tx, tx.acting.organisation_id, on=today)}
    some = [_progress(tx, one, promised, called.get(one.held_by) if one.held_by else None) for one in page.items]
    return page.with_items([_to_screen(tx, one) for one in some])


def _to_screen(tx: Transaction[Member], progress: ApplicationProgress) -> ToScreen:
    choices = choices_of_staff(progress.application, by=tx.acting.by, now=tx.now)
    return ToScreen(**vars(progress), choices=choices)


async def _progress_of(tx: Transaction, application: Application) -> ApplicationProgress:
    organisation_id, today = application.screened_by.organisation_id, london_day(tx.now)
    held_by = application.held_by
    holder = await welcome.welcomer(tx, held_by, organisation_id, on=today) if held_by else None
    return _progress(tx, application, await policies.promised_answers(tx), holder.called if holder else None)


def _progress(
    tx: Transaction, application: Application, promised: Sequence[Edition[Days]], holder: str | None
) -> ApplicationProgress:
    """What was promised on the day on which they asked, or asked for a second look, counts when another edition has
    begun since. Of an agreed talk on only so soon after it counts: the person agreed to that day."""
    asked_at = application.again_at or application.sent_at
    today, asked_on = london_day(tx.now), london_day(asked_at)
    promise = on_day(promised, asked_on) or promised[-1]
    due_on = london_day(application.due_by) if application.due_by else None
    answer_by = (application.next_is_answer and due_on) or london_day(asked_at + timedelta(days=promise.value.days))
    return ApplicationProgress(
        application=application,
        days_waiting=(today - asked_on).days,
        answer_by=answer_by,
        due_on=due_on,
        is_late=application.more_asked_at is None and (answer_by < today or (due_on is not None and due_on < today)),
        has_talked=application.has_talked_by(tx.now),
        holder=holder or "",
    )


@dataclass(frozen=True)
class Completed:
    """Training that a person completed, by its title, and the organisation that ran it."""

    credential: Credential
    title: str
    organisation: str


async def my_training(tx: Transaction[Person]) -> Few[Completed]:
    """What the person completed, newest first. Of training that was not heard of yet its code's words are shown."""
    held = await leaders.credentials(tx, tx.acting.person_id)
    programmes = await mirrors.get_each(tx, Programme, [one.programme_id for one in held])
    ran = await mirrors.get_each(tx, Organisation, [one.organisation_id for one in held])
    titles = {id: one.title for id, one in programmes.items()}
    names = {id: one.name for id, one in ran.items()}
    return held.each(
        lambda one: Completed(
            one,
            titles.get(one.programme_id) or training_called(one.credential),
            names.get(one.organisation_id, ""),
        )
    )
