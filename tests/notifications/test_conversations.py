"""A person and an organisation write to each other about a role: words for the two of them alone."""

from datetime import timedelta

from schemas.engagements import Offer
from schemas.event import Erased
from schemas.identity import AccountErased, Host, OrganisationRestated
from schemas.recruitment import LeaderChanged
from services.chassis.postgres.transaction import new_id
from services.chassis.work import timers
from tests.notifications.support import NOW
from tests.notifications.talks import a_talk, leader_of
from tests.support import Connected, Person, hidden, led_to, member, organisation, registered

ASKED, ANSWER = "Is there parking near the door?", "Yes, behind the house: two places, ask at the desk."


async def test_two_people_write_and_what_waits_is_answered_and_each_is_told_once(notifications: Connected) -> None:
    talk = await a_talk(notifications)
    page = await talk.shown(talk.person, talk.mine)
    assert "Involvement team at Sussex Example Trust reads this: Tuesday to Thursday, mornings" in page
    danger, box = page.index("116 123"), page.index('name="words"')
    assert page.index("choose option 2") < box and danger < box and 'href="tel:999"' in page, "before the box"
    done = await talk.sends(talk.person, talk.mine, words=ASKED)
    assert led_to(done) == talk.mine
    assert await talk.waits() == ["answer_message"]
    page = await talk.shown(talk.person, talk.mine)
    assert ASKED in page and "Not read yet" in page
    assert "Answer what somebody wrote" in await talk.shown(talk.staff, "/home/for/RX2")
    listed = await talk.shown(talk.staff, "/messages/for/RX2/conversations")
    assert "Not read yet" in listed and "Sam" in listed
    await talk.presses(talk.staff, talk.theirs, "read")
    assert "Read by Cora on" in await talk.shown(talk.staff, talk.theirs)
    assert await talk.waits() == ["answer_message"], "read is not answered"
    assert "Read" in await talk.shown(talk.person, talk.mine)
    await talk.sends(talk.staff, talk.theirs, words=ANSWER)
    await talk.sends(talk.staff, talk.theirs, words="And a place for a bike.")
    assert await talk.waits() == [] and await talk.told() == [talk.mine], "two messages are told once"
    async with notifications.transaction() as tx:
        await tx.execute("update conversation set told_at = told_at - interval '25 hours'")
        await tx.execute("update timer set at = now() - interval '1 second' where reaction = 'tell_of_messages'")
    assert await timers.fire(notifications.app.database)
    await notifications.settle()
    assert len(await talk.told()) == 2, "what nobody said that they read is told of once more, a day later"
    page = await talk.shown(talk.person, talk.mine)
    assert ANSWER in page and page.index("bike") < page.index("behind the house"), "the newest first"
    await talk.presses(talk.person, talk.mine, "seen")
    await talk.sends(talk.staff, talk.theirs, words="It is a blue door.")
    assert await talk.told() == 3 * [talk.mine], "after what was read the next is told of at once"
    await talk.sends(talk.person, talk.mine, words="Thank you!")
    await talk.presses(talk.staff, talk.theirs, "settle")
    assert await talk.waits() == []
    mine = await talk.shown(talk.person, "/messages/mine/conversations")
    assert talk.mine in mine and "Sussex Example Trust" in mine
    assert await talk.events() == [
        *("ConversationWritten", "ConversationRead", "ConversationWritten", "ConversationWritten"),
        *("ConversationWritten", "ConversationWritten", "ConversationSettled"),
    ]
    async with notifications.transaction() as tx:
        values = [row["value"] for row in await tx.fetch("select value from outbox")]
        bodies = [row["body"] for row in await tx.fetch("select body from message where kind = 'message_written'")]
    assert not any("parking" in value or "behind the house" in value for value in values), "no event has the words"
    assert bodies and not any("behind the house" in body for body in bodies), "nor has a mail"
    async with notifications.api(talk.person) as api:
        assert ASKED in (await api.get("/mine/data")).text


