"""Every page of one's own exists at a helper's address too, or it is named here why it is the person's alone."""

import re
from typing import Any

import pytest

from schemas.helping import ALONE, DONE, HELPER, SEEN_AT, for_person
from services import NAMES
from services.chassis.http.own_api import for_them
from tests.shape.sources import routes

SIGNS_IN = "how they sign in, where they are signed in, and their account itself: whoever could change it could be them"
HOLDS = ("engagements", "matches", "messages", "claims", "profile", "training")
THEIRS_ALONE = {
    "/sign-in/mine": SIGNS_IN,
    "/sign-in/mine/name": SIGNS_IN,
    "/sign-in/mine/forget": SIGNS_IN,
    "/sign-in/mine/address": SIGNS_IN,
    "/sign-in/mine/address/stop": SIGNS_IN,
    "/sign-in/mine/sessions": SIGNS_IN,
    "/sign-in/mine/sessions/{id}/end": SIGNS_IN,
    "/sign-in/mine/sessions/end-others": SIGNS_IN,
    "/sign-in/mine/invitations": "a member of staff answers for themselves, and is no patient leader in it",
    "/sign-in/mine/invitations/{id}/accept": "as above",
    "/sign-in/mine/invitations/{id}/decline": "as above",
    "/messages/mine/confirm": "the link in a letter shows that a mailbox is theirs",
    "/messages/mine/first": "where somebody begins, before they have an account that can sign in",
    "/messages/mine/started": "as above",
    "/messages/mine/read": "what somebody has read is theirs alone to say, and nobody else sees it",
    "/messages/mine/shown": "what somebody shows that it is them by",
    "/profile/mine/notes": "a coordinator writes them for the person, and no other helper reads what was talked about",
    **{f"/{noun}/mine/data": "a copy of all that a room holds goes to nobody else" for noun in HOLDS},
    **{f"/{noun}/mine/data/file": "the same" for noun in HOLDS},
    "/sign-in/mine/data/file": SIGNS_IN,
    "/messages/mine/calendar": "whoever has the address reads where somebody is, without signing in",
    "/messages/mine/calendar/{id}/stop": "as above",
    "/payments/mine/household": "a code that two people give each other, so that it is true",
    "/payments/mine/household/code": "as above",
    "/payments/mine/household/{with_id}/end": "as above",
}
"""Pages, and forms sent to them, that no helper opens; and why."""
ALONE_IN_THE_API = {
    "identity": {"": SIGNS_IN},
    "notifications": {
        "/contact": "staff enter it at an address of their own, /organisations/{ods}/people/…/contact",
        "/contact/confirm": "the link in a letter shows that a mailbox is theirs",
        "/messages/read": "what somebody has read is theirs alone to say, and nobody else sees it",
        "/shown": "what somebody shows that it is them by",
        "/calendar-addresses": "whoever has one reads where somebody is, without signing in",
    },
    "payments": {"/household": "a code that two people give each other, so that it is true"},
    "recruitment": {"/notes": "a coordinator reads them at the organisation's address, and no other helper does"},
}
"""What of the API begins with these below `/mine`, and why no helper has it; nor a copy of all data (`/data`)."""
OWN = re.compile(r"/[a-z-]+/mine(/|$)|/home$|/engagements/interest/")


def pages(service: str) -> list[Any]:
    return [route for route in routes(service) if not route.path.startswith("/api/")]


def methods_at(service: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for route in pages(service):
        found.setdefault(route.path, set()).update(route.methods - {"HEAD"})
    return found


@pytest.mark.parametrize("service", NAMES)
def test_a_page_of_ones_own_is_a_helpers_too_or_named_with_its_reason(service: str) -> None:
    at = methods_at(service)
    lost = [
        f"{method} {path}"
        for path, methods in at.items()
        if OWN.match(path) and path not in THEIRS_ALONE
        for method in methods - at.get(for_person(path), set())
    ]
    assert lost == []


def test_what_is_named_as_theirs_alone_is_there_and_no_helper_changes_anything_by_it() -> None:
    at = {path: methods for service in NAMES for path, methods in methods_at(service).items()}
    assert THEIRS_ALONE.keys() <= at.keys()
    helpers = {for_person(path) for path in THEIRS_ALONE} - THEIRS_ALONE.keys()
    assert [path for path in helpers if at.get(path, {"GET"}) != {"GET"}] == []


def test_whoever_helps_is_told_of_what_is_theirs_alone_why() -> None:
    assert {one.address for one in ALONE} <= THEIRS_ALONE.keys()
    assert [one.address for one in ALONE if not one.why.endswith(".")] == []


@pytest.mark.parametrize("service", NAMES)
def test_whatever_a_helper_can_send_says_what_it_does_in_the_persons_list(service: str) -> None:
    silent = [
        route.path
        for route in pages(service)
        if "/people/{person_id}" in route.path
        and "POST" in route.methods
        and getattr(route.endpoint, "does", "") not in DONE
    ]
    assert silent == []


def test_nothing_stands_in_the_words_that_no_helper_can_do() -> None:
    done = {getattr(route.endpoint, "does", "") for service in NAMES for route in routes(service)}
    assert DONE.keys() == done - {""}


def test_whatever_was_done_for_somebody_stands_on_a_page_of_their_own() -> None:
    at = {path: methods for service in NAMES for path, methods in methods_at(service).items()}
    assert SEEN_AT.keys() == DONE.keys()
    assert [path for path in SEEN_AT.values() if "GET" not in at.get(path, ())] == []


@pytest.mark.parametrize("service", NAMES)
def test_what_is_ones_own_in_the_api_is_a_helpers_too_by_one_rule_or_named_with_its_reason(service: str) -> None:
    start, alone = f"/api/{service}/v1", (*ALONE_IN_THE_API.get(service, {}), "/data")
    at = {(route.path.removeprefix(start), *route.methods): route for route in routes(service)}
    own = {key: route for key, route in at.items() if key[0] == "/mine" or key[0].startswith("/mine/")}
    for (path, *methods), route in own.items():
        if path.removeprefix("/mine").startswith(alone):
            assert (HELPER + path.removeprefix("/mine"), *methods) not in at, path
            continue
        theirs = at[for_them(path), *methods]
        assert theirs.endpoint is route.endpoint, path
        assert "GET" in methods or getattr(route.endpoint, "does", "") in DONE, path
        entries = [call.call for call in theirs.dependant.dependencies if hasattr(call.call, "may_enter")]
        assert entries and all("helper" in one.may_enter for one in entries), path  # pyright: ignore[reportUnknownArgumentType]
