"""The JSON API of notifications. Everything that its pages do can be done here too."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas.helping import DONE, SEEN_AT
from services.chassis.base.hands import Member, Person
from services.chassis.http import entry, helped, helping, json_api, organisations_data, own_data, policies
from services.chassis.http.limits import limited
from services.chassis.http.lists import AskedByApi, ManyAskedByApi, WordsToFind, going_on
from services.chassis.http.own_api import OwnApi
from services.chassis.http.request import open_transaction, site_of
from services.chassis.postgres.transaction import Transaction
from services.notifications import (
    answers,
    api_complaints,
    api_concerns,
    api_conversations,
    api_home,
    calendar_api,
    limits,
    my_list,
    queries,
    staff_home,
    words,
)
from services.notifications.api_home import item_of, message_of
from services.notifications.commands import contact as contact_commands
from services.notifications.commands import first_sign_in, knowing, monthly
from services.notifications.commands import messages as commands
from services.notifications.domain.contact import Contact
from services.notifications.domain.message import WHO_RINGS
from services.notifications.domain.monthly import Mine
from services.notifications.entering import failure_noted, first_or_fresh, signed_in_or_shown
from services.notifications.forms import ConfirmForm, ContactBody, HelpBody, ShowBody
from services.notifications.office import api as office
from services.notifications.office import phones, register
from services.notifications.staff_home import Hosted
from services.notifications.store import helped as helped_store
from services.notifications.store import holds
from services.notifications.store.helped import Helped
from services.notifications.store.messages import ToTell
from services.notifications.store.policies import KINDS
from services.notifications.store.waiting import Kind
from services.notifications.told_forms import ListBody

router = APIRouter()
own = OwnApi(router)
router.include_router(office.router)
router.include_router(register.router)
router.include_router(calendar_api.router)
router.include_router(phones.router)
router.include_router(api_conversations.router)
router.include_router(api_concerns.router)
router.include_router(api_complaints.router)
router.include_router(policies.api(KINDS))
router.include_router(api_home.router)
router.include_router(own_data.api("notifications", holds.HOLDS))
router.include_router(organisations_data.api(holds.OF_ORGANISATION))
Own = Annotated[Person, Depends(helping.own)]
AnyMember = Annotated[Member, Depends(entry.staff())]
WhoRings = Annotated[Member, Depends(entry.staff(*WHO_RINGS))]
Looking = Annotated[Person, Depends(signed_in_or_shown)]
Showing = Annotated[Person, Depends(limited(entry.signed_in, limits.SHOW_IT_IS_YOU))]
Choosing = Annotated[Person, Depends(limited(first_or_fresh, limits.CHOOSE_CONTACT))]
Confirming = Annotated[Person, Depends(limited(entry.signed_in, limits.CONFIRM))]
ChoosingList = Annotated[Person, Depends(limited(helping.own, limits.CHOOSE_LIST))]
Entering = Annotated[Person, Depends(limited(helping.helper(*WHO_RINGS), limits.ENTER_CONTACT))]


@own.get("/mine/helped")
async def done_for_me(request: Request, acting: Own, asked: AskedByApi) -> answers.AllDoneForMe:
    """What staff did for the person, newest first, and whose hand it was."""
    async with open_transaction(request, acting) as tx:
        page = await helped_store.of_person(tx, asked, acting.person_id)
    return answers.AllDoneForMe(helped=[_helped(one) for one in page.items], **going_on(page))


@router.get("/mine/contact")
async def my_contact(request: Request, acting: Looking) -> answers.Reached:
    """How the person wants to be told; on their page only, before they said otherwise.

    Whoever has nothing to sign in with shows by this who they are: ten minutes after that it is not told any more.
    """
    async with open_transaction(request, acting) as tx:
        contact = await queries.my_contact(tx)
    return _contact(contact) if contact else answers.Reached(channel="page", address=None, verified=False)


@router.put("/mine/contact", response_model=answers.Reached)
async def choose_contact(request: Request, wanted: ContactBody, acting: Choosing) -> Response:
    """An e-mail address that is not known to be the person's is sent a link; until it is used, `verified` is false.

    Where nobody has said yet how to reach them, no fresh proof is needed.
    """

    async def act(tx: Transaction[Person]) -> answers.Reached:
        site = site_of(request)
        texts = site.settings.sends_texts
        return _contact(
            await contact_commands.choose_contact(tx, wanted.wanted(), secret=site.form_secret, texts=texts)
        )

    return await json_api.write(request, acting, act)


@own.get("/mine/monthly-list")
async def my_monthly_list(request: Request, acting: Own) -> answers.MonthlyList:
    """Whether the person gets the monthly list of open roles, and how it comes."""
    async with open_transaction(request, acting) as tx:
        return _monthly(await my_list.mine(tx))


@own.put("/mine/monthly-list", does="choose_monthly_list", response_model=answers.MonthlyList)
async def choose_monthly_list(request: Request, body: ListBody, acting: ChoosingList) -> Response:
    """Get it from now on, or not. It comes by e-mail, text or letter; nobody is rung with it."""

    async def act(tx: Transaction[Person]) -> answers.MonthlyList:
        await monthly.choose(tx, wanted=body.wanted)
        return _monthly(await my_list.mine(tx))

    return await json_api.write(request, acting, act)


@router.post("/mine/shown", response_model=answers.Shown)
async def show_it_is_me(request: Request, body: ShowBody, acting: Showing) -> Response:
    """Of whoever has nothing to sign in with: how we reach them, as they gave it. The answer is for identity's
    `POST /mine/shown`, for five minutes."""

    async def act(tx: Transaction[Person]) -> dict[str, str]:
        with failure_noted(acting):
            return {"shown": await knowing.show(tx, body.typed, secret=site_of(request).form_secret)}

    return await json_api.write(request, acting, act)


@router.post("/mine/contact/confirm", response_model=answers.Confirmed)
async def confirm_address(request: Request, form: ConfirmForm, acting: Confirming) -> Response:
    """`token`: from the link that was sent to the address. `proved`: of who has no way to sign in yet; identity's
    `POST /mailbox` takes it for five minutes, and they can sign in with this address."""

    async def act(tx: Transaction[Person]) -> dict[str, bool | str | None]:
        secret = site_of(request).form_secret
        await contact_commands.confirm_address(tx, form.token, secret=secret)
        return {"verified": True, "proved": await first_sign_in.hand_over(tx, form.token, secret=secret)}

    return await json_api.write(request, acting, act)


@router.get("/organisations/{ods}/home")
async def organisations_home(
    request: Request, ods: str, acting: AnyMember, asked: ManyAskedByApi
) -> answers.OrganisationsHome:
    """One page of what waits for the roles that this member has in the organisation, oldest first."""
    async with open_transaction(request, acting) as tx:
        name, page = await queries.own_name(tx), await staff_home.own_waiting(tx, asked)
        kinds, hosted = await staff_home.own_kinds(tx), await staff_home.hosted(tx)
    return answers.OrganisationsHome(
        ods_code=ods,
        name=name,
        kinds=[_kind(one) for one in kinds],
        waiting=[item_of(one) for one in page.items],
        hosted=[_hosted(one) for one in hosted],
        **going_on(page),
    )


@router.get("/organisations/{ods}/messages")
async def whom_to_tell(
    request: Request, ods: str, acting: WhoRings, asked: ManyAskedByApi, find: WordsToFind, unreached_after: str = ""
) -> answers.ToTell:
    """Whom the network's staff ring or write to, oldest first, and people who have not said yet how to reach them.

    `next`: of the messages; `unreached_next`, sent back as `unreached_after`: of those people.
    """
    async with open_transaction(request, acting) as tx:
        page = await queries.people_to_tell(tx, asked, find)
        unreached = await queries.people_to_reach(tx, replace(asked, sort="", after=unreached_after))
    return answers.ToTell(
        **going_on(page),
        messages=[_to_tell(one) for one in page.items],
        unreached=[answers.Unreached(person_id=one.person_id, called=one.called) for one in unreached.items],
        unreached_next=unreached.next,
    )


@router.post("/organisations/{ods}/messages/{id}/done", response_model=answers.Sent)
async def note_told(request: Request, ods: str, id: UUID, acting: WhoRings) -> Response:
    """Somebody was rung or written to, and knows."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await commands.note_told(tx, id)
        return {"id": str(id), "status": "sent"}

    return await json_api.write(request, acting, act)


