"""What is due is done, once for each news, and a failure stays with the one thing that failed."""

import asyncio
from datetime import timedelta
from typing import cast
from uuid import UUID

import asyncpg
import pytest
import structlog
from pydantic import BaseModel

from schemas.event import Erased, State
from schemas.identity import (
    Account,
    AccountChanged,
    AccountErased,
    Organisation,
    OrganisationChanged,
    OrganisationRestated,
)
from services.chassis.base.refusals import NotYet
from services.chassis.kafka.inbox import Inbox
from services.chassis.operate.maintenance import EVER
from services.chassis.postgres.mirrors import SWEEP
from services.chassis.postgres.transaction import Transaction, new_id
from services.chassis.work.news import hash_of
from services.chassis.work.reactions import Reactions
from services.chassis.work.workers import AT_ONCE, Workers
from tests.support import Connected, Person, mirrored, organisation, record_of, registered


class Probe:
    """Reactions of a test's own, in matching's schema: what they saw, and what they do."""

    def __init__(self, matching: Connected, *, compares: bool = False, **options: object) -> None:
        self.saw: list[tuple[UUID, int, int | None]] = []
        self.fails: set[UUID] = set()
        self.not_yet: set[UUID] = set()
        self.forgot: list[UUID] = []
        self.bound: dict[str, object] = {}
        self.matching = matching
        reactions = Reactions("matching")
        reactions.keep(Organisation)
        reactions.keep(Account, person="id")

        async def note_change(tx: Transaction, now: Organisation, before: Organisation | None) -> None:
            self.saw.append((now.id, now.version, before.version if before else None))
            self.bound = structlog.contextvars.get_contextvars()
            if now.id in self.fails:
                raise RuntimeError("no luck")
            if now.id in self.not_yet:
                raise NotYet("its neighbour")

        async def note_organisation(tx: Transaction, now: Organisation) -> None:
            await note_change(tx, now, None)

        async def note_account(tx: Transaction, now: Account) -> None:
            self.saw.append((now.id, now.version, None))

        if compares:
            reactions.react_to_change_of(Organisation)(note_change)
        else:
            reactions.react_to(Organisation, **options)(note_organisation)  # type: ignore[arg-type]
        reactions.react_to(Account, erased=self.forget)(note_account)
        app = matching.app
        self.workers = Workers(reactions, app.database, count=1)
        self.reactions = reactions
        prefix = app.settings.topic_prefix
        self.inbox = Inbox(reactions, app.database, prefix=prefix, wake_workers=self.workers.wake)

    async def forget(self, tx: Transaction, id: UUID) -> None:
        self.forgot.append(id)

    async def hears(self, *events: object) -> None:
        prefix = self.matching.app.settings.topic_prefix
        await self.inbox.take([record_of(event, prefix) for event in events])  # type: ignore[arg-type]

    async def work(self, rounds: int = 200) -> None:
        for _ in range(rounds):
            if not await self.workers.do_some():
                return

    async def due(self) -> list[tuple[UUID, int, str | None]]:
        async with self.matching.transaction() as tx:
            rows = await tx.fetch("select id, tries, error from due order by id")
        return [(row["id"], row["tries"], row["error"]) for row in rows]

    async def make_all_due(self) -> None:
        async with self.matching.transaction() as tx:
            await tx.execute("update due set due_at = clock_timestamp()")


def changed(one: Organisation, version: int) -> OrganisationChanged:
    return OrganisationChanged(one.model_copy(update={"version": version, "name": f"Name {version}"}))


async def test_a_reaction_that_fails_holds_up_no_other_and_is_tried_again(matching: Connected) -> None:
    probe, bad, good = Probe(matching), organisation("RX2"), [organisation(f"R0{n}") for n in range(5)]
    probe.fails = {bad.id}
    await probe.hears(*registered(bad, *good))
    await probe.work()
    assert {id for id, _, _ in probe.saw} == {bad.id, *(one.id for one in good)}
    [(id, tries, error)] = await probe.due()
    assert (id, error) == (bad.id, "RuntimeError: no luck")
    assert tries >= 3
    probe.fails.clear()
    await probe.make_all_due()
    await probe.work()
    assert await probe.due() == []


async def test_of_many_that_share_a_transaction_only_those_that_fail_are_left(matching: Connected) -> None:
    probe, many = Probe(matching, shares_transaction=True), [organisation(f"Q{n:02}") for n in range(AT_ONCE + 5)]
    probe.fails = {many[3].id, many[AT_ONCE + 1].id}
    await probe.hears(*registered(*many))
    await probe.work()
    assert {id for id, _, error in await probe.due() if error == "RuntimeError: no luck"} == probe.fails
    async with matching.transaction() as tx:
        handled = {row["id"] for row in await tx.fetch("select id from handled")}
    assert handled == {one.id for one in many} - probe.fails
    last_calls = [id for id, _, _ in probe.saw[-4:]]
    assert set(last_calls) <= probe.fails, "what failed once takes no other along again"


