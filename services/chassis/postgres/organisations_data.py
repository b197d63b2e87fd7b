"""What a room holds of an organisation, for its administrators to take away as files: each file is one statement.

Beside what it holds of a person (`holds.py`). A statement names its columns: of people it gives what staff see of them
on a page, the called name and the reference, and never how they are reached, what they need or where they are paid. A
test asks of every table with rows of an organisation that a file has it, or that it is left out with a reason, which
the page shows.
"""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from schemas.identity import Organisation
from services.chassis.base.hands import Member
from services.chassis.base.periods import london_day
from services.chassis.base.refusals import Refused
from services.chassis.postgres import mirrors
from services.chassis.postgres.lists import Few, few
from services.chassis.postgres.transaction import Row, Transaction, new_id

AFTER_ITS_LAST_DAY = timedelta(days=90)
"""So long whoever is an administrator of an organisation that has closed can still take its files (DECISIONS 85)."""
AT_ONCE = 500
MOST_TAKEN = 20
"""So many of the files that were taken are shown; a file of its own has all of them."""


class ClosedTooLong(Refused, slug="closed-too-long", title="These files are no longer given here", status=409):
    """This organisation closed more than 90 days ago, so its files are no longer given here. Ask the network."""


@dataclass(frozen=True)
class File:
    """One file. `title`: what it is, in words. `sql` is given the organisation's id; its columns are the file's."""

    name: str
    title: str
    sql: str


@dataclass(frozen=True)
class Columns:
    """Of a file. `as_json`: those in which something stands as JSON."""

    names: list[str]
    as_json: frozenset[str]


@dataclass(frozen=True)
class LeftOut:
    """What no file has, in words, and why; `tables`: where it is kept."""

    what: str
    why: str
    tables: frozenset[str] = frozenset()


@dataclass(frozen=True)
class OrganisationsData:
    """What one room gives. `path`: the address of its page, with `{ods}`; `title`: what the room does, in words."""

    room: str
    path: str
    title: str
    files: tuple[File, ...]
    left_out: tuple[LeftOut, ...]

    def named(self, name: str) -> File | None:
        return next((one for one in (*self.files, *EVERYWHERE) if one.name == name), None)


POLICIES = File(
    "policies",
    "Policies of your own",
    "select kind, edition, valid_from, issuer, source, value, set_at from policy_edition where organisation_id = $1"
    " order by kind, valid_from",
)
TAKEN = File(
    "taken",
    "Which of these files were taken, when and by whom",
    "select file, kind, row_count, taken_by, taken_at from data_taken where organisation_id = $1 order by taken_at, id",
)
EVERYWHERE = (POLICIES, TAKEN)
"""The chassis' own, of every room; shown where there are any."""
LEFT_OUT_EVERYWHERE = (
    LeftOut(
        "How people are reached, what they need, what they told us about their health, and where they are paid",
        "It is theirs. Your staff see what somebody shared with you, on a page, for as long as they have a place",
    ),
    LeftOut(
        "Forms that were begun and not sent, and files that people sent",
        "A form is not whole until it is sent. A file stays with what it is about, and is opened there",
        frozenset({"draft", "file"}),
    ),
    LeftOut(
        "What your staff did for people as their helpers", "It is in those people's own list", frozenset({"help_given"})
    ),
)
"""The same of every room."""
_COUNTED = "select count(*) from ({sql}) as counted"
_TAKEN = (
    "select d.file, d.kind, d.row_count, d.taken_at, a.state ->> 'called' as called from data_taken d"
    " left join mirror_account a on a.id = d.taken_by and not a.erased"
    " where d.organisation_id = $1 order by d.taken_at desc, d.id desc limit $2"
)
_NOTE = (
    "insert into data_taken (id, organisation_id, file, kind, row_count, taken_by, taken_at)"
    " values ($1, $2, $3, $4, $5, $6, $7)"
)


@dataclass(frozen=True)
class Counted:
    """A file, and how many rows it would have now."""

    file: File
    rows: int


@dataclass(frozen=True)
class Taken:
    """A file that was taken. `called`: who did, where whoever looks may see it."""

    file: str
    kind: str
    rows: int
    at: datetime
    called: str | None


async def may_be_taken_until(tx: Transaction[Member]) -> date | None:
    """The last day on which its files are given; None while it is open. Raises ClosedTooLong after that."""
    organisation = await mirrors.get(tx, Organisation, tx.acting.organisation_id)
    if organisation is None or organisation.valid_to is None:
        return None
    last = organisation.valid_to + AFTER_ITS_LAST_DAY
    if last < london_day(tx.now):
        raise ClosedTooLong
    return last if organisation.valid_to < london_day(tx.now) else None


async def counted(tx: Transaction[Member], data: OrganisationsData) -> list[Counted]:
    """The room's files with their rows; of those of every room the ones that have any."""
    own = [await _count(tx, one) for one in data.files]
    return [*own, *(one for one in [await _count(tx, file) for file in EVERYWHERE] if one.rows)]


async def _count(tx: Transaction[Member], file: File) -> Counted:
    return Counted(file, await tx.fetchval(_COUNTED.format(sql=file.sql), tx.acting.organisation_id))


async def taken(tx: Transaction[Member]) -> Few[Taken]:
    """What was taken lately, the newest first."""
    rows = await tx.fetch(_TAKEN, tx.acting.organisation_id, MOST_TAKEN + 1)
    return few(rows, MOST_TAKEN, lambda r: Taken(r["file"], r["kind"], r["row_count"], r["taken_at"], r["called"]))


async def note_taken(tx: Transaction[Member], file: File, kind: str, rows: int) -> None:
    acting = tx.acting
    await tx.change_one(_NOTE, new_id(), acting.organisation_id, file.name, kind, rows, acting.by, tx.now)


async def some_at_once(tx: Transaction[Member], file: File) -> AsyncGenerator[tuple[Columns, list[Row]]]:
    """The columns with AT_ONCE rows, until there are no more: all as they stood when the first were read.

    A file may be too much to be loaded at once. At the end the columns come with nothing, so they come at least once.
    """
    statement = await tx.connection.prepare(file.sql)
    attributes = statement.get_attributes()
    columns = Columns(
        [one.name for one in attributes],
        frozenset(one.name for one in attributes if one.type.name in ("json", "jsonb")),
    )
    cursor = await statement.cursor(tx.acting.organisation_id)
    while rows := await cursor.fetch(AT_ONCE):
        yield columns, rows
    yield columns, []


def left_out(data: OrganisationsData) -> Sequence[LeftOut]:
    return (*data.left_out, *LEFT_OUT_EVERYWHERE)
