"""What matching's commands do, on a real database."""

from datetime import timedelta

import pytest

from schemas.event import Erased
from schemas.identity import AccountErased
from schemas.payments import RateCardIssued
from schemas.recruitment import LeaderApproved, LeaderLeft, Profile, ProfileGiven
from schemas.training import CredentialAwarded
from services.chassis.base.refusals import NotFound, Refused
from services.chassis.postgres.transaction import new_id
from services.matching.commands import posting
from services.matching.domain.days import PastClosing
from services.matching.domain.opportunity import AlreadyOver, RateNotInForce
from tests.matching.world import NOW, a_trust, credential, leader, matches, post, rate, subscribe
from tests.support import Connected, Person, member, organisation, registered


async def test_a_posted_opportunity_is_on_the_feed_and_said_once(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    id = await post(matching, trust, staff)
    assert ("OpportunityPosted", id) in await matching.said()
    async with matching.browser() as visitor:
        page = await visitor.get("/opportunities")
        assert page.status_code == 200
        assert "A seat in the pain pathway team" in page.text
        assert (await visitor.get(f"/opportunities/{id}")).status_code == 200


async def test_a_person_who_subscribed_and_is_approved_later_is_matched(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    person = Person()
    await post(matching, trust, staff)
    await subscribe(matching, person)
    await matching.settle()
    assert await matches(matching) == []
    await matching.hears_and_settles(LeaderApproved(leader(person)))
    assert await matches(matching) == ["MatchMade"]


async def test_an_opportunity_posted_later_matches_whoever_is_there_and_says_so_once(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    person = Person()
    await subscribe(matching, person)
    await matching.hears_and_settles(LeaderApproved(leader(person)))
    await post(matching, trust, staff)
    await matching.settle()
    await matching.hears_and_settles(ProfileGiven(Profile(id=person.id, version=1)))
    assert await matches(matching) == ["MatchMade"]


async def test_training_that_is_asked_for_makes_the_match_when_it_is_done(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    person = Person()
    await subscribe(matching, person)
    await matching.hears_and_settles(LeaderApproved(leader(person)))
    await post(matching, trust, staff, training=["foundations"])
    await matching.settle()
    assert await matches(matching) == []
    await matching.hears_and_settles(CredentialAwarded(credential(person)))
    assert await matches(matching) == ["MatchMade"]


async def test_a_match_ends_when_the_person_leaves_the_pool(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    person = Person()
    await subscribe(matching, person)
    await matching.hears_and_settles(LeaderApproved(leader(person)))
    await post(matching, trust, staff)
    await matching.settle()
    await matching.hears_and_settles(LeaderLeft(leader(person, status="left", version=2)))
    assert await matches(matching) == ["MatchMade", "MatchEnded"]


async def test_a_withdrawn_opportunity_cannot_be_matched_or_withdrawn_again(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    person = Person()
    id = await post(matching, trust, staff)
    async with matching.transaction(staff.acting(trust)) as tx:
        await posting.withdraw_opportunity(tx, id, "postponed")
    await subscribe(matching, person)
    await matching.hears_and_settles(LeaderApproved(leader(person)))
    assert await matches(matching) == []
    with pytest.raises(AlreadyOver):
        async with matching.transaction(staff.acting(trust)) as tx:
            await posting.withdraw_opportunity(tx, id, "postponed")


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"apply_by": NOW - timedelta(days=1)}, PastClosing),
        ({"pay": str(new_id())}, RateNotInForce),
    ],
)
async def test_what_cannot_be_posted_is_refused_and_changes_nothing(
    matching: Connected, changes: dict[str, object], refusal: type[Refused]
) -> None:
    trust, staff = await a_trust(matching)
    with pytest.raises(refusal):
        await post(matching, trust, staff, **changes)
    assert await matching.said() == []


async def test_a_rate_that_has_ended_or_is_another_organisations_cannot_be_offered(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    ended = rate(trust, valid_to="2021-01-01")
    foreign = ended.model_copy(update={"id": new_id(), "organisation_id": new_id(), "valid_to": None})
    await matching.hears_and_settles(RateCardIssued(ended), RateCardIssued(foreign))
    for card in (ended, foreign):
        with pytest.raises(RateNotInForce):
            await post(matching, trust, staff, pay=str(card.id))


async def test_another_organisations_opportunity_is_as_if_it_did_not_exist(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    other = organisation("RYR", "Other Example Trust")
    stranger = member(other, "coordinator")
    await matching.hears_and_settles(*registered(other), stranger.opened)
    id = await post(matching, trust, staff)
    with pytest.raises(NotFound):
        async with matching.transaction(stranger.acting(other)) as tx:
            await posting.withdraw_opportunity(tx, id, "postponed")
    async with matching.browser(stranger) as browser:
        for path in (
            f"/opportunities/for/RYR/{id}",
            f"/opportunities/for/RX2/{id}",
            f"/opportunities/for/RYR/{id}/withdraw",
        ):
            assert (await browser.get(path)).status_code == 404, path


async def test_an_erased_person_is_forgotten(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    person = Person()
    await subscribe(matching, person)
    await matching.hears_and_settles(person.opened, LeaderApproved(leader(person)))
    await post(matching, trust, staff)
    await matching.settle()
    await matching.hears_and_settles(AccountErased(Erased(id=person.id, version=2)))
    assert (await matches(matching))[-1] == "MatchErased"
    async with matching.transaction() as tx:
        assert await tx.fetchval("select count(*) from match") == 0
        assert await tx.fetchval("select count(*) from subscription") == 0
