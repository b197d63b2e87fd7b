"""The pages and the API by which administrators set the next edition of a room's policies.

A room mounts both with the kinds that it declares (chassis/postgres/policies.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model, model_validator

from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.base.periods import Period
from services.chassis.base.refusals import NotTheNetwork
from services.chassis.http import entry, json_api
from services.chassis.http.forms import button, submit
from services.chassis.http.request import open_transaction, render
from services.chassis.postgres import policies
from services.chassis.postgres.policies import Edition, Kind, Next
from services.chassis.postgres.transaction import Transaction

Admin = Annotated[Member, Depends(entry.staff("admin"))]
_DONE = {
    "set": "The next edition is set.",
    "back": "The next edition is taken back.",
    "network": "From tomorrow on the network's edition holds for you.",
}
_UNANSWERED = ("Fill this in", "Check this answer")
_LINE = 300
"""Longer text than this is asked for in a box of several lines."""
_ASKED = {
    "valid_from": "Enter the first day, for example 1 4 2027. It has to be tomorrow or later",
    "issuer": "Enter who issues it",
    "source": "Enter where it comes from: the policy or law, who issued it, and its version",
}


@dataclass(frozen=True)
class Part:
    """One part of what a kind says, as a form asks for it and a page shows it."""

    name: str
    label: str
    hint: str
    is_number: bool
    is_long: bool
    most: int


@dataclass(frozen=True)
class Shown:
    """A kind with its editions, as an administrator sees it. `holds` may be the network's; the others are their own."""

    kind: Kind[Any]
    parts: list[Part]
    holds: Edition[Any] | None
    coming: Edition[Any] | None
    past: list[Edition[Any]]
    is_network: bool

    @property
    def has_own(self) -> bool:
        """The organisation's own edition holds, instead of the network's."""
        return not self.is_network and self.holds is not None and self.holds.organisation_id is not None


class NextForm(BaseModel):
    """What a page sends, with the parts of its kind: the first day in three parts, and which next edition it saw."""

    model_config = ConfigDict(extra="forbid")
    valid_from: date
    issuer: str = Field(min_length=1, max_length=120)
    source: str = Field(min_length=1, max_length=300)
    seen: datetime | None = None

    @model_validator(mode="before")
    @classmethod
    def put_together(cls, typed: Any) -> Any:
        values = dict(typed)
        parts = [str(values.pop(f"valid_from_{part}", "")).strip() for part in ("day", "month", "year")]
        try:
            values["valid_from"] = date(int(parts[2]), int(parts[1]), int(parts[0]))
        except ValueError:
            values["valid_from"] = None
        values["seen"] = values.get("seen") or None
        return values


class NextBody(BaseModel):
    """What the API is sent. `value`: the parts of the kind; null: an organisation goes back to the network's."""

    model_config = ConfigDict(extra="forbid")
    valid_from: date = Field(description="its first day: tomorrow or later, and at most two years ahead")
    issuer: str = Field(min_length=1, max_length=120)
    source: str = Field(min_length=1, max_length=300, description="policy, its issuer and version")
    value: dict[str, Any] | None
    replaces: datetime | None = Field(default=None, description="set_at of the next edition that this one replaces")


def pages(base: str, kinds: Sequence[Kind[Any]]) -> APIRouter:
    """A page for all kinds at `base` (with `{ods}`), one for each kind below it, and its form."""
    router = APIRouter()

    @router.get(base)
    async def listed(request: Request, ods: str, acting: Admin) -> Response:
        async with open_transaction(request, acting) as tx:
            shown = [await _shown(tx, kind) for kind in await _own_kinds(tx, kinds)]
        return render(request, "policies.jinja", shown=shown, ods=ods)

    @router.get(base + "/{kind}")
    async def one(request: Request, ods: str, kind: str, acting: Admin, done: str = "") -> Response:
        return await _page(request, acting, policies.named(kinds, kind), done=_DONE.get(done, ""))

    @router.post(base + "/{kind}")
    async def set_next(request: Request, ods: str, kind: str, acting: Admin) -> Response:
        found = policies.named(kinds, kind)

        async def act(tx: Transaction[Member], form: NextForm) -> str:
            said = found.value.model_validate({name: getattr(form, name) for name in found.value.model_fields})
            given = Next(form.valid_from, form.issuer, form.source, said, replaces=form.seen)
            await policies.set_next(tx, found, given)
            return f"{request.url.path}?done=set"

        async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
            asked = {name: _ASKED.get(name, why) if why in _UNANSWERED else why for name, why in errors.items()}
            return await _page(request, acting, found, typed=(values, asked))

        return await submit(request, acting, _form_of(found), act, again)

    @router.post(base + "/{kind}/take-back")
    async def take_back(request: Request, ods: str, kind: str, acting: Admin) -> Response:
        async def act(tx: Transaction[Member]) -> str:
            await policies.take_back(tx, policies.named(kinds, kind))
            return f"{request.url.path.removesuffix('/take-back')}?done=back"

        return await button(request, acting, act)

    @router.post(base + "/{kind}/as-the-network")
    async def as_the_network(request: Request, ods: str, kind: str, acting: Admin) -> Response:
        async def act(tx: Transaction[Member]) -> str:
            await policies.go_back_to_the_network(tx, policies.named(kinds, kind))
            return f"{request.url.path.removesuffix('/as-the-network')}?done=network"

        return await button(request, acting, act)

    return router


