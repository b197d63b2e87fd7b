"""Roles that fit people: told at once, daily or weekly at their hour; looked at again before anything goes out."""

from datetime import UTC, datetime, timedelta

import pytest

from schemas.engagements import Engagement, InterestShown
from schemas.event import Erased
from schemas.identity import AccountErased
from schemas.matching import MatchEnded, OpportunityClosed
from schemas.recruitment import LeaderLeft, LeaderPaused
from services.notifications import text_office
from services.notifications.commands import fitting, monthly, sending
from services.notifications.commands import messages as commands
from services.notifications.domain.kinds import LONDON
from services.notifications.store import fitting as store
from tests.asking import FEW
from tests.asking import asked as statements
from tests.mail_server import mail_server
from tests.notifications.fitting import MONDAY, Town, a_town, how, mail, mails, next_day, stop_link
from tests.notifications.support import NOW, send_now
from tests.support import Connected, Database, member

TUESDAY_AT_SIX = next_day(1, 18)


async def closes(town: Town, title: str) -> None:
    now = datetime.now(UTC)
    town.roles[title] = town.roles[title].model_copy(update={"version": 2, "closed_at": now})
    await town.service.hears_and_settles(OpportunityClosed(town.roles[title]))


async def answers(town: Town, called: str, title: str) -> None:
    role = town.roles[title]
    values = {"id": role.id, "version": 1, "opportunity_id": role.id, "organisation_id": role.organisation_id}
    values |= {"ods_code": role.ods_code, "person_id": town.people[called].id, "status": "interested"}
    await town.service.hears_and_settles(InterestShown(Engagement.model_validate(values | {"interested_at": NOW})))


