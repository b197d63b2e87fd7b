"""What the pages of a draw and its API both show: to coordinators, and to whoever takes part."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.matching import Opportunity
from schemas.recruitment import Profile
from services.chassis.base.choices import Choice
from services.chassis.base.hands import Member, Person
from services.chassis.base.refusals import NotFound
from services.chassis.postgres import mirrors
from services.chassis.postgres.lists import Few
from services.chassis.postgres.transaction import Transaction
from services.engagements import queries
from services.engagements.answers_draw import DrawData, data_of
from services.engagements.domain import draw as domain
from services.engagements.domain.draw import Draw, Given, MyDrawChoices, StaffDrawChoices
from services.engagements.domain.intake import Intake
from services.engagements.domain.objected import answer_by
from services.engagements.queries import MyEngagement
from services.engagements.store import answerers, draws, given, objections
from services.engagements.store.answerers import Answerers
from services.engagements.store.draws import DrawnPerson, DrawnTicket
from services.engagements.store.honesty import is_helped_on_its_side
from services.engagements.store.objections import Objection


@dataclass(frozen=True)
class StaffDraw:
    """The draw of a role as a coordinator sees it. `people`: who is in it; `left_out`: how many are marked "not
    yet", or were told no; `answerers`: who may answer an objection, or might if whoever looks draws.
    """

    intake: Intake
    draw: Draw | None
    people: int
    left_out: int
    chosen: Few[DrawnPerson]
    reserve: Few[DrawnPerson]
    objections: Few[Objection]
    past: Few[Draw]
    answerers: Answerers
    now: datetime
    choices: StaffDrawChoices

    @property
    def is_open_to_objections(self) -> bool:
        """Somebody objects and waits, or still can."""
        until = self.draw.object_until if self.draw else None
        waits = any(one.answered_at is None for one in self.objections)
        return self.intake.opportunity.withdrawn is None and (waits or until is None or self.now < until)


def _hands(draw: Draw | None) -> set[UUID]:
    return {by for by in (draw.drawn_by, draw.confirmed_by) if by} if draw else set()


async def of_role(tx: Transaction[Member], opportunity_id: UUID) -> StaffDraw:
    """Raises NotFound, for another organisation's too, and for a role that is not drawn."""
    intake = await queries.own_intake(tx, opportunity_id)
    if not domain.by_lot(intake.opportunity):
        raise NotFound
    draw = await draws.current(tx, opportunity_id)
    who = await draws.who_is_in(tx, opportunity_id, tx.acting.by)
    drawn = draw if draw and draw.drawn_at else None
    objected = await objections.of_role(tx, opportunity_id)
    waiting = sum(one.answered_at is None and drawn is not None and one.draw_id == drawn.id for one in objected)
    mine, helped = who.takes_part, who.helped
    return StaffDraw(
        intake=intake,
        draw=draw,
        people=who.people,
        left_out=who.left_out,
        chosen=await draws.people(tx, drawn.id, chosen=True) if drawn else Few[DrawnPerson](),
        reserve=await draws.people(tx, drawn.id, chosen=False) if drawn else Few[DrawnPerson](),
        objections=objected,
        past=await draws.past(tx, opportunity_id),
        answerers=await answerers.of_role(tx, intake, _hands(drawn) or {tx.acting.by}),
        now=tx.now,
        choices=StaffDrawChoices(
            set_rules=domain.may_set_rules(intake, draw, takes_part=mine),
            draw=domain.may_draw(intake, draw, who.people, takes_part=mine),
            offer_all=domain.may_offer_all(intake, draw, who.people, takes_part=mine, helped=helped),
            confirm=domain.may_confirm(intake, draw, takes_part=mine, helped=helped, objections=waiting),
        ),
    )


async def data_of_role(tx: Transaction[Member], opportunity_id: UUID, number: int) -> DrawData:
    """Raises NotFound, for another organisation's too, and for one that is not drawn."""
    intake = await queries.own_intake(tx, opportunity_id)
    return await _data(tx, intake.opportunity, number)


