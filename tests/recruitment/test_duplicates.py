"""Who may be here twice: found by name and year of birth and by what notifications says, once, and never by guess."""

import asyncio
from collections.abc import Sequence
from datetime import date
from uuid import UUID

import pytest

from schemas.event import Erased
from schemas.identity import AccountErased
from services.chassis.base.refusals import NotAllowed, NotFound, NotTheNetwork
from services.chassis.postgres.transaction import new_id
from services.recruitment.commands import closing, duplicates, joining, welcoming
from services.recruitment.domain import duplicate as domain
from services.recruitment.domain.likeness import Known, likeness
from services.recruitment.domain.names import NotAYearOfBirth, check_birth_year, name_key
from services.recruitment.store import applications, waiting
from tests.asking import FEW, asked
from tests.recruitment.scene import Scene, draft
from tests.recruitment.twice import Twice
from tests.support import Person, member


@pytest.mark.parametrize(
    "typed",
    [
        "María-José O’Neill",
        "maria jose o'neill",
        "O'NEILL, Maria José",
        "Mrs  María José ONeill",
        "maria\u0301 jose\u0301 oneill",
    ],
)
def test_a_name_is_compared_in_one_form_however_it_is_typed(typed: str) -> None:
    assert name_key(typed) == "jose maria oneill"


def test_names_in_other_scripts_keep_their_letters_and_a_title_alone_is_a_name() -> None:
    assert name_key("Łukasz Øster") == "lukasz oster"
    assert name_key("किरण") != name_key("करण"), "signs of a script are letters, not accents"
    assert name_key("Miss") == "miss"
    assert name_key("...") == ""


@pytest.mark.parametrize(
    ("names", "years", "reached", "alike"),
    [
        ("aa", (None, None), ["post"], ("name", "post")),
        ("aa", (1950, None), ["post"], ("name", "post")),
        ("aa", (1950, 1950), ["post"], ("name_and_year", "post")),
        ("aa", (1950, 1951), ["post"], ()),
        ("ab", (1950, 1950), ["post"], ()),
        ("ab", (None, None), ["phone", "post"], ("phone",)),
    ],
)
def test_one_household_is_asked_about_only_where_the_name_is_alike_too(
    names: str, years: tuple[int | None, int | None], reached: list[str], alike: tuple[str, ...]
) -> None:
    one, other = (
        Known(new_id(), name_key=name, birth_year=year, here=True) for name, year in zip(names, years, strict=True)
    )
    assert likeness(one, other, reached) == alike


@pytest.mark.parametrize("year", [1880, 2027, 68, 0, 9999])
def test_an_impossible_year_of_birth_is_refused(year: int) -> None:
    with pytest.raises(NotAYearOfBirth):
        check_birth_year(year, today=date(2026, 11, 29))


async def test_the_form_asks_for_the_year_and_takes_none_and_says_what_is_wrong(scene: Scene) -> None:
    async with scene.recruitment.browser(scene.sam) as sam:
        page = (await sam.get("/join/apply/name")).text
        assert 'name="year_of_birth"' in page and "(optional)" in page
    async with scene.recruitment.api(scene.sam) as api:
        body = draft().model_dump()
        for year, words in ((2199, "still to come"), (68, "four figures"), ("abc", "year"), (123456, "year")):
            answer = await api.post("/mine/application", json=body | {"year_of_birth": year})
            assert answer.status_code == 422 and words in answer.text, (year, answer.text)
        assert (await api.post("/mine/application", json=body | {"year_of_birth": 1968})).status_code == 201
        assert '"birth_year":1968' in (await api.get("/mine/data")).text.replace(" ", "")


