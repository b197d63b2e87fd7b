"""The draw of a role, by its coordinators: rules before it closes, the draw, and the yes that makes its offers.

Nobody does any of it who takes part. The intake's lock is held throughout, as by every command that offers a place.
"""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from schemas.engagements import Engagement
from schemas.recruitment import Leader
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound
from services.chassis.postgres import mirrors
from services.chassis.postgres.help_given import helped_by_whoever_acts
from services.chassis.postgres.transaction import Transaction
from services.engagements import metrics
from services.engagements.commands.settling import Change, settle
from services.engagements.domain import draw as domain
from services.engagements.domain import draw_told as told
from services.engagements.domain import lots, offers
from services.engagements.domain import refused_draws as refused
from services.engagements.domain.draw import Draw
from services.engagements.domain.intake import Intake
from services.engagements.domain.lots import Drawn, Rules, Ticket
from services.engagements.store import draws as store
from services.engagements.store import engagements, given, intakes, objections
from services.engagements.store.draws import Out

AT_ONCE = 100
"""Roles in one transaction of the job that forgets."""


async def seal_when_closed(tx: Transaction, intake: Intake) -> None:
    """When a role closes its draw gets its seed, which stays. The caller holds the intake's lock."""
    if not domain.by_lot(intake.opportunity) or intake.opportunity.closed_at is None:
        return
    draw = await store.current(tx, intake.id) or await store.begin(tx, intake.id, intake.organisation_id)
    if draw.sealed_at is None:
        await store.seal(tx, draw)


async def set_rules(tx: Transaction[Member], opportunity_id: UUID, rules: Rules) -> None:
    """What the draw goes by besides chance; none at all where they are empty.

    Raises NotFound, NotByLot, NotYourOwn, RulesStand, RuleNotAsked, RuleTwice or RulesAgainstEachOther.
    """
    intake, everybody, _ = await _lock(tx, opportunity_id)
    draw = await store.current(tx, opportunity_id)
    domain.may_set_rules(intake, draw, takes_part=domain.takes_part(everybody, tx.acting.by)).must()
    domain.check_rules(rules, intake.opportunity)
    draw = draw or await store.begin(tx, opportunity_id, intake.organisation_id)
    await store.save_rules(tx, draw, rules, by=tx.acting.by)


async def draw_lots(
    tx: Transaction[Member], opportunity_id: UUID, *, people: int, places: int, as_near_as_can_be: bool = False
) -> UUID:
    """Draw, once. Nothing is offered by it. Returns the draw's id. `people`, `places`: what whoever draws has seen.

    Raises NotFound, NotByLot, NotYourOwn, CalledOff, DrawTooEarly, AlreadyDrawn, NobodyToDraw, NoDrawNeeded,
    NoPlaceToDraw, DrawChanged or RulesOutOfReach.
    """
    intake, everybody, out = await _lock(tx, opportunity_id)
    those = domain.in_draw(everybody, out.everybody)
    draw = await store.current(tx, opportunity_id)
    takes_part = domain.takes_part(everybody, tx.acting.by)
    domain.may_draw(intake, draw, len(those), takes_part=takes_part).must()
    if (people, places) != (len(those), intake.places_left):
        raise refused.DrawChanged
    draw = draw or await store.begin(tx, opportunity_id, intake.organisation_id)
    if draw.sealed_at is None:
        await store.seal(tx, draw)
    seed = await store.open_seed(tx, draw, places=places, people=people, by=tx.acting.by)
    tickets = await _tickets(tx, draw, those)
    drawn = lots.draw(tickets, places, draw.rules, seed=seed, as_near_as_can_be=as_near_as_can_be)
    if drawn is None:
        raise refused.RulesOutOfReach
    await _keep(tx, draw, drawn, tickets)
    tx.count(partial(metrics.drawn, people, again=draw.number > 1))
    return draw.id


async def _tickets(tx: Transaction[Member], draw: Draw, those: Sequence[Engagement]) -> list[Ticket]:
    numbers = await store.numbers(tx, draw.opportunity_id)
    gave = await given.of_role(tx, draw.opportunity_id)
    return [Ticket(numbers[one.id], gave[one.id].used_by(draw.rules) if one.id in gave else {}) for one in those]


async def _keep(tx: Transaction[Member], draw: Draw, drawn: Drawn, tickets: Sequence[Ticket]) -> None:
    await store.save_drawn(tx, draw, drawn, {one.number: one.said for one in tickets})


