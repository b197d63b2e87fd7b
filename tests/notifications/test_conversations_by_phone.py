"""Conversations with somebody who is rung, by whoever helps; the words in a mail by choice; with a coordinator, about a
claim, and with a file."""

from datetime import timedelta

from schemas.helping import for_person
from schemas.payments import ClaimReady
from schemas.recruitment import LeaderChanged, LeaderHandedOver
from services.chassis.postgres.transaction import new_id
from services.notifications.commands import erasing_conversations, sending
from services.notifications.domain.contact import Wanted
from tests.chassis.sent_files import document, photo
from tests.notifications.support import NOW
from tests.notifications.talks import a_talk, leader_of
from tests.pdf import text_of
from tests.support import Connected, Person, hidden, led_to, member

TODAY = {"phone_on_day": str(NOW.day), "phone_on_month": str(NOW.month), "phone_on_year": str(NOW.year)}


async def test_one_who_is_rung_writes_and_reads_through_whoever_speaks_with_them(notifications: Connected) -> None:
    talk = await a_talk(notifications)
    hana, sue = member(talk.world.network, "helper", called="Hana"), member(talk.world.network, "screener")
    account = talk.person.account.model_copy(update={"can_sign_in": False, "version": 2})
    await notifications.hears_and_settles(hana.opened, sue.opened, type(talk.person.opened)(account))
    await talk.world.reach(Wanted("phone", "01632960001"))
    theirs = for_person(talk.mine, "QZZ", talk.person.id)
    page = await talk.shown(hana, theirs)
    assert "On which day did they say it on the phone?" in page
    done = await talk.sends(hana, theirs, words="I cannot read the letter. Can you ring me?", **TODAY)
    assert led_to(done) == theirs
    page = await talk.shown(talk.staff, talk.theirs)
    assert "Sam, written down by Hana" in page and "Said on the phone on" in page
    assert await talk.waits() == ["answer_message"]
    assert "Hana, for you" in await talk.shown(talk.person, talk.mine)
    assert "Wrote a message" in await talk.shown(talk.person, "/messages/mine/helped")
    await talk.sends(talk.staff, talk.theirs, words="The letter says: come at ten to room 4.")
    call = f"/messages/for/QZZ/calls/{talk.person.id}"
    page = await talk.shown(hana, f"/home/for/QZZ/people/{talk.person.id}")
    async with notifications.browser(sue) as browser:
        page = (await browser.get(call)).text
        assert "come at ten to room 4" in page, "read out"
        told = page.split('name="told" value="')[1].split('"')[0]
        await browser.post(call, data=hidden(page) | {"told": told, "outcome": "told"})
        assert "come at ten" not in (await browser.get(call)).text
    await notifications.settle()
    async with notifications.transaction() as tx:
        assert await tx.fetchval("select seen = told from conversation"), "what was read out is read"
    done = await talk.sends(
        talk.staff, f"{talk.theirs}/call", who="person", words="Thank you, I will come.", answered="yes", **TODAY
    )
    assert led_to(done) == talk.theirs and await talk.waits() == []
    page = await talk.shown(talk.staff, talk.theirs)
    assert "Sam, written down by Cora" in page and "Read by Cora" in page
    wrong = await talk.sends(
        *(talk.staff, f"{talk.theirs}/call"),
        **{**TODAY, "phone_on_year": str(NOW.year + 1)},
        who="organisation",
        words="We told them.",
    )
    assert wrong.status_code == 422 and "has to be today, or a day of the last 12 months" in wrong.text
    async with notifications.api(hana) as api:
        of = f"/for/QZZ/people/{talk.person.id}/conversations/engagement/{talk.engagement.id}"
        assert len((await api.get(of)).json()["messages"]) == 3
        yesterday = (NOW - timedelta(days=1)).date().isoformat()
        said = {"words": "One more thing.", "phone_on": yesterday}
        assert (await api.post(f"{of}/messages", json=said)).status_code == 201
        assert (await api.get(of)).json()["messages"][0]["phone_on"] == yesterday


