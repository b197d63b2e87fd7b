"""Policies in force, what they touch, and what people agreed to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.chassis.base.hands import Member
from services.chassis.base.wording import many
from services.chassis.postgres import policies
from services.chassis.postgres.lists import Few, few
from services.chassis.postgres.policies import Edition, Kind
from services.chassis.postgres.transaction import Transaction
from services.recruitment.domain.agreeing import Agreed as AgreedEdition
from services.recruitment.domain.agreement import AgreedTo, Days, InForce, Lists, Minutes, Policy, Stages, Words
from services.recruitment.domain.application import Promised

PASSPORT_LIMIT = 100


async def _whoever_agrees(tx: Transaction[Member]) -> str:
    count = await tx.fetchval("select count(*) from leader where status = 'approved'")
    return (
        "From its first day on, whoever sends the whole form, or has a first role before them, agrees to the next "
        f"edition. Everybody else in the pool ({many(count, 'person', 'people')} now) is asked on their own page to "
        "read it again. Whoever said yes to an earlier edition, or has a place, is told so in the way that they chose. "
        "Nobody loses a place or waits for one because of it. Applications that were sent before stand."
    )


async def _whoever_said_something_about_their_health(_: Transaction[Member]) -> str:
    return (
        "From its first day on, people are asked to agree to the next edition when they change what they told us about "
        "their health. Until then the edition that they agreed to stands."
    )


async def _applications_that_wait(tx: Transaction[Member]) -> str:
    count = await tx.fetchval("select count(*) from application where stage in ('asked', 'sent', 'talked')")
    return many(count, "application")


async def _whoever_waits_for_an_answer(tx: Transaction[Member]) -> str:
    return (
        "The next edition is for applications that are sent from its first day on. Those that were sent before keep "
        f"the time that was promised then: {await _applications_that_wait(tx)} now."
    )


async def _whoever_did_not_join(tx: Transaction[Member]) -> str:
    count = await tx.fetchval("select count(*) from application where stage in ('declined', 'withdrawn')")
    return (
        "From its first day on, the next edition is for every application that did not lead to joining, older ones "
        f"too: {many(count, 'application')} now. With fewer days, more of them are deleted for good. "
        "“What we keep about people” has to say the same."
    )


async def _whoever_is_welcomed(tx: Transaction[Member]) -> str:
    return (
        "From its first day on, each stage that begins has the new time. What began before keeps the day that was set "
        f"for it: {await _applications_that_wait(tx)} now."
    )


async def _whoever_is_answered(_: Transaction[Member]) -> str:
    return (
        "From its first day on, the welcome team can undo an answer for so long. Nobody is told of an answer until "
        "then. Answers that were given before keep the time that they had."
    )


async def _whoever_has_notes(tx: Transaction[Member]) -> str:
    return (
        "From its first day on, the next edition is for every note, older ones too. With fewer days, more of them are "
        "deleted for good."
    )


async def _whoever_is_looked_after(tx: Transaction[Member]) -> str:
    count = await tx.fetchval("select count(*) from caseload where paused_at is null")
    return (
        "From its first day on, coordinators see who has waited longer than this for a word from them. It is for "
        f"everybody in the pool who has no break: {many(count, 'person', 'people')} now."
    )


async def _whoever_is_listed(tx: Transaction[Member]) -> str:
    count = await tx.fetchval("select count(*) from application where stage = 'listed'")
    return (
        "From its first day on, the next edition is for every list that is brought in. Who was listed before that and "
        f"has not answered yet keeps the day that they were told: {many(count, 'person', 'people')} now."
    )


LISTS = Kind("lists", "Lists of people that organisations bring in", Lists, _whoever_is_listed)
SCREENING = Kind("screening", "How long an answer takes", Days, _whoever_waits_for_an_answer)
KINDS: tuple[Kind[Any], ...] = (
    Kind("code_of_conduct", "Code of conduct", AgreedTo, _whoever_agrees, said_anew=("changed",)),
    Kind("data_notice", "What we keep about people", AgreedTo, _whoever_agrees, said_anew=("changed",)),
    Kind("health_data", "What people tell us about their health", Words, _whoever_said_something_about_their_health),
    SCREENING,
    Kind("stages", "How soon each stage of joining is done", Stages, _whoever_is_welcomed),
    Kind("undo", "How long an answer can be undone", Minutes, _whoever_is_answered),
    Kind("unsuccessful_applications", "How long we keep applications", Days, _whoever_did_not_join),
    Kind("coordinator_notes", "How long we keep notes about talks", Days, _whoever_has_notes),
    Kind("contact", "How often coordinators are in touch", Days, _whoever_is_looked_after),
    LISTS,
)
"""What recruitment obeys, and the network sets."""


async def in_force(tx: Transaction, *, on: date) -> InForce:
    """The edition of each policy that is in force on a day."""
    found = await policies.all_in_force(tx, KINDS, None, on=on)
    return {name: _policy(edition) for name, edition in found.items()}


async def promised(tx: Transaction, *, on: date) -> Promised:
    """What the network promises on a day to whoever asks to join."""
    today = await in_force(tx, on=on)
    return Promised(timedelta(days=today["screening"].days or 0), today["stages"].working_days or {})


async def undo_for(tx: Transaction, *, on: date) -> timedelta:
    """How long an answer that is given on a day can be undone."""
    return timedelta(minutes=(await in_force(tx, on=on))["undo"].minutes or 0)


async def lists(tx: Transaction, *, on: date) -> Lists:
    """What is in force on a day about lists that organisations bring in."""
    edition = await policies.in_force(tx, LISTS, None, on=on)
    assert edition, "the network always has an edition"
    return edition.value


async def promised_answers(tx: Transaction) -> list[Edition[Days]]:
    """Within how many days an answer was promised from when on: every edition, the newest first."""
    known = await policies.editions(tx, SCREENING, None)
    return [one for one in known if policies.says_something(one)]


def _policy(edition: Edition[Any]) -> Policy:
    return Policy(
        kind=edition.kind,
        version=edition.edition,
        issuer=edition.issuer,
        valid_from=edition.valid_from,
        title=edition.value.title,
        words=edition.value.words,
        days=getattr(edition.value, "days", None),
        minutes=getattr(edition.value, "minutes", None),
        working_days=getattr(edition.value, "working_days", None),
        changed=getattr(edition.value, "changed", None) or None,
    )


async def note_agreement(tx: Transaction, person_id: UUID, policy: Policy, *, entered_by: UUID | None) -> None:
    """Keeps the first time, when the same edition is agreed to again."""
    await tx.change_any(
        "insert into agreement (person_id, kind, version, agreed_at, entered_by) values ($1, $2, $3, $4, $5)"
        " on conflict (person_id, kind, version) do nothing",
        *(person_id, policy.kind, policy.version, tx.now, entered_by),
    )


async def agreed_of_each(tx: Transaction, people: Sequence[UUID]) -> dict[UUID, list[AgreedEdition]]:
    """All that each person agreed to, the last one last."""
    rows = await tx.fetch(
        "select person_id, kind, version from agreement where person_id = any($1::uuid[]) order by agreed_at, kind",
        people,
    )
    found: dict[UUID, list[AgreedEdition]] = {}
    for row in rows:
        found.setdefault(row["person_id"], []).append(AgreedEdition(row["kind"], row["version"]))
    return found


async def note_begun(tx: Transaction, editions: Mapping[UUID, tuple[str, str]]) -> list[UUID]:
    """Note that these editions (kind and edition, by an id) hold now; returns those of which it was not noted yet."""
    rows = await tx.fetch(
        "insert into edition_begun (id, kind, edition, seen_at) select n.id, n.kind, n.edition, $4"
        " from unnest($1::uuid[], $2::text[], $3::text[]) as n (id, kind, edition)"
        " on conflict (kind, edition) do nothing returning id",
        *(list(editions), [kind for kind, _ in editions.values()], [edition for _, edition in editions.values()]),
        tx.now,
    )
    return [row["id"] for row in rows]


async def code_agreed(tx: Transaction, person_id: UUID) -> str | None:
    """The edition of the code of conduct that a person agreed to last; None where they agreed to none."""
    return await tx.fetchval(
        "select version from agreement where person_id = $1 and kind = 'code_of_conduct'"
        " order by agreed_at desc limit 1",
        person_id,
    )


@dataclass(frozen=True)
class Agreed:
    """A line of the passport."""

    kind: str
    version: str
    title: str
    agreed_at: datetime


async def agreed_by(tx: Transaction, person_id: UUID) -> Few[Agreed]:
    rows = await tx.fetch(
        "select a.kind, a.version, e.value ->> 'title' as title, a.agreed_at from agreement a"
        " join policy_edition e on (e.kind, e.whose, e.edition) = (a.kind, a.whose, a.version)"
        " where a.person_id = $1 order by a.agreed_at desc, a.kind limit $2",
        *(person_id, PASSPORT_LIMIT + 1),
    )
    return few(rows, PASSPORT_LIMIT, lambda row: Agreed(**row))


async def forget(tx: Transaction, person_id: UUID) -> None:
    await tx.change_any("delete from agreement where person_id = $1", person_id)
