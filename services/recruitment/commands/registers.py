"""Bring in an organisation's own list of people: send it, say what its columns mean, try it, have it done, undo it."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from uuid import UUID

from schemas.recruitment import ApplicationForgotten
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotAllowed, NotFound, NotYet
from services.chassis.base.security_log import Happened
from services.chassis.base.tables.reading import Table
from services.chassis.postgres.transaction import Transaction, new_id
from services.recruitment import metrics
from services.recruitment.commands import duplicates, listing
from services.recruitment.domain import listed as listed_domain
from services.recruitment.domain.application import Application, Screening
from services.recruitment.domain.register import imports as domain
from services.recruitment.domain.register.columns import check_meanings, guessed
from services.recruitment.domain.register.imports import ADMIN, Import
from services.recruitment.domain.register.lines import Ages, Person, read_line
from services.recruitment.domain.register.people import Joined, joined, remarks_of
from services.recruitment.store import applications, imports, policies, register_lines, releasing
from services.recruitment.store import listed as listed_store
from services.recruitment.store.register_lines import Kept
from services.recruitment.words import MEANING

FORGET_AT_ONCE = 500


async def send_list(tx: Transaction[Member], table: Table | None) -> UUID:
    """Keep a list as it was typed. Nobody is brought in by it: what its columns mean is asked first.

    Raises NoList where no file was chosen.
    """
    if table is None:
        raise domain.NoList
    one = Import(
        id=new_id(),
        version=1,
        organisation_id=tx.acting.organisation_id,
        ods_code=tx.acting.ods_code,
        file_name=table.name,
        uploaded_by=tx.acting.by,
        uploaded_at=tx.now,
        columns=tuple(table.columns),
        meanings=tuple(guessed(table.columns)),
        lines=len(table.lines),
        moved_at=tx.now,
    )
    await imports.add(tx, one)
    await register_lines.add(tx, one.id, one.organisation_id, table.lines)
    return one.id


async def map_columns(tx: Transaction[Member], id: UUID, meanings: Sequence[str]) -> None:
    """Say what the columns mean, and try it: what each line would do is kept beside it. Nobody is brought in.

    Raises NoName, MeaningTwice, OneForEach or NotesNeverTaken.
    """
    one = await _own(tx, id)
    domain.may_map(one).must()
    check_meanings(meanings, one.columns, MEANING)
    kept = await register_lines.all_of(tx, id)
    tried, people = await _read(tx, kept, meanings)
    await register_lines.check(tx, id, tried)
    refused = sum(1 for line in tried if line.refused)
    more = len(tried) - refused - len(people)
    await imports.save(tx, domain.map_columns(one, tuple(meanings), refused=refused, joined=more, now=tx.now))


async def bring_in(tx: Transaction[Member], id: UUID) -> None:
    """The network's own list. Raises NetworkReleases for everybody else's."""
    await _go_on(tx, domain.bring_in(await _own(tx, id), now=tx.now))


async def ask_release(tx: Transaction[Member], id: UUID) -> None:
    """The network's welcome team looks at it, and releases it."""
    await imports.save(tx, domain.ask_release(await _own(tx, id), now=tx.now))


async def release(tx: Transaction[Member], id: UUID, *, seen: int | None = None) -> None:
    """By the network's welcome team. Raises OwnList for whoever sent it, and ListChanged where it is not as `seen`."""
    one = await _of_anybody(tx, id)
    await _go_on(tx, domain.release(one, by=tx.acting.by, seen=seen, now=tx.now))
    tx.note(Happened.LOOKED, what="list_released", count=one.to_bring_in)


async def give_back(tx: Transaction[Member], id: UUID) -> None:
    """The network does not release it as it is."""
    await imports.save(tx, domain.give_back(await _of_anybody(tx, id), now=tx.now))


async def delete(tx: Transaction[Member], id: UUID) -> None:
    """Before anybody was brought in."""
    domain.may_delete(await _own(tx, id)).must()
    await imports.delete(tx, id)


async def hand_on(tx: Transaction[Member], id: UUID) -> None:
    """How to reach them, and their training, goes to the rooms that keep it. From now on they are asked."""
    await imports.save(tx, domain.hand_on(await _own(tx, id), now=tx.now))


async def undo(tx: Transaction[Member], id: UUID) -> None:
    """While nobody has been asked: everybody on it is forgotten again. Raises AskedByNow."""
    undone = domain.undo(await _own(tx, id), now=tx.now)
    await imports.save(tx, undone)
    await tx.due(take_list_back, id, undone.version)


async def _go_on(tx: Transaction, running: Import) -> None:
    await imports.save(tx, running)
    await tx.due(bring_list_in, running.id, running.version)


