"""The words of monthly lists, made when one is sent or read: kept are its month and what is not in it.

While a list waits to be sent only what is open then stands in it; once it was sent, what has closed since says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from schemas.identity import Organisation
from schemas.matching import Opportunity
from schemas.words import MODE
from services.chassis.base.paid import paid_in_all, what_a_role_pays
from services.chassis.base.wording import many, moment
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction
from services.notifications import texts
from services.notifications.domain.kinds import MONTHLY
from services.notifications.domain.message import WAITING, Lists, Message
from services.notifications.domain.monthly import SHOWN, Month
from services.notifications.store import monthly as store


async def with_words(tx: Transaction, messages: Sequence[Message]) -> list[Message]:
    """The same, where each that is a list has its words. Nothing is asked where none is."""
    found = {one.news.lists.month for one in messages if one.news.lists}
    if not found:
        return list(messages)
    known = await _known(tx, found)
    return [known.filled(one, one.news.lists) if one.news.lists else one for one in messages]


async def is_over(tx: Transaction, message: Message) -> bool:
    """Whether its person gets no list any more, or gets it in another way; or none of its roles is open now."""
    lists, person_id = message.news.lists, message.news.person_id
    assert lists
    if (await store.still_goes(tx, [person_id])).get(person_id) != message.channel:
        return True
    month = (await store.months(tx, [lists.month]))[lists.month]
    return not await store.still_open(tx, [id for id in month.roles if id not in lists.left_out])


async def _known(tx: Transaction, found: set[date]) -> "_Known":
    months = await store.months(tx, sorted(found))
    ids = [*{id for one in months.values() for id in one.roles}]
    roles = await mirrors.get_each(tx, Opportunity, ids)
    still = {one.id for one in await store.still_open(tx, ids)}
    organisations = await mirrors.get_each(tx, Organisation, [*{one.organisation_id for one in roles.values()}])
    return _Known(months, roles, still, {id: one.name for id, one in organisations.items()})


class _Known:
    """What several lists are made of."""

    def __init__(
        self, months: Mapping[date, Month], roles: Mapping[UUID, Opportunity], still: set[UUID], names: dict[UUID, str]
    ) -> None:
        self._months, self._roles, self._still, self._names = months, roles, still, names

    def of(self, lists: Lists, *, waits: bool) -> list[Opportunity]:
        ids = [id for id in self._months[lists.month].roles if id not in lists.left_out and id in self._roles]
        return [self._roles[id] for id in ids if not waits or id in self._still]

    def filled(self, message: Message, lists: Lists) -> Message:
        month, waits = self._months[lists.month], message.status in WAITING
        mine = self.of(lists, waits=waits)
        in_all = len(mine) + month.open_roles - len(month.roles)
        facts = {
            "month": f"{lists.month:%B}",
            "roles": [self._role(one, month) for one in mine[:SHOWN]],
            "more": max(0, in_all - SHOWN) if mine else 0,
            "in_all": in_all,
            "new": (new := sum(one.posted_at > month.new_since for one in mine)),
            "some_new": 0 < new < in_all,
            "waits": waits,
            "ask": message.news.body,
            "ask_easy": message.news.easy,
        }
        text = texts.text_of(MONTHLY, facts)
        return replace(message, news=replace(message.news, subject=text.subject, body=text.body, easy=text.easy))

    def _role(self, one: Opportunity, month: Month) -> dict[str, Any]:
        return {
            "title": one.title,
            "organisation": self._names.get(one.organisation_id, one.ods_code),
            "when": _when(one, month),
            "mode": f"{MODE.get(one.mode, '')}{f', {one.place}' if one.place else ''}",
            "pay": what_a_role_pays(one) if one.job else paid_in_all(one.pay, one.takes_place),
            "pay_easy": _pay_easy(one),
            "job": one.job is not None,
            "apply_by": one.apply_by,
            "new": one.posted_at > month.new_since,
            "closed": one.id not in self._still,
        }


def _pay_easy(one: Opportunity) -> str:
    if one.job:
        return f"It is a job. The salary is {one.job.salary.rstrip('.')}."
    return (
        f"The pay is {paid_in_all(one.pay, one.takes_place)}." if one.pay else "It has no pay. Your expenses are paid."
    )


def _when(one: Opportunity, month: Month) -> str:
    """Its first meeting that is still to come, and how many more; where none is set, how much time it takes."""
    ahead = sorted(session.starts_at for session in one.sessions if session.starts_at > month.made_at)
    if not ahead:
        return one.time_commitment.rstrip(".")
    more = len(ahead) - 1
    return moment(ahead[0]) + (f", and {many(more, 'more meeting')}" if more else "")
