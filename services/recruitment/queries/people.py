"""Somebody in the pool, and who looks after them: to their coordinator, and to themselves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from schemas import links
from schemas.event import Waiting
from schemas.identity import Account, Organisation
from schemas.recruitment import Leader
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member, Person
from services.chassis.base.security_log import Happened
from services.chassis.postgres import mirrors
from services.chassis.postgres.lists import Asked, Few, Page
from services.chassis.postgres.transaction import Transaction
from services.recruitment import needed
from services.recruitment.domain import coordinator as domain
from services.recruitment.domain.application import Application
from services.recruitment.domain.coordinator import ADMIN, COORDINATES, NOBODY, Cover, HandOver, LeaderChoices
from services.recruitment.domain.note import Note
from services.recruitment.store import caseloads, coordinators, leaders, needs, notes, permissions, policies
from services.recruitment.store.caseloads import InCaseload, Narrowed
from services.recruitment.store.permissions import Permission

SOMEBODY = "somebody who has left"
"""Whose name nobody knows any more."""


@dataclass(frozen=True)
class LookedAfter:
    """Somebody as their coordinator sees them in a list. `is_late`: nobody was in touch for longer than promised."""

    leader: Leader
    row: InCaseload
    to_do: Sequence[Waiting]
    is_late: bool
    is_paused: bool
    signs_in: bool
    review_due: bool
    """They were asked whether what they need is still right, and have not said; if they let whoever asks see it."""


@dataclass(frozen=True)
class Coordinated:
    """Who looks after somebody, by the names that they asked to be called by; None: nobody does."""

    coordinator: str | None
    cover: str | None
    cover_until: date | None


@dataclass(frozen=True)
class AboutPerson:
    """Somebody in the pool, to staff of the network who look after people. `permissions`: name → yes or no."""

    looked_after_by: Coordinated
    one: LookedAfter
    permissions: Sequence[tuple[str, bool]]
    choices: LeaderChoices
    shows_needs: bool
    """Whether they let whoever asks see what they need."""


@dataclass(frozen=True)
class WrittenNote:
    """A note, and what whoever wrote it is called."""

    note: Note
    written_by: str
    is_own: bool


@dataclass(frozen=True)
class MayAct:
    """An organisation, and what the person said of it; None: nothing. `entered_by`: who wrote it down for them."""

    organisation: Organisation
    said: Permission | None
    entered_by: str


@dataclass(frozen=True)
class Caseload:
    """Whose people a list shows, and whose else it could. `under_way`: people who are being handed over just now."""

    of: UUID
    called: str
    cover: Cover | None
    cover_called: str
    others: Sequence[tuple[UUID, str]]
    under_way: Sequence[HandOver]


async def _called(tx: Transaction, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """The called names of those whom whoever asks may know."""
    known = await mirrors.get_each(tx, Account, sorted({one for one in ids if one}))
    return {id: account.called for id, account in known.items()}


async def quiet_before(tx: Transaction) -> date:
    """With whom nobody was in touch since a day before this one, somebody should be by now."""
    today = london_day(tx.now)
    days = (await policies.in_force(tx, on=today))["contact"].days or 0
    return today - timedelta(days=days)


async def my_people(tx: Transaction[Member], asked: Asked, of: UUID, by: Narrowed) -> Page[LookedAfter]:
    """One page of whom somebody looks after. Whether whoever asks may see them is checked before."""
    page = await caseloads.of(tx, asked, of, by)
    return page.with_items(await _looked_after(tx, page.items))


async def _looked_after(tx: Transaction[Member], rows: Sequence[InCaseload]) -> list[LookedAfter]:
    ids, today, late = [row.person_id for row in rows], london_day(tx.now), await quiet_before(tx)
    found = await leaders.get_each(tx, ids)
    waits = await caseloads.what_waits(tx, ids)
    cannot_sign_in = {id for id, one in (await mirrors.get_each(tx, Account, ids)).items() if not one.can_sign_in}
    asked_again = {id for id, one in (await needs.get_each(tx, ids)).items() if one.asked_at is not None}
    return [
        LookedAfter(
            leader=leader,
            row=row,
            to_do=(*waits.get(row.person_id, ()), *leader.waiting),
            is_late=row.quiet_since < late and not leader.is_paused_on(today),
            is_paused=leader.is_paused_on(today),
            signs_in=row.person_id not in cannot_sign_in,
            review_due=row.person_id in asked_again,
        )
        for row in rows
        if (leader := found.get(row.person_id))
    ]


async def caseload(tx: Transaction[Member], of: UUID) -> Caseload:
    """What is said above a list of somebody's people."""
    today, acting = london_day(tx.now), tx.acting
    cover = await coordinators.cover_for(tx, of, on=today)
    covered = await coordinators.covered_by(tx, acting.by, on=today)
    everybody = await caseloads.coordinators(tx) if ADMIN in acting.roles else []
    others = {acting.by, of, *(one.coordinator_id for one in covered), *everybody} - {NOBODY}
    called = await _called(tx, {*others, cover.cover_id if cover else None})
    return Caseload(
        of=of,
        called=called.get(of, SOMEBODY),
        cover=cover,
        cover_called=called.get(cover.cover_id, SOMEBODY) if cover else "",
        others=sorted(((one, called.get(one, SOMEBODY)) for one in others - {acting.by}), key=lambda one: one[1]),
        under_way=await coordinators.hand_overs_under_way(tx, [of]),
    )


