"""Who is reached by the same mailbox or phone is said as two ids and codes; and both are told of a closed record."""

import asyncio
import json
from datetime import UTC, datetime
from uuid import UUID

import pytest

from schemas.event import Erased, Waiting
from schemas.identity import AccountErased, AccountOpened
from schemas.notifications import Alike
from schemas.recruitment_duplicate import Duplicate, DuplicateAnswered, DuplicateErased, DuplicateFound, DuplicateUndone
from services.chassis.postgres.lists import Asked
from services.chassis.postgres.transaction import new_id
from services.notifications.commands import alike as commands
from services.notifications.commands import contact
from services.notifications.commands.round_ups import _waits_for  # pyright: ignore[reportPrivateUsage]
from services.notifications.domain.alike import MOST_SHARING, phone_key, post_key
from services.notifications.domain.contact import Wanted
from services.notifications.store import alike as store
from services.notifications.store import waiting
from services.notifications.store.round_ups import Owed
from tests.asking import FEW, asked
from tests.support import Connected, Person, hidden, member, organisation, registered

SECRET = (b"0" * 32,)


async def somebody(notifications: Connected, called: str = "Sam") -> Person:
    person = Person(called=called)
    await notifications.hears_and_settles(person.opened)
    return person


async def gives(notifications: Connected, person: Person, channel: str, address: str) -> None:
    async with notifications.transaction(person.acting()) as tx:
        await contact.choose_contact(tx, Wanted(channel, address), secret=SECRET)  # pyright: ignore[reportArgumentType]
    await notifications.settle()


async def pairs(notifications: Connected) -> list[Alike]:
    async with notifications.transaction() as tx:
        return [one.public() for one in await store.after(tx, UUID(int=0), limit=100)]


@pytest.mark.parametrize(
    "typed", ["07700 900 982", "+44 7700 900982", "0044 7700 900982", "+44(0)7700900982".replace("(0)", "")]
)
def test_a_number_is_compared_as_it_is_dialled_here(typed: str) -> None:
    assert phone_key(typed) == "07700900982"


def test_a_number_abroad_is_one_however_it_begins() -> None:
    assert phone_key("0033 1 23 45 67 89") == phone_key("+33 123456789") != phone_key("0123456789")


@pytest.mark.parametrize(
    "typed",
    [
        "Ann Example\n12 Harbour Street\nDownham\nBN1 3AA",
        "Mrs A. Example, 12, Harbour St., Downham, bn13aa",
        "12 HARBOUR ST\nBN1 3AA",
    ],
)
def test_an_address_for_letters_is_compared_by_postcode_and_house(typed: str) -> None:
    assert post_key(typed) == "BN13AA 12"


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Flat 3, 12a Harbour Street, BN1 3AA", "BN13AA 12A 3"),
        ("12A Harbour Street (flat 3), BN1 3AA", "BN13AA 12A 3"),
        ("Care of 2nd Floor, 7 Mill Lane, EC1A 1BB, and not BN1 3AA", "BN13AA 7"),
        ("PO Box 123, Downham, BN13AA", "BN13AA 123"),
        ("12 HarbourStreetBN13AA", ""),
        ("\u0661\u0662 Harbour Street, BN1 3AA", ""),
        ("1\u0662 Harbour Street, BN1 3AA", ""),
        ("1" * 392 + " BN1 3AA", "BN13AA " + "1" * 392),
        ("BN1 3A" * 66, ""),
    ],
)
def test_numbers_of_flat_and_house_count_in_either_order_and_what_is_none_does_not(typed: str, key: str) -> None:
    assert post_key(typed) == key


@pytest.mark.parametrize("typed", ["The Cottage, Mill Lane, BN1 3AA", "12 Harbour Street, Downham", "", "BN1 3AA"])
def test_an_address_without_a_house_or_a_postcode_is_not_compared(typed: str) -> None:
    assert post_key(typed) == ""


async def test_the_same_address_for_letters_is_said(notifications: Connected) -> None:
    one, other = await somebody(notifications), await somebody(notifications)
    await gives(notifications, one, "post", "Ann Example\n12 Harbour Street\nDownham\nBN1 3AA")
    await gives(notifications, other, "post", "A. Example, 12 Harbour St, bn1 3aa")
    assert [pair.alike for pair in await pairs(notifications)] == [("post",)]
    await gives(notifications, other, "post", "A. Example, 14 Harbour St, bn1 3aa")
    assert [pair.alike for pair in await pairs(notifications)] == [()]


