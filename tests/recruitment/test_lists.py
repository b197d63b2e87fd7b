"""The screeners' lists: who waits, and who is in the pool, found by name or reference, page by page."""

from uuid import UUID

import pytest

from services.chassis.base.refusals import NotAllowed
from services.chassis.postgres.lists import Asked
from services.recruitment.commands import joining
from services.recruitment.store import leaders, welcome
from tests.recruitment.scene import Scene
from tests.support import Person, next_page


async def with_people(scene: Scene, *called: str) -> list[Person]:
    people = [Person(called=name) for name in called]
    await scene.knows(*people)
    return people


async def test_who_waits_is_found_by_name_or_reference_on_every_page(scene: Scene) -> None:
    people = await with_people(scene, *(f"Zoë {n:02}" for n in range(welcome.WAITING.size)), "Ana")
    ids = [await scene.send(person) for person in people]
    ods = scene.network.ods_code
    async with scene.recruitment.browser(scene.screener) as screener:
        first = (await screener.get(f"/people/for/{ods}")).text
        assert f"{len(people)} applications" in first
        second = (await screener.get(next_page(first))).text
        assert "Ana, AP-" in second and "Ana, AP-" not in first
        newest = (await screener.get(f"/people/for/{ods}?sort=newest")).text
        assert newest.index("Ana, AP-") < newest.index("Zoë 49, AP-")
        found = (await screener.get(f"/people/for/{ods}?words=zoe%2013")).text
        assert "1 application<" in found and "Zoë 13" in found
        reference = f"AP-{ids[-1].hex[-6:].upper()}"
        assert "Ana, AP-" in (await screener.get(f"/people/for/{ods}?words={reference.lower()}")).text
        everybody = (await screener.get(f"/people/for/{ods}/find")).text
        assert "Ana, AP-" in everybody and "Zoë 49, AP-" not in everybody
        assert "Zoë 49, AP-" in (await screener.get(next_page(everybody))).text
        lines = (await screener.get(f"/people/for/{ods}?format=csv")).text.split("\r\n")
        assert len(lines) == len(people) + 2
        assert lines[0] == "\ufeffCalled,Reference,Stage,Asked,Days waiting,Next step by,Answer by,Held by,By phone"
    async with scene.recruitment.api(scene.screener) as api:
        page = (await api.get(f"/organisations/{ods}/applications")).json()
        rest = (await api.get(f"/organisations/{ods}/applications?after={page['next']}")).json()
        assert [one["id"] for one in page["applications"] + rest["applications"]] == [str(id) for id in ids]
        assert (page["more"], rest["more"], rest["next"]) == (True, False, None)


async def test_the_pool_is_listed_by_name_and_by_when_people_joined_to_the_networks_screeners_only(
    scene: Scene,
) -> None:
    people = await with_people(scene, "Élodie", "zoe", "Ada", "Eli")
    references = {person.called: (await scene.in_pool(person)).reference for person in people}
    ods = scene.network.ods_code

    async def listed(asked: Asked, words: str = "") -> list[str]:
        async with scene.recruitment.transaction(scene.screener.acting(scene.network)) as tx:
            return [one.called for one in (await leaders.pool(tx, asked, words)).items]

    assert await listed(Asked()) == ["Ada", "Eli", "Élodie", "zoe"]
    assert await listed(Asked(sort="newest")) == ["Eli", "Ada", "zoe", "Élodie"]
    assert await listed(Asked(), "EL") == ["Eli", "Élodie"]
    assert await listed(Asked(), references["zoe"].lower()) == ["zoe"]
    assert await listed(Asked(), "PL-0000") == []
    async with scene.recruitment.browser(scene.screener) as screener:
        page = (await screener.get(f"/people/for/{ods}/pool?words=el")).text
        assert "2 people" in page
        assert f"Élodie, {references['Élodie']}" in page
        assert "zoe," not in page
        whole = (await screener.get(f"/people/for/{ods}/pool?format=csv")).text
        assert whole.count("\r\n") == 5
    async with scene.recruitment.browser(scene.coordinator) as coordinator:
        assert (await coordinator.get(f"/people/for/{scene.trust.ods_code}/pool")).status_code == 403
    async with scene.recruitment.browser(scene.trust_screener) as screener:
        for query in ("", "?format=csv"):
            assert (await screener.get(f"/people/for/{scene.trust.ods_code}/pool{query}")).status_code == 403
    with pytest.raises(NotAllowed):
        async with scene.recruitment.transaction(scene.coordinator.acting(scene.trust)) as tx:
            await joining.check_screener(tx)


async def test_a_walk_of_the_pool_page_by_page_names_everybody_once(scene: Scene) -> None:
    people = await with_people(scene, *(f"Sam {n % 2}" for n in range(7)))
    for person in people:
        await scene.in_pool(person)
    for sort in ("name", "newest"):
        seen: list[UUID] = []
        after = ""
        async with scene.recruitment.transaction(scene.screener.acting(scene.network)) as tx:
            while True:
                page = await leaders.pool(tx, Asked(sort=sort, after=after, size=2), "sam")
                seen += [one.id for one in page.items]
                if page.next is None:
                    break
                after = page.next
        assert sorted(seen) == sorted(person.id for person in people)
