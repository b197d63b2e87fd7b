"""What waits for somebody, as the home page lists it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.event import Waiting
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Row, Transaction


@dataclass(frozen=True)
class Item:
    """One thing to do, or several at the same address.

    `title`: of the opportunity that it is about; `called`: of the person, to staff who may see it; `organisation`:
    whose it is, to the person. Each where there is one.
    """

    what: str
    since: datetime
    until: datetime | None
    link: str
    count: int = 1
    title: str | None = None
    called: str | None = None
    organisation: str | None = None


@dataclass(frozen=True)
class Thing:
    """The aggregate that says what waits: its topic and id, the opportunity it belongs to, and whom it is about.

    `not_for`: who does not see it, whatever their role.
    """

    topic: str
    id: UUID
    opportunity_id: UUID | None = None
    person_id: UUID | None = None
    not_for: tuple[UUID, ...] = ()


async def rewrite(tx: Transaction, says: Mapping[Thing, Sequence[Waiting]]) -> None:
    """Make the list agree with what each thing says now."""
    await tx.change_any(
        "delete from waiting_item w using unnest($1::text[], $2::uuid[]) as n (topic, thing_id)"
        " where w.topic = n.topic and w.thing_id = n.thing_id",
        *([thing.topic for thing in says], [thing.id for thing in says]),
    )
    await tx.change_each(
        "insert into waiting_item (topic, thing_id, position, person_id, organisation_id, role, what, about, since,"
        " until, link, opportunity_id, of_person, not_for) select topic, thing_id, position, person_id,"
        " organisation_id, role, what, about, since, until, link, opportunity_id, of_person,"
        " array(select jsonb_array_elements_text(not_for)::uuid) from unnest($1::text[], $2::uuid[], $3::int[],"
        " $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::uuid[], $9::timestamptz[], $10::timestamptz[],"
        " $11::text[], $12::uuid[], $13::uuid[], $14::jsonb[]) as n (topic, thing_id, position, person_id,"
        " organisation_id, role, what, about, since, until, link, opportunity_id, of_person, not_for)",
        [
            (
                *(thing.topic, thing.id, position, one.person_id, one.organisation_id, one.role, one.what, one.about),
                *(one.since, one.until, one.link, thing.opportunity_id, thing.person_id),
                json.dumps([str(id) for id in thing.not_for]),
            )
            for thing, waiting in says.items()
            for position, one in enumerate(waiting)
        ],
    )


async def forget_person(tx: Transaction, person_id: UUID) -> None:
    await tx.change_any("delete from waiting_item where person_id = $1", person_id)
    await tx.change_any("update waiting_item set of_person = null where of_person = $1", person_id)


# A view: without what its side has answered already and can still undo.
_BY_AGE = {"since": datetime, "link": str, "what": str, "about": UUID}
_OF_PERSON = (
    "select distinct w.what, w.since, w.until, w.link, w.about, w.opportunity_id from waiting_shown w"
    " where w.person_id = $1 and (w.since, w.link, w.what, w.about) > ($2, $3, $4, $5)"
    " order by w.since, w.link, w.what, w.about limit $6"
)
_WITH_TITLE = (
    "select w.what, w.since, w.until, w.link, w.about, 1::bigint as count, o.state ->> 'title' as title,"
    " null as called, org.state ->> 'name' as organisation from (" + _OF_PERSON + ") w"
    " left join mirror_opportunity o on o.id = w.opportunity_id"
    " left join mirror_organisation org on org.id = (o.state ->> 'organisation_id')::uuid"
    " order by w.since, w.link, w.what, w.about"
)
MINE = Listing(
    "waits for me",
    sorts=(Sort("oldest", "Oldest first", _WITH_TITLE, by=_BY_AGE),),
    count="",
)
_CALLED = (
    " (select a.state ->> 'called' from mirror_account a where a.id = w.of_person and not a.erased"
    " and (w.opportunity_id is null or exists (select from mirror_opportunity h where h.id = w.opportunity_id"
    " and not coalesce((h.state ->> 'names_hidden')::boolean, false)))) as called"
)
"""Of a role that hides names nobody is named here; nor of one that was not heard of yet."""
_OF_ORGANISATION = (
    "select distinct w.what, w.since, w.until, w.link, w.about, w.opportunity_id, w.of_person from waiting_shown w"
    " where w.organisation_id = $1 and (w.role is null or w.role = any($2::text[]))"
)
OURS = Listing(
    "waits for us",
    sorts=(
        Sort(
            "oldest",
            "Oldest first",
            "select w.what, w.since, w.until, w.link, w.about, 1::bigint as count, o.state ->> 'title' as title,"
            + _CALLED
            + ", null as organisation from ("
            + _OF_ORGANISATION
            + " and (w.since, w.link, w.what, w.about) > ($3, $4, $5, $6)"
            " order by w.since, w.link, w.what, w.about limit $7) w"
            " left join mirror_opportunity o on o.id = w.opportunity_id"
            " order by w.since, w.link, w.what, w.about",
            by=_BY_AGE,
        ),
    ),
    count="",
)

_TOGETHER = {"since": datetime, "link": str, "what": str}
_EACH = (
    "w.what, w.link, w.about, min(w.since) as since, min(w.until) as until,"
    " (array_agg(w.opportunity_id))[1] as opportunity_id, (array_agg(w.of_person))[1] as of_person"
    " from waiting_shown w"
)
_GROUPED = (
    "w.what, w.link, min(w.since) as since, min(w.until) as until, count(*) as count,"
    " case when min(w.opportunity_id::text) = max(w.opportunity_id::text) then (array_agg(w.opportunity_id))[1] end"
    " as opportunity_id, case when count(*) = 1 then (array_agg(w.of_person))[1] end as of_person"
)
_MINE_GROUPED = (
    "select " + _GROUPED + " from (select " + _EACH + " where w.person_id = $1 group by w.what, w.link, w.about) w"
    " group by w.what, w.link"
)
MINE_TOGETHER = Listing(
    "waits for me together",
    sorts=(
        Sort(
            "oldest",
            "Oldest first",
            "select w.what, w.since, w.until, w.link, w.count, o.state ->> 'title' as title, null as called,"
            " org.state ->> 'name' as organisation from ("
            + _MINE_GROUPED
            + " having (min(w.since), w.link, w.what) > ($2, $3, $4) order by min(w.since), w.link, w.what limit $5) w"
            " left join mirror_opportunity o on o.id = w.opportunity_id"
            " left join mirror_organisation org on org.id = (o.state ->> 'organisation_id')::uuid"
            " order by w.since, w.link, w.what",
            by=_TOGETHER,
        ),
    ),
    count="",
)
_OURS_GROUPED = (
    "select " + _GROUPED + " from (select " + _EACH + " where w.organisation_id = $1"
    " and (w.role is null or w.role = any($2::text[])) and not w.what = any($3::text[])"
    " and ($4 = '' or w.what = $4)"
    " group by w.what, w.link, w.about) w group by w.what, w.link"
)
OURS_TOGETHER = Listing(
    "waits for us together",
    sorts=(
        Sort(
            "oldest",
            "Oldest first",
            "select w.what, w.since, w.until, w.link, w.count, o.state ->> 'title' as title,"
            + _CALLED
            + ", null as organisation from ("
            + _OURS_GROUPED
            + " having (min(w.since), w.link, w.what) > ($5, $6, $7) order by min(w.since), w.link, w.what limit $8) w"
            " left join mirror_opportunity o on o.id = w.opportunity_id"
            " order by w.since, w.link, w.what",
            by=_TOGETHER,
        ),
    ),
    count="",
)


async def of_person(tx: Transaction, asked: Asked, person_id: UUID, *, together: bool = False) -> Page[Item]:
    """Oldest first. `together`: what leads to the same page is one item."""
    page = await (MINE_TOGETHER if together else MINE).page(tx, asked, person_id)
    return page.with_items([_item(row) for row in page.items])


async def of_organisation(tx: Transaction, asked: Asked, organisation_id: UUID, roles: Sequence[str]) -> Page[Item]:
    """What waits for the roles, oldest first; once for somebody who has two roles for which it waits."""
    page = await OURS.page(tx, asked, organisation_id, roles)
    return page.with_items([_item(row) for row in page.items])


async def together(
    tx: Transaction,
    asked: Asked,
    organisation_id: UUID,
    roles: Sequence[str],
    *,
    besides: Sequence[str] = (),
    only: str = "",
) -> Page[Item]:
    """The same, what leads to the same page as one item, and without some codes; or of one code alone."""
    page = await OURS_TOGETHER.page(tx, asked, organisation_id, roles, besides, only)
    return page.with_items([_item(row) for row in page.items])


@dataclass(frozen=True)
class Kind:
    """How many things of one code wait, since when the oldest does, and when the first was promised.

    `roles`: for which of those that were asked for; empty: for every member.
    """

    what: str
    count: int
    since: datetime
    until: datetime | None
    roles: tuple[str, ...] = ()


async def kinds(tx: Transaction, organisation_id: UUID, roles: Sequence[str], *, to: UUID | None = None) -> list[Kind]:
    """What waits for the roles by its code, oldest first. `to`: whom the system is about to tell, without what is not
    for them; whoever asks themselves never sees that (a row policy)."""
    rows = await tx.fetch(
        "select w.what, count(distinct w.about) as count, min(w.since) as since, min(w.until) as until,"
        " array_remove(array_agg(distinct w.role), null) as roles"
        " from waiting_shown w where w.organisation_id = $1 and (w.role is null or w.role = any($2::text[]))"
        " and not coalesce($3::uuid = any(w.not_for), false)"
        " group by w.what order by min(w.since), w.what",
        *(organisation_id, roles, to),
    )
    return [Kind(row["what"], row["count"], row["since"], row["until"], tuple(row["roles"])) for row in rows]


def _item(row: Row) -> Item:
    shown = (row["title"], row["called"], row["organisation"])
    return Item(row["what"], row["since"], row["until"], row["link"], row["count"], *shown)
