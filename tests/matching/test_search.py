"""The search of the common feed: words and what means the same, a place, the other choices, and what helps where
nothing is found; the same by page, file, feed and API.
"""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
from prometheus_client import REGISTRY

from schemas.engagements import Engagement, Intake
from schemas.payments import RateCardIssued
from services.chassis.base.access import LONDON
from services.chassis.work.scheduler import Clock
from services.matching import jobs
from services.matching.commands import posting
from services.matching.domain import synonyms as domain
from tests.matching import world
from tests.matching.region import heard
from tests.matching.test_glossary import the_network
from tests.matching.world import NOW, a_trust, in_the_pool, let_its_closing_pass, post
from tests.support import Connected, form_key, hidden, led_to, next_page, organisation, registered, save_page

FEED, JSON = "/opportunities", "/feeds/opportunities.json"
KEPT = "/opportunities/for/NW1/synonyms"
PLYMOUTH = {"mode": "hybrid", "place": "Plymouth Hall", "district": "PL1"}
SATURDAY = (NOW + timedelta(days=20 + (5 - (NOW + timedelta(days=20)).weekday()) % 7)).astimezone(LONDON)
ON_SATURDAY = SATURDAY.replace(hour=10, minute=0, second=0, microsecond=0)


async def some_roles(matching: Connected) -> dict[str, UUID]:
    """By the first word of their titles. One has closed."""
    trust, staff = await a_trust(matching)
    card = world.rate(trust)
    await matching.hears_and_settles(RateCardIssued(card))
    said: dict[str, dict[str, Any]] = {
        "Reading": {"summary": "Letters/leaflets about emphysema.", "strand": "information", "pay": str(card.id)},
        "Lungs": {
            "title": "Lungs one",
            "lived_experience": ["respiratory"],
            "mode": "hybrid",
            "access": ["captions"],
            **PLYMOUTH,
        },
        "Panel": {"mode": "in_person", "place": "Brighton Hall", "district": "BN1", "session_at": ON_SATURDAY},
        "Far": {"mode": "in_person", "place": "Leeds Hall", "district": "LS1", "rung": "governance"},
        "Soon": {"apply_by": NOW + timedelta(days=4), "session_at": NOW + timedelta(days=9)},
        "Over": {"summary": "Of emphysema."},
    }
    made = {
        name: await post(matching, trust, staff, **{"title": f"{name} one", "summary": "Plain."} | changes)
        for name, changes in said.items()
    }
    await let_its_closing_pass(matching, made["Over"])
    await jobs.find_roles_by_what_organisations_are_called_now(Clock(matching.app.database, matching.app.settings))
    return made


async def found(anyone: httpx.AsyncClient, api: httpx.AsyncClient, query: str, *, more: bool = False) -> list[str]:
    """What the page and the API find, which is the same: the first words of the titles, in their order. `more`: and the
    feed and the file."""
    page = await anyone.get(f"{FEED}?{query}")
    assert page.status_code == 200, page.text
    shown = re.findall(r'id="role-[^>]*>.*?card__link" href="[^"]*">(\w+)', page.text, re.DOTALL)
    listed = [one["title"].split()[0] for one in (await api.get(f"/opportunities?{query}")).json()["opportunities"]]
    assert shown == listed, query
    if more:
        fed = [one["title"].split()[0] for one in (await anyone.get(f"{JSON}?{query}")).json()["items"]]
        file = (await anyone.get(f"{FEED}?format=csv&{query}")).text.splitlines()[1:]
        assert listed == fed == [line.partition(" ")[0] for line in file], query
    return listed


EACH: list[tuple[str, set[str]]] = [
    ("words=EMPHYSEMA", {"Reading", "Lungs"}),
    ("words=copd", {"Reading", "Lungs"}),
    ("words=chronic+obstructive+pulmonary+disease", {"Reading", "Lungs"}),
    ("words=respir", {"Lungs"}),
    ("words=leaflet", {"Reading"}),
    ("words=one+letters+read", {"Reading"}),
    ("words=brigh", {"Panel"}),
    ("words=panel+sussex", {"Panel"}),
    ("words=the", set()),
    ("words=nothing+like+it", set()),
    ("words=lungs+%26+%21+%28+%3A%2A+%3C-%3E+%27+%5C", {"Lungs", "Reading"}),
    ("words=%25", set()),
    ("words=_", set()),
    ("words=%E2%80%AELung%E2%80%AC", {"Lungs", "Reading"}),
    (f"words={'lung+' * 2000}", {"Lungs", "Reading"}),
    (f"words={'w' * 10_000}", set()),
    ("words=%F0%9F%98%80", set()),
    ("near=bn2+1tf", {"Panel"}),
    ("near=BN2&miles=50", {"Panel"}),
    ("near=BN2&miles=50&mode=remote", set()),
    ("near=LS1&miles=5", {"Far"}),
    ("near=LS1&near=BN2", {"Panel"}),
    ("near=&miles=5&mode=in_person", {"Panel", "Far", "Lungs"}),
    ("mode=remote", {"Reading", "Lungs", "Soon"}),
    ("mode=hybrid", {"Lungs"}),
    ("when=sat_morning", {"Panel"}),
    ("when=weekend&mode=in_person", {"Panel"}),
    ("paid=yes", {"Reading"}),
    ("kind=governance", {"Far"}),
    ("condition=respiratory", {"Lungs"}),
    ("access=captions", {"Lungs"}),
    ("closing=week", {"Soon"}),
    ("job=yes", set()),
    ("organisation=rx2&strand=information", {"Reading"}),
    ("organisation=%27--", set()),
    ("strand=research&strand=information", {"Reading"}),
]


