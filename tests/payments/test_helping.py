"""Claims and bank details that a helper does for somebody: what two hands have to do, and which they may not be."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import pytest

from schemas.identity import AccountOpened, Organisation
from schemas.recruitment import Leader, LeaderApproved
from services.payments.commands import claims, payees
from services.payments.domain.claim import RecordedByYou
from services.payments.domain.hands import HelpedClaimant, OwnClaim
from services.payments.domain.payee import EnteredByYou, NothingToConfirm, NotTheSame, ReadBack
from services.payments.domain.run import NothingToPay
from services.payments.jobs import say_what_waits_for_staff
from tests.payments.support import NOW, Trust, a_trust, by_id, details, said, the_claim
from tests.support import Connected, Person, form_key, hidden, led_to, member, organisation, registered
from tests.waiting import to_do

TYPED = {"payee_name": "P EXAMPLE", "sort_code": "20-00-00", "account_number": "55779911"}
SAID = {"sort_code": "200000", "account_number": "55779911"}


@dataclass
class Helped:
    """Pat cannot sign in and was at a session of the trust. Hana and Ines are helpers of the network."""

    payments: Connected
    trust: Trust
    network: Organisation
    hana: Person
    ines: Person
    pat: Person
    claim_id: UUID

    def at(self, own: str) -> str:
        room, _, rest = own.removeprefix("/").partition("/mine")
        return f"/{room}/for/QZN/people/{self.pat.id}{rest}"

    async def status(self) -> str:
        return (await by_id(self.payments, self.claim_id)).status

    async def enter(self, browser: httpx.AsyncClient, **typed: str) -> httpx.Response:
        page = self.at("/payments/mine/details")
        return await browser.post(page, data={**hidden((await browser.get(page)).text), **TYPED, **typed})

    async def confirm(self, browser: httpx.AsyncClient, **said: str) -> httpx.Response:
        page = self.at("/payments/mine/details/confirm")
        return await browser.post(page, data={"form_key": form_key((await browser.get(page)).text), **SAID, **said})


@pytest.fixture
async def helped(payments: Connected) -> Helped:
    network = organisation("QZN", "The network", "network")
    hana, ines = (member(network, "helper", called=called) for called in ("Hana", "Ines"))
    pat = Person(called="Pat")
    account = pat.account.model_copy(update={"can_sign_in": False})
    is_in = {"called": "Pat", "reference": "PL-7K3Q", "status": "approved", "rung": "feedback", "approved_at": NOW}
    leader = Leader.model_validate({"id": pat.id, "version": 1, **is_in})
    trust = await a_trust(payments)
    attending = await trust.attended(pat)
    known = AccountOpened(account.model_copy(update={"version": 2}))
    await payments.hears_and_settles(*registered(network), hana.opened, ines.opened, known, LeaderApproved(leader))
    return Helped(payments, trust, network, hana, ines, pat, (await the_claim(payments, attending)).id)


async def test_what_a_helper_enters_is_paid_by_only_when_another_has_rung_back(helped: Helped) -> None:
    async with helped.payments.browser(helped.hana) as hana, helped.payments.browser(helped.ines) as ines:
        entered = await helped.enter(hana)
        assert led_to(entered) == helped.at("/claims/mine")
        assert "somebody else has rung back" in (await hana.get(entered.headers["location"])).text
        await helped.payments.settle()
        [waits] = await to_do(helped.payments, say_what_waits_for_staff)
        assert (waits.what, waits.role, waits.about) == ("ring_back_details", "helper", helped.pat.id)
        assert (waits.organisation_id, waits.link) == (helped.network.id, "/payments/for/QZN/ring-back")
        assert await helped.status() == "needs_details"
        assert "waits for the call-back" in (await hana.get(helped.at(f"/claims/mine/{helped.claim_id}"))).text
        own = await hana.get(helped.at("/payments/mine/details/confirm"))
        assert "Somebody else has to ring back" in own.text
        assert "55779911" not in own.text

        listed = (await ines.get("/payments/for/QZN/ring-back")).text
        assert "Pat, PL-7K3Q" in listed
        assert helped.at("/payments/mine/details/confirm") in listed
        assert "5577" not in listed + (await ines.get(helped.at("/payments/mine/details/confirm"))).text
        confirmed = await helped.confirm(ines)
        assert "The bank details are confirmed" in (await ines.get(confirmed.headers["location"])).text
        await helped.payments.settle()
        assert await helped.status() == "ready"
        assert "Nobody waits to be rung back" in (await ines.get("/payments/for/QZN/ring-back")).text
        assert await to_do(helped.payments, say_what_waits_for_staff) == []
    async with helped.payments.transaction() as tx:
        row = await tx.fetchrow("select entered_by, confirmed_by, account_number from payee_version")
    assert row and tuple(row) == (helped.hana.id, helped.ines.id, "55779911")
    assert await said(helped.payments, "DetailsChanged") == ["DetailsChanged"]


async def test_what_is_said_on_the_phone_has_to_be_what_was_entered(helped: Helped) -> None:
    async with helped.payments.browser(helped.hana) as hana, helped.payments.browser(helped.ines) as ines:
        await helped.enter(hana)
        other = await helped.confirm(ines, account_number="55779912")
        assert (other.status_code, "This is not what was entered" in other.text) == (422, True)
        assert (await helped.confirm(ines, sort_code="20")).status_code == 422
        again = await helped.enter(hana, account_number="55779912")
        assert again.status_code == 303
        assert (await helped.confirm(ines, account_number="55779912")).status_code == 303
        nothing = await ines.get(helped.at("/payments/mine/details/confirm"))
        assert "No bank details wait" in nothing.text


async def test_who_entered_them_cannot_confirm_them_by_any_door(helped: Helped) -> None:
    hana = helped.hana.acting(helped.network).helping(helped.pat.id)
    ines = helped.ines.acting(helped.network).helping(helped.pat.id)
    read_back = ReadBack.model_validate(SAID)
    async with helped.payments.transaction(ines) as tx:
        with pytest.raises(NothingToConfirm):
            await payees.confirm_details(tx, read_back)
    async with helped.payments.transaction(hana) as tx:
        await payees.give_details(tx, details())
    for acting, refused in ((hana, EnteredByYou), (replace(ines), NotTheSame)):
        async with helped.payments.transaction(acting) as tx:
            with pytest.raises(refused):
                await payees.confirm_details(tx, ReadBack(sort_code="200000", account_number="11111111"))
    async with helped.payments.browser(helped.hana) as browser:
        key = form_key((await browser.get(helped.at("/payments/mine/details"))).text)
        page = helped.at("/payments/mine/details/confirm")
        assert (await browser.post(page, data={"form_key": key, **SAID})).status_code == 403
    assert await helped.status() == "needs_details"


async def test_what_people_give_themselves_counts_at_once_and_ends_what_waits(helped: Helped) -> None:
    async with helped.payments.browser(helped.hana) as hana:
        await helped.enter(hana)
    await helped.trust.give_details(helped.pat, details("12345678"))
    async with helped.payments.transaction() as tx:
        assert await tx.fetchval("select count(*) from payee_to_confirm") == 0
        assert await tx.fetchval("select account_number from payee_version") == "12345678"
    assert await helped.status() == "ready"


async def test_old_details_are_paid_by_until_new_ones_are_confirmed(helped: Helped) -> None:
    await helped.trust.give_details(helped.pat, details("12345678"))
    async with helped.payments.browser(helped.hana) as hana:
        await helped.enter(hana)
        shown = (await hana.get(helped.at("/claims/mine"))).text
    assert "pay still goes to the account of before" in shown
    assert ("Only Pat sees which" in shown, "5678" in shown) == (True, False)


async def test_bank_details_ask_for_a_fresh_proof_of_a_helper_too(helped: Helped) -> None:
    stale = replace(helped.hana, proved_at=datetime.now(UTC) - timedelta(minutes=11))
    async with helped.payments.browser(stale) as hana:
        for page in ("/payments/mine/details", "/payments/mine/details/confirm"):
            answer = await hana.get(helped.at(page))
            assert (answer.status_code, answer.headers["location"][:14]) == (303, "/sign-in/again")


async def test_whoever_sends_a_claim_for_somebody_does_not_approve_it_nor_record_it(helped: Helped) -> None:
    ods = helped.trust.organisation
    both = member(ods, "helper", "approver", called="Bo")
    yes = Leader.model_validate(
        {"id": helped.pat.id, "version": 2, "called": "Pat", "reference": "PL-7K3Q", "status": "approved"}
        | {"rung": "feedback", "approved_at": NOW, "may_act": (ods.id,)}
    )
    await helped.payments.hears_and_settles(both.opened, LeaderApproved(yes))
    await helped.trust.give_details(helped.pat)
    async with helped.payments.browser(both) as bo:
        page = f"/claims/for/RX2/people/{helped.pat.id}/{helped.claim_id}"
        shown = (await bo.get(page)).text
        version = str((await by_id(helped.payments, helped.claim_id)).version)
        sent = await bo.post(f"{page}/send", data={"form_key": form_key(shown), "version": version})
        assert led_to(sent) == page
    async with helped.payments.transaction(both.acting(ods)) as tx:
        with pytest.raises(OwnClaim):
            await claims.approve_claim(tx, helped.claim_id, seen=None)
    await helped.trust.approve(await by_id(helped.payments, helped.claim_id))


async def test_whoever_entered_bank_details_for_somebody_neither_approves_nor_releases_their_pay(
    helped: Helped,
) -> None:
    ods = helped.trust.organisation
    every = member(ods, "helper", "approver", "finance", called="Eve")
    yes = Leader.model_validate(
        {"id": helped.pat.id, "version": 2, "called": "Pat", "reference": "PL-7K3Q", "status": "approved"}
        | {"rung": "feedback", "approved_at": NOW, "may_act": (ods.id,)}
    )
    await helped.payments.hears_and_settles(every.opened, LeaderApproved(yes))
    async with helped.payments.browser(every) as eve:
        page = f"/payments/for/RX2/people/{helped.pat.id}/details"
        assert (await eve.post(page, data={**hidden((await eve.get(page)).text), **TYPED})).status_code == 303
    await helped.trust.give_details(helped.pat)
    async with helped.payments.transaction(helped.pat.acting()) as tx:
        await claims.send_claim(tx, helped.claim_id, seen=None)
    with pytest.raises(HelpedClaimant):
        await helped.trust.approve(await by_id(helped.payments, helped.claim_id), by=every)
    await helped.trust.approve(await by_id(helped.payments, helped.claim_id))
    with pytest.raises(NothingToPay):
        await helped.trust.run(by=every)
    await helped.trust.run()


async def test_whoever_recorded_that_somebody_came_does_not_send_their_claim(helped: Helped) -> None:
    await helped.trust.give_details(helped.pat)
    async with helped.payments.transaction() as tx:
        await tx.execute("update claim set recorded_by = $1", helped.hana.id)
    async with helped.payments.transaction(helped.hana.acting(helped.network).helping(helped.pat.id)) as tx:
        with pytest.raises(RecordedByYou):
            await claims.send_claim(tx, helped.claim_id, seen=None)
    async with helped.payments.browser(helped.hana) as hana:
        shown = (await hana.get(helped.at(f"/claims/mine/{helped.claim_id}"))).text
    assert "Somebody else has to send the claim" in shown
    assert "Send this claim" not in shown


async def test_whom_one_lives_with_is_never_a_helpers_to_say(helped: Helped) -> None:
    async with helped.payments.browser(helped.hana) as hana:
        answer = await hana.get(helped.at("/payments/mine/household"))
        assert (answer.status_code, "Nobody can do it for them" in answer.text) == (403, True)
        for act in ("", "/code"):
            sent = await hana.post(helped.at("/payments/mine/household") + act, data={"form_key": "x"})
            assert sent.status_code in (403, 404, 405)


async def test_whoever_enters_bank_details_for_somebody_learns_nothing_of_those_that_are_kept(helped: Helped) -> None:
    """The same answer and the same pages for what is kept already and for anything else, by a stale form too."""
    await helped.trust.give_details(helped.pat, details("66374958"))
    form = helped.at("/payments/mine/details")
    seen: list[list[str]] = []
    async with helped.payments.browser(helped.hana) as hana, helped.payments.browser(helped.ines) as ines:
        for number in ("66374958", "55779911"):
            typed = {"payee_name": details().payee_name, "sort_code": "20-00-00", "account_number": number}
            stale = hidden((await hana.get(form)).text) | {"saw": "0" * 32}
            answers = [await hana.post(form, data={**stale, **typed}), await helped.enter(hana, **typed)]
            answers += [await hana.get(helped.at(own)) for own in ("/claims/mine", "/payments/mine/details")]
            answers += [await hana.get(helped.at(f"/claims/mine/{helped.claim_id}")), await hana.get(_RING_BACK)]
            answers += [await helped.confirm(ines, account_number=number), await hana.get(helped.at("/claims/mine"))]
            seen.append([f"{one.status_code} {_without_keys(one.text)}" for one in answers])
            assert details().payee_name not in "".join(seen[-1][2:])
            assert number[-4:] not in "".join(seen[-1][1:])
    assert [one.replace("66374958", "55779911") for one in seen[0]] == seen[1]
    assert [answer[:3] for answer in seen[0]] == ["409", "303", "200", "200", "200", "200", "303", "200"]


_RING_BACK = "/payments/for/QZN/ring-back"


def _without_keys(page: str) -> str:
    """A page without what is new each time: keys, seals."""
    return re.sub(r'value="[^"]{20,}"|[?&]done=[^"&]+', "", page)
