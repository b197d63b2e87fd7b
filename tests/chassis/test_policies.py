"""Editions of a policy: what holds on a day, and how the next one is set; tried with the room that pays."""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest

from schemas.identity import Organisation
from services import load
from services.chassis.app import connect
from services.chassis.base.access import london_day
from services.chassis.base.refusals import NotTheNetwork, Refused
from services.chassis.postgres import policies
from services.chassis.postgres.policies import Next
from services.chassis.postgres.transaction import NotOneRow
from services.payments.domain.promise import PayPromise
from services.payments.store.promises import PAY_PROMISE
from services.recruitment.store.policies import KINDS
from tests.support import Connected, Person, member, organisation, registered, until_a_lock_is_waited_for

TODAY = london_day(datetime.now(UTC))
DAY = timedelta(days=1)


@dataclass
class Scene:
    payments: Connected
    network: Organisation
    trust: Organisation
    of_network: Person
    of_trust: Person

    async def set(self, days: int, first: date, *, by: Organisation | None = None, **more: datetime | None) -> str:
        given = Next(first, "Example", "Example policy 2", PayPromise(days=days), **more)
        return await self.set_as_given(given, by=by)

    async def set_as_given(self, given: Next[PayPromise], *, by: Organisation | None = None) -> str:
        by = by or self.network
        who = self.of_trust if by == self.trust else self.of_network
        async with self.payments.transaction(who.acting(by)) as tx:
            return await policies.set_next(tx, PAY_PROMISE, given)

    async def days(self, of: Organisation | None, on: date) -> int | None:
        async with self.payments.transaction() as tx:
            found = await policies.in_force(tx, PAY_PROMISE, of.id if of else None, on=on)
            return found.value.days if found else None

    async def editions(self, of: Organisation | None = None) -> list[tuple[str, int | None, date, date | None]]:
        async with self.payments.transaction() as tx:
            known = await policies.editions(tx, PAY_PROMISE, of.id if of else None)
            return [(e.edition, e.value.days if e.value else None, e.valid_from, e.valid_to) for e in known]

    async def waiting_since(self, of: Organisation | None = None) -> datetime:
        async with self.payments.transaction() as tx:
            known = await policies.editions(tx, PAY_PROMISE, of.id if of else None)
            return known[0].set_at


@pytest.fixture
async def scene(payments: Connected) -> Scene:
    network, trust = organisation("QZN", "The Network", kind="network"), organisation()
    await payments.hears_and_settles(*registered(network, trust))
    return Scene(payments, network, trust, member(network, "admin"), member(trust, "admin"))


async def test_an_edition_holds_from_its_first_day_and_ends_the_one_before_it(scene: Scene) -> None:
    first = TODAY + 30 * DAY
    assert await scene.set(14, first) == "2"
    assert await scene.days(None, first - DAY) == 21
    assert await scene.days(None, first) == 14
    assert await scene.editions() == [("2", 14, first, None), ("1", 21, date(2020, 1, 1), first - DAY)]


async def test_the_next_edition_can_be_changed_until_its_first_day(scene: Scene) -> None:
    await scene.set(14, TODAY + 30 * DAY)
    seen = await scene.waiting_since()
    assert await scene.set(10, TODAY + DAY, replaces=seen) == "2"
    assert await scene.editions() == [("2", 10, TODAY + DAY, None), ("1", 21, date(2020, 1, 1), TODAY)]


