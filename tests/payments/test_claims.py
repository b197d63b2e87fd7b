"""Claims, from attendance to approval: reactions and commands on a real database."""

import asyncio
from dataclasses import replace
from functools import partial

import asyncpg
import pytest

from schemas.engagements import EngagementErased
from schemas.event import Erased
from schemas.identity import AccountErased, OrganisationRegistered
from services.chassis.base.refusals import NotFound, Refused
from services.chassis.postgres.transaction import new_id
from services.payments.commands import claims, payees
from services.payments.domain.claim import ClaimMoved, DetailsMissing, NotAttended
from services.payments.domain.hands import OwnClaim
from services.payments.store import payees as payee_store
from tests.payments.support import RATE, Attending, Trust, a_trust, by_id, details, said, the_claim
from tests.support import Connected, Person, member, organisation, until


async def test_an_attended_session_is_claimed_once_however_often_it_is_heard(payments: Connected) -> None:
    trust = await a_trust(payments)
    attending = await trust.attended(Person())
    assert await said(payments, "Claim") == ["ClaimDrafted"]
    await payments.hears_and_settles(attending.recorded(), attending.recorded(status="ended"))
    async with payments.transaction() as tx:
        await claims.draft_claims(tx, attending.recorded().state)
    assert await said(payments, "Claim") == ["ClaimDrafted"]
    claim = await the_claim(payments, attending)
    assert (claim.status, claim.owed.amount_pence) == ("needs_details", RATE)
    assert claim.organisation_id == trust.organisation.id


async def test_a_rate_by_the_hour_is_claimed_for_the_hours_attended(payments: Connected) -> None:
    trust = await a_trust(payments)
    attending = await trust.attended(Person(), unit="hour", pence=1271, hours=2.5)
    assert (await the_claim(payments, attending)).owed.amount_pence == 3178
    attending.hours = 3
    await payments.hears_and_settles(attending.recorded())
    assert (await the_claim(payments, attending)).owed.amount_pence == 3813


async def test_nothing_is_claimed_without_attendance_or_pay(payments: Connected) -> None:
    trust = await a_trust(payments)
    person = Person()
    for attended in (None, False):
        await payments.hears_and_settles(Attending(person, trust.organisation).recorded(attended))
    await payments.hears_and_settles(Attending(person, trust.organisation).recorded(offer=None))
    await payments.hears_and_settles(Attending(person, trust.organisation, pence=0).recorded())
    assert await said(payments, "Claim") == []


async def test_a_claim_waits_for_the_news_of_its_payer(payments: Connected) -> None:
    payer, person = organisation(), Person()
    await payments.hears_and_settles(Attending(person, payer).recorded())
    assert await said(payments, "Claim") == []
    assert "NotYet" in (await payments.failing())[0]
    await payments.hears(OrganisationRegistered(payer))
    async with payments.transaction() as tx:
        await tx.execute("update due set due_at = clock_timestamp()")
    await payments.settle()
    assert await said(payments, "Claim") == ["ClaimDrafted"]


async def test_a_claim_waits_visibly_for_bank_details_and_is_ready_when_they_are_there(payments: Connected) -> None:
    trust, person = await a_trust(payments), Person()
    attending = await trust.attended(person)
    claim = await the_claim(payments, attending)
    assert claim.public().waiting[0].what == "give_payee_details"
    with pytest.raises(DetailsMissing):
        async with payments.transaction(person.acting()) as tx:
            await claims.send_claim(tx, claim.id, seen=None)
    await trust.give_details(person)
    assert (await the_claim(payments, attending)).status == "ready"
    assert await said(payments, "Claim") == ["ClaimDrafted", "ClaimReady"]
    later = await trust.attended(person)
    assert (await the_claim(payments, later)).status == "ready"


