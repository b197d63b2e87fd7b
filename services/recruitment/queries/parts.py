"""The parts of a list that other rooms keep, as they are handed to each."""

from collections.abc import Sequence
from typing import Any

from services.recruitment.domain.register.columns import CONTACTS, TRAINING
from services.recruitment.domain.register.imports import Import
from services.recruitment.store.register_lines import Kept


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
