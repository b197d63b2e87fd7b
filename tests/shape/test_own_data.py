"""What a room holds of a person, it gives them: each table that has their rows is named, or it is said why not."""

import re

import asyncpg
import pytest

from schemas import links
from services import NAMES, load
from services.chassis.base.settings import Settings
from services.chassis.postgres.holds import DRAFTS, FILES, HELP, Holds
from tests.shape.test_columns import asked
from tests.support import with_database

_TABLES = """
select distinct c.relname as name from pg_class c join pg_policy p on p.polrelid = c.oid
where c.relnamespace = $1::text::regnamespace and c.relkind = 'r' and c.relname not like 'mirror\\_%'
    and p.polcmd in ('r', '*') and pg_get_expr(p.polqual, p.polrelid) ~ '^\\(?\\w+ = acting_person\\(\\)\\)?$'
"""
NOT_GIVEN = {
    "identity.machine_secret": "a machine's, which is no person",
    "identity.invitation": "whom they invited: somebody else's",
    "identity.role_waiting": "on the page of their account, with who decides",
    "payments.household_code": "a secret for a day, which stands on the page where it was made",
}
"""Tables with rows of a person that their file has not, and why."""
_PROVES = """
select table_name || '.' || column_name as name from information_schema.columns
where table_schema = $1 and table_name = any($2::text[]) and column_name ~ 'hash|secret|token|link$|letters$'
"""
PROVES_NOTHING = {
    "notifications.waiting_item.link": "the address of one's own page",
    "notifications.said.link": "where a recording is that somebody sent, for the other side to open",
}
"""Columns that are given, though they are called as a secret is."""
EVERYWHERE = {"draft", "file", "help_given", "spent_key"}
"""The chassis' own: drafts, files and help are given where there are any; what a spent key answers was given."""


def named(kinds: tuple[Holds, ...]) -> set[str]:
    return {table for one in kinds for table in re.findall(r" from (\w+)", one.sql)}


def holds_of(room: str) -> tuple[Holds, ...]:
    module = __import__(f"services.{room}.store.holds", fromlist=["HOLDS"])
    return module.HOLDS


@pytest.mark.parametrize("room", NAMES)
async def test_every_table_with_rows_of_a_person_is_in_their_file_or_it_is_said_why_not(
    room: str, run_settings: Settings, template: str
) -> None:
    connection = await asyncpg.connect(with_database(run_settings.admin_dsn(), template), timeout=10)
    try:
        await connection.execute(f"set search_path to {room}")
        tables = {row["name"] for row in await connection.fetch(_TABLES, room)}
    finally:
        await connection.close()
    why_not = {name.partition(".")[2] for name in NOT_GIVEN if name.startswith(f"{room}.")}
    assert tables - named(holds_of(room)) - EVERYWHERE == why_not & tables
    assert asked(room)


@pytest.mark.parametrize("room", NAMES)
async def test_what_proves_something_is_given_to_nobody(room: str, run_settings: Settings, template: str) -> None:
    """A link in a letter proves that a mailbox is theirs only while it stands nowhere but in that letter."""
    back = {f"{room}.{one.name}.{column}" for one in holds_of(room) for column in one.kept_back}
    connection = await asyncpg.connect(with_database(run_settings.admin_dsn(), template), timeout=10)
    try:
        found = await connection.fetch(_PROVES, room, [*named(holds_of(room))])
    finally:
        await connection.close()
    known = {name for name in PROVES_NOTHING if name.startswith(f"{room}.")}
    assert {f"{room}.{row['name']}" for row in found} - back == known


def test_the_account_leads_to_the_page_of_every_room() -> None:
    pages = {__import__(f"services.{room}.store.holds", fromlist=["PATH"]).PATH for room in NAMES}
    assert {address for _, address in links.OWN_DATA} == pages
    assert named((DRAFTS, FILES, HELP)) == {"draft", "file", "help_given"}
    assert len(load(NAMES)) == len(pages)
