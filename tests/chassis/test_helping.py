"""Who may act for a person, and where: the rule and the addresses by themselves, without a service."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from schemas.helping import for_person
from schemas.identity import Account, Organisation
from schemas.recruitment import Leader
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotAllowed, NotFound, Refused
from services.chassis.http.addresses import Helping
from services.chassis.http.helping import DidNotAsk, SaidNo, check_may_act
from services.chassis.postgres.transaction import new_id
from tests.support import member, organisation

TODAY = date(2026, 11, 29)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
NETWORK, TRUST = organisation("QZN", "The network", "network"), organisation()
PAT = new_id()


def account(*, can_sign_in: bool = False, listed: bool = False) -> Account:
    return Account(id=PAT, version=1, called="Pat", can_sign_in=can_sign_in, listed=listed)


def pat(**more: Any) -> Leader:
    fixed: dict[str, Any] = {
        "called": "Pat",
        "reference": "PL-7K3Q",
        "status": "approved",
        "rung": "feedback",
        "approved_at": NOW,
    }
    return Leader(id=PAT, version=1, **{**fixed, **more})


def refusal(by: Member, of: Organisation, leader: Leader | None, *, known: Account | None) -> type[Refused] | None:
    """None where the hand may act."""
    try:
        check_may_act(by, of, known, leader, today=TODAY)
    except Refused as refused:
        return type(refused)
    return None


def hand(of: Organisation, *roles: str) -> Member:
    return member(of, *roles).acting(of)


CARA = hand(NETWORK, "screener")
THEIRS = {"coordinator_id": CARA.by}
COVERS = {"cover_id": CARA.by}


@pytest.mark.parametrize(
    ("by", "leader", "can_sign_in", "refused"),
    [
        (hand(NETWORK, "helper"), pat(), False, None),
        (hand(NETWORK, "helper"), pat(), True, DidNotAsk),
        (hand(NETWORK, "helper"), pat(may_act=(NETWORK.id,)), True, None),
        (hand(NETWORK, "helper"), pat(may_not_act=(NETWORK.id,)), False, SaidNo),
        (hand(NETWORK, "helper"), None, False, None),
        (hand(NETWORK, "screener"), None, False, None),
        (hand(NETWORK, "screener"), None, True, DidNotAsk),
        (hand(NETWORK, "screener", "coordinator", "admin", "finance"), pat(), False, NotAllowed),
        (hand(NETWORK), pat(may_not_act=(NETWORK.id,)), False, NotAllowed),
        (CARA, pat(**THEIRS), True, None),
        (CARA, pat(**THEIRS, may_not_act=(NETWORK.id,)), True, SaidNo),
        (CARA, pat(**COVERS), True, None),
        (CARA, pat(**COVERS, cover_until=TODAY), True, None),
        (CARA, pat(**COVERS, cover_until=TODAY - timedelta(days=1)), True, NotAllowed),
        (hand(TRUST, "helper"), pat(may_act=(TRUST.id,)), True, None),
        (hand(TRUST, "helper"), pat(may_act=(TRUST.id,), may_not_act=(TRUST.id,)), True, SaidNo),
        (hand(TRUST, "helper"), pat(may_act=(NETWORK.id,)), True, NotFound),
        (hand(TRUST, "helper"), pat(), False, NotFound),
        (hand(TRUST, "helper"), None, False, NotFound),
        (hand(TRUST, "coordinator"), pat(may_act=(TRUST.id,)), True, NotAllowed),
    ],
)
def test_who_may_act_for_a_person(
    by: Member, leader: Leader | None, can_sign_in: bool, refused: type[Refused] | None
) -> None:
    of = NETWORK if by.ods_code == NETWORK.ods_code else TRUST
    assert refusal(by, of, leader, known=account(can_sign_in=can_sign_in)) is refused


NOT_THEIRS_YET = {
    "entered by phone": (None, account(), {"helper": None, "screener": None, "coordinator": None}),
    "began with a name": (None, account(), {"helper": None, "screener": None, "coordinator": None}),
    "listed": (None, account(listed=True), {"helper": NotFound, "screener": None, "coordinator": NotFound}),
    "said yes, and is on the way": (None, account(), {"helper": None, "screener": None, "coordinator": None}),
    "in the pool, heard before their yes": (
        pat(),
        account(listed=True),
        {"helper": None, "screener": NotAllowed, "coordinator": NotAllowed},
    ),
    "closed in favour of another": (
        pat(status="left", left_at=NOW, closed_for=new_id()),
        account(),
        {"helper": None, "screener": NotAllowed, "coordinator": NotAllowed},
    ),
    "left, and can sign in": (
        pat(status="left", left_at=NOW),
        account(can_sign_in=True),
        {"helper": DidNotAsk, "screener": NotAllowed, "coordinator": NotAllowed},
    ),
    "forgotten, or never known": (None, None, {"helper": NotFound, "screener": NotFound, "coordinator": NotFound}),
    "forgotten here last": (pat(), None, {"helper": NotFound, "screener": NotAllowed, "coordinator": NotAllowed}),
}
"""Each kind of person who is nobody's in the pool, and what the network's staff meet there; other organisations' below.
Of who was closed or has left there may be places and pay to see to."""


@pytest.mark.parametrize("kind", NOT_THEIRS_YET)
def test_of_who_is_not_in_the_pool_yet_or_no_more(kind: str) -> None:
    leader, known, expected = NOT_THEIRS_YET[kind]
    for role, refused in expected.items():
        assert refusal(hand(NETWORK, role), NETWORK, leader, known=known) is refused, role
    for role in ("admin", "finance", "approver", "trainer", "operator"):
        assert refusal(hand(NETWORK, role), NETWORK, leader, known=known) is NotAllowed, role
    for role in ("screener", "coordinator", "admin"):
        assert refusal(hand(TRUST, role), TRUST, leader, known=known) is NotAllowed, role
    assert refusal(hand(TRUST, "helper"), TRUST, leader, known=known) is NotFound, "it looks as nobody's id"


def test_a_coordinator_is_one_only_for_the_network() -> None:
    also_in_the_trust = hand(TRUST, "coordinator")
    assert refusal(also_in_the_trust, TRUST, pat(coordinator_id=also_in_the_trust.by), known=account()) is NotAllowed


def test_nobody_acts_for_somebody_who_was_forgotten() -> None:
    assert refusal(hand(NETWORK, "helper"), NETWORK, None, known=None) is NotFound


@pytest.mark.parametrize(
    ("own", "helpers"),
    [
        ("/home", "/home/for/QZN/people/P"),
        ("/home?after=x#news", "/home/for/QZN/people/P?after=x#news"),
        ("/claims/mine", "/claims/for/QZN/people/P"),
        ("/claims/mine/{id}/send", "/claims/for/QZN/people/P/{id}/send"),
        ("/engagements/interest/7", "/engagements/for/QZN/people/P/interest/7"),
        ("/opportunities?mode=remote", "/opportunities/for/QZN/people/P?mode=remote"),
        ("/opportunities/7", "/opportunities/for/QZN/people/P/7"),
        ("/training", "/training/for/QZN/people/P/offered"),
        ("/training/7", "/training/for/QZN/people/P/offered/7"),
        ("/training/mine", "/training/for/QZN/people/P"),
        ("/training/mine/sessions/7/cancel", "/training/for/QZN/people/P/sessions/7/cancel"),
    ],
)
def test_a_helpers_address_follows_from_ones_own_and_is_its_own(own: str, helpers: str) -> None:
    assert for_person(own, "QZN", "P") == helpers
    assert for_person(helpers, "QZN", "P") == helpers


@pytest.mark.parametrize(
    "address",
    ["/", "/about", "/sign-in/mine", "/opportunities/for/RX2", "/training/for/RX2/new", "/home/for/RX2", "/impact"],
)
def test_what_is_nobodys_own_stays_where_it_is(address: str) -> None:
    assert for_person(address, "QZN", "P") == address


def test_only_addresses_are_led_on_never_what_somebody_typed() -> None:
    whom = Helping("QZN", UUID(int=7), "Pat", "", "The network")
    html = (
        '<a href="/claims/mine">href=&#34;/claims/mine&#34;</a><form action="/claims/mine/1/send"><p>/claims/mine</p>'
    )
    there = f"/claims/for/QZN/people/{UUID(int=7)}"
    led = f'<a href="{there}">href=&#34;/claims/mine&#34;</a><form action="{there}/1/send"><p>/claims/mine</p>'
    assert whom.addressed(html) == led
