"""What the front desk's commands do, on a real database."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.chassis.base.access import london_day
from services.chassis.base.addresses import EmailAddress
from services.chassis.base.hands import VISITOR, Person
from services.chassis.base.refusals import NotAllowed, NotFound
from services.identity.commands import accounts, demo, granting, organisations, sessions, sign_in, staff
from services.identity.commands.accounts import Newcomer
from services.identity.commands.granting import Granted
from services.identity.commands.organisations import NewOrganisation
from services.identity.commands.sign_in import Asked
from services.identity.domain import account as account_domain
from services.identity.domain import organisation as domain
from services.identity.domain.sign_in import AddressTaken, LinkTooOld, LinkUsed
from services.identity.letters import Letters
from services.identity.store import accounts as store
from services.identity.store import staff as staff_store
from tests.identity.desk import LETTERS, Desk

TODAY = london_day(datetime.now(UTC))


async def test_the_network_is_started_once_with_its_first_admin(desk: Desk) -> None:
    ada = await desk.start()
    said = [name for name, _ in await desk.identity.said()]
    assert said == ["OrganisationRegistered", "AccountOpened", "MembershipGranted"]
    with pytest.raises(domain.AlreadyStarted):
        await desk.start()
    assert (await desk.sign_in(ada.account_id)).called == "Ada"


async def test_two_first_starts_at_once_make_one_network(desk: Desk) -> None:
    ends = await asyncio.gather(desk.start(), desk.start(), return_exceptions=True)
    assert sorted(type(end).__name__ for end in ends) == ["AlreadyStarted", "SignedIn"]


async def test_an_ods_code_is_registered_once(desk: Desk) -> None:
    ada = await desk.start()
    await desk.add_trust(ada, "RX2")
    with pytest.raises(domain.CodeTaken):
        await desk.add_trust(ada, "RX2")


async def test_only_admins_of_the_network_register_and_close(desk: Desk) -> None:
    ada = await desk.start()
    await desk.add_trust(ada, "RX2")
    for acting in (await desk.acting(ada.account_id, "RX2"), await desk.acting(ada.account_id, "QZZ", "screener")):
        with pytest.raises(NotAllowed):
            async with desk.identity.transaction(acting) as tx:
                await organisations.register_organisation(tx, NewOrganisation("RYR", "Coast", "trust"))
        with pytest.raises(NotAllowed):
            async with desk.identity.transaction(acting) as tx:
                await organisations.close_organisation(tx, "RX2", last_day=TODAY, successors=[])


async def test_a_closed_organisation_is_said_with_its_successor_and_takes_no_more_staff(desk: Desk) -> None:
    ada = await desk.start()
    old, new = await desk.add_trust(ada, "RX2"), await desk.add_trust(ada, "RYR")
    async with desk.identity.transaction(await desk.acting(ada.account_id, "QZZ")) as tx:
        await organisations.close_organisation(tx, "RX2", last_day=date(2025, 3, 31), successors=["RYR"])
    async with desk.identity.transaction() as tx:
        state = await tx.fetchval("select value from outbox where key = $1 order by seq desc limit 1", old)
    assert f'"successors":["{new}"]' in state
    with pytest.raises(domain.OrganisationClosed):
        await desk.add_staff(ada, "RX2", "Cora", "coordinator")


async def test_an_unknown_successor_or_code_is_refused(desk: Desk) -> None:
    ada = await desk.start()
    await desk.add_trust(ada, "RX2")
    acting = await desk.acting(ada.account_id, "QZZ")
    with pytest.raises(domain.WrongSuccessor):
        async with desk.identity.transaction(acting) as tx:
            await organisations.close_organisation(tx, "RX2", last_day=TODAY, successors=["NOPE"])
    with pytest.raises(domain.UnknownCode):
        async with desk.identity.transaction(acting) as tx:
            await organisations.close_organisation(tx, "NOPE", last_day=TODAY, successors=[])


async def test_an_address_is_one_account_in_whatever_case(desk: Desk) -> None:
    await desk.start()
    await desk.add_person("Pat")
    with pytest.raises(AddressTaken):
        async with desk.identity.transaction(VISITOR) as tx:
            await demo.make_account(tx, Newcomer("Another", EmailAddress.read("PAT@People.example")))


async def test_a_membership_of_another_organisation_is_not_there_to_be_ended(desk: Desk) -> None:
    ada = await desk.start()
    await desk.add_trust(ada, "RX2")
    await desk.add_trust(ada, "RYR")
    cora = await desk.add_staff(ada, "RX2", "Cora", "coordinator")
    async with desk.identity.transaction() as tx:
        membership_id = await tx.fetchval("select id from membership where account_id = $1", cora.account_id)
    with pytest.raises(NotFound):
        async with desk.identity.transaction(await desk.acting(ada.account_id, "RYR")) as tx:
            await staff.end_membership(tx, membership_id, LETTERS)
    async with desk.identity.transaction(await desk.acting(ada.account_id, "RX2")) as tx:
        await staff.end_membership(tx, membership_id, LETTERS)
    assert (await desk.identity.said())[-1] == ("MembershipEnded", cora.account_id)


async def test_the_network_keeps_an_admin(desk: Desk) -> None:
    ada = await desk.start()
    acting = await desk.acting(ada.account_id, "QZZ")
    async with desk.identity.transaction() as tx:
        membership_id = await tx.fetchval("select id from membership")
    with pytest.raises(account_domain.LastAdmin):
        async with desk.identity.transaction(acting) as tx:
            await staff.end_membership(tx, membership_id, LETTERS)


async def test_whoever_stands_beyond_the_end_of_the_list_of_staff_is_on_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await desk.start()
    zoe = await desk.add_staff(ada, "QZZ", "Zoe", "admin")
    monkeypatch.setattr(staff_store, "STAFF", replace(staff_store.STAFF, size=1))
    async with desk.identity.transaction(await desk.acting(ada.account_id, "QZZ")) as tx:
        await staff.grant(tx, zoe.account_id, Granted(("screener",)), LETTERS)
    async with desk.browser(ada) as browser:
        assert "Zoe" in (await browser.get(f"/organisations/for/QZZ/staff/{zoe.account_id}/roles")).text
    async with desk.identity.transaction(await desk.acting(ada.account_id, "QZZ")) as tx:
        membership_id = await tx.fetchval("select id from membership where account_id = $1", ada.account_id)
        await staff.end_membership(tx, membership_id, LETTERS)
    assert (await desk.identity.said())[-1] == ("MembershipEnded", ada.account_id)


async def test_somebody_entered_by_phone_cannot_sign_in_and_it_is_kept_who_entered_them(desk: Desk) -> None:
    ada = await desk.start()
    async with desk.identity.transaction(await desk.acting(ada.account_id, "QZZ", "screener")) as tx:
        phil = await accounts.enter_person(tx, "Phil")
    async with desk.identity.transaction() as tx:
        row = await tx.fetchrow("select can_sign_in, entered_by from account where id = $1", phil)
    assert row
    assert tuple(row) == (False, ada.account_id)
    with pytest.raises(account_domain.NotSignedIn):
        await desk.sign_in(phil)


async def ask(desk: Desk, email: str, called: str | None = None, letters: Letters = LETTERS) -> None:
    async with desk.identity.transaction(VISITOR) as tx:
        await sign_in.ask_for_link(tx, Asked(EmailAddress.read(email), "/home", called), letters)


async def use(desk: Desk, secret: str, key: str = "k") -> sessions.SignedIn:
    async with desk.identity.transaction(VISITOR) as tx:
        return await sign_in.use_link(tx, secret, key=key)


async def test_a_link_makes_the_account_once_and_a_double_click_is_the_same_session(desk: Desk) -> None:
    await ask(desk, "pat@people.example", "Pat")
    secret = await desk.newest_link("pat@people.example")
    first = await use(desk, secret)
    assert first.is_new
    assert await use(desk, secret) == first
    with pytest.raises(LinkUsed):
        await use(desk, secret, key="another form")
    assert [name for name, _ in await desk.identity.said()] == ["AccountOpened"]


async def test_an_expired_or_invented_link_is_refused(desk: Desk) -> None:
    await ask(desk, "pat@people.example", "Pat")
    secret = await desk.newest_link("pat@people.example")
    async with desk.identity.transaction() as tx:
        await tx.execute("update sign_in_link set expires_at = $1", datetime.now(UTC) - timedelta(seconds=1))
    for tried in (secret, "invented"):
        with pytest.raises(LinkTooOld):
            await use(desk, tried)
    assert await desk.identity.said() == []


async def test_a_known_address_that_asks_for_a_new_account_is_signed_in_to_its_own(desk: Desk) -> None:
    pat = await desk.add_person("Pat")
    await ask(desk, "pat@people.example", "Somebody Else")
    assert "Somebody Else" not in (await desk.letters("pat@people.example"))[0]
    who = await use(desk, await desk.newest_link("pat@people.example"))
    assert (who.account_id, who.called, who.is_new) == (pat.account_id, "Pat", False)


async def test_a_session_is_renewed_until_it_is_signed_out(desk: Desk) -> None:
    pat = await desk.add_person("Pat")
    acting = Person(person_id=pat.account_id, by=pat.account_id, session_id=pat.session_id)
    async with desk.identity.transaction(VISITOR) as tx:
        assert await sessions.renew(tx, pat.account_id, pat.session_id)
    for _ in range(2):
        async with desk.identity.transaction(acting) as tx:
            await sessions.sign_out(tx)
    async with desk.identity.transaction(VISITOR) as tx:
        assert await sessions.renew(tx, pat.account_id, pat.session_id) is None
    assert [name for name, _ in await desk.identity.said()] == ["AccountOpened", "SessionEnded"]


async def test_a_session_of_somebody_else_is_not_renewed(desk: Desk) -> None:
    pat, kim = await desk.add_person("Pat"), await desk.add_person("Kim")
    async with desk.identity.transaction(VISITOR) as tx:
        assert await sessions.renew(tx, kim.account_id, pat.session_id) is None


async def test_somebody_forgotten_leaves_nothing_and_their_address_may_be_used_again(desk: Desk) -> None:
    ada = await desk.start()
    await desk.add_trust(ada, "RX2")
    cora = await desk.add_staff(ada, "RX2", "Cora", "coordinator")
    await ask(desk, "cora@rx2.example")
    async with desk.identity.transaction(Person(person_id=cora.account_id, by=cora.account_id)) as tx:
        await accounts.forget_me(tx)
    await desk.echo()
    assert (await desk.identity.said())[-1] == ("AccountErased", cora.account_id)
    assert await desk.letters("cora@rx2.example") == []
    async with desk.identity.transaction() as tx:
        left = await tx.fetchval("select count(*) from membership where account_id = $1", cora.account_id)
    assert left == 0
    with pytest.raises(NotFound):
        await desk.sign_in(cora.account_id)
    await ask(desk, "cora@rx2.example", "Cora again")
    assert (await use(desk, await desk.newest_link("cora@rx2.example"))).account_id != cora.account_id


async def test_what_a_restored_database_brings_back_is_forgotten_again(desk: Desk) -> None:
    pat = await desk.add_person("Pat")
    for _ in range(2):
        async with desk.identity.transaction() as tx:
            await accounts.drop_account(tx, pat.account_id)
            assert await store.address_of(tx, pat.account_id) is None


async def test_row_level_security_shows_a_visitor_nothing_that_was_not_named(desk: Desk) -> None:
    ada = await desk.start()
    await desk.add_trust(ada, "RX2")
    await desk.add_staff(ada, "RX2", "Cora", "coordinator")
    pat = await desk.add_person("Pat")
    await ask(desk, "pat@people.example")
    count = (
        "select (select count(*) from account), (select count(*) from address), (select count(*) from membership),"
        " (select count(*) from session), (select count(*) from sign_in_link), (select count(*) from letter_out)"
    )
    async with desk.identity.transaction(VISITOR) as tx:
        assert tuple((await tx.fetchrow(count)) or ()) == (0, 0, 0, 0, 0, 0)
    async with desk.identity.transaction(Person(person_id=pat.account_id, by=pat.account_id)) as tx:
        assert tuple((await tx.fetchrow(count)) or ()) == (1, 1, 0, 1, 0, 0)
    async with desk.identity.transaction(await desk.acting(pat.account_id, "RX2")) as tx:
        assert tuple((await tx.fetchrow(count)) or ()) == (2, 1, 1, 1, 0, 0)


async def test_of_roles_that_an_older_version_gave_it_is_said_who_gave_them_and_under_whom(desk: Desk) -> None:
    ada = await desk.start()
    await desk.add_trust(ada, "RX2")
    cora = await desk.add_staff(ada, "RX2", "Cora", "admin")
    amir = await desk.add_staff(cora, "RX2", "Amir", "approver")
    older = "update membership set granted_at = null, granted_under = '{}' where granted_by is not null"
    async with desk.identity.transaction() as tx:
        await tx.execute(older)
        assert (await store.lock_account(tx, amir.account_id)).public().memberships[0].granted_by is None, (
            "not said yet"
        )
        assert await granting.say_who_granted(tx) == 2
        assert await granting.say_who_granted(tx) == 0
        [role] = (await store.lock_account(tx, amir.account_id)).public().memberships
    assert role.granted_by == cora.account_id
    assert set(role.granted_under) == {cora.account_id, ada.account_id}
    assert role.granted_at
    assert abs(datetime.now(UTC) - role.granted_at) < timedelta(hours=1), "as the membership's id says"
    assert [name for name, _ in await desk.identity.said()][-2:] == ["AccountRestated"] * 2
