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
from services.chassis.work.text_office import length
from services.notifications import texts
from services.notifications.commands import contact as contacts
from services.notifications.commands.composing import Some
from services.notifications.desks_of_now import Desk as Ringing
from services.notifications.domain import kinds
from services.notifications.domain.contact import Wanted
from tests.notifications.support import NOW, SECRET, a_world
from tests.notifications.test_texts import send_at
from tests.notifications.test_who_hears import NOT_OF_ROLES
from tests.notify_server import notify_server
from tests.pdf import text_of
from tests.support import Connected, Database, Person, member

OF_ROLES = sorted(
    (set(kinds.KINDS) - NOT_OF_ROLES)
    | {"match_made", "claim_needs_details", "claim_ready", "claim_returned", "claim_paid"}
)
RINGS = Ringing("Ward desk", "01632 960 102", "Fridays", "Cora")
FACTS: dict[str, Any] = {
    **dict.fromkeys(("title", "organisation", "role_of", "why", "bring", "line", "next", "how", "now"), "Words"),
    **dict.fromkeys(("when", "where", "takes"), "Words"),
    "more": 2,
    **dict.fromkeys(("apply_by", "at", "first", "reply_by", "answer_by", "open_until", "was"), NOW),
    "desk": RINGS,
    "rings": RINGS,
    "sessions": Some(("A meeting",), 0),
    "times": [NOW],
    "parts": ["the pay", "where it takes place"],
    "whys": [("the pay", "Words"), ("where it takes place", "Words")],
    "decide_by": NOW,
    "what_changed": "Much.",
    "count": 1,
    "days": 3,
    "minutes": 20,
    "amount_pence": 7500,
    "pay": "£75",
    "claim": "sent",
    "earlier": {"before": NOW, "short": False},
    "by_lot": "drawn",
    "outcome": "not_drawn",
    "object_until": NOW,
}
YES_OR_NO = (
    *("over", "holds", "said_yes", "reminds", "held", "asked", "differs", "attended", "still_in_it", "by_person"),
    *("keeps_pay", "is_job", "upheld", "draws_again"),
)


@pytest.mark.parametrize("kind", OF_ROLES)
def test_each_says_whom_to_ring_whoever_reads_it_and_however_it_stands(kind: str) -> None:
    for yes in (True, False):
        for standing in ("accepted", "offered", "reserve", "interested", "matched"):
            before = ["Words"] if kind == "sessions_changed" else "Words"
            facts = FACTS | dict.fromkeys(YES_OR_NO, yes) | {"standing": standing, "before": before}
            facts["salary"] = "£60,000 a year" if yes else ""
            text = texts.text_of(kind, facts)
            for marked in (text.body, *([text.easy] if text.easy else [])):
                said = texts.said_of_now(marked)
                moved = texts.said_of_now(marked, ring="ring X", block="Ring X.")
                assert "01632" not in moved and "ing X" in moved, "all of it is said anew when it goes out"
                assert "01632 960 102" in said and "sk for Cora" in said, (standing, yes, said)
            none = texts.text_of(kind, facts | {"desk": None, "rings": None})
            assert "ring us" in texts.said_of_now(none.body).lower(), (standing, none.body)


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


async def test_what_waited_for_days_names_who_answers_when_it_is_sent_printed_said_and_read(database: Database) -> None:
    """The desk of the day on which it was put into words is away by then, and whoever was named has left."""
    async with notify_server() as notify:
        world = await a_world(await database.connect("notifications", **notify.settings))
        cora, ruby = member(world.trust, "coordinator", called="Cora"), member(world.network, "screener")
        stands_in = Desk(id=new_id(), name="Ward desk", phone="01632 960 102", hours="Fridays")
        team = Desk(id=new_id(), name="Team", phone="01632 960 100", deputy_id=stands_in.id)
        kept = world.trust.with_changes(version=2, desks=(team, stands_in))
        role = world.opportunity.model_copy(update={"version": 2, "desk_id": team.id, "contact_id": cora.id})
        written, texted = Person("Ida"), Person("Tom")
        await world.service.hears_and_settles(
            OrganisationChanged(kept), *(one.opened for one in (cora, ruby, written, texted)), OpportunityRestated(role)
        )
        await world.reach(Wanted("post", "1 High Street, Brighton BN1 1AA"), written)
        async with world.service.transaction(texted.acting()) as tx:
            await contacts.choose_contact(tx, Wanted("sms", "07700900001"), secret=SECRET, texts=True)
        for one in (written, texted):
            mine = world.engagement(id=new_id(), person_id=one.id, interested_at=NOW)
            await world.service.hears_and_settles(EngagementRestated(mine))
        [letter] = await world.messages(written)
        assert "ring Team at Sussex Example Trust: 01632 960 100 and ask for Cora." in letter.news.body
        out = team.model_copy(update={"out_until": london_day(NOW) + timedelta(days=9)})
        left = AccountOpened(cora.account.with_changes(version=2, memberships=()))
        changed = OrganisationChanged(kept.with_changes(version=3, desks=(out, stands_in)))
        await world.service.hears_and_settles(changed, left)
        await send_at(world)
        [text] = notify.taken.values()
        assert ". To ask, ring 01632 960 102 (Ward desk" in text["text"] and length(text["text"]) <= 160, text["text"]
        shown: list[str] = []
        async with world.service.browser(ruby) as browser:
            shown.append((await browser.get(f"/messages/for/QZZ/letters/{letter.id}")).text)
        async with world.service.browser(written) as browser:
            shown += [(await browser.get(f"/messages/mine/{letter.id}")).text]
            shown += [text_of((await browser.get(f"/messages/mine/{letter.id}/pdf")).content)]
            shown += [(await browser.get("/messages/mine/data?as=json")).text]
        for said in shown[:3]:
            words = " ".join(said.split())
            assert "ring Ward desk at Sussex Example Trust: 01632 960 102 (Fridays)." in words, words
            assert "Cora" not in words and "960 100" not in words
        assert not [mark for said in shown for mark in (texts.RING, texts.BLOCK, texts.ENDS) if mark in said]
