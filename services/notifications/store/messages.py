"""Messages, from queued to sent."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Row, Transaction
from services.notifications.domain.message import Message, News, Office

_MESSAGE = (
    "m.id, m.version, m.person_id, m.kind, m.about, m.stage, m.subject, m.body, m.link, m.link_words, m.address,"
    " m.channel, m.status, m.queued_at, m.next_try_at, m.organisation_id, m.ods_code, m.sent_at, m.claimed_at,"
    " m.attempts, m.error, m.done_by"
)


def _message(row: Row) -> Message:
    news = News(
        person_id=row["person_id"],
        kind=row["kind"],
        about=row["about"],
        stage=row["stage"],
        subject=row["subject"],
        body=row["body"],
        link=row["link"],
        link_words=row["link_words"],
        address=row["address"],
    )
    return Message(
        id=row["id"],
        version=row["version"],
        news=news,
        channel=row["channel"],
        status=row["status"],
        queued_at=row["queued_at"],
        next_try_at=row["next_try_at"],
        office=Office(row["organisation_id"], row["ods_code"]) if row["organisation_id"] else None,
        sent_at=row["sent_at"],
        claimed_at=row["claimed_at"],
        attempts=row["attempts"],
        error=row["error"],
        done_by=row["done_by"],
    )


async def was_told(tx: Transaction, news: News) -> bool:
    return bool(
        await tx.fetchval(
            "select exists (select from message where person_id = $1 and about = $2 and stage = $3)",
            *(news.person_id, news.about, news.stage),
        )
    )


async def add(tx: Transaction, m: Message) -> bool:
    """False when the person is told this already, perhaps a moment ago by another reaction."""
    n, office = m.news, m.office
    added = await tx.change_any(
        "insert into message (id, version, person_id, kind, about, stage, channel, status, subject, body, link,"
        " link_words, address, organisation_id, ods_code, queued_at, next_try_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
        " on conflict (person_id, about, stage) do nothing",
        *(m.id, m.version, n.person_id, n.kind, n.about, n.stage, m.channel, m.status, n.subject, n.body, n.link),
        *(n.link_words, n.address, office and office.organisation_id, office and office.ods_code),
        *(m.queued_at, m.next_try_at),
    )
    return added == 1


async def save(tx: Transaction, m: Message) -> None:
    """The caller holds the row's lock."""
    await tx.change_one(
        "update message set version = $2, channel = $3, status = $4, next_try_at = $5, claimed_at = $6, sent_at = $7,"
        " attempts = $8, error = $9, done_by = $10 where id = $1",
        *(m.id, m.version, m.channel, m.status, m.next_try_at, m.claimed_at, m.sent_at, m.attempts, m.error, m.done_by),
    )


async def lock_next_email(tx: Transaction, *, stuck_since: datetime) -> Message | None:
    """The e-mail that is due next. One claimed before `stuck_since` has an unknown outcome and is due again."""
    row = await tx.fetchrow(
        "select " + _MESSAGE + " from message m where channel = 'email' and next_try_at <= $1"
        " and (status = 'queued' or (status = 'sending' and claimed_at < $2))"
        " order by next_try_at, id limit 1 for update skip locked",
        *(tx.now, stuck_since),
    )
    return _message(row) if row else None


async def lock(tx: Transaction, id: UUID) -> Message | None:
    row = await tx.lock_one("select " + _MESSAGE + " from message m where m.id = $1 for update", id)
    return _message(row) if row else None


async def after(tx: Transaction, id: UUID, *, limit: int) -> list[Message]:
    """Those after an id, in id order."""
    rows = await tx.fetch("select " + _MESSAGE + " from message m where m.id > $1 order by m.id limit $2", id, limit)
    return [_message(row) for row in rows]


