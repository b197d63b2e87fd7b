"""The HTTP door: forms are sent once and by their own person, the API says no in problem+json, tokens end."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from prometheus_client import generate_latest
from starlette.types import Message

from schemas.identity import Account, AccountOpened, EndedSession, Organisation
from services.chassis.base import access, keys
from services.chassis.postgres.transaction import new_id
from tests.matching.world import a_trust, draft
from tests.payments.support import a_trust as a_paying_trust
from tests.support import Connected, Person, form_key, member, organisation, registered

FORM = "/training/for/RX2/new"


async def told(connected: Connected) -> list[str]:
    return [name for name, _ in await connected.said()]


def typed(**more: str) -> dict[str, str]:
    return {"title": "A seat at the table", "summary": "What it is", **more}


async def a_trainer(training: Connected) -> Person:
    trust = organisation()
    trainer = member(trust, "trainer")
    await training.hears_and_settles(*registered(trust), trainer.opened)
    return trainer


async def posted(matching: Connected) -> tuple[Organisation, Person]:
    return await a_trust(matching)


async def test_a_form_is_acted_on_once_however_often_it_is_sent(training: Connected) -> None:
    import asyncio

    staff = await a_trainer(training)
    async with training.browser(staff) as browser:
        key = form_key((await browser.get(FORM)).text)
        answers = await asyncio.gather(*(browser.post(FORM, data=typed(form_key=key)) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert await told(training) == ["ProgrammeOffered"]


@pytest.mark.parametrize("key", ["", "forged.00000000", f"{UUID(int=7)}.{'0' * 32}"])
async def test_a_form_without_its_own_key_changes_nothing_and_can_be_sent_again(training: Connected, key: str) -> None:
    staff = await a_trainer(training)
    async with training.browser(staff) as browser:
        answer = await browser.post(FORM, data=typed(form_key=key))
        assert answer.status_code == 403
        assert "A seat at the table" in answer.text
        assert await told(training) == []
        again = await browser.post(FORM, data=typed(form_key=form_key(answer.text)))
        assert again.status_code == 303
    assert await told(training) == ["ProgrammeOffered"]


async def test_a_key_of_another_session_is_not_good(training: Connected) -> None:
    staff = await a_trainer(training)
    async with training.browser(staff) as browser:
        key = form_key((await browser.get(FORM)).text)
    staff.session = new_id()
    async with training.browser(staff) as browser:
        assert (await browser.post(FORM, data=typed(form_key=key))).status_code == 403
    assert await told(training) == []


async def test_wrong_answers_are_shown_again_with_words_and_what_was_typed(training: Connected) -> None:
    staff = await a_trainer(training)
    wrong = {"title": "", "lasts_months": "0"}
    async with training.browser(staff) as browser:
        key = form_key((await browser.get(FORM)).text)
        answer = await browser.post(FORM, data=typed(form_key=key) | wrong)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert "What it is" in answer.text
    assert await told(training) == []


async def test_a_late_post_after_the_token_ran_out_is_shown_whole(training: Connected) -> None:
    await a_trainer(training)
    async with training.browser() as browser:
        answer = await browser.post(FORM, data=typed())
    assert answer.status_code == 401
    assert "A seat at the table" in answer.text


async def test_a_body_that_is_too_large_is_refused(training: Connected) -> None:
    staff = await a_trainer(training)
    async with training.browser(staff) as browser:
        key = form_key((await browser.get(FORM)).text)
        answer = await browser.post(FORM, data=typed(form_key=key, summary="x" * 300_000))
    assert answer.status_code == 413
    assert await told(training) == []


async def test_the_api_wants_a_key_and_answers_a_repeat_as_before(matching: Connected) -> None:
    _, staff = await posted(matching)
    path, body = "/organisations/RX2/opportunities", draft().model_dump(mode="json")
    async with matching.api(staff) as api:
        without = await api.post(path, json=body, headers={"idempotency-key": ""})
        assert (without.status_code, without.headers["content-type"]) == (400, "application/problem+json")
        first = await api.post(path, json=body, headers={"idempotency-key": "a"})
        again = await api.post(path, json=body, headers={"idempotency-key": "a"})
        other = await api.post(path, json=body | {"title": "Other"}, headers={"idempotency-key": "a"})
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert first.json() == again.json()
    assert await told(matching) == ["OpportunityPosted"]


async def test_the_api_refuses_a_cookie_for_writing_nobody_and_nonsense(matching: Connected) -> None:
    _, staff = await posted(matching)
    path, body = "/organisations/RX2/opportunities", draft().model_dump(mode="json")
    async with matching.browser(staff) as browser:
        answer = await browser.post(f"/api/matching/v1{path}", json=body, headers={"idempotency-key": "a"})
        assert answer.status_code == 401
    async with matching.api() as api:
        assert (await api.post(path, json=body)).status_code == 401
    async with matching.api(staff) as api:
        assert (await api.post(path, json={"title": "only"})).status_code == 422
        assert (await api.post(path, json=body | {"surprise": 1})).status_code == 422
        broken = await api.post(path, content=b"{not json", headers={"content-type": "application/json"})
        assert broken.status_code == 422
        assert (await api.get("/opportunities/not-an-id")).status_code == 404
        assert (await api.get(f"/opportunities/{new_id()}")).status_code == 404
    assert await told(matching) == []


async def test_an_old_token_is_renewed_on_the_next_page_and_an_ended_one_is_refused(matching: Connected) -> None:
    _, staff = await posted(matching)
    settings, now = matching.app.settings, datetime.now(UTC)

    def token(*, minutes: int, session: UUID) -> str:
        issued = now - timedelta(minutes=minutes)
        made = access.Token(staff.id, 1, session, issued, issued + access.TOKEN_LIFE)
        return access.sign(made, keys.private(settings))

    async with matching.browser() as browser:
        for minutes in (11, 40):
            browser.cookies.set("pln", token(minutes=minutes, session=staff.session))
            answer = await browser.get("/matches/mine?said=0123")
            assert answer.headers["location"] == "/sign-in/renew?to=/matches/mine%3Fsaid%3D0123"
        browser.cookies.set("pln", token(minutes=1, session=staff.session))
        assert (await browser.get("/matches/mine")).status_code == 200
        ended = EndedSession(session_id=staff.session, until=now + timedelta(hours=1))
        account = Account.model_validate({**staff.account.model_dump(), "version": 2, "ended_sessions": [ended]})
        await matching.hears(AccountOpened(account))
        assert (await browser.get("/matches/mine")).headers["location"].startswith("/sign-in?to=")


@pytest.mark.parametrize("claims", [{"alg": "none"}, {"key": "other"}, {"text": "a.b.c"}])
async def test_a_forged_token_is_nobody(matching: Connected, claims: dict[str, str]) -> None:
    from joserfc.jwk import OKPKey

    _, staff = await posted(matching)
    now = datetime.now(UTC)
    made = access.Token(staff.id, 1, staff.session, now, now + access.TOKEN_LIFE)
    good = access.sign(made, keys.private(matching.app.settings))
    head, body, seal = good.split(".")
    forged = {
        "none": f"eyJhbGciOiJub25lIn0.{body}.",
        "other": access.sign(made, OKPKey.generate_key("Ed25519", parameters={"kid": head[:8]})),
        "a.b.c": "a.b.c",
    }[next(iter(claims.values()))]
    assert head and seal
    async with matching.api() as api:
        answer = await api.get("/mine/matches", headers={"authorization": f"Bearer {forged}"})
    assert answer.status_code == 401


async def test_a_role_that_ended_yesterday_opens_nothing(matching: Connected) -> None:
    trust, staff = await posted(matching)
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    ended = staff.memberships[0].model_copy(update={"valid_to": yesterday})
    account = staff.account.model_copy(update={"version": 2, "memberships": (ended,)})
    await matching.hears(AccountOpened(account))
    async with matching.browser(staff) as browser:
        assert (await browser.get(f"/opportunities/for/{trust.ods_code}")).status_code == 404


async def test_an_unknown_page_says_so_in_words(matching: Connected) -> None:
    async with matching.browser() as browser:
        answer = await browser.get("/opportunities/nowhere/at/all")
        assert answer.status_code == 404
        assert "<h1" in answer.text
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy


@pytest.mark.parametrize("route", ["/mine/household/code", "/organisations/{ods}/runs"])  # without a body, and with one
async def test_whoever_hangs_up_in_the_middle_of_sending_is_no_fault_of_ours(
    route: str, payments: Connected, capsys: pytest.CaptureFixture[str]
) -> None:
    trust = await a_paying_trust(payments)
    token = f"Bearer {trust.finance.token(payments.app.settings)}".encode()
    scope: dict[str, Any] = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": "/api/payments/v1" + route.format(ods="RX2"),
        "query_string": b"",
        "headers": [(b"content-length", b"90"), (b"authorization", token), (b"idempotency-key", b"1")],
        "client": ("127.0.0.1", 1),
    }
    came: list[Message] = [{"type": "http.request", "body": b'{"title": "A', "more_body": True}]
    answered: list[Message] = []

    async def receive() -> Message:
        return came.pop() if came else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        answered.append(message)

    await payments.app.asgi(scope, receive, send)
    assert answered == []
    assert "could not be answered" not in capsys.readouterr().out
    of_route = f'route="{route}"'
    counted = [line for line in generate_latest().decode().splitlines() if "http" in line and of_route in line]
    assert any('status_class="4xx"' in line for line in counted)
    assert not any('status_class="5xx"' in line for line in counted)
