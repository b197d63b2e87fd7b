"""The network hands a concern on to an organisation: its person is asked first, and says yes or no, once."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.chassis.base.choices import Choice, unless
from services.chassis.base.refusals import Refused
from services.notifications.domain.concern import Closed, Concern, NobodyMayRead
from services.notifications.domain.readers import Readers


class NothingAsked(Refused, slug="nothing-to-agree-to", title="There is nothing to say yes or no to", status=409):
    """Nothing is asked here any more. Look at the page again: it says who has it now."""


def offer(concern: Concern, readers: Readers, *, by: UUID, now: datetime) -> Concern:
    """Its person is asked whether this organisation may have it. Raises NobodyMayRead where nobody is left there."""
    if not readers.can:
        raise NobodyMayRead
    asked = {"offered_to": readers.organisation_id, "offered_ods": readers.ods_code}
    return replace(concern, **asked, offered_at=now, offered_by=by)


def may_say(concern: Concern) -> Choice:
    """Its person says whether the organisation may have it, or the network keeps it."""
    return unless((concern.closed_at is not None, Closed), (not concern.asks, NothingAsked))


def said(concern: Concern, *, yes: bool, now: datetime) -> Concern:
    """Raises Closed or NothingAsked."""
    may_say(concern).must()
    return replace(concern, agreed_at=now) if yes else replace(concern, kept_at=now)
