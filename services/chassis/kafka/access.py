"""Who may read and write which topic, told to Kafka as deploy/kafka/topics.yaml says it: that file, and nothing else.

Each service is a user with a consumer group of its own; partners are one user, who reads what is marked public. What
is no longer in the file is revoked, whoever gave it. Made by `prepare`, and safe to repeat.
"""

import asyncio
from collections.abc import Iterator
from enum import IntEnum
from typing import Any, cast

import structlog

from schemas.contracts import plan
from services.chassis.base.settings import Settings
from services.chassis.kafka.administrator import (
    AccessRefused,
    Administrator,
    Kind,
    Operation,
    Pattern,
    Rule,
    administrator,
)
from services.chassis.kafka.client import PARTNER, user_of

BITES_SECONDS = 15.0
LOOK_SECONDS = 0.05
ANYTHING = "*"
"""A rule of this name is about every topic of the cluster."""

log = structlog.get_logger()


def services() -> list[str]:
    """Whoever owns or reads a topic."""
    topics = cast("dict[str, dict[str, Any]]", plan()["topics"]).values()
    return sorted({name for about in topics for name in (about["owner"], *about["readers"])})


def public_topics() -> list[str]:
    """Those that a partner reads."""
    return [name for name, about in plan()["topics"].items() if about.get("public")]


def wanted(settings: Settings) -> set[Rule]:
    """The rules that topics.yaml amounts to, for the network of these settings."""

    def on(topic: str, who: str, operation: Operation) -> Rule:
        return Rule(user_of(settings, who), operation, Kind.TOPIC, settings.topic_prefix + topic)

    rules = {
        Rule(user_of(settings, who), Operation.READ, Kind.GROUP, settings.topic_prefix + who) for who in services()
    }
    partner = user_of(settings, PARTNER)
    rules.add(Rule(partner, Operation.READ, Kind.GROUP, f"{partner}-", Pattern.PREFIXED))
    for topic, about in plan()["topics"].items():
        rules.add(on(topic, about["owner"], Operation.WRITE))
        rules |= {on(topic, who, Operation.READ) for who in about["readers"]}
        if about.get("public"):
            rules.add(on(topic, PARTNER, Operation.READ))
    return rules


async def grant(settings: Settings) -> tuple[int, int]:
    """Give each user a password and just these rights, and wait until they hold: how many were given and revoked.

    Nothing where Kafka asks nobody who they are. Raises AccessRefused, or KafkaError or OSError when it does not
    answer.
    """
    if settings.kafka_security == "PLAINTEXT":
        return 0, 0
    async with administrator(settings) as kafka:
        users = {user_of(settings, who): who for who in (*services(), PARTNER)}
        if settings.kafka_security.startswith("SASL"):
            await kafka.set_passwords({user: settings.kafka_password_of(who) for user, who in users.items()})
        rules, found = wanted(settings), set[Rule]().union(*await kafka.rules())
        missing, revoked = rules - found, set(_too_much(found - rules, rules, users=set(users)))
        if missing:
            await kafka.allow(missing)
        if revoked:
            log.warning("access revoked that topics.yaml does not give", rules=_in_words(revoked))
            await kafka.revoke(revoked)
        if anybody := {rule for rule in found if rule.name == ANYTHING and rule.kind == Kind.TOPIC}:
            log.warning("Kafka lets somebody at every topic, ours too", rules=_in_words(anybody))
        await _until_it_bites(kafka, rules, revoked)
        return len(missing), len(revoked)


def _too_much(others: set[Rule], rules: set[Rule], *, users: set[str]) -> Iterator[Rule]:
    """What our users may do besides, and what anybody else may do with our topics and groups.

    Who may only ask how they are (to watch how far readers are) is let be.
    """
    ours = {(rule.kind, rule.name) for rule in rules}
    for rule in others:
        about_ours = (rule.kind, rule.name) in ours or (
            rule.pattern == Pattern.PREFIXED
            and any(kind == rule.kind and name.startswith(rule.name) for kind, name in ours)
        )
        if rule.user in users or (about_ours and rule.operation in list(Operation)):
            yield rule


async def _until_it_bites(kafka: Administrator, rules: set[Rule], revoked: set[Rule]) -> None:
    """A broker hears of a change a moment after it was acknowledged."""
    try:
        async with asyncio.timeout(BITES_SECONDS):
            while not all(rules <= known and not known & revoked for known in await kafka.rules()):  # noqa: ASYNC110
                await asyncio.sleep(LOOK_SECONDS)
    except TimeoutError:
        raise AccessRefused(f"what was changed does not hold after {BITES_SECONDS:.0f} seconds") from None


def _in_words(rules: set[Rule]) -> list[str]:
    """For operators. What we do not use ourselves stands as the protocol's number."""
    return [
        f"{rule.user}: {_name(Operation, rule.operation)} on {_name(Kind, rule.kind)} {_which(rule)}"
        for rule in sorted(rules)
    ]


def _name(of: type[IntEnum], number: int) -> str:
    return of(number).name.lower() if number in list(of) else str(number)


def _which(rule: Rule) -> str:
    return f"{rule.name}*" if rule.pattern == Pattern.PREFIXED else rule.name
