"""The monthly list of open roles: who gets it and how, what stands in it, once a month each."""

from datetime import datetime, timedelta

import pytest

from schemas.engagements import IntakeChanged, InterestShown
from schemas.event import Erased
from schemas.identity import AccountErased, AccountOpened
from schemas.matching import Job, MatchMade, OpportunityPosted, OpportunityWithdrawn, Withdrawn
from schemas.recruitment import (
    ApplicationDeclined,
    ApplicationErased,
    ApplicationListed,
    LeaderLeft,
    LeaderPaused,
)
from services.chassis.base.wording import day, moment
from services.chassis.postgres.transaction import new_id
from services.notifications.commands import monthly as commands
from services.notifications.commands.monthly import month_of
from services.notifications.domain.kinds import LONDON
from services.notifications.domain.message import News
from services.notifications.store import monthly as store
from services.notifications.store import waits
from tests.mail_server import mail_server, words_of
from tests.notifications.monthly import ADDRESS, FIRST, Pool, a_leader, a_pool, a_role, count, first_of
from tests.notifications.support import NOW, World, send_now
from tests.support import Connected, Database, Person, hidden, member


def world_of(pool: Pool, person: Person) -> World:
    return World(pool.service, pool.trust, pool.network, person, pool.roles[0])


async def test_everybody_in_the_pool_gets_it_who_is_reached_by_mail_text_or_letter_and_has_not_said_no(
    notifications: Connected,
) -> None:
    pool = await a_pool(notifications)
    await pool.join("mail")
    await pool.join("letter", "post")
    await pool.join("text", "sms", can_sign_in=False)
    await pool.join("rung", "phone", letters_to=ADDRESS)
    await pool.join("rung, as a letter", "phone", letters_to=ADDRESS)
    await pool.join("met", "meet")
    await pool.join("page", "page")
    await pool.join("not proved", verified_at=None)
    await pool.join("mail bounces", unreached="wrong_number")
    await pool.join("said no")
    await pool.join("has a break", leader={"paused_at": NOW})
    await pool.join("break is over", leader={"paused_at": NOW, "paused_until": (FIRST - timedelta(days=1)).date()})
    await pool.join("left", leader={"status": "left", "left_at": NOW})
    await pool.join("closed", leader={"status": "left", "left_at": NOW, "closed_for": new_id()})
    for name in ("never asked to join", "not now", "not now, and wants it", "listed", "application erased"):
        await pool.join(name, leader={})
    declined = {
        name: world_of(pool, pool.people[name]).application("declined")
        for name in ("not now", "not now, and wants it", "application erased")
    }
    listed = world_of(pool, pool.people["listed"]).application("listed", listed_by=pool.trust.id, called="Sam")
    await pool.hears(*(ApplicationDeclined(one) for one in declined.values()), ApplicationListed(listed))
    for name in ("rung, as a letter", "not now, and wants it", "application erased"):
        await pool.said(pool.people[name], wanted=True)
    await pool.said(pool.people["said no"], wanted=False)
    erased = declined["application erased"]
    await pool.hears(ApplicationErased(Erased(id=erased.id, version=2)))
    await pool.first_day()
    assert await pool.who() == {
        "mail": "email",
        "letter": "post",
        "text": "sms",
        "rung, as a letter": "post",
        "break is over": "email",
        "not now, and wants it": "email",
    }
    assert await notifications.failing() == []


async def test_each_gets_it_once_a_month_however_often_the_job_runs_or_where_it_was_cut_off(
    notifications: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "TOLD_AT_ONCE", 2)
    pool = await a_pool(notifications)
    people = [await pool.join(f"Sam {n}") for n in range(5)]
    async with notifications.transaction() as tx:
        tx.now = FIRST
        assert await commands.tell_some(tx), "the month is begun"
    async with notifications.transaction() as tx:
        tx.now = FIRST
        assert await commands.tell_some(tx)
    with pytest.raises(ZeroDivisionError):
        await _killed_before_the_commit(notifications)
    assert len(await pool.lists()) == 2
    async with notifications.transaction() as tx:
        assert (await waits.waits(tx))["list"] is not None, "operators see a month that is begun and not told"
    assert await pool.first_day() == 2
    async with notifications.transaction() as tx:  # as if how far it came had been lost
        await tx.execute("update monthly_list set after = null, finished_at = null")
    await pool.first_day()
    assert [await count(notifications, one.id) for one in people] == [1] * 5
    late = await pool.join("Sue, who joined on the second")
    await pool.first_day(FIRST + timedelta(days=1))
    assert await count(notifications, late.id) == 0


