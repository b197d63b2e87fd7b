"""One role as a line of the RPDE feed: `data` is a schema.org JobPosting, with our own facts in it.

A line is written once for each change and put into pages as it is. It has a sign in the place of the network's address,
which is a setting: no text can hold that sign, since JSON writes it otherwise.
"""

import json
from typing import Any
from uuid import UUID

from services.chassis.base.plain_text import plain_line, plain_lines
from services.matching import schema_org
from services.matching.facts_of_role import facts
from services.matching.store.opportunities import Listed

EDITION = "2"
"""Of how a line is written: when it changes, all lines are written anew by the clock."""
KIND = "JobPosting"
BASE = b"\x01"
"""The sign: the bare byte, never within a text of JSON."""
_BASE = "\ud800"
"""The same while it is text: half of a pair, which no text of people can hold either."""


def line(listed: Listed, number: int) -> bytes:
    head = f'{{"state":"updated","kind":"{KIND}","id":"{listed.opportunity.id}","modified":{number},"data":'
    return head.encode() + _json(job_posting(listed)) + b"}"


def gone(id: UUID, number: int) -> bytes:
    return f'{{"state":"deleted","kind":"{KIND}","id":"{id}","modified":{number}}}'.encode()


def _json(data: dict[str, Any]) -> bytes:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.encode(errors="surrogatepass").replace(_BASE.encode(errors="surrogatepass"), BASE)


def job_posting(listed: Listed) -> dict[str, Any]:
    """The same posting that the page of the role has, in plain text, with all of its sessions and our own facts."""
    o = listed.opportunity
    said = schema_org.posting(o, listed.organisation, base_url=_BASE) | {
        "title": plain_line(o.title),
        "description": "\n\n".join(plain_lines(one) for one in (o.summary, o.what_will_change) if one.strip()),
        "pln:opportunity": {"@type": "@json", "@value": facts(listed)},
    }
    sessions = [schema_org.event(o, one, listed.organisation, base_url=_BASE) for one in o.sessions]
    return said | ({"subjectOf": sessions} if sessions else {})
