"""Who looks after somebody in the pool: one named coordinator, who covers for them, and how people are handed over.

A coordinator is staff of the network with the role `screener` or `coordinator`: those who take people in, and those
who find roles. `helper` is not enough: helpers do what a person asks for, a coordinator answers for it that they are
well looked after. Nobody is their own coordinator.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from schemas.identity import Account
from schemas.recruitment import Leader, LeaderHandedOver
from services.chassis.base.choices import Choice, Choices, unless
from services.chassis.base.periods import Period
from services.chassis.base.refusals import Refused
from services.recruitment.domain.application import SCREENER

COORDINATOR = "coordinator"
ADMIN = "admin"
COORDINATES = (SCREENER, COORDINATOR)
"""Either of these roles in the network is enough."""
NOBODY = UUID(int=0)
"""Stands where somebody has no coordinator, so that those who wait for one are looked up as anybody's people are."""
LONGEST_COVER = timedelta(days=366)


class NotTheirCoordinator(Refused, slug="not-their-coordinator", title="Their coordinator does this", status=403):
    """Only this person's coordinator, or whoever covers for them, can do this. Ask them, or an admin of the network."""


class NotACoordinator(Refused, slug="not-a-coordinator", status=422, field="to"):
    """Choose somebody who works for the network today and looks after people: from the list on this page."""


class CloseToWhomTheyGet(Refused, slug="coordinator-is-close", status=422, field="to"):
    """They said that they live with this person, or are close to them. Choose somebody else."""


class SameCoordinator(Refused, slug="same-coordinator", status=422, field="to"):
    """They look after these people already. Choose somebody else."""


class OwnCoordinator(Refused, slug="own-coordinator", status=422, field="to"):
    """Nobody looks after themselves. Choose somebody else for this person."""


class HandOverGoesOn(Refused, slug="hand-over-goes-on", status=409):
    """These people are being handed over just now. Look again in a minute: you see then who looks after them."""


class CoversForThemselves(Refused, slug="covers-for-themselves", status=422, field="cover"):
    """Choose a colleague: nobody can cover for themselves."""


class CoverHasNotTheRole(Refused, slug="cover-has-not-the-role", status=422, field="cover"):
    """Choose somebody who works for the network today and looks after people: from the list on this page."""


class CoverIsAway(Refused, slug="cover-is-away", status=422, field="cover"):
    """This colleague is away themselves in that time. Choose somebody else."""


class CoversSomebody(Refused, slug="covers-somebody", status=409):
    """You cover for a colleague in that time. Ask them to choose somebody else first, then say that you are away."""


class CoverIsOver(Refused, slug="cover-is-over", status=422, field="until"):
    """Choose a last day that is today or later."""


class CoverTooLong(Refused, slug="cover-too-long", status=422, field="until"):
    """Choose a last day within a year. For longer, hand your people over."""


class NoCoverToEnd(Refused, slug="no-cover-to-end", title="Nobody covers now", status=409):
    """Nobody covers for them now, so there is nothing to end."""


@dataclass(frozen=True)
class Cover:
    """Who looks after a coordinator's people while they are away. `until`: its last day."""

    coordinator_id: UUID
    organisation_id: UUID
    cover_id: UUID
    until: date
    set_by: UUID
    set_at: datetime
    close_to: frozenset[UUID] = frozenset()
    """Of whom whoever covers said that they are close to them."""

    def is_on(self, day: date) -> bool:
        return day <= self.until


@dataclass(frozen=True)
class HandOver:
    """One statement: all whom somebody looks after (`from_id`; NOBODY: all who wait) go to a colleague."""

    id: UUID
    organisation_id: UUID
    from_id: UUID
    to_id: UUID
    line: str
    ordered_by: UUID
    ordered_at: datetime
    done_at: datetime | None = None


def coordinates(account: Account | None, network_id: UUID, *, on: date) -> bool:
    """Whether the account may look after people on a day."""
    return account is not None and account.kind == "person" and _has_role(account, network_id, on)


def _has_role(account: Account, network_id: UUID, on: date) -> bool:
    return any(
        one.organisation_id == network_id and Period.of(one).in_force_on(on) and set(one.roles) & set(COORDINATES)
        for one in account.memberships
    )


