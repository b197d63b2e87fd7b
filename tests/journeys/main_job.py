"""The main job as people do it in a browser: each step another person, each in a browser of their own."""

import asyncio
import secrets
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from playwright.async_api import Browser

from services.chassis.base.access import LONDON
from tests.journeys.network import Network
from tests.journeys.visitor import Visitor, visiting

NETWORK = "Downland and Coast patient leadership network"
TRUST, BOARD = "Downland Hospitals NHS Trust", "Downland and Coast Integrated Care Board"
SOON, LATER = timedelta(seconds=10), timedelta(seconds=20)
"""How long after it is entered a session starts, so that there is time to take a place in it: with axe more."""


@dataclass(frozen=True)
class Cast:
    """An organisation with its people and rate, and the training that another organisation runs."""

    ods: str
    organisation: str
    coordinator: str
    approver: str
    finance: str
    rate: str
    pay: str
    training: str
    trainer: str
    trains: str

    @property
    def amount(self) -> str:
        return self.pay.split()[0]


AT_THE_TRUST = Cast(
    ods="RZ9",
    organisation=TRUST,
    coordinator="Cora",
    approver="Amir",
    finance="Fay",
    rate="Involvement half day",
    pay="£75 for this meeting",
    training="Foundations of patient leadership",
    trainer="Lou",
    trains="Living Well Together",
)
AT_THE_BOARD = Cast(
    ods="Z8X7Y",
    organisation=BOARD,
    coordinator="Imani",
    approver="Bo",
    finance="Finn",
    rate="Committee session",
    pay="£150 for this meeting",
    training="Being on a committee",
    trainer="Cora",
    trains=TRUST,
)


