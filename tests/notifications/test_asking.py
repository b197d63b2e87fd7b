"""Whom an organisation listed is asked whether the network may keep them: once, once more, and nothing else before."""

import re
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest

from schemas.event import Erased
from schemas.identity import AccountErased
from schemas.recruitment import (
    Application,
    ApplicationAgreed,
    ApplicationErased,
    ApplicationForgotten,
    ApplicationListed,
    RecruitmentHelp,
    RecruitmentHelpGiven,
)
from schemas.signed import ASKED_TO_JOIN, ASKED_TO_JOIN_SECONDS
from services.chassis.base.keys import KeyRing
from services.chassis.http.signed_values import read_signed
from services.chassis.postgres.transaction import new_id
from services.notifications import text_office
from services.notifications.commands import asking
from services.notifications.commands.sending import ToText
from services.notifications.domain.kinds import ASKED, ASKED_AGAIN
from services.notifications.store import waits
from tests.asking import FEW
from tests.asking import asked as statements
from tests.mail_server import mail_server, words_of
from tests.notifications.listed import ADDRESS, HERE, Listing, a_listing, asked, contacts, minute_passes
from tests.notifications.support import queue_email, send_now
from tests.support import Connected, Database, hidden, led_to, member

LAND, MOBILE = "01632960001", "07700900982"
WAYS = [{"email": "sam@people.example"}, {"address": ADDRESS}, {"phone": LAND}]


async def brought_in(service: Connected, cells: list[dict[str, str]], *, days_ago: int = 0) -> Listing:
    """Heard of, and kept."""
    listing = await a_listing(service, cells, days_ago=days_ago)
    await listing.are_heard_of()
    async with service.browser(listing.admin) as browser:
        await listing.comes_in(browser)
    return listing


async def days_pass(service: Connected, days: int) -> None:
    async with service.transaction() as tx:
        await tx.execute(
            "update message set queued_at = queued_at - make_interval(days => $1),"
            " sent_at = sent_at - make_interval(days => $1)",
            days,
        )


async def was_sent(service: Connected) -> None:
    async with service.transaction() as tx:
        await tx.execute("update message set status = 'sent', sent_at = queued_at where status = 'queued'")


async def test_each_is_asked_once_in_their_own_way_and_once_more_after_two_weeks(database: Database) -> None:
    async with mail_server() as server:
        service = await database.connect("notifications", smtp_url=server.url)
        listing = await brought_in(service, WAYS)
        for _ in range(2):
            await minute_passes(service)
            await listing.are_heard_of()
        first = await asked(service)
        assert {(one.channel, one.status, one.news.kind) for one in first} == {
            (way, "queued", ASKED) for way in ("email", "post", "phone")
        }
        mail = next(one for one in first if one.channel == "email")
        assert mail.said == listing.applications[0].reference
        until = listing.applications[0].sent_at + timedelta(days=60)
        assert mail.news.good_until == until
        for said in ("Sussex Example Trust kept you", "until you say yes", "is deleted", mail.said):
            assert said in mail.news.body, said
        await send_now(service)
        [(to, content)] = server.taken
        words = words_of(content)
        assert to == ["sam@people.example"]
        assert "Sam 0" not in words, "whoever reads that mailbox may be a stranger, and is told no name"
        signed = re.search(r"/join/asked/(\S+)", words)
        assert signed
        ring = KeyRing(service.app.settings).forms
        whom = read_signed(ring, unquote(signed[1]), purpose=ASKED_TO_JOIN, max_age_seconds=ASKED_TO_JOIN_SECONDS)
        assert whom == {
            "application_id": str(listing.applications[0].id),
            "person_id": str(listing.people[0].id),
        }
        async with service.transaction() as tx:
            assert await tx.fetchval("select count(*) from message where link like '%' || $1 || '%'", signed[1]) == 0
        await days_pass(service, 13)
        await minute_passes(service)
        assert len(await asked(service)) == 3
        await days_pass(service, 2)
        await minute_passes(service)
        again = [one for one in await asked(service) if one.news.kind == ASKED_AGAIN]
        assert [(one.channel, one.news.person_id) for one in again] == [("email", listing.people[0].id)], (
            "whoever was not rung and not written to yet was not asked yet"
        )
        await was_sent(service)
        for _ in range(2):
            await days_pass(service, 20)
            await minute_passes(service)
        assert len(await asked(service)) == 6, "and nobody a third time"


