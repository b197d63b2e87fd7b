"""What training decides, without a database."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import ValidationError

from services.chassis.base.refusals import NotFound, Refused
from services.chassis.postgres.transaction import new_id
from services.training.domain import credential as credentials
from services.training.domain import programme as programmes
from services.training.domain import register as registers
from services.training.domain.credential import Attended
from services.training.domain.programme import (
    NoLongerOffered,
    OrganisationClosed,
    PeopleHavePlaces,
    Programme,
    TooManySessions,
)
from services.training.domain.register import NotEnrolled, NotEveryone, OwnAttendance, Register
from services.training.domain.session import (
    AlreadyHeld,
    AlreadyRecorded,
    AlreadyStarted,
    Full,
    InThePast,
    NotStarted,
    Session,
    WhereMissing,
)
from tests.support import organisation
from tests.training.scene import programme_draft, session_draft

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
CHARITY = organisation("X24A1", "Example Voices", "charity")


def with_session(**changes: object) -> tuple[Programme, Session]:
    offered, _ = programmes.offer(programme_draft(), by=CHARITY, id=new_id(), now=NOW, today=TODAY)
    draft = session_draft(starts_at=NOW + timedelta(days=1), places=2)
    added, _ = programmes.add_session(offered, draft, by=CHARITY, id=new_id(), now=NOW, today=TODAY)
    session = replace(added.sessions[0], **changes)  # pyright: ignore[reportArgumentType]
    return replace(added, sessions=(session,)), session


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Finding your voice", "finding_your_voice"),
        ("  Chairing (part 2)! ", "chairing_part_2"),
        ("10 steps", "training_10_steps"),
        ("A", "a"),
        ("صوتك", "training"),
        ("x" * 80, "x" * 31),
    ],
)
def test_a_code_is_made_from_the_title(title: str, code: str) -> None:
    offered, event = programmes.offer(programme_draft(title=title), by=CHARITY, id=new_id(), now=NOW, today=TODAY)
    assert offered.credential == event.state.credential
    assert re.fullmatch(rf"{code}_[a-z2-7]{{8}}", offered.credential)
    assert programme_draft(credential=offered.credential), "a made code can be given to other training"


ALIKE = (
    "صوتك",
    "حقوقك",
    "Ваш голос",
    "声",
    "!",
    "?",
    "Part 1",
    "Part 1!",
    "Part-1",
    "x" * 80,
    "x" * 81,
    "é",
    "e",
    "🙂",
    "A",
    "a.",
)


def test_codes_of_different_titles_and_of_different_organisations_are_never_equal() -> None:
    """Two Arabic titles became one code, and a role that asked for one training took the other."""
    codes = {programmes.code_of(title, by=by) for title in ALIKE for by in (CHARITY.id, new_id())}
    assert len(codes) == 2 * len(ALIKE)


def test_the_same_training_offered_anew_has_the_same_code_however_its_title_is_spelled() -> None:
    assert len({programmes.code_of(title, by=CHARITY.id) for title in ("Café", "Cafe\u0301", "CAFÉ")}) == 1


def test_a_given_code_is_kept() -> None:
    offered, _ = programmes.offer(
        programme_draft(credential="foundations"), by=CHARITY, id=new_id(), now=NOW, today=TODAY
    )
    assert offered.credential == "foundations"


@pytest.mark.parametrize(
    "changes", [{"title": "  "}, {"summary": ""}, {"credential": "Not A Code"}, {"lasts_months": 0}, {"else": 1}]
)
def test_a_draft_that_cannot_be_a_programme_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        programme_draft(**changes)


@pytest.mark.parametrize(
    "changes",
    [{"places": 0}, {"places": 101}, {"hours": 0}, {"mode": "by_pigeon"}, {"starts_at": "2026-03-03T10:00:00"}],
)
def test_a_draft_that_cannot_be_a_session_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        session_draft(**changes)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"starts_at": NOW - timedelta(minutes=6)}, InThePast),
        ({"starts_at": NOW + timedelta(days=800)}, InThePast),
        ({"mode": "in_person"}, WhereMissing),
        ({"mode": "hybrid", "place": "  "}, WhereMissing),
    ],
)
def test_a_session_that_cannot_be_held_is_refused(changes: dict[str, object], refusal: type[Refused]) -> None:
    offered, _ = with_session()
    draft = session_draft(**({"starts_at": NOW + timedelta(days=1)} | changes))
    with pytest.raises(refusal):
        programmes.add_session(offered, draft, by=CHARITY, id=new_id(), now=NOW, today=TODAY)


def test_a_session_may_start_as_people_arrive() -> None:
    offered, _ = with_session()
    draft = session_draft(starts_at=NOW - timedelta(minutes=4))
    added, event = programmes.add_session(offered, draft, by=CHARITY, id=new_id(), now=NOW, today=TODAY)
    assert [one.starts_at for one in event.state.sessions] == sorted(one.starts_at for one in added.sessions)
    assert event.state.version == offered.version + 1


def test_a_programme_has_a_most_of_sessions() -> None:
    offered, session = with_session()
    offered = replace(offered, sessions=(session,) * 100)
    with pytest.raises(TooManySessions):
        programmes.add_session(
            offered, session_draft(starts_at=NOW + timedelta(days=1)), by=CHARITY, id=new_id(), now=NOW, today=TODAY
        )


def test_a_closed_organisation_offers_nothing() -> None:
    closed = CHARITY.model_copy(update={"valid_to": date(2026, 3, 1)})
    offered, _ = with_session()
    with pytest.raises(OrganisationClosed):
        programmes.offer(programme_draft(), by=closed, id=new_id(), now=NOW, today=TODAY)
    with pytest.raises(OrganisationClosed):
        programmes.add_session(
            offered, session_draft(starts_at=NOW + timedelta(days=1)), by=closed, id=new_id(), now=NOW, today=TODAY
        )


def test_places_are_taken_until_there_are_none() -> None:
    offered, session = with_session()
    offered, _ = programmes.take_place(offered, session.id, now=NOW)
    offered, event = programmes.take_place(offered, session.id, now=NOW)
    assert event.state.sessions[0].places_taken == 2
    with pytest.raises(Full):
        programmes.take_place(offered, session.id, now=NOW)


def test_a_place_cannot_be_taken_in_a_session_that_is_over_recorded_withdrawn_or_unknown() -> None:
    offered, session = with_session()
    with pytest.raises(AlreadyHeld):
        programmes.take_place(offered, session.id, now=session.ends_at)
    recorded, session = with_session(recorded_on=TODAY)
    with pytest.raises(AlreadyHeld):
        programmes.take_place(recorded, session.id, now=NOW)
    gone, session = with_session()
    with pytest.raises(NoLongerOffered):
        programmes.take_place(replace(gone, withdrawn_at=NOW), session.id, now=NOW)
    with pytest.raises(NotFound):
        programmes.take_place(offered, new_id(), now=NOW)


def test_a_place_can_be_given_back_until_the_session_starts() -> None:
    offered, session = with_session(places_taken=1)
    given_back, _ = programmes.give_place_back(offered, session.id, now=NOW)
    assert given_back.sessions[0].places_taken == 0
    with pytest.raises(AlreadyStarted):
        programmes.give_place_back(offered, session.id, now=session.starts_at)


def test_a_session_that_has_started_waits_for_the_trainer_until_it_is_recorded() -> None:
    offered, session = with_session(places_taken=1)
    asked, event = programmes.ask_who_came(offered, now=session.starts_at)
    [waiting] = event.state.waiting
    assert (waiting.role, waiting.what, waiting.about) == ("trainer", "record_training", session.id)
    assert (waiting.organisation_id, waiting.since) == (CHARITY.id, session.starts_at)
    assert waiting.link == f"/training/for/X24A1/sessions/{session.id}"
    _, recorded = programmes.record(asked, session.id, by=new_id(), on=TODAY, now=session.ends_at)
    assert recorded and recorded.state.waiting == () and recorded.state.sessions[0].held


def test_a_place_taken_after_the_start_waits_at_once_and_an_empty_session_does_not() -> None:
    offered, session = with_session(starts_at=NOW)
    _, event = programmes.take_place(offered, session.id, now=NOW)
    assert [one.about for one in event.state.waiting] == [session.id]
    assert programmes.ask_who_came(offered, now=NOW)[1].state.waiting == ()


def test_who_came_is_recorded_from_the_start_on_and_put_right_on_the_same_day_only() -> None:
    offered, session = with_session(places_taken=1)
    with pytest.raises(NotStarted):
        programmes.record(offered, session.id, by=new_id(), on=TODAY, now=NOW)
    recorded, _ = programmes.record(offered, session.id, by=new_id(), on=TODAY, now=session.ends_at)
    assert programmes.record(recorded, session.id, by=new_id(), on=TODAY, now=session.ends_at) == (recorded, None)
    with pytest.raises(AlreadyRecorded):
        programmes.record(recorded, session.id, by=new_id(), on=TODAY + timedelta(days=1), now=session.ends_at)


def test_a_programme_is_withdrawn_once_and_not_while_people_have_places() -> None:
    offered, _ = with_session()
    withdrawn, event = programmes.withdraw(offered, now=NOW)
    assert event.state.withdrawn_at == NOW
    with pytest.raises(NoLongerOffered):
        programmes.withdraw(withdrawn, now=NOW)
    with pytest.raises(PeopleHavePlaces):
        programmes.withdraw(with_session(places_taken=1)[0], now=NOW)


def test_a_register_names_everybody_with_a_place_once_and_nobody_else() -> None:
    sam, kim, trainer = new_id(), new_id(), new_id()
    registers.check(Register(attended=[sam], absent=[kim]), enrolled=[sam, kim], by=trainer)
    for wrong, refusal in (
        (Register(attended=[sam]), NotEveryone),
        (Register(attended=[sam, kim], absent=[kim]), NotEveryone),
        (Register(attended=[sam, sam]), NotEveryone),
        (Register(attended=[sam], absent=[sam]), NotEveryone),
        (Register(attended=[sam, kim, new_id()]), NotEnrolled),
    ):
        with pytest.raises(refusal):
            registers.check(wrong, enrolled=[sam, kim], by=trainer)
    with pytest.raises(OwnAttendance):
        registers.check(Register(attended=[sam], absent=[kim]), enrolled=[sam, kim], by=sam)


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 3, 2), 12, date(2027, 3, 2)),
        (date(2026, 12, 15), 13, date(2028, 1, 15)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 1, 1), None, None),
    ],
)
def test_a_credential_is_good_for_whole_months(day: date, months: int | None, last: date | None) -> None:
    assert credentials.last_good_day(day, months) == last


def test_a_credential_is_awarded_again_for_another_session_only() -> None:
    programme, session = with_session()
    by = Attended(session.id, session.starts_at, TODAY)
    awarded, event = credentials.award(programme, by, to=new_id(), id=new_id())
    assert event.state.awarded_at == session.starts_at
    assert credentials.award_again(awarded, programme, by) is None
    again = credentials.award_again(awarded, programme, Attended(new_id(), session.ends_at, TODAY))
    assert again and (again[0].id, again[0].version) == (awarded.id, 2)
