"""Drafts: forms of several pages as far as they are filled in. A table in each service's schema.

A draft belongs to an account, which has one unsent of a kind, or to an organisation, whose members share theirs. What
was typed is kept as it was typed, right or wrong, page by page. It is sent once, by the transaction that acts on it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.chassis.base.refusals import Refused
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Row, Transaction

KEPT_FOR = timedelta(days=90)
"""After its last change."""
MOST_OF_AN_OWNER = 1_000
"""Unsent drafts of one kind."""
MOST_BYTES = 128 * 1024
"""All that is typed into one draft, as JSON."""

Values = Mapping[str, Any]
"""What was typed, by the name of the field: text, or a list where a name was sent more than once."""


class TooManyDrafts(Refused, slug="too-many-drafts", title="There are too many drafts", status=409):
    """There are 1,000 drafts of this already. Send or delete one of them first."""


class DraftTooLong(Refused, slug="draft-too-long", status=422, field=""):
    """This is too much to save. Make the longest answer shorter, and save again."""


@dataclass(frozen=True)
class Owner:
    """Whose a draft is: exactly one of the two."""

    account_id: UUID | None = None
    organisation_id: UUID | None = None

    @property
    def id(self) -> UUID:
        found = self.account_id or self.organisation_id
        assert found, "a draft belongs to somebody"
        return found


@dataclass(frozen=True)
class SavedPage:
    """One page as it was saved: at which version of the draft, and by which form (the minted part of its key)."""

    version: int
    form: str
    typed: Values


@dataclass(frozen=True)
class Draft:
    """`changed_by` is None when whoever changed it last was forgotten. `sent_as`: the id of what was made of it.

    `begun`: how it began if not with empty pages, a code of its room.
    """

    id: UUID
    version: int
    pages: Mapping[str, SavedPage]
    changed_at: datetime
    changed_by: UUID | None
    sent_as: UUID | None
    begun: str = ""
    kind: str = ""

    @property
    def values(self) -> dict[str, Any]:
        """What is typed on all pages."""
        return {name: value for page in self.pages.values() for name, value in page.typed.items()}

    @property
    def kept_until(self) -> datetime:
        return self.changed_at + KEPT_FOR


_COLUMNS = "id, version, answers, changed_at, changed_by, sent_as, begun, kind"
_FIND = (
    "select " + _COLUMNS + " from draft where owner_id = $1 and kind = $2 and ($3::uuid is null or id = $3)"
    " order by sent_at is null desc, changed_at desc limit 1"
)
_UNSENT = " from draft where owner_id = $1 and kind = any($2::text[]) and sent_at is null"
UNSENT = Listing(
    "unsent drafts",
    sorts=(
        Sort(
            "changed",
            "Changed last",
            "select "
            + _COLUMNS
            + _UNSENT
            + " and (changed_at, id) < ($3, $4) order by changed_at desc, id desc limit $5",
            by={"changed_at": datetime, "id": UUID},
            descending=True,
        ),
    ),
    count="select count(*) from (select" + _UNSENT + " limit $3) as counted",
)
_HOW_MANY = "select count(*)" + _UNSENT
_MAKE = """
insert into draft (id, kind, account_id, organisation_id, version, answers, begun, made_at, changed_at, changed_by)
values ($1, $2, $3, $4, 1, $5, $6, $7, $7, $8) on conflict do nothing
"""
_SAVE = "update draft set answers = $3, version = $2, changed_at = $4, changed_by = $5 where id = $1"
_SENT = """
update draft set answers = '{}', version = version + 1, sent_at = $2, sent_as = $3, changed_at = $2, changed_by = $4
where id = $1 and sent_at is null
"""
_DELETE = "delete from draft where id = $1 and sent_at is null"
_CALLED = """
select id, state ->> 'called' as called from mirror_account where id = any($1::uuid[]) and not erased
"""
_FORGET = "delete from draft where account_id = $1"
_FORGET_HAND = "update draft set changed_by = null where changed_by = $1"


async def find(tx: Transaction, kind: str, owner: Owner, id: UUID | None = None) -> Draft | None:
    """The one of that id; without one, the owner's unsent draft, else the one that was sent last."""
    row = await tx.fetchrow(_FIND, owner.id, kind, id)
    return _read(row) if row else None


