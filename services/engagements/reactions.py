"""What engagements keeps of its neighbours, and what it does about their news."""

from schemas.identity import Account, Organisation
from schemas.matching import Opportunity
from schemas.payments import Claim, RateCard
from schemas.recruitment import Leader, Needs, Profile
from schemas.training import Credential, Enrolment, Programme
from services.chassis.postgres.transaction import Transaction
from services.chassis.work.reactions import Reactions, nothing_else_to_forget
from services.engagements.commands import counting, following, settling, system, talking
from services.engagements.store import answers, arranging, engagements, intakes, talks

reactions = Reactions("engagements")

reactions.keep(Organisation)
reactions.keep(Programme)
reactions.keep(Opportunity)
reactions.keep(RateCard)
reactions.keep(Account, person="id", colleagues=True, erased=system.forget_person)
# The migration lets coordinators see of these the rows of people who showed interest in, or have a place at, their own.
reactions.keep(Leader, person="id", columns=(("reference", "text"),), searched=("called",))
reactions.keep(Profile, person="id", erased=nothing_else_to_forget)
reactions.keep(Needs, person="id")
reactions.keep(Credential, person="person_id", erased=nothing_else_to_forget)
reactions.keep(
    Enrolment,
    person="person_id",
    columns=(("programme_id", "uuid"), ("session_id", "uuid")),
    erased=nothing_else_to_forget,
)
reactions.keep(Claim, person="person_id", columns=(("engagement_id", "uuid"),), erased=nothing_else_to_forget)

reactions.when_due(system.agree_with_neighbours)
reactions.when_due(system.end_what_is_over, timers=intakes.to_end)
reactions.when_due(settling.run_out, timers=engagements.to_run_out)
reactions.when_due(settling.tell_no, timers=answers.no_to_tell)
reactions.when_due(settling.tell_not_chosen, timers=answers.not_chosen_to_tell)
reactions.when_due(following.follow_access_of, timers=arranging.to_look_at)
reactions.fan_out(following.follow_access)
reactions.when_due(talking.end_talk, timers=talks.to_run_out)
reactions.when_due(counting.recount_what_waits, timers=intakes.to_recount, shares_transaction=True)


@reactions.react_to(Opportunity)
async def keep_an_intake(tx: Transaction, now: Opportunity) -> None:
    await system.follow_opportunity(tx, now)


@reactions.react_to(Leader, erased=system.forget_person)
async def answer_whoever_left(tx: Transaction, now: Leader) -> None:
    await system.follow_leader(tx, now)


@reactions.react_to(Needs, erased=following.follow_needs)
async def arrange_what_people_need(tx: Transaction, now: Needs) -> None:
    await following.follow_needs(tx, now.id)
