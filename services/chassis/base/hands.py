"""Who acts. Every act has a subject, whose it is, and a hand, `by`, who did it.

Whoever enters by a door is one of six. A transaction is typed by it, so a command's signature says for whom it works.
Row-level security, spent keys and "one's own" go by the subject, records of who did something by the hand; a rule that
needs two people counts hands.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Literal
from uuid import UUID

FRESH_FOR = timedelta(minutes=10)
"""So long after they proved who they are somebody may do what asks for it."""


class Acting:
    """What all six answer to."""

    door: ClassVar[Literal["system", "person", "anonymous"]]
    called: str | None = None

    @property
    def subject_id(self) -> UUID | None:
        """Whose own it is; None where it is nobody's."""
        return None

    @property
    def hand_id(self) -> UUID | None:
        """The account that does it; None of a visitor and of the system."""
        return None

    @property
    def for_organisation(self) -> UUID | None:
        """The organisation whose rows are acted on; None where somebody acts for a person."""
        return None

    @property
    def on_behalf_of(self) -> UUID | None:
        """For records of who did something: the organisation that they did it for."""
        return self.for_organisation

    @property
    def in_session(self) -> UUID | None:
        """The session that it belongs to."""
        return None

    @property
    def name(self) -> str:
        """For records of who did something: an id, never a name."""
        return str(self.hand_id or self.door)


@dataclass(frozen=True)
class System(Acting):
    """Kafka's door and the clock's. Row-level security hides nothing from it."""

    door = "system"


@dataclass(frozen=True)
class Visitor(Acting):
    """Nobody is signed in."""

    door = "anonymous"


SYSTEM, VISITOR = System(), Visitor()


@dataclass(frozen=True, kw_only=True)
class SignedIn(Acting):
    """An account, in one of its sessions. `proved_at`: when it last proved who it is; a machine never does."""

    door = "person"
    by: UUID
    called: str | None = None
    session_id: UUID | None = None
    staff_of: tuple[str, ...] = ()
    proved_at: datetime | None = None

    @property
    def subject_id(self) -> UUID | None:
        return self.by

    @property
    def hand_id(self) -> UUID:
        return self.by

    @property
    def in_session(self) -> UUID | None:
        return self.session_id

    def is_fresh(self, now: datetime) -> bool:
        """Whether it proved who it is less than ten minutes ago."""
        return self.proved_at is not None and now - self.proved_at < FRESH_FOR


@dataclass(frozen=True, kw_only=True)
class Person(SignedIn):
    """Acts for a person: nearly always for themselves, or staff for somebody whom they help."""

    person_id: UUID
    helping_for: UUID | None = None
    """The organisation for which `by` helps the person; None of people who act for themselves. A helper may do what the
    person may and nothing that the organisation may, so row-level security does not hear of it."""

    @property
    def subject_id(self) -> UUID:
        return self.person_id

    @property
    def on_behalf_of(self) -> UUID | None:
        return self.helping_for

    @property
    def helper(self) -> UUID | None:
        """Who did it for them, to be kept with it; None of what they did themselves."""
        return self.by if self.by != self.person_id else None


@dataclass(frozen=True, kw_only=True)
class Member(SignedIn):
    """Staff who act for an organisation of which they are a member today, with the roles of today."""

    organisation_id: UUID
    ods_code: str
    roles: frozenset[str] = frozenset()
    granted_under: frozenset[UUID] = frozenset()
    """Who granted these roles, who granted theirs, and so on: none of them is another human for sure."""
    by_network: bool = False
    """Staff of the network, who act for an organisation of which they are no members."""

    @property
    def for_organisation(self) -> UUID:
        return self.organisation_id

    def helping(self, person_id: UUID) -> Person:
        """The same hand for a person, once it is known that it may."""
        return Person(
            person_id=person_id,
            by=self.by,
            called=self.called,
            session_id=self.session_id,
            staff_of=self.staff_of,
            proved_at=self.proved_at,
            helping_for=self.organisation_id,
        )


@dataclass(frozen=True, kw_only=True)
class Machine(Member):
    """A program of an organisation: an account that no person signs in to."""


@dataclass(frozen=True, kw_only=True)
class Operator(SignedIn):
    """Whoever keeps the network running."""
