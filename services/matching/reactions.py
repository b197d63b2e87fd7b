"""What matching keeps of its neighbours, and what it does about their news."""

from schemas.engagements import Engagement, Intake
from schemas.identity import Account, Organisation
from schemas.payments import RateCard
from schemas.recruitment import Leader, Profile
from schemas.training import Credential, Programme
from services.chassis.postgres.transaction import Transaction
from services.chassis.work.reactions import Reactions, nothing_else_to_forget
from services.matching.commands import closing, counting, feeds, fitting, saving
from services.matching.store import opportunities, telling

reactions = Reactions("matching")

reactions.keep(Organisation)
reactions.keep(Account, person="id", colleagues=True, erased=fitting.forget_person)
reactions.keep(Leader, person="id")
reactions.keep(Profile, person="id")
reactions.keep(Credential, person="person_id", columns=(("credential", "text"),))
reactions.keep(Programme)
reactions.keep(RateCard, columns=(("organisation_id", "uuid"),))
reactions.keep(Intake)
reactions.keep(Engagement, person="person_id", columns=(("opportunity_id", "uuid"), ("status", "text")))

reactions.when_due(fitting.match_opportunity)
reactions.when_due(fitting.tell_next, timers=telling.next_rounds)
reactions.when_due(fitting.know_who_is_busy)
reactions.when_due(fitting.match_subscriber)
reactions.when_due(counting.count_who_fits)
reactions.when_due(saving.close_opportunity, timers=opportunities.closing_moments, shares_transaction=True)
reactions.when_due(feeds.number_change, shares_transaction=True)


reactions.fan_out(closing.call_off_of_closed)
reactions.fan_out(feeds.number_of_organisation)
reactions.when_due(closing.begin_to_call_off, timers=opportunities.last_days)


@reactions.react_to(Organisation)
async def call_off_what_a_closed_organisation_has_open(tx: Transaction, now: Organisation) -> None:
    await closing.follow_organisation(tx, now)


@reactions.react_to_change_of(Organisation)
async def say_what_an_organisation_is_called_now(
    tx: Transaction, now: Organisation, before: Organisation | None
) -> None:
    await feeds.follow_name(tx, now, before)


@reactions.react_to(Intake, shares_transaction=True)
async def say_how_many_places_are_left(tx: Transaction, now: Intake) -> None:
    await feeds.follow_places(tx, now)


@reactions.react_to(Leader, erased=fitting.forget_person)
async def match_leader(tx: Transaction, now: Leader) -> None:
    await fitting.follow(tx, now.id)


@reactions.react_to(Profile, erased=fitting.match_subscriber)
async def match_by_profile(tx: Transaction, now: Profile) -> None:
    await fitting.follow(tx, now.id)


@reactions.react_to(Credential, erased=fitting.forget_credential)
async def match_by_credential(tx: Transaction, now: Credential) -> None:
    await fitting.match_subscriber(tx, now.person_id)


@reactions.react_to(Engagement, erased=nothing_else_to_forget)
async def follow_engagement(tx: Transaction, now: Engagement) -> None:
    await fitting.follow_engagement(tx, now)
