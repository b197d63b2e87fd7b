"""What came of ringing somebody: told, rung again, written to instead, or not reached."""

from uuid import UUID

from services.chassis.base.hands import Member
from services.chassis.postgres.transaction import Transaction, new_id
from services.notifications.commands.messages import save_and_emit
from services.notifications.domain import calling as domain
from services.notifications.domain import message as messages
from services.notifications.domain.calling import Call, Ends, Rang
from services.notifications.domain.contact import Part
from services.notifications.domain.message import Message
from services.notifications.store import calls as store
from services.notifications.store import contact as contact_store


async def note_call(tx: Transaction[Member], person_id: UUID, rang: Rang) -> Ends:
    """Note the call and what follows from it for all that waited. What came in after the page was opened waits on.

    Raises NotFound where nothing was ever to be said to them, NobodyToRing where nothing is any more, CallNeedsTime.
    """
    await store.called(tx, person_id)
    waits = await store.lock_waiting(tx, person_id)
    about = [one for one in waits if one.id in rang.told] if rang.outcome == "told" else waits
    if not about:
        raise domain.NobodyToRing
    contact = await contact_store.get(tx, person_id)
    part = domain.part_of(tx.now)
    before = await store.tried(tx, person_id, since=min(one.queued_at for one in about))
    tried: list[Part] = [*before, part] if rang.outcome == "no_answer" else before
    ends = domain.ends(rang.outcome, contact=contact, tried=tried, again=rang.again, now=tx.now)
    await store.add(
        tx,
        Call(
            id=new_id(),
            person_id=person_id,
            organisation_id=tx.acting.organisation_id,
            rung_by=tx.acting.by,
            rung_at=tx.now,
            part=part,
            outcome=rang.outcome,
            about=len(about),
            again_at=ends.again_at,
        ),
    )
    if ends.unreached is not None and contact is not None:  # while something waits, or it cannot be changed
        await contact_store.note_unreached(tx, person_id, ends.unreached)
    await _follow(tx, about, ends)
    return ends


async def _follow(tx: Transaction[Member], about: list[Message], ends: Ends) -> None:
    """What becomes of each message."""
    if ends.told:
        await save_and_emit(tx, *(messages.hand_over(one, now=tx.now, done_by=tx.acting.by) for one in about))
    elif ends.write_instead:
        await save_and_emit(tx, *(messages.write_instead(one) for one in about))
    elif ends.unreached is not None:
        await save_and_emit(tx, *(messages.give_up(one) for one in about))
