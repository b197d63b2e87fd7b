"""What may happen to an application, a leader and a profile."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from services.recruitment.domain import agreement, application, applying, leader, profile, welcome
from services.recruitment.domain.agreement import Policy
from services.recruitment.domain.application import Applicant, Application, Draft, Screening

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NETWORK = Screening(uuid4(), "QNX")
IN_FORCE = {
    kind: Policy(kind, "2", "The network", date(2026, 1, 1), kind, "words")
    for kind in ("code_of_conduct", "data_notice")
}


def sent(**changes: object) -> Application:
    draft = Draft(full_name="Samira Example", why="I know the pain clinic.", code_of_conduct="2", data_notice="2")
    person = Applicant(uuid4(), "Sam")
    made, _ = applying.send(draft, id=uuid4(), of=person, to=NETWORK, now=NOW)
    return made


def answers(**given: object) -> profile.Answers:
    return profile.Answers.model_validate(given)


def test_a_sent_application_waits_for_the_welcome_team_and_carries_no_words() -> None:
    made = sent()
    public = made.public()
    [waiting] = public.waiting
    assert (waiting.organisation_id, waiting.role, waiting.since) == (NETWORK.organisation_id, "screener", NOW)
    assert waiting.link == f"/people/for/QNX/{made.id}"
    assert "Samira" not in public.model_dump_json()
    assert "pain" not in public.model_dump_json()


@pytest.mark.parametrize("end", ["approve", "decline", "withdraw"])
def test_an_application_that_ended_waits_for_nobody_and_cannot_be_answered(end: str) -> None:
    made = sent()
    by = uuid4()
    ended = {
        "approve": lambda: welcome.approve(made, by=by, now=NOW),
        "decline": lambda: welcome.decline(made, by=by, why=("Not now", "A talk"), now=NOW),
        "withdraw": lambda: applying.withdraw(made, now=NOW),
    }[end]()[0]
    assert ended.public().waiting == ()
    assert (ended.public().decided_at is None) == (end == "withdraw")
    with pytest.raises(welcome.AlreadyAnswered):
        welcome.approve(ended, by=by, now=NOW)
    with pytest.raises(applying.NothingToTakeBack):
        applying.withdraw(ended, now=NOW)


def test_nobody_answers_their_own_application() -> None:
    made = sent()
    with pytest.raises(welcome.OwnApplication):
        welcome.approve(made, by=made.person_id, now=NOW)
    with pytest.raises(welcome.OwnApplication):
        welcome.decline(made, by=made.person_id, why=("No", "Time"), now=NOW)


def test_a_machine_cannot_ask_to_join() -> None:
    draft = Draft(full_name="Robot", why="Because")
    with pytest.raises(applying.NoApplicationsFromMachines):
        applying.send(draft, id=uuid4(), of=Applicant(uuid4(), "Bot", kind="machine"), to=NETWORK, now=NOW)


def test_only_the_edition_in_force_can_be_agreed_to() -> None:
    agreement.check_agreed({"code_of_conduct": "2", "data_notice": "2"}, IN_FORCE)
    with pytest.raises(agreement.CodeNotAgreed):
        agreement.check_agreed({"code_of_conduct": "1", "data_notice": "2"}, IN_FORCE)
    with pytest.raises(agreement.NoticeNotAgreed):
        agreement.check_agreed({"code_of_conduct": "2", "data_notice": ""}, IN_FORCE)


def test_a_reference_has_no_letters_that_are_read_as_others() -> None:
    assert not set(leader.REFERENCE_LETTERS) & set("0O1ILSBZUAEY")
    assert leader.reference("7K3Q") == "PL-7K3Q"


def test_who_left_can_come_back_with_the_reference_and_the_rung_they_had() -> None:
    there, _ = leader.join(person_id=uuid4(), called="Sam", reference="PL-7K3Q", now=NOW)
    climbed = leader.climb(there)
    assert climbed
    left, _ = leader.leave(climbed[0], now=NOW)
    with pytest.raises(leader.NotInPool):
        leader.leave(left, now=NOW)
    back, _ = leader.join_again(left, called="Sammy", now=NOW + timedelta(days=1))
    assert (back.status, back.called, back.reference, back.rung) == ("approved", "Sammy", "PL-7K3Q", "improvement")
    assert (back.left_at, back.version) == (None, 4)
    with pytest.raises(application.AlreadyInPool):
        leader.join_again(back, called="Sammy", now=NOW)


def test_only_the_first_rung_is_climbed_by_taking_part() -> None:
    there, _ = leader.join(person_id=uuid4(), called="Sam", reference="PL-7K3Q", now=NOW)
    climbed = leader.climb(there)
    assert climbed and climbed[0].rung == "improvement"
    assert leader.climb(climbed[0]) is None
    assert leader.climb(there.model_copy(update={"rung": "senior"})) is None


def give(before: profile.Profile | None, given: profile.Answers):
    return profile.give(before, given, person_id=uuid4(), entered_by=None, notice="1", now=NOW)


def test_health_data_needs_consent_to_the_edition_in_force() -> None:
    for consent in ("", "0"):
        with pytest.raises(agreement.ConsentNeeded):
            give(None, answers(lived_experience=["pain"], health_consent=consent))
    kept, event = give(None, answers(lived_experience=["pain"], health_consent="1"))
    assert kept.consent == profile.Consent("1", NOW)
    assert type(event).__name__ == "ProfileGiven"


def test_an_empty_answer_takes_consent_back_and_the_first_consent_keeps_its_day() -> None:
    first, _ = give(None, answers(access_needs="bsl", health_consent="1"))
    later = profile.give(
        first,
        answers(access_needs=["bsl"], health_consent="1"),
        person_id=first.person_id,
        entered_by=None,
        notice="1",
        now=NOW + timedelta(days=3),
    )
    assert later[0].consent == first.consent
    assert later[1] is None
    bare, event = give(first, answers(health_consent="1"))
    assert bare.consent is None
    assert type(event).__name__ == "ProfileChanged"


def test_one_tick_is_a_list_and_an_unknown_answer_is_refused() -> None:
    assert answers(strands="research").strands == ["research"]
    assert answers(modes=["remote", "in_person", "remote"]).modes == ["in_person", "remote"]
    with pytest.raises(ValueError, match="from the answers"):
        answers(access_needs=["a limousine"])


def test_a_profile_is_emptied_once() -> None:
    full, _ = give(None, answers(strands=["research"], access_needs=["bsl"], health_consent="1"))
    emptied = profile.empty(full)
    assert emptied
    assert emptied[0].public() == profile.Profile(full.person_id, full.version + 1).public()
    assert profile.empty(emptied[0]) is None
