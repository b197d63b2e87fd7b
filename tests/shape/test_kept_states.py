"""Where a row keeps a contract as JSON, what stands beside it says the same; what is read of it is in the contract."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import asyncpg
import pytest
from pydantic import BaseModel

from schemas.contracts import states
from schemas.event import Contract, State
from schemas.examples import example_of
from schemas.identity import IdentityToDo
from services import load
from services.chassis.postgres.mirrors import name_of
from services.chassis.postgres.transaction import Connection
from services.chassis.service import Service
from services.matching.domain.telling import TellingOfRoles
from services.payments.domain.promise import PayPromise
from services.recruitment.domain.agreement import Days
from tests.shape.each import of_each
from tests.shape.sql import statements
from tests.support import Database

ROOT = Path(__file__).parents[2]
CONTRACTS = {name_of(state).removeprefix("mirror_"): state for state in states().values()}
CONTRACTS["to_do"] = IdentityToDo
"""The same table in each room, for its own topic: their states are the same."""
OF_ITS_OWN = {("intake", "version"), ("intake", "places")}
"""An intake keeps the opportunity as it was heard. Its version is not the opportunity's; nor are its places, when more
were taken than the opportunity has by now."""
AGREE = "columns_say_what_the_state_says"
_KEPT = """
select c.relname as table, a.attname as json from pg_class c join pg_attribute a on a.attrelid = c.oid
where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace and a.atttypid = 'jsonb'::regtype
    and c.relname not like 'mirror%' and c.relname <> 'handled' and not a.attisdropped order by 1, 2
"""
_COLUMNS = """
select a.attname as name, t.typname as type, a.attnotnull as always, a.attgenerated <> '' as generated,
    exists (select from pg_constraint k join pg_attribute j on j.attrelid = k.conrelid and j.attname = $2
        where k.conrelid = a.attrelid and k.contype = 'c' and k.conkey @> array[a.attnum, j.attnum]) as checked
from pg_attribute a join pg_type t on t.oid = a.atttypid
where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped and a.attname <> $2 order by a.attnum
"""


@dataclass(frozen=True)
class Kept:
    """A table with a column of JSON that is a contract: its own state, or a neighbour's as it was heard."""

    table: str
    json: str
    of: type[State]

    def repeats(self, column: str) -> bool:
        return column in self.of.model_fields and (self.table, column) not in OF_ITS_OWN


async def kept(schema: Connection) -> list[Kept]:
    found: list[Kept] = []
    for row in await schema.fetch(_KEPT):
        contract = CONTRACTS.get(row["table"] if row["json"] == "state" else row["json"])
        assert contract or row["json"] != "state", f"{row['table']} has a state that is no contract"
        if contract:
            found.append(Kept(row["table"], row["json"], contract))
    return found


async def test_what_stands_beside_a_state_is_made_from_it_or_checked_against_it(schema: Connection) -> None:
    for one in await kept(schema):
        columns = await schema.fetch(_COLUMNS, one.table, one.json)
        repeated = [row for row in columns if one.repeats(row["name"])]
        assert [row["name"] for row in repeated if not (row["generated"] or row["checked"])] == [], one.table
        assert {"id", "organisation_id"} & {row["name"] for row in repeated}


_OTHER = {
    "uuid": "gen_random_uuid()",
    "int4": "{c} + 1",
    "int8": "{c} + 1",
    "text": "'another'",
    "timestamptz": "{c} + interval '1 second'",
    "date": "{c} + 1",
}


@pytest.mark.parametrize("service", load(), ids=lambda service: service.name)
async def test_the_database_refuses_a_column_that_says_something_else_than_the_state(
    service: Service, database: Database
) -> None:
    connection: Connection = await asyncpg.connect(
        database.settings.admin_dsn(), server_settings={"search_path": service.name}
    )
    try:
        await connection.execute("set session_replication_role = replica")  # neither keys of other tables nor triggers
        for one in await kept(connection):
            await refuses(connection, one)
    finally:
        await connection.close()


async def refuses(connection: Connection, one: Kept) -> None:
    columns = [row for row in await connection.fetch(_COLUMNS, one.table, one.json) if not row["generated"]]
    state = example_of(one.of.topic)
    names = ", ".join([*(row["name"] for row in columns), one.json])
    insert = f"insert into {one.table} ({names}) select {names} from jsonb_populate_record(null::{one.table}, $1)"
    of_intake: dict[str, Any] = {"attendance_due": []}
    of_intake |= dict.fromkeys(("places_taken", "places_held", "on_reserve", "numbered"), 0)
    of_opportunity = {"organisation_name": "Example Trust"}
    of_edition: dict[str, Any] = {
        "opportunity_id": state.get("id"),
        "at": "2026-11-30T09:00:00Z",
        "parts": [],
        "why": "",
    }
    row: dict[str, Any] = {
        **state,
        **(of_edition if one.table == "opportunity_edition" else {}),
        **(of_opportunity if one.table == "opportunity" else {}),
        **of_intake,
        one.json: state,
    }
    await connection.execute(insert, json.dumps(row))
    for column in columns:
        name: str = column["name"]
        others = [_OTHER[column["type"]].replace("{c}", name)] if one.repeats(name) else []
        others += ["null"] if one.repeats(name) and not column["always"] else []
        for other in others:
            with pytest.raises(asyncpg.CheckViolationError) as refused:
                await connection.execute(f"update {one.table} set {name} = {other}")
            assert refused.value.constraint_name == AGREE, name


