"""The words of round-ups of roles that fit somebody, made of the newest states when one is sent or read.

While it waits only what is open then stands in it; once it was sent, what has closed since says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from schemas import links
from schemas.identity import Organisation
from schemas.matching import Opportunity
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction
from services.notifications import role_facts, texts
from services.notifications.domain.how_told import DAILY
from services.notifications.domain.kinds import ROLES_FIT
from services.notifications.domain.message import WAITING, Message
from services.notifications.store import monthly

SHOWN = 20
"""So many roles stand in one message. The page has all."""


async def with_words(tx: Transaction, messages: Sequence[Message], *, in_mail: bool = False) -> list[Message]:
    """The same, where each that is a round-up has its words. Nothing is asked where none is."""
    ids = [*{one.role_id for message in messages for one in message.news.fits}]
    if not ids:
        return list(messages)
    roles = await mirrors.get_each(tx, Opportunity, ids)
    still = {one.id for one in await monthly.still_open(tx, ids)}
    held = await mirrors.get_each(tx, Organisation, [*{one.organisation_id for one in roles.values()}])
    lines = {
        id: role_facts.of_role(one, tx.now)
        | {"organisation": held[one.organisation_id].name if one.organisation_id in held else one.ods_code}
        | {"closed": id not in still}
        for id, one in roles.items()
    }
    return [_filled(one, lines, in_mail=in_mail) if one.news.fits else one for one in messages]


def _filled(message: Message, lines: Mapping[UUID, Mapping[str, Any]], *, in_mail: bool) -> Message:
    waits = message.status in WAITING
    roles = [
        {
            **lines[one.role_id],
            "link": links.MY_MATCH.format(id=one.match_id),
            "not_for_me": links.NOT_FOR_ME.format(id=one.match_id),
        }
        for one in message.news.fits
        if one.role_id in lines and not (waits and lines[one.role_id]["closed"])
    ]
    if message.news.kind == DAILY and not roles:
        return message
    facts = {"roles": roles[:SHOWN], "more": max(0, len(roles) - SHOWN), "count": len(roles), "in_mail": in_mail}
    text = texts.text_of(ROLES_FIT, facts)
    subject, body = text.subject, text.body
    if message.news.kind == DAILY:
        subject = f"{message.news.subject}, and {subject}"
        body = f"{message.news.body}\n\nRoles that fit you\n\n{body}"
    return replace(message, news=replace(message.news, subject=subject, body=body, easy=text.easy))
