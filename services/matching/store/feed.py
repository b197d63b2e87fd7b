"""The common feed: what is open now, as a visitor narrows it, in four orders; and what to leave out where nothing is.

Each choice is a condition of its own, which all statements share with their parameters: $1 to $12 are the choices
(null: any), $13 to $15 the words, $16 the moment. With words their index is asked first, so that is a list of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from schemas.engagements import Intake
from schemas.matching import Opportunity
from schemas.words import AREA
from services.chassis.base.cursors import PageNotThere
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Row, Transaction
from services.matching.domain.looking import Looked, looked_for, parts_of_week
from services.matching.store import synonyms

NEAREST = "nearest"


@dataclass(frozen=True)
class Listed:
    """An opportunity as a list shows it: with its organisation's name and, where known, the places that nobody has and
    no offer holds. `miles`: how far it is from the district that was asked for.
    """

    opportunity: Opportunity
    organisation: str
    places_left: int | None
    miles: int | None = field(default=None, kw_only=True)

    @property
    def is_full(self) -> bool:
        return self.places_left is not None and self.places_left <= 0


@dataclass(frozen=True)
class Filter:
    """What a visitor is looking for. None: any. `kind`: of role, a step of the ladder. `when`: a part of the week in
    which a session is still to come. `near`, `miles`: a district, and so far from it people come. `closing`: within
    seven days.
    """

    strand: str | None = None
    mode: str | None = None
    ods_code: str | None = None
    paid: bool | None = None
    words: str | None = None
    job: bool | None = None
    kind: str | None = None
    condition: str | None = None
    access: str | None = None
    when: str | None = None
    closing: bool | None = None
    near: str | None = None
    miles: int | None = None


def listed_of(row: Row) -> Listed:
    intake = Intake.model_validate_json(row["intake"]) if row["intake"] else None
    opportunity = Opportunity.model_validate_json(row["state"])
    left = None if intake is None else intake.places - intake.places_taken - intake.places_held
    return Listed(opportunity, row["organisation"] or opportunity.ods_code, left)


LISTED = (
    "select o.id, o.state, o.posted_at, o.apply_by, org.state ->> 'name' as organisation, i.state as intake"
    " from opportunity o left join mirror_organisation org on org.id = o.organisation_id"
    " left join mirror_intake i on i.id = o.id and not i.erased"
)

_STRAND = "($1::text is null or o.strand = $1)"
_KIND = "($2::text is null or o.rung = $2)"
_MODE = "($3::text is null or o.mode = $3 or (o.mode = 'hybrid' and $3 in ('in_person', 'remote')))"
_ORGANISATION = "($4::text is null or o.ods_code = $4)"
_PAID = "($5::boolean is null or (o.paid or o.is_job) = $5)"
_JOB = "($6::boolean is null or o.is_job = $6)"
_CONDITION = "($7::text is null or $7 = any(o.areas))"
_ACCESS = "($8::text is null or $8 = any(o.access))"
_WHEN = (
    "($9::text[] is null or (o.parts && $9 and exists (select from unnest(o.starts, o.parts) as at (starts, part)"
    " where at.starts > $16 and at.part = any($9))))"
)
_CLOSING = "($10::boolean is null or o.apply_by <= (select $16::timestamptz + interval '7 days'))"
# Rounded as it is said, so that nothing reads as further than what was chosen.
_WITHIN = (
    "(select d.code from district h join district d on d.lat between h.lat - $12::integer / 68.0 and"
    " h.lat + $12::integer / 68.0 where h.code = $11 and round(miles(h.lat, h.lon, d.lat, d.lon)) <= $12::integer)"
)
_NEAR = "($11::text is null or coalesce(o.mode <> 'remote' and o.district in " + _WITHIN + ", false))"
_QUERY = "(to_tsquery('english', $13) || (to_tsquery('english', $14) && $15::text::tsquery))"
_WORDS = "o.found_by @@ (select " + _QUERY + ")"
_NO_WORDS = "num_nonnulls($13::text, $14::text, $15::text) = 0"
_OPEN = "o.closed_at is null and o.apply_by > $16"
_NARROWED = (
    _STRAND + " and " + _KIND + " and " + _MODE + " and " + _ORGANISATION + " and " + _PAID + " and " + _JOB + " and "
    "" + _CONDITION + " and " + _ACCESS + " and " + _CLOSING + " and " + _NEAR
)
_CHOSEN = " from opportunity o where " + _OPEN + " and " + _NARROWED + " and " + _WHEN
_MILES = (
    "(select round(miles(h.lat, h.lon, d.lat, d.lon))::integer from district h, district d"
    " where h.code = $11 and d.code = o.district)"
)
_FIRST = "coalesce((select min(one) from unnest(o.starts) one where one > $16), '9999-12-29 00:00Z')"
"""The first session that lies ahead; of what has none, it comes last."""
# What is shown is read of those alone that are on the page.
_SHOWN = "s.id, s.at, o.state, org.name as organisation, i.state as intake, " + _MILES + " as miles from "
_ITS = (
    " s join opportunity o on o.id = s.id"
    " left join (select m.id, m.state ->> 'name' as name from mirror_organisation m) org on org.id = o.organisation_id"
    " left join mirror_intake i on i.id = s.id and not i.erased"
)
_NEWEST_OF = " and (o.posted_at, o.id) < ($17, $18) order by o.posted_at desc, o.id desc limit $19)"
_CLOSING_OF = " and (o.apply_by, o.id) > ($17, $18) order by o.apply_by, o.id limit $19)"
_KEY_OF = ") k where (k.at, k.id) > ($17, $18) order by k.at, k.id limit $19)"
_UP = " order by s.at, s.id"
_DOWN = " order by s.at desc, s.id desc"
_POSTED = "(select o.id, o.posted_at as at"
_CLOSES = "(select o.id, o.apply_by as at"
_BY_FIRST = "(select k.id, k.at from (select o.id, " + _FIRST + " as at"
_BY_MILES = "(select k.id, k.at from (select o.id, " + _MILES + " as at"
_MOMENTS = {"at": datetime, "id": UUID}
FEED = Listing(
    "opportunities",
    sorts=(
        Sort(
            "newest",
            "Newest first",
            "select " + _SHOWN + _POSTED + _CHOSEN + " and " + _NO_WORDS + _NEWEST_OF + _ITS + _DOWN,
            by=_MOMENTS,
            descending=True,
        ),
        Sort(
            "closing",
            "Closing soonest",
            "select " + _SHOWN + _CLOSES + _CHOSEN + " and " + _NO_WORDS + _CLOSING_OF + _ITS + _UP,
            by=_MOMENTS,
        ),
        Sort(
            "first",
            "First session",
            "select " + _SHOWN + _BY_FIRST + _CHOSEN + " and " + _NO_WORDS + _KEY_OF + _ITS + _UP,
            by=_MOMENTS,
        ),
        Sort(
            NEAREST,
            "Nearest",
            "select " + _SHOWN + _BY_MILES + _CHOSEN + " and " + _NO_WORDS + _KEY_OF + _ITS + _UP,
            by={"at": int, "id": UUID},
        ),
    ),
    count="select count(*) from (select" + _CHOSEN + " and " + _NO_WORDS + " limit $17) as counted",
)
FOUND = Listing(
    "opportunities with words",
    sorts=(
        Sort(
            "newest",
            "Newest first",
            "select " + _SHOWN + _POSTED + _CHOSEN + " and " + _WORDS + _NEWEST_OF + _ITS + _DOWN,
            by=_MOMENTS,
            descending=True,
        ),
        Sort(
            "closing",
            "Closing soonest",
            "select " + _SHOWN + _CLOSES + _CHOSEN + " and " + _WORDS + _CLOSING_OF + _ITS + _UP,
            by=_MOMENTS,
        ),
        Sort(
            "first",
            "First session",
            "select " + _SHOWN + _BY_FIRST + _CHOSEN + " and " + _WORDS + _KEY_OF + _ITS + _UP,
            by=_MOMENTS,
        ),
        Sort(
            NEAREST,
            "Nearest",
            "select " + _SHOWN + _BY_MILES + _CHOSEN + " and " + _WORDS + _KEY_OF + _ITS + _UP,
            by={"at": int, "id": UUID},
        ),
    ),
    count="select count(*) from (select" + _CHOSEN + " and " + _WORDS + " limit $17) as counted",
)


# What is over: its sessions may be too, and of what was called off all are cancelled.
_ENDED = (
    " from opportunity o where o.closed_at > $16::timestamptz - interval '30 days' and " + _NARROWED + ""
    " and ($9::text[] is null or o.parts = '{}' or o.parts && $9) and (" + _NO_WORDS + " or " + _WORDS + ")"
)
ENDED = Listing(
    "ended opportunities",
    sorts=(
        Sort(
            "newest",
            "Newest first",
            "select " + _SHOWN + "(select o.id, o.closed_at as at" + _ENDED + " and (o.closed_at, o.id) < ($17, $18)"
            " order by o.closed_at desc, o.id desc limit $19)" + _ITS + _DOWN,
            by=_MOMENTS,
            descending=True,
        ),
    ),
    count="",
)


async def ended(tx: Transaction, asked: Asked, wanted: Filter, words: Looked | None = None) -> Page[Listed]:
    """One page of what closed or was called off in the last 30 days, the last of it first: a feed of a search says that
    it is over."""
    words = words or await looked(tx, wanted)
    page = await ENDED.page(tx, asked, *_narrowed(wanted, words), at=tx.now)
    return page.with_items([listed_of(row) for row in page.items])


async def looked(tx: Transaction, wanted: Filter) -> Looked | None:
    """How the words of a search are understood today; None where it has none."""
    return looked_for(wanted.words, await synonyms.groups(tx), AREA) if wanted.words else None


async def feed(tx: Transaction, asked: Asked, wanted: Filter, words: Looked | None = None) -> Page[Listed]:
    """One page of what is open. `words`: as `looked` has it, where that was asked for. Raises PageNotThere."""
    if asked.sort == NEAREST and wanted.near is None:
        raise PageNotThere(
            "Enter a postcode first: then roles can be put in order by how near they are.", asked_by="sort"
        )
    words = words or await looked(tx, wanted)
    page = await (FOUND if words else FEED).page(tx, asked, *_narrowed(wanted, words), at=tx.now)
    return page.with_items([replace(listed_of(row), miles=row["miles"]) for row in page.items])


def _narrowed(wanted: Filter, words: Looked | None) -> tuple[Any, ...]:
    return (
        *(wanted.strand, wanted.kind, wanted.mode, wanted.ods_code, wanted.paid, wanted.job),
        *(wanted.condition, wanted.access, parts_of_week(wanted.when) if wanted.when else None),
        *(wanted.closing or None, wanted.near, wanted.miles),
        *((words.whole, words.before, words.begins) if words else (None, None, None)),
    )


_LACKS = (
    "array_remove(array[case when not " + _STRAND + " then 'strand' end, case when not " + _KIND + " then 'kind' end,"
    " case when not " + _MODE + " then 'mode' end, case when not " + _ORGANISATION + " then 'organisation' end,"
    " case when not " + _PAID + " then 'paid' end, case when not " + _JOB + " then 'job' end,"
    " case when not " + _CONDITION + " then 'condition' end, case when not " + _ACCESS + " then 'access' end,"
    " case when not " + _WHEN + " then 'when' end, case when not " + _CLOSING + " then 'closing' end,"
    " case when not " + _NEAR + " then 'near' end,"
    " case when $13::text is not null and not " + _WORDS + " then 'words' end], null)"
)
_LEFT_OUT = (
    "select lacking[1] as name, count(*) as roles from (select " + _LACKS + " as lacking from opportunity o"
    " where " + _OPEN + ") one where cardinality(lacking) = 1 group by lacking[1] order by roles desc, name limit 1"
)


async def left_out(tx: Transaction, wanted: Filter, words: Looked | None) -> tuple[str, int] | None:
    """Where nothing was found: the choice without which most is, and how many roles. None where that of one is not
    enough."""
    row = await tx.fetchrow(_LEFT_OUT, *_narrowed(wanted, words), tx.now)
    return (row["name"], row["roles"]) if row else None


async def answered(tx: Transaction, ids: Sequence[UUID]) -> set[UUID]:
    """Those of these roles that whoever acts showed interest in, and did not take back."""
    rows = await tx.fetch(
        "select opportunity_id from mirror_engagement where person_id = acting_person() and opportunity_id = any($1)"
        " and not erased and status <> 'withdrawn'",
        list(ids),
    )
    return {row["opportunity_id"] for row in rows}


async def names_of_organisations(tx: Transaction) -> int:
    """What is open is found by what its organisation is called now. How many it was."""
    return await tx.change_any(
        "update opportunity set organisation_name = m.state ->> 'name' from mirror_organisation m"
        " where m.id = opportunity.organisation_id and opportunity.id in (select o.id from opportunity o"
        " where o.closed_at is null and o.organisation_name <> (select org.state ->> 'name'"
        " from mirror_organisation org where org.id = o.organisation_id and not org.erased)"
        " order by o.id limit 500 for update skip locked)"
    )
