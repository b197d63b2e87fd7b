"""A form that is sent again: the same, corrected after Back, from a second tab, from an older page, and all at once."""

import asyncio
import re
from uuid import UUID

import httpx

from services.chassis.base.hands import SYSTEM
from services.matching.commands import fitting
from services.matching.domain.fit import Subscription
from tests.support import (
    Connected,
    Person,
    hidden,
    led_to,
    member,
    organisation,
    registered,
    until_a_lock_is_waited_for,
)

WISHES = "/matches/mine/subscription"
TOLD = "Tell me about new opportunities\\?"
OFFER = "/training/for/RX2/new"
SAM = Person()


async def opened(browser: httpx.AsyncClient, page: str) -> dict[str, str]:
    shown = await browser.get(page)
    assert shown.status_code == 200
    return hidden(shown.text)


ANSWERS = {"paid": ("yes", "yes"), "paused": ("yes", "no"), "nothing": ("no", "no")}
"""Of three wishes: only paid roles, and whether to be told. None of them is how it stands at first."""


def wishes(which: str, **more: str) -> dict[str, str]:
    paid_only, active = ANSWERS.get(which, (which, "no"))
    return {"paid_only": paid_only, "active": active, **more}


def leads(answer: httpx.Response) -> str:
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def wished(matching: Connected) -> list[str]:
    async with matching.transaction(SYSTEM) as tx:
        row = await tx.fetchrow("select paid_only, active from subscription where person_id = $1", SAM.id)
    stands = tuple("yes" if row[name] else "no" for name in ("paid_only", "active")) if row else ()
    return [which for which, answers in ANSWERS.items() if answers == stands]


def row(html: str, question: str) -> str:
    """What stands in the summary list of what stands there now."""
    found = re.search(rf"<dt[^>]*>{question}</dt>\s*<dd[^>]*>([^<]*)</dd>", html)
    return found[1] if found else ""


def has_typed(html: str, name: str, value: str) -> bool:
    return re.search(rf'name="{name}"[^>]*value="{value}"[^>]* checked', html) is not None


async def test_what_a_form_itself_changed_counts_as_seen_when_it_is_corrected_and_sent_again(
    matching: Connected,
) -> None:
    await matching.hears_and_settles(SAM.opened)
    async with matching.browser(SAM) as browser:
        form = await opened(browser, WISHES)
        first = leads(await browser.post(WISHES, data=wishes("paid", **form)))
        assert leads(await browser.post(WISHES, data=wishes("paused", **form))) == first
        assert await wished(matching) == ["paused"]
        assert leads(await browser.post(WISHES, data=wishes("nothing", **form))) == first
    assert await wished(matching) == ["nothing"]


async def test_the_same_answers_sent_again_change_nothing_and_say_nothing_that_is_not_so(matching: Connected) -> None:
    await matching.hears_and_settles(SAM.opened)
    async with matching.browser(SAM) as browser:
        form = await opened(browser, WISHES)
        answers = await asyncio.gather(*(browser.post(WISHES, data=wishes("paid", **form)) for _ in range(8)))
        assert {led_to(answer) for answer in answers} == {"/matches/mine"}
        leads(await browser.post(WISHES, data=wishes("paused", **form)))
        late = await browser.post(WISHES, data=wishes("paid", **form))
    assert late.status_code == 409
    assert await wished(matching) == ["paused"]
    assert row(late.text, TOLD) == "No"
    assert has_typed(late.text, "active", "yes")


async def test_the_later_of_two_tabs_is_shown_both_and_decides(matching: Connected) -> None:
    await matching.hears_and_settles(SAM.opened)
    async with matching.browser(SAM) as browser:
        one, other = await opened(browser, WISHES), await opened(browser, WISHES)
        leads(await browser.post(WISHES, data=wishes("paid", **one)))
        answer = await browser.post(WISHES, data=wishes("paused", **other))
        assert answer.status_code == 409
        assert "This was changed after you opened the page" in answer.text
        assert row(answer.text, TOLD) == "Yes"
        assert row(answer.text, "Only paid roles\\?") == ""  # in which they do not differ
        assert has_typed(answer.text, "active", "no")
        assert await wished(matching) == ["paid"]
        leads(await browser.post(WISHES, data=wishes("paused", **hidden(answer.text))))
    assert await wished(matching) == ["paused"]


