"""A golden example of each contract: made once for each edition and then kept, that current code must always read.

One of each public state, one of `erased` and one of the envelope. Made from the contract: it shows every field, also
what seldom happens, so that whatever a later version loses is noticed. Nobody in them is real.
"""

import hashlib
import json
import types
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, Union, cast, get_args, get_origin
from uuid import UUID

from annotated_types import Ge, Gt
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from schemas.compatibility import Schema
from schemas.contracts import ENVELOPE, ERASED, known_values, states
from schemas.event import Contract, Envelope, Erased, type_named

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
    "phone": "01632 960 100",
    "mailbox": "involvement@fellbeck.example",
    "hours": "Monday to Friday, 9am to 4pm",
    "address": "Education centre\nFellbeck Hospital\nFellbeck",
    "postcode": "FB1 4QQ",
    "access": "Step-free from the car park; a hearing loop; an accessible toilet beside the door.",
    "place": "Fellbeck Hospital, room 4",
    "source": "Involvement payment policy, Fellbeck Hospitals Trust, version 3",
    "credential": "foundations",
    "link": "/home",
    "unit": "session",
    "status": "approved",
    "kind": "person",
    "stage": "sent",
    "talk_how": "phone",
    "role": "coordinator",
    "training": "foundations",
}
_SAME_AS = {
    "account": "person",
    "leader": "person",
    "profile": "person",
    "intake": "opportunity",
    "payer": "organisation",
}
"""Things that share their id."""
_CODES: dict[str, dict[str, str]] = {
    "identity.organisation": {"kind": "trust"},
    "recruitment.leader": {"status": "left"},
    "recruitment.application": {"stage": "approved"},
    "engagements.engagement": {"status": "ended"},
    "payments.claim": {"status": "paid"},
    "notifications.message": {"kind": "match_made", "status": "sent"},
}
"""By topic: the codes that differ from `_TEXTS`, so that they agree with all that has happened."""


def example_of(name: str) -> Schema:
    """An example of the contract of this name that shows every field. The same at each call.

    Raises pydantic's ValidationError when a field refuses the text made for it: give it one in `_TEXTS`.
    """
    model = model_of(name)
    if not issubclass(model, Contract):
        return _envelope()
    id, version = (_id("account"), 9) if name == ERASED else (_id(name.split(".")[1]), 3)
    fields = _contract(model, _TEXTS | _CODES.get(name, {}))
    return written_again(model, fields | {"id": str(id), "version": version})


def model_of(name: str) -> type[Contract] | type[Envelope]:
    """What reads the contract of this name."""
    models: dict[str, Any] = {**states(), ERASED: Erased, ENVELOPE: Envelope}
    return models[name]


def written_again(model: type[Contract] | type[Envelope], example: Schema) -> Schema:
    """What current code makes of an example: read, then written. Raises ValueError or KeyError when it cannot read."""
    if issubclass(model, Contract):
        return model.model_validate_json(json.dumps(example)).model_dump(mode="json")
    headers = Envelope.read([(name, value.encode()) for name, value in example.items()]).headers()
    return {name: value.decode() for name, value in headers}


def losses_of(name: str, example: Schema) -> list[str]:
    """What current code does not keep of an example of this contract."""
    try:
        return losses(example, written_again(model_of(name), example))
    except ValidationError as refused:
        return [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in refused.errors()]
    except (ValueError, KeyError) as refused:
        return [f"current code cannot read it: {refused!r}"]


def losses(before: Any, after: Any, at: str = "") -> list[str]:
    """Every value of `before` that `after` has not, at any depth. What only `after` has is a default: no loss."""
    if isinstance(before, dict) and isinstance(after, dict):
        found: list[str] = []
        for name, value in cast("Schema", before).items():
            where = f"{at}.{name}".lstrip(".")
            found += losses(value, after[name], where) if name in after else [f"{where} is gone"]
        return found
    if isinstance(before, list) and isinstance(after, list):
        old, new = cast("list[Any]", before), cast("list[Any]", after)
        if len(old) != len(new):
            return [f"{at}: {len(old)} items became {len(new)}"]
        return [one for n, value in enumerate(old) for one in losses(value, new[n], f"{at}[{n}]")]
    return [] if before == after else [f"{at}: {before!r} became {after!r}"]


def _envelope() -> Schema:
    """The headers of the record that posts the opportunity of its example."""
    envelope = Envelope(
        id=_id("OpportunityPosted"),
        type=type_named("matching.opportunity", "OpportunityPosted"),
        source="https://network.example/matching",
        time=_FIRST,
        subject=_id("opportunity"),
        version=3,
        correlation_id=_id("correlation"),
        traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        dataschema="https://network.example/developers/published/matching.opportunity.v1.json",
    )
    return {name: value.decode() for name, value in envelope.headers()}


def _contract(model: type[Contract], texts: dict[str, str]) -> dict[str, Any]:
    return {name: _value(name, field.annotation, field, texts) for name, field in model.model_fields.items()}


def _value(name: str, kind: Any, field: FieldInfo, texts: dict[str, str]) -> Any:
    """A JSON value of this kind. Raises KeyError for a kind that no contract has had so far."""
    if get_origin(kind) in (Union, types.UnionType):
        return _value(name, next(one for one in get_args(kind) if one is not type(None)), field, texts)
    if get_origin(kind) is Literal:
        return get_args(kind)[0]
    if get_origin(kind) is tuple:
        return [_value(name, get_args(kind)[0], field, texts)]
    if isinstance(kind, type) and issubclass(kind, Contract):
        return _contract(kind, texts)
    if kind is str:
        known = known_values(field.description or "")
        said = texts.get(name, "example")
        return known[0] if known and said not in known else said
    at = _FIRST + timedelta(days=_LATER_DAYS.get(name, 0))
    least = next((one.ge for one in field.metadata if isinstance(one, Ge)), None)
    above = next((one.gt for one in field.metadata if isinstance(one, Gt)), None)
    values: dict[Any, Any] = {
        UUID: str(_id(name.removesuffix("_id"))),
        datetime: at.isoformat(),
        date: at.date().isoformat(),
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
