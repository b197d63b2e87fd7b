"""How a posting begins: with a template from practice or of one's own, or as a copy of a role that was posted."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import httpx
from prometheus_client import REGISTRY

from schemas.identity import AccountOpened, Desk, Organisation, OrganisationChanged
from schemas.payments import RateCard, RateCardClosed, RateCardIssued
from schemas.training import Programme, ProgrammeOffered, ProgrammeWithdrawn
from services.chassis.base.access import london_day
from services.chassis.postgres.transaction import new_id
from services.matching.domain import practice
from services.matching.domain.draft import Draft
from tests.matching.beginning import START, WHEN, days, go_on, press, rows, text
from tests.matching.posting import date_typed, send
from tests.matching.world import NOW, a_trust, draft, post, programme, rate, withdraw
from tests.ready import PAID, WORK
from tests.support import Connected, Person, hidden, led_to, member, organisation, registered, save_page

HERE = "/opportunities/for/RX2"
API = "/organisations/RX2"
REFUSED = {"": "Enter what the template is called", "x" * 121: "it can have 120 characters at most", "Forms\x00": ""}
"""Names that are not taken, and what a page says of each; "" where no form may send such a thing."""


def posted(began: str) -> float:
    return REGISTRY.get_sample_value("pln_postings_total", {"began": began}) or 0


async def drafts(matching: Connected) -> int:
    async with matching.transaction() as tx:
        return await tx.fetchval("select count(*) from draft where sent_at is null")


async def colleagues(matching: Connected) -> tuple[Organisation, Person, Person]:
    trust, alex = await a_trust(matching)
    kim = member(trust, "coordinator", called="Kim")
    await matching.hears_and_settles(kim.opened)
    return trust, alex, kim


def test_each_template_from_practice_is_ready_to_post_with_its_days_its_place_and_its_pay() -> None:
    left = {
        "place": "Room 4, Example House, BN2 7CK",
        "getting_in": "A door without steps.",
        "session_at": NOW + timedelta(days=20),
        "apply_by": NOW + timedelta(days=10),
        "decide_by": NOW + timedelta(days=12),
        "feedback_by": NOW + timedelta(days=400),
        "pay": str(new_id()),
        "work": WORK,
        **PAID,
    }
    for one in practice.templates().values():
        ready = Draft.model_validate({**one.says, **left})
        assert len(ready.summary) > 100, one.code
        assert one.source, "where it was done or asked for"
    assert len(practice.templates()) == 12


async def test_from_a_template_only_the_pages_with_open_questions_are_left(matching: Connected) -> None:
    trust, alex = await a_trust(matching)
    card, before = rate(trust), posted("mdt_seat")
    await matching.hears_and_settles(RateCardIssued(card))
    async with matching.browser(alex) as one, matching.browser() as anyone, matching.api(alex) as api:
        await api.post(f"{API}/opportunities", json=_body(work=WORK))  # its only piece of work
        started = text(await one.get(START))
        assert all(template.called in started for template in practice.templates().values())
        shown = text(await one.get(f"{START}/mdt_seat"))
        for words in (
            "Two people who live with an illness",
            "How do you choose? We read what people write",
            WORK["title"],
        ):
            assert words in shown
        assert "What do you pay?" not in shown, "only what it fills in"
        use = hidden((await one.get(f"{START}/mdt_seat")).text)
        at, again = [await one.post(f"{START}/mdt_seat", data=use) for _ in range(2)]
        assert led_to(at) == led_to(again)
        assert (await drafts(matching), led_to(at).rpartition("/")[2]) == (1, "when")
        assert "This draft began with a template: A seat in a clinical team's meeting." in text(
            await one.get(led_to(at))
        )
        places = await go_on(one, led_to(at), **WHEN, **date_typed("session_at", 20))
        paid = {"pay": str(card.id), "status_result": "not_employed", "status_tool": "organisation_policy"}
        on = go_on(one, places, **paid, status_by="Payroll team", **date_typed("status_on", -5))
        check = await go_on(one, await on, **days())
        assert [page.rpartition("/")[2] for page in (places, check)] == ["places", "check"]
        as_read = await one.get(check)
        assert "As people will read it" in text(as_read)
        assert text(as_read).index("As people will read it") < text(as_read).index("Your answers")
        sent = led_to(await send(one, check.removesuffix("/check")))
        public = await anyone.get(f"/opportunities/{sent.rpartition('/')[2]}")
        assert [row for row in rows(public) if not row.startswith("Places")] == [
            row for row in rows(as_read) if not row.startswith("Places")
        ], "people read what was shown before it was posted"
        assert len(rows(public)) > 20
    assert (posted("mdt_seat"), posted("api") > 0) == (before + 1, True)


async def test_of_several_pieces_of_work_one_is_chosen_beside_a_long_template_or_later(matching: Connected) -> None:
    trust, alex = await a_trust(matching)
    there = organisation("RYR", "Other Example Trust")
    stranger = member(there, "coordinator")
    await matching.hears_and_settles(*registered(there), stranger.opened)
    ids = [await a_work(matching, alex, f"Work {number}") for number in (1, 2)]
    theirs = await a_work(matching, stranger, "Theirs", "RYR")
    async with matching.browser(alex) as one, matching.api(alex) as api:
        kept = await api.post(
            f"{API}/templates", json={"opportunity_id": str(await a_long_role(api, ids[0])), "called": "A"}
        )
        own = f"{HERE}/templates/{kept.json()['id']}"
        short, long = f"{START}/letter_testing", f"{START}/co_research"
        for page, asks in ((long, True), (short, False), (own, False)):
            assert ("I choose it later" in text(await one.get(page))) == asks, page
        async with matching.transaction(alex.acting(trust)) as tx:
            await tx.execute("update piece_of_work set ended_at = now() where title = 'Work 1'")
        assert "I choose it later" not in text(await one.get(long)), "there is one alone"
        another = await a_work(matching, alex, "Work 3")
        for page in (long, own):
            for wrong in (theirs, ids[0], str(new_id()), "Work 3", "x" * 500):
                refused = await save_page(one, page, {"work": wrong})
                assert refused.status_code == 422 and "error-summary" in refused.text, (page, wrong)
            assert "is going on, or add one" in text(await save_page(one, page, {"work": theirs}))
            first = led_to(await save_page(one, page, {"work": another}))
            begun, _, on = first.rpartition("/")
            assert on == "when", page
            assert f'value="{another}" selected' in (await one.get(f"{begun}/change")).text
            assert "the piece of work" not in text(await one.get(begun)), "nothing of it is left to choose"
            assert led_to(await save_page(one, page, {"work": ""})).endswith("/change"), "it is asked for then"


async def a_work(matching: Connected, who: Person, title: str, ods: str = "RX2") -> str:
    async with matching.api(who) as api:
        made = await api.post(f"/organisations/{ods}/work", json={**WORK, "title": title})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def a_long_role(api: httpx.AsyncClient, work: str) -> str:
    made = await api.post(f"{API}/opportunities", json=_body(work=work, session_hours=5))
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def test_a_template_that_is_not_there_begins_nothing(matching: Connected) -> None:
    _, alex = await a_trust(matching)
    async with matching.browser(alex) as one, matching.api(alex) as api:
        form = hidden((await one.get(f"{START}/forum")).text)
        for code in ("patient_director", "FORUM", "..%2fforum", "%00", "x" * 300, str(new_id())):
            for answer in (
                await one.get(f"{START}/{code}"),
                await one.post(f"{START}/{code}", data=form),
                await api.get(f"{API}/templates-from-practice/{code}"),
            ):
                assert answer.status_code in (400, 404), (code, answer.status_code)
        listed = (await api.get(f"{API}/templates-from-practice")).json()["templates"]
        assert [each["code"] for each in listed] == list(practice.templates())
    assert await drafts(matching) == 0


@dataclass
class Past:
    """A role that says all it can, was called off, and what it names."""

    trust: Organisation
    alex: Person
    kim: Person
    id: UUID
    card: RateCard
    course: Programme

    @property
    def at(self) -> str:
        return f"{HERE}/{self.id}"


async def a_past_role(matching: Connected) -> Past:
    trust, alex, kim = await colleagues(matching)
    card, course = rate(trust), programme()
    desk = Desk(id=new_id(), name="Involvement team", phone="01632 960 100")
    with_desk = OrganisationChanged(trust.with_changes(version=2, desks=(desk,)))
    await matching.hears_and_settles(RateCardIssued(card), ProgrammeOffered(course), with_desk)
    more = {"pay": str(card.id), "training": ["foundations"], "contact_id": str(kim.id), "desk_id": str(desk.id)}
    id = await post(matching, trust, alex, criteria=["Lives with pain"], talks_from_interest=False, **more, **PAID)
    await withdraw(matching, trust, alex, id)
    return Past(trust, alex, kim, id, card, course)


async def what_it_names_goes(matching: Connected, past: Past) -> None:
    """Its rate ends, its training is withdrawn, its desk closes, whoever answered leaves, and its work is deleted."""
    await matching.hears_and_settles(
        AccountOpened(past.kim.account.with_changes(version=2, memberships=())),
        RateCardClosed(past.card.with_changes(version=2, valid_to=london_day(NOW) - timedelta(days=1))),
        ProgrammeWithdrawn(past.course.with_changes(version=2, withdrawn_at=NOW)),
        OrganisationChanged(past.trust.with_changes(version=3, desks=())),
    )
    async with matching.transaction(past.alex.acting(past.trust)) as tx:
        await tx.execute("delete from piece_of_work")


async def test_a_copy_has_all_that_the_role_said_but_its_days(matching: Connected) -> None:
    past, before = await a_past_role(matching), posted("copy")
    async with matching.browser(past.alex) as one, matching.api(past.alex) as api:
        when = await press(one, past.at, f"{past.at}/copy")
        assert "began as a copy of a role, without its days." in text(await one.get(when))
        last = await go_on(one, when, session_time="10:00", **date_typed("session_at", 20))
        check = await go_on(one, last, **days())
        assert [page.rpartition("/")[2] for page in (when, last, check)] == ["when", "days", "check"]
        assert "Half day" in text(await one.get(check))
        sent = led_to(await send(one, check.removesuffix("/check")))
        ids = (past.id, sent.rpartition("/")[2])
        old, new = [(await api.get(f"{API}/opportunities/{each}")).json() for each in ids]
        assert {name for name in old if old[name] != new[name]} == {
            *("id", "version", "posted_at", "sessions", "apply_by", "decide_by", "feedback_by"),
            *("withdrawn", "closed_at", "choices", "what_is_paid"),
        }, "and that it was called off"
    assert posted("copy") == before + 1


async def test_what_is_no_longer_possible_is_left_unanswered_in_a_copy_and_said(matching: Connected) -> None:
    past = await a_past_role(matching)
    await what_it_names_goes(matching, past)
    async with matching.browser(past.alex) as one, matching.api(past.alex) as api:
        body = (await api.get(f"{API}/opportunities/{past.id}/copy")).json()
        left = {"pay", "work", "training", "desk_id", "contact_id"}
        assert ({*body["left_out"]}, left & body["draft"].keys()) == (left, set())
        days_of = {"session_at", "apply_by", "decide_by", "feedback_by"}
        assert {*body["unanswered"]} == {"pay", "work", *days_of}
        list_of = (await press(one, past.at, f"{past.at}/copy")).rpartition("/")[0]
        said = text(await one.get(list_of))
        for words in ("the rate, which is", "the piece of work", "training that is no", "the desk", "can ask for, who"):
            assert words in said
        assert said.count("Incomplete") == 4, "why, when, places and who answers"
        assert "has to be a coordinator" in text(await one.get(f"{list_of}/answers?check=yes")), "asked anew"
        kept = (await one.get(f"{list_of}/answers")).text
        assert 'name="talks_from_interest" value="yes" checked' not in kept, "as in the role"
        done = {**body["draft"], "pay": "expenses_only", "unpaid_why": "None.", "work": WORK}
        moments = {name: getattr(draft(), name).isoformat() for name in days_of}
        assert (await api.post(f"{API}/opportunities", json=done | moments)).status_code == 201


async def test_an_organisation_keeps_a_role_as_a_template_renames_and_deletes_it(matching: Connected) -> None:
    trust, alex, kim = await colleagues(matching)
    id = await post(matching, trust, alex, contact_id=str(alex.id))
    async with matching.browser(alex) as one, matching.browser(kim) as two, matching.api(kim) as api:
        kept = await save_page(one, f"{HERE}/{id}/keep", {"called": "Our seat"})
        mine = led_to(kept)
        assert "It is kept." in text(await one.get(kept.headers["location"]))
        assert "Our seat" in text(await two.get(START))
        twice = await save_page(two, f"{HERE}/{id}/keep", {"called": "Our seat"})
        assert (twice.status_code, "with that name already" in text(twice)) == (422, True)
        own = f"{API}/templates/{mine.rpartition('/')[2]}"
        for called, why in REFUSED.items():
            page = await save_page(one, f"{mine}/name", {"called": called})
            assert (page.status_code, why in text(page)) == (422 if why else 400, True), called
            assert (await api.put(own, json={"called": called})).status_code == 422, called
        for called in ("<b>Forms</b>", "{{ 7 * 191 }}", "\u202esmroF", "=1+1"):
            page = await save_page(one, f"{mine}/name", {"called": called})
            said = (await api.put(own, json={"called": called})).status_code
            assert (page.status_code, said) in ((303, 200), (422, 422)), called
            shown = (await two.get(f"{HERE}/templates")).text
            assert "<b>Forms" not in shown
            assert "1337" not in text(await two.get(mine))
            assert "\u202e" not in shown
        renamed = await save_page(two, f"{mine}/name", {"called": "Our second seat"})
        assert "Saved." in text(await two.get(renamed.headers["location"]))
        when = await press(two, mine)
        begun = when.rpartition("/")[0]
        assert "began with a template of your organisation" in text(await one.get(begun))
        assert 'value="' + str(kim.id) + '" selected' in (await one.get(f"{begun}/answers")).text, "who uses it answers"
        stale = hidden((await two.get(mine)).text)
        gone = await press(one, f"{mine}/delete")
        assert "The template is deleted." in text(await one.get(gone))
        assert (await one.get(mine)).status_code == (await two.post(mine, data=stale)).status_code == 404
        assert "A seat in the pain pathway team" in text(await one.get(begun)), "what began with it stays"


async def test_templates_and_roles_of_another_organisation_begin_nothing(matching: Connected) -> None:
    trust, alex = await a_trust(matching)
    there = organisation("RYR", "Other Example Trust")
    stranger, finance = member(there, "coordinator"), member(trust, "finance")
    await matching.hears_and_settles(*registered(there), stranger.opened, finance.opened)
    id = await post(matching, trust, alex)
    async with matching.api(alex) as api:
        kept = (await api.post(f"{API}/templates", json={"opportunity_id": str(id), "called": "Ours"})).json()["id"]
    theirs = [f"/opportunities/for/RYR/templates/{kept}{more}" for more in ("", "/name", "/delete")]
    async with matching.browser(stranger) as other, matching.api(stranger) as api:
        form = hidden((await other.get("/opportunities/for/RYR/start/forum")).text) | {"called": "Mine"}
        for page in (*theirs, f"/opportunities/for/RYR/{id}/keep", f"/opportunities/for/RYR/{id}/copy"):
            assert (await other.post(page, data=form)).status_code == 404, page
            assert page.endswith("/copy") or (await other.get(page)).status_code == 404, page
        at = "/organisations/RYR/templates"
        for answer in (
            await api.get(f"{at}/{kept}"),
            await api.put(f"{at}/{kept}", json={"called": "Mine"}),
            await api.post(f"{at}/{kept}/delete", json={}),
            await api.post(at, json={"opportunity_id": str(id), "called": "Mine"}),
            await api.get(f"/organisations/RYR/opportunities/{id}/copy"),
        ):
            assert answer.status_code == 404, answer.url
        assert (await api.get(at)).json() == {"templates": [], "more": False, "next": None}
    async with matching.browser(finance) as other:
        assert (await other.get(f"{HERE}/templates/{kept}")).status_code == 403
        assert (await other.get(START)).status_code == 403
    assert await drafts(matching) == 0


async def test_drafts_and_templates_have_a_next_page_and_are_shared(matching: Connected) -> None:
    trust, alex, kim = await colleagues(matching)
    id = await post(matching, trust, alex)
    async with matching.browser(alex) as one, matching.browser(kim) as two, matching.api(alex) as api:
        for number in range(22):
            sent = {"opportunity_id": str(id), "called": f"Template {number}"}
            assert (await api.post(f"{API}/templates", json=sent)).status_code == 201
            assert await press(one, f"{HERE}/{id}", f"{HERE}/{id}/copy")
        assert "See all your templates" in text(await two.get(START))
        assert "See all drafts" in text(await two.get(HERE))
        assert text(await two.get(HERE)).count("Alex changed it last") == 5
        for address, card in ((f"{HERE}/drafts", "Alex changed it last"), (f"{HERE}/templates", "Title of the role")):
            first = await two.get(address)
            [more] = {part.split('"')[0] for part in first.text.split('href="')[1:] if "after=" in part.split('"')[0]}
            rest = await two.get(more.replace("&amp;", "&"))
            assert [text(page).count(card) for page in (first, rest)] == [20, 2], address
        listed = (await api.get(f"{API}/templates")).json()
        rest = (await api.get(f"{API}/templates", params={"after": listed["next"]})).json()
        assert (len(listed["templates"]), len(rest["templates"]), rest["more"]) == (20, 2, False)
        page = await press(one, f"{HERE}/{id}", f"{HERE}/{id}/copy")
        role = page.rpartition("/")[0] + "/role"
        opened = hidden((await two.get(role)).text)
        assert (await save_page(one, role, {"title": "Alex's words"})).status_code in (303, 422)
        both = await two.post(role, data=opened | {"title": "Kim's words"})
        assert (both.status_code, "Alex saved this page after you opened it" in text(both)) == (409, True)
        hers = (await press(two, f"{START}/forum")).rpartition("/")[0]
        assert "Who people can ask Completed" in text(await one.get(hers))
        await matching.hears_and_settles(AccountOpened(kim.account.with_changes(version=2, memberships=())))
        assert "Kim changed this draft last" not in text(await one.get(hers)), "only colleagues are named"
        assert "Who people can ask Incomplete" in text(await one.get(hers)), "a draft stays, and who left is asked anew"


def _body(**more: object) -> dict[str, object]:
    return draft().model_dump(mode="json") | more
