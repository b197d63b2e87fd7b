"""What payments keeps of its neighbours, and what it does about their news."""

from schemas.engagements import Engagement
from schemas.identity import Account, Organisation
from schemas.matching import Opportunity
from schemas.recruitment import Leader
from services.chassis.postgres.transaction import Transaction
from services.chassis.work.reactions import Reactions, nothing_else_to_forget
from services.payments.commands import claims, payees

reactions = Reactions("payments")

reactions.keep(Organisation)
reactions.keep(Account, person="id", colleagues=True, erased=payees.forget_person)
reactions.keep(
    Leader,
    person="id",
    staff=True,
    erased=nothing_else_to_forget,
    columns=(("reference", "text"),),
    searched=("called",),
)
reactions.keep(Opportunity)
reactions.keep(Engagement, person="person_id")

reactions.when_due(claims.ready_claim)
reactions.when_due(claims.write_anew_what_came_back)
reactions.when_due(claims.ready_claims_of)


@reactions.react_to(Engagement, erased=payees.forget_engagement)
async def claim_what_was_attended(tx: Transaction, now: Engagement) -> None:
    await claims.draft_claims(tx, now)
