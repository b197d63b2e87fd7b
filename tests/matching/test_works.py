"""Pieces of work: kept by their organisation, answered once, and what their roles say; the most places of a role."""

from datetime import timedelta
from typing import Any

import asyncpg

from services.chassis.base.access import london_day
from services.chassis.postgres.transaction import new_id
from tests.matching.posting import NEW, UNPAID_TYPED, fill_in, send, typed
from tests.matching.world import NOW, a_trust, draft, everything, post
from tests.ready import WORK
from tests.support import Connected, hidden, member, organisation, registered, save_page

HERE = "/opportunities/for/RX2/work"
API = "/organisations/RX2/work"
ROLES = "/organisations/RX2/opportunities"


async def test_a_piece_of_work_is_added_from_a_draft_in_which_nothing_typed_is_lost(matching: Connected) -> None:
    _, staff = await a_trust(matching)
    async with matching.browser(staff) as one, matching.browser() as anyone:
        half = typed("change") | {"what_will_change": "", "purpose": "Half typed"}
        leads = await save_page(one, f"{NEW}/change", half | {"then": "work"})
        to = leads.headers["location"]
        assert to.startswith(f"{HERE}/new?draft="), "wrong as it is, it is saved, and leads on"
        form = await one.get(to)
        from_there = {"draft": to.rpartition("=")[2]}
        assert f'name="draft" value="{from_there["draft"]}"' in form.text
        made = await one.post(f"{HERE}/new", data=hidden(form.text) | WORK | from_there)
        at = made.headers["location"].removesuffix("/change")
        assert at == f"/opportunities/for/RX2/drafts/{to.rpartition('=')[2]}"
        page = (await one.get(f"{at}/change")).text
        assert "Half typed" in page and f"selected>{WORK['title']}" in page
        again = await one.post(f"{HERE}/new", data=hidden(form.text) | WORK | from_there | {"needed": "Other"})
        assert again.status_code == 409 and "Other" in again.text, "sent twice, changed: it is asked"
        twice = await save_page(one, f"{HERE}/new", {**WORK, "title": f" {WORK['title']} ", "draft": ""})
        assert (twice.status_code, "called that already" in twice.text) == (422, True)

        assert "sitting" not in (await one.get(HERE)).text
        id = page.partition(f"selected>{WORK['title']}")[0].rpartition('value="')[2].partition('"')[0]
        sent = await send(one, await fill_in(one, work=id))
        role = sent.headers["location"].partition("?")[0].rpartition("/")[2]
        public = (await anyone.get(f"/opportunities/{role}")).text
        assert f'href="/opportunities/work/{id}"' in public

        mine = f"{HERE}/{id}"
        shown = (await one.get(f"{mine}/change")).text
        assert "keep the words that they were posted with" in shown
        saved = await save_page(one, f"{mine}/change", WORK | {"title": "Letters anew", "needed": "Two in five."})
        assert "New roles have the new words." in (await one.get(saved.headers["location"])).text
        own = (await one.get(mine)).text
        assert "Two in five." in own and f'href="/opportunities/for/RX2/{role}"' in own
        told = (await anyone.get(f"/opportunities/work/{id}")).text
        assert WORK["needed"] in told and "Two in five." not in told and f'href="/opportunities/{role}"' in told

        ended = await one.post(f"{mine}/end", data=hidden((await one.get(mine)).text))
        assert "not offered to new roles" in (await one.get(ended.headers["location"])).text
        assert "Letters anew" not in (await one.get(f"{NEW}/change")).text
        assert (await one.get(f"{mine}/change")).status_code == 409
        assert "Letters anew" in (await one.get(f"{HERE}?state=closed&words=LETTERS")).text
        assert "Letters anew" not in (await one.get(f"{HERE}?state=open")).text
        refused = await save_page(one, f"{NEW}/change", typed("change") | {"work": id})
        assert "or it has ended" in refused.text
        up = await one.post(f"{mine}/take-up", data=hidden((await one.get(mine)).text))
        assert "It goes on again." in (await one.get(up.headers["location"])).text
        assert "Letters anew" in (await one.get(f"{NEW}/change")).text
        assert ",1," in (await one.get(f"{HERE}?format=csv")).text, "how many roles it has"


