"""Payment runs: each approved claim is paid once, the ledger comes to zero, the file never changes."""

import asyncio
import csv
import hashlib
import io
from dataclasses import replace

import asyncpg
import pytest

from schemas.payments import Payment
from services.chassis.postgres.transaction import new_id
from services.payments.commands import claims
from services.payments.commands.restored import note_paid_since, say_compared
from services.payments.domain.run import CompareFirst, NothingToPay, reference
from services.payments.store import restored as restored_store
from services.payments.store import runs as store
from tests.asking import FEW, asked
from tests.payments.support import NOW, RATE, Trust, a_trust, by_id, details, said
from tests.support import Connected, Person


async def lines_of(trust: Trust, run: store.Run) -> list[dict[str, str]]:
    async with trust.payments.transaction(trust.finance.acting(trust.organisation)) as tx:
        file = await store.file(tx, run)
    assert hashlib.sha256(file.content).hexdigest() == file.sha256
    return list(csv.DictReader(io.StringIO(file.content.decode(), newline="")))


async def test_a_run_pays_each_person_once_with_a_ledger_that_comes_to_zero(payments: Connected) -> None:
    trust, sam, kim = await a_trust(payments), Person("Sam"), Person("Kim")
    await trust.approved(sam, days_ago=12)
    await trust.approved(sam, days_ago=5)
    claim = await trust.approved(kim, unit="hour", pence=1271, hours=2.5)
    run = await trust.run()
    assert (run.claims, run.total_pence) == (3, 2 * RATE + 3178)
    paid = await by_id(payments, claim.id)
    assert (paid.status, paid.released_by, paid.public().waiting) == ("paid", trust.finance.id, ())
    assert await said(payments, "ClaimPaid", "PaymentMade") == [
        *("ClaimPaid", "ClaimPaid", "PaymentMade", "ClaimPaid", "PaymentMade")
    ]
    async with payments.transaction(trust.finance.acting(trust.organisation)) as tx:
        assert await store.balance(tx, run) == 0
        assert [line.amount_pence for line in await store.lines(tx, run)].count(RATE) == 2
        days = {row["person_id"]: row["days_to_pay"] for row in await tx.fetch("select * from payment")}
    assert days == {sam.id: 12, kim.id: 10}
    rows = await lines_of(trust, run)
    assert len(rows) == 3
    assert sum(int(row["amount_pence"]) for row in rows) == run.total_pence
    assert {row["account_number"] for row in rows} == {"55779911"}
    assert len({row["reference"] for row in rows}) == 2


async def test_of_two_runs_at_once_each_claim_is_in_exactly_one(payments: Connected) -> None:
    trust = await a_trust(payments)
    approved = [await trust.approved(Person()) for _ in range(4)]
    outcomes = await asyncio.gather(trust.run(), trust.run(), trust.run(), return_exceptions=True)
    assert sorted(type(one).__name__ for one in outcomes) == ["NothingToPay", "NothingToPay", "Run"]
    assert (await said(payments)).count("ClaimPaid") == len(approved)
    async with payments.transaction() as tx:
        assert await tx.fetchval("select sum(amount_pence) from payment") == len(approved) * RATE
        assert await tx.fetchval("select sum(amount_pence) from entry") == 0


async def test_whoever_claimed_or_approved_a_claim_cannot_pay_it(payments: Connected) -> None:
    trust = await a_trust(payments)
    by_both = await trust.approved(Person(), by=trust.both)
    own = await trust.approved(trust.both)
    with pytest.raises(NothingToPay):
        await trust.run(by=trust.both)
    good = await trust.approved(Person())
    run = await trust.run(by=trust.both)
    assert run.left_out == {str(by_both.id): "approved_by_releaser", str(own.id): "own"}
    assert [(await by_id(payments, one.id)).status for one in (by_both, own, good)] == ["approved", "approved", "paid"]
    assert (await trust.run()).claims == 2
    with pytest.raises(asyncpg.CheckViolationError):
        async with payments.transaction() as tx:
            await claims.store.save(tx, replace(await by_id(payments, own.id), released_by=own.person_id))


async def test_nobody_is_paid_without_bank_details(payments: Connected) -> None:
    trust, person = await a_trust(payments), Person()
    claim = await trust.approved(person)
    async with payments.transaction() as tx:
        await tx.execute("delete from payee where person_id = $1", person.id)
    with pytest.raises(NothingToPay):
        await trust.run()
    await trust.approved(Person())
    assert (await trust.run()).left_out == {str(claim.id): "no_details"}
    await trust.give_details(person, details("31926819"))
    assert [row["account_number"] for row in await lines_of(trust, await trust.run())] == ["31926819"]


async def test_a_run_pays_the_claims_of_its_own_organisation_only(payments: Connected) -> None:
    trust, other = await a_trust(payments), await a_trust(payments, "RYR")
    claim = await trust.approved(Person())
    with pytest.raises(NothingToPay):
        await other.run()
    assert (await by_id(payments, claim.id)).status == "approved"


async def test_what_was_paid_is_never_rewritten_not_even_by_the_owner_of_the_tables(payments: Connected) -> None:
    trust = await a_trust(payments)
    await trust.approved(Person())
    run = await trust.run()
    before = await lines_of(trust, run)
    admin = await asyncpg.connect(payments.app.settings.admin_dsn(), timeout=10)
    try:
        for table in ("run", "transfer", "entry", "payroll_file"):
            for statement in ("delete from {}", "update {} set organisation_id = organisation_id"):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    async with payments.transaction() as tx:
                        await tx.execute(statement.replace("{}", table))
                with pytest.raises(asyncpg.RestrictViolationError):
                    await admin.execute(statement.replace("{}", f"payments.{table}"))
    finally:
        await admin.close()
    assert await lines_of(trust, run) == before


