"""What people say of their own attendance: that they were there, and that a record is wrong."""

from uuid import UUID

from schemas.engagements import Engagement
from schemas.matching import Session
from services.chassis.base.hands import Person
from services.chassis.postgres.transaction import Transaction
from services.engagements.commands.settling import lock_mine
from services.engagements.domain import saying as domain
from services.engagements.domain.saying import THERE, WRONG, Said, WhatIsWrong
from services.engagements.store import engagements
from services.engagements.store import said as store


async def say_there(tx: Transaction[Person], id: UUID, session_id: UUID) -> None:
    """The organisation sees it where it records who came, and confirms it or not.

    Raises NotFound, NotOpen, DidNotTakePlace, NotBegunYet, RecordedAlready or SaidAlready.
    """
    mine, session = await _lock_own(tx, id, session_id)
    domain.may_say_there(mine, session, await store.get(tx, id, session_id), now=tx.now).must()
    await store.save(tx, mine, session_id, Said(THERE, "", tx.now))


async def say_wrong(tx: Transaction[Person], id: UUID, session_id: UUID, what: WhatIsWrong) -> None:
    """It waits for the organisation. Raises NotFound, NotOpen, NothingRecorded or SaidAlready."""
    mine, session = await _lock_own(tx, id, session_id)
    disputed, event = domain.say_wrong(mine, session, now=tx.now)
    await engagements.save(tx, disputed)
    await store.save(tx, disputed, session_id, Said(WRONG, what.words, tx.now))
    await tx.emit(event)


async def _lock_own(tx: Transaction[Person], id: UUID, session_id: UUID) -> tuple[Engagement, Session]:
    """Raises NotFound for anybody else's, and for what is no session of it."""
    intake, mine = await lock_mine(tx, id)
    return mine, intake.session(session_id)
