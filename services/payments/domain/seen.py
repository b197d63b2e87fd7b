"""What somebody saw before they decided about money, so that they decide about nothing else."""

import hashlib
from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, Field

from services.chassis.base.typed.text import Plain


class WhatWasSeen(BaseModel):
    """Which things somebody saw (`seen`, as they were given it); none: whatever they are now."""

    model_config = ConfigDict(extra="forbid")
    seen: Plain | None = Field(default=None, max_length=64, title="what you saw")


def fingerprint(things: Iterable[str]) -> str:
    """SHA-256 of these, in whatever order: another text as soon as one comes, goes or changes."""
    return hashlib.sha256("\n".join(sorted(things)).encode()).hexdigest()