async def test_whoever_brought_them_in_reads_how_many_were_asked_and_how_long_the_others_take(
    notifications: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "ASKED_AT_ONCE", 2)
    monkeypatch.setattr(asking, "CALLS_AT_ONCE", 1)
    listing = await brought_in(notifications, [*WAYS, {"address": ADDRESS}, {"email": "k@people.example"}, WAYS[2], {}])
    at = f"/organisations/RX2/registers/{listing.id}"
    names = ("asked", "to_tell", "not_reached", "to_ask", "to_ask_by_phone", "nobody")

    async def figures() -> tuple[int, ...]:
        async with notifications.api(listing.admin) as api:
            said = (await api.get(at)).json()
        return tuple(said[name] for name in names)

    assert await figures() == (0, 0, 0, 4, 2, 1)
    await minute_passes(notifications)
    assert await figures() == (0, 3, 0, 2, 1, 1)
    async with notifications.browser(listing.admin) as browser:
        page = " ".join(re.sub(r"<[^>]+>", " ", (await browser.get(f"{HERE}/{listing.id}")).text).split())
    for said in ("Asked 0 people", "Waiting to be told 3 people", "Not asked yet 3 people", "1 minute or more"):
        assert said in page, said
    assert "1 person is rung by staff of the network" in page
    async with notifications.transaction() as tx:
        await tx.execute("update message set status = 'sent', sent_at = now() where channel = 'email'")
        await tx.execute("update message set status = 'failed' where channel = 'phone'")
    await minute_passes(notifications)
    assert await figures() == (1, 4, 1, 0, 0, 1)
    no = listing.applications[0].model_copy(update={"version": 2, "stage": "forgotten"})
    await notifications.hears_and_settles(
        ApplicationForgotten(no), AccountErased(Erased(id=listing.people[0].id, version=2))
    )
    assert (await figures())[0] == 0, "whoever is forgotten is in no figure"


async def test_nobody_is_asked_after_an_answer_or_shortly_before_they_are_forgotten(notifications: Connected) -> None:
    cells = [{"email": f"sam{n}@people.example"} for n in range(3)] + [{"phone": LAND}]
    listing = await brought_in(notifications, cells)
    yes, no, gone, rung = listing.applications
    await notifications.hears_and_settles(
        ApplicationAgreed(yes.model_copy(update={"version": 2, "stage": "approved"})),
        ApplicationForgotten(no.model_copy(update={"version": 2, "stage": "forgotten"})),
        ApplicationErased(Erased(id=gone.id, version=2)),
        AccountErased(Erased(id=gone.person_id, version=2)),
    )
    await minute_passes(notifications)
    assert [one.news.about for one in await asked(notifications)] == [rung.id]
    await notifications.hears_and_settles(
        ApplicationAgreed(rung.model_copy(update={"version": 2, "stage": "approved"}))
    )
    assert [one.status for one in await asked(notifications)] == ["stale"], "nobody rings about what is answered"
    late = await brought_in(notifications, [{"phone": LAND}], days_ago=59)
    await minute_passes(notifications)
    assert late.people[0].id not in {one.news.person_id for one in await asked(notifications)}
    assert await notifications.failing() == []


async def test_an_answer_that_comes_while_the_mail_waits_stops_it(database: Database) -> None:
    async with mail_server() as server:
        service = await database.connect("notifications", smtp_url=server.url)
        listing = await brought_in(service, [{"email": "sam@people.example"}])
        await minute_passes(service)
        async with service.transaction() as tx:  # it was said, and its reaction is not done yet
            await tx.execute('update mirror_application set state = state || \'{"stage": "forgotten"}\'')
        await send_now(service)
        assert server.taken == []
        assert [one.status for one in await asked(service)] == ["stale"]
    assert listing.people


async def test_before_their_yes_they_are_told_nothing_else_and_after_it_whether_the_address_is_theirs(
    notifications: Connected,
) -> None:
    listing = await brought_in(notifications, [{"email": "sam@people.example"}])
    sam, application, world = listing.people[0], listing.applications[0], listing.world
    helped = RecruitmentHelp.model_validate(
        {
            "id": new_id(),
            "version": 1,
            "person_id": sam.id,
            "helped_by": listing.admin.id,
            "organisation_id": world.trust.id,
            "what": "say_needs",
            "done_at": datetime.now(UTC),
        }
    )
    await notifications.hears_and_settles(RecruitmentHelpGiven(helped))
    await world.tell_of_approval(sam)
    async with notifications.transaction() as tx:
        assert await tx.fetchval("select count(*) from message") == 0, (
            "an event of another application is none of theirs"
        )
    await minute_passes(notifications)
    await was_sent(notifications)
    agreed = application.model_copy(update={"version": 2, "stage": "approved", "listed_by": None, "called": None})
    await notifications.hears_and_settles(ApplicationAgreed(agreed))
    async with notifications.transaction() as tx:
        kinds = [row["kind"] for row in await tx.fetch("select kind from message where status = 'queued'")]
    assert sorted(kinds) == ["application_approved", "confirm_address"]
    assert (await contacts(notifications))[sam.id][2] is False, "a yes proves no address"


