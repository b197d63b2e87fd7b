"""What may be done now about joining: domain, command, page and API say the same of every stage to every hand."""

from dataclasses import replace
from itertools import product
from uuid import uuid4

import pytest

from schemas.identity import AccountOpened
from schemas.recruitment import Leader
from services.recruitment.commands import joining, pool
from services.recruitment.domain import application as domain
from services.recruitment.domain.application import (
    AlreadyAnswered,
    AlreadyInPool,
    AlreadySent,
    Applicant,
    Application,
    NoApplicationsFromMachines,
    NothingToTakeBack,
    OwnApplication,
    Screening,
)
from tests.choices import Why, posts, refusal_of, said, tried
from tests.recruitment.scene import Scene, draft
from tests.recruitment.test_domain import NOW
from tests.support import Person

STAGES: dict[str, tuple[Why, Why, Why]] = {
    "sent": (AlreadySent, None, None),
    "approved": (None, NothingToTakeBack, AlreadyAnswered),
    "declined": (None, NothingToTakeBack, AlreadyAnswered),
    "withdrawn": (None, NothingToTakeBack, AlreadyAnswered),
}
"""Send another one and take it back, by somebody outside the pool; answer it, by somebody else."""
SAM, NETWORK = uuid4(), Screening(uuid4(), "QNX")
IN_POOL = Leader(
    id=SAM, version=1, called="Sam", reference="PL-7K3Q", status="approved", rung="feedback", approved_at=NOW
)
LEFT = IN_POOL.model_copy(update={"status": "left"})


def at(stage: str | None) -> Application | None:
    if stage is None:
        return None
    made, _ = domain.send(draft(), id=uuid4(), of=Applicant(SAM, "Sam"), to=NETWORK, now=NOW)
    return replace(made, stage=stage, ended_at=None if stage == "sent" else NOW)


@pytest.mark.parametrize("stage", [None, *STAGES])
def test_what_a_person_does_is_refused_as_the_choice_says(stage: str | None) -> None:
    newest = at(stage)
    send, withdraw = STAGES[stage][:2] if stage else (None, NothingToTakeBack)
    for leader, kind in product((None, LEFT, IN_POOL), ("person", "machine")):
        rules = ((kind == "machine", NoApplicationsFromMachines), (leader is IN_POOL, AlreadyInPool), (True, send))
        expected = {"send": next(why for holds, why in rules if holds), "withdraw": withdraw}
        assert said(domain.choices_of_person(newest, leader, kind=kind)) == expected
        of = Applicant(SAM, "Sam", kind, newest=newest, leader=leader)
        assert expected == {
            "send": refusal_of(domain.send, draft(), id=uuid4(), of=of, to=NETWORK, now=NOW),
            "withdraw": refusal_of(domain.withdraw, newest, now=NOW),
        }


@pytest.mark.parametrize("stage", STAGES)
def test_what_a_screener_does_is_refused_as_the_choice_says(stage: str) -> None:
    application = at(stage)
    assert application
    for by, own in ((uuid4(), False), (SAM, True)):
        expected = STAGES[stage][2] or (OwnApplication if own else None)
        assert said(domain.choices_of_staff(application, by=by)) == {"approve": expected, "decline": expected}
        assert refusal_of(domain.approve, application, by=by, now=NOW) is expected
        assert refusal_of(domain.decline, application, by=by, reason="So", now=NOW) is expected


async def one_of_each(scene: Scene) -> dict[str, Person]:
    """Somebody at each stage, somebody who left the pool, and a machine."""
    people = {stage: Person(called=stage.title()) for stage in ("nothing", *STAGES, "left")}
    await scene.knows(*people.values())
    for stage, person in people.items():
        id = await scene.send(person) if stage != "nothing" else None
        if id and stage in ("approved", "left"):
            await scene.approve(id)
        if id and stage == "declined":
            await scene.decline(id)
        async with scene.recruitment.transaction(person.acting()) as tx:
            if stage == "withdrawn":
                await joining.withdraw_application(tx)
            if stage == "left":
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
        }
        async with scene.recruitment.browser(person) as browser, scene.recruitment.api(person) as api:
            assert (await api.get("/mine/application")).json()["choices"] == taken, stage
            page = posts((await browser.get("/join/mine")).text)
            form = (await browser.get("/join/apply")).status_code == 200
        assert ("/join/apply" in page, "/join/mine/withdraw" in page) == (
            *(taken["send"] is True, taken["withdraw"] is True),
        ), stage
        assert form is (taken["send"] is True), stage


async def test_a_screener_sees_the_buttons_that_the_commands_take(scene: Scene) -> None:
    made = await one_of_each(scene)
    own = await scene.send(scene.screener)
    acting = scene.screener.acting(scene.network)
    async with scene.recruitment.transaction() as tx:
        rows = await tx.fetch("select id, person_id from application")
    ids = {row["person_id"]: row["id"] for row in rows}
    asked = {stage: ids[person.id] for stage, person in made.items() if person.id in ids} | {"own": own}
    assert set(asked) == {*STAGES, "left", "own"}
    async with scene.recruitment.browser(scene.screener) as browser, scene.recruitment.api(scene.screener) as api:
        listed = {one["id"]: one for one in (await api.get("/organisations/QNX/applications")).json()["applications"]}
        for stage, id in asked.items():
            taken = {
                "approve": await tried(
                    scene.recruitment, acting, lambda tx, id=id: joining.approve_application(tx, id)
                ),
                "decline": await tried(
                    scene.recruitment, acting, lambda tx, id=id: joining.decline_application(tx, id, "So")
                ),
            }
            one = (await api.get(f"/organisations/QNX/applications/{id}")).json()
            assert one["choices"] == taken, stage
            assert listed.get(str(id), one)["choices"] == taken, stage
            page = (await browser.get(f"/people/for/QNX/{id}")).text
            shown = {what for what in taken if f"/people/for/QNX/{id}/{what}" in posts(page)}
            assert shown == {what for what, answer in taken.items() if answer is True}, stage
            assert (str(taken["approve"]) in page) is (stage == "own"), "why not, where the stage does not say it"


async def test_openapi_names_each_choice(scene: Scene) -> None:
    async with scene.recruitment.browser() as anyone:
        schemas = (await anyone.get("/api/recruitment/openapi.json")).json()["components"]["schemas"]
    assert set(schemas["PersonChoices"]["properties"]) == {"send", "withdraw"}
    assert set(schemas["StaffChoices"]["properties"]) == {"approve", "decline"}
    assert schemas["MyApplication"]["properties"]["choices"] == {"$ref": "#/components/schemas/PersonChoices"}
