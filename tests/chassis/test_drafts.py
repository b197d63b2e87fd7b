"""The table of drafts: whose each is, how long it is kept, and that it goes with its person."""

import asyncio
from dataclasses import dataclass

import asyncpg
import pytest

from schemas.event import Erased
from schemas.identity import AccountErased, Organisation
from services.chassis.operate import maintenance
from services.chassis.operate.retention import DRAFTS
from services.chassis.postgres import drafts
from services.chassis.postgres.drafts import Draft, DraftTooLong, Owner, TooManyDrafts
from services.chassis.postgres.lists import Asked
from services.chassis.postgres.transaction import NotOneRow, new_id
from services.chassis.work.scheduler import Clock
from tests.chassis.test_retention import HOUR, do
from tests.matching.world import a_trust
from tests.support import Connected, Person, member, organisation, registered

KIND = "opportunity"


@dataclass
class Kept:
    """A person's own draft, and one of a trust, which its staff last changed."""

    matching: Connected
    trust: Organisation
    staff: Person
    sam: Person
    own: Draft
    shared: Draft

    async def ids(self) -> set[object]:
        async with self.matching.transaction() as tx:
            return {row["id"] for row in await tx.fetch("select id from draft")}


@pytest.fixture
async def kept(matching: Connected) -> Kept:
    trust, staff = await a_trust(matching)
    sam = Person()
    await matching.hears_and_settles(sam.opened)
    made: list[Draft] = []
    for acting, owner in (
        (sam.acting(), Owner(account_id=sam.id)),
        (staff.acting(trust), Owner(organisation_id=trust.id)),
    ):
        async with matching.transaction(acting) as tx:
            id = new_id()
            await drafts.make(tx, KIND, owner, id)
            draft = await drafts.lock(tx, KIND, owner, id)
            assert draft
            made.append(await drafts.save(tx, draft, "role", {"title": "A seat"}, form="f"))
    return Kept(matching, trust, staff, sam, *made)


async def test_a_draft_is_seen_by_its_person_or_its_organisation_and_by_nobody_else(kept: Kept) -> None:
    there = organisation("RYR", "Other Example Trust")
    stranger = member(there, "coordinator")
    await kept.matching.hears_and_settles(*registered(there), stranger.opened)
    seen = {
        kept.own.id: kept.sam.acting(),
        kept.shared.id: kept.staff.acting(kept.trust),
        None: stranger.acting(there),
    }
    for id, acting in seen.items():
        async with kept.matching.transaction(acting) as tx:
            assert [row["id"] for row in await tx.fetch("select id from draft")] == ([id] if id else [])
    for draft, acting in ((kept.shared, kept.sam.acting()), (kept.own, stranger.acting(there))):
        with pytest.raises(NotOneRow):
            async with kept.matching.transaction(acting) as tx:
                await drafts.save(tx, draft, "role", {}, form="f")
        async with kept.matching.transaction(acting) as tx:
            await drafts.delete(tx, draft)
    for owner in (Owner(account_id=kept.sam.id), Owner(organisation_id=kept.trust.id)):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with kept.matching.transaction(stranger.acting(there)) as tx:
                await drafts.make(tx, "other", owner, new_id())
    assert await kept.ids() == {kept.own.id, kept.shared.id}


async def test_a_draft_belongs_to_exactly_one_and_a_person_has_one_unsent_of_a_kind(kept: Kept) -> None:
    for owner in (Owner(account_id=kept.sam.id, organisation_id=kept.trust.id), Owner(account_id=kept.sam.id)):
        async with kept.matching.transaction(kept.sam.acting()) as tx:
            if owner.organisation_id is None:
                await drafts.make(tx, KIND, owner, new_id())
                continue
            with pytest.raises(asyncpg.CheckViolationError):
                async with tx.savepoint():
                    await drafts.make(tx, "other", owner, new_id())
    assert await kept.ids() == {kept.own.id, kept.shared.id}
    async with kept.matching.transaction(kept.sam.acting()) as tx:
        await drafts.mark_sent(tx, kept.own, new_id())
        await drafts.make(tx, KIND, Owner(account_id=kept.sam.id), id := new_id())
    async with kept.matching.transaction(kept.sam.acting()) as tx:
        found = await drafts.find(tx, KIND, Owner(account_id=kept.sam.id))
    assert found
    assert found.id == id, "the unsent one, not the one that was sent"


async def test_what_was_sent_keeps_nothing_that_was_typed_and_is_sent_no_more(kept: Kept) -> None:
    async with kept.matching.transaction(kept.staff.acting(kept.trust)) as tx:
        await drafts.mark_sent(tx, kept.shared, new_id())
        with pytest.raises(NotOneRow):
            await drafts.mark_sent(tx, kept.shared, new_id())
        assert await tx.fetchval("select answers::text from draft where id = $1", kept.shared.id) == "{}"
        assert not (await drafts.unsent(tx, [KIND], Owner(organisation_id=kept.trust.id), Asked())).items


