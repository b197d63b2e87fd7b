"""What another site sends in a visitor's name is neither done nor shown; keys and cookies are good for one thing."""

from collections.abc import Mapping

import asyncpg
import pytest

from services.chassis.base.hands import VISITOR
from services.chassis.base.purposes import Purpose, sealed
from services.chassis.http.request import is_local
from services.chassis.http.signed_values import sign
from services.chassis.postgres.transaction import new_id
from tests.chassis.test_http_door import FORM, a_trainer, posted, told, typed
from tests.matching.world import draft
from tests.payments.support import a_trust as a_paying_trust
from tests.support import Connected, Database, Person, form_key

CANARY = "A title that the attacker chose"
SIGN_IN = "/sign-in/new"
DETAILS = "/payments/mine/details"
FOREIGN: list[dict[str, str]] = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "nonsense", "origin": "http://test"},
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": "http://test.evil.example"},
    {"origin": "http://evil.example@test:81"},
    {"origin": "http://test:99999"},
    {"referer": "https://evil.example/http://test/"},
    {"referer": "nonsense"},
]
OURS: list[dict[str, str]] = [
    {"sec-fetch-site": "same-origin"},
    {"sec-fetch-site": "none"},
    {"origin": "http://test"},
    {"origin": "https://test"},  # a proxy took TLS away on the way
    {"origin": "HTTP://TEST:80"},
    {"referer": "http://test/training/for/RX2/new"},
]


def only(headers: Mapping[str, str]) -> dict[str, str]:
    """These, and none of those that the tests' browser sends by itself."""
    return {"sec-fetch-site": "", **headers} if "sec-fetch-site" in headers else dict(headers)


async def sent(
    connected: Connected, who: Person | None, path: str, data: Mapping[str, str], headers: Mapping[str, str]
) -> tuple[int, str]:
    async with connected.browser(who) as browser:
        browser.headers.pop("sec-fetch-site")
        answer = await browser.post(path, data=dict(data), headers=dict(headers))
    return answer.status_code, answer.text


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
async def test_a_form_of_another_site_is_neither_done_nor_shown(training: Connected, headers: dict[str, str]) -> None:
    staff = await a_trainer(training)
    async with training.browser(staff) as browser:
        key = form_key((await browser.get(FORM)).text)
    for data in (typed(title=CANARY), typed(title=CANARY, form_key=key)):
        for who in (staff, None):
            status, page = await sent(training, who, FORM, data, headers)
            assert status == 403
            assert CANARY not in page
            assert "<form" not in page.split("<main")[1]
            assert f'href="{FORM}"' in page
            assert "Another website sent this" in page
    assert await told(training) == []


async def test_bank_details_that_another_site_fills_in_are_never_shown(payments: Connected) -> None:
    """The attack of the issue: a page of ours full of the attacker's values, two presses from being done."""
    await a_paying_trust(payments)
    person = Person(called="Sam")
    await payments.hears_and_settles(person.opened)
    attack = {"payee_name": "A THIEF", "sort_code": "20-00-00", "account_number": "55779911"}
    for headers in ({"sec-fetch-site": "cross-site", "origin": "https://evil.example"}, {"origin": "null"}):
        status, page = await sent(payments, person, DETAILS, attack, headers)
        assert (status, "A THIEF" in page, "55779911" in page) == (403, False, False)


@pytest.mark.parametrize("headers", OURS, ids=str)
async def test_a_form_of_our_own_goes_on_and_nothing_typed_is_lost(
    training: Connected, headers: dict[str, str]
) -> None:
    staff = await a_trainer(training)
    status, page = await sent(training, staff, FORM, typed(form_key="of.before"), headers)
    assert status == 403
    assert "A seat at the table" in page
    status, page = await sent(training, None, FORM, typed(), headers)
    assert status == 401
    assert "A seat at the table" in page
    async with training.browser(staff) as browser:
        key = form_key((await browser.get(FORM)).text)
    assert (await sent(training, staff, FORM, typed(form_key=key), headers))[0] == 303


