"""What sending a form does, once, and sending it again: each form says of which kind it is (`kind=`).

The same answers sent again, at once or later, go to the same place and change nothing. Other answers under the same key
(Back, corrected, sent again) are taken by a form that changes something, and shown again by one that makes something.
Nothing that was typed is lost: whatever stands in the way is said on the form's own page, filled in.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel, ValidationError

from services.chassis.base.hands import Acting, Person
from services.chassis.base.refusals import Refused
from services.chassis.http.confirmations import AT_ONCE, address_of, leads_to
from services.chassis.http.forms import Form, FormOfAnotherSession, field_errors, sealed_form
from services.chassis.http.idempotency import bound_to
from services.chassis.http.request import open_transaction, site_of
from services.chassis.http.seen import Changes
from services.chassis.postgres import spent_keys
from services.chassis.postgres.spent_keys import Spent
from services.chassis.postgres.transaction import Hand, Transaction

Act = Callable[[Transaction[Hand], Any], Awaitable[str]]
"""Acts, and says where that leads; `confirmed(address, code)` where the page there is to confirm it."""
Again = Callable[[dict[str, Any], dict[str, str]], Awaitable[Response]]

SHOWN_AGAIN = (409, 422)
"""Refusals of no field with these are said above the form; others (nobody may, not there) are pages of their own."""
_CHANGED = "This was changed after you opened the page, perhaps by {who}, so what you typed is not saved yet."
_CHECK = "This page was open for too long to know what you saw, so what you typed is not saved yet."
_BOTH = "Compare it with what stands there now. Save again if yours is right."
_SENT_ALREADY = "You have sent this form already. What you typed now is not sent."


@dataclass(frozen=True)
class Makes:
    """A form that makes something. `once`: there can be no second one, or it is said once and for all."""

    once: bool = False


@dataclass(frozen=True)
class Asks:
    """A form that asks for something which leaves nothing behind to be doubled or overwritten: a letter with a link.

    Corrected and sent again it asks again; its limits count that.
    """


@dataclass(frozen=True)
class HiddenOnly:
    """A form in which nothing is typed: a button, perhaps with hidden fields. Sent again it goes to the same place."""


Kind = Changes[Any] | Makes | Asks | HiddenOnly
MAKES, SAYS_ONCE, ASKS, HIDDEN_ONLY = Makes(), Makes(once=True), Asks(), HiddenOnly()


@dataclass(frozen=True)
class SentAlready:
    """Where the earlier sending of a form led, and whether it may be sent as another one."""

    leads: str
    once: bool


class _NotDone(Exception):
    """Nothing was done: what was typed is shown again with these words."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words


async def submit(
    request: Request, acting: Hand, model: type[BaseModel], act: Act[Hand], again: Again, *, kind: Kind
) -> Response:
    """Read a form, check it, act on it once, and go where `act` says (303).

    `again(values, errors)` shows the form again, filled in: when a field is wrong or the domain refuses (422, or the
    refusal's own status), when what it changes was changed meanwhile, or when it has made something already (409).
    """

    async def themselves(_: Any) -> Hand:
        return acting

    return await submit_as(request, acting, model, act, again, kind=kind, as_whom=themselves)


async def submit_as(
    request: Request,
    sent_by: Acting,
    model: type[BaseModel],
    act: Act[Hand],
    again: Again,
    *,
    kind: Kind,
    as_whom: Callable[[Any], Awaitable[Hand]],
) -> Response:
    """The same, where a field of the form says for whom the sender acts: `as_whom` is given what was checked."""
    form = await sealed_form(request, sent_by)
    if isinstance(kind, Changes):
        request.state.saw = form.saw
    whose: Acting = sent_by
    try:
        checked = model.model_validate(form.values)
        whose = hand = await as_whom(checked)
        sending = _Sending(request, form, lambda tx: act(tx, checked))
        return sending.leads(sent_by, await sending.once(hand, kind))
    except ValidationError as wrong:
        errors, status = field_errors(wrong, model), 422
    except _NotDone as not_done:
        return _with_status(await again(form.values, {"": not_done.words}), 409)
    except Refused as refusal:
        if refusal.field is None and (isinstance(kind, HiddenOnly) or refusal.status not in SHOWN_AGAIN):
            raise
        errors, status = refusal.by_field(), refusal.status if refusal.field is None else 422
    await _remember_earlier(request, whose, form, kind)
    return _with_status(await again(form.values, errors), status)


async def button(request: Request, acting: Hand, act: Callable[[Transaction[Hand]], Awaitable[str]]) -> Response:
    """A form that has nothing but a button: act once and go where `act` says."""
    sending = _Sending(request, await sealed_form(request, acting), act)
    return sending.leads(acting, await sending.once(acting, HIDDEN_ONLY))