async def test_each_choice_finds_the_same_by_every_door_whatever_is_typed(matching: Connected) -> None:
    await some_roles(matching)
    async with matching.browser() as anyone, matching.api() as api:
        for number, (query, wanted) in enumerate(EACH):
            assert {*await found(anyone, api, query, more=number % 5 == 1)} == wanted, query
        also = (await anyone.get(f"{FEED}?words=COPD")).text
        assert "Also searched for: lung disease, chronic obstructive pulmonary disease" in also
        assert (await api.get("/opportunities?words=copd")).json()["also"][0] == "lung disease"
        assert await found(anyone, api, "sort=first&mode=remote") == ["Soon", "Reading", "Lungs"]
        assert await found(anyone, api, "near=BN2&miles=50&sort=nearest") == ["Panel"]
        near = (await anyone.get(f"{FEED}?near=bn2+1tf&miles=50&words=one&sort=nearest")).text
        assert re.search(r"about \d+ miles? away|less than a mile away", near)
        assert "1TF" not in near.upper().replace("+", " "), "of a postcode no more is written than its district"
        assert "Within 50 miles of BN2" in near and "Contains OS data" not in near
        assert "Districts contain OS data" in near and "Northern Ireland" in near
        assert f"{FEED}?words=one&amp;sort=" not in near, "without a place there is no nearest"
        assert [one["miles"] is None for one in (await api.get("/opportunities?near=BN2")).json()["opportunities"]]


WRONG: list[tuple[str, str, str]] = [
    ("near=BT1+1AA", "near", "not Northern Ireland"),
    ("near=JE2", "near", "not Jersey"),
    ("near=QQ9", "near", "QQ9 is not in our list of districts"),
    ("near=somewhere", "near", "Enter a postcode, or its first part, like BN2."),
    (f"near={'9' * 10_000}", "near", "Enter a postcode, or its first part, like BN2."),
    ("near=%E2%80%AEBN2", "near", "Enter a postcode"),
    ("near=BN2&miles=7", "miles", "Choose how far it may be"),
    ("mode=by_pigeon", "mode", "Choose how you take part"),
    ("when=noon", "when", "Choose when you can come"),
    ("paid=perhaps", "paid", "Choose the payment"),
    ("strand=%27%3B+drop", "strand", "Choose the kind of work"),
    ("kind=%3Cb%3E", "kind", "Choose the kind of role"),
    ("condition=dragon", "condition", "Choose what it is about"),
    ("access=something_else", "access", "Choose what has to be there"),
    ("closing=never", "closing", "Choose when it closes"),
    ("job=maybe", "job", "Choose roles or jobs"),
    ("sort=nearest", "sort", "Enter a postcode first"),
]


async def test_what_cannot_be_looked_for_is_refused_in_words_and_nothing_that_was_typed_is_lost(
    matching: Connected,
) -> None:
    await some_roles(matching)
    async with matching.browser() as anyone, matching.api() as api:
        for query, field, words in WRONG:
            page = await anyone.get(f"{FEED}?words=kept&{query}")
            assert (page.status_code, words in page.text) == (422, True), query
            if field != "sort":
                assert ('value="kept"' in page.text and f'id="{field}-error"' in page.text) or field == "miles", query
                assert "<b>" not in page.text.replace("<bdi", "")
            answer = await api.get(f"/opportunities?words=kept&{query}")
            assert (answer.status_code, words in answer.json()["errors"][field]) == (422, True), query
            assert (await anyone.get(f"{JSON}?{query}")).status_code == 422
            assert (await anyone.get(f"{FEED}?format=csv&{query}")).status_code == 422


