"""What saving one page of a draft, and sending the whole, do in one transaction."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.base.refusals import NotFound, Refused
from services.chassis.http.task_list import Errors, Progress, TaskList, TaskPage, Who, progress
from services.chassis.postgres import drafts
from services.chassis.postgres.drafts import Draft, Owner, SavedPage, Values
from services.chassis.postgres.transaction import Transaction, new_id


class ChangedMeanwhile(Refused, slug="changed-meanwhile", title="This was changed meanwhile", status=409):
    """This draft was changed after you opened the page, so nothing was done with it. Look at it again first."""


class NotAllFilledIn(Exception):
    """Some pages are not completed, or what they say together is refused. `wrong`: address → words."""

    def __init__(self, wrong: Errors) -> None:
        super().__init__()
        self.wrong = wrong


@dataclass(frozen=True)
class Place:
    """Which draft a request is about. `at`: the address of its list. `begins`: one is made if there is none."""

    owner: Owner
    at: str
    draft_id: UUID | None = None
    begins: bool = False


@dataclass(frozen=True)
class Sent:
    """One page as a form sent it: the version of the page that the form saw, and the minted part of its key.

    `mend`: what a button beside the page asks to have done to it before it is saved.
    """

    typed: Values
    seen: str
    form: str
    mend: str = ""


@dataclass(frozen=True)
class Outcome:
    """The draft after it. `theirs`: somebody else saved the page meanwhile, so nothing was saved. `leads`: it was sent
    already, or there is nothing to fill in now. No draft and no `leads`: it is gone.
    """

    draft: Draft | None = None
    theirs: SavedPage | None = None
    leads: str = ""


async def find(tx: Transaction[Who], tasks: TaskList[Who], place: Place) -> Draft | None:
    """The draft to show; None where nothing is saved yet. Raises NotFound for one that is not the owner's."""
    if tasks.is_shared and place.begins:
        return None
    draft = await drafts.find(tx, tasks.kind, place.owner, place.draft_id)
    if draft is None and not place.begins:
        raise NotFound
    return None if draft and draft.sent_as and place.begins else draft


async def save_page(tx: Transaction[Who], tasks: TaskList[Who], place: Place, page: TaskPage, *, sent: Sent) -> Outcome:
    """Keep what was typed on one page, right or wrong. Raises TooManyDrafts and DraftTooLong."""
    if leads := await tasks.closed(tx):
        return Outcome(leads=leads)
    draft = await _lock_or_begin(tx, tasks, place, form=sent.form)
    if draft is None:
        return Outcome()
    if draft.sent_as:
        return Outcome(leads=tasks.made(tx.acting, draft.sent_as))
    before, typed = draft.pages.get(page.slug), sent.typed
    if before and before.typed != typed and sent.seen != str(before.version) and sent.form != before.form:
        return Outcome(draft, theirs=before)
    if sent.mend:
        mended = await tasks.mend(tx, {**tasks.asked_for(draft), **typed}, sent.mend)
        typed = {**typed, **page.typed(mended)[0]}
    if before and before.typed == typed:
        return Outcome(draft)
    return Outcome(await drafts.save(tx, draft, page.slug, typed, form=sent.form))


async def _lock_or_begin(tx: Transaction[Who], tasks: TaskList[Who], place: Place, *, form: str) -> Draft | None:
    """A shared draft begins under the id of the form that began it, so that the same form never begins another."""
    id = UUID(form) if tasks.is_shared and place.begins else place.draft_id
    draft = await drafts.lock(tx, tasks.kind, place.owner, id)
    if place.begins and (draft is None or (draft.sent_as and not tasks.is_shared)):
        await drafts.make(tx, tasks.kind, place.owner, id or new_id())
        draft = await drafts.lock(tx, tasks.kind, place.owner, id)
    return draft


async def send(tx: Transaction[Who], tasks: TaskList[Who], place: Place, *, seen: str) -> tuple[str, datetime | None]:
    """Act on the draft, once; where that leads, and when it was sent. A draft that was sent leads there again.

    Nothing was sent (None) where there is nothing to fill in now.

    Raises NotFound, ChangedMeanwhile, NotAllFilledIn, and what the room's command refuses of no field.
    """
    draft = await drafts.lock(tx, tasks.kind, place.owner, place.draft_id)
    if draft is None:
        raise NotFound
    if draft.sent_as:
        return tasks.made(tx.acting, draft.sent_as), draft.changed_at
    if leads := await tasks.closed(tx):
        return leads, None
    far = progress(tasks, draft, place.at, await tasks.known(tx), tx.now)
    if not far.is_complete:
        raise NotAllFilledIn(far.unfinished)
    if seen != str(draft.version):
        raise ChangedMeanwhile
    try:
        checked = tasks.model.model_validate(far.values)
        if tasks.hands_over:
            await tasks.hands_over(tx, draft.id, checked)
            return tasks.made(tx.acting, draft.id), tx.now
        made = await tasks.send(tx, checked)
    except Refused as refusal:
        raise NotAllFilledIn(_where(far, refusal)) if refusal.field is not None else refusal from None
    await drafts.mark_sent(tx, draft, made)
    tasks.sent(tx, draft.begun)
    return tasks.made(tx.acting, made), tx.now


def _where(far: Progress, refusal: Refused) -> Errors:
    page = next((task for task in far.tasks if refusal.field in task.page.fields), None)
    return {f"{page.href}#{refusal.field}" if page else "": refusal.words}


async def delete(tx: Transaction[Who], tasks: TaskList[Who], place: Place, *, seen: str) -> None:
    """Delete what was not sent. Raises NotFound, and ChangedMeanwhile when somebody has typed more into it."""
    draft = await drafts.lock(tx, tasks.kind, place.owner, place.draft_id)
    if draft is None or draft.sent_as:
        raise NotFound
    if seen != str(draft.version):
        raise ChangedMeanwhile
    await drafts.delete(tx, draft)
