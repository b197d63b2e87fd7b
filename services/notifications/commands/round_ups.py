"""Write to staff of what waits for them, each once in the morning or soon after something new.

With it goes what people answered meanwhile, which waits for nobody: no mail of its own is written for each.
"""

from dataclasses import dataclass
from uuid import UUID

from schemas import links
from schemas.identity import Account
from services.chassis.base.access import HOSTED_ROLES, london_day
from services.chassis.base.periods import Period
from services.chassis.base.wording import short_day
from services.chassis.postgres.transaction import Transaction
from services.notifications import texts, words
from services.notifications.commands import messages
from services.notifications.domain import kinds
from services.notifications.domain import round_up as domain
from services.notifications.domain.message import News
from services.notifications.domain.round_up import WaitsAt
from services.notifications.store import contact as contact_store
from services.notifications.store import neighbours, waiting
from services.notifications.store import round_ups as store
from services.notifications.store.round_ups import Owed

AT_ONCE = 50
"""Staff who are looked after in one transaction."""
KIND = "round_up"
WHO_HEARS = "coordinator"
"""The role that is told what people answered."""


async def write_to_staff(tx: Transaction, after: UUID | None = None) -> UUID | None:
    """The next of those who are owed a mail, where anything waits. Returns the last one; None when nobody is left."""
    if not domain.may_be_sent(tx.now):
        return None
    some = await store.owed(tx, domain.due_before(tx.now), after, limit=AT_ONCE)
    ids = [one.account.id for one in some]
    await contact_store.keep_people(tx, ids)
    for one in some:
        waits = await _waits_for(tx, one)
        if domain.is_news(one.how, waits, last=one.last):
            await messages.queue_email(tx, _news(tx, one.account.id, waits))
    await store.note(tx, ids)
    return ids[-1] if len(some) == AT_ONCE else None


async def _waits_for(tx: Transaction, owed: Owed) -> list[WaitsAt]:
    """What waits for the roles that they have today, by organisation: theirs, and those that these host."""
    found: list[WaitsAt] = []
    to = owed.account.id
    for place, roles in (await _places(tx, owed.account)).items():
        what = await waiting.kinds(tx, place.id, sorted(roles), to=to)
        newest = await store.newest(tx, place.id, sorted(roles), to=to) if what else None
        news = await _answered(tx, place.id, owed) if WHO_HEARS in roles else ()
        if newest is not None or news:
            lines = tuple(f"{words.item(one.what, one.count)}, the oldest since {short_day(one.since)}" for one in what)
            found.append(WaitsAt(place.id, place.ods_code, place.name or place.ods_code, lines, newest, news))
    return found


async def _answered(tx: Transaction, organisation_id: UUID, owed: Owed) -> tuple[str, ...]:
    """Since their last mail, in a line each."""
    since = max(owed.last or tx.now - domain.NEWS_OF_A_NIGHT, tx.now - kinds.NEWS_FOR)
    return words.answered(await store.answered(tx, organisation_id, since=since))


@dataclass(frozen=True)
class _Place:
    id: UUID
    ods_code: str
    name: str


async def _places(tx: Transaction, account: Account) -> dict[_Place, set[str]]:
    """Where somebody acts today, with the roles in which they do. A host's staff act in some of theirs."""
    today, found = london_day(tx.now), dict[_Place, set[str]]()
    for held in (m for m in account.memberships if Period.of(m).in_force_on(today)):
        name = await neighbours.organisation_name(tx, held.organisation_id)
        found.setdefault(_Place(held.organisation_id, held.ods_code, name), set()).update(held.roles)
        if roles := HOSTED_ROLES & set(held.roles):
            for one in await neighbours.hosted_by(tx, held.organisation_id, today=today):
                found.setdefault(_Place(one.id, one.ods_code, one.name), set()).update(roles)
    return found


def _news(tx: Transaction, person_id: UUID, waits: list[WaitsAt]) -> News:
    text = texts.text_of(KIND, {"waits": waits})
    link = links.STAFF_HOME.format(ods=waits[0].ods_code) if len(waits) == 1 else links.HOME
    return News(
        person_id=person_id,
        kind=KIND,
        about=person_id,
        stage=f"{KIND}:{tx.now.isoformat()}",
        subject=text.subject,
        body=text.body,
        link=link,
        link_words=text.link_words,
        good_until=kinds.good_until(kinds.of(KIND), happened_at=tx.now),
    )
