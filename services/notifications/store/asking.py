"""Whom organisations listed: who is still to be asked whether the network may keep them, and whose asking is over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.recruitment import Application
from services.chassis.postgres.transaction import Row, Transaction
from services.notifications.domain.kinds import ASKED, ASKED_AGAIN, ASKS
from services.notifications.domain.message import Message
from services.notifications.store.messages import MESSAGE, message_of


@dataclass(frozen=True)
class ToAsk:
    """Somebody who was listed and can be reached. `address`: of an e-mail, which nobody has shown to be theirs."""

    application: Application
    address: str | None


def _to_ask(row: Row) -> ToAsk:
    address = row["address"] if row["channel"] == "email" else None
    return ToAsk(Application.model_validate_json(row["state"]), address)


_LISTED = (
    "select m.state, c.channel, c.address from mirror_application m join contact_point c on c.person_id = m.person_id"
    " join mirror_account a on a.id = m.person_id and not a.erased"
    " where not m.erased and m.state ->> 'stage' = 'listed' and c.unreached is null and c.channel <> 'page'"
    " and ((c.channel in ('phone', 'meet')) = $1)"
    " and coalesce((m.state ->> 'answer_by')::timestamptz,"
    " (m.state ->> 'sent_at')::timestamptz + interval '60 days') > $2"
)


async def to_ask(tx: Transaction, *, by_phone: bool, answers_after: datetime, limit: int) -> list[ToAsk]:
    """The next of those whom nobody asked yet, who came first. `by_phone`: whom staff ring, or the others."""
    rows = await tx.fetch(
        _LISTED + " and not exists (select from message x where x.person_id = m.person_id and x.about = m.id"
        " and x.stage = $3) order by m.id limit $4",
        *(by_phone, answers_after, ASKED, limit),
    )
    return [_to_ask(row) for row in rows]


async def to_ask_again(
    tx: Transaction, *, by_phone: bool, answers_after: datetime, asked_before: datetime, limit: int
) -> list[ToAsk]:
    """The next of those who were asked so long ago and have not answered. Where the first did not reach them, those
    for whom another way was given since."""
    rows = await tx.fetch(
        _LISTED + " and exists (select from message x where x.person_id = m.person_id and x.about = m.id"
        " and x.stage = $3 and (x.status = 'sent' or x.status = 'failed' and c.changed_at > x.queued_at)"
        " and coalesce(x.sent_at, x.queued_at) <= $4) and not exists (select from message y"
        " where y.person_id = m.person_id and y.about = m.id and y.stage = $5) order by m.id limit $6",
        *(by_phone, answers_after, ASKED, asked_before, ASKED_AGAIN, limit),
    )
    return [_to_ask(row) for row in rows]


async def waiting_calls(tx: Transaction) -> int:
    """How many wait to be rung, or met, and asked."""
    return await tx.fetchval(
        "select count(*) from message where kind = any($1::text[]) and status = 'queued'"
        " and channel in ('phone', 'meet')",
        list(ASKS),
    )


async def lock_answered(tx: Transaction, application_id: UUID | None, *, limit: int) -> list[Message]:
    """Askings that wait to be sent or said, though there is nothing to ask any more; of one application, or of any."""
    rows = await tx.lock_all(
        "select " + MESSAGE + " from message m where m.kind = any($1::text[]) and m.status in ('queued', 'sending')"
        " and ($2::uuid is null or m.about = $2) and not exists (select from mirror_application a"
        " where a.id = m.about and not a.erased and a.state ->> 'stage' = 'listed') order by m.id limit $3 for update",
        *(list(ASKS), application_id, limit),
    )
    return [message_of(row) for row in rows]


async def note_how_far(tx: Transaction) -> None:
    """On the line of each person what has become of their asking, where that is news."""
    await tx.change_any(
        "update register_contact set asking = n.asking from (select r.import_id, r.line, m.person_id,"
        " case m.status when 'sending' then 'queued' else m.status end as asking from register_contact r"
        " join message m on m.person_id = r.person_id and m.kind = $1"
        " where r.applied_at is not null and (r.asking is null or r.asking = 'queued')) n"
        " where register_contact.import_id = n.import_id and register_contact.line = n.line"
        " and register_contact.person_id = n.person_id and register_contact.asking is distinct from n.asking",
        ASKED,
    )


async def is_listed(tx: Transaction, application_id: UUID) -> bool:
    """Whether its person has not answered yet."""
    return bool(
        await tx.fetchval(
            "select exists (select from mirror_application where id = $1 and not erased"
            " and state ->> 'stage' = 'listed')",
            application_id,
        )
    )


async def listed(tx: Transaction, person_ids: Sequence[UUID]) -> set[UUID]:
    """Which of them an organisation listed, and have not answered yet."""
    rows = await tx.fetch(
        "select person_id from mirror_application where person_id = any($1::uuid[]) and not erased"
        " and state ->> 'stage' = 'listed'",
        list(person_ids),
    )
    return {row["person_id"] for row in rows}


async def waits(tx: Transaction, *, listed_after: datetime) -> datetime | None:
    """Since when the oldest of whom was listed later could be asked and is not."""
    return await tx.fetchval(
        "select min(greatest(c.changed_at, (m.state ->> 'sent_at')::timestamptz)) from mirror_application m"
        " join contact_point c on c.person_id = m.person_id where not m.erased and m.state ->> 'stage' = 'listed'"
        " and c.unreached is null and c.channel <> 'page'"
        " and (m.state ->> 'sent_at')::timestamptz > $1 and not exists (select from message x"
        " where x.person_id = m.person_id and x.about = m.id and x.stage = $2)",
        *(listed_after, ASKED),
    )
