"""`pln tour`: the main job over HTTP, with what it printed held to what is promised."""

import socket

import pytest

from services.cli.local.ports import LOOPBACK
from tests.journeys.network import Network
from tests.journeys.tour import Toured, start_tour

pytestmark = pytest.mark.timeout(240)

STEP_KEYS = {"name", "who", "ok", "seconds", "events", "error"}


def test_the_tour_goes_from_post_to_payment(toured: Toured) -> None:
    assert toured.printed is not None, toured.said
    failed = [(step["name"], step["error"]) for step in toured.printed["steps"] if not step["ok"]]
    assert failed == []
    assert toured.printed["ok"] is True
    assert toured.code == 0


def test_the_tour_prints_what_a_machine_was_promised(toured: Toured) -> None:
    assert toured.printed is not None, toured.said
    assert set(toured.printed) == {"ok", "steps", "commit_to_mirror_ms", "verified"}
    timing = toured.printed["commit_to_mirror_ms"]
    assert set(timing) == {"p50", "p99", "n"}
    assert timing["n"] > 0
    assert 0 <= timing["p50"] <= timing["p99"]
    for step in toured.printed["steps"]:
        assert set(step) == STEP_KEYS
        assert step["name"]
        assert step["who"]
        assert all(set(event) == {"type", "id"} for event in step["events"])


def test_the_tour_ends_with_the_checker_which_finds_every_promise_kept(toured: Toured) -> None:
    assert toured.printed is not None, toured.said
    verified = toured.printed["verified"]
    assert verified["broken"] == []
    assert verified["ok"] is True
    assert verified["counted"]["claims paid"] >= 1


def test_the_tour_shows_the_events_of_the_main_job_in_their_order(toured: Toured) -> None:
    assert toured.printed is not None, toured.said
    said = [event["type"] for step in toured.printed["steps"] for event in step["events"]]
    in_order = ["OpportunityPosted", "AccountOpened", "ApplicationSent", "LeaderApproved", "CredentialAwarded"]
    in_order += ["InterestShown", "PlaceOffered", "PlaceAccepted", "ClaimReady", "ClaimSent", "ClaimApproved"]
    in_order += ["ClaimPaid", "EngagementEnded"]
    assert [name for name in in_order if name not in said] == []
    first = [said.index(name) for name in in_order]
    assert first == sorted(first)
    assert len({event["id"] for step in toured.printed["steps"] for event in step["events"]}) == len(said)


def test_the_tour_works_its_role_sessions_a_reserve_list_and_a_reminder(toured: Toured) -> None:
    assert toured.printed is not None, toured.said
    caused = {step["name"]: [event["type"] for event in step["events"]] for step in toured.printed["steps"]}
    assert caused["Add two more sessions"].count("SessionsAdded") == 2
    moved = caused["Move one session, cancel one"]
    assert {"SessionChanged", "SessionsCancelled"} <= {*moved}
    assert "PutOnReserveList" in caused["Put Robin on the reserve list"]
    assert "PlaceOffered" in caused["Offer a place with pay"], "to the first of the list"
    assert [name for name in caused if name.startswith("Be reminded")] != []


def test_on_the_tour_a_person_and_a_coordinator_write_to_each_other_between_an_offer_and_its_answer(
    toured: Toured,
) -> None:
    assert toured.printed is not None, toured.said
    names = [step["name"] for step in toured.printed["steps"]]
    first = names.index("Offer a place with pay") + 1
    asks, answers, reads = toured.printed["steps"][first : first + 3]
    assert names[first + 3] == "Accept the place"
    assert asks["who"] == reads["who"] == "Robin" != answers["who"]
    said = [[event["type"] for event in step["events"]] for step in (asks, answers)]
    assert said[0] == ["ConversationWritten"]
    assert said[1][:2] == ["ConversationWritten", "MessageQueued"]


def test_each_step_of_the_tour_is_done_by_who_may_do_it(toured: Toured) -> None:
    assert toured.printed is not None, toured.said
    who = {step["name"]: step["who"] for step in toured.printed["steps"]}
    staff = ["Post an opportunity", "Screen and approve", "Approve the claim", "Make the payment run"]
    assert len({who[name] for name in [*staff, "Send the claim"]}) == 5


def test_a_tour_whose_step_fails_says_which_and_exits_non_zero(network: Network) -> None:
    with socket.socket() as nobody:
        nobody.bind((LOOPBACK, 0))  # bound and not listening: whoever connects is refused
        unread = f"http://{LOOPBACK}:{nobody.getsockname()[1]}"
        toured = start_tour(network, PLN_MAILBOX_URL=unread).finish()
    assert toured.code != 0
    assert toured.printed is not None, toured.said
    assert toured.printed["ok"] is False
    assert [step["ok"] for step in toured.printed["steps"]][-1] is False
    assert toured.printed["steps"][-1]["error"]
    assert "Traceback" not in toured.said


def test_a_tour_of_a_network_that_does_not_answer_is_one_sentence(network: Network) -> None:
    with socket.socket() as nobody:
        nobody.bind((LOOPBACK, 0))
        toured = start_tour(network, PLN_BASE_URL=f"http://{LOOPBACK}:{nobody.getsockname()[1]}").finish()
    assert toured.code != 0
    assert "Traceback" not in toured.said
    assert toured.said.strip()
