"""Knocking at doors over HTTP: as nobody or as somebody, with a good form key, somebody else's, or none."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import TracebackType
from uuid import uuid4

import httpx

from services.cli.clients.caller import Caller
from tests.conftest import ROOT
from tests.journeys.network import Network
from tests.journeys.routes import Door
from tests.ready import WAY_IN, WORK
from tests.support import form_key

TIMEOUT_SECONDS = 30
FORM_FOR_ALL = "/messages/mine"
"""A page with a form, for whoever is signed in; its key is good for all forms of the session."""
FORM_FOR_NOBODY = "/sign-in"


FROM_OUR_PAGES = {"sec-fetch-site": "same-origin"}
FROM_ANOTHER_SITE = {"sec-fetch-site": "cross-site", "origin": "https://evil.example"}


@dataclass
class Somebody:
    """A visitor who asks for pages by cookie and for the API by token; nobody has neither."""

    network: Network
    caller: Caller | None = None
    correlations: list[str] = field(default_factory=list[str])
    """The correlation id of each answer."""

    def __post_init__(self) -> None:
        cookies = {"pln": self.caller.token} if self.caller else {}
        self._pages = httpx.AsyncClient(
            base_url=self.network.base_url, cookies=cookies, headers=FROM_OUR_PAGES, timeout=TIMEOUT_SECONDS
        )
        bearer = {"authorization": f"Bearer {self.caller.token}"} if self.caller else {}
        self._api = httpx.AsyncClient(base_url=self.network.base_url, headers=bearer, timeout=TIMEOUT_SECONDS)

    async def __aenter__(self) -> "Somebody":
        page = await self._pages.get(FORM_FOR_ALL if self.caller else FORM_FOR_NOBODY)
        page.raise_for_status()
        self.form_key = form_key(page.text)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._pages.aclose()
        await self._api.aclose()

    async def knock(
        self, door: Door, path: str, *, key: str | None = None, whence: Mapping[str, str] = FROM_OUR_PAGES
    ) -> httpx.Response:
        """Ask at a door. `key`: the form key, this person's own unless another is given, "" for none."""
        if door.is_api:
            body = None if door.method in ("GET", "DELETE") else body_for(door)
            path += QUESTIONS.get(door.path.rpartition("/")[2], "")
            answer = await self._api.request(door.method, path, json=body, headers={"idempotency-key": str(uuid4())})
        elif door.method == "POST":
            sealed = self.form_key if key is None else key
            answer = await self._pages.post(path, data={**body_for(door), "form_key": sealed}, headers=dict(whence))
        else:
            answer = await self._pages.request(door.method, path)
        self.correlations.append(answer.headers["x-correlation-id"])
        return answer


