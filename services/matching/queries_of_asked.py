"""What the pages and the API of what was asked for show, read in the name of whoever asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.identity import Organisation
from schemas.matching import Work
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.postgres import drafts, mirrors
from services.chassis.postgres.drafts import Owner
from services.chassis.postgres.lists import Few
from services.chassis.postgres.transaction import Transaction
from services.chassis.postgres.who_answers import called_at
from services.matching.commands import asking, saving
from services.matching.domain.asked import Asked, AskedChoices, choices_of
from services.matching.queries import OnOffer, pay_of, terms_on_offer, who_can_answer
from services.matching.store import asked as store
from services.matching.store.asked import Lined


@dataclass(frozen=True)
class ToApprove:
    """What somebody says yes to: what was asked for, and the draft of it, if there is one."""

    asked: Asked
    organisation: str
    choices: AskedChoices
    alone: bool
    draft: drafts.Draft | None


@dataclass(frozen=True, kw_only=True)
class ToCheck(OnOffer):
    """What a draft that is all there is checked by, and read as a role with: no more of what it could choose from."""

    organisation: Organisation
    going_on: Mapping[UUID, Work]


@dataclass(frozen=True)
class OneAsked:
    """`drafting`: the organisation that drafts it. `called`: what staff are called, of those whose names are shown."""

    asked: Asked
    organisation: str
    drafting: str
    lines: Few[Lined]
    called: Mapping[UUID, str]
    choices: AskedChoices
    draft_version: int | None
    now: datetime

    def who(self, id: UUID | None) -> str:
        return self.called.get(id, "") if id else ""


async def to_approve(tx: Transaction[Member], id: UUID) -> ToApprove:
    """Raises NotFound."""
    found = await store.one(tx, id)
    hand = await asking.who(tx, found.asked)
    draft = await drafts.find(tx, asking.DRAFT_KIND, Owner(organisation_id=found.asked.organisation_id), id)
    return ToApprove(found.asked, found.organisation, choices_of(found.asked, hand), hand.alone, draft)


async def to_check(tx: Transaction[Member]) -> ToCheck:
    """For the organisation that is acted for, today. Raises NotFound."""
    organisation = await saving.own_organisation(tx)
    rates, going_on, allowed = await terms_on_offer(tx)
    return ToCheck(
        **pay_of(rates),
        allowed=allowed,
        training={},
        works={str(one.id): one.title for one in going_on},
        who=await who_can_answer(tx, organisation),
        organisation=organisation,
        going_on={one.id: one for one in going_on},
    )


async def one(tx: Transaction[Member], id: UUID) -> OneAsked:
    """Raises NotFound."""
    of = await to_approve(tx, id)
    asked = of.asked
    drafting = await mirrors.get(tx, Organisation, asked.drafting_id)
    return OneAsked(
        asked=asked,
        organisation=of.organisation,
        drafting=drafting.name if drafting else "the network",
        lines=await store.lines(tx, id),
        called=await _called(tx, asked),
        choices=of.choices,
        draft_version=of.draft.version if of.draft else None,
        now=tx.now,
    )


async def _called(tx: Transaction[Member], asked: Asked) -> dict[UUID, str]:
    """Coordinators by their name, as everywhere; nobody else."""
    at: Sequence[tuple[UUID | None, UUID]] = (
        (asked.asked_by, asked.organisation_id),
        (asked.drafted_by, asked.drafting_id),
    )
    today = london_day(tx.now)
    return {id: called for id, where in at if id and (called := await called_at(tx, id, where, today))}
