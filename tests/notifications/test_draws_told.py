"""What came of a draw: who was drawn, who not, who was left out, that it is set aside, and an answer to somebody."""

from datetime import timedelta
from typing import Any

from schemas.engagements import Engagement, EngagementRestated, InDraw, Objection, Offer, Reserve
from schemas.matching import OpportunityPosted
from tests.notifications.support import NOW, World, a_world
from tests.support import Connected, Person

CONFIRMED, ASIDE, LATER = NOW - timedelta(hours=3), NOW - timedelta(hours=2), NOW - timedelta(hours=1)
UNTIL = CONFIRMED + timedelta(days=10)
STANDS: dict[str, dict[str, Any]] = {
    "accepted": {"status": "accepted", "offer": Offer(offered_at=CONFIRMED), "accepted_at": CONFIRMED},
    "offered": {"status": "offered", "offer": Offer(offered_at=CONFIRMED, reply_by=UNTIL, holds_place=True)},
    "reserve": {"status": "reserve", "reserve": Reserve(since=CONFIRMED + timedelta(microseconds=4))},
    "interested": {"status": "interested"},
}
"""How the four stand after a draw, whose tickets were drawn, drawn, not drawn, and not there."""
OUTCOMES = {"accepted": "drawn", "offered": "drawn", "reserve": "not_drawn", "interested": "left_out"}


def in_draw(stands: str, **changes: Any) -> InDraw:
    said = {"number": 1, "outcome": OUTCOMES[stands], "confirmed_at": CONFIRMED, "object_until": UNTIL}
    return InDraw.model_validate(said | changes)


async def four(world: World) -> dict[str, tuple[Person, Engagement]]:
    """After a draw was confirmed, of which each is told once."""
    people = {stands: Person(called=stands.capitalize()) for stands in STANDS}
    long_ago = NOW - timedelta(days=60)
    theirs = {
        stands: world.engagement(
            person_id=people[stands].id, interested_at=long_ago, draw=in_draw(stands), **STANDS[stands]
        )
        for stands in STANDS
    }
    await world.service.hears_and_settles(
        OpportunityPosted(world.opportunity), *(one.opened for one in people.values())
    )
    await world.service.hears_and_settles(*(EngagementRestated(one) for one in theirs.values()))
    return {stands: (people[stands], theirs[stands]) for stands in STANDS}


async def becomes(world: World, before: Engagement, **changes: Any) -> Engagement:
    after = before.model_copy(update={"version": before.version + 1} | changes)
    await world.service.hears_and_settles(EngagementRestated(after))
    return after


async def newest(world: World, person: Person) -> tuple[str, str, str, str]:
    """Of what they were told: the kind, the words, the words in Easy Read, and where it leads."""
    news = (await world.messages(person))[0].news
    return news.kind, news.body, news.easy, news.link


async def each_is_told_what_was_drawn(world: World, role: dict[str, tuple[Person, Engagement]]) -> None:
    told = {stands: await newest(world, person) for stands, (person, _) in role.items()}
    assert {stands: one[0] for stands, one in told.items()} == {
        "accepted": "place_accepted",
        "offered": "offer_made",
        "reserve": "on_reserve",
        "interested": "left_out_of_draw",
    }
    for stands, plain, easy in (
        ("offered", "your ticket was drawn", "Your ticket was drawn."),
        ("reserve", "was not drawn for one", "not drawn for a place"),
        ("interested", "Your ticket was not in the draw.", "If it is wrong, you can say so until"),
    ):
        assert plain in told[stands][1] and easy in told[stands][2], stands
    assert told["interested"][3] == f"/engagements/mine/{role['interested'][1].id}/draw"


async def test_who_took_part_hears_what_came_of_the_draw_that_it_is_set_aside_and_the_answer_to_an_objection_once(
    notifications: Connected,
) -> None:
    world = await a_world(notifications)
    role = await four(world)
    await each_is_told_what_was_drawn(world, role)
    left_out, theirs = role["interested"]
    answered = await becomes(world, theirs, objection=Objection(number=1, answered_at=ASIDE, upheld=False))
    kind, plain, easy, link = await newest(world, left_out)
    assert (kind, link) == ("objection_answered", f"/engagements/mine/{theirs.id}/draw")
    assert "The draw stays as it is." in plain and "The draw stays as it is." in easy
    assert "because" not in plain and "not_yet" not in plain, "no message carries a reason"

    who_objected, waits = role["reserve"]
    right = Objection(number=1, answered_at=LATER, upheld=True)
    for stands, (_, one) in role.items():
        objects = {"objection": right} if one.id == waits.id else {}
        before = answered if stands == "interested" else one
        role[stands] = (
            role[stands][0],
            await becomes(world, before, draw=in_draw(stands, set_aside_at=LATER), **objects),
        )
    kind, plain, _, _ = await newest(world, who_objected)
    assert kind == "objection_answered" and "You were right." in plain and "drawn again" in plain
    for stands, words in (
        ("accepted", "You keep your place."),
        ("offered", "Your offer stays as it is."),
        ("interested", "whether it is in the next"),
    ):
        kind, plain, _, link = await newest(world, role[stands][0])
        assert kind == "draw_set_aside" and words in plain and link.endswith("/draw"), stands
    again = NOW
    offer = Offer(offered_at=again, reply_by=UNTIL, holds_place=True)
    second = in_draw("offered", number=2, confirmed_at=again)
    await becomes(world, role["reserve"][1], status="offered", offer=offer, reserve=None, draw=second)
    kind, plain, _, _ = await newest(world, who_objected)
    assert kind == "offer_made" and "your ticket was drawn" in plain, "not a place that came free"
    for stands, kinds in (
        ("accepted", ["draw_set_aside", "place_accepted"]),
        ("interested", ["draw_set_aside", "objection_answered", "left_out_of_draw"]),
        ("reserve", ["offer_made", "objection_answered", "on_reserve"]),
    ):
        assert [one.news.kind for one in await world.messages(role[stands][0])] == kinds
    assert await notifications.failing() == []


async def test_who_is_in_the_role_no_more_hears_of_their_objection_alone(notifications: Connected) -> None:
    world = await a_world(notifications)
    gone = world.engagement(
        "withdrawn",
        ended_at=LATER,
        draw=in_draw("reserve", set_aside_at=ASIDE),
        objection=Objection(number=1, answered_at=LATER, upheld=True),
    )
    await notifications.hears_and_settles(OpportunityPosted(world.opportunity), EngagementRestated(gone))
    assert await world.kinds() == ["objection_answered"]
