"""Somebody asks the organisation something about their role, and it answers: words for the two of them alone."""

from datetime import timedelta
from uuid import UUID

import pytest
from prometheus_client import REGISTRY

from schemas.engagements import Engagement, Question
from schemas.event import Erased
from schemas.identity import AccountErased
from schemas.matching import OpportunityChanged
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.transaction import new_id
from services.engagements import metrics
from services.engagements.commands import asking, choosing, mine
from services.engagements.domain import asking as domain
from services.engagements.domain.asking import (
    MOST,
    AnswerWords,
    AskedAlready,
    Asking,
    EnoughAsked,
    NoQuestionWaits,
    OtherQuestion,
)
from services.engagements.domain.choosing import choices_of_person, choices_of_staff
from services.engagements.domain.engagement import NotOpen
from services.engagements.domain.hands import NotYourOwn
from services.engagements.domain.offers import Terms
from services.engagements.store import questions as store
from services.engagements.store import waiting
from tests.choices import refusal_of, said
from tests.engagements.test_choices import ASKS, CARD, FOR_PERSON, IN_POOL, OPEN, SAM, TODAY, engagement
from tests.engagements.test_who_came import sends, shown
from tests.engagements.world import NOW, World
from tests.support import Person, hidden, led_to, member, organisation, registered

ASKED, ANSWER = "Is there parking near the door?", "Yes, behind the house: two places, ask at the desk."

WAITS = {
    **dict.fromkeys(ASKS, (AskedAlready, None)),
    "lapsed": (NotOpen, None),
    **dict.fromkeys(("declined", "withdrawn", "not_chosen", "ended", "called_off"), (NotOpen, NoQuestionWaits)),
}
"""Ask, take back and answer while a question waits: nobody answers whoever left or was answered otherwise."""


def my_page(id: UUID) -> str:
    return f"/engagements/mine/{id}"


def their_page(id: UUID) -> str:
    return f"/engagements/for/RX2/people/{id}/question"


async def ask(world: World, id: UUID, words: str = ASKED, person: Person | None = None) -> Engagement:
    async with world.engagements.transaction((person or world.person).acting()) as tx:
        return await asking.ask(tx, id, Asking(words=words))


async def answer(world: World, id: UUID, question: UUID | None = None, words: str = ANSWER) -> Engagement:
    async with world.engagements.transaction(world.staff.acting(world.trust)) as tx:
        return await asking.answer(tx, id, question, AnswerWords(words=words))


def waits(of: Engagement) -> list[str]:
    return [one.what for one in of.waiting]


async def test_what_somebody_asks_waits_for_the_organisation_and_both_read_the_answer_and_nobody_else(
    world: World,
) -> None:
    id = await world.offered()
    before = await world.engagement(id)
    assert before.offer and before.offer.reply_by
    assert f"{my_page(id)}/question" in await shown(world, world.person, my_page(id))
    form = await shown(world, world.person, f"{my_page(id)}/question")
    assert "Asking does not move the day" in form
    async with world.engagements.browser(world.person) as browser:
        done = await browser.post(f"{my_page(id)}/question", data=hidden(form) | {"words": ASKED})
        assert led_to(done) == my_page(id)
        page = (await browser.get(done.headers["location"])).text
    assert "The organisation has your question" in page and ASKED in page and "also without an answer" in page
    asked = await world.engagement(id)
    assert (asked.status, asked.offer) == ("offered", before.offer), "the offer stands as it stood"
    assert waits(asked) == ["answer_offer", "answer_question"]
    assert asked.waiting[1].link == their_page(id) and asked.waiting[1].role == "coordinator"
    assert their_page(id) in await shown(world, world.staff, f"/engagements/for/RX2/{world.o.id}")
    assert ASKED in await shown(world, world.staff, their_page(id))
    answered = await sends(world, world.staff, their_page(id), words=ANSWER)
    assert led_to(answered) == f"/engagements/for/RX2/{world.o.id}"
    page = await shown(world, world.person, my_page(id))
    assert ANSWER in page and "Ask " in page, "more can be asked"
    after = await world.engagement(id)
    assert after.question and after.question.answered_at and waits(after) == ["answer_offer"]
    assert (await world.facts())[-2:] == ["QuestionAsked", "QuestionAnswered"]
    assert ANSWER in await world.holds(world.person)
    async with world.engagements.transaction() as tx:
        values = [row["value"] for row in await tx.fetch("select value from outbox")]
    assert not any("parking" in value or "behind the house" in value for value in values), "no event has the words"


