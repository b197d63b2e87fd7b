"""Which organisation drafts, approves and pays for a smaller one, and from when to when. Pure."""

from dataclasses import replace
from datetime import date, timedelta

from schemas.identity import Host, OrganisationChanged
from services.chassis.base.periods import Period
from services.chassis.base.refusals import Refused
from services.identity.domain.organisation import NETWORK, Organisation, changed


class OwnHost(Refused, slug="own-host", status=422, field="host"):
    """An organisation cannot be its own host. Enter the ODS code of another one."""


class HostNotOpen(Refused, slug="host-not-open", status=422, field="host"):
    """We know no organisation with this ODS code that is open on all these days. Check the code and the days."""


class HostsStill(Refused, slug="hosts-still", title="It still acts for others", status=409):
    """This organisation acts for others as their host after that day. End that first."""


class HostIsHosted(Refused, slug="host-is-hosted", status=422, field="host"):
    """That organisation has a host itself, so it cannot act for another one."""


class HostsOthers(Refused, slug="hosts-others", status=409):
    """This organisation is a host itself, so it cannot have one."""


class NetworkHosted(Refused, slug="network-hosted", status=409):
    """The network itself has no host."""


class HostedThen(Refused, slug="hosted-then", status=409):
    """It has a host on some of these days already. End that first."""


class HostedInThePast(Refused, slug="hosted-in-the-past", status=422, field="valid_from"):
    """A host begins today or later."""


class HostEndsFirst(Refused, slug="host-ends-first", status=422, field="valid_to"):
    """The last day cannot be before the first day."""


class NoHost(Refused, slug="no-host", status=404):
    """It has no such host now. Go back to see who hosts it."""


class EndsTooEarly(Refused, slug="ends-too-early", status=422, field="last_day"):
    """The last day is today or later; yesterday, if it has to end at once."""


def check_first_day(first: date, today: date) -> None:
    """Raises HostedInThePast."""
    if first < today:
        raise HostedInThePast


def check_last_day(last: date, today: date) -> None:
    """Raises EndsTooEarly."""
    if last < today - timedelta(days=1):
        raise EndsTooEarly


def host(
    organisation: Organisation, host: Organisation | None, period: Period, *, hosts_others: bool, today: date
) -> tuple[Organisation, OrganisationChanged]:
    """Another organisation does it from now on. Nobody hosts who is hosted, so that it is always clear who acts."""
    if organisation.kind == NETWORK:
        raise NetworkHosted
    if hosts_others:
        raise HostsOthers
    if host is None or Period.of(host).ends_before(period.valid_to or date.max):
        raise HostNotOpen
    if host.id == organisation.id:
        raise OwnHost
    if any(not Period.of(one).ends_before(today) for one in host.hosts):
        raise HostIsHosted
    check_first_day(period.valid_from, today)
    if not period.has_days:
        raise HostEndsFirst
    if any(Period.of(one).overlaps(period) for one in organisation.hosts):
        raise HostedThen
    new = Host(organisation_id=host.id, ods_code=host.ods_code, valid_from=period.valid_from, valid_to=period.valid_to)
    earlier = (one for one in organisation.hosts if Period.of(one).has_days)
    return changed(replace(organisation, hosts=(*earlier, new)))


def end(
    organisation: Organisation, host_code: str, *, last_day: date, today: date
) -> tuple[Organisation, OrganisationChanged]:
    """It does so until that day. Raises NoHost or EndsTooEarly."""
    current = [one for one in organisation.hosts if one.ods_code == host_code and not Period.of(one).ends_before(today)]
    if not current:
        raise NoHost
    check_last_day(last_day, today)
    hosts = tuple(one.with_changes(valid_to=last_day) if one is current[0] else one for one in organisation.hosts)
    return changed(replace(organisation, hosts=hosts))
