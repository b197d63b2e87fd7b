"""What engagements holds of a person, for their own page and file (chassis/http/own_data.py)."""

from services.chassis.postgres.holds import Holds

PATH = "/engagements/mine/data"
TITLE = "Roles that you take part in"
HOLDS = (
    Holds(
        "engagement",
        "Roles for which you showed interest, and your places",
        "Until you ask us to forget you",
        "select to_jsonb(e) from engagement e where person_id = $1 order by interested_at desc limit $2",
    ),
    Holds(
        "interest_words",
        "What you wrote to the organisations",
        "As long as the role that it is about",
        "select to_jsonb(w) from interest_words w where person_id = $1 order by engagement_id desc limit $2",
    ),
    Holds(
        "arranged",
        "What is arranged of what you need",
        "As long as the role that it is about",
        "select to_jsonb(a) from arranged a where person_id = $1 order by arranged_at desc limit $2",
    ),
)
