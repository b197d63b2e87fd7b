"""One opportunity from post to payment, through pages in Chromium: with scripts and axe on each page, and without."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from tests.journeys.main_job import AT_THE_BOARD, AT_THE_TRUST, MainJob
from tests.journeys.network import Network

pytestmark = pytest.mark.timeout(400)

Going = dict[bool, "asyncio.Task[None]"]


@pytest.fixture(scope="module")
async def going(network: Network, browser: Browser) -> AsyncIterator[Going]:
    """Both journeys, side by side: each waits now and then for a session to begin."""
    with_scripts = MainJob(network, browser, called="Ottilie", cast=AT_THE_TRUST, scripts=True)
    without = MainJob(network, browser, called="Casimir", cast=AT_THE_BOARD, scripts=False)
    tasks = {True: asyncio.create_task(go(with_scripts)), False: asyncio.create_task(go(without))}
    yield tasks
    for task in tasks.values():
        task.cancel()
    await asyncio.gather(*tasks.values(), return_exceptions=True)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_a_newcomer_finds_a_role_takes_part_is_paid_and_told_what_changed(going: Going, *, scripts: bool) -> None:
    await going[scripts]


async def go(job: MainJob) -> None:
    async with job:
        await an_opportunity_is_on_the_feed_for_everyone(job)
        await a_newcomer_joins_the_pool(job)
        await they_are_trained_and_matched(job)
        await they_are_offered_a_place_and_take_it(job)
        await they_came_so_the_claim_is_there(job)
        await they_are_paid(job)
        await they_are_told_what_changed(job)


async def an_opportunity_is_on_the_feed_for_everyone(job: MainJob) -> None:
    # Given a coordinator of a trust, when she posts an opportunity
    await job.post_opportunity()
    await job.coordinator.sees("It is on the common feed now.")
    # Then somebody who is not signed in finds it, with its pay, and sees what will change
    await job.visitor.open("/")
    await job.visitor.fill({"words": job.title.upper()})
    await job.visitor.press("button", "Search the open roles")
    await job.visitor.press("link", job.title)
    await job.visitor.sees(job.cast.organisation, job.cast.pay, "The letter is written again.")


async def a_newcomer_joins_the_pool(job: MainJob) -> None:
    # Given somebody who has just made an account, when they apply and the network's screener approves
    await job.make_an_account()
    await job.apply()
    await job.person.sees("We have it. You get an answer by")
    await job.screen()
    # Then they are told, and are in the pool
    await job.mail("pool")
    await job.person.open("/join/mine")
    await job.person.wait_for("You are in the pool.")


async def they_are_trained_and_matched(job: MainJob) -> None:
    # Given what they would like to do, when they complete a training session that a charity runs
    await job.say_what_would_fit()
    await job.train()
    # Then the opportunity is matched with them, with reasons, and they get a message
    await job.person.open("/matches/mine")
    await job.person.wait_for(f"{job.title} We told you of it")
    await job.person.press("link", job.title)
    await job.person.sees(
        "You asked for this kind of work", "You completed the training it asks for", "this one is paid"
    )
    await job.mail(job.title)


async def they_are_offered_a_place_and_take_it(job: MainJob) -> None:
    # Given their interest, when the coordinator offers a place
    await job.show_interest()
    await job.person.sees("The organisation has your words.")
    await job.coordinator.open(f"/home/for/{job.cast.ods}")
    await job.coordinator.wait_for(f"Answer somebody who showed interest: {job.called}, {job.title}")
    await job.coordinator.press("link", f"Answer somebody who showed interest: {job.called}, {job.title}")
    await job.coordinator.press("link", f"Offer a place to {job.called}", exact=False)
    await job.coordinator.press("button", "Offer the place")
    await job.coordinator.sees("The place is offered.")
    # Then it waits on their home page with its pay, and they say yes
    await job.person.open("/home")
    await job.person.wait_for(f"Say yes or no to a place you were offered: {job.title}")
    await job.person.press("link", f"Say yes or no to a place you were offered: {job.title}", exact=False)
    await job.person.sees(job.cast.amount, "If you get benefits")
    await job.person.press("button", "Yes, I take the place")
    await job.person.sees("You have a place.")


async def they_came_so_the_claim_is_there(job: MainJob) -> None:
    await job.bring_the_session_forward()
    # Given that the session has begun, when the coordinator records who came
    await job.coordinator.wait_for("Record who came")
    await job.coordinator.press("link", "Record who came", exact=False)
    await job.coordinator.answer(job.called, "Came")
    await job.coordinator.press("button", "Save who came")
    # Then their claim is there, filled in, and waits for their bank details; they give them and send it
    await job.person.open("/home")
    await job.person.wait_for("Give your bank details so that you can be paid")
    await job.person.press("link", "Give your bank details so that you can be paid", exact=False)
    details = {"payee_name": f"{job.called} Example", "sort_code": "08-99-99", "account_number": "66374958"}
    await job.person.fill(details)
    await job.person.press("button", "Save")
    await job.person.sees("Your bank details are saved.", job.cast.amount)
    await job.person.press("link", job.title)
    await job.person.press("button", "Send this claim")
    await job.person.sees("Your claim is sent.")


async def they_are_paid(job: MainJob) -> None:
    # Given the claim, when an approver approves it and finance makes a payment run
    approver = await job.staff(job.cast.approver, job.cast.organisation)
    await approver.press("link", "Claims")
    await approver.wait_for(f"{job.called}: {job.title}")
    await approver.press("link", f"{job.called}: {job.title}")
    await approver.press("button", "Approve this claim")
    await approver.sees("Approved")
    await job.pay()
    # Then they see it paid, with the days it took
    await job.person.wait_for("Your pay went to payroll on")
    await job.person.sees("after the session")
    await job.mail("has gone to payroll")


async def they_are_told_what_changed(job: MainJob) -> None:
    # When the coordinator says what changed
    await job.coordinator.open(f"/home/for/{job.cast.ods}")
    await job.coordinator.press("link", "Opportunities")
    await job.coordinator.press("link", job.title)
    await job.coordinator.press("link", "See who showed interest, and choose")
    await job.coordinator.press("link", "Tell people what changed", exact=False)
    await job.coordinator.fill({"what_changed": job.changed})
    await job.coordinator.press("button", "Tell people")
    # Then the person is told, and everybody can read it
    await job.mail(job.changed)
    await job.person.open("/home")
    await job.person.press("link", "Your roles")
    await job.person.wait_for("Done: read what changed")
    await job.person.press("link", job.title)
    await job.person.sees(job.changed)
    await job.visitor.open("/impact")
    await job.visitor.sees(job.changed)