async def test_two_of_one_name_and_year_wait_for_the_welcome_team_and_others_do_not(twice: Twice) -> None:
    one = await twice.comes("Samira Example", 1968)
    await twice.comes("John Smith")
    await twice.comes("John Smith")
    await twice.comes("Samira Example", 1969)
    await twice.comes("Samira Example")
    assert await twice.pairs() == [], "a name alone, or another year, is many people's"
    other = await twice.comes("EXAMPLE Samira", 1968)
    pair = await twice.pair()
    assert pair.both == tuple(sorted((one.id, other.id))) and pair.alike == ("name_and_year",)
    state = pair.public()
    assert [(item.role, item.what, item.link) for item in state.waiting] == [
        ("screener", "one_or_two", f"/people/for/QNX/duplicates/{pair.id}")
    ]
    assert "name" not in state.model_dump_json().replace("name_and", ""), "what is alike stays here"
    async with twice.scene.recruitment.transaction() as tx:
        assert (await waiting.waits(tx))["duplicate"] == pair.found_at


async def test_a_name_without_its_year_counts_only_beside_a_mailbox_or_a_phone(twice: Twice) -> None:
    one, other = await twice.comes("John Smith", 1968), await twice.comes("John Smith")
    await twice.are_reached(one, other, "phone")
    assert (await twice.pair()).alike == ("name", "phone")
    stranger = Person(called="Staff")
    await twice.are_reached(one, stranger, "email")
    assert len(await twice.pairs()) == 1, "nobody asks about somebody who has not asked to join"
    await twice.are_reached(one, other)
    assert await twice.pairs() == [], "nothing is alike any more, before anybody looked"
    assert (await twice.scene.names())[-1] == "DuplicateErased"


async def test_somebody_who_asks_with_a_name_alone_is_found_by_their_phone_once_they_ask(twice: Twice) -> None:
    one, other = await twice.comes("John Smith", 1968), Person(called="Jo")
    await twice.scene.knows(other)
    await twice.are_reached(one, other, "phone")
    assert await twice.pairs() == []
    await twice.scene.ask(other)
    await twice.scene.recruitment.settle()
    assert (await twice.pair()).alike == ("phone",)


async def test_two_people_is_answered_for_good_until_something_new_is_alike(twice: Twice) -> None:
    one, other = await twice.comes("Ann Example", 1950), await twice.comes("Bob Example", 1950)
    await twice.are_reached(one, other, "phone")
    await twice.says_two(await twice.pair())
    assert await twice.listed() == []
    for alike in ((), ("phone",)):
        await twice.are_reached(one, other, *alike)
    assert await twice.listed() == [] and (await twice.pair()).status == "two_people"
    await twice.are_reached(one, other, "phone", "email")
    pair = await twice.pair()
    assert await twice.listed() == [pair.id] and pair.alike == ("email", "phone")
    assert (await twice.scene.names())[-1] == "DuplicateChanged"


async def test_it_is_never_for_one_of_the_two_nor_for_whoever_entered_either(twice: Twice) -> None:
    scene = twice.scene
    one = await twice.comes("Ann Example", 1950)
    pat = await scene.by_phone()
    async with scene.recruitment.browser(scene.screener) as robin:
        page = await robin.get(f"/people/for/QNX/phone?account={pat.id}")
        assert 'name="year_of_birth"' in page.text
    async with scene.recruitment.api(scene.screener) as api:
        body = draft(full_name="Ann Example", year_of_birth=1950).model_dump() | {"person_id": str(pat.id)}
        assert (await api.post("/organisations/QNX/phone", json=body)).status_code == 201
    await scene.recruitment.settle()
    pair = await twice.pair()
    assert scene.screener.id in pair.not_for and scene.screener.id in pair.public().not_for
    assert await twice.listed() == [] and await twice.listed(scene.welcomer) == [pair.id]
    third = member(scene.network, "screener", called="Ola")
    await scene.knows(third)
    await twice.are_reached(one, pat, "phone", entered_by=[third.id])
    for who in (scene.screener, third):
        assert await twice.listed(who) == []
        async with scene.recruitment.api(who) as api:
            at = f"/organisations/QNX/duplicates/{pair.id}"
            assert (await api.get(at)).status_code == 404
            assert (await api.post(f"{at}/two-people")).status_code == 404
        async with scene.recruitment.browser(who) as browser:
            assert (await browser.get(f"/people/for/QNX/duplicates/{pair.id}")).status_code == 404
    async with scene.recruitment.transaction(scene.screener.acting(scene.network)) as tx:
        assert await tx.fetchval("select count(*) from duplicate") == 0, "row-level security too"


