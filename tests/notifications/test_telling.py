"""Whom the news of a neighbour is told to, and that each is told once."""

from datetime import datetime, timedelta

import pytest

from schemas import links
from schemas.engagements import (
    Engagement,
    EngagementEnded,
    InterestShown,
    OutcomeRecorded,
    PersonNotChosen,
    PlaceOffered,
)
from schemas.event import AnyEvent, Erased, Waiting
from schemas.identity import AccountErased
from schemas.matching import MatchEnded, MatchMade, OpportunityPosted, OpportunityWithdrawn, Session, Withdrawn
from schemas.payments import ClaimDrafted, ClaimReady, ClaimReturned, PaymentMade
from schemas.recruitment import (
    ApplicationApproved,
    ApplicationChanged,
    ApplicationDeclined,
    ApplicationMoreAsked,
    ApplicationTalkAgreed,
    Needs,
    NeedsChanged,
    NeedsGiven,
    NeedsRestated,
    NeedsReviewDue,
)
from schemas.training import Credential, CredentialAwarded, Programme, ProgrammeOffered
from services.chassis.postgres.transaction import new_id
from services.notifications.domain import kinds
from services.notifications.domain.contact import Wanted
from services.notifications.domain.kinds import Hours, Kind
from tests.mail_server import NOWHERE, mail_server
from tests.notifications.support import NOW, World, a_world, an_opportunity, make_due, send_now, status_of
from tests.support import Connected, Database, Person, organisation, registered

SOON = NOW + timedelta(days=7)
"""When a talk is agreed for."""


async def test_a_match_is_told_once_with_the_title_the_organisation_and_the_page_that_says_why(
    notifications: Connected,
) -> None:
    world = await a_world(notifications)
    match = world.match()
    await notifications.hears_and_settles(OpportunityPosted(world.opportunity), MatchMade(match))
    again = match.model_copy(update={"version": 2})
    await notifications.hears_and_settles(MatchMade(again))
    [message] = await world.messages()
    assert message.news.subject == "An opportunity fits you: A seat in the pain pathway team at Sussex Example Trust"
    assert message.news.link == f"/matches/mine/{match.id}"
    said = [name for name, _ in await notifications.said()]
    assert said == ["MessageQueued", "MessageSent"]


async def test_a_match_waits_for_its_opportunity_and_is_told_when_that_has_arrived(notifications: Connected) -> None:
    world = await a_world(notifications)
    await notifications.hears(MatchMade(world.match()))
    await notifications.app.workers.do_some()
    await notifications.app.workers.do_some()
    assert await world.messages() == []
    assert any("NotYet" in error for error in await notifications.failing())
    await notifications.hears_and_settles(OpportunityPosted(world.opportunity))
    async with notifications.transaction() as tx:
        await tx.execute("update due set due_at = clock_timestamp()")
    await notifications.settle()
    assert await world.kinds() == ["match_made"]


async def test_a_match_that_has_ended_or_is_of_long_ago_is_not_told(notifications: Connected) -> None:
    world = await a_world(notifications)
    ended = world.match(ended_at=NOW)
    await notifications.hears_and_settles(OpportunityPosted(world.opportunity), MatchEnded(ended))
    await notifications.hears(MatchMade(world.match()))
    await happened(notifications, "mirror_match", NOW - timedelta(days=31))
    await notifications.settle()
    assert await world.messages() == []
    assert await notifications.failing() == []


async def happened(notifications: Connected, mirror: str, at: datetime) -> None:
    """As if what was heard a moment ago had waited in Kafka since then, over an outage."""
    async with notifications.transaction() as tx:
        await tx.execute("update {mirror} set happened_at = $1".replace("{mirror}", mirror), at)


async def cancelled_before_an_outage(world: World, session: timedelta) -> None:
    """A role was withdrawn on Friday; on Monday, three days later, we hear of it. Its session is so long from then."""
    friday = NOW - timedelta(days=3)
    sessions = (Session(id=new_id(), starts_at=NOW + session, hours=2),)
    role = world.opportunity.model_copy(update={"sessions": sessions})
    withdrawn = Withdrawn(at=friday, why="no_longer_needed")
    gone = role.model_copy(update={"version": 2, "withdrawn": withdrawn, "closed_at": friday})
    await world.reach_by_verified_email()
    await world.service.hears_and_settles(OpportunityPosted(role), InterestShown(world.engagement()))
    await world.service.hears(OpportunityWithdrawn(gone))
    await happened(world.service, "mirror_opportunity", friday)
    await world.service.settle()


