"""Somebody who is worried, complained about their data, heard a no, and tells their own story: what waits of it."""

from uuid import UUID

from schemas import links
from services.chassis.base.hands import SYSTEM, Member, Person
from services.chassis.postgres.transaction import new_id
from services.notifications.commands import complaints, raising, story
from services.notifications.commands.complaints import Complaining
from services.notifications.commands.raising import Said, What
from services.notifications.commands.story import Asking
from tests.town import Somebody, Town

_AGAIN = (
    "insert into mirror_engagement (id, version, state, event_id, correlation_id, traceparent, happened_at)"
    " select $2::uuid, 1, state || jsonb_build_object('id', $2::uuid::text, 'status', 'not_chosen',"
    " 'why_not', 'time_gone'),"
    " event_id, correlation_id, traceparent, happened_at from mirror_engagement where id = $1"
)


async def worried(network: Town, sam: Somebody, ada: Somebody) -> tuple[list[str], list[str]]:
    """Pages of Sam's, and of Ada's, the network's admin. A concern waits at RX2 too, and a complaint is told of."""
    rooms, by_sam = network.rooms, Person(person_id=sam.id, by=sam.id)
    no = new_id()
    async with rooms.transaction("notifications", SYSTEM) as tx:
        place: UUID = await tx.fetchval(
            "select id from mirror_engagement where person_id = $1 and state ->> 'status' = 'accepted' limit 1", sam.id
        )
        await tx.execute('update mirror_opportunity set state = state || \'{"lived_experience": ["pain"]}\'')
        await tx.execute(_AGAIN, place, no)
        network_id = await tx.fetchval("select id from mirror_organisation where state ->> 'kind' = 'network'")
    async with rooms.transaction("notifications", by_sam) as tx:
        await raising.send(tx, What("organisation", "RX2"), Said("RX2", "Nobody let me speak."))
        mine = await complaints.complain(tx, Complaining("A letter went astray."))
        await story.ask(tx, place, Asking("before", at_desk=True, how="After six."))
    staff = Member(by=ada.id, organisation_id=network_id, ods_code="QZZ", roles=frozenset({"admin"}))
    async with rooms.transaction("notifications", staff) as tx:
        told = await complaints.enter(
            tx, Complaining("The same.", "Jo", "01632 960777"), came_by="post", received_at=tx.now
        )
        await complaints.acknowledge(tx, told.id)
    await rooms.carry()
    of_sam = [links.CONCERNS, links.NEW_CONCERN, links.MY_CALL.format(id=place), links.DATA_COMPLAINT]
    of_sam += [links.SECOND_LOOK.format(about="engagement", id=no), links.MY_DATA_COMPLAINT.format(id=mine.id)]
    page = links.STAFF_COMPLAINT.format(ods="QZZ", id=told.id)
    return of_sam, [page, f"{page}/note"]
