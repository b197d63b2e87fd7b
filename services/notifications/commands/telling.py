"""Which news of a neighbour is told to whom, and in which words. Each is safe to repeat: a person is told once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from schemas import links
from schemas.engagements import Engagement, Intake
from schemas.helping import DONE, Help
from schemas.identity import Account
from schemas.matching import Match, Opportunity, Pay
from schemas.payments import Claim, DetailsChange, Payment
from schemas.recruitment import Application, Leader, Needs
from schemas.training import Credential, Programme
from schemas.words import TALK
from services.chassis.base.access import london_day
from services.chassis.base.paid import what_is_paid
from services.chassis.base.refusals import NotYet
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction
from services.notifications import texts, who_to_ask
from services.notifications.commands.messages import tell, tell_each
from services.notifications.domain import kinds
from services.notifications.domain.contact import BY_PEOPLE
from services.notifications.domain.message import News
from services.notifications.store import contact as contact_store
from services.notifications.store import neighbours
from services.notifications.store.neighbours import Interested

WITHDRAWN_BECAUSE = {
    "no_longer_needed": "it is no longer needed.",
    "posted_by_mistake": "it was posted by mistake.",
    "postponed": "it is put off until later.",
    "organisation_closed": "the organisation has closed.",
}
TOLD_AT_ONCE = 250
"""Of those who are told the same, in one transaction."""


async def tell_of_match(tx: Transaction, match: Match) -> None:
    """An opportunity fits. Not told when it has closed, or no longer fits, or they have a break, once we hear of it."""
    opportunity = await neighbours.opportunity(tx, match.opportunity_id)
    leader = await mirrors.get(tx, Leader, match.person_id)
    has_a_break = leader is not None and leader.is_paused_on(london_day(tx.now))
    if match.ended_at is not None or opportunity.closed_at is not None or has_a_break:
        return
    facts = await _facts_of(tx, opportunity) | {
        "apply_by": opportunity.apply_by,
        "pay": _pay(opportunity.pay, opportunity),
    }
    link = links.MY_MATCH.format(id=match.id)
    of = (match.person_id, match.id, "matched")
    good_until = _good_until("match_made", match.matched_at, opportunity)
    await tell(tx, _news("match_made", of=of, link=link, facts=facts, good_until=good_until))


async def tell_of_application(tx: Transaction, application: Application) -> None:
    """The network's welcome team asked for more, agreed on a talk, or said yes or "not now"."""
    await _tell_of_welcome(tx, application)
    again = "_again" if application.again_at else ""
    of = (application.person_id, application.id, application.stage + again)
    if application.stage == "approved":
        good_until = _good_until("application_approved", _happened_at(tx))
        facts = {**tx.leader_words.in_templates(), "ask": await who_to_ask.of_person(tx, application.person_id)}
        await tell(tx, _news("application_approved", of=of, link=links.MY_MATCHES, facts=facts, good_until=good_until))
    if application.stage == "declined":
        good_until = _good_until("application_declined", _happened_at(tx))
        await tell(tx, _news("application_declined", of=of, link=links.MY_APPLICATION, facts={}, good_until=good_until))


async def _tell_of_welcome(tx: Transaction, application: Application) -> None:
    """On the way to an answer: a question, times to choose from, or a time for a talk that is still to come."""
    person_id, id, asked_at, talk_at = (
        application.person_id,
        application.id,
        application.more_asked_at,
        application.talk_at,
    )
    if asked_at is not None:
        kind, stage, facts = "application_more", f"more:{asked_at}", {}
        if application.offers_times:
            kind = "application_times"
    elif application.stage == "talked" and talk_at is not None and talk_at > _happened_at(tx):
        kind, stage = "application_talk", f"talk:{talk_at}"
        facts = {"at": talk_at, "how": TALK.get(application.talk_how or "", "")}
    else:
        return
    good_until = talk_at if kind == "application_talk" and talk_at else _good_until(kind, _happened_at(tx))
    news = _news(kind, of=(person_id, id, stage), link=links.MY_APPLICATION, facts=facts, good_until=good_until)
    await tell(tx, news)


async def tell_of_engagement(tx: Transaction, engagement: Engagement) -> None:
    """A place was offered, others were chosen, or what changed was recorded."""
    if engagement.told_at is not None:
        await _tell_what_changed(tx, engagement)
    elif engagement.status == "offered":
        await _tell_offer(tx, engagement)
    elif engagement.status in ("not_chosen", "withdrawn"):
        await _tell_end(tx, engagement)


async def tell_of_details(tx: Transaction, change: DetailsChange) -> None:
    """Bank details were given in the person's name."""
    of = (change.person_id, change.id, "details_changed")
    good_until = _good_until("details_changed", change.changed_at)
    await tell(tx, _news("details_changed", of=of, link=links.MY_PAYEE_DETAILS, facts={}, good_until=good_until))


