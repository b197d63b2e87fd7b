"""On which page each question of a role's draft is asked: for its pages, and for whoever fills in several at once."""

from services.chassis.http.task_list import TaskPage, Way

PAGES = (
    TaskPage("role", "The role", "post_role.jinja", ("title", "summary", "role_type", "strand", "rung")),
    TaskPage(
        "change",
        "Why, and what will change",
        "post_change.jinja",
        ("purpose", "what_will_change", "influence", "cycle_stage", "work"),
        ways=(Way("work", "Save, and add a piece of work", "/opportunities/for/{ods}/work/new?draft={draft_id}"),),
    ),
    TaskPage(
        "when",
        "When and where",
        "post_when.jinja",
        (
            "mode",
            "place",
            "district",
            "getting_in",
            "session_at",
            "session_time",
            "session_hours",
            "sessions_planned",
            "preparation_hours",
            "time_commitment",
            "term_until",
            "bring",
        ),
        beside="post_venues.jinja",
    ),
    TaskPage(
        "people",
        "Who you look for, and what is there for them",
        "post_people.jinja",
        ("expertise_level", "lived_experience", "languages", "training", "access", "formats", "support"),
    ),
    TaskPage("choosing", "How you choose", "post_choosing.jinja", ("steps", "criteria", "names_hidden", "answer_ways")),
    TaskPage(
        "places",
        "Places and pay",
        "post_places.jinja",
        (
            "places",
            "pay",
            "unpaid_why",
            "expenses",
            "prepaid_travel",
            "status_result",
            "status_tool",
            "status_by",
            "status_on",
        ),
    ),
    TaskPage("days", "Days that people wait for", "post_days.jinja", ("apply_by", "decide_by", "feedback_by")),
    TaskPage("answers", "Who people can ask", "post_answers.jinja", ("desk_id", "contact_id", "talks_from_interest")),
)
