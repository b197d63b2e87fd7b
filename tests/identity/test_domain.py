"""What the front desk decides, without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from services.chassis.base.addresses import EmailAddress
from services.identity.domain import account as accounts
from services.identity.domain import organisation as organisations
from services.identity.domain.account import Account, Membership
from services.identity.domain.organisation import Organisation
from services.identity.domain.sign_in import (
    Link,
    LinkTooOld,
    LinkUsed,
    Session,
    is_same_click,
    must_be_usable,
)

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
TRUST = Organisation(UUID(int=1), 1, "RX2", "Sussex Example Trust", "trust", date(2020, 4, 1))
OTHER = Organisation(UUID(int=2), 1, "RYR", "Coast Example Trust", "trust", date(2020, 4, 1))
PAT = Account(UUID(int=9), 1, "Pat")


def membership(*roles: str, n: int = 1, **days: date | None) -> Membership:
    return replace(Membership(UUID(int=n), TRUST.id, "RX2", roles, date(2026, 1, 1)), **days)


@pytest.mark.parametrize(("typed", "tidy"), [("rx2", "RX2"), (" s1y 5d ", "S1Y5D"), ("U12345", "U12345")])
def test_an_ods_code_is_taken_as_people_type_it(typed: str, tidy: str) -> None:
    assert organisations.tidy_code(typed) == tidy


@pytest.mark.parametrize("typed", ["", "RX", "RX-2", "ÄÖÜ", "ABCDEFGHIJK", "RX2;drop"])
def test_what_cannot_be_an_ods_code_is_refused_in_words(typed: str) -> None:
    with pytest.raises(organisations.WrongShape, match="3 to 10 letters and numbers"):
        organisations.tidy_code(typed)


def test_only_the_first_organisation_is_the_network() -> None:
    network = replace(TRUST, kind="network")
    with pytest.raises(organisations.OneNetwork):
        organisations.register(network)
    with pytest.raises(organisations.OneNetwork):
        organisations.register(TRUST, first=True)
    registered, event = organisations.register(network, first=True)
    assert event.state == registered.public()


def test_an_organisation_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(organisations.UnknownKind):
        organisations.register(replace(TRUST, kind="spaceship"))


def test_a_closed_organisation_names_who_takes_over_and_cannot_close_again() -> None:
    closed, event = organisations.close(TRUST, last_day=TODAY, successors=[OTHER], today=TODAY)
    assert (closed.valid_to, closed.successors, closed.version) == (TODAY, (OTHER.id,), 2)
    assert event.state.valid_to == TODAY
    assert not closed.closed(TODAY)
    assert closed.closed(TODAY + timedelta(days=1))
    with pytest.raises(organisations.OrganisationClosed):
        organisations.close(closed, last_day=TODAY, successors=[], today=TODAY)


def test_nobody_takes_over_from_themselves_or_when_closed() -> None:
    long_closed = replace(OTHER, valid_to=date(2025, 3, 31))
    for heir in (TRUST, long_closed):
        with pytest.raises(organisations.WrongSuccessor):
            organisations.close(TRUST, last_day=TODAY, successors=[heir], today=TODAY)


def test_the_network_cannot_be_closed_and_nobody_ends_before_they_began() -> None:
    with pytest.raises(organisations.NetworkStays):
        organisations.close(replace(TRUST, kind="network"), last_day=TODAY, successors=[], today=TODAY)
    with pytest.raises(organisations.LastDayTooEarly):
        organisations.close(TRUST, last_day=date(2019, 1, 1), successors=[], today=TODAY)


def test_a_granted_role_is_in_the_public_state_and_cannot_be_granted_twice() -> None:
    grown, event = accounts.grant(PAT, membership("coordinator"), by_network=False, today=TODAY)
    assert event.state.version == 2
    assert event.state.memberships[0].roles == ("coordinator",)
    with pytest.raises(accounts.HasRoleAlready):
        accounts.grant(grown, membership("coordinator", n=2), by_network=False, today=TODAY)
    more, _ = accounts.grant(grown, membership("approver", n=2), by_network=False, today=TODAY)
    assert len(more.memberships) == 2


@pytest.mark.parametrize(
    ("roles", "refusal"),
    [((), accounts.UnknownRole), (("king",), accounts.UnknownRole), (("screener",), accounts.NetworkRole)],
)
def test_a_role_that_an_organisation_cannot_give_is_refused(roles: tuple[str, ...], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        accounts.grant(PAT, membership(*roles), by_network=False, today=TODAY)


def test_the_network_gives_the_roles_of_the_network() -> None:
    _, event = accounts.grant(PAT, membership("screener", "operator"), by_network=True, today=TODAY)
    assert event.state.memberships[0].roles == ("screener", "operator")


def test_an_ended_membership_holds_no_more_today_and_ending_it_again_says_nothing() -> None:
    grown, _ = accounts.grant(PAT, membership("coordinator"), by_network=False, today=TODAY)
    ended = accounts.end_membership(grown, UUID(int=1), today=TODAY)
    assert ended
    left, event = ended
    assert event.state.memberships[0].valid_to == TODAY - timedelta(days=1)
    assert not left.memberships[0].holds_on(TODAY)
    assert accounts.end_membership(left, UUID(int=1), today=TODAY) is None


def test_a_membership_that_began_today_is_never_in_force_when_it_is_ended_today_and_keeps_who_gave_it() -> None:
    grown, _ = accounts.grant(PAT, membership("coordinator", valid_from=TODAY), by_network=False, today=TODAY)
    ended = accounts.end_membership(grown, UUID(int=1), today=TODAY)
    assert ended
    [left] = ended[0].memberships
    assert (left.valid_from, left.valid_to) == (TODAY, TODAY - timedelta(days=1))
    assert not any(left.holds_on(TODAY + timedelta(days=day)) for day in range(-2, 400))


def test_ended_sessions_are_said_only_while_their_tokens_could_live() -> None:
    first, _ = accounts.end_sessions(PAT, [UUID(int=5)], until=NOW + timedelta(minutes=31), now=NOW)
    later = NOW + timedelta(hours=1)
    second, event = accounts.end_sessions(first, [UUID(int=6)], until=later + timedelta(minutes=31), now=later)
    assert [e.session_id for e in event.state.ended_sessions] == [UUID(int=6)]
    assert second.version == 3


def test_a_forgotten_account_leaves_its_id_and_version_only() -> None:
    state = accounts.forget(PAT).state
    assert state.model_dump(mode="json") == {"id": str(PAT.id), "version": 2, "erased": True}


LINK = Link(EmailAddress.read("pat@people.example"), None, "/home", NOW + timedelta(minutes=15))


def test_a_link_works_once_and_for_a_quarter_of_an_hour() -> None:
    assert must_be_usable(LINK, NOW) is LINK
    with pytest.raises(LinkTooOld):
        must_be_usable(LINK, NOW + timedelta(minutes=15))
    with pytest.raises(LinkTooOld):
        must_be_usable(None, NOW)
    with pytest.raises(LinkUsed):
        must_be_usable(replace(LINK, used_at=NOW, used_key="k"), NOW)


def test_a_double_click_is_the_same_form_a_moment_later() -> None:
    used = replace(LINK, used_at=NOW, used_key="k")
    assert is_same_click(used, "k", NOW + timedelta(seconds=2))
    assert not is_same_click(used, "another form", NOW + timedelta(seconds=2))
    assert not is_same_click(used, "k", NOW + timedelta(minutes=2))


def test_a_session_ends_after_twelve_hours_or_half_an_hour_away() -> None:
    idle = timedelta(minutes=30)
    session = Session(UUID(int=5), PAT.id, started_at=NOW, renewed_at=NOW)
    assert session.alive(NOW + timedelta(minutes=29), idle=idle)
    assert not session.alive(NOW + timedelta(minutes=30), idle=idle)
    busy = replace(session, renewed_at=NOW + timedelta(hours=11, minutes=50))
    assert busy.alive(NOW + timedelta(hours=11, minutes=59), idle=idle)
    assert not busy.alive(NOW + timedelta(hours=12), idle=idle)
    assert not replace(session, ended_at=NOW).alive(NOW, idle=idle)
