"""What goes with an e-mail for its person's calendar: the sessions that it is about, as they are when it is sent."""

from collections.abc import Sequence
from uuid import UUID

from schemas.matching import Opportunity
from services.chassis.postgres.transaction import Transaction
from services.notifications.commands import talks
from services.notifications.domain import booking as domain
from services.notifications.domain import sessions
from services.notifications.domain.booking import Booking, Known
from services.notifications.domain.message import News
from services.notifications.store import calendar as store

OF_SOME = sessions.KINDS
"""Kinds that are about some sessions of a role, which their stage names."""
OF_ALL = ("place_accepted", "place_called_off")
OF_TALK = (talks.AGREED, talks.CANCELLED, talks.TOMORROW)
OF_WELCOME = ("application_talk", "application_talk_off")
ENDS_WELCOME = ("application_times", "application_approved", "application_declined")
"""By these a talk with the welcome team does not take place that was to."""
KINDS = (*OF_SOME, *OF_ALL, *OF_TALK, *OF_WELCOME, *ENDS_WELCOME)


async def bookings_of(tx: Transaction, news: News) -> Sequence[Booking]:
    """None of those who have no place in it: an offer or an interest is no booking."""
    if news.kind not in KINDS:
        return ()
    if news.kind in OF_WELCOME or news.kind in ENDS_WELCOME:
        found = domain.of_each(await store.booked(tx, news.person_id, news.about))
        return [one for one in found if one.starts_at > tx.now and (one.off or news.kind in OF_WELCOME)]
    roles = [one for one in await store.booked(tx, news.person_id, news.about) if isinstance(one, Known)]
    if news.kind in OF_TALK:
        return [one for known in roles for one in domain.of_talk(known)]
    found = list[Booking]()
    for known in roles:
        only = _named(known.opportunity, news) if news.kind in OF_SOME else None
        found += domain.of_role(known, only)
    return [one for one in found if one.ends_at > tx.now or one.off]


def _named(opportunity: Opportunity, news: News) -> list[UUID]:
    """The sessions that it is about."""
    if news.kind in sessions.REMINDERS:
        each = ((one, sessions.reminders(opportunity, one)) for one in opportunity.takes_place)
        return [one.id for one, reminders in each if any(reminder.stage == news.stage for reminder in reminders)]
    return [one.id for one in opportunity.sessions if sessions.stage_of_last(one) == news.stage]
