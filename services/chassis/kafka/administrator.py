"""Kafka's users and rules of access, asked and changed as its administrator: what aiokafka has no functions for."""

import asyncio
import hashlib
import secrets
from collections.abc import AsyncGenerator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, ClassVar, cast

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import for_code
from aiokafka.protocol.admin import CreateAclsRequest_v1, DeleteAclsRequest_v1, DescribeAclsRequest_v1
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import CompactArray, CompactBytes, CompactString, Int8, Int16, Int32, Schema, TaggedFields

from services.chassis.base.settings import Settings
from services.chassis.kafka.client import ADMIN, client_options

ANSWER_MS = 15000
ITERATIONS = 4096
"""Of hashing a password: the fewest that Kafka takes. Ours are 256 random bits, which gain nothing by more."""
_SHA512, _ALLOW, _ANY = 2, 3, 1
_TEXT = CompactString("utf-8")


class AccessRefused(Exception):
    """Kafka does not let us say who may do what. The message says why."""


class Kind(IntEnum):
    """What a rule is about. The numbers are the protocol's, here and below."""

    TOPIC = 2
    GROUP = 3


class Pattern(IntEnum):
    """How its name is meant: the one, or all that begin so."""

    LITERAL = 3
    PREFIXED = 4


class Operation(IntEnum):
    """What is allowed. Whoever may do one of the last two may also ask about the topic."""

    ALL = 2
    READ = 3
    WRITE = 4


@dataclass(frozen=True, order=True)
class Rule:
    """That a user may do something, from anywhere."""

    user: str
    operation: int
    kind: int
    name: str
    pattern: int = Pattern.LITERAL

    def as_row(self) -> tuple[object, ...]:
        return (self.kind, self.name, self.pattern, f"User:{self.user}", "*", int(self.operation), _ALLOW)


@asynccontextmanager
async def administrator(settings: Settings) -> AsyncGenerator["Administrator"]:
    """Raises KafkaError or OSError when Kafka does not let us in, and BadSettings."""
    client = AIOKafkaAdminClient(**client_options(settings, ADMIN), request_timeout_ms=ANSWER_MS)
    await client.start()
    try:
        yield Administrator(client)
    finally:
        await client.close()


class Administrator:
    """Each method raises AccessRefused when Kafka says no."""

    def __init__(self, client: AIOKafkaAdminClient) -> None:
        self._client = cast(Any, client)

    async def rules(self) -> list[set[Rule]]:
        """What each broker knows to be allowed: they hear of a change one after another."""
        brokers = [broker.nodeId for broker in self._client._client.cluster.brokers()]
        answers = await asyncio.gather(*(self._client._send_request_to_node(one, _Rules()) for one in brokers))
        found: list[set[Rule]] = []
        for answer in answers:
            _refuse(answer.error_code, answer.error_message)
            found.append(
                {
                    Rule(principal.removeprefix("User:"), operation, kind, name, pattern)
                    for kind, name, pattern, rules in answer.resources
                    for principal, _, operation, permission in rules
                    if permission == _ALLOW
                }
            )
        return found

    async def allow(self, rules: Collection[Rule]) -> None:
        answer = await self._client._send_to_controller(_Allow(rules))
        for code, words in answer.creation_responses:
            _refuse(code, words)

    async def revoke(self, rules: Collection[Rule]) -> None:
        answer = await self._client._send_to_controller(_Revoke(rules))
        for code, words, _ in answer.filter_responses:
            _refuse(code, words)

    async def users(self) -> set[str]:
        """Those that have a password."""
        answer = await self._client._send_request(_Users())
        _refuse(answer.error_code, answer.error_message)
        return {user for user, code, *_ in answer.results if code == 0}

    async def set_passwords(self, passwords: Mapping[str, str], *, remove: Collection[str] = ()) -> None:
        """A password that is changed ends no connection; the next one needs the new."""
        hashed = await asyncio.to_thread(lambda: [_hashed(user, password) for user, password in passwords.items()])
        answer = await self._client._send_to_controller(_Passwords(list(remove), hashed))
        for _, code, words, _ in answer.results:
            _refuse(code, words)


