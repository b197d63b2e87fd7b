"""What may be done now about joining: domain, command, page and API say the same of every stage to every hand."""

from dataclasses import replace
from datetime import timedelta
from itertools import product
from uuid import UUID, uuid4

import pytest

from schemas.identity import AccountOpened
from schemas.recruitment import Leader
from services.recruitment.commands import answering, joining, pool, welcoming
from services.recruitment.domain import applying, listed, welcome
from services.recruitment.domain.application import AlreadyInPool, Applicant, Application, Screening
from services.recruitment.domain.applying import (
    AlreadySent,
    LookedAgain,
    NoApplicationsFromMachines,
    NothingAsked,
    NothingToLookAt,
    NothingToTakeBack,
)
from services.recruitment.domain.listed import SaidAlready
from services.recruitment.domain.welcome import (
    AlreadyAnswered,
    AskedAlready,
    HeldAlready,
    NothingToUndo,
    NotYourAnswer,
    OwnAnswer,
    OwnApplication,
    TheirsToSay,
)
from tests.choices import Command, Why, posts, refusal_of, said, tried
from tests.recruitment.scene import Scene, draft
from tests.recruitment.test_domain import NOW
from tests.support import Person

OPEN = (NothingAsked, NothingToLookAt)
STAGES: dict[str, tuple[Why, Why, Why, Why, Why]] = {
    "asked": (None, None, *OPEN, None),
    "sent": (AlreadySent, None, *OPEN, None),
    "talked": (AlreadySent, None, *OPEN, None),
    "more_asked": (AlreadySent, None, None, NothingToLookAt, None),
    "answered": (AlreadySent, None, *OPEN, AlreadyAnswered),
    "again": (AlreadySent, None, *OPEN, None),
    "approved": (None, NothingToTakeBack, *OPEN, AlreadyAnswered),
    "declined": (None, NothingToTakeBack, NothingAsked, None, AlreadyAnswered),
    "declined_again": (None, NothingToTakeBack, NothingAsked, LookedAgain, AlreadyAnswered),
    "withdrawn": (None, NothingToTakeBack, *OPEN, AlreadyAnswered),
}
"""Send another one, take it back, say more and ask for a second look, by somebody outside the pool; answer it, by
somebody else."""
SAM, NETWORK = uuid4(), Screening(uuid4(), "QNX")
IN_POOL = Leader(
    id=SAM, version=1, called="Sam", reference="PL-7K3Q", status="approved", rung="feedback", approved_at=NOW
)
LEFT = IN_POOL.model_copy(update={"status": "left"})


def at(stage: str | None) -> Application | None:
    """One at each stage; `answered`: and it can still be undone."""
    if stage is None:
        return None
    by, of = uuid4(), Applicant(SAM, "Sam")
    asked, _ = applying.open_asked(id=uuid4(), of=of, to=NETWORK, now=NOW)
    made, _ = applying.send(draft(), id=uuid4(), of=of, to=NETWORK, now=NOW)
    declined, _ = welcome.decline(made, by=by, why=("So", "That"), now=NOW)
    again, _ = applying.look_again(declined, now=NOW)
    return {
        "asked": asked,
        "sent": made,
        "talked": welcome.agree_talk(made, by=by, at=NOW, how="phone", now=NOW)[0],
        "more_asked": welcome.ask_more(made, by=by, now=NOW)[0],
        "answered": welcome.approve(made, by=by, now=NOW, undo_for=timedelta(hours=1))[0],
        "again": again,
        "approved": welcome.approve(made, by=by, now=NOW)[0],
        "declined": declined,
        "declined_again": welcome.decline(again, by=uuid4(), why=("So", "That"), now=NOW)[0],
        "withdrawn": applying.withdraw(made, now=NOW)[0],
    }[stage]


@pytest.mark.parametrize("stage", [None, *STAGES])
def test_what_a_person_does_is_refused_as_the_choice_says(stage: str | None) -> None:
    newest = at(stage)
    send, withdraw, say_more, look_again = STAGES[stage][:4] if stage else (None, NothingToTakeBack, *OPEN)
    for leader, kind in product((None, LEFT, IN_POOL), ("person", "machine")):
        rules = ((kind == "machine", NoApplicationsFromMachines), (leader is IN_POOL, AlreadyInPool), (True, send))
        expected = {
            "send": next(why for holds, why in rules if holds),
            "withdraw": withdraw,
            "say_more": say_more,
            "look_again": look_again,
        }
        assert said(applying.choices_of_person(newest, leader, kind=kind)) == expected
        of = Applicant(SAM, "Sam", kind, newest=newest, leader=leader)
        assert expected == {
            "send": refusal_of(applying.send, draft(), id=uuid4(), of=of, to=NETWORK, now=NOW),
            "withdraw": refusal_of(applying.withdraw, newest, now=NOW),
            "say_more": refusal_of(applying.say_more, newest, now=NOW),
            "look_again": refusal_of(applying.look_again, newest, now=NOW),
        }


