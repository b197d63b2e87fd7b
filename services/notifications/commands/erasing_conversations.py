"""What was written goes: with the person, or after as long as the policy says."""

from datetime import timedelta
from uuid import UUID

from schemas.event import Erased
from schemas.notifications_conversation import Conversation as PublicConversation
from schemas.notifications_conversation import ConversationErased
from services.chassis.postgres.transaction import Transaction
from services.notifications.domain.conversation import Conversation
from services.notifications.store import conversations as store
from services.notifications.store import policies
from services.notifications.store import said as said_store
from services.notifications.store import waiting as waiting_store
from services.notifications.store.waiting import Thing

ERASE_AT_ONCE = 500


async def forget_person(tx: Transaction, person_id: UUID) -> None:
    """All that was written with them, by both sides. The caller holds the person (`hold_person`)."""
    await _erase(tx, await store.lock_of_person(tx, person_id))


async def erase_old(tx: Transaction) -> int:
    """Some of the messages that were kept as long as the policy says; a conversation of which nothing is left goes."""
    days = (await policies.conversing(tx)).kept_days
    before = tx.now - timedelta(days=days)
    count, empty = await said_store.forget_old(tx, before=before, limit=ERASE_AT_ONCE)
    if empty:
        await store.hold_each(tx, empty)
        left = [one for one in (await store.lock_each(tx, empty)).values() if one.written_at < before]
        await _erase(tx, left)
    return count


async def _erase(tx: Transaction, gone: list[Conversation]) -> None:
    if not gone:
        return
    ids = [one.id for one in gone]
    await waiting_store.rewrite(tx, {Thing(PublicConversation.topic, id): () for id in ids})
    shared = await said_store.forget_files(tx, ids)
    await tx.emit(*(ConversationErased(Erased(id=one.id, version=one.version + 1)) for one in gone))
    await store.forget(tx, ids)
    await said_store.forget_shared(tx, shared)
