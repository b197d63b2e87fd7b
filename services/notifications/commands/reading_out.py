"""What staff wrote was read out to its person on the phone, or went to them on paper: they know it by that."""

from dataclasses import replace
from uuid import UUID

from services.chassis.postgres.transaction import Transaction
from services.notifications.domain.contact import BY_PEOPLE
from services.notifications.domain.kinds import MESSAGE_WRITTEN
from services.notifications.domain.message import Message
from services.notifications.store import conversations as store


async def follow(tx: Transaction, *told: Message) -> None:
    """Owed for those that staff have told by now."""
    read = {
        one.news.about: one.version
        for one in told
        if one.news.kind == MESSAGE_WRITTEN and one.status == "sent" and one.channel in BY_PEOPLE
    }
    await tx.due_each(note_read_out, read)


async def note_read_out(tx: Transaction, conversation_id: UUID) -> None:
    """All of which they were told counts as read."""
    of = await store.lock(tx, conversation_id)
    if of is not None and of.seen < of.told:
        await store.save(tx, replace(of, seen=of.told))
