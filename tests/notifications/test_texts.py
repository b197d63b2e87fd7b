"""Texts by GOV.UK Notify: what they say, to whom they go, and what becomes of those that Notify does not take."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import pytest

from services.chassis.base import production
from services.chassis.base.access import LONDON, london_day
from services.chassis.base.settings import Settings
from services.chassis.work.scheduler import Clock
from services.chassis.work.text_office import length
from services.notifications.commands import contact as contacts
from services.notifications.domain import contact as domain
from services.notifications.domain.contact import Wanted
from services.notifications.jobs import TEXTS, follow_texts
from tests.notifications.support import SECRET, World, a_world, make_due, status_of
from tests.notify_server import KEY, NotifyServer, notify_server
from tests.support import Database, Person, form_key

NUMBERS = ("07700900001", "07700900002", "07700900003")
MIDDAY = datetime.combine(london_day(datetime.now(UTC)) + timedelta(days=1), time(12), LONDON)
"""Tomorrow: what is put off from then on is not due by the true clock."""


async def texts_wait(database: Database, notify: NotifyServer, *numbers: str) -> tuple[World, list[Person]]:
    """So many people who asked for texts, each with news that waits."""
    world = await a_world(await database.connect("notifications", **notify.settings))
    people = [Person(f"Sam {number}") for number in range(len(numbers))]
    await world.service.hears_and_settles(*(one.opened for one in people))
    for one, number in zip(people, numbers, strict=True):
        async with world.service.transaction(one.acting()) as tx:
            await contacts.choose_contact(tx, Wanted("sms", number), secret=SECRET, texts=True)
    await world.tell_of_approval(*people)
    return world, people


async def send_at(world: World, at: datetime = MIDDAY) -> None:
    """What the job does each second, at that time of day."""
    app = world.service.app
    await TEXTS.run(Clock(replace(app.database, clock=lambda: at), app.settings))


async def statuses(world: World, people: list[Person]) -> list[tuple[str, int]]:
    return [await status_of(world.service, await text_of(world, one)) for one in people]


async def text_of(world: World, person: Person) -> UUID:
    [message] = await world.messages(person)
    return message.id


async def refused_because(world: World) -> str | None:
    async with world.service.transaction() as tx:
        return await tx.fetchval("select error from outgoing_pause where name = 'send_texts'")


async def test_a_text_says_that_there_is_something_and_nothing_about_anybody(database: Database) -> None:
    async with notify_server() as notify:
        world, people = await texts_wait(database, notify, NUMBERS[0])
        await send_at(world)
        [sent] = notify.taken.values()
    assert sent["to"] == NUMBERS[0]
    assert "There is news for you. Sign in at http" in sent["text"] and "0300 555 0100" in sent["text"]
    assert "Sam" not in sent["text"] and "leader" not in sent["text"].replace("Patient leadership network", "")
    assert length(sent["text"]) <= 160
    assert await statuses(world, people) == [("sent", 1)]


async def test_one_number_that_takes_no_texts_holds_no_other_and_its_person_reads_it_on_their_page(
    database: Database,
) -> None:
    async with notify_server() as notify:
        world, people = await texts_wait(database, notify, *NUMBERS)
        async with world.service.transaction() as tx:
            await tx.execute("update contact_point set address = '0770' where address = $1", NUMBERS[1])
        await send_at(world)
        assert {one["to"] for one in notify.taken.values()} == {NUMBERS[0], NUMBERS[2]}
    assert await statuses(world, people) == [("sent", 1), ("failed", 1), ("sent", 1)]
    assert await refused_because(world) is None
    async with world.service.transaction() as tx:
        assert await tx.fetchval("select count(*) from contact_point where unreached = 'wrong_number'") == 1


async def test_who_cannot_sign_in_is_rung_where_no_text_reaches_them(database: Database) -> None:
    async with notify_server() as notify:
        world, people = await texts_wait(database, notify, NUMBERS[0])
        async with world.service.transaction() as tx:
            await tx.execute("update contact_point set address = '0770'")
            await tx.execute(
                "update mirror_account set state = state || '{\"can_sign_in\": false}' where id = $1", people[0].id
            )
        await send_at(world)
    [message] = await world.messages(people[0])
    assert (message.channel, message.status, message.office and message.office.ods_code) == ("phone", "queued", "QZZ")


@pytest.mark.parametrize("case", ["key", "limit", "day", "trial", "words", "down", "away"])
async def test_what_is_about_us_lets_all_wait_and_uses_up_no_try(database: Database, case: str) -> None:
    async with notify_server() as notify:
        notify.a_minute = 0 if case == "limit" else notify.a_minute
        notify.a_day = 0 if case == "day" else notify.a_day
        notify.trial_team = set() if case == "trial" else None
        notify.template = "Dear ((name))" if case == "words" else notify.template
        notify.fails_with = 503 if case == "down" else 0
        world, people = await texts_wait(database, notify, *NUMBERS)
        settings = {"key": {"notify_key": KEY[:-1] + "9"}, "away": {"notify_url": "http://127.0.0.1:9"}}.get(case, {})
        if settings:
            world.service.app.settings = world.service.app.settings.model_copy(update=settings)
        await send_at(world)
        await send_at(world)
        assert notify.taken == {}
        because = await refused_because(world)
        assert because and "07700" not in because, "no number"
        assert notify.asked <= 1 + TEXTS.connections * 2, "nobody tries again at once"
    assert await statuses(world, people) == 3 * [("queued", 0)]


async def test_a_text_of_which_nobody_knows_is_asked_for_and_not_sent_twice(database: Database) -> None:
    async with notify_server() as notify:
        world, people = await texts_wait(database, notify, *NUMBERS[:2])
        notify.loses_answers = True
        await send_at(world)
        assert await statuses(world, people) == 2 * [("queued", 1)]
        taken = dict(notify.taken)
        notify.taken.pop(str(await text_of(world, people[1])))  # this one never came there
        notify.loses_answers = False
        await make_due(world.service)
        await send_at(world)
        assert await statuses(world, people) == 2 * [("sent", 2)]
        first = str(await text_of(world, people[0]))
        assert notify.taken[first]["id"] == taken[first]["id"], "it is the one of before"
        assert len(notify.taken) == 2


async def test_a_text_that_never_got_to_its_phone_counts_as_not_sent(database: Database) -> None:
    async with notify_server() as notify:
        world, people = await texts_wait(database, notify, *NUMBERS)
        await send_at(world)
        notify.statuses = {NUMBERS[0]: "delivered", NUMBERS[1]: "permanent-failure"}
        async with world.service.transaction() as tx:
            tick = "update mirror_account set state = state || '{\"can_sign_in\": false}' where id = $1"
            await tx.execute(tick, people[2].id)
            await tx.execute("update message set sent_at = clock_timestamp()")
        clock = Clock(world.service.app.database, world.service.app.settings)
        await follow_texts(clock)
        assert [status for status, _ in await statuses(world, people)] == ["sent", "failed", "sent"]
        notify.statuses[NUMBERS[2]] = "temporary-failure"
        await follow_texts(clock)
        asked = notify.asked
        await follow_texts(clock)
        assert notify.asked == asked, "of each it is known now"
    [rung] = await world.messages(people[2])
    assert (rung.channel, rung.status) == ("phone", "queued"), "who cannot sign in is rung"
    async with world.service.transaction() as tx:
        wrong = await tx.fetch("select person_id from contact_point where unreached = 'wrong_number'")
    assert [row["person_id"] for row in wrong] == [people[1].id]


async def test_nobody_is_woken_by_a_text(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async with notify_server() as notify:
        world, people = await texts_wait(database, notify, NUMBERS[0])
        monkeypatch.undo()  # from now on it is night (conftest.py)
        await send_at(world, MIDDAY.replace(hour=3))
        assert notify.taken == {}
    assert await statuses(world, people) == [("queued", 0)]
    async with world.service.transaction() as tx:
        at = await tx.fetchval("select next_try_at from message")
    assert at == MIDDAY.replace(hour=8)


@pytest.mark.parametrize("number", ["01632 960 001", "+1 202 555 0100", "07700 900", "text me", "+44 20 7946 0018"])
def test_a_number_that_takes_no_texts_is_refused_in_words(number: str) -> None:
    with pytest.raises(domain.MobileNeeded):
        domain.tidy("sms", number)


def test_a_mobile_number_is_taken_as_people_write_it() -> None:
    for number in ("07700 900 982", "+44 (0)7700 900982", "00447700900982"):
        assert domain.tidy("sms", number)


async def test_texts_can_be_chosen_only_where_the_network_sends_them(database: Database) -> None:
    async with notify_server() as notify:
        with_texts = await a_world(await database.connect("notifications", **notify.settings))
        async with with_texts.service.browser(with_texts.person) as browser:
            page = (await browser.get("/messages/mine")).text
            assert "Text me" in page
    without = await database.connect("notifications")
    async with without.browser(with_texts.person) as browser, without.api(with_texts.person) as api:
        page = (await browser.get("/messages/mine")).text
        assert "Text me" not in page
        answer = await api.put("/mine/contact", json={"channel": "sms", "address": NUMBERS[0]})
        assert (answer.status_code, answer.json()["type"]) == (422, "/developers/problems#texts-not-sent")
        form = {"form_key": form_key(page), "channel": "sms", "phone": NUMBERS[0]}
        assert (await browser.post("/messages/mine", data=form)).status_code == 422


@pytest.mark.parametrize("left_out", ["notify_url", "notify_key", "notify_template"])
def test_production_does_not_start_with_half_of_what_texts_need(left_out: str) -> None:
    whole = {"notify_url": "https://notify.example", "notify_key": KEY, "notify_template": KEY[-36:]}
    base = Settings(kafka_bootstrap_servers="kafka.example:9093")
    before = set(production.reasons(base))
    assert set(production.reasons(base.model_copy(update=whole))) == before
    [said] = set(production.reasons(base.model_copy(update=whole | {left_out: ""}))) - before
    assert f"PLN_{left_out.upper()}" in said
    [plain] = set(production.reasons(base.model_copy(update=whole | {"notify_url": "http://notify.example"}))) - before
    assert "https" in plain


def test_the_wait_between_tries_ends_before_it_is_no_longer_worth_sending() -> None:
    at = TEXTS.back_off.next_try(UUID(int=1), tries=1, now=MIDDAY, good_until=MIDDAY + timedelta(hours=1))
    assert at and MIDDAY < at < MIDDAY + timedelta(minutes=2)
