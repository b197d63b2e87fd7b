"""Tell both whose records were taken for one person's: the one that is kept, and the one that was closed; and the undo.

Each by their own channel, also where it is the same mailbox: they may be two people who share it. A message says
nothing of the other one but the reference that is kept.
"""

from datetime import datetime
from uuid import UUID

from schemas import links
from schemas.recruitment import Duplicate
from services.chassis.postgres.transaction import Transaction
from services.notifications import texts
from services.notifications.commands.messages import tell
from services.notifications.domain import kinds
from services.notifications.domain.message import News

CLOSED, KEPT, OPENED, ALONE = "record_closed", "record_kept", "record_opened_again", "record_alone"


async def tell_of_duplicate(tx: Transaction, pair: Duplicate) -> None:
    """Somebody of the welcome team closed one for the other, or opened it again. That two are two is told to nobody."""
    if pair.kept_id is None or pair.closed_id is None or pair.answered_at is None:
        return
    if pair.undone_at is not None:
        await _tell(tx, pair.closed_id, pair, OPENED, at=pair.undone_at)
        await _tell(tx, pair.kept_id, pair, ALONE, at=pair.undone_at)
    elif pair.status == "closed":
        await _tell(tx, pair.closed_id, pair, CLOSED, at=pair.answered_at)
        await _tell(tx, pair.kept_id, pair, KEPT, at=pair.answered_at)


async def _tell(tx: Transaction, person_id: UUID, pair: Duplicate, kind: str, *, at: datetime) -> None:
    text = texts.text_of(kind, {"reference": pair.kept_reference or ""})
    news = News(
        person_id=person_id,
        kind=kind,
        about=pair.id,
        stage=f"{kind}:{at.isoformat()}",
        subject=text.subject,
        body=text.body,
        link=links.MY_APPLICATION,
        link_words=text.link_words,
        good_until=kinds.good_until(kinds.of(kind), happened_at=at),
        easy=text.easy,
    )
    await tell(tx, news)
