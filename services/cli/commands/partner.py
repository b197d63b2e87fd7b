"""`pln partner`: what another organisation's program needs to read the public topics."""

import json
from typing import Any

from services.cli.base.console import AsJson, one_sentence, say
from services.cli.base.trouble import Trouble
from services.cli.local.environment import running_network
from services.cli.local.servers import settings_of


@one_sentence
def partner(as_json: AsJson = False) -> None:
    """Show how a partner's program connects to Kafka, password included, and which topics it may read.

    Give it to them as you would give them a key: `pln partner --json > partner.json` is what the small reader
    takes that they can copy (deploy/kafka/partner_example.py, also at /developers). How to read stands there too.
    """
    found = _connection()
    if as_json:
        say(json.dumps(found, indent=1))
        return
    topics = found.pop("topics")
    for name, value in found.items():
        say(f"{name}={value}")
    say(f"# Topics: {', '.join(topics)}.")
    say("# Names of consumer groups begin as the group.id above does, up to its last -; reading without one will do.")
    say(
        "# Keep the highest ce_aggregateversion of each id. A value that says `erased`: erase what you have of that id."
    )
    say(f"# All about reading: {settings_of(running_network()).base_url}/developers#reading")


def _connection() -> dict[str, Any]:
    """In the words of Kafka's own clients. Raises Trouble where Kafka asks nobody who they are."""
    from services.chassis.base.settings import BadSettings
    from services.chassis.kafka.access import public_topics
    from services.chassis.kafka.client import PARTNER, SCRAM, user_of

    settings = settings_of(running_network())
    user = user_of(settings, PARTNER)
    found = {
        "bootstrap.servers": settings.kafka_bootstrap_servers,
        "security.protocol": settings.kafka_security,
        "group.id": f"{user}-1",
        "topics": [settings.topic_prefix + name for name in public_topics()],
    }
    if settings.kafka_security == "PLAINTEXT":
        raise Trouble("This Kafka asks nobody who they are (PLN_KAFKA_SECURITY): every topic is open to everybody.")
    if settings.kafka_security == "SSL":
        return found | {"ssl.keystore": f"a certificate with the common name {user}"}
    try:
        password = settings.kafka_password_of(PARTNER)
    except BadSettings as wrong:
        raise Trouble(str(wrong)) from None
    login = f'org.apache.kafka.common.security.scram.ScramLoginModule required username="{user}" password="{password}";'
    return found | {
        "sasl.mechanism": SCRAM,
        "sasl.jaas.config": login,  # the words of Java's clients; those of librdkafka and Python follow
        "sasl.username": user,
        "sasl.password": password,
    }
