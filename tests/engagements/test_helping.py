"""Staff who do for a person what the person could: the same pages at a helper's address, said to be done by them."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import httpx
import pytest
from structlog.testing import capture_logs

from schemas.event import Erased
from schemas.identity import Account, AccountChanged, AccountErased, AccountOpened, Organisation, OrganisationClosed
from schemas.recruitment import LeaderApproved, LeaderChanged
from services.chassis.base.security_log import Happened
from services.engagements.commands import choosing, staff, talking
from services.engagements.domain.hands import HelpedThem
from services.engagements.domain.talking import Proposing
from tests.engagements.world import NOW, WORDS, World, leader
from tests.support import Person, form_key, led_to, member, organisation, registered, save_page

FORM = {"why": WORDS.why, "needs": WORDS.needs}


@dataclass
class Helped:
    """The world, and Pat, who is in the pool and cannot sign in; Hana helps for the network."""

    world: World
    network: Organisation
    hana: Person
    pat: Person

    def at(self, own: str, person: Person | None = None, ods: str = "QZN") -> str:
        """A helper's address of a page of engagements."""
        return f"/engagements/for/{ods}/people/{(person or self.pat).id}{own}"

    async def by_phone(self, called: str) -> Person:
        person = Person(called=called)
        account = person.account.model_copy(update={"can_sign_in": False})
        await self.world.engagements.hears_and_settles(AccountOpened(account), LeaderApproved(leader(person)))
        return person

    async def offer(self, id: UUID) -> None:
        async with self.world.engagements.transaction(self.world.staff.acting(self.world.trust)) as tx:
            await choosing.offer_place(tx, id)

    async def kept(self) -> list[tuple[UUID, UUID, str]]:
        """Whose, by whom, and what."""
        async with self.world.engagements.transaction() as tx:
            rows = await tx.fetch("select person_id, helped_by, what from help_given order by done_at, id")
            return [(row["person_id"], row["helped_by"], row["what"]) for row in rows]


@pytest.fixture
async def helped(world: World) -> Helped:
    network = organisation("QZN", "The network", "network")
    hana = member(network, "helper", called="Hana")
    await world.engagements.hears_and_settles(*registered(network), hana.opened)
    found = Helped(world, network, hana, hana)
    found.pat = await found.by_phone("Pat")
    return found


async def press(browser: httpx.AsyncClient, page: str, action: str) -> httpx.Response:
    shown = await browser.get(page)
    assert shown.status_code == 200, shown.text
    return await browser.post(action, data={"form_key": form_key(shown.text.split(f'action="{action}"')[1])})


async def interested(browser: httpx.AsyncClient, helped: Helped, person: Person | None = None) -> UUID:
    page = helped.at(f"/interest/{helped.world.o.id}", person)
    shown = await browser.get(page)
    sent = await browser.post(page, data={"form_key": form_key(shown.text), **FORM})
    return UUID(led_to(sent).rpartition("/")[2])


def own_addresses(html: str) -> list[str]:
    """Links and forms that lead to somebody's own page, besides the account of whoever is signed in."""
    found = re.findall(r'(?:href|action)="([^"]*)"', html)
    return [one for one in found if re.match(r"/(?!sign-in/)[a-z]+/mine|/engagements/interest|/home$", one)]


async def test_a_helper_shows_interest_and_takes_the_place_and_every_page_says_for_whom(helped: Helped) -> None:
    async with helped.world.engagements.browser(helped.hana) as hana:
        form = await hana.get(helped.at(f"/interest/{helped.world.o.id}"))
        assert "Hana, you are doing this for <strong>Pat, PL-7K3Q</strong>, as The network" in form.text
        id = await interested(hana, helped)
        await helped.offer(id)
        page = helped.at(f"/{id}")
        accepted = await press(hana, page, f"{page}/accept")
        assert led_to(accepted) == page
        shown = await hana.get(accepted.headers["location"])
    assert "You have a place. The organisation sees that you said yes." in shown.text
    for html in (form.text, shown.text):
        assert own_addresses(html) == []
        assert f'href="/home/for/QZN/people/{helped.pat.id}"' in html
    assert (await helped.world.engagement(id)).person_id == helped.pat.id
    assert await helped.kept() == [
        (helped.pat.id, helped.hana.id, "show_interest"),
        (helped.pat.id, helped.hana.id, "accept_offer"),
    ]
    assert [name for name in await helped.world.facts() if "Help" in name] == ["EngagementsHelpGiven"] * 2


