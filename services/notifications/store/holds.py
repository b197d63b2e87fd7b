"""What notifications holds of a person, for their own page and file (chassis/http/own_data.py)."""

from services.chassis.postgres.holds import Holds

PATH = "/messages/mine/data"
TITLE = "Messages to you"
HOLDS = (
    Holds(
        "contact_point",
        "How we reach you",
        "Until you ask us to forget you",
        "select to_jsonb(c) from contact_point c where person_id = $1 limit $2",
    ),
    Holds(
        "message",
        "What we wrote to you",
        "Until you ask us to forget you",
        "select to_jsonb(m) from message m where person_id = $1 order by queued_at desc limit $2",
        # The link that shows that an address is theirs is for that mailbox alone.
        kept_back=frozenset({"link"}),
    ),
    Holds(
        "waiting_item",
        "What waits for you to do",
        "Until it is done",
        "select to_jsonb(w) from waiting_item w where person_id = $1 order by since desc limit $2",
    ),
    Holds(
        "phone_call",
        "When we rang you, and what came of it",
        "400 days",
        "select to_jsonb(c) from phone_call c where person_id = $1 order by rung_at desc limit $2",
    ),
)
