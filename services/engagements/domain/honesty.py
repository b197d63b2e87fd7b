"""How much say people had in a role, as they say it themselves once it is over. Asked once, of whoever took part."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from schemas.engagements import Engagement
from schemas.matching import INFLUENCES, Opportunity
from services.chassis.base.choices import Choice, unless
from services.chassis.base.refusals import Refused

RATHER_NOT = "rather_not"
Answer = Literal["informed", "asked", "worked_together", "decided", "rather_not"]
CHANGED_WITHIN = timedelta(days=30)
"""Then an answer is final, and may be counted with those of others."""


class NotOverYet(Refused, slug="not-over-yet", title="This is not over yet", status=409):
    """You are asked this when the last session is over. Come back then: it is on the page of the role."""


class DidNotTakePart(Refused, slug="did-not-take-part", title="You did not take part in this", status=409):
    """Only people who took part are asked this. If the record of who came is wrong, say so on its page."""


class SaidForGood(Refused, slug="said-for-good", title="Your answer is counted", status=409):
    """You answered more than 30 days ago. Your answer is counted with those of others now, so it stays as it is."""


class AskSomebodyElse(Refused, slug="ask-somebody-else", title="Somebody else has to write this down", status=403):
    """This is about your own organisation, or one that yours hosts, so you can neither read the answer nor write it
    down. Somebody can who helps this person for another organisation, or for the network.
    """


class HowMuchSay(BaseModel):
    """What somebody says of how much say they had. Nobody else reads it; it is counted with those of others."""

    model_config = ConfigDict(extra="forbid")
    said: Answer = Field(title="how much say you had")


@dataclass(frozen=True)
class Say:
    """An answer, of a kind of role. It can be changed until `final_at`."""

    said: str
    rung: str
    said_at: datetime
    changed_at: datetime
    final_at: datetime


def may_say(
    engagement: Engagement, opportunity: Opportunity, before: Say | None, *, now: datetime, on_its_side: bool = False
) -> Choice:
    """`on_its_side`: whoever helps the person does so for the organisation that this is about, or for its host."""
    is_over = _is_over(engagement, opportunity, now)
    return unless(
        (on_its_side, AskSomebodyElse),
        (engagement.status == "accepted" and not is_over, NotOverYet),
        (not _took_part(engagement, opportunity), DidNotTakePart),
        (not is_over, NotOverYet),
        (before is not None and before.final_at <= now, SaidForGood),
    )


def say(opportunity: Opportunity, before: Say | None, said: str, *, now: datetime) -> Say:
    """It is final so long after it was said first."""
    if before:
        return replace(before, said=said, changed_at=now)
    return Say(said, opportunity.rung, now, now, now + CHANGED_WITHIN)


def share_with_less(promised: Mapping[str, int], said: Mapping[str, int]) -> float:
    """Which share of those who said something must have had less say than was promised, at least, if all roles were as
    large: the most by which "so much, or less" was said oftener than promised. Reckoned of what is published alone.

    What each person was promised is not compared with what they said: how many had less, of a few to whom more was
    promised, would tell of them what the rule does not.
    """
    promises, answers = sum(promised.get(code, 0) for code in INFLUENCES), sum(said.values())
    if not promises or not answers:
        return 0.0
    so_much = [INFLUENCES[: place + 1] for place in range(len(INFLUENCES))]
    return max(
        sum(said.get(code, 0) for code in codes) / answers - sum(promised.get(code, 0) for code in codes) / promises
        for codes in so_much
    )


def _took_part(engagement: Engagement, opportunity: Opportunity) -> bool:
    """They came to a session; where there was none to come to, they had a place until it was said what changed."""
    if any(one.attended for one in engagement.sessions):
        return engagement.status in ("accepted", "ended")
    return engagement.status == "ended" and not opportunity.takes_place


def _is_over(engagement: Engagement, opportunity: Opportunity, now: datetime) -> bool:
    return engagement.status == "ended" or opportunity.ends_at is None or opportunity.has_ended(now)
