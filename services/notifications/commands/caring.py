"""What follows of a concern by itself: who is told that it waits, that there is an answer, and who sees it when nobody
reads it. As the system; neither the words nor the person leave this room."""

from dataclasses import dataclass, replace
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


@dataclass(frozen=True)
class _Places:
    """Who reads it where it is, who would at the network, and at the organisation to which it goes on; as of now."""

    here: Readers | None
    network: Readers | None
    on: Readers | None


async def _places(tx: Transaction, concern: Concern, office: Office | None) -> _Places:
    network_id = office.organisation_id if office else None
    on_id = concern.offered_to if concern.agreed_at else None
    ids = sorted({id for id in (concern.organisation_id, network_id, on_id) if id})
    accounts = await readers_store.accounts_at(tx, ids)
    today, found = london_day(tx.now), dict[UUID, Readers]()
    for one in await readers_store.of_organisations(tx, ids):
        is_here = one.organisation_id == concern.organisation_id
        roles = frozenset(concern.reads) if is_here else READERS
        found[one.organisation_id] = who_reads(one, accounts, roles, not_for=concern.never_for, today=today)
    return _Places(
        found.get(concern.organisation_id),
        found.get(network_id) if network_id else None,
        found.get(on_id) if on_id else None,
    )


def _followed(concern: Concern, places: _Places, *, days: int, at: datetime) -> Concern:
    here, network = places.here, places.network
    if here is None:
        return concern
    now = domain.without(concern, *here.cannot)
    left = [one for one in here.can if one.id not in now.not_for]
    if places.on is not None and places.on.can:
        return domain.without(domain.goes_to(now, places.on, days=days, now=at), *places.on.cannot)
    if places.on is not None:  # nobody there may read it any more
        now = replace(now, agreed_at=None, kept_at=at)
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


async def tell_question(tx: Transaction, id: UUID) -> None:
    """The person is told that something is asked; what it is stands on their page alone."""
    concern = await store.lock(tx, id)
    if concern is None or concern.person_id is None or concern.offered_at is None or not concern.asks:
        return
    at = concern.offered_at
    stage = stage_of("question", at)
    await tell_that_there_is(tx, concern.person_id, concern.reference, stage=stage, at=at, says="question")


async def tell_that_there_is(
    tx: Transaction, person_id: UUID, reference: str, *, stage: str, at: datetime, says: str = "answer"
) -> None:
    """`reference`: what they say when they ring about it. `says`: an `answer`; a `question`; or a `receipt`, that we
    have what they sent."""
    facts = {"reference": reference, "receipt": says == "receipt", "question": says == "question", "at": at}
    until = kinds.good_until(kinds.of(ANSWER), happened_at=at)
    of = (person_id, person_id, f"{stage}:{reference}")
    await tell(tx, composing.news(ANSWER, of=of, link=links.MY_ANSWERS, facts=facts, good_until=until))
