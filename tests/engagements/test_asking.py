"""What somebody asked about their role before conversations came: words for the two of them alone."""

from datetime import timedelta
from uuid import UUID

import pytest
from prometheus_client import REGISTRY

from schemas.engagements import Engagement, Offer, Question
from schemas.event import Erased
from schemas.identity import AccountErased
from schemas.matching import OpportunityChanged
from services.chassis.postgres.transaction import new_id
from services.engagements import metrics
from services.engagements.commands import asking
from services.engagements.domain import asking as domain
from services.engagements.domain.asking import AnswerWords, NoQuestionWaits, OtherQuestion
from services.engagements.domain.choosing import choices_of_person, choices_of_staff
from services.engagements.domain.hands import NotYourOwn
from services.engagements.domain.offers import Terms
from services.engagements.store import questions as store
from services.engagements.store import waiting
from tests.choices import refusal_of, said
from tests.engagements.test_choices import ASKS, CARD, FOR_PERSON, IN_POOL, OPEN, SAM, TODAY, engagement
from tests.engagements.test_who_came import sends, shown
from tests.engagements.world import NOW, World, was_asked
from tests.support import hidden, led_to, member, organisation, registered

ASKED, ANSWER = "Is there parking near the door?", "Yes, behind the house: two places, ask at the desk."

WAITS = {
    **dict.fromkeys((*ASKS, "lapsed"), None),
    **dict.fromkeys(("declined", "withdrawn", "not_chosen", "ended", "called_off"), NoQuestionWaits),
}
"""Take back and answer while a question waits: nobody answers whoever left or was answered otherwise."""


def my_page(id: UUID) -> str:
    return f"/engagements/mine/{id}"


def their_page(id: UUID) -> str:
    return f"/engagements/for/RX2/people/{id}/question"


async def answer(world: World, id: UUID, question: UUID | None = None, words: str = ANSWER) -> Engagement:
    async with world.engagements.transaction(world.staff.acting(world.trust)) as tx:
        return await asking.answer(tx, id, question, AnswerWords(words=words))


def waits(of: Engagement) -> list[str]:
    return [one.what for one in of.waiting]


async def test_what_was_asked_before_conversations_is_still_read_and_answered_and_nothing_new_is_asked(
    world: World,
) -> None:
    id = await world.offered()
    await was_asked(world, id, ASKED)
    page = await shown(world, world.person, my_page(id))
    assert ASKED in page and "also without an answer" in page
    assert f"/messages/mine/conversations/engagement/{id}" in page, "what is new is written there"
    asked = await world.engagement(id)
    assert waits(asked) == ["answer_offer", "answer_question"]
    assert asked.waiting[1].link == their_page(id) and asked.waiting[1].role == "coordinator"
    intake = await shown(world, world.staff, f"/engagements/for/RX2/{world.o.id}")
    assert their_page(id) in intake and f"/messages/for/RX2/conversations/engagement/{id}" in intake
    assert ASKED in await shown(world, world.staff, their_page(id))
    answered = await sends(world, world.staff, their_page(id), words=ANSWER)
    assert led_to(answered) == f"/engagements/for/RX2/{world.o.id}"
    assert ANSWER in await shown(world, world.person, my_page(id))
    after = await world.engagement(id)
    assert after.question and after.question.answered_at and waits(after) == ["answer_offer"]
    assert ANSWER in await world.holds(world.person)
    async with world.engagements.transaction() as tx:
        values = [row["value"] for row in await tx.fetch("select value from outbox")]
    assert not any("parking" in value or "behind the house" in value for value in values), "no event has the words"
    async with world.engagements.browser(world.person) as browser:
        assert (await browser.get(f"{my_page(id)}/question")).status_code in (404, 405)
    async with world.engagements.api(world.person) as api:
        assert (await api.get(f"/mine/engagements/{id}/questions")).json()["questions"][0]["answer"] == ANSWER


