"""What engagements holds of a person, and of an organisation, for them to read and take away.

See chassis/http/own_data.py and organisations_data.py.
"""

from services.chassis.postgres.holds import Holds
from services.chassis.postgres.organisations_data import File, LeftOut, OrganisationsData
from services.engagements.store.names import IS_NAMED

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
        "select (to_jsonb(w) - 'meets') || (select coalesce(jsonb_object_agg('meets_' || m.place, m.one), '{}')"
        " from unnest(w.meets) with ordinality as m (one, place)) from interest_words w where person_id = $1"
        " order by engagement_id desc limit $2",
    ),
    Holds(
        "chat_words",
        "What organisations wrote to you for a talk: a number, a link or a place",
        "As long as the role that it is about",
        "select to_jsonb(c) from chat_words c where person_id = $1 order by engagement_id desc limit $2",
    ),
    Holds(
        "mark",
        "How organisations marked what you wrote, against what they choose by",
        "As long as the role that it is about",
        "select to_jsonb(m) from mark m where person_id = $1 order by marked_at desc, criterion limit $2",
    ),
    Holds(
        "said_of_session",
        "What you said of whether you were at a session",
        "Until the organisation has recorded it",
        "select to_jsonb(s) from said_of_session s where person_id = $1 order by said_at desc limit $2",
    ),
    Holds(
        "say",
        "What you said of how much say you had in a role",
        "As long as the role that it is about",
        "select to_jsonb(s) from say s where person_id = $1 order by said_at desc, engagement_id limit $2",
    ),
    Holds(
        "draw_given",
        "What you let the draw of a role use",
        "Until 30 days after the day by which you are told what changed, or until you take it back",
        "select to_jsonb(g) from draw_given g where person_id = $1 order by given_at desc, engagement_id limit $2",
    ),
    Holds(
        "draw_ticket",
        "Your tickets in draws, and what came of them",
        "As long as the role that it is about",
        "select to_jsonb(t) from draw_ticket t join engagement e on e.opportunity_id = t.opportunity_id"
        " and e.number = t.ticket where e.person_id = $1 order by t.draw_id desc, t.ticket limit $2",
    ),
    Holds(
        "draw_objection",
        "What you had against a draw, and what you were answered",
        "As long as the role that it is about",
        "select to_jsonb(o) from draw_objection o where person_id = $1 order by made_at desc, id limit $2",
    ),
    Holds(
        "question",
        "What you asked about a role, and what the organisation answered",
        "As long as the role that it is about, or until you take the question back",
        "select to_jsonb(q) from question q where person_id = $1 order by asked_at desc limit $2",
    ),
    Holds(
        "arrangement",
        "Whether what you need was arranged for each session",
        "As long as the role that it is about",
        "select to_jsonb(a) from arrangement a where person_id = $1 order by starts_at desc, id limit $2",
    ),
    Holds(
        "booking",
        "What was arranged of what you need, and with whom",
        "As long as the role that it is about, unless you need it no more or let nobody see it",
        "select to_jsonb(b) from booking b where person_id = $1 order by changed_at desc nulls last limit $2",
    ),
    Holds(
        "was_there",
        "What you said of whether it was there",
        "As long as the booking that it is about",
        "select to_jsonb(w) from was_there w where person_id = $1 order by said_at desc limit $2",
    ),
    Holds(
        "arranged",
        "What was ready of what you need, before it was said for each session",
        "Until it is said for each session",
        "select to_jsonb(a) from arranged a where person_id = $1 order by arranged_at desc limit $2",
    ),
    Holds(
        "answer",
        "What was answered: your no, and why others were chosen",
        "As long as the role that it is about",
        "select to_jsonb(a) from answer a where person_id = $1 order by answered_at desc limit $2",
    ),
    Holds(
        "undoing",
        "Until when a no of yours can be undone",
        "As long as the role that it is about",
        "select to_jsonb(u) from undoing u where person_id = $1 order by id limit $2",
    ),
    Holds(
        "passed_over",
        "When somebody after you on a reserve list was offered a place, and why",
        "As long as the role that it is about",
        "select to_jsonb(p) from passed_over p where person_id = $1 order by passed_at desc limit $2",
        kept_back=frozenset({"offered_id"}),
    ),
)

