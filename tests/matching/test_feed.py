"""The common feed, as a page and as JSON: what is open now, for everyone."""

from schemas.payments import RateCardIssued
from schemas.training import ProgrammeOffered
from services.matching.commands import posting
from services.matching.store import feed as store
from tests.matching import world
from tests.matching.world import a_trust, post
from tests.support import Connected, member, next_page, organisation, registered, until
from tests.trainings import ARABIC, LONG, programme


async def test_each_filter_of_the_feed_shows_what_it_says(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    other, card = organisation("RYR", "Other Example Trust"), world.rate(trust)
    colleague = member(other, "coordinator")
    await matching.hears_and_settles(*registered(other), colleague.opened, RateCardIssued(card))
    await post(matching, trust, staff, title="Paid letters", strand="information", pay=str(card.id))
    await post(matching, other, colleague, title="Café talks: 100%", mode="in_person", rung="feedback")
    filters = {
        "": (True, True),
        "strand=information": (True, False),
        "mode=in_person": (False, True),
        "organisation=RYR": (False, True),
        "organisation=ryr": (False, True),
        "paid=yes": (True, False),
        "paid=no": (False, True),
        "words=LETTERS": (True, False),
        "words=100%25": (False, True),
        "words=CAF%C3%89": (False, True),
        "strand=information&mode=in_person": (False, False),
        "strand=&mode=&paid=&more=x": (True, True),
    }
    async with matching.browser() as anyone:
        for query, shown in filters.items():
            page = await anyone.get(f"/opportunities?{query}")
            assert ("Paid letters" in page.text, "Café talks: 100%" in page.text) == shown, query
            items = (await anyone.get(f"/feeds/opportunities.json?{query}")).json()["items"]
            assert len(items) == sum(shown), query
        nothing = (await anyone.get("/opportunities?strand=information&mode=in_person")).text
        assert "Nothing is open that fits all of this. Leave out" in nothing
        assert 'href="/opportunities">Show everything' in nothing
        for broken, status in (("words=%00", 400), ("page=1", 422), ("page=x", 422), ("sort=oldest", 422)):
            assert (await anyone.get(f"/opportunities?{broken}")).status_code == status, broken


async def test_the_feed_comes_in_pages_newest_first_each_thing_once(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    wanted = store.FEED.size + 3
    async with matching.transaction(staff.acting(trust)) as tx:
        ids = [await posting.post_opportunity(tx, world.draft(title=f"Role {n}")) for n in range(wanted)]
    async with matching.browser() as anyone:
        first = (await anyone.get("/opportunities?strand=service_improvement")).text
        assert f"{wanted} roles" in first
        second = (await anyone.get(next_page(first))).text
        assert 'href="/opportunities?strand=service_improvement"><span aria-hidden="true">← </span>Back' in second
        assert 'rel="next"' not in second
        feed = (await anyone.get("/feeds/opportunities.json?mode=remote")).json()
        more = (await anyone.get(feed["next_url"])).json()
    seen = [(f'id="role-{id}"' in first, f'id="role-{id}"' in second) for id in ids]
    assert all(one != two for one, two in seen)
    assert sum(one for one, _ in seen) == store.FEED.size
    assert {item["id"] for item in feed["items"] + more["items"]} == {str(id) for id in ids}
    assert "next_url" not in more


async def test_the_json_feed_is_one_and_says_when_nothing_has_changed(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    id = await post(matching, trust, staff)
    address = "/feeds/opportunities.json?strand=service_improvement"
    async with matching.browser() as reader:
        answer = await reader.get(address)
        assert answer.headers["content-type"] == "application/feed+json"
        said, base = answer.json(), matching.app.settings.base_url
        assert said["version"] == "https://jsonfeed.org/version/1.1"
        assert said["feed_url"] == base + address
        item = said["items"][0]
        assert (item["id"], item["url"], item["title"]) == (
            str(id),
            f"{base}/opportunities/{id}",
            "A seat in the pain pathway team",
        )
        assert item["content_text"]
        assert item["_opportunity"]["organisation"] == trust.name
        tag = answer.headers["etag"]
        for header in (tag, f"W/{tag}", f'"other", {tag}'):
            again = await reader.get(address, headers={"if-none-match": header})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        await post(matching, trust, staff)

        async def is_new() -> bool:
            return (await reader.get(address, headers={"if-none-match": tag})).status_code == 200

        await until(is_new)


async def test_a_posted_opportunity_shows_as_closed_from_its_closing_moment_on(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    id = await post(matching, trust, staff)
    async with matching.transaction() as tx:
        await tx.execute(
            "update opportunity set posted_at = now() - interval '2 days', apply_by = now() - interval '1 minute',"
            " state = state || jsonb_build_object('posted_at', now() - interval '2 days',"
            " 'apply_by', now() - interval '1 minute') where id = $1",
            id,
        )
    async with matching.browser() as anyone:
        page = (await anyone.get(f"/opportunities/{id}")).text
        assert "This closed on" in page
        assert "/engagements/interest/" not in page
        assert str(id) not in (await anyone.get("/opportunities")).text


async def test_what_is_paid_reads_the_same_on_the_card_the_page_the_feed_the_file_and_in_the_api(
    matching: Connected,
) -> None:
    trust, staff = await a_trust(matching)
    card = world.rate(trust, unit="hour", amount_pence=2750)
    await matching.hears_and_settles(RateCardIssued(card))
    id = await post(matching, trust, staff, pay=str(card.id), session_hours=1.5)
    said = "£41.25 for this meeting"
    async with matching.browser() as anyone:
        for path in ("/opportunities", f"/opportunities/{id}", "/opportunities?format=csv"):
            page = (await anyone.get(path)).text
            assert said in page, path
            assert "an hour" not in page, path
        [item] = (await anyone.get("/feeds/opportunities.json")).json()["items"]
        assert item["_opportunity"]["what_is_paid"] == said
    async with matching.api() as anyone:
        [listed] = (await anyone.get("/opportunities")).json()["opportunities"]
        assert listed["what_is_paid"] == (await anyone.get(f"/opportunities/{id}")).json()["what_is_paid"] == said


async def test_the_training_that_a_role_asks_for_is_read_by_its_title_and_by_whose_it_is_where_two_are_called_alike(
    matching: Connected,
) -> None:
    trust, staff = await a_trust(matching)
    charity = organisation("8ZZ83", "Living Well Together", "charity")
    ours, theirs = programme(trust, ARABIC), programme(charity, ARABIC)
    other, unheard = programme(charity, LONG), "reading_figures"
    offered = [*map(ProgrammeOffered, (ours, theirs, other))]
    await matching.hears_and_settles(*registered(charity), *offered)
    asked = [ours.credential, other.credential, unheard]
    id = await post(matching, trust, staff, training=asked)
    titles = [f"{ARABIC} ({trust.name})", LONG, "Reading figures"]
    async with matching.browser() as anyone:
        page = (await anyone.get(f"/opportunities/{id}")).text
    assert [title for title in titles if title not in page] == []
    assert [code for code in asked if code in page] == []
    async with matching.api() as anyone:
        assert (await anyone.get(f"/opportunities/{id}")).json()["training_titles"] == dict(
            zip(asked, titles, strict=True)
        )
    async with matching.browser(staff) as one:
        choices = (await one.get("/opportunities/for/RX2/new/people")).text
    assert f"{ARABIC} ({charity.name})" in choices
