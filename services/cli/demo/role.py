"""How a journey works its role: sessions added, moved and cancelled, a place given back and moved up to, a reminder."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from services.chassis.base.access import LONDON
from services.cli.clients.caller import Caller, Mailbox, until_accepted

TRUST = "RZ9"
A_WEEK, SOON = timedelta(days=7), timedelta(seconds=12)
REMINDS_FROM, REMINDS_UNTIL = time(9), time(17, 55)
"""In London: a reminder is due in the day, and so only then in the course of a journey."""
REMINDER = "session_in_a_week"

Ring = Callable[[str], None]
"""Reminds people of the next session of a role, by its id, as on the day of the reminder."""


@dataclass(frozen=True)
class Reminded:
    """A step: what it is called, and how the person sees their reminder."""

    words: str
    see: Callable[[], None]


class Role:
    """`found`: ids by name, to which it adds. `ring`: where the clock can be set, for reminders at night."""

    def __init__(self, found: dict[str, str], ring: Ring | None) -> None:
        self._found, self._ring, self._by_day = found, ring, False

    @property
    def _opportunity(self) -> str:
        return f"/organisations/{TRUST}/opportunities/{self._found['opportunity']}"

    @property
    def _intake(self) -> str:
        return f"/organisations/{TRUST}/intakes/{self._found['opportunity']}"

    def _engagement(self, whose: str, act: str) -> str:
        return f"/organisations/{TRUST}/engagements/{self._found[whose]}/{act}"

    def add_sessions(self, coordinator: Caller) -> None:
        for n, days in enumerate((14, 21)):
            session = {"starts_at": moment_in(timedelta(days=days)), "hours": 2}
            made = coordinator.post("matching", f"{self._opportunity}/sessions", session)
            [self._found[f"session_{n}"]] = made["ids"]

    def shown_interest(self, person: Caller, why: str) -> str:
        """The id of the engagement."""
        body = {"opportunity_id": self._found["opportunity"], "why": why, "needs": ""}
        return person.post_until_accepted("engagements", "/mine/interests", body)["id"]

    def give(self, coordinator: Caller, other: Caller) -> None:
        """Somebody else takes the only place."""
        coordinator.post_until_accepted("engagements", self._engagement("other", "offer"))
        other.post("engagements", f"/mine/engagements/{self._found['other']}/accept")

    def reserve(self, coordinator: Caller) -> None:
        coordinator.post("engagements", self._engagement("engagement", "reserve"))

    def give_back(self, other: Caller) -> None:
        other.post("engagements", f"/mine/engagements/{self._found['other']}/withdraw")

    def move_up(self, coordinator: Caller) -> None:
        """The place that is free is offered to the first of the reserve list."""
        coordinator.post("engagements", f"{self._intake}/reserve")

    def accept(self, person: Caller) -> None:
        person.post("engagements", f"/mine/engagements/{self._found['engagement']}/accept")

    def change(self, coordinator: Caller) -> None:
        """One is moved, in the day to a time of which people are reminded in a moment; one is cancelled."""
        due = datetime.now(UTC) + SOON
        self._by_day = REMINDS_FROM <= due.astimezone(LONDON).time() <= REMINDS_UNTIL
        to = due + A_WEEK if self._by_day else due + timedelta(days=15)
        moved, cancelled = (f"{self._opportunity}/sessions/{self._found[f'session_{n}']}" for n in range(2))
        coordinator.put("matching", moved, {"starts_at": to.isoformat(), "hours": 2, "why": "another_day_suits"})
        coordinator.post("matching", f"{cancelled}/cancel", {"why": "not_enough_people"})

    def reminds(self, person: Caller, mailbox: Mailbox, email: str) -> Reminded | None:
        """None at night where no clock can be set: nobody is reminded then."""
        ring = self._ring
        if self._by_day:
            return Reminded("Be reminded by e-mail, a week before", lambda: _reminded_by(mailbox, email))
        if ring is None:
            return None

        def see() -> None:
            ring(self._found["opportunity"])
            until_accepted(lambda: _reminder_of(person))

        return Reminded("Be reminded a week before (by the clock of that day, as it is night)", see)

    def cancel_rest(self, coordinator: Caller) -> None:
        coordinator.post("matching", f"{self._opportunity}/sessions/cancel", {"why": "not_needed"})


def _reminded_by(mailbox: Mailbox, email: str) -> None:
    mailbox.wait_for(email, "Reminder: ")


def _reminder_of(person: Caller) -> str:
    """Raises StopIteration as long as there is none."""
    found = person.get("notifications", "/mine/messages")["messages"]
    return next(one["id"] for one in found if one["kind"] == REMINDER)


def moment_in(delay: timedelta) -> str:
    return (datetime.now(UTC) + delay).isoformat()
