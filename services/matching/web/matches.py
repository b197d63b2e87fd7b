"""A person's pages: what to be told of, what matched, and why."""

from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, field_validator

from schemas import links
from schemas.recruitment import Leader, Profile
from services.chassis.base.access import Acting
from services.chassis.base.refusals import NotFound
from services.chassis.http import entry
from services.chassis.http.forms import submit
from services.chassis.http.request import open_transaction, render
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction
from services.matching import commands, words
from services.matching.domain.fit import NOT_USED, Subscription
from services.matching.store import matches as store
from services.matching.store import opportunities

router = APIRouter()
SignedIn = Annotated[Acting, Depends(entry.signed_in)]


class SubscriptionForm(BaseModel):
    """What to be told of. Nothing ticked under a question means: any."""

    model_config = ConfigDict(extra="forbid")
    strands: list[str] = Field(default=[], max_length=20)
    modes: list[str] = Field(default=[], max_length=5)
    paid_only: bool = False
    active: bool = True

    @field_validator("strands", mode="before")
    @classmethod
    def known_strands(cls, value: Any) -> list[str]:
        return _known(value, words.STRAND)

    @field_validator("modes", mode="before")
    @classmethod
    def known_modes(cls, value: Any) -> list[str]:
        return _known(value, words.MODE)

    @classmethod
    def of(cls, there: Subscription) -> "SubscriptionForm":
        return cls.model_construct(
            strands=[*there.strands], modes=[*there.modes], paid_only=there.paid_only, active=there.active
        )

    def wanted(self) -> Subscription:
        return Subscription(tuple(self.strands), tuple(self.modes), self.paid_only, self.active)


def _known(value: Any, codes: dict[str, str]) -> list[str]:
    given = cast("list[Any]", value) if isinstance(value, list) else [value]
    chosen = [str(part) for part in given if part != ""]
    if unknown := [code for code in chosen if code not in codes]:
        raise ValueError(f"We do not know the answer {unknown[0][:40]}. Choose from the list")
    return chosen


async def wanted_now(tx: Transaction) -> Subscription:
    """What the person who asks is told of; before they first said so, what their profile says would fit them."""
    assert tx.acting.person_id
    if there := await store.subscription(tx, tx.acting.person_id):
        return there[0]
    profile = await mirrors.get(tx, Profile, tx.acting.person_id)
    return Subscription(strands=profile.strands, modes=profile.modes) if profile else Subscription()


@router.get("/matches/mine")
async def mine(request: Request, acting: SignedIn, saved: str = "") -> Response:
    assert acting.person_id
    async with open_transaction(request, acting) as tx:
        things = await store.of_person(tx, acting.person_id)
        subscription = await store.subscription(tx, acting.person_id)
        leader = await mirrors.get(tx, Leader, acting.person_id)
    return render(
        request,
        "mine.jinja",
        things=things,
        asked=subscription[0] if subscription else None,
        in_pool=leader is not None and leader.status == "approved",
        saved=saved,
        words=words,
        links=links,
    )


@router.get("/matches/mine/subscription")
async def subscription_page(request: Request, acting: SignedIn) -> Response:
    async with open_transaction(request, acting) as tx:
        now = await wanted_now(tx)
    values: dict[str, Any] = {"strands": now.strands, "modes": now.modes}
    values |= {"paid_only": "yes" if now.paid_only else "no", "active": "yes" if now.active else "no"}
    return render(request, "subscription.jinja", values=values, errors={}, words=words)


@router.post("/matches/mine/subscription")
async def subscribe(request: Request, acting: SignedIn) -> Response:
    async def act(tx: Transaction, form: SubscriptionForm) -> str:
        await commands.subscribe(tx, form.wanted())
        return f"{links.MY_MATCHES}?saved=yes"

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return render(request, "subscription.jinja", values=values, errors=errors, words=words)

    return await submit(request, acting, SubscriptionForm, act, again)


@router.get("/matches/mine/{id}")
async def why(request: Request, id: UUID, acting: SignedIn) -> Response:
    assert acting.person_id
    async with open_transaction(request, acting) as tx:
        found = await store.of_person(tx, acting.person_id, match_id=id)
        training = await opportunities.training_titles(tx)
    if not found:
        raise NotFound
    reasons = [text for code in found[0].match.reasons if (text := words.reason(code, training))]
    return render(
        request,
        "why.jinja",
        m=found[0],
        o=found[0].opportunity,
        reasons=reasons,
        not_used=NOT_USED,
        words=words,
        links=links,
    )
