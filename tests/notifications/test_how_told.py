"""How often people are told: at once or once a day, as they chose; what is urgent at once; what can be stopped."""

from datetime import date, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.message import Message as Mail
from uuid import UUID

import pytest

from schemas.engagements import PlaceAccepted, PlaceOffered
from schemas.matching import MatchMade, OpportunityPosted, OpportunityRestated
from schemas.payments import Claim, ClaimReady
from schemas.recruitment import LeaderPaused
from services.chassis.postgres.transaction import new_id
from services.notifications import text_office
from services.notifications.commands import how_told as commands
from services.notifications.commands import sending
from services.notifications.domain import how_told as domain
from services.notifications.domain import kinds
from services.notifications.domain.how_told import APART, GROUPS, OF_KIND
from tests.mail_server import mail_server
from tests.notifications.fitting import DAYS, Town, a_town, mails, next_day
from tests.notifications.support import NOW, World, a_world, send_now
from tests.support import Connected, Database, Person, hidden


def _always(_: object) -> bool:
    return True


@pytest.fixture(autouse=True)
def it_is_morning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(domain, "may_be_sent", _always)


SATURDAY = next_day(5)
"""Roles that fit come from Monday to Friday, so what is new comes alone."""
DAILY = {"fitting": "daily", "roles": "daily", "pay": "daily", "training": "daily", "you": "daily"}


def test_every_kind_can_be_chosen_or_is_urgent_or_has_a_place_of_its_own() -> None:
    urgent = {kind for kind in kinds.KINDS if domain.is_urgent(kind)} - {*APART}
    assert {*OF_KIND} | urgent | {*APART} == {*kinds.KINDS}
    assert not {*OF_KIND} & urgent
    assert sum(len(some) for some in GROUPS.values()) == len(OF_KIND)


async def _queued(service: Connected, person: Person) -> list[tuple[str, str, str]]:
    async with service.transaction() as tx:
        rows = await tx.fetch(
            "select kind, channel, status from message where person_id = $1 order by queued_at, id", person.id
        )
    return [(row["kind"], row["channel"], row["status"]) for row in rows]


async def _in_the_morning(service: Connected) -> None:
    async with service.transaction() as tx:
        tx.now = SATURDAY
        assert await commands.tell_daily(tx) is False


async def test_who_chose_once_a_day_gets_one_mail_in_the_morning_and_what_is_urgent_at_once(
    notifications: Connected,
) -> None:
    world = await a_world(notifications)
    await world.reach_by_verified_email()
    async with notifications.api(world.person) as api, notifications.browser(world.person) as browser:
        before = (await api.get("/mine/how-told")).json()
        assert before == dict.fromkeys(DAILY, "at_once") | {"weekday": "monday", "hour": 9}
        assert (await api.put("/mine/how-told", json=before)).status_code == 200, "what is read can be sent back"
        await api.put("/mine/how-told", json=DAILY | {"weekday": "friday", "hour": 18})
        kept = (await api.put("/mine/how-told", json=DAILY)).json()
        assert (kept["weekday"], kept["hour"]) == ("friday", 18), "as a program of before sends it"
        await api.put("/mine/how-told", json=before)
        after = (await api.put("/mine/how-told", json=DAILY)).json()
        assert {group: after[group] for group in DAILY} == DAILY
        page = (await browser.get("/messages/mine/how-told")).text
        assert page.count("checked") == 5
        assert "a meeting that is cancelled or moved" in page
        wrongs = ({"pay": "page"}, {"roles": "never"}, {"roles": "weekly"}, {"hour": 7}, {"hour": 21}, {"weekday": "x"})
        for wrong in (*(DAILY | one for one in wrongs), {"roles": "daily"}):
            assert (await api.put("/mine/how-told", json=wrong)).status_code == 422
    claim = world.claim("ready")
    await notifications.hears_and_settles(OpportunityPosted(world.opportunity), MatchMade(world.match()))
    await notifications.hears_and_settles(ClaimReady(claim), PlaceOffered(world.engagement("offered")))
    told = {kind: (channel, status) for kind, channel, status in await _queued(notifications, world.person)}
    assert told == {
        "match_made": ("page", "sent"),
        "claim_ready": ("page", "sent"),
        "offer_made": ("email", "queued"),
    }
    await _in_the_morning(notifications)
    await _in_the_morning(notifications)
    [daily] = [one for one in await _queued(notifications, world.person) if one[0] == "daily"]
    assert daily[1:] == ("email", "queued")
    async with notifications.transaction() as tx:
        row = await tx.fetchrow("select subject, body from message where kind = 'daily'")
    assert row
    assert row["subject"] == "1 thing is new for you", "roles that fit come on Monday"
    assert f"- Your claim for {world.opportunity.title} is ready to send" in row["body"]
    async with notifications.api(world.person) as api:
        kinds_shown = [one["kind"] for one in (await api.get("/mine/home")).json()["messages"]]
    assert sorted(kinds_shown) == ["claim_ready", "offer_made"]