EXAMPLES = ROOT / "services/matching/examples.json"
IN_A_MONTH = datetime.now(UTC) + timedelta(days=30)
IN_TWO = IN_A_MONTH + timedelta(days=30)
SESSION: dict[str, object] = {"starts_at": IN_A_MONTH.isoformat(), "hours": 1}
YESTERDAY = datetime.now(UTC) - timedelta(days=1)
SOMEBODY = "00000000-0000-4000-8000-000000000001"
JOB: dict[str, object] = {**json.loads(EXAMPLES.read_text())["NewJob"], "apply_by": IN_A_MONTH.isoformat()}
BODIES: dict[str, dict[str, object]] = {
    "/say": {"said": "asked"},
    "/intakes/{opportunity_id}/draw": {"people": 5, "places": 2},
    "/draw/lots": {"people": 5, "places": 2},
    "/draw/confirm": {"draw": SOMEBODY},
    "/draw/object": {"words": "Other"},
    "/draw/objection": {"words": "Other"},
    "/objections/{objection_id}": {"right": "no", "words": "Other"},
    "/objections/{objection_id}/answer": {"right": "no", "words": "Other"},
    "/advice/{draft_id}": {"advice": "plain"},
    "/ask/{draft_id}/advice": {"advice": "plain"},
    "/asked/{id}/draft/fits": json.loads(EXAMPLES.read_text())["Draft"],
    "/jobs/{id}": JOB,
    "/desks/{id}": {"name": "Involvement team", "phone": "01632 960 100"},
    "/venues/{id}": {"name": "Room 2", "address": "High Street", "postcode": "SO16 6YD", "access": "A lift."},
    "/glossary": {"term": "MoU", "plain": "pact", "explanation": "Other"},
    "/glossary/{id}": {"term": "MoU", "plain": "pact", "explanation": "Other"},
    "/synonyms": {"words": ["catheter", "urine tube"]},
    "/synonyms/{id}": {"words": ["catheter", "urine tube"]},
    "/words": {"title": "Other", "summary": "Other", "what_will_change": "Other"},
    "/day-number": {"phone": "07700 900 982"},
    "/number-for-the-day": {"phone": "07700 900 982"},
    "/templates": {"opportunity_id": SOMEBODY, "called": "Other"},
    "/templates/{id}": {"called": "Other"},
    "/asked/{id}/lines": {"words": "Other"},
    "/ask/{id}/line": {"words": "Other"},
    "/asked/{id}/draft": json.loads(EXAMPLES.read_text())["Draft"],
    "/asked/{id}/decline": {"why": "no_time", "words": "Other"},
    "/ask/{id}/decline": {"why": "no_time", "words": "Other"},
    "/asked/{id}/send-back": {"words": "Other"},
    "/ask/{id}/send-back": {"words": "Other"},
    "/ways-in": WAY_IN,
    "/ways-in/new": WAY_IN,
    "/ways-in/{id}": WAY_IN,
    "/work/{id}": WORK,
    "/work/{id}/change": WORK,
    "/opportunities/{id}/answers": {"talks_from_interest": False},
    "/opportunities/{id}/feedback-day": {"feedback_by": IN_A_MONTH.isoformat()},
    "/opportunities/{id}/role": {
        "title": "Other",
        "summary": "Other",
        "role_type": "reviewer",
        "strand": "research",
        "rung": "feedback",
    },
    "/opportunities/{id}/purpose": {
        "purpose": "Other",
        "what_will_change": "Other",
        "influence": "asked",
        "cycle_stage": "co_design",
    },
    "/opportunities/{id}/when": {"mode": "remote", "time_commitment": "Other"},
    "/opportunities/{id}/people": {"expertise_level": "none", "support": "Other"},
    "/opportunities/{id}/choosing": {"steps": ["reading"]},
    "/opportunities/{id}/places": {
        "places": 2,
        "pay": "expenses_only",
        "unpaid_why": "Other",
        "expenses": ["travel"],
    },
    "/opportunities/{id}/days": {"decide_by": IN_TWO.isoformat(), "feedback_by": IN_TWO.isoformat()},
    "/opportunities/{id}/open-again": {
        **dict.fromkeys(("apply_by", "decide_by"), IN_A_MONTH.isoformat()),
        "feedback_by": IN_TWO.isoformat(),
    },
    "/opportunities/{id}/sessions": SESSION,
    "/opportunities/{id}/sessions/repeat": {**SESSION, "every": "week", "until": IN_TWO.date().isoformat()},
    "/opportunities/{id}/sessions/{session_id}": {**SESSION, "why": "put_right"},
    "/sessions/cancel": {"why": "not_needed"},
    "/sessions/{session_id}/cancel": {"why": "not_needed"},
    "/sessions/{session_id}/wrong": {"words": "Other"},
    "/conversations/{about}/{id}": {"words": "Other"},
    "/conversations/{about}/{id}/messages": {"words": "Other"},
    "/conversations/{about}/{id}/call": {"who": "person", "words": "Other", "phone_on": YESTERDAY.date().isoformat()},
    "/roles/{opportunity_id}/write": {"words": "Other", "seen": "1", "sure": "yes"},
    "/questions/{question_id}/answer": {"words": "Other"},
    "/needs/{need}": {"state": "confirmed"},
    "/access/answers": {"answers": [{"need": "breaks", "there": "yes"}]},
    "/mine/engagements/{id}/talk": {"starts_at": None},
    "/people/{person_id}/engagements/{id}/talk": {"starts_at": None},
    "/engagements/{id}/talk": {"times": [IN_A_MONTH.isoformat()], "minutes": 20, "mode": "phone", "words": "Other"},
    "/mine/concerns": {"about": "other", "to": "QZN", "words": "Other"},
    "/mine/concerns/{id}/hand-on": {"may": True},
    "/people/{person_id}/concerns/{id}/hand-on": {"may": True},
    "/mine/no/{about}/{id}": {"words": "Other"},
    "/people/{person_id}/no/{about}/{id}": {"words": "Other"},
    "/people/{person_id}/concerns": {"about": "other", "to": "QZN", "words": "Other"},
    "/concerns/{id}/answers": {"words": "Other", "closes": False},
    "/concerns/{id}": {"words": "Other", "closes": "no"},
    "/concerns/no/{about}/{id}": {"words": "Other"},
    "/complaints/{id}/notes": {"words": "Other"},
    "/complaints/{id}/note": {"words": "Other"},
    "/complaints/{id}/settle": {"words": "Other"},
    "/complaints/{id}": {"words": "Other"},
    "/calls/{id}": {"around": "before", "who": "network", "how": "Other"},
    "/calls-asked/{id}/spoke": {"again": "no"},
    "/marks": {"marks": ["shows"]},
    "/not-chosen": {"why": "mix_of_people"},
    "/opportunities/{id}/withdraw": {"why": "no_longer_needed"},
    "/attendance": {"attended": [SOMEBODY], "absent": []},
    "/calls/{person_id}/outcome": {"outcome": "no_answer"},
    "/outcome": {"what_changed": "Other"},
    "/return": {"why": "Other", "version": 1},
    "/applications/{id}/decline": {"reason": "Other", "would_help": "Other"},
    "/applications/{id}/ask-more": {"words": "Other"},
    "/hand-over": {"to": SOMEBODY},
    "/cover": {"cover": SOMEBODY, "until": IN_A_MONTH.date().isoformat()},
    "/people/{id}/notes": {"on": YESTERDAY.date().isoformat(), "way": "phone", "outcome": "talked", "words": "Other"},
    "/applications/{id}/talk": {"at": IN_A_MONTH.isoformat(), "how": "phone"},
    "/mine/application/choose-time": {"time": IN_A_MONTH.isoformat()},
    "/mine/application/say-more": {"words": "Other"},
    "/mine/agreements": {"code_of_conduct": "1", "data_notice": "1"},
    "/rate-cards/{id}/close": {"valid_to": "2030-01-01"},
    "/policies/{kind}/next": {"valid_from": "2030-01-01", "issuer": "Other", "source": "Other", "value": None},
    "/roles": {"roles": ["finance"]},
    "/people/{person_id}/contact": {"channel": "phone", "address": "01632 960001"},
    "/lines/{line}": {"email": "other@people.example"},
    "/lines/{line}/{number}": {"title": "Other"},
    "/mine/declared/{id}": {"title": "Other"},
    "/mine/past/{id}": {"what": "Other"},
    "/lists/{id}/columns": {"meanings": ["full_name"]},
    "/programmes/{id}/sessions": {"starts_at": IN_A_MONTH.isoformat(), "hours": 1, "mode": "remote", "places": 5},
}
"""Good bodies of writes, by the end of their address: so that a refusal is about who asks."""


QUESTIONS = {"planned": "?starts_at=2030-01-01T10:00:00Z&hours=1&every=week&until=2030-02-01", "file": "?seen=1"}
"""What a read has to be asked, by the last word of its address."""


def body_for(door: Door) -> dict[str, object]:
    fitting = [body for end, body in BODIES.items() if door.path.endswith(end)]
    return fitting[0] if fitting else {}