async def test_two_tabs_that_say_the_same_are_both_done(matching: Connected) -> None:
    await matching.hears_and_settles(SAM.opened)
    async with matching.browser(SAM) as browser:
        one, other = await opened(browser, WISHES), await opened(browser, WISHES)
        for form in (one, other):
            leads(await browser.post(WISHES, data=wishes("paid", **form)))


async def test_a_page_of_before_the_upgrade_has_seen_nothing(matching: Connected) -> None:
    await matching.hears_and_settles(SAM.opened)
    async with matching.browser(SAM) as browser:
        leads(await browser.post(WISHES, data=wishes("paid", **await opened(browser, WISHES))))
        form = await opened(browser, WISHES)
        del form["saw"]
        answer = await browser.post(WISHES, data=wishes("paused", **form))
        assert answer.status_code == 409
        assert "open for too long" in answer.text
        assert has_typed(answer.text, "active", "no")
        leads(await browser.post(WISHES, data=wishes("paused", **hidden(answer.text))))


async def test_what_a_form_saw_goes_with_it_through_an_error_and_a_sign_in(matching: Connected) -> None:
    await matching.hears_and_settles(SAM.opened)
    async with matching.browser(SAM) as browser:
        form = await opened(browser, WISHES)
        leads(await browser.post(WISHES, data=wishes("paid", **form)))
        # Back, and one answer wrong: what the form itself did is still known with its fresh key
        wrong = await browser.post(WISHES, data=wishes("nonsense", **form))
        assert wrong.status_code == 422
        leads(await browser.post(WISHES, data=wishes("paused", **hidden(wrong.text))))
        other = await opened(browser, WISHES)
        late = await browser.post(WISHES, data=wishes("nothing", **{**other, "form_key": ""}))
        assert late.status_code == 403
        leads(await browser.post(WISHES, data=wishes("nothing", **hidden(late.text))))
    assert await wished(matching) == ["nothing"]


async def test_of_two_tabs_at_the_same_instant_one_is_done_and_the_other_shown_both(matching: Connected) -> None:
    await matching.hears_and_settles(SAM.opened)
    async with matching.browser(SAM) as browser:
        for _ in range(5):
            forms = [await opened(browser, WISHES) for _ in range(2)]
            before = await wished(matching)
            modes = [mode for mode in ("paid", "paused", "nothing") if [mode] != before][:2]
            answers = await asyncio.gather(
                *(browser.post(WISHES, data=wishes(mode, **form)) for mode, form in zip(modes, forms, strict=True))
            )
            done = [mode for mode, answer in zip(modes, answers, strict=True) if answer.status_code == 303]
            assert await wished(matching) == done
            assert sorted(answer.status_code for answer in answers) == [303, 409]


async def test_other_answers_at_the_same_instant_are_one_after_the_other(matching: Connected) -> None:
    await matching.hears_and_settles(SAM.opened)
    modes = ["paid", "paused", "nothing"]
    async with matching.browser(SAM) as browser:
        form = await opened(browser, WISHES)
        answers = await asyncio.gather(*(browser.post(WISHES, data=wishes(mode, **form)) for mode in modes))
        assert {led_to(answer) for answer in answers} == {"/matches/mine"}
    assert await wished(matching) in [[mode] for mode in modes]


async def a_trainer(training: Connected) -> Person:
    trust = organisation()
    trainer = member(trust, "trainer")
    await training.hears_and_settles(*registered(trust), trainer.opened)
    return trainer


def offers(title: str, **more: str) -> dict[str, str]:
    return {"title": title, "summary": "What it is", **more}