async def test_attendance_and_bank_details_at_the_same_moment_always_make_a_claim_that_can_be_sent(
    payments: Connected,
) -> None:
    trust = await a_trust(payments)
    payments.app.workers.start()
    try:
        for turn in range(8):
            await _at_the_same_moment(payments, trust, pause=0.002 * turn)
    finally:
        await payments.app.workers.stop()


async def _at_the_same_moment(payments: Connected, trust: Trust, *, pause: float) -> None:
    people = [Person() for _ in range(4)]
    attending = [Attending(person, trust.organisation) for person in people]

    async def give(person: Person) -> None:
        async with payments.transaction(person.acting()) as tx:
            await payees.give_details(tx, details())
            await asyncio.sleep(pause)
        await payments.app.workers.wake()

    news = payments.hears(*[person.opened for person in people], *[one.recorded() for one in attending])
    await asyncio.gather(news, *(give(person) for person in people))
    for one in attending:
        await until(partial(_is_ready, payments, one), seconds=20)


async def _is_ready(payments: Connected, attending: Attending) -> bool:
    async with payments.transaction() as tx:
        return await tx.fetchval("select status from claim where engagement_id = $1", attending.id) == "ready"


async def test_whichever_of_claim_and_bank_details_commits_second_makes_the_claim_ready(payments: Connected) -> None:
    trust, person = await a_trust(payments), Person()
    attending = Attending(person, trust.organisation)
    async with payments.transaction(person.acting()) as giving:
        await payees.give_details(giving, details())
        await payments.hears_and_settles(person.opened, attending.recorded())
        assert (await the_claim(payments, attending)).status == "needs_details"
    await payments.settle()
    assert (await the_claim(payments, attending)).status == "ready"
    other = Person()
    later = Attending(other, trust.organisation)
    async with payments.transaction() as drafting:
        await claims.draft_claims(drafting, later.recorded().state)
        await trust.give_details(other)
    assert (await the_claim(payments, later)).status == "needs_details"
    await payments.settle()
    assert (await the_claim(payments, later)).status == "ready"


async def test_a_corrected_record_cancels_an_unsent_claim_and_writes_it_again(payments: Connected) -> None:
    trust, person = await a_trust(payments), Person()
    attending = await trust.attended(person)
    await payments.hears_and_settles(attending.recorded(attended=False))
    cancelled = await the_claim(payments, attending)
    assert (cancelled.status, cancelled.public().waiting) == ("cancelled", ())
    await payments.hears_and_settles(attending.recorded(attended=False))
    await payments.hears_and_settles(attending.recorded())
    assert (await the_claim(payments, attending)).status == "needs_details"
    assert await said(payments, "Claim") == ["ClaimDrafted", "ClaimCancelled", "ClaimDrafted"]


async def test_a_sent_claim_that_the_record_denies_later_can_neither_be_approved_nor_paid(payments: Connected) -> None:
    trust, person = await a_trust(payments), Person()
    attending = await trust.attended(person)
    await trust.give_details(person)
    claim = await the_claim(payments, attending)
    async with payments.transaction(person.acting()) as tx:
        await claims.send_claim(tx, claim.id, seen=claim.version)
    await payments.hears_and_settles(attending.recorded(attended=False))
    with pytest.raises(NotAttended):
        await trust.approve(claim)
    assert (await by_id(payments, claim.id)).status == "sent"
    async with payments.transaction(trust.approver.acting(trust.organisation)) as tx:
        await claims.return_claim(tx, claim.id, why="You were not there.", seen=None)
    await payments.hears_and_settles(attending.recorded(attended=False, status="ended"))
    assert (await by_id(payments, claim.id)).status == "cancelled"


