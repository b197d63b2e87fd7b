"""A service: its card, its three doors, and its life from start to stop."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from joserfc.jwk import KeySet
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from schemas import links
from services.chassis import api, database, keys, measuring, observability, ops, upkeep, web
from services.chassis.card import Card
from services.chassis.doors import Doors
from services.chassis.errors import Refused
from services.chassis.hearing import DOWN, Hearing
from services.chassis.jobs import Jobs, Timekeeper
from services.chassis.kept import Kept
from services.chassis.outbox import Relay
from services.chassis.pages import HeaderItem, Pages
from services.chassis.reactions import Reactions
from services.chassis.restate import Owned
from services.chassis.settings import Settings
from services.chassis.subscriber import Subscriber
from services.chassis.transaction import WOKEN, Pool
from services.chassis.workers import Workers

CLOSE_SECONDS = 3.0


@dataclass
class Service:
    """Assembled in each service's service.py from its card, its doors and its jobs; started by `services.__main__`."""

    card: Card
    folder: Path
    reactions: Reactions
    jobs: Jobs
    pages_router: APIRouter
    api_router: APIRouter
    owned: tuple[Owned, ...] = ()
    waits: measuring.Waits = measuring.nobody_waits
    """Since when somebody has waited longest, by a code for what they wait for: measured, and shown to operators."""
    settings: Settings = None  # pyright: ignore[reportAssignmentType]  # given by `connect`
    pool: Pool = None  # pyright: ignore[reportAssignmentType]
    pages: Pages = None  # pyright: ignore[reportAssignmentType]
    public_keys: KeySet = None  # pyright: ignore[reportAssignmentType]
    form_secret: bytes = b""
    doors: Doors | None = None

    @property
    def name(self) -> str:
        return self.card.name

    async def prepare(self, settings: Settings) -> list[str]:
        """Make roles, schema and tables; the names of the migrations applied."""
        mirrors = list(self.reactions.mirrors.values())
        return await database.prepare(settings, self.name, migrations=self.folder / "migrations", mirrors=mirrors)

    async def connect(self, settings: Settings) -> None:
        """Put the parts together; nothing is asked of the servers, and nothing is heard or sent yet."""
        self.settings = settings
        self.pool = await database.open_pool(settings, self.name)
        self.public_keys = keys.public(settings)
        self.form_secret = settings.secret("forms")
        self.workers = Workers(self.reactions, self.pool, count=settings.workers)
        self.hearing = Hearing(self.reactions, self.pool, prefix=settings.topic_prefix, woken=self.workers.wake)
        self.subscriber: Subscriber | None = None
        self.relay = Relay(settings, self.name)
        WOKEN[self.pool] = self.relay.wake
        self.timekeeper = Timekeeper([*upkeep.jobs(self), *self.jobs.all], self.name, self.pool, settings)
        self.pages = Pages(
            self.folder / "templates",
            network_name=settings.network_name,
            header_items=[HeaderItem(text, href) for text, href in links.HEADER],
            demo=settings.profile == "demo",
            contact_line=f"Need help? Ring {settings.phone}.",
        )
        self.app = self._app()

    async def start(self) -> None:
        """From now on each door opens as soon as what it needs is there; `unready` says what it waits for.

        Returns when all are open, however long that takes.
        """
        self.doors = Doors(self)
        self.doors.start()
        await self.doors.all_open.wait()

    async def stop(self) -> None:
        """What is in hand is finished, then the doors close; within seconds, even while the servers are away."""
        if self.doors:
            await self.doors.stop()
        WOKEN.pop(self.pool, None)
        closing = asyncio.create_task(self.pool.close())
        await asyncio.wait({closing}, timeout=CLOSE_SECONDS)
        if not closing.done():  # not cancelled: that would wait for the database too
            self.pool.terminate()

    @property
    def resting(self) -> bool:
        """No page can be shown: the database has not been there yet, or is not as this version needs it."""
        return self.doors is not None and not self.doors.pages_open

    def routes(self) -> list[Any]:
        """Every route of the HTTP door, with `path`, `methods` and `dependant`; for tests and the catalogue."""
        return [route for route in iter_route_contexts(self._app().routes) if getattr(route, "dependant", None)]

    def _app(self) -> FastAPI:
        base = f"/api/{self.name}"
        app = FastAPI(
            title=self.card.title, version="1", openapi_url=f"{base}/openapi.json", docs_url=None, redoc_url=None
        )
        app.state.service = self
        app.include_router(self.pages_router, include_in_schema=False)
        app.include_router(self.api_router, prefix=f"{base}/v1")
        app.include_router(ops.pages(self.name), include_in_schema=False)
        app.include_router(ops.api, prefix=f"{base}/v1/ops")
        handlers: dict[Any, Any] = {
            Refused: api.on_refusal,
            web.RenewFirst: web.renew,
            web.FormOfAnotherSession: web.send_again,
            RequestValidationError: api.on_invalid,
            HTTPException: api.on_http,
            asyncpg.CharacterNotInRepertoireError: api.on_nul,
            asyncpg.UntranslatableCharacterError: api.on_nul,
            Exception: api.on_fault,
            **dict.fromkeys(DOWN, api.on_down),
        }
        for kind, handler in handlers.items():
            app.add_exception_handler(kind, handler)
        app.add_middleware(GZipMiddleware, minimum_size=1000)
        app.add_middleware(api.Door, service=self.name)
        app.add_middleware(Kept, service=self.name)
        return app

    async def unready(self) -> list[str]:
        """Why this service cannot work now; an empty list when it can. Also brings the gauges up to date."""
        reasons = list(self.doors.wrong) if self.doors else []
        if self.resting:
            return reasons
        try:
            await measuring.measure(self)
        except Exception as error:
            reasons = [f"database: {database.in_words(error)}", *(r for r in reasons if not r.startswith("database:"))]
        if self.subscriber:
            if silence := self.subscriber.silence:
                reasons.append(f"broker: {silence}")
            if not self.subscriber.assigned():
                reasons.append("broker: no partitions assigned")
        for topic, behind in (self.subscriber.behind() if self.subscriber else {}).items():
            observability.CONSUMER_LAG.labels(self.name, topic).set(behind.records)
            observability.CONSUMER_BEHIND.labels(self.name, topic).set(behind.seconds)
        return reasons
