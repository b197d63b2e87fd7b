"""Nobody reaches Kafka but as somebody: every client is opened with what chassis/kafka/client.py says."""

import ast
from pathlib import Path

from schemas.contracts import plan, states
from services import NAMES
from services.chassis.kafka import access
from services.chassis.kafka.client import PARTNER
from tests.shape.each import of_each
from tests.shape.sources import nodes

ROOT = Path(__file__).parents[2]
SOURCES = sorted(path for folder in ("services", "tests", "deploy") for path in (ROOT / folder).rglob("*.py"))
CLIENTS = {"AIOKafkaProducer", "AIOKafkaConsumer", "AIOKafkaAdminClient", "AIOKafkaClient", "AIOKafkaConnection"}
STRANGERS = (
    "tests/chassis/test_strangers.py",
    "tests/cli/test_kafka_comes_over.py",
    "tests/chassis/batching.py",
)
"""Who try to get in without, and a producer that is never started."""


@of_each(SOURCES, lambda path: str(path.relative_to(ROOT)))
def test_every_client_of_kafka_says_who_it_is(path: Path) -> None:
    if str(path.relative_to(ROOT)) in STRANGERS:
        return
    for node in nodes(path):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func).rpartition(".")[2]
        if name in CLIENTS:
            opened = [ast.unparse(keyword.value) for keyword in node.keywords if keyword.arg is None]
            assert any(one.startswith("client_options(") or one == "options" for one in opened), f"line {node.lineno}"
        if name == "KafkaBroker":
            assert "security" in {keyword.arg for keyword in node.keywords}, f"line {node.lineno}"


def test_no_service_is_named_as_somebody_who_may_more() -> None:
    assert not {"admin", "broker", PARTNER} & {*NAMES, *access.services()}


def test_what_is_public_is_about_nobody() -> None:
    public = {topic for topic, about in plan()["topics"].items() if about.get("public")}
    assert public == {"identity.organisation", "matching.opportunity", "training.programme", "payments.rate_card"}
    assert [topic for topic in sorted(public) if states()[topic].about_people] == []