async def test_a_claim_is_sent_returned_sent_again_and_approved(payments: Connected) -> None:
    trust, person = await a_trust(payments), Person()
    claim = await trust.sent(person)
    async with payments.transaction(trust.approver.acting(trust.organisation)) as tx:
        await claims.return_claim(tx, claim.id, why="Which session was it?", seen=claim.version)
    returned = await by_id(payments, claim.id)
    assert (returned.status, returned.returned_why) == ("returned", "Which session was it?")
    async with payments.transaction(person.acting()) as tx:
        await claims.send_claim(tx, claim.id, seen=returned.version)
    await trust.approve(claim)
    approved = await by_id(payments, claim.id)
    assert (approved.status, approved.approved_by) == ("approved", trust.approver.id)
    assert approved.public().waiting[0].role == "finance"
    assert await said(payments, "Claim") == [
        *("ClaimDrafted", "ClaimReady", "ClaimSent", "ClaimReturned", "ClaimSent", "ClaimApproved"),
    ]


async def test_the_reason_for_a_return_and_bank_details_are_in_no_event(payments: Connected) -> None:
    trust, person = await a_trust(payments), Person()
    claim = await trust.sent(person)
    async with payments.transaction(trust.approver.acting(trust.organisation)) as tx:
        await claims.return_claim(tx, claim.id, why="Which session was it?", seen=None)
    async with payments.transaction(person.acting()) as tx:
        await claims.send_claim(tx, claim.id, seen=None)
    await trust.approve(claim)
    await trust.run()
    async with payments.transaction() as tx:
        everything = "".join(row["value"] for row in await tx.fetch("select value from outbox"))
    for secret in ("Which session", "55779911", "200000", "S EXAMPLE"):
        assert secret not in everything


async def test_nobody_approves_their_own_claim(payments: Connected) -> None:
    trust = await a_trust(payments)
    claim = await trust.sent(trust.approver)
    with pytest.raises(OwnClaim):
        await trust.approve(claim, by=trust.approver)
    assert await by_id(payments, claim.id) == claim
    own = replace(claim, status="approved", approved_at=claim.sent_at, approved_by=claim.person_id)
    with pytest.raises(asyncpg.CheckViolationError):
        async with payments.transaction() as tx:
            await claims.store.save(tx, own)


