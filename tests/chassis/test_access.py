"""Who may read and write which topic: on the real Kafka just what deploy/kafka/topics.yaml says, and nobody else."""

from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    KafkaError,
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
    for_code,
)

from schemas.contracts import plan
from schemas.identity import Account
from services.chassis.base.settings import BadSettings, Settings
from services.chassis.kafka import access, cluster
from services.chassis.kafka.administrator import (
    AccessRefused,
    Administrator,
    Kind,
    Operation,
    Pattern,
    Rule,
    administrator,
)
from services.chassis.kafka.client import ADMIN, PARTNER, SCRAM, client_options, user_of
from services.chassis.kafka.decoding import Record
from services.chassis.kafka.door import Opening
from services.chassis.network import prepare_alone
from tests.chassis.test_strangers import forged, produce, read
from tests.support import Connected, Database, mirrored, started, until

pytestmark = pytest.mark.timeout(120)

TOPICS: dict[str, dict[str, Any]] = plan()["topics"]


async def cells(settings: Settings, who: str) -> dict[str, tuple[bool, bool]]:
    """Of each topic, whether this user may read and write it, as Kafka itself says."""
    found = await cluster.describe(settings, who, [settings.topic_prefix + topic for topic in TOPICS])
    seen = {name.removeprefix(settings.topic_prefix): (t.may_read, t.may_write) for name, t in found.topics.items()}
    return seen | {name.removeprefix(settings.topic_prefix): (False, False) for name in found.hidden}


async def test_each_service_and_a_partner_may_do_just_what_the_file_says(living: Database) -> None:
    for who in (*access.services(), PARTNER):
        wanted = {
            topic: (who in about["readers"] or (who == PARTNER and bool(about.get("public"))), who == about["owner"])
            for topic, about in TOPICS.items()
        }
        assert await cells(living.settings, who) == wanted, who


async def test_a_service_is_refused_where_it_is_no_owner_and_no_reader(living: Database) -> None:
    settings, prefix = living.settings, living.settings.topic_prefix
    matching, training = client_options(settings, "matching"), client_options(settings, "training")
    for topic in ("recruitment.profile", "matching.opportunity"):
        await produce(Record(prefix + topic, 0, 0, b"key", [], b"value"), client_options(settings, ADMIN))
    with pytest.raises(TopicAuthorizationFailedError):
        await produce(forged(prefix)[1], matching)
    with pytest.raises(KafkaError):  # it is not even told of
        await read(f"{prefix}recruitment.profile", training)
    with pytest.raises(TopicAuthorizationFailedError):  # its own, to write only
        await read(f"{prefix}matching.opportunity", matching)
    assert await read(f"{prefix}recruitment.profile", matching) == b"value"
    with pytest.raises(GroupAuthorizationFailedError):
        await commit(f"{prefix}payments", f"{prefix}matching.opportunity", client_options(settings, "engagements"))


async def test_a_service_makes_no_rules_users_or_topics_and_deletes_none(living: Database) -> None:
    settings, prefix = living.settings, living.settings.topic_prefix
    client = AIOKafkaAdminClient(**client_options(settings, "training"))
    await client.start()
    try:
        training = Administrator(client)
        with pytest.raises(AccessRefused):
            await training.rules()
        with pytest.raises(AccessRefused):
            await training.allow({Rule(f"{prefix}training", Operation.ALL, Kind.TOPIC, f"{prefix}identity.account")})
        with pytest.raises(AccessRefused):
            await training.set_passwords({f"{prefix}identity": "taken over"})
        deleted: Any = await client.delete_topics([f"{prefix}training.programme"])
        made: Any = await client.create_topics([NewTopic(f"{prefix}training.mine", 1, 1)])
    finally:
        await client.close()
    refused = [for_code(code) for _, code, *_ in (*deleted.topic_error_codes, *made.topic_errors)]
    assert refused == [TopicAuthorizationFailedError] * 2


