"""A service that runs: its declaration, put together with settings and connections."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import cache, cached_property
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from schemas import links
from services.chassis.base import keys
from services.chassis.base.settings import BadSettings, Settings
from services.chassis.http import openapi
from services.chassis.http.dispatching import Dispatcher
from services.chassis.http.header import HeaderItem
from services.chassis.http.help_line import HelpLine
from services.chassis.http.methods import HeadAsGet
from services.chassis.http.microcache import Microcache
from services.chassis.http.middleware import RequestMiddleware
from services.chassis.http.problems import answer_refusals
from services.chassis.http.representations import Representations
from services.chassis.http.request import Site
from services.chassis.http.templating import Templates
from services.chassis.kafka.binding import Topics
from services.chassis.kafka.door import KafkaDoor
from services.chassis.kafka.inbox import Inbox
from services.chassis.kafka.relay import Relay
from services.chassis.kafka.subscriber import Subscriber
from services.chassis.lifecycle import Lifecycle
from services.chassis.operate import maintenance, pages, retention
from services.chassis.operate.health import Health
from services.chassis.operate.parked import ParkedRecords
from services.chassis.postgres.connections import open_pool
from services.chassis.postgres.transaction import Database, Pool, time_of_day
from services.chassis.service import Service
from services.chassis.work.scheduler import Job, Scheduler
from services.chassis.work.workers import Workers

CLOSE_SECONDS = 3.0
SET_CLOCK_PROFILES = ("demo", "test")
Clock = Callable[[], datetime]


async def connect(service: Service, settings: Settings, *, clock: Clock = time_of_day) -> "App":
    """Put a service together; nothing is asked of the servers, and nothing is read or sent yet. Raises BadSettings.

    A `clock` that shows another day is for the demo and for tests: elsewhere it is a bad setting.
    """
    if clock is not time_of_day:
        check_may_set_clock(settings)
    return App(service, settings, await open_pool(settings, service.name), clock)


def check_may_set_clock(settings: Settings) -> None:
    """Raises BadSettings in every profile but demo and test."""
    if settings.profile not in SET_CLOCK_PROFILES:
        raise BadSettings(f"PLN_PROFILE is {settings.profile}: only a demo or a test may set the clock")


class App:
    """One instance of a service. Its doors open with `start`."""

    def __init__(self, service: Service, settings: Settings, pool: Pool, clock: Clock = time_of_day) -> None:
        self.service, self.settings, self.name = service, settings, service.name
        reactions, prefix = service.reactions, settings.topic_prefix
        topics = Topics(prefix, reads=list(reactions.mirrors), writes=service.topics)
        self.relay = Relay(settings, self.name)
        self.database = Database(self.name, pool, self.relay.wake, clock, settings.leader_words)
        self.workers = Workers(reactions, self.database, count=settings.workers)
        self.inbox = Inbox(reactions, self.database, prefix=prefix, wake_workers=self.workers.wake)
        self.scheduler = Scheduler(self._jobs(), self.database, settings)
        self.kafka = KafkaDoor(self.database, settings, topics=topics, inbox=self.inbox, relay=self.relay)
        self.lifecycle = Lifecycle(
            self.database, service.tables(), kafka=self.kafka, workers=self.workers, scheduler=self.scheduler
        )
        self.health = Health(
            self.database, self.scheduler, service.waits, lambda: self.subscriber, outgoing=service.outgoing
        )
        self.parked = ParkedRecords(self.database, self.inbox, self.workers, prefix=prefix)
        self.site = self._site()

    async def start(self) -> None:
        """From now on each door opens as soon as what it needs is there; `unready` says what it waits for.

        Returns when all are open, however long that takes.
        """
        self.lifecycle.start()
        await self.lifecycle.all_open.wait()

    async def stop(self) -> None:
        """What is in hand is finished, then the doors close; within seconds, even while the servers are away."""
        if self.lifecycle.started:
            await self.lifecycle.stop()
        closing = asyncio.create_task(self.database.pool.close())
        await asyncio.wait({closing}, timeout=CLOSE_SECONDS)
        if not closing.done():  # not cancelled: that would wait for the database too
            self.database.pool.terminate()

    @cached_property
    def asgi(self) -> FastAPI:
        """The HTTP door. It takes a tenth of a second to build, and what only works on data has no use for it."""
        return self.behind(http_door(self.service))

    def behind(self, asgi: FastAPI) -> FastAPI:
        """The door leads to this instance."""
        asgi.servers = [{"url": self.settings.base_url}]
        asgi.state.site = self.site
        asgi.state.operated = pages.Operated(
            self.health, self.parked, self.service.reactions, self.unready, outgoing=self.service.outgoing
        )
        return asgi

    @property
    def subscriber(self) -> Subscriber | None:
        """While the Kafka door is open."""
        return self.kafka.subscriber

    @property
    def available(self) -> bool:
        """Pages can be shown: the database has been there, and is as this version needs it."""
        return self.lifecycle.pages_open or not self.lifecycle.started

    async def unready(self) -> list[str]:
        """Why this service cannot work now; an empty list when it can. Also brings the gauges up to date."""
        known = self.lifecycle.problems
        if not self.available:
            return list(known)
        found = await self.health.problems()
        if any(problem.startswith("database:") for problem in found):
            known = [problem for problem in known if not problem.startswith("database:")]
        return [*found, *known]

    def _jobs(self) -> list[Job]:
        service = self.service
        return [
            *maintenance.jobs(service.reactions, service.topics, self.workers.wake),
            *retention.jobs(service.reactions, lambda: self.scheduler.jobs),
            *service.jobs.all,
            *(one.job for one in service.outgoing),
        ]

    def _site(self) -> Site:
        settings = self.settings
        templates = Templates(
            self.service.folder / "templates",
            network_name=settings.network_name,
            leader_words=settings.leader_words,
            header_items=[HeaderItem(*item) for item in links.HEADER],
            staff_pages=links.STAFF_PAGES,
            demo=settings.profile == "demo",
            help_line=HelpLine.of(settings),
            base_url=settings.base_url,
        )
        return Site(
            service=self.name,
            settings=settings,
            database=self.database,
            templates=templates,
            keys=keys.KeyRing(settings),
            wake_workers=self.workers.wake,
            available=lambda: self.available,
            leader_of=self.service.leader_of,
            help=self.service.help,
        )


def http_door(service: Service) -> FastAPI:
    """Every route of a service, what surrounds them, and how refusals are answered; `state.site` is to be given."""
    base = f"/api/{service.name}"
    asgi = FastAPI(
        title=service.card.title,
        version="1",
        description=service.card.owns,
        license_info={"name": "MIT", "identifier": "MIT"},
        openapi_tags=[{"name": name, "description": words} for name, words in openapi.TAGS.items()],
        generate_unique_id_function=openapi.operation_id,
        separate_input_output_schemas=False,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    openapi.serve(asgi, f"{base}/openapi.json")
    asgi.include_router(service.pages_router, include_in_schema=False)
    asgi.include_router(service.api_router, prefix=f"{base}/v1")
    asgi.include_router(pages.pages(service.name), include_in_schema=False)
    asgi.include_router(pages.api, prefix=f"{base}/v1/ops")
    openapi.complete(asgi, service.folder / "examples.json")
    answer_refusals(asgi)
    asgi.add_middleware(Representations)
    asgi.add_middleware(RequestMiddleware, service=service.name)
    asgi.add_middleware(Microcache, service=service.name)
    asgi.add_middleware(HeadAsGet)
    asgi.router.middleware_stack = Dispatcher(asgi)
    return asgi


@cache
def routes(service: Service) -> list[Any]:
    """Every route of the HTTP door, with `path`, `methods` and `dependant`; for tests and the catalogue."""
    return [route for route in iter_route_contexts(http_door(service).routes) if getattr(route, "dependant", None)]
