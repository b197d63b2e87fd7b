"""How long until people who ask to be forgotten at the same moment are in no room: `python -m tests.bench.forgetting`.

All seven services in one process, on PostgreSQL and Kafka as they are. Everybody has something in every room: an
application, a profile and needs, a match, a place and its attendance, training and a credential, bank details, a claim
that is not sent, a way to be reached and messages. Then all press the button at once, through the API. A room is empty
of them when no row is theirs: of what it holds of a person (store/holds.py), and of what it mirrors.
"""

import argparse
import asyncio
import os
import re
import secrets
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from services import NAMES, load
from services.chassis.base import keys
from services.chassis.base.addresses import EmailAddress
from services.chassis.base.settings import Settings
from services.chassis.network import make_topics
from services.cli.local.servers import LocalServers, Servers
from services.engagements.commands import choosing, mine, staff
from services.engagements.domain.engagement import InterestWords
from services.identity.commands import accounts
from services.matching.commands import fitting, posting
from services.matching.domain.fit import Subscription
from services.notifications.commands import contact
from services.notifications.domain.contact import Wanted
from services.payments.commands import payees, rates
from services.payments.domain.payee import PayeeDetails
from services.payments.domain.rate_card import Draft as RateDraft
from services.recruitment.commands import joining, pool, welcoming
from services.recruitment.domain.application import Draft as ApplicationDraft
from services.recruitment.domain.needs import NeedsAnswers
from services.recruitment.domain.profile import Answers
from services.training import commands as training
from services.training.domain.programme import ProgrammeDraft
from services.training.domain.register import Register
from services.training.domain.session import SessionDraft
from tests.bench.figures import percentile
from tests.cli.little import Little, ago, people_of, running
from tests.matching.world import draft
from tests.support import Database, Person, delete_topics, drop_database, kafka_fields, make_database

STATE = Path(__file__).parents[2] / ".pln" / "bench"
PENCE = 7500
GONE_WITHIN_SECONDS = 300.0
LOOKED_AT_EVERY_SECONDS = 0.5
_WHOSE = re.compile(r" from (\w+)(?: \w+)? where (\w+) = \$1(?: or (\w+) = \$1)?")


@dataclass
class Found:
    """What was measured. `rooms`: after how many seconds nothing of anybody was left there."""

    people: int
    rows: int
    answers: list[float] = field(default_factory=list[float])
    rooms: dict[str, float] = field(default_factory=dict[str, float])

    @property
    def lines(self) -> list[str]:
        p50, p99 = percentile(self.answers, 50), percentile(self.answers, 99)
        answered = f"answered after {p50:.2f} s (median), {p99:.2f} s (p99)"
        gone = ", ".join(f"{room} {seconds:.1f} s" for room, seconds in sorted(self.rooms.items()))
        return [f"{self.people} people with {self.rows:,} rows: {answered}", f"none left in: {gone}"]


async def measure(database: Database, people: int) -> Found:
    """Raises TimeoutError where somebody is still there after five minutes, AssertionError for whoever was refused."""
    async with running(database) as little:
        everybody = await _everywhere(little, people)
        await little.settle()
        ids = [one.id for one in everybody]
        for room in NAMES:
            assert await _left(little, room, ids), f"nobody is in {room}"
        found = Found(people, sum([await _left(little, room, ids) for room in NAMES]))
        await _forget(little, everybody, found)
        await little.settle()  # and every promise holds
        return found


async def _forget(little: Little, everybody: Sequence[Person], found: Found) -> None:
    identity, ids = little.services["identity"], [one.id for one in everybody]
    began = time.monotonic()

    async def press(who: Person) -> None:
        async with identity.api(who) as api:
            answer = await api.post("/mine/forget", json={"loses_pence": PENCE})
        assert answer.status_code == 200, answer.text
        found.answers.append(time.monotonic() - began)

    async def empty(room: str) -> None:
        while await _left(little, room, ids):
            await asyncio.sleep(LOOKED_AT_EVERY_SECONDS)
        found.rooms[room] = time.monotonic() - began

    async with asyncio.timeout(GONE_WITHIN_SECONDS):
        await asyncio.gather(*map(press, everybody), *map(empty, NAMES))


async def _left(little: Little, room: str, ids: Sequence[UUID]) -> int:
    """How many rows of these people there are in a room."""
    [service] = load([room])
    holds = __import__(f"services.{room}.store.holds", fromlist=["HOLDS"]).HOLDS
    columns = {(m[1], one) for kind in holds for m in [_WHOSE.search(kind.sql)] if m for one in m.groups()[1:] if one}
    asked = [f"(select count(*) from {table} where {column} = any($1))" for table, column in sorted(columns)]
    asked += [
        f"(select count(*) from {mirror.name} where not erased and {mirror.person} = any($1))"
        for mirror in service.reactions.mirrors.values()
        if mirror.person
    ]
    async with little.services[room].transaction() as tx:
        return await tx.fetchval("select " + " + ".join(asked), list(ids))


