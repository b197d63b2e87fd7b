"""One role or job that was posted, for everyone, without signing in."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Person, Visitor
from services.chassis.http import helping
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import open_transaction, render
from services.chassis.postgres.titles import training_titles
from services.chassis.postgres.who_answers import who_answers
from services.matching import queries, words, words_of_changes, words_of_roles
from services.matching.domain.opportunity import closes_at
from services.matching.store import editions
from services.matching.words_of_fitting import MY_ROLE

own = OwnPages()
router = own.router
Anyone = Annotated[Visitor | Person, Depends(helping.own_or_everybodys)]


@own.get("/opportunities/{id}")
async def opportunity(request: Request, id: UUID, acting: Anyone) -> Response:
    async with open_transaction(request, acting) as tx:
        listed = await queries.opportunity(tx, id)
        training, now = await training_titles(tx, listed.opportunity.training), tx.now
        answers = await who_answers(tx, listed.opportunity)
        newest = await editions.newest(tx, id) if listed.opportunity.changed else None
    return render(
        request,
        "job.jinja" if listed.opportunity.job else "opportunity.jinja",
        listed=listed,
        o=listed.opportunity,
        may=listed.choices,
        training=training,
        to_come=listed.opportunity.to_come(now),
        closes=listed.opportunity.closed_at or closes_at(listed.opportunity),
        answers=answers,
        newest=newest,
        my_role=MY_ROLE.format(opportunity_id=id) if isinstance(acting, Person) else "",
        changes=words_of_changes,
        now=now,
        words=words,
        roles=words_of_roles,
        links=links,
    )