@router.put("/organisations/{ods}/people/{person_id}/contact", response_model=answers.Entered)
@helped.does("choose_contact")
async def enter_contact(request: Request, ods: str, person_id: UUID, wanted: HelpBody, acting: Entering) -> Response:
    """Phone, text, post or where to meet, for somebody who cannot sign in."""

    async def act(tx: Transaction[Person]) -> dict[str, str]:
        await contact_commands.enter_contact(tx, wanted.wanted(), texts=site_of(request).settings.sends_texts)
        return {"person_id": str(person_id), "channel": wanted.channel}

    return await json_api.write(request, acting, act)


def _monthly(mine: Mine) -> answers.MonthlyList:
    return answers.MonthlyList(gets_it=mine.gets_it, wanted=mine.wanted, standing=mine.standing, channel=mine.channel)


def _hosted(one: Hosted) -> answers.Hosted:
    return answers.Hosted(ods_code=one.ods_code, name=one.name, waiting=[_kind(kind) for kind in one.waiting])


def _kind(kind: Kind) -> answers.WaitsThere:
    return answers.WaitsThere(**vars(kind), words=words.item(kind.what, kind.count))


def _helped(one: Helped) -> answers.DoneForMe:
    said = DONE.get(one.what, "Changed something")
    return answers.DoneForMe(**vars(one), words=said, link=SEEN_AT.get(one.what))


def _to_tell(one: ToTell) -> answers.MessageToTell:
    said = dict(message_of(one.message))
    return answers.MessageToTell(**said, called=one.called, address=one.address, by_text=one.by_text, apart=one.apart)


def _contact(contact: Contact) -> answers.Reached:
    return answers.Reached(
        channel=contact.way,
        address=contact.address,
        verified=contact.verified,
        format=contact.format,
        relay=contact.relay,
        ring_in=contact.ring_in,
        letters_to=contact.letters_to,
        round_up=contact.round_up,
        apart=contact.apart,
        words_in_mail=contact.words_in_mail,
    )
