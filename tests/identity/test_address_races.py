"""What meets a change of the sign-in address in the same moment: another one, a link, a forgetting, a recovery."""

import asyncio
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any

import pytest

from services.chassis.base.addresses import EmailAddress
from services.chassis.base.hands import VISITOR, Person
from services.chassis.postgres.transaction import Transaction
from services.identity.commands import accounts, address_change, invitations, recovering, sign_in
from services.identity.commands.accounts import Newcomer
from services.identity.commands.granting import Granted
from services.identity.commands.invitations import Invited
from services.identity.commands.sessions import SignedIn
from services.identity.domain.address_change import ChangeOver
from services.identity.domain.sign_in import AddressTaken, CalledNeeded
from services.identity.store import invitations as invitation_store
from services.identity.store import sign_in as sign_in_store
from tests.identity.desk import LETTERS, Desk
from tests.identity.test_address_change import NEW, OLD, address_of, ask, own
from tests.support import until, until_a_lock_is_waited_for

LOU = "lou@people.example"
Do = Callable[[Transaction], Awaitable[object]]


def yes(secret: str) -> Do:
    return lambda tx: address_change.say_yes(tx, secret, LETTERS)


async def do(desk: Desk, what: Do) -> object:
    async with desk.identity.transaction(VISITOR) as tx:
        return await what(tx)


async def while_held(desk: Desk, first: Do, second: Callable[[], Awaitable[object]]) -> object:
    """`second` begins once `first` is done and has not committed yet. What came of it: its value, or its refusal."""
    async with desk.identity.transaction(VISITOR) as tx:
        await first(tx)
        waiting = asyncio.ensure_future(second())
        await until_a_lock_is_waited_for(desk.identity.app.settings)
    [came] = await asyncio.gather(waiting, return_exceptions=True)
    return came


async def waiting(desk: Desk, most: int) -> None:
    """Until so many wait for a lock."""

    async def wait() -> bool:
        async with desk.identity.transaction() as tx:
            return most == await tx.fetchval(
                "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
            )

    await until(wait)


async def proved_at_new(desk: Desk, who: SignedIn) -> str:
    """A change that only the old mailbox has to agree to; the secret of its letter."""
    await ask(desk, who)
    await do(desk, yes(await desk.newest_link(NEW)))
    return await desk.newest_link("pat@people.example" if who.called == "Pat" else LOU)


async def test_both_mailboxes_at_once_change_it_once(desk: Desk) -> None:
    pat = await desk.add_person("Pat")
    await ask(desk, pat)
    of_new, of_old = await desk.newest_link(NEW), await desk.newest_link(OLD)
    came = await while_held(desk, yes(of_new), lambda: do(desk, yes(of_old)))
    assert isinstance(came, address_change.Agreed)
    assert came.is_made
    assert await address_of(desk, pat) == NEW


async def test_of_two_people_who_prove_the_same_mailbox_one_has_it(desk: Desk) -> None:
    pat, lou = await desk.add_person("Pat"), await desk.add_person("Lou")
    pats, lous = await proved_at_new(desk, pat), await proved_at_new(desk, lou)
    came = await while_held(desk, yes(pats), lambda: do(desk, yes(lous)))
    assert isinstance(came, AddressTaken)
    assert (await address_of(desk, pat), await address_of(desk, lou)) == (NEW, LOU)


async def test_what_is_asked_anew_while_the_last_yes_is_said_is_asked_of_the_new_mailbox(desk: Desk) -> None:
    pat = await desk.add_person("Pat")
    came = await while_held(desk, yes(await proved_at_new(desk, pat)), lambda: ask(desk, pat, "pat@third.example"))
    assert came is None
    assert await address_of(desk, pat) == NEW
    assert "pat@third.example" in (await desk.letters(NEW))[-1]


async def test_whoever_is_forgotten_while_a_yes_is_said_stays_forgotten(desk: Desk) -> None:
    pat, kim = await desk.add_person("Pat"), await desk.add_person("Kim")
    secret = await proved_at_new(desk, pat)
    await ask(desk, kim)  # of the same mailbox: what waits for it there is not Pat's to take away
    async with desk.identity.transaction(own(pat)) as tx:
        await accounts.forget_me(tx)
        waiting = asyncio.ensure_future(do(desk, yes(secret)))
        await until_a_lock_is_waited_for(desk.identity.app.settings)
    [came] = await asyncio.gather(waiting, return_exceptions=True)
    assert isinstance(came, ChangeOver)
    async with desk.identity.transaction() as tx:
        assert await tx.fetchval("select account_id from address_change") == kim.account_id
    assert await desk.letters(OLD) == []
    assert len(await desk.letters(NEW)) == 1, "Kim's"


