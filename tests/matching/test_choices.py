"""What may be done now with an opportunity: domain, command, page and API say the same of every state to every hand."""

from datetime import timedelta
from uuid import UUID

import pytest

from schemas.identity import Organisation
from schemas.matching import Opportunity, Session, SessionCancelled, Withdrawn
from services.chassis.postgres.transaction import new_id
from services.engagements.domain.engagement import may_show_interest
from services.matching.commands import changing as changes
from services.matching.commands import posting, schedule
from services.matching.domain import changing, sessions
from services.matching.domain import opportunity as domain
from services.matching.domain.changing import StillOpen
from services.matching.domain.opportunity import AlreadyClosed, AlreadyOver, NoLongerOpen
from services.matching.domain.parts import NewOpening
from services.matching.domain.parts import Why as Why_
from services.matching.domain.sessions import LastSession, NoneLeft
from services.matching.store import opportunities as store
from tests.choices import Why, posts, refusal_of, said, tried
from tests.matching.test_domain import opportunity
from tests.matching.world import NOW, a_trust, leader
from tests.support import Connected, Person, organisation

MOMENT = timedelta(microseconds=1)
GONE = Withdrawn(at=NOW, why="postponed")
NEXT = Session(id=new_id(), starts_at=NOW + timedelta(days=1), hours=2)
HELD = Session(id=new_id(), starts_at=NOW - timedelta(days=1), hours=2)
NO_MORE = SessionCancelled(at=NOW, why="called_off")
LATER, SOON = NOW + timedelta(days=9), NOW + MOMENT


def _of(*of: Session, **changes: object) -> Opportunity:
    return opportunity(sessions=of, **changes)


STATES: dict[str, tuple[Opportunity, Why, Why, Why, Why, Why]] = {
    "open": (_of(NEXT, apply_by=SOON), None, None, StillOpen, LastSession, None),
    "open, and one was held": (_of(HELD, NEXT, apply_by=LATER), None, None, StillOpen, None, None),
    "at its closing moment": (_of(NEXT, apply_by=NOW), NoLongerOpen, None, StillOpen, LastSession, None),
    "past its closing moment": (_of(NEXT, apply_by=NOW - MOMENT), NoLongerOpen, None, StillOpen, LastSession, None),
    "closed": (_of(HELD, NEXT, apply_by=NOW, closed_at=NOW), NoLongerOpen, AlreadyClosed, None, None, None),
    "past its last session": (
        _of(HELD, apply_by=LATER),
        *(NoLongerOpen, AlreadyOver, AlreadyOver, NoneLeft, AlreadyOver),
    ),
    "called off": (
        _of(NEXT.with_changes(cancelled=NO_MORE), closed_at=NOW, withdrawn=GONE),
        *(NoLongerOpen, AlreadyClosed, AlreadyOver, NoneLeft, AlreadyOver),
    ),
}
"""What it is, and why not: interest in it, closing it early, opening it again, cancelling what is left, and whatever
else changes it."""
FORMS = {
    "reword": "change/days",
    "close": "close",
    "reopen": "open-again",
    "add_sessions": "sessions/new",
    "cancel_rest": "sessions/cancel",
    "feedback_day": "change/days",
    "withdraw": "withdraw",
}
WORDS = {"title": "a", "summary": "b", "what_will_change": "c"}
DAYS = {name: NOW + timedelta(days=days) for name, days in (("apply_by", 3), ("decide_by", 4), ("feedback_by", 60))}


@pytest.mark.parametrize("state", STATES)
def test_what_is_done_with_it_is_refused_as_the_choice_says(state: str) -> None:
    about, interest, close, reopen, rest, change = STATES[state]
    assert said(domain.choices_of_person(about, now=NOW)) == {"show_interest": interest, "apply": domain.NoJob}
    assert said(sessions.choices_of_staff(about, now=NOW)) == {
        "reword": change,
        "close": close,
        "reopen": reopen,
        "add_sessions": change,
        "cancel_rest": rest,
        "feedback_day": change,
        "withdraw": change,
    }
    assert refusal_of(changing.change, about, WORDS, now=NOW) is change
    assert refusal_of(changing.close_early, about, why="", now=NOW) is close
    assert refusal_of(changing.reopen, about, DAYS, why="", by=organisation(), now=NOW) is reopen
    assert refusal_of(domain.close, about, now=NOW) is (AlreadyClosed if about.closed_at else None)
    assert refusal_of(domain.withdraw, about, why="postponed", by=None, now=NOW) is change
    assert refusal_of(sessions.add, about, [], ids=[], now=NOW) is change
    left = [one.id for one in about.to_come(NOW)]
    assert refusal_of(sessions.cancel, about, left, "not_needed", by=None, now=NOW) is rest


