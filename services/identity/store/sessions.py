"""Sessions: begun by signing in, renewed while they are used, ended by somebody or by time."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.base.access import TOKEN_LIFE
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Transaction
from services.identity.domain.sign_in import SESSION_LIFE, Session

_SESSION = "id, account_id, started_at, renewed_at, ended_at, shown_at, shared"


async def add(tx: Transaction, session: Session) -> None:
    await tx.change_one(
        "insert into session (id, account_id, started_at, renewed_at, shared) values ($1, $2, $3, $4, $5)",
        *(session.id, session.account_id, session.started_at, session.renewed_at, session.shared),
    )


async def name_browser(tx: Transaction, session_id: UUID, words: str | None) -> None:
    """What sort of browser it is in. Its account must be named first."""
    await tx.change_one("update session set browser = $2 where id = $1", session_id, words)


async def lock(tx: Transaction, session_id: UUID) -> Session | None:
    """The session, held until the commit; its account must be named first, or be one's own."""
    row = await tx.lock_one("select " + _SESSION + " from session where id = $1 for update", session_id)
    return Session(*row.values()) if row else None


async def lock_alive(tx: Transaction, account_id: UUID) -> list[Session]:
    """Those of the account that go on, each held until the commit. The caller holds the lock of the account's row."""
    rows = await tx.lock_all(
        "select " + _SESSION + " from session where account_id = $1 and ended_at is null and started_at > $2"
        " and renewed_at > $3 order by id for update",
        *(account_id, tx.now - SESSION_LIFE, tx.now - TOKEN_LIFE),
    )
    return [Session(*row.values()) for row in rows]


async def renew(tx: Transaction, session_id: UUID, now: datetime) -> None:
    await tx.change_one("update session set renewed_at = $2 where id = $1", session_id, now)


async def show(tx: Transaction, session_id: UUID, now: datetime) -> None:
    """Whoever is in it showed who they are. The caller holds its lock."""
    await tx.change_one("update session set shown_at = $2, renewed_at = $2 where id = $1", session_id, now)


async def end(tx: Transaction, session_ids: list[UUID], now: datetime) -> None:
    """What sort of browser they were in goes with them. They must be locked."""
    await tx.change_each(
        "update session set ended_at = gone.at, browser = null"
        " from unnest($1::uuid[], $2::timestamptz[]) as gone (id, at) where session.id = gone.id",
        [(id, now) for id in session_ids],
    )


async def delete_old(tx: Transaction, *, before: datetime) -> None:
    """Sessions that began before then."""
    await tx.change_any("delete from session where started_at < $1", before)


@dataclass(frozen=True)
class SessionRow:
    """Where somebody is signed in, as they see it. `seen_at`: noted about every ten minutes; `browser`: if known."""

    id: UUID
    started_at: datetime
    seen_at: datetime
    browser: str | None


_MINE = (
    " from session where account_id = $1 and ended_at is null and started_at > $2::timestamptz - interval '12 hours'"
    " and renewed_at > $2 - interval '30 minutes'"
)
SESSIONS = Listing(
    "my sessions",
    sorts=(
        Sort(
            "newest",
            "Newest first",
            "select id, started_at, renewed_at, browser"
            + _MINE
            + " and (started_at, id) < ($3, $4) order by started_at desc, id desc limit $5",
            by={"started_at": datetime, "id": UUID},
            descending=True,
        ),
    ),
    count="select count(*) from (select" + _MINE + " limit $3) as counted",
)
"""Those that go on: not ended, at most 12 hours old, and used in the last half hour."""


async def alive(tx: Transaction, asked: Asked, account_id: UUID) -> Page[SessionRow]:
    """Where the account is signed in now."""
    page = await SESSIONS.page(tx, asked, account_id, at=tx.now)
    return page.with_items([SessionRow(*(r["id"], r["started_at"], r["renewed_at"], r["browser"])) for r in page.items])
