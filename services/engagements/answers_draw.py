"""A draw as data, and the program by which anybody does it again with nothing but Python."""

from collections.abc import Sequence
from inspect import getsource

from pydantic import BaseModel

from services.engagements.domain import lots
from services.engagements.domain.draw import Draw
from services.engagements.domain.lots import Rules
from services.engagements.store.draws import DrawnTicket

_TAIL = '''

def _again(path: str) -> None:
    """Do a draw again from its data, and say whether it comes out the same."""
    import json

    with open(path, encoding="utf-8") as file:
        data = json.load(file)
    rules = Rules(tuple(AtLeast(**one) for one in data["rules"]["at_least"]), data["rules"]["most_from_one_area"])
    tickets = [Ticket(one["number"], one["said"]) for one in data["tickets"]]
    drawn = draw(tickets, data["places"], rules, seed=data["seed"], as_near_as_can_be=data["as_near_as_can_be"])
    print("The seed fits what was said before:", sha256(data["seed"].encode()).hexdigest() == data["seal"])
    print("Chosen:", *(drawn.chosen if drawn else ()))
    print("Reserve:", *(drawn.reserve if drawn else ()))
    print("The same as it was drawn:", drawn is not None and [*drawn.chosen] == data["chosen"])


if __name__ == "__main__":
    import sys

    _again(sys.argv[1])
'''
SCRIPT = getsource(lots).rstrip("\n") + "\n" + _TAIL
"""`python3 draw_again.py draw.json`."""


class TicketSaid(BaseModel):
    """A ticket, and what its person gave of what the rules ask. `forgotten`: they asked us to forget them."""

    number: int
    said: dict[str, str]
    forgotten: bool


class RuleSaid(BaseModel):
    asked: str
    said: str
    people: int


class RulesSaid(BaseModel):
    """`at_least`: the most important first."""

    at_least: list[RuleSaid]
    most_from_one_area: int | None


class DrawData(BaseModel):
    """All that is needed to do a draw again. `seal`: the SHA-256 of the seed, as it was said when the role closed.

    `rules`: what it was to be drawn by; `kept`: what it was drawn by. `tickets` and `chosen`: in the order of the draw.
    """

    title: str
    number: int
    seal: str
    seed: str
    places: int
    rules: RulesSaid
    kept: RulesSaid
    as_near_as_can_be: bool
    tickets: list[TicketSaid]
    chosen: list[int]


def data_of(draw: Draw, tickets: Sequence[DrawnTicket], *, title: str) -> DrawData:
    """Of a draw that was made."""
    return DrawData(
        title=title,
        number=draw.number,
        seal=draw.seal,
        seed=draw.seed,
        places=draw.places,
        rules=rules_said(draw.rules),
        kept=rules_said(draw.kept or draw.rules),
        as_near_as_can_be=draw.is_as_near,
        tickets=[TicketSaid(number=one.number, said=one.given, forgotten=one.forgotten) for one in tickets],
        chosen=[one.number for one in tickets if one.chosen],
    )


def rules_said(of: Rules) -> RulesSaid:
    at_least = [RuleSaid(asked=one.asked, said=one.said, people=one.people) for one in of.at_least]
    return RulesSaid(at_least=at_least, most_from_one_area=of.most_from_one_area)
