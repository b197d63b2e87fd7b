"""Advice on a draft is taken over by one press, and what is left of it is counted when the role is posted."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound
from services.chassis.postgres import drafts
from services.chassis.postgres.drafts import Owner, Values
from services.chassis.postgres.transaction import Transaction, new_id
from services.matching import metrics
from services.matching.domain import advice as advices
from services.matching.domain.draft import Draft
from services.matching.store import glossary


async def mended(tx: Transaction[Member], values: Mapping[str, Any], id: str, *, of: type[BaseModel] = Draft) -> Values:
    """What one press makes of a draft's answers, by field; nothing where that advice does not stand any more. `of`:
    what is filled in, a role or a job."""
    mend = advices.taken(values, id, await glossary.whole(tx), now=tx.now, of=of)
    if mend:
        tx.count(metrics.ADVICE.labels(id.partition(".")[0], "taken").inc)
    return mend or {}


async def take(
    tx: Transaction[Member],
    kind: str,
    draft_id: UUID,
    id: str,
    *,
    page_of: Mapping[str, str],
    of: type[BaseModel] = Draft,
) -> UUID | None:
    """Take one advice over into the draft as it stands now, whoever changed it last. The id of the role that it was
    posted as, if it was. `kind`: of the draft; `page_of`: on which page a field is. Raises NotFound and DraftTooLong.
    """
    draft = await drafts.lock(tx, kind, Owner(organisation_id=tx.acting.organisation_id), draft_id)
    if draft is None:
        raise NotFound
    if draft.sent_as:
        return draft.sent_as
    for field, value in (await mended(tx, draft.values, id, of=of)).items():
        page = draft.pages.get(page_of[field])
        if page:
            draft = await drafts.save(tx, draft, page_of[field], {**page.typed, field: value}, form=str(new_id()))
    return None


async def count_left(tx: Transaction[Member], draft: BaseModel, *, of: type[BaseModel] = Draft) -> None:
    """What stood on the draft when it was posted."""
    left = advices.advice(draft.model_dump(), await glossary.whole(tx), now=tx.now, of=of)
    for kind in {one.kind for one in left}:
        tx.count(metrics.ADVICE.labels(kind, "left").inc)