def _hashed(user: str, password: str) -> tuple[object, ...]:
    salt = secrets.token_bytes(32)
    return (user, _SHA512, ITERATIONS, salt, hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ITERATIONS), {})


def _refuse(code: int, words: str | None) -> None:
    if code:
        raise AccessRefused(": ".join(filter(None, [for_code(code).__name__, words])))


class _Rules(Request[DescribeAclsRequest_v1]):
    API_KEY = 29

    def build(self, request_struct_class: type[DescribeAclsRequest_v1]) -> DescribeAclsRequest_v1:
        return request_struct_class(_ANY, None, _ANY, None, None, _ANY, _ANY)


class _Allow(Request[CreateAclsRequest_v1]):
    API_KEY = 30

    def __init__(self, rules: Collection[Rule]) -> None:
        self._rules = rules

    def build(self, request_struct_class: type[CreateAclsRequest_v1]) -> CreateAclsRequest_v1:
        return request_struct_class([rule.as_row() for rule in self._rules])


class _Revoke(Request[DeleteAclsRequest_v1]):
    API_KEY = 31

    def __init__(self, rules: Collection[Rule]) -> None:
        self._rules = rules

    def build(self, request_struct_class: type[DeleteAclsRequest_v1]) -> DeleteAclsRequest_v1:
        return request_struct_class([rule.as_row() for rule in self._rules])


# aiokafka does not speak of passwords (KIP-554).


class _UsersAnswer(Response):
    API_KEY = 50  # pyright: ignore[reportIncompatibleMethodOverride, reportAssignmentType]
    API_VERSION = 0  # pyright: ignore[reportIncompatibleMethodOverride, reportAssignmentType]
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        ("error_code", Int16),
        ("error_message", _TEXT),
        (
            "results",
            CompactArray(
                ("user", _TEXT),
                ("error_code", Int16),
                ("error_message", _TEXT),
                ("credentials", CompactArray(("mechanism", Int8), ("iterations", Int32), ("tags", TaggedFields))),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _UsersQuestion(RequestStruct):
    FLEXIBLE_VERSION: ClassVar[bool] = True
    API_KEY = 50
    API_VERSION = 0
    RESPONSE_TYPE = _UsersAnswer
    SCHEMA = Schema(("users", CompactArray(("name", _TEXT), ("tags", TaggedFields))), ("tags", TaggedFields))


class _Users(Request[_UsersQuestion]):
    API_KEY = 50

    def build(self, request_struct_class: type[_UsersQuestion]) -> _UsersQuestion:
        return request_struct_class(None, {})


class _PasswordsAnswer(Response):
    API_KEY = 51  # pyright: ignore[reportIncompatibleMethodOverride, reportAssignmentType]
    API_VERSION = 0  # pyright: ignore[reportIncompatibleMethodOverride, reportAssignmentType]
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "results",
            CompactArray(("user", _TEXT), ("error_code", Int16), ("error_message", _TEXT), ("tags", TaggedFields)),
        ),
        ("tags", TaggedFields),
    )


class _PasswordsQuestion(RequestStruct):
    FLEXIBLE_VERSION: ClassVar[bool] = True
    API_KEY = 51
    API_VERSION = 0
    RESPONSE_TYPE = _PasswordsAnswer
    SCHEMA = Schema(
        ("deletions", CompactArray(("name", _TEXT), ("mechanism", Int8), ("tags", TaggedFields))),
        (
            "upsertions",
            CompactArray(
                ("name", _TEXT),
                ("mechanism", Int8),
                ("iterations", Int32),
                ("salt", CompactBytes),
                ("salted_password", CompactBytes),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _Passwords(Request[_PasswordsQuestion]):
    API_KEY = 51

    def __init__(self, remove: list[str], hashed: list[tuple[object, ...]]) -> None:
        self._remove, self._hashed = remove, hashed

    def build(self, request_struct_class: type[_PasswordsQuestion]) -> _PasswordsQuestion:
        return request_struct_class([(user, _SHA512, {}) for user in self._remove], self._hashed, {})
