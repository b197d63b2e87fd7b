"""The demo region, as region.yaml has it: its organisations, their staff, programmes, opportunities and people."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("region.yaml")


@cache
def region() -> Mapping[str, Any]:
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def in_role(staff: Sequence[Mapping[str, Any]], role: str) -> Mapping[str, Any]:
    """The first of the staff who holds this role."""
    return next(one for one in staff if role in one["roles"])
