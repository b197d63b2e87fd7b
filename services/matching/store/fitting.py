"""What fits the person who looks, best first, and why: worked out when it is looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.matching import Opportunity
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Row, Transaction
from services.matching.domain.fit import Fit
from services.matching.store.rule import BOTH, HOLDS_NEEDED, LACKING, LOOKED_AT, SCORE, WISHED

_SCORED = (
    "select o.id, o.posted_at, " + SCORE + " as score from " + BOTH + ""
    " where p.person_id = acting_person() and " + LOOKED_AT
)
FITTING = Listing(
    "roles that fit me",
    sorts=(
        Sort(
            "best",
            "What fits best first",
            "select s.id, s.posted_at, s.score, r.state, org.state ->> 'name' as organisation, m.id as match_id"
            " from (" + _SCORED + ") s join opportunity r on r.id = s.id"
            " left join mirror_organisation org on org.id = r.organisation_id"
            " left join match m on m.opportunity_id = s.id and m.person_id = acting_person()"
            " where (s.score, s.posted_at, s.id) < ($2, $3, $4)"
            " order by s.score desc, s.posted_at desc, s.id desc limit $5",
            by={"score": int, "posted_at": datetime, "id": UUID},
            descending=True,
        ),
    ),
    count="select count(*) from (" + _SCORED + " limit $2) as counted",
)


@dataclass(frozen=True)
class Fitting:
    """A role that fits. `match_id`: of what they were told; None: they were not told of it."""

    opportunity: Opportunity
    organisation: str
    score: int
    match_id: UUID | None


async def of_person(tx: Transaction, asked: Asked) -> Page[Fitting]:
    """One page of what fits whoever acts."""
    page = await FITTING.page(tx, asked, at=tx.now)
    return page.with_items([_fitting(row) for row in page.items])


def _fitting(row: Row) -> Fitting:
    role = Opportunity.model_validate_json(row["state"])
    return Fitting(role, row["organisation"] or "", row["score"], row["match_id"])


_EXPLAIN = (
    "select o.id, " + SCORE + " as score, " + LACKING + " as lacking,"
    " p.strands <> '{}' and o.strand = any(p.strands) as of_a_kind, p.modes <> '{}' as in_a_way, p.paid_only,"
    " " + WISHED + " as wished, o.strand, o.mode, o.height - p.height as up, away.miles,"
    " p.times <> '{}' and o.starts <> '{}' as at_a_time, o.training,"
    " array(select needed from unnest(o.training) needed where not " + HOLDS_NEEDED + ") as training_lacking,"
    " array(select need from unnest(p.needs) need where need <> all(o.access)) as unmet,"
    " case when o.is_job then '{}' else p.needs end as needs,"
    " array(select area from unnest(o.areas) area where area = any(p.areas)) as shared,"
    " array(select one from unnest(o.languages) one where one = any(p.languages)) as spoken"
    " from " + BOTH + " where p.person_id = acting_person() and o.id = any($2::uuid[])"
)


async def explain(tx: Transaction, opportunity_ids: Sequence[UUID]) -> dict[UUID, Fit]:
    """Why each role fits whoever acts, or what is missing; none, where they are not known to be in the pool."""
    rows = await tx.fetch(_EXPLAIN, tx.now, list(opportunity_ids))
    return {row["id"]: _fit(row) for row in rows}


def _fit(row: Row) -> Fit:
    if row["lacking"]:
        each = {"training": row["training_lacking"], "access": row["unmet"]}
        missing = [f"{code}:{one}" if one else code for code in row["lacking"] for one in each.get(code, [""])]
        return Fit(row["score"], reasons=(), missing=tuple(missing))
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
        f"near:{round(row['miles'])}" if row["miles"] is not None else "",
        "times" if row["at_a_time"] else "",
    ]
    return Fit(row["score"], reasons=tuple(one for one in reasons if one), missing=())
