"""The JSON API of recruitment. Everything that its pages do can be done here too."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from schemas.recruitment import Leader
from services.chassis.base.files.rewriting import SafeFile
from services.chassis.base.hands import Member, Person, Visitor
from services.chassis.base.refusals import NotFound
from services.chassis.http import entry, files, helping, json_api
from services.chassis.http import policies as policy_doors
from services.chassis.http.limits import limited
from services.chassis.http.lists import AskedByApi, WordsToFind, going_on
from services.chassis.http.request import open_transaction
from services.chassis.http.uploads import takes_file
from services.chassis.postgres.files import KeptFile
from services.chassis.postgres.transaction import Transaction
from services.recruitment import answers, api_needs, limits, queries
from services.recruitment.commands import joining, pool
from services.recruitment.domain.agreement import Policy
from services.recruitment.domain.application import SCREENER, Draft
from services.recruitment.domain.profile import Answers
from services.recruitment.forms import Decline, PhoneEntry
from services.recruitment.queries import ApplicationProgress, ToScreen
from services.recruitment.store import leaders, policies, profiles

router = APIRouter()
router.include_router(policy_doors.api(policies.KINDS))
router.include_router(api_needs.router)
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
SignedIn = Annotated[Person, Depends(entry.signed_in)]
Screener = Annotated[Member, Depends(entry.staff(SCREENER))]
Staff = Annotated[Member, Depends(entry.staff())]
Applying = Annotated[Person, Depends(limited(entry.signed_in, limits.APPLY))]
EnteringByPhone = Annotated[Member, Depends(limited(entry.staff(SCREENER), limits.ENTER_BY_PHONE))]
NameOfFile = Annotated[str, Query(title="the name of the file", max_length=255)]
SendingFile = Annotated[Member, Depends(limited(entry.staff(SCREENER), limits.SEND_FILE))]


@router.get("/policies")
async def policies_in_force(request: Request, acting: Anyone) -> dict[str, Policy]:
    """The edition of each policy in force today. To agree to one is to send its version."""
    async with open_transaction(request, acting) as tx:
        return dict(await queries.policies_in_force(tx))


@router.post("/mine/application", status_code=201, response_model=json_api.OnlyId)
async def send_application(request: Request, draft: Draft, acting: Applying) -> Response:
    """Ask to join the pool of patient leaders."""

    async def act(tx: Transaction[Person]) -> dict[str, str]:
        return {"id": str(await joining.send_application(tx, draft))}

    return await json_api.write(request, acting, act, status=201)


@router.get("/mine/application")
async def my_application(request: Request, acting: SignedIn) -> answers.MyApplication:
    """The newest application of the person, and their place in the pool; each null when there is none."""
    async with open_transaction(request, acting) as tx:
        mine = await queries.my_joining(tx)
        form = await queries.signed_form(tx, mine.progress)
    progress = answers.MyProgress(**_progress(mine.progress), signed_form=_on_paper(form)) if mine.progress else None
    return answers.MyApplication(application=progress, leader=mine.leader, choices=mine.choices)


@router.get("/mine/application/signed-form", response_class=Response, responses=files.ANSWER_OF_A_FILE)
async def my_signed_form(request: Request, acting: SignedIn) -> Response:
    """The photo or scan of the form on paper, as a JPEG or a PDF."""
    async with open_transaction(request, acting) as tx:
        return files.answer(*await queries.open_signed_form(tx, (await queries.my_joining(tx)).progress))


@router.post("/mine/application/withdraw", response_model=answers.Withdrawn)
async def withdraw_application(request: Request, acting: SignedIn) -> Response:
    """Take back the application that waits."""

    async def act(tx: Transaction[Person]) -> dict[str, str]:
        await joining.withdraw_application(tx)
        return {"stage": "withdrawn"}

    return await json_api.write(request, acting, act)


@router.get("/mine/profile")
async def my_profile(request: Request, acting: SignedIn) -> answers.MyProfile:
    """What would fit the person, as they said it."""
    async with open_transaction(request, acting) as tx:
        profile = await profiles.get(tx, acting.person_id)
    if profile is None:
        raise NotFound
    return answers.MyProfile.build(**dict(profile.public()), own_words=profile.own_words)


@router.put("/mine/profile", response_model=json_api.OnlyId)
async def give_profile(request: Request, said: Answers, acting: SignedIn) -> Response:
    """Say what would fit. It takes the place of what was said before; what may be null stays where it is left out."""

    async def act(tx: Transaction[Person]) -> dict[str, str]:
        await pool.give_profile(tx, said)
        return {"id": str(acting.person_id)}

    return await json_api.write(request, acting, act)


@router.get("/mine/passport")
async def my_passport(request: Request, acting: SignedIn) -> answers.Passport:
    """The person's place in the pool, what they agreed to, and the training that they completed."""
    async with open_transaction(request, acting) as tx:
        leader = await leaders.get(tx, acting.person_id)
        agreed = await policies.agreed_by(tx, acting.person_id)
        completed = await queries.my_training(tx)
    return answers.Passport(
        leader=leader,
        agreements=list(agreed),
        credentials=[
            answers.Completed.build(**dict(one.credential), title=one.title, organisation=one.organisation)
            for one in completed
        ],
        more_agreements=agreed.more,
        more_credentials=completed.more,
    )


@router.post("/mine/leave", response_model=answers.Left)
async def leave_pool(request: Request, acting: SignedIn) -> Response:
    """Leave the pool. What one has is kept; nothing new is offered."""

    async def act(tx: Transaction[Person]) -> dict[str, str]:
        await pool.leave_pool(tx)
        return {"status": "left"}

    return await json_api.write(request, acting, act)


