"""What may be done now with a claim: domain, command, page and API say the same of every state to every hand."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from services.chassis.base.hands import Acting
from services.chassis.postgres.transaction import new_id
from services.payments.commands import claims as commands
from services.payments.commands import runs as run_commands
from services.payments.domain import claim as domain
from services.payments.domain import deciding
from services.payments.domain import run as runs
from services.payments.domain.claim import Claim, ClaimMoved, DetailsMissing, NotAttended
from services.payments.domain.hands import (
    Hand,
    HelpedClaimant,
    NotByAMachine,
    OneHousehold,
    OwnApproval,
    OwnClaim,
    OwnRecord,
    RoleFromClaimant,
    TheirOwnPeopleCan,
)
from services.payments.domain.run import CompareFirst, NoDetails, NothingToPay
from services.payments.store import claims as store
from tests.choices import Command, Why, posts, refusal_of, said, tried
from tests.payments.support import NOW, Trust, a_claim, a_trust, by_id
from tests.support import Connected, Person

STATUSES: dict[str, tuple[Why, Why, Why, Why]] = {
    "needs_details": (DetailsMissing, None, ClaimMoved, ClaimMoved),
    "ready": (None, None, ClaimMoved, ClaimMoved),
    "returned": (None, None, ClaimMoved, ClaimMoved),
    "sent": (ClaimMoved, None, None, None),
    "approved": (ClaimMoved, None, ClaimMoved, None),
    "declined": (ClaimMoved, ClaimMoved, ClaimMoved, ClaimMoved),
    "cancelled": (ClaimMoved, ClaimMoved, ClaimMoved, ClaimMoved),
    "paid": (ClaimMoved, ClaimMoved, ClaimMoved, ClaimMoved),
}
"""Send and decline, by its person; approve and send back, by somebody else, of a session that was attended."""
HANDS: dict[str, Why] = {
    "the claimant": OwnClaim,
    "whoever sent it for them": OwnClaim,
    "whoever recorded it": OwnRecord,
    "whoever has their role from the claimant": RoleFromClaimant,
    "a program": NotByAMachine,
    "whoever did things in the claimant's name": HelpedClaimant,
    "one of the claimant's household": OneHousehold,
    "the network, where somebody of their own can": TheirOwnPeopleCan,
    "the network, where nobody of their own can": None,
    "the approver": None,
    "somebody else": None,
}
"""Who decides, and why they do not."""


def hand(claim: Claim, who: str) -> Hand:
    ids = {"the claimant": claim.person_id, "whoever sent it for them": claim.sent_by}
    ids |= {"whoever recorded it": claim.recorded_by, "the approver": claim.approved_by}
    them, able, not_able = frozenset({claim.person_id}), Hand(new_id()), Hand(claim.person_id)
    more: dict[str, dict[str, Any]] = {
        "whoever has their role from the claimant": {"granted_under": them},
        "a program": {"is_machine": True},
        "whoever did things in the claimant's name": {"helped": them},
        "one of the claimant's household": {"household": them},
        "the network, where somebody of their own can": {"by_network": True, "others": (not_able, able)},
        "the network, where nobody of their own can": {"by_network": True, "others": (not_able,)},
    }
    return Hand(ids.get(who) or new_id(), **more.get(who, {}))


def claim_of_four(status: str, *, attended: bool) -> Claim:
    return a_claim(status=status, attended=attended, sent_by=new_id(), recorded_by=new_id(), approved_by=new_id())


@pytest.mark.parametrize("status", STATUSES)
def test_what_its_person_does_is_refused_as_the_choice_says(status: str) -> None:
    send, decline = STATUSES[status][:2]
    claim = a_claim(status=status)
    expected = {"send": send, "decline": decline}
    assert said(domain.choices_of_person(claim)) == expected
    for seen in (None, claim.version, claim.version - 1):
        stale = seen == claim.version - 1
        expected = {"send": send or (ClaimMoved if stale else None), "decline": ClaimMoved if stale else decline}
        assert domain.may_send(claim, seen=seen).refusal is expected["send"]
        assert domain.may_decline(claim, seen=seen).refusal is expected["decline"]
        assert expected == {
            "send": refusal_of(domain.send, claim, by=claim.person_id, seen=seen, promise=None, now=NOW),
            "decline": refusal_of(domain.decline, claim, seen=seen, now=NOW),
        }


@pytest.mark.parametrize("status", STATUSES)
def test_what_an_approver_does_is_refused_as_the_choice_says(status: str) -> None:
    approve, send_back = STATUSES[status][2:]
    for who, attended, stale in product(HANDS, (True, False), (False, True)):
        claim = claim_of_four(status, attended=attended)
        by, own = hand(claim, who), HANDS[who] is OwnClaim
        moved = ClaimMoved if stale else None
        expected = {
            "approve": HANDS[who] or approve or moved or (None if attended else NotAttended),
            "send_back": OwnClaim if own else send_back or moved,
        }
        seen = claim.version - 1 if stale else claim.version
        if not stale:
            assert said(deciding.choices_of_staff(claim, by=by)) == expected
        assert expected == {
            "approve": refusal_of(deciding.approve, claim, by=by, seen=seen, now=NOW),
            "send_back": refusal_of(deciding.send_back, claim, by=by, why="So", seen=seen, now=NOW),
        }


@pytest.mark.parametrize("status", STATUSES)
def test_four_people_have_their_hands_in_it_and_only_what_is_approved_is_paid(status: str) -> None:
    for who, attended, has_details in product(HANDS, (True, False), (True, False)):
        claim = claim_of_four(status, attended=attended)
        why = HANDS[who]
        rules = (
            (status != "approved", ClaimMoved),
            (why is not None and why is not TheirOwnPeopleCan, why or OwnClaim),
            (who == "the approver", OwnApproval),
            (why is TheirOwnPeopleCan, TheirOwnPeopleCan),
            (not has_details, NoDetails),
            (not attended, NotAttended),
        )
        expected = next((why for holds, why in rules if holds), None)
        assert runs.may_pay(claim, has_details=has_details, by=hand(claim, who)).refusal is expected


def test_a_run_is_made_where_a_claim_may_be_paid_and_nothing_is_left_to_compare() -> None:
    yes, no = a_claim(status="approved"), a_claim(status="approved", attended=False)
    for claims, to_compare, why in (
        ([no, yes], False, None),
        ([no], False, NothingToPay),
        ([], False, NothingToPay),
        ([yes], True, CompareFirst),
        ([], True, CompareFirst),
    ):
        plan = runs.plan(claims, {yes.person_id, no.person_id}, releaser=Hand(new_id()))
        assert runs.may_make_run(plan, to_compare=to_compare).refusal is why


async def one_of_each(trust: Trust, person: Person) -> dict[str, Claim]:
    """A claim of the person in each status, and one that is sent of a session at which they were not."""
    paid = await trust.approved(person)
    await trust.run()
    made = {status: await trust.approved(person) for status in STATUSES if status != "paid"}
    changed = {status: replace(one, status=status) for status, one in made.items()}
    changed["absent"] = replace(await trust.sent(person), attended=False)
    async with trust.payments.transaction() as tx:
        for one in changed.values():
            await store.save(tx, one)
    return changed | {"paid": await by_id(trust.payments, paid.id)}


async def answers(who: Connected, acting: Acting, **commands: Command) -> dict[str, str | bool]:
    return {what: await tried(who, acting, command) for what, command in commands.items()}


def allowed(taken: dict[str, str | bool]) -> set[str]:
    return {what for what, answer in taken.items() if answer is True}


async def test_a_person_sees_the_buttons_that_the_commands_take(payments: Connected) -> None:
    trust, person = await a_trust(payments), Person()
    made = await one_of_each(trust, person)
    async with payments.browser(person) as browser, payments.api(person) as api:
        listed = {one["id"]: one for one in (await api.get("/mine/claims")).json()["claims"]}
        for status, claim in made.items():
            taken = await answers(
                payments,
                person.acting(),
                send=lambda tx, id=claim.id: commands.send_claim(tx, id, seen=None),
                decline=lambda tx, id=claim.id: commands.decline_claim(tx, id, seen=None),
            )
            one = (await api.get(f"/mine/claims/{claim.id}")).json()
            assert (one, one["choices"]) == (listed[str(claim.id)], taken), status
            at = f"/claims/mine/{claim.id}"
            page = posts((await browser.get(at)).text)
            assert {what for what in taken if f"{at}/{what}" in page} == allowed(taken), status
            form = "I do not want this pay" in (await browser.get(f"{at}/decline")).text
            assert form is (taken["decline"] is True), status


async def test_an_approver_sees_the_buttons_that_the_commands_take(payments: Connected) -> None:
    trust = await a_trust(payments)
    made = await one_of_each(trust, Person()) | {"own": await trust.sent(trust.both)}
    acting = trust.both.acting(trust.organisation)
    async with payments.browser(trust.both) as browser, payments.api(trust.both) as api:
        listed = {one["id"]: one for one in (await api.get("/organisations/RX2/claims")).json()["claims"]}
        seen = {status: claim for status, claim in made.items() if str(claim.id) in listed}
        assert set(seen) == {"sent", "approved", "returned", "paid", "absent", "own"}
        for status, claim in seen.items():
            taken = await answers(
                payments,
                acting,
                approve=lambda tx, id=claim.id: commands.approve_claim(tx, id, seen=None),
                send_back=lambda tx, id=claim.id: commands.return_claim(tx, id, why="So", seen=None),
            )
            at = f"/claims/for/RX2/{claim.id}"
            one = (await api.get(f"/organisations/RX2/claims/{claim.id}")).json()
            assert (one, one["choices"]) == (listed[str(claim.id)], taken), status
            page = (await browser.get(at)).text
            shown = {"approve": f"{at}/approve" in posts(page), "send_back": f"{at}/return" in posts(page)}
            assert {what for what, there in shown.items() if there} == allowed(taken), status
            assert (str(taken["approve"]) in page) is (status in ("absent", "own")), "why it cannot be approved"


async def test_finance_sees_the_button_of_a_run_where_a_run_can_be_made(payments: Connected) -> None:
    trust, at = await a_trust(payments), "/payments/for/RX2"

    async def sees(who: Person) -> tuple[str | bool, str]:
        """What a run would answer, and the page, which has its button if that is a yes."""
        taken = await tried(payments, who.acting(trust.organisation), run_commands.make_run)
        async with payments.browser(who) as browser:
            page = (await browser.get(at)).text
        assert (f'action="{at}/runs"' in page) is (taken is True)
        return taken, page

    assert "No approved claim waits" in (await sees(trust.finance))[1]
    await trust.approved(trust.both)
    await trust.approved(Person(), by=trust.both)
    refused, page = await sees(trust.both)
    assert str(refused) in page
    denied = await trust.approved(Person())
    taken, page = await sees(trust.both)
    assert taken is True
    for why in ("1 claim. They are your own.", "1 claim. You approved them.", "A run pays 1 claim now"):
        assert why in page
    async with payments.transaction() as tx:
        await store.save(tx, replace(denied, attended=False))
    refused, page = await sees(trust.both)
    assert str(refused) in page
    assert (await sees(trust.finance))[0] is True


async def test_openapi_names_each_choice(payments: Connected) -> None:
    async with payments.browser() as anyone:
        schemas = (await anyone.get("/api/payments/openapi.json")).json()["components"]["schemas"]
    assert set(schemas["PersonChoices"]["properties"]) == {"send", "decline"}
    assert set(schemas["StaffChoices"]["properties"]) == {"approve", "send_back"}
    assert schemas["OurClaim"]["properties"]["choices"] == {"$ref": "#/components/schemas/StaffChoices"}