async def test_it_can_be_taken_back_and_then_nothing_follows(scene: Scene) -> None:
    await scene.set(14, TODAY + DAY)
    async with scene.payments.transaction(scene.of_network.acting(scene.network)) as tx:
        await policies.take_back(tx, PAY_PROMISE)
    assert await scene.editions() == [("1", 21, date(2020, 1, 1), None)]
    with pytest.raises(policies.NextIsGone):
        await scene.set(10, TODAY + 2 * DAY, replaces=datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(policies.NoneToTakeBack):
        async with scene.payments.transaction(scene.of_network.acting(scene.network)) as tx:
            await policies.take_back(tx, PAY_PROMISE)


@pytest.mark.parametrize(
    ("first", "days", "why"),
    [
        (TODAY, 14, policies.NotAhead),
        (TODAY - 400 * DAY, 14, policies.NotAhead),
        (TODAY + 800 * DAY, 14, policies.TooFarAhead),
        (TODAY + DAY, 21, policies.NothingNew),
    ],
)
async def test_what_makes_no_sense_is_refused_and_nothing_is_set(
    scene: Scene, first: date, days: int, why: type[Refused]
) -> None:
    with pytest.raises(why):
        await scene.set(days, first)
    assert len(await scene.editions()) == 1


@pytest.mark.parametrize("days", [-30, 30])
async def test_where_a_clock_is_set_the_later_day_counts(scene: Scene, days: int) -> None:
    """The database's own clock goes on, and by it the row policies refuse what has begun: refused in words as well."""
    settings = scene.payments.app.settings
    app = await connect(load(["payments"])[0], settings, clock=lambda: datetime.now(UTC) + days * DAY)
    elsewhere = replace(scene, payments=Connected(app))
    later = max(TODAY, TODAY + days * DAY)
    try:
        for first in (TODAY + (days + 1) * DAY if days < 0 else TODAY + DAY, later):
            with pytest.raises(policies.NotAhead):
                await elsewhere.set(14, first)
        assert await elsewhere.set(14, later + DAY) == "2"
    finally:
        await app.stop()


async def test_a_second_next_edition_overlaps_whichever_day_it_begins(scene: Scene) -> None:
    await scene.set(14, TODAY + 30 * DAY)
    for first in (TODAY + DAY, TODAY + 30 * DAY, TODAY + 90 * DAY):
        with pytest.raises(policies.Overlaps, match="Another next edition is set, from"):
            await scene.set(10, first)
    with pytest.raises(policies.Overlaps):
        await scene.set(10, TODAY + DAY, replaces=datetime(2026, 1, 1, tzinfo=UTC))
    assert len(await scene.editions()) == 2


async def test_of_two_who_set_it_at_once_one_sets_it_and_the_other_is_told(scene: Scene) -> None:
    acting = scene.of_network.acting(scene.network)
    given = Next(TODAY + DAY, "Example", "Example policy 2", PayPromise(days=14))
    async with scene.payments.transaction(acting) as tx:
        await policies.set_next(tx, PAY_PROMISE, given)
        other = asyncio.create_task(scene.set_as_given(replace(given, valid_from=TODAY + 2 * DAY)))
        await until_a_lock_is_waited_for(scene.payments.app.settings)
    with pytest.raises(policies.Overlaps):
        await other
    assert len(await scene.editions()) == 2


async def test_an_organisations_own_edition_holds_for_it_and_for_nobody_else(scene: Scene) -> None:
    first = TODAY + DAY
    assert await scene.set(7, first, by=scene.trust) == "1"
    assert [await scene.days(of, first) for of in (scene.trust, scene.network, None)] == [7, 21, 21]
    assert await scene.days(scene.trust, TODAY) == 21
    await scene.set(14, first)
    assert [await scene.days(of, first) for of in (scene.trust, None)] == [7, 14]


async def test_an_organisation_goes_back_to_the_networks_edition(scene: Scene) -> None:
    acting = scene.of_trust.acting(scene.trust)
    with pytest.raises(policies.NothingNew):
        async with scene.payments.transaction(acting) as tx:
            await policies.go_back_to_the_network(tx, PAY_PROMISE)
    await begun(scene, days=7)
    assert await scene.days(scene.trust, TODAY) == 7
    async with scene.payments.transaction(acting) as tx:
        await policies.go_back_to_the_network(tx, PAY_PROMISE)
    assert await scene.days(scene.trust, TODAY) == 7
    assert await scene.days(scene.trust, TODAY + DAY) == 21
    with pytest.raises(policies.NetworkKeepsOne):
        await scene.set_as_given(Next(TODAY + DAY, "Example", "Example policy 2", None))


async def test_what_the_network_alone_sets_is_not_an_organisations_to_set(recruitment: Connected) -> None:
    trust = organisation()
    await recruitment.hears_and_settles(*registered(trust))
    with pytest.raises(NotTheNetwork):
        async with recruitment.transaction(member(trust, "admin").acting(trust)) as tx:
            await policies.set_next(tx, KINDS[0], Next(TODAY + DAY, "A", "B", None))


async def test_nobody_changes_what_has_begun_not_even_the_system(scene: Scene) -> None:
    """PostgreSQL refuses it, whatever a command would forget; and another organisation's cannot be set at all."""
    await begun(scene, days=7)
    doors = [scene.of_trust.acting(scene.trust), scene.of_network.acting(scene.network), None]
    for acting in doors:
        for sql in (
            "update policy_edition set source = 'Other' where edition = '1' and organisation_id is not null",
            "update policy_edition set valid_from = '2030-01-01' where edition = '1' and organisation_id is null",
            "delete from policy_edition where edition = '1' and organisation_id is null",
        ):
            async with scene.payments.transaction(acting) if acting else scene.payments.transaction() as tx:
                with pytest.raises(NotOneRow):
                    await tx.change_one(sql)
    for organisation_id, first in ((scene.network.id, TODAY + DAY), (scene.trust.id, TODAY), (None, TODAY)):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with scene.payments.transaction(scene.of_trust.acting(scene.trust)) as tx:
                await tx.execute(
                    "insert into policy_edition (kind, organisation_id, edition, valid_from, issuer, source)"
                    " values ('pay_promise', $1, '9', $2, 'A', 'B')",
                    *(organisation_id, first),
                )


async def test_an_older_version_reads_the_networks_editions_under_the_old_names(scene: Scene) -> None:
    await scene.set(14, TODAY + DAY)
    await scene.set(7, TODAY + DAY, by=scene.trust)
    async with scene.payments.transaction() as tx:
        for day, days in ((TODAY, 21), (TODAY + DAY, 14)):
            old = "select days, source from pay_promise where $1 between valid_from and coalesce(valid_to, $1)"
            assert [row["days"] for row in await tx.fetch(old, day)] == [days]


async def begun(scene: Scene, *, days: int) -> None:
    """The trust's own edition, in force since yesterday: as if it had been set in time."""
    connection = await asyncpg.connect(scene.payments.app.settings.admin_dsn(), timeout=10)
    try:
        await connection.execute(
            "insert into payments.policy_edition (kind, organisation_id, edition, valid_from, issuer, source, value)"
            " values ('pay_promise', $1, '1', $2, 'Example', 'Example policy 1', $3)",
            *(scene.trust.id, TODAY - DAY, PayPromise(days=days).model_dump_json()),
        )
    finally:
        await connection.close()
