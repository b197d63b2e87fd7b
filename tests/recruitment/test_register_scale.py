"""A list of 5,000 people is brought in by few statements; eight seconds on two busy cores."""

import csv
import io
import tempfile

import pytest

from services.chassis.base.tables.reading import read_table
from services.recruitment.commands import registers
from tests.asking import FEW, asked
from tests.recruitment.scene import Scene
from tests.support import member


def long_list(people: int) -> bytes:
    """Two lines for each tenth, with a past."""
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(
        ["Name", "E-mail", "Mobile", "Postcode", "Born", "Role", "Group", "From", "Training", "Training date"]
    )
    for n in range(people):
        row = [f"Person {n:05} Example", f"p{n}@people.example", f"07700 9{n:05}", "BN2 1AA", "1970"]
        sheet.writerow([*row, "Reader", "Patient panel", "1/2/2019", "Speaking up", "2020"])
    return out.getvalue().encode()


@pytest.mark.timeout(120)
async def test_five_thousand_people_are_brought_in_by_few_statements(scene: Scene) -> None:
    admin = member(scene.network, "admin", called="Ada")
    await scene.knows(admin)
    content = long_list(5_000)
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        table = await read_table(file, size=len(content))
    with asked() as statements:
        async with scene.recruitment.transaction(admin.acting(scene.network)) as tx:
            id = await registers.send_list(tx, table)
        async with scene.recruitment.transaction(admin.acting(scene.network)) as tx:
            await registers.map_columns(tx, id, (await registers.imports.get(tx, id)).meanings)
        async with scene.recruitment.transaction(admin.acting(scene.network)) as tx:
            await registers.bring_in(tx, id)
    assert len(statements) < 3 * FEW, statements
    await scene.recruitment.settle()
    async with scene.recruitment.transaction() as tx:
        assert await tx.fetchval("select count(*) from application where stage = 'listed'") == 5_000
        assert await tx.fetchval("select count(*) from outbox where topic = 'recruitment.application'") == 5_000
        assert await tx.fetchval("select count(*) from declared") == 10_000
