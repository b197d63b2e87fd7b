"""What a draft can begin with, as it is possible today, in the name of whoever asks: pages and API give the same."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.chassis.base.hands import Member
from services.chassis.postgres.transaction import Transaction
from services.matching import queries
from services.matching.domain import beginning, practice
from services.matching.domain.beginning import COPY, OWN, PRACTICE, Beginning, Possible
from services.matching.domain.work import NoSuchWork
from services.matching.queries import OnOffer
from services.matching.store import coordinators, templates


async def from_practice(tx: Transaction[Member], code: str, known: OnOffer | None = None) -> Beginning:
    """`known`: what is on offer, where that was read already. Raises NotFound."""
    says = practice.template(code).says
    return Beginning(f"{PRACTICE}:{code}", {**says, **_usual(known or await queries.on_offer(tx), says)})


async def from_own(tx: Transaction[Member], id: UUID, known: OnOffer | None = None) -> Beginning:
    """The same of an organisation's own. Raises NotFound, for another organisation's too."""
    says, known = (await templates.get(tx, id)).says, known or await queries.on_offer(tx)
    return await _possible(tx, Beginning(OWN, {**says, **_usual(known, says)}), known)


async def from_role(tx: Transaction[Member], id: UUID) -> Beginning:
    """Of one that is open, over or called off. Raises NotFound, for another organisation's too, and JobNotCopied."""
    says = beginning.of_role((await queries.own_opportunity(tx, id)).opportunity)
    return await _possible(tx, Beginning(COPY, says), await queries.on_offer(tx))


def with_work(given: Beginning, work: UUID | None, known: OnOffer) -> Beginning:
    """As a part of the piece of work that was chosen with it; None: that is chosen later. Raises NoSuchWork."""
    if work is None:
        return given
    if str(work) not in known.works:
        raise NoSuchWork
    return given.part_of(str(work))


def _usual(known: OnOffer, says: Mapping[str, Any]) -> dict[str, Any]:
    """What a template does not say and a form would be filled in with: who answers, and the only piece of work."""
    usual = known.usually()
    found: dict[str, Any] = {name: usual[name] for name in ("desk_id", "contact_id", "work") if usual[name]}
    return {"talks_from_interest": True} | {name: said for name, said in found.items() if name not in says}


async def _possible(tx: Transaction[Member], given: Beginning, known: OnOffer) -> Beginning:
    contact = given.says.get("contact_id")
    there = [contact] if contact and await coordinators.can_answer(tx, UUID(contact)) else []
    now = Possible(known.pay, known.works, known.training, known.who.desks, there)
    return beginning.possible(given, now)
