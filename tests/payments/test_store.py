"""What row policies keep from somebody is not taken for done, nor for not there."""

from dataclasses import replace

import pytest

from schemas.payments import ClaimRestated, PaymentRestated
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.transaction import NotOneRow, RowNotLocked
from services.payments.store import claims, runs
from tests.payments.support import a_trust, said
from tests.support import Connected, Person, save_and_say


async def test_nobody_says_a_version_of_a_claim_that_a_row_policy_did_not_let_them_save(payments: Connected) -> None:
    trust, another = await a_trust(payments), await a_trust(payments, "RYR")
    claim = await trust.sent(Person())
    before = await said(payments)
    stranger = another.approver.acting(another.organisation)
    changed = replace(claim, version=claim.version + 1)
    event = ClaimRestated(changed.public())
    with pytest.raises(NotOneRow):
        await save_and_say(payments, stranger, lambda tx: claims.save(tx, changed), event)
    with pytest.raises(NotFound):
        async with payments.transaction(stranger) as tx:
            await claims.lock_ours(tx, claim.id, organisation_id=another.organisation.id)
    assert await said(payments) == before


async def test_nobody_says_a_version_of_a_payment_that_they_may_only_read(payments: Connected) -> None:
    trust, sam = await a_trust(payments), Person()
    await trust.approved(sam)
    await trust.run()
    async with payments.transaction() as tx:
        payment = await runs.lock_payment(tx, await tx.fetchval("select id from payment"))
    assert payment and len(payment.claims) == 1
    before = await said(payments)
    changed = replace(payment, version=2)
    event = PaymentRestated(changed.public())
    with pytest.raises(NotOneRow):
        await save_and_say(payments, sam.acting(), lambda tx: runs.save_payment(tx, changed), event)
    with pytest.raises(RowNotLocked):
        async with payments.transaction(sam.acting()) as tx:
            await runs.lock_payment(tx, payment.id)
    assert await said(payments) == before
