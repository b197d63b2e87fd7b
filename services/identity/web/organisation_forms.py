"""The forms about an organisation: each shows its name, and its roles or kinds to choose from."""

from typing import Any

from fastapi import Request, Response

from services.chassis.base.hands import Member
from services.chassis.http.request import open_transaction, render
from services.identity import queries, words
from services.identity.domain.organisation import NETWORK


async def form_of(
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
