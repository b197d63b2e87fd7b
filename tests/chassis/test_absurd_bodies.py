"""Whatever is sent as a body, a parameter or a key: what is wrong is said of each, and none is a fault of ours."""

import inspect
import json
import re
import secrets
from typing import Any
from urllib.parse import quote

import httpx
from fastapi.dependencies.utils import get_flat_params

from services import load
from services.chassis.app import routes
from services.chassis.http.problems import PROBLEM
from services.chassis.postgres.transaction import new_id
from services.cli.demo.in_process import Rooms
from tests.support import Database
from tests.town import Somebody, town
from tests.typed_models import bodies

ABSURD = {
    "yes": "true",
    "a list in a list": "[[]]",
    "an object": '{"a": {"b": 1}}',
    "nothing": "null",
    "too small": "1e-9",
    "endless": "1e400",
    "no number": "NaN",
    "30 noughts": "1" + "0" * 30,
    "half a character": '"\\ud800"',
    "a NUL": '"\\u0000"',
    "turned round": '"a\\u202eb"',
    "for private use": '"\\ue000"',
    "the year 1": '"0001-01-01T00:00:00Z"',
    "the year 9999": '"9999-12-31T23:59:59-12:00"',
}
OF_A_HELPER = "/v1/for/{ods}/people/{person_id}/"
"""At their addresses the functions of one's own answer, which are asked anyway."""
WITHOUT_A_ROOM = {"/api/identity/v1/bootstrap", "/api/identity/v1/recover"}
"""They need the start secret, and are called before there is anybody."""
ALL_ROLES = ("coordinator", "approver", "finance", "trainer", "screener", "operator")


NO_OBJECTS = ("[]", "1", "null", '"a"', "{", '{"\\ud800": 1}', '{"a": ' + "[" * 2000 + "]" * 2000 + "}")
REFUSED = (400, 404, 409, 410, 422)


OF_ONE_ITEM: list[tuple[str, dict[str, Any], dict[str, str]]] = [
    (
        "/api/recruitment/v1/mine/profile",
        {"strands": ["research", "", "gold"], "languages": ["Polish", "Klingon"]},
        {"strands.2": "Number 3: Choose what kind of work fits", "languages.1": "Number 2: We do not know"},
    ),
    (
        "/api/identity/v1/organisations/QZZ/staff",
        {"called": "Kim", "email": "kim@x.example", "roles": ["trainer", "king"]},
        {"roles.1": "Number 2: Choose what they may do"},
    ),
    (
        "/api/matching/v1/organisations/QZZ/opportunities",
        {"work": {"title": "", "needed": 5}, "criteria": ["Short.", "x" * 300], "expenses": ["gold"], "access": [7]},
        {
            "work.title": "Enter what the piece of work is called",
            "work.needed": "Enter who asked for it",
            "criteria.1": "Number 2: Shorten line 2 of what you choose by",
            "expenses.0": "Number 1: Choose which expenses you pay",
            "access.0": "Number 1: Choose what is there for people",
        },
    ),
    (
        f"/api/engagements/v1/organisations/QZZ/intakes/{new_id()}/sessions/{new_id()}/attendance",
        {"attended": ["x"], "hours": {"x": 1, "01900000-0000-7000-8000-000000000001": "lots"}},
        {
            "attended.0": "Number 1: Choose who came",
            "hours.x": "This is not an id",
            "hours.01900000-0000-7000-8000-000000000001": "Enter how many hours they were there",
        },
    ),
]


async def test_every_write_refuses_every_absurd_body_in_words(database: Database) -> None:
    """`PUT … {"strands": true}` was a fault of ours; `true` was a penny, and 1e-9 hours stopped a reaction later."""
    database.settings = database.settings.model_copy(update={"limits_times": 1000})
    async with town(database) as network:
        kai = await network.hire(network.ada, "QZZ", "Kai", *ALL_ROLES)
        await network.join(kai)
        people, wrong = (kai, network.ada), list[str]()
        for door, model in bodies().items():
            method, path = door.split(" ")
            if OF_A_HELPER in path:
                continue
            for why, value in ABSURD.items() if path not in WITHOUT_A_ROOM else ():
                body = "{" + ", ".join(f'"{name}": {value}' for name in model.model_fields) + "}"
                answers = [await send(network.rooms, who, (method, path), body) for who in people]
                wrong += (
                    [f"{door}: {why} was answered {[a.status_code for a in answers]}"] if are_wrong(answers) else []
                )
                wrong += [f"{door}: {why} has no words: {a.text}" for a in answers if not has_words(a)]
        assert not wrong, "\n".join(wrong)
        for body in NO_OBJECTS:
            answer = await send(network.rooms, kai, ("PUT", "/api/matching/v1/mine/subscription"), body)
            assert (answer.status_code in (400, 422), answer.headers["content-type"]) == (True, PROBLEM), body
        for path in ("/api/matching/v1/mine/subscription", "/api/recruitment/v1/mine/profile"):
            answer = await send(network.rooms, kai, ("PUT", path), '{"strands": true}')
            assert (answer.status_code, "from the answers" in answer.json()["errors"]["strands"]) == (422, True)
        for path, body, said in OF_ONE_ITEM:
            who = network.ada if "identity" in path else kai
            answer = await send(network.rooms, who, ("PUT" if "mine" in path else "POST", path), json.dumps(body))
            assert answer.status_code == 422, answer.text
            for where, words in said.items():
                assert answer.json()["errors"][where].startswith(words), answer.text


PARAMETERS = {"endless": "9" * 1500, "a NUL": "a\x00", "no day": "2027-02-30T10:00:00Z", "turned round": "a\u202eb"}


