"""What notifications holds of a person, and of an organisation, for them to read and take away.

See chassis/http/own_data.py and organisations_data.py.
"""

from services.chassis.postgres.holds import Holds
from services.chassis.postgres.organisations_data import File, LeftOut, OrganisationsData

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
        "select to_jsonb(m) || case when m.list_month is null then '{}'::jsonb else jsonb_build_object('roles_in_it',"
        " (select jsonb_agg(role) from monthly_list l, unnest(l.roles) as role where l.month = m.list_month"
        " and not role = any(m.left_out))) end from message m where person_id = $1 order by queued_at desc limit $2",
        # The link that shows that an address is theirs is for that mailbox alone.
        kept_back=frozenset({"link"}),
    ),
    Holds(
        "monthly_choice",
        "Whether you get the monthly list of open roles, where you said so",
        "Until you ask us to forget you",
        "select to_jsonb(w) from monthly_choice w where person_id = $1 limit $2",
    ),
    Holds(
        "how_told",
        "How often you want to be told, where you said so",
        "Until you ask us to forget you",
        "select to_jsonb(h) from how_told h where person_id = $1 order by kinds limit $2",
    ),
    Holds(
        "message_read",
        "Which of your messages you have opened",
        "Until you ask us to forget you",
        "select to_jsonb(r) from message_read r where person_id = $1 order by read_at desc limit $2",
    ),
    Holds(
        "waiting_item",
        "What waits for you to do",
        "Until it is done",
        "select to_jsonb(w) from waiting_item w where person_id = $1 order by since desc limit $2",
    ),
    Holds(
        "register_contact",
        "How an organisation that listed you said that you can be reached",
        "60 days after it was brought in",
        "select to_jsonb(r) from register_contact r where person_id = $1 order by import_id limit $2",
    ),
    Holds(
        "phone_call",
        "When we rang you, and what came of it",
        "400 days",
        "select to_jsonb(c) from phone_call c where person_id = $1 order by rung_at desc limit $2",
    ),
)

OF_ORGANISATION = OrganisationsData(
    "notifications",
    "/messages/for/{ods}/data",
    "Messages in your name",
    files=(
        File(
            "messages",
            "Calls, letters and meetings: messages that your staff told",
            "select m.id as message, m.person_id as person, m.kind, m.about, m.channel, m.status, m.queued_at,"
            " m.sent_at, m.done_by from message m where m.organisation_id = $1 order by m.queued_at, m.id",
        ),
        File(
            "calls",
            "What came of each call",
            "select c.id as call, c.person_id as person, c.rung_by, c.rung_at, c.part, c.outcome, c.about as messages,"
            " c.again_at from phone_call c where c.organisation_id = $1 order by c.rung_at, c.id",
        ),
        File(
            "printings",
            "Letters that were printed together",
            "select p.id as printing, p.taken_by, p.taken_at, p.posted_by, p.posted_at, (select count(*)"
            " from letter_taken t where t.printing_id = p.id) as letters from printing p where p.organisation_id = $1"
            " order by p.taken_at, p.id",
        ),
    ),
    left_out=(
        LeftOut(
            "How people of a list that you brought in are reached",
            "You have that list, and what was typed of it goes once it is kept",
            frozenset({"register_import", "register_contact"}),
        ),
        LeftOut(
            "The words of messages, and to whom they went",
            "They are for their person. What the network sends by e-mail or text is sent in its own name, not in yours",
            frozenset({"contact_point"}),
        ),
        LeftOut(
            "What waits for your staff now",
            'It is on your page "To do", and goes when it is done',
            frozenset({"waiting_item"}),
        ),
    ),
)
