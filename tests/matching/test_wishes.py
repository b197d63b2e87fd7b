"""The page of standing wishes: searches that are kept, how many a week, and whether to be told at all."""

import re

import httpx

from schemas.event import Erased
from schemas.identity import AccountErased
from schemas.recruitment import Profile, ProfileGiven
from services.chassis.postgres.transaction import new_id
from services.matching.domain.wish import MOST_SEARCHES
from tests.matching.world import a_trust, everything, in_the_pool, post
from tests.support import Connected, Person, form_key, hidden, led_to, organisation, registered

PAGE, KEEP = "/matches/mine/subscription", "/matches/mine/searches/new"


async def keep(me: httpx.AsyncClient, page: str = KEEP, **values: str) -> httpx.Response:
    """A search as the page is filled in already, and what is typed over it."""
    shown = (await me.get(page)).text
    chosen = re.findall(r'<select[^>]* name="(\w+)".*?</select>', shown, re.DOTALL)
    there = dict.fromkeys((*chosen, "words", "near"), "")
    for name in chosen:
        of = shown.partition(f'name="{name}"')[2].partition("</select>")[0]
        there[name] = "".join(re.findall(r'value="([^"]*)" selected', of))
    there["words"] = "".join(re.findall(r'name="words"[^>]* value="([^"]*)"', shown))
    return await me.post(KEEP, data={"form_key": form_key(shown), **there, **values})


async def test_a_search_is_kept_from_the_list_of_opportunities_and_named_in_words(matching: Connected) -> None:
    await a_trust(matching)
    sam = Person()
    told = Profile(id=sam.id, version=1, strands=("culture",), times=("mon_evening",), lived_experience=("pain",))
    await matching.hears_and_settles(sam.opened, ProfileGiven(told))
    narrowed = "strand=research&mode=remote&paid=yes&job=no&organisation=RX2&words=pain+letters"
    async with matching.browser() as nobody, matching.browser(sam) as me:
        assert KEEP not in (await nobody.get("/opportunities")).text, "there is nothing to keep"
        feed = (await nobody.get(f"/opportunities?{narrowed}")).text
        link = re.search(rf'href="({KEEP}[^"]+)"', feed)
        assert link
        address = link[1].replace("&amp;", "&")
        assert (await nobody.get(address)).headers["location"].startswith(f"/sign-in?to={KEEP}%3F")
        assert led_to(await keep(me, address)) == PAGE
        page = (await me.get(PAGE)).text
        said = "Research, online or by phone, paid, roles, no jobs, Sussex Example Trust, with the words “pain letters”"
        assert said in page
        for words in ("Monday evening", "Long-term pain", 'href="/profile/mine"', 'href="/messages/mine/how-told"'):
            assert words in page, words
        for asked in ("strands", "modes", "times", "lived_experience"):
            assert f'name="{asked}"' not in page, "what the profile says is not asked again"
        again = await keep(me, address)
        assert "You keep this search already." in (await me.get(again.headers["location"])).text
        assert page.count("/remove") == 1
        remove = re.search(r'action="([^"]+/remove)"', page)
        assert remove
        gone = await me.post(remove[1], data={"form_key": form_key(page)})
        assert "The search is taken out." in (await me.get(gone.headers["location"])).text
        assert "You keep none" in (await me.get(PAGE)).text
        assert (await me.post(remove[1], data={"form_key": form_key((await me.get(PAGE)).text)})).status_code == 404


