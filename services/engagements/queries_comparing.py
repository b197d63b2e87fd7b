"""What the page of people side by side and its API both show."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from services.chassis.base.hands import Member
from services.chassis.postgres.lists import Asked, Page
from services.chassis.postgres.transaction import Transaction
from services.engagements import queries
from services.engagements.domain.choosing import StaffChoices
from services.engagements.domain.comparing import Marked
from services.engagements.domain.intake import Intake
from services.engagements.queries import OwnApplicant
from services.engagements.store import compared
from services.engagements.store import engagements as store
from services.engagements.store import marks as mark_store


@dataclass(frozen=True)
class Against:
    """One thing that the organisation chooses by, what somebody wrote of it, and how they are marked."""

    criterion: str
    answer: str
    marked: Marked | None


@dataclass(frozen=True)
class SideBySide(OwnApplicant):
    against: tuple[Against, ...]


async def side_by_side(
    tx: Transaction[Member], asked: Asked, intake: Intake, status: str | None = None
) -> Page[SideBySide]:
    """Those among whom is chosen, first come first. `status`: only those who stand there."""
    o = intake.opportunity
    page = await compared.of_intake(tx, asked, tx.acting.organisation_id, o.id, status, hidden=o.names_hidden)
    people = await queries.as_own(tx, intake, [one for one, _ in page.items])
    return page.with_items(
        [
            SideBySide(**vars(one), against=_against(o.criteria, one.meets, marks))
            for one, (_, marks) in zip(people, page.items, strict=True)
        ]
    )


def _against(criteria: tuple[str, ...], meets: tuple[str, ...], marks: Mapping[int, Marked]) -> tuple[Against, ...]:
    answers = [*meets, *[""] * len(criteria)]
    return tuple(Against(one, answers[place], marks.get(place)) for place, one in enumerate(criteria))


@dataclass(frozen=True)
class ToMark:
    """Somebody to be marked, as whoever marks sees them."""

    intake: Intake
    called: str
    may: StaffChoices
    conflict: str
    against: tuple[Against, ...]


async def to_mark(tx: Transaction[Member], id: UUID) -> ToMark:
    """Raises NotFound, for another organisation's too."""
    found = await queries.to_choose(tx, id)
    words = await store.INTEREST_WORDS.get(tx, id)
    marks = await mark_store.of_engagement(tx, id)
    return ToMark(
        intake=found.intake,
        called=found.called,
        may=found.may,
        conflict=words.conflict if words else "",
        against=_against(found.intake.opportunity.criteria, tuple(words.meets) if words else (), marks),
    )
