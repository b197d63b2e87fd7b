"""What a place in a session is: who has it, and whether they came."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from schemas.event import Erased
from schemas.training import Enrolment as PublicEnrolment
from schemas.training import EnrolmentBooked, EnrolmentErased, EnrolmentRecorded
from services.training.domain.programme import Programme

_STATUS = {None: "booked", True: "attended", False: "absent"}


@dataclass(frozen=True)
class Enrolment:
    """One for each session and person who has a place in it. `attended` is None until it is recorded."""

    id: UUID
    version: int
    session_id: UUID
    person_id: UUID
    organisation_id: UUID
    programme_id: UUID
    attended: bool | None = None

    def public(self) -> PublicEnrolment:
        return PublicEnrolment(
            id=self.id,
            version=self.version,
            person_id=self.person_id,
            programme_id=self.programme_id,
            session_id=self.session_id,
            organisation_id=self.organisation_id,
            status=_STATUS[self.attended],
        )


def book(programme: Programme, session_id: UUID, *, by: UUID, id: UUID) -> tuple[Enrolment, EnrolmentBooked]:
    """A place in a session of the programme. `by`: the person who takes it."""
    booked = Enrolment(id, 1, session_id, by, programme.organisation_id, programme.id)
    return booked, EnrolmentBooked(booked.public())


def record(enrolments: Sequence[Enrolment], *, attended: Collection[UUID]) -> list[tuple[Enrolment, EnrolmentRecorded]]:
    """Of everybody who has a place whether they came, by the ids of people: those of whom it was not said so before."""
    said = ((one, one.person_id in attended) for one in enrolments)
    changed = (replace(one, attended=came, version=one.version + 1) for one, came in said if one.attended != came)
    return [(one, EnrolmentRecorded(one.public())) for one in changed]


def erase(enrolment: Enrolment) -> EnrolmentErased:
    """Its person gave it back, which is the session's rule, or is forgotten."""
    return EnrolmentErased(Erased(id=enrolment.id, version=enrolment.version + 1))
