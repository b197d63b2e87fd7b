"""What may be done now with an opportunity: domain, command, page and API say the same of every state to every hand."""

from datetime import timedelta
from uuid import UUID

import pytest

from schemas.identity import Organisation
from schemas.matching import Opportunity, Withdrawn
from services.chassis.postgres.transaction import new_id
from services.engagements.domain.engagement import may_show_interest
from services.matching import commands
from services.matching.domain import opportunity as domain
from services.matching.domain.opportunity import AlreadyClosed, NoLongerOpen
from services.matching.store import opportunities as store
from tests.choices import Why, posts, refusal_of, said, tried
from tests.matching.test_domain import opportunity
from tests.matching.world import NOW, a_trust, leader
from tests.support import Connected, Person

MOMENT = timedelta(microseconds=1)
GONE = Withdrawn(at=NOW, why="postponed")
STATES: dict[str, tuple[Opportunity, Why, Why]] = {
    "open": (opportunity(apply_by=NOW + MOMENT), None, None),
    "at its closing moment": (opportunity(apply_by=NOW), NoLongerOpen, None),
    "past its closing moment": (opportunity(apply_by=NOW - MOMENT), NoLongerOpen, None),
    "closed": (opportunity(apply_by=NOW, closed_at=NOW), NoLongerOpen, AlreadyClosed),
    "closed by its organisation": (opportunity(apply_by=NOW + MOMENT, closed_at=NOW), NoLongerOpen, AlreadyClosed),
    "off the feed": (opportunity(closed_at=NOW, withdrawn=GONE), NoLongerOpen, AlreadyClosed),
}
"""What it is, why nobody can show interest, and why its organisation cannot change it."""
WORDS = {"title": "a", "summary": "b", "what_will_change": "c"}


@pytest.mark.parametrize("state", STATES)
def test_what_is_done_with_it_is_refused_as_the_choice_says(state: str) -> None:
    about, interest, change = STATES[state]
    assert said(domain.choices_of_person(about, now=NOW)) == {"show_interest": interest}
    assert said(domain.choices_of_staff(about)) == {"reword": change, "withdraw": change}
    assert refusal_of(domain.reword, about, **WORDS) is change
    assert refusal_of(domain.withdraw, about, why="postponed", now=NOW) is change
    assert refusal_of(domain.close, about, now=NOW) is change


@pytest.mark.parametrize("state", STATES)
def test_it_asks_for_interest_exactly_where_engagements_takes_it(state: str) -> None:
    about = STATES[state][0]
    taken = may_show_interest(about, leader(Person()), existing=None, now=NOW)
    assert bool(domain.choices_of_person(about, now=NOW).show_interest) is bool(taken)


async def test_pages_and_api_offer_what_the_commands_take(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    made = {state: await _made(matching, about, trust) for state, (about, _, _) in STATES.items()}
    acting, api_path = staff.acting(trust), "/organisations/RX2/opportunities"
    async with matching.api(staff) as api, matching.browser(staff) as browser:
        listed = {one["id"]: one for one in (await api.get(api_path)).json()["opportunities"]}
        for state, id in made.items():
            taken = {
                "reword": await tried(matching, acting, lambda tx, id=id: commands.reword_opportunity(tx, id, **WORDS)),
                "withdraw": await tried(
                    matching, acting, lambda tx, id=id: commands.withdraw_opportunity(tx, id, "postponed")
                ),
            }
            assert listed[str(id)]["choices"] == taken, state
            own = f"/opportunities/for/RX2/{id}"
            page = posts((await browser.get(own)).text)
            assert (f"{own}/words" in page, f"{own}/withdraw" in page) == (
                *(taken["reword"] is True, taken["withdraw"] is True),
            ), state
            codes = [(await browser.get(f"{own}/{form}")).status_code for form in ("words", "withdraw")]
            assert codes == [200 if taken["reword"] is True else 409] * 2, state
            shown = f"/engagements/interest/{id}" in posts((await browser.get(f"/opportunities/{id}")).text)
            may = (await api.get(f"/opportunities/{id}")).json()["choices"]
            assert may == {"show_interest": True if STATES[state][1] is None else NoLongerOpen().words}, state
            assert shown is (may["show_interest"] is True), state


async def _made(matching: Connected, about: Opportunity, trust: Organisation) -> UUID:
    """One like it of an organisation; what is open stays open for the test."""
    apply_by = about.apply_by + timedelta(days=1 if about.apply_by > NOW else 0)
    of = {"id": new_id(), "organisation_id": trust.id, "ods_code": trust.ods_code}
    made = about.with_changes(**of, apply_by=apply_by, posted_at=NOW - timedelta(days=1))
    async with matching.transaction() as tx:
        await store.save(tx, made)
    return made.id


async def test_openapi_names_each_choice(matching: Connected) -> None:
    async with matching.browser() as anyone:
        schemas = (await anyone.get("/api/matching/openapi.json")).json()["components"]["schemas"]
    assert set(schemas["PersonChoices"]["properties"]) == {"show_interest"}
    assert set(schemas["StaffChoices"]["properties"]) == {"reword", "withdraw"}
    assert schemas["OwnOpportunity"]["properties"]["choices"] == {"$ref": "#/components/schemas/StaffChoices"}