async def test_one_question_at_a_time_and_it_can_be_taken_back_until_it_is_answered(world: World) -> None:
    id = await world.interested()
    await ask(world, id)
    with pytest.raises(AskedAlready):
        await ask(world, id, "And is there coffee?")
    await answer(world, id)
    await ask(world, id, "And is there coffee?")
    page = await shown(world, world.person, my_page(id))
    assert page.index("parking") < page.index("coffee"), "the oldest first"
    action = f"{my_page(id)}/question/take-back"
    async with world.engagements.browser(world.person) as browser:
        done = await browser.post(action, data=hidden((await browser.get(my_page(id))).text.split(action)[1]))
        page = (await browser.get(done.headers["location"])).text
    assert "Your question is taken back" in page and "coffee" not in page and ANSWER in page
    back = await world.engagement(id)
    assert back.question and back.question.answered_at, "what was answered before is what was asked last"
    assert waits(back) == ["answer_interest"]
    with pytest.raises(NoQuestionWaits):
        await answer(world, id)
    with pytest.raises(NoQuestionWaits):
        await world.does(asking.take_back, id)


async def test_an_answer_is_to_the_question_that_was_read(world: World) -> None:
    id = await world.accepted()
    await ask(world, id)
    async with world.engagements.transaction() as tx:
        [first] = await store.of_engagement(tx, id)
    async with world.engagements.browser(world.staff) as browser:
        old = (await browser.get(their_page(id))).text
        await world.does(asking.take_back, id)
        await ask(world, id, "Is there tea?")
        refused = await browser.post(their_page(id), data=hidden(old) | {"question": str(first.id), "words": ANSWER})
        assert refused.status_code == 422 and "another one was asked" in refused.text
        assert ANSWER in refused.text and "Is there tea?" in refused.text, "what was typed stays"
        await browser.post(their_page(id), data=hidden(refused.text) | {"words": "Yes, there is tea."})
    assert "Yes, there is tea." in await shown(world, world.person, my_page(id))
    with pytest.raises(NoQuestionWaits):
        await answer(world, id, first.id)
    await ask(world, id, "And cake?")
    with pytest.raises(OtherQuestion):
        await answer(world, id, first.id)


async def test_a_no_and_not_chosen_that_wait_to_be_told_are_not_lost_because_somebody_asks_or_answers(
    world: World,
) -> None:
    kim = await world.approved("Kim")
    offered, interested = await world.offered(), await world.interested(kim)
    await ask(world, offered)
    await world.does(mine.decline, offered)
    await answer(world, offered)
    await world.not_chosen(interested, tell_now=False)
    await ask(world, interested, person=kim)
    assert "You said no" in await shown(world, world.person, my_page(offered))
    assert "You said: not this time" in await shown(world, world.staff, f"/engagements/for/RX2/{world.o.id}")
    assert "Kim" not in await shown(world, world.staff, "/engagements/for/RX2/unanswered")
    assert (await world.does(mine.tell_no_now, offered)).status == "declined"
    told = await world.staff_do(choosing.tell_not_chosen_now, interested)
    assert (told.status, waits(told)) == ("not_chosen", []), "nobody waits for what was answered otherwise"
    assert "It was not answered" in await shown(world, kim, my_page(interested))


