"""Training with titles as people write them, and people who completed it."""

from datetime import UTC, datetime

from schemas.identity import Organisation
from schemas.training import Credential, Programme
from services.chassis.postgres.transaction import new_id
from services.training.domain.programme import code_of
from tests.support import Person

ARABIC = "مقدمة في قيادة المرضى"
EMOJI = "Being heard 🗣️👩🏽‍🦽"
LONG = "Reading, asking and deciding together in meetings where everybody else has papers and a tie, " + "x" * 27
TITLES = (ARABIC, EMOJI, LONG, "Chairing")


def programme(by: Organisation, title: str, **changes: object) -> Programme:
    """As training says it, with the code that it makes of the title."""
    values = {"id": new_id(), "version": 1, "organisation_id": by.id, "ods_code": by.ods_code, "title": title}
    code = {"summary": "What it teaches.", "credential": code_of(title, by=by.id)}
    return Programme.model_validate(values | code | changes)


def completed(of: Programme, person: Person) -> Credential:
    values = {"id": new_id(), "version": 1, "person_id": person.id, "awarded_at": datetime.now(UTC)}
    return Credential.model_validate(
        values | {"programme_id": of.id, "organisation_id": of.organisation_id, "credential": of.credential}
    )
