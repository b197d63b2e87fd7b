"""Every kind of waiting is on each home that it belongs on and on no other; "nothing waits" only where that is so."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from schemas.event import Waiting
from schemas.identity import ROLES, Host, OrganisationChanged
from schemas.matching import OpportunityPosted
from schemas.waiting import WORDS
from services.chassis.base.access import HOSTED_ROLES, london_day
from services.chassis.postgres.transaction import new_id
from services.notifications.domain.contact import Wanted
from services.notifications.store.waiting import Thing, rewrite
from services.notifications.words import SEVERAL
from services.notifications.words_of_homes import COUNTED
from tests.notifications.kinds_of_waiting import PERSON, WAITS
from tests.notifications.support import NOW, World, a_world
from tests.support import Connected, Person, member, organisation, registered

TOLD_BY_STAFF = "contact_by_phone_or_post"
NOTHING = "Nothing waits for your roles in this organisation."


def test_every_code_has_a_case_and_words_for_one_and_for_several() -> None:
    assert {*WAITS, TOLD_BY_STAFF} == {*WORDS}
    assert {*SEVERAL} == {*WORDS}
    assert {code for code, of in WAITS.items() if of.roles != (PERSON,)} | {TOLD_BY_STAFF} == {*COUNTED}


def _waits(world: World, code: str, role: str) -> Waiting:
    at = {"organisation_id": (world.network if WAITS[code].network else world.trust).id, "role": role}
    who = at if role != PERSON else {"person_id": world.person.id}
    return Waiting.model_validate({**who, "what": code, "about": new_id(), "since": NOW, "link": f"/x/{code}"})


async def _say(world: World, code: str, besides: tuple[Person, ...]) -> None:
    """What waits says it for all of its roles at once, about the same."""
    waits = [_waits(world, code, role) for role in WAITS[code].roles]
    same = tuple(one.model_copy(update={"about": waits[0].about}) for one in waits)
    said = WAITS[code].says(world, same, besides if WAITS[code].not_for else ())
    if not isinstance(said, Thing):
        await world.service.hears_and_settles(said)
        return
    async with world.service.transaction() as tx:
        await rewrite(tx, {said: same})


async def _codes(service: Connected, who: Person, at: str) -> set[str]:
    """Which kinds the page says, and that its API says the same."""
    async with service.browser(who) as browser, service.api(who) as api:
        page = (await browser.get(f"/home/for/{at}")).text
        said = {one["what"] for one in (await api.get(f"/organisations/{at}/home")).json()["kinds"]}
    lines = " ".join(re.findall(r"<li[^>]*><a[^>]*>1 [^<]*", page.split("act for as their host")[0]))
    found = {code for code, (one, _) in COUNTED.items() if f"1 {one}" in lines.replace("&#34;", '"')}
    assert found == said
    assert (NOTHING in page) is not found
    return found


async def test_every_kind_of_waiting_is_on_each_home_that_it_belongs_on_and_on_no_other(
    notifications: Connected,
) -> None:
    """Of each role, at the organisation, the network and a host; not for whom it is not; and a person's own."""
    world = await a_world(notifications)
    host, today = organisation("RYR", "Big Trust"), london_day(datetime.now(UTC))
    acts = Host(organisation_id=host.id, ods_code="RYR", valid_from=today)
    places = {"RX2": world.trust, "QZZ": world.network, "RYR": host}
    staff = {(ods, role): member(at, role, called=f"{ods} {role}") for ods, at in places.items() for role in ROLES}
    besides = {
        (ods, role): member(places[ods], role, called="Not for them") for ods in ("RX2", "QZZ") for role in ROLES
    }
    await notifications.hears_and_settles(
        *registered(host), OrganisationChanged(world.trust.model_copy(update={"version": 2, "hosts": (acts,)})),
        *(one.opened for one in (*staff.values(), *besides.values())), OpportunityPosted(world.opportunity),
    )  # fmt: skip
    for (ods, _), who in staff.items():
        assert await _codes(notifications, who, ods) == set()
    async with notifications.browser(world.person) as browser:
        assert "Nothing waits for you now." in (await browser.get("/home")).text
    for code in WAITS:
        await _say(world, code, tuple(besides.values()))
    await _tell_by_phone(world)

    def due(ods: str, role: str, *, not_for: bool = False) -> set[str]:
        found = {c for c, of in WAITS.items() if role in of.roles and of.network is (ods == "QZZ") and ods != "RYR"}
        if ods == "QZZ" and role in ("screener", "coordinator"):
            return {c for c in found if not (not_for and WAITS[c].not_for)} | {TOLD_BY_STAFF}
        return {c for c in found if not (not_for and WAITS[c].not_for)}

    for (ods, role), who in staff.items():
        assert await _codes(notifications, who, ods) == due(ods, role), (ods, role)
    for (ods, role), who in besides.items():
        assert await _codes(notifications, who, ods) == due(ods, role, not_for=True), (ods, role)
    await _host_sees(notifications, staff, due)
    await _person_sees(notifications, world)


