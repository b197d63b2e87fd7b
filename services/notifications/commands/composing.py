"""How news is put into words: a piece of news made of a template, and the facts that many kinds share."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from schemas import links
from schemas.engagements import Engagement
from schemas.matching import Opportunity, Pay, Session
from services.chassis.base.paid import paid_in_all
from services.chassis.base.refusals import NotYet
from services.chassis.base.wording import hours, moment
from services.chassis.postgres.transaction import Transaction
from services.chassis.postgres.who_answers import WhoAnswers, who_answers
from services.notifications import texts
from services.notifications.desks_of_now import desk_of
from services.notifications.domain import kinds
from services.notifications.domain.message import News
from services.notifications.domain.sessions import times_before
from services.notifications.role_facts import where

CLAIM, JOINING = "Your claim for {}", "You asked to join"
"""What all mails of a claim, and of an application, are called."""
SHOWN = 6
"""So many sessions stand in one message; of more it says how many, and the page has all."""


@dataclass(frozen=True)
class Some:
    """Sessions, each in one line; `more`: so many others there are."""

    lines: tuple[str, ...]
    more: int


def when_and_where(opportunity: Opportunity, session: Session) -> str:
    """In one line: "Tuesday 3 May 2026 at 10am, for 2 hours, at the Town Hall"."""
    return f"{moment(session.starts_at)}, for {hours(session.hours)}, {where(opportunity, session)}"


def in_lines(opportunity: Opportunity, sessions: Sequence[Session]) -> Some:
    """Of one that does not take place also when it was to begin before it was moved: somebody may know only that."""
    shown = sessions[:SHOWN]
    return Some(tuple(_line(opportunity, one) for one in shown), len(sessions) - len(shown))


def _line(opportunity: Opportunity, one: Session) -> str:
    before = times_before(one) if one.cancelled else ()
    moved = f" (before it was moved: {', then '.join(moment(at) for at in before)})" if before else ""
    return when_and_where(opportunity, one) + moved


def paid(pay: Pay | None, sessions: Sequence[Session]) -> str:
    """What somebody gets who comes to all of them, in words; empty without pay."""
    return paid_in_all(pay, sessions) if pay else ""


async def facts_of(tx: Transaction, opportunity: Opportunity) -> dict[str, Any]:
    """What is public of a role: its title, whose it is, what to bring, whom to ring about it, and what all mails of it
    are called."""
    answers = await who_answers(tx, opportunity)
    if answers is None:
        raise NotYet(f"organisation {opportunity.organisation_id}")
    return {
        "title": opportunity.title,
        "organisation": answers.organisation,
        **rings(answers, opportunity.id),
        "thing": f"About {opportunity.title} at {answers.organisation}",
        "bring": opportunity.bring.rstrip("."),
    }


def rings(answers: WhoAnswers | None, of: UUID) -> dict[str, Any]:
    """The facts of whom to ring, `of` a role or an organisation: what is plain says it in a sentence of its own, Easy
    Read at its end."""
    desk = desk_of(answers)
    return {"desk": desk, "rings": desk, "rings_of": of}


def happened_at(tx: Transaction) -> datetime:
    """When the neighbour said what is now told."""
    return tx.cause.happened_at or tx.now


def good_until(kind: str, happened_at: datetime, about: Opportunity | None = None) -> datetime:
    return kinds.good_until(kinds.of(kind), happened_at=happened_at, about=about)


def about(engagement: Engagement, what: tuple[str, str], facts: dict[str, Any], *, good_until: datetime) -> News:
    """`what`: the kind and the stage."""
    kind, stage = what
    link = links.MY_ENGAGEMENT.format(id=engagement.id)
    told = news(kind, of=(engagement.person_id, engagement.id, stage), link=link, facts=facts, good_until=good_until)
    return replace(told, thread_id=engagement.opportunity_id)


def news(kind: str, *, of: tuple[UUID, UUID, str], link: str, facts: dict[str, Any], good_until: datetime) -> News:
    """`of`: the person, the id of what it is about, and the stage that is told once."""
    text = texts.text_of(kind, facts)
    return News(
        person_id=of[0],
        kind=kind,
        about=of[1],
        stage=of[2],
        subject=text.subject,
        body=text.body,
        link=link,
        link_words=text.link_words,
        good_until=good_until,
        easy=text.easy,
        later=text.later,
        thing=facts.get("thing", ""),
        rings=facts.get("rings_of"),
    )
