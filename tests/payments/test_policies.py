"""How soon people are paid: set by administrators on a page and by the API, and kept with each claim that was sent."""

import html
import json
from datetime import timedelta

import asyncpg
import httpx

from schemas.payments import Claim
from services.payments.commands import claims
from services.payments.domain.promise import PayPromise
from tests.payments.support import Trust, a_trust, by_id, the_claim
from tests.payments.test_doors import TODAY, date_parts, fill_in
from tests.support import Connected, Person, hidden, led_to, member, organisation, registered

PAGE = "/payments/for/RX2/policies/pay_promise"
JSON = {"content-type": "application/json"}
SAID = {"days": "7", "issuer": "Example Trust", "source": "Example pay policy, version 2"}


async def an_admin(trust: Trust) -> Person:
    admin = member(trust.organisation, "admin")
    await trust.payments.hears_and_settles(admin.opened)
    return admin


async def promise(payments: Connected, days: int, trust: Trust | None = None, *, since: int = 1) -> None:
    """An edition in force since some days ago: as if it had been set in time."""
    connection = await asyncpg.connect(payments.app.settings.admin_dsn(), timeout=10)
    try:
        await connection.execute(
            "insert into payments.policy_edition (kind, organisation_id, edition, valid_from, issuer, source, value)"
            " values ('pay_promise', $1, $2, $3, 'Example', 'A newer policy', $4)",
            *(trust.organisation.id if trust else None, f"by test {since}", TODAY - timedelta(days=since)),
            PayPromise(days=days).model_dump_json(),
        )
    finally:
        await connection.close()


async def test_an_organisation_sets_its_own_next_edition_on_a_page(payments: Connected) -> None:
    admin = await an_admin(await a_trust(payments))
    async with payments.browser(admin) as browser:
        listed = await browser.get("/payments/for/RX2/policies")
        assert f'href="{PAGE}"' in listed.text
        shown = await browser.get(PAGE)
        for words in ("the network's holds for you", "Who this affects", "As NICE pays its lay members", "0 claims"):
            assert words in shown.text, words
        done = await fill_in(browser, PAGE, {**SAID, **date_parts("valid_from", 1), "seen": ""})
        assert led_to(done) == PAGE
        set_now = await browser.get(done.headers["location"])
        assert "The next edition is set." in set_now.text
        assert "Example pay policy, version 2" in set_now.text
        assert "Next edition set" in (await browser.get("/payments/for/RX2/policies")).text
        back = await fill_in(browser, PAGE, await seen(browser), at=f"{PAGE}/take-back")
        assert led_to(back) == PAGE
        assert "Example pay policy" not in (await browser.get(PAGE)).text
        gone = await fill_in(browser, PAGE, {"seen": "2026-01-01T00:00:00+00:00"}, at=f"{PAGE}/take-back")
        assert (gone.status_code, "There is no next edition" in gone.text) == (409, True)


async def test_a_wrong_edition_is_refused_in_words_beside_what_was_typed(payments: Connected) -> None:
    admin = await an_admin(await a_trust(payments))
    good = {**SAID, **date_parts("valid_from", 1), "seen": ""}
    wrong = (
        ({"source": ""}, "Enter where it comes from"),
        ({"source": " \u200b\u200b "}, "Enter where it comes from"),
        ({"source": "A\x1bB"}, "There is a hidden character in where it comes from"),
        ({"issuer": ""}, "Enter who issues it"),
        ({"days": "soon"}, "Enter the number of days: a whole number from 1 to 366"),
        ({"days": "0"}, "Enter the number of days: a whole number from 1 to 366"),
        ({"days": "21"}, "This says the same as the edition in force"),
        ({"valid_from_month": "13"}, "Enter the first day"),
        (date_parts("valid_from", 0), "The first day has to be tomorrow or later"),
        (date_parts("valid_from", -30), "The first day has to be tomorrow or later"),
        (date_parts("valid_from", 1000), "within two years"),
        ({"colour": "red"}, "Something was sent that this page does not ask for"),
        ({"seen": "yesterday"}, "Enter the next edition that you saw"),
    )
    async with payments.browser(admin) as browser:
        for changes, words in wrong:
            refused = await fill_in(browser, PAGE, {**good, **changes})
            assert refused.status_code == 422, changes
            assert words in refused.text, changes
            assert 'value="Example Trust"' in refused.text or changes == {"issuer": ""}
        assert "The next edition<" not in (await browser.get(PAGE)).text