def test_of_somebody_on_a_list_their_own_word_is_entered_and_nothing_else_is_done() -> None:
    one, _ = listed.list_person(
        id=uuid4(), person_id=SAM, called="Sam", full_name=None, to=NETWORK, listed_by=uuid4(), now=NOW
    )
    for by in (uuid4(), SAM):
        enters = listed.OwnAnswer if by == SAM else None
        works = dict.fromkeys(
            ("approve", "decline", "take", "hand_over", "ask_more", "agree_talk", "step_back"), TheirsToSay
        )
        undone = {"undo": NothingToUndo, "tell_now": NothingToUndo}
        expected = {**works, **undone, "enter_yes": enters, "enter_no": enters}
        assert said(welcome.choices_of_staff(one, by=by, now=NOW)) == expected
    nothing = {"withdraw": NothingToTakeBack, "say_more": NothingAsked, "look_again": NothingToLookAt}
    assert said(applying.choices_of_person(one, None, kind="person")) == {"send": applying.OnAList, **nothing}


@pytest.mark.parametrize("stage", STAGES)
def test_what_a_welcomer_does_is_refused_as_the_choice_says(stage: str) -> None:
    application = at(stage)
    assert application
    first = application.earlier.by if application.earlier else uuid4()
    hand = application.answer.by if application.answer else uuid4()
    for by, held in product({uuid4(), SAM, first, hand}, (None, uuid4())):
        one = replace(application, held_by=held)
        works = STAGES[stage][4] or (OwnApplication if by == SAM else None)
        answers = works or (OwnAnswer if by == first and application.earlier else None)
        undo = None if stage == "answered" and by == hand else NotYourAnswer if stage == "answered" else NothingToUndo
        expected = {
            "approve": answers,
            "decline": answers,
            "take": answers or (HeldAlready if held else None),
            "hand_over": works,
            "ask_more": works or (AskedAlready if one.more_asked_at else None),
            "agree_talk": works,
            "undo": undo,
            "tell_now": undo,
            "enter_yes": SaidAlready,
            "enter_no": SaidAlready,
            "step_back": works,
        }
        assert said(welcome.choices_of_staff(one, by=by, now=NOW)) == expected
        assert expected == {
            "approve": refusal_of(welcome.approve, one, by=by, now=NOW),
            "decline": refusal_of(welcome.decline, one, by=by, why=("So", "That"), now=NOW),
            "take": refusal_of(welcome.take, one, by=by),
            "hand_over": refusal_of(welcome.hand_over, one, by=by, to=uuid4()),
            "ask_more": refusal_of(welcome.ask_more, one, by=by, now=NOW),
            "agree_talk": refusal_of(welcome.agree_talk, one, by=by, at=NOW, how="phone", now=NOW),
            "undo": refusal_of(welcome.undo, one, by=by, now=NOW),
            "tell_now": refusal_of(welcome.tell_now, one, by=by, now=NOW),
            "enter_yes": refusal_of(listed.agree, one, entered_by=by, now=NOW),
            "enter_no": refusal_of(listed.forget, one, now=NOW),
            "step_back": refusal_of(welcome.step_back, one, by=by),
        }


async def one_of_each(scene: Scene) -> dict[str, Person]:
    """Somebody at each stage, somebody who left the pool, and a machine."""
    people = {stage: Person(called=stage.title()) for stage in ("nothing", *STAGES, "left")}
    await scene.knows(*people.values())
    for stage, person in people.items():
        await scene.bring(person, stage)
        if stage == "left":
            async with scene.recruitment.transaction(person.acting()) as tx:
                await pool.leave_pool(tx)
    machine = Person(called="Robot")
    await scene.recruitment.hears(AccountOpened(machine.account.model_copy(update={"kind": "machine"})))
    return people | {"machine": machine}