async def lock(tx: Transaction, kind: str, owner: Owner, id: UUID | None = None) -> Draft | None:
    """The same, locked: what others want to save or send waits for this transaction."""
    row = await tx.lock_one(_FIND + " for update", owner.id, kind, id)
    return _read(row) if row else None


async def make(
    tx: Transaction,
    kind: str,
    owner: Owner,
    id: UUID,
    *,
    pages: Mapping[str, Values] | None = None,
    begun: str = "",
) -> None:
    """One with these pages, or empty; nothing is made where it is there already. Raises TooManyDrafts, DraftTooLong."""
    if await tx.fetchval(_HOW_MANY, owner.id, [kind]) >= MOST_OF_AN_OWNER:
        raise TooManyDrafts
    whose = (owner.account_id, owner.organisation_id)
    answers = _written({slug: SavedPage(1, "", typed) for slug, typed in (pages or {}).items()})
    await tx.change_any(_MAKE, id, kind, *whose, answers, begun, tx.now, tx.acting.hand_id)


async def save(tx: Transaction, draft: Draft, page: str, typed: Values, *, form: str) -> Draft:
    """Keep what was typed on one page; the caller holds the draft's lock. Raises DraftTooLong."""
    return await save_each(tx, draft, {page: typed}, form=form)


async def save_each(tx: Transaction, draft: Draft, typed: Mapping[str, Values], *, form: str) -> Draft:
    """The same of several pages at once."""
    version = draft.version + 1
    pages = {**draft.pages, **{page: SavedPage(version, form, on_it) for page, on_it in typed.items()}}
    await tx.change_one(_SAVE, draft.id, version, _written(pages), tx.now, tx.acting.hand_id)
    return Draft(draft.id, version, pages, tx.now, tx.acting.hand_id, None, draft.begun, draft.kind)


async def mark_sent(tx: Transaction, draft: Draft, made: UUID) -> None:
    """It was acted on in this transaction, whose lock it holds. What was typed now stands in what was made."""
    await tx.change_one(_SENT, draft.id, tx.now, made, tx.acting.hand_id)


async def delete(tx: Transaction, draft: Draft) -> None:
    await tx.change_any(_DELETE, draft.id)


async def unsent(tx: Transaction, kinds: Sequence[str], owner: Owner, asked: Asked) -> Page[Draft]:
    """One page of all of these kinds that the owner has not sent yet, the one that was changed last first."""
    page = await UNSENT.page(tx, asked, owner.id, list(kinds))
    return page.with_items([_read(row) for row in page.items])


async def called(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, str]:
    """The names of those of these accounts that whoever asks may see in this service."""
    return {row["id"]: row["called"] for row in await tx.fetch(_CALLED, list(ids))}


async def forget_person(tx: Transaction, account_id: UUID) -> None:
    """A person's own drafts go, and from the drafts of organisations that it was they who changed one last."""
    await tx.change_any(_FORGET, account_id)
    await tx.change_any(_FORGET_HAND, account_id)


def _read(row: Row) -> Draft:
    pages = {name: SavedPage(**page) for name, page in json.loads(row["answers"]).items()}
    said = [row[name] for name in ("changed_at", "changed_by", "sent_as", "begun", "kind")]
    return Draft(row["id"], row["version"], pages, *said)


def _written(pages: Mapping[str, SavedPage]) -> str:
    """Raises DraftTooLong."""
    answers = json.dumps({name: vars(one) for name, one in pages.items()})
    if len(answers) > MOST_BYTES:
        raise DraftTooLong
    return answers
