"""Which news of a neighbour is told to whom, and in which words. Each is safe to repeat: a person is told once."""

from dataclasses import replace
from typing import Any

from schemas import links
from schemas.helping import DONE, Help
from schemas.identity import Account
from schemas.matching import Match, Opportunity
from schemas.payments import Claim, DetailsChange, Payment
from schemas.recruitment import Application, Needs
from schemas.training import Credential, Programme
from schemas.words import TALK
from services.chassis.base.access import london_day
from services.chassis.base.refusals import NotYet
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction
from services.chassis.postgres.who_answers import answers_at
from services.notifications import role_facts, who_to_ask
from services.notifications.commands import composing, talks
from services.notifications.commands.composing import good_until, happened_at, news
from services.notifications.commands.messages import tell
from services.notifications.domain.contact import BY_PEOPLE
from services.notifications.domain.message import stage_of
from services.notifications.store import contact as contact_store
from services.notifications.store import fitting, neighbours


async def tell_of_match(tx: Transaction, match: Match) -> None:
    """An opportunity fits. Not told when it has closed or is full, they answered or left, or it no longer fits, once we
    hear of it; to somebody with a break afterwards, if it is open then."""
    opportunity = await neighbours.opportunity(tx, match.opportunity_id)
    [verdict] = await fitting.verdicts(tx, match.person_id, [match.id])
    if match.ended_at is not None or opportunity.closed_at is not None or verdict == "over":
        return
    facts = await composing.facts_of(tx, opportunity) | role_facts.of_role(opportunity, tx.now)
    link = links.MY_MATCH.format(id=match.id)
    of = (match.person_id, match.id, "matched")
    until = good_until("match_made", match.matched_at, opportunity)
    told = news("match_made", of=of, link=link, facts=facts, good_until=until)
    await tell(tx, replace(told, thread_id=opportunity.id, after_break=verdict == "pause"))


async def tell_of_application(tx: Transaction, application: Application) -> None:
    """The network's welcome team asked for more, agreed on a talk, or said yes or "not now"."""
    await _tell_of_welcome(tx, application)
    again = "_again" if application.again_at else ""
    of = (application.person_id, application.id, application.stage + again)
    if application.stage == "approved":
        until = good_until("application_approved", happened_at(tx))
        ask = await who_to_ask.of_person(tx, application.person_id)
        facts = {
            **tx.leader_words.in_templates(),
            "ask": ask,
            "thing": composing.JOINING,
            "rings_of": application.person_id,
        }
        await tell(tx, news("application_approved", of=of, link=links.MY_MATCHES, facts=facts, good_until=until))
    if application.stage == "withdrawn":
        await _tell_of_talk_off(tx, application)
    if application.stage == "declined":
        until = good_until("application_declined", happened_at(tx))
        await tell(
            tx,
            news(
                "application_declined",
                of=of,
                link=links.MY_APPLICATION,
                facts={"thing": composing.JOINING},
                good_until=until,
            ),
        )


async def _tell_of_talk_off(tx: Transaction, application: Application) -> None:
    """They took back their application before the talk: it goes out of their calendar, which only an e-mail can do."""
    at = application.talk_at
    if at is None or at <= tx.now or not await talks.goes_by_mail(tx, application.person_id):
        return
    kind = "application_talk_off"
    of = (application.person_id, application.id, stage_of(kind, at))
    facts = {"at": at, "thing": composing.JOINING}
    await tell(tx, news(kind, of=of, link=links.MY_APPLICATION, facts=facts, good_until=at))


async def _tell_of_welcome(tx: Transaction, application: Application) -> None:
    """On the way to an answer: a question, times to choose from, or a time for a talk that is still to come."""
    person_id, id, asked_at, talk_at = (
        application.person_id,
        application.id,
        application.more_asked_at,
        application.talk_at,
    )
    if asked_at is not None:
        kind, stage, facts = "application_more", f"more:{asked_at}", dict[str, Any]()
        if application.offers_times:
            kind = "application_times"
    elif application.stage == "talked" and talk_at is not None and talk_at > happened_at(tx):
        kind, stage = "application_talk", f"talk:{talk_at}"
        facts = {"at": talk_at, "how": TALK.get(application.talk_how or "", "")}
    else:
        return
    facts["thing"] = composing.JOINING
    until = talk_at if kind == "application_talk" and talk_at else good_until(kind, happened_at(tx))
    told = news(kind, of=(person_id, id, stage), link=links.MY_APPLICATION, facts=facts, good_until=until)
    await tell(tx, told)


