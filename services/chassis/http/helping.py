"""Who acts for a person besides themselves, and who enters a page or a form as their helper. The rule stands here once.

Staff of the organisation in the address, as people and today: the person's coordinator (or who covers for them); else
whoever has the role `helper`, in the network for somebody who cannot sign in, or in an organisation to which the person
said yes. Nobody for themselves, and no organisation to which the person said no. Somebody who is not in the pool yet is
helped by those who take people into it.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from uuid import UUID

from fastapi import Request

from schemas.identity import Account, Organisation
from schemas.recruitment import Leader
from services.chassis.base.access import london_day
from services.chassis.base.hands import Machine, Member, Person, Visitor
from services.chassis.base.periods import Period
from services.chassis.base.refusals import (
    AccountNotHereYet,
    NotAllowed,
    NotFound,
    NotTheNetwork,
    Refused,
    SpeaksForThemselves,
)
from services.chassis.base.security_log import Happened
from services.chassis.http import entry
from services.chassis.http.addresses import Helping
from services.chassis.http.entry import remember, staff
from services.chassis.http.request import open_transaction, site_of
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction

HELPER = "helper"
SCREENER = "screener"
WELCOME = frozenset({SCREENER, "coordinator", HELPER})
"""Whoever of the network has one of these helps somebody who cannot sign in and is not in the pool yet."""
WELCOME_OF_LISTED = frozenset({SCREENER})
"""The same of somebody whom an organisation listed, until they have said yes."""


class NotYourself(Refused, slug="not-yourself", title="These are your own pages", status=403):
    """You cannot help yourself. Open your own pages: what you do there is done in your own name."""

    what_to_do = ""


class SaidNo(Refused, slug="said-no-to-helpers", title="They said no to this", status=403):
    """This person does not want this organisation to act for them. They can change that with their coordinator."""

    what_to_do = ""


class DidNotAsk(Refused, slug="did-not-ask-for-help", title="They act for themselves", status=403):
    """This person can sign in and has not asked your organisation to act for them. They can say yes to it first."""

    what_to_do = ""


async def on_behalf_of(request: Request, member: Member, person_id: UUID) -> Person:
    """The same hand for somebody on the phone, who cannot sign in.

    Raises NotTheNetwork, AccountNotHereYet or SpeaksForThemselves.
    """
    helper = member.helping(person_id)
    async with open_transaction(request, helper) as tx:
        organisation = await mirrors.get(tx, Organisation, member.organisation_id)
        account = await mirrors.get(tx, Account, person_id)
    if organisation is None or organisation.kind != "network":
        raise NotTheNetwork
    if account is None:
        raise AccountNotHereYet
    if account.can_sign_in:
        raise SpeaksForThemselves
    return helper


def helper(*roles: str) -> Callable[[Request, str, UUID], Awaitable[Person]]:
    """Staff of the organisation in the address (`{ods}`) who act for the person in it (`{person_id}`): besides whoever
    may act for them anyway, the network's staff with one of the roles, for somebody who cannot sign in.

    Raises NotFound to whoever may not, and for whoever speaks for themselves; NotAllowed without one of the roles.
    """

    async def enter(request: Request, ods: str, person_id: UUID) -> Person:
        no: Refused
        try:
            return remember(request, await on_behalf_of(request, await staff(*roles)(request, ods), person_id))
        except (NotTheNetwork, AccountNotHereYet, SpeaksForThemselves):
            no = NotFound()
        except NotAllowed as refused:
            no = refused
        try:
            return await may_act(request)
        except Refused:
            raise no from None

    enter.may_enter = f"helper, as staff: {', '.join(roles)}"  # pyright: ignore[reportFunctionMemberAccess]
    return enter


async def own(request: Request) -> Person:
    """Of a page of one's own: whoever is signed in, or at a helper's address whoever may act for the person in it.

    Raises SignInFirst, and what `may_act` raises.
    """
    return await may_act(request) if _is_helpers(request) else await entry.signed_in(request)


async def own_word(request: Request) -> Person:
    """The same where a person says who may act for them: after a no, who looks after them writes down the next word.

    Otherwise nobody could take back a no who cannot sign in.
    """
    return await may_act(request, after_no=True) if _is_helpers(request) else await entry.signed_in(request)


async def own_or_everybodys(request: Request) -> Visitor | Person:
    """The same of a page that is for everybody, and leads on to pages of one's own."""
    return await may_act(request) if _is_helpers(request) else await entry.anyone(request)


