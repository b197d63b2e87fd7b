"""The services of the network. Each is a room of its own; they never import, query or call one another."""

import gc
import importlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.chassis.service import Service

NAMES = ("identity", "recruitment", "training", "matching", "engagements", "payments", "notifications")


def load(names: Sequence[str] = NAMES) -> "list[Service]":
    """The declarations of the named services."""
    was_on = gc.isenabled()
    gc.disable()  # what is imported stays: to look through it again and again for garbage is a fifth of the time
    try:
        return [importlib.import_module(f"services.{name}.service").service for name in names]
    finally:
        if was_on:
            gc.enable()
