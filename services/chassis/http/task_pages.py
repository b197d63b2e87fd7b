"""The pages of a task list: the list itself, a page for each task, "check your answers", sending once, deleting.

A form carries the version of the page that it saw. When somebody else saved that page meanwhile, both are shown and
nothing is overwritten unseen. The same form sent again, after Back or a double click, is the same person going on.
"""

import json
from dataclasses import dataclass, replace
from typing import Any, Generic
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from services.chassis.base.refusals import NotFound, Refused
from services.chassis.base.wording import day
from services.chassis.http import task_saving
from services.chassis.http.confirmations import AT_ONCE, confirmation, confirmed, leads_to
from services.chassis.http.forms import Form, sealed_form
from services.chassis.http.idempotency import once
from services.chassis.http.limits import limited
from services.chassis.http.request import open_transaction, render, site_of
from services.chassis.http.seen import Meanwhile
from services.chassis.http.task_drafts import owner_of, who_changed
from services.chassis.http.task_list import Errors, Progress, TaskList, TaskPage, Who, progress
from services.chassis.http.task_saving import ChangedMeanwhile, NotAllFilledIn, Outcome, Place, Sent
from services.chassis.postgres import drafts
from services.chassis.postgres.drafts import Draft, SavedPage, Values
from services.chassis.postgres.transaction import Transaction

CHECK, DELETE = "check", "delete"
SAVED, DELETED = "saved", "deleted"
LATER, MEND = "later", "mend:"
_OURS = {"seen", "then"}
_OTHER_PAGE = "This page has changed since you opened it. Check your answers, and save again."
_CHANGED = "The answers were changed after you opened this page, so nothing was sent. Check them again."


def routes(tasks: TaskList[Who]) -> APIRouter:
    """Every page of a task list, under its address; a shared one's tasks also under the address where one is begun."""
    router, enter = APIRouter(), [Depends(tasks.enter)]
    sending = [Depends(limited(tasks.enter, tasks.limit))] if tasks.limit else enter
    for at, begins in ((tasks.at, not tasks.is_shared), (tasks.new, True)):
        if not at:
            continue
        here = _Pages(tasks, at, begins=begins)
        doors = [("GET", "", here.show_list)]
        for page in tasks.pages:
            doors += [("GET", f"/{page.slug}", here.show_page), ("POST", f"/{page.slug}", here.save_page)]
        if at == tasks.at:
            doors += [("GET", f"/{CHECK}", here.check), ("POST", f"/{CHECK}", here.send)]
            doors += [("GET", f"/{DELETE}", here.ask_to_delete), ("POST", f"/{DELETE}", here.delete)]
        for method, path, door in doors:
            counted = sending if door == here.send else enter
            router.add_api_route(at + path, door, methods=[method], dependencies=counted)
    return router


@dataclass(frozen=True)
class _Look(Generic[Who]):
    """What every page of a draft shows."""

    place: Place
    draft: Draft | None
    far: Progress
    known: Any
    who: str
    leads: str = ""