async def test_both_sides_write_from_interest_or_offer_on_until_the_role_is_over_for_a_month(
    notifications: Connected,
) -> None:
    talk = await a_talk(notifications, "interested", talks_from_interest=False)
    page = await talk.shown(talk.person, talk.mine)
    assert "once a place is offered" in page and 'name="words"' not in page
    refused = await talk.sends(talk.person, talk.mine, words=ASKED)
    assert refused.status_code == 422 and ASKED in refused.text, "what was typed stays"
    assert 'name="words"' not in await talk.shown(talk.staff, talk.theirs)
    await talk.role_is_now(talks_from_interest=True)
    await talk.sends(talk.person, talk.mine, words=ASKED)
    await talk.is_now(status="not_chosen", ended_at=NOW - timedelta(days=29))
    await talk.sends(talk.person, talk.mine, words="Why was it not me?")
    await talk.is_now(ended_at=NOW - timedelta(days=31))
    page = await talk.shown(talk.person, talk.mine)
    assert "has been over for a while" in page and ASKED in page, "it stays to be read"
    assert (await talk.sends(talk.staff, talk.theirs, words=ANSWER)).status_code == 303, "what waits is still answered"
    assert (await talk.sends(talk.staff, talk.theirs, words=ANSWER)).status_code == 422
    await talk.is_now(ended_at=None, status="interested")
    await notifications.hears_and_settles(LeaderChanged(leader_of(talk.person, version=2, status="left", left_at=NOW)))
    refused = await talk.sends(talk.staff, talk.theirs, words="Are you there?")
    assert refused.status_code == 422 and "left the network" in refused.text


async def test_either_side_ends_it_and_opens_it_again_and_a_person_mutes_it(notifications: Connected) -> None:
    talk = await a_talk(notifications)
    await talk.sends(talk.staff, talk.theirs, words="Hello.")
    await talk.presses(talk.person, talk.mine, "mute")
    await talk.presses(talk.person, talk.mine, "seen")
    await talk.sends(talk.staff, talk.theirs, words="Hello again.")
    assert await talk.told() == [talk.mine] and "Hello again." in await talk.shown(talk.person, talk.mine)
    await talk.presses(talk.person, talk.mine, "unmute")
    await talk.sends(talk.staff, talk.theirs, words="And now?")
    assert len(await talk.told()) == 2
    await talk.sends(talk.person, talk.mine, words="Please stop.")
    await talk.presses(talk.person, talk.mine, "end")
    assert await talk.waits() == [], "nobody waits for an answer any more"
    refused = await talk.sends(talk.staff, talk.theirs, words="But why?")
    assert refused.status_code == 422 and "was ended" in refused.text
    assert f"{talk.theirs}/open-again" not in await talk.shown(talk.staff, talk.theirs), "not theirs to open"
    async with notifications.api(talk.staff) as api:
        at = f"/organisations/RX2/conversations/engagement/{talk.engagement.id}"
        answer = await api.post(f"{at}/open-again", json={})
        assert (answer.status_code, answer.json()["type"]) == (409, "/developers/problems#not-yours-to-open")
    await talk.presses(talk.person, talk.mine, "open-again")
    await talk.presses(talk.staff, talk.theirs, "end")
    assert (await talk.sends(talk.person, talk.mine, words="Hello?")).status_code == 422
    await talk.presses(talk.staff, talk.theirs, "open-again")
    assert (await talk.sends(talk.person, talk.mine, words="Hello?")).status_code == 303


async def test_an_answer_is_to_what_was_read_and_what_was_written_meanwhile_waits(notifications: Connected) -> None:
    talk = await a_talk(notifications)
    await talk.sends(talk.person, talk.mine, words=ASKED)
    async with notifications.browser(talk.staff) as browser:
        for act, typed in (("", {"words": ANSWER}), ("/settle", {}), ("/read", {})):
            old = (await browser.get(talk.theirs)).text
            await talk.sends(talk.person, talk.mine, words=f"And more, before {act}")
            part = old.split(f'action="{talk.theirs}{act}"')[1]
            done = await browser.post(f"{talk.theirs}{act}", data=hidden(part) | typed)
            assert done.status_code == 303, done.text
            await notifications.settle()
            assert await talk.waits() == ["answer_message"]
            assert "Not read yet" in await talk.shown(talk.staff, "/messages/for/RX2/conversations")
    assert (await talk.sends(talk.staff, talk.theirs, words="To all of it: yes.")).status_code == 303
    assert await talk.waits() == []