async def _killed_before_the_commit(notifications: Connected) -> None:
    async with notifications.transaction() as tx:
        tx.now = FIRST
        await commands.tell_some(tx)
        raise ZeroDivisionError


async def test_a_second_list_comes_only_with_something_new_and_with_what_is_still_open(
    notifications: Connected,
) -> None:
    pool = await a_pool(notifications, ["Read our leaflets"])
    sam = await pool.join("Sam")
    await pool.first_day()
    second = first_of(2)
    stays = {"apply_by": second + timedelta(days=20), "version": 2}
    await pool.hears(OpportunityPosted(pool.roles[0].model_copy(update=stays)))
    await pool.first_day(second)
    assert await count(notifications, sam.id) == 1, "nothing in it would be new"
    await pool.hears(
        OpportunityPosted(a_role(pool.trust, "Test a form", days_ago=-60, apply_by=second + timedelta(90)))
    )
    await pool.first_day(first_of(3))
    assert await count(notifications, sam.id) == 2


async def test_a_month_without_a_role_that_is_open_to_anybody_writes_to_nobody(notifications: Connected) -> None:
    pool = await a_pool(notifications, ["Withdrawn", "Too late", "Full"])
    await pool.join("Sam")
    gone, late, full = pool.roles
    world = world_of(pool, Person())
    taken = world.intake().model_copy(update={"id": full.id, "places": 2, "places_taken": 2})
    away = {"withdrawn": Withdrawn(at=NOW, why="postponed"), "closed_at": NOW, "version": 2}
    await pool.hears(
        OpportunityWithdrawn(gone.model_copy(update=away)),
        OpportunityPosted(late.model_copy(update={"apply_by": FIRST - timedelta(hours=1), "version": 2})),
        IntakeChanged(taken),
    )
    await pool.first_day()
    assert await pool.lists() == []
    async with notifications.transaction() as tx:
        assert await tx.fetchval("select finished_at is not null from monthly_list"), "and it is over"


async def test_a_list_says_what_is_open_to_this_person_newest_first_and_whom_to_ask(notifications: Connected) -> None:
    titles = ["Read our leaflets", "Told alone", "Asked for", "Needs training", *(f"Role {n}" for n in range(28))]
    pool = await a_pool(notifications, titles)
    pool.roles[3] = pool.roles[3].model_copy(update={"training": ("interviewing",), "version": 2})
    a_job = Job(salary="£62,215 a year.", link="https://www.jobs.example/1")
    of_a_job = {"job": a_job, "pay": None, "sessions": (), "time_commitment": "3 days a week.", "version": 2}
    pool.roles[4] = pool.roles[4].model_copy(update={"title": "Patient director"} | of_a_job)
    kim = member(pool.network, "coordinator", called="Kim")
    await pool.hears(*(OpportunityPosted(pool.roles[number]) for number in (3, 4)), AccountOpened(kim.account))
    sam = await pool.join("Sam", leader={"coordinator_id": kim.id, "coordinator_since": NOW - timedelta(days=60)})
    await pool.join("Sue")
    world = world_of(pool, sam)
    told, asked_for = pool.roles[1], pool.roles[2]
    await pool.hears(
        MatchMade(world.match(opportunity_id=told.id)), InterestShown(world.engagement(opportunity_id=asked_for.id))
    )
    await pool.first_day()
    mine, sues = await pool.of(sam), await pool.of(pool.people["Sue"])
    assert mine.news.subject == f"Open roles in {FIRST:%B}: 29, 27 of them new"
    assert "Told alone" in sues.news.body
    for left_out in ("Told alone", "Asked for", "Needs training"):
        assert left_out not in mine.news.body
    assert mine.news.body.index("Read our leaflets, at Sussex Example Trust (new)") < mine.news.body.index("Role 1")
    for said in (
        f"When: {moment(FIRST + timedelta(days=20))}. Online or by phone.",
        "Pay: £75 for this meeting",
        f"Show interest by: {moment(FIRST + timedelta(days=14))}",
        "9 more roles are open",
        "Kim is your coordinator: ring us and ask for Kim by name",
    ):
        assert said in mine.news.body, said
    assert "Ask the welcome team of Example Network" in sues.news.body
    assert mine.news.body.count("Show interest by") == 19
    _says_that_one_is_a_job(mine.news)
    assert "Read our leaflets\nIt is at Sussex Example Trust." in mine.news.easy
    async with notifications.transaction() as tx:
        kept = await tx.fetchval("select max(length(body) + length(easy)) from message where kind = 'monthly_list'")
    assert kept < 500, "the list itself is kept once, not for everybody"


