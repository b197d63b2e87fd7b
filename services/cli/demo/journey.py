"""The main job, one opportunity from post to payment, each step by another person, over HTTP with fresh people."""

import secrets
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from services.cli.clients.caller import Caller, Mailbox, RequestRefused, until_accepted
from services.cli.demo.postings import said_of
from services.cli.demo.role import TRUST, Ring, Role, moment_in
from services.cli.demo.story import AS_SHOWN, Step, Words, must
from services.cli.demo.talking import Talking

TRAINS, OTHER = "8ZZ83", "Kim"
STARTS_IN = timedelta(seconds=15)
"""How long after posting the session starts: long enough for a person to join, train and be chosen."""


class Journey:
    """Holds what one step hands to the next: callers, ids, what was read on the way."""

    def __init__(self, base_url: str, mailbox_url: str, words: Words = AS_SHOWN, *, ring: Ring | None = None) -> None:
        self.base_url, self._mailbox, self._words = base_url, Mailbox(mailbox_url), words
        self._tag = secrets.token_hex(3)
        self.called, self._email = words.called, f"robin.{self._tag}@people.example"
        self.person = Caller(base_url, who=f"{self.called} (new)")
        self.title = f"{words.role} {self._tag}"
        self.code = f"tour_{self._tag}"
        self.found: dict[str, str] = {}
        self._role = Role(self.found, ring)
        self._talking = Talking(self.found, words, self._mailbox, self._email)
        self.days_to_pay: int | None = None

    def somebody(self) -> Caller:
        return Caller(self.base_url)

    def staff(self, email: str) -> Caller:
        return Caller(self.base_url).sign_in(email)

    def steps(self) -> Iterator[Step]:
        """In order; each is made when the one before is done."""
        coordinator, trainer = self.staff("cora@downland.example"), self.staff("lou@livingwell.example")
        screener, approver = self.staff("sal@network.example"), self.staff("amir@downland.example")
        finance, visitor = self.staff("fay@downland.example"), Caller(self.base_url)
        person, other, role = self.person, self.somebody(), self._role
        yield Step("Find the organisation by its ODS code", "anyone", lambda: self._find(visitor), [visitor])
        yield Step("Offer training", trainer.who, lambda: self._offer_training(trainer), [trainer])
        yield Step("Post an opportunity", coordinator.who, lambda: self._post(coordinator), [coordinator])
        yield Step("Add two more sessions", coordinator.who, lambda: role.add_sessions(coordinator), [coordinator])
        yield Step("See it on the feed without signing in", "anyone", lambda: self._see(visitor), [visitor])
        yield Step("Make an account by e-mail", person.who, self._make_account, [person])
        yield Step("Apply through the gateway", self.called, self._apply, [person])
        yield Step("Screen and approve", screener.who, lambda: self._approve(screener), [screener])
        yield Step("Say what would fit, and subscribe", self.called, self._subscribe, [person])
        yield Step("Book a training session", self.called, self._enrol, [person])
        yield Step("Record who came to the training", trainer.who, lambda: self._train(trainer), [trainer])
        yield Step("Be matched, with reasons", self.called, self._matched, [])
        yield Step("Get the message by e-mail", self.called, self._told_of_match, [])
        yield Step("Show interest", self.called, self._interest, [person])
        yield Step("Join too, and show interest", OTHER, lambda: self._other(other, screener), [other, screener])
        yield Step(
            f"Offer {OTHER} the only place",
            coordinator.who,
            lambda: role.give(coordinator, other),
            [coordinator, other],
        )
        yield Step(
            f"Put {self.called} on the reserve list", coordinator.who, lambda: role.reserve(coordinator), [coordinator]
        )
        yield Step("Give the place back", OTHER, lambda: role.give_back(other), [other])
        yield Step("Offer a place with pay", coordinator.who, lambda: role.move_up(coordinator), [coordinator])
        yield from self._talking.steps(person, coordinator)
        yield Step("Accept the place", self.called, lambda: role.accept(person), [person])
        yield Step("Move one session, cancel one", coordinator.who, lambda: role.change(coordinator), [coordinator])
        yield Step("Be told of both by e-mail", self.called, self._told_of_change, [])
        if reminded := role.reminds(person, self._mailbox, self._email):
            yield Step(reminded.words, self.called, reminded.see, [])
        yield Step("Record who came", coordinator.who, lambda: self._attend(coordinator), [coordinator])
        yield Step("Find the claim filled in, waiting for bank details", self.called, self._claim_waits, [])
        yield Step("Give bank details", self.called, self._details, [person])
        yield Step("Send the claim", self.called, self._send_claim, [person])
        yield Step("Approve the claim", approver.who, lambda: self._approve_claim(approver), [approver])
        yield Step("Make the payment run", finance.who, lambda: self._pay(finance), [finance])
        yield Step("See it paid", self.called, self._paid, [])
        yield Step("Cancel what is left", coordinator.who, lambda: role.cancel_rest(coordinator), [coordinator])
        yield Step("Say what changed", coordinator.who, lambda: self._outcome(coordinator), [coordinator])
        yield Step("Be told what changed", self.called, self._told, [])

    def _find(self, visitor: Caller) -> None:
        shown = visitor.get("identity", f"/organisations/{TRUST}")
        must(TRUST in str(shown), "the organisation is not found by its code")

    def _offer_training(self, trainer: Caller) -> None:
        title = f"{self._words.training} {self._tag}"
        draft = {"title": title, "summary": self._words.learned, "credential": self.code}
        programme = trainer.post("training", f"/organisations/{TRAINS}/programmes", draft)["id"]
        session = {"starts_at": moment_in(timedelta(seconds=8)), "hours": 1, "mode": "remote", "places": 5}
        made = trainer.post("training", f"/organisations/{TRAINS}/programmes/{programme}/sessions", session)
        self.found["training_session"] = made["id"]
        self._training_starts = time.monotonic() + 8

    def _post(self, coordinator: Caller) -> None:
        cards = coordinator.get("payments", f"/organisations/{TRUST}/rate-cards")["rate_cards"]
        card = next(card for card in cards if card["unit"] == "half_day")
        self.amount_pence = int(card["amount_pence"])
        self._starts = time.monotonic() + STARTS_IN.total_seconds()
        now = datetime.now(UTC)
        draft = {
            "title": self.title,
            "summary": self._words.summary,
            "what_will_change": self._words.will_change,
            "strand": "service_improvement",
            "rung": "improvement",
            "mode": "remote",
            "time_commitment": "3 hours and 1 hour to read",
            "expertise_level": "none",
            "places": 1,
            "pay": card["id"],
            "access": ["captions"],
            "training": [self.code],
            "session_at": (now + STARTS_IN).isoformat(),
            "session_hours": 3,
            "apply_by": (now + timedelta(hours=1)).isoformat(),
            "decide_by": (now + timedelta(hours=2)).isoformat(),
            "feedback_by": (now + timedelta(days=30)).isoformat(),
        }
        draft |= said_of(draft, paid=True, decided_on=now.date().isoformat())
        path = f"/organisations/{TRUST}/opportunities"
        self.found["opportunity"] = coordinator.post("matching", path, draft)["id"]

    def _told_of_change(self) -> None:
        self._mailbox.wait_for(self._email, "A meeting has changed")
        self._mailbox.wait_for(self._email, "Cancelled: the meeting")

    def _see(self, visitor: Caller) -> None:
        must(self.title in visitor.page(f"/opportunities?words={self._tag}"), "it is not on the feed's page")
        feed = visitor.get("matching", f"/opportunities?words={self._tag}")["opportunities"]
        must(self.title in [one["title"] for one in feed], "it is not in the feed")

    def _make_account(self) -> None:
        person = self.person
        page = person.page("/sign-in/new?to=/join/apply")
        person.send_form(page, "/sign-in/new", {"called": self.called, "email": self._email})
        mail = self._mailbox.wait_for(self._email, "Make your account")
        link = urlsplit(next(word for word in mail.split() if word.startswith("http")))
        page = person.page(f"{link.path}?{link.query}")
        page = person.send_form(page, "/sign-in/link", {})
        person.send_form(page, "/messages/mine", {})
        person.take_cookie()
        person.who = self.called

    def _apply(self) -> None:
        self.found["application"] = self._applies(self.person, self._words.full_name)

    def _applies(self, person: Caller, full_name: str) -> str:
        """The id of the application."""
        editions = {name: policy["version"] for name, policy in person.get("recruitment", "/policies").items()}
        words = {"full_name": full_name, "why": self._words.brings_them}
        agreed = {"code_of_conduct": editions["code_of_conduct"], "data_notice": editions["data_notice"]}
        return person.post_until_accepted("recruitment", "/mine/application", words | agreed)["id"]

    def _approve(self, screener: Caller) -> None:
        path = f"/organisations/QZN/applications/{self.found['application']}/approve"
        screener.post_until_accepted("recruitment", path, {"tell_now": True})

    def _subscribe(self) -> None:
        self.person.put("recruitment", "/mine/profile", {"strands": ["service_improvement"], "modes": ["remote"]})
        wanted = {"strands": ["service_improvement"], "modes": ["remote"], "paid_only": True, "active": True}
        self.person.put("matching", "/mine/subscription", wanted)

    def _enrol(self) -> None:
        body = {"session_id": self.found["training_session"]}
        self.person.post_until_accepted("training", "/mine/enrolments", body)

    def _train(self, trainer: Caller) -> None:
        _wait_until(self._training_starts)
        path = f"/organisations/{TRAINS}/sessions/{self.found['training_session']}/attendance"
        body = {"attended": [self.person.account_id], "absent": []}
        trainer.post_until_accepted("training", path, body)

    def _matched(self) -> None:
        def mine() -> dict[str, Any]:
            found = self.person.get("matching", "/mine/matches")["matches"]
            return next(match for match in found if match["opportunity_id"] == self.found["opportunity"])

        must(len(until_accepted(mine)["reasons"]) >= 3, "the match does not say why")

    def _told_of_match(self) -> None:
        self._mailbox.wait_for(self._email, self.title)

    def _interest(self) -> None:
        self.found["engagement"] = self._role.shown_interest(self.person, self._words.interest)

    def _other(self, other: Caller, screener: Caller) -> None:
        email = f"{OTHER.lower()}.{self._tag}@people.example"
        other.take_token(other.post("identity", "/demo/accounts", {"called": OTHER, "email": email}))
        sent = self._applies(other, f"{OTHER} Example")
        path = f"/organisations/QZN/applications/{sent}/approve"
        screener.post_until_accepted("recruitment", path, {"tell_now": True})
        self.found["other"] = self._role.shown_interest(other, self._words.interest)

    def _attend(self, coordinator: Caller) -> None:
        _wait_until(self._starts)
        intake = f"/organisations/{TRUST}/intakes/{self.found['opportunity']}"
        session = coordinator.get("engagements", intake)["sessions"][0]["id"]
        body = {"attended": [self.found["engagement"]], "absent": []}
        coordinator.post_until_accepted("engagements", f"{intake}/sessions/{session}/attendance", body)

    def _claim(self, *statuses: str) -> dict[str, Any]:
        def mine() -> dict[str, Any]:
            claims = self.person.get("payments", "/mine/claims")["claims"]
            return next(claim for claim in claims if claim["status"] in statuses)

        return until_accepted(mine)

    def _claim_waits(self) -> None:
        claim = self._claim("needs_details")
        self.found["claim"] = claim["id"]
        must(claim["amount_pence"] == self.amount_pence, f"the claim is for {claim['amount_pence']} pence")

    def _details(self) -> None:
        details = {"payee_name": "R Example", "sort_code": "08-99-99", "account_number": "66374958"}
        self.person.put("payments", "/mine/payee-details", details)
        self._claim("ready")

    def _send_claim(self) -> None:
        self.person.post("payments", f"/mine/claims/{self.found['claim']}/send")

    def _approve_claim(self, approver: Caller) -> None:
        self.must_refuse(lambda: self.person.post("payments", self._ours("approve")), "the claimant could approve")
        approver.post("payments", self._ours("approve"))

    def _ours(self, what: str) -> str:
        return f"/organisations/{TRUST}/claims/{self.found['claim']}/{what}"

    def _pay(self, finance: Caller) -> None:
        run = finance.post("payments", f"/organisations/{TRUST}/runs")
        path = f"/organisations/{TRUST}/runs/{run['id']}"
        shown = finance.get("payments", path)
        must(shown["ledger_sum_pence"] == 0, "the ledger does not come to zero")
        file = finance.text("payments", f"{path}/payroll.csv")
        must(self.found["claim"] in file, "the claim is not in the payroll file")
        must(file == finance.text("payments", f"{path}/payroll.csv"), "the file changed")

    def _paid(self) -> None:
        claim = self._claim("paid")
        self.days_to_pay = claim["days_to_pay"]
        must(self.days_to_pay is not None, "the days it took are not shown")
        self._mailbox.wait_for(self._email, "has gone to payroll")

    def _outcome(self, coordinator: Caller) -> None:
        path = f"/organisations/{TRUST}/intakes/{self.found['opportunity']}/outcome"
        coordinator.post_until_accepted("engagements", path, {"what_changed": f"{self._words.changed} ({self._tag})."})

    def _told(self) -> None:
        self._mailbox.wait_for(self._email, f"{self._words.changed} ({self._tag}).")
        must(self._tag in self.person.page("/impact"), "what changed is not on the public page")

    def must_refuse(self, act: Callable[[], Any], words: str) -> None:
        try:
            act()
        except RequestRefused:
            return
        raise AssertionError(words)


def _wait_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()) + 0.1)