async def test_what_does_not_say_where_it_comes_from_is_done_with_its_key_and_never_shown(training: Connected) -> None:
    staff = await a_trainer(training)
    for who, status in ((staff, 403), (None, 401)):
        answered, page = await sent(training, who, FORM, typed(title=CANARY), {})
        assert (answered, CANARY in page) == (status, False)
    async with training.browser(staff) as browser:
        key = form_key((await browser.get(FORM)).text)
    assert (await sent(training, staff, FORM, typed(form_key=key), {}))[0] == 303


async def test_over_https_a_page_that_came_without_is_another_site(training: Connected) -> None:
    staff = await a_trainer(training)
    secure = Connected(training.app)
    object.__setattr__(
        secure.app.site, "settings", training.app.settings.model_copy(update={"base_url": "https://test"})
    )
    for origin, status in (("http://test", 403), ("https://test", 401), ("https://test:443", 401)):
        answered, page = await sent(secure, None, FORM, typed(title=CANARY), {"origin": origin})
        assert (answered, CANARY in page) == (status, status == 401)
    assert staff


async def test_a_cookie_does_not_let_another_site_into_the_api(matching: Connected) -> None:
    _, staff = await posted(matching)
    path, body = "/api/matching/v1/organisations/RX2/opportunities", draft().model_dump(mode="json")
    foreign = {"sec-fetch-site": "cross-site", "origin": "https://evil.example", "idempotency-key": "a"}
    async with matching.browser(staff) as browser:
        answer = await browser.post(path, json=body, headers=foreign)
        assert (answer.status_code, answer.json()["type"]) == (403, "/developers/problems#from-another-site")
        for method in ("PUT", "DELETE", "PATCH"):
            assert (await browser.request(method, path, headers=foreign)).status_code == 403
    async with matching.api(staff) as api:  # what shows a token is not sent by a browser by itself
        answer = await api.post("/organisations/RX2/opportunities", json=body, headers=foreign)
        assert answer.status_code == 201
    assert await told(matching) == ["OpportunityPosted"]


async def test_no_other_site_is_let_read_what_a_cookie_opens(matching: Connected) -> None:
    _, staff = await posted(matching)
    async with matching.browser(staff) as browser:
        foreign = {"origin": "https://evil.example", "access-control-request-method": "PUT"}
        for method, path in (("GET", "/api/matching/v1/mine/matches"), ("OPTIONS", "/matches/mine")):
            answer = await browser.request(method, path, headers=foreign)
            assert not [name for name in answer.headers if name.startswith("access-control")]


async def test_a_visit_that_says_it_is_somebodys_session_makes_no_key_of_that_session(training: Connected) -> None:
    staff = await a_trainer(training)
    async with training.browser() as attacker:
        attacker.cookies.set("pln_visit", str(staff.session))
        page = (await attacker.post(FORM, data=typed())).text
        key = form_key(page)
    async with training.browser(staff) as browser:
        assert (await browser.post(FORM, data=typed(form_key=key))).status_code == 403
    assert await told(training) == []


async def test_a_key_that_an_older_version_sealed_is_still_good(training: Connected) -> None:
    import hashlib
    import hmac

    staff, minted = await a_trainer(training), str(new_id())
    secret = training.app.site.form_secret[0]
    seal = hmac.new(secret, f"{staff.session}:{minted}".encode(), hashlib.sha256).hexdigest()[:32]
    async with training.browser(staff) as browser:
        assert (await browser.post(FORM, data=typed(form_key=f"{minted}.{seal}"))).status_code == 303
        strange = await browser.post(FORM, data=typed(form_key=f"{minted}.é"))
        assert strange.status_code == 403


def test_each_signed_value_is_good_for_one_purpose_only() -> None:
    secret = b"s" * 32
    assert len({sealed(secret, one, "a", "b") for one in Purpose}) == len(Purpose)
    assert sealed(secret, Purpose.LIMIT, "ab", "c") != sealed(secret, Purpose.LIMIT, "a", "bc")
    with pytest.raises(ValueError, match="salt"):
        sign((secret,), {}, purpose="list:of something")


