"""People and organisations write to each other: each command locks the conversation, decides, saves and says so."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from schemas.notifications_conversation import Conversation as PublicConversation
from services.chassis.base.files.rewriting import SafeFile
from services.chassis.base.hands import Member, Person
from services.chassis.base.refusals import NotFound
from services.chassis.postgres import files
from services.chassis.postgres.files import WITH_ITS_THING, Belongs
from services.chassis.postgres.transaction import Hand, Transaction, new_id
from services.notifications import metrics
from services.notifications.commands import telling_of_messages as following
from services.notifications.domain import conversation as domain
from services.notifications.domain import conversing
from services.notifications.domain.conversation import About, Changed, Conversation, Heard, Said, Side, Written
from services.notifications.domain.conversing import Standing
from services.notifications.store import contact as contact_store
from services.notifications.store import conversations as store
from services.notifications.store import policies, talked_about
from services.notifications.store import said as said_store
from services.notifications.store.conversation_lists import answers


async def standing_of_staff(tx: Transaction[Member], about: About, id: UUID) -> Standing:
    """What staff and a person write about. Raises NotFound for another organisation's, for another role's, and for a
    person whom somebody else looks after."""
    if about not in answers(tx.acting):
        raise NotFound
    found = await talked_about.of(tx, about, id, await policies.conversing(tx))
    if found.between.organisation_id != tx.acting.organisation_id:
        raise NotFound
    if about == "coordinator" and not await talked_about.looks_after(tx, id):
        raise NotFound
    return found


async def standing_of_person(tx: Transaction[Person], about: About, id: UUID) -> Standing:
    """The same of a person's own. Raises NotFound."""
    found = await talked_about.of(tx, about, id, await policies.conversing(tx))
    if found.between.person_id != tx.acting.person_id:
        raise NotFound
    return found


async def write_mine(
    tx: Transaction[Person], about: About, id: UUID, written: Written, file: SafeFile | None = None
) -> Conversation:
    """A day on which it was said on the phone is whoever helps to say. Raises NotFound, and what stands against it."""
    standing = await standing_of_person(tx, about, id)
    before = await _held(tx, standing)
    conversing.may_write(before, standing, now=tx.now).must()
    by_phone = replace(written, phone_on=written.phone_on if tx.acting.helper else None)
    return await _write(tx, (standing, before), "person", by_phone, file)


async def write_theirs(
    tx: Transaction[Member], about: About, id: UUID, written: Written, file: SafeFile | None = None
) -> Conversation:
    """Staff write; what the person wrote is read by that, and answered. Raises NotFound, and what stands against it."""
    standing = await standing_of_staff(tx, about, id)
    before = await _held(tx, standing)
    conversing.may_answer(before, standing, by=tx.acting.by, now=tx.now).must()
    return await _write(tx, (standing, before), "organisation", replace(written, phone_on=None), file)


async def write_down_call(
    tx: Transaction[Member], about: About, id: UUID, said: tuple[Side, Written], *, settled: bool
) -> Conversation:
    """What one side said on the phone to the other, as staff write it down. `settled`: nobody has to answer it any
    more. Raises what `write_theirs` raises."""
    standing = await standing_of_staff(tx, about, id)
    before = await _held(tx, standing)
    conversing.may_answer(before, standing, by=tx.acting.by, now=tx.now).must()
    side, written = said
    return await _write(tx, (standing, before), side, written, None, heard="answered" if settled else "waits")


async def _held(tx: Transaction, standing: Standing) -> Conversation | None:
    """The conversation, locked; nobody forgets its person meanwhile, nor begins it besides. Raises TheyAreGone for whom
    somebody forgot in this moment."""
    await contact_store.keep_people(tx, [standing.between.person_id])
    if await talked_about.gone(tx, [standing.between.person_id]):
        raise conversing.TheyAreGone
    await store.hold_each(tx, [standing.between.id])
    return await store.lock(tx, standing.between.id)


async def _write(
    tx: Transaction[Hand],
    of: tuple[Standing, Conversation | None],
    side: Side,
    written: Written,
    file: SafeFile | None,
    *,
    heard: Heard = "",
) -> Conversation:
    standing, before = of
    first = 1 if before else await tx.first_version(PublicConversation, standing.between.id)
    newer = None
    if before and isinstance(tx.acting, Member) and (side == "organisation" or heard == "answered"):
        newer = await said_store.mark_read(tx, before.id, by=tx.acting.by, saw=written.saw)
    after, event = domain.write(before, standing.between, side, version=first, at=tx.now, heard=heard, newer=newer)
    reads = tx.acting.by if isinstance(tx.acting, Member) and side == "person" else None
    said = Said(
        id=new_id(),
        conversation_id=after.id,
        person_id=after.person_id,
        organisation_id=after.organisation_id,
        number=after.messages,
        side=side,
        words=written.words,
        link=written.link,
        has_file=file is not None,
        said_by=tx.acting.hand_id or after.person_id,
        said_at=tx.now,
        phone_on=written.phone_on,
        read_by=reads,
        read_at=tx.now if reads else None,
    )
    await (store.save if before else store.add)(tx, after)
    await said_store.add(tx, said)
    if file is not None:
        belongs = Belongs(said.id, said_store.FILE, person_id=said.person_id, organisation_id=said.organisation_id)
        await files.keep(tx, file, belongs, erase_on=WITH_ITS_THING)
    await tx.emit(event)
    await following.follow(tx, after)
    tx.count(metrics.WRITTEN.labels(side).inc)
    return after


