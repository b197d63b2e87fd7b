"""Organisations: found by anybody; registered and closed by the network's admins."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from services.chassis.base.hands import Member, Person, Visitor
from services.chassis.http import entry, json_api
from services.chassis.http.limits import limited, words_are_sought
from services.chassis.http.lists import AskedByApi, going_on
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.identity import limits, queries, tokens
from services.identity.api import answers
from services.identity.commands import correcting, organisations
from services.identity.commands.organisations import NewOrganisation
from services.identity.domain.organisation import Facts
from services.identity.forms import Closing, Correction, Registration
from services.identity.store import organisations as store

router = APIRouter()
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
Searching = Annotated[Visitor | Person, Depends(limited(entry.anyone, limits.SEARCH, only_if=words_are_sought))]
NetworkAdmin = Annotated[Member, Depends(tokens.network_admin)]


@router.get("/organisations")
async def find_organisations(
    request: Request,
    acting: Searching,
    asked: AskedByApi,
    find: Annotated[str, Query(title="what you look for", max_length=200)] = "",
    kind: str = "",
) -> answers.Found:
    """One page of the organisations whose name holds the words, or whose ODS code it is; by name."""
    async with open_transaction(request, acting) as tx:
        page = await store.find_organisations(tx, asked, find.strip(), kind or None)
    return answers.Found(organisations=[one.public() for one in page.items], **going_on(page))


@router.get("/organisations/{ods}")
async def one_organisation(request: Request, ods: str, acting: Anyone) -> answers.WithSuccession:
    """One organisation, with who takes over from it and whom it took over from."""
    async with open_transaction(request, acting) as tx:
        found = await queries.succession(tx, ods)
    return answers.WithSuccession.build(
        **dict(found.organisation.public()),
        taken_over_by=found.taken_over_by,
        took_over_from=found.took_over_from,
        before=list(found.before),
        more_before=found.before.more,
    )


@router.post("/organisations/{ods}/organisations", status_code=201, response_model=answers.Registered)
async def register_organisation(request: Request, ods: str, body: Registration, acting: NetworkAdmin) -> Response:
    """An organisation joins. `{ods}` is the network's own code."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        new = NewOrganisation(body.ods_code, body.name, body.kind, body.valid_from, body.valid_to)
        return {"id": await organisations.register_organisation(tx, new), "ods_code": body.ods_code}

    return await json_api.write(request, acting, act, status=201)


@router.put("/organisations/{ods}", response_model=answers.Corrected)
async def correct_organisation(request: Request, ods: str, body: Correction, acting: NetworkAdmin) -> Response:
    """What is written down of the organisation, put right; what was written before is kept beside it."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        await correcting.correct(tx, ods, Facts(body.name, body.kind, body.valid_from, body.last_day))
        return {"ods_code": ods}

    return await json_api.write(request, acting, act)


@router.post("/organisations/{ods}/close", response_model=answers.Closed)
async def close_organisation(request: Request, ods: str, body: Closing, acting: NetworkAdmin) -> Response:
    """The organisation gets its last day, and those who take over."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        await organisations.close_organisation(tx, ods, last_day=body.last_day, successors=list(body.successors))
        return {"ods_code": ods, "valid_to": body.last_day}

    return await json_api.write(request, acting, act)