own.may_enter = "signed in or helper"  # pyright: ignore[reportFunctionMemberAccess]
own_word.may_enter = "signed in or helper"  # pyright: ignore[reportFunctionMemberAccess]
own_or_everybodys.may_enter = "anyone or helper"  # pyright: ignore[reportFunctionMemberAccess]


def _is_helpers(request: Request) -> bool:
    return {"ods", "person_id"} <= request.path_params.keys()


async def may_act(request: Request, *, after_no: bool = False) -> Person:
    """The hand of staff for the person in the address; the request's pages say so from now on. `after_no`: a no to the
    organisation does not stop who looks after them.

    Raises NotFound to whoever is no member today, to a program, and where nobody is known by this id; NotAllowed
    without the role; NotYourself, SaidNo and DidNotAsk.
    """
    member = await staff()(request, request.path_params["ods"])
    try:
        person_id = UUID(request.path_params["person_id"])
    except ValueError:
        raise NotFound from None
    if isinstance(member, Machine):
        raise NotFound
    if member.by == person_id:
        raise NotYourself
    acting = member.helping(person_id)
    async with open_transaction(request, acting) as tx:
        organisation = await mirrors.get(tx, Organisation, member.organisation_id)
        account = await mirrors.get(tx, Account, person_id)
        leader = await site_of(request).leader_of(tx, person_id)
        today = london_day(datetime.now(UTC))
        if organisation is None or not Period.of(organisation).in_force_on(today):
            raise NotFound
        check_may_act(member, organisation, account, leader, today=today, after_no=after_no)
        if request.method == "GET":
            tx.note(Happened.LOOKED, of=person_id, what=site_of(request).service)
    assert account
    request.state.helping = Helping(
        member.ods_code, person_id, account.called, leader.reference if leader else "", organisation.name
    )
    return remember(request, acting)


async def may_help(tx: Transaction[Member], leader: Leader) -> bool:
    """Whether whoever asks may act for somebody of the pool: a page then leads to what they can do for them."""
    member = tx.acting
    organisation = await mirrors.get(tx, Organisation, member.organisation_id)
    if organisation is None or isinstance(member, Machine) or member.by == leader.id:
        return False
    async with tx.reading_as(member.helping(leader.id)) as theirs:
        account = await mirrors.get(theirs, Account, leader.id)
    try:
        check_may_act(member, organisation, account, leader, today=london_day(datetime.now(UTC)))
    except Refused:
        return False
    return True


def check_may_act(
    member: Member,
    organisation: Organisation,
    account: Account | None,
    leader: Leader | None,
    *,
    today: date,
    after_no: bool = False,
) -> None:
    """The rule. Raises NotAllowed, SaidNo, DidNotAsk, and NotFound of somebody who is not known or was forgotten.

    Who has neither the role nor the person learns nothing of the person. Who was only listed by an organisation does
    not exist for anybody but the welcome team.
    """
    of_network = organisation.kind == "network"
    theirs = of_network and leader is not None and leader.is_looked_after_by(member.by, today)
    roles = WELCOME if leader is None and of_network else {HELPER}
    if not theirs and not member.roles & roles:
        raise NotAllowed
    if account is None or (leader is None and account.listed and not member.roles & WELCOME_OF_LISTED):
        raise NotFound
    if leader and organisation.id in leader.may_not_act and not (theirs and after_no):
        raise SaidNo
    said_yes = leader is not None and organisation.id in leader.may_act
    if not theirs and not said_yes and not (of_network and not account.can_sign_in):
        raise DidNotAsk if of_network else NotFound
