"""What matching holds of a person, for their own page and file (chassis/http/own_data.py)."""

from services.chassis.postgres.holds import Holds

PATH = "/matches/mine/data"
TITLE = "Roles that fit you"
HOLDS = (
    Holds(
        "subscription",
        "What you want to be told of",
        "Until you ask us to forget you",
        "select to_jsonb(s) from subscription s where person_id = $1 limit $2",
    ),
    Holds(
        "match",
        "Roles that were found to fit you",
        "Until you ask us to forget you",
        "select to_jsonb(m) from match m where person_id = $1 order by matched_at desc limit $2",
    ),
)
