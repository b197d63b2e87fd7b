"""Who is expected at a session, with what they need there: all of them at once, to be printed."""

from dataclasses import dataclass
from uuid import UUID

from schemas.recruitment import Needs
from services.chassis.postgres.lists import Few, few
from services.chassis.postgres.transaction import Row, Transaction
from services.engagements.domain.arranging import Booking, asked_for
from services.engagements.store import names
from services.engagements.store.arranging import BOOKINGS_OF, bookings_of
from services.engagements.store.names import CALLED

MOST_EXPECTED = 1000
"""No role has more than 500 places; more people than there are places may have one."""


@dataclass(frozen=True)
class Expected:
    """Somebody with a place. `said`: they said what they need, and let the organisation see it; `needs`: code → its
    booking there, None while nothing was arranged of it; `more`: what they wrote for this role alone.
    """

    person_id: UUID
    called: str
    reference: str
    said: bool
    needs: dict[str, Booking | None]
    more: str


async def expected(tx: Transaction, organisation_id: UUID, opportunity_id: UUID, session_id: UUID) -> Few[Expected]:
    """Everybody who has a place, or took part to the end, by name."""
    rows = await tx.fetch(
        "select e.person_id, " + CALLED + ", n.state as theirs, w.needs as more, " + BOOKINGS_OF + " from engagement e"
        " join intake i on i.id = e.opportunity_id"
        " left join arrangement a on a.engagement_id = e.id and a.session_id = $3"
        " left join mirror_needs n on n.id = e.person_id and not n.erased and e.status = 'accepted'"
        " left join interest_words w on w.engagement_id = e.id and e.status = 'accepted'"
        " where e.organisation_id = $1 and e.opportunity_id = $2 and e.status in ('accepted', 'ended')"
        " order by searched(coalesce((select l.state ->> 'called' from mirror_leader l where l.id = e.person_id), '')),"
        " e.id limit $4",
        *(organisation_id, opportunity_id, session_id, MOST_EXPECTED + 1),
    )
    return few(rows, MOST_EXPECTED, _expected)


def _expected(row: Row) -> Expected:
    theirs = Needs.model_validate_json(row["theirs"]) if row["theirs"] else None
    shown = theirs if theirs and theirs.said_on and theirs.are_shown_with_a_place else None
    booked = {one.need: one for one in bookings_of(row)}
    codes = dict.fromkeys([*asked_for(shown), *booked])
    return Expected(
        person_id=row["person_id"],
        called=names.called(row),
        reference=names.reference(row),
        said=shown is not None or bool(booked),
        needs={code: booked.get(code) for code in codes},
        more=row["more"] or "",
    )