async def tell_of_needs(tx: Transaction, needs: Needs) -> None:
    """A year has passed since somebody said what they need: is it still right? No message or code says what it is."""
    for asked in needs.waiting:
        of = (needs.id, needs.id, f"review_needs_since_{asked.since.isoformat()}")
        good_until = _good_until("look_again", asked.since)
        await tell(tx, _news("look_again", of=of, link=links.MY_NEEDS, facts={}, good_until=good_until))


async def tell_of_help(tx: Transaction, help: Help) -> None:
    """Staff did something in the person's name. Whoever is rung or written to is told once of all of a day."""
    organisation = await neighbours.organisation(tx, help.organisation_id)
    account = await mirrors.get(tx, Account, help.helped_by)
    contact = await contact_store.get(tx, help.person_id)
    together = contact is not None and contact.channel in BY_PEOPLE
    facts = {
        "helper": account.called if account else "A member of staff",
        "organisation": organisation.name,
        "what": DONE.get(help.what, "Changed something"),
        "done_at": help.done_at,
        "together": together,
    }
    about, stage = (help.person_id, f"helped:{london_day(help.done_at)}") if together else (help.id, "helped")
    of, good_until = (help.person_id, about, stage), _good_until("helped", help.done_at)
    await tell(tx, _news("helped", of=of, link=links.MY_HELP, facts=facts, good_until=good_until))


async def tell_of_withdrawal(tx: Transaction, opportunity: Opportunity) -> None:
    """An opportunity was taken off the feed: whoever showed interest and has no place is owed word of it."""
    if opportunity.withdrawn is not None:
        await tx.due(tell_all_of_withdrawal, opportunity.id, opportunity.version)


async def tell_all_of_withdrawal(tx: Transaction, opportunity_id: UUID, after: UUID | None) -> UUID | None:
    """Tell the next of them, while it is news. Whoever cannot be told yet is told alone, and nobody waits for them."""
    opportunity = await neighbours.opportunity(tx, opportunity_id)
    if not _is_withdrawn_lately(opportunity, tx.now):
        return None
    some = await neighbours.left_by_withdrawal(tx, opportunity, after=after, limit=TOLD_AT_ONCE)
    cannot_yet = await tell_each(tx, await _withdrawn(tx, opportunity, some))
    later = {one.news.about: opportunity.version for one in cannot_yet}
    await tx.due_each(tell_one_of_withdrawal, later)
    return some[-1].engagement_id if len(some) == TOLD_AT_ONCE else None


async def tell_one_of_withdrawal(tx: Transaction, engagement_id: UUID) -> None:
    """The same for one, who could not be told with the others."""
    engagement = await mirrors.get(tx, Engagement, engagement_id)
    if engagement is None:
        return
    opportunity = await neighbours.opportunity(tx, engagement.opportunity_id)
    if _is_withdrawn_lately(opportunity, tx.now):
        await _tell_if_left_by_withdrawal(tx, engagement, opportunity)


async def tell_of_claim(tx: Transaction, claim: Claim) -> None:
    """Something about a claim is for its person to do."""
    stages = {"needs_details": claim.drafted_at, "ready": claim.drafted_at, "returned": claim.sent_at}
    if claim.status not in stages:
        return
    opportunity = await neighbours.opportunity(tx, claim.opportunity_id)
    organisation = await neighbours.organisation(tx, claim.organisation_id)
    details = claim.status == "needs_details"
    link = links.MY_PAYEE_DETAILS if details else links.MY_CLAIM.format(id=claim.id)
    facts = {"title": opportunity.title, "organisation": organisation.name, "amount_pence": claim.amount_pence}
    of = (claim.person_id, claim.id, f"{claim.status}:{stages[claim.status]}")
    kind = f"claim_{claim.status}"
    await tell(tx, _news(kind, of=of, link=link, facts=facts, good_until=_good_until(kind, _happened_at(tx))))


async def tell_of_payment(tx: Transaction, payment: Payment) -> None:
    """The person was paid, and how long it took."""
    organisation = await neighbours.organisation(tx, payment.organisation_id)
    facts = {"organisation": organisation.name, "amount_pence": payment.amount_pence, "days": payment.days_to_pay}
    link = links.MY_CLAIM.format(id=payment.claims[0]) if len(payment.claims) == 1 else links.MY_CLAIMS
    of = (payment.person_id, payment.id, "paid")
    good_until = _good_until("claim_paid", _happened_at(tx))
    await tell(tx, _news("claim_paid", of=of, link=link, facts=facts, good_until=good_until))