async def test_by_the_api_it_is_added_changed_ended_and_taken_up_again(matching: Connected) -> None:
    _, staff = await a_trust(matching)
    async with matching.api(staff) as api, matching.api() as anyone:
        id = (await api.post(API, json=WORK)).json()["id"]
        assert (await api.post(API, json=WORK)).json()["errors"].keys() == {"title"}
        second = (await api.post(API, json=WORK | {"title": "Second"})).json()["id"]
        taken = await api.put(f"{API}/{second}", json=WORK)
        assert (taken.status_code, list(taken.json()["errors"])) == (422, ["title"])
        for wrong in (
            {"needed": ""},
            {"title": "x" * 121},
            {"feasible": "a\x00b"},
            {"more": 1},
            {"title": "\u202eabc"},
        ):
            assert (await api.post(API, json=WORK | wrong)).status_code == 422, wrong
        assert (await anyone.get(f"/work/{id}")).status_code == 404, "nobody reads what no role is a part of"
        role = await api.post(ROLES, json=draft(work=id).model_dump(mode="json"))
        assert (await api.put(f"{API}/{id}", json=WORK | {"needed": "Anew."})).json() == {"id": id}
        listed = (await anyone.get(f"/work/{id}")).json()
        assert [one["id"] for one in listed["opportunities"]] == [role.json()["id"]]
        assert listed["work"]["needed"] == WORK["needed"]
        [newest, first] = (await api.get(API)).json()["work"]
        assert (newest["title"], first["needed"], first["roles"]) == ("Second", "Anew.", 1)
        assert (await api.post(f"{API}/{id}/end")).status_code == 200
        over = (await api.get(f"{API}/{id}")).json()
        assert "has ended" in over["choices"]["end"] and over["choices"]["take_up"] is True
        assert (await api.post(f"{API}/{id}/end")).json()["title"] == "work ended"
        assert (await api.put(f"{API}/{id}", json=WORK)).status_code == 409
        for given in (id, WORK):  # by its id, and by words of its title
            ended = await api.post(ROLES, json=draft().model_dump(mode="json") | {"work": given})
            assert list(ended.json()["errors"]) == ["work"], given
        assert (await api.post(f"{API}/{id}/take-up")).status_code == 200
        assert (await api.post(f"{API}/{id}/take-up")).status_code == 409


