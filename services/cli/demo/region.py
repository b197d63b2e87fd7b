"""The demo region, as region.yaml has it: its organisations, their staff, programmes, opportunities and people."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("region.yaml")
HISTORY = Path(__file__).with_name("history.yaml")


@cache
def region() -> Mapping[str, Any]:
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


@cache
def history() -> Mapping[str, Any]:
    return yaml.safe_load(HISTORY.read_text(encoding="utf-8"))


def lived_before() -> frozenset[str]:
    """What those are called whom the history brings: as it leaves them they stay."""
    asking, welcome = history()["asking"], history()["welcome"]
    return frozenset(
        [one[0] for one in history()["people"]]
        + [one["fits"][0] for one in asking]
        + [one["called"] for one in welcome]
    )


def in_role(staff: Sequence[Mapping[str, Any]], role: str) -> Mapping[str, Any]:
    """The first of the staff who holds this role."""
    return next(one for one in staff if role in one["roles"])