async def test_whoever_steps_back_from_one_of_the_two_neither_holds_it_nor_answers_it(twice: Twice) -> None:
    scene = twice.scene
    one, other = await twice.comes("Ann Example", 1950), await twice.comes("Ann Example", 1950)
    pair = await twice.pair()
    async with scene.recruitment.transaction(scene.welcomer.acting(scene.network)) as tx:
        await closing.leave_waiting(tx, pair.id, line="Ask Robin.", to=scene.screener.id)
    async with scene.recruitment.transaction(scene.screener.acting(scene.network)) as tx:
        newest = await applications.newest_of_person(tx, other.id)
        assert newest
        await welcoming.step_back(tx, newest.id)
    with pytest.raises(NotFound):
        await twice.keeps(pair, one)
    await scene.recruitment.settle()
    pair = await twice.pair()
    assert (pair.held_by, pair.line, await twice.listed(), await twice.listed(scene.welcomer)) == (
        *(None, "Ask Robin.", []),
        [pair.id],
    )
    assert scene.screener.id in pair.public().not_for
    async with scene.recruitment.browser(scene.screener) as robin:
        assert (await robin.get(f"/people/for/QNX/duplicates/{pair.id}")).status_code == 404
    third = await twice.comes("Ann Example", 1950)
    beside = [found for found in await twice.pairs() if {other.id, third.id} == set(found.both)]
    assert [scene.screener.id in found.not_for for found in beside] == [True], "nor of a pair that comes later"


async def test_a_member_of_the_team_who_is_one_of_the_two_sees_nothing_of_it(twice: Twice) -> None:
    scene = twice.scene
    one = await twice.comes("Ann Example", 1950)
    async with scene.recruitment.transaction(scene.screener.acting()) as tx:
        await joining.send_application(tx, draft(full_name="Ann Example", year_of_birth=1950))
    await scene.recruitment.settle()
    pair = await twice.pair()
    assert await twice.listed() == [] and await twice.listed(scene.welcomer) == [pair.id]
    with pytest.raises(NotFound):
        await twice.keeps(pair, one)


async def test_nobody_else_sees_a_pair_or_answers_it(twice: Twice) -> None:
    scene = twice.scene
    one = await twice.comes("Ann Example", 1950)
    await twice.comes("Ann Example", 1950)
    pair = await twice.pair()
    for who, organisation, why in (
        (scene.trust_screener, scene.trust, NotTheNetwork),
        (scene.coordinator, scene.trust, NotAllowed),
        (member(scene.network, "admin"), scene.network, NotAllowed),
    ):
        with pytest.raises(why):
            async with scene.recruitment.transaction(who.acting(organisation)) as tx:
                await closing.say_two_people(tx, pair.id)
    with pytest.raises(NotFound):
        await twice.keeps(pair, scene.sam)
    async with scene.recruitment.transaction(one.acting()) as tx:
        assert await tx.fetchval("select count(*) from duplicate") == 0
        assert await tx.fetchval("select count(*) from mirror_alike") == 0
    async with scene.recruitment.browser(scene.trust_screener) as browser:
        assert (await browser.get(f"/people/for/RXX/duplicates/{pair.id}")).status_code in (403, 404)


async def test_of_two_who_answer_at_once_one_is_told_that_a_colleague_did(twice: Twice) -> None:
    one, other = await twice.comes("Ann Example", 1950), await twice.comes("Ann Example", 1950)
    pair = await twice.pair()
    answers = await asyncio.gather(
        twice.keeps(pair, one), twice.keeps(pair, other, twice.scene.welcomer), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in answers) == ["ColleagueAnswered", "NoneType"]
    with pytest.raises(domain.ColleagueAnswered):
        await twice.says_two(pair)


