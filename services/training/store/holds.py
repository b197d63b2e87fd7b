"""What training holds of a person, for their own page and file (chassis/http/own_data.py)."""

from services.chassis.postgres.holds import Holds

PATH = "/training/mine/data"
TITLE = "Training"
HOLDS = (
    Holds(
        "enrolment",
        "Training that you booked",
        "Until you ask us to forget you",
        "select to_jsonb(e) from enrolment e where person_id = $1 order by enrolled_at desc limit $2",
    ),
    Holds(
        "credential",
        "Training that you completed",
        "Until you ask us to forget you",
        "select to_jsonb(c) from credential c where person_id = $1 order by awarded_at desc limit $2",
    ),
)