async def test_what_no_search_can_be_is_refused_in_words_by_page_and_api(matching: Connected) -> None:
    await a_trust(matching)
    sam, kim = await in_the_pool(matching), await in_the_pool(matching, "Kim")
    odd: list[tuple[dict[str, str], str]] = [
        ({}, "Choose something that the roles should have"),
        ({"strand": "tea_making"}, "Choose the kind of work from the answers"),
        ({"mode": "by_pigeon"}, "Choose how you take part from the answers"),
        ({"organisation": "ZZ9"}, "We know no organisation with this code"),
        ({"words": "x" * 10_000}, "100"),
        ({"words": "pain\nand more"}, "on one line"),
        ({"paid": "perhaps"}, "whether it is paid"),
        ({"kind": "chair"}, "Choose the kind of role from the answers"),
        ({"when": "noon"}, "Choose when you can come from the answers"),
        ({"near": "BT9 7AB"}, "not Northern Ireland"),
        ({"miles": "5"}, "Choose something that the roles should have"),
        ({"words": " \u200b "}, "Choose something"),
    ]
    before = await everything(matching)
    async with matching.browser(sam) as me, matching.api(sam) as api, matching.api(kim) as other:
        for values, words in odd:
            page = await keep(me, **values)
            assert (page.status_code, words in page.text) == (422, True), (values, page.text)
            answer = await api.post("/mine/searches", json=values)
            assert (answer.status_code, words in answer.text) == (422, True), (values, answer.text)
        assert (await api.post("/mine/searches", json={"strand": ["research"]})).status_code == 422
        assert (await api.post("/mine/searches", json={"sort": "best"})).status_code == 422
        assert await everything(matching) == before
        long = await me.get(f"{KEEP}?strand=tea_making&words={'x' * 5000}&organisation=nobody")
        assert long.status_code == 200
        first = (await api.post("/mine/searches", json={"strand": "research", "paid": True})).json()
        assert (await api.post("/mine/searches", json={"strand": "research", "paid": True})).json() == first
        for n in range(MOST_SEARCHES - 1):
            assert (await api.post("/mine/searches", json={"words": f"word {n}"})).status_code == 201
        full = await api.post("/mine/searches", json={"words": "one more"})
        assert (full.status_code, "You keep 20 searches" in full.text) == (409, True)
        shown = await keep(me, words="one more")
        assert (shown.status_code, "You keep 20 searches" in shown.text, 'value="one more"' in shown.text) == (
            *(409, True, True),
        )
        assert (await other.post(f"/mine/searches/{first['id']}/remove")).status_code == 404
        assert (await other.get("/mine/searches")).json() == {"searches": []}
        assert (await api.post(f"/mine/searches/{new_id()}/remove")).status_code == 404
        listed = (await api.get("/mine/searches")).json()["searches"]
        assert (len(listed), listed[0]["id"], listed[0]["called"]) == (MOST_SEARCHES, first["id"], "Research, paid")
        assert (await api.post(f"/mine/searches/{first['id']}/remove")).json() == {"removed": True}
        for most in ("0", "21", "many", "1.5"):
            page = (await me.get(PAGE)).text
            values = {"paid_only": "no", "active": "yes", "most_a_week": most}
            assert (await me.post(PAGE, data={**hidden(page), **values})).status_code == 422, most


async def test_what_was_kept_still_has_words_when_its_kind_of_work_or_organisation_is_gone(matching: Connected) -> None:
    sam, gone = Person(), organisation("RYR", "مستشفى")
    await matching.hears_and_settles(*registered(gone), sam.opened)
    async with matching.api(sam) as api, matching.browser(sam) as me:
        await api.post("/mine/searches", json={"organisation": "ryr"})
        assert "مستشفى" in (await me.get(PAGE)).text
        async with matching.transaction() as tx:
            await tx.execute("update wish set strand = 'no_longer_there', organisation_id = $1", new_id())
        assert "No_longer_there, an organisation that we do not know any more" in (await me.get(PAGE)).text


async def test_what_is_held_of_somebodys_wishes_is_given_to_them_and_forgotten_with_them(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    sam, kim = await in_the_pool(matching), await in_the_pool(matching, "Kim")
    role = await post(matching, trust, staff)
    for person in (sam, kim):
        async with matching.api(person) as api:
            await api.post("/mine/searches", json={"words": "kept by somebody"})
            await api.post(f"/mine/roles/{role}/not-for-me")
    await matching.settle()
    async with matching.browser(sam) as me:
        page = (await me.get("/matches/mine/data")).text
        for words in ("Searches that you keep", "kept by somebody", "not for you", "What we go by"):
            assert words in page, words
    await matching.hears_and_settles(AccountErased(Erased(id=sam.id, version=9)))
    async with matching.transaction() as tx:
        for table in ("wish", "not_for_me", "pool", "subscription"):
            rows = await tx.fetch(COUNT[table], sam.id, kim.id)
            assert [row["person_id"] for row in rows] == [kim.id], table
    assert await matching.failing() == []


COUNT = {
    table: "select person_id from " + table + " where person_id in ($1, $2)"
    for table in ("wish", "not_for_me", "pool", "subscription")
}