async def test_a_helper_picks_a_time_for_a_talk_and_cancels_it_at_the_persons_page(helped: Helped) -> None:
    async with helped.world.engagements.browser(helped.hana) as hana:
        id = await interested(hana, helped)
        world, at = helped.world, helped.at(f"/{id}/talk")
        soon = NOW + timedelta(minutes=40)
        proposing = Proposing(times=[soon], minutes=10, mode="phone", words="We ring on the number you gave.")
        await world.staff_do(talking.propose, id, proposing=proposing)
        page = (await hana.get(at)).text
        assert own_addresses(page) == []
        assert "We ring on the number you gave." in page
        picked = await save_page(hana, at, {"starts_at": soon.isoformat()})
        assert led_to(picked) == at
        cancelled = await press(hana, at, f"{at}/cancel")
        assert led_to(cancelled) == at
    assert [what for _, _, what in await helped.kept()] == ["show_interest", "answer_talk", "cancel_talk"]


async def test_what_is_refused_or_sent_again_is_not_kept_as_done(helped: Helped) -> None:
    async with helped.world.engagements.browser(helped.hana) as hana:
        page = helped.at(f"/interest/{helped.world.o.id}")
        form = {"form_key": form_key((await hana.get(page)).text)}
        assert (await hana.post(page, data={**form, "why": ""})).status_code == 422
        form = {"form_key": form_key((await hana.get(page)).text), **FORM}
        first, again = await hana.post(page, data=form), await hana.post(page, data=form)
    assert led_to(first) == led_to(again)
    assert [what for _, _, what in await helped.kept()] == ["show_interest"]


async def test_what_people_do_themselves_is_no_help(helped: Helped) -> None:
    await helped.world.accepted()
    assert await helped.kept() == []


async def test_two_people_in_two_tabs_are_not_mixed_up(helped: Helped) -> None:
    kit = await helped.by_phone("Kit")
    async with helped.world.engagements.browser(helped.hana) as hana:
        tabs = {one.id: helped.at(f"/interest/{helped.world.o.id}", one) for one in (helped.pat, kit)}
        keys = {id: form_key((await hana.get(page)).text) for id, page in tabs.items()}
        ids = {
            id: UUID(led_to(await hana.post(page, data={"form_key": keys[id], **FORM})).rpartition("/")[2])
            for id, page in tabs.items()
        }
        for id, engagement in ids.items():
            assert (await helped.world.engagement(engagement)).person_id == id
        others = await hana.get(helped.at(f"/{ids[kit.id]}"))
        pressed = await hana.post(helped.at(f"/{ids[kit.id]}/withdraw"), data={"form_key": keys[kit.id]})
    assert others.status_code == 404
    assert pressed.status_code in (403, 404)
    assert (await helped.world.engagement(ids[kit.id])).status == "interested"


async def test_a_helper_who_is_in_the_pool_too_acts_in_no_pages_but_the_persons(helped: Helped) -> None:
    await helped.world.engagements.hears_and_settles(LeaderApproved(leader(helped.hana)))
    async with helped.world.engagements.browser(helped.hana) as hana:
        await interested(hana, helped)
        mine = await hana.get("/engagements/mine")
        myself = await hana.get(helped.at("", helped.hana))
    assert "You have not shown interest in anything yet" in mine.text
    assert myself.status_code == 403
    assert "You cannot help yourself" in myself.text


async def test_whoever_acted_in_somebodys_name_does_not_choose_them_nor_record_that_they_came(helped: Helped) -> None:
    world, ods = helped.world, helped.world.trust.ods_code
    both = member(world.trust, "helper", "coordinator", called="Bo")
    yes = leader(helped.pat).model_copy(update={"version": 2, "may_act": (world.trust.id,)})
    await world.engagements.hears_and_settles(both.opened, LeaderChanged(yes))
    async with world.engagements.browser(both) as bo:
        page = f"/engagements/for/{ods}/people/{helped.pat.id}/interest/{world.o.id}"
        sent = await bo.post(page, data={"form_key": form_key((await bo.get(page)).text), **FORM})
        id = UUID(led_to(sent).rpartition("/")[2])
        listed = (await bo.get(f"/engagements/for/{ods}/{world.o.id}")).text
        assert "You did things here for this person" in listed
        assert f"/people/{id}/offer" not in listed
        async with world.engagements.transaction(both.acting(world.trust)) as tx:
            with pytest.raises(HelpedThem):
                await choosing.offer_place(tx, id)
        await helped.offer(id)
        place = f"/engagements/for/{ods}/people/{helped.pat.id}/{id}"
        assert led_to(await press(bo, place, f"{place}/accept")) == place
        register = (await bo.get(f"/engagements/for/{ods}/{world.o.id}/sessions/{world.session_id}")).text
        assert "you did things in the name of somebody" in register
    async with world.engagements.transaction(both.acting(world.trust)) as tx:
        with pytest.raises(HelpedThem):
            await staff.record_attendance(tx, world.o.id, world.session_id, attended={id}, absent=set())
    await world.record(attended={id})


