"""Who may give whom a role. Nobody gives themselves, a machine, or one another what leads to money. Pure."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from services.chassis.base.hands import Machine, Member
from services.chassis.base.refusals import Refused
from services.identity.domain.account import Account, Membership

MONEY_ROLES = frozenset({"coordinator", "approver", "finance"})
"""A coordinator says who came, an approver approves what that earned, finance releases it."""
CAREFUL = MONEY_ROLES | {"admin", "helper"}
"""An admin makes the others; a helper sends claims and enters bank details for people."""
NOT_FOR_MACHINES = frozenset({"approver", "finance", "admin", "helper"})
"""A program may post roles and choose people (coordinator); that somebody came to what is paid it may not record."""
BACK_AND_FORTH = timedelta(days=30)


class OwnGrant(Refused, slug="own-grant", status=403, field="roles"):
    """Nobody gives themselves a role that leads to money. Ask another admin of your organisation, or the network."""


class NotForAMachine(Refused, slug="not-for-a-machine", status=422, field="roles"):
    """A program cannot approve claims, pay them or give roles. A person has to."""


class GiverGone(Refused, slug="giver-gone", title="Somebody else has to give this role", status=409):
    """Whoever gives this role is not an administrator any more. Ask somebody who is one to give it."""


class WaitsAlready(Refused, slug="waits-already", status=409, field="roles"):
    """Roles for this person wait for the network's finance already. They have to be answered first."""


class AnsweredAlready(Refused, slug="answered-already", title="This was answered already", status=404):
    """These roles do not wait any more: somebody has said yes or no, or the person is gone."""


class NotYoursToRelease(Refused, slug="not-yours-to-release", title="Somebody else has to decide", status=403):
    """You have a part in this: you asked for it, get it, or have your role from one of them. Somebody else decides."""


def must_be_grantable(roles: frozenset[str], *, to: Account, by: UUID | None) -> None:
    """Raises OwnGrant or NotForAMachine."""
    if by == to.id and roles & CAREFUL:
        raise OwnGrant
    if to.kind == "machine" and roles & NOT_FOR_MACHINES:
        raise NotForAMachine


def must_give(by: Account | None, *, organisations: frozenset[UUID], today: date) -> Account:
    """Who gives roles, if they may still do so on the day that it takes effect: an invitation may be answered later.

    `organisations`: as for `lineage`. Raises GiverGone.
    """
    if by is None or not any(one.holds_on(today) for one in _by_which(by, organisations)):
        raise GiverGone
    return by


def goes_back(roles: frozenset[str], *, to: UUID, by: Account, now: datetime) -> bool:
    """Whether whoever gets these roles gave one to whoever gives them, or had somebody give it, in the last 30 days."""
    return bool(roles & CAREFUL) and any(
        one.granted_at is not None and now - one.granted_at < BACK_AND_FORTH and to in one.granted_under
        for one in by.memberships
    )


def lineage(by: Account, *, organisations: frozenset[UUID], today: date) -> tuple[UUID, ...]:
    """Who gives, who gave them the role admin by which they do, and so on to the start.

    `organisations`: the one in which it is given, and the network, whose admins act for each.
    """
    admin = _by_which(by, organisations)
    held = [one for one in admin if one.holds_on(today)] or admin
    return tuple(sorted({by.id, *(who for one in held for who in one.granted_under)}))


def _by_which(giver: Account, organisations: frozenset[UUID]) -> list[Membership]:
    return [one for one in giver.memberships if "admin" in one.roles and one.organisation_id in organisations]


def worked_out(one: Membership, giver: Account | None, *, organisations: frozenset[UUID]) -> Membership:
    """A membership that is older than the network's keeping it: its id (a UUIDv7) says when it was made.

    `giver`: None when they were forgotten since; then it is known who granted it, and no further.
    """
    at = datetime.fromtimestamp((one.id.int >> 80) / 1000, UTC)
    under = (one.granted_by,) if one.granted_by else ()
    if giver is not None:
        under = lineage(giver, organisations=organisations, today=one.valid_from)
    return replace(one, granted_at=at, granted_under=under)


def must_release(asked_by: UUID, to: UUID, *, by: Member) -> None:
    """Whether somebody in the network's finance may decide about roles that wait. Raises NotYoursToRelease."""
    parties = {asked_by, to}
    if by.by in parties or parties & by.granted_under or isinstance(by, Machine):
        raise NotYoursToRelease
