"""Kafka over TLS: by password or by certificate, with the same rules; and with an authority that is not trusted."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from string import Template

import pytest
from aiokafka.errors import KafkaError

from schemas.contracts import plan
from schemas.identity import OrganisationRegistered
from services.chassis.base.settings import BadSettings, Settings
from services.chassis.kafka import access, cluster
from services.chassis.kafka.client import ADMIN, PARTNER, connection_options
from services.chassis.network import make_topics
from services.cli.local.probes import broker_cluster
from tests.certificates import Authority
from tests.chassis.test_access import cells
from tests.kafka_node import CLUSTER, Node, embedded, node
from tests.support import Database, mirrored, organisation, started, until

__all__ = ["node"]
"""A fixture."""

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
async def secured(node: Node, database: Database, tmp_path: Path) -> AsyncIterator[tuple[Settings, Settings]]:
    """The settings of one Kafka, by password and by certificate; and a database of its own."""
    authority, by_certificate = Authority(tmp_path), node.controller_port + 1
    values = {"port": node.port, "advertised_port": node.port, "controller_port": node.controller_port}
    values |= {"folder": "kafka", "broker_password": "b", "admin_password": "a"}
    settings = {name: Template(value).substitute(values) for name, value in embedded().items()}
    for name in ("listeners", "advertised.listeners"):
        settings[name] += f",CERTIFICATE://127.0.0.1:{by_certificate}"
    settings |= {
        "listener.security.protocol.map": "CONTROLLER:SASL_PLAINTEXT,CLIENT:SASL_SSL,CERTIFICATE:SSL",
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(authority.give("kafka")),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(authority.file),
        "listener.name.certificate.ssl.client.auth": "required",
        "listener.name.certificate.ssl.principal.mapping.rules": "RULE:^CN=([^,]+).*$/$1/,DEFAULT",
    }
    for who in (*access.services(), PARTNER, ADMIN):
        authority.give(who)
    trusts = {"kafka_ca": str(authority.file)}
    await asyncio.to_thread(node.format, settings, "--standalone")
    with node.running(settings, kafka_security="SASL_SSL", kafka_password="a", **trusts) as password:
        own = {"kafka_bootstrap_servers": f"127.0.0.1:{by_certificate}", "kafka_security": "SSL"}
        certificate = {**own, "kafka_certificate": str(tmp_path / "{who}-of-authority.pem"), "kafka_password": None}
        database.settings = database.settings.model_copy(
            update=password.model_dump(include={n for n in Settings.model_fields if n.startswith("kafka_")})
            | {"topic_prefix": ""}
        )
        yield database.settings, database.settings.model_copy(update=certificate)


async def test_over_tls_events_flow_and_everybody_may_do_what_the_file_says_by_password_or_certificate(
    secured: tuple[Settings, Settings], database: Database, tmp_path: Path
) -> None:
    by_password, by_certificate = secured
    await make_topics(by_password)
    identity, said = await database.connect("identity"), organisation()
    async with identity.transaction() as tx:
        await tx.emit(OrganisationRegistered(said))
    await identity.app.start()
    async with started(database, "matching") as matching:
        await until(lambda: mirrored(matching, type(said), said.id))
    await identity.app.stop()

    assert await access.grant(by_certificate) == (0, 0), "the administrator by certificate"
    may = await cells(by_certificate, "matching")
    assert {topic for topic, (_, write) in may.items() if write} == {
        "matching.opportunity",
        "matching.to_do",
        "matching.match",
        "matching.help",
    }
    assert {topic for topic, (read, _) in may.items() if read} == {
        topic for topic, about in plan()["topics"].items() if "matching" in about["readers"]
    }
    assert await asyncio.to_thread(broker_cluster, by_certificate) == CLUSTER

    other = Authority(tmp_path, "other")
    forged = by_certificate.model_copy(update={"kafka_certificate": str(other.give("matching"))})
    with pytest.raises((OSError, KafkaError)):
        await cluster.describe(forged, "matching", [])
    fooled = by_password.model_copy(update={"kafka_ca": other.file})
    with pytest.raises(OSError, match="certificate verify failed") as refused:
        await cluster.describe(fooled, "matching", [])
    assert "is not to be trusted (PLN_KAFKA_CA)" in cluster.in_words(refused.value, fooled, "matching")


def test_a_certificate_that_cannot_be_read_is_a_bad_setting(tmp_path: Path) -> None:
    settings = Settings(kafka_bootstrap_servers="-", kafka_security="SSL")
    with pytest.raises(BadSettings, match="PLN_KAFKA_CERTIFICATE: Field required"):
        connection_options(settings, "matching")
    missing = settings.model_copy(update={"kafka_certificate": str(tmp_path / "{who}.pem")})
    with pytest.raises(BadSettings, match="PLN_KAFKA_CA or PLN_KAFKA_CERTIFICATE: FileNotFoundError for matching"):
        connection_options(missing, "matching")
