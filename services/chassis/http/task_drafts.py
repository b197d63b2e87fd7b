"""The drafts of a form of several pages as a list, and one that begins with pages that are filled in already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.base.hands import SignedIn
from services.chassis.http.task_list import TaskList, Who, progress
from services.chassis.postgres import drafts
from services.chassis.postgres.drafts import Owner, Values
from services.chassis.postgres.lists import Asked, Page
from services.chassis.postgres.transaction import Transaction, new_id


@dataclass(frozen=True)
class DraftListed:
    """One draft among several: its name ("" for none yet), its address, and who changed it last."""

    called: str
    href: str
    who: str
    changed_at: datetime


async def unsent_drafts(
    tx: Transaction[Who], lists: Sequence[TaskList[Who]], params: Mapping[str, str], asked: Asked
) -> Page[DraftListed]:
    """One page of what the organisation that is acted for has not sent of these lists. `params`: of their addresses."""
    by_kind = {one.kind: one for one in lists}
    page = await drafts.unsent(tx, list(by_kind), owner_of(lists[0], tx.acting), asked)
    names = await drafts.called(tx, [one.changed_by for one in page.items if one.changed_by])
    return page.with_items(
        [
            DraftListed(
                by_kind[one.kind].called(by_kind[one.kind].asked_for(one)),
                by_kind[one.kind].at.format(**params, draft_id=one.id),
                who_changed(one.changed_by, tx.acting.by, names),
                one.changed_at,
            )
            for one in page.items
        ]
    )


async def begin_with(
    tx: Transaction[Who], tasks: TaskList[Who], params: Mapping[str, str], pages: Mapping[str, Values], *, begun: str
) -> str:
    """A draft of the organisation with these pages saved, and where it goes on: the first that is not complete.

    `begun`: a code for how it began. Raises TooManyDrafts and DraftTooLong.
    """
    owner, id = owner_of(tasks, tx.acting), new_id()
    await drafts.make(tx, tasks.kind, owner, id, pages=pages, begun=begun)
    draft, at = await drafts.find(tx, tasks.kind, owner, id), tasks.at.format(**params, draft_id=id)
    far = progress(tasks, draft, at, await tasks.known(tx), tx.now)
    return next((task.href for task in far.tasks if task.state != "Completed"), f"{at}/check")


def owner_of(tasks: TaskList[Who], acting: SignedIn) -> Owner:
    if tasks.is_shared:
        return Owner(organisation_id=acting.for_organisation)
    return Owner(account_id=acting.subject_id)


def who_changed(changed_by: UUID | None, me: UUID, names: Mapping[UUID, str]) -> str:
    """Who changed a draft last, as a page says it; "" of somebody who was forgotten."""
    if changed_by is None:
        return ""
    return "You" if changed_by == me else names.get(changed_by, "A colleague")
