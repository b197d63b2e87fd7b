"""What matching holds of a person, and of an organisation, for them to read and take away.

See chassis/http/own_data.py and organisations_data.py.
"""

from services.chassis.postgres.holds import Holds
from services.chassis.postgres.organisations_data import File, LeftOut, OrganisationsData

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
        "Roles that you were told of because they fitted you",
        "Until you ask us to forget you",
        "select to_jsonb(m) from match m where person_id = $1 order by matched_at desc limit $2",
    ),
    Holds(
        "wish",
        "Searches that you keep",
        "Until you take them out, or ask us to forget you",
        "select to_jsonb(w) - 'query' from wish w where person_id = $1 order by made_at limit $2",
    ),
    Holds(
        "not_for_me",
        "Roles that you said are not for you",
        "Until you take it back, or ask us to forget you",
        "select to_jsonb(n) from not_for_me n where person_id = $1 order by said_at desc limit $2",
    ),
    Holds(
        "pool",
        "What we go by when we look for what fits you",
        "Until you ask us to forget you",
        "select to_jsonb(p) from pool p where person_id = $1 limit $2",
    ),
)

OF_ORGANISATION = OrganisationsData(
    "matching",
    "/opportunities/for/{ods}/data",
    "Your opportunities",
    files=(
        File(
            "opportunities",
            "Opportunities that you posted",
            "select o.id as opportunity, o.state ->> 'title' as title, o.state ->> 'summary' as summary,"
            " o.state ->> 'purpose' as purpose,"
            " o.state ->> 'what_will_change' as what_will_change, o.state ->> 'role_type' as role_type, o.strand,"
            " o.state ->> 'rung' as rung, o.mode,"
            " o.state ->> 'place' as place, o.state ->> 'district' as district,"
            " o.state ->> 'time_commitment' as time_commitment,"
            " o.state ->> 'bring' as bring, o.state ->> 'getting_in' as getting_in,"
            " (o.state ->> 'sessions_planned')::integer as sessions_planned,"
            " (o.state ->> 'preparation_hours')::double precision as preparation_hours,"
            " (o.state ->> 'term_until')::date as term_until, o.state ->> 'support' as support,"
            " o.state ->> 'influence' as influence, o.state ->> 'cycle_stage' as cycle_stage,"
            " o.state #>> '{work,id}' as piece_of_work, o.state ->> 'unpaid_why' as nothing_given_because,"
            " array(select jsonb_array_elements_text(o.state -> 'expenses')) as expenses,"
            " coalesce((o.state ->> 'prepaid_travel')::boolean, false) as prepaid_travel,"
            " o.state #>> '{status_decision,decided_by}' as status_decided_by,"
            " (o.state #>> '{status_decision,decided_on}')::date as status_decided_on,"
            " o.state #>> '{status_decision,tool}' as status_tool,"
            " o.state #>> '{status_decision,result}' as status_result,"
            " array(select jsonb_array_elements_text(o.state -> 'formats')) as papers,"
            " array(select jsonb_array_elements_text(o.state -> 'languages')) as languages,"
            " array(select jsonb_array_elements_text(o.state -> 'steps')) as steps,"
            " array(select jsonb_array_elements_text(o.state -> 'answer_ways')) as answer_ways,"
            " o.state #>> '{job,salary}' as job_salary, o.state #>> '{job,link}' as job_page,"
            " o.state ->> 'expertise_level' as expertise_level, o.places,"
            " (o.state #>> '{pay,amount_pence}')::bigint as pay_pence, o.state #>> '{pay,unit}' as pay_unit,"
            " o.state #>> '{pay,source}' as pay_source,"
            " array(select jsonb_array_elements_text(o.state -> 'access')) as access,"
            " array(select jsonb_array_elements_text(o.state -> 'lived_experience')) as lived_experience,"
            " array(select jsonb_array_elements_text(o.state -> 'training')) as training,"
            " array(select jsonb_array_elements_text(o.state -> 'criteria')) as criteria,"
            " coalesce((o.state ->> 'names_hidden')::boolean, false) as names_hidden, o.posted_at, o.apply_by,"
            " (o.state ->> 'decide_by')::timestamptz as decide_by,"
            " (o.state ->> 'feedback_by')::timestamptz as feedback_by, o.closed_at,"
            " (o.state #>> '{withdrawn,at}')::timestamptz as withdrawn_at,"
            " o.state #>> '{withdrawn,why}' as withdrawn_why"
            " from opportunity o where o.organisation_id = $1 order by o.posted_at, o.id",
        ),
        File(
            "sessions",
            "Their sessions",
            "select s ->> 'id' as session, o.id as opportunity, o.state ->> 'title' as title,"
            " (s ->> 'starts_at')::timestamptz as starts_at, (s ->> 'hours')::double precision as hours"
            " from opportunity o cross join jsonb_array_elements(o.state -> 'sessions') s where o.organisation_id = $1"
            " order by o.posted_at, o.id, s ->> 'starts_at'",
        ),
        File(
            "changes",
            "What you changed of them, and when",
            "select e.opportunity_id as opportunity, e.version, e.at, e.parts, e.why,"
            " e.opportunity ->> 'title' as title, e.opportunity ->> 'summary' as summary,"
            " e.opportunity ->> 'purpose' as purpose,"
            " e.opportunity ->> 'what_will_change' as what_will_change, e.opportunity ->> 'mode' as mode,"
            " e.opportunity ->> 'place' as place, e.opportunity ->> 'district' as district,"
            " e.opportunity ->> 'getting_in' as getting_in,"
            " e.opportunity ->> 'time_commitment' as time_commitment, e.opportunity ->> 'support' as support,"
            " (e.opportunity ->> 'places')::integer as places,"
            " (e.opportunity #>> '{pay,amount_pence}')::bigint as pay_pence,"
            " e.opportunity #>> '{pay,unit}' as pay_unit,"
            " array(select jsonb_array_elements_text(e.opportunity -> 'expenses')) as expenses,"
            " array(select jsonb_array_elements_text(e.opportunity -> 'languages')) as languages,"
            " (e.opportunity ->> 'apply_by')::timestamptz as apply_by,"
            " (e.opportunity ->> 'decide_by')::timestamptz as decide_by,"
            " (e.opportunity ->> 'feedback_by')::timestamptz as feedback_by"
            " from opportunity_edition e where e.organisation_id = $1 order by e.at, e.opportunity_id, e.version",
        ),
        File(
            "pieces_of_work",
            "Pieces of work that they are a part of",
            "select id as piece_of_work, title, needed, high_impact, aligned, hard_wired, feasible, added_at, ended_at"
            " from piece_of_work where organisation_id = $1 order by added_at, id",
        ),
        File(
            "ways_in",
            "Ways to get involved that you keep",
            "select id as way_in, run_by, kind, title, summary, looks_for, takes, expertise, how, link as page, since"
            " from way_in where organisation_id = $1 and not made_of_roles order by place, id",
        ),
        File(
            "templates",
            "Templates that you keep",
            "select id as template, called, says::text as answers, kept_at"
            " from role_template where organisation_id = $1 order by kept_at, id",
        ),
        File(
            "asked",
            "What you asked others to draft",
            "select id as asked, what, when_words as needed_when, who_might_know, money, status, asked_by, asked_at,"
            " draft_by, drafted_by, sent_by, sent_at, ended_at, why, opportunity_id as opportunity"
            " from asked where organisation_id = $1 order by asked_at, id",
        ),
        File(
            "asked_lines",
            "What was added to it",
            "select asked_id as asked, side, said_by, words, said_at from asked_line where organisation_id = $1"
            " order by said_at, id",
        ),
    ),
    left_out=(
        LeftOut(
            "Whom your opportunities were found to fit, and why",
            "It says something about those people's health and lives. They are told, and come to you if they want to",
        ),
        LeftOut(
            "Who keeps a search for your roles",
            "It is theirs: what they look for is nobody else's",
            tables=frozenset({"wish"}),
        ),
        LeftOut(
            "About how many people your roles fit, and whether it is always the same few",
            "These are counts that last for days, and stand on the pages of your roles",
            tables=frozenset({"fit_count", "same_few"}),
        ),
        LeftOut(
            "What other sites read of your roles",
            "It is made of them, and everybody can read it: /feeds/rpde/opportunities",
            tables=frozenset({"feed_item"}),
        ),
        LeftOut(
            "The network's glossary, and the words that mean the same in a search",
            "They are the network's, and everybody can read them",
            tables=frozenset({"glossary", "synonym"}),
        ),
    ),
)
