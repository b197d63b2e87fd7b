"""The draw of a role that gives its places by lot: a proposal, which somebody confirms who has no part in it."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from schemas.engagements import Engagement, PutOnReserveList, Reserve
from schemas.matching import Opportunity
from services.chassis.base.choices import Choice, Choices, unless
from services.engagements.domain import refused_draws as refused
from services.engagements.domain.engagement import OPEN, following
from services.engagements.domain.hands import HelpedThem, NotYourOwn
from services.engagements.domain.intake import Intake
from services.engagements.domain.lots import AtLeast, Rules

STEP = "draw"
OBJECT_WITHIN = timedelta(days=10)
"""After a draw was confirmed; while it is not, everybody can object who took part."""
FORGET_AFTER = timedelta(days=30)
"""After the day by which people are told what changed: what they gave for the draw is deleted then."""
DRAWN_FROM = ("interested", "reserve")
NO_RULES = Rules()
SIDE, BEEN, KNOWS, AREA = "side", "been", "knows", "area"
ANSWERS = {SIDE: ("patient", "carer"), BEEN: ("new", "experienced")}
"""What is asked of everybody, and what they can answer; KNOWS is one of what the role is for."""


@dataclass(frozen=True)
class Given:
    """What somebody lets one draw use, for nothing else; empty where they say nothing."""

    area: str = ""
    knows: str = ""
    side: str = ""
    been: str = ""

    def used_by(self, rules: Rules) -> dict[str, str]:
        """Only what a rule asks: nothing else is read."""
        asked = {one.asked for one in rules.at_least} | ({AREA} if rules.most_from_one_area else set[str]())
        return {name: said for name, said in vars(self).items() if said and name in asked}


@dataclass(frozen=True)
class Draw:
    """One draw of a role. `seal`: the SHA-256 of its seed, which is known to nobody before it is drawn.

    `number`: 1 for the first; each that follows came of an objection that was right.
    """

    id: UUID
    opportunity_id: UUID
    organisation_id: UUID
    number: int
    rules: Rules = NO_RULES
    rules_at: datetime | None = None
    rules_by: UUID | None = None
    seal: str = ""
    sealed_at: datetime | None = None
    seed: str = ""
    places: int = 0
    people: int = 0
    kept: Rules | None = None
    drawn_at: datetime | None = None
    drawn_by: UUID | None = None
    confirmed_at: datetime | None = None
    confirmed_by: UUID | None = None
    set_aside_at: datetime | None = None
    set_aside_why: str = ""

    @property
    def is_as_near(self) -> bool:
        return self.kept is not None and self.kept != self.rules

    @property
    def object_until(self) -> datetime | None:
        """None: as long as it is not confirmed."""
        return self.confirmed_at and self.confirmed_at + OBJECT_WITHIN


NOTHING_GIVEN = Given()


def sealed(seed: str) -> str:
    return sha256(seed.encode()).hexdigest()


def by_lot(opportunity: Opportunity) -> bool:
    return STEP in opportunity.steps


def in_draw(everybody: Sequence[Engagement], left_out: Collection[UUID]) -> list[Engagement]:
    """Who waits for a place, without those whom a coordinator marked "not yet", or said "not this time" to."""
    return [one for one in everybody if one.status in DRAWN_FROM and one.id not in left_out]


def takes_part(everybody: Sequence[Engagement], by: UUID) -> bool:
    return any(one.person_id == by and one.status in (*OPEN, "accepted") for one in everybody)


def check_rules(rules: Rules, opportunity: Opportunity) -> None:
    """Raises RuleNotAsked, RuleTwice or RulesAgainstEachOther, each about the first rule that it is about."""
    asked = [(one.asked, one.said) for one in rules.at_least]
    for place, (name, said) in enumerate(asked):
        if said not in _answers(opportunity).get(name, ()):
            raise refused.RuleNotAsked().about("at_least", "at_least", place, "said")
        if (name, said) in asked[:place]:
            raise refused.RuleTwice().about("at_least", "at_least", place)
    _check_sums(rules.at_least, opportunity.places)


def _answers(opportunity: Opportunity) -> dict[str, tuple[str, ...]]:
    return {**ANSWERS, KNOWS: opportunity.lived_experience}


def _check_sums(rules: Sequence[AtLeast], places: int) -> None:
    """Each person is counted once for each question: its rules together ask for no more than there are places."""
    together: Counter[str] = Counter()
    for one in rules:
        together[one.asked] += one.people
    all_places = "1 place" if places == 1 else f"{places} places"
    for place, one in enumerate(rules):
        if (most := together[one.asked]) > places:
            words = (
                f"Rules about the same question ask for {most} people together, and the role has {all_places}. Each"
                f" person counts once, so ask for {places} or fewer together."
            )
            raise refused.RulesAgainstEachOther(words).about("at_least", "at_least", place, "people")


def check_given(given: Given, opportunity: Opportunity) -> Given:
    """Raises NotAsked."""
    if given.knows and given.knows not in opportunity.lived_experience:
        raise refused.NotAsked
    return given


def may_set_rules(intake: Intake, draw: Draw | None, *, takes_part: bool) -> Choice:
    return unless(
        (not by_lot(intake.opportunity), refused.NotByLot),
        (takes_part, NotYourOwn),
        (intake.opportunity.closed_at is not None, refused.RulesStand),
        (draw is not None and draw.sealed_at is not None, refused.RulesStand),
    )


def may_draw(intake: Intake, draw: Draw | None, people: int, *, takes_part: bool) -> Choice:
    opportunity = intake.opportunity
    return unless(
        (not by_lot(opportunity), refused.NotByLot),
        (takes_part, NotYourOwn),
        (opportunity.withdrawn is not None, refused.CalledOff),
        (opportunity.closed_at is None, refused.DrawTooEarly),
        (draw is not None and draw.drawn_at is not None, refused.AlreadyDrawn),
        (people == 0, refused.NobodyToDraw),
        (people <= intake.places_left, refused.NoDrawNeeded),
        (intake.places_left == 0, refused.NoPlaceToDraw),
    )


def may_offer_all(intake: Intake, draw: Draw | None, people: int, *, takes_part: bool, helped: bool) -> Choice:
    """Where there are no more people than places."""
    opportunity = intake.opportunity
    return unless(
        (not by_lot(opportunity), refused.NotByLot),
        (takes_part, NotYourOwn),
        (helped, HelpedThem),
        (opportunity.closed_at is None, refused.DrawTooEarly),
        (draw is not None and draw.drawn_at is not None, refused.AlreadyDrawn),
        (people == 0, refused.NobodyToDraw),
        (people > intake.places_left, refused.DrawFirst),
    )


def may_confirm(intake: Intake, draw: Draw | None, *, takes_part: bool, helped: bool, objections: int) -> Choice:
    return unless(
        (not by_lot(intake.opportunity), refused.NotByLot),
        (draw is None or draw.drawn_at is None, refused.NotDrawnYet),
        (draw is not None and draw.confirmed_at is not None, refused.DrawConfirmed),
        (takes_part, NotYourOwn),
        (helped, HelpedThem),
        (intake.opportunity.withdrawn is not None, refused.CalledOff),
        (objections > 0, refused.ObjectionFirst),
    )


def may_give(engagement: Engagement, opportunity: Opportunity, draw: Draw | None, *, on_its_side: bool) -> Choice:
    """`on_its_side`: whoever helps the person does so for the organisation that draws, or for its host."""
    return unless(
        (not by_lot(opportunity), refused.NotByLot),
        (on_its_side, refused.SomebodyElseWrites),
        (draw is not None and draw.drawn_at is not None, refused.TooLateToGive),
        (engagement.status not in DRAWN_FROM, refused.NotWaiting),
    )


def may_object(
    engagement: Engagement, draw: Draw | None, *, objected: bool, on_its_side: bool, now: datetime
) -> Choice:
    """Whoever had shown interest when it was drawn, with a ticket in it or marked as one who is not in it."""
    drawn_at = draw.drawn_at if draw else None
    until = draw.object_until if draw else None
    return unless(
        (drawn_at is None, refused.NotDrawnYet),
        (on_its_side, refused.SomebodyElseWrites),
        (drawn_at is not None and engagement.interested_at > drawn_at, refused.NotInThisDraw),
        (objected, refused.ObjectedAlready),
        (until is not None and now >= until, refused.TooLateToObject),
    )


def may_answer(draw: Draw, *, answered: bool, takes_part: bool, by: UUID) -> Choice:
    return unless(
        (answered, refused.ObjectionAnswered),
        (takes_part, NotYourOwn),
        (by in (draw.drawn_by, draw.confirmed_by), refused.SomebodyElseAnswers),
    )


def waits_in_turn(engagement: Engagement, turn: int, *, now: datetime) -> tuple[Engagement, PutOnReserveList]:
    """On the reserve list, in the order of the draw: a millionth of a second apart, which is how it is kept."""
    reserve = Reserve(since=now + timedelta(microseconds=turn))
    waits = following(engagement, status="reserve", reserve=reserve)
    return waits, PutOnReserveList(waits)


@dataclass(frozen=True)
class StaffDrawChoices(Choices):
    """What a coordinator may do with the draw of a role."""

    set_rules: Choice
    draw: Choice
    offer_all: Choice
    confirm: Choice


@dataclass(frozen=True)
class MyDrawChoices(Choices):
    """What may be done about a draw for somebody who is in it."""

    give: Choice
    object: Choice