async def bring_list_in(tx: Transaction, id: UUID) -> None:
    """Open an application for everybody on a list: all of it, or nothing. Safe to repeat: it is done once."""
    one = await imports.lock_if_there(tx, id)
    if one is None or one.stage != domain.RUNNING:
        return
    network = await applications.network(tx, on=london_day(tx.now))
    if network is None:
        raise NotYet("the organisation that runs the network")
    kept = await register_lines.all_of(tx, id)
    _, people = await _read(tx, [line for line in kept if not line.refused], one.meanings)
    days = (await policies.lists(tx, on=london_day(tx.now))).days
    made = listing.opened(people, one, Screening(network.id, network.ods_code), now=tx.now, days=days)
    await listed_store.add(tx, [(each.application, each.listed) for each in made])
    await listed_store.declare(tx, id, [past for each in made for past in each.past])
    lines = [(line.line, each.listed.person_id) for each in made for line in each.person.lines]
    await register_lines.name_people(tx, id, lines)
    reachable = sum(1 for person in people if person.is_reachable)
    await imports.save(tx, domain.brought_in(one, people=len(people), reachable=reachable, now=tx.now))
    await tx.emit(*(each.event for each in made))
    await tx.due(look_who_is_here_twice, id, one.version + 1)


async def look_who_is_here_twice(tx: Transaction, id: UUID) -> None:
    """Who of a list seems to be here already is shown to the network's welcome team, and never to whoever sent it."""
    await duplicates.look_for(tx, await listed_store.people_of_import(tx, id))


async def take_list_back(tx: Transaction, id: UUID) -> None:
    """Everybody who was on it is forgotten, in every room. Whoever has answered by now keeps their answer."""
    gone = await listed_store.lock_of_import(tx, id)
    one = await imports.lock_if_there(tx, id)
    if one is None or one.stage != domain.UNDOING:
        return
    await forget_listed(tx, [listed_domain.forget(each, now=tx.now) for each in gone])
    await register_lines.forget_all(tx, id)
    await imports.save(tx, domain.taken_back(one, gone=len(gone), now=tx.now))
    tx.count(partial(metrics.ANSWERED.labels("undone").inc, len(gone)))


async def forget_who_did_not_answer(tx: Transaction) -> int:
    """Nobody is kept on a list for longer than they were told; returns how many went."""
    policy = await policies.lists(tx, on=london_day(tx.now))
    silent = await listed_store.lock_silent(tx, older_than_days=policy.days, limit=FORGET_AT_ONCE)
    gone = await forget_listed(tx, [listed_domain.forget(each, now=tx.now) for each in silent])
    await imports.count_answers(tx, Counter(one.import_id for one in gone), "silent")
    tx.count(partial(metrics.ANSWERED.labels("silent").inc, len(silent)))
    return len(silent)


async def delete_old_lists(tx: Transaction) -> None:
    await imports.delete_old(tx)


async def forget_listed(
    tx: Transaction, forgotten: Sequence[tuple[Application, ApplicationForgotten]]
) -> Sequence[listed_store.Listed]:
    """Say so: identity forgets them everywhere. What recruitment knew of them goes now. Their rows are locked."""
    if not forgotten:
        return []
    await listed_store.answer(tx, *(one for one, _ in forgotten))
    people = [one.person_id for one, _ in forgotten]
    gone = await listed_store.take(tx, [one.id for one, _ in forgotten])
    await listed_store.forget_past(tx, people)
    await register_lines.forget_people(tx, people)
    await tx.emit(*(event for _, event in forgotten))
    return gone


async def _own(tx: Transaction[Member], id: UUID) -> Import:
    """One that the organisation which is acted for sent, locked. Raises NotFound, or NotAllowed to who is no admin."""
    if ADMIN not in tx.acting.roles:
        raise NotAllowed
    one = await imports.lock(tx, id)
    if one.organisation_id != tx.acting.organisation_id:
        raise NotFound
    return replace(one, by_network=await releasing.is_network(tx))


async def _of_anybody(tx: Transaction[Member], id: UUID) -> Import:
    """One of whichever organisation, to the network's welcome team, locked."""
    await releasing.check_releases(tx)
    return await imports.lock(tx, id)


async def _read(tx: Transaction, kept: Sequence[Kept], meanings: Sequence[str]) -> tuple[list[Kept], list[Joined]]:
    """What each line would do, and the people; away from the event loop, since a long list takes a while."""
    policy, today = await policies.lists(tx, on=london_day(tx.now)), london_day(tx.now)
    ages = Ages(policy.youngest, policy.oldest)

    def read() -> tuple[list[Kept], list[Joined]]:
        people: list[Person] = []
        refused: dict[int, str] = {}
        for line in kept:
            person, why = read_line(line.line, line.cells, meanings, ages=ages, today=today)
            if person and not line.problem:
                people.append(person)
            else:
                refused[line.line] = line.problem or why
        found = joined(people)
        by_line = _by_line(found)
        return [_tried(line, refused, by_line) for line in kept], found

    return await asyncio.to_thread(read)


def _by_line(people: Sequence[Joined]) -> dict[int, tuple[Joined, str]]:
    return {line: (one, ". ".join(said)) for one in people for line, said in remarks_of(one).items()}


def _tried(line: Kept, refused: dict[int, str], by_line: dict[int, tuple[Joined, str]]) -> Kept:
    if why := refused.get(line.line):
        return replace(line, refused=why, remarks="", first_line=None, shows="refused")
    one, remarks = by_line[line.line]
    shows = "joined" if len(one.lines) > 1 else "remarked" if remarks else "good"
    return replace(line, refused="", remarks=remarks, first_line=one.first.line, shows=shows)
