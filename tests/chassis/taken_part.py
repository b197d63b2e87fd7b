"""Roles in which people of the little network have taken part, for the walk over all forms."""

from dataclasses import dataclass
from datetime import timedelta

from schemas.recruitment import Needs, NeedsGiven
from tests.town import Somebody, Town


async def with_another_session(network: Town, cora: Somebody) -> str:
    """A role of which one session is held soon, and one is to come after that: the address of its own page."""
    role = (await network.role(cora))["id"]
    another = {"starts_at": (network.rooms.now + timedelta(days=9)).isoformat(), "hours": 2}
    await network.must(cora, "matching", f"/organisations/RX2/opportunities/{role}/sessions", another)
    return f"/opportunities/for/RX2/{role}"


@dataclass(frozen=True)
class Roles:
    """Addresses of what is there of them: a role of which one session was held, a record, what somebody needs and what
    somebody asks, and what everybody needs at a session."""

    half_way: str
    of_record: str
    of_people: list[str]
    of_access: str
    own_say: str
    own_access: str
    """Of Sam, at the session that was held: home leads to the one that is next, where nothing is asked yet."""


async def taken_part(network: Town, cora: Somebody, sam: Somebody, kim: Somebody) -> Roles:
    """Sam has a place in two roles, of which one was recorded and is paid for; Kim waits for answers."""
    recorded, missed = await network.role(cora), await network.role(cora)
    half_way = await with_another_session(network, cora)
    engagement = await network.take(recorded, cora, sam)
    await network.take(missed, cora, sam)
    for role in (recorded, missed):
        waits = {"opportunity_id": role["id"], "why": "I know this.", "needs": ""}
        await network.must(kim, "engagements", "/mine/interests", waits)
    await network.hears(NeedsGiven(Needs(id=sam.id, version=1, needs=("breaks",), shared_with=("places",))))
    training = {"title": "Finding your voice", "summary": "To speak up."}
    programme = (await network.must(cora, "training", "/organisations/RX2/programmes", training))["id"]
    starts = (network.rooms.now + timedelta(days=1)).isoformat()
    session = {"starts_at": starts, "hours": 2, "mode": "remote", "places": 5}
    held = await network.must(cora, "training", f"/organisations/RX2/programmes/{programme}/sessions", session)
    await network.must(sam, "training", "/mine/enrolments", {"session_id": held["id"]})
    await network.record(recorded, engagement, cora)
    await network.claimed(sam)
    to_come = await network.role(cora)
    waits = {"opportunity_id": to_come["id"], "why": "I can.", "needs": ""}
    interest = await network.must(kim, "engagements", "/mine/interests", waits)
    await network.must(
        kim, "notifications", f"/mine/conversations/engagement/{interest['id']}/messages", {"words": "Where?"}
    )
    talks = await network.talks(cora, kim)
    later = await network.take(to_come, cora, sam)
    missing = {"answers": [{"need": "breaks", "there": "no", "words": "There was none."}]}
    at = f"/mine/engagements/{engagement}/sessions/{recorded['session']}/access/answers"
    await network.must(sam, "engagements", at, missing)
    return Roles(
        half_way=half_way,
        of_record=f"/engagements/mine/{engagement}/sessions/{recorded['session']}/wrong",
        of_people=[f"/engagements/for/RX2/people/{page}" for page in (f"{later}/needs", f"{talks}/marks")],
        of_access=f"/engagements/for/RX2/{to_come['id']}/sessions/{to_come['session']}/access",
        own_say=f"/engagements/mine/{engagement}/say",
        own_access=f"/engagements/mine/{engagement}/sessions/{recorded['session']}/access",
    )