def _says_that_one_is_a_job(news: News) -> None:
    by = FIRST + timedelta(days=14)
    [of_job] = [part for part in news.body.split("\n\n") if part.startswith("Patient director")]
    assert of_job.splitlines() == [
        "Patient director, at Sussex Example Trust (new)",
        "When: 3 days a week. Online or by phone.",
        "Pay: A salary: £62,215 a year.",
        f"A job: its page says where to apply. Apply by: {moment(by)}",
    ]
    [in_easy] = [part for part in news.easy.split("\n\n") if part.startswith("Patient director")]
    assert in_easy.splitlines()[2:] == [
        "When: 3 days a week.",
        "It is a job. The salary is £62,215 a year.",
        f"Apply for it by {day(by)}.",
    ]
    assert "jobs.example" not in news.body + news.easy, "its page leads there, and says whose it is"


async def test_what_is_sent_is_what_is_open_then_and_on_the_page_it_says_what_has_closed_since(
    database: Database,
) -> None:
    async with mail_server() as server:
        service = await database.connect("notifications", smtp_url=server.url)
        pool = await a_pool(service)
        sam = await pool.join("Sam")
        pauses, forgotten, moved = [await pool.join(one) for one in ("pauses", "forgotten", "moved")]
        await pool.first_day()
        first, second = pool.roles
        away = {"withdrawn": Withdrawn(at=NOW, why="postponed"), "closed_at": NOW, "version": 2}
        await pool.hears(
            OpportunityWithdrawn(second.model_copy(update=away)),
            LeaderPaused(a_leader(pauses, paused_at=NOW, version=2)),
            AccountErased(Erased(id=forgotten.id, version=2)),
        )
        async with service.transaction() as tx:
            await tx.execute("update contact_point set channel = 'phone', address = '01632960001', verified_at = null"
                             " where person_id = $1", moved.id)  # fmt: skip
        await pool.come_due()
        await send_now(service)
        [(to, content)] = server.taken
        words = words_of(content)
        assert to == [f"{sam.id}@people.example"]
        assert "Read our leaflets" in words
        assert "A seat on the board" not in words, "it was taken off the feed while the mail waited"
        assert {one.status for one in await pool.lists() if one.news.person_id != sam.id} == {"stale"}
        assert await count(service, forgotten.id) == 0
        await pool.hears(OpportunityWithdrawn(first.model_copy(update=away)))
        async with service.browser(sam) as browser:
            page = (await browser.get(f"/messages/mine/{(await pool.of(sam)).id}")).text
        assert "It has closed since." in page
        assert await service.failing() == []


async def test_a_list_whose_roles_have_all_closed_is_not_sent(database: Database) -> None:
    async with mail_server() as server:
        service = await database.connect("notifications", smtp_url=server.url)
        pool = await a_pool(service, ["Read our leaflets"])
        sam = await pool.join("Sam")
        await pool.first_day()
        away = {"withdrawn": Withdrawn(at=NOW, why="postponed"), "closed_at": NOW, "version": 2}
        await pool.hears(OpportunityWithdrawn(pool.roles[0].model_copy(update=away)))
        await pool.come_due()
        await send_now(service)
        assert server.taken == []
        assert (await pool.of(sam)).status == "stale"