async def tell_of_credential(tx: Transaction, credential: Credential) -> None:
    """The person completed a programme."""
    programme = await mirrors.get(tx, Programme, credential.programme_id)
    if programme is None:
        raise NotYet(f"programme {credential.programme_id}")
    facts = {"title": programme.title, "expires_on": credential.expires_on}
    of = (credential.person_id, credential.id, f"awarded:{credential.awarded_at}")
    good_until = _good_until("credential_awarded", _happened_at(tx))
    await tell(tx, _news("credential_awarded", of=of, link=links.MY_TRAINING, facts=facts, good_until=good_until))


async def _tell_offer(tx: Transaction, engagement: Engagement) -> None:
    opportunity = await neighbours.opportunity(tx, engagement.opportunity_id)
    offer = engagement.offer
    facts = await _facts_of(tx, opportunity) | {"pay": _pay(offer.pay if offer else None, opportunity)}
    stage = f"offered:{offer.offered_at if offer else ''}"
    good_until = _good_until("offer_made", offer.offered_at if offer else _happened_at(tx), opportunity)
    await tell(tx, _about(engagement, ("offer_made", stage), facts, good_until=good_until))


async def _tell_end(tx: Transaction, engagement: Engagement) -> None:
    """Others were chosen; or the opportunity was withdrawn, which is not the person's doing either."""
    opportunity = await neighbours.opportunity(tx, engagement.opportunity_id)
    if not await _tell_if_left_by_withdrawal(tx, engagement, opportunity) and engagement.status == "not_chosen":
        facts = await _facts_of(tx, opportunity)
        good_until = _good_until("not_chosen", _happened_at(tx))
        await tell(tx, _about(engagement, ("not_chosen", "ended"), facts, good_until=good_until))


async def _tell_if_left_by_withdrawal(tx: Transaction, engagement: Engagement, opportunity: Opportunity) -> bool:
    """False for somebody whom the withdrawal did not touch, and of an opportunity that was not withdrawn."""
    left = await neighbours.left_by_withdrawal(tx, opportunity, one=engagement.id)
    for news in await _withdrawn(tx, opportunity, left):
        await tell(tx, news)
    return bool(left)


async def _withdrawn(tx: Transaction, opportunity: Opportunity, some: Sequence[Interested]) -> list[News]:
    """The same words for each of them."""
    if not some or opportunity.withdrawn is None:
        return []
    facts = await _facts_of(tx, opportunity) | {"why": WITHDRAWN_BECAUSE.get(opportunity.withdrawn.why, "")}
    of = (some[0].person_id, some[0].engagement_id, "ended")
    good_until = _good_until("opportunity_withdrawn", opportunity.withdrawn.at, opportunity)
    words = _news("opportunity_withdrawn", of=of, link=links.FEED, facts=facts, good_until=good_until)
    return [replace(words, person_id=one.person_id, about=one.engagement_id) for one in some]


def _is_withdrawn_lately(opportunity: Opportunity, now: datetime) -> bool:
    return opportunity.withdrawn is not None and now - opportunity.withdrawn.at <= kinds.NEWS_FOR


async def _tell_what_changed(tx: Transaction, engagement: Engagement) -> None:
    opportunity = await neighbours.opportunity(tx, engagement.opportunity_id)
    intake = await mirrors.get(tx, Intake, engagement.opportunity_id)
    if intake is None or intake.outcome is None:
        raise NotYet(f"outcome of {engagement.opportunity_id}")
    facts = await _facts_of(tx, opportunity) | {"what_changed": intake.outcome.what_changed}
    good_until = _good_until("what_changed", _happened_at(tx))
    await tell(tx, _about(engagement, ("what_changed", "told"), facts, good_until=good_until))


def _pay(pay: Pay | None, opportunity: Opportunity) -> str:
    """What somebody gets who comes, in words; empty without pay."""
    return what_is_paid(pay, opportunity.sessions) if pay else ""


async def _facts_of(tx: Transaction, opportunity: Opportunity) -> dict[str, Any]:
    organisation = await neighbours.organisation(tx, opportunity.organisation_id)
    return {"title": opportunity.title, "organisation": organisation.name}


def _happened_at(tx: Transaction) -> datetime:
    """When the neighbour said what is now told."""
    return tx.cause.happened_at or tx.now


def _good_until(kind: str, happened_at: datetime, about: Opportunity | None = None) -> datetime:
    return kinds.good_until(kinds.of(kind), happened_at=happened_at, about=about)


def _about(engagement: Engagement, what: tuple[str, str], facts: dict[str, Any], *, good_until: datetime) -> News:
    """`what`: the kind and the stage."""
    kind, stage = what
    link = links.MY_ENGAGEMENT.format(id=engagement.id)
    of = (engagement.person_id, engagement.id, stage)
    return _news(kind, of=of, link=link, facts=facts, good_until=good_until)


def _news(kind: str, *, of: tuple[UUID, UUID, str], link: str, facts: dict[str, Any], good_until: datetime) -> News:
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
    )