async def test_what_somebody_has_read_meanwhile_is_in_no_mail_and_a_break_in_sending_tells_it_once(
    notifications: Connected,
) -> None:
    world = await a_world(notifications)
    await world.reach_by_verified_email()
    async with notifications.browser(world.person) as browser, notifications.api(world.person) as api:
        page = (await browser.get("/messages/mine/how-told")).text
        form = hidden(page) | DAILY
        saved = await browser.post("/messages/mine/how-told", data=form)
        assert saved.status_code == 303, saved.text
        assert "Saved. It counts for what comes in from now on." in (await browser.get(saved.headers["location"])).text
        await notifications.hears_and_settles(OpportunityPosted(world.opportunity), MatchMade(world.match()))
        [card] = (await api.get("/mine/home")).json()["messages"]
        await browser.get(f"/messages/mine/{card['id']}")
    await _in_the_morning(notifications)
    assert [kind for kind, _, _ in await _queued(notifications, world.person)] == ["match_made"]


async def _claim_is_ready(town: Town, called: str) -> None:
    role, ids = town.roles["One"], ("id", "engagement_id", "session_id", "rate_card_id")
    said = {one: new_id() for one in ids} | {"version": 1, "person_id": town.people[called].id, "status": "ready"}
    said |= {"opportunity_id": role.id, "organisation_id": role.organisation_id, "ods_code": role.ods_code}
    said |= {"amount_pence": 7500, "activity_on": date(2026, 11, 2), "drafted_at": NOW}
    await town.service.hears_and_settles(ClaimReady(Claim.model_validate(said)))


MORNING = min(next_day(day) for day in range(5))
"""Of the next working day."""


async def _morning(town: Town) -> None:
    """Whichever job comes first, and again."""
    for _ in range(2):
        async with town.service.transaction() as tx:
            tx.now = MORNING
            await commands.tell_daily(tx)
        await town.at(MORNING)


async def _sent(service: Connected, person: Person) -> list[tuple[str, str]]:
    return [(kind, status) for kind, channel, status in await _queued(service, person) if channel != "page"]


async def a_town_that_hears_in_the_morning(database: Database, url: str) -> Town:
    """Each of a claim, but Nothing, and of two roles."""
    town = await a_town(await database.connect("notifications", smtp_url=url))
    await town.post("One", "Two")
    for called in ("Sam", "Weekly", "Stopped", "Paused", "Texts", "Nothing"):
        await town.join(called, "sms" if called == "Texts" else "email")
        fitting = "weekly" if called == "Weekly" else "daily"
        await town.choose(called, fitting=fitting, pay="daily", weekday=DAYS[MORNING.weekday()])
        await town.fits(called, "One", "Two")
        if called != "Nothing":
            await _claim_is_ready(town, called)
    return town


async def test_who_hears_of_news_and_of_roles_at_one_hour_gets_one_mail_with_the_roles_that_are_open_as_it_goes_out(
    database: Database,
) -> None:
    async with mail_server() as server:
        town = await a_town_that_hears_in_the_morning(database, server.url)
        await _morning(town)
        kinds_of = {called: await _sent(town.service, person) for called, person in town.people.items()}
        assert kinds_of.pop("Nothing") == [("roles_fit", "queued")]
        assert [*kinds_of.values()] == [[("daily", "queued")]] * 5
        await town.full("One")
        await town.choose("Stopped", fitting="page", pay="daily")
        await town.says("Paused", LeaderPaused, paused_at=NOW, paused_until=MORNING.date() + timedelta(days=1))
        await send_now(town.service)
        sent = {
            called: next(one for one in mails(server.taken) if str(person.id) in str(one[0]["To"]))
            for called, person in town.people.items()
            if called != "Texts"
        }
        for called in ("Sam", "Weekly"):
            heads, words = sent[called]
            assert heads["Subject"] == "1 thing is new for you, and 1 new role fits you"
            assert heads["List-Unsubscribe"] is None, "it would stop the roles alone"
            parts = (
                "- Your claim for One is ready",
                "Roles that fit you\n",
                "Two, at Sussex",
                "Tell me of fewer roles:\n",
            )
            assert [*parts] == sorted(parts, key=words.index), words
            assert "One, at Sussex" not in words
            assert f"/matches/mine/{town.matches[called, 'Two'].id}\n" in words
        for called in ("Stopped", "Paused"):
            heads, words = sent[called]
            assert (heads["Subject"], "Two" in words) == ("1 thing is new for you", False)
        await town.at(MORNING + timedelta(days=7))
        assert await _sent(town.service, town.people["Paused"]) == [("daily", "sent"), ("roles_fit", "queued")]
        assert len(await _sent(town.service, town.people["Stopped"])) == 1
    await _text_says_it_too(town)
    await _stops_by_the_link_within(town, sent["Sam"][1])


