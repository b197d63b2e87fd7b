"""Any part of a role is changed after it was posted: by page and by API, with a why, kept, and shown to everybody."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
from prometheus_client import REGISTRY

from schemas.engagements import Intake, IntakeOpened
from schemas.identity import OrganisationRegistered
from schemas.payments import RateCardIssued
from services.chassis.base.access import LONDON
from services.matching.store import opportunities as store
from tests.form_walk import Page
from tests.matching.posting import date_typed
from tests.matching.world import NOW, a_trust, everything, in_the_pool, matches, post, rate, timers, withdraw
from tests.ready import PAID, WORK
from tests.support import Connected, hidden, member, organisation, save_page
from tests.two_tabs import from_two_tabs, stands

API = "/organisations/RX2/opportunities"
PLACE: dict[str, Any] = {
    "mode": "in_person",
    "place": "Room 9, Example House",
    "district": "BN2",
    "getting_in": "Ring the bell: somebody opens.",
    "sessions_planned": 1,
    "preparation_hours": 0,
    "time_commitment": "3 hours, and 1 hour to read",
    "bring": "",
}
PURPOSE: dict[str, Any] = {
    "purpose": "a",
    "what_will_change": "b",
    "influence": "asked",
    "cycle_stage": "co_design",
}
TERMS: dict[str, Any] = {"places": 2, "pay": "expenses_only", "unpaid_why": "No money.", "expenses": ["travel"]}


async def role(matching: Connected, id: UUID) -> Any:
    async with matching.transaction() as tx:
        found = await store.get(tx, id)
    assert found
    return found.opportunity


def days(**changes: int) -> dict[str, str]:
    each = {"apply_by": 14, "decide_by": 14, "feedback_by": 60} | changes
    return {name: (NOW + timedelta(days=number)).isoformat() for name, number in each.items()}


def slug(answer: httpx.Response) -> str:
    return str(answer.json().get("type", "")).rpartition("#")[2]


async def test_each_part_is_changed_where_it_stands_and_everybody_reads_what_it_said_before_and_why(
    matching: Connected,
) -> None:
    trust, staff = await a_trust(matching)
    id = await post(matching, trust, staff)
    own, public = f"/opportunities/for/RX2/{id}", f"/opportunities/{id}"
    async with matching.browser(staff) as one, matching.browser() as anybody:
        assert "What has changed" not in (await anybody.get(public)).text
        page = (await one.get(own)).text
        parts = ("role", "purpose", "when", "people", "choosing", "places", "days", "answers")
        assert [part for part in parts if f'href="{own}/change/{part}"' not in page] == []
        for part in parts:  # what stands there is what is sent: nothing was changed
            shown = await one.get(f"{own}/change/{part}")
            assert shown.status_code == 200, shown.text
            saved = await save_page(one, f"{own}/change/{part}", as_shown(shown.text))
            assert saved.status_code == 303, saved.text
            assert "Nothing was changed" in (await one.get(saved.headers["location"])).text
        assert (await role(matching, id)).version == 1
        typed = {**PLACE, "preparation_hours": "", "why": "Room 4 has <b>no lift</b>"} | _no_day("term_until")
        saved = await save_page(one, f"{own}/change/when", typed)
        assert "Whoever has a place, an offer or an interest is told" in (await one.get(saved.headers["location"])).text
        changed = (await role(matching, id)).changed
        assert changed.parts == ("place",) and changed.why == "Room 4 has <b>no lift</b>"
        for page in (own, public, f"{public}/changes", f"{own}/changes", f"{public}/changes/2"):
            text = (await (one if page.startswith(own) else anybody).get(page)).text
            assert "Room 4 has &lt;b&gt;no lift&lt;/b&gt;" in text and "Room 9, Example House" in text, page
            assert ("Changed by Alex" in text) == page.startswith(own), page
        assert "before: Online or by phone. Now: In person" in _plain((await anybody.get(public)).text)
        assert (await anybody.get(f"{public}/changes/1")).status_code == 200, "as it was posted"
        assert (await anybody.get(f"{public}/changes/99")).status_code == 404
        for version in range(12):
            saved = await save_page(
                one, f"{own}/change/choosing", {"steps": ["reading", "talk"][: 1 + version % 2], "answer_ways": []}
            )
            assert saved.status_code == 303
        listed = (await anybody.get(f"{public}/changes")).text
        assert "13 changes" in listed and "Next page" in listed
    async with matching.api() as api:
        first = (await api.get(f"/opportunities/{id}/changes")).json()
        rest = (await api.get(f"/opportunities/{id}/changes", params={"after": first["next"]})).json()
    each = [*first["changes"], *rest["changes"]]
    assert [one["version"] for one in each] == list(range(14, 1, -1))
    assert each[-1]["differences"][0] == {
        "what": "How you take part",
        "before": "Online or by phone",
        "after": "In person",
    }


def counted() -> float:
    labels = {"how": "changed", "kind": "improvement", "pay": "paid"}
    return REGISTRY.get_sample_value("pln_roles_changed_total", labels) or 0


async def _let_it_end(matching: Connected, id: UUID) -> None:
    """As if its session had been held yesterday."""
    async with matching.transaction() as tx:
        await tx.execute(
            "update opportunity set ends_at = now() - interval '1 day', state = jsonb_set(state,"
            " '{sessions,0,starts_at}', to_jsonb(now() - interval '2 days')) where id = $1",
            id,
        )


def _plain(html: str) -> str:
    return re.sub("<[^>]*>|[\u2066-\u2069]", "", html)


def as_shown(html: str) -> dict[str, str | list[str]]:
    """What a browser would send of the form, nothing typed."""
    [form] = [form for form in Page(html, "", "").forms if "why" in form.asked]
    kinds = ("checkbox",)
    return {
        name: asked.values if asked.kind in kinds else "".join(asked.values[:1]) for name, asked in form.asked.items()
    }


def _no_day(name: str) -> dict[str, str]:
    return {f"{name}_{part}": "" for part in ("day", "month", "year")}


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("/places", TERMS | {"places": 1}, "places"),
    ("/places", TERMS | {"unpaid_why": ""}, "unpaid_why"),
    ("/places", TERMS | {"expenses": ["none", "food"]}, "expenses"),
    ("/places", TERMS | {"expenses": ["food"], "prepaid_travel": True}, "prepaid_travel"),
    ("/when", PLACE | {"place": ""}, "place"),
    ("/when", PLACE | {"term_until": NOW.date().isoformat()}, "term_until"),
    ("/when", PLACE | {"why": "Ring \u202eS.A.L."}, "why"),
    ("/when", PLACE | {"why": "x" * 100_000}, "why"),
    ("/choosing", {"steps": ["first_come"], "answer_ways": []}, "steps"),
    ("/choosing", {"steps": ["reading", "draw"], "answer_ways": []}, "steps"),
    ("/choosing", {"steps": [], "answer_ways": [], "criteria": ["Is tall"]}, "criteria"),
    ("/days", days(apply_by=30), "decide_by"),
    ("/days", days(apply_by=-1), "apply_by"),
    ("/days", days(feedback_by=20), "feedback_by"),
    ("/days", days(apply_by=400, decide_by=400, feedback_by=500), "apply_by"),
    ("/purpose", PURPOSE | {"influence": "everything"}, "influence"),
    ("/close", {"why": "a\u0000b"}, "why"),
]


async def test_what_contradicts_itself_or_is_promised_already_is_refused_in_words_and_nothing_is_half_done(
    matching: Connected,
) -> None:
    trust, staff = await a_trust(matching)
    stranger = member(others := organisation(ods_code="RYR"), "coordinator")
    await matching.hears_and_settles(OrganisationRegistered(others), stranger.opened)
    id = await post(matching, trust, staff, places=3, criteria=["Has had it"])
    given = {"places": 3, "places_taken": 1, "places_held": 1, "feedback_by": NOW}
    taken = Intake.build(id=id, version=1, organisation_id=trust.id, ods_code="RX2", **given)
    await matching.hears_and_settles(IntakeOpened(taken))
    at, before = f"{API}/{id}", await everything(matching)
    async with matching.api(staff) as api:
        for path, body, field in REFUSED:
            answer = await (api.post if path == "/close" else api.put)(at + path, json=body)
            assert answer.status_code == 422, (path, body, answer.text)
            assert field in answer.json()["errors"], (path, answer.text)
        assert (await api.post(f"{at}/open-again", json=days())).status_code == 409, "it is open"
    async with matching.api(stranger) as api:
        for path, body in (("/places", TERMS), ("/when", PLACE), ("/days", days())):
            assert (await api.put(f"/organisations/RYR/opportunities/{id}{path}", json=body)).status_code == 404
            assert (await api.put(at + path, json=body)).status_code in (403, 404)
        assert (await api.post(f"/organisations/RYR/opportunities/{id}/close", json={})).status_code == 404
    async with matching.browser(staff) as one, matching.browser(stranger) as another:
        page = f"/opportunities/for/RX2/{id}/change/when"
        shown = await save_page(one, page, {**PLACE, "bring": "Glasses", "place": "", "why": "<i>moved</i>"})
        assert shown.status_code == 422 and "Glasses" in shown.text and "&lt;i&gt;moved" in shown.text
        assert (await one.get(f"/opportunities/for/RX2/{id}/change/criteria")).status_code == 404
        for path in ("/change/when", "/close", "/open-again", "/changes"):
            assert (await another.get(f"/opportunities/for/RYR/{id}{path}")).status_code == 404, path
    assert await everything(matching) == before


async def test_what_is_called_off_or_over_is_said_no_more_but_who_answers_is(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    gone, over = await post(matching, trust, staff), await post(matching, trust, staff)
    await withdraw(matching, trust, staff, gone)
    await _let_it_end(matching, over)
    async with matching.api(staff) as api:
        for id in (gone, over):
            for path, body in (("/places", TERMS), ("/when", PLACE), ("/days", days())):
                assert (await api.put(f"{API}/{id}{path}", json=body)).status_code == 409
            for path, body in (("/close", {}), ("/open-again", days())):
                assert (await api.post(f"{API}/{id}{path}", json=body)).status_code == 409
        assert (await api.put(f"{API}/{gone}/answers", json={"talks_from_interest": False})).status_code == 200
        said = (await api.get(f"/opportunities/{gone}/changes")).json()["changes"]
    assert [one["parts"] for one in said] == [["who_answers"], ["called_off"]]


async def test_pay_changes_for_offers_from_now_on_and_less_is_said_to_whoever_does_it(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    more, less = rate(trust, amount_pence=9000), rate(trust, amount_pence=5000)
    ends, theirs = rate(trust, valid_to=(NOW + timedelta(days=10)).date()), rate(organisation(ods_code="RYR"))
    await matching.hears_and_settles(*(RateCardIssued(one) for one in (more, less, ends, theirs)))
    id = await post(matching, trust, staff, session_hours=1, work=None)
    async with matching.api(staff) as api:
        for pay, more_said, field in (
            *((one, {"unpaid_why": ""} | PAID, "pay") for one in (ends, theirs)),
            (more, {}, "unpaid_why"),
            (more, {"unpaid_why": ""}, "status_result"),
        ):
            refused = await api.put(f"{API}/{id}/places", json=TERMS | {"pay": str(pay.id)} | more_said)
            assert refused.status_code == 422 and field in refused.json()["errors"], refused.text
    before = counted()
    async with matching.browser(staff) as one:
        page = f"/opportunities/for/RX2/{id}/change/places"
        shown = (await one.get(page)).text
        assert "an offer that you made keeps its pay" in shown
        paid = {**as_shown(shown), "unpaid_why": "", "pay": str(more.id), "why": "There is money for it now."}
        paid |= {name: PAID[name] for name in ("status_result", "status_tool", "status_by")}
        paid |= {"status_on_day": "5", "status_on_month": "1", "status_on_year": "2026"}
        saved = await save_page(one, page, paid)
        assert "It pays less" not in (await one.get(saved.headers["location"])).text
        await matching.hears_and_settles(RateCardIssued(more.model_copy(update={"valid_to": NOW.date(), "version": 2})))
        saved = await save_page(one, page, {**as_shown((await one.get(page)).text), "places": "4"})
        assert saved.status_code == 303, "a rate that stands stays, whatever became of it"
        saved = await save_page(one, page, {**as_shown((await one.get(page)).text), "pay": str(less.id)})
        assert "It pays less than before" in (await one.get(saved.headers["location"])).text
    now = await role(matching, id)
    assert now.pay.amount_pence == 5000 and now.places == 4 and now.status_decision.decided_by == "Payroll team"
    assert counted() == before + 3
    async with matching.api(staff) as api:
        longer = PLACE | {"sessions_planned": 6, "mode": "remote", "place": "", "district": "", "getting_in": ""}
        answer = await api.put(f"{API}/{id}/when", json=longer)
        assert slug(answer) == "longer-than-a-task", answer.text
        assert (await api.put(f"{API}/{id}/purpose", json=PURPOSE | {"work": WORK})).status_code == 200
        assert (await api.put(f"{API}/{id}/when", json=longer)).status_code == 200
        assert slug(await api.put(f"{API}/{id}/purpose", json=PURPOSE)) == "no-piece-of-work"
        changes = (await api.get(f"/opportunities/{id}/changes")).json()["changes"]
    assert {"what": "Pay", "before": "Expenses only", "after": "£90 for a half day"} in changes[-1]["differences"]


async def test_it_is_open_for_longer_closed_early_and_opened_again_and_whom_it_fits_follows(
    matching: Connected,
) -> None:
    trust, staff = await a_trust(matching)
    await in_the_pool(matching)
    id = await post(matching, trust, staff)
    await matching.settle()
    assert await matches(matching) == ["MatchMade"]
    own = f"/opportunities/for/RX2/{id}"
    async with matching.browser(staff) as one:
        longer = {**date_typed("apply_by", 20), **date_typed("decide_by", 25), **date_typed("feedback_by", 60)}
        assert (await save_page(one, f"{own}/change/days", longer)).status_code == 303
        now = await role(matching, id)
        assert now.apply_by.astimezone(LONDON).hour == 17 and now.changed.parts == ("closing_day", "decision_day")
        assert (await timers(matching))[id] == now.apply_by
        asked = (await one.get(f"{own}/close")).text
        assert "nobody can show interest any more" in asked
        form = {**hidden(asked), "why": "Enough people asked."}
        first = await one.post(f"{own}/close", data=form)
        again = await one.post(f"{own}/close", data=form)
        assert first.headers["location"].partition("?")[0] == again.headers["location"].partition("?")[0] == own
        await matching.settle()
        assert await matches(matching) == ["MatchMade", "MatchEnded"] and await timers(matching) == {}
        assert (await one.get(f"{own}/close")).status_code == 409
        for page in (own, f"/opportunities/{id}", "/opportunities/for/RX2"):
            shown = (await one.get(page)).text
            assert "Closed on" in shown or "This closed on" in shown, page
            assert "Show interest by</dt>" not in shown and "How to show interest</dt>" not in shown, page
        assert "Last day to show interest" not in (await one.get(f"{own}/change/days")).text
        early = {**date_typed("decide_by", 5), **date_typed("feedback_by", 60)}
        assert (await save_page(one, f"{own}/change/days", early)).status_code == 303, "by when it closed, not was to"
        wrong = {**date_typed("apply_by", -3), **date_typed("decide_by", 30), **date_typed("feedback_by", 60)}
        refused = await save_page(one, f"{own}/open-again", wrong)
        assert refused.status_code == 422 and "has to be in the future" in refused.text
        right = {**wrong, **date_typed("apply_by", 22), "why": "One more place."}
        opened = await save_page(one, f"{own}/open-again", right)
        assert "It is open again" in (await one.get(opened.headers["location"])).text
    await matching.settle()
    now = await role(matching, id)
    before = [one.parts for one in now.changed_before]
    assert before == [("closing_day", "decision_day"), ("closed_early",), ("decision_day",)], (
        "each of them is to be told"
    )
    assert now.closed_at is None and now.changed.parts == ("opened_again", "closing_day", "decision_day")
    assert (await matches(matching))[-1] != "MatchEnded" and (await timers(matching))[id] == now.apply_by
    said = [name for name, _ in await matching.said() if name.startswith("Opportunity")]
    assert said[-4:] == ["OpportunityChanged", "OpportunityClosed", "OpportunityChanged", "OpportunityReopened"]


async def test_the_later_of_two_tabs_is_shown_what_the_earlier_changed(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    page = f"/opportunities/for/RX2/{await post(matching, trust, staff)}/change/choosing"
    async with matching.browser(staff) as browser:
        one = {"steps": ["reading"], "answer_ways": ["phone"], "why": "We have less time."}
        both = await from_two_tabs(browser, page, one, {**one, "steps": ["task"]})
    assert "We read what people write" in stands(both)["How do you choose?"]