async def test_the_words_are_in_the_mail_only_of_who_chose_that(notifications: Connected) -> None:
    talk = await a_talk(notifications)
    await talk.world.reach_by_verified_email()
    for choice, words in ((None, "Room 4."), (True, "Room 5.")):
        if choice is not None:
            await talk.world.reach(Wanted("email", "sam@people.example", words_in_mail=choice))
            await talk.presses(talk.person, talk.mine, "seen")
        await talk.sends(talk.staff, talk.theirs, words=words)
        [message] = [one for one in await talk.world.messages() if one.status == "queued"]
        async with notifications.transaction() as tx:
            mail = await sending.load(tx, message.id)
            await tx.execute("update message set status = 'sent', sent_at = $2 where id = $1", message.id, NOW)
        assert mail and (words in mail.message.news.body) is bool(choice)
        assert words not in message.news.body, "nor are they kept with it"
    assert 'value="yes" checked' in await talk.shown(talk.person, "/messages/mine")


async def test_a_letter_that_was_posted_is_printed_again_with_the_words_that_it_had(notifications: Connected) -> None:
    talk = await a_talk(notifications)
    sue = member(talk.world.network, "screener")
    await notifications.hears_and_settles(sue.opened)
    await talk.world.reach(Wanted("post", "1 High Street, Brighton BN1 1AA"))
    letters: list[str] = []
    for words in ("Bring your glasses.", "We meet in room 4."):
        await talk.sends(talk.staff, talk.theirs, words=words)
        [letter] = [one for one in await talk.world.messages() if one.status == "queued"]
        letters.append(f"/messages/for/QZZ/letters/{letter.id}")
        assert words in await talk.shown(sue, letters[-1])
        async with notifications.browser(sue) as browser:
            taken = led_to(
                await browser.post(
                    "/messages/for/QZZ/letters/take", data=hidden(await talk.shown(sue, "/messages/for/QZZ/letters"))
                )
            )
            await browser.post(f"{taken}/posted", data=hidden((await browser.get(taken)).text))
        await notifications.settle()
    first, second = [await talk.shown(sue, one) for one in letters]
    assert "Bring your glasses." in first and "room 4" not in first
    assert "We meet in room 4." in second and "glasses" not in second
    async with notifications.browser(talk.person) as browser:
        mine = await browser.get(f"/messages/mine/{letters[1].rpartition('/')[2]}/pdf")
    assert "We meet in room 4." in " ".join(text_of(mine.content).split())
    async with notifications.transaction(sue.acting(talk.world.network)) as tx:
        assert await tx.fetchval("select count(*) from said") == 2, (
            "and no word of the person's, nor of what came after"
        )


