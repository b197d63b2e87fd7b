"""What an organisation's home page and its API show: what waits there for the roles of whoever asks."""

from dataclasses import dataclass, replace

from schemas.identity import Organisation
from services.chassis.base.access import HOSTED_ROLES, london_day
from services.chassis.base.hands import Member
from services.chassis.postgres import mirrors
from services.chassis.postgres.lists import Asked, Page
from services.chassis.postgres.transaction import Transaction
from services.notifications import words
from services.notifications.domain.message import WHO_RINGS
from services.notifications.store import contact as contact_store
from services.notifications.store import neighbours
from services.notifications.store import no_way as no_way_store
from services.notifications.store import waiting as store
from services.notifications.store.waiting import Item, Kind

FEW = 3
"""So many things of a kind stand on an organisation's home by themselves."""


async def own_waiting(tx: Transaction[Member], asked: Asked) -> Page[Item]:
    """What waits in the organisation that is acted for, for the roles that this member has, each by itself."""
    return await store.of_organisation(tx, asked, tx.acting.organisation_id, sorted(tx.acting.roles))


async def own_kinds(tx: Transaction[Member]) -> list[Kind]:
    """How much of each kind waits there for them."""
    return await store.kinds(tx, tx.acting.organisation_id, sorted(tx.acting.roles))


@dataclass(frozen=True)
class Hosted:
    """An organisation that is hosted. `waiting`: what waits there for whoever asks, oldest first; `roles`: in which."""

    ods_code: str
    name: str
    waiting: list[Kind]
    roles: frozenset[str]


@dataclass(frozen=True)
class ForRole:
    """What waits for one role of theirs, a line a kind. `role` is empty for what every member may do."""

    role: str
    kinds: list[Kind]


@dataclass(frozen=True)
class OwnHome:
    """An organisation's home. `few`: a page of the things themselves, but for kinds with many, which have a list.

    `quiet`: their roles for which nothing waits. `hosted`: those for which it drafts, approves and pays today. In the
    network, of a role that reaches people, `no_way`: how many gave a name and no way to reach them; `unreached`:
    whether there is somebody who cannot be reached.
    """

    name: str
    roles: list[ForRole]
    quiet: list[str]
    few: Page[Item]
    hosted: list[Hosted]
    no_way: int = 0
    unreached: bool = False

    @property
    def waits(self) -> bool:
        return bool(self.roles or self.no_way or self.unreached)


async def own_home(tx: Transaction[Member], asked: Asked, *, only: str = "") -> OwnHome:
    """Everything that waits by its kind, and the things themselves; or only those of one kind."""
    kinds, mine = await own_kinds(tx), sorted(tx.acting.roles)
    many = [] if only else [one.what for one in kinds if one.count > FEW and one.what in words.LISTS]
    few = await store.together(tx, asked, tx.acting.organisation_id, mine, besides=many, only=only)
    no_way, unreached, organisation = 0, False, await mirrors.get(tx, Organisation, tx.acting.organisation_id)
    if organisation and organisation.kind == "network" and tx.acting.roles & set(WHO_RINGS):
        no_way = (await no_way_store.people(tx, Asked(counted=True, size=1))).count or 0
        unreached = bool((await contact_store.unreached(tx, Asked(size=1))).items)
    roles = _by_role(kinds)
    quiet = [role for role in words.AS_ROLE if role in tx.acting.roles and not any(one.role == role for one in roles)]
    name = organisation.name if organisation else ""
    return OwnHome(name, roles, quiet, few, await hosted(tx), no_way, unreached)


def _by_role(kinds: list[Kind]) -> list[ForRole]:
    """Each kind once: under the first of the roles for which it waits."""
    first = {one.what: next((role for role in words.AS_ROLE if role in one.roles), "") for one in kinds}
    found = {role: [one for one in kinds if first[one.what] == role] for role in words.AS_ROLE}
    return [ForRole(role, some) for role, some in found.items() if some]


async def hosted(tx: Transaction[Member]) -> list[Hosted]:
    """The organisations that this one hosts today, and what waits there for the roles in which a host acts."""
    found: list[Hosted] = []
    for one in await neighbours.hosted_by(tx, tx.acting.organisation_id, today=london_day(tx.now)):
        roles = tx.acting.roles & HOSTED_ROLES
        there = replace(tx.acting, organisation_id=one.id, ods_code=one.ods_code, roles=roles)
        async with tx.reading_as(there) as theirs:
            waiting = await store.kinds(theirs, one.id, sorted(roles)) if roles else []
        found.append(Hosted(one.ods_code, one.name, waiting, roles))
    return found
