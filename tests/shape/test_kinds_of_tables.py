"""Whose rows each table has: a new one says it by a call of chassis/migrations (`table_of_person` and its like)."""

import asyncpg
import pytest

from services import NAMES
from services.chassis.base.settings import Settings
from tests.support import with_database

PERSON, ORGANISATION = "rows of a person", "rows of an organisation"
BOTH, EVERYONE, SYSTEM = "rows of a person and an organisation", "rows for everybody to read", "rows of the system"
KINDS = {
    PERSON: {"owner", "system", "its_person"},
    ORGANISATION: {"owner", "system", "its_organisation"},
    BOTH: {"owner", "system", "its_person", "its_organisation"},
    EVERYONE: {"owner", "system", "everyone_reads"},
    SYSTEM: {"owner", "system"},
}
"""Each kind, and the policies that it comes with."""

BEFORE = {
    "engagements": {"engagement": BOTH, "intake": EVERYONE, "interest_words": BOTH},
    "identity": {
        "account": PERSON,
        "address": PERSON,
        "letter_out": SYSTEM,
        "machine_secret": PERSON,
        "membership": BOTH,
        "session": PERSON,
        "sign_in_link": SYSTEM,
    },
    "matching": {"match": PERSON, "opportunity": EVERYONE, "subscription": PERSON},
    "notifications": {"contact_point": PERSON, "message": BOTH, "waiting_item": BOTH},
    "payments": {
        "claim": BOTH,
        "entry": ORGANISATION,
        "ledger_account": ORGANISATION,
        "paid_since": ORGANISATION,
        "payee": PERSON,
        "payee_version": PERSON,
        "payment": BOTH,
        "payroll_file": ORGANISATION,
        "rate_card": ORGANISATION,
        "run": ORGANISATION,
        "transfer": ORGANISATION,
    },
    "recruitment": {
        "agreement": PERSON,
        "application": BOTH,
        "leader": PERSON,
        "profile": PERSON,
        "rung_evidence": PERSON,
    },
    "training": {"credential": BOTH, "enrolment": BOTH, "programme": EVERYONE, "session": EVERYONE},
}
"""Tables that were there before the calls were, with policies of their own names; nothing is added here."""

LANDED = {"file": BOTH}
"""The chassis' own, in every room: a file came before the calls were, and only its hand's subject may add or end it."""

_TABLES = """
select c.relname as name, coalesce(obj_description(c.oid, 'pg_class'), '') as kind, c.relforcerowsecurity as forced,
    (select array_agg(p.polname::text) from pg_policy p where p.polrelid = c.oid) as policies
from pg_class c where c.relnamespace = $1::text::regnamespace and c.relkind = 'r' and c.relrowsecurity
    and c.relname not like 'mirror\\_%' and c.relname <> 'spent_key' order by 1
"""


@pytest.mark.parametrize("service", NAMES)
async def test_a_table_with_row_level_security_says_whose_rows_it_has(
    service: str, run_settings: Settings, template: str
) -> None:
    connection = await asyncpg.connect(with_database(run_settings.admin_dsn(), template), timeout=10)
    try:
        tables = await connection.fetch(_TABLES, service)
    finally:
        await connection.close()
    before = BEFORE[service] | LANDED
    said = {row["name"]: row["kind"] for row in tables if row["name"] not in before}
    assert {name for name, kind in said.items() if kind not in KINDS} == set(), "`call table_of_…` in its migration"
    assert [row["name"] for row in tables if not row["forced"]] == []
    lacking = {row["name"]: KINDS[said[row["name"]]] - set(row["policies"]) for row in tables if row["name"] in said}
    assert {name: policies for name, policies in lacking.items() if policies} == {}
    assert before.keys() - {row["name"] for row in tables} == set(), "it is gone: take it off the list"
