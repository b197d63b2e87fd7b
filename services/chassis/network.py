"""What a network needs before it can run: keys, roles, schemas, tables, topics, and who may read and write those.

Made once, and safe to repeat.
"""

import asyncio
import signal
import sys
from collections.abc import Sequence
from socket import gaierror

import structlog
from aiokafka.errors import KafkaError, SaslAuthenticationFailed

from services.chassis.app import App
from services.chassis.base import keys
from services.chassis.base.settings import BadSettings, Settings
from services.chassis.kafka import access, cluster, topics
from services.chassis.kafka.administrator import AccessRefused
from services.chassis.kafka.client import ADMIN
from services.chassis.kafka.topics import TopicRefused, WrongTopic
from services.chassis.postgres import faults
from services.chassis.postgres.connections import try_settings
from services.chassis.postgres.faults import DOWN
from services.chassis.postgres.migrate import OtherDatabase
from services.chassis.service import Service

AGAIN_SECONDS = 2.0
TOPICS_SECONDS = 3.0
STOPPED = 128 + signal.SIGTERM

_NO_ACCESS = (
    "Kafka does not let us say who may read and write which topic ({why}): PLN_KAFKA_PASSWORD has to be that of an "
    "administrator, and Kafka needs an authoriser (deploy/local/README.md)"
)

log = structlog.get_logger()


def prepare_keys(settings: Settings) -> None:
    """The network's keys and secrets, in its state folder."""
    keys.make(settings)
    keys.share(settings)


async def prepare_alone(settings: Settings, services: Sequence[Service]) -> int:
    """Prepare and end; the exit code. What it could not do is said in a sentence, and nothing is half done."""
    work = asyncio.create_task(_prepare(settings, services))
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, work.cancel)
    try:
        await work
    except asyncio.CancelledError:
        print("Stopped. What was under way is undone; the next `prepare` goes on from here.", file=sys.stderr)
        return STOPPED
    except (OtherDatabase, WrongTopic) as wrong:
        print(f"Not prepared: {wrong}.", file=sys.stderr)
        return 2
    except AccessRefused as refused:
        print(f"Not prepared: {_NO_ACCESS.format(why=refused)}.", file=sys.stderr)
        return 1
    except KafkaError as error:
        said = await _kafka_fault(error, settings)
        print(f"Not prepared: Kafka: {said}. The tables are there; start `prepare` again.", file=sys.stderr)
        return 1
    except DOWN as error:
        print(f"Not prepared: the database of PLN_DATABASE_URL: {faults.in_words(error)}.", file=sys.stderr)
        return 1
    return 0


async def _prepare(settings: Settings, services: Sequence[Service]) -> None:
    await check(settings, services, preparing=True)
    prepare_keys(settings)
    for service in services:
        await _prepare_one(settings, service)
    await make_topics(settings)


async def bring_up(settings: Settings, apps: Sequence[App], *, preparing: bool) -> None:
    """Prepare what can be prepared, start every service, and go on with what could not be prepared.

    One service whose database cannot be used stops no other: its own health answer says why. Raises BadSettings.
    """
    services = [app.service for app in apps]
    await check(settings, services, preparing=preparing)
    making = asyncio.create_task(_make_topics_until_done(settings, wanted=preparing))
    left = await _prepare_each(settings, services) if preparing else []
    await asyncio.wait({making}, timeout=TOPICS_SECONDS)
    await asyncio.gather(making, _prepare_until_done(settings, left), *(app.start() for app in apps))
    log.info("network ready")


async def check(settings: Settings, services: Sequence[Service], *, preparing: bool) -> None:
    """Raises BadSettings for addresses that can never work. What is only away is no bad setting."""
    tries = [try_settings(settings.admin_dsn(), "PLN_DATABASE_URL")] if preparing else []
    if not preparing:
        for service in services:
            name = f"PLN_DATABASE_URL_{service.name.upper()}"
            own = service.name in settings.service_database_urls
            dsn = settings.service_dsn(service.name)
            tries.append(try_settings(dsn, name if own else "PLN_DATABASE_URL"))
    who = ADMIN if preparing else services[0].name
    try:
        await asyncio.gather(*tries)
        await cluster.describe(settings, who, [])
    except (gaierror, ValueError) as error:
        said = cluster.in_words(error, settings, who)
        raise BadSettings(f"PLN_KAFKA_BOOTSTRAP_SERVERS: {said}") from None
    except SaslAuthenticationFailed as error:
        if preparing:  # a service's user may be made later
            raise BadSettings(f"PLN_KAFKA_PASSWORD: {cluster.in_words(error, settings, who)}") from None
    except (KafkaError, OSError):
        return


async def _prepare_each(settings: Settings, services: Sequence[Service]) -> list[Service]:
    """The services that have to wait for the database."""
    left: list[Service] = []
    for service in services:
        try:
            await _prepare_one(settings, service)
        except OtherDatabase as wrong:
            log.error("not prepared", service=service.name, error=str(wrong))
        except DOWN as error:
            log.warning("not prepared yet", service=service.name, error=faults.in_words(error))
            left.append(service)
    return left


async def _prepare_until_done(settings: Settings, left: list[Service]) -> None:
    while left:
        await asyncio.sleep(AGAIN_SECONDS)
        left = await _prepare_each(settings, left)


async def _prepare_one(settings: Settings, service: Service) -> None:
    if applied := await service.prepare(settings):
        log.info("migrated", service=service.name, count=len(applied))


async def _make_topics_until_done(settings: Settings, *, wanted: bool) -> None:
    while wanted:
        try:
            await make_topics(settings)
            return
        except AccessRefused as refused:
            log.error("access not given yet", error=_NO_ACCESS.format(why=refused))
            await asyncio.sleep(AGAIN_SECONDS)
        except TopicRefused as refused:
            log.error("topics not made yet", error=str(refused))
            await asyncio.sleep(AGAIN_SECONDS)
        except WrongTopic as wrong:
            log.error("topics not made", error=str(wrong))
            return
        except (KafkaError, OSError) as error:
            log.warning("topics not made yet", error=await _kafka_fault(error, settings))
            await asyncio.sleep(AGAIN_SECONDS)


async def make_topics(settings: Settings) -> None:
    """The topics, the users of Kafka, and what each of them may do. Raises as `topics.create` and `access.grant` do."""
    given, revoked = await access.grant(settings)
    if given or revoked:
        log.info("access to topics changed", given=given, revoked=revoked)
    if created := await topics.create(settings):
        log.info("topics created", count=len(created))


async def _kafka_fault(error: Exception, settings: Settings) -> str:
    """In words. aiokafka's clients say of every fault that they cannot connect: why, only a connection of our own."""
    try:
        await cluster.describe(settings, ADMIN, [])
    except (KafkaError, OSError, ValueError, BadSettings) as found:
        error = found
    return cluster.in_words(error, settings, ADMIN)
