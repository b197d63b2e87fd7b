"""What the pages of matching and its API both show, read in the name of whoever asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import ModuleType
from typing import Any
from uuid import UUID

from schemas.identity import Organisation, Venue
from schemas.matching import Opportunity, Work
from schemas.payments import RateCard
from schemas.recruitment import Profile
from schemas.words import training_called
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member, Person
from services.chassis.base.paid import rate
from services.chassis.base.refusals import NotFound
from services.chassis.http.direction import joined
from services.chassis.postgres import mirrors, who_answers
from services.chassis.postgres.lists import Asked, Page
from services.chassis.postgres.transaction import Transaction, new_id
from services.matching import words, words_of_cost, words_of_roles
from services.matching.advised import Advised
from services.matching.domain import cost as costs
from services.matching.domain import repeat as repeats
from services.matching.domain import sessions
from services.matching.domain.cost import Cost, NotYet
from services.matching.domain.draft import EXPENSES_ONLY
from services.matching.domain.fit import Subscription
from services.matching.domain.job import JobDraft
from services.matching.domain.opportunity import PersonChoices, choices_of_person
from services.matching.domain.places import Allowed
from services.matching.domain.repeat import Planned, Repeat
from services.matching.domain.said import read
from services.matching.domain.sessions import SessionChoices, StaffChoices, choices_of_session, choices_of_staff
from services.matching.store import glossary as glossary_store
from services.matching.store import matches as match_store
from services.matching.store import opportunities as store
from services.matching.store import policies, works
from services.matching.store.matches import MyMatch
from services.matching.store.opportunities import Listed, OwnFilter

EVERY = OwnFilter()


@dataclass(frozen=True)
class OnOffer(Advised):
    """What a draft's pages choose from: rates in force by id, training by its credential, pieces of work by id, and the
    words of codes. `rates_until`: the last day of the rates that have one. `allowed`: places that policy allows.
    `changes`: the role is posted, so what has pages of its own or stays is not asked; `closed`: nor its last day to
    show interest.
    """

    pay: Mapping[str, str]
    rates_until: Mapping[str, date]
    allowed: Allowed
    training: Mapping[str, str]
    works: Mapping[str, str]
    who: "WhoCanAnswer"
    changes: bool = False
    closed: bool = False
    words: ModuleType = words
    words_of_roles: ModuleType = words_of_roles
    words_of_cost: ModuleType = words_of_cost
    rates: Mapping[str, RateCard] = field(default_factory=dict[str, RateCard])

    def cost(self, values: Mapping[str, Any]) -> Cost | NotYet:
        """What it costs in all at the rate that is chosen, or what has to be filled in before."""
        return costs.cost(read(values), self.rates)

    def usually(self) -> dict[str, str]:
        """What pages that nobody saved yet are filled in with."""
        alone = next(iter(self.works), "") if len(self.works) == 1 else ""
        return self.who.usually() | {"sessions_planned": "1", "preparation_hours": "0", "work": alone}


@dataclass(frozen=True)
class ForJob(Advised):
    """What the pages of a job's draft choose from."""

    asked = JobDraft
    who: "WhoCanAnswer"
    changes: bool = False
    words: ModuleType = words
    words_of_roles: ModuleType = words_of_roles

    def usually(self) -> dict[str, str]:
        """What pages that nobody saved yet are filled in with: a job is most often a patient director's."""
        answers = self.who.usually()
        usual = {"role_type": "patient_director", "rung": "senior", "expertise_level": "experienced"}
        return usual | {name: answers[name] for name in ("desk_id", "contact_id")}


async def for_job(tx: Transaction[Member]) -> ForJob:
    """For the organisation that is acted for, today."""
    return ForJob(await who_can_answer(tx), glossary=await glossary_store.whole(tx), now=tx.now)


@dataclass(frozen=True)
class WhoCanAnswer:
    """The desks of the organisation and those who can answer there, by id; `me`: whoever asks, if they are one.

    `more`: not all who can answer are listed. `venues`: where the organisation meets people.
    """

    desks: Mapping[str, str]
    contacts: Mapping[str, str]
    more: bool
    me: str
    venues: Sequence[Venue] = ()

    def usually(self) -> dict[str, str]:
        """What a form that asks for it is filled in with."""
        return {"desk_id": next(iter(self.desks), ""), "contact_id": self.me, "talks_from_interest": "yes"}


async def on_offer(tx: Transaction[Member]) -> OnOffer:
    """For the organisation that is acted for, today."""
    rates, going_on, allowed = await terms_on_offer(tx)
    return OnOffer(
        **pay_of(rates),
        allowed=allowed,
        training=await store.training_offered(tx),
        works={str(one.id): one.title for one in going_on},
        who=await who_can_answer(tx),
        glossary=await glossary_store.whole(tx),
        now=tx.now,
    )


async def terms_on_offer(tx: Transaction[Member]) -> tuple[list[RateCard], list[Work], Allowed]:
    """Rates that are in force, pieces of work that go on, and how many places policy allows."""
    of, today = tx.acting.organisation_id, london_day(tx.now)
    rates = await store.rates_in_force(tx, of, on=today)
    return rates, await works.going_on(tx), await policies.most_places(tx, of, on=today)


