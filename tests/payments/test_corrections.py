"""A session is recorded otherwise after its claim was sent or paid: never silently, and always with both facts."""

import pytest

from services.payments.commands import claims
from services.payments.domain.claim import Claim, RecordDiffers
from services.payments.domain.correcting import NothingToSettle
from services.payments.domain.run import NothingToPay
from tests.payments.support import Attending, Trust, a_trust, by_id, said, the_claim
from tests.support import Connected, Person, hidden


async def claimed(payments: Connected, status: str) -> tuple[Trust, Attending, Claim]:
    """A claim by the hour as far as its status, and what engagements says of its session."""
    trust, person = await a_trust(payments), Person()
    attending = await trust.attended(person, unit="hour", pence=2000, hours=3)
    await trust.give_details(person)
    claim = await the_claim(payments, attending)
    async with payments.transaction(person.acting()) as tx:
        await claims.send_claim(tx, claim.id, seen=None)
    if status != "sent":
        await trust.approve(claim)
    if status == "paid":
        await trust.run()
    found = await by_id(payments, claim.id)
    assert (found.status, found.owed.amount_pence) == (status, 6000)
    return trust, attending, found


def waits(claim: Claim) -> list[tuple[str | None, str]]:
    return [(one.role, one.what) for one in claim.public().waiting]


@pytest.mark.parametrize("status", ["sent", "approved"])
async def test_shorter_hours_after_a_claim_was_sent_wait_for_an_approver_who_sees_both(
    payments: Connected, status: str
) -> None:
    trust, attending, claim = await claimed(payments, status)
    attending.hours = 1.5
    await payments.hears_and_settles(attending.recorded())
    corrected = await by_id(payments, claim.id)
    assert (corrected.status, corrected.owed.amount_pence, corrected.recorded_pence) == (status, 6000, 3000)
    assert waits(corrected) == [("approver", "look_at_correction")]
    assert await said(payments, "ClaimCorrected") == ["ClaimCorrected"]
    await payments.hears_and_settles(attending.recorded())
    assert await said(payments, "ClaimCorrected") == ["ClaimCorrected"], "heard again it is no news"
    page = f"/claims/for/RX2/{claim.id}"
    async with payments.browser(trust.approver) as browser:
        shown = (await browser.get(page)).text
        assert "£60 for this meeting" in shown and "it earns £30." in shown
    with pytest.raises(RecordDiffers if status == "sent" else NothingToPay):
        await (trust.approve(claim) if status == "sent" else trust.run())
    async with payments.transaction(trust.approver.acting(trust.organisation)) as tx:
        await claims.return_claim(tx, claim.id, why="You left early.", seen=None)
    await payments.settle()
    anew = await by_id(payments, claim.id)
    assert (anew.status, anew.owed.amount_pence, anew.recorded_pence) == ("returned", 3000, None)
    assert (anew.returned_why, [one.what for one in anew.public().waiting]) == ("You left early.", ["send_claim"])


async def test_somebody_who_was_not_there_after_all_waits_for_an_approver_and_the_claim_ends_when_it_comes_back(
    payments: Connected,
) -> None:
    trust, attending, claim = await claimed(payments, "approved")
    await payments.hears_and_settles(attending.recorded(attended=False))
    assert waits(await by_id(payments, claim.id)) == [("approver", "look_at_correction")]
    await payments.hears_and_settles(attending.recorded())
    assert waits(await by_id(payments, claim.id)) == [("finance", "pay_claim")], "put right again, it is as it was"
    await payments.hears_and_settles(attending.recorded(attended=False))
    with pytest.raises(NothingToPay):
        await trust.run()
    async with payments.transaction(trust.approver.acting(trust.organisation)) as tx:
        await claims.return_claim(tx, claim.id, why="Cora says that you could not come.", seen=None)
    await payments.settle()
    assert (await by_id(payments, claim.id)).status == "cancelled"


