"""Loads the demo region over the network's own API, beside its history. Safe to repeat: each step has its own key."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from services.chassis.base.settings import Settings
from services.cli.clients.caller import Caller, RequestRefused, until_accepted
from services.cli.demo.counted import count
from services.cli.demo.fitting import OWN_WORDS, more_of, needs_of
from services.cli.demo.postings import EXPENSES_ONLY, said_of
from services.cli.demo.region import in_role, lived_before, region
from services.cli.demo.wishes import wish


class Loader:
    """Loads it into one network. What is sent depends on the day of the first try, so that a repeat sends the same."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._settings = Settings.from_environment(environment)
        self._base = environment["PLN_BASE_URL"]
        self._region = region()
        self._note = Path(environment["PLN_STATE_DIR"]) / "demo.json"
        self._signed_in: dict[str, Caller] = {}
        self._desks: dict[tuple[str, str], str] = {}
        self._day = self._first_day()

    def load(self) -> bool:
        """Returns False when it was all there already. Raises Trouble when the network refuses a step."""
        if self._noted().get("done"):
            return False
        self._network()
        for organisation in self._region["organisations"]:
            self._organisation(organisation)
        self._staff(self._region["network"]["ods_code"], self._region["network_staff"])
        for organisation in self._region["organisations"]:
            self._rates(organisation)
        for programme in self._region["programmes"]:
            self._programme(programme)
        for opportunity in self._region["opportunities"]:
            self._opportunity(opportunity)
        for job in self._region["jobs"]:
            self._job(job)
        self._beginnings()
        for number, person in enumerate(self._region["people"]):
            self._person(number, person)
        self._choosing(self._region["choosing"])
        for called, told in self._region["wishes"].items():
            wish(self._as(f"{called.lower()}@people.example"), called, told)
        for called, phone in self._region["numbers"].items():
            self._as(f"{called.lower()}@people.example").put("notifications", "/mine/day-number", {"phone": phone})
        counted = self._region["counted"]
        count(self._staff_of(self._named(counted["by"]), "coordinator"), counted)
        self._close()
        self._note.write_text(json.dumps({"day": self._day.isoformat(), "done": True}))
        return True

    def _noted(self) -> dict[str, Any]:
        return json.loads(self._note.read_text()) if self._note.exists() else {}

    def _first_day(self) -> datetime:
        noted = self._noted().get("day")
        day = datetime.fromisoformat(noted) if noted else datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        if not noted:
            self._note.write_text(json.dumps({"day": day.isoformat(), "done": False}))
        return day

    def _as(self, email: str) -> Caller:
        if email not in self._signed_in:
            self._signed_in[email] = Caller(self._base).sign_in(email)
        return self._signed_in[email]

    def _network(self) -> None:
        network = self._region["network"]
        first = Caller(self._base, token=self._settings.secret("bootstrap").hex())
        body = {"network_name": network["name"], "ods_code": network["ods_code"]}
        admin = {"admin_called": network["admin"]["called"], "admin_email": network["admin"]["email"]}
        try:
            first.post("identity", "/bootstrap", body | admin, key="demo-network")
        except RequestRefused as refused:
            if refused.status != 409:  # there already
                raise

    def _organisation(self, organisation: Mapping[str, Any]) -> None:
        network, code = self._region["network"], organisation["ods_code"]
        body = {name: _plain(organisation[name]) for name in ("ods_code", "name", "kind", "valid_from")}
        admin = self._as(network["admin"]["email"])
        path = f"/organisations/{network['ods_code']}/organisations"
        if not is_there(lambda: admin.get("identity", f"/organisations/{code}")):
            admin.post_until_accepted("identity", path, body, key=f"demo-organisation-{code}")
        self._staff(code, organisation["staff"])
        for what in ("desks", "venues"):
            for one in organisation.get(what, ()):
                path, key = f"/organisations/{code}/{what}", f"demo-{what}-{code}-{one['name']}"
                made = admin.post_until_accepted("identity", path, self._kept(code, one), key=key)
                self._desks[code, one["name"]] = made["id"]

    def _kept(self, code: str, told: Mapping[str, Any]) -> dict[str, Any]:
        """A desk names one that is told before it as its deputy, and is away for so many days from today."""
        body = {name: value for name, value in told.items() if name not in ("deputy", "away_days")}
        if deputy := told.get("deputy"):
            body["deputy_id"] = self._desks[code, deputy]
        return body | ({"out_until": self._in(told["away_days"], hour=9)[:10]} if "away_days" in told else {})

    def _staff(self, code: str, people: Sequence[Mapping[str, Any]]) -> None:
        admin = self._as(self._region["network"]["admin"]["email"])
        for one in people:
            path, key = f"/organisations/{code}/staff", f"demo-staff-{code}-{one['email']}"
            if not is_there(partial(Caller(self._base).demo_token, one["email"])):
                invited = admin.post_until_accepted("identity", path, dict(one), key=key)
                newcomer = Caller(self._base)
                newcomer.take_token(
                    newcomer.post("identity", "/demo/accounts", {"called": one["called"], "email": one["email"]})
                )
                yes = f"/mine/invitations/{invited['invitation_id']}/accept"
                newcomer.post_until_accepted("identity", yes, key=f"{key}-yes")

    def _rates(self, organisation: Mapping[str, Any]) -> None:
        for rate in organisation["rates"]:
            finance = self._staff_of(organisation, "finance")
            body = {**rate, "valid_from": self._day.date().isoformat()}
            path = f"/organisations/{organisation['ods_code']}/rate-cards"
            known = until_accepted(partial(finance.get, "payments", path))["rate_cards"]
            if rate["title"] not in {card["title"] for card in known}:
                finance.post_until_accepted("payments", path, body, key=f"demo-rate-{rate['title']}")

    def _programme(self, programme: Mapping[str, Any]) -> None:
        trainer = self._staff_of(self._named(programme["by"]), "trainer")
        body = {k: programme[k] for k in ("title", "summary", "credential", "lasts_months") if k in programme}
        base, code = f"/organisations/{programme['by']}/programmes", programme["credential"]
        known = until_accepted(partial(trainer.get, "training", base))["programmes"]
        if any(one["credential"] == code and len(one["sessions"]) >= len(programme["sessions"]) for one in known):
            return
        made = trainer.post_until_accepted("training", base, body, key=f"demo-programme-{code}")
        for number, session in enumerate(programme["sessions"]):
            when = {"starts_at": self._in(session["days"], hour=10)}
            sent = {name: session[name] for name in ("hours", "mode", "place", "places")} | when
            trainer.post("training", f"{base}/{made['id']}/sessions", sent, key=f"demo-session-{code}-{number}")

    def _opportunity(self, o: Mapping[str, Any]) -> None:
        coordinator = self._staff_of(self._named(o["by"]), "coordinator")
        where: dict[str, str] = {} if o["mode"] == "remote" else self._region["places"][o["by"]]
        body = where | {
            "title": o["title"],
            "summary": o["summary"],
            "what_will_change": o["change"],
            "strand": o["strand"],
            "rung": o["rung"],
            "mode": o["mode"],
            "time_commitment": o["time"],
            "bring": o.get("bring", ""),
            "expertise_level": o["expertise"],
            "places": o["places"],
            "access": ["step_free", "captions", "large_print", "breaks", "easy_read"],
            "lived_experience": o["lived"],
            "languages": o.get("languages", []),
            "training": o.get("training", []),
            "criteria": o.get("criteria", []),
            "names_hidden": o.get("names_hidden", False),
            "desk_id": self._desks.get((o["by"], o.get("desk", ""))),
            "session_at": self._in(o["days"], hour=14),
            "session_hours": o["hours"],
            "apply_by": self._in(o["days"] - 7, hour=17),
            "decide_by": self._in(o["days"] - 4, hour=17),
            "feedback_by": self._in(o["days"] + 45, hour=17),
        }

        def post() -> Any:
            paid = self._pay(o, coordinator)
            pay = {"pay": paid} | said_of(o, paid=paid != EXPENSES_ONLY, decided_on=self._day.date().isoformat())
            path = f"/organisations/{o['by']}/opportunities"
            return coordinator.post("matching", path, body | pay, key=f"demo-opportunity-{o['title']}")

        role = until_accepted(post)["id"]
        if every := o.get("repeats"):
            self._sessions(f"/organisations/{o['by']}/opportunities/{role}/sessions", o, every, coordinator)

    def _job(self, job: Mapping[str, Any]) -> None:
        """A post with a salary: people apply on its organisation's own page."""
        coordinator = self._staff_of(self._named(job["by"]), "coordinator")
        body = {name: value for name, value in job.items() if name not in ("by", "days", "desk")}
        body |= {
            "apply_by": self._in(job["days"], hour=17),
            "desk_id": self._desks.get((job["by"], job.get("desk", ""))),
        }
        path, key = f"/organisations/{job['by']}/jobs", f"demo-job-{job['title']}"
        coordinator.post_until_accepted("matching", path, body, key=key)

    def _sessions(self, at: str, o: Mapping[str, Any], every: str, coordinator: Caller) -> None:
        """More than one meeting, of which one was moved and one is cancelled."""
        key, first = f"demo-sessions-{o['title']}", o["days"] + 7
        until = self._in(o["days"] + 44, hour=14)[:10]
        repeat = {"starts_at": self._in(first, hour=14), "hours": o["hours"], "every": every, "until": until}
        ids = coordinator.post("matching", f"{at}/repeat", repeat, key=key)["ids"]
        moved = {"starts_at": self._in(first + 1, hour=10), "hours": o["hours"], "why": "place_not_free"}
        coordinator.write("PUT", "matching", f"{at}/{ids[0]}", moved, key=f"{key}-moved")
        coordinator.post("matching", f"{at}/{ids[-1]}/cancel", {"why": "not_enough_people"}, key=f"{key}-cancelled")

    def _beginnings(self) -> None:
        """A role that its organisation keeps as a template, and a draft that a template from practice began."""
        of, told = self._named("RZ9"), self._region["beginnings"]
        coordinator, here = self._staff_of(of, "coordinator"), "/opportunities/for/RZ9"
        role = coordinator.get("matching", f"/organisations/RZ9/opportunities?words={told['role']}")["opportunities"][0]
        kept = {"opportunity_id": role["id"], "called": told["called"]}
        coordinator.post("matching", "/organisations/RZ9/templates", kept, key="demo-template")
        signing_in = {"account_id": coordinator.account_id, "to": here}
        theirs = coordinator.send_form(coordinator.page("/sign-in/demo"), "/sign-in/demo", signing_in)
        if "/drafts/" not in theirs:  # unless an earlier try came so far
            page = f"{here}/start/{told['draft']}"
            coordinator.send_form(coordinator.page(page), page, {})

    def _pay(self, o: Mapping[str, Any], caller: Caller) -> str:
        if o["pay"] == "none":
            return EXPENSES_ONLY
        cards = caller.get("payments", f"/organisations/{o['by']}/rate-cards")["rate_cards"]
        return next(str(card["id"]) for card in cards if card["title"] == o["pay"])

    def _person(self, number: int, person: list[str]) -> None:
        called, strand, mode, lived, need = person
        email = f"{called.lower()}@people.example"
        caller = Caller(self._base)
        if called in lived_before() and is_there(partial(caller.demo_token, email)):
            return
        made = caller.post("identity", "/demo/accounts", {"called": called, "email": email})
        caller.token, caller.account_id = made["token"], made["account_id"]
        if number >= len(self._region["people"]) - 4:
            return  # somebody has to be new here
        editions = {name: policy["version"] for name, policy in caller.get("recruitment", "/policies").items()}
        agreed = {"code_of_conduct": editions["code_of_conduct"], "data_notice": editions["data_notice"]}
        words = {"full_name": f"{called} Example", "why": "I want services to work better for people like me."}
        sent = caller.post_until_accepted("recruitment", "/mine/application", words | agreed, key="demo-apply")
        answers = {"strands": [strand], "modes": [mode], "lived_experience": [lived] if lived else []}
        health = {"own_words": OWN_WORDS.get(called, ""), "health_consent": editions["health_data"]}
        caller.put("recruitment", "/mine/profile", answers | more_of(number) | (health if lived else {}))
        if need:
            caller.put("recruitment", "/mine/needs", needs_of(called, need, editions["health_data"]))
        caller.put("matching", "/mine/subscription", {"modes": [], "active": True})
        if number >= len(self._region["people"]) - 8:
            return  # and somebody waits for an answer
        network = self._region["network"]["ods_code"]
        screener = self._as(self._region["network_staff"][0]["email"])
        path = f"/organisations/{network}/applications/{sent['id']}/approve"
        screener.post_until_accepted("recruitment", path, {"tell_now": True}, key=f"demo-approve-{called}")

    def _choosing(self, told: Mapping[str, Any]) -> None:
        """Two people are compared without their names, and a talk with one of them is proposed."""
        coordinator = self._staff_of(self._named(told["by"]), "coordinator")
        base, engagements = f"/organisations/{told['by']}", dict[str, str]()
        words = quote(told["role"])
        listed = coordinator.get("matching", f"{base}/opportunities?words={words}")["opportunities"]
        for one in told["people"]:
            caller = self._as(f"{one['called'].lower()}@people.example")
            wrote = {name: one[name] for name in ("why", "conflict", "meets")} | {"opportunity_id": listed[0]["id"]}
            shown = caller.post_until_accepted("engagements", "/mine/interests", wrote, key="demo-choosing")
            engagements[one["called"]] = shown["id"]
        for called, marks in told["marks"].items():
            at = f"{base}/engagements/{engagements[called]}"
            coordinator.write("PUT", "engagements", f"{at}/marks", {"marks": marks}, key=f"demo-marks-{called}")
        talk = told["talk"]
        times = [self._in(days, hour=talk["hour"]) for days in talk["days"]]
        body = {name: talk[name] for name in ("minutes", "mode", "words")} | {"times": times}
        coordinator.post("engagements", f"{base}/engagements/{engagements[talk['with']]}/talk", body, key="demo-talk")

    def _close(self) -> None:
        admin, network = self._as(self._region["network"]["admin"]["email"]), self._region["network"]
        for organisation in self._region["organisations"]:
            if closed := organisation.get("closed"):
                path = f"/organisations/{organisation['ods_code']}/close"
                body = {"last_day": _plain(closed["last_day"]), "successors": closed["successors"]}
                admin.post_until_accepted("identity", path, body, key=f"demo-close-{network['ods_code']}-{path}")

    def _named(self, code: str) -> Mapping[str, Any]:
        return next(one for one in self._region["organisations"] if one["ods_code"] == code)

    def _staff_of(self, organisation: Mapping[str, Any], role: str) -> Caller:
        return self._as(in_role(organisation["staff"], role)["email"])

    def _in(self, days: int, *, hour: int) -> str:
        return (self._day + timedelta(days=days)).replace(hour=hour).isoformat()


def is_there(ask: Callable[[], Any]) -> bool:
    """Whether the history, or an earlier try, has made it."""
    try:
        ask()
    except RequestRefused:
        return False
    return True


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
