"""What an organisation is, and what may happen to it. Pure: no clock, no database, no network."""

import re
from dataclasses import asdict, dataclass, replace
from datetime import date
from uuid import UUID

from schemas import identity as contracts
from services.chassis.base.periods import Period
from services.chassis.base.refusals import Refused

NETWORK = "network"
_ODS = re.compile(r"[A-Z0-9]{3,10}")


class WrongShape(Refused, slug="wrong-ods-code", status=422, field="ods_code"):
    """Enter an ODS code: 3 to 10 letters and numbers, like RX2 or QWO."""


class UnknownKind(Refused, slug="unknown-kind", status=422, field="kind"):
    """Choose what kind of organisation this is."""


class OneNetwork(Refused, slug="one-network", status=422, field="kind"):
    """There is one network already, and there can be only one."""


class UnknownCode(Refused, slug="unknown-ods-code", status=404, field="ods_code"):
    """We do not know an organisation with this ODS code. Check the code, or ask the network to add it."""


class CodeTaken(Refused, slug="ods-code-taken", status=409, field="ods_code"):
    """There is an organisation with this ODS code already. ODS codes are never used twice."""


class OrganisationClosed(Refused, slug="organisation-closed", title="This organisation has closed", status=409):
    """This organisation has closed, so nothing can be changed for it any more."""


class NetworkStays(Refused, slug="network-stays", title="The network cannot be closed", status=409):
    """The network itself cannot be closed."""


class LastDayTooEarly(Refused, slug="last-day-too-early", status=422, field="last_day"):
    """The last day cannot be before the first day."""


class WrongSuccessor(Refused, slug="wrong-successor", status=422, field="successors"):
    """An organisation that takes over must be another one that we know and that is still open."""


class ClosedByItsForm(Refused, slug="closed-by-its-form", status=422, field="last_day"):
    """This organisation is open. Leave the last day empty, and close it on its own page: it asks who takes over."""


class AlreadyStarted(Refused, slug="already-started", title="This has started already", status=409):
    """This network has been set up already. Ask one of its admins to add you."""


@dataclass(frozen=True)
class Organisation:
    """An organisation of the region. Both its days are included; without a last day it is open."""

    id: UUID
    version: int
    ods_code: str
    name: str
    kind: str
    valid_from: date
    valid_to: date | None = None
    successors: tuple[UUID, ...] = ()
    desks: tuple[contracts.Desk, ...] = ()
    venues: tuple[contracts.Venue, ...] = ()
    hosts: tuple[contracts.Host, ...] = ()

    def public(self) -> contracts.Organisation:
        return contracts.Organisation(
            id=self.id,
            version=self.version,
            ods_code=self.ods_code,
            name=self.name,
            kind=self.kind,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            successors=self.successors,
            desks=self.desks,
            venues=self.venues,
            hosts=self.hosts,
        )

    def closed(self, today: date) -> bool:
        return Period.of(self).ends_before(today)


def tidy_code(text: str) -> str:
    """The code as ODS writes it. Raises WrongShape; the shape is checked loosely, and no kind is read from it."""
    code = "".join(text.split()).upper()
    if not _ODS.fullmatch(code):
        raise WrongShape
    return code


def known_kind(kind: str) -> str:
    """Raises UnknownKind."""
    if kind not in contracts.ORGANISATION_KINDS:
        raise UnknownKind
    return kind


def register(new: Organisation, *, first: bool = False) -> tuple[Organisation, contracts.OrganisationRegistered]:
    """An organisation joins. Only the first one, which starts the network, is of kind network."""
    known_kind(new.kind)
    if (new.kind == NETWORK) != first:
        raise OneNetwork
    if not Period.of(new).has_days:
        raise LastDayTooEarly
    return new, contracts.OrganisationRegistered(new.public())


def close(
    organisation: Organisation, *, last_day: date, successors: list[Organisation], today: date
) -> tuple[Organisation, contracts.OrganisationClosed]:
    """It gets a last day, and those who take over. Neither can be changed afterwards."""
    if organisation.kind == NETWORK:
        raise NetworkStays
    if not Period.of(organisation).open:
        raise OrganisationClosed
    if not Period(organisation.valid_from, last_day).has_days:
        raise LastDayTooEarly
    for place, one in enumerate(successors):
        if one.id == organisation.id or one.closed(today):
            raise WrongSuccessor().about("successors", "successors", place)
    heirs = tuple(sorted({one.id for one in successors}))
    closed = replace(organisation, valid_to=last_day, successors=heirs, version=organisation.version + 1)
    return closed, contracts.OrganisationClosed(closed.public())


@dataclass(frozen=True)
class Facts:
    """What is known of an organisation, and can have been written down wrongly."""

    name: str
    kind: str
    valid_from: date
    valid_to: date | None


def facts_of(organisation: Organisation) -> Facts:
    return Facts(organisation.name, organisation.kind, organisation.valid_from, organisation.valid_to)


def correct(organisation: Organisation, facts: Facts) -> tuple[Organisation, contracts.OrganisationChanged] | None:
    """It was written down wrongly, or has another name now. None where nothing is different.

    Without a last day it is open again, and nobody takes over from it. Raises UnknownKind, OneNetwork, NetworkStays,
    ClosedByItsForm or LastDayTooEarly.
    """
    if facts == facts_of(organisation):
        return None
    if facts.kind not in contracts.ORGANISATION_KINDS:
        raise UnknownKind
    if (facts.kind == NETWORK) != (organisation.kind == NETWORK):
        raise OneNetwork
    if facts.kind == NETWORK and facts.valid_to:
        raise NetworkStays
    if facts.valid_to and Period.of(organisation).open:
        raise ClosedByItsForm
    if not Period(facts.valid_from, facts.valid_to).has_days:
        raise LastDayTooEarly
    heirs = organisation.successors if facts.valid_to else ()
    return changed(replace(organisation, **asdict(facts), successors=heirs))


def changed(organisation: Organisation) -> tuple[Organisation, contracts.OrganisationChanged]:
    """Its next version, of which its public words are said."""
    risen = replace(organisation, version=organisation.version + 1)
    return risen, contracts.OrganisationChanged(risen.public())


def must_be_open(organisation: Organisation, today: date) -> None:
    """Raises OrganisationClosed after its last day."""
    if organisation.closed(today):
        raise OrganisationClosed
