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

    Give it to them as you would give them a key. Example: pln partner --json
    """
    found = _connection()
    if as_json:
        say(json.dumps(found, indent=1))
        return
    topics = found.pop("topics")
    for name, value in found.items():
        say(f"{name}={value}")
    say(f"# Topics: {', '.join(topics)}. Consumer groups begin with the group.id above; reading without one will do.")


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
    return found | {"sasl.mechanism": SCRAM, "sasl.jaas.config": login}
