"""What coordinators say on a session's page, and the papers that they put there."""

from uuid import UUID

from services.chassis.base.files.rewriting import SafeFile
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound
from services.chassis.postgres import files
from services.chassis.postgres.transaction import Transaction
from services.engagements.domain.session_page import (
    MOST_PAPERS,
    PAPER,
    EnoughPapers,
    NoPaper,
    SessionPage,
    SessionPageWords,
    check_joining_link,
    papers_until,
)
from services.engagements.store import intakes
from services.engagements.store import session_pages as store


async def say(tx: Transaction[Member], opportunity_id: UUID, session_id: UUID, said: SessionPageWords) -> None:
    """How to join, and what to know on the day. Raises NotFound, NoJoiningLink or JoiningLinkWithPassword."""
    intake = await intakes.lock(tx, opportunity_id)
    intake.session(session_id)
    check_joining_link(said.joining_link)
    page = SessionPage(session_id, said.joining_link, said.arrival, tx.acting.by, tx.now)
    await store.save(tx, opportunity_id, tx.acting.organisation_id, page)


async def add_paper(tx: Transaction[Member], opportunity_id: UUID, session_id: UUID, paper: SafeFile | None) -> UUID:
    """The same file is kept once. Raises NotFound, NoPaper or EnoughPapers."""
    if paper is None:
        raise NoPaper
    session = (await intakes.lock(tx, opportunity_id)).session(session_id)
    page = await store.get(tx, session_id)
    if page.changed_at is None:
        page = SessionPage(session_id, changed_by=tx.acting.by, changed_at=tx.now)
        await store.save(tx, opportunity_id, tx.acting.organisation_id, page)
    if len(await store.papers(tx, session_id)) >= MOST_PAPERS:
        raise EnoughPapers
    belongs = files.Belongs(about=session_id, kind=PAPER, organisation_id=tx.acting.organisation_id)
    return await files.keep(tx, paper, belongs, erase_on=papers_until(session))


async def take_paper_out(tx: Transaction[Member], opportunity_id: UUID, session_id: UUID, paper_id: UUID) -> None:
    """Raises NotFound, also for what is gone already."""
    (await intakes.lock(tx, opportunity_id)).session(session_id)
    if not await store.forget_paper(tx, session_id, paper_id):
        raise NotFound
