"""Two who may be one, of whom one is on an organisation's list and has not answered: nobody decides before they do."""

from typing import Any

import pytest

from schemas.event import Erased
from schemas.identity import AccountErased, AccountOpened
from services.recruitment.domain.duplicate import Duplicate
from tests.recruitment.registers import Lists, as_csv
from tests.recruitment.test_web import text
from tests.recruitment.twice import Twice
from tests.support import Person, form_key

NAMED = ["Ann Example", "ann@people.example", "BN2 1AA", "1980", "", "", "", "", "", ""]


async def found(lists: Lists, *, joins: bool) -> tuple[Twice, Person, Duplicate]:
    """Ann is here by herself; and a list brings in somebody with her name and year of birth."""
    twice = Twice(lists.scene)
    ann = await twice.comes("Ann Example", 1980, joins=joins)
    await lists.brings_in(as_csv(NAMED))
    await lists.scene.recruitment.settle()
    return twice, ann, await twice.pair()


async def heard_of(lists: Lists, called: str = "Ann") -> Person:
    """Identity has opened the account of whoever is listed."""
    person = Person(called, id=(await lists.people())[called][1])
    account = person.account.model_copy(update={"can_sign_in": False})
    await lists.scene.recruitment.hears_and_settles(AccountOpened(account))
    return person


async def choices(twice: Twice, pair: Duplicate) -> dict[str, Any]:
    async with twice.scene.recruitment.api(twice.scene.screener) as api:
        said = await api.get(f"/organisations/QNX/duplicates/{pair.id}")
    assert said.status_code == 200, said.text
    return said.json()["choices"]


@pytest.mark.parametrize("joins", [True, False], ids=["in the pool", "asking"])
async def test_while_one_is_listed_neither_is_closed_and_both_doors_say_why(lists: Lists, joins: bool) -> None:
    twice, ann, pair = await found(lists, joins=joins)
    listed = await heard_of(lists)
    assert set(pair.both) == {ann.id, listed.id}
    at = f"/people/for/QNX/duplicates/{pair.id}"
    async with lists.scene.recruitment.browser(lists.scene.screener) as robin:
        page = text(await robin.get(at))
        assert page.count("cannot be kept") == 2 and "They are two people" in page
        assert "says to the list" in page
        for keep in (ann, listed):
            shown = await robin.get(f"{at}/keep/{keep.id}")
            assert "have not said yes or no to that" in text(shown)
            assert "form_key" not in shown.text, "there is no button"
    async with lists.scene.recruitment.api(lists.scene.screener) as api:
        refused = await api.post(f"/organisations/QNX/duplicates/{pair.id}/keep", json={"keep": str(ann.id)})
        assert refused.status_code == 409 and refused.json()["detail"]
    said = await choices(twice, pair)
    assert said["two_people"] is True and said["keep_first"] is not True and said["keep_second"] is not True
    assert (await twice.pair()).status == "waiting"


@pytest.mark.parametrize("first", ["nothing", "two people"])
@pytest.mark.parametrize("by", ["page", "staff by the API"])
async def test_after_their_yes_the_pair_can_be_answered_and_two_people_stays_said(
    lists: Lists, first: str, by: str
) -> None:
    twice, ann, pair = await found(lists, joins=True)
    listed = await heard_of(lists)
    screener, recruitment = lists.scene.screener, lists.scene.recruitment
    async with recruitment.api(screener) as api:
        if first == "two people":
            assert (await api.post(f"/organisations/QNX/duplicates/{pair.id}/two-people")).status_code == 200
        if by == "page":
            assert (await lists.answers(await lists.link("Ann"), "yes")).status_code == 303
        else:
            id = (await lists.people())["Ann"][0]
            said = await api.post(f"/organisations/QNX/applications/{id}/said", json={"says": "yes"})
            assert said.status_code == 200, said.text
            await recruitment.settle()
        pair = await twice.pair()
        if first == "two people":
            assert (pair.status, await twice.listed()) == ("two_people", [])
            return
        who = lists.scene.screener if by == "page" else lists.scene.welcomer
        assert await twice.listed(who) == [pair.id]
        if by != "page":
            assert await twice.listed(screener) == [], "it is not for who entered the yes"
    async with recruitment.api(who) as api:
        kept = await api.post(f"/organisations/QNX/duplicates/{pair.id}/keep", json={"keep": str(ann.id)})
        assert kept.status_code == 200, kept.text
    await recruitment.settle()
    pair = await twice.pair()
    assert (pair.status, pair.closed_id, pair.left_pool) == ("closed", listed.id, True)
    assert await recruitment.failing() == []


@pytest.mark.parametrize("first", ["nothing", "two people"])
async def test_after_their_no_the_pair_waits_for_nobody_and_goes_with_them(lists: Lists, first: str) -> None:
    twice, ann, pair = await found(lists, joins=True)
    listed = await heard_of(lists)
    recruitment, screener = lists.scene.recruitment, lists.scene.screener
    at = f"/people/for/QNX/duplicates/{pair.id}"
    async with recruitment.browser(screener) as robin:
        page = await robin.get(at)
        if first == "two people":
            await robin.post(f"{at}/two-people", data={"form_key": form_key(page.text)})
        assert (await lists.answers(await lists.link("Ann"), "no")).status_code == 303
        assert await twice.listed() == [], "nobody is asked about somebody who is being forgotten"
        assert (await robin.get(at)).status_code == 404
    async with recruitment.api(screener) as api:
        late = await api.post(f"/organisations/QNX/duplicates/{pair.id}/keep", json={"keep": str(ann.id)})
        assert late.status_code == 404
    await recruitment.hears_and_settles(AccountErased(Erased(id=listed.id, version=2)))
    assert await twice.pairs() == [] and await recruitment.failing() == []
    async with recruitment.transaction() as tx:
        assert await tx.fetchval("select count(*) from closed_record") == 0
        assert await tx.fetchval("select count(*) from application where person_id = $1", listed.id) == 0
    async with recruitment.browser(ann) as browser:
        assert "We keep your other record" not in (await browser.get("/join/mine")).text
