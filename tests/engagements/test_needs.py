"""What people need is asked once, in recruitment: here it is shown, and what is arranged of it is said to them."""

from schemas.event import Erased
from schemas.identity import AccountErased
from schemas.recruitment import Needs, NeedsChanged, NeedsGiven
from tests.engagements.world import World
from tests.support import hidden, member
from tests.two_tabs import from_two_tabs, stands


def needs_of(world: World, **changes: object) -> Needs:
    values = {"needs": ("lipspeaker", "something_else"), "format": "audio", "ways_to_talk": ("text_relay",)}
    said = {"id": world.person.id, "version": 1, "shared_with": ("places",), "said_on": "2026-11-01"}
    return Needs.model_validate(values | said | changes)


async def test_interest_asks_nothing_that_was_said_once_and_says_who_will_see_it(world: World) -> None:
    page = f"/engagements/interest/{world.o.id}"
    async with world.engagements.browser(world.person) as person:
        assert "Tell us once what you need" in (await person.get(page)).text
        await world.engagements.hears_and_settles(NeedsGiven(needs_of(world)))
        shown = (await person.get(page)).text
        for words in ("Lipspeaker", "Sound, to listen to", "By text relay", "sees this if you take a place"):
            assert words in shown, words
        await world.engagements.hears_and_settles(
            NeedsChanged(needs_of(world, version=2, shared_with=("coordinator",)))
        )
        assert "You said that organisations do not see this" in (await person.get(page)).text


async def test_what_is_arranged_is_said_by_the_coordinator_and_read_by_the_person(world: World) -> None:
    await world.engagements.hears_and_settles(NeedsGiven(needs_of(world)))
    id = await world.offered()
    page = f"/engagements/for/RX2/people/{id}/needs"
    async with world.engagements.browser(world.staff) as staff, world.engagements.browser(world.person) as sam:
        assert (await staff.get(page)).status_code == 404, "no place yet"
        shown = await sam.get(f"/engagements/mine/{id}")
        await sam.post(f"/engagements/mine/{id}/accept", data=hidden(shown.text))
        assert page in (await staff.get(f"/engagements/for/RX2/{world.o.id}")).text
        assert f"/people/for/RX2/{world.person.id}/needs" in (await staff.get(page)).text
        mine = (await sam.get(f"/engagements/mine/{id}")).text
        assert "Lipspeaker" in mine and "Arranged" not in mine
        form = hidden((await staff.get(page)).text) | {"arranged": ["lipspeaker", "text_relay"]}
        done = await staff.post(page, data=form)
        assert "The person sees it" in (await staff.get(done.headers["location"])).text
        assert (await sam.get(f"/engagements/mine/{id}")).text.count("Arranged") == 2
        odd = hidden((await staff.get(page)).text) | {"arranged": "a helicopter"}
        assert (await staff.post(page, data=odd)).status_code == 422
        stale = hidden((await staff.get(page)).text) | {"arranged": "bsl"}
        refused = await staff.post(page, data=stale)
        assert refused.status_code == 409 and "not asked for any more" in refused.text
        await world.engagements.hears_and_settles(NeedsChanged(needs_of(world, version=2, shared_with=())))
        assert (await staff.get(page)).status_code == 404
        assert "Lipspeaker" not in (await sam.get(f"/engagements/mine/{id}")).text


async def test_two_coordinators_arrange_and_are_told_of_each_other(world: World) -> None:
    await world.engagements.hears_and_settles(NeedsGiven(needs_of(world)))
    page = f"/engagements/for/RX2/people/{await world.accepted()}/needs"
    async with world.engagements.browser(world.staff) as staff:
        both = await from_two_tabs(staff, page, {"arranged": "lipspeaker"}, {"arranged": ["lipspeaker", "audio"]})
        assert stands(both) == {"What is arranged?": "Lipspeaker"}


async def test_needs_and_what_is_arranged_through_the_api(world: World) -> None:
    await world.engagements.hears_and_settles(NeedsGiven(needs_of(world)))
    id = await world.accepted()
    path = f"/organisations/RX2/engagements/{id}/needs"
    other = member(world.trust, "approver")
    await world.engagements.hears_and_settles(other.opened)
    async with world.engagements.api(world.staff) as api, world.engagements.api(other) as approver:
        got = (await api.get(path)).json()
        assert got["asked_for"] == ["lipspeaker", "something_else", "audio", "text_relay"]
        assert (await api.put(path, json={"arranged": ["audio"]})).status_code == 200
        assert (await api.get(path)).json()["arranged"] == ["audio"]
        problem = (await api.put(path, json={"arranged": ["bsl"]})).json()
        assert problem["type"] == "/developers/problems#not-asked-for"
        assert (await approver.get(path)).status_code == 403
    await world.engagements.hears_and_settles(AccountErased(Erased(id=world.person.id, version=2)))
    async with world.engagements.transaction() as tx:
        assert await tx.fetchval("select count(*) from arranged") == 0


async def test_nothing_of_what_somebody_needs_is_on_any_event(world: World) -> None:
    await world.engagements.hears_and_settles(NeedsGiven(needs_of(world)))
    await world.accepted()
    async with world.engagements.transaction() as tx:
        said = [row["value"] for row in await tx.fetch("select value from outbox")]
    assert said and not any(code in value for value in said for code in ("lipspeaker", "text_relay", "audio"))
