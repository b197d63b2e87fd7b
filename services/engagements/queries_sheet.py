"""The sheet of a session: who is expected and what has to be there, for whoever receives them."""

from dataclasses import dataclass
from uuid import UUID

from schemas.matching import Opportunity, Session
from services.chassis.base.hands import Member
from services.chassis.base.security_log import Happened
from services.chassis.postgres.lists import Few
from services.chassis.postgres.transaction import Transaction
from services.chassis.postgres.who_answers import WhoAnswers, who_answers
from services.engagements import queries, words_access
from services.engagements.domain.arranging import Booking
from services.engagements.domain.session_page import SessionPage
from services.engagements.store import session_pages
from services.engagements.store import sheets as store
from services.engagements.store.sheets import Expected

DID_NOT_SAY, NOTHING = "Did not say what they need", "Needs nothing arranged"


@dataclass(frozen=True)
class Sheet:
    """`page`: how people arrive, as the organisation said it on the session's page."""

    opportunity: Opportunity
    session: Session
    page: SessionPage
    people: Few[Expected]
    answers: WhoAnswers | None

    @property
    def silent(self) -> int:
        """How many did not say what they need."""
        return sum(not one.said and not one.more for one in self.people)


async def sheet(tx: Transaction[Member], opportunity_id: UUID, session_id: UUID) -> Sheet:
    """Of a session of the organisation that is acted for. Raises NotFound. That it is taken away is noted: on paper or
    as a file it goes where nobody sees it any more.
    """
    intake = await queries.own_intake(tx, opportunity_id)
    session = intake.session(session_id)
    people = await store.expected(tx, tx.acting.organisation_id, opportunity_id, session_id)
    for one in people:
        if one.needs or one.more:
            tx.note(Happened.LOOKED, of=one.person_id, what="needs")
    tx.note(Happened.TAKEN_AWAY, what="attendee_sheet", count=len(people))
    return Sheet(
        opportunity=intake.opportunity,
        session=session,
        page=await session_pages.get(tx, session_id),
        people=people,
        answers=await who_answers(tx, intake.opportunity),
    )


def lines(of: Expected) -> list[str]:
    """What somebody needs and how far it is, a line each, for whoever receives them."""
    said = [f"{words_access.need(code)}: {_far(booking)}" for code, booking in of.needs.items()]
    if not said and not of.more:
        return [NOTHING if of.said else DID_NOT_SAY]
    return [*said, *([f"For this role: {of.more}"] if of.more else [])]


def _far(booking: Booking | None) -> str:
    if booking is None:
        return "nothing is arranged yet"
    if booking.state == "failed":
        return f"cannot be had: {booking.why_failed}"
    with_whom = f" with {booking.with_whom}" if booking.with_whom and booking.state != "asked" else ""
    return words_access.STATE[booking.state].lower() + with_whom