async def test_a_transfer_that_does_not_come_to_zero_is_not_committed(payments: Connected) -> None:
    trust = await a_trust(payments)
    await trust.approved(Person())
    run = await trust.run()
    with pytest.raises(asyncpg.CheckViolationError):
        async with payments.transaction(trust.finance.acting(trust.organisation)) as tx:
            await tx.execute(
                "insert into entry (id, organisation_id, transfer_id, account_id, payment_id, amount_pence)"
                " select $1, organisation_id, transfer_id, account_id, payment_id, 100 from entry limit 1",
                new_id(),
            )
    async with payments.transaction() as tx:
        assert await store.balance(tx, run) == 0


async def test_a_payroll_file_whose_hash_is_wrong_cannot_be_kept(payments: Connected) -> None:
    trust = await a_trust(payments)
    await trust.approved(Person())
    run = await trust.run()
    other = replace(run, id=new_id())
    async with payments.transaction() as tx:
        await store.add(tx, other)
    with pytest.raises(asyncpg.CheckViolationError):
        async with payments.transaction() as tx:
            await store.add_file(tx, other, store.File("x.csv", b"a", hashlib.sha256(b"b").hexdigest()))


async def test_no_run_is_made_after_a_restore_until_what_was_paid_since_is_compared_with_payroll(
    payments: Connected,
) -> None:
    trust, other, sam = await a_trust(payments), await a_trust(payments, "RYR"), Person("Sam")
    await trust.approved(sam)
    await other.approved(Person("Kim"))
    known = await other.run()
    forgotten = paid(trust, sam)
    async with payments.transaction() as tx:
        row = await tx.fetchrow("select id from payment where run_id = $1", known.id)
        assert row
        there = forgotten.model_copy(update={"id": row["id"]})
        assert await note_paid_since(tx, [forgotten, there]) == [reference(forgotten.id)]
        assert await note_paid_since(tx, [forgotten]) == [reference(forgotten.id)], "it can be repeated"
    with pytest.raises(CompareFirst):
        await trust.run()
    async with payments.browser(trust.finance) as browser:
        page = (await browser.get("/payments/for/RX2")).text
        assert reference(forgotten.id) in page
        assert "Make a payment run" not in page
        assert reference(forgotten.id) not in (await browser.get("/payments/for/RYR")).text
    async with payments.api(other.finance) as api:
        assert (await api.get("/organisations/RYR/paid-since-restore")).json()["payments"] == []
        assert (await api.post("/organisations/RYR/paid-since-restore/compared")).is_success
    async with payments.api(trust.finance) as api:
        refused = await api.post("/organisations/RX2/runs")
        assert (refused.status_code, refused.json()["type"].rpartition("#")[2]) == (409, "compare-first")
        [shown] = (await api.get("/organisations/RX2/paid-since-restore")).json()["payments"]
        assert (shown["reference"], shown["amount_pence"]) == (reference(forgotten.id), RATE)
        path, listed = "/organisations/RX2/paid-since-restore", await api.get("/organisations/RX2/paid-since-restore")
        stale = await api.post(f"{path}/compared", json={"seen": "0" * 64})
        assert (stale.status_code, stale.json()["type"].rpartition("#")[2]) == (409, "others-to-compare")
        assert (await api.post(f"{path}/compared", json={"seen": listed.json()["seen"]})).is_success
    assert (await trust.run()).claims == 1
    async with payments.transaction() as tx:
        assert await tx.fetchval("select compared_by from paid_since") == trust.finance.id


async def test_only_what_was_shown_counts_as_compared(payments: Connected, monkeypatch: pytest.MonkeyPatch) -> None:
    trust, sam = await a_trust(payments), Person("Sam")
    await trust.approved(sam)
    monkeypatch.setattr(restored_store, "LIST_LIMIT", 1)
    async with payments.transaction() as tx:
        references = await note_paid_since(tx, [paid(trust, sam), paid(trust, sam)])
    shown: list[str] = []
    for _ in range(2):
        with pytest.raises(CompareFirst):
            await trust.run()
        async with payments.transaction(trust.finance.acting(trust.organisation)) as tx:
            shown += [one.reference for one in await restored_store.to_compare(tx, trust.organisation.id)]
            await say_compared(tx)
    assert sorted(shown) == references
    assert (await trust.run()).claims == 1


def paid(trust: Trust, person: Person) -> Payment:
    """What Kafka said of a payment that the restored database does not know."""
    return Payment(
        id=new_id(),
        version=1,
        person_id=person.id,
        organisation_id=trust.organisation.id,
        ods_code=trust.organisation.ods_code,
        run_id=new_id(),
        claims=(new_id(),),
        amount_pence=RATE,
        paid_at=NOW,
        days_to_pay=3,
    )


async def test_a_run_pays_many_by_few_statements(payments: Connected) -> None:
    trust, people = await a_trust(payments), [Person(f"Sam {n}") for n in range(9)]
    for person in people:
        await trust.approved(person)
    with asked() as found:
        run = await trust.run()
    assert len(found) <= FEW, "\n".join(found)
    assert (run.claims, run.total_pence) == (9, 9 * RATE)
    assert sorted(await said(payments, "ClaimPaid", "PaymentMade")) == ["ClaimPaid"] * 9 + ["PaymentMade"] * 9
