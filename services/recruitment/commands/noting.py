"""Notes of talks, which the person reads."""

from uuid import UUID

from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.transaction import Transaction, new_id
from services.recruitment.commands.coordinating import lock_person
from services.recruitment.domain import note as domain
from services.recruitment.domain.coordinator import may_write
from services.recruitment.domain.note import TalkDraft
from services.recruitment.store import caseloads, coordinators, policies
from services.recruitment.store import notes as store

ERASE_AT_ONCE = 500


async def write_note(tx: Transaction[Member], person_id: UUID, draft: TalkDraft) -> UUID:
    """Keep that one was in touch with somebody, and what was said.

    Raises NotFound, NotTheirCoordinator, NotYetThatDay or TooLongAgo.
    """
    leader = await lock_person(tx, person_id)
    today = london_day(tx.now)
    may_write(leader, by=tx.acting.by, today=today).must()
    domain.check_day(draft.on, today=today)
    note = domain.of_contact(draft, id=new_id(), person_id=person_id, by=tx.acting.by, now=tx.now)
    await store.add(tx, note)
    if draft.outcome in domain.REACHED:
        await caseloads.was_in_touch(tx, person_id, draft.on)
    return note.id


async def delete_note(tx: Transaction[Member], person_id: UUID, id: UUID) -> None:
    """Whoever wrote a note takes it away. Raises NotFound or NotYourNote."""
    await lock_person(tx, person_id)
    note = await store.lock(tx, id, person_id)
    if note is None:
        raise NotFound
    domain.may_delete(note, by=tx.acting.by).must()
    await store.delete(tx, note)
    await caseloads.set_last_contact(tx, person_id, await store.last_contact(tx, person_id))


async def erase_old_notes(tx: Transaction) -> int:
    """Delete notes, and what is known of hand-overs, once the policy's time is over; returns how many notes."""
    policy = (await policies.in_force(tx, on=london_day(tx.now)))["coordinator_notes"]
    assert policy.days
    await coordinators.delete_old_hand_overs(tx, older_than_days=policy.days)
    return await store.delete_old(tx, older_than_days=policy.days, limit=ERASE_AT_ONCE)
