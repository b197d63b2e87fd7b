"""What operators read of postings: done through the doors, then read where Prometheus reads it."""

import csv
import io
from datetime import timedelta

from schemas.engagements import Intake, IntakeOpened
from schemas.payments import RateCardIssued
from tests.matching import world
from tests.matching.posting import UNPAID_TYPED, fill_in, send
from tests.matching.test_asking import a_surgery, asks
from tests.matching.test_asking_by_program import at_once, body
from tests.matching.test_jobs import job
from tests.matching.world import NOW, a_trust, draft
from tests.ready import PAID
from tests.scraped import scraped
from tests.support import Connected, Person, save_page

AT = "/organisations/RX2/opportunities"


async def test_what_is_posted_and_becomes_of_it_is_counted_by_kind_and_by_pay(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    card = world.rate(trust)
    await matching.hears_and_settles(RateCardIssued(card))
    before = await scraped(matching)
    await _post_and_change(matching, staff, {"pay": str(card.id), "unpaid_why": ""} | PAID)
    now = await scraped(matching)

    def grew(name: str, **labels: str) -> float:
        return now(name, **labels) - before(name, **labels)

    posted = {pays: grew("pln_opportunities_posted_total", pays=pays) for pays in ("paid", "expenses", "job")}
    assert posted == {"paid": 2, "expenses": 2, "job": 1}
    assert {began: grew("pln_postings_total", began=began) for began in ("api", "empty", "copy")} == {
        "api": 3, "empty": 1, "copy": 0,
    }  # fmt: skip
    changed = {
        (how, kind, pay): count
        for how in ("changed", "closed_early", "opened_again", "called_off")
        for kind, pay in (("improvement", "paid"), ("governance", "expenses_only"), ("senior", "job"))
        if (count := grew("pln_roles_changed_total", how=how, kind=kind, pay=pay))
    }
    assert changed == {
        ("changed", "improvement", "paid"): 1,
        ("closed_early", "improvement", "paid"): 1,
        ("closed_early", "senior", "job"): 1,
        ("opened_again", "improvement", "paid"): 1,
        ("called_off", "improvement", "paid"): 1,
        ("called_off", "governance", "expenses_only"): 1,
        ("called_off", "senior", "job"): 1,
    }
    advice = {
        (kind, what): grew("pln_posting_advice_total", kind=kind, outcome=what)
        for kind in ("one_seat", "unpaid_decider", "nothing_for_access")
        for what in ("taken", "left")
    }
    assert advice == {
        ("one_seat", "taken"): 1,
        ("one_seat", "left"): 0,
        ("unpaid_decider", "taken"): 0,
        ("unpaid_decider", "left"): 1,
        ("nothing_for_access", "taken"): 0,
        ("nothing_for_access", "left"): 4,
    }


async def _post_and_change(matching: Connected, staff: Person, paid: dict[str, str]) -> None:
    """Two paid roles, one without pay for whoever decides, a job, and one from pages: changed, closed, called off."""
    days = {"decide_by": NOW + timedelta(days=15), "feedback_by": NOW + timedelta(days=60)}
    async with matching.api(staff) as api, matching.browser(staff) as one:
        first, second, unpaid = [
            (await api.post(AT, json=draft().model_dump(mode="json") | more)).json()["id"]
            for more in (paid, paid, {"rung": "governance"})
        ]
        salaried = (await api.post("/organisations/RX2/jobs", json=job())).json()["id"]
        said = {name: at.isoformat() for name, at in days.items()}
        for act, id, sent in (
            ("days", first, said),
            ("days", first, said),  # the same again is no change
            ("close", first, {}),
            ("open-again", first, said | {"apply_by": (NOW + timedelta(days=15)).isoformat()}),
            ("withdraw", second, {"why": "postponed"}),
            ("withdraw", unpaid, {"why": "postponed"}),
            ("close", salaried, {}),
            ("withdraw", salaried, {"why": "postponed"}),
        ):
            answer = await (api.put if act == "days" else api.post)(f"{AT}/{id}/{act}", json=sent)
            assert answer.status_code == 200, answer.text
        refused = await api.post(f"{AT}/{second}/close", json={})
        assert refused.status_code == 409, "what is refused counts nothing"
        drafted = await fill_in(one, places="1")
        mend = UNPAID_TYPED | {"places": "1", "then": "mend:one_seat.places"}
        assert (await save_page(one, f"{drafted}/places", mend)).status_code == 303
        assert (await send(one, drafted)).status_code == 303


async def test_what_was_asked_for_is_counted_while_it_waits_and_by_what_came_of_it(matching: Connected) -> None:
    one = await a_surgery(matching)
    before = await scraped(matching)
    late, soon, taken = [await asks(matching, one.nell, what=f"Number {number}") for number in (1, 2, 3)]
    async with matching.transaction() as tx:
        ago = "asked_at = asked_at - interval '10 days', draft_by = draft_by - interval '10 days'"
        await tx.execute(f"update asked set {ago} where what = 'Number 1'")
    waits = await scraped(matching)
    assert (waits("pln_asked_waiting", kind="practice"), waits("pln_asked_late")) == (3, 1)
    assert 10 * 86400 <= waits("pln_asked_oldest_age_seconds") < 10 * 86400 + 600
    async with matching.api(one.nina) as nina, matching.api(one.mo) as mo:
        assert (await nina.put(f"{at_once(late)}/draft", json=body())).status_code == 200
        drafted = await scraped(matching)
        assert (drafted("pln_asked_waiting", kind="practice"), drafted("pln_asked_late")) == (3, 0), "for a yes"
        assert drafted("pln_asked_oldest_age_seconds") < 600
        assert (await mo.post(f"{at_once(late)}/approve")).status_code == 200
        declined = {"why": "no_money", "words": "Ask again in April."}
        assert (await nina.post(f"{at_once(soon)}/decline", json=declined)).status_code == 200
        assert (await mo.post(f"{at_once(taken)}/take-back")).status_code == 200
    now = await scraped(matching)
    grew = {
        what: now("pln_asked_total", what=what) - before("pln_asked_total", what=what)
        for what in ("asked", "posted", "declined", "taken_back")
    }
    assert grew == {"asked": 3, "posted": 1, "declined": 1, "taken_back": 1}
    took = [
        now(f"pln_asked_to_posted_seconds_{of}") - before(f"pln_asked_to_posted_seconds_{of}")
        for of in ("count", "sum")
    ]
    assert took[0] == 1 and 10 * 86400 <= took[1] < 10 * 86400 + 600
    assert now("pln_postings_total", began="ask") - before("pln_postings_total", began="ask") == 1
    assert (now("pln_asked_waiting", kind="practice"), now("pln_asked_oldest_age_seconds")) == (0, 0)


async def test_places_that_an_offer_holds_are_not_left(matching: Connected) -> None:
    """Wherever matching says how many there are: the feed, its file, the role's own page and its organisation's."""
    trust, staff = await a_trust(matching)
    id = await world.post(matching, trust, staff, places=5)
    given = {"places": 5, "places_taken": 2, "places_held": 2, "feedback_by": NOW}
    taken = Intake.build(id=id, version=1, organisation_id=trust.id, ods_code="RX2", **given)
    await matching.hears_and_settles(IntakeOpened(taken))
    own = "/opportunities/for/RX2"
    async with matching.browser(staff) as one:
        for page in (f"/opportunities/{id}", f"{own}/{id}"):
            assert "5, 1 left" in (await one.get(page)).text, page
        assert "4 of 5 places are taken, or held by an offer" in (await one.get(f"{own}/{id}/change/places")).text
        for page in ("/opportunities", own):
            assert "Places left" in (await one.get(page)).text
            [row] = csv.DictReader(io.StringIO((await one.get(f"{page}?format=csv")).text))
            assert row["Places left"] == "1", page