async def test_anothers_piece_of_work_is_as_if_it_were_not_there(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    other = organisation("RYR", "Other Example Trust")
    stranger, finance = member(other, "coordinator"), member(trust, "finance")
    await matching.hears_and_settles(*registered(other), stranger.opened, finance.opened)
    async with matching.api(staff) as api:
        id = (await api.post(API, json=WORK)).json()["id"]
    before = await _kept(matching)
    async with matching.api(stranger) as api, matching.browser(stranger) as one:
        posted = await api.post("/organisations/RYR/opportunities", json=draft(work=id).model_dump(mode="json"))
        assert list(posted.json()["errors"]) == ["work"]
        for base in (f"{API}/{id}", f"/organisations/RYR/work/{id}", f"/organisations/RYR/work/{new_id()}"):
            assert (await api.get(base)).status_code == 404
            assert (await api.put(base, json=WORK)).status_code == 404
            assert (await api.post(f"{base}/end")).status_code == (await api.post(f"{base}/take-up")).status_code == 404
        key = hidden((await one.get("/opportunities/for/RYR/work/new")).text)
        for page in ("", "/change"):
            assert (await one.get(f"/opportunities/for/RYR/work/{id}{page}")).status_code == 404
        for page in ("change", "end", "take-up"):
            assert (await one.post(f"/opportunities/for/RYR/work/{id}/{page}", data=key | WORK)).status_code == 404
        theirs = await one.post("/opportunities/for/RYR/work/new", data=key | WORK | {"draft": str(new_id())})
        assert theirs.headers["location"].startswith("/opportunities/for/RYR/work/"), "no draft of theirs: added alone"
    async with matching.api(finance) as api:
        assert (await api.get(API)).status_code == (await api.post(API, json=WORK)).status_code == 403
    assert [row for row in await _kept(matching) if row["organisation_id"] == trust.id] == before


async def _kept(matching: Connected) -> list[dict[str, Any]]:
    async with matching.transaction() as tx:
        rows = await tx.fetch("select id, organisation_id, title, needed, ended_at from piece_of_work order by id")
        return [dict(row) for row in rows]


async def test_more_places_than_the_policy_allows_are_refused_with_the_number_and_whom_to_ask(
    matching: Connected,
) -> None:
    trust, staff = await a_trust(matching)
    admin = member(trust, "admin")
    await matching.hears_and_settles(admin.opened)
    before = await everything(matching)
    body = draft(places=50).model_dump(mode="json") | {"work": None, "session_hours": 1}
    async with matching.api(staff) as api, matching.browser(staff) as one, matching.api(admin) as boss:
        above = await api.post(ROLES, json=body | {"places": 51})
        assert above.status_code == 422
        said = above.json()["errors"]["places"]
        assert said.startswith("The network's policy allows 50 places for a role.") and "ask your admins" in said
        page = await save_page(one, f"{NEW}/places", UNPAID_TYPED | {"places": "51"})
        assert (page.status_code, said.partition(".")[0].partition("policy")[2] in page.text) == (422, True)
        assert "At most 50" in page.text
        assert await everything(matching) == before
        posted = await api.post(ROLES, json=body)
        assert posted.status_code == 201
        terms = {name: body[name] for name in ("pay", "unpaid_why", "expenses")} | {"places": 51}
        more = await api.put(f"{ROLES}/{posted.json()['id']}/places", json=terms)
        assert (more.status_code, more.json()["errors"]["places"]) == (422, said), "nor is a posted one given more"

        ours = {"issuer": "Trust", "source": "Board", "value": {"most": 60}}
        first = (london_day(NOW) + timedelta(days=1)).isoformat()
        path = "/organisations/RX2/policies/most_places/next"
        assert (await boss.put(path, json=ours | {"valid_from": first, "value": {"most": 501}})).status_code == 422
        assert (await boss.put(path, json=ours | {"valid_from": first})).status_code == 200
        assert (await api.post(ROLES, json=body | {"places": 51})).status_code == 422, "not before its first day"
        for day in (0, 40):
            await _begins(matching, days_ago=day)
            assert (await api.post(ROLES, json=body | {"places": 60})).status_code == 201, "on its first day, and after"
            assert (await api.put(f"{ROLES}/{posted.json()['id']}/places", json=terms)).status_code == 200
            above = (await api.post(ROLES, json=body | {"places": 61})).json()["errors"]["places"]
            assert above.startswith("Your own policy allows 60 places for one role."), above
            page = await save_page(one, f"{NEW}/places", UNPAID_TYPED | {"places": "61"})
            assert page.status_code == 422 and "Your own policy allows 60 places" in page.text
        assert "At most 60" in page.text
        assert "Your own policy" not in await _refused_of_another(matching, body)
        job = {"title": "Director", "summary": "Lead.", "role_type": "patient_director", "strand": "governance"}
        job |= {"what_will_change": "All", "salary": "£60,000", "time_commitment": "3 days", "mode": "remote"}
        job |= {"link": "https://jobs.example/1", "apply_by": body["apply_by"]}
        assert (await api.post("/organisations/RX2/jobs", json=job)).status_code == 201
    touched = await _touched(matching, admin)
    assert "Roles that were posted before keep theirs; your organisation has 3 roles open." in touched, "a job has none"


async def _begins(matching: Connected, *, days_ago: int) -> None:
    """As if the organisation's own edition had begun then: what is set begins tomorrow at the earliest."""
    begun = london_day(NOW) - timedelta(days=days_ago)
    connection = await asyncpg.connect(matching.app.settings.admin_dsn(), timeout=10)
    try:
        set_ours = "update matching.policy_edition set valid_from = $1 where organisation_id is not null"
        assert await connection.execute(set_ours, begun) == "UPDATE 1"
    finally:
        await connection.close()


async def _refused_of_another(matching: Connected, body: dict[str, Any]) -> str:
    """What a neighbour is told, for whom the network's edition holds as before."""
    other = organisation("RX9", "Another trust")
    cara = member(other, "coordinator")
    await matching.hears_and_settles(*registered(other), cara.opened)
    async with matching.api(cara) as api:
        refused = await api.post(ROLES.replace("RX2", "RX9"), json=body | {"places": 51})
    assert refused.status_code == 422
    return refused.json()["errors"]["places"]


async def _touched(matching: Connected, admin: Any) -> str:
    async with matching.browser(admin) as one:
        assert (await one.get("/opportunities/for/RX2/policies")).status_code == 200
        return (await one.get("/opportunities/for/RX2/policies/most_places")).text


async def test_each_page_of_many_pieces_of_work_leads_to_the_next(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    for _ in range(2):
        await post(matching, trust, staff)
    async with matching.api(staff) as api:
        for number in range(23):
            assert (await api.post(API, json=WORK | {"title": f"Work {number}"})).status_code == 201
    async with matching.browser(staff) as one:
        first = (await one.get(HERE)).text
        assert "24 pieces of work" in first and "Next page" in first
    async with matching.transaction() as tx:
        await tx.execute(
            "insert into piece_of_work (id, organisation_id, title, needed, high_impact, aligned, hard_wired, feasible,"
            " added_at) select gen_random_uuid(), $1, 'More ' || n, '', '', '', '', '', now()"
            " from generate_series(1, 176) n",
            trust.id,
        )
    async with matching.api(staff) as api:
        full = await api.post(API, json=WORK | {"title": "One more"})
        assert (full.status_code, full.json()["title"]) == (409, "too many works")
