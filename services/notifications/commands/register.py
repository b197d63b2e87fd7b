"""An organisation's register comes in: staged, looked at, applied on a second press, and completed where it lacked."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from schemas.identity import Account
from schemas.signed import REGISTER_CONTACTS, REGISTER_SECONDS
from services.chassis.base.hands import Member
from services.chassis.base.keys import Secrets
from services.chassis.base.refusals import NotFound
from services.chassis.http.signed_values import read_signed
from services.chassis.postgres.transaction import Transaction
from services.notifications.commands import alike
from services.notifications.domain import register as domain
from services.notifications.domain.register import CELLS, LONGEST_CELL, NotTheirRegister, Row
from services.notifications.store import contact as contact_store
from services.notifications.store import register as store

APPLIED_AT_ONCE = 250
"""Of the people of one import, in one transaction."""


async def stage(tx: Transaction[Member], part: str, *, secret: Secrets, texts: bool) -> UUID:
    """Keep what recruitment's page gave of an import, as far as it is about how people are reached. Returns its id.

    Sent again it changes nothing, and brings back nobody who was forgotten. Raises NotTheirRegister.
    """
    id, rows = _read(tx, part, secret)
    if rows:
        await store.stage(tx, id, [(row, domain.read(row.cells, texts=texts)) for row in rows])
    await store.get(tx, id)
    await tx.due(apply_register, id, 1)
    return id


def _read(tx: Transaction[Member], part: str, secret: Secrets) -> tuple[UUID, list[Row]]:
    try:
        said = read_signed(secret, part, purpose=REGISTER_CONTACTS, max_age_seconds=REGISTER_SECONDS)
        if UUID(said["organisation_id"]) != tx.acting.organisation_id:
            raise NotTheirRegister
        return UUID(said["import_id"]), [_row(one) for one in said["rows"]]
    except (ValueError, KeyError, TypeError):
        raise NotTheirRegister from None


def _row(said: Mapping[str, Any]) -> Row:
    cells = {name: str(said[name]).strip()[:LONGEST_CELL] for name in CELLS if said.get(name)}
    return Row(int(said["line"]), UUID(said["person_id"]), cells)


async def apply(tx: Transaction[Member], id: UUID) -> None:
    """From now on people are reached so. Pressed again it changes nothing. Raises NotFound."""
    found = await store.lock(tx, id)
    if found.applied_at is None:
        await store.note_applied(tx, id)
    await tx.due(apply_register, id, 1)


async def apply_register(tx: Transaction, id: UUID, after: UUID | None) -> UUID | None:
    """Keep how the next of them are reached, once that is applied, and see who is reached by the same. Of whoever no
    account was heard yet it is kept as soon as it is. Whoever was forgotten is on no list, applied or not."""
    if after is None:
        await store.drop_forgotten(tx, id)
    some, last = await store.to_apply(tx, import_id=id, after=after, limit=APPLIED_AT_ONCE)
    await _keep(tx, some)
    await alike.look_for(tx, [one.person_id for one in some])
    return last


async def apply_to(tx: Transaction, account: Account) -> None:
    """The account is heard of whose register was applied before. Others may share this transaction, so whoever is
    reached by the same is looked for in one of its own."""
    some, _ = await store.to_apply(tx, person_id=account.id, after=None, limit=APPLIED_AT_ONCE)
    await _keep(tx, some)
    if some:
        await tx.due(alike.look_who_is_reached_alike, account.id, alike.VERSION)


async def _keep(tx: Transaction, some: Sequence[store.ToApply]) -> None:
    if not some:
        return
    await contact_store.keep_people(tx, [one.person_id for one in some])
    await store.keep(tx, [_on_envelope(one) for one in some])


def _on_envelope(one: store.ToApply) -> store.ToApply:
    return replace(one, address=domain.on_envelope(one.address, one.called)) if one.channel == "post" else one


async def complete(tx: Transaction[Member], id: UUID, line: int, cells: Mapping[str, str], *, texts: bool) -> None:
    """Give a way to reach somebody whose row had none. Raises NobodyReachesThem, or NotFound, where it
    is applied too."""
    found = domain.chosen(cells, texts=texts)
    await store.hold(tx, id, line)
    if (await store.one(tx, id, line)).done:
        raise NotFound
    await store.complete(tx, id, line, cells, found)
    await tx.due(apply_register, id, 1)  # whether it is applied is read then: somebody may press that at this moment
