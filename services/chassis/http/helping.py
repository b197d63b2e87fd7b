"""Staff who act for a person: whom they may help, and who enters a page or a form as their helper.

Today the staff of the network help people who cannot sign in, and whose account the network made for them.
"""

from collections.abc import Awaitable, Callable
from uuid import UUID

from fastapi import Request

from schemas.identity import Account, Organisation
from services.chassis.base.hands import Member, Person
from services.chassis.base.refusals import AccountNotHereYet, NotFound, NotTheNetwork, SpeaksForThemselves
from services.chassis.http.entry import remember, staff
from services.chassis.http.request import open_transaction
from services.chassis.postgres import mirrors


async def on_behalf_of(request: Request, member: Member, person_id: UUID) -> Person:
    """The same hand for that person. Raises NotTheNetwork, AccountNotHereYet or SpeaksForThemselves."""
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
    """Staff of the organisation in the address (`{ods}`) who act for the person in it (`{person_id}`).

    Raises NotFound to whoever may not, and for whoever speaks for themselves; NotAllowed without one of the roles.
    """

    async def enter(request: Request, ods: str, person_id: UUID) -> Person:
        try:
            return remember(request, await on_behalf_of(request, await staff(*roles)(request, ods), person_id))
        except (NotTheNetwork, AccountNotHereYet, SpeaksForThemselves):
            raise NotFound from None

    enter.may_enter = f"helper, as staff: {', '.join(roles)}"  # pyright: ignore[reportFunctionMemberAccess]
    return enter
