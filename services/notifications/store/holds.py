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
        # Whom to ring stands between marks that nobody sees (texts.py).
        "select to_jsonb(m) || jsonb_build_object('body', translate(m.body, U&'\\2061\\2062\\2063', ''),"
        " 'easy', translate(m.easy, U&'\\2061\\2062\\2063', ''))"
        " || case when m.list_month is null then '{}'::jsonb else jsonb_build_object('roles_in_it',"
        " (select jsonb_agg(role) from monthly_list l, unnest(l.roles) as role where l.month = m.list_month"
        " and not role = any(m.left_out))) end from message m where person_id = $1 order by queued_at desc limit $2",
        # The link that shows that an address is theirs is for that mailbox alone.
        kept_back=frozenset({"link"}),
    ),
    Holds(
        "conversation",
        "What you and organisations write to each other about, and how far it is",
        "As long as something that was written is kept",
        "select to_jsonb(c) from conversation c where person_id = $1 order by written_at desc limit $2",
    ),
    Holds(
        "said",
        "What you and organisations wrote to each other",
        "As long as the policy for messages says (730 days at first), or until you ask us to forget you",
        "select to_jsonb(s) from said s where person_id = $1 order by said_at desc limit $2",
    ),
    Holds(
        "monthly_choice",
        "Whether you get the monthly list of open roles, where you said so",
        "Until you ask us to forget you",
        "select to_jsonb(w) from monthly_choice w where person_id = $1 limit $2",
    ),
    Holds(
        "calendar_address",
        "Addresses at which your calendar program reads what you have booked",
        "Until you stop them, or ask us to forget you",
        "select to_jsonb(c) from calendar_address c where person_id = $1 order by made_at desc limit $2",
        # By it whoever has the address is let in.
        kept_back=frozenset({"hash"}),
    ),
    Holds(
        "day_number",
        "The phone number that organisations where you have a place may have for the day",
        "Until you take it back, or ask us to forget you",
        "select to_jsonb(d) from day_number d where person_id = $1 limit $2",
    ),
    Holds(
        "day_number_taken",
        "When an organisation opened a sheet with that number on it",
        "365 days",
        "select to_jsonb(t) from day_number_taken t where person_id = $1 order by taken_at desc limit $2",
    ),
    Holds(
        "how_told",
        "How often you want to be told, where you said so",
        "Until you ask us to forget you",
        "select to_jsonb(h) from how_told h where person_id = $1 order by kinds limit $2",
    ),
    Holds(
        "still_wanted",
        "That we asked whether you still want to be told of roles, and what you said",
        "Until you ask us to forget you",
        "select to_jsonb(s) from still_wanted s where person_id = $1 limit $2",
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
        "concern",
        "What you told us that worries you, and the answers",
        "As long as the network's policy says after it was closed; without your words and name once you are forgotten",
        "select to_jsonb(c) from concern c where person_id = $1 order by sent_at desc limit $2",
    ),
    Holds(
        "data_complaint",
        "Your complaints about data, and what came of them",
        "10 years after they are settled; without your words and name once you are forgotten",
        "select to_jsonb(d) from data_complaint d where person_id = $1 order by received_at desc limit $2",
    ),
    Holds(
        "story_call",
        "Calls that you asked for around a session of your own story",
        "90 days after the session",
        "select to_jsonb(s) from story_call s where person_id = $1 order by asked_at desc limit $2",
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
        File(
            "phone_sheets",
            "Sheets of phone numbers for the day that your staff opened",
            "select t.day, t.opportunity_id as role, t.taken_by, count(*)::integer as numbers from day_number_taken t"
            " where t.organisation_id = $1 group by 1, 2, 3 order by 1, 2, 3",
        ),
    ),
    left_out=(
        LeftOut(
            "How people of a list that you brought in are reached",
            "You have that list, and what was typed of it goes once it is kept",
            frozenset({"register_import", "register_contact"}),
        ),
        LeftOut(
            "Concerns, complaints about data, and calls around a session of somebody's own story",
            "Nobody sees a concern that is about them, and a file would show them to whoever takes it. They have pages",
            frozenset({"concern", "data_complaint", "story_call"}),
        ),
        LeftOut(
            "The words of messages, and to whom they went",
            "They are for their person. What the network sends by e-mail or text is sent in its own name, not in yours",
            frozenset({"contact_point"}),
        ),
        LeftOut(
            "Phone numbers for the day of people who have a place with you",
            "They are on the sheet of a role as long as the place lasts, and their person takes them back at any time",
            frozenset({"day_number"}),
        ),
        LeftOut(
            "What people and your staff wrote to each other",
            "It is for each person and for the staff who answer them, who have it on their pages",
            frozenset({"conversation", "said", "written_to_all"}),
        ),
        LeftOut(
            "What waits for your staff now",
            'It is on your page "To do", and goes when it is done',
            frozenset({"waiting_item"}),
        ),
    ),
)