async def made(training: Connected) -> list[str]:
    async with training.transaction(SYSTEM) as tx:
        return [row["title"] for row in await tx.fetch("select title from programme order by id")]


async def test_a_form_that_made_something_is_shown_again_filled_in_and_can_make_another(training: Connected) -> None:
    trainer = await a_trainer(training)
    async with training.browser(trainer) as browser:
        form = await opened(browser, OFFER)
        first = leads(await browser.post(OFFER, data=offers("A seat", **form)))
        assert leads(await browser.post(OFFER, data=offers("A seat", **form))) == first
        answer = await browser.post(OFFER, data=offers("A seat at the table", **form))
        assert answer.status_code == 409
        assert "You have sent this form already" in answer.text
        assert f'href="{first.partition("?")[0]}"' in answer.text
        assert 'value="A seat at the table"' in answer.text
        assert len(await made(training)) == 1
        assert hidden(answer.text)["form_key"] != form["form_key"]
        another = leads(await browser.post(OFFER, data=offers("A seat at the table", **hidden(answer.text))))
    assert another != first
    assert await made(training) == ["A seat", "A seat at the table"]


async def test_a_correction_with_a_mistake_still_says_that_something_was_made(training: Connected) -> None:
    trainer = await a_trainer(training)
    async with training.browser(trainer) as browser:
        form = await opened(browser, OFFER)
        first = leads(await browser.post(OFFER, data=offers("A seat", **form)))
        answer = await browser.post(OFFER, data=offers("", **form))
    assert answer.status_code == 422
    assert f'href="{first.partition("?")[0]}"' in answer.text


async def test_of_different_answers_at_the_same_instant_one_makes_something(training: Connected) -> None:
    trainer = await a_trainer(training)
    titles = [f"Seat {n}" for n in range(6)]
    async with training.browser(trainer) as browser:
        form = await opened(browser, OFFER)
        answers = await asyncio.gather(*(browser.post(OFFER, data=offers(title, **form)) for title in titles))
    assert sorted(answer.status_code for answer in answers) == [303, 409, 409, 409, 409, 409]
    [done] = [title for title, answer in zip(titles, answers, strict=True) if answer.status_code == 303]
    assert await made(training) == [done]
    for title, answer in zip(titles, answers, strict=True):
        assert title == done or f'value="{title}"' in answer.text


async def test_a_key_that_was_spent_on_another_form_does_nothing_and_claims_nothing(training: Connected) -> None:
    """Browsers that fill in a page again may put one form's key into another."""
    trainer = await a_trainer(training)
    async with training.browser(trainer) as browser:
        form = await opened(browser, OFFER)
        programme = UUID(leads(await browser.post(OFFER, data=offers("A seat", **form))).split("/")[-1].split("?")[0])
        answer = await browser.post(f"/training/for/RX2/{programme}/withdraw", data=form)
        assert answer.status_code == 403
        assert len(await training.said()) == 1
        leads(await browser.post(f"/training/for/RX2/{programme}/withdraw", data=hidden(answer.text)))
    assert [name for name, _ in await training.said()] == ["ProgrammeOffered", "ProgrammeWithdrawn"]


async def test_what_the_api_changes_at_the_same_instant_is_not_overwritten(matching: Connected) -> None:
    """The form waits for whoever changes the same thing in another way, and then sees it."""
    await matching.hears_and_settles(SAM.opened)
    async with matching.browser(SAM) as browser:
        leads(await browser.post(WISHES, data=wishes("paid", **await opened(browser, WISHES))))
        form = await opened(browser, WISHES)
        async with matching.transaction(SAM.acting()) as tx:
            await fitting.subscribe(tx, Subscription(active=False))
            sending = asyncio.create_task(browser.post(WISHES, data=wishes("paused", **form)))
            await until_a_lock_is_waited_for(matching.app.settings)
        answer = await sending
    assert answer.status_code == 409
    assert await wished(matching) == ["nothing"]