@router.get("/organisations/{ods}/applications")
async def waiting_applications(
    request: Request, ods: str, acting: Screener, asked: AskedByApi, find: WordsToFind
) -> answers.WaitingApplications:
    """One page of the applications that wait for an answer, oldest first. Names in full are on each one only."""
    async with open_transaction(request, acting) as tx:
        network = await joining.check_screener(tx)
        page = await queries.waiting_applications(tx, asked, network.id, find)
    return answers.WaitingApplications(
        applications=[answers.ForStaff(**_for_staff(one)) for one in page.items], **going_on(page)
    )


@router.get("/organisations/{ods}/applications/{id}")
async def one_application(request: Request, ods: str, id: UUID, acting: Screener) -> answers.ForStaffWhole:
    """One application, whole."""
    async with open_transaction(request, acting) as tx:
        await joining.check_screener(tx)
        found = await queries.own_application(tx, id)
        form = await queries.signed_form(tx, found)
    if found is None:
        raise NotFound
    one = found.application
    return answers.ForStaffWhole(**_for_staff(found), signed_form=_on_paper(form), full_name=one.full_name, why=one.why)


@router.get(
    "/organisations/{ods}/applications/{id}/signed-form", response_class=Response, responses=files.ANSWER_OF_A_FILE
)
async def signed_form(request: Request, ods: str, id: UUID, acting: Screener) -> Response:
    """The photo or scan of the form on paper, as a JPEG or a PDF."""
    async with open_transaction(request, acting) as tx:
        await joining.check_screener(tx)
        return files.answer(*await queries.open_signed_form(tx, await queries.own_application(tx, id)))


@router.put(
    "/organisations/{ods}/applications/{id}/signed-form",
    dependencies=[Depends(takes_file())],
    openapi_extra=files.BODY_OF_A_FILE,
    response_model=answers.KeptForm,
)
async def give_signed_form(
    request: Request,
    ods: str,
    id: UUID,
    acting: SendingFile,
    name: NameOfFile = "",
) -> Response:
    """Add a photo or scan of the form on paper to an application that waits; another takes its place.

    The body is the file (JPEG, PNG, WebP or PDF, at most 5 MB). A picture is drawn and a PDF written anew.
    """

    async def act(tx: Transaction[Member], form: SafeFile) -> dict[str, Any]:
        await joining.give_signed_form(tx, id, form)
        kept = _on_paper(await queries.signed_form(tx, await queries.own_application(tx, id)))
        return {"id": str(id), "signed_form": kept.model_dump() if kept else None}

    return await files.write_file(request, acting, act, name=name)


@router.post("/organisations/{ods}/applications/{id}/approve", response_model=answers.Approved)
async def approve_application(request: Request, ods: str, id: UUID, acting: Screener) -> Response:
    """Whoever applied is in the pool from now on, and told so."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        leader = await joining.approve_application(tx, id)
        return {"id": str(id), "person_id": str(leader.id), "reference": leader.reference, "rung": leader.rung}

    return await json_api.write(request, acting, act)


@router.post("/organisations/{ods}/applications/{id}/decline", response_model=answers.Declined)
async def decline_application(request: Request, ods: str, id: UUID, form: Decline, acting: Screener) -> Response:
    """Whoever applied is told why not."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await joining.decline_application(tx, id, form.reason)
        return {"id": str(id), "stage": "declined"}

    return await json_api.write(request, acting, act)


@router.post("/organisations/{ods}/phone", status_code=201, response_model=json_api.OnlyId)
async def enter_by_phone(request: Request, ods: str, entry: PhoneEntry, acting: EnteringByPhone) -> Response:
    """An application of somebody on the phone, for whom an account was made. Who entered it is kept."""
    person = await helping.on_behalf_of(request, acting, entry.person_id)

    async def act(tx: Transaction[Person]) -> dict[str, str]:
        return {"id": str(await joining.send_application(tx, entry, answers=entry))}

    return await json_api.write(request, person, act, status=201)


@router.get("/organisations/{ods}/people")
async def people_in_pool(
    request: Request, ods: str, acting: Screener, asked: AskedByApi, find: WordsToFind
) -> answers.InPool:
    """One page of the people in the pool, by name, to the network's screeners."""
    async with open_transaction(request, acting) as tx:
        await joining.check_screener(tx)
        page = await leaders.pool(tx, asked, find)
    return answers.InPool(people=list(page.items), **going_on(page))


@router.get("/organisations/{ods}/people/{id}")
async def person_in_pool(request: Request, ods: str, id: UUID, acting: Staff) -> Leader:
    """Somebody in the pool: called name, reference and rung."""
    async with open_transaction(request, acting) as tx:
        return await queries.leader_in_pool(tx, id)


def _progress(found: ApplicationProgress) -> dict[str, Any]:
    one = found.application
    return {
        "id": one.id,
        "reference": one.reference,
        "stage": one.stage,
        "sent_at": one.sent_at,
        "days_waiting": found.days_waiting if one.waits else None,
        "answer_by": found.answer_by if one.waits else None,
        "decided_at": one.decided_at,
        "reason": one.reason,
    }


def _on_paper(form: KeptFile | None) -> answers.SignedForm | None:
    if form is None:
        return None
    return answers.SignedForm(name=form.name, media_type=form.media_type, size=form.size, sha256=form.sha256)


def _for_staff(found: ToScreen) -> dict[str, Any]:
    one = found.application
    about = {"person_id": one.person_id, "called": one.called, "by_phone": one.entered_by is not None}
    return {**_progress(found), **about, "choices": found.choices}
