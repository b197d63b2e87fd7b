"""A form of several pages: saved as one goes, shared, seen when two edit, sent once."""

import asyncio
import re
from html import unescape

import httpx
import pytest

from schemas.identity import AccountOpened, Organisation
from services.chassis.postgres.transaction import new_id
from tests.matching.posting import NEW, PAGES, fill_in, send, typed
from tests.matching.world import a_trust
from tests.support import Connected, Person, form_key, hidden, led_to, member, organisation, registered, save_page

ROLE = typed("role")


def text(answer: httpx.Response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


async def said(matching: Connected) -> list[str]:
    return [name for name, _ in await matching.said()]


async def two_colleagues(matching: Connected) -> tuple[Organisation, Person, Person]:
    trust, alex = await a_trust(matching)
    kim = member(trust, "coordinator", called="Kim")
    await matching.hears_and_settles(kim.opened)
    return trust, alex, kim


async def begin(client: httpx.AsyncClient, **more: str) -> str:
    """Save the first page of a new draft; the address of its list."""
    saved = await save_page(client, f"{NEW}/role", ROLE | more)
    assert saved.status_code == 303, text(saved)
    return saved.headers["location"].rpartition("/")[0]


async def drafts(matching: Connected) -> int:
    async with matching.transaction() as tx:
        return await tx.fetchval("select count(*) from draft")


async def test_pages_are_saved_as_one_goes_checked_and_sent(matching: Connected) -> None:
    _, staff = await a_trust(matching)
    async with matching.browser(staff) as one:
        assert text(await one.get(NEW)).count("Not started") == len(PAGES)
        assert "Nothing is saved yet" in text(await one.get(NEW))
        at = await fill_in(one)
        assert text(await one.get(at)).count("Completed") == len(PAGES)
        check = text(await one.get(f"{at}/check"))
        for words in (
            "A seat in the pain pathway team",
            "No payment, expenses only",
            "at once, for everyone",
            "2:30pm",
        ):
            assert words in check
        assert await said(matching) == []
        sent = await send(one, at)
        assert "It is on the common feed now." in text(await one.get(sent.headers["location"]))
        for page in ("", "/role", "/check", "/delete"):
            assert (await one.get(at + page)).headers["location"] == led_to(sent)
        assert "It is on the common feed now." not in text(await one.get(at, follow_redirects=True)), "it was long ago"
        assert "not posted yet" not in text(await one.get("/opportunities/for/RX2"))
    assert await said(matching) == ["OpportunityPosted"]


async def test_what_is_not_right_yet_is_saved_too_and_can_be_gone_on_with(matching: Connected) -> None:
    _, staff = await a_trust(matching)
    async with matching.browser(staff) as one:
        later = await save_page(one, f"{NEW}/role", {"title": "A seat", "then": "later"})
        at = led_to(later)
        listed = text(await one.get(later.headers["location"]))
        for words in ("Saved. You can come back to it until", "The role Incomplete", "You changed this draft last"):
            assert words in listed
        assert "Check your answers Cannot start yet" in listed
        assert 'value="A seat"' in (await one.get(f"{at}/role")).text
        check = await one.get(f"{at}/check")
        assert "Fill in: When and where" in text(check)
        assert "Post it on the feed" not in text(check)
        refused = await one.post(f"{at}/check", data={"form_key": form_key((await one.get(f"{at}/role")).text)})
        assert (refused.status_code, "Enter what it is" in text(refused)) == (422, True)
    async with matching.browser(staff) as another_day:
        card = text(await another_day.get("/opportunities/for/RX2"))
        assert "A seat Draft You changed it last on " in card
    assert await said(matching) == []


async def test_the_same_form_sent_again_after_back_goes_on_with_the_same_draft(matching: Connected) -> None:
    _, staff = await a_trust(matching)
    async with matching.browser(staff) as one:
        form = hidden((await one.get(f"{NEW}/role")).text)
        first, twin = [await one.post(f"{NEW}/role", data={**form, **ROLE}) for _ in range(2)]
        assert first.headers["location"] == twin.headers["location"]
        again = await one.post(f"{NEW}/role", data={**form, **ROLE, "title": "Better"})
        assert again.headers["location"] == first.headers["location"]
        at = first.headers["location"].rpartition("/")[0]
        assert 'value="Better"' in (await one.get(f"{at}/role")).text
    assert await drafts(matching) == 1


async def test_a_second_tab_overwrites_nothing_unseen(matching: Connected) -> None:
    _, staff = await a_trust(matching)
    async with matching.browser(staff) as one:
        at = await begin(one)
        tabs = [hidden((await one.get(f"{at}/role")).text) for _ in range(2)]
        assert (await one.post(f"{at}/role", data={**tabs[0], **ROLE, "title": "First tab"})).status_code == 303
        both = await one.post(f"{at}/role", data={**tabs[1], **ROLE, "title": "Second tab"})
        assert both.status_code == 409
        for words in ("You saved this page in another tab or window", "What you saved Title of the role First tab"):
            assert words in text(both)
        assert 'value="Second tab"' in both.text
        assert 'value="First tab"' in (await one.get(f"{at}/role")).text


async def test_two_colleagues_see_what_the_other_saved_and_lose_nothing(matching: Connected) -> None:
    _, alex, kim = await two_colleagues(matching)
    async with matching.browser(alex) as one, matching.browser(kim) as other:
        at = await begin(one)
        opened = hidden((await other.get(f"{at}/role")).text)
        assert (await save_page(one, f"{at}/role", ROLE | {"title": "As Alex says"})).status_code == 303
        assert (await save_page(one, f"{at}/places", typed("places"))).status_code == 303, "another page is no matter"
        both = await other.post(f"{at}/role", data={**opened, **ROLE, "title": "As Kim says"})
        assert (both.status_code, "Somebody saved this page after you opened it" in text(both)) == (409, True)
        assert "Title of the role As Alex says" in text(both)
        assert "Kind of work" not in text(both).partition("What you typed It is")[0], "only what differs"
        assert "As Kim says" in both.text
        assert "Alex changed this draft last" in text(await other.get(at))
        knowing = await other.post(f"{at}/role", data={**hidden(both.text), **ROLE, "title": "As Kim says"})
        assert knowing.status_code == 303
        assert "As Kim says" in (await one.get(f"{at}/role")).text
        assert "Kim changed this draft last" in text(await one.get(at))


async def test_of_two_who_save_a_page_at_the_same_time_one_is_shown_both(matching: Connected) -> None:
    _, alex, kim = await two_colleagues(matching)
    async with matching.browser(alex) as one, matching.browser(kim) as other:
        at = await begin(one)
        forms = [hidden((await client.get(f"{at}/role")).text) for client in (one, other)]
        answers = await asyncio.gather(
            *(
                client.post(f"{at}/role", data={**form, **ROLE, "title": f"By {who}"})
                for client, form, who in ((one, forms[0], "Alex"), (other, forms[1], "Kim"))
            )
        )
        assert sorted(answer.status_code for answer in answers) == [303, 409]
        refused = next(answer for answer in answers if answer.status_code == 409)
        assert "By Alex" in refused.text
        assert "By Kim" in refused.text


async def test_a_draft_is_sent_once_by_a_double_click_or_by_two_colleagues(matching: Connected) -> None:
    _, alex, kim = await two_colleagues(matching)
    async with matching.browser(alex) as one, matching.browser(kim) as other:
        at = await fill_in(one)
        forms = [(client, hidden((await client.get(f"{at}/check")).text)) for client in (one, one, other)]
        forms.append(forms[0])
        late = hidden((await other.get(f"{at}/role")).text)
        answers = await asyncio.gather(*(client.post(f"{at}/check", data=form) for client, form in forms))
        assert {answer.status_code for answer in answers} == {303}
        [made] = {led_to(answer) for answer in answers}
        over = await other.post(f"{at}/role", data={**late, **ROLE, "title": "Too late"})
        assert (over.status_code, "This was sent already" in text(over), "Too late" in text(over)) == (409, True, True)
        assert made in unescape(over.text)
    assert await said(matching) == ["OpportunityPosted"]


async def test_what_was_changed_after_somebody_checked_it_is_not_sent(matching: Connected) -> None:
    _, alex, kim = await two_colleagues(matching)
    async with matching.browser(alex) as one, matching.browser(kim) as other:
        at = await fill_in(one)
        checked = hidden((await one.get(f"{at}/check")).text)
        await save_page(other, f"{at}/places", typed("places", places="9"))
        answer = await one.post(f"{at}/check", data=checked)
        assert (answer.status_code, "Check them again" in text(answer)) == (409, True)
        assert "How many places are there? 9" in text(answer)
        assert await said(matching) == []
        assert (await one.post(f"{at}/check", data=hidden(answer.text))).status_code == 303


async def test_the_draft_of_somebody_who_left_stays_with_the_organisation(matching: Connected) -> None:
    trust, alex, kim = await two_colleagues(matching)
    async with matching.browser(alex) as one, matching.browser(kim) as other:
        at = await fill_in(one)
        form = hidden((await one.get(f"{at}/role")).text)
        left = alex.account.model_copy(update={"version": 2, "memberships": ()})
        await matching.hears_and_settles(AccountOpened(left))
        assert "A colleague changed it last" in text(await other.get(f"/opportunities/for/{trust.ods_code}"))
        for page in ("", "/role", "/check", "/delete"):
            assert (await one.get(at + page)).status_code == 404, page
        for page in ("/role", "/check", "/delete"):
            answer = await one.post(at + page, data={**form, **ROLE, "title": "Mine"})
            assert (answer.status_code, "Mine" in answer.text) == (404, False), page
        assert (await send(other, at)).status_code == 303
    assert await said(matching) == ["OpportunityPosted"]


async def test_another_organisations_draft_and_a_forged_id_or_page_are_not_there(matching: Connected) -> None:
    _, alex = await a_trust(matching)
    there = organisation("RYR", "Other Example Trust")
    stranger = member(there, "coordinator")
    await matching.hears_and_settles(*registered(there), stranger.opened)
    async with matching.browser(alex) as one:
        id = (await fill_in(one)).rpartition("/")[2]
    async with matching.browser(stranger) as other:
        form = hidden((await other.get("/opportunities/for/RYR/new/role")).text)
        for draft in (id, str(new_id()), "x", "00000000-0000-0000-0000-000000000000"):
            for page in ("", "/role", "/check", "/delete"):
                for ods in ("RYR", "RX2"):
                    at = f"/opportunities/for/{ods}/drafts/{draft}{page}"
                    assert (await other.get(at)).status_code == 404, at
                    if page:
                        assert (await other.post(at, data={**form, **ROLE})).status_code == 404, at
    async with matching.browser(alex) as one:
        for page in (f"drafts/{id}/nothing", f"drafts/{id}/role/x", "new/nothing", "new/check"):
            assert (await one.get(f"/opportunities/for/RX2/{page}")).status_code == 404, page
    assert await said(matching) == []


async def test_what_was_typed_into_a_draft_that_is_gone_begins_another(matching: Connected) -> None:
    _, alex, kim = await two_colleagues(matching)
    async with matching.browser(alex) as one, matching.browser(kim) as other:
        at = await begin(one)
        form = hidden((await other.get(f"{at}/role")).text)
        stale = hidden((await one.get(f"{at}/delete")).text)
        await save_page(other, f"{at}/change", typed("change"))
        kept = await one.post(f"{at}/delete", data=stale)
        assert (kept.status_code, "changed after you opened the page" in text(kept)) == (409, True)
        asked = hidden((await one.get(f"{at}/delete")).text)
        deleted = [await one.post(f"{at}/delete", data=asked) for _ in range(2)]
        assert [led_to(answer) for answer in deleted] == ["/opportunities/for/RX2"] * 2
        assert "The draft is deleted." in text(await one.get(deleted[0].headers["location"]))
        gone = await other.post(f"{at}/role", data={**form, **ROLE, "title": "Kept"})
        assert (gone.status_code, "Kept" in text(gone)) == (404, True)
        assert f'action="{NEW}/role"' in gone.text
        again = await other.post(f"{NEW}/role", data={**hidden(gone.text), **ROLE, "title": "Kept"})
        assert again.status_code == 303


async def test_what_was_typed_when_the_session_ended_is_shown_to_be_sent_again(matching: Connected) -> None:
    _, staff = await a_trust(matching)
    async with matching.browser(staff) as one:
        at = await begin(one)
        form = hidden((await one.get(f"{at}/role")).text)
    async with matching.browser() as signed_out:
        shown = await signed_out.post(f"{at}/role", data={**form, **ROLE, "title": "Not lost", "then": "later"})
        assert (shown.status_code, "Not lost" in text(shown), "Then" in text(shown)) == (401, True, False)
    staff.session = new_id()
    async with matching.browser(staff) as one:
        shown = await one.post(f"{at}/role", data={**form, **ROLE, "title": "Not lost", "then": "later"})
        assert shown.status_code == 403
        again = dict(re.findall(r'name="(\w+)" value="([^"]*)"', shown.text))
        assert led_to(await one.post(f"{at}/role", data=again)) == at
        assert 'value="Not lost"' in (await one.get(f"{at}/role")).text


@pytest.mark.parametrize(
    ("sent", "status", "words"),
    [
        ({"title": "x" * 150_000}, 422, "too much to save"),
        ({"title": "a\x00b"}, 400, "could not be read"),
        ({f"field{n}": "x" for n in range(300)}, 400, "could not be read"),
        ({"places": "2"}, 422, "This page has changed since you opened it"),
        ({"title": ["one", "two"]}, 422, "Enter the title of the role"),
        ({"seen": "9999999999999999999999"}, 422, "Enter what it is"),
        ({"seen": ["1", "2"], "strand": ["culture", "research"]}, 422, "Choose the kind of work"),
        ({"summary": "<script>alert(1)</script>", "then": "anything"}, 422, "Choose the kind of work"),
    ],
)
async def test_hostile_values_are_refused_in_words_or_kept_as_words(
    matching: Connected, sent: dict[str, str | list[str]], status: int, words: str
) -> None:
    _, staff = await a_trust(matching)
    async with matching.browser(staff) as one:
        answer = await one.post(f"{NEW}/role", data={**hidden((await one.get(f"{NEW}/role")).text), **sent})
    assert (answer.status_code, words in text(answer)) == (status, True), text(answer)[:300]
    assert "<script>alert" not in answer.text
    assert await said(matching) == []
