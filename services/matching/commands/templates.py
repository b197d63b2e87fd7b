"""What coordinators do with the templates of their organisation: keep a role as one, rename it, delete it."""

from uuid import UUID

from services.chassis.base.hands import Member
from services.chassis.postgres.transaction import Transaction
from services.matching.commands import saving
from services.matching.domain import beginning
from services.matching.store import templates as store


async def keep_template(tx: Transaction[Member], opportunity_id: UUID, called: str) -> UUID:
    """Keep what a role says as a template. Raises NotFound, JobNotCopied, TemplateCalledSo, TooManyTemplates."""
    return await store.add(tx, called, beginning.to_keep(await saving.own(tx, opportunity_id)))


async def rename_template(tx: Transaction[Member], id: UUID, called: str) -> None:
    """Raises NotFound and TemplateCalledSo."""
    if (await store.lock(tx, id)).called != called:
        await store.rename(tx, id, called)


async def delete_template(tx: Transaction[Member], id: UUID) -> None:
    """Drafts that began with it stay. Raises NotFound."""
    await store.lock(tx, id)
    await store.delete(tx, id)
