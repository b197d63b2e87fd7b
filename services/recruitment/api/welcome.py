"""The JSON API of the network's welcome team: who waits, what was answered, and all that the team does."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from services.chassis.base.access import london_day
from services.chassis.base.files.rewriting import SafeFile
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound
from services.chassis.http import entry, files, json_api
from services.chassis.http.limits import limited
from services.chassis.http.lists import AskedByApi, WordsToFind, going_on
from services.chassis.http.request import open_transaction
from services.chassis.http.uploads import takes_file
from services.chassis.postgres.transaction import Transaction
from services.recruitment import answers, limits, queries
from services.recruitment.commands import joining, welcoming
from services.recruitment.domain.application import SCREENER, Answer, Application
from services.recruitment.forms import AskMoreOrOffer, Decline, HandOver, Talk, TellNow
from services.recruitment.store import applications, leaders, welcome
from services.recruitment.store.welcome import Narrowed

router = APIRouter()
Welcomer = Annotated[Member, Depends(entry.staff(SCREENER))]
SendingFile = Annotated[Member, Depends(limited(entry.staff(SCREENER), limits.SEND_FILE))]
NameOfFile = Annotated[str, Query(title="the name of the file", max_length=255)]
OfStage = Annotated[Literal["asked", "sent", "talked"] | None, Query(title="the stage")]
OfAnswer = Annotated[Literal["approved", "declined"] | None, Query(title="the answer")]
LIST = "/organisations/{ods}/applications"
ONE = LIST + "/{id}"


@router.get(LIST)
async def waiting_applications(
    request: Request, ods: str, acting: Welcomer, asked: AskedByApi, find: WordsToFind, stage: OfStage = None
) -> answers.WaitingApplications:
    """One page of the applications that wait for an answer, oldest first. Names in full are on each one only."""
    async with open_transaction(request, acting) as tx:
        network = await joining.check_screener(tx)
        page = await queries.waiting_applications(tx, asked, network.id, Narrowed(find, stage))
    return answers.WaitingApplications(
        applications=[answers.ForStaff(**for_staff(one)) for one in page.items], **going_on(page)
    )


@router.get("/organisations/{ods}/answered-applications")
async def answered_applications(
    request: Request, ods: str, acting: Welcomer, asked: AskedByApi, stage: OfAnswer = None
) -> answers.Applications:
    """One page of the answers that people were told, the newest first."""
    async with open_transaction(request, acting) as tx:
        network = await joining.check_screener(tx)
        page = await queries.answered_applications(tx, asked, network.id, stage)
    return answers.Applications(
        applications=[answers.ForStaff(**for_staff(one)) for one in page.items], **going_on(page)
    )


@router.get("/organisations/{ods}/all-applications")
async def all_applications(
    request: Request, ods: str, acting: Welcomer, asked: AskedByApi, find: WordsToFind
) -> answers.Applications:
    """One page of everybody who asked, by the start of their called name or by the reference, at whatever stage."""
    async with open_transaction(request, acting) as tx:
        network = await joining.check_screener(tx)
        page = await queries.found_applications(tx, asked, network.id, find)
    return answers.Applications(
        applications=[answers.ForStaff(**for_staff(one)) for one in page.items], **going_on(page)
    )


@router.get("/organisations/{ods}/welcome-team")
async def welcome_team(request: Request, ods: str, acting: Welcomer) -> answers.WelcomeTeam:
    """Who is in the welcome team today, and how many of those who wait each holds."""
    async with open_transaction(request, acting) as tx:
        network = await joining.check_screener(tx)
        team = await welcome.team(tx, network.id, on=london_day(tx.now))
    return answers.WelcomeTeam(team=[answers.Welcomer(**vars(one)) for one in team], more=team.more)


@router.get(ONE)
async def one_application(request: Request, ods: str, id: UUID, acting: Welcomer) -> answers.ForStaffWhole:
    """One application, whole."""
    async with open_transaction(request, acting) as tx:
        await joining.check_screener(tx)
        found = await queries.own_application(tx, id)
        form = await queries.signed_form(tx, found)
        asked = await queries.questions_of(tx, found)
    if found is None:
        raise NotFound
    one = found.application
    return answers.ForStaffWhole(
        **for_staff(found),
        signed_form=answers.on_paper(form),
        full_name=one.full_name,
        year_of_birth=one.birth_year,
        why=one.why,
        questions=[answers.Asked.model_validate(vars(question)) for question in asked],
        more_questions=asked.more,
        earlier=_given(one.earlier, None),
    )


@router.get(ONE + "/signed-form", response_class=Response, responses=files.ANSWER_OF_A_FILE)
async def signed_form(request: Request, ods: str, id: UUID, acting: Welcomer) -> Response:
    """The photo or scan of the form on paper, as a JPEG or a PDF."""
    async with open_transaction(request, acting) as tx:
        await joining.check_screener(tx)
        return files.answer(*await queries.open_signed_form(tx, await queries.own_application(tx, id)))


@router.put(
    ONE + "/signed-form",
    dependencies=[Depends(takes_file())],
    openapi_extra=files.BODY_OF_A_FILE,
    response_model=answers.KeptForm,
)
async def give_signed_form(
    request: Request, ods: str, id: UUID, acting: SendingFile, name: NameOfFile = ""
) -> Response:
    """Add a photo or scan of the form on paper to an application that waits; another takes its place.

    The body is the file (JPEG, PNG, WebP or PDF, at most 5 MB). A picture is drawn and a PDF written anew.
    """

    async def act(tx: Transaction[Member], form: SafeFile) -> dict[str, Any]:
        await welcoming.give_signed_form(tx, id, form)
        kept = answers.on_paper(await queries.signed_form(tx, await queries.own_application(tx, id)))
        return {"id": str(id), "signed_form": kept.model_dump() if kept else None}

    return await files.write_file(request, acting, act, name=name)


@router.post(ONE + "/take", response_model=answers.Stage)
async def take_application(request: Request, ods: str, id: UUID, acting: Welcomer) -> Response:
    """Hold it from now on, where nobody does."""
    return await _do(request, acting, id, lambda tx: welcoming.take(tx, id))


@router.post(ONE + "/step-back", response_model=answers.Stage)
async def step_back(request: Request, ods: str, id: UUID, acting: Welcomer) -> Response:
    """Whoever asks lives with the person, or is close to them: a colleague holds it and answers it. It stays so."""
    return await _do(request, acting, id, lambda tx: welcoming.step_back(tx, id))


@router.post(ONE + "/hand-over", response_model=answers.Stage)
async def hand_over_application(request: Request, ods: str, id: UUID, body: HandOver, acting: Welcomer) -> Response:
    """Somebody else of the welcome team holds it from now on."""
    return await _do(request, acting, id, lambda tx: welcoming.hand_over(tx, id, body.to))


@router.post(ONE + "/ask-more", response_model=answers.Stage)
async def ask_more(request: Request, ods: str, id: UUID, body: AskMoreOrOffer, acting: Welcomer) -> Response:
    """Ask the person to say more, or offer them times for a talk. They are told, and it is their turn."""
    times = tuple(body.times)
    return await _do(request, acting, id, lambda tx: welcoming.ask_more(tx, id, body.words, times=times, how=body.how))


@router.post(ONE + "/talk", response_model=answers.Stage)
async def agree_talk(request: Request, ods: str, id: UUID, body: Talk, acting: Welcomer) -> Response:
    """A time for a talk was agreed; or, with one that is over, the talk took place."""
    return await _do(request, acting, id, lambda tx: welcoming.agree_talk(tx, id, at=body.at, how=body.how))


@router.post(ONE + "/approve", response_model=answers.Answered)
async def approve_application(
    request: Request, ods: str, id: UUID, acting: Welcomer, body: TellNow | None = None
) -> Response:
    """Say yes. When the time in which it can be undone is over, or at once, they are in the pool, and told so."""
    now = bool(body and body.tell_now)
    return await _answer(request, acting, lambda tx: welcoming.approve_application(tx, id, tell_now=now))


@router.post(ONE + "/decline", response_model=answers.Answered)
async def decline_application(request: Request, ods: str, id: UUID, form: Decline, acting: Welcomer) -> Response:
    """Say "not now", with why and what would help; the person reads both when the time for undoing is over."""
    given = form.model_dump()
    return await _answer(request, acting, lambda tx: welcoming.decline_application(tx, id, **given))


@router.post(ONE + "/undo", response_model=answers.Stage)
async def undo_answer(request: Request, ods: str, id: UUID, acting: Welcomer) -> Response:
    """Take back an answer that its person was not told. It waits as before."""
    return await _do(request, acting, id, lambda tx: welcoming.undo_answer(tx, id))


@router.post(ONE + "/tell-now", response_model=answers.Answered)
async def tell_answer_now(request: Request, ods: str, id: UUID, acting: Welcomer) -> Response:
    """Tell the person before the time for undoing is over."""
    return await _answer(request, acting, lambda tx: welcoming.tell_now(tx, id))


Act = Callable[[Transaction[Member]], Coroutine[Any, Any, Any]]


async def _do(request: Request, acting: Member, id: UUID, do: Act) -> Response:
    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await do(tx)
        moved = await applications.get(tx, id)
        assert moved, "it was locked"
        return {"id": str(id), "stage": moved.stage}

    return await json_api.write(request, acting, act)


async def _answer(request: Request, acting: Member, do: Act) -> Response:
    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        answered: Application = await do(tx)
        leader = await leaders.get(tx, answered.person_id) if answered.decided_at else None
        said = answers.Answered(
            id=answered.id,
            person_id=answered.person_id,
            stage=answered.stage,
            undo_until=answered.undo_until,
            reference=leader.reference if leader else None,
            rung=leader.rung if leader else None,
        )
        return said.model_dump(mode="json")

    return await json_api.write(request, acting, act)


def for_staff(found: queries.ToScreen) -> dict[str, Any]:
    one = found.application
    return {
        **answers.progress(found),
        "person_id": one.person_id,
        "called": one.called,
        "by_phone": one.entered_by is not None,
        "is_late": found.is_late,
        "held_by": one.held_by,
        "answer": _given(one.answer, one),
        "choices": found.choices,
    }


def _given(answer: Answer | None, of: Application | None) -> answers.GivenAnswer | None:
    if answer is None:
        return None
    return answers.GivenAnswer(**vars(answer), undo_until=of.undo_until if of else None)
