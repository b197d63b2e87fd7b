"""What fits the person who looks, best first, and why: worked out when it is looked at."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.matching import Opportunity
from schemas.training import Programme
from schemas.words import training_called
from services.chassis.postgres import mirrors
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Row, Transaction
from services.matching.domain.fit import Course, Fit
from services.matching.store.rule import (
    AWAY,
    BOTH,
    FOR_ME,
    HOLDS_NEEDED,
    LACKING,
    LOOKED_AT,
    NOT_ANSWERED,
    OPEN,
    PEOPLE,
    POINTS,
    ROLE,
    SCORE,
    WISHED,
)

_SCORED = (
    "with p as materialized (" + PEOPLE + " where p.person_id = acting_person())"
    " select o.id, o.posted_at, o.organisation_id, away.miles, " + SCORE + " as score from p cross join " + ROLE + ""
    "" + AWAY + " where " + LOOKED_AT
)
FITTING = Listing(
    "roles that fit me",
    sorts=(
        Sort(
            "best",
            "What fits best first",
            "select s.id, s.posted_at, s.score, s.miles,"
            " (select r.state from opportunity r where r.id = s.id) as state,"
            " (select t.state ->> 'name' from mirror_organisation t where t.id = s.organisation_id) as organisation,"
            " (select m.id from match m where m.opportunity_id = s.id and m.person_id = acting_person()) as match_id"
            " from (" + _SCORED + ") s where (s.score, s.posted_at, s.id) < ($2, $3, $4)"
            " order by s.score desc, s.posted_at desc, s.id desc limit $5",
            by={"score": int, "posted_at": datetime, "id": UUID},
            descending=True,
        ),
    ),
    count="select count(*) from (" + _SCORED + " limit $2) as counted",
)


@dataclass(frozen=True)
class Fitting:
    """A role that fits. `match_id`: of what they were told; None: they were not told of it. `miles`: from their home
    district, where they would go there and that is known."""

    opportunity: Opportunity
    organisation: str
    score: int
    match_id: UUID | None
    miles: int | None


async def of_person(tx: Transaction, asked: Asked) -> Page[Fitting]:
    """One page of what fits whoever acts."""
    page = await FITTING.page(tx, asked, at=tx.now)
    return page.with_items([_fitting(row) for row in page.items])


def _fitting(row: Row) -> Fitting:
    role = Opportunity.model_validate_json(row["state"])
    return Fitting(role, row["organisation"] or "", row["score"], row["match_id"], _whole(row["miles"]))


_WHY = (
    "o.id, " + SCORE + " as score, " + LACKING + " as lacking, " + POINTS + " as points,"
    " p.strands <> '{}' and o.strand = any(p.strands) as of_a_kind, p.modes <> '{}' as in_a_way, p.paid_only,"
    " " + WISHED + " as wished, o.strand, o.mode, o.height - p.height as up, away.miles,"
    " p.times <> '{}' and o.starts <> '{}' as at_a_time, o.training,"
    " o.starts = '{}' or exists (select from unnest(o.starts) one where one > $1) as ahead,"
    " array(select needed from unnest(o.training) needed where not " + HOLDS_NEEDED + ") as training_lacking,"
    " array(select need from unnest(p.needs) need where need <> all(o.access)) as unmet,"
    " case when o.is_job then '{}' else p.needs end as needs,"
    " array(select area from unnest(o.areas) area where area = any(p.areas)) as shared,"
    " array(select one from unnest(o.languages) one where one = any(p.languages)) as spoken"
)
_EXPLAIN = "select " + _WHY + " from " + BOTH + " where p.person_id = acting_person() and o.id = any($2::uuid[])"
_NEAREST = (
    "select id, score, lacking, points, of_a_kind, in_a_way, paid_only, wished, strand, mode, up, miles, at_a_time,"
    " ahead, training, training_lacking, unmet, needs, shared, spoken, role, organisation from ("
    "select " + _WHY + ", r.state as role, org.state ->> 'name' as organisation, o.posted_at"
    " from " + BOTH + " join opportunity r on r.id = o.id"
    " left join mirror_organisation org on org.id = r.organisation_id"
    " where p.person_id = acting_person() and " + OPEN + " and " + NOT_ANSWERED + " and " + FOR_ME + ") near"
    " order by cardinality(lacking) + greatest(0, cardinality(training_lacking) - 1)"
    " + case when 'access' = any(lacking) then greatest(0, cardinality(unmet) - 1) else 0 end,"
    " score desc, posted_at desc, id desc limit $2"
)
NEAREST = 3
"""So many roles that nearly fit are shown where nothing fits."""


async def explain(tx: Transaction, opportunity_ids: Sequence[UUID]) -> dict[UUID, Fit]:
    """Why each role fits whoever acts, or what is missing; none, where they are not known to be in the pool."""
    rows = await tx.fetch(_EXPLAIN, tx.now, list(opportunity_ids))
    return {row["id"]: _fit(row) for row in rows}


@dataclass(frozen=True)
class Near:
    """A role that is open and does not fit, and what is missing."""

    opportunity: Opportunity
    organisation: str
    fit: Fit


async def nearest(tx: Transaction) -> list[Near]:
    """The open roles from which the fewest things stand between whoever acts, of these the best."""
    rows = await tx.fetch(_NEAREST, tx.now, NEAREST)
    return [Near(Opportunity.model_validate_json(row["role"]), row["organisation"] or "", _fit(row)) for row in rows]


async def courses(tx: Transaction, codes: Collection[str]) -> dict[str, Course]:
    """What each credential is called, and the training that gives it now."""
    found = await mirrors.find_each(tx, Programme, "credential", sorted(set(codes))) if codes else []
    last = {one.credential: one for one in sorted(found, key=lambda one: (one.withdrawn_at is None, -one.id.int))}
    known = {code: Course(one.title, None if one.withdrawn_at else one.id) for code, one in last.items()}
    return {code: known.get(code) or Course(training_called(code), None) for code in codes}


def _whole(miles: float | None) -> int | None:
    return None if miles is None else round(miles)


_HIDES_NO_REASON = frozenset({"busy", "answered", "not_for_me"})
"""What keeps a role that fits off the list: why it fits stands all the same."""


_WITHOUT_DAYS = {"busy": "over", "other_times": "over"}
"""What these are where no session is still to come."""


def _fit(row: Row) -> Fit:
    miles = _whole(row["miles"])
    details: dict[str, list[str]] = {
        "training": row["training_lacking"],
        "access": row["unmet"],
        "too_far": [str(miles)],
    }
    codes: list[str] = row["lacking"]
    lacking = [code if row["ahead"] else _WITHOUT_DAYS.get(code, code) for code in codes]
    missing = [f"{code}:{one}" if one else code for code in lacking for one in details.get(code, [""])]
    points = tuple(zip(row["points"][0], map(int, row["points"][1]), strict=True))
    reasons = () if set(codes) - _HIDES_NO_REASON else _reasons(row, miles)
    return Fit(row["score"], reasons=reasons, missing=tuple(missing), points=points)


def _reasons(row: Row, miles: int | None) -> tuple[str, ...]:
    up: int = row["up"]
    reasons = [
        "in_pool",
        f"strand:{row['strand']}" if row["of_a_kind"] else "wish" if row["wished"] else "",
        f"mode:{row['mode']}" if row["in_a_way"] else "",
        "paid" if row["paid_only"] else "",
        "further_up" if up > 1 else "next_rung" if up == 1 else "rung",
        *(f"training:{code}" for code in row["training"]),
        *(f"access:{code}" for code in row["needs"]),
        *(f"lived:{code}" for code in row["shared"]),
        *(f"language:{code}" for code in row["spoken"]),
        f"near:{miles}" if miles is not None else "",
        "times" if row["at_a_time"] else "",
    ]
    return tuple(one for one in reasons if one)
