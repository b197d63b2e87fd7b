"""A role as people will read it once its draft is posted, made of the same as its page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import ModuleType

from schemas.identity import Organisation
from schemas.matching import Opportunity, Session
from services.chassis.base.hands import Member
from services.chassis.postgres import mirrors
from services.chassis.postgres.titles import training_titles
from services.chassis.postgres.transaction import Transaction
from services.chassis.postgres.who_answers import WhoAnswers, who_answers
from services.matching import words_of_fair
from services.matching.commands import posting
from services.matching.domain.counting import demands_of
from services.matching.domain.draft import Draft
from services.matching.store import counting
from services.matching.store.counting import FitCount


@dataclass(frozen=True)
class Previewed:
    """What `role_as_read.jinja` shows of an opportunity, whom to ring, and about how many people it fits."""

    opportunity: Opportunity
    organisation: str
    to_come: tuple[Session, ...]
    training: Mapping[str, str]
    answers: WhoAnswers | None
    now: datetime
    fits: FitCount | None
    fair: ModuleType = words_of_fair


async def preview(tx: Transaction[Member], draft: Draft) -> Previewed:
    """Raises what posting it would."""
    role, _ = await posting.posted_as(tx, draft)
    organisation = await mirrors.get(tx, Organisation, role.organisation_id)
    called = organisation.name if organisation else role.ods_code
    fits = await counting.find(tx, demands_of(role, now=tx.now))
    titles = await training_titles(tx, role.training)
    return Previewed(role, called, role.to_come(tx.now), titles, await who_answers(tx, role), tx.now, fits)
