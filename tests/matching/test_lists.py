"""What every list does, seen at the feed: it goes on from what was shown, in an order, counted, as links and as CSV."""

import csv
import io
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import httpx

from services.chassis.postgres.lists import Asked
from services.matching.commands import posting
from services.matching.store import feed
from services.matching.store import opportunities as store
from tests.matching.world import NOW, a_trust, post
from tests.support import Connected, member, next_page, organisation, registered

OF_A_PAGE = feed.FEED.size


async def walk(api: httpx.AsyncClient, address: str) -> list[str]:
    """The ids of a list of the API, read to its end."""
    answer = (await api.get(address)).json()
    ids = [one["id"] for one in answer["opportunities"]]
    while answer["next"]:
        answer = (await api.get(f"{address}{'&' if '?' in address else '?'}after={answer['next']}")).json()
        ids += [one["id"] for one in answer["opportunities"]]
    assert answer["more"] is False
    return ids


def cursor_in(html: str) -> str:
    """What a page of a list gives for the page after it."""
    return parse_qs(urlsplit(next_page(html)).query)["after"][0]


async def test_a_walk_of_the_feed_misses_nothing_when_something_is_withdrawn_and_something_new_comes(
    matching: Connected,
) -> None:
    trust, staff = await a_trust(matching)
    ids = [await post(matching, trust, staff, title=f"Role {n}") for n in range(OF_A_PAGE + 3)]
    newest_first = [str(id) for id in reversed(ids)]
    async with matching.api() as api:
        first = (await api.get("/opportunities")).json()
        async with matching.transaction(staff.acting(trust)) as tx:
            await posting.withdraw_opportunity(tx, UUID(newest_first[2]), "no_longer_needed")
        await post(matching, trust, staff, title="New")
        rest = (await api.get(f"/opportunities?after={first['next']}")).json()
    assert [one["id"] for one in first["opportunities"] + rest["opportunities"]] == newest_first


