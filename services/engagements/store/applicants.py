"""Who showed interest in an opportunity, as its coordinators see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from schemas.engagements import Engagement
from schemas.recruitment import ACCESS_NEEDS, Leader, Needs, Profile
from schemas.training import Credential
from services.chassis.base.access import london_day
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Row, Transaction
from services.engagements.domain.answering import Answer
from services.engagements.domain.naming import HIDDEN, numbered
from services.engagements.store.answers import IN_JSON

MOST_PLACES = 500
"""No opportunity has more places."""
MOST_ON_A_PAGE = 12
"""With all that people wrote and need, and what may be done about each, a page stays below 60 kB."""
STANDARD = "standard"


@dataclass(frozen=True)
class Wanted:
    """Whom of those who showed interest. None: any; `words`: of the called name, or the whole reference."""

    status: str | None = None
    words: str | None = None


@dataclass(frozen=True)
class Applicant:
    """Somebody who showed interest, as a coordinator sees them. From `needs` on all is empty without a place.

    `is_named`: whether staff see who it is; else they are called by their number. `meets`: an answer to each thing that
    the organisation chooses by. `answer`: "not chosen", where it can still be undone. `access`, `format` and
    `ways_to_talk` are what the person lets organisations see where they have a place.
    """

    engagement: Engagement
    answer: Answer | None
    leader: Leader | None
    called: str
    reference: str
    is_named: bool
    why: str
    conflict: str
    meets: tuple[str, ...]
    needs: str
    access: tuple[str, ...]
    format: str
    ways_to_talk: tuple[str, ...]
    times: tuple[str, ...]
    languages: tuple[str, ...]
    trained_in: tuple[str, ...]

    @property
    def agreed_to_code(self) -> bool:
        """Whether they may take a place without being asked for it first."""
        return self.leader is not None and self.leader.code_agreed is not None


async def of_intake(
    tx: Transaction, asked: Asked, organisation_id: UUID, opportunity_id: UUID, wanted: Wanted, *, hidden: bool = False
) -> Page[Applicant]:
    """One page of those who showed interest in one of the organisation's opportunities. `hidden`: it hides names."""
    narrowed_to = (organisation_id, opportunity_id, wanted.status, wanted.words, hidden)
    page, today = await APPLICANTS.page(tx, asked, *narrowed_to), london_day(tx.now)
    return page.with_items([applicant(row, today) for row in page.items])


async def with_place_in_intake(tx: Transaction, organisation_id: UUID, opportunity_id: UUID) -> Sequence[Applicant]:
    """Everybody who has a place, or took part to the end: no opportunity has more than are asked for here at once."""
    asked = Asked(size=MOST_PLACES)
    for status in ("accepted", "ended"):
        found = (await of_intake(tx, asked, organisation_id, opportunity_id, Wanted(status=status))).items
        if found:
            return found
    return []


_SHOWED_INTEREST = (
    " from engagement e where e.organisation_id = $1 and e.opportunity_id = $2"
    " and ($3::text is null or e.status = $3)"
    " and ($4::text is null or (e.is_named or not $5::boolean)"
    "   and (select strpos(l.called_key, (select searched($4))) > 0"
    "     or l.reference = upper($4) from mirror_leader l where l.id = e.person_id))"
)
_ONE_PAGE = (
    "(select e.id, e.interested_at, e.turn, e.turn_since, e.state, e.person_id, e.status, e.number,"
    " e.is_named or not $5::boolean as is_named" + _SHOWED_INTEREST
)
APPLICANT = (
    "e.id, e.interested_at, e.turn, e.turn_since, e.state, to_jsonb(a) as answer, l.state as leader, e.number,"
    " e.is_named, p.state as profile, n.state as their_needs, w.why, w.conflict, w.meets,"
    " case when e.status = 'accepted' then w.needs end as needs,"
    " array(select c.state from mirror_credential c where c.person_id = e.person_id and not c.erased) as credentials"
    " from "
)
BESIDE = (
    " left join mirror_leader l on l.id = e.person_id and not l.erased"
    " left join mirror_profile p on p.id = e.person_id and not p.erased and e.status = 'accepted'"
    " left join mirror_needs n on n.id = e.person_id and not n.erased and e.status = 'accepted'"
    " left join interest_words w on w.engagement_id = e.id"
    " left join answer a on a.engagement_id = e.id and a.what = 'not_chosen' and a.undo_until is not null"
)
APPLICANTS = Listing(
    "applicants",
    sorts=(
        Sort(
            "first",
            "First come first",
            "select "
            + APPLICANT
            + _ONE_PAGE
            + " and (e.interested_at, e.id) > ($6, $7) order by e.interested_at, e.id limit $8) e"
            + BESIDE
            + " order by e.interested_at, e.id",
            by={"interested_at": datetime, "id": UUID},
        ),
        Sort(
            "newest",
            "Newest first",
            "select " + APPLICANT + _ONE_PAGE + " and (e.interested_at, e.id) < ($6, $7)"
            " order by e.interested_at desc, e.id desc limit $8) e"
            + BESIDE
            + " order by e.interested_at desc, e.id desc",
            by={"interested_at": datetime, "id": UUID},
            descending=True,
        ),
        Sort(
            "turn",
            "Reserve list first, in its order",
            "select "
            + APPLICANT
            + _ONE_PAGE
            + " and (e.turn, e.turn_since, e.id) > ($6, $7, $8) order by e.turn, e.turn_since, e.id limit $9) e"
            + BESIDE
            + " order by e.turn, e.turn_since, e.id",
            by={"turn": int, "turn_since": datetime, "id": UUID},
        ),
    ),
    count="select count(*) from (select" + _SHOWED_INTEREST + " limit $6) as counted",
    size=MOST_ON_A_PAGE,
)


def applicant(row: Row, today: date) -> Applicant:
    leader = Leader.model_validate_json(row["leader"]) if row["leader"] else None
    credentials = [Credential.model_validate_json(text) for text in row["credentials"]]
    profile = Profile.model_validate_json(row["profile"]) if row["profile"] else None
    needs = Needs.model_validate_json(row["their_needs"]) if row["their_needs"] else None
    shared = needs if needs and needs.are_shown_with_a_place else None
    engagement, answer = Engagement.model_validate_json(row["state"]), IN_JSON.validate_json(row["answer"] or "null")
    return Applicant(
        engagement=engagement,
        answer=answer if answer and answer.stands(engagement) else None,
        leader=leader,
        called=(leader.called if leader else "Somebody") if row["is_named"] else numbered(row["number"]),
        reference=(leader.reference if leader else "no reference yet") if row["is_named"] else HIDDEN,
        is_named=row["is_named"],
        why=row["why"] or "",
        conflict=row["conflict"] or "",
        meets=tuple(row["meets"] or ()),
        needs=row["needs"] or "",
        access=what_is_needed(shared) if shared else (),
        format=shared.format if shared else STANDARD,
        ways_to_talk=shared.ways_to_talk if shared else (),
        times=profile.times if profile else (),
        languages=profile.languages if profile else (),
        trained_in=tuple(one.credential for one in credentials if today <= (one.expires_on or today)),
    )


def what_is_needed(needs: Needs) -> tuple[str, ...]:
    """What there has to be, with the format of papers."""
    return tuple(code for code in ACCESS_NEEDS if code in (*needs.needs, needs.format))
