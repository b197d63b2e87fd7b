"""What an opportunity may do, and what fits whom: the rules, without a database."""

from datetime import date, datetime, timedelta
from typing import get_args

import pytest
from pydantic import ValidationError

from schemas.matching import (
    ANSWER_WAYS,
    CYCLE_STAGES,
    EXPENSES,
    INFLUENCES,
    ROLE_TYPES,
    SELECTION_STEPS,
    STATUS_RESULTS,
    STATUS_TOOLS,
    Opportunity,
    Pay,
    RoleChange,
)
from schemas.payments import RateCard
from schemas.recruitment import ACCESS_NEEDS, EXPERIENCE_AREAS, FORMATS, MODES, RUNGS, STRANDS, Profile
from services.chassis.base.access import LONDON, london_day
from services.chassis.base.refusals import Refused
from services.chassis.postgres.transaction import new_id
from services.matching.domain import changing, days
from services.matching.domain import draft as drafts
from services.matching.domain import opportunity as domain
from services.matching.domain.draft import Draft
from services.matching.domain.places import Allowed
from services.matching.words import hours, reason
from tests.matching.world import NOW, draft, rate
from tests.support import Person as Somebody
from tests.support import organisation

TODAY = london_day(NOW)
TRUST = organisation()
SAM = Somebody()
DAY = timedelta(days=1)
FIFTY = Allowed(50)
NOTHING_TOLD = Profile(id=SAM.id, version=1)


def post(
    changes: dict[str, object] | None = None, *, rate: RateCard | None = None, now: datetime = NOW
) -> tuple[Opportunity, domain.OpportunityPosted]:
    terms = domain.Terms(rate, allowed=FIFTY)
    return domain.post(draft(**(changes or {})), by=TRUST, terms=terms, ids=(new_id(), new_id()), now=now)


def test_an_answer_that_the_contract_has_no_field_for_is_refused_instead_of_lost() -> None:
    class LongerDraft(Draft):
        nobody_asks_for_this: str = "Behind the building"

    longer = LongerDraft.model_validate(draft().model_dump())
    with pytest.raises(ValidationError, match="nobody_asks_for_this"):
        domain.post(longer, by=TRUST, terms=domain.Terms(allowed=FIFTY), ids=(new_id(), new_id()), now=NOW)


def opportunity(**changes: object) -> Opportunity:
    return post()[0].model_copy(update=changes)


def test_codes_that_a_draft_takes_are_those_of_the_contracts() -> None:
    assert (*get_args(drafts.Access), "something_else") == ACCESS_NEEDS, "nobody can offer what only words say"
    assert (*get_args(drafts.RoleType), "patient_director") == ROLE_TYPES, "whoever has a salary has a job"
    for taken, said in (
        (drafts.Strand, STRANDS),
        (drafts.Area, EXPERIENCE_AREAS),
        (drafts.Rung, RUNGS),
        (drafts.Mode, MODES),
        (drafts.Format, FORMATS),
        (drafts.Influence, INFLUENCES),
        (drafts.CycleStage, CYCLE_STAGES),
        (drafts.Step, SELECTION_STEPS),
        (drafts.AnswerWay, ANSWER_WAYS),
        (drafts.Expense, EXPENSES),
        (drafts.StatusTool, STATUS_TOOLS),
        (drafts.StatusResult, STATUS_RESULTS),
    ):
        assert get_args(taken) == said


def test_each_reason_has_words() -> None:
    codes = ["in_pool", "paid", "rung", "next_rung", "strand:culture", "mode:hybrid", "access:bsl", "lived:pain"]
    paid = opportunity(pay=Pay(rate_card_id=new_id(), unit="hour", amount_pence=2750, source="x", payer_id=TRUST.id))
    assert all(reason(code, paid, {}).endswith(".") for code in codes)
    assert reason("paid", paid, {}) == "You asked for paid roles, and this one is paid: £82.50 for this meeting."
    assert reason("training:foundations", paid, {"foundations": "First steps"}).endswith(": First steps.")
    assert reason("training:data_reading_abc2defg", paid, {}).endswith(": Data reading.")
    assert reason("something_new", paid, {}) == ""


def test_a_length_is_said_in_hours_as_people_say_them() -> None:
    assert [hours(length) for length in (1, 2.0, 2.5, 0.25)] == ["1 hour", "2 hours", "2.5 hours", "0.25 hours"]


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"apply_by": NOW - DAY}, days.PastClosing),
        ({"apply_by": NOW}, days.PastClosing),
        ({"apply_by": NOW + 367 * DAY, "feedback_by": NOW + 400 * DAY}, days.PastClosing),
        ({"session_at": NOW}, days.SessionTooEarly),
        ({"session_at": "2199-12-31T23:59:59-12:00"}, days.SessionTooLate),
        ({"feedback_by": NOW + 14 * DAY}, days.FeedbackTooEarly),
        ({"feedback_by": NOW + 29 * DAY}, days.FeedbackTooEarly),
        ({"feedback_by": "2199-12-31T23:59:59-12:00"}, days.FeedbackTooLate),
        ({"pay": str(new_id())}, domain.RateNotInForce),
        ({"decide_by": NOW + 13 * DAY}, days.DecisionTooEarly),
        ({"decide_by": NOW + 200 * DAY}, days.DecisionTooLate),
        ({"term_until": TODAY + 29 * DAY}, days.SessionAfterTerm),
        ({"term_until": TODAY + 7 * 366 * DAY}, days.TermTooLong),
        ({"pay": str(new_id()), "status_on": TODAY + DAY}, days.StatusToCome),
    ],
)
def test_what_makes_no_sense_cannot_be_posted(changes: dict[str, object], refusal: type[Refused]) -> None:
    with pytest.raises(refusal):
        post(changes)