async def confirm(tx: Transaction[Member], opportunity_id: UUID, *, draw_id: UUID) -> int:
    """Offer a place to each who was drawn, and put the others on the reserve list, in the order of the draw. Whoever
    left meanwhile is passed over, but no mark of after the draw takes a ticket away; places are counted anew.
    `draw_id`: the one that was read. Returns how many offers.

    Raises NotFound, NotByLot, NotDrawnYet, DrawChanged, DrawConfirmed, NotYourOwn, HelpedThem, CalledOff or
    ObjectionFirst, and what an offer raises.
    """
    intake, everybody, out = await _lock(tx, opportunity_id)
    draw = await store.current(tx, opportunity_id)
    if draw and draw.id != draw_id:
        raise refused.DrawChanged
    waiting = await objections.count_waiting(tx, draw_id)
    those = domain.in_draw(everybody, out.answered)
    domain.may_confirm(
        intake,
        draw,
        takes_part=domain.takes_part(everybody, tx.acting.by),
        helped=bool(await helped_by_whoever_acts(tx, [one.person_id for one in those])),
        objections=waiting,
    ).must()
    assert draw, "else it is not drawn yet"
    numbers = await store.numbers(tx, opportunity_id)
    by_number = {numbers[one.id]: one for one in those}
    tickets = await store.tickets(tx, draw.id)
    drawn = {one.number: one.chosen for one in tickets}
    those_drawn = [
        told.confirmed(by_number[one.number], draw, told.outcome_of(one.number, drawn), now=tx.now)
        for one in tickets
        if one.number in by_number
    ]
    chosen = [one for one in those_drawn if one.draw and one.draw.outcome == told.DRAWN]
    others = [one for one in those_drawn if one.draw and one.draw.outcome != told.DRAWN]
    await store.confirm(tx, draw, by=tx.acting.by)
    left = told.left_out(those, draw, numbers, drawn, now=tx.now)
    return await _offer_each(tx, intake, chosen, others, left_out=left)


async def offer_to_all(tx: Transaction[Member], opportunity_id: UUID) -> int:
    """There is a place for everybody: offer one to each, without a draw. Returns how many.

    Raises NotFound, NotByLot, NotYourOwn, HelpedThem, DrawTooEarly, AlreadyDrawn, NobodyToDraw or DrawFirst, and what
    an offer raises.
    """
    intake, everybody, out = await _lock(tx, opportunity_id)
    those = domain.in_draw(everybody, out.everybody)
    takes_part = domain.takes_part(everybody, tx.acting.by)
    helped = bool(await helped_by_whoever_acts(tx, [one.person_id for one in those]))
    draw = await store.current(tx, opportunity_id)
    domain.may_offer_all(intake, draw, len(those), takes_part=takes_part, helped=helped).must()
    return await _offer_each(tx, intake, those, [])


async def _offer_each(
    tx: Transaction[Member],
    intake: Intake,
    chosen: Sequence[Engagement],
    others: Sequence[Engagement],
    *,
    left_out: Sequence[told.Change] = (),
) -> int:
    """Those of them for whom a place is left; then the others wait, in this order. Who was left out is told so."""
    with_place = chosen[: intake.places_left]
    waits = [*chosen[intake.places_left :], *others]
    leaders = await mirrors.get_each(tx, Leader, [one.person_id for one in with_place])
    terms = await intakes.terms(tx, intake.opportunity, [one.person_id for one in with_place])
    changes: list[Change] = []
    for one in with_place:
        _, event = offers.offer(one, leaders.get(one.person_id), terms, by=tx.acting.by, now=tx.now)
        changes.append((one, event))
    for turn, one in enumerate(waits):
        changes.append((one, domain.waits_in_turn(one, turn, now=tx.now)[1]))
    await settle(tx, intake, *changes, *left_out)
    return len(with_place)


async def forget_what_was_given(tx: Transaction) -> int:
    """What people gave for draws whose time is over. Returns of how many roles; AT_ONCE: there may be more."""
    return await store.forget_old(tx, tx.now - domain.FORGET_AFTER, limit=AT_ONCE)


async def _lock(tx: Transaction[Member], opportunity_id: UUID) -> tuple[Intake, Sequence[Engagement], Out]:
    """An intake of the organisation, everybody in it, and who is not in its draw. Raises NotFound."""
    intake = await intakes.lock(tx, opportunity_id)
    if intake.organisation_id != tx.acting.organisation_id:
        raise NotFound
    everybody = await engagements.lock_of_intake(tx, opportunity_id)
    return intake, everybody, await store.left_out(tx, opportunity_id)
