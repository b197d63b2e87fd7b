"""A service and the Kafka it belongs to: what is noted, what is compared, and that nothing goes to another one."""

from uuid import uuid4

import pytest

from schemas.identity import OrganisationRegistered
from services.chassis.base.settings import Settings
from services.chassis.kafka import binding, cluster
from services.chassis.kafka.binding import Topics
from services.chassis.kafka.client import ADMIN
from services.chassis.kafka.cluster import Asker, Cluster, ClusterGuard, OtherCluster, Topic
from services.chassis.kafka.relay import Relay
from services.chassis.kafka.subscriber import Subscriber
from services.cli.local.ports import LOOPBACK
from tests.faults.proxy import proxy_to
from tests.support import Connected, Database, mirrored, organisation, until

WANTED = Topics("p-", reads=["identity.account"], writes=["matching.match"])


def kafka(id: str = "one", **partitions: int) -> Cluster:
    counts = {"identity.account": 6, "matching.match": 6} | {
        name.replace("__", "."): n for name, n in partitions.items()
    }
    return Cluster(
        id, {f"p-{name}": Topic(uuid4(), n, may_read=True, may_write=True) for name, n in counts.items() if n}, []
    )


async def compared(connected: Connected, met: Cluster, wanted: Topics = WANTED) -> binding.Binding:
    async with connected.transaction() as tx:
        return await binding.compare(tx, met, wanted)


async def test_the_first_kafka_is_noted_and_another_is_refused_until_the_note_is_forgotten(matching: Connected) -> None:
    assert await compared(matching, kafka("one")) == binding.Binding()
    assert "this is Kafka cluster two" in (await compared(matching, kafka("two"))).refused[0]
    async with matching.transaction() as tx:
        await tx.execute("insert into position (topic, partition, next_offset) values ('p-identity.account', 0, 7)")
        await binding.forget_kafka(tx)
    assert await compared(matching, kafka("two")) == binding.Binding()
    assert await matching.app.inbox.load_positions() == {}


async def test_another_prefix_is_another_network(matching: Connected) -> None:
    assert await compared(matching, kafka()) == binding.Binding()
    other = await compared(matching, kafka(), Topics("q-", reads=[], writes=[]))
    assert "topics begin with 'p-', not 'q-'" in other.refused[0]


async def test_only_the_owner_tells_of_a_topic_that_was_made_anew_until_it_has_said_all_again(
    matching: Connected,
) -> None:
    assert await compared(matching, kafka()) == binding.Binding()
    anew = kafka()
    assert [words.partition(" was")[0] for words in (await compared(matching, anew)).remade] == ["topic matching.match"]
    async with matching.transaction() as tx:
        await binding.forget_topics(tx, ["matching.match"])
    assert await compared(matching, anew) == binding.Binding()


async def test_missing_topics_and_other_partitions_are_told_by_name(matching: Connected) -> None:
    gone = await compared(matching, kafka(identity__account=0))
    assert [words.partition(":")[0] for words in gone.missing] == ["topic p-identity.account is not there"]
    few = await compared(matching, kafka(matching__match=2))
    assert few.refused[0].startswith("topic p-matching.match has 2 partitions, not 6")


async def test_kafka_tells_its_cluster_and_gives_a_topic_made_anew_another_id(living: Database) -> None:
    name = f"{living.settings.topic_prefix}identity.account"

    def at(bootstrap: str) -> Settings:
        return living.settings.model_copy(update={"kafka_bootstrap_servers": bootstrap})

    async def told() -> Cluster | None:
        answer = await cluster.describe(living.settings, ADMIN, [name, "not-there"])
        return answer if answer.topics else None  # a broker tells of a topic a moment after it was made

    found: Cluster = await until(told)
    assert found.id
    assert {topic: about.partitions for topic, about in found.topics.items()} == {name: 6}
    with pytest.raises(ValueError, match="'nonsense' is not a host and a port"):
        await cluster.describe(at("nonsense"), ADMIN, [])
    with pytest.raises(OSError, match=r"127\.0\.0\.1"):
        await cluster.describe(at("127.0.0.1:9"), ADMIN, [])
    assert (
        await cluster.describe(at(f"127.0.0.1:9,{living.settings.kafka_bootstrap_servers}"), ADMIN, [])
    ).id == found.id


async def test_who_asks_again_and_again_logs_in_once_and_anew_when_the_connection_breaks(living: Database) -> None:
    port = cluster.address(living.settings.kafka_bootstrap_servers)[1]
    async with proxy_to(port) as proxy:
        through = {"kafka_bootstrap_servers": f"{LOOPBACK}:{proxy.port}"}
        asker = Asker(living.settings.model_copy(update=through), ADMIN)
        ids = {(await asker.describe([])).id for _ in range(3)}
        assert (len(ids), proxy.connected) == (1, 1)
        proxy.cut_all()
        assert {(await asker.describe([])).id for _ in range(3)} == ids
        assert proxy.connected == 2
        asker.close()
        await until(lambda: not proxy.carries)
        assert (await asker.describe([])).id in ids, "closed is not ended"
        asker.close()


async def test_what_went_to_another_kafka_is_not_marked_as_published_and_goes_out_again(living: Database) -> None:
    identity = await living.connect("identity")
    settings = living.settings
    async with identity.transaction() as tx:
        await tx.emit(OrganisationRegistered(organisation()))
    relay, refused = Relay(settings, "identity"), Refusals(settings, "identity", "another cluster")
    relay.start(refused)
    await until(lambda: refused.count)
    await relay.stop()
    assert await unpublished(identity) == 1

    ours = (await cluster.describe(settings, ADMIN, [])).id
    relay.start(ClusterGuard(settings, "identity", ours))
    await until(lambda: sent(identity))
    await relay.stop()


async def test_what_another_kafka_says_is_not_heard(living: Database) -> None:
    identity, matching = await living.connect("identity"), await living.connect("matching")
    registered = organisation()
    async with identity.transaction() as tx:
        await tx.emit(OrganisationRegistered(registered))
    relay = Relay(living.settings, "identity")
    relay.start()
    await until(lambda: sent(identity))
    await relay.stop()
    inbox, settings = matching.app.inbox, living.settings
    group = f"{living.settings.topic_prefix}matching"
    ours = (await cluster.describe(settings, "matching", [])).id
    for name in ("another cluster", ours):
        refused = Refusals(settings, "matching", name)
        subscriber = Subscriber(inbox, settings, group=group, guard=refused)
        await subscriber.start()
        await until(lambda refused=refused: refused.count or inbox.positions)
        await subscriber.stop()
        assert (inbox.positions == {}) == (name != ours)
    assert await mirrored(matching, type(registered), registered.id)


class Refusals(ClusterGuard):
    """Counts how often it refused."""

    count = 0

    async def check(self, client: object) -> None:
        try:
            await super().check(client)
        except OtherCluster:
            self.count += 1
            raise


async def unpublished(connected: Connected) -> int:
    async with connected.transaction() as tx:
        return await tx.fetchval("select count(*) from outbox where published_at is null")


async def sent(connected: Connected) -> bool:
    return await unpublished(connected) == 0
