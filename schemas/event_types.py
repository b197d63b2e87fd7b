"""What an event is called outside: its CloudEvents type, a reverse-DNS name made of its topic and its name.

`OpportunityPosted` on `matching.opportunity` is `uk.patientnetwork.matching.opportunity.posted.v1`. The last part is
the topic's: what old readers cannot take is a new topic (`….v2`), and so another type. Types once published stay
(`schemas/published/types.json`): to rename a class is refused.
"""

import re

AUTHORITY = "uk.patientnetwork"
_EDITION = re.compile(r"\.v(\d+)$")
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def type_of(topic: str, state: str, name: str) -> str:
    """The type of the event of this name; `state` is the name of the class of its topic, which is not said twice."""
    rest = name.removeprefix(state)
    said = rest if rest[:1].isupper() else name
    edition = _EDITION.search(topic)
    words = _WORD.sub("_", said).lower()
    return f"{AUTHORITY}.{_EDITION.sub('', topic)}.{words}.v{edition[1] if edition else 1}"