def test_a_posted_opportunity_pins_the_rate_of_the_day() -> None:
    card = rate(TRUST)
    made, event = post({"pay": str(card.id)}, rate=card)
    assert made.pay == Pay(
        rate_card_id=card.id, unit="half_day", amount_pence=7500, source="Example policy 2026", payer_id=TRUST.id
    )
    assert (event.state, made.version, len(made.sessions)) == (made, 1, 1)


def test_a_rate_counts_by_the_day_in_london_and_only_for_its_own_organisation() -> None:
    summer_night = datetime(2027, 7, 1, 0, 30, tzinfo=LONDON)  # still 30 June in UTC
    today = london_day(summer_night)
    moved = {name: summer_night + n * DAY for n, name in ((5, "apply_by"), (9, "session_at"), (20, "feedback_by"))}

    def posted(card: RateCard) -> Opportunity:
        return post({"pay": str(card.id), **moved}, rate=card, now=summer_night)[0]

    first = today + timedelta(days=9)
    assert posted(rate(TRUST, valid_from=today, valid_to=first)).pay
    with pytest.raises(domain.RateEndsBefore):
        posted(rate(TRUST, valid_from=today, valid_to=first - DAY))
    others = rate(TRUST, organisation_id=new_id())
    for card in (rate(TRUST, valid_to=today - DAY), rate(TRUST, valid_from=today + DAY), others):
        with pytest.raises(domain.RateNotInForce):
            posted(card)


def test_a_closed_organisation_posts_on_its_last_day_and_not_after() -> None:
    def post_by(last_day: date) -> Opportunity:
        by = TRUST.model_copy(update={"valid_to": last_day})
        return domain.post(draft(), by=by, terms=domain.Terms(allowed=FIFTY), ids=(new_id(), new_id()), now=NOW)[0]

    assert post_by(TODAY).version == 1
    with pytest.raises(domain.OrganisationClosed):
        post_by(TODAY - DAY)


@pytest.mark.parametrize(
    "changes",
    [
        {"pay": None},
        {"pay": ""},
        {"time_commitment": ""},
        {"time_commitment": "   "},
        {"title": " "},
        {"places": 0},
        {"places": 501},
        {"session_hours": 0},
        {"session_hours": float("nan")},
        {"session_at": "2027-01-01T10:00:00"},
        {"access": 5},
        {"access": [{"a": 1}]},
        {"lived_experience": ["my own words about me"]},
        {"training": ["x" * 500]},
        {"strand": "anything"},
        {"more": "than was asked"},
    ],
)
def test_a_draft_that_lacks_something_or_says_too_much_is_none(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        draft(**changes)


def test_what_has_closed_is_not_closed_again() -> None:
    made, _ = post()
    withdrawn, event = domain.withdraw(made, why="postponed", by=None, now=NOW)
    assert (withdrawn.version, withdrawn.closed_at, event.state.withdrawn and event.state.withdrawn.why) == (
        *(2, NOW),
        "postponed",
    )
    closed, _ = domain.close(made, now=NOW)
    assert (closed.version, closed.closed_at, closed.withdrawn) == (2, NOW, None)
    for gone in (withdrawn, closed):
        with pytest.raises(domain.AlreadyClosed):
            domain.close(gone, now=NOW)


def test_it_is_called_off_once_also_after_its_closing_date() -> None:
    made, _ = post()
    closed, _ = domain.close(made, now=NOW)
    withdrawn, _ = domain.withdraw(closed, why="postponed", by=None, now=NOW + timedelta(hours=1))
    assert withdrawn.closed_at == NOW
    assert [one.cancelled and one.cancelled.why for one in withdrawn.sessions] == ["called_off"]
    with pytest.raises(domain.AlreadyOver):
        domain.withdraw(withdrawn, why="postponed", by=None, now=NOW)


def test_other_words_are_a_new_version_and_nothing_else() -> None:
    made, _ = post()
    words = {"title": "a", "summary": "b", "what_will_change": "c"}
    news = changing.change(made, words, why="Plainer", now=NOW)
    assert news
    changed, event = news
    said = RoleChange(at=NOW, parts=("words",), why="Plainer")
    assert changed == made.model_copy(update=words | {"changed": said, "version": made.version + 1})
    assert changing.change(changed, words, why="Again", now=NOW) is None
    assert event.state == changed
    for minute in range(1, 12):
        news = changing.change(changed, {"bring": f"{minute} pens"}, now=NOW + timedelta(minutes=minute))
        assert news
        changed, _ = news
    assert [one.at for one in changed.changes] == [NOW + timedelta(minutes=minute) for minute in range(2, 12)]
