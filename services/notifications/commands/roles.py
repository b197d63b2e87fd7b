"""Tell a person how far they are with a role: interest received, offer, place, reserve list, end, and what changed.

By the newest state alone: what it was meanwhile and nobody was told of is not told any more, and what still waits to be
sent or said of before is over.
"""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from schemas.engagements import Engagement, Intake, Offer
from schemas.matching import Opportunity
from services.chassis.base.refusals import NotYet
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction
from services.notifications import metrics
from services.notifications.commands import composing, draws, following, heard, reminding, sessions, talks
from services.notifications.commands.messages import tell
from services.notifications.domain import kinds, role_changes
from services.notifications.domain import sessions as domain
from services.notifications.domain.message import News, stage_of
from services.notifications.store import neighbours
from services.notifications.store import standing as store

RECEIVED_FOR = timedelta(days=2)
"""That an interest arrived is no news later: its person looked by then, or was answered."""
NOT_CHOSEN_BECAUSE = {
    "others_know_this_better": "others know more about what this role is about",
    "others_were_asked_less": "others were asked less often until now, and it is their turn",
    "mix_of_people": "it was looking for a mix of different people",
    "no_place_left": "all places are taken",
    "needs_something_else": "it needs something else this time",
    "role_changed": "the role has changed since",
    "outcome_recorded": "the role is over",
    "time_gone": "its last meeting is over",
}
ROLE_IS_OVER = ("outcome_recorded", "time_gone")
"""Then nobody chose others: it ended, and their interest with it."""
OF_IT = (
    *sessions.OF_STATUS,
    *talks.KINDS,
    *("offer_ran_out", "not_chosen", "opportunity_withdrawn", "place_called_off"),
    *heard.RECORDED,
    *draws.KINDS,
)
"""What is about one person's engagement, and follows its newest state while it waits to be sent or said."""


async def tell_of_engagement(tx: Transaction, engagement: Engagement) -> None:
    """Whatever became of it that its person has not heard."""
    if engagement.told_at is not None:
        await _tell_what_changed(tx, engagement)
    opportunity = await mirrors.get(tx, Opportunity, engagement.opportunity_id)
    if opportunity is None:
        if engagement.status in ("declined", "ended"):
            return
        raise NotYet(f"opportunity {engagement.opportunity_id}")
    await _end_what_waits(tx, engagement)
    if not await sessions.tell_one(tx, engagement, opportunity):
        for news in await _news(tx, engagement, opportunity):
            await tell(tx, news)
    await talks.tell_of(tx, engagement, opportunity)
    await reminding.set_timers(tx, engagement)


async def _end_what_waits(tx: Transaction, engagement: Engagement) -> None:
    """What waits to be sent or said, and is not so any more."""
    of_sessions = domain.KINDS if engagement.status == "accepted" else ()
    if engagement.status in sessions.STANDING:
        of_sessions = (*(of_sessions or (domain.ADDED, domain.CHANGED, domain.CANCELLED)), *role_changes.KINDS)
    about = [engagement.id, engagement.opportunity_id]
    waits = await following.waits(tx, [engagement.person_id], about, (*OF_IT, *domain.KINDS, *role_changes.KINDS))
    stages = {*_stages(engagement), *talks.stages(engagement), *heard.stages(engagement), *draws.stages(engagement)}
    kept = [one for one in waits if one.news.stage in stages or one.news.kind in of_sessions]
    await following.follow(tx, waits, {following.said(one.news): None for one in kept})


def _stages(of: Engagement) -> tuple[str, ...]:
    """Under which what it is now is told, once each."""
    match of.status:
        case "interested":
            return (stage_of("interested", of.interested_at), reminding.answer_late_stage(of))
        case "offered" if of.offer:
            return (_offered_stage(of.offer), reminding.offer_ends_stage(of))
        case "accepted":
            return (stage_of("accepted", of.accepted_at),)
        case "reserve":
            return (stage_of("reserve", of.reserve.since if of.reserve else None),)
        case "lapsed":
            return (stage_of("lapsed", of.ended_at),)
        case "not_chosen" | "withdrawn" | "called_off":
            return (store.ended_stage(of.interested_at), "ended")
        case _:
            return ()


def _offered_stage(offer: Offer) -> str:
    """An offer is told again where its day is earlier than it was: what still waits to be said of it is over then."""
    return f"offered:{offer.offered_at}" + (f":{offer.earlier.at}" if offer.earlier else "")


