"""How coordinators mark people against what their organisation chooses by. Nobody does it for themselves."""

from uuid import UUID

from schemas.engagements import Engagement
from services.chassis.base.hands import Member
from services.chassis.postgres.help_given import helped_by_whoever_acts
from services.chassis.postgres.transaction import Transaction
from services.engagements.commands.settling import lock_theirs
from services.engagements.domain import comparing as domain
from services.engagements.domain.comparing import Marks
from services.engagements.store import marks as mark_store


async def mark(tx: Transaction[Member], id: UUID, marks: Marks) -> Engagement:
    """The marks of one person. Those that stay as they are stay whose they are.

    Raises NotFound, NothingToMark, NotOpen, NotYourOwn, HelpedThem or MoreThanAsked.
    """
    intake, theirs = await lock_theirs(tx, id)
    helped = await helped_by_whoever_acts(tx, [theirs.person_id])
    domain.may_mark(theirs, intake.opportunity, by=tx.acting.by, helped=helped).must()
    changed = domain.changed(await mark_store.of_engagement(tx, id), marks, intake.opportunity)
    kept = {place: one for place, one in changed.items() if one}
    await mark_store.save(tx, theirs, kept, by=tx.acting.by, now=tx.now)
    await mark_store.forget(tx, id, *(place for place, one in changed.items() if not one))
    return theirs
