"""The topics in Kafka, made as deploy/kafka/topics.yaml says. Auto-creation is off; nothing is ever deleted here."""

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError

from schemas.contracts import plan
from services.chassis.base.settings import Settings

__all__ = ["WrongTopic", "create", "plan"]


class WrongTopic(Exception):
    """A topic exists with another number of partitions than the code was made for."""


async def create(settings: Settings) -> list[str]:
    """Create what is missing; the names created. Raises WrongTopic where one exists with other partitions."""
    wanted = plan()
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap_servers, request_timeout_ms=15000)
    await admin.start()
    try:
        names = {settings.topic_prefix + name: wanted["partitions"] for name in wanted["topics"]}
        there = {
            topic["topic"]: len(topic["partitions"])
            for topic in await admin.describe_topics()
            if topic["topic"] in names
        }
        for name, count in there.items():
            if count != names[name]:
                raise WrongTopic(f"topic {name} has {count} partitions, not {names[name]}")
        missing = sorted(names.keys() - there.keys())
        config = {key: str(value) for key, value in wanted["class"].items()}
        new = [NewTopic(name, names[name], wanted["replication"], topic_configs=config) for name in missing]
        if new:
            try:
                await admin.create_topics(new)
            except TopicAlreadyExistsError:
                return await create(settings)
        return missing
    finally:
        await admin.close()
