"""Home: what waits for whom, what is new, and what nobody else may see."""

import re
from datetime import UTC, datetime, timedelta

from schemas.engagements import IntakeChanged, InterestShown, PlaceAccepted, PlaceOffered
from schemas.event import Erased, Waiting
from schemas.identity import AccountErased, Host, Organisation, OrganisationChanged
from schemas.matching import MatchMade, OpportunityPosted
from schemas.payments import Claim, ClaimErased, ClaimSent
from schemas.recruitment import ApplicationErased, ApplicationSent
from services.chassis.base.access import london_day
from services.chassis.postgres.transaction import new_id
from tests.notifications.support import NOW, World, a_world
from tests.support import Connected, Person, form_key, member, next_page, organisation, registered


def waits_for(world: World, role: str, what: str, *, days: int = 0) -> Waiting:
    since = NOW - timedelta(days=days)
    return Waiting(
        organisation_id=world.trust.id, role=role, what=what, about=new_id(), since=since, link=f"/x/for/RX2/{new_id()}"
    )


def waits_for_person(world: World, what: str, *, days: int = 0) -> Waiting:
    link = f"/x/mine/{new_id()}"
    since = NOW - timedelta(days=days)
    return Waiting(person_id=world.person.id, what=what, about=new_id(), since=since, link=link)


def claim_of(world: World, person: Person) -> Claim:
    """One that waits for the trust's approvers."""
    waits = waits_for(world, "approver", "approve_claim")
    return world.claim("sent", person_id=person.id, sent_at=NOW, waiting=(waits,))


async def test_what_waits_for_a_person_is_on_their_home_oldest_first_until_it_is_done(notifications: Connected) -> None:
    world = await a_world(notifications)
    offered = world.engagement("offered", waiting=(waits_for_person(world, "answer_offer"),))
    older = world.engagement("interested", waiting=(waits_for_person(world, "give_payee_details", days=2),))
    await notifications.hears_and_settles(
        OpportunityPosted(world.opportunity), PlaceOffered(offered), InterestShown(older)
    )
    async with notifications.api(world.person) as api:
        home = (await api.get("/mine/home")).json()
        assert [one["what"] for one in home["waiting"]] == ["give_payee_details", "answer_offer"]
        assert home["waiting"][1]["words"] == "Say yes or no to a place you were offered"
        assert home["waiting"][1]["title"] == "A seat in the pain pathway team"
    done = offered.model_copy(update={"version": 2, "status": "accepted", "waiting": ()})
    await notifications.hears_and_settles(PlaceAccepted(done), PlaceAccepted(done))
    async with notifications.browser(world.person) as browser:
        page = (await browser.get("/home")).text
    assert "Say yes or no" not in page
    assert "Give your bank details" in page


async def test_a_person_reads_their_messages_newest_first_and_each_on_a_page(notifications: Connected) -> None:
    world = await a_world(notifications)
    await notifications.hears_and_settles(OpportunityPosted(world.opportunity), MatchMade(world.match()))
    of = new_id()
    waits = waits_for_person(world, "answer_offer").model_copy(update={"about": of})
    await notifications.hears_and_settles(PlaceOffered(world.engagement("offered", id=of, waiting=(waits,))))
    newest, oldest = await world.messages()
    async with notifications.browser(world.person) as browser:
        page = (await browser.get(f"/messages/mine/{newest.id}")).text
        assert page.index(newest.news.subject) < page.index(oldest.news.subject)
        assert "£75 for this meeting" in (await browser.get(f"/messages/mine/{newest.id}")).text
    async with notifications.api(world.person) as api:
        assert [m["kind"] for m in (await api.get("/mine/messages")).json()["messages"]] == ["offer_made", "match_made"]


async def test_another_persons_message_is_as_if_it_did_not_exist(notifications: Connected) -> None:
    world = await a_world(notifications)
    other = Person("Ola")
    await notifications.hears_and_settles(other.opened, OpportunityPosted(world.opportunity), MatchMade(world.match()))
    [message] = await world.messages()
    async with notifications.browser(other) as browser:
        assert (await browser.get(f"/messages/mine/{message.id}")).status_code == 404
        assert (await browser.get("/messages/mine/not-an-id")).status_code == 404
        assert message.news.subject not in (await browser.get("/home")).text
    async with notifications.api(other) as api:
        assert (await api.get(f"/mine/messages/{message.id}")).status_code == 404
        assert (await api.get("/mine/home")).json()["messages"] == []


