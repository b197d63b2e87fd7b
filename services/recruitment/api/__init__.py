"""The JSON API of recruitment. Everything that its pages do can be done here too."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.chassis.base.hands import Member, Person, Visitor
from services.chassis.base.refusals import NotFound
from services.chassis.http import entry, files, helped, helping, json_api, organisations_data, own_data
from services.chassis.http import policies as policy_doors
from services.chassis.http.limits import limited
from services.chassis.http.lists import AskedByApi, WordsToFind, going_on
from services.chassis.http.own_api import OwnApi
from services.chassis.http.request import open_transaction
from services.chassis.postgres.files import KeptFile
from services.chassis.postgres.transaction import Transaction
from services.recruitment import answers, limits, queries
from services.recruitment.answers.duplicates import Closed
from services.recruitment.api import duplicates, mine, needs, people, registers, welcome
from services.recruitment.commands import joining, pool
from services.recruitment.domain.agreement import Policy
from services.recruitment.domain.application import SCREENER, Draft
from services.recruitment.domain.profile import Answers
from services.recruitment.forms import Agree, ChooseTime, PhoneEntry, SayMore
from services.recruitment.store import applications, holds, leaders, policies, profiles

router = APIRouter()
own = OwnApi(router)
router.include_router(own_data.api("recruitment", holds.HOLDS))
router.include_router(organisations_data.api(holds.OF_ORGANISATION))
router.include_router(policy_doors.api(policies.KINDS))
for _part in (registers, welcome, duplicates, needs, mine, people):
    router.include_router(_part.router)
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
SignedIn = Annotated[Person, Depends(helping.own)]
Screener = Annotated[Member, Depends(entry.staff(SCREENER))]
Staff = Annotated[Member, Depends(entry.staff())]
Applying = Annotated[Person, Depends(limited(helping.own, limits.APPLY))]
EnteringByPhone = Annotated[Member, Depends(limited(entry.staff(SCREENER), limits.ENTER_BY_PHONE))]


@router.get("/policies")
async def policies_in_force(request: Request, acting: Anyone) -> dict[str, Policy]:
    """The edition of each policy in force today. To agree to one is to send its version."""
    async with open_transaction(request, acting) as tx:
        return dict(await queries.policies_in_force(tx))


@own.post("/mine/application", does="apply", status_code=201, response_model=json_api.OnlyId)
async def send_application(request: Request, draft: Draft, acting: Applying) -> Response:
    """Ask to join the pool."""

    async def act(tx: Transaction[Person]) -> dict[str, str]:
        return {"id": str(await joining.send_application(tx, draft))}

    return await json_api.write(request, acting, act, status=201)


@own.get("/mine/application")
async def my_application(request: Request, acting: SignedIn) -> answers.MyApplication:
    """The newest application of the person, and their place in the pool; each null when there is none."""
    async with open_transaction(request, acting) as tx:
        mine = await queries.my_joining(tx)
        form = await queries.signed_form(tx, mine.progress)
    return answers.MyApplication(
        application=_my_progress(mine, form),
        leader=mine.leader,
        choices=mine.choices,
        to_agree=list(mine.to_agree),
        closed=Closed(**vars(mine.closed)) if mine.closed else None,
    )


def _my_progress(mine: queries.Joining, form: KeptFile | None) -> answers.MyProgress | None:
    if mine.progress is None:
        return None
    question = answers.Question.model_validate(vars(mine.question)) if mine.question else None
    return answers.MyProgress(**answers.progress(mine.progress), signed_form=answers.on_paper(form), question=question)


@own.get("/mine/application/signed-form", response_class=Response, responses=files.ANSWER_OF_A_FILE)
async def my_signed_form(request: Request, acting: SignedIn) -> Response:
    """The photo or scan of the form on paper, as a JPEG or a PDF."""
    async with open_transaction(request, acting) as tx:
        return files.answer(*await queries.open_signed_form(tx, (await queries.my_joining(tx)).progress))


@own.post("/mine/application/withdraw", does="withdraw_application", response_model=answers.Withdrawn)
async def withdraw_application(request: Request, acting: SignedIn) -> Response:
    """Take back the application that waits."""

    async def act(tx: Transaction[Person]) -> dict[str, str]:
        await joining.withdraw_application(tx)
        return {"stage": "withdrawn"}

    return await json_api.write(request, acting, act)


@own.post("/mine/application/say-more", does="say_more", response_model=answers.MyStage)
async def say_more(request: Request, said: SayMore, acting: SignedIn) -> Response:
    """Answer what the welcome team asked."""
    return await _go_on(request, acting, lambda tx: joining.say_more(tx, said.words))


@own.post("/mine/application/choose-time", does="choose_time", response_model=answers.MyStage)
async def choose_time(request: Request, chosen: ChooseTime, acting: SignedIn) -> Response:
    """Choose one of the times that were offered for a talk."""
    return await _go_on(request, acting, lambda tx: joining.choose_time(tx, chosen.time))


@own.post("/mine/application/look-again", does="look_again", response_model=answers.MyStage)
async def look_again(request: Request, acting: SignedIn) -> Response:
    """Ask that somebody else look at an answer of "not now"; once."""
    return await _go_on(request, acting, joining.look_again)


async def _go_on(request: Request, acting: Person, do: Callable[[Transaction[Person]], Awaitable[None]]) -> Response:
    async def act(tx: Transaction[Person]) -> dict[str, str]:
        await do(tx)
        newest = await applications.newest_of_person(tx, tx.acting.person_id)
        assert newest, "it went on"
        return {"stage": newest.stage}

    return await json_api.write(request, acting, act)


@own.post("/mine/agreements", does="agree", response_model=answers.AgreedTo)
async def agree(request: Request, given: Agree, acting: SignedIn) -> Response:
    """Agree to the editions in force, who joined with a name alone and was not asked then."""

    async def act(tx: Transaction[Person]) -> dict[str, list[str]]:
        await joining.agree(tx, given.model_dump())
        return {"agreed": list(given.model_dump())}

    return await json_api.write(request, acting, act)


@own.get("/mine/profile")
async def my_profile(request: Request, acting: SignedIn) -> answers.MyProfile:
    """What would fit the person, as they said it."""
    async with open_transaction(request, acting) as tx:
        profile = await profiles.get(tx, acting.person_id)
    if profile is None:
        raise NotFound
    return answers.MyProfile.build(**dict(profile.public()), own_words=profile.own_words)


@own.put("/mine/profile", does="give_profile", response_model=json_api.OnlyId)
async def give_profile(request: Request, said: Answers, acting: SignedIn) -> Response:
    """Say what would fit. It takes the place of what was said before; what may be null stays where it is left out."""

    async def act(tx: Transaction[Person]) -> dict[str, str]:
        await pool.give_profile(tx, said)
        return {"id": str(acting.person_id)}

    return await json_api.write(request, acting, act)


@own.get("/mine/passport")
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


@own.post("/mine/leave", does="leave_pool", response_model=answers.Left)
async def leave_pool(request: Request, acting: SignedIn) -> Response:
    """Leave the pool. What one has is kept; nothing new is offered."""

    async def act(tx: Transaction[Person]) -> dict[str, str]:
        await pool.leave_pool(tx)
        return {"status": "left"}

    return await json_api.write(request, acting, act)


@router.post("/organisations/{ods}/phone", status_code=201, response_model=json_api.OnlyId)
@helped.does("apply")
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
    """One page of the people in the pool, by name, to the network's welcome team."""
    async with open_transaction(request, acting) as tx:
        await joining.check_screener(tx)
        page = await leaders.pool(tx, asked, find)
    return answers.InPool(people=list(page.items), **going_on(page))


@router.get("/organisations/{ods}/people/{id}")
async def person_in_pool(request: Request, ods: str, id: UUID, acting: Staff) -> answers.PersonInPool:
    """Somebody in the pool: called name, reference and rung."""
    async with open_transaction(request, acting) as tx:
        leader = await queries.leader_in_pool(tx, id)
    return answers.PersonInPool.model_validate(leader, from_attributes=True)