class MainJob:
    """What one step hands to the next: who is signed in where, and what was read on the way."""

    def __init__(self, network: Network, browser: Browser, *, called: str, cast: Cast, scripts: bool) -> None:
        self.network, self._browser, self._scripts = network, browser, scripts
        self._soon = LATER if scripts else SOON
        self.called, self.cast, tag = called, cast, secrets.token_hex(3)
        self.email, self.title = f"{called.lower()}.{tag}@people.example", f"Pain letters partner {tag}"
        self.changed = f"The first letter is one page now ({tag})."
        self._people = AsyncExitStack()

    async def __aenter__(self) -> "MainJob":
        self.visitor, self.person = await self.anybody(), await self.anybody()
        self.trainer = await self.staff(self.cast.trainer, self.cast.trains)
        self.coordinator = await self.staff(self.cast.coordinator, self.cast.organisation)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._people.aclose()

    async def anybody(self) -> Visitor:
        return await self._people.enter_async_context(visiting(self._browser, self.network, scripts=self._scripts))

    async def staff(self, called: str, organisation: str) -> Visitor:
        """Signed in on the demo's page, and at the home page of their organisation."""
        one = await self.anybody()
        await one.open("/sign-in?to=/home")
        await one.press("link", "choose somebody to try it as")
        await one.press("button", f"Sign in as {called} of {organisation}")
        await one.open("/home")  # some of them begin on a page of their own
        await one.press("link", organisation)
        return one

    async def mail(self, having: str) -> str:
        """The newest e-mail to the new person that has these words."""
        return await asyncio.to_thread(self.network.mailbox.wait_for, self.email, having)

    async def post_opportunity(self) -> None:
        one = self.coordinator
        await one.press("link", "Opportunities")
        await one.press("button", "Post an opportunity")
        await one.press("link", "Fill it in yourself")
        await one.press("link", "The role")
        role = "Read the first letter that people with long-term pain get from us, and help us write it."
        await one.fill({"title": self.title, "summary": role})
        await one.choose("role_type", "Reviewer of documents")
        await one.choose("strand", "Making a service better")
        await one.answer("Kind of role", "Improving")
        await one.press("button", "Save and continue")
        await one.sees("Why, and what will change")
        await one.fill({"purpose": "Only people who get it know.", "what_will_change": "The letter is written again."})
        await one.answer("How much say do people have?", "We work it out together")
        await one.answer("Where in the work is it?", "Planning together how it is done")
        await one.press("button", "Save and come back later")
        await one.sees("Saved. You can come back to it until")
        await one.press("link", "Who you look for, and what is there for them")
        await one.answer("What experience do people need?", "No experience needed")
        await one.answer("What is there for people?", "Captions")
        await one.answer("Training people need to have done", self.cast.training)
        await one.fill({"support": "Cora rings you before the meeting and after it."})
        await one.press("button", "Save and continue")
        await one.answer("How do you choose?", "We read what people write")
        await one.press("button", "Save and continue")
        await one.fill({"places": "2", "status_by": "Payroll team", **day("status_on", datetime.now(UTC))})
        await one.answer("What do you pay?", self.cast.rate)
        await one.answer("Which expenses do you pay?", "Phone and internet")
        await one.answer("For tax: what was decided?", "Not employed: an involvement payment")
        await one.choose("status_tool", "Our own policy")
        await one.press("button", "Save and continue")
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        hears = day("decide_by", tomorrow + timedelta(days=2)) | day("feedback_by", tomorrow + timedelta(days=30))
        await one.fill({**day("apply_by", tomorrow), **hears})
        await one.press("button", "Save and continue")
        await one.sees("Who people can ask")
        await one.press("button", "Save and continue")
        await one.answer("How do people take part?", "Online or by phone")
        await one.fill({"time_commitment": "2 hours and half an hour to read", "session_hours": "2"})
        starts = datetime.now(UTC) + timedelta(days=7)
        await one.fill({**day("session_at", starts), "session_time": clock(starts)})
        await one.press("button", "Save and continue")
        await one.sees("Check your answers", self.title, self.cast.rate)
        await one.press("button", "Post it on the feed")

    async def bring_the_session_forward(self) -> None:
        """What has begun fits nobody any more, so it is in a week until somebody has a place."""
        one, starts = self.coordinator, datetime.now(UTC) + SOON
        await one.open(f"/home/for/{self.cast.ods}")
        await one.press("link", "Opportunities")
        await one.press("link", self.title)
        await one.press("link", "Change the session on", exact=False)
        await one.fill({**day("starts_at", starts), "starts_time": clock(starts)})
        await one.answer("Why does it change?", "Another day suits more people")
        await one.press("button", "Save")
        await one.press("link", "See who showed interest, and choose")

    async def make_an_account(self) -> None:
        one = self.person
        await one.open("/join")
        await one.press("link", "make an account by e-mail")
        await one.fill({"called": self.called, "email": self.email})
        await one.press("button", "Send me a link")
        await one.sees("We have sent you a link")
        link = urlsplit(
            next(word for word in (await self.mail("Make your account")).split() if word.startswith("http"))
        )
        await one.open(f"{link.path}?{link.query}")
        await one.press("button", "Make my account")
        await one.sees(self.email)
        await one.press("button", "Use this e-mail address")

    async def apply(self) -> None:
        one = self.person
        await one.press("link", "Your name")
        await one.fill({"full_name": f"{self.called} Example"})
        await one.press("button", "Save and continue")
        await one.fill({"why": "I have lived with pain for ten years."})
        await one.press("button", "Save and continue")
        await one.answer("", "Yes, I agree to the code of conduct")
        await one.answer("", "Yes, you may keep this about me")
        await one.press("button", "Save and continue")
        await one.sees("Check your answers", f"{self.called} Example")
        await one.press("button", "Send it")
        self.reference = await one.fact("Reference")

    async def screen(self) -> None:
        one = await self.staff("Sal", NETWORK)
        await one.press("link", "Applications to join")
        await one.wait_for(self.reference)
        await one.press("link", f"{self.called}, {self.reference}")
        await one.press("button", f"Yes, they join {self.called}")
        await one.sees("Your answer is kept. You can undo it until")
        await one.press("button", f"Tell them now {self.called}")
        await one.sees("The person is being told.")

    async def say_what_would_fit(self) -> None:
        one = self.person
        await one.press("link", "say what would fit you")
        await one.answer("What kind of work?", "Making a service better")
        await one.answer("How can you take part?", "Online or by phone")
        await one.answer("What do you know about from life?", "Long-term pain")
        await one.answer("May we keep these two answers?", "Yes")
        await one.press("button", "Save")
        await one.sees("Saved.")
        await one.open("/home")
        await one.press("link", "Opportunities that fit you")
        await one.press("link", "Say what you want to be told of")
        await one.answer("Only paid roles?", "Yes")
        await one.answer("Tell me about new opportunities?", "Yes")
        await one.press("button", "Save")

    async def train(self) -> None:
        trainer, one = self.trainer, self.person
        await one.open("/training")
        await one.press("link", self.cast.training)
        await trainer.press("link", "Training")
        await trainer.press("link", self.cast.training)
        await trainer.press("button", "Add a session")
        await trainer.answer("How do people take part?", "Online or by phone")
        starts = datetime.now(UTC) + self._soon
        await trainer.fill({**day("starts_at", starts), "starts_time": clock(starts), "hours": "1", "places": "5"})
        await trainer.press("button", "Add it")
        await one.page.reload()
        await one.press("button", "Take a place", exact=False)
        await one.sees(self.cast.training, "You have a place")
        await trainer.wait_for("Record who came")
        await trainer.press("link", "Record who came", exact=False)
        await trainer.answer(self.called, "Came")
        await trainer.press("button", "Save who came")
        await trainer.sees("Everybody who came has completed the training.")

    async def show_interest(self) -> None:
        one = self.person
        await one.press("button", "Show interest")
        await one.fill({"why": "I know these letters.", "needs": "A break each hour."})
        await one.press("button", "Show interest")

    async def pay(self) -> None:
        one = await self.staff(self.cast.finance, self.cast.organisation)
        await one.press("link", "Payments and rates")
        await one.wait_for(self.called)
        await one.press("button", "Pay ", exact=False)
        await one.sees("Sum £0")
        file = one.page.get_by_role("button", name="Download the file for payroll")
        got = await one.page.context.request.get(self.network.base_url + str(await file.get_attribute("href")))
        assert got.headers["content-type"].startswith("text/csv")
        assert f"{self.called} Example" in await got.text()


def day(name: str, moment: datetime) -> dict[str, str]:
    """The three boxes of a date, as people in England write it."""
    at = moment.astimezone(LONDON)
    return {f"{name}_day": str(at.day), f"{name}_month": str(at.month), f"{name}_year": str(at.year)}


def clock(moment: datetime) -> str:
    return moment.astimezone(LONDON).strftime("%H:%M:%S")