async def test_the_same_mailbox_or_phone_is_said_as_ids_and_codes_and_nothing_else(notifications: Connected) -> None:
    one, other = await somebody(notifications), await somebody(notifications)
    await gives(notifications, one, "email", "ann@example.org")
    await gives(notifications, other, "email", "ANN@Example.org")
    [pair] = await pairs(notifications)
    assert (pair.first_id, pair.second_id) == tuple(sorted((one.id, other.id)))
    assert (pair.alike, pair.entered_by) == (("email",), ())
    await gives(notifications, other, "phone", "07700 900 982")
    assert [one.alike for one in await pairs(notifications)] == [()], "not any more, and said so"
    await gives(notifications, one, "phone", "+44 7700 900982")
    [pair] = await pairs(notifications)
    assert pair.alike == ("phone",)
    async with notifications.transaction() as tx:
        said = [
            row["value"] for row in await tx.fetch("select value from outbox where topic = 'notifications.duplicate'")
        ]
    assert len(said) == 3 and not any("900982" in one.replace(" ", "") or "example" in one.lower() for one in said)
    async with notifications.transaction(one.acting()) as tx:
        assert await tx.fetchval("select count(*) from alike") == 0, "neither of the two sees it"


async def test_whoever_entered_how_somebody_is_reached_is_said_too(notifications: Connected) -> None:
    network = organisation("QNX", "The Network", kind="network")
    robin, pat = member(network, "screener", called="Robin"), Person(called="Pat")
    account = pat.account.model_copy(update={"can_sign_in": False})
    await notifications.hears_and_settles(*registered(network), robin.opened, AccountOpened(account))
    one = await somebody(notifications)
    await gives(notifications, one, "phone", "01632 960 001")
    async with notifications.browser(robin) as browser:
        at = f"/messages/for/QNX/people/{pat.id}"

        form = hidden((await browser.get(at)).text)
        answer = await browser.post(at, data=form | {"channel": "phone", "phone": "01632 960001"})
        assert answer.status_code == 303, answer.text[:600]
    await notifications.settle()
    [pair] = await pairs(notifications)
    assert (pair.alike, pair.entered_by) == (("phone",), (robin.id,))


async def test_when_one_of_the_two_is_forgotten_the_pair_is_erased(notifications: Connected) -> None:
    one, other = await somebody(notifications), await somebody(notifications)
    for person in (one, other):
        await gives(notifications, person, "phone", "07700 900 982")
    await notifications.hears_and_settles(AccountErased(Erased(id=one.id, version=2)))
    assert await pairs(notifications) == []
    assert "AlikeErased" in [name for name, _ in await notifications.said()]


async def test_two_who_give_the_same_at_one_moment_are_found_once(notifications: Connected) -> None:
    one, other = await somebody(notifications), await somebody(notifications)
    await asyncio.gather(*(gives(notifications, each, "phone", "07700 900 982") for each in (one, other)))
    await notifications.settle()
    assert len(await pairs(notifications)) == 1


async def test_what_a_fifth_gives_too_says_nothing_of_the_four_before_any_more(notifications: Connected) -> None:
    home = "The Elms, 7 Mill Lane, Downham, BN1 3AA"
    people = [await somebody(notifications) for _ in range(MOST_SHARING + 2)]
    for number, person in enumerate(people, start=1):
        await gives(notifications, person, "post", home)
        alike = sum(pair.alike == ("post",) for pair in await pairs(notifications))
        assert alike == (number * (number - 1) / 2 if number <= MOST_SHARING else 0), number


async def crowd(notifications: Connected, phones: list[str], keys: bool = True) -> list[UUID]:
    people = [new_id() for _ in phones]
    async with notifications.transaction() as tx:
        await tx.execute(
            "insert into contact_point (person_id, channel, address, changed_at, entered_by, email_key, phone_key)"
            " select id, 'phone', phone, $1, id, case when $2 then '' end, case when $2 then phone end"
            " from unnest($3::uuid[], $4::text[]) as n (id, phone)",
            *(tx.now, keys, people, phones),
        )
    return people


async def test_five_thousand_are_looked_at_by_a_handful_of_statements(notifications: Connected) -> None:
    people = await crowd(notifications, [f"0770{n // 2:07}" for n in range(5000)])
    async with notifications.transaction() as tx:
        await tx.execute("analyze contact_point")
        with asked() as found:
            assert await commands.look_for(tx, people) == 2500
        assert len(found) < FEW
        plan = await tx.fetch(
            "explain select person_id, entered_by from contact_point where 'phone' = 'phone' and phone_key = $1"
            " and phone_key <> '' and person_id <> $2 order by person_id limit 4",
            *("07700000001", people[0]),
        )
        assert any("contact_by_phone" in row[0] for row in plan)
    async with notifications.transaction() as tx:
        assert await commands.look_for(tx, people) == 0, "safe to repeat"


