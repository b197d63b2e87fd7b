"""What training holds of a person, and of an organisation, for them to read and take away.

See chassis/http/own_data.py and organisations_data.py.
"""

from services.chassis.postgres.holds import Holds
from services.chassis.postgres.organisations_data import File, OrganisationsData

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

OF_ORGANISATION = OrganisationsData(
    "training",
    "/training/for/{ods}/data",
    "Your training",
    files=(
        File(
            "programmes",
            "Programmes",
            "select id as programme, title, summary, credential, lasts_months, offered_at, withdrawn_at from programme"
            " where organisation_id = $1 order by offered_at, id",
        ),
        File(
            "sessions",
            "Sessions",
            "select s.id as session, s.programme_id as programme, p.title, s.starts_at, s.hours, s.mode, s.place,"
            " s.places, s.places_taken, s.recorded_on, s.recorded_by from session s"
            " join programme p on p.id = s.programme_id where s.organisation_id = $1 order by s.starts_at, s.id",
        ),
        File(
            "enrolments",
            "Who has a place, and who came",
            "select e.session_id as session, e.programme_id as programme, p.title, s.starts_at, e.person_id as person,"
            " l.state ->> 'called' as called, l.state ->> 'reference' as reference, e.enrolled_at, e.attended"
            " from enrolment e join session s on s.id = e.session_id join programme p on p.id = e.programme_id"
            " left join mirror_leader l on l.id = e.person_id and not l.erased where e.organisation_id = $1"
            " order by e.enrolled_at, e.session_id, e.person_id",
        ),
        File(
            "credentials",
            "Who completed a programme",
            "select c.id as credential_id, c.programme_id as programme, p.title, c.credential, c.person_id as person,"
            " l.state ->> 'called' as called, l.state ->> 'reference' as reference, c.session_id as session,"
            " c.awarded_at, c.expires_on from credential c join programme p on p.id = c.programme_id"
            " left join mirror_leader l on l.id = c.person_id and not l.erased where c.organisation_id = $1"
            " order by c.awarded_at, c.id",
        ),
    ),
    left_out=(),
)
