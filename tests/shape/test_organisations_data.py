"""What a room holds of an organisation leaves as files: each table with its rows is in one, or it is said why not."""

import re

import asyncpg
import pytest

from schemas import links
from services import NAMES
from services.chassis.base.settings import Settings
from services.chassis.postgres.organisations_data import EVERYWHERE, LEFT_OUT_EVERYWHERE, File, OrganisationsData
from tests.support import with_database

_TABLES = """
select distinct c.relname as name from pg_class c
where c.relnamespace = $1::text::regnamespace and c.relkind = 'r' and c.relname not like 'mirror\\_%' and (
    exists (select from pg_attribute a where a.attrelid = c.oid and a.attnum > 0
        and a.attname in ('organisation_id', 'entered_for', 'host_id', 'closed_id'))
    or exists (select from pg_policy p where p.polrelid = c.oid and p.polcmd in ('r', '*')
        and pg_get_expr(p.polqual, p.polrelid) ~ 'acting_organisation|acting_for_network'))
"""
_THEIRS = re.compile(
    r"mail|phone|address|postcode|needs|access|format|words|why|reason|line|full_name|payee|account_number|sort_code"
    r"|secret|token|hash|link|district|experience|body|subject"
)
"""Columns that say how people are reached, what they need or wrote, where they are paid, or that prove something."""
OF_THE_ORGANISATION = {
    "engagements.draws": {"set_aside_why"},
    "identity.desks": {"phone", "mailbox"},
    "identity.venues": {"address", "postcode", "access"},
    "matching.asked": {"why"},
    "matching.asked_lines": {"words"},
    "matching.opportunities": {"access", "lived_experience", "withdrawn_why", "district"},
    "matching.changes": {"why", "district"},
}
"""Words of an organisation about its own desks, venues and opportunities, and what it asked for and was answered."""


def data_of(room: str) -> OrganisationsData:
    return __import__(f"services.{room}.store.holds", fromlist=["OF_ORGANISATION"]).OF_ORGANISATION


def tables_of(files: tuple[File, ...]) -> set[str]:
    return {table for one in files for table in re.findall(r" (?:from|join) (\w+)", one.sql)}


async def connected(run_settings: Settings, template: str, room: str) -> asyncpg.Connection:
    connection = await asyncpg.connect(with_database(run_settings.admin_dsn(), template), timeout=10)
    await connection.execute(f"set search_path to {room}")
    return connection


@pytest.mark.parametrize("room", NAMES)
async def test_every_table_with_rows_of_an_organisation_is_in_a_file_or_it_is_said_why_not(
    room: str, run_settings: Settings, template: str
) -> None:
    data = data_of(room)
    connection = await connected(run_settings, template, room)
    try:
        tables = {row["name"] for row in await connection.fetch(_TABLES, room)}
    finally:
        await connection.close()
    own = {table for one in data.left_out for table in one.tables}
    left_out = own | {table for one in LEFT_OUT_EVERYWHERE for table in one.tables}
    given = tables_of((*data.files, *EVERYWHERE))
    assert tables - given == left_out & tables
    assert own <= tables, "what is left out is there"
    assert not left_out & given
    for one in (*data.left_out, *LEFT_OUT_EVERYWHERE):
        assert not (one.what + one.why).endswith("."), "the page ends the sentence"


@pytest.mark.parametrize("room", NAMES)
async def test_no_file_says_how_people_are_reached_what_they_need_or_where_they_are_paid(
    room: str, run_settings: Settings, template: str
) -> None:
    connection = await connected(run_settings, template, room)
    try:
        for one in (*data_of(room).files, *EVERYWHERE):
            assert re.fullmatch(r"[a-z_]{1,40}", one.name)
            names = [found.name for found in (await connection.prepare(one.sql)).get_attributes()]
            assert len(names) == len(set(names)), "JSON has each name once"
            theirs = {name for name in names if _THEIRS.search(name)} - OF_THE_ORGANISATION.get(
                f"{room}.{one.name}", set()
            )
            assert theirs == set(), one.name
            assert " order by " in one.sql
            assert "$1" in one.sql
    finally:
        await connection.close()


def test_the_page_of_each_room_leads_to_those_of_all_others() -> None:
    pages = {data_of(room).path for room in NAMES}
    assert {address for _, address in links.ORGANISATIONS_DATA} == pages
    assert len(pages) == len(NAMES)