async def test_a_partner_reads_what_is_public_in_groups_of_its_own_and_nothing_else(living: Database) -> None:
    prefix, options = living.settings.topic_prefix, client_options(living.settings, PARTNER)
    await commit(f"{prefix}partner-library", f"{prefix}matching.opportunity", options)
    for topic in ("identity.account", "recruitment.profile", "notifications.message"):
        with pytest.raises(KafkaError):
            await read(prefix + topic, options)
    with pytest.raises(GroupAuthorizationFailedError):
        await commit(f"{prefix}matching", f"{prefix}matching.opportunity", options)
    with pytest.raises(TopicAuthorizationFailedError):
        await produce(forged(prefix)[1]._replace(topic=f"{prefix}matching.opportunity"), options)


@pytest.mark.parametrize("who", ["matching", "nobody", ADMIN])
async def test_a_wrong_password_is_refused_and_said_to_be_wrong(living: Database, who: str) -> None:
    wrong = {"kafka_password": "wrong", "service_kafka_passwords": {who: "wrong"}}
    settings = living.settings.model_copy(update=wrong)
    with pytest.raises(SaslAuthenticationFailed) as refused:
        await cluster.describe(settings, who, [])
    said = cluster.in_words(refused.value, settings, who)
    assert f"does not take the password of its user {user_of(settings, who)} (PLN_KAFKA_PASSWORD" in said
    assert "wrong" not in said


async def test_what_somebody_gave_by_hand_is_revoked_and_to_prepare_again_changes_nothing(living: Database) -> None:
    settings, prefix = living.settings, living.settings.topic_prefix
    assert await access.grant(settings) == (0, 0)
    eve, training = f"{prefix}eve", user_of(settings, "training")
    by_hand = {
        Rule(eve, Operation.WRITE, Kind.TOPIC, f"{prefix}identity.account"),
        Rule(eve, Operation.READ, Kind.TOPIC, f"{prefix}rec", Pattern.PREFIXED),
        Rule(training, Operation.READ, Kind.TOPIC, f"{prefix}recruitment.profile"),
    }
    only_looks = Rule(eve, 8, Kind.TOPIC, f"{prefix}identity.account")
    async with administrator(settings) as kafka:
        await kafka.set_passwords({eve: "eve"})
        await kafka.allow({*by_hand, only_looks})
        await until(lambda: _known(kafka, by_hand))
        assert await access.grant(settings) == (0, 3)
        left = {rule for known in await kafka.rules() for rule in known if rule.user in (eve, training)}
        assert only_looks in left
        assert left & by_hand == set()
    assert (await cells(settings, "training"))["recruitment.profile"] == (False, False)


async def _known(kafka: Any, rules: set[Rule]) -> bool:
    return all(rules <= known for known in await kafka.rules())


async def test_a_service_that_kafka_refuses_says_so_in_words_and_works_when_it_is_let_in(living: Database) -> None:
    mistyped = await living.connect("matching", service_kafka_passwords={"matching": "wrong"})
    [said] = await opens(mistyped)
    assert f"does not take the password of its user {user_of(living.settings, 'matching')}" in said
    assert "(PLN_KAFKA_PASSWORD_MATCHING), or `python -m services prepare` has not made this user yet" in said

    matching, topic = await living.connect("matching"), f"{living.settings.topic_prefix}recruitment.profile"
    gone = {Rule(user_of(living.settings, "matching"), Operation.READ, Kind.TOPIC, topic)}
    async with administrator(living.settings) as kafka:
        await kafka.revoke(gone)
        await until(lambda: _unknown(kafka, gone))
    assert await opens(matching) == [
        f"Kafka does not let this service read topic {topic}: `python -m services prepare` allows it what "
        "deploy/kafka/topics.yaml says"
    ]
    await access.grant(living.settings)
    try:
        assert await opens(matching) == []
    finally:
        await matching.app.kafka.close()


