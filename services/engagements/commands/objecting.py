"""What a person says for the draw of a role and against it, and how somebody who did not draw answers."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from schemas.engagements import Engagement
from schemas.recruitment import Profile
from services.chassis.base.hands import Member, Person
from services.chassis.base.refusals import NotFound
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction
from services.engagements import metrics
from services.engagements.commands import counting
from services.engagements.commands.settling import lock_mine, settle
from services.engagements.domain import draw as domain
from services.engagements.domain import draw_told as told
from services.engagements.domain import intake as places
from services.engagements.domain import refused_draws as refused
from services.engagements.domain.draw import Draw, Given
from services.engagements.domain.giving import AnswerObjection, Giving
from services.engagements.domain.intake import Intake
from services.engagements.store import draws, engagements, intakes, objections
from services.engagements.store import given as store
from services.engagements.store.honesty import is_helped_on_its_side
from services.engagements.store.objections import Objection


async def give(tx: Transaction[Person], id: UUID, giving: Giving) -> Given:
    """What the draw of this role may use; given anew it takes the place of what was given, and nothing takes it back.

    Raises NotFound, NotByLot, SomebodyElseWrites, TooLateToGive, NotWaiting, NotAsked or NoArea.
    """
    intake, mine = await lock_mine(tx, id)
    on_its_side = await is_helped_on_its_side(tx, mine.organisation_id)
    draw = await draws.current(tx, intake.id)
    domain.may_give(mine, intake.opportunity, draw, on_its_side=on_its_side).must()
    area = ""
    if giving.area:
        profile = await mirrors.get(tx, Profile, mine.person_id)
        area = (profile.district if profile else None) or ""
        if not area:
            raise refused.NoArea
    given = Given(area=area, knows=giving.knows or "", side=giving.side or "", been=giving.been or "")
    await store.save(tx, mine, domain.check_given(given, intake.opportunity))
    return given


async def object_to_draw(tx: Transaction[Person], id: UUID, words: str) -> UUID:
    """Say what is wrong with a draw, once for each. It cannot be confirmed before somebody has answered.

    Returns the objection's id.

    Raises NotFound, NotDrawnYet, SomebodyElseWrites, NotInThisDraw, ObjectedAlready or TooLateToObject.
    """
    intake, mine = await lock_mine(tx, id)
    draw = await draws.current(tx, intake.id)
    before = await objections.of_mine(tx, id)
    domain.may_object(
        mine,
        draw,
        objected=draw is not None and any(one.draw_id == draw.id for one in before),
        on_its_side=await is_helped_on_its_side(tx, mine.organisation_id),
        now=tx.now,
    ).must()
    assert draw, "else it is not drawn yet"
    made = await objections.add(tx, draw_id=draw.id, engagement_id=id, words=words)
    await _note(tx, intake, since_at_least=True)
    tx.count(partial(metrics.objected, "made"))
    return made


async def answer(tx: Transaction[Member], opportunity_id: UUID, id: UUID, said: AnswerObjection) -> None:
    """Where it was right the draw is set aside, and can be made anew with another seed. Offers that were made stand.

    Raises NotFound, ObjectionAnswered, NotYourOwn or SomebodyElseAnswers.
    """
    intake = await intakes.lock(tx, opportunity_id)
    of = await objections.get(tx, id)
    draw = await draws.get(tx, of.draw_id) if of else None
    if of is None or draw is None or of.opportunity_id != opportunity_id:
        raise NotFound
    everybody = await engagements.lock_of_intake(tx, intake.id)
    takes_part = domain.takes_part(everybody, tx.acting.by)
    domain.may_answer(draw, answered=of.upheld is not None, takes_part=takes_part, by=tx.acting.by).must()
    await objections.answer(tx, of, upheld=said.is_right, words=said.words, by=tx.acting.by)
    is_set_aside = said.is_right and draw.set_aside_at is None
    if is_set_aside:
        await draws.set_aside(tx, draw, said.why)
        await draws.seal(tx, await draws.begin(tx, intake.id, intake.organisation_id, after=draw))
    changes = await _set_aside(tx, draw, everybody) if is_set_aside else []
    await _note(tx, await settle(tx, intake, *_with_answer(tx, of, draw, everybody, changes, upheld=said.is_right)))
    tx.count(partial(metrics.objected, "upheld" if said.is_right else "not_upheld"))


async def _set_aside(tx: Transaction[Member], draw: Draw, everybody: Sequence[Engagement]) -> list[told.Change]:
    """Everybody who took part, those with most at stake first."""
    numbers = await draws.numbers(tx, draw.opportunity_id)
    chosen = {one.number: one.chosen for one in await draws.tickets(tx, draw.id)}
    outcomes = {one.id: told.outcome_of(numbers.get(one.id), chosen) for one in everybody}
    return told.set_aside(everybody, draw, outcomes, now=tx.now)


def _with_answer(
    tx: Transaction[Member],
    of: Objection,
    draw: Draw,
    everybody: Sequence[Engagement],
    changes: Sequence[told.Change],
    *,
    upheld: bool,
) -> list[told.Change]:
    """Whoever objected hears first that they are answered, and by that that it is set aside: once."""
    theirs = next(one for one in everybody if one.id == of.engagement_id)
    aside = next((event.state.draw for one, event in changes if one.id == theirs.id), None)
    others = [one for one in changes if one[0].id != theirs.id]
    answered = told.answered(theirs, draw, upheld=upheld, outcome=aside and aside.outcome, now=tx.now)
    return [(theirs, answered), *others]


async def _note(tx: Transaction, intake: Intake, *, since_at_least: bool = False) -> None:
    """Since when somebody waits for an answer. A person sees no objection but their own: theirs is the newest."""
    since = (intake.objected_since or tx.now) if since_at_least else await objections.waits_since(tx, intake.id)
    noted, event = places.objected(intake, since, now=tx.now)
    await counting.save(tx, noted)
    if event:
        await tx.emit(event)