async def tell_of_details(tx: Transaction, change: DetailsChange) -> None:
    """Bank details were given in the person's name."""
    of = (change.person_id, change.id, "details_changed")
    until = good_until("details_changed", change.changed_at)
    await tell(tx, news("details_changed", of=of, link=links.MY_PAYEE_DETAILS, facts={}, good_until=until))


async def tell_of_needs(tx: Transaction, needs: Needs) -> None:
    """A year has passed since somebody said what they need: is it still right? No message or code says what it is."""
    for asked in needs.waiting:
        of = (needs.id, needs.id, f"review_needs_since_{asked.since.isoformat()}")
        until = good_until("look_again", asked.since)
        await tell(tx, news("look_again", of=of, link=links.MY_NEEDS, facts={}, good_until=until))


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
    of, until = (help.person_id, about, stage), good_until("helped", help.done_at)
    await tell(tx, news("helped", of=of, link=links.MY_HELP, facts=facts, good_until=until))


async def tell_of_claim(tx: Transaction, claim: Claim) -> None:
    """Something about a claim is for its person to do."""
    stages = {"needs_details": claim.drafted_at, "ready": claim.drafted_at, "returned": claim.sent_at}
    if claim.status not in stages:
        return
    opportunity = await neighbours.opportunity(tx, claim.opportunity_id)
    organisation = await neighbours.organisation(tx, claim.organisation_id)
    details = claim.status == "needs_details"
    link = links.MY_PAYEE_DETAILS if details else links.MY_CLAIM.format(id=claim.id)
    facts = await composing.facts_of(tx, opportunity)
    facts |= {"role_of": facts["organisation"], "organisation": organisation.name, "amount_pence": claim.amount_pence}
    facts["thing"] = composing.CLAIM.format(opportunity.title)
    of = (claim.person_id, claim.id, f"{claim.status}:{stages[claim.status]}")
    kind = f"claim_{claim.status}"
    await tell(tx, news(kind, of=of, link=link, facts=facts, good_until=good_until(kind, happened_at(tx))))


async def tell_of_payment(tx: Transaction, payment: Payment) -> None:
    """The person was paid, and how long it took."""
    organisation = await neighbours.organisation(tx, payment.organisation_id)
    answers = await answers_at(tx, payment.organisation_id)
    facts = {
        "organisation": organisation.name,
        **composing.rings(answers, payment.organisation_id),
        "thing": await _thing_of(tx, payment),
        "amount_pence": payment.amount_pence,
        "days": payment.days_to_pay,
    }
    link = links.MY_CLAIM.format(id=payment.claims[0]) if len(payment.claims) == 1 else links.MY_CLAIMS
    of = (payment.person_id, payment.id, "paid")
    until = good_until("claim_paid", happened_at(tx))
    told = news("claim_paid", of=of, link=link, facts=facts, good_until=until)
    await tell(tx, replace(told, thread_id=payment.claims[0] if len(payment.claims) == 1 else None))


async def _thing_of(tx: Transaction, payment: Payment) -> str:
    """What is paid for one claim is called as all mails of that."""
    claim = await mirrors.get(tx, Claim, payment.claims[0]) if len(payment.claims) == 1 else None
    role = await mirrors.get(tx, Opportunity, claim.opportunity_id) if claim else None
    return composing.CLAIM.format(role.title) if role else ""


async def tell_of_credential(tx: Transaction, credential: Credential) -> None:
    """The person completed a programme."""
    programme = await mirrors.get(tx, Programme, credential.programme_id)
    if programme is None:
        raise NotYet(f"programme {credential.programme_id}")
    facts = {
        "title": programme.title,
        "thing": f"Your training: {programme.title}",
        "expires_on": credential.expires_on,
    }
    of = (credential.person_id, credential.id, f"awarded:{credential.awarded_at}")
    until = good_until("credential_awarded", happened_at(tx))
    told = news("credential_awarded", of=of, link=links.MY_TRAINING, facts=facts, good_until=until)
    await tell(tx, replace(told, thread_id=programme.id))