async def test_a_cancellation_is_told_after_an_outage_of_three_days_while_its_session_is_still_to_come(
    database: Database,
) -> None:
    async with mail_server() as server:
        world = await a_world(await database.connect("notifications", smtp_url=server.url))
        await cancelled_before_an_outage(world, session=timedelta(days=2))
        await send_now(world.service)
        [(_, letter)] = server.taken
    assert b"has taken this role off the feed" in letter
    assert [(m.news.kind, m.status) for m in await world.messages()] == [("opportunity_withdrawn", "sent")]


async def test_a_cancellation_whose_session_is_over_is_noted_and_not_sent(database: Database) -> None:
    async with mail_server() as server:
        world = await a_world(await database.connect("notifications", smtp_url=server.url))
        await cancelled_before_an_outage(world, session=-timedelta(hours=1))
        await send_now(world.service)
        assert server.taken == []
    assert [(m.news.kind, m.status) for m in await world.messages()] == [("opportunity_withdrawn", "stale")]
    assert [name for name, _ in await world.service.said()][-2:] == ["MessageQueued", "MessageFailed"]


async def test_a_mail_server_that_is_away_for_three_days_costs_nobody_their_message(database: Database) -> None:
    world = await a_world(await database.connect("notifications", smtp_url=NOWHERE))
    await world.reach_by_verified_email()
    await world.service.hears_and_settles(OpportunityPosted(world.opportunity), MatchMade(world.match()))
    for _ in range(30):
        await make_due(world.service)
        await send_now(world.service)
    async with world.service.transaction() as tx:
        await tx.execute("update message set queued_at = queued_at - interval '3 days'")
    async with mail_server() as server:
        back = await database.connect("notifications", smtp_url=server.url)
        await make_due(back)
        await send_now(back)
        assert len(server.taken) == 1


