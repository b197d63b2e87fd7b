"""What goes with a mail for its person's calendar: the sessions that it is about, as they are when it is sent."""

import email
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from typing import Any

from schemas.engagements import Chat, ChatEnd, Engagement, Offer
from schemas.recruitment import ApplicationRestated
from services import load
from services.chassis.app import connect
from services.chassis.postgres.transaction import new_id
from services.notifications.domain.contact import Wanted
from tests.mail_server import MailServer, mail_server
from tests.notifications.calendars import Event, read
from tests.notifications.roles import NOW, Role, SetClock, cancelled, moved, on, session
from tests.notifications.support import a_world, send_now
from tests.support import Connected, Database, Person


async def a_role_with_mail(database: Database, server: MailServer) -> Role:
    clock = SetClock()
    settings = database.settings.model_copy(update={"smtp_url": server.url})
    app = await connect(load(["notifications"])[0], settings, clock=clock)
    database.opened.append(app)
    world = await a_world(Connected(app))
    world.opportunity = world.opportunity.model_copy(update={"posted_at": NOW - timedelta(days=61)})
    return Role(world, clock)


async def by_mail(role: Role, person: Person) -> None:
    await role.world.reach(Wanted("email", f"{person.id}@people.example"), person)
    async with role.service.transaction() as tx:
        await tx.execute("update contact_point set verified_at = $1", NOW)
        await tx.execute("delete from message where kind = 'confirm_address'")


async def sent(role: Role, server: MailServer, to: Person) -> list[EmailMessage]:
    """What goes out now to somebody, oldest first."""
    server.taken.clear()
    async with role.service.transaction() as tx:  # the mail office goes by the clock on the wall
        await tx.execute("update message set next_try_at = least(next_try_at, clock_timestamp())")
    await send_now(role.service)
    return taken(server, to)


def taken(server: MailServer, to: Person) -> list[EmailMessage]:
    mine = [content for whom, content in server.taken if whom == [f"{to.id}@people.example"]]
    found = [email.message_from_bytes(content, policy=policy.default) for content in mine]
    return [one for one in found if isinstance(one, EmailMessage)]


def attached(mail: EmailMessage) -> tuple[str, list[Event]]:
    """The name of the file, and what two programs read in it."""
    [file] = mail.iter_attachments()
    assert file.get_content_type() == "text/calendar" and file.get_content_charset() == "utf-8"
    content = file.get_payload(decode=True)
    assert isinstance(content, bytes)
    return str(file.get_filename()), read(content)


async def test_a_place_a_move_a_cancellation_and_a_reminder_bring_what_they_are_about_under_one_name(
    database: Database,
) -> None:
    async with mail_server() as server:
        role = await a_role_with_mail(database, server)
        one, two = session(on(9)), session(on(20))
        await role.has(one, two)
        person, offered = Person(), await role.somebody("offered", offer=Offer(offered_at=NOW))
        await role.service.hears(person.opened)
        await by_mail(role, person)
        await by_mail(role, offered)
        at = {"interested_at": NOW - timedelta(days=5), "accepted_at": NOW - timedelta(hours=3)}
        await role.is_now(role.world.engagement("accepted", person_id=person.id, **at))
        [mail] = await sent(role, server, person)
        name, first = attached(mail)
        assert name == "sessions.ics" and [event.starts_at for event in first] == [on(9), on(20)]
        assert mail.get_content_type() == "multipart/mixed" and mail.get_body(("plain",)) and mail.get_body(("html",))
        plain = mail.get_body(("plain",))
        assert plain and "The file that comes with this e-mail puts it into your calendar." in plain.get_content()
        one = moved(one, on(11), at=NOW - timedelta(minutes=1))
        await role.has(one, cancelled(two, at=NOW))
        files = [attached(mail) for mail in await sent(role, server, person)]
        assert {name for name, _ in files} == {"session.ics"}
        [was_moved], [was_cancelled] = sorted((events for _, events in files), key=lambda events: events[0].starts_at)
        assert (was_moved.starts_at, was_moved.is_off) == (on(11), False)
        assert (was_cancelled.starts_at, was_cancelled.is_off) == (on(20), True)
        for now, before in zip((was_moved, was_cancelled), first, strict=True):
            assert now.uid == before.uid and now.sequence > before.sequence
        theirs = taken(server, offered)
        assert len(theirs) == 2 and not [file for mail in theirs for file in mail.iter_attachments()], "only an offer"
        await role.at(on(4) + timedelta(minutes=1))
        [reminder] = await sent(role, server, person)
        name, [event] = attached(reminder)
        assert name == "session.ics" and event.starts_at == on(11) and event.uid == first[0].uid
        assert event.sequence > first[0].sequence


