"""Whom an organisation listed has an account that nobody signs in to, once; a no forgets it everywhere, for good."""

from datetime import UTC, datetime

from schemas.event import AnyEvent, Erased
from schemas.identity import Account, AccountErased
from schemas.recruitment import Application, ApplicationAgreed, ApplicationForgotten, ApplicationListed
from services.chassis.postgres.transaction import new_id
from tests.support import Connected

NOW = datetime.now(UTC)


def listed(**changes: object) -> Application:
    known = {"id": new_id(), "version": 1, "person_id": new_id(), "stage": "listed", "sent_at": NOW}
    return Application.model_validate(known | {"called": "Ann", "listed_by": new_id()} | changes)


def later(one: Application, stage: str, version: int = 2) -> Application:
    return Application.model_validate(
        one.model_dump() | {"stage": stage, "version": version, "called": None, "listed_by": None}
    )


async def accounts(identity: Connected) -> list[tuple[str, bool]]:
    async with identity.transaction() as tx:
        return [
            (row["called"], row["can_sign_in"]) for row in await tx.fetch("select called, can_sign_in from account")
        ]


async def said(identity: Connected) -> list[str]:
    return [name for name, _ in await identity.said()]


async def test_who_is_listed_has_an_account_that_nobody_signs_in_to_and_a_yes_is_said_once(
    identity: Connected,
) -> None:
    one = listed()
    await identity.hears_and_settles(ApplicationListed(one))
    await identity.hears_and_settles(ApplicationListed(one.model_copy(update={"version": 2})))
    for version in (3, 4):
        await identity.hears_and_settles(ApplicationAgreed(later(one, "approved", version)))
    assert await accounts(identity) == [("Ann", False)]
    assert await said(identity) == ["AccountOpened", "AccountChanged"]
    async with identity.transaction() as tx:
        states = await tx.fetch("select value from outbox order by seq")
    assert [Account.model_validate_json(row["value"]).listed for row in states] == [True, False]


async def test_a_no_erases_the_account_and_nothing_opens_it_again(identity: Connected) -> None:
    one = listed()
    events: list[AnyEvent] = [ApplicationListed(one), ApplicationForgotten(later(one, "forgotten"))]
    for event in events:
        await identity.hears_and_settles(event)
    assert await accounts(identity) == []
    assert (await said(identity))[-1] == "AccountErased"
    await identity.hears_and_settles(ApplicationListed(one.model_copy(update={"version": 3})))
    await identity.hears_and_settles(ApplicationForgotten(later(one, "forgotten", 4)))
    assert await accounts(identity) == []
    assert (await said(identity)).count("AccountErased") == 1


async def test_a_no_that_is_heard_before_the_account_was_opened_is_said_to_every_room(identity: Connected) -> None:
    one = listed()
    await identity.hears_and_settles(ApplicationForgotten(later(one, "forgotten")))
    assert await identity.said() == [("AccountErased", one.person_id)]
    await identity.hears_and_settles(ApplicationListed(one.model_copy(update={"version": 3})))
    assert await accounts(identity) == []


async def test_whoever_was_forgotten_by_another_way_is_not_forgotten_twice_nor_opened_again(
    identity: Connected,
) -> None:
    one = listed()
    await identity.hears_and_settles(ApplicationListed(one))
    await identity.hears_and_settles(AccountErased(Erased(id=one.person_id, version=2)))
    before = await said(identity)
    await identity.hears_and_settles(ApplicationForgotten(later(one, "forgotten")))
    assert (await said(identity), await accounts(identity)) == (before, [])
