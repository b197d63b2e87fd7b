"""What `tx.emit` puts into the outbox: one row an event, however many events, by one statement."""

from collections.abc import Sequence
from typing import Any

from uuid_utils.compat import uuid7

from schemas.event import AnyEvent
from services.chassis.base.refusals import Refused

MAX_EVENT_BYTES = 256 * 1024

# Most transactions emit one, which as arrays of one would take a third longer.
ADD_ONE = """
insert into outbox (topic, key, version, event_id, type, value, correlation_id, traceparent, happened_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
# `seq` is given after the sort: in the order of the events.
ADD_MANY = """
insert into outbox (topic, key, version, event_id, type, value, correlation_id, traceparent, happened_at)
select topic, key, version, event_id, type, value, $7, $8, $9
from unnest($1::text[], $2::uuid[], $3::bigint[], $4::uuid[], $5::text[], $6::text[]) with ordinality
    as event (topic, key, version, event_id, type, value, number) order by number
"""
# As the schema's owner: whoever asks to be forgotten reads nothing of the outbox (migration 0018).
DROP_OLDER = "select drop_older_events($1::text[], $2::uuid[], $3::bigint[])"


class EventTooLarge(Refused, slug="too-much-text", title="Too much text", status=422):
    """This is too much text to be kept together. Shorten it, or take away something that is no longer needed."""


def columns_of(events: Sequence[AnyEvent]) -> tuple[list[Any], ...]:
    """Topics, keys, versions, ids, names and values. Raises EventTooLarge."""
    states = [event.state for event in events]
    names, values = [type(event).__name__ for event in events], [state.model_dump_json() for state in states]
    for value in values:
        if len(value) > MAX_EVENT_BYTES or len(value.encode()) > MAX_EVENT_BYTES:
            raise EventTooLarge
    return (
        [event.of.topic for event in events],
        [state.id for state in states],
        [state.version for state in states],
        [uuid7() for _ in events],
        names,
        values,
    )
