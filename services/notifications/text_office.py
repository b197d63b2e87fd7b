"""Texts as they leave: that there is something, how to read it and whom to ring. Never what it is, or about whom.

A wrong number gets no word of anybody: the text names no person, and its reference says nothing to whoever has it.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from schemas import links
from schemas.matching import Opportunity
from services.chassis.base.settings import Settings
from services.chassis.base.wording import many, money, short_day
from services.chassis.work import text_office
from services.chassis.work.outgoing import Send
from services.chassis.work.text_office import LONGEST_TEXT, TextMessage, length
from services.notifications.commands.sending import ToText
from services.notifications.desks_of_now import Desk
from services.notifications.domain.kinds import ALERTS, ASKS
from services.notifications.domain.message import Message


@asynccontextmanager
async def open_text_office(settings: Settings) -> AsyncGenerator[Send[ToText]]:
    """A connection over which texts are sent. Raises RefusesAll."""
    async with text_office.text_office(settings) as send:

        async def send_one(one: ToText) -> None:
            await send(TextMessage(one.message.id, to=one.to, text=words(one, settings), is_asked_for=one.tried))

        yield send_one


def words(one: ToText, settings: Settings) -> str:
    """As much of it as one text holds: the name of the network goes first, the number to ring never."""
    if one.message.news.kind in ASKS:
        return _asking(one.message, settings)
    if one.message.news.lists:
        return _open_roles(one.message, settings)
    if one.message.news.kind in ALERTS and one.roles and (fits := _roles_that_fit(one, settings)):
        return fits
    sign_in = f"Sign in at {settings.base_url} or ring" if one.can_sign_in else "Ring"
    what = f"There is news for you. {sign_in} {settings.phone}. Reference: {one.message.said}"
    shortest = f"News for you. Ring {settings.phone} and say {one.message.said}"
    desks = _whom_to_ring(one.desk)
    with_roles = f"{what.partition('.')[0]}, and {many(len(one.roles), 'new role fits', 'new roles fit')} you"
    whats = [what.replace("There is news for you", with_roles), what] if one.roles else [what]
    heads = [head for said in whats for head in (f"{settings.network_name}: {said}", said)]
    tried = [f"{head}{desk}" for desk in desks for head in heads] + [f"{shortest}{desk}" for desk in desks]
    return next((text for text in tried if length(text) <= LONGEST_TEXT), what)


def _whom_to_ring(desk: Desk | None) -> list[str]:
    """Whom to ring about it: with its name and hours as far as they fit, and as every phone shows them in one text."""
    if desk is None or not desk.phone:
        return [""]
    names = ([f"{desk.name}, {desk.hours}"] if desk.hours else []) + [desk.name]
    return [f". To ask, ring {desk.phone} ({name})" for name in names if name.isascii()] + [
        f". To ask, ring {desk.phone}"
    ]


def _asking(message: Message, settings: Settings) -> str:
    """Whoever knows nothing of us reads who gave us their number, as far as that fits."""
    rest = f"Ring {settings.phone} and say {message.said}. Without a yes we delete your number."
    for who in (f"{message.news.subject} {settings.network_name}.", message.news.subject, "May we keep your name?"):
        if length(whole := f"{who} {rest}") <= LONGEST_TEXT:
            return whole
    return rest


def _roles_that_fit(one: ToText, settings: Settings) -> str:
    """How many, or of one its pay, first day and last day to answer: never its title, which may say what somebody has.
    Empty where not even the shortest fits."""
    count = len(one.roles)
    what = f"{count} new roles fit you" if count > 1 else "A new role fits you"
    facts = [f" {_facts(one.roles[0])}", ""] if count == 1 else [""]
    at, ring = f"{settings.base_url}{links.MY_MATCHES}", f"ring {settings.phone}"
    reads = [f"{at} or {ring}", at] if one.can_sign_in else [ring.capitalize()]
    for name in (f"{settings.network_name}: ", ""):
        for said in facts:
            for read in reads:
                if length(whole := f"{name}{what}.{said} {read}") <= LONGEST_TEXT:
                    return whole
    return ""


def _facts(role: Opportunity) -> str:
    """ "£225. First 1 December. Answer by 14 December." """
    pence = sum(role.pay.earned_pence(one.hours) for one in role.takes_place) if role.pay else 0
    first = next(iter(role.takes_place), None)
    pay = f"{money(pence)}." if pence else "A salary." if role.job else "" if role.pay else "No pay, expenses paid."
    said = [pay, f"First {short_day(first.starts_at)}." if first else "", f"Answer by {short_day(role.apply_by)}."]
    return " ".join(part for part in said if part)


def _open_roles(message: Message, settings: Settings) -> str:
    """How many, where they stand and how it is stopped, as far as that fits."""
    read = f"Read them: {settings.base_url}{links.FEED} or ring {settings.phone}."
    for who in (f"{settings.network_name}: {message.news.subject}.", f"{message.news.subject}.", "Roles are open."):
        for stop in (" No more texts like this? Ring us.", ""):
            if length(whole := f"{who} {read}{stop}") <= LONGEST_TEXT:
                return whole
    return f"Roles are open. Ring {settings.phone}."
