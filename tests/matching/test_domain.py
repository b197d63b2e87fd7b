"""What an opportunity may do, and what fits whom: the rules, without a database."""

from datetime import date, datetime, timedelta
from typing import get_args
from uuid import UUID

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
from schemas.recruitment import ACCESS_NEEDS, EXPERIENCE_AREAS, FORMATS, MODES, RUNGS, STRANDS, Leader, Profile
from schemas.training import Credential
from services.chassis.base.access import LONDON, london_day
from services.chassis.base.refusals import Refused
from services.chassis.postgres.transaction import new_id
from services.matching.domain import changing, days
from services.matching.domain import draft as drafts
from services.matching.domain import match as matches
from services.matching.domain import opportunity as domain
from services.matching.domain.draft import Draft
from services.matching.domain.fit import Person, Subscription, fit
from services.matching.domain.places import Allowed
from services.matching.words import hours, reason
from tests.matching.world import NOW, credential, draft, leader, rate
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


def person(
    *,
    wanted: Subscription | None = None,
    profile: Profile | None = NOTHING_TOLD,
    credentials: tuple[Credential, ...] = (),
    **of_leader: object,
) -> Person:
    known = Leader.model_validate(leader(SAM).model_dump() | of_leader)
    return Person(known, profile, wanted or Subscription(), credentials)


def reasons(o: Opportunity, p: Person) -> tuple[str, ...]:
    found = fit(o, p, on=TODAY)
    assert found.fits, found.missing
    return found.reasons


def missing(o: Opportunity, p: Person) -> tuple[str, ...]:
    found = fit(o, p, on=TODAY)
    assert not found.fits
    assert found.reasons == ()
    return found.missing


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


def test_whoever_asks_for_nothing_special_fits_for_being_in_the_pool_and_on_the_ladder() -> None:
    assert reasons(opportunity(rung="feedback"), person()) == ("in_pool", "rung")
    assert reasons(opportunity(rung="feedback"), person(profile=None)) == ("in_pool", "rung")
    assert reasons(opportunity(), person()) == ("in_pool", "next_rung")


def test_what_a_person_asked_for_is_a_reason_and_what_they_did_not_is_missing() -> None:
    paid = Pay(rate_card_id=new_id(), unit="day", amount_pence=1, source="x", payer_id=TRUST.id)
    wanted = Subscription(strands=("service_improvement", "culture"), modes=("remote",), paid_only=True)
    said = reasons(opportunity(pay=paid), person(wanted=wanted))
    assert said == ("in_pool", "strand:service_improvement", "mode:remote", "paid", "next_rung")
    assert missing(opportunity(pay=None), person(wanted=wanted)) == ("unpaid",)
    assert missing(opportunity(pay=paid, mode="in_person"), person(wanted=wanted)) == ("other_mode",)
    assert missing(opportunity(pay=paid, strand="research"), person(wanted=wanted)) == ("other_strand",)


def test_a_paused_subscription_fits_nothing() -> None:
    assert missing(opportunity(), person(wanted=Subscription(active=False))) == ("not_subscribed",)


def test_whoever_left_the_pool_and_whatever_is_closed_does_not_fit() -> None:
    assert missing(opportunity(), person(status="left")) == ("not_in_pool",)
    assert missing(opportunity(closed_at=NOW), person()) == ("closed",)
    assert missing(opportunity(closed_at=NOW), person(status="left")) == ("closed", "not_in_pool")


def test_the_next_rung_fits_and_the_one_above_it_does_not() -> None:
    assert fit(opportunity(rung="senior"), person(rung="feedback"), on=TODAY).fits
    assert reasons(opportunity(rung="governance"), person(rung="improvement")) == ("in_pool", "next_rung")
    assert reasons(opportunity(rung="feedback"), person(rung="senior")) == ("in_pool", "rung")


def test_training_counts_until_its_last_day_and_not_after_it() -> None:
    asks = opportunity(training=("foundations", "committees"))
    good = (credential(SAM, expires_on=TODAY), credential(SAM, code="committees"))
    assert reasons(asks, person(credentials=good))[-2:] == ("training:foundations", "training:committees")
    assert missing(asks, person(credentials=good[1:])) == ("training:foundations",)
    ended = credential(SAM, expires_on=TODAY - DAY)
    assert missing(asks, person(credentials=(ended, good[1]))) == ("training:foundations",)
    assert reasons(asks, person(credentials=(ended, *good)))[-2:] == ("training:foundations", "training:committees")


def test_every_access_need_has_to_be_met() -> None:
    needs = Profile(id=SAM.id, version=1, access_needs=("bsl", "captions"))
    assert missing(opportunity(access=("captions",)), person(profile=needs)) == ("access:bsl",)
    met = opportunity(access=("captions", "bsl", "breaks"))
    assert reasons(met, person(profile=needs))[-2:] == ("access:bsl", "access:captions")


def test_one_shared_area_of_life_is_enough_and_only_what_is_shared_is_a_reason() -> None:
    asks = opportunity(lived_experience=("pain", "rheumatology"))
    knows = Profile(id=SAM.id, version=1, lived_experience=("rheumatology", "cancer"))
    assert reasons(asks, person(profile=knows))[-1] == "lived:rheumatology"
    assert missing(asks, person(profile=None)) == ("lived_experience",)
    assert missing(asks, person(profile=Profile(id=SAM.id, version=1, lived_experience=("cancer",)))) == (
        "lived_experience",
    )
    assert "lived:rheumatology" not in reasons(opportunity(), person(profile=knows))


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


def test_the_reasons_of_a_match_are_never_said_and_end_with_it() -> None:
    of: tuple[UUID, UUID] = (new_id(), SAM.id)
    made, said = matches.make(id=new_id(), of=of, reasons=("in_pool", "lived:pain"), now=NOW)
    assert "pain" not in said.state.model_dump_json()
    ended, _ = matches.end(made, now=NOW)
    assert (ended.reasons, ended.version, ended.ended_at) == ((), 2, NOW)
    again, _ = matches.make_again(ended, reasons=("in_pool",), now=NOW + DAY)
    assert (again.version, again.ended_at, again.matched_at) == (3, None, NOW + DAY)
    other = matches.for_other_reasons(again, reasons=("in_pool", "rung"))
    assert (other.version, other.public()) == (3, again.public())
