"""What is opened for each person of a list, and the parts of it that other rooms keep."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from schemas.recruitment import ApplicationListed
from services.chassis.postgres.transaction import new_id
from services.recruitment.domain.application import Application, Screening
from services.recruitment.domain.listed import list_person
from services.recruitment.domain.register.columns import CONTACTS, TRAINING
from services.recruitment.domain.register.imports import Import
from services.recruitment.domain.register.people import Joined
from services.recruitment.store.listed import Declared, Listed
from services.recruitment.store.register_lines import Kept


@dataclass(frozen=True)
class Opened:
    """Somebody of a list, with an id of their own from here on."""

    person: Joined
    application: Application
    event: ApplicationListed
    listed: Listed
    past: Sequence[Declared]


def opened(people: Sequence[Joined], of: Import, to: Screening, *, now: datetime) -> list[Opened]:
    return [_opened(person, of, to, now) for person in people]


def _opened(person: Joined, of: Import, to: Screening, now: datetime) -> Opened:
    person_id = new_id()
    application, event = list_person(
        id=new_id(),
        person_id=person_id,
        called=person.called,
        full_name=person.full_name,
        birth_year=person.birth_year,
        to=to,
        listed_by=of.organisation_id,
        now=now,
    )
    listed = Listed(application.id, person_id, of.id, person.district)
    past = [Declared(new_id(), person_id, of.organisation_id, one, now) for one in person.past]
    return Opened(person, application, event, listed, past)


def contacts_part(of: Import, lines: Sequence[Kept]) -> dict[str, Any]:
    """What notifications is handed: a row for each person, the first that a line of theirs says."""
    rows: dict[str, dict[str, Any]] = {}
    for line in lines:
        if line.person_id is None:
            continue
        cells = _cells(of, line, CONTACTS)
        row = rows.setdefault(str(line.person_id), {"line": line.line, "person_id": str(line.person_id)})
        row |= {name: text for name, text in cells.items() if name not in row}
    return _part(of, [row for row in rows.values() if len(row) > 2])


def training_part(of: Import, lines: Sequence[Kept]) -> dict[str, Any]:
    """What training is handed: a row for each line that names training."""
    short: dict[str, str] = dict(zip(TRAINING, ("title", "on", "by"), strict=True))
    rows: list[dict[str, Any]] = []
    for line in lines:
        cells = _cells(of, line, TRAINING) if line.person_id else {}
        if cells.get(TRAINING[0]):
            typed = {short[name]: text for name, text in cells.items()}
            rows.append({"line": line.line, "person_id": str(line.person_id), **typed})
    return _part(of, rows)


def _cells(of: Import, line: Kept, names: Sequence[str]) -> dict[str, str]:
    typed = dict(zip(of.meanings, line.cells, strict=False))
    return {name: text for name in names if (text := typed.get(name, "").strip())}


def _part(of: Import, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"import_id": str(of.id), "organisation_id": str(of.organisation_id), "rows": rows}
