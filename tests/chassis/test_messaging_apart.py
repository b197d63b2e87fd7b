"""What is to be said, was seen last and could not be read: whoever acts at a page adds to it, and reads nothing."""

import asyncpg

from schemas.event import Erased
from schemas.identity import AccountErased, OrganisationRegistered
from services.chassis.base.hands import VISITOR
from services.chassis.postgres.transaction import Transaction
from tests.support import Connected, Person, member, organisation, record_of

APART = ("outbox", "handled", "parked")


async def seen(tx: Transaction) -> list[int]:
    return [await tx.fetchval("select count(*) from {table}".replace("{table}", table)) for table in APART]


async def test_who_acts_says_something_and_reads_nothing_of_what_others_say(matching: Connected) -> None:
    trust, sam = organisation(), Person("Sam")
    alex = member(trust, "coordinator").acting(trust)
    await matching.hears_and_settles(OrganisationRegistered(trust), sam.opened)
    unreadable = record_of(sam.opened, matching.app.settings.topic_prefix)._replace(value=b"no state")
    await matching.app.inbox.take([unreadable])
    async with matching.transaction() as tx:
        await tx.emit(OrganisationRegistered(organisation("RZ8")))
        await tx.execute("insert into handled (reaction, id, version) values ('tell', $1, 1)", sam.id)
        assert min(await seen(tx)) > 0
    for acting in (VISITOR, sam.acting(), alex, alex.helping(sam.id)):
        async with matching.transaction(acting) as tx:
            assert await seen(tx) == [0, 0, 0], acting
            assert await tx.change_any("update outbox set value = '{}'") == 0
            assert await tx.change_any("delete from outbox") == 0
            await tx.emit(OrganisationRegistered(organisation("RZ7")))
    async with matching.transaction() as tx:
        said = await tx.fetch("select value from outbox")
        assert len(said) == 5
        assert all(row["value"] != "{}" for row in said)


async def test_what_somebody_said_goes_with_them_though_they_cannot_read_it(identity: Connected) -> None:
    sam, pat = Person("Sam"), Person("Pat")
    async with identity.transaction(sam.acting()) as tx:
        await tx.emit(sam.opened, pat.opened)
        await tx.emit(AccountErased(Erased(id=sam.id, version=2)))
    assert await identity.said() == [("AccountOpened", pat.id), ("AccountErased", sam.id)]


async def test_the_relay_reads_by_a_connection_in_which_nobody_acts(matching: Connected) -> None:
    async with matching.transaction(Person().acting()) as tx:
        await tx.emit(OrganisationRegistered(organisation()))
    alone = await asyncpg.connect(
        matching.app.settings.service_dsn("matching"), server_settings={"search_path": "matching"}
    )
    try:
        assert await alone.fetchval("select count(*) from outbox") == 1
        assert await alone.fetchval("select count(*) from handled") == 0
    finally:
        await alone.close()