@pytest.mark.parametrize("state", STATES)
def test_it_asks_for_interest_exactly_where_engagements_takes_it(state: str) -> None:
    about = STATES[state][0]
    taken = may_show_interest(about, leader(Person()), existing=None, now=NOW)
    assert bool(domain.choices_of_person(about, now=NOW).show_interest) is bool(taken)


async def test_pages_and_api_offer_what_the_commands_take(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    made = {state: await _made(matching, about, trust) for state, (about, *_) in STATES.items()}
    acting, api_path = staff.acting(trust), "/organisations/RX2/opportunities"
    async with matching.api(staff) as api, matching.browser(staff) as browser:
        listed = {one["id"]: one for one in (await api.get(api_path)).json()["opportunities"]}
        for state, id in made.items():
            taken = {
                "reword": await tried(matching, acting, lambda tx, id=id: posting.reword_opportunity(tx, id, **WORDS)),
                "close": await tried(matching, acting, lambda tx, id=id: changes.close_early(tx, id, Why_())),
                "reopen": await tried(
                    matching, acting, lambda tx, id=id: changes.reopen(tx, id, NewOpening.model_validate(DAYS))
                ),
                "add_sessions": await tried(matching, acting, lambda tx, id=id: schedule.add_sessions(tx, id, [])),
                "cancel_rest": await tried(
                    matching, acting, lambda tx, id=id: schedule.cancel_rest(tx, id, "not_needed")
                ),
                "feedback_day": await tried(
                    matching, acting, lambda tx, id=id: posting.change_feedback_day(tx, id, NOW + timedelta(days=90))
                ),
                "withdraw": await tried(
                    matching, acting, lambda tx, id=id: posting.withdraw_opportunity(tx, id, "postponed")
                ),
            }
            assert listed[str(id)]["choices"] == taken, state
            own = f"/opportunities/for/RX2/{id}"
            page = posts((await browser.get(own)).text)
            for act, form in FORMS.items():
                assert (f"{own}/{form}" in page) is (taken[act] is True), (state, act)
                code = (await browser.get(f"{own}/{form}")).status_code
                assert code == (200 if taken[act] is True else 409), (state, act)
            shown = f"/engagements/interest/{id}" in posts((await browser.get(f"/opportunities/{id}")).text)
            may = (await api.get(f"/opportunities/{id}")).json()["choices"]
            interest = True if STATES[state][1] is None else NoLongerOpen().words
            assert may == {"show_interest": interest, "apply": domain.NoJob().words}, state
            assert shown is (may["show_interest"] is True), state


async def _made(matching: Connected, about: Opportunity, trust: Organisation) -> UUID:
    """One like it of an organisation; what is open stays open for the test."""
    apply_by = about.apply_by + timedelta(days=1 if about.apply_by > NOW else 0)
    of = {"id": new_id(), "organisation_id": trust.id, "ods_code": trust.ods_code}
    made = about.with_changes(**of, apply_by=apply_by, posted_at=NOW - timedelta(days=1))
    async with matching.transaction() as tx:
        await store.add(tx, made)
    return made.id


async def test_openapi_names_each_choice(matching: Connected) -> None:
    async with matching.browser() as anyone:
        schemas = (await anyone.get("/api/matching/openapi.json")).json()["components"]["schemas"]
    assert set(schemas["PersonChoices"]["properties"]) == {"show_interest", "apply"}
    assert set(schemas["StaffChoices"]["properties"]) == {
        *("reword", "close", "reopen", "add_sessions", "cancel_rest", "feedback_day", "withdraw")
    }
    assert schemas["OwnOpportunity"]["properties"]["choices"] == {"$ref": "#/components/schemas/StaffChoices"}