async def test_staff_see_what_waits_for_their_roles_in_their_own_organisation_only(notifications: Connected) -> None:
    world = await a_world(notifications)
    coordinator = member(world.trust, "coordinator")
    approver = member(world.trust, "approver", called="Bo")
    other_trust = organisation("RYR", "Other Trust")
    stranger = member(other_trust, "coordinator", called="Cy")
    waiting = (waits_for(world, "coordinator", "record_attendance"), waits_for(world, "approver", "approve_claim"))
    await notifications.hears_and_settles(
        *registered(other_trust), coordinator.opened, approver.opened, stranger.opened
    )
    await notifications.hears_and_settles(IntakeChanged(world.intake().model_copy(update={"waiting": waiting})))
    seen: dict[str, list[str]] = {}
    for person, ods in ((coordinator, "RX2"), (approver, "RX2"), (stranger, "RYR")):
        async with notifications.api(person) as api:
            home = (await api.get(f"/organisations/{ods}/home")).json()
            seen[person.called] = [one["what"] for one in home["waiting"]]
    assert seen == {"Alex": ["record_attendance"], "Bo": ["approve_claim"], "Cy": []}
    async with notifications.browser(stranger) as browser, notifications.api(stranger) as api:
        assert (await browser.get("/home/for/RX2")).status_code == 404
        assert (await api.get("/organisations/RX2/home")).status_code == 404
    async with notifications.browser(coordinator) as browser:
        assert "Sussex Example Trust" in (await browser.get("/home")).text
        page = (await browser.get("/home/for/RX2")).text
    assert "Record who came to a session" in page
    assert "/opportunities/for/RX2" in page


async def test_what_waited_about_an_erased_person_is_gone(notifications: Connected) -> None:
    world = await a_world(notifications)
    screener = member(world.network, "screener")
    waiting = waits_for(world, "screener", "screen_application").model_copy(
        update={"organisation_id": world.network.id}
    )
    application = world.application("sent", waiting=(waiting,))
    await notifications.hears_and_settles(screener.opened, ApplicationSent(application))
    async with notifications.api(screener) as api:
        assert len((await api.get("/organisations/QZZ/home")).json()["waiting"]) == 1
        await notifications.hears_and_settles(ApplicationErased(Erased(id=application.id, version=2)))
        assert (await api.get("/organisations/QZZ/home")).json()["waiting"] == []


async def test_a_code_that_is_newer_than_our_words_still_has_its_link(notifications: Connected) -> None:
    world = await a_world(notifications)
    one = waits_for_person(world, "sign_a_form")
    await notifications.hears_and_settles(PlaceOffered(world.engagement("accepted", waiting=(one,))))
    async with notifications.browser(world.person) as browser:
        page = (await browser.get("/home")).text
    assert "Something to do" in page
    assert one.link in page


async def test_a_persons_home_has_no_pages_by_number_any_more(notifications: Connected) -> None:
    world = await a_world(notifications)
    async with notifications.browser(world.person) as browser:
        assert (await browser.get("/home?page=7")).status_code == 422
        assert (await browser.get("/home?page=-1")).status_code == 422
        assert form_key((await browser.get("/messages/mine")).text)


async def test_an_organisations_home_has_one_link_for_more_than_three_of_the_same(notifications: Connected) -> None:
    world = await a_world(notifications)
    approver = member(world.trust, "approver", "coordinator", called="Bo")
    names = ["Ana", "Ben", "Cal", "Dee"]
    people = [Person(name) for name in names]
    await notifications.hears_and_settles(
        approver.opened, *(person.opened for person in people), OpportunityPosted(world.opportunity)
    )
    claims = [claim_of(world, person) for person in people]
    promised = waits_for(world, "coordinator", "record_outcome").model_copy(
        update={"until": datetime(2027, 5, 3, 17, tzinfo=UTC)}
    )
    intake = world.intake().model_copy(update={"waiting": (promised,)})
    await notifications.hears_and_settles(IntakeChanged(intake), *(ClaimSent(claim) for claim in claims[:3]))

    async def shown() -> str:
        async with notifications.browser(approver) as browser:
            return (await browser.get("/home/for/RX2")).text

    page = await shown()
    assert [name for name in names if f"Approve a claim: {name}, {world.opportunity.title}" in page] == names[:3]
    assert "3 claims wait to be approved, all since today" in page
    assert "Tell people what changed: A seat in the pain pathway team" in page
    assert "until 3 May<" in page
    await notifications.hears_and_settles(ClaimSent(claims[3]))
    page = await shown()
    assert '<a class="nhsuk-link" href="/claims/for/RX2">4 claims wait to be approved, all since today</a>' in page
    assert "Approve a claim" not in page
    assert "Tell people what changed" in page
    async with notifications.api(approver) as api:
        listed = (await api.get("/organisations/RX2/home")).json()["waiting"]
    assert sorted(one["called"] or "" for one in listed) == ["", *names]
    await notifications.hears_and_settles(ClaimErased(Erased(id=claims[0].id, version=2)))
    assert "Approve a claim: Dee" in await shown()


