"""The lists of conversations: a person's own, and those of an organisation for the roles of whoever asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.base.hands import Member
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Transaction
from services.notifications.domain.conversation import WHO_ANSWERS, About, Conversation
from services.notifications.domain.conversing import hidden
from services.notifications.store.conversations import CONVERSATION, conversation_of


@dataclass(frozen=True)
class Listed:
    """One of a list: `title` of its role, where it is about one; `other`: who is on its other side."""

    conversation: Conversation
    title: str
    other: str


_ROLE = " left join mirror_opportunity o on o.id = c.opportunity_id and not o.erased"
_MINE = " from conversation c where c.person_id = $1"
_NEWEST = {"written_at": datetime, "id": UUID}
MINE = Listing(
    "my conversations",
    sorts=(
        Sort(
            "newest",
            "Newest first",
            "select "
            + CONVERSATION
            + ", o.state ->> 'title' as title, org.state ->> 'name' as other from (select "
            + CONVERSATION
            + _MINE
            + " and (c.written_at, c.id) < ($2, $3) order by c.written_at desc, c.id desc limit $4) c"
            + _ROLE
            + " left join mirror_organisation org on org.id = c.organisation_id"
            " order by c.written_at desc, c.id desc",
            by=_NEWEST,
            descending=True,
        ),
    ),
    count="select count(*) from (select" + _MINE + " limit $2) as counted",
)
_NAMED = (
    "(c.about <> 'engagement' or exists (select from mirror_opportunity h where h.id = c.opportunity_id"
    " and not h.erased and not coalesce((h.state ->> 'names_hidden')::boolean, false))"
    " or exists (select from mirror_engagement e where e.id = c.id and not e.erased"
    " and (e.state ->> 'offer' is not null or e.state #>> '{chat,starts_at}' is not null)))"
)
"""Whether staff may see who it is: as domain/conversing.py says it of one."""
_OURS = (
    " from conversation c where c.organisation_id = $1 and c.about = any($2::text[])"
    " and ($3 = '' or ($3 = 'waits') = (c.answer_since is not null))"
    " and ($4 = '' or exists (select from mirror_account a"
    + " where a.id = c.person_id and strpos(a.called_key, (select searched($4))) > 0 and "
    + _NAMED
    + "))"
)
_SHOWN = (
    ", c.turn, (select h.state ->> 'title' from mirror_opportunity h where h.id = c.opportunity_id and not h.erased)"
    " as title, case when "
    + _NAMED
    + " then coalesce((select a.state ->> 'called' from mirror_account a where a.id = c.person_id and not a.erased),"
    " (select l.state ->> 'called' from mirror_leader l where l.id = c.person_id and not l.erased)) end as other, "
    + _NAMED
    + " as named from (select "
    + CONVERSATION
    + ", c.turn"
    + _OURS
)
OURS = Listing(
    "our conversations",
    sorts=(
        Sort(
            "waits",
            "Who waits longest",
            "select "
            + CONVERSATION
            + _SHOWN
            + " and (c.turn, c.id) > ($5, $6) order by c.turn, c.id limit $7) c order by c.turn, c.id",
            by={"turn": int, "id": UUID},
        ),
        Sort(
            "newest",
            "Newest first",
            "select "
            + CONVERSATION
            + _SHOWN
            + " and (c.written_at, c.id) < ($5, $6) order by c.written_at desc, c.id desc limit $7) c"
            " order by c.written_at desc, c.id desc",
            by=_NEWEST,
            descending=True,
        ),
    ),
    count="select count(*) from (select" + _OURS + " limit $5) as counted",
)


def answers(member: Member) -> list[About]:
    """What the conversations are about that somebody answers, by their roles."""
    return [about for about, roles in WHO_ANSWERS.items() if member.roles & set(roles)]


async def of_person(tx: Transaction, asked: Asked, person_id: UUID) -> Page[Listed]:
    page = await MINE.page(tx, asked, person_id)
    return page.with_items([Listed(conversation_of(row), row["title"] or "", row["other"] or "") for row in page.items])


async def of_staff(tx: Transaction[Member], asked: Asked, which: str, words: str) -> Page[Listed]:
    """`which`: waits, answered or "" (all). `words`: a part of what somebody is called, whose name may be seen."""
    about: Sequence[About] = answers(tx.acting)
    page = await OURS.page(tx, asked, tx.acting.organisation_id, about, which, words)
    return page.with_items(
        [
            Listed(
                conversation_of(row),
                row["title"] or "",
                (row["other"] or "Somebody") if row["named"] else hidden(row["id"]),
            )
            for row in page.items
        ]
    )