async def test_a_person_sees_the_buttons_that_the_commands_take(scene: Scene) -> None:
    for stage, person in (await one_of_each(scene)).items():
        acting = person.acting()
        taken = {
            "send": await tried(scene.recruitment, acting, lambda tx: joining.send_application(tx, draft())),
            "withdraw": await tried(scene.recruitment, acting, joining.withdraw_application),
            "say_more": await tried(scene.recruitment, acting, lambda tx: joining.say_more(tx, "More")),
            "look_again": await tried(scene.recruitment, acting, joining.look_again),
        }
        async with scene.recruitment.browser(person) as browser, scene.recruitment.api(person) as api:
            assert (await api.get("/mine/application")).json()["choices"] == taken, stage
            page = posts((await browser.get("/join/mine")).text)
            form = (await browser.get("/join/apply")).status_code == 200
        shown = {
            "send": "/join/apply" in page,
            "withdraw": "/join/mine/withdraw" in page,
            "say_more": "/join/mine/say-more" in page,
            "look_again": "/join/mine/look-again" in page,
        }
        assert shown == {what: answer is True for what, answer in taken.items()}, stage
        assert form is (taken["send"] is True), stage


async def test_a_welcomer_sees_the_buttons_that_the_commands_take(scene: Scene) -> None:
    made = await one_of_each(scene)
    own = await scene.send(scene.screener)
    async with scene.recruitment.transaction() as tx:
        rows = await tx.fetch("select id, person_id from application")
    ids = {row["person_id"]: row["id"] for row in rows}
    asked = {stage: ids[person.id] for stage, person in made.items() if person.id in ids} | {"own": own}
    assert set(asked) == {*STAGES, "left", "own"}
    async with scene.recruitment.browser(scene.screener) as browser, scene.recruitment.api(scene.screener) as api:
        of_api = {one["id"]: one for one in (await api.get("/organisations/QNX/applications")).json()["applications"]}
        for stage, id in asked.items():
            taken = await tried_by_staff(scene, id)
            one = (await api.get(f"/organisations/QNX/applications/{id}")).json()
            assert one["choices"] == taken, stage
            assert of_api.get(str(id), one)["choices"] == taken, stage
            page = (await browser.get(f"/people/for/QNX/{id}")).text
            shown = {what for what in taken if f"/people/for/QNX/{id}/{AT.get(what, what)}" in posts(page)}
            assert shown == {what for what, answer in taken.items() if answer is True}, stage
            assert (str(taken["approve"]) in page) is (stage in ("own", "again")), "why not, where it is not plain"


AT = {
    "hand_over": "hand-over",
    "ask_more": "ask-more",
    "agree_talk": "talk",
    "tell_now": "tell-now",
    "enter_yes": "said-yes",
    "enter_no": "said-no",
    "step_back": "step-back",
}
"""The last word of an act's address, where it is another than its choice."""


async def tried_by_staff(scene: Scene, id: UUID) -> dict[str, object]:
    acts: dict[str, Command] = {
        "approve": lambda tx: welcoming.approve_application(tx, id),
        "decline": lambda tx: welcoming.decline_application(tx, id, reason="So", would_help="That"),
        "take": lambda tx: welcoming.take(tx, id),
        "hand_over": lambda tx: welcoming.hand_over(tx, id, scene.welcomer.id),
        "ask_more": lambda tx: welcoming.ask_more(tx, id, "What?"),
        "agree_talk": lambda tx: welcoming.agree_talk(tx, id, at=tx.now, how="phone"),
        "undo": lambda tx: welcoming.undo_answer(tx, id),
        "tell_now": lambda tx: welcoming.tell_now(tx, id),
        "enter_yes": lambda tx: answering.enter_yes(tx, id),
        "enter_no": lambda tx: answering.enter_no(tx, id),
        "step_back": lambda tx: welcoming.step_back(tx, id),
    }
    acting = scene.screener.acting(scene.network)
    return {what: await tried(scene.recruitment, acting, act) for what, act in acts.items()}


async def test_openapi_names_each_choice(scene: Scene) -> None:
    async with scene.recruitment.browser() as anyone:
        schemas = (await anyone.get("/api/recruitment/openapi.json")).json()["components"]["schemas"]
    assert set(schemas["PersonChoices"]["properties"]) == {"send", "withdraw", "say_more", "look_again"}
    assert set(schemas["StaffChoices"]["properties"]) >= {"approve", "decline", "undo", "tell_now"}
    assert schemas["MyApplication"]["properties"]["choices"] == {"$ref": "#/components/schemas/PersonChoices"}
