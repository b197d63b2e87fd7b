"""The pages and the API by which administrators set the next edition of a room's policies.

A room mounts both with the kinds that it declares (chassis/postgres/policies.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from schemas.links import STAFF_HOME
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.base.periods import Period
from services.chassis.base.refusals import NotTheNetwork
from services.chassis.base.typed.days import Moment, apart
from services.chassis.http import entry, json_api
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.policy_answers import EditionSaid, NextSet, PoliciesSaid, PolicySaid, TakenBack
from services.chassis.http.policy_forms import (
    NextBody,
    NextForm,
    Part,
    TakeBack,
    form_of,
    parts_of,
    said_by_api,
    said_in,
)
from services.chassis.http.request import open_transaction, render
from services.chassis.http.seen import Changes, last_changed
from services.chassis.http.sending import HIDDEN_ONLY, button, submit
from services.chassis.postgres import policies
from services.chassis.postgres.policies import Edition, Kind, Next
from services.chassis.postgres.transaction import Transaction

Admin = Annotated[Member, Depends(entry.staff("admin"))]
SetAt = Annotated[Moment | None, Query(title="when the next edition was set")]
DONE = {
    "set": "The next edition is set.",
    "back": "The next edition is taken back.",
    "network": "From tomorrow on the network's edition holds for you.",
}


@dataclass(frozen=True)
class Shown:
    """A kind with its editions, as an administrator sees it. `holds` may be the network's; the others are their own."""

    kind: Kind[Any]
    parts: list[Part]
    holds: Edition[Any] | None
    coming: Edition[Any] | None
    past: list[Edition[Any]]
    more_past: bool
    is_network: bool

    @property
    def has_own(self) -> bool:
        """The organisation's own edition holds, instead of the network's."""
        return not self.is_network and self.holds is not None and self.holds.organisation_id is not None

    @property
    def seen(self) -> str:
        """Which next edition this is, for a form to say which one it saw."""
        return self.coming.set_at.isoformat() if self.coming else ""


def pages(base: str, kinds: Sequence[Kind[Any]]) -> APIRouter:
    """A page for all kinds at `base` (with `{ods}`), one for each kind below it, and its form."""
    router = APIRouter()

    @router.get(base)
    async def listed(request: Request, ods: str, acting: Admin) -> Response:
        async with open_transaction(request, acting) as tx:
            shown = [await _shown(tx, kind) for kind in await _own_kinds(tx, kinds)]
        return render(request, "policies.jinja", shown=shown, ods=ods, back=STAFF_HOME.format(ods=ods))

    @router.get(base + "/{kind}")
    async def one(request: Request, ods: str, kind: str, acting: Admin) -> Response:
        return await _page(request, acting, policies.named(kinds, kind))

    @router.post(base + "/{kind}")
    async def set_next(request: Request, ods: str, kind: str, acting: Admin) -> Response:
        found = policies.named(kinds, kind)

        async def act(tx: Transaction[Member], form: NextForm) -> str:
            replaces = (await _shown(tx, found)).coming  # which the form saw, or did itself
            at = replaces.set_at if replaces else None
            given = Next(form.valid_from, form.issuer, form.source, said_in(found, form), replaces=at)
            await policies.set_next(tx, found, given)
            return confirmed(request.url.path, "set")

        async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
            return await _page(request, acting, found, typed=(values, errors))

        return await submit(request, acting, form_of(found), act, again, kind=_sets_next(found))

    _add_buttons(router, base, kinds)
    return router


def _sets_next(kind: Kind[Any]) -> Changes[Member]:
    async def now(tx: Transaction[Member]) -> dict[str, Any]:
        return _filled_in(await _shown(tx, kind), (await policies.organisation_of(tx)).name)

    async def hold(tx: Transaction[Member]) -> None:
        await policies.hold(tx, kind)

    async def said(tx: Transaction[Member]) -> str:
        coming = (await _shown(tx, kind)).coming
        if coming is None:
            return ""
        return await last_changed(tx, at=coming.set_at, by=coming.set_by, what="The next edition was set")

    return Changes(now=now, hold=hold, said=said)


def _add_buttons(router: APIRouter, base: str, kinds: Sequence[Kind[Any]]) -> None:
    """By which the next edition is taken back, and an organisation goes back to the network's."""

    @router.post(base + "/{kind}/take-back")
    async def take_back(request: Request, ods: str, kind: str, acting: Admin) -> Response:
        found = policies.named(kinds, kind)

        async def act(tx: Transaction[Member], form: TakeBack) -> str:
            await policies.take_back(tx, found, seen=form.seen)
            return confirmed(request.url.path.removesuffix("/take-back"), "back")

        async def again(_: dict[str, Any], errors: dict[str, str]) -> Response:
            return await _page(request, acting, found, errors={"": " ".join(errors.values())})

        return await submit(request, acting, TakeBack, act, again, kind=HIDDEN_ONLY)

    @router.post(base + "/{kind}/as-the-network")
    async def as_the_network(request: Request, ods: str, kind: str, acting: Admin) -> Response:
        async def act(tx: Transaction[Member]) -> str:
            await policies.go_back_to_the_network(tx, policies.named(kinds, kind))
            return confirmed(request.url.path.removesuffix("/as-the-network"), "network")

        return await button(request, acting, act)


