"""The link of a message as it goes out. One that proves something, or lets its reader answer, is signed as it leaves:
whoever reads our tables cannot use it, and a reaction, which has no secret, can queue it.
"""

from urllib.parse import quote
from uuid import UUID

from schemas import links
from schemas.signed import (
    ASKED_TO_JOIN,
    MONTHLY_LIST,
    MONTHLY_LIST_SECONDS,
    STILL_WANTED,
    STILL_WANTED_SECONDS,
    STOP_MATCHES,
    STOP_MATCHES_SECONDS,
)
from services.chassis.base.keys import Secrets
from services.chassis.http.signed_values import read_signed, sign
from services.notifications.domain import kinds
from services.notifications.domain.contact import CONFIRM
from services.notifications.domain.kinds import ALERTS, MATCH_MADE
from services.notifications.domain.message import Message

CONFIRMATION = ("confirm-address", int(kinds.CONFIRMATION.total_seconds()))
"""What the link is signed for by which somebody shows that an address is theirs, and how many seconds it is good."""
SIGNED = "{signed}"
STOPPED_WITH_ROLES = (*ALERTS, kinds.STILL_WANTED, kinds.NOW_WEEKLY)
"""What stops when somebody wants to hear of no roles that fit any more."""
CONFIRM_LINK = f"{links.MY_MESSAGES}/confirm?token={SIGNED}"


def link_of(message: Message, secret: Secrets) -> str:
    """The address that goes out with the message."""
    news = message.news
    if news.kind == kinds.STILL_WANTED:
        who = {"person_id": str(news.person_id)}
        return links.STILL_WANTED.format(signed=quote(sign(secret, who, purpose=STILL_WANTED), safe=""))
    if not news.link.endswith(SIGNED):
        return news.link
    if news.kind == CONFIRM:
        signed = sign(secret, {"email": news.address, "person_id": str(news.person_id)}, purpose=CONFIRMATION[0])
    else:
        who = {"application_id": str(news.about), "person_id": str(news.person_id)}
        signed = sign(secret, who, purpose=ASKED_TO_JOIN)
    return news.link.replace(SIGNED, quote(signed, safe=""))


def stop_of(message: Message, secret: Secrets) -> str:
    """Where its person stops messages of just this kind, without signing in; "" of what is no subscription."""
    who = {"person_id": str(message.news.person_id)}
    if message.news.lists is not None:
        return links.MONTHLY_LIST.format(signed=quote(sign(secret, who, purpose=MONTHLY_LIST), safe=""))
    if message.news.kind in STOPPED_WITH_ROLES:
        return _stops_roles(message, secret)
    return ""


def _stops_roles(message: Message, secret: Secrets) -> str:
    who = {"person_id": str(message.news.person_id)}
    return links.STOP_MATCHES.format(signed=quote(sign(secret, who, purpose=STOP_MATCHES), safe=""))


def also_of(message: Message, secret: Secrets) -> list[tuple[str, str]]:
    """What else its reader can do from it: words and address. What is new of a day is no subscription:
    roles that stand in it are stopped by a link within."""
    if not message.news.matches:
        return []
    alone = message.news.kind == MATCH_MADE
    of_one = [("This role is not for me", links.NOT_FOR_ME.format(id=message.news.about))] if alone else []
    stop = (
        [("Stop telling me of roles that fit me", _stops_roles(message, secret))]
        if not stop_of(message, secret)
        else []
    )
    return [*of_one, ("Tell me of fewer roles", links.TELL_ME_LESS), *stop]


def whose_list(signed: str, secret: Secrets) -> UUID | None:
    """Whose list such a link stops; None of one that was changed, is too old, or is none of ours."""
    return _whose(secret, signed, (MONTHLY_LIST, MONTHLY_LIST_SECONDS))


def whose_matches(signed: str, secret: Secrets) -> UUID | None:
    """The same of mails of roles that fit."""
    return _whose(secret, signed, (STOP_MATCHES, STOP_MATCHES_SECONDS))


def who_is_asked(signed: str, secret: Secrets) -> UUID | None:
    """Who is asked by such a link whether they still want to be told of roles."""
    return _whose(secret, signed, (STILL_WANTED, STILL_WANTED_SECONDS))


def _whose(secret: Secrets, signed: str, by: tuple[str, int]) -> UUID | None:
    try:
        said = read_signed(secret, signed, purpose=by[0], max_age_seconds=by[1])
        return UUID(str(said.get("person_id")))
    except ValueError:
        return None
