"""Numbering what machines read of what is open: after each commit that changed something of it, one after another."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from schemas.engagements import Intake
from schemas.identity import Organisation
from services.chassis.postgres.transaction import Transaction
from services.matching import line_of_feed
from services.matching.domain.opportunity import is_open
from services.matching.domain.said_since import said_since
from services.matching.line_of_feed import EDITION
from services.matching.store import changes
from services.matching.store.changes import Line
from services.matching.store.opportunities import Listed

AT_ONCE = 200


async def number_change(tx: Transaction, id: UUID) -> None:
    """Owed to whatever was posted, changed, closed or called off."""
    await _number(tx, [id])


async def follow_places(tx: Transaction, intake: Intake) -> None:
    """Places were taken or are free again: how many are left is said, while anybody can show interest."""
    if intake.closed_at is None:
        await _number(tx, [intake.id])


async def follow_name(tx: Transaction, now: Organisation, before: Organisation | None) -> None:
    """An organisation that is called otherwise is so in all that it has open."""
    if before and before.name != now.name:
        await tx.due(number_of_organisation, now.id, now.version)


async def number_of_organisation(tx: Transaction, organisation_id: UUID, after: UUID | None) -> UUID | None:
    """The next of what an organisation has open."""
    some = await changes.of_organisation(tx, organisation_id, after, limit=AT_ONCE)
    await _number(tx, some)
    return some[-1] if len(some) == AT_ONCE else None


async def catch_up(tx: Transaction) -> bool:
    """Number some of what no reaction did: what stood before there were numbers, what a version that ran beside this
    one changed, what is written otherwise by this one; and say what a restore lost. Whether there were any."""
    behind = await changes.not_numbered(tx, EDITION, limit=AT_ONCE)
    gone = await changes.lost(tx, limit=AT_ONCE)
    await _number(tx, behind)
    if gone:
        first = await changes.hold(tx)
        ids = [*gone.items()]
        await changes.keep(tx, [_gone(tx, id, version, first + n) for n, (id, version) in enumerate(ids)])
    return bool(behind or gone)


async def delete_old(tx: Transaction) -> None:
    await changes.delete_old(tx)


async def _number(tx: Transaction, ids: Sequence[UUID]) -> None:
    """Say each anew at the end, if it says something else than is said, or has another version.

    What stands is read once the numbers are held: of two that change one thing the second to give a number reads what
    the first has left.
    """
    if not ids:
        return
    number = await changes.hold(tx)
    roles, before = await changes.roles(tx, ids), await changes.lines(tx, ids)
    said: list[Line] = []
    for id, role in sorted(roles.items()):
        if anew := _anew(tx, role, before.get(id), number + len(said)):
            said.append(anew)
    if said:
        await changes.keep(tx, said)


def _anew(tx: Transaction, role: Listed, before: Line | None, number: int) -> Line | None:
    """None where nothing is to be said: it is as it was, or nobody was ever told of it and it is over."""
    o = role.opportunity
    if not is_open(o, tx.now):
        if before is None or not before.is_open:
            return None
        gone = _gone(tx, o.id, o.version, number)
        return replace(gone, organisation_id=o.organisation_id, at=max(o.closed_at or tx.now, before.at))
    is_same = before is not None and before.is_open and before.line == line_of_feed.line(role, before.number)
    if before and is_same and (before.version, before.edition) == (o.version, EDITION):
        return None
    if before is None:
        at = said_since(o)
    elif is_same:
        at = before.at
    else:
        at = tx.now if before.version == o.version else max(said_since(o), before.at)
    return Line(o.id, o.organisation_id, number, o.version, True, EDITION, line_of_feed.line(role, number), at)


def _gone(tx: Transaction, id: UUID, version: int, number: int) -> Line:
    return Line(id, None, number, version, False, EDITION, line_of_feed.gone(id, number), tx.now)
