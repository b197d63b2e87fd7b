"""What notifications keeps of its neighbours, and what it does about their news: list what waits, and tell people."""

from uuid import UUID

from schemas.engagements import Arrangement, Engagement, EngagementsHelp, Intake, Undoing
from schemas.event import State
from schemas.helping import Help
from schemas.identity import Account, IdentityToDo, Organisation
from schemas.matching import Match, MatchingHelp, Opportunity
from schemas.matching_to_do import MatchingToDo
from schemas.payments import Claim, DetailsChange, Payment, PaymentsHelp, PaymentsToDo
from schemas.recruitment import Application, Duplicate, Leader, Needs, RecruitmentHelp, RecruitmentToDo
from schemas.training import Credential, Enrolment, Programme, TrainingHelp
from services.chassis.postgres import help_given
from services.chassis.postgres.transaction import Transaction
from services.chassis.work.reactions import Reactions, nothing_else_to_forget
from services.notifications.commands import (
    access,
    agreeing,
    alike,
    asking,
    caring,
    complaints,
    contact,
    coordinators,
    letters,
    monthly,
    reading_out,
    receipts,
    records,
    register,
    reminding,
    roles,
    sessions,
    story,
    talks,
    telling,
    telling_of_messages,
    writing_to_all,
)
from services.notifications.commands import waiting as waiting_commands
from services.notifications.commands.messages import forget_person
from services.notifications.domain.kinds import NEWS_FOR

reactions = Reactions("notifications")

reactions.keep(Organisation)
reactions.keep(Account, person="id", erased=forget_person, columns=(("can_sign_in", "boolean"),), searched=("called",))
reactions.keep(Leader, person="id")
reactions.keep(Application, person="person_id")
reactions.keep(Duplicate)
reactions.keep(Needs, person="id")
reactions.keep(Programme)
reactions.keep(Credential, person="person_id")
reactions.keep(Enrolment, person="person_id", columns=(("programme_id", "uuid"),), erased=nothing_else_to_forget)
reactions.keep(Opportunity)
reactions.keep(Match, person="person_id", columns=(("opportunity_id", "uuid"),))
reactions.keep(Intake)
reactions.keep(Engagement, person="person_id", organisation="organisation_id", columns=(("opportunity_id", "uuid"),))
reactions.keep(
    Undoing,
    person="person_id",
    columns=(("engagement_id", "uuid"), ("organisation_id", "uuid"), ("side", "text")),
    erased=nothing_else_to_forget,
)
reactions.keep(Arrangement, person="person_id", columns=(("engagement_id", "uuid"),))
reactions.keep(Claim, person="person_id", organisation="organisation_id")
reactions.keep(Payment, person="person_id")
reactions.keep(DetailsChange, person="person_id")
for _to_do in (IdentityToDo, RecruitmentToDo, MatchingToDo, PaymentsToDo):
    reactions.keep(_to_do)
OF_HELP = (RecruitmentHelp, TrainingHelp, MatchingHelp, EngagementsHelp, PaymentsHelp)
for _help in OF_HELP:
    reactions.keep(_help, person="person_id")

reactions.fan_out(sessions.tell_who_have_a_place)
reactions.fan_out(sessions.tell_who_have_an_offer)
reactions.fan_out(sessions.tell_who_showed_interest)
reactions.fan_out(sessions.tell_who_were_told_of_it)
reactions.fan_out(reminding.remind_of_sessions)
reactions.fan_out(letters.record_posted)
reactions.fan_out(register.apply_register)
reactions.fan_out(writing_to_all.write_to_each)
reactions.when_due(sessions.tell_one_of_role)
reactions.when_due(reminding.look_at_reminders, timers=reminding.looks_at_reminders)
reactions.when_due(reminding.remind_of_offer, timers=reminding.offers_that_end)
reactions.when_due(reminding.tell_that_late, timers=reminding.answers_promised)
reactions.when_due(talks.remind_of_talk, timers=talks.talks_to_come)
reactions.when_due(receipts.give_receipt)
reactions.when_due(reading_out.note_read_out)
reactions.when_due(telling_of_messages.list_what_waits_in_conversation)
reactions.when_due(telling_of_messages.tell_of_messages, timers=telling_of_messages.tellings_to_come)
reactions.when_due(monthly.end_what_is_not_wanted)
reactions.when_due(caring.list_concern)
reactions.when_due(caring.tell_answer)
reactions.when_due(caring.tell_question)
reactions.when_due(complaints.list_complaint)
reactions.when_due(complaints.tell_of_complaint)
reactions.when_due(story.list_story_call)
reactions.when_due(alike.look_who_is_reached_alike)


def _list_what_waits_in(of: type[State]) -> None:
    """Whatever a topic says that somebody has to do is on their home page, in step with its newest state."""

    async def list_waiting(tx: Transaction, now: State) -> None:
        await waiting_commands.list_waiting(tx, now)

    async def forget_waiting(tx: Transaction, id: UUID) -> None:
        await waiting_commands.forget_waiting(tx, of.topic, id)

    list_waiting.__name__ = f"list_what_waits_in_{of.__name__.lower()}"
    reactions.react_to(of, erased=forget_waiting, shares_transaction=True)(list_waiting)


_NOBODY_WAITS = (Organisation, Account, DetailsChange, Undoing, Enrolment, *OF_HELP)
"""Nobody ever waits in these, and there are many."""
for _mirror in reactions.mirrors.values():
    if _mirror.of not in _NOBODY_WAITS:
        _list_what_waits_in(_mirror.of)


@reactions.react_to(Match, erased=nothing_else_to_forget, fresh_for=NEWS_FOR)
async def tell_of_match(tx: Transaction, now: Match) -> None:
    await telling.tell_of_match(tx, now)