async def test_each_has_a_transaction_of_its_own_unless_its_reaction_says_otherwise(matching: Connected) -> None:
    alone, shared = Probe(matching), Probe(matching, shares_transaction=True)
    await alone.hears(*registered(*(organisation(f"Q{n:02}") for n in range(3))))
    await alone.workers.do_some()
    assert len(alone.saw) == 1
    await shared.workers.do_some()
    assert len(shared.saw) == 2
    assert [id for id, _, _ in shared.saw] == sorted(id for id, _, _ in shared.saw)


async def test_what_is_made_due_again_meanwhile_is_left_for_the_next_look(matching: Connected) -> None:
    probe, trust = Probe(matching), organisation()
    await probe.hears(*registered(trust))
    async with matching.transaction() as making_due:
        await making_due.execute("update due set version = version + 1 where id = $1", trust.id)
        await probe.workers.do_some()
    assert [id for id, _, _ in await probe.due()] == [trust.id], "nobody waited, and nothing was taken away"
    await probe.work()
    assert [version for _, version, _ in probe.saw] == [1], "it had been done"


async def test_a_failing_reaction_heals_by_a_later_state(matching: Connected) -> None:
    probe, trust = Probe(matching), organisation()
    probe.fails = {trust.id}
    await probe.hears(*registered(trust))
    await probe.work()
    probe.fails.clear()
    await probe.hears(changed(trust, 2))
    await probe.work()
    assert probe.saw[-1] == (trust.id, 2, None)
    assert await probe.due() == []


async def test_news_is_handled_once_and_old_or_repeated_records_change_nothing(matching: Connected) -> None:
    probe, trust = Probe(matching, compares=True), organisation()
    await probe.hears(*registered(trust), *registered(trust))
    await probe.work()
    await probe.hears(changed(trust, 3))
    await probe.work()
    await probe.hears(changed(trust, 2), changed(trust, 3), *registered(trust))
    await probe.work()
    assert probe.saw == [(trust.id, 1, None), (trust.id, 3, 1)]


@pytest.mark.parametrize("compares", [False, True])
async def test_what_is_said_again_without_news_sets_nothing_off_and_counts_as_handled(
    matching: Connected, compares: bool
) -> None:
    probe, trust = Probe(matching, compares=compares), organisation()
    await probe.hears(*registered(trust))
    await probe.work()
    await probe.hears(OrganisationRestated(trust.model_copy(update={"version": 9})))
    await probe.work()
    assert probe.saw == [(trust.id, 1, None)]
    async with matching.transaction() as tx:
        assert await tx.fetchval("select version from handled where id = $1", trust.id) == 9
    assert await probe.due() == []


async def test_only_a_reaction_that_compares_keeps_a_copy_of_what_it_handled(matching: Connected) -> None:
    for compares, copies in ((False, 0), (True, 1)):
        probe, trust = Probe(matching, compares=compares), organisation()
        await probe.hears(*registered(trust))
        await probe.work()
        async with matching.transaction() as tx:
            counts = "select count(*) filter (where state is not null), count(hash) from handled where id = $1"
            assert tuple(await tx.fetchrow(counts, trust.id) or ()) == (copies, 1)


async def test_a_thing_that_becomes_again_what_it_was_is_news_each_time(matching: Connected) -> None:
    probe, trust = Probe(matching), organisation()
    for version, name in ((1, "One"), (2, "Two"), (3, "One"), (4, "One")):
        await probe.hears(OrganisationChanged(trust.model_copy(update={"version": version, "name": name})))
        await probe.work()
    assert [version for _, version, _ in probe.saw] == [1, 2, 3]


async def test_what_an_older_version_of_the_program_handled_is_known_by_the_state_that_it_noted(
    matching: Connected,
) -> None:
    probe, trust = Probe(matching), organisation()
    await probe.hears(*registered(trust))
    await probe.work()
    async with matching.transaction() as tx:
        state = "update handled set state = $2, hash = 'of something before' where id = $1"
        await tx.execute(state, trust.id, trust.model_dump_json())
    await probe.hears(OrganisationRestated(trust.model_copy(update={"version": 2})))
    await probe.work()
    assert len(probe.saw) == 1
    await probe.hears(changed(trust, 3))
    await probe.work()
    assert [version for _, version, _ in probe.saw] == [1, 3]


def test_a_field_that_is_new_and_has_its_default_is_no_news() -> None:
    class Thing(BaseModel):
        version: int
        name: str

    class NewerThing(Thing):
        colour: str | None = None

    one = cast(State, Thing(version=1, name="One"))
    assert hash_of(one) == hash_of(cast(State, NewerThing(version=2, name="One")))
    assert hash_of(one) != hash_of(cast(State, NewerThing(version=2, name="One", colour="blue")))


