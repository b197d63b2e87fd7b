"""A form of several pages: saved as one goes, shared, seen when two edit, sent once."""

from tests.matching.posting import NEW, fill_in, save, send, typed
from tests.matching.world import a_trust
from tests.support import Connected


async def said(matching: Connected) -> list[str]:
    return [name for name, _ in await matching.said()]


async def test_pages_are_saved_as_one_goes_checked_and_sent_once(matching: Connected) -> None:
    _, staff = await a_trust(matching)
    async with matching.browser(staff) as one:
        assert "Not started" in (await one.get(NEW)).text
        at = await fill_in(one)
        listed = (await one.get(at)).text
        assert listed.count("Completed") == 5
        check = (await one.get(f"{at}/check")).text
        for words in ("A seat in the pain pathway team", "No payment, expenses only", "at once, for everyone", "2:30pm"):
            assert words in check
        assert await said(matching) == []
        sent = await send(one, at)
        assert "It is on the common feed now." in (await one.get(sent.headers["location"])).text
    assert await said(matching) == ["OpportunityPosted"]