async def opens(connected: Connected) -> list[str]:
    async def filled() -> None:
        return

    return await connected.app.kafka.open_if_ours(Opening(lambda: None, filled))


async def _unknown(kafka: Any, rules: set[Rule]) -> bool:
    return not any(rules & known for known in await kafka.rules())


async def commit(group: str, topic: str, options: dict[str, Any]) -> None:
    """As a member of a group."""
    consumer = AIOKafkaConsumer(topic, **options, group_id=group, enable_auto_commit=False)
    try:
        await consumer.start()
        await consumer.commit()
    finally:
        await consumer.stop()


def test_passwords_are_derived_alike_by_whoever_knows_the_administrators_and_by_nobody_else() -> None:
    by_admin = Settings(kafka_bootstrap_servers="-", kafka_security="SASL_SSL", kafka_password="secret")
    again, other = by_admin.model_copy(), by_admin.model_copy(update={"topic_prefix": "other-"})
    assert by_admin.kafka_password_of("matching") == again.kafka_password_of("matching")
    found = [settings.kafka_password_of(who) for settings in (by_admin, other) for who in ("matching", PARTNER)]
    assert len({*found, "secret"}) == 5
    own = by_admin.model_copy(update={"kafka_password": None, "service_kafka_passwords": {"matching": "its own"}})
    assert own.kafka_password_of("matching") == "its own"
    with pytest.raises(BadSettings, match="PLN_KAFKA_PASSWORD_PAYMENTS"):
        own.kafka_password_of("payments")


def test_a_password_may_be_a_file_and_is_never_left_unused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("its own\n")
    given = {"PLN_KAFKA_BOOTSTRAP_SERVERS": "-", "PLN_KAFKA_PASSWORD_MATCHING_FILE": str(tmp_path / "secret")}
    secured = Settings.from_environment(given | {"PLN_KAFKA_SECURITY": "SASL_SSL"})
    assert secured.kafka_password_of("matching") == "its own"
    assert "its own" not in repr(secured)
    with pytest.raises(BadSettings, match="PLN_KAFKA_SECURITY: there is a password for Kafka"):
        Settings.from_environment(given)
    (tmp_path / "secret").unlink()
    with pytest.raises(BadSettings, match="PLN_KAFKA_PASSWORD_MATCHING_FILE: the file cannot be read"):
        Settings.from_environment(given)


async def test_a_service_that_loses_a_topic_while_it_runs_says_so_and_goes_on_when_it_has_it_again(
    living: Database,
) -> None:
    """As an instance of an older version, which reads what the newer one does not, until it is replaced."""
    settings, prefix = living.settings, living.settings.topic_prefix
    topic = f"{prefix}identity.account"
    gone = {Rule(user_of(settings, "matching"), Operation.READ, Kind.TOPIC, topic)}
    async with started(living, "matching") as matching:
        async with administrator(settings) as kafka:
            await kafka.revoke(gone)
        problem = f"broker: Kafka does not let this service read topic {topic}"
        await until(lambda: any(one.startswith(problem) for one in matching.app.lifecycle.problems))
        id, record = forged(prefix)
        await produce(record, client_options(settings, ADMIN))
        await access.grant(settings)
        await until(lambda: mirrored(matching, Account, id))
        await until(lambda: not matching.app.lifecycle.problems)
        assert matching.app.subscriber
        assert not matching.app.subscriber.dead.is_set()


async def test_prepare_says_it_in_words_when_kafka_does_not_let_it_say_who_may_do_what(
    living: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the password of a service, for example."""
    training = {
        "kafka_admin": user_of(living.settings, "training"),
        "kafka_admin_mechanism": SCRAM,
        "kafka_password": living.settings.kafka_password_of("training"),
    }
    assert await prepare_alone(living.settings.model_copy(update=training), []) == 1
    said = capsys.readouterr().err
    assert "Not prepared: Kafka does not let us say who may read and write which topic (ClusterAuthorization" in said
    assert training["kafka_password"] not in said
