"""The services of the network. Each is a room of its own; they never import, query or call one another."""

import importlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.chassis.service import Service

NAMES = ("identity", "recruitment", "training", "matching", "engagements", "payments", "notifications")


def load(names: Sequence[str] = NAMES) -> "list[Service]":
    """The declarations of the named services."""
    return [importlib.import_module(f"services.{name}.service").service for name in names]