class _Pages(Generic[Who]):
    """The pages under one address. `begins`: a draft is made when something is saved and there is none."""

    def __init__(self, tasks: TaskList[Who], at: str, *, begins: bool) -> None:
        self._tasks, self._at, self._begins = tasks, at, begins

    async def show_list(self, request: Request) -> Response:
        look = await self._look(request)
        if look.leads:
            return _to(look.leads)
        until = f" You can come back to it until {day(look.draft.kept_until)}." if look.draft else ""
        done = confirmation(request, {SAVED: f"Saved.{until}"})
        return self._render(request, "task_list.jinja", look, done=done)

    async def show_page(self, request: Request, check: str = "") -> Response:
        look, page = await self._look(request), self._page(request)
        if look.leads:
            return _to(look.leads)
        errors = look.far.task(page.slug).errors if check else {}
        values = {**look.far.values, **self._tasks.begun(look.draft, page, look.known)}
        return self._page_again(request, look, page, values, errors)

    async def save_page(self, request: Request) -> Response:
        form, page = await sealed_form(request, _acting(request)), self._page(request)
        typed, others = page.typed(form.values)
        if others - _OURS:
            look = await self._look(request)
            return self._page_again(request, look, page, typed, {"": _OTHER_PAGE}, seen=_seen(form), status=422)
        then = str(form.values.get("then", ""))
        mend = then.removeprefix(MEND) if then.startswith(MEND) else ""
        place, sent = self._place(request), Sent(typed, _seen(form), form.key.partition(".")[0], mend)
        try:
            async with open_transaction(request, _acting(request)) as tx:
                outcome = await task_saving.save_page(tx, self._tasks, place, page, sent=sent)
        except Refused as refusal:
            look = await self._look(request)
            return self._page_again(request, look, page, typed, {"": refusal.words}, seen=_seen(form), status=422)
        if mend and outcome.draft and not outcome.theirs and not outcome.leads:
            return _to(f"{(await self._look(request, outcome.draft)).place.at}/{page.slug}")
        return await self._after_saving(request, page, typed, outcome, then=then, key=form.key)

    async def _after_saving(
        self, request: Request, page: TaskPage, typed: Values, outcome: Outcome, *, then: str, key: str
    ) -> Response:
        """`then`: where its person goes, and how, if not on; `key`: the form's."""
        if outcome.leads or not outcome.draft:
            return await self._kept_nowhere(request, page, typed, outcome.leads)
        look = await self._look(request, outcome.draft)
        if outcome.theirs:
            return self._both(request, look, page, typed, outcome.theirs)
        if then == LATER:
            return leads_to(request, _acting(request), confirmed(look.place.at, SAVED), form_key=key)
        if way := page.way(then):
            return _to(way.to.format(**request.path_params | {"draft_id": outcome.draft.id}))
        if errors := look.far.task(page.slug).errors:
            return self._page_again(request, look, page, typed, errors, kept=True, status=422)
        following = look.far.after(page.slug)
        return _to(following.href if following else f"{look.place.at}/{CHECK}")

    async def check(self, request: Request) -> Response:
        look = await self._look(request)
        return _to(look.leads) if look.leads else await self._check(request, look, look.far.unfinished)

    async def send(self, request: Request) -> Response:
        form, place = await sealed_form(request, _acting(request)), self._place(request)
        try:
            async with open_transaction(request, _acting(request)) as tx:
                leads, sent_at = await task_saving.send(tx, self._tasks, place, seen=_seen(form))
        except NotAllFilledIn as refused:
            return await self._check(request, await self._look(request), refused.wrong, status=422)
        except ChangedMeanwhile:
            return await self._check(request, await self._look(request), {"": _CHANGED}, status=409)
        if tx.made_due:
            await site_of(request).wake_workers()
        if sent_at is None:
            return _to(leads)
        led, earlier = confirmed(leads, self._tasks.confirms), tx.now - sent_at > AT_ONCE
        return leads_to(request, _acting(request), led, form_key=form.key, earlier=earlier)

    async def ask_to_delete(self, request: Request) -> Response:
        look = await self._look(request)
        if look.draft is None:
            raise NotFound
        return _to(look.leads) if look.leads else self._render(request, "task_delete.jinja", look)

    async def delete(self, request: Request) -> Response:
        form, place = await sealed_form(request, _acting(request)), self._place(request)

        async def act(tx: Transaction[Who]) -> str:
            await task_saving.delete(tx, self._tasks, place, seen=_seen(form))
            return confirmed(self._back(request), DELETED)

        led = json.loads(await once(request, _acting(request), form.key, form.body, act))
        return leads_to(request, _acting(request), led, form_key=form.key)

    def _page(self, request: Request) -> TaskPage:
        slug = request.scope["route"].path.rpartition("/")[2]
        return next(page for page in self._tasks.pages if page.slug == slug)

    def _place(self, request: Request) -> Place:
        params = request.path_params
        try:
            draft_id = UUID(params["draft_id"]) if "draft_id" in params else None
        except ValueError:
            raise NotFound from None
        owner = owner_of(self._tasks, _acting(request))
        return Place(owner, self._at.format(**params), draft_id, begins=self._begins)

    def _back(self, request: Request) -> str:
        return self._tasks.back.format(**request.path_params)

    async def _look(self, request: Request, draft: Draft | None = None) -> _Look[Who]:
        """The draft of the address, or the one that has just been saved, with all that its pages show."""
        place, tasks, acting = self._place(request), self._tasks, _acting(request)
        async with open_transaction(request, acting) as tx:
            leads = await tasks.closed(tx) or ""
            draft = draft or await task_saving.find(tx, tasks, place)
            known = await tasks.known(tx)
            names = await drafts.called(tx, [draft.changed_by] if draft and draft.changed_by else [])
        if draft and draft.sent_as:
            leads = tasks.made(acting, draft.sent_as)
        if draft and tasks.is_shared and place.begins:
            place = replace(place, at=tasks.at.format(**request.path_params, draft_id=draft.id), draft_id=draft.id)
        who = who_changed(draft.changed_by, acting.by, names) if draft else ""
        return _Look(place, draft, progress(tasks, draft, place.at, known, tx.now), known, who, leads)

    def _page_again(
        self, request: Request, look: _Look[Who], page: TaskPage, typed: Values, errors: Errors, **more: Any
    ) -> Response:
        """The page with what was typed. `seen`: the version of the page that the form saw; else the newest."""
        saved = look.draft.pages.get(page.slug) if look.draft else None
        more = {"seen": saved.version if saved else 0, "kept": False, "meanwhile": None, **more}
        return self._render(request, "task_page.jinja", look, page=page, values=typed, errors=errors, **more)

    def _both(self, request: Request, look: _Look[Who], page: TaskPage, typed: Values, theirs: SavedPage) -> Response:
        """What somebody else saved meanwhile, and in the form what is not saved yet."""
        assert look.draft
        who = (look.who if look.draft.version == theirs.version else "") or "Somebody"
        where = "in another tab or window " if who == "You" else ""
        errors = {"": f"{who} saved this page {where}after you opened it. What you typed is not saved yet."}
        heading = f"What {'was' if who == 'Somebody' else who.replace('You', 'you')} saved"
        both = Meanwhile(theirs.typed, page.differing(typed, theirs.typed), heading)
        return self._page_again(request, look, page, typed, errors, meanwhile=both, status=409)

    async def _kept_nowhere(self, request: Request, page: TaskPage, typed: Values, leads: str) -> Response:
        """It was sent already, or is gone: what was typed is shown, and can begin another draft."""
        async with open_transaction(request, _acting(request)) as tx:
            known = await self._tasks.known(tx)
        return render(
            request,
            "task_over.jinja",
            status=409 if leads else 404,
            tasks=self._tasks,
            page=page,
            typed=typed,
            known=known,
            leads=leads,
            begin=self._tasks.new.format(**request.path_params),
            back=self._back(request),
        )

    async def _check(self, request: Request, look: _Look[Who], errors: Errors, **more: Any) -> Response:
        shown = await self._preview(request, look)
        values = look.far.values
        return self._render(request, "task_check.jinja", look, values=values, errors=errors, preview=shown, **more)

    async def _preview(self, request: Request, look: _Look[Who]) -> Any:
        """What sending it would make; none while it is not complete, or while that is refused, as sending would say."""
        if self._tasks.preview is None or not look.far.is_complete:
            return None
        try:
            async with open_transaction(request, _acting(request)) as tx:
                return await self._tasks.preview.made(tx, self._tasks.model.model_validate(look.far.values))
        except Refused:
            return None

    def _render(self, request: Request, template: str, look: _Look[Who], **more: Any) -> Response:
        shown: dict[str, Any] = {
            "tasks": self._tasks,
            "at": look.place.at,
            "draft": look.draft,
            "far": look.far,
            "known": look.known,
            "who": look.who,
            "back_to": self._back(request),
            "caption": getattr(_acting(request), "ods_code", ""),
            "done": "",
            "began": self._tasks.began(look.draft.begun) if look.draft else "",
        }
        return render(request, template, **shown | more)


def _acting(request: Request) -> Any:
    """Whom the entry of the list let in."""
    return request.state.acting


def _seen(form: Form) -> str:
    return str(form.values.get("seen", ""))


def _to(address: str) -> Response:
    return RedirectResponse(address, status_code=303)
