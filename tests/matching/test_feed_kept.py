"""The common feed for visitors: kept for a moment, known again by its ETag, and never mixed up with anybody's own."""

import pytest

from services.chassis.http import microcache
from tests.matching import world
from tests.matching.world import a_trust, post
from tests.support import Connected


@pytest.fixture(autouse=True)
def for_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(microcache, "KEEP_SECONDS", 60.0)


async def test_a_visitor_is_answered_from_memory_until_somebody_writes(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    async with matching.browser() as visitor, matching.api(staff) as api:
        first = await visitor.get("/opportunities")
        await post(matching, trust, staff)
        assert (await visitor.get("/opportunities")).text == first.text
        assert "pain pathway" in (await visitor.get("/opportunities?mode=remote")).text, (
            "another address, another answer"
        )
        draft = world.draft(title="Another seat").model_dump(mode="json")
        assert (await api.post("/organisations/RX2/opportunities", json=draft)).status_code == 201
        now = await visitor.get("/opportunities")
    assert "Another seat" in now.text
    assert "pain pathway" in now.text


async def test_a_visitor_who_has_the_newest_is_told_so(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    await post(matching, trust, staff)
    async with matching.browser() as visitor:
        first = await visitor.get("/opportunities")
        tag = first.headers["etag"]
        for header in (tag, f"W/{tag}", f'"other", {tag}'):
            again = await visitor.get("/opportunities", headers={"if-none-match": header})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        other = await visitor.get("/opportunities", headers={"if-none-match": '"other"'})
        plain = await visitor.get("/opportunities", headers={"accept-encoding": "identity"})
    assert (other.status_code, other.text) == (200, first.text)
    assert plain.text == first.text
    assert "content-encoding" in first.headers and "content-encoding" not in plain.headers
    assert first.headers["cache-control"] == "no-cache"
    assert {"cookie", "accept-encoding"} <= {name.strip().lower() for name in first.headers["vary"].split(",")}


async def test_whoever_is_signed_in_has_a_page_of_their_own_that_nobody_else_sees(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    await post(matching, trust, staff)
    async with matching.browser(staff) as own, matching.browser() as visitor:
        mine = await own.get("/opportunities")
        theirs = await visitor.get("/opportunities")
        again = await own.get("/opportunities", headers={"if-none-match": theirs.headers["etag"]})
    for page in (mine, again):
        assert page.status_code == 200
        assert staff.called in page.text
        assert page.headers["cache-control"] == "no-store"
        assert "etag" not in page.headers
    assert staff.called not in theirs.text


async def test_long_answers_are_not_kept_beyond_a_size_in_all(
    matching: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many addresses somebody makes up. Which are forgotten is seen by what is then made anew."""
    monkeypatch.setattr(microcache, "MOST_BYTES", 1500)
    trust, staff = await a_trust(matching)
    as_it_is = {"accept-encoding": "identity"}
    async with matching.browser() as visitor:
        first = await visitor.get("/feeds/opportunities.json", headers=as_it_is)
        assert 300 < len(first.content) < 700
        await post(matching, trust, staff)
        assert (await visitor.get("/feeds/opportunities.json", headers=as_it_is)).text == first.text
        for n in range(5):
            await visitor.get(f"/feeds/opportunities.json?x={n}&mode=hybrid", headers=as_it_is)
        assert "pain pathway" in (await visitor.get("/feeds/opportunities.json", headers=as_it_is)).text