_BESIDE = (
    " left join mirror_opportunity o on o.id = e.opportunity_id"
    " left join mirror_leader l on l.id = e.person_id and not l.erased"
)
OF_ORGANISATION = OrganisationsData(
    "engagements",
    "/engagements/for/{ods}/data",
    "People in your roles",
    files=(
        File(
            "roles",
            "Places, and what changed",
            "select i.id as opportunity, o.state ->> 'title' as title, i.places, i.places_taken, i.places_held,"
            " i.on_reserve, i.offer_reserve_since, i.outcome_due_at,"
            " i.what_changed, i.told_at from intake i left join mirror_opportunity o on o.id = i.id"
            " where i.organisation_id = $1 order by i.id",
        ),
        File(
            "people",
            "Who showed interest, and who has or had a place",
            "select e.id as engagement, e.opportunity_id as opportunity, o.state ->> 'title' as title,"
            " case when " + IS_NAMED + " then e.person_id end as person,"
            " case when " + IS_NAMED + " then l.state ->> 'called' end as called,"
            " case when " + IS_NAMED + " then l.reference end as reference, e.number, e.status, e.interested_at,"
            " (e.state #>> '{offer,offered_at}')::timestamptz as offered_at, e.state #>> '{offer,offered_by}' as"
            " offered_by, e.reply_by, (e.state ->> 'answer_by')::timestamptz as answer_by,"
            " (e.state #>> '{reserve,since}')::timestamptz as on_reserve_since, "
            " e.state ->> 'why_not' as others_because,"
            " (e.state #>> '{offer,pay,amount_pence}')::bigint as pay_pence,"
            " e.state #>> '{offer,pay,unit}' as pay_unit, (e.state ->> 'accepted_at')::timestamptz as accepted_at,"
            " (e.state ->> 'ended_at')::timestamptz as ended_at, (e.state ->> 'told_at')::timestamptz as told_at"
            " from engagement e join intake i on i.id = e.opportunity_id"
            + _BESIDE
            + " where e.organisation_id = $1 order by e.interested_at, e.id",
        ),
        File(
            "promises",
            "How much say people have in your roles, as you said it, and as it is published of what they said",
            "select p.rung, p.promised, p.people, p.said, p.as_of from promise p where p.organisation_id = $1"
            " order by p.rung",
        ),
        File(
            "session_pages",
            "What people with a place were told for the day of a session, without the joining links and papers",
            "select s.session_id as session, s.opportunity_id as opportunity, o.state ->> 'title' as title, s.arrival,"
            " s.changed_at, s.changed_by from session_page s left join mirror_opportunity o on o.id = s.opportunity_id"
            " where s.organisation_id = $1 order by s.changed_at, s.session_id",
        ),
        File(
            "draws",
            "How places were drawn by lot: the rules, the seed, and why a draw was made again",
            "select d.opportunity_id as opportunity, o.state ->> 'title' as title, d.number, d.rules, d.kept,"
            " d.rules_at, d.rules_by, d.seal, d.sealed_at, d.seed, d.places, d.people, d.drawn_at, d.drawn_by,"
            " d.confirmed_at, d.confirmed_by, d.set_aside_at, d.set_aside_why from draw d"
            " left join mirror_opportunity o on o.id = d.opportunity_id"
            " where d.organisation_id = $1 order by d.opportunity_id, d.number",
        ),
        File(
            "draw_tickets",
            "The tickets of each draw, by number, without what people gave for it",
            "select t.opportunity_id as opportunity, d.number as draw, t.turn, t.ticket, t.chosen, t.forgotten_at"
            " from draw_ticket t join draw d on d.id = t.draw_id"
            " where t.organisation_id = $1 order by t.opportunity_id, d.number, t.turn",
        ),
        File(
            "attendance",
            "Who came to which session",
            "select e.id as engagement, e.opportunity_id as opportunity, o.state ->> 'title' as title,"
            " e.person_id as person, l.state ->> 'called' as called, l.reference, s ->> 'session_id' as session,"
            " (s ->> 'starts_at')::timestamptz as starts_at, (s ->> 'hours')::double precision as hours,"
            " (s ->> 'preparation_hours')::double precision as preparation_hours,"
            " (s ->> 'attended')::boolean as attended, (s ->> 'recorded_at')::timestamptz as recorded_at,"
            " s ->> 'recorded_by' as recorded_by from engagement e"
            " cross join jsonb_array_elements(e.state -> 'sessions') s"
            + _BESIDE
            + " where e.organisation_id = $1 order by s ->> 'starts_at', e.id",
        ),
    ),
    left_out=(
        LeftOut(
            "What people wrote to you with their interest or about a record of a session, and what you arranged of what"
            " they need",
            "It says something about their health and lives, so it stays on its page, and goes when its person is"
            " forgotten",
            frozenset({"interest_words", "arranged", "arrangement", "booking", "was_there", "said_of_session"}),
        ),
        LeftOut(
            "What people asked you about their roles, and what you answered",
            "It was said between you and one person, and stays on its page",
            frozenset({"question"}),
        ),
        LeftOut(
            "What each person said of how much say they had",
            "Nobody but that person reads it. It is published with what others said, in numbers",
            frozenset({"say"}),
        ),
        LeftOut(
            "The seeds of draws that are not made yet",
            "Nobody reads one before its draw. Then it is in the file of draws",
            frozenset({"draw_secret"}),
        ),
        LeftOut(
            "What people let a draw use, and what they had against it",
            "It was given for one draw alone. What the rules used is in the data of that draw, on its page, until it is"
            " deleted; objections stay on their pages",
            frozenset({"draw_given", "draw_objection"}),
        ),
        LeftOut(
            "How you marked people against what you choose by",
            "It is about one person, who can ask to read it, and stays on its page",
            frozenset({"mark"}),
        ),
        LeftOut(
            "What you wrote to people for a talk, and to those whom you did not choose, and why somebody on a reserve"
            " list came later",
            "It was said to one person, and stays on its page. The reason why others were chosen is in a file",
            frozenset({"answer", "undoing", "passed_over", "chat_words"}),
        ),
    ),
)
