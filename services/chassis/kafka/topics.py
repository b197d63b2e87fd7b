"""The topics in Kafka, made as deploy/kafka/topics.yaml says. Auto-creation is off; nothing is ever deleted here."""

from typing import Any, cast

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code

from schemas.contracts import plan
from services.chassis.base.settings import Settings
from services.chassis.kafka.client import ADMIN, client_options

__all__ = ["TopicRefused", "WrongTopic", "create", "plan"]


class WrongTopic(Exception):
    """A topic is not as the code needs it: it has another number of partitions."""


class TopicRefused(WrongTopic):
    """Kafka did not create a topic. The message says which and why; it may create it later."""


async def create(settings: Settings) -> list[str]:
    """Create what is missing; the names created, those that another process created meanwhile left out.

    Raises WrongTopic where one exists with other partitions, and TopicRefused.
    """
    wanted = plan()
    partitions: int = wanted["partitions"]
    names = {settings.topic_prefix + name for name in wanted["topics"]}
    admin = AIOKafkaAdminClient(**client_options(settings, ADMIN), request_timeout_ms=15000)
    await admin.start()
    try:
        described = [topic for topic in await admin.describe_topics() if topic["topic"] in names]
        for topic in described:
            if (count := len(topic["partitions"])) != partitions:
                raise WrongTopic(f"topic {topic['topic']} has {count} partitions, not {partitions}")
        config = {key: str(value) for key, value in wanted["class"].items()}
        missing = sorted(names - {topic["topic"] for topic in described})
        new = [NewTopic(name, partitions, wanted["replication"], topic_configs=config) for name in missing]
        return _created(await admin.create_topics(new)) if new else []
    finally:
        await admin.close()


def _created(answer: Any) -> list[str]:
    """aiokafka raises nothing for a topic: what became of each stands in Kafka's answer."""
    created: list[str] = []
    for name, code, *words in cast("list[tuple[Any, ...]]", answer.topic_errors):
        fault = for_code(code)
        if code == 0:
            created.append(name)
        elif fault is not TopicAlreadyExistsError:
            why = ": ".join([fault.__name__, *filter(None, words)])
            raise TopicRefused(f"Kafka refused to create topic {name} ({why})")
    return created
