"""The list of whom one looks after: what it says of each, how it is narrowed, and what can be done from it."""

from datetime import timedelta

from schemas.engagements import Engagement, InterestShown
from schemas.event import Waiting
from services.chassis.postgres.transaction import new_id
from services.recruitment.commands import pool
from services.recruitment.domain.coordinator import NOBODY
from services.recruitment.jobs import say_what_waits_for_staff
from tests.recruitment.team import TODAY, TOMORROW, Team
from tests.support import hidden, led_to
from tests.two_tabs import done, from_two_tabs
from tests.waiting import to_do

MINE = "/people/for/QNX/mine"


def until(day: object) -> dict[str, str]:
    return {f"until_{part}": str(getattr(day, part, "")) for part in ("day", "month", "year")}


async def offered(team: Team) -> None:
    """A place waits for Sam's answer, and something else for the organisation."""
    sam, trust, now = team.scene.sam, team.scene.trust, (await team.leader()).approved_at
    id = new_id()
    waits = [
        Waiting(person_id=sam.id, what="answer_offer", about=id, since=now, link="/engagements/mine"),
        Waiting(
            organisation_id=trust.id, role="coordinator", what="answer_interest", about=id, since=now, link="/home"
        ),
    ]
    engagement = Engagement(
        id=id,
        version=1,
        opportunity_id=new_id(),
        organisation_id=trust.id,
        ods_code=trust.ods_code,
        person_id=sam.id,
        status="offered",
        interested_at=now,
        waiting=tuple(waits),
    )
    await team.scene.recruitment.hears_and_settles(InterestShown(engagement))


async def test_the_list_says_what_waits_for_each_who_signs_in_and_when_somebody_was_in_touch(team: Team) -> None:
    await team.scene.in_pool()
    await team.pool("Ana", "Ben")
    await team.writes(team.robin)
    await offered(team)
    async with team.scene.recruitment.browser(team.robin) as robin:
        page = (await robin.get(MINE)).text
        assert "3 people" in page
        assert page.index("Ana, PL-") < page.index("Ben, PL-") < page.index("Sam, PL-")
        assert "Say yes or no to a place you were offered" in page
        assert "Answer somebody who showed interest" not in page, "that waits for the organisation"
        assert f'href="/people/for/QNX/{team.scene.sam.id}"' in page
        lines = (await robin.get(MINE + "?format=csv")).text.split("\r\n")
        assert lines[0].startswith("\ufeffCalled,Reference,Last contact,Too long ago")
        assert lines[3].split(",")[2] == TODAY.isoformat()
        one = (await robin.get(f"/people/for/QNX/{team.scene.sam.id}")).text
        assert "What is on their list" in one
    async with team.scene.recruitment.api(team.robin) as api:
        people = (await api.get(f"/organisations/QNX/caseloads/{team.robin.id}")).json()["people"]
        assert [one["leader"]["called"] for one in people] == ["Ana", "Ben", "Sam"]
        assert [one["what"] for one in people[2]["waiting"]] == ["answer_offer"]
        about = (await api.get(f"/organisations/QNX/people/{team.scene.sam.id}/looked-after")).json()
        assert about["choices"] == {"hand_over": True, "write_note": True}
    async with team.scene.recruitment.transaction(team.kim.acting(team.scene.network)) as tx:
        assert await tx.fetchval("select count(*) from mirror_engagement") == 0, "only who looks after them sees that"


async def test_it_is_searched_and_narrowed_to_who_waits_for_a_word_and_who_has_a_break(team: Team) -> None:
    await team.scene.in_pool()
    zoe, _ = await team.pool("Zoë", "Ben")
    async with team.scene.recruitment.transaction(zoe.acting()) as tx:
        await pool.pause(tx, None)
    of = team.robin.id
    assert await team.listed(of, words="zoe") == ["Zoë"]
    assert await team.listed(of, words=(await team.leader()).reference.lower()) == ["Sam"]
    assert await team.listed(of, paused=True) == ["Zoë"]
    assert await team.listed(of, quiet_before=TOMORROW) == ["Ben", "Sam"], "who has a break is left in peace"
    await team.writes(team.robin)
    assert await team.listed(of, quiet_before=TOMORROW) == ["Ben", "Sam"]
    assert await team.listed(of, quiet_before=TODAY) == []
    async with team.scene.recruitment.browser(team.robin) as robin:
        assert "On a break" in (await robin.get(MINE + "?show=paused")).text
        assert "There is nobody here now" not in (await robin.get(MINE + "?sort=quiet")).text
        assert (await robin.get(MINE + "?show=quiet")).text.count("Ben, PL-") == 0
    await a_year_passes(team)
    waits = await to_do(team.scene.recruitment, say_what_waits_for_staff)
    assert [(one.what, one.person_id, one.link) for one in waits] == [("be_in_touch", of, f"{MINE}?show=quiet")] * 2
    assert len({one.about for one in waits} - {zoe.id}) == 2, "Ben and Sam, each for whoever looks after them alone"
    await team.covers(team.robin, team.jo)
    await a_year_passes(team)
    [whose, _] = await to_do(team.scene.recruitment, say_what_waits_for_staff)
    assert (whose.person_id, whose.link) == (team.jo.id, f"{MINE}?show=quiet&of={of}"), "while she is away"
    await team.writes(team.robin)
    assert len(await to_do(team.scene.recruitment, say_what_waits_for_staff)) == 1, "a note ends it"


