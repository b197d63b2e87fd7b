"""The words of an opportunity, changed by two colleagues and corrected; taken off the feed once."""

from tests.matching.posting import typed
from tests.matching.world import a_trust, post
from tests.support import Connected, hidden
from tests.two_tabs import done, from_two_tabs, stands

WORDS = typed("role", title="New title") | {"why": ""}


async def test_the_words_are_changed_by_two_colleagues(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    page = f"/opportunities/for/RX2/{await post(matching, trust, staff)}/change/role"
    async with matching.browser(staff) as browser:
        both = await from_two_tabs(browser, page, WORDS, {**WORDS, "title": "Another title"})
        assert stands(both) == {"Title of the role": "New title"}
        assert 'value="Another title"' in both


async def test_an_opportunity_is_taken_off_the_feed_once_and_another_reason_is_not_lost(
    matching: Connected,
) -> None:
    trust, staff = await a_trust(matching)
    page = f"/opportunities/for/RX2/{await post(matching, trust, staff)}/withdraw"
    async with matching.browser(staff) as browser:
        form = hidden((await browser.get(page)).text)
        leads = done(await browser.post(page, data={**form, "why": "postponed"}))
        again = await browser.post(page, data={**form, "why": "no_longer_needed"})
    assert again.status_code == 409
    assert f'href="{leads}"' in again.text