async def test_a_question_stays_with_its_organisation_and_its_person_and_goes_with_them(world: World) -> None:
    other, kim = organisation("RX9", name="Another trust"), await world.approved("Kim")
    cara = member(other, "coordinator")
    await world.engagements.hears_and_settles(*registered(other), cara.opened)
    id = await world.interested()
    await ask(world, id)
    for who in (kim, cara):
        async with world.engagements.transaction(who.acting()) as tx:
            assert await store.of_engagement(tx, id) == []
        with pytest.raises(NotFound):
            await ask(world, id, person=who)
    async with world.engagements.transaction(cara.acting(other)) as tx:
        assert await store.of_engagement(tx, id) == []
        with pytest.raises(NotFound):
            await asking.answer(tx, id, None, AnswerWords(words=ANSWER))
    async with world.engagements.browser(cara) as browser:
        assert (await browser.get(their_page(id).replace("RX2", "RX9"))).status_code == 404
    await world.engagements.hears_and_settles(AccountErased(Erased(id=world.person.id, version=9)))
    async with world.engagements.transaction() as tx:
        assert await tx.fetchval("select count(*) from question") == 0


async def test_questions_by_the_api(world: World) -> None:
    id = await world.interested()
    at, ours = f"/mine/engagements/{id}/questions", f"/organisations/RX2/engagements/{id}/questions"
    async with world.engagements.api(world.person) as sam, world.engagements.api(world.staff) as cora:
        assert (await sam.post(at, json={"words": ASKED})).status_code == 201
        again = (await sam.post(at, json={"words": "And tea?"})).json()
        assert again["type"] == "/developers/problems#asked-already"
        for wrong in ({"words": ""}, {"words": "x" * 1001}, {}, {"words": ASKED, "more": 1}):
            assert (await sam.post(at, json=wrong)).status_code == 422
        [one] = (await cora.get(ours)).json()["questions"]
        assert (one["asked"], one["answer"], one["answered_at"]) == (ASKED, "", None)
        assert (await cora.post(f"{ours}/{one['id']}/answer", json={"words": "x" * 2001})).status_code == 422
        assert (await cora.post(f"{ours}/{one['id']}/answer", json={"words": ANSWER})).status_code == 200
        assert (await sam.get(at)).json()["questions"][0]["answer"] == ANSWER
        gone = (await sam.post(f"{at}/take-back", json={})).json()
        assert gone["type"] == "/developers/problems#no-question-waits"
        assert (await sam.get(f"/mine/engagements/{id}")).json()["choices"]["ask"] is True


async def test_nobody_asks_without_end(world: World) -> None:
    id = await world.accepted()
    for number in range(MOST):
        await ask(world, id, f"Question {number}")
        await answer(world, id)
    with pytest.raises(EnoughAsked):
        await ask(world, id)


async def test_the_oldest_question_and_sessions_without_a_record_are_measured(world: World) -> None:
    def unrecorded() -> list[float | None]:
        return [REGISTRY.get_sample_value("pln_sessions_unrecorded", {"days": days}) for days in metrics.LATE]

    id = await world.accepted()
    await ask(world, id)
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
    ask, answer = WAITS[status]
    theirs = engagement(status).with_changes(question=Question(asked_at=NOW))
    of_person = said(choices_of_person(theirs, OPEN, IN_POOL, None, now=NOW))
    assert (of_person["ask"], of_person["take_back"]) == (ask, answer)
    assert refusal_of(domain.ask, theirs, now=NOW) is ask and refusal_of(domain.take_back, theirs, None) is answer
    for by, why in ((new_id(), answer), (SAM.id, answer or NotYourOwn)):
        terms = Terms(OPEN, CARD, on=TODAY)
        assert said(choices_of_staff(theirs, IN_POOL, terms, None, now=NOW, by=by))["answer_question"] is why
        assert refusal_of(domain.answer, theirs, by=by, now=NOW) is why
