"""About how many people a role would fit: what is asked, what counts as the same, and how often. Pure."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from schemas.answers import ACCESS_NEEDS
from schemas.matching import Opportunity
from services.chassis.base.periods import LONDON, london_day
from services.chassis.base.refusals import Refused

MOST_A_DAY = 10
MOST_IN_30_DAYS = 60
"""So many different ones may an organisation ask for: what differs little could be subtracted from one another."""
DAY, THIRTY_DAYS = timedelta(days=1), timedelta(days=30)
STANDS_FOR = timedelta(days=7)
"""For so long what was said of the same demands is said again."""


class CountedOften(Refused, slug="counted-often", title="You have counted often", status=429):
    """Your organisation has counted how many people its roles fit as often as it can for now: 10 different ones in a
    day, 60 in 30 days. You can post the role without it."""


@dataclass(frozen=True)
class Demands:
    """What a role asks for, as far as the rule of what fits looks at it: codes alone, none of its words.

    An empty one asks for nothing of the kind. `parts`: of the week, of the sessions that lie ahead; `first_day`: on
    which training is needed first. The day is not part of what is the same: another day is no other question.
    """

    strand: str
    mode: str
    paid: bool
    is_job: bool
    areas: tuple[str, ...]
    access: tuple[str, ...]
    training: tuple[str, ...]
    languages: tuple[str, ...]
    district: str | None
    parts: tuple[str, ...]
    first_day: date

    @property
    def key(self) -> str:
        said = {name: value for name, value in asdict(self).items() if name != "first_day"}
        return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    @property
    def kept(self) -> str:
        """As JSON, for the statement that counts."""
        return json.dumps(asdict(self), default=str)

    def without(self, code: str) -> "Demands":
        """The same, where one condition of the rule asks for nothing."""
        return replace(self, **_LEFT_OUT[code])


_LEFT_OUT: dict[str, dict[str, Any]] = {
    "other_mode": {"mode": ""},
    "unpaid": {"paid": True},
    "access": {"access": tuple(sorted(ACCESS_NEEDS))},
    "lived_experience": {"areas": ()},
    "language": {"languages": ()},
    "too_far": {"district": None},
    "other_times": {"parts": ()},
    "training": {"training": ()},
}
"""By the code of the condition (store/rule.py). What kind of work it is, nobody leaves out."""
CAN_BE_LEFT_OUT = tuple(_LEFT_OUT)


def demands_of(role: Opportunity, *, now: datetime) -> Demands:
    """What a role asks for, posted or as its draft would become."""
    ahead = role.to_come(now)
    return Demands(
        strand=role.strand,
        mode=role.mode,
        paid=role.pay is not None,
        is_job=role.job is not None,
        areas=_sorted(role.lived_experience),
        access=_sorted(role.access),
        training=_sorted(role.training),
        languages=_sorted(role.languages),
        district=role.district if role.mode != "remote" else None,
        parts=_sorted(part_of_week(one.starts_at) for one in ahead),
        first_day=london_day(ahead[0].starts_at if ahead else now),
    )


def part_of_week(moment: datetime) -> str:
    """As people say when they can take part (schemas.answers.TIMES). Europe/London."""
    local = moment.astimezone(LONDON)
    part = "morning" if local.hour < 12 else "afternoon" if local.hour < 17 else "evening"
    return f"{local:%a}".lower() + f"_{part}"


def _sorted(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(codes)))


def check_how_often(in_a_day: int, in_30_days: int) -> None:
    """Of different ones, before another is asked. Raises CountedOften."""
    if in_a_day >= MOST_A_DAY or in_30_days >= MOST_IN_30_DAYS:
        raise CountedOften
