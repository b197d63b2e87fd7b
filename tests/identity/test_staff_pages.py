"""Organisations and their staff through the pages and the API: who may, who may not, and refusals in words."""

import pytest

from services.identity.commands.sessions import SignedIn
from tests.identity.desk import Desk, send
from tests.support import form_key


@pytest.fixture
async def ada(desk: Desk) -> SignedIn:
    """The network's admin; there are two trusts, each with an admin and a coordinator."""
    ada = await desk.start()
    for ods_code in ("RX2", "RYR"):
        await desk.add_trust(ada, ods_code)
    return ada


async def test_what_is_missing_or_wrong_is_said_beside_its_field(desk: Desk, ada: SignedIn) -> None:
    async with desk.browser(ada) as browser:
        empty = await send(browser, "/organisations/for/RX2/staff/new", called="", email="fay", valid_to_day="x")
        assert empty.status_code == 422
        assert "Enter what they are called" in empty.text
        assert "name@example.org" in empty.text
        assert "Enter the last day, like 27 3 2027" in empty.text
        typed = {"called": "Fay", "email": "fay@rx2.example", "roles": "screener"}
        wrong = await send(browser, "/organisations/for/RX2/staff/new", **typed)
        assert wrong.status_code == 422
        assert "Only the network itself" in wrong.text
        for code, words in (("R", "3 to 10 letters"), ("RX2", "never used twice")):
            again = await send(browser, "/organisations/for/QZZ/register", ods_code=code, name="A trust", kind="trust")
            assert again.status_code == 422
            assert words in again.text
            assert 'value="A trust"' in again.text


async def test_staff_of_another_organisation_find_nothing_at_its_addresses(desk: Desk, ada: SignedIn) -> None:
    cora = await desk.add_staff(ada, "RX2", "Cora", "admin")
    rae = await desk.add_staff(ada, "RYR", "Rae", "admin", "coordinator")
    async with desk.identity.transaction() as tx:
        membership = await tx.fetchval("select id from membership where account_id = $1", rae.account_id)
    before = await desk.identity.said()
    theirs = ("", "/staff/new", f"/staff/{rae.account_id}/roles", "/machines/new", "/people/new", "/register", "/close")
    async with desk.browser(cora) as browser, desk.api(cora) as api:
        for path in theirs:
            assert (await browser.get(f"/organisations/for/RYR{path}")).status_code == 404, path
        key = form_key((await browser.get("/organisations/for/RX2")).text)
        for ods in ("RYR", "RX2"):
            end = f"/organisations/for/{ods}/memberships/{membership}/end"
            assert (await browser.post(end, data={"form_key": key})).status_code == 404
            assert (await api.post(f"/organisations/{ods}/memberships/{membership}/end")).status_code == 404
            grant = f"/organisations/{ods}/staff/{rae.account_id}/roles"
            assert (await api.post(grant, json={"roles": ["finance"]})).status_code == 404
        assert (await api.get("/organisations/RYR/staff")).status_code == 404
        body = {"ods_code": "RZZ", "name": "New", "kind": "trust"}
        assert (await api.post("/organisations/RX2/organisations", json=body)).status_code == 404
    assert await desk.identity.said() == before


async def test_staff_without_the_role_admin_are_told_that_they_may_not(desk: Desk, ada: SignedIn) -> None:
    cora = await desk.add_staff(ada, "RX2", "Cora", "coordinator")
    async with desk.browser(cora) as browser, desk.api(cora) as api:
        assert (await browser.get("/organisations/for/RX2")).status_code == 403
        refused = await api.get("/organisations/RX2/staff")
        assert refused.status_code == 403
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.json()["type"] == "/developers/problems#not-allowed"
        assert (await api.post("/organisations/RX2/people", json={"called": "Phil"})).status_code == 201


