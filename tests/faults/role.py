"""What coordinators and people do with a role while things break: its sessions, its reserve list, and who came."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.faults.doors import Caller

DAYS_TO_COME = 10
"""So long from now are the sessions that are added: they never take place."""
WRONG = "I was there from the start."
NEED = "breaks"


class Role:
    """One opportunity of an organisation, as its coordinator works it."""

    def __init__(self, coordinator: Caller, ods: str, id: str) -> None:
        self._coordinator, self.id = coordinator, id
        self._ours = f"/organisations/{ods}"
        self._opportunity = f"/organisations/{ods}/opportunities/{id}"
        self._engagements = f"/organisations/{ods}/engagements"
        self.intake = f"/organisations/{ods}/intakes/{id}"
        self.moved: dict[str, datetime] = {}
        """Session id → when it starts, as was acknowledged."""
        self.cancelled: list[str] = []
        self.came: list[str] = []
        """Ids of engagements: recorded that they came to one session, and nobody says otherwise."""
        self.heard: list[str] = []
        """Ids of engagements: what they wrote is answered, a talk is agreed, and they are marked."""
        self.arranged: list[str] = []
        """Ids of engagements: what they need was confirmed, at each session that was to come."""

    async def change_sessions(self) -> None:
        """Two are added and two more as a repeat; one is moved, and one is cancelled."""
        sessions = f"{self._opportunity}/sessions"
        one, another = [(await self._adds(sessions, days))["ids"][0] for days in (0, 1)]
        repeat = _session(7) | {
            "every": "week",
            "until": (_at(DAYS_TO_COME + 14) + timedelta(hours=1)).date().isoformat(),
        }
        await self._coordinator.post("matching", f"{sessions}/repeat", repeat)
        moved = _session(2) | {"why": "another_day_suits"}
        await self._coordinator.write("PUT", "matching", f"{sessions}/{one}", moved)
        self.moved[one] = datetime.fromisoformat(moved["starts_at"])
        await self._coordinator.post("matching", f"{sessions}/{another}/cancel", {"why": "place_not_free"})
        self.cancelled.append(another)

    async def _adds(self, sessions: str, days: int) -> Any:
        return await self._coordinator.post("matching", sessions, _session(days))

    async def cancel_rest(self) -> None:
        """All that have not begun, the one that was moved too."""
        await self._coordinator.post(
            "matching", f"{self._opportunity}/sessions/cancel", {"why": "somebody_cannot_come"}
        )
        self.cancelled += self.moved

    async def withdraw(self) -> None:
        await self._coordinator.post("matching", f"{self._opportunity}/withdraw", {"why": "no_longer_needed"})

    async def is_shown_interest(self, person: Caller) -> str:
        """The id of the engagement."""
        interest = {"opportunity_id": self.id, "why": "I know these letters.", "needs": ""}
        return (await person.post("engagements", "/mine/interests", interest))["id"]

    async def offers(self, id: str, **offering: Any) -> None:
        """However many wait on the reserve list. Raises Final("no-place-left")."""
        turn = {"passing_over": "asked_to_wait", **offering}
        await self._coordinator.post("engagements", f"{self._engagements}/{id}/offer", turn, final=("no-place-left",))

    async def moves_up_from_reserve(self, id: str) -> None:
        """Put on the list, and offered the place that is free: nobody else waits there."""
        await self._coordinator.post("engagements", f"{self._engagements}/{id}/reserve")
        await self._coordinator.post("engagements", f"{self.intake}/reserve")

    async def is_not_chosen(self, id: str, *, tell_now: bool) -> None:
        others = {"why": "no_place_left", "words": "Thank you.", "tell_now": tell_now}
        await self._coordinator.post("engagements", f"{self._engagements}/{id}/not-chosen", others)

    async def undoes_not_chosen(self, id: str) -> None:
        await self._coordinator.post("engagements", f"{self._engagements}/{id}/undo")

    async def tells(self, id: str) -> None:
        await self._coordinator.post("engagements", f"{self._engagements}/{id}/tell")

    async def records_who_came(self, engaged: Mapping[str, Caller]) -> None:
        """One says before that they were there; of one it is recorded that they were not: they say so, and it is put
        right.
        """
        found = await self._coordinator.get("engagements", self.intake, when=lambda found: found["sessions"])
        session = min(found, key=lambda one: one["starts_at"])["id"]
        early, wronged, *_ = engaged
        await engaged[early].post("engagements", f"/mine/engagements/{early}/sessions/{session}/there")
        attendance = f"{self.intake}/sessions/{session}/attendance"
        came = [id for id in engaged if id != wronged]
        await self._coordinator.post("engagements", attendance, {"attended": came, "absent": [wronged]})
        said = f"/mine/engagements/{wronged}/sessions/{session}/wrong"
        await engaged[wronged].post("engagements", said, {"words": WRONG})
        await self._coordinator.post("engagements", attendance, {"attended": [wronged], "absent": []})
        self.came += engaged

    async def hears(self, id: str, person: Caller) -> None:
        """Before anybody is chosen: a message and its answer, a time for a talk, and a mark."""
        theirs, mine = f"{self._engagements}/{id}", f"/mine/engagements/{id}"
        talk = f"conversations/engagement/{id}"
        await person.post("notifications", f"/mine/{talk}/messages", {"words": "Is there parking?"})
        await self._coordinator.post("notifications", f"{self._ours}/{talk}/messages", {"words": "Yes, in front."})
        times = [_at(1).isoformat(), _at(2).isoformat()]
        talk = {"times": times, "minutes": 20, "mode": "phone", "words": "We ring."}
        await self._coordinator.post("engagements", f"{theirs}/talk", talk)
        await person.post("engagements", f"{mine}/talk", {"starts_at": times[1]})
        await self._coordinator.write("PUT", "engagements", f"{theirs}/marks", {"marks": ["shows"]})
        self.heard.append(id)

    async def arranges(self, id: str) -> None:
        """What somebody with a place needs, as soon as it is asked for: the write is repeated until then."""
        need = f"{self._engagements}/{id}/needs/{NEED}"
        await self._coordinator.write("PUT", "engagements", need, {"state": "confirmed", "with_whom": "Ann Moss"})
        self.arranged.append(id)

    async def tells_what_changed(self) -> None:
        changed = {"what_changed": "The first letter is new."}
        await self._coordinator.post("engagements", f"{self.intake}/outcome", changed)


def _session(days: int) -> dict[str, Any]:
    return {"starts_at": _at(DAYS_TO_COME + days).isoformat(), "hours": 1}


def _at(days: int) -> datetime:
    """At an hour that no change of the clock skips."""
    return (datetime.now(UTC) + timedelta(days=days)).replace(hour=11, minute=0, second=0, microsecond=0)