async def test_of_two_approvers_at_once_one_approves(payments: Connected) -> None:
    trust = await a_trust(payments)
    claim = await trust.sent(Person())
    outcomes = await asyncio.gather(
        trust.approve(claim, by=trust.approver), trust.approve(claim, by=trust.both), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["ClaimMoved", "NoneType"]
    assert (await said(payments)).count("ClaimApproved") == 1


async def test_a_claim_that_moved_on_is_refused_and_stays_as_it_is(payments: Connected) -> None:
    trust, person = await a_trust(payments), Person()
    claim = await trust.sent(person)
    before = await payments.said()
    for decide, seen in ((claims.send_claim, None), (claims.decline_claim, claim.version - 1)):
        with pytest.raises(ClaimMoved):
            async with payments.transaction(person.acting()) as tx:
                await decide(tx, claim.id, seen=seen)
    assert (await payments.said(), await by_id(payments, claim.id)) == (before, claim)


async def test_somebody_elses_claim_is_as_if_it_did_not_exist(payments: Connected) -> None:
    trust, person, stranger = await a_trust(payments), Person(), Person()
    claim = await trust.sent(person)
    other = await a_trust(payments, "RYR")
    for decide in (claims.send_claim, claims.decline_claim):
        with pytest.raises(NotFound):
            async with payments.transaction(stranger.acting()) as tx:
                await decide(tx, claim.id, seen=None)
    with pytest.raises(NotFound):
        async with payments.transaction(other.approver.acting(other.organisation)) as tx:
            await claims.approve_claim(tx, claim.id, seen=None)
    with pytest.raises(NotFound):
        async with payments.transaction(other.approver.acting(other.organisation)) as tx:
            await claims.return_claim(tx, claim.id, why="So", seen=None)
    assert await by_id(payments, claim.id) == claim


async def test_an_approver_of_another_organisation_who_claims_here_cannot_approve_here(payments: Connected) -> None:
    trust, other = await a_trust(payments), await a_trust(payments, "RYR")
    claim = await trust.sent(other.approver)
    with pytest.raises(NotFound):
        await other.approve(claim, by=other.approver)
    with pytest.raises(Refused):
        async with payments.transaction(other.approver.acting(other.organisation)) as tx:
            await claims.return_claim(tx, claim.id, why="So", seen=None)


async def test_bank_details_are_kept_as_versions_and_seen_by_their_person_only(payments: Connected) -> None:
    trust, person, stranger = await a_trust(payments), Person(), Person()
    await trust.attended(person)
    await trust.give_details(person)
    await trust.give_details(person)
    await trust.give_details(person, details("31926819"))
    async with payments.transaction(person.acting()) as tx:
        there = await payee_store.get(tx, person.id)
        assert there and (there.version, there.shown(to_helper=False).masked) == (2, "••••6819")
        assert await tx.fetchval("select count(*) from payee_version") == 2
    for acting in (stranger.acting(), trust.finance.acting(trust.organisation)):
        async with payments.transaction(acting) as tx:
            assert await payee_store.get(tx, person.id) is None
            assert await tx.fetchval("select count(*) from payee_version") == 0


async def test_finance_sees_the_bank_details_of_an_approved_claim_of_its_own_organisation_only(
    payments: Connected,
) -> None:
    trust, other, person = await a_trust(payments), await a_trust(payments, "RYR"), Person()
    await trust.approved(person)
    for where, sees in ((trust, True), (other, False)):
        async with payments.transaction(where.finance.acting(where.organisation)) as tx:
            assert bool(await payee_store.of_people(tx, [person.id])) is sees


async def test_an_erased_person_is_forgotten_but_for_what_was_paid(payments: Connected) -> None:
    trust, person = await a_trust(payments), Person()
    paid = await trust.approved(person)
    await trust.run()
    async with payments.transaction() as tx:
        await claims.store.save(tx, replace(await by_id(payments, paid.id), returned_why="Words about a person"))
    sent, draft = await trust.sent(person), await trust.attended(person)
    for _ in range(2):
        await payments.hears_and_settles(AccountErased(Erased(id=person.id, version=2)))
        async with payments.transaction() as tx:
            await payees.forget_person(tx, person.id)
    assert await said(payments, "ClaimErased") == ["ClaimErased", "ClaimErased"]
    async with payments.transaction() as tx:
        assert await claims.store.lock(tx, sent.id) is None
        assert await tx.fetchval("select count(*) from payee_version where person_id = $1", person.id) == 0
        left = await claims.store.lock(tx, paid.id)
    assert left and (left.status, left.owed.amount_pence, left.returned_why) == ("paid", RATE, None)
    await payments.hears_and_settles(draft.recorded())
    assert await said(payments, "ClaimErased", "ClaimDrafted") == ["ClaimDrafted", "ClaimErased", "ClaimErased"]


async def test_an_erased_engagement_takes_its_unpaid_claims_with_it(payments: Connected) -> None:
    trust, person = await a_trust(payments), Person()
    attending = await trust.attended(person)
    await payments.hears_and_settles(EngagementErased(Erased(id=attending.id, version=9)))
    assert await said(payments, "ClaimErased") == ["ClaimErased"]
    async with payments.transaction() as tx:
        assert await claims.store.lock_of_engagement(tx, attending.id) == []


async def test_staff_of_no_organisation_and_unsigned_visitors_see_no_claim(payments: Connected) -> None:
    trust = await a_trust(payments)
    await trust.sent(Person())
    nobody = member(organisation("RZZ"), "approver")
    async with payments.transaction(Person(id=new_id()).acting()) as tx:
        assert await tx.fetchval("select count(*) from claim") == 0
    async with payments.transaction(nobody.acting()) as tx:
        assert await tx.fetchval("select count(*) from claim") == 0
