"""What the pages and the API of what was asked for show, read in the name of whoever asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.identity import Organisation
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.postgres import drafts, mirrors
from services.chassis.postgres.drafts import Owner
from services.chassis.postgres.lists import Few
from services.chassis.postgres.transaction import Transaction
from services.chassis.postgres.who_answers import called_at
from services.matching.commands import asking
from services.matching.domain.asked import Asked, AskedChoices, choices_of
from services.matching.store import asked as store
from services.matching.store.asked import Lined


@dataclass(frozen=True)
class OneAsked:
    """`drafting`: the organisation that drafts it. `called`: what staff are called, of those whose names are shown."""

    asked: Asked
    organisation: str
    drafting: str
    lines: Few[Lined]
    called: Mapping[UUID, str]
    choices: AskedChoices
    alone: bool
    draft_version: int | None
    now: datetime

    def who(self, id: UUID | None) -> str:
        return self.called.get(id, "") if id else ""


async def one(tx: Transaction[Member], id: UUID) -> OneAsked:
    """Raises NotFound."""
    found = await store.one(tx, id)
    asked, hand = found.asked, await asking.who(tx, found.asked)
    drafting = await mirrors.get(tx, Organisation, asked.drafting_id)
    draft = await drafts.find(tx, asking.DRAFT_KIND, Owner(organisation_id=asked.organisation_id), id)
    return OneAsked(
        asked=asked,
        organisation=found.organisation,
        drafting=drafting.name if drafting else "the network",
        lines=await store.lines(tx, id),
        called=await _called(tx, asked),
        choices=choices_of(asked, hand),
        alone=hand.alone,
        draft_version=draft.version if draft else None,
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