async def _everywhere(little: Little, people: int) -> list[Person]:
    """People with something in every room; what staff do is done once for all where that is how it is done."""
    await people_of(little)
    everybody = [Person(f"Sam {number}") for number in range(people)]
    for number, one in enumerate(everybody):
        async with little.services["identity"].transaction() as tx:
            newcomer = accounts.Newcomer(one.called, EmailAddress.read(f"sam{number}@x.example"))
            one.id = (await accounts.open_account(tx, newcomer)).id
    await little.settle()
    for one in everybody:
        await _join(little, one)
    async with little.acting("payments", little.staff["finance"], days_ago=20) as tx:
        rate = {"title": "Half day", "unit": "half_day", "amount_pence": PENCE, "source": "Policy 1"}
        card = await rates.issue_rate(tx, RateDraft.model_validate(rate | {"valid_from": ago(20).date()}))
    await little.settle()
    roles = await _offer(little, card, people)
    await little.settle()
    engagements = [await _take(little, one, roles[number // 50]) for number, one in enumerate(everybody)]
    await little.settle()
    for number, role in enumerate(roles):
        async with little.acting("engagements", little.staff["coordinator"], days_ago=1) as tx:
            there = engagements[number * 50 : number * 50 + 50]
            await staff.record_attendance(tx, role, there[0][1], attended={id for id, _ in there}, absent=set())
    await _train(little, everybody)
    return everybody


async def _join(little: Little, one: Person) -> None:
    sent = ApplicationDraft(full_name="Sam Example", why="Ten years of pain.", code_of_conduct="1", data_notice="1")
    async with little.acting("recruitment", one, days_ago=20) as tx:
        application = await joining.send_application(tx, sent)
    async with little.acting("recruitment", little.staff["screener"], days_ago=19) as tx:
        await welcoming.approve_application(tx, application, tell_now=True)
    async with little.acting("recruitment", one, days_ago=18) as tx:
        await pool.give_profile(tx, Answers(strands=["service_improvement"], modes=["remote"]))
        needs = NeedsAnswers(needs=["captions"], shared_with=["places"], health_consent="1")
        await pool.give_needs(tx, needs)
    async with little.acting("matching", one, days_ago=18) as tx:
        await fitting.subscribe(tx, Subscription())
    async with little.acting("payments", one) as tx:
        details = PayeeDetails(payee_name="S EXAMPLE", sort_code="20-00-00", account_number="55779911")
        await payees.give_details(tx, details)
    async with little.acting("notifications", one) as tx:
        await contact.choose_contact(tx, Wanted("page"), secret=(b"a secret of the measure",))


async def _offer(little: Little, card: UUID, people: int) -> list[UUID]:
    """Roles with fifty places each, all for a session of the day before yesterday."""
    dates = {"session_at": ago(2), "apply_by": ago(-5), "feedback_by": ago(-9), "places": 50}
    found: list[UUID] = []
    for _ in range(0, people, 50):
        async with little.acting("matching", little.staff["coordinator"], days_ago=10) as tx:
            found.append(await posting.post_opportunity(tx, draft(pay=card, **dates)))
    return found


async def _take(little: Little, one: Person, role: UUID) -> tuple[UUID, UUID]:
    async with little.acting("engagements", one, days_ago=5) as tx:
        engagement = (await mine.show_interest(tx, role, InterestWords(why="I know these letters."))).id
    async with little.acting("engagements", little.staff["coordinator"], days_ago=5) as tx:
        await choosing.offer_place(tx, engagement)
    async with little.acting("engagements", one, days_ago=5) as tx:
        accepted = await mine.accept(tx, engagement)
    return accepted.id, accepted.sessions[0].session_id


async def _train(little: Little, everybody: Sequence[Person]) -> None:
    trainer = little.staff["trainer"]
    async with little.acting("training", trainer, days_ago=10) as tx:
        programme = await training.offer_programme(tx, ProgrammeDraft(title="Being a partner", summary="An hour."))
    for start in range(0, len(everybody), 100):
        some = everybody[start : start + 100]
        async with little.acting("training", trainer, days_ago=10) as tx:
            session = SessionDraft(starts_at=ago(2), hours=1, mode="remote", place="", places=100)
            id = await training.add_session(tx, programme, session)
        for one in some:
            async with little.acting("training", one, days_ago=5) as tx:
                await training.enrol(tx, id)
        async with little.acting("training", trainer, days_ago=1) as tx:
            await training.record_attendance(tx, id, Register(attended=[one.id for one in some]))


async def on_servers(servers: Servers, people: int) -> Found:
    """On a database and topics of its own, gone at the end."""
    name, prefix = f"pln_forgetting_{secrets.token_hex(4)}", f"f{secrets.token_hex(3)}-"
    settings = Settings(
        profile="test",
        database_url=await make_database(servers.database_url, name),
        **kafka_fields(servers),
        topic_prefix=prefix,
        state_dir=Path(tempfile.mkdtemp()),
        http_port=0,
        ops_port=0,
    )
    try:
        keys.make(settings)
        for service in load():
            await service.prepare(settings)
        await make_topics(settings)
        return await measure(Database(settings), people)
    finally:
        await drop_database(servers.database_url, name)
        await delete_topics(settings, prefix)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.forgetting", description=__doc__)
    parser.add_argument("--people", type=int, default=100)
    chosen = parser.parse_args()
    local = LocalServers(STATE, say=print, durable=True)
    try:
        print(f"load {', '.join(f'{one:.1f}' for one in os.getloadavg())}")
        print("\n".join(asyncio.run(on_servers(local.start(), chosen.people)).lines))
    finally:
        local.stop()


if __name__ == "__main__":
    main()
