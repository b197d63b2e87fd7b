"""What is not confirmed waits ten working days before; the day after, its person says whether it was there."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from services.chassis.base.hands import Person as PersonActing
from services.chassis.base.refusals import NotFound
from services.chassis.base.working_days import working_days_before, working_days_left
from services.chassis.postgres.lists import Asked
from services.chassis.postgres.transaction import Transaction
from services.engagements import metrics, queries_access
from services.engagements.commands import arranging, following, staff
from services.engagements.domain.arrangement import NothingToLookAt, NotOverYet
from services.engagements.domain.looking_back import LookingBack, SayOne, WasThere
from services.engagements.store import arranging as store
from services.engagements.store import waiting
from tests.engagements.access import FAR, NEAR, Access, access, another, moved
from tests.support import Connected, hidden, member

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("starts", "number", "told"),
    [
        (datetime(2027, 3, 26, 14, tzinfo=UTC), 10, datetime(2027, 3, 12, 9, tzinfo=UTC)),
        (datetime(2027, 4, 6, 9, tzinfo=UTC), 10, datetime(2027, 3, 19, 9, tzinfo=UTC)),
        (datetime(2027, 4, 1, 9, tzinfo=UTC), 1, datetime(2027, 3, 31, 8, tzinfo=UTC)),
        (datetime(2027, 3, 30, 9, tzinfo=UTC), 1, datetime(2027, 3, 25, 9, tzinfo=UTC)),
    ],
)
def test_working_days_before_a_day_leave_out_weekends_and_bank_holidays(
    starts: datetime, number: int, told: datetime
) -> None:
    assert working_days_before(starts, number) == told


def test_working_days_that_are_left_are_those_after_today() -> None:
    assert working_days_left(date(2027, 3, 25), date(2027, 3, 30)) == 1
    assert working_days_left(date(2027, 4, 1), date(2027, 4, 1)) == 0


async def test_ten_working_days_before_what_is_not_confirmed_waits_for_staff(engagements: Connected) -> None:
    a = await access(engagements)
    id = await a.place()
    [one] = await a.all()
    assert (one.unconfirmed_since, one.waiting) == (None, ())
    await a.time_comes(starts_in=NEAR)
    [one] = await a.all()
    [waits] = one.waiting
    assert await _looks(a) == {id: one.starts_at}
    assert one.unconfirmed_since and (waits.what, waits.role, waits.until) == (
        "confirm_access",
        "coordinator",
        one.starts_at,
    )
    assert waits.link.endswith(f"/sessions/{a.world.session_id}/access")
    async with a.service.transaction() as tx:
        assert (await waiting.waits(tx))["access_to_confirm"] == one.unconfirmed_since
    counted = {one.labels["left"]: one.value for each in metrics.UNCONFIRMED.collect() for one in each.samples}
    assert counted.pop("6-10") == 0 and sum(counted.values()) == 1
    for need in ("lipspeaker", "text_relay"):
        await a.say(id, need, state="confirmed")
    [one] = await a.all()
    assert one.unconfirmed_since and one.status == "confirmed" and one.waiting == ()
    await a.say(id, "lipspeaker", state="failed", why_failed="Ann is ill.")
    [one] = await a.all()
    assert one.failed_at and [waits.what for waits in one.waiting] == ["confirm_access"]


async def test_whoever_takes_a_place_late_is_told_at_once_and_a_move_begins_anew(engagements: Connected) -> None:
    a = await access(engagements)
    await a.sessions(another(NEAR))
    await a.place()
    [one] = await a.all()
    assert one.unconfirmed_since and one.version == 1
    await a.sessions(moved(a.world.o.sessions[0], FAR))
    [one] = await a.all()
    assert (one.unconfirmed_since, one.waiting) == (None, ())
    await a.sessions(moved(a.world.o.sessions[0], -FAR))
    assert [bool(one.unconfirmed_since) for one in await a.all()] == [True]


async def test_the_day_after_its_person_is_asked_and_a_no_waits_until_somebody_has_looked(
    engagements: Connected,
) -> None:
    a = await access(engagements)
    id = await a.place()
    at = a.world.session_id
    await a.say(id, "lipspeaker", state="confirmed", with_whom="Ann Moss")
    with pytest.raises(NotOverYet):
        await _says(a, id, lipspeaker="yes")
    await a.time_comes(starts_in=-2 * DAY)
    [one] = await a.all()
    [waits] = one.waiting
    assert one.asked_at and (waits.what, waits.person_id) == ("say_was_it_there", a.world.person.id)
    with pytest.raises(SayOne):
        await _says(a, id)
    await _says(a, id, lipspeaker="no", text_relay="partly")
    assert await _looks(a) == {}, "nothing becomes of it by itself any more"
    [one] = await a.all()
    assert one.answered_at and [waits.what for waits in one.waiting] == ["look_at_access"]
    await a.needs(2)
    page = f"/engagements/for/RX2/{a.world.o.id}/sessions/{at}/access"
    async with a.service.browser(a.world.staff) as browser:
        shown = (await browser.get(page)).text
        assert "It was not there. Nobody came." in shown and "It was there in part." in shown
        done = await browser.post(f"{page}/{id}/looked", data=hidden(shown))
        assert "you have looked at it" in (await browser.get(done.headers["location"])).text
    assert (await a.all())[0].waiting == ()
    async with a.service.transaction(a.world.staff.acting(a.world.trust)) as tx:
        with pytest.raises(NothingToLookAt):
            await arranging.look(tx, id, at)
    await _says(a, id, lipspeaker="yes")
    [one] = await a.all()
    assert (one.look_since, one.waiting) == (None, ())
    assert "AccessLookedAt" in await a.world.facts()


async def test_its_person_answers_on_a_page_and_a_helper_at_theirs(engagements: Connected) -> None:
    a = await access(engagements)
    id = await a.place()
    await a.time_comes(starts_in=-2 * DAY)
    page = f"/engagements/mine/{id}/sessions/{a.world.session_id}/access"
    async with a.service.browser(a.world.person) as sam:
        form = hidden((await sam.get(page)).text)
        assert (await sam.post(page, data=form)).status_code == 422
        odd = await sam.post(page, data=form | {"there-lipspeaker": "perhaps"})
        assert odd.status_code == 422
        said = form | {"there-lipspeaker": "no", "missed-lipspeaker": "Nobody came."}
        done = await sam.post(page, data=said)
        read = (await sam.get(done.headers["location"])).text
        assert "Thank you" in read and "You said: It was not there. Nobody came." in read
    async with a.service.api(a.world.person) as api:
        path = f"/mine/engagements/{id}/sessions/{a.world.session_id}/access"
        answer = await api.post(f"{path}/answers", json={"answers": [{"need": "text_relay", "there": "yes"}]})
        assert answer.status_code == 200
        got = (await api.get(path)).json()
        assert {one["need"]: one["there"] for one in got["answers"]} == {"lipspeaker": "no", "text_relay": "yes"}
        assert got["may_answer"] is True


async def test_what_was_not_there_is_seen_after_the_role_has_ended_and_then_no_more(engagements: Connected) -> None:
    a = await access(engagements)
    id = await a.place()
    await a.time_comes(starts_in=-2 * DAY)
    async with a.service.transaction(a.world.staff.acting(a.world.trust)) as tx:
        await staff.record_attendance(tx, a.world.o.id, a.world.session_id, attended={id}, absent=set())
    async with a.service.transaction(a.world.staff.acting(a.world.trust)) as tx:
        await staff.record_outcome(tx, a.world.o.id, "The letter is shorter now.")
    await a.service.settle()
    await _says(a, id, text_relay="yes")
    assert await _seen(a) == 0, "they have no place any more"
    await _says(a, id, lipspeaker="no")
    assert await _seen(a) == 1, "they have told the organisation of it"
    async with a.service.transaction(a.world.staff.acting(a.world.trust)) as tx:
        await arranging.look(tx, id, a.world.session_id)
    assert await _seen(a) == 0


async def test_nobody_is_asked_for_ever_or_of_a_place_that_they_gave_up(engagements: Connected) -> None:
    a = await access(engagements)
    id = await a.place()
    await a.time_comes(starts_in=-2 * DAY)
    assert (await a.all())[0].waiting
    async with a.service.transaction() as tx:
        [one] = await a.all()
        long_ago = one.model_copy(update={"asked_at": one.starts_at - 40 * DAY})
        await tx.execute("update arrangement set state = $2 where id = $1", one.id, long_ago.model_dump_json())
        await following.follow_access_of(tx, id)
    assert (await a.all())[0].waiting == ()
    other = member(a.world.trust, "coordinator")
    await a.service.hears_and_settles(other.opened)
    async with a.service.transaction(other.acting()) as tx:
        with pytest.raises(NotFound):
            await arranging.say_was_it_there(tx, id, a.world.session_id, _answers(lipspeaker="yes"))


async def _says(a: Access, id: object, **answers: str) -> None:
    async with a.service.transaction(a.world.person.acting()) as tx:
        await _say(tx, a, id, answers)
    await a.service.settle()


async def _say(tx: Transaction[PersonActing], a: Access, id: object, answers: dict[str, str]) -> None:
    await arranging.say_was_it_there(tx, id, a.world.session_id, _answers(**answers))  # pyright: ignore[reportArgumentType]


def _answers(**there: str) -> LookingBack:
    words = {"no": "Nobody came."}
    return LookingBack(
        answers=[
            WasThere.model_validate({"need": need, "there": said, "words": words.get(said, "")})
            for need, said in there.items()
        ]
    )


async def _looks(a: Access) -> dict[UUID, datetime]:
    """When each place is looked at again: the timers that there are are those that there should be."""
    async with a.service.transaction() as tx:
        rows = await tx.fetch("select id, at from timer where reaction = 'follow_access_of' order by id")
        there = {row["id"]: row["at"] for row in rows}
        assert there == await store.to_look_at(tx, UUID(int=0), limit=10)
    return there


async def _seen(a: Access) -> int:
    """How many people whose needs staff see at the session."""
    async with a.service.transaction(a.world.staff.acting(a.world.trust)) as tx:
        found = await queries_access.of_session(tx, a.world.o.id, a.world.session_id, Asked())
        return len(found.page.items)