async def _text_says_it_too(town: Town) -> None:
    [text] = [one for one in await town.told("Texts", "daily") if one.news.kind == "daily"]
    async with town.service.transaction() as tx:
        tx.now = MORNING
        to = await sending.load_text(tx, text.id)
    assert to
    said = text_office.words(to, town.service.app.settings)
    assert "There is news for you, and 1 new role fits you. Sign in at " in said


async def _stops_by_the_link_within(town: Town, words: str) -> None:
    [stop] = [line.partition("/messages/")[2] for line in words.splitlines() if "/messages/matches/" in line]
    async with town.service.browser(None) as nobody:
        assert "Stop these messages" in (await nobody.get(f"/messages/{stop}")).text
        assert (await nobody.post(f"/messages/{stop}", data={"List-Unsubscribe": "One-Click"})).status_code == 200
    async with town.service.api(town.people["Sam"]) as api:
        kept = (await api.get("/mine/how-told")).json()
    assert (kept["fitting"], kept["pay"]) == ("page", "daily"), "and nothing else has changed"


def _mails(taken: list[tuple[list[str], bytes]]) -> list[Mail]:
    return [message_from_bytes(content, policy=policy.default) for _, content in taken]


async def test_mails_of_one_role_are_one_thread_and_only_what_is_a_subscription_can_be_stopped_at_a_click(
    database: Database,
) -> None:
    """RFC 5322, 3.6.4: the first one's id is the root of all that follow. RFC 8058: mails of roles that fit stop by one
    press in a mail program; what tells somebody of their own affairs is no list."""
    async with mail_server() as server:
        service = await database.connect("notifications", smtp_url=server.url)
        world = await a_world(service)
        await world.reach_by_verified_email()
        mine = world.engagement("offered")
        await service.hears_and_settles(OpportunityPosted(world.opportunity), MatchMade(world.match()))
        await send_now(service)
        await service.hears_and_settles(PlaceOffered(mine))
        await send_now(service)
        other_title = world.opportunity.model_copy(update={"version": 2, "title": "Another title"})
        await service.hears_and_settles(
            OpportunityRestated(other_title),
            PlaceAccepted(mine.model_copy(update={"version": 2, "status": "accepted", "accepted_at": NOW})),
        )
        await service.hears_and_settles(ClaimReady(world.claim("ready")))
        await send_now(service)
        mails = {_first_line(mail).split(":")[0]: mail for mail in _mails(server.taken)}
        first = mails.pop("An opportunity fits you")
        assert first["In-Reply-To"] is None
        for happened in ("You are offered a place", "You have a place"):
            mail = mails.pop(happened)
            assert mail["Subject"] == first["Subject"] == f"About {world.opportunity.title} at {world.trust.name}"
            assert (mail["In-Reply-To"], mail["References"]) == (first["Message-ID"],) * 2
            assert mail["List-Unsubscribe"] is None
        [claim] = mails.values()
        assert claim["Subject"] == "Your claim for Another title"
        assert (claim["In-Reply-To"], claim["List-Unsubscribe"]) == (None, None)
        assert "To choose how often we write to you, and in which way" in claim.get_body(("plain",)).get_content()  # pyright: ignore
        assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        at = first["List-Unsubscribe"].strip("<>").partition("/messages/")[2]
        await _stops(service, f"/messages/{at}", world)


def _first_line(mail: Mail) -> str:
    """What happened: the mails of a thread are all called alike."""
    assert isinstance(mail, EmailMessage)
    plain = mail.get_body(("plain",))
    assert plain
    return plain.get_content().partition("\n")[0]


async def _stops(service: Connected, at: str, world: World) -> None:
    async with service.browser(None) as nobody:
        assert "Stop these messages" in (await nobody.get(at)).text
        assert (await nobody.get(at[:-3] + "abc")).status_code == 404
        assert (await nobody.post(at, data={"List-Unsubscribe": "One-Click"})).status_code == 200
    async with service.api(world.person) as api:
        assert (await api.get("/mine/how-told")).json()["fitting"] == "page"
    other = world.opportunity.model_copy(update={"id": new_id(), "apply_by": NOW + timedelta(days=9)})
    match: UUID = new_id()
    await service.hears_and_settles(OpportunityPosted(other), MatchMade(world.match(id=match, opportunity_id=other.id)))
    async with service.transaction() as tx:
        channel = await tx.fetchval("select channel from message where about = $1", match)
    assert channel == "page"
