"""What payments holds of a person, for their own page and file (chassis/http/own_data.py)."""

from services.chassis.postgres.holds import Holds

PATH = "/claims/mine/data"
TITLE = "Your pay"
HOLDS = (
    Holds(
        "payee",
        "Who is paid",
        "Until you ask us to forget you; what was paid, for 6 years",
        "select to_jsonb(p) from payee p where person_id = $1 limit $2",
    ),
    Holds(
        "payee_version",
        "Your bank details, and those before",
        "Until you ask us to forget you; what was paid, for 6 years",
        "select to_jsonb(v) from payee_version v where person_id = $1 order by given_at desc limit $2",
        masked=frozenset({"account_number"}),
    ),
    Holds(
        "payee_to_confirm",
        "Bank details that staff entered for you, and that wait for a call-back",
        "Until they are confirmed, or you give others, or ask us to forget you",
        "select to_jsonb(w) from payee_to_confirm w where person_id = $1 limit $2",
        masked=frozenset({"account_number"}),
    ),
    Holds(
        "details_change",
        "When your bank details were changed",
        "Until you ask us to forget you",
        "select to_jsonb(d) from details_change d where person_id = $1 order by changed_at desc limit $2",
    ),
    Holds(
        "claim",
        "Your claims",
        "6 years after they were paid, because the law says so",
        "select to_jsonb(c) from claim c where person_id = $1 order by drafted_at desc limit $2",
    ),
    Holds(
        "payment",
        "What you were paid",
        "6 years, because the law says so",
        "select to_jsonb(p) from payment p where person_id = $1 order by paid_at desc limit $2",
    ),
    Holds(
        "household",
        "Whom you said you live with",
        "Until you say that you no longer do, or ask us to forget you",
        "select to_jsonb(h) from household h where one = $1 or other = $1 order by said_at desc limit $2",
    ),
)