async def test_where_nothing_is_found_the_page_says_which_choice_to_leave_out_and_it_is_counted(
    matching: Connected,
) -> None:
    await some_roles(matching)

    def none(door: str) -> float:
        return REGISTRY.get_sample_value("pln_searches_total", {"door": door, "found": "none"}) or 0

    before = none("page"), none("api")
    async with matching.browser() as anyone, matching.api() as api:
        page = (await anyone.get(f"{FEED}?mode=remote&condition=respiratory&paid=yes")).text
        assert "Leave out “Lung conditions”, and 1 role fits." in page
        assert f'href="{FEED}?mode=remote&amp;paid=yes" role="button"' in page
        for query, says in (
            ("near=LS1&miles=5&words=lung", "Leave out “Within 5 miles of LS1”, and 2 roles fit."),
            ("near=LS1&miles=5&words=x%3Cb", "Leave out “x&lt;b”, and 1 role fits."),
            ("kind=governance&condition=cancer&paid=yes", "Leave out more than one of them"),
        ):
            assert says in (await anyone.get(f"{FEED}?{query}")).text, query
        assert (await api.get("/opportunities?words=nowhere")).json()["opportunities"] == []
        assert (await anyone.get(FEED)).status_code == 200
    assert (none("page") - before[0], none("api") - before[1]) == (4, 1)


async def test_a_card_says_what_decides_and_one_click_keeps_the_search(matching: Connected) -> None:
    made = await some_roles(matching)
    sam = await in_the_pool(matching)
    trust = organisation()
    of = {"organisation_id": trust.id, "ods_code": "RX2"}
    shown = Engagement.model_validate(
        of
        | {"id": made["Far"], "version": 1, "opportunity_id": made["Far"], "person_id": sam.id}
        | {"status": "interested", "interested_at": NOW}
    )
    full = Intake.model_validate(
        of
        | {"id": made["Panel"], "version": 1, "places": 2, "places_taken": 1, "places_held": 1}
        | {"feedback_by": NOW + timedelta(days=60)}
    )
    async with matching.transaction() as tx:
        await heard(tx, Engagement, [shown])
        await heard(tx, Intake, [full])
    async with matching.browser(sam) as me, matching.browser() as anyone:
        page = (await me.get(f"{FEED}?mode=in_person&near=BN2&miles=50&closing=&sort=first")).text
        card = page.partition(f'id="role-{made["Panel"]}"')[2].partition("</li>")[0]
        assert ">Full<" in card and "Brighton Hall, BN1, " in card and "10am, for 3 hours" in card
        assert f'href="{FEED}/{made["Panel"]}"' in card
        everything = (await me.get(FEED)).text
        assert (
            everything.count("You have shown interest") == 1
            and "You have shown interest" not in (await anyone.get(FEED)).text
        )
        assert "4 days left" in everything and "£75 for this meeting" in everything

        keep = re.search(
            r'<form class="pln-inline" method="post" action="(/matches/[^"]+)">.*?</form>', page, re.DOTALL
        )
        assert keep
        values = dict(re.findall(r'name="(\w+)" value="([^"]*)"', keep[0]))
        kept = await me.post(keep[1], data=values)
        assert led_to(kept) == "/matches/mine/subscription"
        said = (await me.get(kept.headers["location"])).text
        assert "In person, within 50 miles of BN2" in said
        link = re.search(r'href="(/matches/mine/searches/new[^"]+)"', (await anyone.get(f"{FEED}?words=lung")).text)
        assert link and link[1].endswith("?words=lung")