@pytest.mark.as_the_hour_is
async def test_a_kind_with_hours_of_its_own_waits_for_the_morning(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    hour = datetime.now(kinds.LONDON).hour
    hours = Hours(hour + 1, 24) if hour < 23 else Hours(0, 1)
    async with mail_server() as server:
        world = await a_world(await database.connect("notifications", smtp_url=server.url))
        await world.reach_by_verified_email()
        await world.service.hears_and_settles(OpportunityPosted(world.opportunity), MatchMade(world.match()))
        monkeypatch.setitem(kinds.KINDS, "match_made", Kind(hours=hours))
        await send_now(world.service)
        assert server.taken == [], "it was queued before its kind had hours"
        [message] = await world.messages()
        assert await status_of(world.service, message.id) == ("queued", 0)
        async with world.service.transaction() as tx:
            next_try_at: datetime = await tx.fetchval("select next_try_at from message")
        assert next_try_at.astimezone(kinds.LONDON).hour == hours.first


def news(world: World) -> dict[str, list[AnyEvent]]:
    """One piece of news of each kind that is about a person."""
    told = world.engagement("ended", told_at=NOW, ended_at=NOW)
    programme = Programme(
        id=new_id(),
        version=1,
        organisation_id=world.trust.id,
        ods_code="RX2",
        title="Foundations",
        summary="A day",
        credential="foundations",
    )
    credential = Credential(
        id=new_id(),
        version=1,
        person_id=world.person.id,
        programme_id=programme.id,
        organisation_id=world.trust.id,
        credential="foundations",
        awarded_at=NOW,
    )
    return {
        "application_approved": [ApplicationApproved(world.application("approved"))],
        "application_declined": [ApplicationDeclined(world.application("declined"))],
        "application_more": [ApplicationMoreAsked(world.application("sent", more_asked_at=NOW))],
        "application_times": [ApplicationMoreAsked(world.application("asked", more_asked_at=NOW, offers_times=True))],
        "application_talk": [ApplicationTalkAgreed(world.application("talked", talk_at=SOON, talk_how="relay"))],
        "offer_made": [PlaceOffered(world.engagement("offered"))],
        "not_chosen": [PersonNotChosen(world.engagement("not_chosen", ended_at=NOW))],
        "claim_needs_details": [ClaimDrafted(world.claim("needs_details"))],
        "claim_ready": [ClaimReady(world.claim("ready"))],
        "claim_returned": [ClaimReturned(world.claim("returned", sent_at=NOW))],
        "claim_paid": [PaymentMade(world.payment())],
        "what_changed": [OutcomeRecorded(world.intake("We changed the letter.")), EngagementEnded(told)],
        "credential_awarded": [ProgrammeOffered(programme), CredentialAwarded(credential)],
    }


KINDS = (
    "application_approved",
    "application_declined",
    "application_more",
    "application_times",
    "application_talk",
    "offer_made",
    "not_chosen",
    "claim_needs_details",
    "claim_ready",
    "claim_returned",
    "claim_paid",
    "what_changed",
    "credential_awarded",
)


@pytest.mark.parametrize("kind", KINDS)
async def test_news_is_told_once_however_often_it_is_heard(notifications: Connected, kind: str) -> None:
    world = await a_world(notifications)
    events = news(world)[kind]
    await notifications.hears_and_settles(OpportunityPosted(world.opportunity), *events)
    assert await world.kinds() == [kind]
    async with notifications.transaction() as tx:
        await tx.execute("delete from handled")
    restated = [type(event)(event.state.model_copy(update={"version": 2})) for event in events]  # pyright: ignore
    await notifications.hears_and_settles(*restated)  # pyright: ignore
    assert await world.kinds() == [kind]
    assert await notifications.failing() == []


async def test_what_was_paid_and_the_days_it_took_are_told(notifications: Connected) -> None:
    world = await a_world(notifications)
    await notifications.hears_and_settles(PaymentMade(world.payment()))
    [message] = await world.messages()
    assert message.news.subject == "Your pay of £75 has gone to payroll"
    assert "It took 4 days" in message.news.body


async def test_what_changed_is_told_in_the_organisations_words(notifications: Connected) -> None:
    world = await a_world(notifications)
    events = news(world)["what_changed"]
    await notifications.hears_and_settles(OpportunityPosted(world.opportunity), *events)
    [message] = await world.messages()
    assert "We changed the letter." in message.news.body


def withdrawn(world: World) -> OpportunityWithdrawn:
    gone = {"withdrawn": Withdrawn(at=NOW, why="postponed"), "closed_at": NOW, "version": 2}
    return OpportunityWithdrawn(world.opportunity.model_copy(update=gone))


def ended(of: Engagement) -> PersonNotChosen:
    later = {"status": "not_chosen", "ended_at": NOW + timedelta(seconds=1), "version": 2}
    return PersonNotChosen(of.model_copy(update=later))


@pytest.mark.parametrize("opportunity_first", [True, False])
async def test_a_withdrawn_opportunity_is_told_once_whichever_news_comes_first(
    notifications: Connected, opportunity_first: bool
) -> None:
    world = await a_world(notifications)
    interested = world.engagement()
    await notifications.hears_and_settles(OpportunityPosted(world.opportunity), PersonNotChosen(interested))
    pair = [withdrawn(world), ended(interested)]
    for event in pair if opportunity_first else reversed(pair):
        await notifications.hears_and_settles(event)
    assert len(await world.kinds()) == 1
    if opportunity_first:
        [message] = await world.messages()
        assert "put off until later" in message.news.body


async def test_who_has_a_place_or_went_before_is_not_told_of_a_withdrawal(notifications: Connected) -> None:
    world = await a_world(notifications)
    before = world.engagement("withdrawn", ended_at=NOW - timedelta(days=1))
    other = Person()
    kept = world.engagement("accepted", accepted_at=NOW, person_id=other.id)
    await notifications.hears_and_settles(other.opened, PersonNotChosen(before), PersonNotChosen(kept))
    await notifications.hears_and_settles(withdrawn(world))
    assert await world.messages() == []
    assert await world.messages(other) == []


async def test_a_withdrawal_that_is_old_by_the_time_somebody_can_be_told_of_it_is_not_told(
    notifications: Connected,
) -> None:
    world = await a_world(notifications)
    await notifications.hears_and_settles(PersonNotChosen(world.engagement()))
    old = withdrawn(world).state.model_copy(
        update={"withdrawn": Withdrawn(at=NOW - timedelta(days=31), why="postponed")}
    )
    await notifications.hears_and_settles(OpportunityWithdrawn(old))
    assert await world.messages() == []


async def test_who_cannot_be_told_of_a_withdrawal_yet_keeps_nobody_else_waiting(notifications: Connected) -> None:
    world = await a_world(notifications)
    unknown, known = world.engagement(person_id=new_id()), world.engagement()
    await notifications.hears_and_settles(
        OpportunityPosted(world.opportunity), PersonNotChosen(unknown), PersonNotChosen(known)
    )
    await notifications.hears(withdrawn(world))
    for _ in range(6):
        await notifications.app.workers.do_some()
    assert await world.kinds() == ["opportunity_withdrawn"]
    [waits] = await notifications.failing()
    assert f"account {unknown.person_id}" in waits


async def test_an_erased_person_is_forgotten_and_told_nothing_more(notifications: Connected) -> None:
    world = await a_world(notifications)
    await world.reach_by_verified_email()
    await notifications.hears_and_settles(OpportunityPosted(world.opportunity), MatchMade(world.match()))
    await notifications.hears_and_settles(PlaceOffered(world.engagement("offered")))
    await notifications.hears_and_settles(AccountErased(Erased(id=world.person.id, version=2)))
    names = [name for name, _ in await notifications.said()]
    assert names.count("MessageErased") == 2
    await notifications.hears_and_settles(PaymentMade(world.payment()))
    async with notifications.transaction() as tx:
        for sql in ("select count(*) from message", "select count(*) from contact_point"):
            assert await tx.fetchval(sql) == 0
    assert await notifications.failing() == []


async def test_a_person_who_cannot_sign_in_is_told_by_the_networks_staff(notifications: Connected) -> None:
    world = await a_world(notifications)
    caller = Person("Cal")
    opened = type(caller.opened)(caller.account.model_copy(update={"can_sign_in": False}))
    await notifications.hears_and_settles(opened, OpportunityPosted(world.opportunity), MatchMade(world.match(caller)))
    [message] = await world.messages(caller)
    assert (message.channel, message.status) == ("phone", "queued")
    assert message.office
    assert message.office.organisation_id == world.network.id


async def test_a_letter_waits_until_the_networks_organisation_is_heard_of(notifications: Connected) -> None:
    trust = organisation()
    world = World(notifications, trust, organisation("QZZ", kind="network"), Person(), an_opportunity(trust))
    await notifications.hears_and_settles(*registered(trust), world.person.opened)
    await world.reach(Wanted("post", "Sam Example\n1 High Street"))
    await notifications.hears(PaymentMade(world.payment()))
    for _ in range(2):
        await notifications.app.workers.do_some()
    assert await world.messages() == []
    await notifications.hears_and_settles(*registered(world.network))
    async with notifications.transaction() as tx:
        await tx.execute("update due set due_at = clock_timestamp()")
    await notifications.settle()
    [message] = await world.messages()
    assert message.channel == "post"


async def test_a_talk_that_was_held_is_no_news_and_another_time_is_told_again(notifications: Connected) -> None:
    world = await a_world(notifications)
    talked = world.application("talked", talk_at=NOW - timedelta(days=90), talk_how="phone")
    agreed = talked.model_copy(update={"version": 2, "talk_at": SOON})
    later = agreed.model_copy(update={"version": 3, "talk_at": SOON + timedelta(days=1)})
    for one in (talked, agreed, later):
        await notifications.hears_and_settles(ApplicationTalkAgreed(one))
    assert await world.kinds() == ["application_talk"] * 2
    bodies = [message.news.body for message in await world.messages()]
    assert all("by phone" in body for body in bodies)


async def test_who_holds_an_application_is_no_news_for_its_person(notifications: Connected) -> None:
    world = await a_world(notifications)
    held = world.application("asked", held_by=new_id(), moved_at=NOW)
    await notifications.hears_and_settles(ApplicationChanged(held))
    assert await world.kinds() == []


async def test_not_now_is_told_again_after_a_second_look(notifications: Connected) -> None:
    world = await a_world(notifications)
    first = world.application("declined", decided_at=NOW)
    second = first.model_copy(update={"version": 4, "again_at": NOW})
    for one in (first, second):
        await notifications.hears_and_settles(ApplicationDeclined(one))
    assert await world.kinds() == ["application_declined"] * 2


async def test_who_said_what_they_need_a_year_ago_is_asked_once_and_the_message_says_nothing_of_it(
    notifications: Connected,
) -> None:
    world = await a_world(notifications)
    me = world.person.id
    asked = Waiting(person_id=me, what="review_needs", about=me, since=NOW, link=links.MY_NEEDS)
    needs = Needs(id=me, version=2, needs=("bsl",), format="braille", waiting=(asked,))
    await notifications.hears_and_settles(NeedsGiven(needs.model_copy(update={"version": 1, "waiting": ()})))
    assert await world.kinds() == []
    again = needs.model_copy(update={"version": 3, "ways_to_talk": ("text_relay",)})
    await notifications.hears_and_settles(NeedsReviewDue(needs), NeedsRestated(again))
    [message] = await world.messages()
    assert (message.news.kind, message.news.link) == ("look_again", "/profile/mine/needs")
    assert "BSL" not in message.news.body and "raille" not in message.news.body
    async with notifications.browser(world.person) as browser:
        assert "Look again at what you need to take part" in (await browser.get("/home")).text
        await notifications.hears_and_settles(NeedsChanged(again.model_copy(update={"version": 4, "waiting": ()})))
        assert "Look again" not in (await browser.get("/home")).text