async def test_what_waits_goes_on_over_pages_and_ends_in_sight(notifications: Connected) -> None:
    world = await a_world(notifications)
    coordinator = member(world.trust, "coordinator")
    waiting = tuple(waits_for(world, "coordinator", "record_attendance", days=n) for n in range(45))
    mine = tuple(waits_for_person(world, "answer_offer", days=n) for n in range(45))
    await notifications.hears_and_settles(coordinator.opened, OpportunityPosted(world.opportunity))
    await notifications.hears_and_settles(
        IntakeChanged(world.intake().model_copy(update={"waiting": waiting})),
        PlaceOffered(world.engagement("offered", waiting=mine)),
    )
    for person, start, expected in ((coordinator, "/home/for/RX2", waiting), (world.person, "/home", mine)):
        async with notifications.browser(person) as browser:
            page = (await browser.get(start)).text
            seen = re.findall(r'href="(/x/[^"]*)"', page)
            while 'rel="next"' in page:
                page = (await browser.get(next_page(page))).text
                seen += re.findall(r'href="(/x/[^"]*)"', page)
        assert seen == [one.link for one in sorted(expected, key=lambda one: one.since)]
    async with notifications.api(coordinator) as api:
        assert len((await api.get("/organisations/RX2/home")).json()["waiting"]) == 45


async def test_who_something_is_about_is_named_to_the_staff_it_waits_for_and_to_nobody_else(
    notifications: Connected,
) -> None:
    world = await a_world(notifications)
    coordinator = member(world.trust, "coordinator")
    other_trust = organisation("RYR", "Other Trust")
    stranger = member(other_trust, "coordinator", called="Cy")
    sam = Person("Samira")
    await notifications.hears_and_settles(*registered(other_trust), coordinator.opened, stranger.opened, sam.opened)
    await notifications.hears_and_settles(ClaimSent(claim_of(world, sam)))

    async def names(person: Person, trust: Organisation) -> list[str]:
        async with notifications.transaction(person.acting(trust)) as tx:
            rows = await tx.fetch("select state ->> 'called' as called from mirror_account where id = $1", sam.id)
            return [row["called"] for row in rows]

    assert await names(coordinator, world.trust) == ["Samira"]
    assert await names(stranger, other_trust) == []
    await notifications.hears_and_settles(AccountErased(Erased(id=sam.id, version=9)))
    assert await names(coordinator, world.trust) == []
    async with notifications.transaction() as tx:
        assert await tx.fetchval("select count(*) from waiting_item where of_person = $1", sam.id) == 0


async def test_a_hosts_members_are_told_what_waits_at_whom_they_host_until_its_last_day(
    notifications: Connected,
) -> None:
    """By the name of the hosted organisation, for the roles in which a host acts, and for nobody else."""
    world = await a_world(notifications)
    host = organisation("RYR", "Big Trust")
    approver, trainer = member(host, "approver", called="Bo"), member(host, "trainer", called="Cy")
    stranger = member(organisation("RZ1", "Third Trust"), "approver", called="Di")
    await notifications.hears_and_settles(*registered(host), approver.opened, trainer.opened, stranger.opened)
    waiting = (waits_for(world, "approver", "approve_claim"), waits_for(world, "admin", "screen_application"))
    await notifications.hears_and_settles(IntakeChanged(world.intake().model_copy(update={"waiting": waiting})))
    today = london_day(datetime.now(UTC))
    seen: list[list[str]] = []
    for version, last in ((2, None), (3, today), (4, today - timedelta(days=1))):
        acts = Host(organisation_id=host.id, ods_code="RYR", valid_from=today - timedelta(days=9), valid_to=last)
        hosted = world.trust.model_copy(update={"version": version, "hosts": (acts,)})
        await notifications.hears_and_settles(OrganisationChanged(hosted))
        async with notifications.browser(approver) as browser, notifications.api(approver) as api:
            page = (await browser.get("/home/for/RYR")).text
            said = (await api.get("/organisations/RYR/home")).json()["hosted"]
        assert ("1 claim waits to be approved" in page and "Sussex Example Trust" in page) is bool(said)
        assert ('href="/claims/for/RX2"' in page) is bool(said)
        seen.append([f"{one['name']}: {kind['words']}" for one in said for kind in one["waiting"]])
        async with notifications.api(trainer) as api:
            said = (await api.get("/organisations/RYR/home")).json()["hosted"]
            assert [one["waiting"] for one in said] == ([[]] if last != today - timedelta(days=1) else [])
    assert seen == [["Sussex Example Trust: Approve a claim"]] * 2 + [[]]
