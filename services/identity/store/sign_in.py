"""Links that were sent, and letters that wait to be sent."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.base.addresses import EmailAddress
from services.chassis.postgres.transaction import Row, Transaction, new_id
from services.identity.domain.sign_in import Link


async def count_links(tx: Transaction, key: str, *, by_owner: bool, since: datetime) -> int:
    """How many links were asked for this address, by its owner or by anybody. Askers for one wait for each other."""
    await tx.execute("select pg_advisory_xact_lock(hashtextextended('identity:link:' || $1, 0))", key)
    return await tx.fetchval(
        "select count(*) from sign_in_link where email_key = $1 and by_owner = $2 and asked_at > $3",
        *(key, by_owner, since),
    )


async def add_link(tx: Transaction, link_hash: str, link: Link, *, by_owner: bool, now: datetime) -> None:
    await tx.change_one(
        "insert into sign_in_link (link_hash, email, email_key, called, go_to, asked_at, expires_at, by_owner)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8)",
        *(link_hash, link.email.kept, link.email.key, link.called, link.go_to, now, link.expires_at, by_owner),
    )


async def link(tx: Transaction, link_hash: str) -> Link | None:
    """The link, held until the commit. It must be named first."""
    return _read_link(await tx.lock_one(_LINK + " for update", link_hash))


async def link_to_show(tx: Transaction, link_hash: str) -> Link | None:
    """The same where it is only shown: nothing is held, so that opening it changes nothing."""
    return _read_link(await tx.fetchrow(_LINK, link_hash))


_LINK = (
    "select email, email_key, called, go_to, expires_at, used_at, used_key, session_id from sign_in_link"
    " where link_hash = $1"
)


def _read_link(row: Row | None) -> Link | None:
    if row is None or row["email_key"] is None:
        return None
    return Link(
        email=EmailAddress(row["email"], row["email_key"]),
        called=row["called"],
        go_to=row["go_to"],
        expires_at=row["expires_at"],
        used_at=row["used_at"],
        used_key=row["used_key"],
        session_id=row["session_id"],
    )


async def use_link(tx: Transaction, link_hash: str, *, key: str, session_id: UUID, now: datetime) -> None:
    await tx.change_one(
        "update sign_in_link set used_at = $2, used_key = $3, session_id = $4 where link_hash = $1",
        *(link_hash, now, key, session_id),
    )


async def hold_links(tx: Transaction, key: str) -> None:
    """Those to this address, until the commit. It must be named first."""
    await tx.lock_all("select link_hash from sign_in_link where email_key = $1 order by link_hash for update", key)


async def forget_links(tx: Transaction, key: str) -> None:
    """No link and no letter to this address is left. It must be named first."""
    await tx.change_any("delete from sign_in_link where email_key = $1", key)
    await tx.change_any("delete from letter_out where email_key = $1", key)


async def forget_idle_links(tx: Transaction, key: str) -> None:
    """No link to this address is left, but one that is being used this moment. It must be named first."""
    await tx.change_any(
        "delete from sign_in_link where link_hash in"
        " (select link_hash from sign_in_link where email_key = $1 for update skip locked)",
        key,
    )


async def delete_old(tx: Transaction, *, before: datetime) -> None:
    """Links that expired before then."""
    await tx.change_any("delete from sign_in_link where expires_at < $1", before)


@dataclass(frozen=True)
class Letter:
    """An e-mail that waits to be sent. `to`: as it is kept."""

    id: UUID
    to: str
    subject: str
    body: str


async def write_letter(
    tx: Transaction, to: EmailAddress, words: tuple[str, str], *, now: datetime, good_until: datetime
) -> UUID:
    """`words`: subject and body. The address must be named first. Returns the letter's id."""
    await tx.change_one(
        "insert into letter_out (id, email, email_key, subject, body, written_at, expires_at, due_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $6)",
        *(id := new_id(), to.kept, to.key, *words, now, good_until),
    )
    return id


async def unsend(tx: Transaction, letter_ids: Collection[UUID]) -> None:
    """Those of them to the named address that were not sent yet are not sent any more."""
    await tx.change_any("delete from letter_out where id = any($1::uuid[])", list(letter_ids))


async def letter(tx: Transaction, letter_id: UUID) -> Letter | None:
    """One that waits to be sent; None when it is gone, or was given up."""
    row = await tx.fetchrow(
        "select id, email, subject, body from letter_out where id = $1 and ended_at is null", letter_id
    )
    return Letter(*row.values()) if row else None


async def forget_letter(tx: Transaction, letter_id: UUID) -> None:
    """It was sent, or is of no use any more. It may be gone already."""
    await tx.change_any("delete from letter_out where id = $1", letter_id)


async def empty_letter(tx: Transaction, letter_id: UUID) -> None:
    """It was given up: what operators see of it is that, when and why. An older version does not send it either."""
    await tx.change_one(
        "update letter_out set email = '', email_key = '', subject = '', body = '', due_at = 'infinity' where id = $1",
        letter_id,
    )


async def delete_given_up(tx: Transaction, *, before: datetime) -> None:
    await tx.change_any("delete from letter_out where ended_at < $1", before)


async def waits(tx: Transaction) -> dict[str, datetime | None]:
    """Since when the oldest letter, most have a link to sign in, could be sent and is not."""
    oldest = await tx.fetchval(
        "select min(next_try_at) from letter_out where ended_at is null and next_try_at <= clock_timestamp()"
    )
    return {"sign_in_letter": oldest}