async def test_an_ended_role_is_gone_at_the_next_request(desk: Desk, ada: SignedIn) -> None:
    cora = await desk.add_staff(ada, "RX2", "Cora", "admin")
    async with desk.browser(ada) as browser, desk.browser(cora) as hers:
        assert (await hers.get("/organisations/for/RX2")).status_code == 200
        shown = (await browser.get("/organisations/for/RX2")).text
        end = shown.split('method="post" action="')[1].split('"')[0]
        assert (await browser.post(end, data={"form_key": form_key(shown)})).status_code == 303
        await desk.echo()
        assert (await hers.get("/organisations/for/RX2")).status_code == 404


async def test_somebody_entered_by_phone_gets_a_reference(desk: Desk, ada: SignedIn) -> None:
    sam = await desk.add_staff(ada, "QZZ", "Sam", "screener")
    async with desk.browser(sam) as browser, desk.browser(ada) as other:
        answer = await send(browser, "/organisations/for/QZZ/people/new", called="Phil")
        page = await browser.get(answer.headers["location"])
        assert "Phil has an account" in page.text
        assert (await other.get(answer.headers["location"])).status_code == 403


async def test_a_machine_exchanges_its_secret_for_tokens_until_it_is_ended(desk: Desk, ada: SignedIn) -> None:
    body, once = {"called": "Roster", "roles": ["coordinator"]}, {"idempotency-key": "once"}
    async with desk.api(ada) as api, desk.api() as machine:
        made = await api.post("/organisations/RX2/machines", json=body, headers=once)
        assert made.status_code == 201
        assert (await api.post("/organisations/RX2/machines", json=body, headers=once)).json() == made.json()
        await desk.echo()
        async with desk.identity.transaction() as tx:
            kept = await tx.fetch("select * from machine_secret")
            answers = await tx.fetch("select answer from spent_key")
        assert made.json()["secret"] not in str(kept) + str(answers)
        token = (await machine.post("/tokens", json={"secret": made.json()["secret"]})).json()["token"]
        machine.headers["authorization"] = f"Bearer {token}"
        assert (await machine.get("/mine")).json()["called"] == "Roster"
        where = f"/organisations/RX2/machines/{made.json()['account_id']}/secrets/{made.json()['secret_id']}/end"
        assert (await api.post(where)).status_code == 200
        await desk.echo()
        assert (await machine.get("/mine")).status_code == 401
        assert (await machine.post("/tokens", json={"secret": made.json()["secret"]})).status_code == 403


async def test_a_machines_secret_is_shown_to_whoever_made_it_only(desk: Desk, ada: SignedIn) -> None:
    cora = await desk.add_staff(ada, "RX2", "Cora", "admin")
    async with desk.browser(ada) as browser, desk.browser(cora) as other:
        made = await send(browser, "/organisations/for/RX2/machines/new", called="Roster", roles="coordinator")
        page = made.headers["location"]
        assert "Copy this secret" in (await browser.get(page)).text
        shown = (await other.get(page)).text
        assert "Copy this secret" not in shown
        assert "Secrets that work" in shown
        assert (await other.get(page.replace("RX2", "RYR"))).status_code == 404


async def test_an_organisation_closes_in_favour_of_another_and_both_pages_say_so(desk: Desk, ada: SignedIn) -> None:
    day = {"last_day_day": "31", "last_day_month": "3", "last_day_year": "2026"}
    async with desk.browser(ada) as browser, desk.browser() as visitor:
        unknown = await send(browser, "/organisations/for/RX2/close", successors="NOPE", **day)
        assert unknown.status_code == 422
        assert "that we know" in unknown.text
        answer = await send(browser, "/organisations/for/RX2/close", successors="ryr", **day)
        assert answer.headers["location"] == "/organisations/RX2"
        closed = (await visitor.get("/organisations/RX2")).text
        assert "closed on Tuesday 31 March 2026" in closed
        assert 'href="/organisations/RYR"' in closed
        assert 'href="/opportunities?organisation=RX2"' in closed
        assert 'href="/organisations/RX2"' in (await visitor.get("/organisations/ryr")).text
        found = (await visitor.get("/organisations", params={"find": "trust r"})).text
        assert found.count("nhsuk-card__link") == 2
        assert "Closed" in found
        nothing = await visitor.get("/organisations", params={"find": "100%_"})
        assert "We found no organisation" in nothing.text


