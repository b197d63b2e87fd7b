"""What identity holds of a person, for their own page and file (chassis/http/own_data.py)."""

from services.chassis.postgres.holds import Holds

PATH = "/sign-in/mine/data"
TITLE = "Your account"
HOLDS = (
    Holds(
        "account",
        "Your account",
        "Until you ask us to forget you",
        "select to_jsonb(a) from account a where id = $1 limit $2",
    ),
    Holds(
        "address",
        "Your e-mail to sign in",
        "Until you ask us to forget you",
        "select to_jsonb(a) from address a where account_id = $1 limit $2",
    ),
    Holds(
        "membership",
        "Organisations that you work for",
        "Until you ask us to forget you",
        "select to_jsonb(m) from membership m where account_id = $1 order by valid_from desc limit $2",
    ),
    Holds(
        "session",
        "Where you are signed in",
        "Twice as long as a session can live",
        "select to_jsonb(s) from session s where account_id = $1 order by started_at desc limit $2",
    ),
    Holds(
        "browser",
        "Browsers from which you signed in",
        "400 days after the last time",
        "select to_jsonb(b) from browser b where account_id = $1 order by last_at desc limit $2",
        kept_back=frozenset({"browser_hash"}),
    ),
    Holds(
        "address_change",
        "A change of your e-mail that waits",
        "24 hours after you asked for it",
        "select to_jsonb(c) from address_change c where account_id = $1 limit $2",
        kept_back=frozenset({"letters", "new_hash", "old_hash"}),
    ),
)