async def test_the_phone_list_has_the_words_and_leads_to_where_the_answer_is_entered(notifications: Connected) -> None:
    listing = await brought_in(notifications, [{"phone": LAND}, {"address": ADDRESS}])
    sam, application = listing.people[0], listing.applications[0]
    screener = member(listing.world.network, "screener")
    await notifications.hears_and_settles(screener.opened)
    await minute_passes(notifications)
    answers = f"/people/for/QZZ/{application.id}"
    async with notifications.browser(screener) as browser:
        page = f"/messages/for/QZZ/calls/{sam.id}"
        shown = (await browser.get(page)).text
        for said in ("Sussex Example Trust", application.reference, "A no is as good as a yes", f'href="{answers}"'):
            assert said in shown, said
        told = re.search(r'name="told" value="([^"]+)"', shown)
        assert told
        sent = await browser.post(page, data={**hidden(shown), "told": told[1], "outcome": "told"})
        assert led_to(sent) == answers
        letter = next(one for one in await asked(notifications) if one.channel == "post")
        paper = (await browser.get(f"/messages/for/QZZ/letters/{letter.id}")).text
        assert f"Say this when you ring: {letter.said}" in paper
        assert "Hove" in paper
    agreed = application.model_copy(update={"version": 2, "stage": "approved", "listed_by": None, "called": None})
    await notifications.hears_and_settles(ApplicationAgreed(agreed))
    async with notifications.browser(sam) as browser, notifications.api(sam) as api:
        shown = (await browser.get("/home")).text
        found = re.search(r'href="(/messages/mine/[0-9a-f-]{36})"', shown)
        assert found
        assert "{signed}" not in (await browser.get(found[1])).text, "a link that is signed as it leaves is no page's"
        assert "signed" not in (await api.get("/mine/messages")).text


async def test_what_waits_to_be_asked_is_found_without_a_look_at_all_messages(notifications: Connected) -> None:
    async with notifications.transaction() as tx:
        await tx.execute("set local enable_seqscan = off")
        plan = await tx.fetch(
            "explain select id from message m where m.kind = any($1::text[]) and m.status in ('queued', 'sending')"
            " and m.about = $2",
            *(["asked_to_join"], new_id()),
        )
    assert "message_of_kind_waits" in "".join(row[0] for row in plan)


@pytest.mark.parametrize("name", ["Sussex Example Trust", "The long name of an integrated care board " * 2])
def test_a_text_says_who_gave_the_number_as_far_as_it_fits_and_never_whose_it_is(name: str, database: Database) -> None:
    news = asking.news_of(application_of(name), name, ASKED)
    message, _ = asking.domain.queue(news, id=new_id(), channel="sms", office=None, now=datetime.now(UTC))
    words = text_office.words(ToText(message, MOBILE, False, False), database.settings)
    assert len(words) <= 160
    assert message.said in words
    assert database.settings.phone in words
    assert ("Sussex Example Trust gave us your name" in words) == (name == "Sussex Example Trust")


def application_of(name: str) -> asking.ToAsk:
    application = Application.model_validate(
        {"id": new_id(), "version": 1, "person_id": new_id(), "stage": "listed", "sent_at": datetime.now(UTC)}
    )
    return asking.ToAsk(application, None)


async def test_thousands_wait_their_turn_and_other_mail_goes_between(database: Database) -> None:
    async with mail_server() as server:
        service = await database.connect("notifications", smtp_url=server.url)
        nothing: list[dict[str, str]] = [{}] * 5000
        listing = await a_listing(service, nothing)
        await service.hears(*(ApplicationListed(one) for one in listing.applications))
        await _are_reached(service, listing)
        began = time.monotonic()
        with statements() as found:
            await minute_passes(service)
        took = time.monotonic() - began
        first = await asked(service)
        print(f"{len(first)} of 5,000 asked in {took:.2f} s by {len(found)} statements")
        assert len(found) <= 3 * FEW
        by_way = [sum(one.channel == way for one in first) for way in ("email", "phone")]
        assert by_way == [asking.ASKED_AT_ONCE, asking.CALLS_AT_ONCE]
        await queue_email(listing.world, "somebody@people.example")
        began = time.monotonic()
        await send_now(service)
        print(f"{len(server.taken)} mails went in {time.monotonic() - began:.1f} s")
        assert ["somebody@people.example"] in [to for to, _ in server.taken]
        async with service.transaction() as tx:
            since = await waits.waits(tx)
        assert since["ask"] is not None
        assert since["call"] is not None
        await minute_passes(service)
        now = await asked(service)
        assert len(now) == 2 * asking.ASKED_AT_ONCE + asking.CALLS_AT_ONCE, "no more calls than can be made"
        assert len({one.news.person_id for one in now}) == len(now)


async def _are_reached(service: Connected, listing: Listing) -> None:
    """As their accounts and a register that was applied left it: every tenth is rung."""
    people = [one.id for one in listing.people]
    async with service.transaction() as tx:
        await tx.execute("delete from due")
        await tx.execute(
            "insert into mirror_account (id, version, state, event_id, correlation_id, traceparent, happened_at)"
            " select id, 1, jsonb_build_object('id', id, 'version', 1, 'called', 'Sam', 'can_sign_in', false), id, id,"
            " '', now() from unnest($1::uuid[]) as id",
            people,
        )
        await tx.execute(
            "insert into contact_point (person_id, channel, address, changed_at, entered_by)"
            " select id, case when n % 10 = 0 then 'phone' else 'email' end,"
            " case when n % 10 = 0 then '01632960001' else 'sam' || n || '@people.example' end, now(), id"
            " from unnest($1::uuid[]) with ordinality as one (id, n)",
            people,
        )
