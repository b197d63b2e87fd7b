"""The JSON API of what organisations ask others to draft: asked for, drafted, posted by one yes, or ended otherwise."""

from datetime import datetime
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, ValidationError

from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound
from services.chassis.http import entry, json_api
from services.chassis.http.lists import AskedByApi, OnePage, going_on
from services.chassis.http.request import open_transaction
from services.chassis.postgres import drafts
from services.chassis.postgres.drafts import Owner
from services.chassis.postgres.transaction import Transaction
from services.matching import metrics
from services.matching import queries_of_asked as queries
from services.matching import words_of_asked as words
from services.matching.commands import asking
from services.matching.domain.asked import Ask, AskedChoices, Declining, DraftNotReady, Said
from services.matching.domain.draft import Draft
from services.matching.draft_pages import PAGES
from services.matching.entering import or_who_drafts
from services.matching.forms import PostForm
from services.matching.store import asked as store
from services.matching.store.asked import AskedListed
from services.matching.typed import by_page

router = APIRouter()
HERE = "/organisations/{ods}/asked"
Staff = Annotated[Member, Depends(entry.staff())]
Coordinator = Annotated[Member, Depends(entry.staff("coordinator"))]
Concerned = Annotated[Member, Depends(or_who_drafts())]
Drafter = Annotated[Member, Depends(or_who_drafts("coordinator"))]


class AskedSaid(BaseModel):
    """Something that was asked for, as a list shows it."""

    id: UUID
    ods_code: str
    organisation: str
    what: str
    when_words: str
    money: str
    status: str
    asked_at: datetime
    draft_by: datetime
    opportunity_id: UUID | None

    @classmethod
    def of(cls, listed: AskedListed) -> "AskedSaid":
        asked = listed.asked
        names = cls.model_fields.keys() - {"organisation"}
        return cls.model_validate(
            {name: getattr(asked, name) for name in names} | {"organisation": listed.organisation}
        )


class LineSaid(BaseModel):
    side: str
    words: str
    said_at: datetime


class OneAskedSaid(AskedSaid):
    """All of it, what was added, and what whoever asks may do with it."""

    who_might_know: str
    why: str | None
    why_in_words: str | None
    drafting: str
    asked_by: str
    drafted_by: str
    lines: list[LineSaid]
    more_lines: bool
    draft_version: int | None
    choices: AskedChoices


class AllAsked(OnePage):
    asked: list[AskedSaid]


@router.get(HERE)
async def asked(request: Request, ods: str, acting: Staff, asked: AskedByApi) -> AllAsked:
    """One page of what the organisation asked others to draft, the newest first."""
    async with open_transaction(request, acting) as tx:
        page = await store.own(tx, asked)
    return AllAsked(asked=[AskedSaid.of(one) for one in page.items], **going_on(page))


@router.get("/organisations/{ods}/to-draft")
async def to_draft(request: Request, ods: str, acting: Coordinator, asked: AskedByApi) -> AllAsked:
    """One page of what organisations asked this one to draft, the oldest first."""
    async with open_transaction(request, acting) as tx:
        page = await store.to_draft(tx, asked)
    return AllAsked(asked=[AskedSaid.of(one) for one in page.items], **going_on(page))


