"""A session that is cancelled late is paid where its payer says so, to whoever had a place then, and to nobody else."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from schemas.matching import Opportunity, OpportunityPosted, Pay, Session, SessionCancelled, SessionsCancelled
from services.chassis.postgres.transaction import new_id
from services.payments.domain.cancelled import LateCancelling
from services.payments.domain.claim import Claim
from services.payments.domain.hands import OwnRecord
from tests.payments.support import NOW, RATE, Attending, Trust, a_trust, said, the_claim
from tests.payments.test_policies import an_admin
from tests.support import Connected, Person, hidden

STARTS = NOW + timedelta(hours=20)


async def policy(trust: Trust, hours: int) -> None:
    """An edition in force since long ago: as if it had been set in time."""
    connection = await asyncpg.connect(trust.payments.app.settings.admin_dsn(), timeout=10)
    try:
        await connection.execute(
            "insert into payments.policy_edition (kind, organisation_id, edition, valid_from, issuer, source, value)"
            " values ('late_cancelling', $1, '1', '2020-01-01', 'The trust', 'Involvement policy 7.3', $2)",
            *(trust.organisation.id, LateCancelling(hours=hours).model_dump_json()),
        )
    finally:
        await connection.close()


def a_role(trust: Trust, attending: Attending, session: Session, version: int = 1) -> Opportunity:
    pay = Pay(
        rate_card_id=attending.rate_card_id,
        unit="session",
        amount_pence=RATE,
        source="Example policy 1",
        payer_id=trust.organisation.id,
    )
    return Opportunity(
        id=attending.opportunity_id,
        version=version,
        organisation_id=trust.organisation.id,
        ods_code="RX2",
        title="A seat in the pain pathway team",
        summary="",
        what_will_change="",
        strand="service_improvement",
        rung="improvement",
        mode="remote",
        time_commitment="3 hours",
        expertise_level="none",
        places=5,
        pay=pay,
        sessions=(session,),
        apply_by=NOW + timedelta(hours=1),
        feedback_by=NOW + timedelta(days=30),
        posted_at=NOW - timedelta(days=9),
    )


async def cancelled(
    trust: Trust, *, hours_before: int = 20, by: UUID | None = None, themselves: bool = False
) -> tuple[Attending, Person]:
    """Somebody has a place, somebody gave theirs back, and then the session is cancelled."""
    has, gave_back = Person(), Person()
    one = Attending(has, trust.organisation)
    other = Attending(gave_back, trust.organisation, opportunity_id=one.opportunity_id)
    session = Session(id=new_id(), starts_at=STARTS, hours=3)
    early: dict[str, Any] = {"accepted_at": NOW - timedelta(days=2), "sessions": ()}
    await trust.payments.hears_and_settles(
        has.opened,
        gave_back.opened,
        OpportunityPosted(a_role(trust, one, session)),
        one.recorded(**early),
        other.recorded(**early, status="withdrawn", ended_at=NOW - timedelta(days=1)),
    )
    by = has.id if themselves else by
    off = SessionCancelled(at=STARTS - timedelta(hours=hours_before), why="not_safe", by=by)
    news = SessionsCancelled(a_role(trust, one, session.with_changes(cancelled=off), version=2))
    await trust.payments.hears_and_settles(news)
    return one, has


async def all_claims(payments: Connected) -> int:
    async with payments.transaction() as tx:
        return await tx.fetchval("select count(*) from claim")


async def test_nothing_is_claimed_for_what_was_cancelled_where_nobody_says_that_it_is_paid(payments: Connected) -> None:
    trust = await a_trust(payments)
    await cancelled(trust)
    assert await all_claims(payments) == 0
    assert await payments.failing() == []


async def test_what_is_cancelled_earlier_than_the_policy_says_is_not_paid(payments: Connected) -> None:
    trust = await a_trust(payments)
    await policy(trust, 20)
    await cancelled(trust, hours_before=20)
    assert await all_claims(payments) == 0


async def test_whoever_had_a_place_at_a_session_that_is_cancelled_late_gets_a_claim_and_nobody_else(
    payments: Connected,
) -> None:
    trust = await a_trust(payments)
    await policy(trust, 48)
    one, has = await cancelled(trust)
    claim: Claim = await the_claim(payments, one)
    assert await all_claims(payments) == 1
    assert (claim.person_id, claim.owed.amount_pence, claim.for_cancelled) == (has.id, RATE, True)
    assert "Involvement policy 7.3" in claim.owed.source
    took, ended = NOW - timedelta(days=2), NOW + timedelta(days=1)
    await payments.hears_and_settles(one.recorded(status="called_off", accepted_at=took, ended_at=ended, sessions=()))
    assert await said(payments, "Claim") == ["ClaimDrafted"], "it stays when the place ends, and is said once"
    await trust.give_details(has)
    async with payments.browser(has) as browser:
        page = (await browser.get(f"/claims/mine/{claim.id}")).text
        assert "It was cancelled late, and is paid all the same." in page
        await browser.post(f"/claims/mine/{claim.id}/send", data=_form(page, f"/claims/mine/{claim.id}/send"))
    async with payments.browser(trust.approver) as browser:
        assert "Whoever pays for it pays that." in (await browser.get(f"/claims/for/RX2/{claim.id}")).text
    await trust.approve(claim)
    run = await trust.run()
    assert run.total_pence == RATE


async def test_whoever_cancelled_it_neither_approves_it_nor_is_paid_for_it(payments: Connected) -> None:
    trust = await a_trust(payments)
    await policy(trust, 48)
    one, has = await cancelled(trust, by=trust.approver.id)
    claim: Claim = await the_claim(payments, one)
    assert claim.recorded_by == trust.approver.id
    await trust.give_details(has)
    async with payments.browser(has) as browser:
        page = (await browser.get(f"/claims/mine/{claim.id}")).text
        await browser.post(f"/claims/mine/{claim.id}/send", data=_form(page, f"/claims/mine/{claim.id}/send"))
    with pytest.raises(OwnRecord):
        await trust.approve(claim)
    await cancelled(trust, themselves=True)
    assert await all_claims(payments) == 1
    assert await payments.failing() == []


def _form(page: str, action: str) -> dict[str, str]:
    return hidden(page.split(f'action="{action}"')[1])


async def test_the_policy_is_set_on_its_page_though_there_is_none_yet(payments: Connected) -> None:
    trust = await a_trust(payments)
    async with payments.browser(await an_admin(trust)) as browser:
        listed = await browser.get("/payments/for/RX2/policies")
        assert listed.status_code == 200 and "Pay for sessions that are cancelled late" in listed.text
        one = await browser.get("/payments/for/RX2/policies/late_cancelling")
        assert one.status_code == 200, one.text
