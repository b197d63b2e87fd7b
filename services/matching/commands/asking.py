"""What an organisation asks others to draft: asked for, drafted, said yes to or sent back, declined, taken back."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.base.periods import Period
from services.chassis.base.refusals import TryAgainSoon
from services.chassis.base.working_days import end_of_working_day
from services.chassis.postgres import drafts
from services.chassis.postgres.drafts import Owner, Values
from services.chassis.postgres.transaction import Transaction, new_id
from services.matching import metrics
from services.matching.commands import posting, saving
from services.matching.domain import asked as domain
from services.matching.domain.asked import Ask, Asked, Declining, Who
from services.matching.domain.draft import EXPENSES_ONLY, Draft
from services.matching.domain.opportunity import OrganisationClosed
from services.matching.store import asked as store
from services.matching.store import policies

DRAFT_KIND = "asked_opportunity"
"""Drafts of what was asked for; each has the id of what it is drafted for."""
KEPT_FOR = timedelta(days=730)
"""After its end."""
DELETED_AT_ONCE = 500
_BEGUN, _BY_PROGRAM = "begun", "api"
OnPages = Callable[[Mapping[str, Any]], Mapping[str, Values]]
"""The answers of a draft, as the API is sent them, by the pages that ask for them."""


async def ask(tx: Transaction[Member], said: Ask) -> UUID:
    """Four answers, for a coordinator of the host or of the network. Returns its id."""
    organisation, today = await saving.own_organisation(tx), london_day(tx.now)
    if Period.of(organisation).ends_before(today):
        raise OrganisationClosed
    if await store.how_many_open(tx) >= domain.MOST_OPEN:
        raise domain.TooManyAsked
    network = await store.network(tx)
    host = next((one.organisation_id for one in organisation.hosts if Period.of(one).in_force_on(today)), None)
    if (drafting_id := host or (network.id if network else None)) is None:
        raise TryAgainSoon
    promised = await policies.drafting(tx, on=today)
    asked = Asked(
        id=new_id(),
        version=1,
        organisation_id=organisation.id,
        ods_code=organisation.ods_code,
        drafting_id=drafting_id,
        status="asked",
        asked_by=tx.acting.by,
        asked_at=tx.now,
        draft_by=end_of_working_day(tx.now, promised.working_days),
        **said.model_dump(),
    )
    await store.add(tx, asked)
    tx.count(metrics.ASKED.labels("asked").inc)
    return asked.id


async def who(tx: Transaction[Member], asked: Asked) -> Who:
    """Whoever acts, with all that they are there, and whether nobody else is there to say yes to what they drafted."""
    there, drafts_it = False, False
    if not tx.acting.by_network and "coordinator" not in tx.acting.roles:
        there, drafts_it = await store.coordinates_besides(tx, asked)
    drafters = [one for one in (asked.drafted_by, asked.sent_by) if one]
    is_own = asked.status == "to_approve" and tx.acting.by in drafters
    alone = is_own and not await store.others_coordinate(tx, drafters)
    return domain.who(tx.acting, coordinates=there, drafts=drafts_it, alone=alone)


async def begin(tx: Transaction[Member], id: UUID) -> None:
    """Begin its draft, filled in from what was asked for; one that is there already is gone on with."""
    asked = await store.lock(tx, id)
    begun = domain.begin(asked, await who(tx, asked))
    if begun != asked:
        await store.save(tx, begun)
    owner = Owner(organisation_id=tx.acting.organisation_id)
    if await drafts.lock(tx, DRAFT_KIND, owner, id):
        return
    await drafts.make(tx, DRAFT_KIND, owner, id, begun="ask")
    made = await drafts.lock(tx, DRAFT_KIND, owner, id)
    assert made, "it was made in this transaction"
    made = await drafts.save(tx, made, "role", {"title": "", "summary": asked.what}, form=_BEGUN)
    if asked.money == EXPENSES_ONLY:
        await drafts.save(tx, made, "places", {"pay": EXPENSES_ONLY}, form=_BEGUN)


async def write(tx: Transaction[Member], id: UUID, draft: Draft, on_pages: OnPages) -> None:
    """The whole draft at once, by the rules of a posting, in the place of what was drafted; it waits for a yes.

    A piece of work that is sent in words is one of the organisation's from now on, as if it were posted. Raises what
    posting it raises.
    """
    owner = Owner(organisation_id=tx.acting.organisation_id)
    found = await drafts.lock(tx, DRAFT_KIND, owner, id)
    asked = await store.lock(tx, id)
    sent = domain.send(asked, await who(tx, asked), tx.now)
    role, _ = await posting.posted_as(tx, draft)
    pages = on_pages(draft.model_dump(mode="json") | {"work": str(role.work.id) if role.work else None})
    if found := found or await drafts.lock(tx, DRAFT_KIND, owner, id):
        await drafts.save_each(tx, found, pages, form=_BY_PROGRAM)
    else:
        await drafts.make(tx, DRAFT_KIND, owner, id, pages=pages, begun="ask")
    if sent != asked:
        await store.save(tx, sent)


async def send_for_approval(tx: Transaction[Member], id: UUID, draft: Draft) -> None:
    """The draft, which can be posted as it is, waits for a yes. It stays: whoever says yes may mend it."""
    asked = await store.lock(tx, id)
    if (sent := domain.send(asked, await who(tx, asked), tx.now)) != asked:
        await store.save(tx, sent)


async def approve(tx: Transaction[Member], id: UUID, draft: Draft) -> UUID:
    """Post what was drafted. Returns the id of the opportunity."""
    asked = await store.lock(tx, id)
    hand = await who(tx, asked)
    domain.may_approve(asked, hand).must()
    opportunity_id = await posting.post_opportunity(tx, draft)
    await store.save(tx, domain.approve(asked, hand, opportunity_id=opportunity_id, now=tx.now))
    tx.count(partial(metrics.ASKED_TO_POSTED.observe, (tx.now - asked.asked_at).total_seconds()))
    tx.count(metrics.ASKED.labels("posted").inc)
    return opportunity_id


async def send_back(tx: Transaction[Member], id: UUID, words: str) -> None:
    """To whoever drafts it, with what is to be otherwise."""
    asked = await store.lock(tx, id)
    hand = await who(tx, asked)
    await store.save(tx, domain.send_back(asked, hand))
    await store.add_line(tx, asked, hand, words)


async def decline(tx: Transaction[Member], id: UUID, said: Declining) -> None:
    """It cannot be drafted. Whoever asked reads why; what was drafted stays as a draft of theirs."""
    asked = await store.lock(tx, id)
    hand = await who(tx, asked)
    declined = domain.decline(asked, hand, said.why, tx.now)
    await _keep_draft(tx, id)
    await store.save(tx, declined)
    await store.add_line(tx, asked, hand, said.words)
    tx.count(metrics.ASKED.labels("declined").inc)


async def take_back(tx: Transaction[Member], id: UUID) -> None:
    """It is not asked for any more. What was drafted stays as a draft of the organisation."""
    asked = await store.lock(tx, id)
    taken = domain.take_back(asked, await who(tx, asked), tx.now)
    await _keep_draft(tx, id)
    await store.save(tx, taken)
    tx.count(metrics.ASKED.labels("taken_back").inc)


async def _keep_draft(tx: Transaction[Member], id: UUID) -> None:
    """What was drafted of it is one of the organisation's own drafts from now on."""
    if await drafts.lock(tx, DRAFT_KIND, Owner(organisation_id=tx.acting.organisation_id), id):
        await store.keep_as_own_draft(tx, id)


async def add_line(tx: Transaction[Member], id: UUID, words: str) -> None:
    asked = await store.lock(tx, id)
    hand = await who(tx, asked)
    domain.may_add_line(asked, hand).must()
    if len(lines := await store.lines(tx, id)) >= domain.MOST_LINES or lines.more:
        raise domain.TooManyLines
    await store.add_line(tx, asked, hand, words)


async def read(tx: Transaction[Member], id: UUID) -> None:
    """Why it was declined was read, so it waits for nobody any more."""
    asked = await store.lock(tx, id)
    await store.save(tx, domain.read(asked, await who(tx, asked), tx.now))


async def follow(tx: Transaction) -> None:
    """Who drafts what was asked for follows who hosts whom; what a closed organisation asked for is over."""
    await store.end_of_closed(tx, london_day(tx.now))
    await store.follow_hosts(tx, london_day(tx.now))


async def delete_old(tx: Transaction) -> None:
    await store.delete_old(tx, tx.now - KEPT_FOR, limit=DELETED_AT_ONCE)
