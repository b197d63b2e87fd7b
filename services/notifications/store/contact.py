"""How each person is reached, and what the account says of them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from schemas.identity import Account
from services.chassis.base.access import london_day
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Row, Transaction
from services.notifications.domain.alike import keys_of
from services.notifications.domain.contact import Contact, Unreached
from services.notifications.domain.message import News, Office

CONTACT = (
    "c.person_id, c.channel, c.address, c.verified_at, c.changed_at, c.entered_by, c.format, c.relay, c.ring_in,"
    " c.letters_to, c.unreached, c.round_up, c.by_text, c.apart, c.words_in_mail"
)


async def get(tx: Transaction, person_id: UUID) -> Contact | None:
    row = await tx.fetchrow("select " + CONTACT + " from contact_point c where c.person_id = $1", person_id)
    return contact_of(row) if row else None


async def lock(tx: Transaction, person_id: UUID) -> Contact | None:
    row = await tx.lock_one("select " + CONTACT + " from contact_point c where c.person_id = $1 for update", person_id)
    return contact_of(row) if row else None


def contact_of(row: Row) -> Contact:
    return Contact(
        person_id=row["person_id"],
        channel=row["channel"],
        address=row["address"],
        verified_at=row["verified_at"],
        changed_at=row["changed_at"],
        entered_by=row["entered_by"],
        format=row["format"],
        relay=row["relay"],
        ring_in=row["ring_in"],
        letters_to=row["letters_to"],
        unreached=row["unreached"],
        round_up=row["round_up"],
        by_text=row["by_text"],
        apart=row["apart"],
        words_in_mail=row["words_in_mail"],
    )


async def save(tx: Transaction, c: Contact) -> None:
    keys = keys_of(c.channel, c.address)
    await tx.change_one(
        "insert into contact_point (person_id, channel, address, verified_at, changed_at, entered_by, format, relay,"
        " ring_in, letters_to, unreached, round_up, by_text, apart, email_key, phone_key, post_key,"
        " words_in_mail)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)"
        " on conflict (person_id) do update set channel = excluded.channel, address = excluded.address,"
        " verified_at = excluded.verified_at, changed_at = excluded.changed_at, entered_by = excluded.entered_by,"
        " format = excluded.format, relay = excluded.relay, ring_in = excluded.ring_in,"
        " letters_to = excluded.letters_to, unreached = excluded.unreached,"
        " round_up = excluded.round_up, by_text = excluded.by_text, apart = excluded.apart,"
        " email_key = excluded.email_key, phone_key = excluded.phone_key, post_key = excluded.post_key,"
        " words_in_mail = excluded.words_in_mail",
        *(c.person_id, c.channel, c.address, c.verified_at, c.changed_at, c.entered_by, c.format, c.relay, c.ring_in),
        *(c.letters_to, c.unreached, c.round_up, c.by_text, c.apart),
        *(keys.email, keys.phone, keys.post, c.words_in_mail),
    )


async def not_compared(tx: Transaction, *, limit: int) -> list[Contact]:
    """Some that an older version kept, locked, by person."""
    rows = await tx.fetch(
        "select " + CONTACT + " from contact_point c where c.email_key is null order by c.person_id limit $1"
        " for update skip locked",
        limit,
    )
    return [contact_of(row) for row in rows]


async def keep_keys(tx: Transaction, contacts: Sequence[Contact]) -> None:
    """By what each is compared. The caller holds the lock of each."""
    await tx.change_each(
        "update contact_point set email_key = n.email_key, phone_key = n.phone_key,"
        " post_key = n.post_key"
        " from unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) as n (person_id, email_key, phone_key, post_key)"
        " where contact_point.person_id = n.person_id",
        [
            (one.person_id, keys.email, keys.phone, keys.post)
            for one in contacts
            for keys in [keys_of(one.channel, one.address)]
        ],
    )


async def note_unreached(tx: Transaction, person_id: UUID, why: Unreached) -> None:
    """What they gave does not reach them."""
    await tx.change_one("update contact_point set unreached = $2 where person_id = $1", person_id, why)


async def forget(tx: Transaction, person_id: UUID) -> None:
    await tx.change_any("delete from contact_point where person_id = $1", person_id)


async def keep_people(tx: Transaction, person_ids: Sequence[UUID]) -> None:
    """Until the commit nobody forgets them under whoever adds to what is kept of them.

    Read afterwards whether they are still there. (A lock on their mirror rows would stop what is heard of others.)
    """
    await tx.execute(
        "select pg_advisory_xact_lock_shared(hashtextextended('notifications:person:' || id, 0))"
        " from (select distinct id from unnest($1::text[]) as id order by id) as one",
        [str(id) for id in person_ids],
    )


async def hold_person(tx: Transaction, person_id: UUID) -> None:
    """Whoever keeps them is waited for, and whoever would waits until the commit: the person is being forgotten."""
    await tx.execute("select pg_advisory_xact_lock(hashtextextended('notifications:person:' || $1, 0))", str(person_id))


@dataclass(frozen=True)
class Heard:
    """What this service has heard of an account: None while nothing, an erased one without its state."""

    account: Account | None


async def account(tx: Transaction, person_id: UUID) -> Heard | None:
    """None: no news of it has arrived yet. Without an account: the person was erased."""
    row = await tx.fetchrow("select erased, state from mirror_account where id = $1", person_id)
    if row is None:
        return None
    return Heard(None if row["erased"] else Account.model_validate_json(row["state"]))


async def with_account(tx: Transaction, person_id: UUID) -> tuple[Contact | None, Account | None]:
    """How somebody is reached and their account, as far as each is there, by one statement."""
    row = await tx.fetchrow(
        "select " + CONTACT + ", a.state as account from (select $1::uuid as id) p left join contact_point c"
        " on c.person_id = p.id left join mirror_account a on a.id = p.id and not a.erased",
        person_id,
    )
    assert row
    account = Account.model_validate_json(row["account"]) if row["account"] else None
    return contact_of(row) if row["person_id"] else None, account


@dataclass(frozen=True)
class Reach:
    """How somebody is reached. `known`: their account is heard of; `gone`: erased; `told`: this news, already."""

    known: bool
    gone: bool
    told: bool
    can_sign_in: bool
    contact: Contact | None
    chosen: Mapping[str, str]
    """How often they want to be told of which news, where that is not at once."""


async def reach(tx: Transaction, many: Sequence[News]) -> list[Reach]:
    """Of each piece of news, in its order, how its person is reached and whether they were told of it."""
    rows = await tx.fetch(
        "select " + CONTACT + ", a.id is not null as known, coalesce(a.erased, false) as gone,"
        " (a.state ->> 'can_sign_in')::boolean is not false as can_sign_in, exists (select from message m"
        " where m.person_id = n.person_id and m.about = n.about and m.stage = n.stage) as told,"
        " (select jsonb_object_agg(h.kinds, h.how) from how_told h where h.person_id = n.person_id) as chosen"
        " from unnest($1::uuid[], $2::uuid[], $3::text[]) with ordinality as n (person_id, about, stage, number)"
        " left join mirror_account a on a.id = n.person_id left join contact_point c on c.person_id = n.person_id"
        " order by n.number",
        *([one.person_id for one in many], [one.about for one in many], [one.stage for one in many]),
    )
    return [
        Reach(
            known=row["known"],
            gone=row["gone"],
            told=row["told"],
            can_sign_in=row["can_sign_in"],
            contact=contact_of(row) if row["person_id"] else None,
            chosen=json.loads(row["chosen"]) if row["chosen"] else {},
        )
        for row in rows
    ]


async def network_office(tx: Transaction) -> Office | None:
    """The organisation whose staff ring and write: the one of kind network that acts today, the oldest first."""
    row = await tx.fetchrow(
        "select id, state ->> 'ods_code' as ods_code from mirror_organisation where state ->> 'kind' = 'network'"
        " and not erased and not ends_before(state, $1) order by id limit 1",
        london_day(tx.now),
    )
    return Office(row["id"], row["ods_code"]) if row else None


async def is_network(tx: Transaction, organisation_id: UUID) -> bool:
    return bool(
        await tx.fetchval(
            "select exists (select from mirror_organisation where id = $1 and not erased"
            " and state ->> 'kind' = 'network')",
            organisation_id,
        )
    )


@dataclass(frozen=True)
class NotReached:
    """Somebody who cannot sign in and has given no number and no address yet, or was not reached by what they gave.

    Not of those who began on our own pages and gave none, who are a list of their own (`no_way`); nor of whom an
    organisation listed, which completes its own list.
    """

    person_id: UUID
    called: str


async def unreached(tx: Transaction, asked: Asked) -> Page[NotReached]:
    """Not counted: whoever cannot sign in would have to be looked at, the many who are reached too."""
    page = await UNREACHED.page(tx, asked)
    return page.with_items([NotReached(row["id"], row["called"]) for row in page.items])


_UNREACHED = (
    " from mirror_account a where not a.erased and not a.can_sign_in and a.state ->> 'kind' = 'person'"
    " and not exists (select from contact_point c where c.person_id = a.id"
    " and c.unreached is distinct from 'wrong_number' and c.unreached is distinct from 'no_answer'"
    " and (c.channel <> 'email' or c.verified_at is not null))"
    " and (a.state ->> 'came_to_join_at' is null or exists (select from contact_point c where c.person_id = a.id))"
    " and not exists (select from mirror_application m where m.person_id = a.id and not m.erased"
    " and m.state ->> 'stage' = 'listed')"
)
UNREACHED = Listing(
    "unreached",
    sorts=(
        Sort(
            "first",
            "First come first",
            "select a.id, a.state ->> 'called' as called" + _UNREACHED + " and a.id > $1 order by a.id limit $2",
            by={"id": UUID},
        ),
    ),
    count="",
    size=50,
)