async def test_an_answer_is_to_the_question_that_was_read_and_it_can_be_taken_back_until_then(world: World) -> None:
    id = await world.accepted()
    await was_asked(world, id)
    async with world.engagements.transaction() as tx:
        [first] = await store.of_engagement(tx, id)
    action = f"{my_page(id)}/question/take-back"
    async with world.engagements.browser(world.person) as browser:
        done = await browser.post(action, data=hidden((await browser.get(my_page(id))).text.split(action)[1]))
        assert "Your question is taken back" in (await browser.get(done.headers["location"])).text
    with pytest.raises(NoQuestionWaits):
        await answer(world, id, first.id)
    with pytest.raises(NoQuestionWaits):
        await world.does(asking.take_back, id)
    await was_asked(world, id, "And cake?")
    with pytest.raises(OtherQuestion):
        await answer(world, id, first.id)


async def test_nobody_else_reads_a_question_and_it_goes_with_its_person(world: World) -> None:
    other, kim = organisation("RX9", name="Another trust"), await world.approved("Kim")
    cara = member(other, "coordinator")
    await world.engagements.hears_and_settles(*registered(other), cara.opened)
    id = await world.interested()
    await was_asked(world, id)
    for who in (kim.acting(), cara.acting(other)):
        async with world.engagements.transaction(who) as tx:
            assert await store.of_engagement(tx, id) == []
    async with world.engagements.browser(cara) as browser:
        assert (await browser.get(their_page(id).replace("RX2", "RX9"))).status_code == 404
    await world.engagements.hears_and_settles(AccountErased(Erased(id=world.person.id, version=9)))
    async with world.engagements.transaction() as tx:
        assert await tx.fetchval("select count(*) from question") == 0


async def test_the_oldest_question_and_sessions_without_a_record_are_measured(world: World) -> None:
    def unrecorded() -> list[float | None]:
        return [REGISTRY.get_sample_value("pln_sessions_unrecorded", {"days": days}) for days in metrics.LATE]

    id = await world.accepted()
    await was_asked(world, id)
    asked = (await world.engagement(id)).question
    await world.engagements.settle()
    async with world.engagements.transaction() as tx:
        waits = await waiting.waits(tx)
    assert asked and waits["question"] == asked.asked_at
    assert (waits["session_to_record"], unrecorded()) == (None, [0, 0, 0, 0]), "it has begun, and is not over"
    [session] = world.o.sessions
    ended = session.with_changes(starts_at=NOW - timedelta(days=8))
    over = world.o.model_copy(update={"version": 2, "sessions": (ended,)})
    await world.engagements.hears_and_settles(OpportunityChanged(over))
    async with world.engagements.transaction() as tx:
        assert (await waiting.waits(tx))["session_to_record"] == ended.ends_at
    assert unrecorded() == [0, 0, 1, 0]
    await answer(world, id)
    await world.record(attended={id})
    async with world.engagements.transaction() as tx:
        waits = await waiting.waits(tx)
    assert (waits["question"], waits["session_to_record"], unrecorded()) == (None, None, [0, 0, 0, 0])


@pytest.mark.parametrize("status", FOR_PERSON)
def test_a_question_that_waits_is_answered_and_taken_back_as_the_choice_says(status: str) -> None:
    answer = WAITS[status]
    theirs = engagement(status).with_changes(question=Question(asked_at=NOW))
    assert said(choices_of_person(theirs, OPEN, IN_POOL, None, now=NOW))["take_back"] is answer
    assert refusal_of(domain.take_back, theirs, None) is answer
    for by, why in ((new_id(), answer), (SAM.id, answer or NotYourOwn)):
        terms = Terms(OPEN, CARD, on=TODAY)
        assert said(choices_of_staff(theirs, IN_POOL, terms, None, now=NOW, by=by))["answer_question"] is why
        assert refusal_of(domain.answer, theirs, by=by, now=NOW) is why


def test_a_role_leads_to_its_conversation_from_interest_or_only_from_an_offer_on() -> None:
    later = OPEN.with_changes(talks_from_interest=False)
    interested = engagement("interested").with_changes(offer=None)
    offered = engagement("offered").with_changes(offer=Offer(offered_at=NOW))
    for theirs, role, may in ((interested, OPEN, True), (interested, later, False), (offered, later, True)):
        assert bool(choices_of_person(theirs, role, IN_POOL, None, now=NOW).talk) is may