@router.post(HERE, status_code=201, response_model=json_api.OnlyId)
async def ask(request: Request, ods: str, body: Ask, acting: Staff) -> Response:
    """Ask for a role in four answers. A coordinator of the host, or of the network, drafts it."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        return {"id": str(await asking.ask(tx, body))}

    return await json_api.write(request, acting, act, status=201)


@router.get(HERE + "/{id}")
async def one_asked(request: Request, ods: str, id: UUID, acting: Concerned) -> OneAskedSaid:
    """One thing that the organisation asked for: how far it is, and what was added to it."""
    async with open_transaction(request, acting) as tx:
        one = await queries.one(tx, id)
    listed = AskedSaid.of(AskedListed(one.asked, one.organisation))
    return OneAskedSaid(
        **listed.model_dump(),
        who_might_know=one.asked.who_might_know,
        why=one.asked.why,
        why_in_words=words.WHY_NOT.get(one.asked.why, one.asked.why) if one.asked.why else None,
        drafting=one.drafting,
        asked_by=one.who(one.asked.asked_by),
        drafted_by=one.who(one.asked.drafted_by),
        lines=[LineSaid(side=line.side, words=line.words, said_at=line.said_at) for line in one.lines],
        more_lines=one.lines.more,
        draft_version=one.draft_version,
        choices=one.choices,
    )


@router.post(HERE + "/{id}/lines", response_model=json_api.OnlyId)
async def add_line_to_asked(request: Request, ods: str, id: UUID, body: Said, acting: Concerned) -> Response:
    """Add a line, which both sides read."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await asking.add_line(tx, id, body.words)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@router.post(HERE + "/{id}/take-back", response_model=json_api.OnlyId)
async def take_back_asked(request: Request, ods: str, id: UUID, acting: Staff) -> Response:
    """It is not asked for any more."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await asking.take_back(tx, id)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@router.post(HERE + "/{id}/read", response_model=json_api.OnlyId)
async def read_asked(request: Request, ods: str, id: UUID, acting: Staff) -> Response:
    """Why it was declined was read: it waits for nobody any more."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await asking.read(tx, id)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@router.post(HERE + "/{id}/decline", response_model=json_api.OnlyId)
async def decline_asked(request: Request, ods: str, id: UUID, body: Declining, acting: Drafter) -> Response:
    """It cannot be drafted, and why. That is the end of it."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await asking.decline(tx, id, body)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@router.post(HERE + "/{id}/send-back", response_model=json_api.OnlyId)
async def send_back_asked(request: Request, ods: str, id: UUID, body: Said, acting: Staff) -> Response:
    """The draft is with whoever drafts it again, with what should be otherwise."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await asking.send_back(tx, id, body.words)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@router.get(HERE + "/{id}/draft")
async def asked_draft(request: Request, ods: str, id: UUID, acting: Concerned) -> Draft:
    """What was drafted, as it would be posted. 409 while it cannot be posted as it is."""
    async with open_transaction(request, acting) as tx:
        await store.one(tx, id)
        owner = Owner(organisation_id=tx.acting.organisation_id)
        return _as_posted(await drafts.find(tx, asking.DRAFT_KIND, owner, id))


@router.put(HERE + "/{id}/draft", response_model=json_api.OnlyId)
async def write_asked_draft(request: Request, ods: str, id: UUID, draft: Draft, acting: Drafter) -> Response:
    """Draft what was asked for, all at once: as it would be posted, and by the same rules. It takes the place of what
    was drafted, and waits for a yes from then on. Nothing is public yet.
    """

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        await asking.write(tx, id, draft, partial(by_page, pages=PAGES))
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@router.post(HERE + "/{id}/approve", response_model=json_api.OnlyId)
async def approve_asked(request: Request, ods: str, id: UUID, acting: Staff) -> Response:
    """Say yes: the draft is posted, and everybody sees it. Returns the id of the opportunity."""

    async def act(tx: Transaction[Member]) -> dict[str, str]:
        (await queries.to_approve(tx, id)).choices.approve.must()
        found = await drafts.lock(tx, asking.DRAFT_KIND, Owner(organisation_id=tx.acting.organisation_id), id)
        made = await asking.approve(tx, id, _as_posted(found))
        if found:
            await drafts.mark_sent(tx, found, id)
            metrics.posted(tx, found.begun)
        return {"id": str(made)}

    return await json_api.write(request, acting, act)


def _as_posted(found: drafts.Draft | None) -> Draft:
    """Raises NotFound where there is no draft any more, and DraftNotReady."""
    if found is None or found.sent_as:
        raise NotFound
    try:
        checked = PostForm.model_validate(found.values)
    except ValidationError:
        raise DraftNotReady from None
    return Draft.model_construct(_fields_set=set(Draft.model_fields), **dict(checked))
