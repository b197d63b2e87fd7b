"""Two who may be one person, side by side, to the network's welcome team: what recruitment holds of both."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.identity import Account
from schemas.recruitment import Leader
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound
from services.chassis.base.security_log import Happened
from services.chassis.postgres import mirrors
from services.chassis.postgres.lists import Asked, Few, Page
from services.chassis.postgres.transaction import Transaction
from services.recruitment.domain.application import Application
from services.recruitment.domain.duplicate import (
    Duplicate,
    DuplicateChoices,
    Standing,
    choices_of_staff,
    standing_of,
)
from services.recruitment.store import applications, leaders, welcome
from services.recruitment.store import closed as closed_store
from services.recruitment.store import duplicates as store
from services.recruitment.store.welcome import Welcomer


@dataclass(frozen=True)
class Roles:
    """How many roles somebody has: those that wait for an answer, places that go on, and meetings they came to."""

    asked_for: int = 0
    places: int = 0
    came: int = 0


@dataclass(frozen=True)
class Side:
    """One of the two. `coordinator`, `kept_reference`: where there is one; `asked_at`: of the newest application."""

    person_id: UUID
    called: str
    reference: str
    full_name: str | None
    birth_year: int | None
    leader: Leader | None
    application: Application | None
    coordinator: str | None
    signs_in: bool
    roles: Roles
    kept_reference: str | None

    @property
    def since(self) -> datetime | None:
        """Since when they are as they are: in the pool, or asking; or when they left."""
        if self.leader:
            return self.leader.left_at or self.leader.approved_at
        return self.application.ended_at or self.application.sent_at if self.application else None

    @property
    def is_in_pool(self) -> bool:
        return self.leader is not None and self.leader.status == "approved"

    @property
    def asks(self) -> bool:
        """Whether they wait for an answer to an application."""
        return self.application is not None and self.application.waits

    @property
    def on_list(self) -> UUID | None:
        """The application of whoever has not answered an organisation's list."""
        return self.application.id if self.application and self.application.is_listed else None

    @property
    def entered_by_phone(self) -> bool:
        return self.application is not None and self.application.entered_by is not None


@dataclass(frozen=True)
class InList:
    """Two in a list: by the names that they ask to be called by, and their references."""

    pair: Duplicate
    first: tuple[str, str]
    second: tuple[str, str]
    holder: str


@dataclass(frozen=True)
class SideBySide:
    """A pair, whole. `team`: whom it can be left with."""

    pair: Duplicate
    sides: tuple[Side, Side]
    choices: DuplicateChoices
    holder: str
    team: Few[Welcomer]

    def side(self, person_id: UUID) -> Side:
        return next(one for one in self.sides if one.person_id == person_id)


async def waiting(tx: Transaction[Member], asked: Asked, network_id: UUID, *, mine: bool = False) -> Page[InList]:
    """One page of those that wait, without those that are not for whoever asks."""
    held_by = tx.acting.by if mine else None
    return await _listed(tx, network_id, await store.waiting(tx, asked, network_id, tx.acting.by, held_by=held_by))


async def closed(tx: Transaction[Member], asked: Asked, network_id: UUID) -> Page[InList]:
    """One page of those in which a record was closed, the newest first."""
    return await _listed(tx, network_id, await store.closed(tx, asked, network_id, tx.acting.by))


async def _listed(tx: Transaction[Member], network_id: UUID, page: Page[Duplicate]) -> Page[InList]:
    people = sorted({id for one in page.items for id in one.both})
    found = await leaders.get_each(tx, people)
    newest = await applications.newest_of_each(tx, people)
    names = {one.account_id: one.called for one in await _team(tx, network_id)} if page.items else {}

    def named(id: UUID) -> tuple[str, str]:
        known = found.get(id) or newest.get(id)
        return (known.called, known.reference) if known else ("", "")

    return page.with_items(
        [
            InList(one, named(one.first_id), named(one.second_id), names.get(one.held_by, "") if one.held_by else "")
            for one in page.items
        ]
    )


async def side_by_side(tx: Transaction[Member], id: UUID, network_id: UUID) -> SideBySide:
    """Raises NotFound to whoever may not look at it: another organisation, one of the two, who entered either, who is
    close to either."""
    pair = await store.get(tx, id)
    if pair is None or pair.team.organisation_id != network_id or tx.acting.by in pair.not_for:
        raise NotFound
    kept_for = await closed_store.kept_for(tx, pair.both)
    people = sorted({*pair.both, *kept_for.values()})
    found = await leaders.get_each(tx, people)
    newest = await applications.newest_of_each(tx, people)
    standing = standing_of(pair.both, found, newest, kept_for)
    one, other = [await _side(tx, id, found, newest, standing) for id in pair.both]
    for id in pair.both:
        tx.note(Happened.LOOKED, of=id, what="duplicate")
    team = await _team(tx, network_id)
    return SideBySide(
        pair=pair,
        sides=(one, other),
        choices=choices_of_staff(pair, standing, now=tx.now),
        holder=next((welcomer.called for welcomer in team if welcomer.account_id == pair.held_by), ""),
        team=_without(team, pair.not_for),
    )


async def _side(
    tx: Transaction[Member],
    id: UUID,
    found: dict[UUID, Leader],
    newest: dict[UUID, Application],
    standing: Standing,
) -> Side:
    leader, application = found.get(id), newest.get(id)
    known = leader or application
    if known is None:
        raise NotFound
    coordinator_id, kept_id = leader.coordinator_id if leader else None, standing.kept_for.get(id)
    accounts = await mirrors.get_each(tx, Account, [id, *([coordinator_id] if coordinator_id else [])])
    account, coordinator = accounts.get(id), accounts.get(coordinator_id) if coordinator_id else None
    kept = (found.get(kept_id) or newest.get(kept_id)) if kept_id else None
    return Side(
        person_id=id,
        called=known.called,
        reference=known.reference,
        full_name=application.full_name if application else None,
        birth_year=application.birth_year if application else None,
        leader=leader,
        application=application,
        coordinator=coordinator.called if coordinator else None,
        # Of whoever can sign in the welcome team sees no account (row policies).
        signs_in=account is None or account.can_sign_in,
        roles=await _roles(tx, id),
        kept_reference=kept.reference if kept else None,
    )


async def _roles(tx: Transaction, person_id: UUID) -> Roles:
    theirs = await leaders.engagements(tx, person_id)
    open_ones = [one for one in theirs if one.ended_at is None]
    count = Counter(one.accepted_at is not None for one in open_ones)
    came = sum(session.attended is True for one in theirs for session in one.sessions)
    return Roles(asked_for=count[False], places=count[True], came=came)


async def _team(tx: Transaction, organisation_id: UUID) -> Few[Welcomer]:
    return await welcome.team(tx, organisation_id, on=london_day(tx.now))


def _without(team: Few[Welcomer], not_for: Sequence[UUID]) -> Few[Welcomer]:
    kept = Few(one for one in team if one.account_id not in not_for)
    kept.more = team.more
    return kept