async def test_the_api_says_no_in_problem_documents_and_changes_nothing(desk: Desk, ada: SignedIn) -> None:
    before = await desk.identity.said()
    async with desk.api(ada) as api, desk.browser(ada) as cookie, desk.api() as nobody:
        bad = await api.post("/organisations/QZZ/organisations", json={"ods_code": "R!", "name": "X", "kind": "trust"})
        assert bad.status_code == 422
        assert "ods_code" in bad.json()["errors"]
        taken = {"ods_code": "RX2", "name": "Again", "kind": "trust"}
        again = await api.post("/organisations/QZZ/organisations", json=taken)
        assert (again.status_code, again.json()["type"]) == (409, "/developers/problems#ods-code-taken")
        extra = await api.post("/organisations/RX2/people", json={"called": "Phil", "nhs_number": "1"})
        assert extra.status_code in (403, 404, 422)
        assert (await nobody.post("/organisations/QZZ/organisations", json=taken)).status_code == 401
        by_cookie = await cookie.post("/api/identity/v1/mine", json={"called": "X"}, headers={"idempotency-key": "k"})
        assert (by_cookie.status_code, by_cookie.json()["type"]) == (401, "/developers/problems#token-needed")
        keyless = await api.post("/mine", json={"called": "X"}, headers={"idempotency-key": ""})
        assert keyless.status_code == 400
    assert await desk.identity.said() == before


async def test_the_first_start_needs_the_secret_of_the_state_folder(desk: Desk) -> None:
    body = {"network_name": "N", "ods_code": "qzz", "admin_called": "Ada", "admin_email": "ada@network.example"}
    secret = desk.identity.app.settings.secret("bootstrap").hex()
    async with desk.api() as api:
        for given in (b"", b"Bearer ", b"Bearer wrong", "Bearer é".encode()):
            assert (await api.post("/bootstrap", json=body, headers={b"authorization": given})).status_code == 401
        right = {"authorization": f"Bearer {secret}"}
        first = await api.post("/bootstrap", json=body, headers=right)
        assert (first.status_code, first.json()["called"]) == (201, "Ada")
        again = await api.post("/bootstrap", json=body, headers=right)
        assert (again.status_code, again.json()["type"]) == (409, "/developers/problems#already-started")


async def test_a_list_of_staff_has_the_names_of_former_staff_for_six_years(desk: Desk) -> None:
    ada = await desk.start()
    await desk.add_trust(ada, "RX2")
    alma = await desk.add_staff(ada, "RX2", "Alma", "admin")
    for name in ("Rae", "Old"):
        await desk.add_staff(ada, "RX2", name, "approver")
    async with desk.identity.transaction() as tx:
        for name, years, days in (("Rae", 6, 0), ("Old", 6, 1)):
            await tx.execute(
                "update membership set valid_from = '2019-01-01', valid_to ="
                " (london_day(now()) - make_interval(years => $2, days => $3))::date"
                " where account_id = (select id from account where called = $1)",
                *(name, years, days),
            )
    async with desk.browser(alma) as browser:
        page = (await browser.get("/organisations/for/RX2/data")).text
        file = (await browser.get("/organisations/for/RX2/data/staff")).text
        privacy = (await browser.get("/about/privacy")).text
    assert "for 6 years after their last day" in page
    assert "until 6 years after your last day there" in privacy
    assert "Alma" in file and "Rae" in file and "Old" not in file
    assert file.count("approver") == 2, "that somebody had the role stays"
