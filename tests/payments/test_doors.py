"""The pages and the API of payments: the whole way, wrong answers, and somebody else's ids."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx

from schemas.recruitment import Leader, LeaderApproved
from services.chassis.base.access import london_day
from services.chassis.postgres.transaction import new_id
from tests.payments.support import NOW, Trust, a_trust, by_id, details, said, the_claim
from tests.support import Connected, Person, form_key, hidden, led_to

TODAY = london_day(NOW)


async def fill_in(browser: httpx.AsyncClient, path: str, values: dict[str, str], *, at: str = "") -> httpx.Response:
    """Open a page, and send its form (or the one whose address is `at`) with these values."""
    page = await browser.get(path)
    assert page.status_code == 200, page.text
    return await browser.post(at or path, data={**values, **hidden(page.text)})


def date_parts(name: str, days: int) -> dict[str, str]:
    day = TODAY + timedelta(days=days)
    return {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}


async def test_the_whole_way_by_pages_from_bank_details_to_paid(payments: Connected) -> None:
    trust, person = await a_trust(payments), Person("Sam")
    attending = await trust.attended(person, days_ago=9, unit="hour", pence=750, hours=10)
    sam_is = {"called": "Sam", "reference": "PL-7K3Q", "status": "approved", "rung": "feedback", "approved_at": NOW}
    leader = Leader.model_validate({"id": person.id, "version": 1, **sam_is})
    await payments.hears_and_settles(LeaderApproved(leader))
    async with payments.browser(person) as sam:
        assert "Waits for your bank details" in (await sam.get("/claims/mine")).text
        wrong = {"payee_name": "S EXAMPLE", "sort_code": "20-00", "account_number": "55779911"}
        refused = await fill_in(sam, "/payments/mine/details", wrong)
        assert refused.status_code == 422
        assert "Enter a sort code of 6 digits" in refused.text
        assert await said(payments, "ClaimReady") == []
        saved = await fill_in(sam, "/payments/mine/details", {**wrong, "sort_code": "20-00-00"})
        assert led_to(saved) == "/claims/mine"
        await payments.settle()
        shown = (await sam.get("/payments/mine/details")).text
        assert "••••9911" in shown
        assert "55779911" not in shown
        claim = (await the_claim(payments, attending)).id
        path = f"/claims/mine/{claim}"
        assert "within 21 days" in (await sam.get(path)).text
        version = {"version": str((await by_id(payments, claim)).version)}
        assert (await fill_in(sam, path, {"version": "1"}, at=f"{path}/send")).status_code == 409
        assert (await fill_in(sam, path, version, at=f"{path}/send")).status_code == 303
    async with payments.browser(trust.approver) as approver:
        assert "£75" in (await approver.get("/claims/for/RX2")).text
        staff = f"/claims/for/RX2/{claim}"
        shown = (await approver.get(staff)).text
        assert "Sam, PL-7K3Q" in shown
        assert "10 hours at £7.50 an hour" in shown
        version = {"version": str((await by_id(payments, claim)).version)}
        assert (await fill_in(approver, f"{staff}/return", {"why": "", **version})).status_code == 422
        assert (await fill_in(approver, staff, version, at=f"{staff}/approve")).status_code == 303
    async with payments.browser(trust.finance) as finance:
        page = await finance.get("/payments/for/RX2")
        form = hidden(page.text)
        made = [await finance.post("/payments/for/RX2/runs", data=form) for _ in range(2)]
        assert made[0].headers["location"] == made[1].headers["location"]
        run = await finance.get(made[0].headers["location"])
        assert "Sum" in run.text
        file = made[0].headers["location"].partition("?")[0] + "/payroll.csv"
        downloads = [await finance.get(file) for _ in range(2)]
        assert downloads[0].content == downloads[1].content
        assert downloads[0].headers["content-type"] == "text/csv; charset=utf-8"
        assert "payroll-RX2" in downloads[0].headers["content-disposition"]
    async with payments.browser(person) as sam:
        assert "9 days after the session" in (await sam.get(path)).text
    assert (await said(payments, "ClaimPaid", "PaymentMade")) == ["ClaimPaid", "PaymentMade"]


async def test_bank_details_ask_for_somebody_who_showed_lately_who_they_are(payments: Connected) -> None:
    sam = Person("Sam")
    await payments.hears_and_settles(sam.opened)
    long_ago = replace(sam, proved_at=datetime.now(UTC) - timedelta(minutes=11))
    form = {"payee_name": "S EXAMPLE", "sort_code": "200000", "account_number": "55779911"}
    async with payments.browser(long_ago) as browser:
        asked = await browser.get("/payments/mine/details")
        assert asked.headers["location"] == "/sign-in/again?to=/payments/mine/details"
        kept = await browser.post("/payments/mine/details", data=form)
        assert kept.status_code == 401
        assert "show again that it is you" in kept.text
        assert 'value="S EXAMPLE"' in kept.text
        assert 'href="/sign-in/again"' in kept.text
    async with payments.api(long_ago) as api:
        refused = await api.put("/mine/payee-details", json=form)
        assert (refused.status_code, refused.json()["type"]) == (401, "/developers/problems#prove-it-is-you")
        assert (await api.get("/mine/payee-details")).json()["account"] is None
    async with payments.api(replace(sam, proved_at=datetime.now(UTC) - timedelta(minutes=9))) as api:
        assert (await api.put("/mine/payee-details", json=form)).status_code == 200


async def test_the_whole_way_by_the_api(payments: Connected) -> None:
    trust, person = await a_trust(payments), Person()
    await trust.attended(person)
    given = {"payee_name": "S EXAMPLE", "sort_code": "20 00 00", "account_number": "5577991"}
    async with payments.api(person) as api:
        assert (await api.get("/mine/payee-details")).json()["account"] is None
        assert (await api.put("/mine/payee-details", json={**given, "account_number": "1"})).status_code == 422
        assert (await api.put("/mine/payee-details", json=given)).json() == {"account": "••••7991"}
        await payments.settle()
        mine = (await api.get("/mine/claims")).json()
        claim = mine["claims"][0]
        assert (claim["status"], mine["promised_days"]) == ("ready", 21)
        sent = await api.post(f"/mine/claims/{claim['id']}/send", json={"version": claim["version"]})
        assert sent.json() == {"id": claim["id"], "status": "sent"}
        assert (await api.post(f"/mine/claims/{claim['id']}/send")).status_code == 409
    async with payments.api(trust.approver) as api:
        path = f"/organisations/RX2/claims/{claim['id']}"
        assert (await api.get("/organisations/RX2/claims")).json()["claims"][0]["id"] == claim["id"]
        assert (await api.post(f"{path}/return", json={"why": "Which session?"})).status_code == 200
    async with payments.api(person) as api:
        assert (await api.get(f"/mine/claims/{claim['id']}")).json()["returned_why"] == "Which session?"
        assert (await api.post(f"/mine/claims/{claim['id']}/send")).status_code == 200
    async with payments.api(trust.approver) as api:
        assert (await api.post(f"{path}/approve")).json()["status"] == "approved"
        assert (await api.get(path)).json()["status"] == "approved"
        assert (await api.post("/organisations/RX2/runs")).status_code == 403
    async with payments.api(trust.finance) as api:
        key = {"idempotency-key": "one-run"}
        first, again = [await api.post("/organisations/RX2/runs", headers=key) for _ in range(2)]
        assert (first.status_code, first.json()) == (201, again.json())
        run = (await api.get(f"/organisations/RX2/runs/{first.json()['id']}")).json()
        assert (run["ledger_sum_pence"], run["total_pence"], len(run["ledger"])) == (0, 7500, 2)
        assert b"05577991" in (await api.get(f"/organisations/RX2/runs/{run['id']}/payroll.csv")).content
        assert [one["id"] for one in (await api.get("/organisations/RX2/runs")).json()["runs"]] == [run["id"]]
        nothing = await api.post("/organisations/RX2/runs")
        assert (nothing.status_code, nothing.headers["content-type"]) == (409, "application/problem+json")


async def test_a_rate_is_issued_and_ended_by_pages_and_by_the_api(payments: Connected) -> None:
    trust = await a_trust(payments)
    rate = {"title": "Half day", "unit": "half_day", "amount_pence": "82.50", "source": "Example policy, version 3"}
    new = "/payments/for/RX2/rates/new"
    async with payments.browser(trust.finance) as finance:
        for wrong in ({"amount_pence": "lots"}, {"amount_pence": "0"}, {"unit": "week"}, {"valid_from_month": "13"}):
            refused = await fill_in(finance, new, {**rate, **date_parts("valid_from", 0), **wrong})
            assert refused.status_code == 422, wrong
        assert await said(payments) == []
        issued = await fill_in(finance, new, {**rate, **date_parts("valid_from", 0)})
        assert led_to(issued) == "/payments/for/RX2/rates"
        assert "£82.50 for a half day" in (await finance.get("/payments/for/RX2/rates")).text
    async with payments.api(trust.finance) as api:
        card = (await api.get("/organisations/RX2/rate-cards")).json()["rate_cards"][0]
    async with payments.browser(trust.finance) as finance:
        close = f"/payments/for/RX2/rates/{card['id']}/close"
        assert (await fill_in(finance, close, date_parts("valid_to", -1))).status_code == 422
        assert (await fill_in(finance, close, date_parts("valid_to", 30))).status_code == 303
    async with payments.api(trust.finance) as api:
        body = {**rate, "amount_pence": 8250, "valid_from": TODAY.isoformat()}
        assert (await api.post("/organisations/RX2/rate-cards", json={**body, "amount_pence": -1})).status_code == 422
        assert (await api.post("/organisations/RX2/rate-cards", json={**body, "colour": "red"})).status_code == 422
        id = (await api.post("/organisations/RX2/rate-cards", json=body)).json()["id"]
        ended = await api.post(f"/organisations/RX2/rate-cards/{id}/close", json={"valid_to": TODAY.isoformat()})
        assert ended.status_code == 200
        late = {"valid_to": (TODAY + timedelta(days=1)).isoformat()}
        assert (await api.post(f"/organisations/RX2/rate-cards/{id}/close", json=late)).status_code == 422
    assert await said(payments) == ["RateCardIssued", "RateCardClosed", "RateCardIssued", "RateCardClosed"]


async def test_saying_no_to_the_pay_is_a_page_of_its_own_and_ends_the_claim(payments: Connected) -> None:
    trust, person = await a_trust(payments), Person()
    attending = await trust.attended(person)
    path = f"/claims/mine/{(await the_claim(payments, attending)).id}"
    async with payments.browser(person) as browser:
        assert (await fill_in(browser, f"{path}/decline", {"version": "1"})).status_code == 303
        assert "You said no to this pay" in (await browser.get(path)).text
        assert "I do not want this pay" not in (await browser.get(f"{path}/decline")).text
    assert await said(payments) == ["ClaimDrafted", "ClaimDeclined"]


async def test_another_organisations_id_in_the_address_is_not_found_by_pages_and_api(payments: Connected) -> None:
    trust, other = await a_trust(payments), await a_trust(payments, "RYR")
    claim, run, card = await somethings_of(trust, Person())
    before = await payments.said()
    for ods in ("RYR", "RX2"):
        staff, pay, base = f"/claims/for/{ods}/{claim}", f"/payments/for/{ods}", f"/organisations/{ods}"
        async with payments.browser(other.both) as browser:
            key = {"form_key": form_key((await browser.get("/payments/for/RYR/rates/new")).text)}
            runs = (f"{pay}/runs/{run}", f"{pay}/runs/{run}/payroll.csv")
            for path in (staff, f"{staff}/return", f"{pay}/rates/{card}/close", *runs):
                assert (await browser.get(path)).status_code == 404, path
            closing = date_parts("valid_to", 9)
            for path, form in (("approve", {}), ("return", {"why": "So"})):
                assert (await browser.post(f"{staff}/{path}", data={**form, **key})).status_code == 404, path
            assert (await browser.post(f"{pay}/rates/{card}/close", data={**closing, **key})).status_code == 404
        async with payments.api(other.both) as api:
            runs = (f"{base}/runs/{run}", f"{base}/runs/{run}/payroll.csv")
            for path in (f"{base}/claims/{claim}", *runs):
                assert (await api.get(path)).status_code == 404, path
            body = {"valid_to": (TODAY + timedelta(days=9)).isoformat()}
            assert (await api.post(f"{base}/claims/{claim}/approve")).status_code == 404
            assert (await api.post(f"{base}/claims/{claim}/return", json={"why": "So"})).status_code == 404
            assert (await api.post(f"{base}/rate-cards/{card}/close", json=body)).status_code == 404
    assert await payments.said() == before


async def test_somebody_elses_claim_in_the_address_is_not_found_by_pages_and_api(payments: Connected) -> None:
    trust, stranger = await a_trust(payments), Person()
    await payments.hears_and_settles(stranger.opened)
    claim = await trust.sent(Person())
    before = await payments.said()
    async with payments.browser(stranger) as browser, payments.api(stranger) as api:
        key = {"form_key": form_key((await browser.get("/payments/mine/details")).text)}
        for id in (claim.id, new_id(), "nonsense"):
            for path in (f"/claims/mine/{id}", f"/claims/mine/{id}/decline"):
                assert (await browser.get(path)).status_code == 404, path
            assert (await api.get(f"/mine/claims/{id}")).status_code == 404
            for what in ("send", "decline"):
                assert (await browser.post(f"/claims/mine/{id}/{what}", data=key)).status_code == 404, what
                assert (await api.post(f"/mine/claims/{id}/{what}")).status_code == 404, what
    assert await payments.said() == before


async def somethings_of(trust: Trust, person: Person) -> tuple[object, object, object]:
    """A claim that is sent, a run, and a rate of an organisation."""
    await trust.approved(person)
    run = await trust.run()
    claim = await trust.sent(person)
    body = {"title": "A", "unit": "day", "amount_pence": 15000, "source": "P", "valid_from": TODAY.isoformat()}
    async with trust.payments.api(trust.finance) as api:
        card = (await api.post("/organisations/RX2/rate-cards", json=body)).json()["id"]
    return claim.id, run.id, card


async def test_a_form_without_a_good_key_changes_nothing(payments: Connected) -> None:
    trust, person = await a_trust(payments), Person()
    await trust.approved(Person())
    claim = await trust.sent(person)
    before = await payments.said()
    bank = {"payee_name": "EVE", "sort_code": "200000", "account_number": "11111111"}
    forged = {"form_key": f"{new_id()}.{'0' * 32}"}
    for who, path, values in (
        (person, "/payments/mine/details", bank),
        (person, f"/claims/mine/{claim.id}/send", {}),
        (person, f"/claims/mine/{claim.id}/decline", {}),
        (trust.approver, f"/claims/for/RX2/{claim.id}/approve", {}),
        (trust.approver, f"/claims/for/RX2/{claim.id}/return", {"why": "So"}),
        (trust.finance, "/payments/for/RX2/runs", {}),
        (trust.finance, "/payments/for/RX2/rates/new", {"title": "A"}),
        (trust.finance, f"/payments/for/RX2/rates/{new_id()}/close", {}),
    ):
        async with payments.browser(who) as browser:
            for key in ({}, forged):
                assert (await browser.post(path, data={**values, **key})).status_code == 403, path
    assert (await payments.said(), await by_id(payments, claim.id)) == (before, claim)
    async with payments.transaction(person.acting()) as tx:
        assert await tx.fetchval("select account_number from payee_version") == details().account_number


async def test_staff_pages_ask_for_the_role_and_others_find_nothing(payments: Connected) -> None:
    trust, stranger = await a_trust(payments), Person()
    await payments.hears_and_settles(stranger.opened)
    for path in ("/claims/for/RX2", "/payments/for/RX2", "/payments/for/RX2/rates"):
        wrong_role = trust.finance if path.startswith("/claims") else trust.approver
        for who, status in ((wrong_role, 403), (stranger, 404), (None, 303), (trust.both, 200)):
            async with payments.browser(who) as browser:
                assert (await browser.get(path)).status_code == status, (path, status)


async def test_an_oversized_or_unreadable_body_is_refused_and_changes_nothing(payments: Connected) -> None:
    person = Person()
    await payments.hears_and_settles(person.opened)
    async with payments.api(person) as api:
        huge = {"payee_name": "x" * 300_000, "sort_code": "200000", "account_number": "55779911"}
        assert (await api.put("/mine/payee-details", json=huge)).status_code in (413, 422)
        assert (await api.put("/mine/payee-details", content=b"{")).status_code == 422
        assert (await api.get("/mine/payee-details")).json()["account"] is None


async def test_since_when_claims_wait_for_a_yes_and_for_their_money_is_known(payments: Connected) -> None:
    trust = await a_trust(payments)
    await trust.attended(Person())
    assert await waits(payments) == {"claim_to_approve": None, "claim_to_pay": None}, "this one waits for its claimant"
    first, second = await trust.sent(Person()), await trust.sent(Person())
    assert await waits(payments) == {"claim_to_approve": first.sent_at, "claim_to_pay": None}
    await trust.approve(first)
    now = await waits(payments)
    assert now["claim_to_approve"] == second.sent_at
    assert now["claim_to_pay"]


async def waits(payments: Connected) -> Mapping[str, datetime | None]:
    async with payments.transaction() as tx:
        return await payments.app.service.waits(tx)
