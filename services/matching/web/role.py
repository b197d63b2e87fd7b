"""One role or job that was posted, for everyone, without signing in; and its days, for anybody's calendar."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base import calendars
from services.chassis.base.hands import VISITOR, Person, Visitor
from services.chassis.http import helping
from services.chassis.http.files import disposition
from services.chassis.http.for_machines import in_short
from services.chassis.http.microcache import for_everybody
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import open_transaction, render, site_of
from services.chassis.http.ways_on import as_left, was_narrowed
from services.chassis.postgres.titles import training_titles
from services.chassis.postgres.who_answers import who_answers
from services.matching import (
    calendar_of_role,
    metrics,
    queries,
    role_page,
    schema_org,
    words,
    words_of_changes,
    words_of_key_facts,
    words_of_roles,
)
from services.matching.store import editions
from services.matching.words_of_fitting import MY_ROLE

own = OwnPages()
router = own.router
Anyone = Annotated[Visitor | Person, Depends(helping.own_or_everybodys)]


@own.get("/opportunities/{id}")
async def opportunity(request: Request, id: UUID, acting: Anyone) -> Response:
    base_url = site_of(request).settings.base_url
    address = base_url + links.OPPORTUNITY.format(id=id)
    async with open_transaction(request, acting) as tx:
        listed = await queries.opportunity(tx, id)
        o, now = listed.opportunity, tx.now
        training = await training_titles(tx, o.training)
        answers = await who_answers(tx, o)
        newest = await editions.newest(tx, id) if o.changed else None
        left = as_left(request, links.FEED)
        came_from = left if left == links.FEED else f"{left}#role-{id}"
        page = await role_page.around(tx, listed, came_from=came_from, address=address)
    metrics.role_opened(left != links.FEED)
    pays = words_of_key_facts.pay_first(o)
    shown = render(
        request,
        "job.jinja" if o.job else "opportunity.jinja",
        listed=listed,
        o=o,
        page=page,
        may=listed.choices,
        training=training,
        to_come=o.to_come(now),
        answers=answers,
        newest=newest,
        my_role=MY_ROLE.format(opportunity_id=id) if isinstance(acting, Person) else "",
        changes=words_of_changes,
        now=now,
        words=words,
        roles=words_of_roles,
        links=links,
        described=in_short(f"{listed.organisation}. {pays}. {o.summary}"),
        machines=schema_org.of_role(o, listed.organisation, base_url=base_url, now=now) if acting is VISITOR else (),
    )
    return for_everybody(request, shown, unless=was_narrowed)


@own.get("/opportunities/{id}/calendar.ics")
async def days(request: Request, id: UUID, acting: Anyone) -> Response:
    settings = site_of(request).settings
    async with open_transaction(request, acting) as tx:
        listed = await queries.opportunity(tx, id)
    of, at = settings.network_name, settings.base_url
    body = calendar_of_role.write(listed.opportunity, listed.organisation, network=of, base_url=at)
    headers = {"Content-Disposition": disposition("attachment", "role.ics")}
    return for_everybody(request, Response(body, media_type=calendars.TYPE, headers=headers))
