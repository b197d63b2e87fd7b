"""What is said of a draw on the engagements of those who took part: no more than codes and moments."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from schemas.engagements import DrawSetAside, Engagement, InDraw, LeftOutOfDraw, Objection, ObjectionAnswered
from services.engagements.domain.draw import OBJECT_WITHIN, Draw
from services.engagements.domain.engagement import following

DRAWN, NOT_DRAWN, LEFT_OUT = "drawn", "not_drawn", "left_out"
STANDS = ("accepted", "offered", "reserve", "interested")
"""Who is in a role, by what is at stake for them, most first: so they are told that a draw is set aside."""
Change = tuple[Engagement, DrawSetAside | ObjectionAnswered | LeftOutOfDraw]


def outcome_of(number: int | None, chosen: Mapping[int, bool]) -> str:
    """`chosen`: by the number of each ticket of the draw."""
    if number is None or number not in chosen:
        return LEFT_OUT
    return DRAWN if chosen[number] else NOT_DRAWN


def confirmed(of: Engagement, draw: Draw, outcome: str, *, now: datetime) -> Engagement:
    """As it goes into the offer, or on the reserve list, that the draw makes: no version of its own."""
    return of.with_changes(
        draw=InDraw(number=draw.number, outcome=outcome, confirmed_at=now, object_until=now + OBJECT_WITHIN)
    )


def left_out(
    waits: Sequence[Engagement], draw: Draw, numbers: Mapping[UUID, int], chosen: Mapping[int, bool], *, now: datetime
) -> list[Change]:
    """Of a draw that is confirmed: those who waited when it was drawn and have no ticket in it. They can object."""
    drawn_at = draw.drawn_at
    assert drawn_at, "only a draw that was made is confirmed"
    those = [one for one in waits if one.interested_at <= drawn_at and numbers.get(one.id) not in chosen]
    return [(one, LeftOutOfDraw(following(confirmed(one, draw, LEFT_OUT, now=now)))) for one in those]


def set_aside(
    everybody: Sequence[Engagement], draw: Draw, outcomes: Mapping[UUID, str], *, now: datetime
) -> list[Change]:
    """Of all who took part and are still in the role: whoever has most at stake first."""
    drawn_at = draw.drawn_at
    assert drawn_at, "only a draw that was made is set aside"
    those = [one for one in everybody if one.status in STANDS and one.interested_at <= drawn_at]
    those.sort(key=lambda one: (STANDS.index(one.status), outcomes[one.id] != DRAWN, one.id))
    return [(one, DrawSetAside(_aside(one, draw, outcomes[one.id], now))) for one in those]


def _aside(of: Engagement, draw: Draw, outcome: str, now: datetime) -> Engagement:
    is_this = of.draw is not None and of.draw.number == draw.number
    before = of.draw if is_this and of.draw else InDraw(number=draw.number, outcome=outcome)
    return following(of, draw=before.with_changes(set_aside_at=now))


def answered(
    of: Engagement, draw: Draw, *, upheld: bool, outcome: str | None = None, now: datetime
) -> ObjectionAnswered:
    """To whoever objected, whatever became of them since. `outcome`: of theirs, where the draw is set aside by it."""
    said = Objection(number=draw.number, answered_at=now, upheld=upheld)
    if outcome is None:
        return ObjectionAnswered(following(of, objection=said))
    aside = _aside(of, draw, outcome, now)
    return ObjectionAnswered(aside.with_changes(objection=said))