@reactions.react_to(Application, erased=nothing_else_to_forget, fresh_for=NEWS_FOR)
async def tell_of_application(tx: Transaction, now: Application) -> None:
    await telling.tell_of_application(tx, now)


@reactions.react_to(Account, erased=nothing_else_to_forget, shares_transaction=True)
async def keep_how_a_register_reaches_them(tx: Transaction, now: Account) -> None:
    if not now.can_sign_in:
        await register.apply_to(tx, now)


@reactions.react_to(Application, erased=nothing_else_to_forget)
async def ask_no_more_who_has_answered(tx: Transaction, now: Application) -> None:
    await asking.end(tx, now)


@reactions.react_to(Application, erased=nothing_else_to_forget, fresh_for=NEWS_FOR)
async def ask_who_said_yes_whether_the_address_is_theirs(tx: Transaction, now: Application) -> None:
    if now.stage == "approved":
        await contact.prove_what_others_entered(tx, now.person_id)


@reactions.react_to(Leader, erased=nothing_else_to_forget, fresh_for=NEWS_FOR, shares_transaction=True)
async def tell_who_looks_after_them(tx: Transaction, now: Leader) -> None:
    await coordinators.tell_who_looks_after(tx, now)


@reactions.react_to(Leader, erased=nothing_else_to_forget, fresh_for=NEWS_FOR, shares_transaction=True)
async def tell_what_is_to_agree_to(tx: Transaction, now: Leader) -> None:
    await agreeing.tell_to_agree(tx, now)


@reactions.react_to(Leader, erased=nothing_else_to_forget, shares_transaction=True)
async def list_what_waits_for_who_looks_after_them(tx: Transaction, now: Leader) -> None:
    await telling_of_messages.list_for_who_looks_after(tx, now)


@reactions.react_to(Leader, erased=nothing_else_to_forget, shares_transaction=True)
async def end_the_list_of_who_left_or_has_a_break(tx: Transaction, now: Leader) -> None:
    await monthly.end_what_is_not_wanted(tx, now.id)


async def _end_the_lists_of_who_asks_no_more(tx: Transaction, _: UUID) -> None:
    await monthly.end_of_who_asks_no_more(tx)


@reactions.react_to(Application, erased=_end_the_lists_of_who_asks_no_more)
async def end_the_list_of_who_takes_an_application_back(tx: Transaction, now: Application) -> None:
    await monthly.end_what_is_not_wanted(tx, now.person_id)


@reactions.react_to(Application, erased=nothing_else_to_forget, fresh_for=NEWS_FOR)
async def give_a_receipt_to_who_began(tx: Transaction, now: Application) -> None:
    if now.stage == "asked":
        await receipts.give_receipt(tx, now.person_id)


@reactions.react_to(Engagement, erased=nothing_else_to_forget, fresh_for=NEWS_FOR)
async def tell_of_engagement(tx: Transaction, now: Engagement) -> None:
    await roles.tell_of_engagement(tx, now)


@reactions.react_to(Arrangement, erased=nothing_else_to_forget, fresh_for=NEWS_FOR)
async def tell_of_access(tx: Transaction, now: Arrangement) -> None:
    await access.tell_of_access(tx, now)


@reactions.react_to(Opportunity, fresh_for=NEWS_FOR)
async def tell_of_role(tx: Transaction, now: Opportunity) -> None:
    await sessions.tell_of_role(tx, now)


@reactions.react_to(Claim, erased=nothing_else_to_forget, fresh_for=NEWS_FOR)
async def tell_of_claim(tx: Transaction, now: Claim) -> None:
    await telling.tell_of_claim(tx, now)


@reactions.react_to(Payment, erased=nothing_else_to_forget, fresh_for=NEWS_FOR)
async def tell_of_payment(tx: Transaction, now: Payment) -> None:
    await telling.tell_of_payment(tx, now)


@reactions.react_to(DetailsChange, erased=nothing_else_to_forget, fresh_for=NEWS_FOR)
async def tell_of_details(tx: Transaction, now: DetailsChange) -> None:
    await telling.tell_of_details(tx, now)


@reactions.react_to(Credential, erased=nothing_else_to_forget, fresh_for=NEWS_FOR)
async def tell_of_credential(tx: Transaction, now: Credential) -> None:
    await telling.tell_of_credential(tx, now)


@reactions.react_to(Needs, erased=nothing_else_to_forget, fresh_for=NEWS_FOR)
async def tell_of_needs(tx: Transaction, now: Needs) -> None:
    await telling.tell_of_needs(tx, now)


@reactions.react_to(Duplicate, erased=nothing_else_to_forget, fresh_for=NEWS_FOR)
async def tell_of_duplicate(tx: Transaction, now: Duplicate) -> None:
    await records.tell_of_duplicate(tx, now)


@reactions.react_to_change_of(Needs, erased=nothing_else_to_forget)
async def write_and_ring_as_people_need(tx: Transaction, now: Needs, before: Needs | None) -> None:
    await contact.follow_needs(tx, now, before)


def _list_and_tell_of(of: type[Help]) -> None:
    """What staff did for a person in another room is in the person's list here, and they are told of it."""

    async def list_help(tx: Transaction, now: Help) -> None:
        await help_given.keep(tx, now)

    async def tell_of_help(tx: Transaction, now: Help) -> None:
        await telling.tell_of_help(tx, now)

    for what in (list_help, tell_of_help):
        what.__name__ = f"{what.__name__}_in_{of.topic.partition('.')[0]}"
    reactions.react_to(of, erased=help_given.drop, shares_transaction=True)(list_help)
    reactions.react_to(of, erased=nothing_else_to_forget, fresh_for=NEWS_FOR)(tell_of_help)


for _help in OF_HELP:
    _list_and_tell_of(_help)
