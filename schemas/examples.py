"""A golden example of each event: a whole Kafka record, made once and then kept, that current code must always read.

Made from the contract: required fields and lists always have a value, what may be none has one only in the examples
where it has happened (`_HAPPENED`) and in `…Restated`, which shows everything. Nobody in them is real.
"""

import hashlib
import types
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, Union, get_args, get_origin
from uuid import UUID

from annotated_types import Ge, Gt
from pydantic.fields import FieldInfo

from schemas.compatibility import Schema
from schemas.contracts import AnyFact, contract_of, known_values
from schemas.event import Contract, Envelope, Erased, State

_FIRST = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
_LATER_DAYS = {"starts_at": 30, "apply_by": 20, "until": 1, "feedback_by": 60, "valid_to": 365, "expires_on": 730}
"""Days after _FIRST at which a moment lies that is still to come."""
_TEXTS = {
    "called": "Amina",
    "reference": "PL-7K3Q",
    "ods_code": "RX9A1",
    "name": "Fellbeck Hospitals Trust",
    "title": "A seat on the pain pathway meeting",
    "summary": "Tell us how the pain pathway feels from the waiting room on, and help us to mend it.",
    "what_will_change": "We will rewrite the pathway with you and show what changed.",
    "what_changed": "The first letter now says how long people wait.",
    "time_commitment": "Two hours a month, and one hour to prepare.",
    "place": "Fellbeck Hospital, room 4",
    "source": "Involvement payment policy, Fellbeck Hospitals Trust, version 3",
    "credential": "foundations",
    "link": "/home",
    "unit": "session",
    "status": "approved",
    "kind": "person",
    "stage": "sent",
    "role": "coordinator",
    "training": "foundations",
}
_SELDOM = ("waiting", "successors", "ended_sessions")
"""Lists that are empty until something happened."""
_SAME_AS = {
    "account": "person",
    "leader": "person",
    "profile": "person",
    "intake": "opportunity",
    "payer": "organisation",
}
"""Things that share their id."""
_HAPPENED: dict[str, dict[str, str | None]] = {
    "OrganisationRegistered": {"kind": "trust"},
    "OrganisationChanged": {"kind": "trust"},
    "OrganisationClosed": {"kind": "trust", "valid_to": None, "successors": None},
    "OrganisationRestated": {"kind": "trust"},
    "SessionEnded": {"ended_sessions": None},
    "LeaderLeft": {"status": "left", "left_at": None},
    "ApplicationApproved": {"stage": "approved", "decided_at": None},
    "ApplicationDeclined": {"stage": "declined", "decided_at": None},
    "ApplicationWithdrawn": {"stage": "withdrawn", "decided_at": None},
    "ProgrammeWithdrawn": {"withdrawn_at": None},
    "CredentialAwarded": {"expires_on": None},
    "OpportunityPosted": {"pay": None},
    "OpportunityChanged": {"pay": None},
    "OpportunityWithdrawn": {"pay": None, "withdrawn": None, "closed_at": None},
    "OpportunityClosed": {"pay": None, "closed_at": None},
    "MatchEnded": {"ended_at": None},
    "IntakeClosed": {"closed_at": None},
    "OutcomeRecorded": {"closed_at": None, "outcome": None},
    "InterestShown": {"status": "interested"},
    "PlaceOffered": {"status": "offered", "offer": None},
    "PlaceAccepted": {"status": "accepted", "offer": None, "accepted_at": None},
    "PlaceDeclined": {"status": "declined", "offer": None, "ended_at": None},
    "InterestWithdrawn": {"status": "withdrawn", "ended_at": None},
    "PersonNotChosen": {"status": "not_chosen", "ended_at": None},
    "AttendanceRecorded": {"status": "accepted", "accepted_at": None, "attended": None, "recorded_at": None},
    "EngagementEnded": {"status": "ended", "accepted_at": None, "ended_at": None, "told_at": None},
    "EngagementRestated": {"status": "ended"},
    "RateCardClosed": {"valid_to": None},
    "ClaimDrafted": {"status": "needs_details"},
    "ClaimReady": {"status": "ready"},
    "ClaimSent": {"status": "sent", "sent_at": None},
    "ClaimApproved": {"status": "approved", "sent_at": None, "approved_at": None},
    "ClaimReturned": {"status": "returned"},
    "ClaimDeclined": {"status": "declined"},
    "ClaimCancelled": {"status": "cancelled"},
    "ClaimPaid": {"status": "paid", "sent_at": None, "approved_at": None, "paid_at": None},
    "ClaimRestated": {"status": "paid"},
    "MessageQueued": {"kind": "match_made", "status": "queued"},
    "MessageSent": {"kind": "match_made", "status": "sent", "sent_at": None},
    "MessageFailed": {"kind": "match_made", "status": "failed"},
    "MessageRestated": {"kind": "match_made", "status": "sent"},
}
"""By event: which fields that may be none or empty have a value after it, and the codes that differ from `_TEXTS`."""