def api(kinds: Sequence[Kind[Any]]) -> APIRouter:
    """The same by the JSON API, under `/organisations/{ods}/policies`."""
    router = APIRouter()
    base = "/organisations/{ods}/policies"

    @router.get(base)
    async def listed(request: Request, ods: str, acting: Admin) -> dict[str, list[dict[str, Any]]]:
        """Of each kind the edition in force, the next one, and past ones, the newest first."""
        async with open_transaction(request, acting) as tx:
            shown = [await _shown(tx, kind) for kind in await _own_kinds(tx, kinds)]
        return {"policies": [_plain(one) for one in shown]}

    @router.put(base + "/{kind}/next")
    async def set_next(request: Request, ods: str, kind: str, body: NextBody, acting: Admin) -> Response:
        found = policies.named(kinds, kind)
        try:
            value = found.value.model_validate(body.value, extra="forbid") if body.value is not None else None
        except ValidationError as wrong:
            errors = [{**error, "loc": ("body", "value", *error["loc"])} for error in wrong.errors()]
            raise RequestValidationError(errors) from None

        async def act(tx: Transaction[Member]) -> dict[str, str]:
            given = Next(body.valid_from, body.issuer, body.source, value, replaces=body.replaces)
            return {"kind": kind, "edition": await policies.set_next(tx, found, given)}

        return await json_api.write(request, acting, act)

    @router.delete(base + "/{kind}/next")
    async def take_back(request: Request, ods: str, kind: str, acting: Admin) -> Response:
        """Nothing follows the edition in force."""

        async def act(tx: Transaction[Member]) -> dict[str, str]:
            await policies.take_back(tx, policies.named(kinds, kind))
            return {"kind": kind, "next": "taken back"}

        return await json_api.write(request, acting, act)

    return router


def _form_of(kind: Kind[Any]) -> type[NextForm]:
    """The form of one kind: what each edition has, and the parts of what this kind says."""
    parts: dict[str, Any] = {name: (part.annotation, part) for name, part in kind.value.model_fields.items()}
    return create_model("NextOf" + kind.name, __base__=NextForm, **parts)


def _parts(kind: Kind[Any]) -> list[Part]:
    found: list[Part] = []
    for name, part in kind.value.model_fields.items():
        longest = next((limit.max_length for limit in part.metadata if hasattr(limit, "max_length")), 0)
        label = part.title or name.capitalize()
        found.append(Part(name, label, part.description or "", part.annotation is int, longest > _LINE, longest))
    return found


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
        parts=_parts(kind),
        holds=await policies.in_force(tx, kind, owner, on=today),
        coming=policies.coming(known, today),
        past=[one for one in known if Period.of(one).ends_before(today)],
        is_network=owner is None,
    )


async def _page(
    request: Request,
    acting: Member,
    kind: Kind[Any],
    *,
    typed: tuple[dict[str, Any], dict[str, str]] | None = None,
    done: str = "",
) -> Response:
    async with open_transaction(request, acting) as tx:
        shown = await _shown(tx, kind)
        issuer = (await policies.organisation_of(tx)).name
        touched = await kind.touched(tx)
    values, errors = typed or (_filled_in(shown, issuer), {})
    return render(
        request,
        "policy.jinja",
        shown=shown,
        touched=touched,
        values=values,
        errors=errors,
        ods=acting.ods_code,
        back=request.url.path.rpartition("/")[0],
        done=done,
    )


def _filled_in(shown: Shown, issuer: str) -> dict[str, Any]:
    """The next edition as it is set, else what is in force, to be changed."""
    begins_with = shown.coming or shown.holds
    said: dict[str, Any] = begins_with.value.model_dump() if begins_with and begins_with.value is not None else {}
    values = said | {"issuer": issuer, "seen": ""}
    if next_one := shown.coming:
        first = next_one.valid_from
        values |= {"issuer": next_one.issuer, "source": next_one.source, "seen": next_one.set_at.isoformat()}
        values |= {"valid_from_day": first.day, "valid_from_month": first.month, "valid_from_year": first.year}
    return values


def _plain(shown: Shown) -> dict[str, Any]:
    """A kind and its editions as JSON."""
    kind = {"kind": shown.kind.name, "title": shown.kind.title}
    return kind | {"in_force": shown.holds, "next": shown.coming, "past": shown.past}
