"""Who answers for a role: a desk, somebody by name, and who can write to them; said when it is posted, or later."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from schemas.event import Erased
from schemas.identity import AccountErased, AccountOpened, Desk, Host, Membership, Organisation, OrganisationChanged
from services.chassis.base.access import london_day
from services.chassis.postgres.transaction import new_id
from tests.matching.posting import NEW, fill_in, send
from tests.matching.test_api import OWN
from tests.matching.world import NOW, a_trust, draft, everything
from tests.support import Connected, Person, hidden, member, organisation, registered

RINGS = Desk(id=new_id(), name="Involvement team", phone="01632 960 100", hours="Tuesdays, 9am to 1pm")
CLAIMS = Desk(id=new_id(), name="Claims desk", phone="(01632) 960 101")
STANDS_IN = Desk(id=new_id(), name="Ward desk", phone="01632 960 102")


def in_other_words(trust: Organisation, version: int, *desks: Desk, **more: object) -> OrganisationChanged:
    return OrganisationChanged(trust.with_changes(version=version, desks=desks, **more))


async def test_a_role_names_its_desk_and_whom_to_ask_for_and_they_follow_who_is_there(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    cora = member(trust, "coordinator", called="Cora")
    await matching.hears_and_settles(cora.opened, in_other_words(trust, 2, CLAIMS, RINGS, STANDS_IN))
    async with matching.browser(cora) as one, matching.browser() as anyone, matching.api() as api:
        page = (await one.get(f"{NEW}/answers")).text
        assert f'value="{CLAIMS.id}" selected' in page, "the first desk"
        assert f'value="{cora.id}" selected' in page, "whoever posts"
        assert 'value="yes" checked' in page
        at = await fill_in(one, desk_id=str(RINGS.id), contact_id=str(cora.id), talks_from_interest=[])
        check = (await one.get(f"{at}/check")).text
        assert all(words in check for words in ("Involvement team", "Cora", "People who show interest can write to us"))
        mine = (await send(one, at)).headers["location"].partition("?")[0]
        role = f"/opportunities/{mine.rpartition('/')[2]}"
        posted = (await api.get(role)).json()
        names = ("desk_id", "contact_id", "talks_from_interest")
        assert [posted[name] for name in names] == [str(RINGS.id), str(cora.id), False]
        page = (await anyone.get(role)).text
        assert "Ring Involvement team at Sussex Example Trust" in page
        assert 'href="tel:01632960100">01632 960 100</a> (Tuesdays, 9am to 1pm). Ask for Cora.' in page
        answers = (await api.get(role)).json()["answers"]
        assert (answers["desk"]["phone"], answers["called"]) == ("01632 960 100", "Cora")
        away = RINGS.with_changes(out_until=london_day(NOW) + timedelta(days=2), deputy_id=STANDS_IN.id)
        await matching.hears_and_settles(in_other_words(trust, 3, CLAIMS, away, STANDS_IN))
        for page in ((await anyone.get(role)).text, (await one.get(mine)).text):
            assert "01632 960 102" in page, "the desk that stands in"
            assert "Involvement team is away until" in page
            assert "01632 960 100" not in page
        changes = hidden((await one.get(f"{mine}/change/answers")).text) | {
            "talks_from_interest": "yes",
            "desk_id": str(CLAIMS.id),
        }
        assert (await one.post(f"{mine}/change/answers", data=changes)).status_code == 303
        assert [name for name, _ in await matching.said()][-1] == "OpportunityChanged"
        page = (await anyone.get(role)).text
        assert 'href="tel:01632960101">(01632) 960 101</a>' in page
        assert "Ask for" not in page
        assert "Everybody who shows interest" in (await one.get(mine)).text
    async with matching.api(staff) as api:
        for given, stands in (({}, str(staff.id)), ({"contact_id": None}, None)):
            body = draft().model_dump(mode="json", exclude={"contact_id"})
            id = (await api.post(OWN, json=body | given)).json()["id"]
            told = {"desk_id": None, "contact_id": stands, "talks_from_interest": True}
            assert (await api.get(f"{OWN}/{id}/answers")).json() == told, "whoever posts, unless it is said otherwise"
        before = await everything(matching)
        assert (await api.put(f"{OWN}/{id}/answers", json=told)).status_code == 200
        assert await everything(matching) == before, "what changes nothing is not said"


@dataclass(frozen=True)
class Staff:
    """Who can and cannot answer for a role of the trust."""

    trust: Organisation
    other: Organisation
    poster: Person
    cora: Person
    leaves: Person
    acts: Person
    approver: Person
    theirs: Person
    program: UUID


async def staff_of(matching: Connected) -> Staff:
    trust, staff = await a_trust(matching)
    other, host = organisation("RX3", "Other Trust"), organisation("RX4", "Host")
    cora, leaves = (member(trust, "coordinator", called=called) for called in ("Cora", "Leander"))
    acts = member(host, "coordinator", called="Hosea")
    approver, theirs = member(trust, "approver", called="Amir"), member(other, "coordinator", called="Otto")
    program = AccountOpened(
        member(trust, "coordinator").account.with_changes(id=new_id(), kind="machine", called="Bot")
    )
    hosted = Host(organisation_id=host.id, ods_code="RX4", valid_from=date(2020, 1, 1))
    people = [one.opened for one in (cora, leaves, acts, approver, theirs)]
    news = in_other_words(trust, 2, RINGS, hosts=(hosted,))
    closed = in_other_words(other, 2, CLAIMS)
    await matching.hears_and_settles(*registered(other, host), *people, program, news, closed)
    return Staff(trust, other, staff, cora, leaves, acts, approver, theirs, program.state.id)


async def test_nobody_is_named_who_cannot_answer_and_no_desk_of_another_organisation(matching: Connected) -> None:
    s = await staff_of(matching)
    body = draft().model_dump(mode="json")
    async with matching.api(s.poster) as api, matching.browser(s.poster) as one:
        before = await everything(matching)
        nobody = [s.approver.id, s.theirs.id, s.program, new_id()]
        wrong = [("contact_id", id) for id in nobody] + [("desk_id", CLAIMS.id), ("desk_id", new_id())]
        for field, id in wrong:
            refused = await api.post(OWN, json=body | {field: str(id)})
            assert (refused.status_code, [*refused.json()["errors"]]) == (422, [field]), refused.text
        assert (await api.post(OWN, json=body | {"contact_id": "Cora"})).status_code == 422
        assert await everything(matching) == before
        page = await one.get(f"{NEW}/answers")
        assert "Hosea" in page.text, "staff of the host answer too"
        assert all(called not in page.text for called in ("Amir", "Otto", "Bot"))
        typed = hidden(page.text) | {"desk_id": str(CLAIMS.id), "contact_id": str(s.theirs.id)}
        again = await one.post(f"{NEW}/answers", data=typed)
        assert again.status_code == 422
        assert "That is none of your organisation" in again.text
        assert "has to be a coordinator of your organisation" in again.text


async def test_who_leaves_or_is_forgotten_is_not_named_any_more(matching: Connected) -> None:
    s = await staff_of(matching)
    body, named = draft().model_dump(mode="json"), (s.cora, s.leaves, s.acts)
    async with matching.api(s.poster) as api, matching.browser(s.poster) as one:
        ids = [(await api.post(OWN, json=body | {"contact_id": str(who.id)})).json()["id"] for who in named]
        pages = [f"/opportunities/{id}" for id in ids]
        for page, called in zip(pages, ("Cora", "Leander", "Hosea"), strict=True):
            assert f"Ask for {called}." in (await one.get(page)).text
        ended = Membership.model_validate(s.leaves.memberships[0].model_dump() | {"valid_to": date(2020, 5, 1)})
        left = AccountOpened(s.leaves.account.with_changes(version=2, memberships=(ended,)))
        await matching.hears_and_settles(
            AccountErased(Erased(id=s.cora.id, version=2)), left, in_other_words(s.trust, 3, CLAIMS, hosts=())
        )
        for page, called in zip(pages, ("Cora", "Leander", "Hosea"), strict=True):
            shown = (await one.get(page)).text
            assert called not in shown
            assert "01632) 960 101" in shown, "the first desk that answers"
        mine = f"/opportunities/for/RX2/{ids[1]}"
        assert "is no coordinator of yours any more" in (await one.get(mine)).text
        kept = {"desk_id": None, "contact_id": str(s.leaves.id), "talks_from_interest": False}
        assert (await api.put(f"{OWN}/{ids[1]}/answers", json=kept)).status_code == 200, "who was named may stay so"
        refused = await api.put(f"{OWN}/{ids[1]}/answers", json=kept | {"contact_id": str(s.cora.id)})
        assert (refused.status_code, refused.json()["type"]) == (422, "/developers/problems#not-a-coordinator")
    async with (
        matching.api(s.theirs) as api,
        matching.browser(s.theirs) as other_staff,
        matching.api(s.approver) as nobody,
    ):
        assert (await api.put(f"/organisations/RX3/opportunities/{ids[1]}/answers", json=kept)).status_code == 404
        assert (await other_staff.get(f"/opportunities/for/RX3/{ids[1]}/change/answers")).status_code == 404
        assert (await nobody.put(f"{OWN}/{ids[1]}/answers", json=kept)).status_code == 403
