"""What people agree to and how long answers take: set by the network's administrators, kept by the day it was sent."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from services.chassis.base.access import london_day
from services.chassis.postgres.lists import Asked
from services.recruitment import queries
from services.recruitment.commands import joining
from services.recruitment.domain.agreement import AgreedTo, CodeNotAgreed, Days, Policy, Words
from services.recruitment.store import applications, policies
from tests.recruitment.scene import Scene, draft
from tests.recruitment.test_web import send, text
from tests.support import Person, led_to, member

PAGE = "/people/for/QNX/policies"
TODAY = london_day(datetime.now(UTC))
FIRST = TODAY + timedelta(days=1)
PARTS = {"day": FIRST.day, "month": FIRST.month, "year": FIRST.year}
CODE = {
    "title": "Code of conduct",
    "words": "Be kind.\r\nListen.",
    "issuer": "The Network of Example",
    "source": "Example code, version 2",
    "seen": "",
    **{f"valid_from_{part}": str(value) for part, value in PARTS.items()},
}


async def an_admin(scene: Scene) -> Person:
    admin = member(scene.network, "admin")
    await scene.knows(admin)
    return admin


async def as_owner(scene: Scene, sql: str, *values: object) -> None:
    """What only time can bring about: an edition that has begun, an application sent long ago."""
    settings = {"search_path": "recruitment"}
    connection = await asyncpg.connect(scene.recruitment.app.settings.admin_dsn(), server_settings=settings, timeout=10)
    try:
        await connection.execute(sql, *values)
    finally:
        await connection.close()


async def begin(scene: Scene, kind: str, value: Words, *, days_ago: int = 0) -> None:
    """An edition in force since some days ago."""
    await as_owner(
        scene,
        "insert into policy_edition (kind, edition, valid_from, issuer, source, value)"
        " values ($1, '2', $2, 'Example', 'Example', $3)",
        *(kind, TODAY - timedelta(days=days_ago), value.model_dump_json()),
    )


async def test_the_network_sets_the_next_code_of_conduct_and_nobody_sees_it_before_its_day(scene: Scene) -> None:
    admin = await an_admin(scene)
    await scene.in_pool()
    async with scene.recruitment.browser(admin) as browser:
        listed = await browser.get(PAGE)
        assert listed.text.count(f'href="{PAGE}/') == len(policies.KINDS)
        shown = await browser.get(f"{PAGE}/code_of_conduct")
        assert "Everybody else in the pool (1 person now) is asked on their own page to read it again" in text(shown)
        assert "What has changed (optional)" in text(shown)
        done = await send(browser, f"{PAGE}/code_of_conduct", CODE | {"changed": "We listen."})
        assert led_to(done) == f"{PAGE}/code_of_conduct"
        assert "edition 1, issued by The network" in text(await browser.get(PAGE))
        assert "We listen.</textarea>" in (await browser.get(f"{PAGE}/code_of_conduct")).text
    async with scene.recruitment.browser() as visitor:
        assert "Say so when something is wrong" in (await visitor.get("/join/agreements/code_of_conduct")).text
        known = (await visitor.get("/api/recruitment/v1/policies")).json()
        assert (known["code_of_conduct"]["version"], len(known)) == ("1", 10)
    async with scene.recruitment.transaction() as tx:
        assert (await policies.in_force(tx, on=FIRST))["code_of_conduct"].words == "Be kind.\nListen."


async def test_what_has_changed_is_said_anew_in_each_edition_and_alone_makes_none(scene: Scene) -> None:
    admin = await an_admin(scene)
    await begin(scene, "code_of_conduct", AgreedTo(title="Code", words="Be kind.", changed="We are kind."))
    async with scene.recruitment.browser(admin) as browser, scene.recruitment.api(admin) as api:
        page = (await browser.get(f"{PAGE}/code_of_conduct")).text
        assert "We are kind." in page and "We are kind.</textarea>" not in page
        same = CODE | {"title": "Code", "words": "Be kind.", "changed": "Nothing."}
        refused = await send(browser, f"{PAGE}/code_of_conduct", same)
        assert (refused.status_code, "says the same as the edition in force" in refused.text) == (422, True)
        at = "/organisations/QNX/policies/code_of_conduct"
        body = {"valid_from": FIRST.isoformat(), "issuer": "A", "source": "B", "value": {"title": "A", "words": "B"}}
        assert (await api.put(f"{at}/next", json=body)).status_code == 200, "programs of before do not know it"
        shown = (await api.get(at)).json()
        assert (shown["in_force"]["value"]["changed"], shown["next"]["value"]["changed"]) == ("We are kind.", "")


async def test_other_organisations_administrators_do_not_set_them(scene: Scene) -> None:
    admin = member(scene.trust, "admin")
    await scene.knows(admin)
    async with scene.recruitment.browser(admin) as browser, scene.recruitment.api(admin) as api:
        for path in ("/people/for/RX2/policies", "/people/for/RX2/policies/code_of_conduct"):
            refused = await browser.get(path)
            assert (refused.status_code, "Only the staff of the organisation that runs" in refused.text) == (403, True)
        assert (await api.get("/organisations/RX2/policies")).status_code == 403
        body = {"valid_from": FIRST.isoformat(), "issuer": "A", "source": "B", "value": {"title": "A", "words": "B"}}
        assert (await api.put("/organisations/RX2/policies/data_notice/next", json=body)).status_code == 403
    async with scene.recruitment.transaction() as tx:
        assert (await policies.in_force(tx, on=FIRST))["data_notice"].version == "1"


async def test_whoever_asks_to_join_agrees_to_the_edition_in_force_and_the_passport_keeps_it(scene: Scene) -> None:
    await begin(scene, "code_of_conduct", Words(title="How we treat each other", words="Be kind."))
    acting = scene.sam.acting()
    with pytest.raises(CodeNotAgreed):
        await scene.send()
    async with scene.recruitment.transaction(acting) as tx:
        await joining.send_application(tx, draft(code_of_conduct="2"))
    async with scene.recruitment.transaction(acting) as tx:
        agreed = await policies.agreed_by(tx, scene.sam.id)
    assert [(one.kind, one.version, one.title) for one in agreed] == [
        ("code_of_conduct", "2", "How we treat each other"),
        ("data_notice", "1", "What we keep about you"),
    ]


async def test_nobody_agrees_to_an_edition_that_is_not_there(scene: Scene) -> None:
    never = Policy("code_of_conduct", "9", "Example", TODAY, "A", "B")
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        async with scene.recruitment.transaction(scene.sam.acting()) as tx:
            await policies.note_agreement(tx, scene.sam.id, never, entered_by=None)


async def test_an_application_keeps_the_answer_day_that_was_promised_when_it_was_sent(scene: Scene) -> None:
    id = await scene.send()
    await as_owner(scene, "update application set sent_at = sent_at - interval '10 days'")
    await begin(scene, "screening", Days(title="How long an answer takes", words="Longer.", days=28), days_ago=5)
    assert await promised(scene, id) == TODAY + timedelta(days=4)
    await as_owner(scene, "update application set sent_at = sent_at + interval '7 days'")
    assert await promised(scene, id) == TODAY + timedelta(days=25)


async def promised(scene: Scene, id: UUID) -> object:
    async with scene.recruitment.transaction(scene.screener.acting(scene.network)) as tx:
        found = await queries.own_application(tx, id)
        assert found is not None
        [listed] = (await queries.waiting_applications(tx, Asked(), scene.network.id)).items
        assert found.answer_by == listed.answer_by
        return found.answer_by


async def test_how_long_applications_are_kept_follows_the_edition_in_force(scene: Scene) -> None:
    id = await scene.send()
    await scene.decline(id)
    await as_owner(
        scene,
        "update application set sent_at = sent_at - interval '200 days', ended_at = ended_at - interval '199 days'",
    )
    async with scene.recruitment.transaction() as tx:
        assert await joining.erase_unsuccessful_applications(tx) == 0
    await begin(scene, "unsuccessful_applications", Days(title="How long", words="Example.", days=180))
    async with scene.recruitment.transaction() as tx:
        assert await joining.erase_unsuccessful_applications(tx) == 1
        assert await applications.get(tx, id) is None


async def test_an_older_version_reads_the_same_editions_under_the_old_name(scene: Scene) -> None:
    await begin(scene, "screening", Days(title="How long an answer takes", words="Longer.", days=28))
    async with scene.recruitment.transaction() as tx:
        rows = await tx.fetch(
            "select distinct on (kind) kind, version, issuer, valid_from, title, words, days from policy"
            " where valid_from <= $1 order by kind, valid_from desc",
            TODAY,
        )
        known = {row["kind"]: Policy(**row) for row in rows}
        in_force = await policies.in_force(tx, on=TODAY)
        assert known == {kind: one for kind, one in in_force.items() if kind in known}
        new = {"stages", "undo", "coordinator_notes", "contact", "lists"}
        assert set(in_force) - set(known) == new, "these it does not know"
