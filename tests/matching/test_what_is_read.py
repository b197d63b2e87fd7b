"""The matcher cannot read what people said for equality monitoring: by no import, right, statement or column."""

import ast
import re
from pathlib import Path

from tests.support import Connected

ROOT = Path(__file__).parents[2]
ROOM = ROOT / "services/matching"
NAMED = re.compile(r"\b(?:from|join|into|update|exists)\s+(?:only\s+)?([a-z_]+)")

OWN = {
    *("opportunity", "opportunity_edition", "asked", "asked_line", "draft", "glossary", "piece_of_work"),
    *(
        "role_template",
        "subscription",
        "match",
        "district",
        "wish",
        "synonym",
        "not_for_me",
        "pool",
        "pool_as_heard",
        "telling",
    ),
    *("fit_count", "fit_counted", "first_interest", "fits_nobody", "counted", "same_few", "untold", "untold_count"),
    *("policy_edition", "feed_item", "feed_number", "lost"),
    *("way_in", "story"),
}
MIRRORS = {
    *("mirror_account", "mirror_credential", "mirror_engagement", "mirror_intake", "mirror_leader"),
    *("mirror_organisation", "mirror_profile", "mirror_programme", "mirror_rate_card"),
}
"""What matching hears of its neighbours: each is a topic, and equality monitoring is on none."""
OF_A_PERSON = {
    *("person_id", "version", "in_pool", "paused_until", "active", "most_a_week", "strands", "modes", "paid_only"),
    *("areas", "needs", "languages", "times", "miles", "lat", "lon", "height", "booked", "engaged_at", "told"),
}
"""All that the rule knows of somebody, besides their credentials, searches and answers."""
HEARD_OF = {
    "mirror_leader": {"status", "paused_at", "paused_until", "rung"},
    "mirror_profile": {
        *("strands", "modes", "lived_experience", "access_needs", "languages", "times", "distance", "district"),
    },
}
"""What the view of the pool takes out of the states that it reads."""
EQUALITY = re.compile(r"monitoring|ethnic|religio|sexual|gender|pregnan|marital|disab", re.IGNORECASE)
_SYSTEMS = "('pg_catalog', 'information_schema', 'pg_toast')"


def test_nothing_of_another_room_is_imported_and_no_contract_that_is_heard_says_anything_of_it() -> None:
    imported: set[str] = set()
    for path in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                imported.add(node.module or "")
            if isinstance(node, ast.Import):
                imported |= {one.name for one in node.names}
    ours = {one for one in imported if one.startswith("services.")}
    assert {one.split(".")[1] for one in ours} == {"chassis", "matching"}
    heard = {ROOT / f"{one.replace('.', '/')}.py" for one in imported if one.startswith("schemas.")}
    assert {path.name for path in heard} >= {"recruitment.py", "engagements.py", "matching.py"}
    for path in sorted(heard):
        words = " ".join(line for line in path.read_text().splitlines() if re.match(r"    \w+: ", line))
        assert not EQUALITY.search(words), path


async def test_its_role_reads_no_table_but_its_own_and_its_statements_name_none_but_these(matching: Connected) -> None:
    pool = matching.app.database.pool
    async with pool.acquire() as connection:
        elsewhere = await connection.fetch(
            "select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " where c.relkind in ('r', 'v', 'm', 'p', 'f') and n.nspname not in " + _SYSTEMS + ""
            " and n.nspname <> current_schema()"
        )
        assert {row["relname"] for row in elsewhere} >= {"application", "claim", "message"}
        may = await connection.fetch(
            "select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " where c.relkind in ('r', 'v', 'm', 'p', 'f') and n.nspname not in " + _SYSTEMS + ""
            " and n.nspname <> current_schema() and has_schema_privilege(n.oid, 'usage')"
            " and (has_table_privilege(c.oid, 'select') or has_any_column_privilege(c.oid, 'select'))"
        )
        assert may == []
        roles = await connection.fetch(
            "select rolname from pg_roles where pg_has_role(oid, 'member') and rolname <> current_user"
        )
        assert roles == [], "nor is it a member of a role that reads"
        functions = await connection.fetch(
            "select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace where p.prosecdef"
            " and n.nspname not in " + _SYSTEMS + " and n.nspname <> current_schema()"
            " and has_schema_privilege(n.oid, 'usage') and has_function_privilege(p.oid, 'execute')"
        )
        assert functions == []
        columns = await connection.fetch(
            "select column_name from information_schema.columns where table_schema = current_schema()"
            " and table_name = 'pool'"
        )
        assert {row["column_name"] for row in columns} == OF_A_PERSON
        view = await connection.fetchval("select pg_get_viewdef('pool_as_heard'::regclass)")
        known = {row["relname"] for row in elsewhere}
        own = await connection.fetch("select relname from pg_class where relnamespace = current_schema()::regnamespace")
        known |= {row["relname"] for row in own}
    assert set(re.findall(r"'(\w+)'::text", view)) >= {"district", "access_needs"}
    taken = set(re.findall(r"->>? '(\w+)'::text", view))
    assert taken - {"accepted_at"} == set().union(*HEARD_OF.values())
    for path in ROOM.rglob("*.py"):
        named = {one for one in NAMED.findall(path.read_text()) if one in known}
        assert named <= OWN | MIRRORS, (path, named - OWN - MIRRORS)
