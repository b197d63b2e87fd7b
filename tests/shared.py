"""What the workers of a run of tests share: a folder of its own, which goes with the run."""

import os
from pathlib import Path

FOLDER = "PLN_TEST_SHARED"
"""Names it, for the workers."""


def folder() -> Path | None:
    """None where there are no workers."""
    return Path(given) if (given := os.environ.get(FOLDER)) else None