async def test_the_feed_can_be_read_by_what_closes_soonest(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    days = [9, 3, 7, 3, 5] * 5
    for day in days:
        await post(matching, trust, staff, title=f"Closes in {day}", apply_by=NOW + timedelta(days=day))
    async with matching.api() as api, matching.browser() as anyone:
        walked = await walk(api, "/opportunities?sort=closing&strand=service_improvement")
        everything = (await anyone.get("/opportunities?sort=closing")).text
    async with matching.transaction() as tx:
        page = await store.feed(tx, Asked(sort="closing", size=100), store.Filter())
    assert walked == [str(one.opportunity.id) for one in page.items]
    assert [one.opportunity.apply_by for one in page.items] == sorted(NOW + timedelta(days=day) for day in days)
    assert 'href="/opportunities?sort=closing" aria-current="true"><strong>Closing soonest' in everything
    assert "sort=closing&amp;after=" in everything
    assert '<nav class="pln-pages" aria-label="Pages of roles">' in everything


async def test_a_cursor_that_is_forged_or_of_another_list_is_refused_in_words(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    for n in range(OF_A_PAGE + 1):
        await post(matching, trust, staff, title=f"Role {n}")
    async with matching.browser() as anyone, matching.api() as api, matching.browser(staff) as coordinator:
        good = (await api.get("/opportunities?strand=service_improvement")).json()["next"]
        own = cursor_in((await coordinator.get(f"/opportunities/for/{trust.ods_code}")).text)
        for broken in (
            f"after={good}",  # of another choice
            f"strand=service_improvement&sort=closing&after={good}",  # of another order
            f"after={own}",  # of another list
            f"strand=service_improvement&after={good[:-2]}",
            f"strand=service_improvement&after=A{good}",
            "after=WyIyMDI2Il0.x",
            "after=%00%F0",
            "page=1",
        ):
            answer = await api.get(f"/opportunities?{broken}")
            assert (answer.status_code, answer.json()["type"]) == (422, "/developers/problems#page-not-there"), broken
            page = await anyone.get(f"/opportunities?{broken}")
            assert page.status_code == 422
            assert "This page of the list is not there any more. Start at its beginning." in page.text
            assert "Start at the beginning of the list" in page.text
        start = await anyone.get(f"/opportunities?strand=service_improvement&sort=closing&after={good}")
        assert 'href="/opportunities?strand=service_improvement"' in start.text


async def test_a_cursor_of_another_organisation_is_refused_in_words(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    other = organisation("RYR", "Other Example Trust")
    stranger = member(other, "coordinator")
    await matching.hears_and_settles(*registered(other), stranger.opened)
    for n in range(OF_A_PAGE + 1):
        await post(matching, trust, staff, title=f"Role {n}")
        await post(matching, other, stranger, title=f"Other {n}")
    theirs, ours = "/opportunities/for/RYR", f"/opportunities/for/{trust.ods_code}"
    async with matching.browser(stranger) as elsewhere, matching.browser(staff) as coordinator:
        cursor = cursor_in((await elsewhere.get(theirs)).text)
        assert (await elsewhere.get(f"{theirs}?after={cursor}")).status_code == 200
        refused = await coordinator.get(f"{ours}?after={cursor}")
        assert refused.status_code == 422
        assert f'href="{ours}"' in refused.text
        assert (await coordinator.get(f"{theirs}?after={cursor}")).status_code == 404


async def test_what_no_list_can_be_asked_is_refused_and_very_long_words_find_nothing(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    await post(matching, trust, staff)
    async with matching.browser() as anyone:
        for query, status in (
            ("sort=nothing", 422),
            ("sort=%00", 422),
            (f"sort={'s' * 10_000}", 422),
            (f"after={'A' * 10_000}", 422),
            ("page=0", 200),
            ("page=2", 422),
            ("words=%00", 400),
            ("words=%ff%fe", 200),
            (f"words={'w' * 10_000}", 200),
            ("words=%25_%5C", 200),
        ):
            answer = await anyone.get(f"/opportunities?{query}")
            assert answer.status_code == status, query
        assert "Leave out “www" in (await anyone.get(f"/opportunities?words={'w' * 999}")).text


async def test_what_is_chosen_stands_in_the_form_and_each_choice_can_be_left_out(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    await post(matching, trust, staff, title="Letters", strand="information")
    async with matching.browser() as anyone:
        page = (await anyone.get("/opportunities?strand=information&words=letters&sort=closing")).text
    assert (
        'href="/opportunities?words=letters&amp;sort=closing"><span class="nhsuk-u-visually-hidden">Leave out' in page
    )
    assert 'value="information" selected>Letters, leaflets and information</option>' in page
    assert '<input type="hidden" name="sort" value="closing">' in page
    assert ">1 role<" in page


async def test_a_list_is_counted_exactly_up_to_a_bound_and_says_when_there_are_more(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    for n in range(4):
        await post(matching, trust, staff, title=f"Role {n}")
    narrowed_to = (None,) * 15
    async with matching.transaction() as tx:
        for most, counted in ((3, 4), (4, 4), (10, 4), (2, 3)):
            page = await feed.FEED.page(tx, Asked(counted=True), *narrowed_to, at=tx.now, most=most)
            assert page.count == counted
        assert (await feed.FEED.page(tx, Asked(), *narrowed_to, at=tx.now)).count is None


async def test_a_list_comes_whole_as_csv_that_no_spreadsheet_takes_for_formulas(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    for n in range(OF_A_PAGE + 2):
        await post(matching, trust, staff, title=f"Café {n}")
    for odd in ("=cmd|' /C calc'!A0", "+44 1234", "-1", "@SUM(1)", '=1, "x"'):
        await post(matching, trust, staff, title=odd)
    await post(matching, trust, staff, title="Other", strand="information")
    async with matching.browser() as anyone, matching.browser(staff) as coordinator:
        link = (await anyone.get("/opportunities?strand=service_improvement")).text
        assert 'href="/opportunities?strand=service_improvement&amp;format=csv" download>Download as CSV' in link
        answer = await anyone.get("/opportunities?strand=service_improvement&format=csv")
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert answer.headers["content-disposition"] == 'attachment; filename="opportunities.csv"'
        assert answer.content.startswith("\ufeffTitle,Organisation,".encode())
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert len(rows) == OF_A_PAGE + 7
        titles = [row["Title"] for row in rows]
        assert [title for title in titles if not title.startswith("Café")] == [
            *('\'=1, "x"', "'@SUM(1)", "'-1", "'+44 1234", "'=cmd|' /C calc'!A0")
        ]
        refused = await anyone.get("/opportunities?format=csv&sort=nothing")
        assert (refused.status_code, refused.headers["content-type"]) == (422, "text/html; charset=utf-8")
        own = await coordinator.get(f"/opportunities/for/{trust.ods_code}?format=csv&words=other")
        assert own.text.count("\r\n") == 2
        assert (await anyone.get(f"/opportunities/for/{trust.ods_code}?format=csv")).status_code == 303


async def test_an_organisation_finds_its_own_open_and_closed_opportunities_on_further_pages(
    matching: Connected,
) -> None:
    trust, staff = await a_trust(matching)
    ids = [await post(matching, trust, staff, title=f"Role {n}") for n in range(OF_A_PAGE + 2)]
    async with matching.transaction(staff.acting(trust)) as tx:
        await posting.withdraw_opportunity(tx, ids[0], "no_longer_needed")
    async with matching.browser(staff) as coordinator, matching.api(staff) as api:
        second = (
            await coordinator.get(next_page((await coordinator.get(f"/opportunities/for/{trust.ods_code}")).text))
        ).text
        assert f"/opportunities/for/{trust.ods_code}/{ids[0]}" in second
        closed = (await coordinator.get(f"/opportunities/for/{trust.ods_code}?state=closed")).text
        assert "1 opportunity<" in closed
        assert f"/opportunities/for/{trust.ods_code}/{ids[0]}" in closed
        assert await walk(api, f"/organisations/{trust.ods_code}/opportunities") == [str(id) for id in reversed(ids)]