def may_look_after(leader: Leader, *, by: UUID, roles: frozenset[str], today: date) -> Choice:
    """Hand them over: their coordinator, who covers for them, and an admin of the network.

    Who has no coordinator may be given one by everybody who may look after people. Nobody does it for themselves.
    """
    is_free = leader.coordinator_id is None and bool(roles & set(COORDINATES))
    theirs = leader.is_looked_after_by(by, today) or ADMIN in roles or is_free
    return unless((leader.id == by or not theirs, NotTheirCoordinator))


def may_write(leader: Leader, *, by: UUID, today: date) -> Choice:
    """A note of a talk: their coordinator and who covers. An admin hands people over, and reads nothing of theirs."""
    return unless((leader.id == by or not leader.is_looked_after_by(by, today), NotTheirCoordinator))


@dataclass(frozen=True)
class LeaderChoices(Choices):
    """What whoever looks after people may do about somebody in the pool."""

    hand_over: Choice
    write_note: Choice


def choices_of_staff(leader: Leader, *, by: UUID, roles: frozenset[str], today: date) -> LeaderChoices:
    return LeaderChoices(
        hand_over=may_look_after(leader, by=by, roles=roles, today=today),
        write_note=may_write(leader, by=by, today=today),
    )


def check_hand_over(to: Account | None, network_id: UUID, *, from_id: UUID, on: date) -> None:
    """Raises NotACoordinator or SameCoordinator."""
    if to is None or not coordinates(to, network_id, on=on):
        raise NotACoordinator
    if to.id == from_id:
        raise SameCoordinator


def hand_over(leader: Leader, to: UUID, cover: Cover | None, *, now: datetime) -> tuple[Leader, LeaderHandedOver]:
    """`cover`: of the new coordinator, who may be away themselves. Raises OwnCoordinator or SameCoordinator."""
    if leader.id == to:
        raise OwnCoordinator
    if leader.coordinator_id == to:
        raise SameCoordinator
    return _given(leader, to, cover, now=now)


def let_go(leader: Leader, *, now: datetime) -> tuple[Leader, LeaderHandedOver]:
    """Their coordinator may look after nobody any more: they wait for another."""
    return _given(leader, None, None, now=now)


def _given(leader: Leader, to: UUID | None, cover: Cover | None, *, now: datetime) -> tuple[Leader, LeaderHandedOver]:
    covered = cover_of(leader.id, cover)
    given = leader.with_changes(coordinator_id=to, coordinator_since=now, **covered, version=leader.version + 1)
    return given, LeaderHandedOver(given)


def follow_cover(leader: Leader, cover: Cover | None) -> tuple[Leader, LeaderHandedOver] | None:
    """The leader as their coordinator's cover is now; None when it says that already."""
    covered = cover_of(leader.id, cover)
    if (leader.cover_id, leader.cover_until) == tuple(covered.values()):
        return None
    followed = leader.with_changes(**covered, version=leader.version + 1)
    return followed, LeaderHandedOver(followed)


def cover_of(person_id: UUID, cover: Cover | None) -> dict[str, UUID | date | None]:
    """What a leader says of it. Nobody covers for themselves, or for whom they are close to: nobody does meanwhile."""
    holds = cover if cover and person_id not in {cover.cover_id, *cover.close_to} else None
    return {"cover_id": holds.cover_id if holds else None, "cover_until": holds.until if holds else None}


def check_cover(cover: Cover, account: Account | None, *, away: bool, covers: bool, today: date) -> None:
    """`account`: who is to cover; `away`: somebody covers for them then; `covers`: who goes away covers for another.

    So nobody covers in a circle, and no cover hangs on somebody who is away. Raises a refusal that says which.
    """
    if cover.cover_id == cover.coordinator_id:
        raise CoversForThemselves
    if not coordinates(account, cover.organisation_id, on=today):
        raise CoverHasNotTheRole
    if cover.until < today:
        raise CoverIsOver
    if cover.until > today + LONGEST_COVER:
        raise CoverTooLong
    if away:
        raise CoverIsAway
    if covers:
        raise CoversSomebody