async def test_whom_a_helper_may_not_help_is_said_in_words(helped: Helped) -> None:
    world, by = helped.world, helped.world.engagements
    said_no = leader(world.person).model_copy(update={"version": 2, "may_not_act": (helped.network.id,)})
    nobody = Person(called="Nobody")
    async with by.browser(helped.hana) as hana:
        themselves = await hana.get(helped.at("", world.person))
        assert (themselves.status_code, "act for them" in themselves.text) == (403, True)
        await by.hears_and_settles(LeaderChanged(said_no))
        refused = await hana.get(helped.at("", world.person))
        assert (refused.status_code, "does not want this organisation" in refused.text) == (403, True)
        for unknown in (nobody.id, "not-an-id"):
            assert (await hana.get(f"/engagements/for/QZN/people/{unknown}")).status_code == 404
        assert (await hana.get(helped.at("", ods="RX2"))).status_code == 404
    async with by.browser(world.staff) as coordinator:
        no_role = await coordinator.get(helped.at("", ods="RX2"))
        assert (no_role.status_code, "You do not have the role" in no_role.text) == (403, True)
        assert (await coordinator.get(helped.at(""))).status_code == 404


async def test_who_no_longer_may_is_refused_from_that_moment_on(helped: Helped) -> None:
    by, ended = helped.world.engagements, helped.hana.account
    async with by.browser(helped.hana) as hana:
        form = form_key((await hana.get(helped.at(f"/interest/{helped.world.o.id}"))).text)
        over = ended.memberships[0].with_changes(valid_to=date(2020, 1, 2))
        await by.hears_and_settles(AccountChanged(ended.with_changes(version=2, memberships=(over,))))
        late = await hana.post(helped.at(f"/interest/{helped.world.o.id}"), data={"form_key": form, **FORM})
    assert late.status_code == 404
    assert await helped.kept() == []


async def test_an_organisation_that_has_closed_helps_nobody(helped: Helped) -> None:
    closed = helped.network.with_changes(version=2, valid_to=date(2025, 1, 1))
    await helped.world.engagements.hears_and_settles(OrganisationClosed(closed))
    async with helped.world.engagements.browser(helped.hana) as hana:
        assert (await hana.get(helped.at(""))).status_code == 404


async def test_a_program_never_acts_for_a_person(helped: Helped) -> None:
    program = Account.model_validate({**dict(helped.hana.account), "kind": "machine", "version": 2})
    await helped.world.engagements.hears_and_settles(AccountChanged(program))
    async with helped.world.engagements.browser(helped.hana) as hana:
        assert (await hana.get(helped.at(""))).status_code == 404


async def test_what_was_done_for_somebody_is_forgotten_with_them(helped: Helped) -> None:
    async with helped.world.engagements.browser(helped.hana) as hana:
        await interested(hana, helped)
        await helped.world.engagements.hears_and_settles(AccountErased(Erased(id=helped.pat.id, version=9)))
        gone = await hana.get(helped.at(""))
    assert gone.status_code == 404
    assert await helped.kept() == []
    assert "EngagementsHelpErased" in await helped.world.facts()


async def test_that_a_helper_looked_is_in_the_security_log(helped: Helped) -> None:
    async with helped.world.engagements.browser(helped.hana) as hana:
        with capture_logs() as lines:
            await hana.get(helped.at(""))
    [looked] = [one for one in lines if one.get("event.name") == Happened.LOOKED]
    assert looked["user.id"] == str(helped.hana.id)
    assert looked["pln.subject.id"] == str(helped.pat.id)
