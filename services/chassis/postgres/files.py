"""The files that a service keeps: rows like all others, each about a thing, each with a day on which it is erased.

What calls `keep` has had the file made safe (`SafeFile`); what deletes the thing calls `forget_about`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.chassis.base.files.rewriting import SafeFile
from services.chassis.base.security_log import Happened
from services.chassis.postgres.transaction import Row, Transaction, new_id

WITH_ITS_THING = date.max
"""Erased with the thing that it is about, whenever that is: PostgreSQL's `infinity`."""
MOST_OF_A_THING = 50
"""Files of one kind about one thing that are listed."""


@dataclass(frozen=True)
class Belongs:
    """What a file is about, of what kind it is there (the room's own code), whose it is and for whom."""

    about: UUID
    kind: str
    person_id: UUID | None = None
    organisation_id: UUID | None = None


@dataclass(frozen=True)
class KeptFile:
    """What is known of a file without its bytes."""

    id: UUID
    name: str
    media_type: str
    size: int
    sha256: str
    made_at: datetime

    @property
    def is_picture(self) -> bool:
        return self.media_type == "image/jpeg"


async def keep(tx: Transaction, file: SafeFile, belongs: Belongs, *, erase_on: date) -> UUID:
    """Returns its id. The same file about the same thing is kept once."""
    given = belongs.about, belongs.kind, file.sha256
    row = await tx.change_for(
        "insert into file (id, about, kind, sha256, person_id, organisation_id, name, media_type, content, made_at,"
        " made_by, erase_on) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        " on conflict (about, kind, sha256) do nothing returning id",
        *(new_id(), *given, belongs.person_id, belongs.organisation_id, file.name, file.media_type, file.content),
        *(tx.now, tx.acting.hand_id, erase_on),
    )
    if row is not None:
        return row["id"]
    return await tx.fetchval("select id from file where about = $1 and kind = $2 and sha256 = $3", *given)


async def about(tx: Transaction, thing: UUID, kind: str) -> list[KeptFile]:
    """The files of a kind about a thing that whoever asks may see, the newest first."""
    rows = await tx.fetch(
        "select id, name, media_type, size, sha256, made_at from file where about = $1 and kind = $2"
        " order by made_at desc, id desc limit $3",
        *(thing, kind, MOST_OF_A_THING),
    )
    return [_read(row) for row in rows]


async def newest(tx: Transaction, thing: UUID, kind: str) -> KeptFile | None:
    """The same where there is one at a time."""
    found = await about(tx, thing, kind)
    return found[0] if found else None


async def content(tx: Transaction, id: UUID) -> bytes:
    """The bytes of a file that was found in this transaction, for whoever asks: noted in the security log."""
    row = await tx.fetchrow("select content, person_id from file where id = $1", id)
    assert row
    tx.note(Happened.TAKEN_AWAY, of=row["person_id"], what="file")
    return row["content"]


async def erase_about(tx: Transaction, thing: UUID, *, on: date) -> None:
    """From that day on the files about a thing are erased, even if the thing is still there."""
    await tx.change_any("update file set erase_on = $2 where about = $1", thing, on)


async def forget_about(tx: Transaction, *things: UUID) -> None:
    """The things are deleted, and their files with them."""
    await tx.change_any("delete from file where about = any($1::uuid[])", list(things))


async def forget_person(tx: Transaction, person_id: UUID) -> None:
    """All that is a person's own, whatever it is about."""
    await tx.change_any("delete from file where person_id = $1", person_id)


def _read(row: Row) -> KeptFile:
    return KeptFile(row["id"], row["name"], row["media_type"], row["size"], row["sha256"], row["made_at"])