async def test_a_letter_is_written_in_the_format_asked_for_and_is_not_printed_for_who_left(
    notifications: Connected,
) -> None:
    pool = await a_pool(notifications)
    easy = await pool.join("Easy", "post", format="easy_read")
    left = await pool.join("Left", "post")
    changed = await pool.join("Changed", "post")
    staff = member(pool.network, "screener")
    await pool.hears(staff.opened)
    await pool.first_day()
    await pool.hears(LeaderLeft(a_leader(left, status="left", left_at=NOW, version=2)))
    async with notifications.browser(changed) as browser:
        shown = await browser.get("/messages/mine")
        typed = {"channel": "phone", "phone": "01632 960 001"}
        assert (await browser.post("/messages/mine", data={**hidden(shown.text), **typed})).status_code == 303
    await notifications.settle()
    assert {(await pool.of(one)).status for one in (left, changed)} == {"stale"}
    async with notifications.browser(staff) as browser, notifications.api(staff) as api:
        [listed] = (await api.get("/organisations/QZZ/messages")).json()["messages"]
        letter = (await browser.get(f"/messages/for/QZZ/letters/{(await pool.of(easy)).id}")).text
    assert listed["called"] == "Easy", "the others wait no more"
    assert listed["subject"] == f"Open roles in {FIRST:%B}: 2"
    for said in ("These roles are open now.", "A seat on the board", "You can ask the welcome team."):
        assert said in letter, said
    assert "We do not have this message in Easy Read" not in letter


@pytest.mark.parametrize(
    ("at", "month"),
    [
        (datetime(2026, 12, 1, 10, tzinfo=LONDON), 12),
        (datetime(2026, 12, 1, 8, tzinfo=LONDON), None),
        (datetime(2026, 12, 1, 17, tzinfo=LONDON), None),
        (datetime(2026, 11, 1, 10, tzinfo=LONDON), None),  # a Sunday
        (datetime(2026, 11, 2, 10, tzinfo=LONDON), 11),
        (datetime(2027, 1, 1, 10, tzinfo=LONDON), None),  # a bank holiday, then a weekend
        (datetime(2027, 1, 4, 10, tzinfo=LONDON), 1),
        (datetime(2026, 12, 10, 10, tzinfo=LONDON), 12),  # nothing ran on the first
        (datetime(2026, 12, 11, 10, tzinfo=LONDON), None),
    ],
)
def test_it_is_begun_by_day_on_the_first_working_day_or_soon_after(at: datetime, month: int | None) -> None:
    found = month_of(at)
    assert (found.month if found else None) == month


async def test_the_rule_in_sql_is_the_rule_of_the_domain(notifications: Connected) -> None:
    """Of each standing, choice and way: who gets it by the batch is who reads on their page that they do."""
    pool = await a_pool(notifications)
    for way in ("email", "sms", "post", "phone", "meet", "page"):
        for said in (None, True, False):
            for stands in ("pool", "break", "not now", "none"):
                leader = {"pool": {"version": 1}, "break": {"paused_at": NOW}}.get(stands, {})
                letters = {"letters_to": ADDRESS} if way == "phone" else {}
                person = await pool.join(f"{way} {said} {stands}", way, leader=leader, **letters)
                if stands == "not now":
                    await pool.hears(ApplicationDeclined(world_of(pool, person).application("declined")))
                if said is not None:
                    async with notifications.transaction() as tx:
                        await store.choose(tx, person.id, wanted=said, by=person.id)
    await pool.first_day()
    got = await pool.who()
    for name, person in pool.people.items():
        async with notifications.api(person) as api:
            mine = (await api.get("/mine/monthly-list")).json()
        assert (mine["gets_it"], mine["channel"] if mine["gets_it"] else None) == (name in got, got.get(name)), name