async def test_nobody_else_reads_it_and_it_goes_with_its_person(notifications: Connected) -> None:
    talk = await a_talk(notifications)
    other, kim = organisation("RX9", name="Another trust"), Person(called="Kim")
    cara, admin = member(other, "coordinator"), member(talk.world.trust, "admin")
    await notifications.hears_and_settles(*registered(other), cara.opened, admin.opened, kim.opened)
    await talk.sends(talk.person, talk.mine, words=ASKED)
    for who, path, status in (
        (kim, talk.mine, 404),
        (cara, talk.theirs, 404),
        (cara, talk.theirs.replace("RX2", "RX9"), 404),
        (admin, talk.theirs, 403),
        (admin, "/messages/for/RX2/conversations", 403),
        (talk.staff, talk.theirs.replace("engagement", "claim"), 404),
        (talk.staff, talk.theirs.replace("engagement", "nothing"), 404),
    ):
        async with notifications.browser(who) as browser:
            assert (await browser.get(path)).status_code == status, path
            assert (await browser.get(f"{path}/files/{new_id()}")).status_code in (status, 404)
    for table in ("conversation", "said"):
        for acting in (kim.acting(), cara.acting(other)):
            async with notifications.transaction(acting) as tx:
                assert await tx.fetchval("select count(*) from said") == 0, table
    talk.world.trust = talk.world.trust.model_copy(
        update={"version": 3, "hosts": (Host(organisation_id=other.id, ods_code="RX9", valid_from=NOW.date()),)}
    )
    await notifications.hears_and_settles(OrganisationRestated(talk.world.trust))
    assert ASKED in await talk.shown(cara, talk.theirs), "a member of a host acts as a member"
    await notifications.hears_and_settles(AccountErased(Erased(id=talk.person.id, version=9)))
    assert (await talk.events())[-1] == "ConversationErased" and await talk.waits() == []
    async with notifications.transaction() as tx:
        assert (
            await tx.fetchval("select count(*) from conversation") + await tx.fetchval("select count(*) from said") == 0
        )
    answer = await talk.sends(talk.staff, talk.theirs, words=ANSWER)
    assert answer.status_code == 422 and "left the network" in answer.text


async def test_hidden_names_stay_hidden_until_somebody_is_named(notifications: Connected) -> None:
    talk = await a_talk(notifications, "interested", names_hidden=True)
    await talk.sends(talk.person, talk.mine, words="I can come on Tuesdays.")
    for path in (talk.theirs, "/messages/for/RX2/conversations", "/home/for/RX2"):
        page = await talk.shown(talk.staff, path)
        assert "Sam" not in page and str(talk.person.id) not in page, path
    assert "Somebody (name hidden)" in await talk.shown(talk.staff, "/messages/for/RX2/conversations")
    assert "There is nothing like this" in await talk.shown(talk.staff, "/messages/for/RX2/conversations?find=Sam")
    async with notifications.api(talk.staff) as api:
        found = await api.get(f"/organisations/RX2/conversations/engagement/{talk.engagement.id}")
        assert "Sam" not in found.text and str(talk.person.id) not in found.text
    await talk.is_now(status="offered", offer=Offer(offered_at=NOW))
    assert "Messages with Sam" in await talk.shown(talk.staff, talk.theirs)
    assert "Sam" in await talk.shown(talk.staff, "/messages/for/RX2/conversations?find=sam")


BAD: tuple[tuple[dict[str, str], str], ...] = (
    ({"words": ""}, "Write a message"),
    ({"words": "x" * 50_000}, "4000"),
    ({"words": "pay \u202ereversed\u202c now"}, "hidden character"),
    ({"words": "\u200b\u2063"}, "Write a message"),
    ({"link": "javascript:alert(1)"}, "no link"),
    ({"link": "http://voice.example/1"}, "no link"),
    ({"link": "https://user:pass@voice.example/1"}, "password"),
    ({"link": "https://10.0.0.1/x"}, "no link"),
    ({"words": "hello", "phone_on": "2024-01-01"}, "day of the call"),
)
GOOD: tuple[dict[str, str], ...] = (
    {"words": "<script>alert(1)</script><b>bold</b>"},
    {"words": "مرحبا، هل يوجد موقف؟"},
    {"link": "HTTPS://voice.example/1?note=2"},
)


async def test_what_is_written_is_bounded_and_shown_as_it_is(notifications: Connected) -> None:
    talk = await a_talk(notifications)
    at = f"/mine/conversations/engagement/{talk.engagement.id}/messages"
    async with notifications.api(talk.person) as api:
        for typed, words in BAD:
            if "phone_on" not in typed:
                answer = await talk.sends(talk.person, talk.mine, **typed)
                assert answer.status_code == 422 and words in answer.text, typed
            by_api = await api.post(at, json=typed)
            assert by_api.status_code == 422 and words in by_api.text, by_api.text
        assert "Nothing yet." in await talk.shown(talk.staff, talk.theirs)
        for typed in GOOD:
            assert (await talk.sends(talk.person, talk.mine, **typed)).status_code == 303, typed
            assert (await api.post(at, json=typed)).status_code == 201, typed
    page = await talk.shown(talk.staff, talk.theirs)
    assert "<script>alert" not in page and "&lt;b&gt;bold" in page and "مرحبا" in page
    assert 'href="https://voice.example/1?note=2" rel="noopener noreferrer nofollow"' in page
    assert ">voice.example</a>" in page, "shown as its host"
