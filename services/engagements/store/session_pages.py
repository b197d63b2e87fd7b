"""What whoever has a place at a session reads of it, with its papers, which are files about the session."""

from collections.abc import Sequence
from uuid import UUID

from services.chassis.postgres import files
from services.chassis.postgres.files import KeptFile
from services.chassis.postgres.transaction import Row, Transaction
from services.engagements.domain.session_page import PAPER, SessionPage, nothing_said

_PAGE = "session_id, joining_link, arrival, changed_by, changed_at"


def _page(row: Row) -> SessionPage:
    return SessionPage(row["session_id"], row["joining_link"], row["arrival"], row["changed_by"], row["changed_at"])


async def get(tx: Transaction, session_id: UUID) -> SessionPage:
    """An empty one where nothing was said yet, and for whoever may not see it."""
    row = await tx.fetchrow("select " + _PAGE + " from session_page where session_id = $1", session_id)
    return _page(row) if row else nothing_said(session_id)


async def save(tx: Transaction, opportunity_id: UUID, organisation_id: UUID, page: SessionPage) -> None:
    """The caller holds the intake's lock."""
    await tx.change_one(
        "insert into session_page (session_id, opportunity_id, organisation_id, joining_link, arrival, changed_by,"
        " changed_at) values ($1, $2, $3, $4, $5, $6, $7) on conflict (session_id) do update set"
        " joining_link = excluded.joining_link, arrival = excluded.arrival, changed_by = excluded.changed_by,"
        " changed_at = excluded.changed_at",
        *(page.session_id, opportunity_id, organisation_id, page.joining_link, page.arrival),
        *(page.changed_by, page.changed_at),
    )


async def papers(tx: Transaction, session_id: UUID) -> Sequence[KeptFile]:
    """The newest first; as far as whoever asks may see them."""
    return await files.about(tx, session_id, PAPER)


async def forget_paper(tx: Transaction, session_id: UUID, id: UUID) -> int:
    """How many were there."""
    return await tx.change_any("delete from file where id = $1 and about = $2 and kind = $3", id, session_id, PAPER)