async def test_what_somebody_else_set_meanwhile_is_looked_at_before_it_is_changed(payments: Connected) -> None:
    admin = await an_admin(await a_trust(payments))
    good = SAID | date_parts("valid_from", 1)
    async with payments.browser(admin) as browser:
        too = hidden((await browser.get(PAGE)).text)
        assert (await fill_in(browser, PAGE, good)).status_code == 303
        first = await seen(browser)
        refused = await browser.post(PAGE, data={**good, "days": "9", **too})
        assert (refused.status_code, "The next edition was set on" in refused.text) == (409, True)
        assert 'value="9"' in refused.text
        assert (await browser.post(PAGE, data={**good, "days": "9", **hidden(refused.text)})).status_code == 303
        late = await fill_in(browser, PAGE, first, at=f"{PAGE}/take-back")
        assert (late.status_code, "Another next edition is set" in late.text) == (422, True)
        assert f'action="{PAGE}"' in late.text
        second, too = await seen(browser), hidden((await browser.get(PAGE)).text)
        assert (await fill_in(browser, PAGE, second, at=f"{PAGE}/take-back")).status_code == 303
        refused = await browser.post(PAGE, data={**good, **too})
        assert (refused.status_code, "This was changed after you opened the page" in refused.text) == (409, True)
        assert (await browser.post(PAGE, data={**good, **hidden(refused.text)})).status_code == 303


async def seen(browser: httpx.AsyncClient) -> dict[str, str]:
    """Which next edition the page shows."""
    return {"seen": seen_on((await browser.get(PAGE)).text)}


def seen_on(page: str) -> str:
    return html.unescape(page.rpartition('name="seen" value="')[2].partition('"')[0])


async def test_by_the_api_editions_are_read_set_and_taken_back(payments: Connected) -> None:
    admin = await an_admin(await a_trust(payments))
    path, first = "/organisations/RX2/policies", (TODAY + timedelta(days=1)).isoformat()
    body = {"valid_from": first, "issuer": "Example Trust", "source": "Example policy 2", "value": {"days": 7}}
    async with payments.api(admin) as api:
        [known, _] = (await api.get(path)).json()["policies"]
        assert (known["in_force"]["value"], known["next"], known["past"]) == ({"days": 21}, None, [])
        values: list[dict[str, object]] = [{"days": 0}, {"days": 7, "hours": 1}, {}, {"days": "soon"}]
        blank = ({"source": "  "}, {"issuer": "\u200b"}, {"source": "A\x00B"}, {"issuer": "A\ud800B"})
        for wrong in (*({"value": value} for value in values), {"colour": "red"}, *blank):
            sent = json.dumps(body | wrong).encode()
            refused = await api.put(f"{path}/pay_promise/next", content=sent, headers=JSON)
            assert refused.status_code == 422, wrong
        late = await api.put(f"{path}/pay_promise/next", json=body | {"valid_from": TODAY.isoformat()})
        assert (late.status_code, late.json()["title"]) == (422, "edition not ahead")
        assert (await api.put(f"{path}/code_of_conduct/next", json=body)).status_code == 404
        done = await api.put(f"{path}/pay_promise/next", json=body)
        assert done.json() == {"kind": "pay_promise", "edition": "1"}
        assert (await api.put(f"{path}/pay_promise/next", json=body | {"value": {"days": 9}})).status_code == 409
        [known, _] = (await api.get(path)).json()["policies"]
        assert known["next"]["value"] == {"days": 7}
        again = body | {"value": {"days": 9}, "replaces": known["next"]["set_at"]}
        assert (await api.put(f"{path}/pay_promise/next", json=again)).status_code == 200
        old = {"set_at": known["next"]["set_at"]}
        assert (await api.delete(f"{path}/pay_promise/next", params=old)).status_code == 409
        assert (await api.delete(f"{path}/pay_promise/next")).status_code == 200
        assert (await api.delete(f"{path}/pay_promise/next")).status_code == 409


