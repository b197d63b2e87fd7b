"""What training is called, for rooms that know it by the code of its credential: people read titles, never codes."""

import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence

from schemas.identity import Organisation
from schemas.training import Programme
from schemas.words import training_called
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction


async def training_titles(tx: Transaction, codes: Collection[str]) -> dict[str, str]:
    """Credential code → title of training that gives it, or gave it once. Each code has one, in words in any case.

    The room keeps mirrors of Programme and Organisation. What a code is called does not hang on what else is asked.
    """
    if not codes:
        return {}
    found = await mirrors.find_each(tx, Programme, "credential", sorted(set(codes)))
    namesakes = await mirrors.find_each(tx, Programme, "title", sorted({one.title for one in found}))
    known = await titles_of(tx, list({one.id: one for one in [*found, *namesakes]}.values()))
    return {code: known.get(code) or training_called(code) for code in codes}


async def titles_of(tx: Transaction, programmes: Sequence[Programme]) -> dict[str, str]:
    """The same of training that is known. Titles that are the same for two codes say whose training it is."""
    offered_last = sorted(programmes, key=lambda one: (one.withdrawn_at is None, -one.id.int))
    by_code = {one.credential: one for one in offered_last}
    times = Counter(_compared(one.title) for one in by_code.values())
    alike = {code: one for code, one in by_code.items() if times[_compared(one.title)] > 1}
    known = await mirrors.get_each(tx, Organisation, [one.organisation_id for one in alike.values()]) if alike else {}
    names = {id: one.name for id, one in known.items()}
    whose = {code: f" ({names.get(one.organisation_id, one.ods_code)})" for code, one in alike.items()}
    return {code: by_code[code].title + whose.get(code, "") for code in sorted(by_code)}


def _compared(title: str) -> str:
    return unicodedata.normalize("NFC", title).casefold()
