"""What is opened for each person of a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.recruitment import ApplicationListed
from services.chassis.postgres.transaction import new_id
from services.recruitment.domain.application import Application, Screening
from services.recruitment.domain.listed import list_person
from services.recruitment.domain.register.imports import Import
from services.recruitment.domain.register.people import Joined
from services.recruitment.store.listed import Declared, Listed


@dataclass(frozen=True)
class Opened:
    """Somebody of a list, with an id of their own from here on."""

    person: Joined
    application: Application
    event: ApplicationListed
    listed: Listed
    past: Sequence[Declared]


def opened(people: Sequence[Joined], of: Import, to: Screening, *, now: datetime, days: int) -> list[Opened]:
    """`days`: so long each has for an answer."""
    return [_opened(person, of, to, (now, now + timedelta(days=days))) for person in people]


def _opened(person: Joined, of: Import, to: Screening, when: tuple[datetime, datetime]) -> Opened:
    person_id, (now, answer_by) = new_id(), when
    application, event = list_person(
        id=new_id(),
        person_id=person_id,
        called=person.called,
        full_name=person.full_name,
        birth_year=person.birth_year,
        to=to,
        listed_by=of.organisation_id,
        answer_by=answer_by,
        now=now,
    )
    listed = Listed(application.id, person_id, of.id, person.district)
    past = [Declared(new_id(), person_id, of.organisation_id, one, now) for one in person.past]
    return Opened(person, application, event, listed, past)