async def test_a_talk_comes_with_its_reminder_and_goes_with_its_cancellation(database: Database) -> None:
    async with mail_server() as server:
        role = await a_role_with_mail(database, server)
        await role.has(session(on(20)))
        chat = Chat(
            proposed_at=NOW - timedelta(days=3),
            proposed_by=role.world.trust.id,
            times=(on(5),),
            minutes=30,
            mode="phone",
            starts_at=on(5),
            agreed_at=NOW - timedelta(days=2),
        )
        person = await role.somebody("interested", chat=chat)
        await by_mail(role, person)
        await role.at(on(4) + timedelta(minutes=1))
        kept = {mail["subject"]: [*mail.iter_attachments()] for mail in await sent(role, server, person)}
        assert [len(files) for files in kept.values() if files] == [1]
        [mail] = [one for one in taken(server, person) if [*one.iter_attachments()]]
        name, [event] = attached(mail)
        assert name == "session.ics" and event.starts_at == on(5)
        assert event.location == "By phone: who rings, and the number, are on your page"
        engagement = await of(role, person)
        end = ChatEnd(at=NOW, why="by_organisation", was_to_start_at=on(5))
        changes = {"version": engagement.version + 1, "chat": chat.model_copy(update={"ended": end})}
        await role.is_now(engagement.model_copy(update=changes))
        [mail] = await sent(role, server, person)
        _, [off] = attached(mail)
        assert off.is_off and off.uid == event.uid and off.sequence > event.sequence


async def test_a_talk_that_they_agree_cancel_or_take_back_comes_to_their_calendar_and_goes(database: Database) -> None:
    """What they did themselves is told by e-mail alone: a calendar knows nothing of it otherwise."""
    async with mail_server() as server:
        role = await a_role_with_mail(database, server)
        await role.has(session(on(20)))
        person, on_paper = Person(), Person()
        await role.service.hears(person.opened, on_paper.opened)
        await by_mail(role, person)
        proposed: dict[str, Any] = {
            "proposed_at": NOW - timedelta(hours=2),
            "proposed_by": role.world.trust.id,
            "minutes": 30,
        }
        agreed = Chat(times=(on(5),), mode="video", starts_at=on(5), agreed_at=NOW, **proposed)
        picked = [role.world.engagement(id=new_id(), person_id=one.id, chat=agreed) for one in (person, on_paper)]
        for one in picked:
            await role.is_now(one)
        [mail] = [one for one in await sent(role, server, person) if [*one.iter_attachments()]]
        _, [event] = attached(mail)
        assert event.starts_at == on(5) and not event.is_off
        ended = ChatEnd(at=NOW, why="by_person", was_to_start_at=on(5))
        gone = agreed.model_copy(update={"starts_at": None, "ended": ended})
        for one in picked:
            await role.is_now(one.model_copy(update={"version": one.version + 1, "chat": gone}))
        [mail] = await sent(role, server, person)
        _, [off] = attached(mail)
        assert off.is_off and off.uid == event.uid and off.sequence > event.sequence
        assert not [kind for kind in await role.told(on_paper) if kind.startswith("talk")], "they know what they did"
        joins = role.world.application("talked", id=new_id(), person_id=person.id, talk_at=on(3), talk_how="phone")
        seen: list[Event] = []
        for version, change in enumerate(({}, {"talk_at": on(4)}, {"stage": "withdrawn", "decided_at": NOW}), start=1):
            joins = joins.model_copy(update={"version": version, **change})
            await role.service.hears_and_settles(ApplicationRestated(joins))
            [mail] = await sent(role, server, person)
            seen += attached(mail)[1]
        assert [(one.starts_at, one.is_off) for one in seen] == [(on(3), False), (on(4), False), (on(4), True)]
        assert len({one.uid for one in seen}) == 1 and sorted({one.sequence for one in seen}) == [1, 2, 3]
        async with role.service.browser(person) as browser:
            file = await browser.get(f"/messages/mine/calendar/welcome/{joins.id}.ics")
        [same] = read(file.content)
        assert same.uid == seen[0].uid and same.is_off


async def of(role: Role, person: Person) -> Engagement:
    async with role.service.transaction() as tx:
        text = await tx.fetchval("select state from mirror_engagement where person_id = $1", person.id)
    return Engagement.model_validate_json(text)