@pytest.mark.parametrize("name", ["\u00a0__Host-pln", "\u0085__Host-pln", "__host-pln", "__Host-pln\u00a0"])
async def test_only_the_browsers_own_name_of_a_cookie_counts(training: Connected, name: str) -> None:
    """A neighbour under the same domain may set cookies whose name is `__Host-…` to a careless reader only."""
    staff = await a_trainer(training)
    token = staff.token(training.app.settings)
    object.__setattr__(
        training.app.site, "settings", training.app.settings.model_copy(update={"base_url": "https://test"})
    )
    async with training.browser() as browser:
        for cookies, status in (
            (f"{name}={token}", 303),
            (f"__Host-pln={token}; __Host-pln=another", 303),
            (f"a=b; __Host-pln={token}", 200),
        ):
            answer = await browser.get(FORM, headers=[(b"cookie", cookies.encode("latin-1"))])
            assert answer.status_code == status, cookies
        shown = await browser.post(FORM, data=typed())
        visit = shown.headers["set-cookie"]
        assert visit.startswith("__Host-pln_visit=")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(visit.split("; "))
        assert "Domain" not in visit


async def test_a_wrong_host_leads_nowhere_else(matching: Connected) -> None:
    async with matching.browser() as browser:
        for path in ("/opportunities/", "/api/matching/v1/opportunities/", "//evil.example/", "/matches/mine"):
            answer = await browser.get(path, headers={"host": "evil.example"})
            assert "evil" not in answer.headers.get("location", "")
            assert "http" not in answer.headers.get("location", "")
            if answer.is_success:
                assert "evil" not in answer.text


async def test_in_a_transaction_of_a_page_postgresql_refuses_to_change_anything(matching: Connected) -> None:
    for sql in (
        "delete from request_count",
        "select 1 from opportunity for update",
        "select nextval('outbox_seq_seq')",
    ):
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            async with matching.app.database.transaction(VISITOR, read_only=True) as tx:
                await tx.execute(sql)


async def test_every_answer_is_as_guarded_as_a_page(matching: Connected) -> None:
    _, staff = await posted(matching)
    for path in ("/matches/mine", "/api/matching/v1/mine/matches", "/opportunities/for/RX2?format=csv", "/nowhere"):
        async with matching.browser(staff) as browser:
            headers = (await browser.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert headers["cross-origin-resource-policy"] == headers["cross-origin-opener-policy"] == "same-origin"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["referrer-policy"] == "same-origin"
        assert "strict-transport-security" not in headers


async def test_over_https_every_answer_says_that_the_network_is_reached_by_https_only(database: Database) -> None:
    matching = await database.connect("matching", base_url="https://test")
    async with matching.browser() as browser:
        for path in ("/opportunities", "/feeds/opportunities.json", "/matches/mine", "/nowhere"):
            assert (await browser.get(path)).headers["strict-transport-security"].startswith("max-age=31536000")


async def test_what_is_kept_for_everybody_holds_nothing_of_who_asked_first(matching: Connected) -> None:
    names = ("host", "x-forwarded-host", "x-original-url", "x-rewrite-url", "x-forwarded-prefix", "forwarded", "origin")
    async with matching.browser() as attacker, matching.browser() as visitor:
        attacker.cookies.set("pln_visit", "e" * 32)
        for path in ("/opportunities", "/feeds/opportunities.json"):
            await attacker.get(path, headers=dict.fromkeys(names, "evil.example"))
            answer = await visitor.get(path)
            assert answer.status_code == 200
            assert "evil" not in answer.text + str(answer.headers)
            assert "form_key" not in answer.text


AWAY = (
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/\n//e",
    "https://e",
    "/\u2028/e",
    "/a\\..\\e",
    "",
    "e",
)


@pytest.mark.parametrize("to", [*AWAY, "/" * 3000], ids=repr)
def test_an_address_that_leads_away_is_none_of_ours(to: str) -> None:
    assert not is_local(to)