async def _data(tx: Transaction, opportunity: Opportunity, number: int) -> DrawData:
    draw = await draws.numbered(tx, opportunity.id, number)
    if draw is None or draw.drawn_at is None:
        raise NotFound
    return data_of(draw, await draws.tickets(tx, draw.id), title=opportunity.title)


@dataclass(frozen=True)
class ToAnswer:
    """An objection, and whether whoever asks may answer it."""

    intake: Intake
    draw: Draw
    objection: Objection
    ticket: int | None
    may: Choice
    answerers: Answerers


async def to_answer(tx: Transaction[Member], opportunity_id: UUID, id: UUID) -> ToAnswer:
    """Raises NotFound, for another organisation's too."""
    intake = await queries.own_intake(tx, opportunity_id)
    found = await objections.get(tx, id)
    draw = await draws.get(tx, found.draw_id) if found else None
    if found is None or draw is None or found.opportunity_id != opportunity_id:
        raise NotFound
    who = await draws.who_is_in(tx, opportunity_id, tx.acting.by)
    return ToAnswer(
        intake=intake,
        draw=draw,
        objection=found,
        ticket=await draws.number_of(tx, found.engagement_id),
        may=domain.may_answer(draw, answered=found.upheld is not None, takes_part=who.takes_part, by=tx.acting.by),
        answerers=await answerers.of_role(tx, intake, _hands(draw)),
    )


@dataclass(frozen=True)
class MyDraw:
    """The draw of a role for somebody in it. `number`: of their ticket; `ticket`: what was drawn; None: not in it,
    or not yet. `district`: where they live, as they said what fits them. `is_read`: not by
    whoever helps for the other side.
    """

    mine: MyEngagement
    draw: Draw | None
    number: int | None
    given: Given
    ticket: DrawnTicket | None
    district: str
    objections: list[Objection]
    past: Few[Draw]
    now: datetime
    choices: MyDrawChoices
    is_read: bool

    def answer_by(self, one: Objection) -> datetime:
        """The day by which an objection is to be answered."""
        return answer_by(one.made_at)

    @property
    def answer_by_now(self) -> datetime:
        """The same, of one that is made now."""
        return answer_by(self.now)

    @property
    def is_drawn(self) -> bool:
        """While they were there."""
        drawn_at = self.draw.drawn_at if self.draw else None
        return drawn_at is not None and self.mine.engagement.interested_at <= drawn_at


async def mine(tx: Transaction[Person], id: UUID) -> MyDraw:
    """Raises NotFound, for somebody else's too, and for a role that is not drawn."""
    found = await queries.my_engagement(tx, id)
    if not domain.by_lot(found.opportunity):
        raise NotFound
    draw = await draws.current(tx, found.opportunity.id)
    on_its_side = await is_helped_on_its_side(tx, found.engagement.organisation_id)
    number, objected = await draws.number_of(tx, id), await objections.of_mine(tx, id)
    profile = None if on_its_side else await mirrors.get(tx, Profile, found.engagement.person_id)
    against_this = draw is not None and any(one.draw_id == draw.id for one in objected)
    opportunity, engagement = found.opportunity, found.engagement
    return MyDraw(
        mine=found,
        draw=draw,
        number=number,
        given=Given() if on_its_side else await given.get(tx, id),
        ticket=await draws.ticket(tx, draw.id, number) if draw and draw.drawn_at and number else None,
        district=(profile.district if profile else None) or "",
        objections=[] if on_its_side else objected,
        past=await draws.past(tx, opportunity.id),
        now=tx.now,
        choices=MyDrawChoices(
            give=domain.may_give(engagement, opportunity, draw, on_its_side=on_its_side),
            object=domain.may_object(engagement, draw, objected=against_this, on_its_side=on_its_side, now=tx.now),
        ),
        is_read=not on_its_side,
    )


async def my_data(tx: Transaction[Person], id: UUID, number: int) -> DrawData:
    """Raises NotFound, also of a draw that was made before they showed interest."""
    found = await queries.my_engagement(tx, id)
    draw = await draws.numbered(tx, found.opportunity.id, number)
    if draw is None or draw.drawn_at is None or found.engagement.interested_at > draw.drawn_at:
        raise NotFound
    return await _data(tx, found.opportunity, number)