async def test_a_person_writes_with_whoever_looks_after_them_today_and_with_who_pays(notifications: Connected) -> None:
    talk = await a_talk(notifications)
    network, claim = talk.world.network, talk.world.claim("ready")
    cleo, cover, other = (member(network, "coordinator", called=name) for name in ("Cleo", "Cover", "Olga"))
    pays = member(talk.world.trust, "approver", called="Petra")
    looked_after = leader_of(talk.person, version=2, coordinator_id=cleo.id)
    await notifications.hears_and_settles(
        cleo.opened, cover.opened, other.opened, pays.opened, LeaderHandedOver(looked_after), ClaimReady(claim)
    )
    mine = f"/messages/mine/conversations/coordinator/{talk.person.id}"
    theirs = f"/messages/for/QZZ/conversations/coordinator/{talk.person.id}"
    await talk.sends(talk.person, mine, words="I would like to learn more.")
    assert "I would like to learn" in await talk.shown(cleo, theirs)
    assert "Answer what somebody wrote" in await talk.shown(cleo, "/home")
    for who in (cover, other):
        async with notifications.browser(who) as browser:
            assert (await browser.get(theirs)).status_code == 404
        assert "Sam" not in await talk.shown(who, "/messages/for/QZZ/conversations")
    covered = looked_after.model_copy(update={"version": 3, "cover_id": cover.id, "cover_until": NOW.date()})
    await notifications.hears_and_settles(LeaderChanged(covered))
    assert "Answer what somebody wrote" in await talk.shown(cover, "/home"), "it waits for who stands in"
    assert "Answer what somebody wrote" not in await talk.shown(cleo, "/home")
    await talk.sends(cover, theirs, words="There is a course on Monday.")
    assert await talk.told() == [mine]
    at = f"/messages/mine/conversations/claim/{claim.id}"
    ours = f"/messages/for/RX2/conversations/claim/{claim.id}"
    await talk.sends(talk.person, at, words="Is my bus fare in it?")
    assert "Is my bus fare" in await talk.shown(pays, ours)
    assert talk.mine not in await talk.shown(pays, "/messages/for/RX2/conversations")
    async with notifications.browser(talk.staff) as browser:
        assert (await browser.get(ours)).status_code == 404, "coordinators do not read of pay"
    await talk.sends(pays, ours, words="Yes, £2.40.")
    assert sorted(await talk.told()) == sorted([mine, at])


async def test_a_file_comes_with_a_message_and_is_opened_by_both_sides_alone(notifications: Connected) -> None:
    talk = await a_talk(notifications)
    kim = Person(called="Kim")
    await notifications.hears_and_settles(kim.opened)
    sent = {"file": ("my ward.jpg", photo(), "image/jpeg")}
    done = await talk.sends(talk.person, talk.mine, words="Look at this door.", files=sent)
    assert led_to(done) == talk.mine
    for bad in (("door.jpg", b"MZ" + b"x" * 2000), ("../../etc/passwd", b"root:x:0:0:" * 50)):
        refused = await talk.sends(talk.person, talk.mine, words="And this.", files={"file": bad})
        assert (
            refused.status_code == 422 and "And this." in refused.text and "Choose the file again" in refused.text
        ) or (refused.status_code == 422)
    page = await talk.shown(talk.staff, talk.theirs)
    at = page.split(f'href="{talk.theirs}/files/')[1].split('"')[0]
    async with notifications.browser(talk.staff) as browser:
        file = await browser.get(f"{talk.theirs}/files/{at}")
        assert file.headers["content-type"] == "image/jpeg" and "sandbox" in file.headers["content-security-policy"]
        assert (await browser.get(f"{talk.theirs}/files/{new_id()}")).status_code == 404
    async with notifications.browser(talk.person) as browser:
        assert (await browser.get(f"{talk.mine}/files/{at}")).content == file.content
    async with notifications.browser(kim) as browser:
        assert (await browser.get(f"{talk.mine}/files/{at}")).status_code == 404
    async with notifications.api(talk.staff) as api:
        of = f"/organisations/RX2/conversations/engagement/{talk.engagement.id}"
        answer = await api.post(f"{of}/files?name=plan.pdf", content=document())
        assert answer.status_code == 201, answer.text
        [newest, first] = (await api.get(of)).json()["messages"]
        assert (newest["file"], first["file"]) == ("plan.pdf", "my ward.jpg")
        assert (await api.get(f"{of}/files/{newest['id']}")).headers["content-type"] == "application/pdf"
    async with notifications.transaction() as tx:  # kept as long as the policy says, and then gone with its files
        await tx.execute("update said set said_at = said_at - interval '800 days'")
        await tx.execute("update conversation set written_at = written_at - interval '800 days'")
        assert await erasing_conversations.erase_old(tx) == 2
        assert (
            await tx.fetchval("select count(*) from file") + await tx.fetchval("select count(*) from conversation") == 0
        )
    assert (await talk.events())[-1] == "ConversationErased"
