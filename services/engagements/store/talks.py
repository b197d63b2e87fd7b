"""Where talks are, and when those that nobody answers are over."""

from datetime import datetime
from uuid import UUID

from services.chassis.postgres.private import PrivateHalf
from services.chassis.postgres.transaction import Transaction
from services.engagements.domain.talking import ChatWords

CHAT_WORDS = PrivateHalf(
    "chat_words",
    ChatWords,
    beside=(("id", "engagement_id"), ("organisation_id", "organisation_id"), ("person_id", "person_id")),
    save_sql="insert into chat_words (engagement_id, organisation_id, person_id, words) values ($1, $2, $3, $4)"
    " on conflict (engagement_id) do update set words = excluded.words",
    get_sql="select words from chat_words where engagement_id = $1",
)


async def words(tx: Transaction, id: UUID) -> str:
    """Empty where there are none, or whoever asks may not see them."""
    found = await CHAT_WORDS.get(tx, id)
    return found.words if found else ""


async def to_run_out(tx: Transaction, after: UUID, *, limit: int) -> dict[UUID, datetime]:
    """When the times of each talk that nobody has answered have gone, of those after an id, in id order."""
    rows = await tx.fetch(
        "select id, chat_over from engagement where chat_over is not null and id > $1 order by id limit $2",
        *(after, limit),
    )
    return {row["id"]: row["chat_over"] for row in rows}
