"""The envelope as a contract: the JSON Schema of the headers that schemas.event.Envelope reads and writes."""

from schemas.compatibility import Schema

_UUID: Schema = {"type": "string", "format": "uuid"}
HEADERS: Schema = {
    "type": "object",
    "description": "CloudEvents 1.0.2, Kafka protocol binding, binary content mode.",
    "properties": {
        "ce_specversion": {"const": "1.0"},
        "ce_id": _UUID | {"description": "names this event; the same when it is sent twice"},
        "ce_source": {
            "type": "string",
            "format": "uri-reference",
            "description": "the network and its service, as an absolute URI (in records of before: /<service>)",
        },
        "ce_type": {
            "type": "string",
            "description": "what happened, a reverse-DNS name; types.json has each with our own (as it was before)",
        },
        "ce_dataschema": {
            "type": "string",
            "format": "uri",
            "description": "where the JSON Schema of the value is, in the edition in which it was written",
        },
        "ce_time": {
            "type": "string",
            "format": "date-time",
            "description": "when it happened, with the offset from UTC",
        },
        "ce_subject": _UUID | {"description": "the thing it is about; equals the key"},
        "ce_aggregateversion": {
            "type": "string",
            "pattern": "^[1-9][0-9]*$",
            "description": "the version of the state; the only order there is",
        },
        "ce_correlationid": _UUID | {"description": "everything that followed from one request carries the same"},
        "ce_traceparent": {"type": "string", "description": "W3C trace context"},
        "content-type": {"const": "application/json"},
    },
    "required": [
        "ce_specversion",
        "ce_id",
        "ce_source",
        "ce_type",
        "ce_time",
        "ce_subject",
        "ce_aggregateversion",
        "ce_correlationid",
        "content-type",
    ],
}