async def lock_for_office(tx: Transaction[Member], id: UUID) -> Message:
    """A message that the acting organisation's staff tell by phone or post. Raises NotFound for every other."""
    row = await tx.lock_one(
        "select " + _MESSAGE + " from message m where m.id = $1 and m.organisation_id = $2 for update",
        *(id, tx.acting.organisation_id),
    )
    if row is None:
        raise NotFound
    return _message(row)


async def lock_of_person(tx: Transaction, person_id: UUID) -> list[tuple[UUID, int]]:
    """Id and version of each, locked in id order."""
    rows = await tx.lock_all("select id, version from message where person_id = $1 order by id for update", person_id)
    return [(row["id"], row["version"]) for row in rows]


async def forget(tx: Transaction, person_id: UUID) -> None:
    await tx.change_any("delete from message where person_id = $1", person_id)


async def count_of_kind(tx: Transaction, person_id: UUID, kind: str, *, since: datetime) -> int:
    return int(
        await tx.fetchval(
            "select count(*) from message where person_id = $1 and kind = $2 and queued_at >= $3",
            *(person_id, kind, since),
        )
    )


async def of_person(tx: Transaction, asked: Asked, person_id: UUID) -> Page[Message]:
    """What the person may read on a page, newest first. Never a message that goes to an address which is not yet known
    to be theirs: reading its link there would prove nothing.
    """
    page = await MINE.page(tx, asked, person_id)
    return page.with_items([_message(row) for row in page.items])


_OF_PERSON = " from message m where m.person_id = $1 and m.address is null"
MINE = Listing(
    "my messages",
    sorts=(
        Sort(
            "newest",
            "Newest first",
            "select " + _MESSAGE + _OF_PERSON + " and (m.queued_at, m.id) < ($2, $3)"
            " order by m.queued_at desc, m.id desc limit $4",
            by={"queued_at": datetime, "id": UUID},
            descending=True,
        ),
    ),
    count="select count(*) from (select" + _OF_PERSON + " limit $2) as counted",
)


async def one_of_person(tx: Transaction, person_id: UUID, id: UUID) -> Message:
    """Raises NotFound, also for one that is not to be read on a page."""
    row = await tx.fetchrow(
        "select " + _MESSAGE + " from message m where m.id = $1 and m.person_id = $2 and m.address is null",
        *(id, person_id),
    )
    if row is None:
        raise NotFound
    return _message(row)


@dataclass(frozen=True)
class ToTell:
    """A message by phone or post that waits for a member of staff, with whom to reach and how."""

    message: Message
    called: str
    address: str | None


async def to_tell(tx: Transaction, asked: Asked, organisation_id: UUID, words: str) -> Page[ToTell]:
    """Oldest first. `words`: a part of the called name."""
    page = await TO_TELL.page(tx, asked, organisation_id, words)
    return page.with_items([ToTell(_message(row), row["called"] or "", row["reached_at"]) for row in page.items])


_TO_TELL = (
    " from message m where m.organisation_id = $1 and m.status = 'queued' and ($2 = '' or"
    " (select strpos(searched(a.called), (select searched($2))) > 0 from mirror_account a where a.id = m.person_id))"
)
TO_TELL = Listing(
    "to tell",
    sorts=(
        Sort(
            "longest",
            "Longest waiting",
            "select " + _MESSAGE + ", (select a.called from mirror_account a where a.id = m.person_id) as called,"
            " (select c.address from contact_point c"
            " where c.person_id = m.person_id and c.channel = m.channel) as reached_at"
            + _TO_TELL
            + " and (m.queued_at, m.id) > ($3, $4) order by m.queued_at, m.id limit $5",
            by={"queued_at": datetime, "id": UUID},
        ),
    ),
    count="select count(*) from (select" + _TO_TELL + " limit $3) as counted",
)


async def waits(tx: Transaction) -> dict[str, datetime | None]:
    """Since when the oldest e-mail waits to be sent; what waits for people is on the home page of those people."""
    oldest = await tx.fetchval(
        "select min(queued_at) from message where channel = 'email' and status in ('queued', 'sending')"
    )
    return {"email": oldest}
