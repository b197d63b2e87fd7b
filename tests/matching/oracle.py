"""The rule of what fits whom once more, naively: a loop over plain things. Written from what the rule promises, not
from its SQL (services/matching/store/rule.py), which is held equal to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from math import asin, cos, radians, sin, sqrt
from uuid import UUID

from schemas.matching import Opportunity
from services.chassis.base.access import LONDON, london_day

LADDER = ("feedback", "improvement", "governance", "senior")
WEEK = timedelta(days=7)
Place = tuple[float, float]
NEVER = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Wish:
    """A search that a person keeps. None: any."""

    strand: str | None = None
    mode: str | None = None
    organisation_id: UUID | None = None
    paid: bool | None = None
    job: bool | None = None
    words: str | None = None
    kind: str | None = None
    condition: str | None = None
    access: str | None = None
    at_times: tuple[str, ...] | None = None
    near: str | None = None
    miles: int | None = None
    query: str | None = None
    """The words as PostgreSQL is asked for them; here always the words themselves."""

    def finds(self, o: Opportunity, districts: Mapping[str, Place], now: datetime) -> bool:
        pays = o.pay is not None or o.job is not None
        wanted = (self.strand, self.organisation_id, self.paid, self.job, self.kind)
        has = (o.strand, o.organisation_id, pays, o.job is not None, o.rung)
        both_ways = o.mode == "hybrid" and self.mode in ("in_person", "remote")
        ahead = [part_of_week(one.starts_at) for one in o.takes_place if one.starts_at > now]
        return (
            all(want is None or want == it for want, it in zip(wanted, has, strict=True))
            and (self.words or "").lower() in f"{o.title} {o.summary}".lower()
            and (self.mode is None or self.mode == o.mode or both_ways)
            and (self.condition is None or self.condition in o.lived_experience)
            and (self.access is None or self.access in o.access)
            and (self.at_times is None or any(part in self.at_times for part in ahead))
            and (self.near is None or self._is_near(o, districts))
        )

    def _is_near(self, o: Opportunity, districts: Mapping[str, Place]) -> bool:
        home, where = districts.get(self.near or ""), districts.get(o.district or "")
        if o.mode == "remote" or home is None or where is None:
            return False
        return round(apart(home, where)) <= (self.miles or 0)


@dataclass(frozen=True)
class Somebody:
    """All that the rule may know of a person."""

    id: UUID
    in_pool: bool = True
    paused_until: date | None = None
    active: bool = True
    most_a_week: int = 20
    strands: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    paid_only: bool = False
    areas: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    miles: int | None = None
    home: Place | None = None
    rung: str = "feedback"
    credentials: Mapping[str, date | None] = field(default_factory=dict[str, date | None])
    """Code → its last day."""
    booked: tuple[tuple[datetime, datetime], ...] = ()
    engaged_at: datetime | None = None
    told: tuple[datetime, ...] = ()
    """The newest first."""
    told_of: frozenset[UUID] = frozenset()
    answered: frozenset[UUID] = frozenset()
    not_for_me: frozenset[UUID] = frozenset()
    wishes: tuple[Wish, ...] = ()


def goes(o: Opportunity, p: Somebody) -> bool:
    """Whether the person would have to go there."""
    return o.mode == "in_person" or (o.mode == "hybrid" and p.modes == ("in_person",))


def away(o: Opportunity, p: Somebody, districts: Mapping[str, Place]) -> float | None:
    where = districts.get(o.district or "")
    if not goes(o, p) or where is None or p.home is None:
        return None
    return apart(p.home, where)


def apart(one: Place, other: Place) -> float:
    (lat1, lon1), (lat2, lon2) = one, other
    h = (
        sin(radians(lat2 - lat1) / 2) ** 2
        + cos(radians(lat1)) * cos(radians(lat2)) * sin(radians(lon2 - lon1) / 2) ** 2
    )
    return 2 * 3958.7613 * asin(min(1, sqrt(h)))


def part_of_week(moment: datetime) -> str:
    local = moment.astimezone(LONDON)
    return f"{local:%a}".lower() + ("_morning" if local.hour < 12 else "_afternoon" if local.hour < 17 else "_evening")


def missing(o: Opportunity, p: Somebody, districts: Mapping[str, Place], now: datetime) -> list[str]:
    """The codes of what does not hold, in the order of the rule."""
    ahead = [one for one in o.takes_place if one.starts_at > now]
    day = london_day(min((one.starts_at for one in ahead), default=now))
    far = away(o, p, districts)
    suits = [one for one in ahead if not p.times or part_of_week(one.starts_at) in p.times]
    free = [one for one in suits if not any(a < one.ends_at and one.starts_at < b for a, b in p.booked)]
    both_ways = o.mode == "hybrid" and bool({"in_person", "remote"} & set(p.modes))
    pays = o.pay is not None or o.job is not None
    wished = any(wish.finds(o, districts, now) for wish in p.wishes)
    trained = all(c in p.credentials and ((last := p.credentials[c]) is None or last >= day) for c in o.training)
    holds = {
        "closed": o.closed_at is None and o.apply_by > now,
        "not_in_pool": p.in_pool,
        "other_strand": not p.strands or o.strand in p.strands or wished,
        "other_mode": not p.modes or o.mode in p.modes or both_ways or wished,
        "unpaid": not p.paid_only or pays or wished,
        "access": o.job is not None or set(p.needs) <= set(o.access),
        "lived_experience": not o.lived_experience or bool(set(p.areas) & set(o.lived_experience)),
        "language": not o.languages or bool(set(p.languages or ("en",)) & set(o.languages)),
        "too_far": p.miles is None or far is None or far <= p.miles + 2,
        "other_times": not p.times or not o.takes_place or bool(suits),
        "training": trained,
        "busy": not o.takes_place or bool(free) or bool(p.times and not suits),
        "answered": o.id not in p.answered,
        "not_for_me": o.id not in p.not_for_me,
    }
    return [code for code, held in holds.items() if not held]


def said(o: Opportunity, p: Somebody, districts: Mapping[str, Place], now: datetime) -> list[str]:
    """The same as it is said to people: of what has no session left nobody is called busy."""
    over = bool(o.takes_place) and not any(one.starts_at > now for one in o.takes_place)
    named = {"busy": "over", "other_times": "over"} if over else {}
    return [named.get(code, code) for code in missing(o, p, districts, now)]


def score(o: Opportunity, p: Somebody, districts: Mapping[str, Place]) -> int:
    far = away(o, p, districts)
    lived = 10 * min(3, len([area for area in o.lived_experience if area in p.areas]))
    wish = 10 if o.strand in p.strands else 0
    near = 5 if not goes(o, p) else 0 if far is None else 8 if far <= 5 else 5 if far <= 10 else 2 if far <= 25 else 0
    up = _height(o.rung) - _height(p.rung)
    return lived + wish + near + (5 if up == 1 else 3 if up == 0 else 0)


def _height(rung: str) -> int:
    return LADDER.index(rung) if rung in LADDER else 0


def ring(o: Opportunity, p: Somebody, districts: Mapping[str, Place], *, near: int) -> int:
    if not goes(o, p):
        return 0
    far = away(o, p, districts)
    return 1 if far is None else 0 if far <= near else 1 if far <= 25 else 2


def may_be_told(o: Opportunity, p: Somebody, now: datetime, *, most: int) -> bool:
    cap = min(most, p.most_a_week)
    of_week = [one for one in p.told if one > now - WEEK]
    on_a_break = p.paused_until is not None and p.paused_until >= london_day(now)
    return p.active and not on_a_break and len(of_week) < cap and o.id not in p.told_of


def is_enough(o: Opportunity, *, full: bool, answers: int, for_each: int) -> bool:
    """Whether nobody more has to be told. `full`: no place is left; `answers`: of people who did not take it back."""
    return o.job is None and (full or answers >= for_each * o.places)


def stays(o: Opportunity, p: Somebody, districts: Mapping[str, Place], now: datetime) -> bool:
    """Whether what a person was told of stays theirs: they may be busy then, have answered, or not want it."""
    return p.active and set(missing(o, p, districts, now)) <= {"busy", "answered", "not_for_me"}


def whom_to_tell(
    o: Opportunity,
    people: Sequence[Somebody],
    districts: Mapping[str, Place],
    now: datetime,
    *,
    most: int,
    near: int,
    limit: int,
) -> list[UUID]:
    """Who is told of a role next, in order."""
    fit = [p for p in people if not missing(o, p, districts, now) and may_be_told(o, p, now, most=most)]

    def first(p: Somebody) -> tuple[object, ...]:
        last = p.told[0] if p.told else None
        return (
            *(ring(o, p, districts, near=near), -(score(o, p, districts) // 10)),
            *(p.engaged_at or NEVER, last or NEVER, p.id.bytes),
        )

    return [p.id for p in sorted(fit, key=first)[:limit]]


def ranked(
    p: Somebody, roles: Sequence[Opportunity], districts: Mapping[str, Place], now: datetime
) -> list[tuple[UUID, int]]:
    """What fits a person, best first, with its score."""
    fit = [o for o in roles if not missing(o, p, districts, now)]
    best = sorted(fit, key=lambda o: (score(o, p, districts), o.posted_at, o.id.bytes), reverse=True)
    return [(o.id, score(o, p, districts)) for o in best]
