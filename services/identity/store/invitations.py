"""Invitations that wait for an answer."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.base.addresses import EmailAddress
from services.chassis.base.hands import Member
from services.chassis.postgres.lists import Few, few
from services.chassis.postgres.transaction import Row, Transaction
from services.identity.domain.invitation import Invitation

_INVITATION = (
    "i.id, i.organisation_id, i.email, i.email_key, i.called, i.roles, i.valid_from, i.valid_to, i.invited_by,"
    " i.invited_by_called, i.letters, i.sent_at, i.expires_at, i.ended_as, i.ended_at"
)
MOST_SHOWN = 100


def _invitation(r: Row) -> Invitation:
    return Invitation(
        id=r["id"],
        organisation_id=r["organisation_id"],
        email=EmailAddress(r["email"], r["email_key"]),
        called=r["called"],
        roles=tuple(r["roles"]),
        valid_from=r["valid_from"],
        valid_to=r["valid_to"],
        invited_by=r["invited_by"],
        invited_by_called=r["invited_by_called"],
        letters=r["letters"],
        sent_at=r["sent_at"],
        expires_at=r["expires_at"],
        ended_as=r["ended_as"],
        ended_at=r["ended_at"],
    )


async def add(tx: Transaction, i: Invitation, link_hash: str) -> bool:
    """False when one of this organisation to this address waits. One that has run out makes room."""
    await tx.change_any(
        "delete from invitation where organisation_id = $1 and email_key = $2 and expires_at <= $3",
        *(i.organisation_id, i.email.key, i.sent_at),
    )
    added = await tx.change_any(
        "insert into invitation (id, organisation_id, email, email_key, called, roles, valid_from, valid_to,"
        " invited_by, invited_by_called, link_hash, letters, sent_at, expires_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
        " on conflict (organisation_id, email_key) where ended_at is null do nothing",
        *(i.id, i.organisation_id, i.email.kept, i.email.key, i.called, list(i.roles), i.valid_from, i.valid_to),
        *(i.invited_by, i.invited_by_called, link_hash, i.letters, i.sent_at, i.expires_at),
    )
    return added == 1


async def count_letters(tx: Transaction, organisation_id: UUID, *, since: datetime) -> int:
    """Letters of the invitations that were last sent since then, of those that were withdrawn too."""
    return await tx.fetchval(
        "select coalesce(sum(letters), 0) from invitation where organisation_id = $1 and sent_at > $2",
        *(organisation_id, since),
    )


async def lock_own(tx: Transaction, id: UUID, organisation_id: UUID) -> Invitation | None:
    """One of the organisation's own, held until the commit."""
    row = await tx.lock_one(
        "select " + _INVITATION + " from invitation i where i.id = $1 and i.organisation_id = $2 for update",
        *(id, organisation_id),
    )
    return _invitation(row) if row else None


async def lock_of_address(tx: Transaction, id: UUID, key: str) -> Invitation | None:
    """One to this address, which must be named first."""
    row = await tx.lock_one(
        "select " + _INVITATION + " from invitation i where i.id = $1 and i.email_key = $2 for update", id, key
    )
    return _invitation(row) if row else None


async def by_link(tx: Transaction, link_hash: str) -> Invitation | None:
    """The one whose newest letter has this link, which must be named first."""
    row = await tx.fetchrow("select " + _INVITATION + " from invitation i where i.link_hash = $1", link_hash)
    return _invitation(row) if row else None


async def of_organisation(tx: Transaction, organisation_id: UUID, *, now: datetime) -> Few[Invitation]:
    """Those that wait or were declined, the newest first; at most 100, and those that follow once these are over."""
    rows = await tx.fetch(
        "select " + _INVITATION + " from invitation i where i.organisation_id = $1 and i.expires_at > $2"
        " and i.ended_as is distinct from 'withdrawn'"
        " order by i.sent_at desc, i.id limit $3",
        *(organisation_id, now, MOST_SHOWN + 1),
    )
    return few(rows, MOST_SHOWN, _invitation)