_ANYTHING = re.compile("")
_TABLE = re.compile(r"\b(?:from|join|on|update|table|into)\s+(?:\w+\.)?(\w+)(?:\s+(?:as\s+)?(\w+))?", re.IGNORECASE)
_ELEMENTS = re.compile(r"jsonb_array_elements\((?:(\w+)\.)?(\w+) -> '(\w+)'\) (?:as )?(\w+)")
_KEY = re.compile(r"(?:(\w+)\.)?(\w+)\s*(?:->>?|#>>?|\?)\s*'([^']*)'")


def pieces() -> Iterator[tuple[str, str]]:
    """Where it stands, and each piece of SQL that looks into JSON."""
    for path in sorted((ROOT / "services").rglob("*.py")):
        found = statements(path, like=_ANYTHING)
        yield from ((f"{path.relative_to(ROOT)}:{line}", text) for line, text in found if _KEY.search(text))
    for path in sorted((ROOT / "services").rglob("migrations/*.sql")):
        for text in re.sub(r"--[^\n]*", "", path.read_text()).split(";"):
            if _KEY.search(text):
                yield str(path.relative_to(ROOT)), text


def known_in(sql: str) -> dict[str, type[Contract]]:
    """The contract behind each name that a piece of SQL can look into, by alias, or by "" for what has none."""
    known: dict[str, type[Contract]] = {}
    for table, alias in _TABLE.findall(sql):
        contract = CONTRACTS.get(table.removeprefix("mirror_"))
        if contract:
            known["" if alias in _NO_ALIAS else alias] = contract
    for alias, column, field, name in _ELEMENTS.findall(sql):
        known[name] = within(CONTRACTS.get(column) or known[alias], field)
    if "jsonb_array_elements(sessions)" in sql:  # what a function of SQL is given
        known["s"] = within(CONTRACTS["opportunity"], "sessions")
    return known


_NO_ALIAS = ("", "where", "for", "using", "order", "set", "add", "left", "cross", "join", "on", "alter")


def within(contract: type[Contract], field: str) -> type[Contract]:
    """The contract that a field holds, by itself, perhaps, or several times."""
    assert field in contract.model_fields, f"{contract.__name__} has no {field}"
    found: list[Any] = [contract.model_fields[field].annotation]
    while found:
        one = found.pop()
        if isinstance(one, type) and issubclass(one, Contract):
            return one
        found += get_args(one)
    raise AssertionError(f"{contract.__name__}.{field} holds no contract")


def is_read(contract: type[BaseModel], keys: list[str]) -> bool:
    if keys[0] not in contract.model_fields:
        return False
    return len(keys) == 1 or (issubclass(contract, Contract) and is_read(within(contract, keys[0]), keys[1:]))


SAID = {"recruitment": Days, "payments": PayPromise, "cli": TellingOfRoles}
"""What an edition of a policy says, in the rooms whose SQL looks into it; of the checker, what it looks into."""


def edition_in(where: str, sql: str) -> dict[str, type[BaseModel]]:
    return {"value": SAID[where.split("/")[1]]} if re.search(r"\bpolicy_edition\b", sql) else {}


@of_each(pieces, lambda one: one[0])
def test_what_sql_reads_of_a_state_is_in_its_contract(one: tuple[str, str]) -> None:
    """A key that no contract has gives null for every row, and nothing says so."""
    where, sql = one
    if where.endswith("_periods.sql"):  # of whichever state it is given: the next test but one
        return
    known = known_in(sql) | edition_in(where, sql)
    for alias, column, key in _KEY.findall(sql):
        if key in ("erased", "{column}"):  # of every mirror; the columns of mirrors are held by the next test
            continue
        contract = known.get(column) or CONTRACTS.get(column) or known.get(alias)
        assert contract, f"whose is {alias}.{column} -> {key}?"
        assert is_read(contract, key.strip("{}").split(",")), f"{contract.__name__} has no {key}"


_OF_A_STATE = re.compile(r"\b(?:in_force|ends_before)\((?:(\w+)\.)?state,")


def test_a_state_that_is_asked_whether_it_is_in_force_has_a_first_and_a_last_day() -> None:
    asked = 0
    for path in sorted((ROOT / "services").rglob("*.py")):
        for _, sql in statements(path):
            for alias in _OF_A_STATE.findall(sql):
                assert {"valid_from", "valid_to"} <= known_in(sql)[alias].model_fields.keys(), f"{path.name}: {sql}"
                asked += 1
    assert asked


@pytest.mark.parametrize("service", load(), ids=lambda service: service.name)
def test_the_columns_of_a_mirror_are_in_its_contract(service: Service) -> None:
    for mirror in service.reactions.mirrors.values():
        named = {name for name, _ in mirror.columns} | {mirror.person, mirror.organisation} - {None}
        assert named <= mirror.of.model_fields.keys(), mirror.name
