"""Staff write to everybody who has a place in a role: one message in each one's own conversation, batch by batch."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from uuid import UUID

from schemas.engagements import Engagement
from schemas.matching import Opportunity
from schemas.notifications_conversation import Conversation as PublicConversation
from services.chassis.base.files.rewriting import SafeFile
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound
from services.chassis.postgres import files, mirrors
from services.chassis.postgres.files import WITH_ITS_THING, Belongs
from services.chassis.postgres.transaction import Transaction, new_id
from services.notifications import metrics
from services.notifications.commands import telling_of_messages as telling
from services.notifications.commands.messages import tell_each
from services.notifications.domain import conversation as domain
from services.notifications.domain import to_all as rules
from services.notifications.domain.conversation import Between, Conversation, Said
from services.notifications.domain.conversing import Standing
from services.notifications.domain.message import News
from services.notifications.domain.to_all import ToAll, Wanted
from services.notifications.store import contact as contact_store
from services.notifications.store import conversations as store
from services.notifications.store import neighbours, talked_about, to_all
from services.notifications.store import said as said_store

AT_ONCE = 100


async def role_of(tx: Transaction[Member], opportunity_id: UUID) -> tuple[Opportunity, int]:
    """A role of the organisation, and how many have a place in it. Raises NotFound."""
    role = await mirrors.get(tx, Opportunity, opportunity_id)
    if role is None or role.organisation_id != tx.acting.organisation_id:
        raise NotFound
    return role, await talked_about.count_place_holders(tx, opportunity_id)


async def write_to_all(
    tx: Transaction[Member], opportunity_id: UUID, wanted: Wanted, file: SafeFile | None = None
) -> UUID:
    """Raises NotFound, NobodyHasAPlace, LookOnceMore or OtherNumber."""
    _, people = await role_of(tx, opportunity_id)
    rules.check(wanted, people)
    by, words, has_file = tx.acting.organisation_id, wanted.words, file is not None
    one = ToAll(new_id(), opportunity_id, by, words, tx.acting.by, tx.now, wanted.link, has_file)
    await to_all.add(tx, one)
    if file is not None:  # once, about this message: whoever gets it may open it
        await files.keep(tx, file, Belongs(one.id, said_store.FILE, organisation_id=by), erase_on=WITH_ITS_THING)
    await tx.due(write_to_each, one.id, 1)
    return one.id


async def write_to_each(tx: Transaction, id: UUID, after: UUID | None) -> UUID | None:
    """The next of those who have a place, by a few statements for all: each gets it once, also when this is done
    again. Nobody who ended their conversation gets it."""
    one = await to_all.get(tx, id)
    if one is None:
        return None
    some = await talked_about.place_holders(tx, one.opportunity_id, after=after, limit=AT_ONCE)
    await contact_store.keep_people(tx, [of.person_id for of in some])
    ids = [of.id for of in some]
    await store.hold_each(tx, ids)
    before = await store.lock_each(tx, ids)
    have = await said_store.have_it(tx, id, ids)
    gone = await talked_about.gone(tx, [of.person_id for of in some])
    to_do = [of for of in some if of.id not in have and of.person_id not in gone and _takes_part(before.get(of.id))]
    await _write(tx, one, to_do, before)
    return some[-1].id if len(some) == AT_ONCE else None


def _takes_part(of: Conversation | None) -> bool:
    return of is None or of.ended_at is None


async def _write(tx: Transaction, one: ToAll, to_do: Sequence[Engagement], before: Mapping[UUID, Conversation]) -> None:
    if not to_do:
        return
    first = await tx.first_versions(PublicConversation, [of.id for of in to_do])
    written = [
        domain.write(
            before.get(of.id),
            Between("engagement", of.id, of.person_id, of.organisation_id, of.ods_code, of.opportunity_id),
            "organisation",
            version=first[of.id],
            at=tx.now,
            answers=False,
        )
        for of in to_do
    ]
    after, untold = await _tell(tx, one, [of for of, _ in written])
    await store.add(tx, *(of for of in after if of.id not in before))
    await store.save(tx, *(of for of in after if of.id in before))
    await said_store.add(tx, *(_said(one, of) for of in after))
    await tx.emit(*(event for _, event in written))
    await tx.due_each(telling.tell_of_messages, untold)
    tx.count(partial(metrics.WRITTEN.labels("organisation").inc, len(after)))


async def _tell(
    tx: Transaction, one: ToAll, written: Sequence[Conversation]
) -> tuple[list[Conversation], dict[UUID, int]]:
    """Each as it is when its person is told; and who is not told now: because nobody can yet, because they want no
    telling, or were told of something that they have not read. They are looked at one by one."""
    role = await neighbours.opportunity(tx, one.opportunity_id)
    organisation = await neighbours.organisation(tx, one.organisation_id)
    to_tell = [of for of in written if domain.telling(of, [of.messages], now=tx.now).now]
    news: dict[UUID, News] = {}
    for of in to_tell:
        between = Between("engagement", of.id, of.person_id, of.organisation_id, of.ods_code, of.opportunity_id)
        standing = Standing(between, role.title, organisation, desk_id=role.desk_id)
        news[of.id] = telling.news_of(tx, of, standing)
    cannot = {each.news.about for each in await tell_each(tx, [*news.values()])}
    after = [
        replace(of, told=of.messages, told_at=tx.now) if of.id in news and of.id not in cannot else of for of in written
    ]
    return after, {of.id: of.version for of in after if of.told < of.messages}


def _said(one: ToAll, of: Conversation) -> Said:
    return Said(
        id=new_id(),
        conversation_id=of.id,
        person_id=of.person_id,
        organisation_id=of.organisation_id,
        number=of.messages,
        side="organisation",
        words=one.words,
        link=one.link,
        has_file=one.has_file,
        said_by=one.written_by,
        said_at=one.written_at,
        to_all=one.id,
    )
