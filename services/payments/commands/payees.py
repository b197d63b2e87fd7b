"""Take a person's bank details, and forget a person."""

from uuid import UUID

from schemas.event import Erased
from schemas.payments import ClaimErased, DetailsChange, DetailsChanged, DetailsChangeErased, PaymentsHelpErased
from services.chassis.base.hands import Person
from services.chassis.postgres import help_given
from services.chassis.postgres.transaction import Transaction, new_id
from services.payments.commands.claims import ready_claims_of
from services.payments.domain.claim import UNPAID, Claim
from services.payments.domain.payee import NothingToConfirm, PayeeDetails, ReadBack, ToConfirm
from services.payments.store import claims, details_changes, households, restored, to_confirm
from services.payments.store import payees as store

ENDED = ("declined", "cancelled")


async def give_details(tx: Transaction[Person], details: PayeeDetails) -> None:
    """Where the person who asks is paid from now on. Claims that waited for it can be sent, after this commit.

    Said, so that they are told: somebody else may have done it in their name. What a helper enters is only kept, until
    somebody else has rung the person back; it is never compared with what there is, which the helper would learn by it.
    """
    await store.lock(tx, tx.acting.person_id)
    helper = tx.acting.helper
    if helper and tx.acting.helping_for:
        await to_confirm.put(tx, ToConfirm(tx.acting.person_id, tx.acting.helping_for, helper, tx.now, details))
        return
    existing = await store.get(tx, tx.acting.person_id)
    await to_confirm.forget(tx, tx.acting.person_id)
    if existing is None or not existing.is_still(details):
        await _pay_into(tx, details)


async def confirm_details(tx: Transaction[Person], said: ReadBack) -> None:
    """Somebody rang the person back and typed what they said: from now on they are paid there.

    Raises NothingToConfirm, EnteredByYou and NotTheSame.
    """
    await store.lock(tx, tx.acting.person_id)
    waiting = await to_confirm.lock(tx, tx.acting.person_id)
    if waiting is None:
        raise NothingToConfirm
    waiting.check_read_back(said, by=tx.acting.by)
    await to_confirm.forget(tx, tx.acting.person_id)
    await _pay_into(tx, waiting.details, hands=(waiting.entered_by, tx.acting.by))


async def _pay_into(tx: Transaction[Person], details: PayeeDetails, *, hands: tuple[UUID, UUID] | None = None) -> None:
    version = await store.add_version(tx, tx.acting.person_id, details, now=tx.now, hands=hands)
    await tx.due(ready_claims_of, tx.acting.person_id, version)
    change = DetailsChange(id=new_id(), version=1, person_id=tx.acting.person_id, changed_at=tx.now)
    await details_changes.add(tx, change)
    await tx.emit(DetailsChanged(change))


async def forget_person(tx: Transaction, person_id: UUID) -> None:
    """Delete bank details and every claim that is not paid: without bank details it never can be.

    What was paid keeps its amounts, dates and the person's id, which names nobody any more, and the payroll file stays
    as it was handed over: a debt can be sued for during six years (Limitation Act 1980, section 5), and what is needed
    for legal claims and duties is not erased (UK GDPR, article 17(3)(b) and (e)).
    """
    await _erase(tx, await claims.lock_of_person(tx, person_id, statuses=(*UNPAID, *ENDED)))
    await claims.forget_reasons(tx, person_id)
    await store.forget(tx, person_id)
    await to_confirm.forget(tx, person_id)
    await restored.forget(tx, person_id)
    await households.forget(tx, person_id)
    changes = await details_changes.lock_of_person(tx, person_id)
    await details_changes.forget(tx, person_id)
    await help_given.forget(tx, person_id, PaymentsHelpErased)
    await tx.emit(*(DetailsChangeErased(Erased(id=one.id, version=one.version + 1)) for one in changes))


async def forget_engagement(tx: Transaction, engagement_id: UUID) -> None:
    """Delete what was not paid of an engagement that is forgotten."""
    await _erase(tx, [c for c in await claims.lock_of_engagement(tx, engagement_id) if c.status != "paid"])


async def _erase(tx: Transaction, gone: list[Claim]) -> None:
    await claims.delete(tx, *(claim.id for claim in gone))
    await tx.emit(*(ClaimErased(Erased(id=claim.id, version=claim.version + 1)) for claim in gone))
