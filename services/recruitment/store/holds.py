"""What recruitment holds of a person, for their own page and file (chassis/http/own_data.py)."""

from services.chassis.postgres.holds import Holds

PATH = "/profile/mine/data"
TITLE = "Joining and the pool"
HOLDS = (
    Holds(
        "application",
        "What you wrote when you asked to join",
        "Until you ask us to forget you; if you did not join, as long as the policy says",
        # Who answered, and why, is said when the answer is.
        "select to_jsonb(a) || case when answer is null then jsonb_build_object() else jsonb_build_object('decided_by',"
        " null, 'reason', null, 'would_help', null) end from application a where person_id = $1"
        " order by sent_at desc limit $2",
        kept_back=frozenset({"answer", "answered_at", "undo_until"}),
    ),
    Holds(
        "agreement",
        "What you agreed to",
        "Until you ask us to forget you",
        "select to_jsonb(a) from agreement a where person_id = $1 order by agreed_at desc limit $2",
    ),
    Holds(
        "leader",
        "Your place in the pool",
        "Until you ask us to forget you",
        "select to_jsonb(l) from leader l where id = $1 limit $2",
    ),
    Holds(
        "caseload",
        "Who looks after you, and when you were last in touch",
        "While you are in the pool",
        "select to_jsonb(c) from caseload c where person_id = $1 limit $2",
    ),
    Holds(
        "profile",
        "What would fit you, and what you need",
        "While you are in the pool, or ask to join",
        "select to_jsonb(p) from profile p where person_id = $1 limit $2",
    ),
    Holds(
        "permission",
        "Who may do things for you",
        "Until you take it back",
        "select to_jsonb(p) from permission p where person_id = $1 order by said_at desc limit $2",
    ),
    Holds(
        "note",
        "Notes about talks with you",
        "As long as the policy says, 2 years at first",
        "select to_jsonb(n) from note n where person_id = $1 order by written_at desc limit $2",
    ),
    Holds(
        "rung_evidence",
        "Roles in which you took part, which count for your step",
        "Until you ask us to forget you",
        "select to_jsonb(e) from rung_evidence e where person_id = $1 order by noted_at desc limit $2",
    ),
    Holds(
        "needs",
        "What you need to take part, and whom you let see it",
        "While you are in the pool, or ask to join",
        "select to_jsonb(n) from needs n where person_id = $1 limit $2",
    ),
    Holds(
        "application_question",
        "What you were asked while you joined, and what you said",
        "As long as your application",
        "select to_jsonb(q) from application_question q where person_id = $1 order by asked_at desc limit $2",
    ),
    Holds(
        "declared",
        "What an organisation said about your past",
        "Until you take it out, or ask us to forget you",
        "select to_jsonb(d) from declared d where person_id = $1 order by declared_at desc limit $2",
    ),
    Holds(
        "listed",
        "Who brought you in with a list, until you answer",
        "Until you say yes or no, or as long as the policy says",
        "select to_jsonb(l) from listed l where person_id = $1 limit $2",
    ),
)