async def test_once_a_week_one_mail_at_their_hour_has_each_role_that_is_still_open_with_pay_when_where_and_its_links(
    database: Database,
) -> None:
    async with mail_server() as server:
        town = await a_town(await database.connect("notifications", smtp_url=server.url))
        sam = await town.join("Sam")
        await town.choose("Sam", weekday="tuesday", hour=18)
        assert (await town.next_at("Sam")) == TUESDAY_AT_SIX or NOW.astimezone(LONDON).weekday() == 1
        await town.post("Read our leaflets", "Full by then", "Closed by then", "Answered", "Fits no more", "Read")
        await town.post("A seat on the board", pay=None, sessions=(), apply_by=MONDAY + timedelta(days=12))
        await town.fits("Sam", *town.roles)
        assert await town.said("Sam") == [], "each stands on the page alone"
        await town.full("Full by then")
        await closes(town, "Closed by then")
        await answers(town, "Sam", "Answered")
        ended = town.matches["Sam", "Fits no more"].model_copy(update={"version": 2, "ended_at": NOW})
        await town.service.hears_and_settles(MatchEnded(ended))
        async with town.service.api(sam) as api, town.service.browser(sam) as browser:
            [read] = [
                one for one in (await api.get("/mine/messages")).json()["messages"] if ": Read at" in one["subject"]
            ]
            assert "This role is not for me" in (await browser.get(f"/messages/mine/{read['id']}")).text
        early = next_day(1, 17)
        await town.at(early)
        assert await town.said("Sam") == []
        await town.at(early + timedelta(hours=1))
        await town.at(early + timedelta(hours=2))
        await send_now(town.service)
        [(heads, words)] = [one for one in mails(server.taken) if "roles fit" in one[0]["Subject"]]
    assert heads["Subject"] == "2 new roles fit you"
    assert words.index("A seat on the board, at Sussex") < words.index("Read our leaflets, at Sussex"), "closes first"
    first = town.roles["Read our leaflets"].sessions[0].starts_at.astimezone(LONDON)
    match = town.matches["Sam", "Read our leaflets"].id
    for part in (
        f"When: {first:%A} {first.day} {first:%B %Y} at 9am, for 3 hours. 2 more meetings follow\n",
        "Where: at the Town Hall\n",
        "Pay: £75 for each meeting, £225 in all for 3 meetings\n",
        "Time: 3 hours\n",
        "Pay: none. Your expenses are paid\n",
        f"/matches/mine/{match}/not-for-me\n",
        "/matches/mine/subscription\n",
        "/matches/mine\n",
    ):
        assert part in words, words
    assert "https://" in words or "http://" in words
    assert heads["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    await town.at(next_day(1, 18) + timedelta(days=7))
    assert [one[0] for one in await town.said("Sam")] == ["roles_fit"], (
        "nothing twice, and nothing where nothing is new"
    )


async def test_one_that_is_told_at_once_says_the_same_and_is_in_no_round_up_and_no_monthly_list(
    database: Database,
) -> None:
    async with mail_server() as server:
        town = await a_town(await database.connect("notifications", smtp_url=server.url))
        sam = await town.join("Sam")
        await town.post("Read our leaflets", "A second")
        await town.fits("Sam", "Read our leaflets")
        await send_now(town.service)
        _, words = mail(server.taken)
        for part in (
            "The next meeting is on ",
            "2 more meetings follow.",
            "Where: at the Town Hall.",
            "£225 in all for 3 meetings.",
            f"/matches/mine/{town.matches['Sam', 'Read our leaflets'].id}/not-for-me\n",
            "/matches/mine/subscription\n",
        ):
            assert part in words, words
        await town.choose("Sam")
        await town.fits("Sam", "Read our leaflets", "A second")
        await town.at(MONDAY)
        alone, several = await town.told("Sam")
        assert (alone.news.kind, several.news.kind) == ("match_made", "roles_fit")
        assert [one.role_id for one in several.news.fits] == [town.roles["A second"].id], "not again, by another match"
        async with town.service.transaction() as tx:
            first = next_day(0, 10, after=NOW).date().replace(day=1)
            assert await monthly.tell_of_month(tx, first)
            await monthly.tell_of_month(tx, first)
            assert not await tx.fetchval("select count(*) from message where kind = 'monthly_list'"), "both were told"
            alerts = await tx.fetchval("select count(*) from role_alerted")
            assert alerts == 1, "the first of each role is measured"
            assert await store.told_in_a_week(tx, [sam.id]) == [1]


@pytest.mark.parametrize("channel", ["email", "sms", "phone", "post"])
async def test_whatever_way_it_goes_nothing_is_said_of_a_role_that_filled_meanwhile_nor_to_who_answered_paused_or_left(
    notifications: Connected, channel: str
) -> None:
    town = await a_town(notifications)
    titles = ("Fills", "Closes", "Answered", "Stays")
    await town.post(*titles)
    for called in ("Sam", "Sue", "Ann", "Bo"):
        await town.join(called, channel, can_sign_in=channel in ("email", "sms"))
    await town.fits("Sam", *titles)
    for called in ("Sue", "Ann", "Bo"):
        await town.fits(called, "Stays")
    assert [one[1:] for one in await town.said("Sam")] == [(channel, "queued")] * 4
    await town.full("Fills")
    await closes(town, "Closes")
    await answers(town, "Sam", "Answered")
    await town.says("Sue", LeaderPaused, paused_at=NOW)
    await town.says("Ann", LeaderLeft, status="left", left_at=NOW)
    await notifications.hears_and_settles(AccountErased(Erased(id=town.people["Bo"].id, version=2)))
    await _goes_out(town)
    left = {
        called: [
            m.news.thread
            for m in await town.told(called)
            if m.status in ("queued", "sent") and m.news.kind == "match_made"
        ]
        for called in town.people
    }
    assert left == {"Sam": [town.roles["Stays"].id], "Sue": [], "Ann": [], "Bo": []}


async def _goes_out(town: Town) -> None:
    """By whichever way: each that waits is loaded as it is to be sent, or looked at as staff see it."""
    async with town.service.transaction() as tx:
        await fitting.look_at_what_staff_say(tx)
        rows = await tx.fetch("select id, channel from message where status = 'queued' and channel in ('email', 'sms')")
        for row in rows:
            load = sending.load if row["channel"] == "email" else sending.load_text
            tx.now = next_day(2, 12)  # a text wakes nobody
            if await load(tx, row["id"]):
                await commands.note_sent(tx, row["id"])


async def test_what_waited_through_a_break_comes_as_one_message_of_what_is_open_then(notifications: Connected) -> None:
    """Of whoever hears at once, and weekly; a letter and a call too."""
    town = await a_town(notifications)
    await town.post("One", "Two", "Three")
    await town.join("Sam")
    await town.join("Sue")
    await town.join("Ann", "post", can_sign_in=False)
    await town.choose("Sue")
    for called in town.people:
        await town.fits(called, "One", "Two")
        away = MONDAY.date() + timedelta(days=8)
        await town.says(called, LeaderPaused, paused_at=NOW, paused_until=away)
        await town.fits(called, "Three")
    await _goes_out(town)
    await town.at(MONDAY)
    for called in town.people:
        assert [one for one in await town.said(called) if one[2] != "stale"] == []
    await closes(town, "Two")
    await town.at(MONDAY + timedelta(days=14))
    for called, channel in (("Sam", "email"), ("Sue", "email"), ("Ann", "post")):
        [one] = [m for m in await town.told(called) if m.status != "stale"]
        assert (one.news.kind, one.channel) == ("roles_fit", channel)
        assert {fit.role_id for fit in one.news.fits} == {town.roles["One"].id, town.roles["Three"].id}
        assert "Two, at" not in one.news.body
        assert one.news.easy.count("It is at Sussex") == 2
    await town.at(MONDAY + timedelta(days=21))
    assert len([m for m in await town.told("Sam") if m.status != "stale"]) == 1
    await town.post("Four", apply_by=MONDAY + timedelta(days=40))
    await town.fits("Sue", "Four")
    await town.choose("Sue", fitting="at_once")
    await town.at(MONDAY + timedelta(days=22))
    assert [m.news.fits[0].role_id for m in await town.told("Sue")][1:] == [town.roles["Four"].id], "waits for no hour"


async def test_a_round_up_that_waits_is_narrowed_paused_or_stopped_as_it_goes_out(notifications: Connected) -> None:
    town = await a_town(notifications)
    await town.post("One", "Two")
    for called in ("Narrowed", "Over", "Paused", "Stopped", "Later"):
        await town.join(called)
        await town.choose(called)
        await town.fits(called, "One", "Two")
    await town.at(MONDAY)
    await closes(town, "One")
    await answers(town, "Over", "Two")
    await town.says("Paused", LeaderPaused, paused_at=NOW, paused_until=MONDAY.date() + timedelta(days=3))
    await town.choose("Stopped", fitting="page")
    await town.choose("Later", fitting="daily")
    await _goes_out(town)
    sent = {called: [one[2] for one in await town.said(called)] for called in town.people}
    assert sent == {
        "Narrowed": ["sent"],
        "Over": ["stale"],
        "Paused": ["stale"],
        "Stopped": ["stale"],
        "Later": ["sent"],
    }
    [narrowed] = await town.told("Narrowed")
    assert [one.role_id for one in narrowed.news.fits] == [town.roles["Two"].id]
    assert narrowed.news.subject == "1 new role fits you"
    await town.at(MONDAY + timedelta(days=7))
    assert [one[2] for one in await town.said("Paused")] == ["stale", "queued"], "after the break, once"
    assert len(await town.said("Stopped")) == 1


async def test_daily_comes_from_monday_to_friday_and_an_hour_stays_an_hour_when_the_clocks_change(
    notifications: Connected,
) -> None:
    async with notifications.transaction() as tx:

        async def at(how: str, day: int, hour: int, after: str) -> str:
            found = await tx.fetchval(
                "select next_round_up($1, $2::smallint, $3::smallint, $4::timestamptz)",
                *(how, day, hour, datetime.fromisoformat(after)),
            )
            return found.astimezone(LONDON).isoformat()

        assert await at("daily", 1, 9, "2027-01-08T09:00:00+00:00") == "2027-01-11T09:00:00+00:00", "Friday to Monday"
        assert await at("daily", 1, 9, "2027-01-08T08:59:59+00:00") == "2027-01-08T09:00:00+00:00"
        assert await at("weekly", 7, 8, "2027-03-27T10:00:00+00:00") == "2027-03-28T08:00:00+01:00"
        assert await at("weekly", 7, 20, "2027-10-30T22:00:00+01:00") == "2027-10-31T20:00:00+00:00"
        assert await at("weekly", 3, 9, "2027-01-06T09:00:00+00:00") == "2027-01-13T09:00:00+00:00"


async def test_a_text_says_how_many_or_of_one_its_pay_and_days_in_160_signs_and_never_its_title(
    notifications: Connected,
) -> None:
    town = await a_town(notifications)
    await town.post("A group about HIV", "Two")
    await town.join("Sam", "sms")
    await town.join("Sue", "sms")
    await town.choose("Sue")
    await town.fits("Sam", "A group about HIV")
    await town.fits("Sue", "A group about HIV", "Two")
    await town.at(MONDAY)
    said = {}
    for called in town.people:
        [one] = await town.told(called)
        async with notifications.transaction() as tx:
            tx.now = MONDAY
            to = await sending.load_text(tx, one.id)
        assert to
        for name in ("Net", "The long name of a network of many integrated care boards and trusts"):
            settings = notifications.app.settings.model_copy(update={"network_name": name})
            said[called, name] = words = text_office.words(to, settings)
            assert len(words) <= 160
            assert "\n" not in words
            assert "HIV" not in words
            assert "/matches/mine" in words
    assert "Net: A new role fits you. £225. First " in said["Sam", "Net"]
    assert "Net: 2 new roles fit you. " in said["Sue", "Net"]


async def test_staff_print_and_ring_with_the_same_lines_of_now_in_the_format_asked_for_and_without_links(
    notifications: Connected,
) -> None:
    town = await a_town(notifications)
    await town.post("One", "Two")
    await town.join("Letter", "post", can_sign_in=False)
    await town.join("Call", "phone", can_sign_in=False)
    staff = member(town.network, "screener")
    await notifications.hears_and_settles(staff.opened)
    async with notifications.transaction() as tx:
        await tx.execute("update contact_point set format = 'easy_read' where channel = 'post'")
        for one in town.people.values():
            await tx.execute(
                "insert into how_told (person_id, kinds, how, chosen_at) values ($1, 'fitting', 'weekly', now())",
                one.id,
            )
    for called in town.people:
        await town.fits(called, "One", "Two")
    await town.at(MONDAY)
    await closes(town, "One")
    [letter], [call] = await town.told("Letter"), await town.told("Call")
    async with notifications.browser(staff) as browser, notifications.api(staff) as api:
        printed = (await browser.get(f"/messages/for/QZZ/letters/{letter.id}")).text
        listed = {one["called"]: one for one in (await api.get("/organisations/QZZ/messages")).json()["messages"]}
        rung = (await browser.get("/messages/for/QZZ/calls")).text
    assert "We do not have this message in Easy Read" not in printed
    for said in (
        "This role fits you.",
        "Two",
        "The next meeting is on",
        "The pay is £75 for each meeting, £225 in all",
    ):
        assert said in printed, said
    assert "1 new role fits you" in (listed["Letter"]["subject"], listed["Call"]["subject"])
    for words in (printed, rung, listed["Call"]["text"]):
        assert "not-for-me" not in words
    assert (call.channel, "One, at" in listed["Call"]["text"], "Two, at" in listed["Call"]["text"]) == (
        "phone",
        False,
        True,
    )


async def test_many_are_told_by_a_few_statements_a_batch(notifications: Connected) -> None:
    town = await a_town(notifications)
    await town.post("One")
    await town.join("First")
    await town.choose("First")
    await town.fits("First", "One")
    with statements() as few:
        await town.at(MONDAY)
    for number in range(12):
        await town.join(f"Sam {number}")
        await town.choose(f"Sam {number}")
        await town.fits(f"Sam {number}", "One")
    with statements() as found:
        await town.at(MONDAY + timedelta(days=7))
    assert len([one for n in range(12) for one in await town.said(f"Sam {n}")]) == 12
    assert len(found) == len(few) <= FEW, found


async def test_the_button_of_a_mail_program_stops_just_these_for_whoever_has_the_link_and_nothing_else_does(
    database: Database,
) -> None:
    """RFC 8058: without a key, a session or an Origin, twice is once; a scanner's GET, a forged link and another's
    words stop nothing; after erasure nothing is kept by it."""
    async with mail_server() as server:
        service = await database.connect("notifications", smtp_url=server.url)
        town = await a_town(service)
        sam, sue = await town.join("Sam"), await town.join("Sue")
        await town.choose("Sam", pay="daily", hour=18)
        await town.post("One")
        await town.fits("Sam", "One")
        await town.at(next_day(0, 18))
        await send_now(service)
        heads, words = mail(server.taken)
    at = stop_link(heads)
    assert f"{at}\n" in words
    one_click = {"List-Unsubscribe": "One-Click"}
    signed = at.rpartition("/")[2]
    async with service.browser() as nobody, service.browser(sue) as other:
        for _ in range(3):
            page = await nobody.get(at)
            assert (page.status_code, "Sam" in page.text, str(sam.id) in page.text) == (200, False, False)
        assert (await nobody.head(at)).status_code == 200
        assert await how(service, sam.id) == "weekly"
        for forged in (signed[:-6] + "AAAAAA", signed[::-1], "x", str(sam.id)):
            assert (await nobody.post(f"/messages/matches/{forged}", data=one_click)).status_code == 404
        monthly_link = f"/messages/monthly-list/{signed}"
        assert (await nobody.post(monthly_link, data=one_click)).status_code == 404, "it is for these alone"
        for body in ({}, {"wanted": "no"}, one_click | {"wanted": "yes"}):
            assert (await nobody.post(at, data=body)).status_code >= 400, body
        assert await how(service, sam.id) == "weekly"
        answer = await other.post(at, data=one_click)
        assert (answer.status_code, "Sam" in answer.text) == (200, False), "forwarded: whoever has it"
        assert (await nobody.post(at, data=one_click)).status_code == 200
        assert (await nobody.post(at, files={"List-Unsubscribe": (None, "One-Click")})).status_code == 200
    assert (await how(service, sam.id), await how(service, sue.id)) == ("page", "at_once")
    async with service.api(sam) as api:
        said = (await api.get("/mine/how-told")).json()
    assert (said["pay"], said["hour"], said["fitting"]) == ("daily", 18, "page"), "and nothing else has changed"
    await service.hears_and_settles(AccountErased(Erased(id=sam.id, version=2)))
    async with service.browser() as nobody:
        assert (await nobody.post(at, data=one_click)).status_code == 200
        assert "we have nothing about you any more" in (await nobody.get(at)).text
    assert await how(service, sam.id) == "at_once", "nothing is kept"
