"""Where Kafka is, and as whom a client speaks to it: what every client of Kafka is opened with, and nothing else is.

A service is its own user (the name with the network's prefix, as its consumer group is); the administrator prepares and
looks. Who may read or write which topic stands in deploy/kafka/topics.yaml (access.py tells Kafka).
"""

import logging
import ssl
from typing import Any

from services.chassis.base.settings import BadSettings, Settings
from services.chassis.kafka import aiokafka_patch

aiokafka_patch.know_lost_connections()

ADMIN = "admin"
"""Whoever knows PLN_KAFKA_PASSWORD: `prepare`, and the operators' commands."""
PARTNER = "partner"
"""Other organisations' programs, who read the public topics."""
SCRAM = "SCRAM-SHA-512"


def client_options(settings: Settings, who: str) -> dict[str, Any]:
    """For a producer, consumer or administration client of aiokafka. `who`: a service, ADMIN or PARTNER.

    Raises BadSettings where the password or a file is missing.
    """
    return {"bootstrap_servers": settings.kafka_bootstrap_servers, **connection_options(settings, who)}


def connection_options(settings: Settings, who: str) -> dict[str, Any]:
    """The same for what is told its host and port itself."""
    protocol = settings.kafka_security
    options: dict[str, Any] = {"security_protocol": protocol}
    if protocol.endswith("SSL"):
        options["ssl_context"] = _tls(settings, who)
    if protocol.startswith("SASL"):
        options["sasl_mechanism"] = settings.kafka_admin_mechanism if who == ADMIN else SCRAM
        options["sasl_plain_username"] = user_of(settings, who)
        options["sasl_plain_password"] = _password(settings, who)
    return options


def user_of(settings: Settings, who: str) -> str:
    """The name in Kafka, by password or as the common name of a certificate."""
    return settings.kafka_admin if who == ADMIN else settings.topic_prefix + who


def _password(settings: Settings, who: str) -> str:
    if who != ADMIN:
        return settings.kafka_password_of(who)
    if not settings.kafka_password:
        raise BadSettings("PLN_KAFKA_PASSWORD: Field required")
    return settings.kafka_password


def _tls(settings: Settings, who: str) -> ssl.SSLContext:
    """Kafka's certificate is checked, name and all; ours is shown where there is one. Read anew at each start."""
    certificate = settings.kafka_certificate
    if settings.kafka_security == "SSL" and not certificate:
        raise BadSettings("PLN_KAFKA_CERTIFICATE: Field required where PLN_KAFKA_SECURITY is SSL")
    try:
        context = ssl.create_default_context(cafile=settings.kafka_ca)
        if certificate:
            context.load_cert_chain(certificate.replace("{who}", user_of(settings, who)))
    except OSError as error:  # of ssl too
        raise BadSettings(f"PLN_KAFKA_CA or PLN_KAFKA_CERTIFICATE: {type(error).__name__} for {who}") from None
    return context


class _NotInTheClear(logging.Filter):
    """aiokafka warns at each login by PLAIN. Who logs in so is the administrator, on loopback or under TLS."""

    def filter(self, record: logging.LogRecord) -> bool:
        return "in the clear" not in record.msg


logging.getLogger("aiokafka.conn").addFilter(_NotInTheClear())