async def a_year_passes(team: Team) -> None:
    """Since everybody joined, and nobody was in touch."""
    async with team.scene.recruitment.transaction() as tx:
        await tx.execute("update caseload set joined_on = joined_on - 400, last_contact_on = null")


async def test_only_who_looks_after_them_covers_or_is_an_admin_sees_somebodys_list(team: Team) -> None:
    await team.scene.in_pool()
    of_robin = f"{MINE}?of={team.robin.id}"
    async with team.scene.recruitment.browser(team.jo) as jo:
        assert (await jo.get(of_robin)).status_code == 404
        assert (await jo.get(f"{MINE}/{team.robin.id}/cover")).status_code == 404
    await team.covers(team.robin, team.jo)
    async with team.scene.recruitment.browser(team.jo) as jo:
        page = (await jo.get(MINE)).text
        assert "Robin’s" in page
        shown = (await jo.get(of_robin)).text
        assert "People of Robin" in shown
        assert "Sam, PL-" in shown
        assert (
            f'href="/people/for/QNX/{team.scene.sam.id}/notes"'
            in (await jo.get(f"/people/for/QNX/{team.scene.sam.id}")).text
        )
    async with team.scene.recruitment.browser(team.admin) as admin:
        assert "Sam, PL-" in (await admin.get(of_robin)).text
    async with team.scene.recruitment.browser(team.scene.coordinator) as alex:
        assert (await alex.get("/people/for/RX2/mine")).status_code == 404, "another organisation has no such list"
        assert (await alex.get(MINE)).status_code == 404


async def test_all_are_handed_over_and_cover_is_said_on_pages(team: Team) -> None:
    await team.scene.in_pool()
    here = f"{MINE}/{team.robin.id}"
    async with team.scene.recruitment.browser(team.robin) as robin:
        form = (await robin.get(here + "/cover")).text
        typed = {"cover": str(team.jo.id), **until(TODAY - timedelta(days=1))}
        wrong = await robin.post(here + "/cover", data={**hidden(form), **typed})
        assert wrong.status_code == 422
        assert "Choose a last day that is today or later" in wrong.text
        assert done(await robin.post(here + "/cover", data={**hidden(form), **typed, **until(TOMORROW)})) == MINE
        await team.scene.recruitment.settle()
        shown = (await robin.get(MINE)).text
        assert "Jo covers for you until" in shown
        assert led_to(await robin.post(here + "/cover/end", data=hidden(shown))) == MINE
        form = (await robin.get(here + "/hand-over")).text
        wrong = await robin.post(here + "/hand-over", data={**hidden(form), "to": ""})
        assert wrong.status_code == 422
        assert "who looks after them from now on" in wrong.text
        gone = await robin.post(here + "/hand-over", data={**hidden(form), "to": str(team.jo.id), "line": "Bye."})
        assert led_to(gone) == MINE
        assert "People are being handed over just now" in (await robin.get(MINE)).text
        await team.scene.recruitment.settle()
        assert "Sam, PL-" not in (await robin.get(MINE)).text
    async with team.scene.recruitment.browser(team.jo) as jo:
        one = f"/people/for/QNX/{team.scene.sam.id}"
        form = (await jo.get(one + "/coordinator")).text
        assert led_to(await jo.post(one + "/coordinator", data={**hidden(form), "to": str(team.kim.id)})) == one
    assert (await team.leader()).coordinator_id == team.kim.id


async def test_the_api_hands_over_says_who_covers_and_ends_it(team: Team) -> None:
    await team.scene.in_pool()
    here = f"/organisations/QNX/caseloads/{team.robin.id}"
    cover = {"cover": str(team.jo.id), "until": TOMORROW.isoformat()}
    async with team.scene.recruitment.api(team.robin) as api:
        assert (await api.get(here + "/cover")).status_code == 404
        assert (await api.put(here + "/cover", json=cover)).status_code == 200
        assert (await api.get(here + "/cover")).json()["cover_id"] == str(team.jo.id)
        assert (await api.post(here + "/cover/end")).status_code == 200
        assert (await api.post(here + "/cover/end")).status_code == 409
        one = f"/organisations/QNX/people/{team.scene.sam.id}"
        note = {"on": TODAY.isoformat(), "way": "phone", "outcome": "talked", "words": "Yes."}
        made = await api.post(one + "/notes", json=note)
        assert made.status_code == 201
        assert (await api.post(f"{one}/notes/{made.json()['id']}/delete")).status_code == 200
        assert (await api.post(here + "/hand-over", json={"to": str(team.jo.id)})).status_code == 201
        await team.scene.recruitment.settle()
        assert (await api.post(one + "/hand-over", json={"to": str(team.kim.id)})).status_code == 403
    async with team.scene.recruitment.api(team.jo) as api:
        assert (await api.post(one + "/hand-over", json={"to": str(team.kim.id)})).status_code == 200
        nobodys = f"/organisations/QNX/caseloads/{NOBODY}"
        assert (await api.get(nobodys)).json()["people"] == []


async def test_who_covers_is_said_in_two_tabs(team: Team) -> None:
    first, second = ({"cover": str(one.id), **until(TOMORROW)} for one in (team.jo, team.kim))
    async with team.scene.recruitment.browser(team.robin) as robin:
        await from_two_tabs(robin, f"{MINE}/{team.robin.id}/cover", first, second)
