"""What recruitment keeps of its neighbours, and what it does about their news."""

from schemas.engagements import Engagement
from schemas.identity import Account, Organisation
from schemas.notifications import Alike
from schemas.training import Credential, Programme
from services.chassis.base.refusals import NotYet, TryAgainSoon
from services.chassis.postgres.transaction import Transaction
from services.chassis.work.reactions import Reactions, nothing_else_to_forget
from services.recruitment.commands import (
    agreeing,
    answering,
    closing,
    coordinating,
    duplicates,
    joining,
    needs,
    pool,
    registers,
    welcoming,
)
from services.recruitment.store import applications, coordinators, leaders
from services.recruitment.store import duplicates as duplicates_store
from services.recruitment.store import needs as needs_store

reactions = Reactions("recruitment")

reactions.keep(Organisation)
reactions.keep(Programme)
reactions.keep(Account, person="id", colleagues=True)
# An organisation sees of its own people who has a place: the migrations let it read what those need.
reactions.keep(Engagement, person="person_id", organisation="organisation_id", columns=(("status", "text"),))
# Neither of the two sees it, nor anybody but the welcome team, by recruitment's own pairs.
reactions.keep(Alike, columns=(("first_id", "uuid"), ("second_id", "uuid")))
reactions.keep(Credential, person="person_id", erased=nothing_else_to_forget)

reactions.when_due(pool.call_applicant_by_name)
reactions.when_due(pool.empty_profile_of_applicant)
reactions.when_due(pool.empty_profile_of_leader)
reactions.when_due(agreeing.say_code_agreed, shares_transaction=True)
reactions.fan_out(agreeing.ask_everybody_to_agree)
reactions.when_due(welcoming.tell_answer, timers=applications.to_tell)
reactions.when_due(registers.bring_list_in)
reactions.when_due(registers.take_list_back)
reactions.when_due(registers.look_who_is_here_twice)
reactions.when_due(answering.settle_answer)
reactions.when_due(duplicates.look_for_duplicates)
reactions.when_due(duplicates.free)
reactions.when_due(closing.end_undo, timers=duplicates_store.undos_to_end)
reactions.when_due(needs.say_needs_of_before, shares_transaction=True)
reactions.when_due(needs.ask_to_review, timers=needs_store.reviews, shares_transaction=True)
reactions.when_due(pool.come_back_in_time, timers=leaders.pauses_to_end)
reactions.when_due(coordinating.end_cover_in_time, timers=coordinators.covers_to_end)
reactions.when_due(coordinating.look_at_coordinator)
reactions.fan_out(coordinating.hand_people_over)
reactions.fan_out(coordinating.follow_cover)
reactions.fan_out(coordinating.let_people_wait)


@reactions.react_to_change_of(Account, erased=pool.forget_person)
async def call_people_by_their_name(tx: Transaction, now: Account, before: Account | None) -> None:
    if before is None or before.called != now.called:
        await pool.call_by_name(tx, now.id)


@reactions.react_to_change_of(Account, erased=nothing_else_to_forget)
async def open_the_application_of_who_came_to_join(tx: Transaction, now: Account, before: Account | None) -> None:
    """Once, when it is news: whoever takes it back, or is told "not now", does not ask again by another name."""
    if now.came_to_join_at is None or (before and before.came_to_join_at == now.came_to_join_at):
        return
    try:
        await joining.open_application(tx, now.id)
    except TryAgainSoon:
        raise NotYet("the organisation that runs the network") from None


@reactions.react_to(Account, erased=welcoming.forget_welcomer, shares_transaction=True)
async def keep_who_welcomes(tx: Transaction, now: Account) -> None:
    await welcoming.keep_welcomer(tx, now)


@reactions.react_to(Account, erased=nothing_else_to_forget, shares_transaction=True)
async def look_at_who_coordinates(tx: Transaction, now: Account) -> None:
    await coordinating.look_if_they_coordinate(tx, now.id, now.version)


@reactions.react_to(Engagement, erased=pool.forget_evidence)
async def raise_the_rung_of_who_took_part(tx: Transaction, now: Engagement) -> None:
    await pool.note_taking_part(tx, now)


@reactions.react_to(Alike, erased=nothing_else_to_forget)
async def look_at_who_is_reached_alike(tx: Transaction, now: Alike) -> None:
    await duplicates.look_for(tx, [now.first_id, now.second_id])
