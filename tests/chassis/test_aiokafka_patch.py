"""A header's name may be any bytes: the record is taken for what it says, and none beside it waits or is lost."""

import struct
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.record.util import calc_crc32c

from schemas.identity import Organisation, OrganisationRegistered
from services.chassis.kafka.client import ADMIN, client_options
from services.chassis.kafka.decoding import Record
from services.chassis.postgres.transaction import new_id
from tests.support import Connected, Database, mirrored, organisation, record_of, started, until

NAME, FOREIGN = "foreign-header", b"\xff\xfereign-header"
_CRC_AT, _COVERED_FROM = 17, 21


def rename(batch: bytes) -> bytes:
    """The batch as a client writes it that does not care for UTF-8."""
    renamed = bytearray(batch.replace(NAME.encode(), FOREIGN))
    struct.pack_into(">I", renamed, _CRC_AT, calc_crc32c(renamed[_COVERED_FROM:]))
    return bytes(renamed)


async def append(database: Database, *records: Record) -> None:
    """All in one batch of one partition."""
    producer = AIOKafkaProducer(**client_options(database.settings, ADMIN))
    await producer.start()
    try:
        batch: Any = producer.create_batch()
        for one in records:
            assert batch.append(timestamp=None, key=one.key, value=one.value, headers=one.headers)
        built = rename(bytes(batch._builder.build()))
        batch._build = lambda: built
        await (await producer.send_batch(batch, records[0].topic, partition=0))
    finally:
        await producer.stop()


async def parked(matching: Connected) -> list[str]:
    async with matching.transaction() as tx:
        return [row["error"] for row in await tx.fetch('select error from parked order by "offset"')]


async def test_the_records_before_and_behind_a_foreign_name_are_heard_and_so_is_its_own(living: Database) -> None:
    ones, prefix = [organisation(f"R{n}X") for n in range(5)], living.settings.topic_prefix
    records = [record_of(OrganisationRegistered(one), prefix) for one in ones]
    also = records[1]._replace(headers=[*records[1].headers, (NAME, b"1")])
    unreadable = records[3]._replace(headers=[(NAME, b"1")], key=str(new_id()).encode())
    async with started(living, "matching") as matching:
        await append(living, records[0], also, records[2], unreadable, records[4])

        async def all_heard() -> bool:
            return bool(await mirrored(matching, Organisation, ones[4].id))

        await until(all_heard)
        for one in (ones[0], ones[1], ones[2]):
            assert await mirrored(matching, Organisation, one.id)
        assert await parked(matching) == ["envelope: KeyError('ce_specversion')"]
        assert not await mirrored(matching, Organisation, ones[3].id)
        async with matching.transaction() as tx:
            names = await tx.fetchval("select headers ->> 0 from parked")
    assert "\\\\xff\\\\xfereign-header" in names