def pay_of(rates: Sequence[RateCard]) -> dict[str, Any]:
    """What of `OnOffer` is about them."""
    pay = {str(card.id): joined((card.title, f": {rate(card.amount_pence, card.unit)}")) for card in rates}
    pay[EXPENSES_ONLY] = "No payment, expenses only"
    until = {str(card.id): card.valid_to for card in rates if card.valid_to}
    return {"pay": pay, "rates_until": until, "rates": {str(card.id): card for card in rates}}


async def on_offer_for(tx: Transaction[Member], o: Opportunity) -> OnOffer:
    """For a role that is posted: what it names already can stay, also where nothing new can name it any more."""
    known = await on_offer(tx)
    pay = {str(o.pay.rate_card_id): f"As it is: {rate(o.pay.amount_pence, o.pay.unit)}"} if o.pay else {}
    training = {code: training_called(code) for code in o.training}
    work = {str(o.work.id): o.work.title} if o.work else {}
    return replace(
        known,
        pay=pay | {code: said for code, said in known.pay.items() if code not in pay},
        training=training | dict(known.training),
        works=work | dict(known.works),
        changes=True,
        closed=o.closed_at is not None,
    )


async def who_can_answer(tx: Transaction[Member], organisation: Organisation | None = None) -> WhoCanAnswer:
    """For a role of the organisation that is acted for, today. `organisation`: it, where it was read already."""
    organisation = organisation or await mirrors.get(tx, Organisation, tx.acting.organisation_id)
    desks = {str(one.id): one.name for one in organisation.desks} if organisation else {}
    found = await who_answers.coordinators(tx)
    contacts = {str(id): called for id, called in found}
    me = str(tx.acting.by)
    venues = organisation.venues if organisation else ()
    return WhoCanAnswer(desks, contacts, found.more, me if me in contacts else "", venues)


@dataclass(frozen=True)
class Shown(Listed):
    """An opportunity, and what anybody may do with it now."""

    choices: PersonChoices


@dataclass(frozen=True)
class Own(Listed):
    """An opportunity, and what the coordinator who asks may do with it, and with each of its sessions by its id."""

    choices: StaffChoices
    sessions: Mapping[UUID, SessionChoices]


async def opportunity(tx: Transaction, id: UUID) -> Shown:
    """Raises NotFound."""
    listed = await store.get(tx, id)
    if listed is None:
        raise NotFound
    return Shown(**vars(listed), choices=choices_of_person(listed.opportunity, now=tx.now))


async def own_opportunities(tx: Transaction[Member], asked: Asked, wanted: OwnFilter = EVERY) -> Page[Own]:
    """Those of the organisation that is acted for, newest first."""
    page = await store.of_organisation(tx, asked, tx.acting.organisation_id, wanted)
    return page.with_items([_own(listed, tx.now) for listed in page.items])


async def own_opportunity(tx: Transaction[Member], id: UUID) -> Own:
    """One of the organisation that is acted for. Raises NotFound, for another organisation's too."""
    listed = await store.get(tx, id)
    if listed is None or listed.opportunity.organisation_id != tx.acting.organisation_id:
        raise NotFound
    return _own(listed, tx.now)


async def plan(tx: Transaction[Member], id: UUID, repeat: Repeat) -> tuple[Own, list[Planned]]:
    """The days of a repeat, before any is added. Raises NotFound, and what adding them raises."""
    own = await own_opportunity(tx, id)
    days = repeats.planned(repeat, own.opportunity)
    drafts = repeats.drafts(repeat, days)
    sessions.add(own.opportunity, drafts, ids=[new_id() for _ in drafts], now=tx.now)
    return own, days


async def roles_of_work(tx: Transaction, asked: Asked, id: UUID) -> tuple[Listed, Page[Listed]]:
    """The newest role of a piece of work, whose words stand for it, and one page of them all.

    Raises NotFound where none was posted: what nobody can show interest in is its organisation's own.
    """
    newest = await works.as_posted(tx, id)
    if newest is None:
        raise NotFound
    return newest, await works.roles_of(tx, asked, id)


def _own(listed: Listed, now: datetime) -> Own:
    opportunity = listed.opportunity
    each = {one.id: choices_of_session(opportunity, one, now=now) for one in opportunity.sessions}
    return Own(**vars(listed), choices=choices_of_staff(opportunity, now=now), sessions=each)


@dataclass(frozen=True)
class Told:
    """What a person is told of (`wanted`), what they chose here, and what their profile says."""

    wanted: Subscription
    chosen: Subscription | None
    profile: Profile | None


async def my_subscription(tx: Transaction[Person]) -> Told:
    """What the person is told of: what they chose here, and of kinds of work and modes what their profile says."""
    saved = await match_store.subscription(tx, tx.acting.person_id)
    profile = await mirrors.get(tx, Profile, tx.acting.person_id)
    chosen = saved[0] if saved else None
    return Told((chosen or Subscription()).with_profile(profile), chosen, profile)


async def my_matches(tx: Transaction[Person], asked: Asked) -> Page[MyMatch]:
    """The person's matches, newest first."""
    return await match_store.of_person(tx, asked, tx.acting.person_id)


async def my_match(tx: Transaction[Person], id: UUID) -> MyMatch:
    """Raises NotFound, for somebody else's too."""
    found = await match_store.one_of_person(tx, tx.acting.person_id, id)
    if found is None:
        raise NotFound
    return found
