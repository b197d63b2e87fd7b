"""What a service is: its card, its three doors and what it owns. Declared in each service's service.py, never changed.

Put together with settings and connections it is an `App` (app.py).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import APIRouter

from services.chassis.base.card import Card
from services.chassis.base.settings import Settings
from services.chassis.operate.health import Waits, nobody_waits
from services.chassis.operate.restate import Owned
from services.chassis.postgres import help_given, migrate
from services.chassis.postgres.leaders import LeaderOf, mirrored_leader
from services.chassis.postgres.prepare import prepare
from services.chassis.work.outgoing import Outgoing
from services.chassis.work.reactions import Reactions
from services.chassis.work.scheduler import Jobs


@dataclass(frozen=True, eq=False)
class Service:
    """The declaration of a service. Its doors: `pages_router` and `api_router`, `reactions`, `jobs`."""

    card: Card
    folder: Path
    reactions: Reactions
    jobs: Jobs
    pages_router: APIRouter
    api_router: APIRouter
    owned: tuple[Owned, ...] = ()
    """What it publishes: the topics that it writes, and how what is on them is said again."""
    outgoing: tuple[Outgoing[Any], ...] = ()
    """What leaves the network. Each has a job of its own."""
    waits: Waits = nobody_waits
    """Since when somebody has waited longest, by a code for what they wait for: measured, and shown to operators."""

    help: help_given.Kept | None = None
    """How it says what staff did for people; None where it is kept and nobody else is told."""
    leader_of: LeaderOf = mirrored_leader
    """By which it knows who may act for a person: its mirror of the pool, unless the pool is its own."""

    @property
    def name(self) -> str:
        return self.card.name

    @property
    def topics(self) -> list[str]:
        """Those that it writes, as the contracts name them."""
        return [one.topic for one in self.owned]

    def tables(self) -> migrate.Steps:
        """All that makes its tables, in order."""
        return migrate.steps(self.folder / "migrations", list(self.reactions.mirrors.values()))

    async def prepare(self, settings: Settings) -> list[str]:
        """Make roles, schema and tables; the names of the migrations applied. Raises OtherDatabase."""
        return await prepare(settings, self.name, self.tables())