async def test_a_link_of_the_old_address_that_is_used_in_the_same_moment_signs_nobody_in(desk: Desk) -> None:
    pat = await desk.add_person("Pat")
    secret = await proved_at_new(desk, pat)
    async with desk.identity.transaction(VISITOR) as tx:
        await sign_in.ask_for_link(tx, sign_in.Asked(EmailAddress.read(OLD), "/home"), LETTERS)
    link = await desk.newest_link(OLD)

    async with desk.identity.transaction(own(pat)) as tx:
        await accounts.lock_own(tx)  # so that both wait: the change first, the link behind it
        changing = asyncio.ensure_future(do(desk, yes(secret)))
        await waiting(desk, 1)
        using = asyncio.ensure_future(do(desk, lambda tx: sign_in.use_link(tx, link, key="k")))
        await waiting(desk, 2)
    _, used = await asyncio.gather(changing, using, return_exceptions=True)
    assert isinstance(used, CalledNeeded), "it has no account any more"
    assert await address_of(desk, pat) == NEW


async def test_an_administrator_who_is_recovered_by_the_old_address_in_the_same_moment_is_whoever_has_it(
    desk: Desk,
) -> None:
    await desk.start()
    pat = await desk.add_person("Pat")
    secret = await proved_at_new(desk, pat)

    def recover(email: str) -> Do:
        return lambda tx: recovering.recover_admin(tx, Newcomer("Rob", EmailAddress.read(email)), LETTERS)

    recovered = await while_held(desk, yes(secret), lambda: do(desk, recover(OLD)))
    assert recovered not in (pat.account_id, None)
    async with desk.identity.transaction() as tx:
        assert await tx.fetchval("select called from account where id = $1", recovered) == "Rob"
    lou = await desk.add_person("Lou")
    await ask(desk, lou, "lou@new.example")
    await do(desk, yes(await desk.newest_link("lou@new.example")))
    lous = await desk.newest_link(LOU)
    came = await while_held(desk, recover("lou@new.example"), lambda: do(desk, yes(lous)))
    assert isinstance(came, AddressTaken)
    assert await address_of(desk, lou) == LOU


async def test_whoever_is_forgotten_while_a_link_or_an_invitation_of_theirs_is_used_waits_for_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each held what the other wanted, and PostgreSQL ended one of them: a link its account, a forgetting the link."""
    ada = await desk.start()
    await desk.add_trust(ada, "RX2")
    settings = desk.identity.app.settings

    def waits_once_held(module: ModuleType, name: str) -> None:
        held = getattr(module, name)

        async def and_somebody_waits(*given: Any) -> object:
            found = await held(*given)
            await until_a_lock_is_waited_for(settings)
            return found

        monkeypatch.setattr(module, name, and_somebody_waits)

    waits_once_held(sign_in_store, "link")
    waits_once_held(invitation_store, "lock_of_address")
    for name, way in (("Pat", "link"), ("Kim", "invitation")):
        who = await desk.add_person(name)
        email = EmailAddress.read(f"{name.lower()}@people.example")
        if way == "link":
            async with desk.identity.transaction(VISITOR) as tx:
                await sign_in.ask_for_link(tx, sign_in.Asked(email, "/home"), LETTERS)
            link = await desk.newest_link(email.kept)
            using = asyncio.ensure_future(do(desk, lambda tx, link=link: sign_in.use_link(tx, link, key="k")))
        else:
            async with desk.identity.transaction(await desk.acting(ada.account_id, "RX2")) as tx:
                id = await invitations.invite(tx, Invited(name, email), Granted(("coordinator",)), LETTERS)
            using = asyncio.ensure_future(as_them(desk, who, lambda tx, id=id: invitations.accept(tx, id, LETTERS)))
        came = await asyncio.gather(using, forget_once_begun(desk, who, using), return_exceptions=True)
        assert [one for one in came if isinstance(one, BaseException)] == [], way
        async with desk.identity.transaction() as tx:
            assert await tx.fetchval("select count(*) from account where id = $1", who.account_id) == 0


async def as_them(desk: Desk, who: SignedIn, what: Callable[[Transaction[Person]], Awaitable[object]]) -> object:
    async with desk.identity.transaction(own(who)) as tx:
        return await what(tx)


async def forget_once_begun(desk: Desk, who: SignedIn, using: asyncio.Future[object]) -> None:
    """Once the other holds its link or invitation, as what it does next shows: it looks whether somebody waits."""

    async def holds() -> bool:
        async with desk.identity.transaction() as tx:
            return using.done() or await tx.fetchval(
                "select exists (select from pg_locks l join pg_class c on c.oid = l.relation"
                " where c.relname in ('sign_in_link', 'invitation') and l.mode = 'RowShareLock' and l.granted)"
            )

    await until(holds)
    await as_them(desk, who, accounts.forget_me)
