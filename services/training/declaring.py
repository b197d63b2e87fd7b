"""What can be done with training that an organisation's register declares, each in one transaction."""

from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from schemas.signed import REGISTER_SECONDS, REGISTER_TRAINING
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member, Person
from services.chassis.base.keys import Secrets
from services.chassis.http.signed_values import read_signed
from services.chassis.postgres.transaction import Transaction
from services.training.domain import declared as domain
from services.training.domain.declared import AppliedAlready, DeclaredForm, NotTheirRegister, Row
from services.training.store import declared as store
from services.training.store.declared import Line


async def stage(tx: Transaction[Member], part: str, *, secret: Secrets) -> UUID:
    """Keep what recruitment's page gave of an import, as far as it is about training. Returns its id.

    Sent again it changes nothing. Raises NotTheirRegister.
    """
    id, rows = _read(tx, part, secret)
    if rows:
        today = london_day(tx.now)
        await store.stage(tx, id, [domain.read(row, today=today) for row in rows])
    await store.get(tx, id)
    await tx.due(forget_who_is_gone, id, 1)
    return id


def _read(tx: Transaction[Member], part: str, secret: Secrets) -> tuple[UUID, list[Row]]:
    try:
        said = read_signed(secret, part, purpose=REGISTER_TRAINING, max_age_seconds=REGISTER_SECONDS)
        if UUID(said["organisation_id"]) != tx.acting.organisation_id:
            raise NotTheirRegister
        numbers: Counter[int] = Counter()
        return UUID(said["import_id"]), [_row(one, numbers) for one in said["rows"]]
    except (ValueError, KeyError, TypeError):
        raise NotTheirRegister from None


def _row(said: Mapping[str, Any], numbers: Counter[int]) -> Row:
    line = int(said["line"])
    numbers[line] += 1
    title, held, by = (" ".join(str(said.get(name, "")).split()) for name in ("title", "on", "by"))
    return Row(line, numbers[line], UUID(said["person_id"]), title, held, by)


async def apply(tx: Transaction[Member], id: UUID) -> None:
    """What is right of it is kept, as declared by the organisation. Pressed again it changes nothing.

    Raises NotFound.
    """
    found = await store.lock(tx, id)
    if found.applied_at is None:
        await store.note_applied(tx, id)
    await store.declare(tx, id)
    await tx.due(forget_who_is_gone, id, 1)


async def forget_who_is_gone(tx: Transaction, id: UUID) -> None:
    """Of whoever was forgotten while the import ran nothing comes back."""
    await store.drop_forgotten(tx, id)


async def complete(tx: Transaction[Member], id: UUID, where: tuple[int, int], form: DeclaredForm) -> None:
    """Put right what was wrong in a line. `where`: the line, and which training of it.

    Raises NotFound, AppliedAlready or NoSuchDay.
    """
    found = await store.lock(tx, id)
    if (await store.one(tx, id, *where)).kept:
        raise AppliedAlready
    held = domain.held(form.held, today=london_day(tx.now))
    declared_at = tx.now if found.applied_at else None
    await store.complete(tx, id, Line(*where, form.title, held, form.by, ""), declared_at=declared_at)


async def correct(tx: Transaction[Person], id: UUID, form: DeclaredForm) -> None:
    """The person puts right what an organisation said of them. Raises NotFound or NoSuchDay."""
    await store.hold_of_person(tx, id)
    await store.one_of_person(tx, id)
    held = domain.held(form.held, today=london_day(tx.now))
    await store.correct(tx, id, title=form.title, held=held, by=form.by)


async def remove(tx: Transaction[Person], id: UUID) -> None:
    """The person does not want it kept. Raises NotFound."""
    await store.hold_of_person(tx, id)
    await store.one_of_person(tx, id)
    await store.remove(tx, id)
