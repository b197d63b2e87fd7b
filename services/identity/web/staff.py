"""Who may act for an organisation, for its admins; the network's admins register and close organisations here too."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from schemas import links
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.lists import About, AskedByPage, Columns, Search, WordsToFind, as_csv, view, wants_csv
from services.chassis.http.request import open_transaction, render
from services.chassis.http.sending import MAKES, SAYS_ONCE, button, submit
from services.chassis.postgres.lists import Asked, Page
from services.chassis.postgres.transaction import Transaction
from services.identity import queries, tokens, words
from services.identity.commands import invitations, organisations, staff
from services.identity.commands.granting import Granted
from services.identity.commands.organisations import NewOrganisation
from services.identity.domain.organisation import NETWORK
from services.identity.forms import Closing, MoreRoles, Registration
from services.identity.store import organisations as organisation_store
from services.identity.store import staff as staff_store
from services.identity.store.staff import StaffRow
from services.identity.words import ROLE_NAME

router = APIRouter()
HERE = "/organisations/for/{ods}"
Admin = Annotated[Member, Depends(tokens.admin)]
Shown = Annotated[Member, Depends(entry.fresh(tokens.admin))]
"""Who gives and takes roles shows first that it is them."""
NetworkAdmin = Annotated[Member, Depends(tokens.network_admin)]


_LIST = About(staff_store.STAFF, "membership", search=Search("Find somebody", "A part of their name"), has_csv=True)
DONE = {"waits": "That role waits for the network's finance: the two of you gave one another roles within 30 days."}
_COLUMNS: Columns[StaffRow] = {
    "Who": lambda one: one.called,
    "Machine": lambda one: "yes" if one.kind == "machine" else "no",
    "Roles": lambda one: ", ".join(ROLE_NAME.get(role, role) for role in one.roles),
    "From": lambda one: one.valid_from,
    "Until": lambda one: one.valid_to,
}


@router.get(HERE)
async def overview(request: Request, ods: str, acting: Admin, asked: AskedByPage, find: WordsToFind) -> Response:
    async def one_page(tx: Transaction[Member], asked: Asked) -> Page[StaffRow]:
        return await queries.own_staff(tx, asked, find)

    if wants_csv(request):
        return await as_csv(request, acting, asked, one_page, columns=_COLUMNS)
    async with open_transaction(request, acting) as tx:
        organisation, today = await queries.organisation(tx, ods), london_day(tx.now)
        page = await one_page(tx, asked)
        network = await organisation_store.network(tx)
        invited = await invitations.of_own(tx)
        waiting = await queries.own_waiting_roles(tx)
    assert network
    is_network = organisation.kind == NETWORK
    return render(
        request,
        "staff.jinja",
        o=organisation,
        listed=page.items,
        list=view(request, page, _LIST),
        is_network=is_network,
        by_network=not is_network and network.ods_code in acting.staff_of,
        closed=organisation.closed(today),
        waiting=waiting,
        done=confirmation(request, DONE),
        roles=ROLE_NAME,
        invited=invited,
    )


@router.get(HERE + "/staff/{account_id}/roles")
async def show_grant(request: Request, ods: str, account_id: UUID, acting: Shown) -> Response:
    return await _form(request, acting, "more_roles.jinja", {}, who=await _called(request, acting, account_id))


@router.post(HERE + "/staff/{account_id}/roles")
async def grant(request: Request, ods: str, account_id: UUID, acting: Shown) -> Response:
    async def act(tx: Transaction[Member], form: MoreRoles) -> str:
        granted = Granted(form.roles, form.valid_from, form.valid_to)
        given = await staff.grant(tx, account_id, granted, tokens.letters_of(request))
        at = HERE.format(ods=ods)
        return at if given else confirmed(at, "waits")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        who = await _called(request, acting, account_id)
        return await _form(request, acting, "more_roles.jinja", values, errors=errors, who=who)

    return await submit(request, acting, MoreRoles, act, again, kind=MAKES)


@router.post(HERE + "/memberships/{membership_id}/end")
async def end(request: Request, ods: str, membership_id: UUID, acting: Shown) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await staff.end_membership(tx, membership_id, tokens.letters_of(request))
        return HERE.format(ods=ods)

    return await button(request, acting, act)


@router.get(HERE + "/register")
async def show_register(request: Request, ods: str, acting: NetworkAdmin) -> Response:
    return await _form(request, acting, "register.jinja", {})


@router.post(HERE + "/register")
async def register(request: Request, ods: str, acting: NetworkAdmin) -> Response:
    async def act(tx: Transaction[Member], form: Registration) -> str:
        new = NewOrganisation(form.ods_code, form.name, form.kind, form.valid_from, form.valid_to)
        await organisations.register_organisation(tx, new)
        return HERE.format(ods=form.ods_code)

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _form(request, acting, "register.jinja", values, errors=errors)

    return await submit(request, acting, Registration, act, again, kind=MAKES)


@router.get(HERE + "/close")
async def show_close(request: Request, ods: str, acting: NetworkAdmin) -> Response:
    return await _form(request, acting, "close.jinja", {}, about=ods)


@router.post(HERE + "/close")
async def close(request: Request, ods: str, acting: NetworkAdmin) -> Response:
    async def act(tx: Transaction[Member], form: Closing) -> str:
        await organisations.close_organisation(tx, ods, last_day=form.last_day, successors=list(form.successors))
        return f"{links.ORGANISATIONS}/{ods}"

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _form(request, acting, "close.jinja", values, errors=errors, about=ods)

    return await submit(request, acting, Closing, act, again, kind=SAYS_ONCE)


async def _form(
    request: Request,
    acting: Member,
    template: str,
    values: dict[str, Any],
    *,
    errors: dict[str, str] | None = None,
    about: str = "",
    who: str = "",
) -> Response:
    """A form about the organisation that is acted for, or about another one that the network looks after."""
    async with open_transaction(request, acting) as tx:
        organisation = await queries.organisation(tx, about or acting.ods_code or "")
    return render(
        request,
        template,
        o=organisation,
        values=values,
        errors=errors or {},
        roles=words.ROLE if organisation.kind == NETWORK else words.ROLE_OF_ANY_ORGANISATION,
        kinds=words.KIND_TO_REGISTER,
        who=who,
    )


async def _called(request: Request, acting: Member, account_id: UUID) -> str:
    """What somebody on the organisation's list is called. Raises NotFound."""
    async with open_transaction(request, acting) as tx:
        called = await queries.called_of_own_staff(tx, account_id)
    if called is None:
        raise NotFound
    return called