async def _news(tx: Transaction, engagement: Engagement, opportunity: Opportunity) -> list[News]:
    """What it is now, and what was recorded of each session."""
    found = [*await draws.news(tx, engagement, opportunity), *await heard.news(tx, engagement, opportunity)]
    kind, at = _kind_of(engagement), _since(engagement)
    if kind is None or at is None or tx.now - at > (RECEIVED_FOR if kind == "interest_received" else kinds.NEWS_FOR):
        return found
    if opportunity.withdrawn is not None and engagement.status in ("interested", "offered", "reserve"):
        return found
    if kind == "not_chosen" and await store.was_told_their_end(tx, engagement):
        return found
    if kind == "offer_made" and engagement.offer and engagement.offer.earlier:
        kind = "offer_earlier"
    by_lot = draws.made_by_lot(engagement, at)
    if kind == "offer_made" and not by_lot["by_lot"] and await store.was_told_of_reserve(tx, engagement):
        kind = "place_free"
    facts = await composing.facts_of(tx, opportunity) | _facts(tx, engagement, opportunity) | by_lot
    until = composing.good_until(kind, at, opportunity)
    if engagement.status == "offered" and engagement.offer and engagement.offer.reply_by:
        until = engagement.offer.reply_by
        if until <= tx.now:
            return found
    tx.count(partial(metrics.TOLD_AFTER.labels("engagement").observe, (tx.now - at).total_seconds()))
    return [composing.about(engagement, (kind, _stages(engagement)[0]), facts, good_until=until), *found]


def _kind_of(engagement: Engagement) -> str | None:
    """None of what its person did, who knows it, and of what is told in another way."""
    return TOLD_AS.get(engagement.status)


TOLD_AS: dict[str, str] = {
    "interested": "interest_received",
    "offered": "offer_made",
    "accepted": "place_accepted",
    "reserve": "on_reserve",
    "lapsed": "offer_ran_out",
    "not_chosen": "not_chosen",
    "called_off": "place_called_off",
}


def _since(of: Engagement) -> datetime | None:
    """Since when it is what it is now."""
    match of.status:
        case "interested":
            return of.interested_at
        case "offered":
            return _offered_since(of.offer) if of.offer else None
        case "accepted":
            return of.accepted_at
        case "reserve":
            return of.reserve.since if of.reserve else None
        case _:
            return of.ended_at


def _offered_since(offer: Offer) -> datetime:
    return offer.earlier.at if offer.earlier else offer.offered_at


def _facts(tx: Transaction, of: Engagement, opportunity: Opportunity) -> dict[str, Any]:
    """What its person needs to act."""
    left = opportunity.to_come(tx.now)
    offer = of.offer
    pay = offer.pay if offer and of.status in ("offered", "accepted") else opportunity.pay
    return {
        "sessions": composing.in_lines(opportunity, left),
        "next": composing.when_and_where(opportunity, left[0]) if left else "",
        "count": len(left),
        "reminds": domain.next_reminder_at(opportunity, tx.now) is not None,
        "pay": composing.paid(pay, left or opportunity.takes_place),
        "reply_by": offer.reply_by if offer else None,
        "holds": offer is not None and offer.holds_place,
        "earlier": _earlier(offer),
        "answer_by": of.answer_by,
        "said_yes": of.reserve is not None and of.reserve.said_yes,
        "open_until": opportunity.apply_by if opportunity.closed_at is None and tx.now < opportunity.apply_by else None,
        "why": NOT_CHOSEN_BECAUSE.get(of.why_not, ""),
        "over": of.why_not in ROLE_IS_OVER,
        "held": False,
    }


def _earlier(offer: Offer | None) -> dict[str, Any] | None:
    """Of an offer whose day is earlier than it was; `short`: whoever answers has less than a day."""
    if offer is None or offer.earlier is None or offer.reply_by is None:
        return None
    return {"before": offer.earlier.before, "short": offer.reply_by - offer.earlier.at < reminding.SOON}


async def _tell_what_changed(tx: Transaction, engagement: Engagement) -> None:
    opportunity = await neighbours.opportunity(tx, engagement.opportunity_id)
    intake = await mirrors.get(tx, Intake, engagement.opportunity_id)
    if intake is None or intake.outcome is None:
        raise NotYet(f"outcome of {engagement.opportunity_id}")
    facts = await composing.facts_of(tx, opportunity) | {"what_changed": intake.outcome.what_changed}
    until = composing.good_until("what_changed", composing.happened_at(tx))
    await tell(tx, composing.about(engagement, ("what_changed", "told"), facts, good_until=until))