@dataclass(frozen=True)
class Received:
    """An invitation as whoever gets it sees it."""

    invitation: Invitation
    organisation: str
    ods_code: str


async def received(tx: Transaction, id: UUID) -> Received | None:
    """One that may be seen."""
    row = await tx.fetchrow(
        "select " + _INVITATION + ", o.name as organisation, o.ods_code from invitation i"
        " join organisation o on o.id = i.organisation_id where i.id = $1",
        id,
    )
    return _received(row) if row else None


def _received(row: Row) -> Received:
    return Received(_invitation(row), row["organisation"], row["ods_code"])


async def of_address(tx: Transaction, key: str, *, now: datetime) -> Few[Received]:
    """Those that wait for whoever reads the address, which must be named first; the oldest first."""
    rows = await tx.fetch(
        "select " + _INVITATION + ", o.name as organisation, o.ods_code from invitation i"
        " join organisation o on o.id = i.organisation_id"
        " where i.email_key = $1 and i.ended_at is null and i.expires_at > $2 order by i.sent_at, i.id limit $3",
        *(key, now, MOST_SHOWN + 1),
    )
    return few(rows, MOST_SHOWN, _received)


async def note_sent(tx: Transaction, i: Invitation, link_hash: str) -> None:
    """It was written to again, with a new link."""
    await tx.change_one(
        "update invitation set link_hash = $2, letters = $3, sent_at = $4, expires_at = $5 where id = $1",
        *(i.id, link_hash, i.letters, i.sent_at, i.expires_at),
    )


async def note_letter(tx: Transaction, id: UUID, letter_id: UUID) -> None:
    """Which letter was written, so that it is not sent after a withdrawal."""
    await tx.change_one("update invitation set letter_ids = letter_ids || $2::uuid where id = $1", id, letter_id)


async def letters_of(tx: Transaction[Member], id: UUID) -> list[UUID]:
    """Those that were written, sent or not. The caller holds the row's lock."""
    found: list[UUID] = await tx.fetchval(
        "select letter_ids from invitation where id = $1 and organisation_id = $2", id, tx.acting.organisation_id
    )
    return found


async def decline(tx: Transaction, id: UUID, now: datetime) -> None:
    await tx.change_one("update invitation set ended_at = $2, ended_as = 'declined' where id = $1", id, now)


async def withdraw(tx: Transaction, id: UUID, now: datetime) -> None:
    """Nothing of what was typed is left, nor who typed it is called: only how many letters were sent, and when."""
    await tx.change_one(
        "update invitation set ended_at = $2, ended_as = 'withdrawn', email = '', email_key = '', called = '',"
        " invited_by_called = '', letter_ids = '{}' where id = $1",
        *(id, now),
    )


async def delete(tx: Transaction, id: UUID) -> None:
    """It was accepted. The caller holds the row's lock."""
    await tx.change_one("delete from invitation where id = $1", id)


async def hold(tx: Transaction, key: str) -> None:
    """Those to this address, until the commit. It must be named first."""
    await tx.lock_all("select id from invitation where email_key = $1 order by id for update", key)


async def hold_hand(tx: Transaction, account_id: UUID) -> None:
    """Those that the account sent, until the commit."""
    await tx.lock_all("select id from invitation where invited_by = $1 order by id for update", account_id)


async def forget(tx: Transaction, key: str) -> None:
    """None to this address is left. It must be named first."""
    await tx.change_any("delete from invitation where email_key = $1", key)


async def forget_hand(tx: Transaction, account_id: UUID) -> None:
    """What whoever invited is called is in none any more."""
    await tx.change_any("update invitation set invited_by_called = '' where invited_by = $1", account_id)


async def delete_old(tx: Transaction, *, before: datetime) -> None:
    await tx.change_any("delete from invitation where expires_at <= $1", before)