def api(kinds: Sequence[Kind[Any]]) -> APIRouter:
    """The same by the JSON API, under `/organisations/{ods}/policies`."""
    router = APIRouter()
    base = "/organisations/{ods}/policies"

    @router.get(base)
    async def own_policies(request: Request, ods: str, acting: Admin) -> PoliciesSaid:
        """Of each kind the edition in force, the next one, and past ones, the newest first."""
        async with open_transaction(request, acting) as tx:
            shown = [await _shown(tx, kind) for kind in await _own_kinds(tx, kinds)]
        return PoliciesSaid(policies=[_plain(one) for one in shown])

    @router.get(base + "/{kind}")
    async def own_policy(request: Request, ods: str, kind: str, acting: Admin) -> PolicySaid:
        """One kind: the edition in force, the next one, and past ones, the newest first."""
        async with open_transaction(request, acting) as tx:
            return _plain(await _shown(tx, policies.named(await _own_kinds(tx, kinds), kind)))

    @router.put(base + "/{kind}/next", response_model=NextSet)
    async def set_next_policy(request: Request, ods: str, kind: str, body: NextBody, acting: Admin) -> Response:
        """Say what holds from a day on. It takes the place of the next edition that was set before."""
        found = policies.named(kinds, kind)
        value = said_by_api(found, body.value)

        async def act(tx: Transaction[Member]) -> dict[str, str]:
            given = Next(body.valid_from, body.issuer, body.source, value, replaces=body.replaces)
            return {"kind": kind, "edition": await policies.set_next(tx, found, given)}

        return await json_api.write(request, acting, act)

    @router.delete(base + "/{kind}/next", response_model=TakenBack)
    async def take_back_next_policy(
        request: Request, ods: str, kind: str, acting: Admin, set_at: SetAt = None
    ) -> Response:
        """Nothing follows the edition in force. With `set_at` only the next edition that was set then."""

        async def act(tx: Transaction[Member]) -> dict[str, str]:
            await policies.take_back(tx, policies.named(kinds, kind), seen=set_at)
            return {"kind": kind, "next": "taken back"}

        return await json_api.write(request, acting, act)

    return router


async def _own_kinds(tx: Transaction[Member], kinds: Sequence[Kind[Any]]) -> list[Kind[Any]]:
    """Those that the member's organisation sets. Raises NotTheNetwork when it sets none of them."""
    organisation = await policies.organisation_of(tx)
    own = [kind for kind in kinds if kind.by_organisations or organisation.kind == "network"]
    if not own:
        raise NotTheNetwork
    return own


async def _shown(tx: Transaction[Member], kind: Kind[Any]) -> Shown:
    owner, today = await policies.owner_of(tx, kind), london_day(tx.now)
    known = await policies.editions(tx, kind, owner)
    return Shown(
        kind=kind,
        parts=parts_of(kind),
        holds=await policies.in_force(tx, kind, owner, on=today),
        coming=policies.coming(known, today),
        past=[one for one in known if Period.of(one).ends_before(today)],
        more_past=known.more,
        is_network=owner is None,
    )


async def _page(
    request: Request,
    acting: Member,
    kind: Kind[Any],
    *,
    typed: tuple[dict[str, Any], dict[str, str]] | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    """`typed`: what was sent and what is wrong with it."""
    async with open_transaction(request, acting) as tx:
        shown = await _shown(tx, kind)
        filled_in = await _sets_next(kind).shown(request, tx)
        touched = await kind.touched(tx)
    at = request.url.path.removesuffix("/take-back")
    values, errors = typed or (filled_in, errors or {})
    return render(
        request,
        "policy.jinja",
        shown=shown,
        touched=touched,
        values=values,
        errors=errors,
        ods=acting.ods_code,
        at=at,
        back=at.rpartition("/")[0],
        done=confirmation(request, DONE),
    )


def _filled_in(shown: Shown, issuer: str) -> dict[str, Any]:
    """The next edition as it is set, else what is in force, to be changed."""
    begins_with = shown.coming or shown.holds
    said: dict[str, Any] = begins_with.value.model_dump() if begins_with and begins_with.value is not None else {}
    if shown.coming is None:
        said |= dict.fromkeys(shown.kind.said_anew, "")
    first = apart("valid_from", shown.coming.valid_from if shown.coming else None)
    values = dict.fromkeys(shown.kind.value.model_fields, "") | said | {"issuer": issuer, "source": ""} | first
    if next_one := shown.coming:
        values |= {"issuer": next_one.issuer}
        values |= {"source": next_one.source} if next_one.value is not None else {}
    return values


def _plain(shown: Shown) -> PolicySaid:
    """A kind and its editions as JSON."""
    return PolicySaid(
        kind=shown.kind.name,
        title=shown.kind.title,
        in_force=_edition(shown.holds),
        next=_edition(shown.coming),
        past=[said for one in shown.past if (said := _edition(one))],
        more_past=shown.more_past,
    )


def _edition(one: Edition[Any] | None) -> EditionSaid | None:
    if one is None:
        return None
    value = None if one.value is None else one.value.model_dump(mode="json")
    return EditionSaid.model_validate({**vars(one), "value": value})
