"""Every message of a role says whom to ring about it, and whom to ask for: in plain words and in Easy Read."""

from datetime import timedelta
from typing import Any

import pytest

from schemas.engagements import EngagementRestated
from schemas.identity import AccountOpened, Desk, OrganisationChanged
from schemas.matching import OpportunityRestated
from schemas.payments import ClaimRestated, PaymentMade
from services.chassis.base.access import london_day
from services.chassis.postgres.transaction import new_id
from services.notifications import texts
from services.notifications.commands.composing import Desk as Ringing
from services.notifications.commands.composing import Some
from services.notifications.domain import kinds
from tests.notifications.support import NOW, a_world
from tests.notifications.test_who_hears import NOT_OF_ROLES
from tests.support import Connected, member

OF_ROLES = sorted(
    (set(kinds.KINDS) - NOT_OF_ROLES)
    | {"match_made", "claim_needs_details", "claim_ready", "claim_returned", "claim_paid"}
)
RINGS = Ringing("Ward desk", "01632 960 102", "Fridays", "Cora")
FACTS: dict[str, Any] = {
    **dict.fromkeys(("title", "organisation", "role_of", "why", "bring", "line", "next", "how", "now"), "Words"),
    **dict.fromkeys(("apply_by", "at", "first", "reply_by", "answer_by", "open_until", "was"), NOW),
    "desk": RINGS,
    "rings": RINGS,
    "sessions": Some(("A meeting",), 0),
    "times": [NOW],
    "parts": ["the pay", "where it takes place"],
    "decide_by": NOW,
    "what_changed": "Much.",
    "count": 1,
    "days": 3,
    "minutes": 20,
    "amount_pence": 7500,
    "pay": "£75",
    "claim": "sent",
    "earlier": {"before": NOW, "short": False},
}
YES_OR_NO = ("over", "holds", "said_yes", "reminds", "held", "asked", "differs", "attended", "still_in_it", "keeps_pay")


@pytest.mark.parametrize("kind", OF_ROLES)
def test_each_says_whom_to_ring_whoever_reads_it_and_however_it_stands(kind: str) -> None:
    for yes in (True, False):
        for standing in ("accepted", "offered", "reserve", "interested", "matched"):
            before = ["Words"] if kind == "sessions_changed" else "Words"
            facts = FACTS | dict.fromkeys(YES_OR_NO, yes) | {"standing": standing, "before": before}
            text = texts.text_of(kind, facts)
            for said in (text.body, *([text.easy] if text.easy else [])):
                assert "01632 960 102" in said and "sk for Cora" in said, (standing, yes, said)
            none = texts.text_of(kind, facts | {"desk": None, "rings": None})
            assert "ring us" in none.body.lower(), (standing, none.body)


async def test_the_desk_that_stands_in_is_in_the_message_and_nobody_who_has_left(notifications: Connected) -> None:
    world = await a_world(notifications)
    cora = member(world.trust, "coordinator", called="Cora")
    stands_in = Desk(id=new_id(), name="Ward desk", phone="01632 960 102")
    until = london_day(NOW) + timedelta(days=2)
    away = Desk(id=new_id(), name="Team", phone="01632 960 100", out_until=until, deputy_id=stands_in.id)
    first = Desk(id=new_id(), name="A first desk", phone="01632 960 199")
    kept = world.trust.with_changes(version=2, desks=(first, away, stands_in))
    role = world.opportunity.model_copy(update={"version": 2, "desk_id": away.id, "contact_id": cora.id})
    await notifications.hears_and_settles(OrganisationChanged(kept), cora.opened, OpportunityRestated(role))
    told = [EngagementRestated(world.engagement(interested_at=NOW)), ClaimRestated(world.claim("ready"))]
    await notifications.hears_and_settles(*told, PaymentMade(world.payment()))
    by_kind = {message.news.kind: message.news for message in await world.messages()}
    for kind in ("interest_received", "claim_ready"):
        for said in (by_kind[kind].body, by_kind[kind].easy):
            assert "01632 960 102" in said and "sk for Cora" in said, kind
            assert "01632 960 100" not in said and "01632 960 199" not in said, kind
    assert "ring A first desk at Sussex Example Trust: 01632 960 199." in by_kind["claim_paid"].body, "of several roles"
    left = AccountOpened(cora.account.with_changes(version=2, memberships=()))
    await notifications.hears_and_settles(left)
    place = world.engagement("accepted", id=new_id(), accepted_at=NOW)
    await notifications.hears_and_settles(EngagementRestated(place))
    newest = (await world.messages())[0].news
    assert newest.kind == "place_accepted" and "Cora" not in newest.body and "01632 960 102" in newest.body