async def test_a_number_of_an_office_says_nothing_and_contacts_of_before_are_compared(notifications: Connected) -> None:
    office = await crowd(notifications, ["01632960001"] * (MOST_SHARING + 1))
    couple = await crowd(notifications, ["01632 960 002", "01632960002"], keys=False)
    async with notifications.transaction() as tx:
        assert await commands.look_for(tx, office) == 0
        assert await commands.compare_contacts_of_before(tx) == 2
    await notifications.settle()
    assert [{one.first_id, one.second_id} for one in await pairs(notifications)] == [set(couple)]


def pair_of(network: UUID, one: Person, other: Person, **changes: object) -> Duplicate:
    first, second = sorted((one.id, other.id))
    id, now = new_id(), datetime.now(UTC)
    waits = Waiting(
        organisation_id=network,
        role="screener",
        what="one_or_two",
        about=id,
        since=now,
        link=f"/people/for/QNX/duplicates/{id}",
    )
    fields = {"status": "waiting", "waiting": (waits,), "not_for": (first, second)} | changes
    return Duplicate.model_validate(
        {"id": id, "version": 1, "first_id": first, "second_id": second, "found_at": now} | fields
    )


async def test_what_waits_is_on_the_home_of_the_team_but_not_of_those_whom_it_is_not_for(
    notifications: Connected,
) -> None:
    network = organisation("QNX", "The Network", kind="network")
    robin, noor = member(network, "screener", called="Robin"), member(network, "screener", called="Noor")
    one, other = Person(called="Ann"), Person(called="Annie")
    await notifications.hears_and_settles(*registered(network), *(each.opened for each in (robin, noor, one, other)))
    pair = pair_of(network.id, one, other, not_for=(one.id, other.id, robin.id))
    await notifications.hears_and_settles(DuplicateFound(pair))
    for who, sees in ((noor, True), (robin, False)):
        async with notifications.browser(who) as browser:
            page = (await browser.get("/home/for/QNX")).text
            assert ("Look whether two people are one person" in page) == sees, who.called
            assert "Annie" not in page
        async with notifications.transaction(who.acting(network)) as tx:
            items = (await waiting.of_organisation(tx, Asked(), network.id, ["screener"])).items
        assert bool(items) == sees
        async with notifications.transaction() as tx:
            assert bool(await _waits_for(tx, Owed(who.account, "daily", None))) == sees, "nor in the mail of a morning"
    await notifications.hears_and_settles(DuplicateErased(Erased(id=pair.id, version=2)))
    async with notifications.browser(noor) as browser:
        assert "Look whether two" not in (await browser.get("/home/for/QNX")).text


async def test_both_are_told_once_each_by_their_channel_and_nothing_of_the_other(notifications: Connected) -> None:
    network = organisation("QNX", "The Network", kind="network")
    kept, gone = Person(called="Annie"), Person(called="Nan")
    await notifications.hears_and_settles(*registered(network), kept.opened, gone.opened)
    await gives(notifications, gone, "phone", "07700 900 982")
    now = datetime.now(UTC)
    closed = pair_of(
        network.id,
        kept,
        gone,
        status="closed",
        waiting=(),
        version=2,
        answered_at=now,
        kept_id=kept.id,
        closed_id=gone.id,
        kept_reference="PL-7K3Q",
    )
    await notifications.hears_and_settles(DuplicateAnswered(closed))
    await notifications.hears_and_settles(DuplicateAnswered(closed.model_copy(update={"version": 3})))

    async def told() -> dict[tuple[UUID, str], str]:
        async with notifications.transaction() as tx:
            rows = await tx.fetch("select person_id, kind, channel, subject || body as words from message order by id")
        assert not any("Annie" in row["words"] or "Nan" in row["words"] for row in rows)
        return {(row["person_id"], row["kind"]): row["channel"] for row in rows if row["kind"].startswith("record")}

    assert await told() == {(gone.id, "record_closed"): "phone", (kept.id, "record_kept"): "page"}
    undone = closed.model_copy(update={"version": 4, "status": "two_people", "undone_at": now, "kept_reference": None})
    await notifications.hears_and_settles(DuplicateUndone(undone))
    assert {(gone.id, "record_opened_again"), (kept.id, "record_alone")} <= (await told()).keys()
    two = pair_of(network.id, kept, gone, status="two_people", waiting=(), answered_at=now)
    await notifications.hears_and_settles(DuplicateAnswered(two))
    assert len(await told()) == 4, "that two are two is told to nobody"
    assert json.loads(closed.model_dump_json())["kept_reference"] == "PL-7K3Q"