async def test_an_organisation_goes_back_to_the_networks_edition_by_a_button(payments: Connected) -> None:
    trust = await a_trust(payments)
    admin = await an_admin(trust)
    await promise(payments, 7, trust)
    async with payments.browser(admin) as browser:
        assert "Go back to the network" in (await browser.get(PAGE)).text
        done = await fill_in(browser, PAGE, {}, at=f"{PAGE}/as-the-network")
        assert led_to(done) == PAGE
        assert "As the network&#39;s edition" in (await browser.get(PAGE)).text


async def test_only_administrators_enter(payments: Connected) -> None:
    trust, other = await a_trust(payments), await a_trust(payments, "RYR")
    stranger = await an_admin(other)
    for person, status in ((trust.finance, 403), (stranger, 404)):
        async with payments.browser(person) as browser, payments.api(person) as api:
            for path in ("/payments/for/RX2/policies", PAGE):
                assert (await browser.get(path)).status_code == status, path
            assert (await api.get("/organisations/RX2/policies")).status_code == status


async def test_a_claim_keeps_the_promise_of_the_day_on_which_it_was_sent(payments: Connected) -> None:
    trust, person = await a_trust(payments), Person()
    sent = await trust.sent(person)
    assert sent.promised_days == 21
    await promise(payments, 14, since=1)
    async with payments.browser(person) as browser, payments.api(person) as api:
        assert "You are paid within 21 days" in (await browser.get(f"/claims/mine/{sent.id}")).text
        mine = (await api.get("/mine/claims")).json()
        assert (mine["promised_days"], mine["claims"][0]["promised_days"]) == (14, 21)
    async with payments.transaction() as tx:
        said = await tx.fetchval("select value from outbox where type = 'ClaimSent'")
    assert Claim.model_validate_json(said).promised_days == 21


async def test_a_claim_is_sent_under_its_payers_own_promise(payments: Connected) -> None:
    trust, person = await a_trust(payments), Person()
    await promise(payments, 7, trust)
    attending = await trust.attended(person)
    await trust.give_details(person)
    claim = await the_claim(payments, attending)
    async with payments.browser(person) as browser:
        assert (
            "You are paid within 7 days of sending your claim. (A newer policy.)"
            in (await browser.get(f"/claims/mine/{claim.id}")).text
        )
    async with payments.transaction(person.acting()) as tx:
        await claims.send_claim(tx, claim.id, seen=None)
    assert (await by_id(payments, claim.id)).promised_days == 7
    async with payments.browser(trust.approver) as browser:
        assert "promised their pay within 7 days" in (await browser.get("/claims/for/RX2")).text


async def test_the_network_sets_what_holds_for_everybody(payments: Connected) -> None:
    network = organisation("QZN", "The Network", kind="network")
    admin, trust = member(network, "admin"), await a_trust(payments)
    await payments.hears_and_settles(*registered(network), admin.opened)
    page = "/payments/for/QZN/policies/pay_promise"
    async with payments.browser(admin) as browser:
        done = await fill_in(browser, page, {**SAID, **date_parts("valid_from", 1), "seen": ""})
        assert done.status_code == 303
    async with payments.api(await an_admin(trust)) as api:
        [theirs, _] = (await api.get("/organisations/RX2/policies")).json()["policies"]
        assert (theirs["in_force"]["value"], theirs["next"]) == ({"days": 21}, None)
