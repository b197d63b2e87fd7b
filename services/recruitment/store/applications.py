"""Applications, one by one, and the network that answers them. The lists of the welcome team are in `welcome`."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from schemas.identity import Organisation
from services.chassis.base.periods import Period
from services.chassis.base.refusals import NotFound
from services.chassis.postgres import files
from services.chassis.postgres.transaction import Row, Transaction
from services.recruitment.domain.application import DECLINED, Answer, Application, Screening
from services.recruitment.domain.names import name_key

APPLICATION = (
    "id, version, person_id, organisation_id, ods_code, called, full_name, birth_year, why, sent_at, stage, moved_at,"
    " due_by, entered_by, held_by, talk_at, talk_how, more_asked_at, offers_times, answer, answered_at, decided_by,"
    " reason, would_help, undo_until, ended_at, answer_by, again_at, earlier_by, earlier_at, earlier_reason,"
    " earlier_help, close_to, listed_by"
)


def read(row: Row) -> Application:
    return Application(
        id=row["id"],
        version=row["version"],
        person_id=row["person_id"],
        screened_by=Screening(row["organisation_id"], row["ods_code"]),
        called=row["called"],
        full_name=row["full_name"],
        birth_year=row["birth_year"],
        why=row["why"],
        sent_at=row["sent_at"],
        stage=row["stage"],
        moved_at=row["moved_at"],
        due_by=row["due_by"],
        entered_by=row["entered_by"],
        held_by=row["held_by"],
        talk_at=row["talk_at"],
        talk_how=row["talk_how"],
        more_asked_at=row["more_asked_at"],
        offers_times=row["offers_times"],
        answer=_answer(row),
        undo_until=row["undo_until"],
        ended_at=row["ended_at"],
        answer_by=row["answer_by"],
        again_at=row["again_at"],
        earlier=_earlier(row),
        listed_by=row["listed_by"],
        close_to=frozenset(row["close_to"]),
    )


def _answer(row: Row) -> Answer | None:
    """One that can be undone stands in a column of its own; one that was told, in the stage. An older version, which
    writes rows beside this one, knows only those, told at once."""
    if row["decided_by"] is None:
        return None
    at = row["answered_at"] or row["ended_at"]
    return Answer(row["answer"] or row["stage"], row["decided_by"], at, row["reason"], row["would_help"])


def _earlier(row: Row) -> Answer | None:
    if row["earlier_by"] is None:
        return None
    return Answer(DECLINED, row["earlier_by"], row["earlier_at"], row["earlier_reason"], row["earlier_help"])


async def network(tx: Transaction, *, on: date) -> Organisation | None:
    """The organisation that runs the network on a day, or None when it has not been heard of."""
    rows = await tx.fetch(
        "select state from mirror_organisation where state ->> 'kind' = 'network' and not erased order by id limit 10"
    )
    known = [Organisation.model_validate_json(row["state"]) for row in rows]
    return next((one for one in known if Period.of(one).in_force_on(on)), None)


async def add(tx: Transaction, a: Application) -> bool:
    """One that is asked or sent. False when an application of this person waits already."""
    added = await tx.change_any(
        "insert into application (id, version, person_id, organisation_id, ods_code, called, full_name, why, stage,"
        " sent_at, moved_at, due_by, entered_by, answer_by, close_to, birth_year, name_key)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
        " on conflict (person_id) where stage in ('asked', 'sent', 'talked') do nothing",
        *(a.id, a.version, a.person_id, a.screened_by.organisation_id, a.screened_by.ods_code),
        *(a.called, a.full_name, a.why, a.stage, a.sent_at, a.moved_at, a.due_by, a.entered_by, a.answer_by),
        *(list(a.close_to), a.birth_year, _key(a)),
    )
    return added == 1


async def save(tx: Transaction, a: Application) -> None:
    """What can change after somebody asked. The caller holds the row's lock."""
    answer, earlier = a.answer, a.earlier
    await tx.change_one(
        "update application set version = $2, full_name = $3, why = $4, stage = $5, moved_at = $6, due_by = $7,"
        " entered_by = $8, held_by = $9, talk_at = $10, talk_how = $11, more_asked_at = $12, offers_times = $13,"
        " answer = $14, answered_at = $15, decided_by = $16, reason = $17, would_help = $18, undo_until = $19,"
        " ended_at = $20, again_at = $21, earlier_by = $22, earlier_at = $23, earlier_reason = $24, earlier_help = $25,"
        " answer_by = $26, close_to = $27, birth_year = $28, name_key = $29"
        " where id = $1",
        *(a.id, a.version, a.full_name, a.why, a.stage, a.moved_at, a.due_by, a.entered_by, a.held_by),
        *(a.talk_at, a.talk_how, a.more_asked_at, a.offers_times),
        *(answer.stage if answer and a.waits else None, answer.at if answer else None),
        *((answer.by, answer.reason, answer.would_help) if answer else (None, None, None)),
        *(a.undo_until, a.ended_at, a.again_at),
        *((earlier.by, earlier.at, earlier.reason, earlier.would_help) if earlier else (None, None, None, None)),
        *(a.answer_by, list(a.close_to), a.birth_year, _key(a)),
    )


def _key(a: Application) -> str | None:
    return None if a.full_name is None else name_key(a.full_name)


async def rename(tx: Transaction, id: UUID, called: str) -> None:
    """The called name is no part of the public state, so the version stays."""
    await tx.change_one("update application set called = $2 where id = $1", id, called)


async def lock(tx: Transaction, id: UUID) -> Application:
    """Raises NotFound, also where a row policy hides it."""
    row = await tx.lock_one("select " + APPLICATION + " from application where id = $1 for update", id)
    if row is None:
        raise NotFound
    return read(row)