def example_of(fact: AnyFact) -> Schema:
    """One record of this event, as it lies on the topic: topic, key, headers and value. The same at each call.

    Raises pydantic's ValidationError when a field refuses the text made for it: give it one in `_TEXTS`.
    """
    topic, model = fact.of.topic, contract_of(fact)[1]
    state = _contract(model, _Telling(fact)) | {"id": _id(topic.split(".")[1]), "version": 9 if model is Erased else 3}
    read = model.model_validate(state)
    assert isinstance(read, State | Erased)
    envelope = Envelope(
        id=_id(fact.__name__),
        type=fact.__name__,
        source="/" + topic.split(".")[0],
        time=_FIRST,
        subject=read.id,
        version=read.version,
        correlation_id=_id("correlation"),
        traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    )
    headers = {name: value.decode() for name, value in envelope.headers()}
    return {"topic": topic, "key": str(read.id), "headers": headers, "value": read.model_dump(mode="json")}


class _Telling:
    """What one example tells: which fields have happened, and its codes."""

    def __init__(self, fact: AnyFact) -> None:
        self._everything = fact.__name__.endswith("Restated")
        self._happened = _HAPPENED.get(fact.__name__, {})

    def has(self, field: str) -> bool:
        return self._everything or field in self._happened

    def text(self, field: str) -> str:
        return self._happened.get(field) or _TEXTS.get(field, "example")


def _contract(model: type[Contract], telling: _Telling) -> dict[str, Any]:
    return {name: _field(name, field, telling) for name, field in model.model_fields.items()}


def _field(name: str, field: FieldInfo, telling: _Telling) -> Any:
    choices = get_args(field.annotation) if get_origin(field.annotation) in (Union, types.UnionType) else ()
    if type(None) in choices:
        kind = next(choice for choice in choices if choice is not type(None))
        return _value(name, kind, field, telling) if telling.has(name) else None
    if name in _SELDOM and not telling.has(name):
        return ()
    return _value(name, field.annotation, field, telling)


def _value(name: str, kind: Any, field: FieldInfo, telling: _Telling) -> Any:
    """A value of this kind. Raises KeyError for a kind that no contract has had so far."""
    if get_origin(kind) is Literal:
        return get_args(kind)[0]
    if get_origin(kind) is tuple:
        return (_value(name, get_args(kind)[0], field, telling),)
    if isinstance(kind, type) and issubclass(kind, Contract):
        return _contract(kind, telling)
    if kind is str:
        known = known_values(field.description or "")
        said = telling.text(name)
        return known[0] if known and said not in known else said
    at = _FIRST + timedelta(days=_LATER_DAYS.get(name, 0))
    least = next((one.ge for one in field.metadata if isinstance(one, Ge)), None)
    above = next((one.gt for one in field.metadata if isinstance(one, Gt)), None)
    values: dict[Any, Any] = {
        UUID: _id(name.removesuffix("_id")),
        datetime: at,
        date: at.date(),
        bool: True,
        int: 7500 if name.endswith("_pence") else least or 0,
        float: 2.0 if above is not None else 0.0,
    }
    return values[kind]


def _id(name: str) -> UUID:
    """A UUIDv7 that is the same for the same name."""
    digest = hashlib.sha256(_SAME_AS.get(name, name).encode()).digest()
    moment = int(_FIRST.timestamp() * 1000).to_bytes(6, "big")
    raw = bytearray(moment + digest[:10])
    raw[6], raw[8] = 0x70 | raw[6] & 0x0F, 0x80 | raw[8] & 0x3F
    return UUID(bytes=bytes(raw))