async def test_a_search_that_is_kept_finds_what_the_list_finds(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    sam = await in_the_pool(matching)
    async with matching.api(sam) as me:
        assert (await me.put("/mine/subscription", json={"strands": ["culture"], "modes": []})).status_code == 200
        wanted = {"words": "copd", "mode": "remote", "when": "weekend", "near": "bn1 1aa", "miles": 50}
        assert (await me.post("/mine/searches", json=wanted | {"near": "", "miles": None})).status_code == 201
        [kept] = (await me.get("/mine/searches")).json()["searches"]
        assert (kept["when"], kept["near"], kept["words"]) == ("weekend", None, "copd")
        assert kept["called"] == "Online or by phone, weekends, with the words “copd”"
        one = await post(matching, trust, staff, title="Emphysema", mode="hybrid", session_at=ON_SATURDAY)
        other = await post(matching, trust, staff, title="Emphysema", mode="hybrid", session_at=NOW + timedelta(days=9))
        await matching.settle()
        fits = {one["opportunity"]["id"] for one in (await me.get("/mine/roles")).json()["roles"]}
        assert fits == {str(one)}, other


async def test_the_network_keeps_what_means_the_same_and_nobody_else(matching: Connected) -> None:
    _, [cora, fin] = await the_network(matching, "coordinator", "finance")
    trust, staff = await a_trust(matching)
    await post(matching, trust, staff, title="About catheters")
    async with matching.browser(cora) as ours, matching.browser() as anyone, matching.api() as api:
        assert await found(anyone, api, "words=urine+tube") == []
        assert "COPD" in (await ours.get(f"{KEPT}?words=copd")).text
        added = await save_page(ours, f"{KEPT}/new", {"words": "urine tube\nCatheter\n\ncatheter"})
        assert "count as the same" in (await ours.get(added.headers["location"])).text
        assert await found(anyone, api, "words=urine+tube") == ["About"]
        for wrong, words in (
            ("one alone", "at least two"),
            ("a\nb", "two letters"),
            ("x" * 61 + "\nyy", "two letters at least and 60"),
            ("\n".join(f"word{n}" for n in range(13)), "at most 12"),
            ("lungs\nLUNG disease", "stands in another group"),
            ("<b>\u202e\nyy", "hidden character"),
        ):
            refused = await save_page(ours, f"{KEPT}/new", {"words": wrong})
            assert (refused.status_code, words in refused.text, 'id="words-error"' in refused.text) == (422, True, True)
        async with matching.transaction() as tx:
            id = await tx.fetchval("select id from synonym where 'urine tube' = any(words)")
            kept = [row["words"] for row in await tx.fetch("select words from synonym order by since, first_key")]
        for number, group in enumerate(kept):
            domain.check(domain.SynonymWords(words=group).words, kept[:number])
        seen = (await ours.get(f"{KEPT}/{id}")).text
        changed = await ours.post(f"{KEPT}/{id}", data={**hidden(seen), "words": "wee tube\ncatheter"})
        assert "Saved" in (await ours.get(changed.headers["location"])).text
        assert await found(anyone, api, "words=urine+tube") == []
        page = (await ours.get(f"{KEPT}/{id}")).text
        assert (await ours.post(f"{KEPT}/{id}/take-out", data={"form_key": form_key(page)})).status_code == 303
        assert (await ours.get(f"{KEPT}/{id}")).status_code == 404
    async with matching.browser(staff) as theirs, matching.browser(fin) as finance:
        for path in ("", "/new"):
            assert (await theirs.get(f"/opportunities/for/RX2/synonyms{path}")).status_code == 403, "no network"
            assert (await theirs.get(KEPT + path)).status_code == 404, "another organisation"
            assert (await finance.get(KEPT + path)).status_code == 403, "another role"
    async with matching.api(staff) as theirs, matching.api(cora) as ours, matching.api() as anyone:
        for ods, status in (("RX2", 403), ("NW1", 404)):
            assert (
                await theirs.post(f"/organisations/{ods}/synonyms", json={"words": ["aa", "bb"]})
            ).status_code == status
        at = "/organisations/NW1/synonyms"
        made = (await ours.post(at, json={"words": ["drip", "infusion"]})).json()["id"]
        assert (await ours.put(f"{at}/{made}", json={"words": ["drip", "COPD"]})).status_code == 422
        assert (await ours.put(f"{at}/{made}", json={"words": ["drip", 5]})).status_code == 422
        assert (await ours.put(f"{at}/{made}", json={"words": ["drip", "IV"]})).status_code == 200
        assert (await anyone.get("/synonyms?words=drip")).json()["groups"][0]["words"] == ["drip", "IV"]
        assert (await ours.delete(f"{at}/{made}")).status_code == 200
        assert (await ours.get(f"{at}/{made}")).status_code == 404


async def test_a_search_goes_on_from_page_to_page_in_its_order_and_an_organisation_is_found_by_its_name_of_now(
    matching: Connected,
) -> None:
    trust, staff = await a_trust(matching)
    days = [9, 3, 7, 3, 5] * 4 + [4]
    async with matching.transaction(staff.acting(trust)) as tx:
        for day in days:
            changes = {"apply_by": NOW + timedelta(days=day), "session_at": NOW + timedelta(days=day + 20)}
            await posting.post_opportunity(tx, world.draft(title=f"Day {day}", **changes))
    renamed = trust.model_copy(update={"name": "Downland Trust", "version": trust.version + 1})
    await matching.hears_and_settles(*registered(renamed))
    await jobs.find_roles_by_what_organisations_are_called_now(Clock(matching.app.database, matching.app.settings))
    async with matching.browser() as anyone:
        for sort in ("first", "closing"):
            first = (await anyone.get(f"{FEED}?words=downland+day&mode=remote&sort={sort}")).text
            second = (await anyone.get(next_page(first).replace("&amp;", "&"))).text
            walked = [int(day) for page in (first, second) for day in re.findall(r">Day (\d)</a>", page)]
            assert walked == sorted(days)
            assert "21 roles" in first
        assert (await anyone.get(f"{FEED}?words=sussex")).text.count('id="role-') == 0
