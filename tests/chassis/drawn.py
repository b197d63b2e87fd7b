"""Roles of the little network whose places are drawn by lot: open, closed, and drawn, for the walk over all forms."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.town import Somebody, Town


@dataclass(frozen=True)
class Drawn:
    """The pages on which what a draw may use, its rules, the draw, an objection and its answer are typed."""

    of_person: list[str]
    of_coordinator: list[str]


async def drawn(network: Town, cora: Somebody, sam: Somebody, kim: Somebody) -> Drawn:
    """Sam and Kim want the one place of each; Kim objects to the draw that a colleague of Cora made."""
    dot = await network.hire(network.ada, "RX2", "Dot", "coordinator")
    is_open, closed, made = [
        (await network.role(cora, steps=["draw"], places=1, lived_experience=["pain"]))["id"] for _ in range(3)
    ]
    rules = {"at_least": [{"asked": "side", "said": "carer", "people": 1}], "most_from_one_area": None}
    await _put(network, cora, f"/organisations/RX2/intakes/{closed}/draw/rules", rules)
    mine = {role: await _wants(network, sam, role) for role in (is_open, closed, made)}
    await _put(network, sam, f"/mine/engagements/{mine[closed]}/draw", {"side": "carer"})
    await _wants(network, kim, closed)
    of_kim = f"/mine/engagements/{await _wants(network, kim, made)}/draw/objection"
    for role in (closed, made):
        await network.must(cora, "matching", f"/organisations/RX2/opportunities/{role}/close", {"why": ""})
    await network.must(dot, "engagements", f"/organisations/RX2/intakes/{made}/draw", {"people": 2, "places": 1})
    objection = (await network.must(kim, "engagements", of_kim, {"words": "I was not told."}))["id"]
    staff = "/engagements/for/RX2/{}/draw"
    return Drawn(
        of_person=[
            f"/engagements/mine/{mine[is_open]}/draw",
            f"/engagements/mine/{mine[made]}/draw/object",
        ],
        of_coordinator=[
            staff.format(is_open) + "/rules",
            staff.format(closed) + "/lots",
            staff.format(made) + f"/objections/{objection}",
        ],
    )


async def _wants(network: Town, who: Somebody, role: str) -> str:
    """They show interest: the engagement's id."""
    shown = {"opportunity_id": role, "why": "I can.", "needs": ""}
    return (await network.must(who, "engagements", "/mine/interests", shown))["id"]


async def _put(network: Town, who: Somebody, path: str, body: Mapping[str, object]) -> None:
    answer = await network.ask(who, "PUT", "engagements", path, body)
    assert answer.is_success, answer.text