async def _tell_by_phone(world: World) -> None:
    rung = Person("Ria")
    await world.service.hears_and_settles(rung.opened)
    await world.reach(Wanted("phone", "01632 960222"), rung)
    await world.tell_of_approval(rung)


async def _host_sees(
    service: Connected, staff: dict[tuple[str, str], Person], due: Callable[[str, str], set[str]]
) -> None:
    """What waits there for the roles in which it acts, by the name of the hosted, and counted on their own home."""
    for role in ROLES:
        who = staff["RYR", role]
        async with service.api(who) as api:
            [there] = (await api.get("/organisations/RYR/home")).json()["hosted"]
            counts = {one["ods_code"]: one["waiting"] for one in (await api.get("/mine/home")).json()["organisations"]}
        expected = due("RX2", role) if role in HOSTED_ROLES else set[str]()
        assert {one["what"] for one in there["waiting"]} == expected
        assert counts == {"RYR": 0} | ({"RX2": len(expected)} if role in HOSTED_ROLES else {})
        if expected:
            assert await _codes(service, who, "RX2") == expected


async def _person_sees(service: Connected, world: World) -> None:
    async with service.browser(world.person) as browser:
        page = (await browser.get("/home")).text
    assert "Nothing waits for you" not in page
    said = {code for code, words in WORDS.items() if words.replace('"', "&#34;") in page}
    assert said == {code for code, of in WAITS.items() if of.roles == (PERSON,)}


async def test_whoever_works_at_two_organisations_finds_both_with_what_waits_there(notifications: Connected) -> None:
    """And what its own side has answered and can still undo is not counted; each kind is listed alone where asked."""
    world = await a_world(notifications)
    other = organisation("RYR", "Other Trust")
    here, there = member(world.trust, "coordinator", "approver"), member(other, "trainer")
    both = Person("Dana", memberships=(*here.memberships, *there.memberships))
    await notifications.hears_and_settles(*registered(other), both.opened, OpportunityPosted(world.opportunity))
    for code in ("answer_interest", "record_outcome", "approve_claim"):
        await _say(world, code, ())
    async with notifications.browser(both) as browser:
        page = (await browser.get("/home")).text
        assert 'href="/home/for/RX2">Sussex Example Trust</a>: 3 things wait for you, all since today' in page
        assert 'href="/home/for/RYR">Other Trust</a>: nothing waits for you there' in page
        page = (await browser.get("/home/for/RX2")).text
        assert page.index("As coordinator") < page.index("As approver")
        assert "/home/for/RX2?what=record_outcome" in page
        alone = (await browser.get("/home/for/RX2?what=record_outcome")).text
        assert "/x/record_outcome" in alone
        assert "/x/approve_claim" not in alone
        gone = (await browser.get("/home/for/RX2?what=pay_claim")).text
        assert "None of these waits for you any more" in gone
        assert (await browser.get("/home/for/RX2?what=<script>")).status_code == 422