async def lock_if_there(tx: Transaction, id: UUID) -> Application | None:
    """None where it was deleted meanwhile."""
    row = await tx.lock_one("select " + APPLICATION + " from application where id = $1 for update", id)
    return read(row) if row else None


async def after(tx: Transaction, id: UUID, *, limit: int) -> list[Application]:
    """Those after an id, in id order."""
    rows = await tx.fetch("select " + APPLICATION + " from application where id > $1 order by id limit $2", id, limit)
    return [read(row) for row in rows]


async def lock_of_person(tx: Transaction, person_id: UUID) -> Sequence[Application]:
    """All of a person's applications, locked in id order, oldest first."""
    rows = await tx.lock_all(
        "select " + APPLICATION + " from application where person_id = $1 order by id for update", person_id
    )
    return sorted((read(row) for row in rows), key=lambda one: one.sent_at)


async def lock_of_people(tx: Transaction, people: Sequence[UUID]) -> Sequence[Application]:
    """The same of several people: all locked in id order, oldest first."""
    rows = await tx.lock_all(
        "select " + APPLICATION + " from application where person_id = any($1::uuid[]) order by id for update", people
    )
    return sorted((read(row) for row in rows), key=lambda one: one.sent_at)


async def get(tx: Transaction, id: UUID) -> Application | None:
    row = await tx.fetchrow("select " + APPLICATION + " from application where id = $1", id)
    return read(row) if row else None


async def newest_of_person(tx: Transaction, person_id: UUID) -> Application | None:
    row = await tx.fetchrow(
        "select " + APPLICATION + " from application where person_id = $1 order by sent_at desc, id desc limit 1",
        person_id,
    )
    return read(row) if row else None


async def listed_as(tx: Transaction, called: str) -> Application | None:
    """Somebody on a list who has not answered, by what it calls them: for the demo's past, where names differ."""
    row = await tx.fetchrow(
        "select " + APPLICATION + " from application where stage = 'listed' and called = $1 order by id limit 1", called
    )
    return read(row) if row else None


async def newest_of_each(tx: Transaction, people: Sequence[UUID]) -> dict[UUID, Application]:
    """The one that each of these people sent last, by person."""
    rows = await tx.fetch(
        "select distinct on (person_id) " + APPLICATION + " from application where person_id = any($1::uuid[])"
        " order by person_id, sent_at desc, id desc",
        people,
    )
    return {row["person_id"]: read(row) for row in rows}


async def to_tell(tx: Transaction, after: UUID, *, limit: int) -> dict[UUID, datetime]:
    """When each answer that can still be undone is told, of those after an id, in id order."""
    rows = await tx.fetch(
        "select id, undo_until from application where undo_until is not null and id > $1 order by id limit $2",
        *(after, limit),
    )
    return {row["id"]: row["undo_until"] for row in rows}


async def waits(tx: Transaction) -> dict[str, datetime | None]:
    """Since when the oldest application waits for an answer; the oldest for the welcome team at each stage, and for a
    second look; and the oldest question that its person has not answered."""
    row = await tx.fetchrow(
        "select min(sent_at) as application,"
        " min(since) filter (where theirs and stage = 'asked') as application_asked,"
        " min(since) filter (where theirs and stage = 'sent') as application_sent,"
        " min(greatest(since, talk_at)) filter (where theirs and stage = 'talked' and talk_at <= $1)"
        " as application_talked,"
        " min(again_at) filter (where theirs and again_at is not null) as application_again,"
        " min(more_asked_at) filter (where answer is null) as application_question"
        " from (select sent_at, stage, talk_at, again_at, more_asked_at, answer, coalesce(moved_at, sent_at) as since,"
        " answer is null and more_asked_at is null as theirs"
        " from application where stage in ('asked', 'sent', 'talked')) as open",
        tx.now,
    )
    return dict(row) if row else {}


async def lock_unsuccessful(tx: Transaction, *, older_than_days: int, limit: int) -> list[Application]:
    """Applications that did not lead to joining and ended longer ago than that; skips what is being worked on."""
    rows = await tx.fetch(
        "select " + APPLICATION + " from application where stage in ('declined', 'withdrawn') and ended_at < $1"
        " order by id limit $2 for update skip locked",
        *(tx.now - timedelta(days=older_than_days), limit),
    )
    return [read(row) for row in rows]


async def close_to(tx: Transaction, person_id: UUID) -> set[UUID]:
    """Who of the welcome team said so of a person, with any of their applications."""
    rows = await tx.fetch("select unnest(close_to) as id from application where person_id = $1", person_id)
    return {row["id"] for row in rows}


async def with_close(tx: Transaction, account_id: UUID) -> set[UUID]:
    """Of whom somebody of the welcome team said so, with any of their applications."""
    rows = await tx.fetch("select person_id from application where $1 = any(close_to)", account_id)
    return {row["person_id"] for row in rows}


async def forget_close(tx: Transaction, account_id: UUID) -> None:
    """An account is forgotten: that it was close to somebody too."""
    await tx.change_any(
        "update application set close_to = array_remove(close_to, $1) where $1 = any(close_to)", account_id
    )


async def delete(tx: Transaction, *ids: UUID) -> None:
    """With their files. The caller holds the lock of each row."""
    await files.forget_about(tx, *ids)
    await tx.change_each(
        "delete from application using unnest($1::uuid[]) as n (id) where application.id = n.id", [(id,) for id in ids]
    )


async def forget(tx: Transaction, id: UUID) -> None:
    """The same, where it may be gone already."""
    await files.forget_about(tx, id)
    await tx.change_any("delete from application where id = $1", id)
