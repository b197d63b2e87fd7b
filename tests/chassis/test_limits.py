"""What may be done so often: counted by visit, account, address and in all, and said in words."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from starlette.requests import Request

from services import load
from services.chassis.app import routes
from services.chassis.base.hands import VISITOR
from services.chassis.http.client_address import network_of
from services.chassis.operate.retention import COUNTS
from services.chassis.postgres import limits
from services.identity import limits as of_identity
from services.notifications import limits as of_notifications
from tests.chassis.test_retention import do
from tests.identity.desk import Desk
from tests.support import Connected, Database, Person, form_key

NEW = "/sign-in/new"
NOT_COUNTED = {
    "identity POST /sign-out": "it ends a session, of whoever has one",
    "identity POST /sign-in/demo": "in the demo and in tests only",
    "identity POST /api/identity/v1/demo/sign-in": "in the demo and in tests only",
    "identity POST /api/identity/v1/demo/accounts": "in the demo and in tests only",
    "identity POST /api/identity/v1/bootstrap": "counted before the secret is looked at, in tokens.starter",
    "identity POST /api/identity/v1/recover": "the same",
}


@pytest.fixture
def desk(identity: Connected) -> Desk:
    return Desk(identity)


async def ask(browser: Any, address: str, **more: str) -> Any:
    """A new visit asks for a letter."""
    browser.cookies.clear()
    key = form_key((await browser.get(NEW)).text)
    return await browser.post(NEW, data={"called": "Sam", "email": address, "to": "", "form_key": key, **more})


async def letters(identity: Connected) -> int:
    async with identity.transaction() as tx:
        return await tx.fetchval("select count(*) from letter_out")


async def test_strangers_write_to_strangers_only_so_often_and_others_at_another_address_go_on(
    database: Database,
) -> None:
    """The attack: a form open to everybody, sent by a program, a new visit and a new address each time."""
    identity = await database.connect("identity", client_address_header="X-Real-IP")
    await Desk(identity).start()
    most = of_identity.NEW_ACCOUNT.address or 0
    async with identity.browser() as browser:
        browser.headers["x-real-ip"] = "2001:db8:1:2::1"
        statuses = [(await ask(browser, f"stranger{n}@elsewhere.example")).status_code for n in range(most)]
        assert set(statuses) == {303}
        browser.headers["x-real-ip"] = "2001:db8:1:2:ffff::9"  # another of the same /64
        refused = await ask(browser, "one.more@elsewhere.example")
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["retry-after"]) <= 3600
        assert "Wait " in refused.text
        assert "one.more@elsewhere.example" in refused.text, "what was typed is kept"
        assert await letters(identity) == most
        browser.headers["x-real-ip"] = "2001:db8:1:3::1"
        assert (await ask(browser, "one.more@elsewhere.example")).status_code == 303
    assert await letters(identity) == most + 1
    async with identity.transaction() as tx:
        kept = await tx.fetch("select scope, who from request_count")
    assert {row["scope"] for row in kept} == {"visitor", "address", "everybody"}
    assert not [row for row in kept if b"2001" in row["who"] or b"db8" in row["who"]]


async def test_one_visit_is_stopped_long_before_its_address_and_a_total_is_said(database: Database) -> None:
    identity = await database.connect("identity")
    await Desk(identity).start()
    async with identity.browser() as browser:
        answer = await browser.get(NEW)
        for n in range(of_identity.NEW_ACCOUNT.visitor + 1):
            key = form_key((await browser.get(NEW)).text)
            answer = await browser.post(NEW, data={"called": "S", "email": f"a{n}@b.example", "form_key": key})
        assert answer.status_code == 429
        assert "You have done this more often" in answer.text
        async with identity.transaction() as tx:
            await tx.execute("update request_count set used = 1000000 where scope = 'everybody'")
        refused = await ask(browser, "another@b.example")
        assert refused.status_code == 429
        assert "Whoever is signed in can go on" in refused.text


async def test_the_api_says_it_as_a_problem_and_an_account_is_limited_by_itself(notifications: Connected) -> None:
    person, other = Person(called="Sam"), Person(called="Ann")
    await notifications.hears_and_settles(person.opened, other.opened)
    body = {"token": "wrong"}
    async with notifications.api(person) as api:
        for _ in range(of_notifications.CONFIRM.visitor):
            assert (await api.post("/mine/contact/confirm", json=body)).status_code != 429
        answer = await api.post("/mine/contact/confirm", json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (429, "application/problem+json")
    assert answer.json()["type"] == "/developers/problems#too-often"
    assert int(answer.headers["retry-after"]) > 0
    async with notifications.api(other) as api:
        assert (await api.post("/mine/contact/confirm", json=body)).status_code != 429


async def test_secrets_are_not_guessed_without_end_and_whoever_is_signed_in_goes_on(desk: Desk) -> None:
    ada = await desk.start()
    async with desk.api() as stranger, desk.api(ada) as signed_in:
        guess = {"secret": "x" * 43}
        assert (await stranger.post("/tokens", json=guess)).status_code == 403
        async with desk.identity.transaction() as tx:
            await tx.execute("update request_count set used = 1000000")
        refused = await stranger.post("/tokens", json=guess)
        assert (refused.status_code, refused.json()["title"]) == (429, "too often")
        assert (await signed_in.get("/organisations/QZZ/staff")).status_code == 200
        for path, body in (("/organisations/QZZ/people", {"called": "Win"}), ("/mine", {"called": "Ada L"})):
            assert (await signed_in.post(path, json=body)).status_code != 429


async def test_what_was_refused_uses_up_nothing_of_everybodys_and_counts_go(matching: Connected) -> None:
    window = timedelta(hours=1)
    wanted: Mapping[limits.Scope, tuple[bytes, int]] = {"address": (b"a", 2), "everybody": (b"", 10)}
    async with matching.transaction(VISITOR) as tx:
        found = [await limits.count(tx, "try", window, wanted) for _ in range(20)]
    assert [one.scope if one else None for one in found] == [None] * 2 + ["address"] * 18
    async with matching.transaction() as tx:
        assert await tx.fetchval("select used from request_count where scope = 'everybody'") == 2
        await tx.execute(
            "update request_count set starts_at = starts_at - interval '3 h', ends_at = ends_at - interval '3 h'"
        )
    async with matching.transaction(VISITOR) as tx:
        assert await limits.count(tx, "try", window, wanted) is None
    await do(matching, COUNTS)
    async with matching.transaction() as tx:
        assert await tx.fetchval("select count(*) from request_count") == 2


@pytest.mark.parametrize(
    ("header", "said", "socket", "found"),
    [
        ("", "203.0.113.9", "198.51.100.7", "198.51.100.7"),
        ("X-Real-IP", "203.0.113.9", "198.51.100.7", "203.0.113.9"),
        ("X-Real-IP", "10.0.0.1, 203.0.113.9", "198.51.100.7", "203.0.113.9"),
        ("X-Real-IP", "203.0.113.9:4711", "198.51.100.7", "203.0.113.9"),
        ("X-Real-IP", "[2001:db8:1:2::1]:80", "198.51.100.7", "2001:db8:1:2::/64"),
        ("X-Real-IP", "::ffff:203.0.113.9", "198.51.100.7", "203.0.113.9"),
        ("X-Real-IP", "unknown", "fe80::1%eth0", "fe80::/64"),
        ("X-Real-IP", "", "", ""),
    ],
)
async def test_an_address_is_the_sockets_or_what_the_named_header_says(
    matching: Connected, header: str, said: str, socket: str, found: str
) -> None:
    settings = matching.app.settings.model_copy(update={"client_address_header": header})
    object.__setattr__(matching.app.site, "settings", settings)
    scope: dict[str, Any] = {
        "type": "http",
        "app": matching.app.asgi,
        "headers": [(b"x-real-ip", said.encode()), (b"x-forwarded-for", b"192.0.2.1")],
        "client": (socket, 1) if socket else None,
    }
    assert network_of(Request(scope)) == found


def test_whatever_strangers_can_send_and_whoever_sends_a_file_is_counted() -> None:
    def within(dependant: Any) -> Iterator[Any]:
        for one in dependant.dependencies:
            yield one.call
            yield from within(one)

    uncounted: list[str] = []
    for service in load():
        for route in routes(service):
            calls = list(within(route.dependant))
            who = " ".join(getattr(call, "may_enter", "") for call in calls)
            stranger = not any(word in who for word in ("signed in", "staff", "operator", "helper"))
            limits_of = [call.limit for call in calls if hasattr(call, "limit")]
            by_address = any(limit.address is not None for limit in limits_of)
            takes_file = any("takes_file" in getattr(call, "__qualname__", "") for call in calls)
            if (stranger and not by_address) or (takes_file and not limits_of):
                uncounted += [f"{service.name} {method} {route.path}" for method in route.methods - {"GET", "HEAD"}]
    assert sorted(uncounted) == sorted(NOT_COUNTED)
