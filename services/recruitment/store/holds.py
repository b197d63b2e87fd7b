"""What recruitment holds of a person, and of an organisation, for them to read and take away.

See chassis/http/own_data.py and organisations_data.py.
"""

from services.chassis.postgres.holds import Holds
from services.chassis.postgres.organisations_data import File, LeftOut, OrganisationsData

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
        "closed_record",
        "Which other record of yours we keep, if this one was closed",
        "Until you ask us to forget you, or ask to join again",
        "select to_jsonb(c) from closed_record c where person_id = $1 limit $2",
        kept_back=frozenset({"kept_id"}),
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

OF_ORGANISATION = OrganisationsData(
    "recruitment",
    "/people/for/{ods}/data",
    "Joining, and people who let you help them",
    files=(
        File(
            "may_help",
            "People who said that your staff may do things for them",
            "select p.person_id as person, l.state ->> 'called' as called, l.reference, p.said_at from permission p"
            " left join leader l on l.id = p.person_id where p.organisation_id = $1 and p.may_act"
            " order by p.said_at, p.person_id",
        ),
        File(
            "applications",
            "People who asked to join (of the organisation that runs the network)",
            "select a.id as application, 'AP-' || upper(a.reference_key) as reference, a.person_id as person, a.called,"
            " a.stage, a.sent_at, a.moved_at, a.talk_at, a.answer_by, a.ended_at, a.held_by, a.entered_by"
            " from application a where a.organisation_id = $1 order by a.sent_at, a.id",
        ),
        File(
            "lists",
            "Lists of people that you brought in, and numbers of what came of them",
            "select id as list, file_name, uploaded_by, uploaded_at, stage, lines as sent, refused, people, said_yes,"
            " said_no, silent, handed_on_at, done_at from register_import where organisation_id = $1"
            " order by uploaded_at, id",
        ),
        File(
            "welcome_team",
            "Who is in the welcome team",
            "select account_id as account, called, valid_from, valid_to from welcomer where organisation_id = $1"
            " order by valid_from, account_id",
        ),
        File(
            "cover",
            "Who covers for which coordinator",
            "select coordinator_id as coordinator, cover_id as cover, until, set_by, set_at from cover"
            " where organisation_id = $1 order by set_at, coordinator_id",
        ),
        File(
            "hand_overs",
            "All people of a coordinator handed over at once",
            "select id as hand_over, from_id as from_whom, to_id as to_whom, ordered_by, ordered_at, done_at"
            " from hand_over where organisation_id = $1 order by ordered_at, id",
        ),
    ),
    left_out=(
        LeftOut(
            "The lines of lists that you brought in, and what they say of people's past",
            "They stand in your own file, with how people are reached. The lines go when their person answers, or after"
            " two weeks; what they say of somebody's past is then theirs to put right or take out",
            frozenset({"register_line", "listed", "declared"}),
        ),
        LeftOut(
            "What people wrote when they asked to join, what they were asked, and why somebody could not join now",
            "Only the welcome team reads it, and it goes when its person is forgotten",
            frozenset({"application_question"}),
        ),
        LeftOut(
            "People in the pool, who looks after whom, and notes of talks",
            "The pool is everybody's and belongs to no organisation; notes are read by their person and who looks after"
            " them",
            frozenset({"caseload", "note"}),
        ),
        LeftOut(
            "Profiles, needs and what people agreed to",
            "They are the person's own, who lets others see them or not",
            frozenset({"profile", "needs", "agreement"}),
        ),
        LeftOut(
            "People who may be written down twice",
            "Only the network's welcome team looks at them, and never at a pair that they are part of or entered",
            frozenset({"duplicate", "closed_record"}),
        ),
    ),
)
