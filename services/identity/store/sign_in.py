"""Links, sessions, machines' secrets, and letters that wait to be sent."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.postgres.transaction import Row, Transaction
from services.identity.domain.sign_in import Link, Session


async def count_links(tx: Transaction, email: str, *, since: datetime) -> int:
    """How many links were asked for this address. Askers for the same address wait for one another."""
    await tx.execute("select pg_advisory_xact_lock(hashtextextended('identity:link:' || lower($1), 0))", email)
    return await tx.fetchval(
        "select count(*) from sign_in_link where lower(email) = lower($1) and asked_at > $2", email, since
    )


async def add_link(tx: Transaction, link_hash: str, link: Link, *, now: datetime) -> None:
    await tx.change_one(
        "insert into sign_in_link (link_hash, email, called, go_to, asked_at, expires_at)"
        " values ($1, $2, $3, $4, $5, $6)",
        *(link_hash, link.email, link.called, link.go_to, now, link.expires_at),
    )


async def link(tx: Transaction, link_hash: str) -> Link | None:
    """The link, held until the commit. It must be named first."""
    row = await tx.lock_one(_LINK + " for update", link_hash)
    return _read_link(row) if row else None


async def link_to_show(tx: Transaction, link_hash: str) -> Link | None:
    """The same where it is only shown: nothing is held, so that opening it changes nothing."""
    row = await tx.fetchrow(_LINK, link_hash)
    return _read_link(row) if row else None


_LINK = "select email, called, go_to, expires_at, used_at, used_key, session_id from sign_in_link where link_hash = $1"


def _read_link(row: Row) -> Link:
    return Link(
        email=row["email"],
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


async def forget_links(tx: Transaction, email: str) -> None:
    """No link and no letter to this address is left. It must be named first."""
    await tx.change_any("delete from sign_in_link where lower(email) = lower($1)", email)
    await tx.change_any("delete from letter_out where lower(email) = lower($1)", email)


async def add_session(tx: Transaction, session: Session) -> None:
    await tx.change_one(
        "insert into session (id, account_id, started_at, renewed_at) values ($1, $2, $3, $4)",
        *(session.id, session.account_id, session.started_at, session.renewed_at),
    )


async def lock_session(tx: Transaction, session_id: UUID) -> Session | None:
    """The session, held until the commit; its account must be named first, or be one's own."""
    row = await tx.lock_one(
        "select id, account_id, started_at, renewed_at, ended_at from session where id = $1 for update", session_id
    )
    return Session(*row.values()) if row else None


async def renew_session(tx: Transaction, session_id: UUID, now: datetime) -> None:
    await tx.change_one("update session set renewed_at = $2 where id = $1", session_id, now)


async def end_session(tx: Transaction, session_id: UUID, now: datetime) -> None:
    await tx.change_one("update session set ended_at = $2 where id = $1", session_id, now)


@dataclass(frozen=True)
class MachineSecret:
    """A machine's long-lived secret, without the secret itself."""

    id: UUID
    account_id: UUID
    made_at: datetime
    made_by: UUID
    ended_at: datetime | None


async def add_secret(tx: Transaction, secret: MachineSecret, secret_hash: str) -> None:
    await tx.change_one(
        "insert into machine_secret (id, account_id, secret_hash, made_at, made_by) values ($1, $2, $3, $4, $5)",
        *(secret.id, secret.account_id, secret_hash, secret.made_at, secret.made_by),
    )


async def secret_presented(tx: Transaction, secret_hash: str) -> MachineSecret | None:
    """The secret that was presented. Its hash must be named first."""
    row = await tx.fetchrow(
        "select id, account_id, made_at, made_by, ended_at from machine_secret where secret_hash = $1", secret_hash
    )
    return MachineSecret(*row.values()) if row else None


async def secrets_of(tx: Transaction, account_id: UUID) -> list[MachineSecret]:
    """The machine's secrets that still work. The account must be named first."""
    rows = await tx.fetch(
        "select id, account_id, made_at, made_by, ended_at from machine_secret"
        " where account_id = $1 and ended_at is null order by made_at",
        account_id,
    )
    return [MachineSecret(*row.values()) for row in rows]


async def end_secret(tx: Transaction, secret_id: UUID, now: datetime) -> None:
    await tx.change_one("update machine_secret set ended_at = $2 where id = $1", secret_id, now)


async def delete_old(tx: Transaction, *, links_before: datetime, sessions_before: datetime) -> None:
    """Links that expired, and sessions that began, before these times."""
    await tx.change_any("delete from sign_in_link where expires_at < $1", links_before)
    await tx.change_any("delete from session where started_at < $1", sessions_before)


@dataclass(frozen=True)
class Letter:
    """An e-mail that waits to be sent."""

    id: UUID
    email: str
    subject: str
    body: str


async def write_letter(tx: Transaction, letter: Letter, *, now: datetime, expires_at: datetime) -> None:
    """The address must be named first."""
    await tx.change_one(
        "insert into letter_out (id, email, subject, body, written_at, expires_at, due_at)"
        " values ($1, $2, $3, $4, $5, $6, $5)",
        *(letter.id, letter.email, letter.subject, letter.body, now, expires_at),
    )


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
        "update letter_out set email = '', subject = '', body = '', due_at = 'infinity' where id = $1", letter_id
    )


async def delete_given_up(tx: Transaction, *, before: datetime) -> None:
    await tx.change_any("delete from letter_out where ended_at < $1", before)


async def waits(tx: Transaction) -> dict[str, datetime | None]:
    """Since when the oldest letter, most have a link to sign in, could be sent and is not."""
    oldest = await tx.fetchval(
        "select min(next_try_at) from letter_out where ended_at is null and next_try_at <= clock_timestamp()"
    )
    return {"sign_in_letter": oldest}