async def test_every_parameter_of_every_address_is_refused_in_words_that_name_it(database: Database) -> None:
    """Of the list's `after`, of `set_at`, of a name that is too long: pages and the API say what they ask for."""
    database.settings = database.settings.model_copy(update={"limits_times": 1000})
    async with town(database) as network:
        kai = await network.hire(network.ada, "QZZ", "Kai", *ALL_ROLES, "admin")
        named, wrong, seen = set[str](), list[str](), set[Any]()
        for service in load():
            client = browser(network.rooms, kai, service.name)
            for route in routes(service):
                asked = in_address(route)
                if (does := inspect.unwrap(route.endpoint)) in seen:
                    continue  # at a helper's address the same function answers
                seen.add(does)
                for why, value in PARAMETERS.items() if "GET" in route.methods else ():
                    for path in {filled(route.path, new_id()), filled(route.path, value)}:
                        answer = await client.get(path, params=dict.fromkeys(asked, value))
                        wrong += [f"{path[:80]}: {why}: {told}" for told in what_is_wrong(answer, asked)]
                        named |= set(answer.json().get("errors", {})) if is_told(answer) else set()
            await client.aclose()
        assert not wrong, "\n".join(wrong)
        assert {"after", "sort", "find", "parked_after"} <= named
        answer = await browser(network.rooms, kai, "matching").get("/opportunities", params={"sort": "9" * 50})
        assert answer.status_code == 422
        assert "Shorten the order of the list: it can have 40 characters at most" in answer.text


async def test_a_key_that_is_none_and_a_day_that_is_none_are_named_as_fields_are(database: Database) -> None:
    async with town(database) as network:
        client = browser(network.rooms, network.ada, "recruitment")
        at = "/api/recruitment/v1/organisations/QZZ/policies/code_of_conduct/next"
        for key, said in (("", "Send an"), ("k" * 256, "255 characters at most"), ("a\tb", "a hidden character")):
            answer = await client.delete(at, headers={"idempotency-key": key})
            assert answer.status_code == 400
            assert said in answer.json()["errors"]["Idempotency-Key"]
        answer = await client.delete(at, headers={"idempotency-key": "1"}, params={"set_at": "soon"})
        assert answer.status_code == 422
        asked = "Enter when the next edition was set with its offset from UTC, like 2027-03-27T10:00:00Z"
        assert answer.json()["errors"] == {"set_at": asked}


async def test_a_body_that_may_be_left_out_is_told_of_as_any_other(database: Database) -> None:
    async with town(database) as network:
        fin = await network.hire(network.ada, "QZZ", "Fin", "finance")
        for path, sent, said in (
            ("/api/identity/v1/mine/forget", '{"loses_pence": "much"}', "Enter what you are owed"),
            ("/api/payments/v1/organisations/QZZ/runs", '{"seen": 123}', "Enter what you saw"),
        ):
            answer = await send(network.rooms, fin, ("POST", path), sent)
            [words] = answer.json()["errors"].values()
            assert (answer.status_code, words.startswith(said)) == (422, True), answer.text


def in_address(route: Any) -> list[str]:
    """The names of what may stand behind the question mark."""
    params: list[Any] = get_flat_params(route.dependant)
    return [one.alias for one in params if one.field_info.in_.value == "query"]


def what_is_wrong(answer: httpx.Response, asked: list[str]) -> list[str]:
    if answer.status_code >= 500:
        return [f"a fault: {answer.text[:200]}"]
    if not is_told(answer):
        return []
    errors: dict[str, str] = answer.json().get("errors", {})
    if not errors:
        return [f"it says of no parameter what is wrong: {answer.text[:200]}"]
    wrong = [f"{name} is no parameter of it" for name in errors if name not in asked]
    return wrong + [words for words in errors.values() if re.search(r"[Ii]nput|[Ss]tring|should", words)]


def is_told(answer: httpx.Response) -> bool:
    return answer.status_code == 422 and answer.headers["content-type"] == PROBLEM


def filled(path: str, value: object) -> str:
    parts = path.replace("{ods}", "QZZ").split("/")
    return "/".join(quote(str(value)) if part.startswith("{") else part for part in parts)


def browser(rooms: Rooms, who: Somebody, service: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=rooms.apps[service].asgi, raise_app_exceptions=False)
    headers = {"authorization": f"Bearer {who.token}"}
    return httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers, timeout=30)


def are_wrong(answers: list[httpx.Response]) -> bool:
    """A fault, or nobody who may write was heard. A secret that is none is refused by who it would be."""
    is_secret = answers[0].url.path.endswith("/tokens")
    heard = any(one.status_code in (200, 201, *REFUSED) or (is_secret and one.status_code == 403) for one in answers)
    return not heard or any(one.status_code >= 500 for one in answers)


def has_words(answer: httpx.Response) -> bool:
    return answer.is_success or (bool(answer.json()["detail"]) and all(answer.json().get("errors", {"": "x"}).values()))


async def send(rooms: Rooms, who: Somebody, to: tuple[str, str], body: str) -> httpx.Response:
    method, path = to
    for name, value in {"{ods}": "QZZ", "{kind}": "code_of_conduct"}.items():
        path = path.replace(name, value)
    path = "/".join(str(new_id()) if part.startswith("{") else part for part in path.split("/"))
    service = path.split("/")[2]
    transport = httpx.ASGITransport(app=rooms.apps[service].asgi, raise_app_exceptions=False)
    headers = {
        "authorization": f"Bearer {who.token}",
        "idempotency-key": secrets.token_hex(8),
        "content-type": "application/json",
    }
    async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers, timeout=30) as client:
        return await client.request(method, path, content=body)