async def colleagues(tx: Transaction[Member]) -> Few[Account]:
    """Who may look after people today."""
    return await coordinators.colleagues(tx, tx.acting.organisation_id, on=london_day(tx.now))


async def about_person(tx: Transaction[Member], leader: Leader) -> AboutPerson | None:
    """What the network's staff who look after people see of somebody in the pool; None to everybody else."""
    acting, today = tx.acting, london_day(tx.now)
    network = await mirrors.get(tx, Organisation, acting.organisation_id)
    row = await caseloads.get(tx, leader.id)
    if not acting.roles & {*COORDINATES, ADMIN} or network is None or network.kind != "network" or row is None:
        return None
    [one] = await _looked_after(tx, [row])
    known = await mirrors.get_each(tx, Organisation, [*leader.may_act, *leader.may_not_act])
    return AboutPerson(
        looked_after_by=await _coordinated(tx, leader),
        one=one,
        permissions=sorted((organisation.name, id in leader.may_act) for id, organisation in known.items()),
        choices=domain.choices_of_staff(leader, by=acting.by, roles=acting.roles, today=today),
        shows_needs=await needed.shows_needs(tx, leader),
    )


async def _coordinated(tx: Transaction, leader: Leader) -> Coordinated:
    cover = leader.covered_on(london_day(tx.now))
    called = await _called(tx, [leader.coordinator_id, cover])
    return Coordinated(
        coordinator=called.get(leader.coordinator_id, SOMEBODY) if leader.coordinator_id else None,
        cover=called.get(cover, SOMEBODY) if cover else None,
        cover_until=leader.cover_until if cover else None,
    )


async def who_to_ask(tx: Transaction[Person]) -> Coordinated | None:
    """Who looks after the person who asks; None for somebody who is not in the pool."""
    leader = await leaders.get(tx, tx.acting.person_id)
    return await _coordinated(tx, leader) if leader and leader.status != "left" else None


async def where_to_reach(tx: Transaction[Member], one: Application) -> str:
    """The page that says how somebody is reached who cannot sign in, while they wait; "" of everybody else."""
    account = await mirrors.get(tx, Account, one.person_id)
    here = one.waits and account is not None and not account.can_sign_in
    return links.STAFF_CONTACT.format(ods=tx.acting.ods_code, person_id=one.person_id) if here else ""


async def notes_of(tx: Transaction, asked: Asked, person_id: UUID) -> Page[WrittenNote]:
    """What was written about somebody, newest first: to themselves, their coordinator and whoever covers."""
    tx.note(Happened.LOOKED, of=person_id, what="notes")
    page = await notes.of_person(tx, asked, person_id)
    called = await _called(tx, (one.written_by for one in page.items))
    return page.with_items(
        [
            WrittenNote(
                note=one,
                written_by=called.get(one.written_by, SOMEBODY) if one.written_by else SOMEBODY,
                is_own=one.written_by == tx.acting.hand_id,
            )
            for one in page.items
        ]
    )


async def who_may_act(tx: Transaction[Person]) -> list[MayAct]:
    """The organisations of which the person said something, and those that they had to do with."""
    person_id = tx.acting.person_id
    said = await permissions.of_person(tx, person_id)
    known = await mirrors.get_each(tx, Organisation, [*said, *await permissions.met(tx, person_id)])
    return await _may_act(tx, sorted(known.values(), key=lambda one: one.name))


async def organisations_called(tx: Transaction[Person], words: str) -> Few[MayAct]:
    """Those whose name has these words, besides the ones that the page shows anyway (`who_may_act`)."""
    found = await permissions.organisations_called(tx, words, on=london_day(tx.now))
    known = {one.organisation.id for one in await who_may_act(tx)}
    shown = Few(await _may_act(tx, [one for one in found if one.id not in known]))
    shown.more = found.more
    return shown


async def _may_act(tx: Transaction[Person], organisations: Sequence[Organisation]) -> list[MayAct]:
    said = await permissions.of_person(tx, tx.acting.person_id)
    called = await _called(tx, (one.entered_by for one in said.values()))
    return [
        MayAct(one, its := said.get(one.id), called.get(its.entered_by, SOMEBODY) if its and its.entered_by else "")
        for one in organisations
    ]


@dataclass(frozen=True)
class Leaving:
    """What leaving ends for somebody, and what goes on: how many roles of each."""

    ends: int
    stays: int


async def what_leaving_ends(tx: Transaction[Person]) -> Leaving:
    """Roles that wait for an answer are given up; a place that was taken is a promise of both, and stays."""
    theirs = await leaders.open_engagements(tx, tx.acting.person_id)
    stays = sum(one.accepted_at is not None for one in theirs)
    return Leaving(ends=len(theirs) - stays, stays=stays)
