"""Roles of the little network whose places are drawn by lot: open, closed, and drawn, for the walk over all forms."""

from dataclasses import dataclass
from uuid import UUID

from tests.town import Somebody, Town


@dataclass(frozen=True)
class Drawn:
    """The pages on which what a draw may use, its rules, the draw, an objection and its answer are typed."""

    of_person: list[str]
    of_coordinator: list[str]


async def drawn(network: Town, cora: Somebody, sam: Somebody, kim: Somebody) -> Drawn:
    """Sam and Kim want the one place of each; Kim objects to the draw that a colleague of Cora made."""
    dot = await network.hire(network.ada, "RX2", "Dot", "coordinator")
    roles = [(await network.role(cora, steps=["draw"], places=1, lived_experience=["pain"]))["id"] for _ in range(3)]
    mine: dict[str, dict[UUID, str]] = {}
    rules = {"at_least": [{"asked": "side", "said": "carer", "people": 1}], "most_from_one_area": None}
    for role in roles:
        at = f"/organisations/RX2/intakes/{role}/draw/rules"
        assert (await network.ask(cora, "PUT", "engagements", at, rules)).is_success
        for who in (sam, kim):
            wants = {"opportunity_id": role, "why": "I can.", "needs": ""}
            shown = await network.must(who, "engagements", "/mine/interests", wants)
            mine.setdefault(role, {})[who.id] = shown["id"]
        given = {"side": "carer", "been": "new"}
        at = f"/mine/engagements/{mine[role][sam.id]}/draw"
        assert (await network.ask(sam, "PUT", "engagements", at, given)).is_success
    is_open, closed, made = roles
    for role in (closed, made):
        await network.must(cora, "matching", f"/organisations/RX2/opportunities/{role}/close", {"why": ""})
    at = f"/organisations/RX2/intakes/{made}/draw"
    await network.must(dot, "engagements", at, {"people": 2, "places": 1, "as_near": True})
    of_kim = f"/mine/engagements/{mine[made][kim.id]}/draw/objection"
    objection = (await network.must(kim, "engagements", of_kim, {"words": "I was not told."}))["id"]
    staff = "/engagements/for/RX2/{}/draw"
    return Drawn(
        of_person=[
            f"/engagements/mine/{mine[is_open][sam.id]}/draw",
            f"/engagements/mine/{mine[made][sam.id]}/draw/object",
        ],
        of_coordinator=[
            staff.format(is_open) + "/rules",
            staff.format(closed) + "/lots",
            staff.format(made) + f"/objections/{objection}",
        ],
    )
