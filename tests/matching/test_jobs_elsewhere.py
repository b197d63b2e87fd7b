"""A job in each room that hears of opportunities: told to whom it fits; nothing is asked, filled, recorded or paid."""

from datetime import timedelta

from services.chassis.base.hands import SYSTEM
from services.notifications.domain.message import News
from services.notifications.store import monthly
from services.notifications.store.messages import MESSAGE, message_of
from tests.matching.test_jobs import LINK, SALARY, job
from tests.support import Database
from tests.town import START, Somebody, Town, refusal, town


async def test_a_job_is_told_as_one_and_no_room_has_places_sessions_or_claims_of_it(database: Database) -> None:
    async with town(database) as made:
        cora = await made.hire(made.ada, "RX2", "Cora", "coordinator")
        sam = await made.person()
        wanted: dict[str, object] = {"strands": [], "modes": [], "paid_only": True, "active": True}
        assert (await made.ask(sam, "PUT", "matching", "/mine/subscription", wanted)).is_success
        by = (START + timedelta(days=20)).isoformat()
        id = (await made.must(cora, "matching", "/organisations/RX2/jobs", job(apply_by=by)))["id"]

        async with made.rooms.apps["notifications"].database.transaction(SYSTEM) as tx:
            rows = await tx.fetch("select " + MESSAGE + " from message m where m.kind = 'match_made'")
            [told] = [message_of(row).news for row in rows]
            assert [str(one.id) for one in (await monthly.open_roles(tx, limit=5))[0]] == [id]
        assert told.subject.startswith("A job fits you: Patient director")
        for text in (told.body, told.easy):
            assert SALARY in text and "no pay" not in text and "expenses" not in text and "interest" not in text
        assert "where to apply" in told.link_words

        interest = {"opportunity_id": id, "why": "I can.", "needs": ""}
        refused = await made.post(sam, "engagements", "/mine/interests", interest)
        assert (refused.status_code, refusal(refused)) == (409, "apply-elsewhere")
        assert LINK in refused.json()["detail"]
        pip, hana = await _by_phone(made)
        refused = await made.post(hana, "engagements", f"/for/QZZ/people/{pip}/interests", interest)
        assert (refused.status_code, refusal(refused)) == (409, "apply-elsewhere"), "nor for somebody on the phone"
        assert LINK in refused.json()["detail"]
        async with made.browser("engagements", sam) as me, made.browser("engagements", cora) as one:
            page = await me.get(f"/engagements/interest/{id}")
            assert page.status_code == 409 and f'href="/opportunities/{id}"' in page.text
            assert (await one.get(f"/engagements/for/RX2/{id}")).status_code == 404
            assert (await one.get(f"/engagements/for/RX2/{id}/outcome")).status_code == 404
        await _is_changed_and_closed(made, cora, id)
        for path in (f"/organisations/RX2/intakes/{id}", f"/mine/clashes/{id}"):
            assert (await made.ask(cora if "RX2" in path else sam, "GET", "engagements", path)).status_code == 404
        made.rooms.now = START + timedelta(days=60)
        await made.rooms.carry()
        for who, at in ((sam, "/home"), (cora, "/home/for/RX2")):
            async with made.browser("notifications", made.sign_in(who.id)) as one:
                home = (await one.get(at)).text
                assert "Record" not in home and "what changed" not in home
        sam = made.sign_in(sam.id)
        assert (await made.ask(sam, "GET", "payments", "/mine/claims")).json()["claims"] == []
        assert (await made.ask(sam, "GET", "engagements", "/mine/engagements")).json()["engagements"] == []
        async with made.rooms.apps["engagements"].database.transaction(SYSTEM) as tx:
            assert await tx.fetchval("select count(*) from intake") == 0


async def _is_changed_and_closed(made: Town, cora: Somebody, id: str) -> None:
    """Whoever was told that it fits them hears of it, and nothing of interest, which they cannot show."""
    made.rooms.now = START + timedelta(hours=1)
    changed = {name: said for name, said in job().items() if name not in ("desk_id", "contact_id")}
    changed |= {"salary": "£70,000 a year", "apply_by": (START + timedelta(days=10)).isoformat()}
    assert (await made.ask(cora, "PUT", "matching", f"/organisations/RX2/jobs/{id}", changed)).is_success
    await made.must(cora, "matching", f"/organisations/RX2/opportunities/{id}/close", {"why": "We found somebody."})
    for news in await _changes_told(made):
        for text in (news.subject, news.body, news.easy):
            assert "interest" not in text and "role" not in text, text
        assert "- the salary, or where people apply\n- the last day to apply" in news.body
        assert "has changed this job" in news.body and "A job has changed." in news.easy


async def _changes_told(made: Town) -> list[News]:
    async with made.rooms.apps["notifications"].database.transaction(SYSTEM) as tx:
        rows = await tx.fetch("select " + MESSAGE + " from message m where m.kind = 'role_said_anew'")
    assert rows, "whoever was told of it hears once what it says since"
    return [message_of(row).news for row in rows]


async def _by_phone(made: Town) -> tuple[str, Somebody]:
    """Somebody of the pool who has a name alone, and who of the network acts for them."""
    sue = await made.hire(made.ada, "QZZ", "Sue", "screener")
    hana = await made.hire(made.ada, "QZZ", "Hana", "helper")
    pip = (await made.must(None, "identity", "/start", {"called": "Pip"}))["account_id"]
    listed = (await made.ask(sue, "GET", "recruitment", "/organisations/QZZ/applications")).json()["applications"]
    [id] = [one["id"] for one in listed]
    await made.must(sue, "recruitment", f"/organisations/QZZ/applications/{id}/approve", {"tell_now": True})
    return pip, hana
