"""Every column is written by somebody, and of every column that names a person it is known when it goes."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from services import NAMES, load
from services.chassis.postgres.transaction import Connection
from tests.shape.sql import statements

ROOT = Path(__file__).parents[2]
_COLUMNS = """
select c.relname as table, a.attname as name, format_type(a.atttypid, null) as type,
    a.attgenerated <> '' or a.attidentity <> '' or a.atthasdef as by_itself,
    exists (select from pg_constraint k where k.conrelid = a.attrelid and k.contype = 'f' and k.confdeltype = 'c'
        and k.conkey @> array[a.attnum]) as cascades
from pg_class c join pg_attribute a on a.attrelid = c.oid
where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace and a.attnum > 0 and not a.attisdropped
order by 1, a.attnum
"""
_ANY = re.compile(r"\s*(select|insert into|update|delete from|with \w+ as)\b")
BY_THE_CHASSIS = {"leased_until", "error", "ended_at"}
"""Of rows of outgoing work: `chassis/work/leases.py` writes them."""
BEFORE_BOOKINGS = "an older version, which may run beside this one, does; bookings take it over"
NOBODY_WRITES = {
    **{
        f"engagements.arranged.{column}": BEFORE_BOOKINGS
        for column in ("engagement_id", "organisation_id", "person_id", "codes", "arranged_by", "arranged_at")
    },
    **{
        f"engagements.question.{column}": "an older version, which may run beside this one, does: DECISIONS 100"
        for column in ("id", "engagement_id", "organisation_id", "person_id", "asked", "asked_at")
    },
    "notifications.message.claimed_at": "an older version, which may run beside this one, does",
}

WITH_ITS_ID = "the room locks all of the person's, and deletes them by their ids"
WITH_ITS_PARENT = "it goes with the row that it hangs on, by another of its columns (on delete cascade)"
A_HAND = (
    "whose hand it was stays on the record of somebody else's thing: an id, which names nobody once they are erased"
)
SIX_YEARS = "what was paid is kept for legal claims (payments.commands.payees.forget_person)"
NO_PERSON = "an account of the ledger"
GOES = {
    "engagements.answer.answered_by": A_HAND,
    "engagements.answer.person_id": WITH_ITS_PARENT,
    "engagements.arranged.arranged_by": A_HAND,
    "engagements.session_page.changed_by": A_HAND,
    "engagements.draw.rules_by": A_HAND,
    "engagements.draw.drawn_by": A_HAND,
    "engagements.draw.confirmed_by": A_HAND,
    "engagements.draw_objection.answered_by": A_HAND,
    "engagements.draw_objection.person_id": WITH_ITS_PARENT,
    "engagements.arranged.person_id": WITH_ITS_PARENT,
    "engagements.arrangement.person_id": WITH_ITS_PARENT,
    "engagements.booking.changed_by": A_HAND,
    "engagements.booking.person_id": WITH_ITS_PARENT,
    "engagements.say.person_id": WITH_ITS_PARENT,
    "engagements.was_there.person_id": WITH_ITS_PARENT,
    "engagements.chat_words.person_id": WITH_ITS_PARENT,
    "engagements.mark.marked_by": A_HAND,
    "engagements.mark.person_id": WITH_ITS_PARENT,
    "engagements.engagement.person_id": WITH_ITS_ID,
    "engagements.interest_words.person_id": WITH_ITS_PARENT,
    "engagements.said_of_session.person_id": WITH_ITS_PARENT,
    "engagements.question.answered_by": A_HAND,
    "engagements.undoing.person_id": WITH_ITS_PARENT,
    "engagements.question.person_id": WITH_ITS_PARENT,
    "engagements.passed_over.passed_by": A_HAND,
    "engagements.passed_over.person_id": WITH_ITS_PARENT,
    "identity.account.entered_by": A_HAND,
    "identity.hosting.set_by": A_HAND,
    "matching.glossary.changed_by": A_HAND,
    "matching.synonym.changed_by": A_HAND,
    "identity.invitation.invited_by": A_HAND,
    "identity.machine_secret.made_by": A_HAND,
    "identity.membership.granted_by": A_HAND,
    "identity.organisation_before.corrected_by": A_HAND,
    "identity.role_waiting.asked_by": A_HAND,
    "identity.role_waiting.decided_by": A_HAND,
    "notifications.concern.entered_by": A_HAND,
    "notifications.concern.read_by": A_HAND,
    "notifications.concern.offered_by": A_HAND,
    "notifications.data_complaint.acknowledged_by": A_HAND,
    "notifications.data_complaint.entered_by": A_HAND,
    "notifications.data_complaint.settled_by": A_HAND,
    "notifications.story_call.entered_by": A_HAND,
    "notifications.story_call.spoke_by": A_HAND,
    "notifications.contact_point.entered_by": A_HAND,
    "notifications.message.done_by": A_HAND,
    "notifications.conversation.person_id": WITH_ITS_ID,
    "notifications.said.person_id": WITH_ITS_PARENT,
    "notifications.said.read_by": A_HAND,
    "notifications.said.said_by": A_HAND,
    "notifications.written_to_all.written_by": A_HAND,
    "notifications.phone_call.rung_by": A_HAND,
    "notifications.message_read.person_id": WITH_ITS_PARENT,
    "notifications.monthly_choice.said_by": A_HAND,
    "notifications.still_wanted.answered_by": A_HAND,
    "notifications.day_number.said_by": A_HAND,
    "notifications.day_number_taken.taken_by": A_HAND,
    "notifications.printing.posted_by": A_HAND,
    "notifications.printing.taken_by": A_HAND,
    "notifications.register_import.applied_by": A_HAND,
    "notifications.register_import.staged_by": A_HAND,
    "payments.claim.approved_by": A_HAND,
    "payments.claim.person_id": SIX_YEARS,
    "payments.claim.recorded_by": A_HAND,
    "payments.claim.released_by": A_HAND,
    "payments.claim.returned_by": A_HAND,
    "payments.claim.sent_by": A_HAND,
    "payments.claim.settled_by": A_HAND,
    "payments.entry.account_id": NO_PERSON,
    "payments.paid_since.compared_by": A_HAND,
    "payments.payee_to_confirm.entered_by": A_HAND,
    "payments.payee_version.confirmed_by": A_HAND,
    "payments.payee_version.entered_by": A_HAND,
    "payments.payment.person_id": SIX_YEARS,
    "payments.run.made_by": A_HAND,
    "identity.listed_account.account_id": "of who was forgotten the id stays, and the fact: nothing opens them again",
    "recruitment.agreement.entered_by": A_HAND,
    "recruitment.application.decided_by": A_HAND,
    "recruitment.application.earlier_by": A_HAND,
    "recruitment.application.held_by": A_HAND,
    "recruitment.application.listed_by": "an organisation, whose list it was",
    "recruitment.application_question.asked_by": A_HAND,
    "recruitment.application_question.entered_by": A_HAND,
    "recruitment.application_question.person_id": WITH_ITS_PARENT,
    "recruitment.application.entered_by": A_HAND,
    "recruitment.application.person_id": WITH_ITS_ID,
    "recruitment.duplicate.answered_by": A_HAND,
    "recruitment.duplicate.held_by": A_HAND,
    "recruitment.needs.entered_by": A_HAND,
    "recruitment.cover.set_by": A_HAND,
    "recruitment.declared.entered_by": A_HAND,
    "recruitment.hand_over.ordered_by": A_HAND,
    "recruitment.listed.person_id": WITH_ITS_PARENT,
    "recruitment.register_import.released_by": A_HAND,
    "recruitment.register_import.uploaded_by": A_HAND,
    "recruitment.permission.entered_by": A_HAND,
    "recruitment.profile.entered_by": A_HAND,
    "training.credential.person_id": WITH_ITS_ID,
    "training.enrolment.person_id": WITH_ITS_ID,
    "training.declared_import.applied_by": A_HAND,
    "training.declared_import.staged_by": A_HAND,
}
"""Columns that name a person and that no statement empties or deletes by: when they go, or why they stay."""


@cache
def asked(room: str) -> tuple[str, ...]:
    files = (ROOT / "services" / room).rglob("*.py")
    return tuple(" ".join(sql.split()) for path in sorted(files) for _, sql in statements(path, _ANY))


@cache
def migrations(room: str) -> str:
    return " ".join(
        " ".join(p.read_text().split()) for p in sorted((ROOT / "services" / room / "migrations").iterdir())
    )


@dataclass(frozen=True)
class Column:
    """`by_itself`: it has a default or is generated; `cascades`: its row goes with the row that it points to."""

    room: str
    table: str
    name: str
    type: str
    by_itself: bool
    cascades: bool

    def __str__(self) -> str:
        return f"{self.room}.{self.table}.{self.name}"

    @property
    def names_a_person(self) -> bool:
        return self.type == "uuid" and (self.name in ("person_id", "account_id") or self.name.endswith("_by"))

    @property
    def is_written(self) -> bool:
        texts = (*asked(self.room), migrations(self.room))
        inserted = [names for sql in texts for names in re.findall(rf"insert into {self.table} \(([^)]*)\)", sql)]
        about = [sql for sql in texts if re.search(rf"(update|insert into) {self.table}\b", sql)]
        return any(self.name in re.split(r"[,\s]+", names) for names in inserted) or any(
            re.search(rf"(set|,) {self.name} =", sql) for sql in about
        )

    @property
    def is_forgotten(self) -> bool:
        """Whether a statement deletes rows by this column, or empties it."""
        by = rf"\b{self.name} (=|in)"
        deletes, empties = rf"delete from {self.table}\b.*{by}", rf"update {self.table} set .*\b{self.name} = null"
        decides = [sql.partition(" returning ")[0] for sql in asked(self.room)]
        return self.cascades or any(re.search(f"{deletes}|{empties}", sql) for sql in decides)


async def columns(schema: Connection) -> tuple[str, list[Column]]:
    """The room, and the columns of its own tables."""
    room: str = await schema.fetchval("select current_schema()")
    own = set(re.findall(r"create table (\w+)", migrations(room)))
    return room, [Column(room, **row) for row in await schema.fetch(_COLUMNS) if row["table"] in own]


async def test_every_column_is_written_by_a_statement_of_its_room(schema: Connection) -> None:
    room, found = await columns(schema)
    [service] = load([room])
    leased = {one.rows.table for one in service.outgoing}
    ours = [one for one in found if not (one.table in leased and one.name in BY_THE_CHASSIS)]
    unwritten = {str(one) for one in ours if not (one.by_itself or one.is_written)}
    assert unwritten - NOBODY_WRITES.keys() == set(), "it would be empty for ever"
    assert {one for one in NOBODY_WRITES if one.startswith(f"{room}.")} - unwritten == set(), "it is written now"


async def test_of_every_column_that_names_a_person_it_is_known_when_it_goes(schema: Connection) -> None:
    room, found = await columns(schema)
    stay = {str(one) for one in found if one.names_a_person and not one.is_forgotten}
    assert stay - GOES.keys() == set(), "forget it in the room's forget_person, or say here why it stays"
    assert {one for one in GOES if one.startswith(f"{room}.")} - stay == set(), "a statement forgets it: take it off"


def test_only_rooms_that_there_are_have_columns_that_stay() -> None:
    assert {one.split(".")[0] for one in (*GOES, *NOBODY_WRITES)} <= set(NAMES)
