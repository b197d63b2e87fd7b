"""What the pages and the API show of sessions: to whoever has a place at one, and to its organisation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas import links
from schemas.engagements import Attendance, Engagement
from schemas.matching import Opportunity, Session
from services.chassis.base.hands import Member, Person
from services.chassis.base.refusals import NotFound
from services.chassis.postgres import files
from services.chassis.postgres.files import KeptFile
from services.chassis.postgres.transaction import Transaction
from services.engagements import queries
from services.engagements.domain.saying import Said, SessionChoices, choices_of_session
from services.engagements.domain.session_page import SessionPage, can_be_joined, may_see
from services.engagements.queries import MyEngagement
from services.engagements.store import said as said_store
from services.engagements.store import session_pages as store

MOST_TO_COME, MOST_PAST = 12, 4
"""Sessions that the page of a role shows; the others are on a page of their own."""


@dataclass(frozen=True)
class MySession:
    """A session of one's role: whether one came, as far as it was recorded, and its page, where one may see that."""

    session: Session
    came: Attendance | None
    link: str
    is_past: bool


@dataclass(frozen=True)
class ShownPage:
    """A session's page. `joins`: by its link one can join now, or will be able to."""

    opportunity: Opportunity
    session: Session
    page: SessionPage
    papers: Sequence[KeptFile]
    joins: bool


@dataclass(frozen=True)
class MyPage(ShownPage):
    """The same to its person, with what is recorded of them, what they said of it, and what they may say now."""

    mine: MyEngagement
    came: Attendance | None
    said: Said | None
    choices: SessionChoices


def sessions_of(engagement: Engagement, opportunity: Opportunity, now: datetime) -> list[MySession]:
    """All, cancelled ones too, in their order of time."""
    came = {one.session_id: one for one in engagement.sessions if one.recorded_at}
    sees = may_see(engagement)
    return [
        MySession(
            session=one,
            came=came.get(one.id),
            link=links.MY_SESSION.format(id=engagement.id, session_id=one.id) if sees else "",
            is_past=one.ends_at <= now,
        )
        for one in sorted(opportunity.sessions, key=lambda one: one.starts_at)
    ]


def nearest(sessions: Sequence[MySession]) -> list[MySession]:
    """Those that one has to know of now: what comes next, also where it is cancelled, and what was last."""
    past, to_come = [one for one in sessions if one.is_past], [one for one in sessions if not one.is_past]
    return [*to_come[:MOST_TO_COME], *reversed(past[-MOST_PAST:])]


async def my_page(tx: Transaction[Person], id: UUID, session_id: UUID) -> MyPage:
    """Raises NotFound: for somebody else's, for whoever has no place there, and for what is no session of it."""
    mine = await queries.my_engagement(tx, id)
    found = [one for one in sessions_of(mine.engagement, mine.opportunity, tx.now) if one.session.id == session_id]
    if not found or not may_see(mine.engagement):
        raise NotFound
    one, said = found[0], await said_store.get(tx, id, session_id)
    return MyPage(
        **vars(await _shown(tx, mine.opportunity, one.session)),
        mine=mine,
        came=one.came,
        said=said,
        choices=choices_of_session(mine.engagement, one.session, said, now=tx.now),
    )


async def own_page(tx: Transaction[Member], opportunity_id: UUID, session_id: UUID) -> ShownPage:
    """The same for the organisation. Raises NotFound."""
    intake = await queries.own_intake(tx, opportunity_id)
    return await _shown(tx, intake.opportunity, intake.session(session_id))


async def _shown(tx: Transaction, opportunity: Opportunity, session: Session) -> ShownPage:
    page, papers = await store.get(tx, session.id), await store.papers(tx, session.id)
    return ShownPage(opportunity, session, page, papers, joins=can_be_joined(session, tx.now))


async def open_paper(tx: Transaction, shown: ShownPage, paper_id: UUID) -> tuple[KeptFile, bytes]:
    """One of the papers on a page, with its bytes. Raises NotFound."""
    for paper in shown.papers:
        if paper.id == paper_id:
            return paper, await files.content(tx, paper.id)
    raise NotFound