class _Sending:
    """One sending of a form, whose answers are right."""

    def __init__(self, request: Request, form: Form, act: Callable[[Transaction[Any]], Awaitable[str]]) -> None:
        self._request, self._form, self._act = request, form, act
        self._body = bound_to(request, form.body)
        self._is_earlier = False

    def leads(self, sent_by: Acting, answer: str) -> Response:
        """To where the act leads, whose page confirms it; what was done earlier, it does not confirm as if done now."""
        key = self._form.key
        return leads_to(self._request, sent_by, json.loads(answer), form_key=key, earlier=self._is_earlier)

    async def once(self, hand: Acting, kind: Kind) -> str:
        """Act, or not, as the kind says. Returns where to go, as JSON; raises _NotDone."""
        async with open_transaction(self._request, hand) as tx:
            spent = await _spent(self._request, tx, self._form)
            if spent and spent.sent_to is None and isinstance(kind, HiddenOnly) and not spent.on(self._body):
                raise FormOfAnotherSession(self._form)  # an older version spent it, perhaps on another button
            if isinstance(kind, Changes):
                answer = await self._change(tx, kind, spent)
            elif spent is None:
                answer = await self._do(tx, spent)
            elif spent.on(self._body) or isinstance(kind, HiddenOnly):
                answer = self._as_before(tx, spent)
            elif isinstance(kind, Asks):
                answer = await self._do(tx, spent)
            else:
                self._request.state.sent_already = _sent_already(spent, kind)
                raise _NotDone(_SENT_ALREADY)
        if tx.made_due:
            await site_of(self._request).wake_workers()
        return answer

    async def _change(self, tx: Transaction[Any], changes: Changes[Any], spent: Spent | None) -> str:
        """What this form itself did counts as seen; that somebody else did, or what it did before that, does not."""
        stands, saw = await changes.held(self._request, tx), self._form.saw
        differs = changes.differing(self._form.values, stands)
        if spent and spent.on(self._body):
            if not differs or stands.is_as(spent.left_as):
                return self._as_before(tx, spent)
            is_seen = False
        else:
            is_seen = stands.is_as(saw) or (spent is not None and bool(spent.left_as) and stands.is_as(spent.left_as))
            is_seen = is_seen and not (spent and spent.before_on(self._body))
        if differs and not is_seen:
            said = await changes.said(tx)
            self._request.state.saw = stands.token
            self._request.state.meanwhile = changes.to_show(self._form.values, stands)
            why = _CHANGED.format(who=_who_perhaps(tx.acting)) if saw else _CHECK
            raise _NotDone(" ".join(filter(None, (why, said, _BOTH))))
        return await self._do(tx, spent, changes)

    def _as_before(self, tx: Transaction[Any], spent: Spent) -> str:
        self._is_earlier = tx.now - spent.at > AT_ONCE
        return spent.answer

    async def _do(self, tx: Transaction[Any], spent: Spent | None, changes: Changes[Any] | None = None) -> str:
        answer, left_as = json.dumps(await self._act(tx)), None
        if changes:
            left_as = (await changes.stands(self._request, tx)).token
        key, body, sent_to = self._form.key, self._body, _sent_to(self._request)
        if spent:
            await spent_keys.spend_again(tx, key, body, answer, before=spent, left_as=left_as)
        else:
            await spent_keys.spend(tx, key, body, answer, sent_to=sent_to, left_as=left_as)
        return answer


def _who_perhaps(acting: Acting) -> str:
    if isinstance(acting, Person):
        return "somebody else who helps them" if acting.helper else "you in another tab or window"
    return "a colleague"


async def _spent(request: Request, tx: Transaction[Any], form: Form) -> Spent | None:
    """What the form's key was spent on. Raises FormOfAnotherSession when that was another form: a browser that fills
    pages in again may have put it here."""
    spent = await spent_keys.find(tx, form.key)
    if spent and spent.sent_to not in (None, _sent_to(request)):
        raise FormOfAnotherSession(form)
    return spent


async def _remember_earlier(request: Request, whose: Acting, form: Form, kind: Kind) -> None:
    """A form that is shown again gets a fresh key, so what its earlier sending did goes with it in another way."""
    if not isinstance(kind, Changes | Makes):
        return
    async with open_transaction(request, whose) as tx:
        spent = await _spent(request, tx, form)
        if spent and isinstance(kind, Makes):
            request.state.sent_already = _sent_already(spent, kind)
        elif spent and isinstance(kind, Changes):
            stands = await kind.stands(request, tx)
            if spent.left_as and stands.is_as(spent.left_as):
                request.state.saw = stands.token


def _sent_already(spent: Spent, kind: Makes) -> SentAlready:
    return SentAlready(address_of(json.loads(spent.answer)), kind.once)


def _sent_to(request: Request) -> bytes:
    return hashlib.sha256(f"{request.method} {request.url.path}".encode()).digest()


def _with_status(response: Response, status: int) -> Response:
    response.status_code = status
    return response
