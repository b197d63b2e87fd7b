"""The documents of the APIs: sound, with all that a client needs to read and to write, and true in their examples."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import jsonschema_rs

from services import NAMES
from tests.api.generator import check
from tests.documented import document
from tests.shape.each import of_each

KEYLESS = {
    "first_start",
    "recover",
    "exchange_secret",
    "demo_sign_in",
    "demo_account",
    "start_to_join",
    "show_who_i_am",
    "sign_in_with_mailbox",
    "complain_as_stranger",
}
"""Writes without a key: they make tokens, each time a new one, or work once; and a stranger's complaint."""


def operations() -> list[tuple[str, str, str, dict[str, Any]]]:
    """The service, the method, the path and what the document says of it."""
    return [
        (name, method, path, operation)
        for name in NAMES
        for path, methods in document(name)["paths"].items()
        for method, operation in methods.items()
    ]


def name_of(one: tuple[str, str, str, dict[str, Any]]) -> str:
    return f"{one[1].upper()} {one[2]}"


def test_each_document_is_sound(tmp_path: Path) -> None:
    for name in NAMES:
        (tmp_path / name).write_text(json.dumps(document(name)))
    check(*(tmp_path / name for name in NAMES))


@of_each(operations, name_of)
def test_each_operation_says_what_it_answers_in_types(one: tuple[str, str, str, dict[str, Any]]) -> None:
    answers = one[3]["responses"]
    good = [status for status in answers if status.startswith("2")]
    assert len(good) == 1, f"it has {good}"
    for kind, said in answers[good[0]]["content"].items():
        assert said["schema"], f"{kind} is of no type"
        assert kind != "application/json" or said["schema"].get("additionalProperties") is not True
    assert "HTTPValidationError" not in json.dumps(answers)


@of_each(operations, name_of)
def test_each_write_asks_for_a_token_and_a_key_and_each_read_for_none(
    one: tuple[str, str, str, dict[str, Any]],
) -> None:
    _, method, _, operation = one
    asks = "Idempotency-Key" in [parameter["name"] for parameter in operation.get("parameters", ())]
    assert asks == (method != "get" and operation["operationId"] not in KEYLESS)
    if asks:
        assert operation["security"] == [{"bearer": []}]
        assert {"400", "401", "403"} <= operation["responses"].keys()


@of_each(operations, name_of)
def test_each_operation_says_in_words_what_it_does(one: tuple[str, str, str, dict[str, Any]]) -> None:
    assert one[3].get("description"), "its function has no docstring"


@of_each(NAMES, str)
def test_names_are_unique_and_readable(service: str) -> None:
    found = Counter(operation["operationId"] for name, _, _, operation in operations() if name == service)
    assert [name for name, times in found.items() if times > 1] == []
    schemas = document(service)["components"]["schemas"]
    assert [name for name in schemas if "__" in name or not name.isidentifier()] == []


SCHEMA = frozenset(
    (
        *("$ref", "$defs", "type", "format", "title", "description", "default", "examples", "const", "enum"),
        *("anyOf", "oneOf", "allOf", "not", "properties", "required", "additionalProperties", "propertyNames"),
        *("items", "prefixItems", "minItems", "maxItems", "uniqueItems", "minLength", "maxLength", "pattern"),
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "discriminator"),
        *("contentMediaType", "contentEncoding", "minProperties", "maxProperties", "readOnly", "writeOnly"),
    )
)
"""The words of JSON Schema 2020-12 and OpenAPI 3.1 that ours use. Others begin with `x-`."""


def schemas_in(node: Any, *, is_schema: bool = False) -> Iterator[dict[str, Any]]:
    """Every schema of a document, however deep. What an example or an enum holds is none."""
    if isinstance(node, list):
        for one in cast("list[Any]", node):
            yield from schemas_in(one, is_schema=is_schema)
    elif isinstance(node, dict):
        known = cast("dict[str, Any]", node)
        if is_schema:
            yield known
        for key, value in known.items():
            if key in ("example", "examples", "default", "enum", "const"):
                continue
            if key in ("properties", "$defs", "schemas") and isinstance(value, dict):
                for one in cast("dict[str, Any]", value).values():
                    yield from schemas_in(one, is_schema=True)
            else:
                yield from schemas_in(value, is_schema=key == "schema" or is_schema)


@of_each(NAMES, str)
def test_schemas_say_only_what_their_readers_know(service: str) -> None:
    """As `redocly lint --extends=recommended` reads them (tried by hand: its packages are in no lock)."""
    strange = {
        word for schema in schemas_in(document(service)) for word in schema if not word.startswith("x-")
    } - SCHEMA
    assert strange == set()


@of_each(operations, name_of)
def test_each_body_has_an_example_that_is_true(one: tuple[str, str, str, dict[str, Any]]) -> None:
    service, _, _, operation = one
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if body is None:
        return
    assert body.get("examples"), f"{body['schema']} has no example"
    whole = body["schema"] | {"components": document(service)["components"]}
    checking = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
    for example in body["examples"].values():
        checking.validate(example["value"])


@of_each(NAMES, str)
def test_each_problem_in_the_examples_is_one_that_could_be_answered(service: str) -> None:
    components = document(service)["components"]
    whole = components["schemas"]["Problem"]
    for slug, example in components["examples"].items():
        jsonschema_rs.validate(whole, example["value"])
        assert example["value"]["type"].endswith(f"#{slug}")