async def mark_read(tx: Transaction[Member], about: About, id: UUID, *, saw: int | None = None) -> Conversation:
    """A colleague sees by whom. `saw`: up to which message; none: all. Raises NotFound or NothingUnread."""
    of = await _theirs(tx, about, id)
    conversing.may_mark_read(of, by=tx.acting.by).must()
    return await _change(tx, domain.read(of, newer=await said_store.mark_read(tx, id, by=tx.acting.by, saw=saw)))


async def settle(tx: Transaction[Member], about: About, id: UUID, *, saw: int | None = None) -> Conversation:
    """No answer is needed. `saw`: to what up to which message; none: all. Raises NotFound or NothingWaits."""
    of = await _theirs(tx, about, id)
    conversing.may_settle(of, by=tx.acting.by).must()
    return await _change(tx, domain.settle(of, newer=await said_store.mark_read(tx, id, by=tx.acting.by, saw=saw)))


async def end_theirs(tx: Transaction[Member], about: About, id: UUID) -> Conversation:
    """Raises NotFound or Ended."""
    of = await _theirs(tx, about, id)
    conversing.may_end(of).must()
    await said_store.mark_read(tx, id, by=tx.acting.by)
    return await _change(tx, domain.end(of, "organisation", now=tx.now))


async def open_theirs_again(tx: Transaction[Member], about: About, id: UUID) -> Conversation:
    """Raises NotFound or NotYoursToOpen."""
    of = await _theirs(tx, about, id)
    conversing.may_open_again(of, "organisation").must()
    return await _change(tx, domain.open_again(of))


async def say_seen(tx: Transaction[Person], about: About, id: UUID) -> Conversation:
    """The person read what staff wrote, and so is told of the next at once. No event: it is for them alone. Raises
    NotFound or NothingUnread."""
    of = await _mine(tx, about, id)
    conversing.may_say_seen(of).must()
    seen = replace(of, seen=of.messages)
    await store.save(tx, seen)
    await following.follow(tx, seen)
    return seen


async def mute(tx: Transaction[Person], about: About, id: UUID) -> Conversation:
    """Raises NotFound or MutedAlready."""
    of = await _mine(tx, about, id)
    conversing.may_mute(of).must()
    return await _change(tx, domain.mute(of, now=tx.now))


async def unmute(tx: Transaction[Person], about: About, id: UUID) -> Conversation:
    """Raises NotFound or NotMuted."""
    of = await _mine(tx, about, id)
    conversing.may_unmute(of).must()
    return await _change(tx, domain.unmute(of))


async def end_mine(tx: Transaction[Person], about: About, id: UUID) -> Conversation:
    """Raises NotFound or Ended."""
    of = await _mine(tx, about, id)
    conversing.may_end(of).must()
    return await _change(tx, domain.end(of, "person", now=tx.now))


async def open_mine_again(tx: Transaction[Person], about: About, id: UUID) -> Conversation:
    """Raises NotFound or NotYoursToOpen."""
    of = await _mine(tx, about, id)
    conversing.may_open_again(of, "person").must()
    return await _change(tx, domain.open_again(of))


OfPerson = Callable[[Transaction[Person], About, UUID], Awaitable[Conversation]]
OfStaff = Callable[[Transaction[Member], About, UUID], Awaitable[Conversation]]


async def _theirs(tx: Transaction[Member], about: About, id: UUID) -> Conversation:
    """Locked. Raises NotFound, also where nothing is written yet."""
    await standing_of_staff(tx, about, id)
    of = await store.lock(tx, id)
    if of is None or of.about != about:
        raise NotFound
    return of


async def _mine(tx: Transaction[Person], about: About, id: UUID) -> Conversation:
    """The same of a person, also when what it was about is gone."""
    of = await store.lock(tx, id)
    if of is None or of.about != about or of.person_id != tx.acting.person_id:
        raise NotFound
    return of


async def _change(tx: Transaction[Any], changed: Changed) -> Conversation:
    after, event = changed
    await store.save(tx, after)
    await tx.emit(event)
    await following.follow(tx, after)
    return after