async def test_what_was_paid_and_is_recorded_otherwise_waits_for_finance_until_it_is_dealt_with(
    payments: Connected,
) -> None:
    trust, attending, claim = await claimed(payments, "paid")
    attending.hours = 4
    await payments.hears_and_settles(attending.recorded())
    corrected = await by_id(payments, claim.id)
    assert (corrected.status, corrected.owed.amount_pence, corrected.recorded_pence) == ("paid", 6000, 8000)
    assert waits(corrected) == [("finance", "settle_correction")]
    page = f"/payments/for/RX2/corrected/{claim.id}"
    async with payments.browser(trust.finance) as browser, payments.browser(trust.approver) as approver:
        shown = (await browser.get(page)).text
        assert "£60, on" in shown and "it earns £80." in shown
        assert (await approver.get(page)).status_code == 403
        done = await browser.post(f"{page}/settle", data=hidden(shown))
        assert "this is dealt with" in (await browser.get(done.headers["location"])).text
        again = await browser.post(
            f"{page}/settle", data=hidden((await browser.get("/payments/for/RX2/rates/new")).text)
        )
        assert again.status_code == 409
    assert waits(await by_id(payments, claim.id)) == []
    await payments.hears_and_settles(attending.recorded())
    assert waits(await by_id(payments, claim.id)) == [], "the same facts are asked about once"
    await payments.hears_and_settles(attending.recorded(attended=False))
    assert waits(await by_id(payments, claim.id)) == [("finance", "settle_correction")], "another fact is"


async def test_finance_settles_through_the_api_and_never_their_own(payments: Connected) -> None:
    trust, attending, claim = await claimed(payments, "paid")
    await payments.hears_and_settles(attending.recorded(attended=False))
    at = f"/organisations/RX2/corrected/{claim.id}"
    async with payments.api(trust.finance) as api:
        got = (await api.get(at)).json()
        assert (got["attended"], got["recorded_pence"], got["choices"]["settle"]) == (False, None, True)
        assert (await api.post(f"{at}/settle", json={})).status_code == 200
        problem = (await api.post(f"{at}/settle", json={})).json()
        assert problem["type"] == "/developers/problems#nothing-to-settle"
        assert (await api.get(at.replace(str(claim.id), str(attending.id)))).status_code == 404
    with pytest.raises(NothingToSettle):
        async with payments.transaction(trust.finance.acting(trust.organisation)) as tx:
            await claims.settle_correction(tx, claim.id)


async def test_a_claim_that_was_not_sent_is_written_anew_as_before_and_waits_for_nobody_else(
    payments: Connected,
) -> None:
    trust = await a_trust(payments)
    attending = await trust.attended(Person(), unit="hour", pence=2000, hours=3)
    attending.hours = 1
    await payments.hears_and_settles(attending.recorded())
    claim = await the_claim(payments, attending)
    assert (claim.owed.amount_pence, claim.recorded_pence, claim.corrected_at) == (2000, None, None)
    assert await said(payments, "ClaimCorrected") == []


async def test_hours_of_preparation_are_paid_by_the_hour_shown_apart_and_corrected_like_all_others(
    payments: Connected,
) -> None:
    trust, person = await a_trust(payments), Person()
    attending = await trust.attended(person, unit="hour", pence=2000, hours=2, prepared=1)
    await trust.give_details(person)
    claim = await the_claim(payments, attending)
    assert (claim.owed.amount_pence, claim.owed.units, claim.owed.preparation_hours) == (6000, 3, 1)
    async with payments.browser(person) as browser:
        assert "2 hours and 1 hour to prepare at £20 an hour" in (await browser.get(f"/claims/mine/{claim.id}")).text
    attending.prepared = 1.5
    await payments.hears_and_settles(attending.recorded())
    assert (await by_id(payments, claim.id)).owed.amount_pence == 7000, "not sent yet, it is written anew"
    async with payments.transaction(person.acting()) as tx:
        await claims.send_claim(tx, claim.id, seen=None)
    await trust.approve(claim)
    await trust.run()
    attending.prepared = None
    await payments.hears_and_settles(attending.recorded())
    corrected = await by_id(payments, claim.id)
    assert (corrected.recorded_pence, waits(corrected)) == (4000, [("finance", "settle_correction")])


async def test_hours_of_preparation_change_nothing_where_the_rate_is_by_the_session(payments: Connected) -> None:
    trust = await a_trust(payments)
    claim = await trust.sent(Person(), prepared=2)
    assert (claim.owed.amount_pence, claim.owed.units, claim.owed.preparation_hours) == (7500, 1, 0)
