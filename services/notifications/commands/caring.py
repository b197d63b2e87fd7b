"""What follows of a concern by itself: who is told that it waits, that there is an answer, and who sees it when nobody
reads it. As the system; neither the words nor the person leave this room."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from schemas import links
from schemas.event import Waiting
from services.chassis.base.access import london_day
from services.chassis.postgres.transaction import Transaction
from services.notifications.commands import composing
from services.notifications.commands.messages import tell
from services.notifications.domain import concern as domain
from services.notifications.domain import kinds
from services.notifications.domain.concern import READERS, Concern
from services.notifications.domain.message import Office, stage_of
from services.notifications.domain.readers import Readers, who_reads
from services.notifications.store import concerns as store
from services.notifications.store import contact as contact_store
from services.notifications.store import policies, waiting
from services.notifications.store import readers as readers_store
from services.notifications.store.waiting import Thing

TOPIC = "notifications.concern"
"""Of what waits, in this room's own list; there is no such topic."""
ANSWER = "answer_for_you"
"""The kind of every message about these: it says that something is on the person's page, never what."""


async def list_concern(tx: Transaction, id: UUID) -> None:
    """Whoever reads it is told that it waits, as it is now. Where nobody is left to read it, the network has it; where
    nobody has read it in time, the network sees it too."""
    concern = await store.lock(tx, id)
    if concern is None or concern.closed_at is not None or concern.person_id is None:
        await waiting.rewrite(tx, {Thing(TOPIC, id): ()})
        return
    office = await contact_store.network_office(tx)
    places = await _places(tx, concern, office)
    now = _followed(concern, places, days=await _days(tx), at=tx.now)
    if now != concern:
        await store.save(tx, now)
    not_for = tuple(now.never_for.union(now.not_for))
    says = [*now.says(), *_seen_by_network(now, places.network)]
    await waiting.rewrite(tx, {Thing(TOPIC, id, not_for=not_for): says})


class _Places:
    """Who reads it where it is, and who would at the network; as of now."""

    def __init__(self, here: Readers | None, network: Readers | None) -> None:
        self.here, self.network = here, network


async def _places(tx: Transaction, concern: Concern, office: Office | None) -> _Places:
    ids = {concern.organisation_id, *([office.organisation_id] if office else [])}
    accounts = await readers_store.accounts_at(tx, sorted(ids))
    today, found = london_day(tx.now), dict[bool, Readers]()
    for one in await readers_store.of_organisations(tx, sorted(ids)):
        is_here = one.organisation_id == concern.organisation_id
        roles = frozenset(concern.reads) if is_here else READERS
        found[is_here] = who_reads(one, accounts, roles, not_for=concern.never_for, today=today)
    here = found.get(True)
    return _Places(here, here if here and here.is_network else found.get(False))


def _followed(concern: Concern, places: _Places, *, days: int, at: datetime) -> Concern:
    here, network = places.here, places.network
    if here is None:
        return concern
    now = domain.without(concern, *here.cannot)
    left = [one for one in here.can if one.id not in now.not_for]
    wanted = concern.to_network_at is not None
    if network is None or (here.is_network and not wanted):
        return now
    if (wanted or not left) and network.can:
        moved = domain.goes_to(now, network, days=days, now=at)
        return domain.without(replace(moved, reads=tuple(sorted(READERS))), *network.cannot)
    if now.read_at is None and now.network_sees_at is None and at >= now.late_at and network.can:
        return domain.without(replace(now, network_sees_at=at), *network.cannot)
    return now


def _seen_by_network(concern: Concern, network: Readers | None) -> list[Waiting]:
    if concern.network_sees_at is None or concern.read_at is not None or network is None:
        return []
    link = links.STAFF_CONCERN.format(ods=network.ods_code, id=concern.id)
    return [
        Waiting(
            organisation_id=network.organisation_id,
            role=role,
            what="read_concern",
            about=concern.id,
            since=concern.network_sees_at,
            until=concern.answer_by,
            link=link,
        )
        for role in sorted(READERS)
    ]


async def _days(tx: Transaction) -> int:
    return (await policies.concerns(tx, on=london_day(tx.now))).answer_days


async def tell_answer(tx: Transaction, id: UUID) -> None:
    """The person is told that there is an answer, by the way they chose; its words are on their page alone."""
    concern = await store.lock(tx, id)
    if concern is None or concern.person_id is None or not concern.answers:
        return
    at = concern.answers[-1].at
    await tell_that_there_is(tx, concern.person_id, concern.reference, stage=stage_of("answer", at), at=at)


async def tell_that_there_is(
    tx: Transaction, person_id: UUID, reference: str, *, stage: str, at: datetime, receipt: bool = False
) -> None:
    """`reference`: what they say when they ring about it. `receipt`: we have what they sent."""
    facts = {"reference": reference, "receipt": receipt, "at": at}
    until = kinds.good_until(kinds.of(ANSWER), happened_at=at)
    of = (person_id, person_id, f"{stage}:{reference}")
    await tell(tx, composing.news(ANSWER, of=of, link=links.MY_ANSWERS, facts=facts, good_until=until))
