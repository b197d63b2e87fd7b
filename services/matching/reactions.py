"""What matching keeps of its neighbours, and what it does about their news."""

from schemas.engagements import Intake
from schemas.identity import Account, Organisation
from schemas.payments import RateCard
from schemas.recruitment import Leader, Profile
from schemas.training import Credential, Programme
from services.chassis.postgres.transaction import Transaction
from services.chassis.work.reactions import Reactions
from services.matching.commands import closing, fitting, saving
from services.matching.store import opportunities

reactions = Reactions("matching")

reactions.keep(Organisation)
reactions.keep(Account, person="id", colleagues=True, erased=fitting.forget_person)
reactions.keep(Leader, person="id")
reactions.keep(Profile, person="id")
reactions.keep(Credential, person="person_id")
reactions.keep(Programme)
reactions.keep(RateCard, columns=(("organisation_id", "uuid"),))
reactions.keep(Intake)

reactions.when_due(fitting.match_opportunity)
reactions.when_due(fitting.match_subscriber)
reactions.when_due(saving.close_opportunity, timers=opportunities.closing_moments, shares_transaction=True)


reactions.fan_out(closing.call_off_of_closed)
reactions.when_due(closing.begin_to_call_off, timers=opportunities.last_days)


@reactions.react_to(Organisation)
async def call_off_what_a_closed_organisation_has_open(tx: Transaction, now: Organisation) -> None:
    await closing.follow_organisation(tx, now)


@reactions.react_to(Leader, erased=fitting.forget_person)
async def match_leader(tx: Transaction, now: Leader) -> None:
    await fitting.match_subscriber(tx, now.id)


@reactions.react_to(Profile, erased=fitting.match_subscriber)
async def match_by_profile(tx: Transaction, now: Profile) -> None:
    await fitting.match_subscriber(tx, now.id)


@reactions.react_to(Credential, erased=fitting.forget_credential)
async def match_by_credential(tx: Transaction, now: Credential) -> None:
    await fitting.match_subscriber(tx, now.person_id)