async def test_a_draft_that_nobody_changed_for_ninety_days_is_deleted(kept: Kept) -> None:
    async with kept.matching.transaction() as tx:
        for draft, ago in ((kept.own, DRAFTS.keep + HOUR), (kept.shared, DRAFTS.keep - HOUR)):
            await tx.execute("update draft set changed_at = now() - $2::interval where id = $1", draft.id, ago)
    await do(kept.matching, DRAFTS)
    assert await kept.ids() == {kept.shared.id}


async def test_a_persons_drafts_go_with_them_and_an_organisations_no_longer_names_them(kept: Kept) -> None:
    await kept.matching.hears_and_settles(AccountErased(Erased(id=kept.sam.id, version=2)))
    assert await kept.ids() == {kept.shared.id}
    await kept.matching.hears_and_settles(AccountErased(Erased(id=kept.staff.id, version=2)))
    async with kept.matching.transaction() as tx:
        [row] = await tx.fetch("select changed_by, answers::text from draft")
    assert row["changed_by"] is None
    assert "A seat" in row["answers"]


async def test_what_was_written_when_its_person_was_erased_already_is_deleted_by_the_daily_job(kept: Kept) -> None:
    await kept.matching.hears_and_settles(AccountErased(Erased(id=kept.sam.id, version=2)))
    async with kept.matching.transaction(kept.sam.acting()) as tx:
        await drafts.make(tx, KIND, Owner(account_id=kept.sam.id), new_id())
    app = kept.matching.app
    jobs = maintenance.jobs(app.service.reactions, [], app.workers.wake)
    [again] = [job for job in jobs if job.name == "forget_again"]
    await again.work(Clock(app.database, app.settings))
    assert await kept.ids() == {kept.shared.id}


async def test_an_organisation_has_at_most_a_thousand_drafts_and_one_is_at_most_so_long(kept: Kept) -> None:
    owner = Owner(organisation_id=kept.trust.id)
    async with kept.matching.transaction(kept.staff.acting(kept.trust)) as tx:
        await tx.execute(
            "insert into draft (id, kind, organisation_id, version, answers, made_at, changed_at)"
            " select gen_random_uuid(), $1, $2, 1, '{}', now(), now() - n * interval '1 minute'"
            " from generate_series(1, $3) n",
            *(KIND, kept.trust.id, drafts.MOST_OF_AN_OWNER - 1),
        )
        with pytest.raises(TooManyDrafts):
            await drafts.make(tx, KIND, owner, new_id())
        page = await drafts.unsent(tx, [KIND], owner, Asked(counted=True))
        assert (page.count, len(page.items), page.items[0].id) == (drafts.MOST_OF_AN_OWNER, 20, kept.shared.id)
        after = await drafts.unsent(tx, [KIND], owner, Asked(after=page.next or ""))
        assert not {one.id for one in page.items} & {one.id for one in after.items}
        with pytest.raises(DraftTooLong):
            await drafts.save(tx, kept.shared, "role", {"title": "x" * drafts.MOST_BYTES}, form="f")
        longest = "\U0001f600" * (drafts.MOST_BYTES // 13)
        saved = await drafts.save(tx, kept.shared, "role", {"title": longest}, form="f")
        assert saved.values == {"title": longest}


async def test_staff_see_the_names_of_their_colleagues_and_of_no_other_accounts(kept: Kept) -> None:
    there = organisation("RYR", "Other Example Trust")
    stranger = member(there, "coordinator", called="Stranger")
    kim = member(kept.trust, "finance", called="Kim")
    await kept.matching.hears_and_settles(*registered(there), stranger.opened, kim.opened)
    ids = [kim.id, stranger.id, kept.sam.id, kept.staff.id]
    async with kept.matching.transaction(kept.staff.acting(kept.trust)) as tx:
        assert await drafts.called(tx, ids) == {kim.id: "Kim", kept.staff.id: "Alex"}
    async with kept.matching.transaction(kept.staff.acting()) as tx:
        assert await drafts.called(tx, ids) == {kept.staff.id: "Alex"}


async def test_whoever_saves_waits_for_whoever_saves_at_the_same_time(kept: Kept) -> None:
    owner = Owner(organisation_id=kept.trust.id)

    async def save(page: str) -> None:
        async with kept.matching.transaction(kept.staff.acting(kept.trust)) as tx:
            draft = await drafts.lock(tx, KIND, owner, kept.shared.id)
            assert draft
            await drafts.save(tx, draft, page, {page: page}, form="f")

    await asyncio.gather(*(save(f"page{n}") for n in range(6)))
    async with kept.matching.transaction(kept.staff.acting(kept.trust)) as tx:
        found = await drafts.find(tx, KIND, owner, kept.shared.id)
    assert found
    assert len(found.pages) == 7, "none was overwritten by another"