async def test_when_one_of_the_two_is_forgotten_nothing_is_left_of_the_pair(twice: Twice) -> None:
    one, other = await twice.comes("Ann Example", 1950), await twice.comes("Ann Example", 1950)
    pair = await twice.pair()
    forgets = twice.scene.recruitment.hears_and_settles(AccountErased(Erased(id=one.id, version=2)))
    answers = await asyncio.gather(forgets, twice.keeps(pair, other), return_exceptions=True)
    assert [type(each).__name__ for each in answers if each] in ([], ["NotFound"])
    assert await twice.pairs() == []
    async with twice.scene.recruitment.transaction() as tx:
        assert await tx.fetchval("select count(*) from closed_record") == 0
    assert "DuplicateErased" in await twice.scene.names()


async def test_two_who_come_at_the_same_moment_are_found(twice: Twice) -> None:
    await asyncio.gather(twice.comes("Ann Example", 1950), twice.comes("Ann Example", 1950))
    await twice.scene.recruitment.settle()
    assert len(await twice.pairs()) == 1


async def test_names_that_an_older_version_kept_are_compared_by_a_job(twice: Twice) -> None:
    await twice.comes("Ann Example", 1950)
    await twice.comes("Ann Example", 1950)
    async with twice.scene.recruitment.transaction() as tx:
        await tx.execute("update application set name_key = null")
        await tx.execute("delete from duplicate")
    async with twice.scene.recruitment.transaction() as tx:
        assert await duplicates.compare_names_of_before(tx) == 2
    await twice.scene.recruitment.settle()
    assert len(await twice.pairs()) == 1


async def register(scene: Scene, names: Sequence[tuple[str, int | None]]) -> list[UUID]:
    """So many applications at once, as an import writes them."""
    people = [new_id() for _ in names]
    async with scene.recruitment.transaction() as tx:
        await tx.execute(
            "insert into application (id, version, person_id, organisation_id, ods_code, called, full_name, why, stage,"
            " sent_at, birth_year, name_key) select n.id, 1, n.id, $1, 'QNX', 'Ann', n.name, 'Why', 'sent', $2,"
            " n.year, n.key from unnest($3::uuid[], $4::text[], $5::int[], $6::text[]) as n (id, name, year, key)",
            *(scene.network.id, tx.now, people, [name for name, _ in names], [year for _, year in names]),
            [name_key(name) for name, _ in names],
        )
    return people


async def test_five_thousand_at_once_are_a_handful_of_statements_by_an_index(twice: Twice) -> None:
    scene = twice.scene
    people = await register(
        scene, [(f"Person Number {n // 2}", 1950) for n in range(4000)] + [("John Smith", None)] * 1000
    )
    async with scene.recruitment.transaction() as tx:
        await tx.execute("analyze application")
        with asked() as found:
            assert await duplicates.look_for(tx, people) == 2000
    assert len(found) < FEW
    async with scene.recruitment.transaction() as tx:
        with asked() as found:
            assert await duplicates.look_for(tx, people) == 0, "safe to repeat"
        assert len(found) < FEW
        plan = await tx.fetch(
            "explain select person_id from application where name_key = $1 and name_key <> '' and birth_year = $2"
            " and birth_year is not null and person_id <> $3 order by person_id limit 5",
            *("example", 1950, people[0]),
        )
        assert any("application_by_full_name" in row[0] for row in plan), plan
    assert (await scene.names()).count("DuplicateFound") == 2000


async def test_a_register_of_one_name_makes_no_crowd_of_pairs(twice: Twice) -> None:
    people = await register(twice.scene, [("Ann Example", 1950)] * 300)
    async with twice.scene.recruitment.transaction() as tx:
        assert 299 <= await duplicates.look_for(tx, people) <= 300 * 5