async def test_what_waits_for_another_topic_is_patient_and_no_failure(matching: Connected) -> None:
    probe, trust = Probe(matching), organisation()
    probe.not_yet = {trust.id}
    await probe.hears(*registered(trust))
    await probe.work()
    [(_, tries, error)] = await probe.due()
    assert (tries, error) == (0, "NotYet: its neighbour")
    probe.not_yet.clear()
    await probe.make_all_due()
    await probe.work()
    assert await probe.due() == []


async def test_what_waited_over_five_minutes_counts_as_failing(matching: Connected) -> None:
    probe, trust = Probe(matching), organisation()
    probe.not_yet = {trust.id}
    await probe.hears(*registered(trust))
    async with matching.transaction() as tx:
        await tx.execute("update due set since = since - interval '6 minutes'")
    await probe.work(rounds=1)
    [(_, tries, _)] = await probe.due()
    assert tries == 1


async def test_news_older_than_it_may_be_is_noted_and_not_acted_on(matching: Connected) -> None:
    probe, trust = Probe(matching, fresh_for=timedelta(seconds=-1)), organisation()
    await probe.hears(*registered(trust))
    await probe.work()
    assert probe.saw == []
    assert await probe.due() == []


async def test_what_was_lost_between_mirror_and_reaction_is_found_by_the_sweeper(matching: Connected) -> None:
    probe, trust = Probe(matching), organisation()
    await probe.hears(*registered(trust))
    async with matching.transaction() as tx:
        await tx.execute("delete from due")
        mirror = probe.reactions.mirrors["identity.organisation"]
        await tx.execute(mirror.sql(SWEEP), probe.reactions.to("identity.organisation"), EVER)
    await probe.work()
    assert [id for id, _, _ in probe.saw] == [trust.id]


async def test_an_erased_person_is_forgotten_with_the_chassis_own_copies(matching: Connected) -> None:
    probe, person = Probe(matching), Person(called="Zebedee")
    await probe.hears(person.opened)
    await probe.work()
    parked = record_of(AccountChanged(person.account), matching.app.settings.topic_prefix)
    broken = (parked.value or b"").replace(b'"version":1', b'"version":"one"')
    record = type(parked)(parked.topic, 1, 999, parked.key, parked.headers, broken)
    await probe.inbox.take([record])
    await probe.hears(AccountErased(Erased(id=person.id, version=2)))
    await probe.work()
    assert probe.forgot == [person.id]
    async with matching.transaction() as tx:
        for table in ("handled", "mirror_account", "parked"):
            text = await tx.fetchval("select coalesce(string_agg(t::text, ''), '') from {t} t".replace("{t}", table))
            assert "Zebedee" not in text, table


async def test_two_workers_at_once_do_each_thing_once(database: object, matching: Connected) -> None:
    probe = Probe(matching)
    many = [organisation(f"R{n:02d}") for n in range(40)]
    await probe.hears(*registered(*many))
    await asyncio.gather(*(probe.work() for _ in range(4)))
    assert sorted(id for id, _, _ in probe.saw) == sorted(one.id for one in many)


async def test_a_thing_nobody_heard_of_waits(matching: Connected) -> None:
    probe = Probe(matching)
    async with matching.transaction() as tx:
        await tx.execute("insert into due (reaction, id, version) values ('note_organisation', $1, 1)", new_id())
    await probe.work(rounds=1)
    [(_, tries, error)] = await probe.due()
    assert tries == 0
    assert (error or "").startswith("NotYet")


async def test_a_record_that_the_database_refuses_is_parked_and_its_batch_goes_on(matching: Connected) -> None:
    settings, good, bad = matching.app.settings, organisation("RX2"), organisation("RX3")
    owner = await asyncpg.connect(settings.admin_dsn(), server_settings={"search_path": "matching"})
    try:
        await owner.execute(
            "create function no_rx3() returns trigger language plpgsql as $$ begin"
            " if new.state ->> 'ods_code' = 'RX3' then raise exception 'not this one'; end if; return new; end $$;"
            "create trigger no_rx3 before insert on mirror_organisation for each row execute function no_rx3()"
        )
        await matching.hears(*registered(bad, good))
        assert await mirrored(matching, Organisation, good.id)
        async with matching.transaction() as tx:
            assert "not this one" in await tx.fetchval("select error from parked")
    finally:
        await owner.execute("drop trigger no_rx3 on mirror_organisation; drop function no_rx3")
        await owner.close()


async def test_a_line_logged_by_a_reaction_says_which_event_and_which_thread_of_work_it_belongs_to(
    matching: Connected,
) -> None:
    probe, trust = Probe(matching), organisation()
    await probe.hears(*registered(trust))
    await probe.work(rounds=1)
    async with matching.transaction() as tx:
        row = await tx.fetchrow("select event_id, correlation_id, traceparent from mirror_organisation")
    assert row
    said = {name: probe.bound[name] for name in ("service", "event_id", "correlation_id", "trace_id")}
    ids = {"event_id": str(row["event_id"]), "correlation_id": str(row["correlation_id"])}
    assert said == {"service": "matching", **ids, "trace_id": row["traceparent"][3:35]}
