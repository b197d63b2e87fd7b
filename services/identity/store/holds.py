"""What identity holds of a person, and of an organisation, for them to read and take away.

See chassis/http/own_data.py and organisations_data.py.
"""

from schemas import links
from services.chassis.postgres.holds import Holds
from services.chassis.postgres.organisations_data import File, LeftOut, OrganisationsData

PATH = "/sign-in/mine/data"
TITLE = "Your account"
HOLDS = (
    Holds(
        "account",
        "Your account",
        "Until you ask us to forget you",
        "select to_jsonb(a) from account a where id = $1 limit $2",
    ),
    Holds(
        "address",
        "Your e-mail to sign in",
        "Until you ask us to forget you",
        "select to_jsonb(a) from address a where account_id = $1 limit $2",
    ),
    Holds(
        "membership",
        "Organisations that you work for",
        "Until you ask us to forget you",
        "select to_jsonb(m) from membership m where account_id = $1 order by valid_from desc limit $2",
    ),
    Holds(
        "session",
        "Where you are signed in",
        "Twice as long as a session can live",
        "select to_jsonb(s) from session s where account_id = $1 order by started_at desc limit $2",
    ),
    Holds(
        "browser",
        "Browsers from which you signed in",
        "400 days after the last time",
        "select to_jsonb(b) from browser b where account_id = $1 order by last_at desc limit $2",
        kept_back=frozenset({"browser_hash"}),
    ),
    Holds(
        "address_change",
        "A change of your e-mail that waits",
        "24 hours after you asked for it",
        "select to_jsonb(c) from address_change c where account_id = $1 limit $2",
        kept_back=frozenset({"letters", "new_hash", "old_hash"}),
    ),
)

OF_ORGANISATION = OrganisationsData(
    "identity",
    links.STAFF_DATA,
    "Your organisation, and its staff",
    files=(
        File(
            "organisation",
            "The organisation as it is registered",
            "select o.id as organisation, o.ods_code, o.name, o.kind, o.valid_from, o.valid_to, o.registered_at,"
            " array(select heir.ods_code from succession s join organisation heir on heir.id = s.successor_id"
            "   where s.closed_id = o.id order by 1) as taken_over_by,"
            " array(select gone.ods_code from succession s join organisation gone on gone.id = s.closed_id"
            "   where s.successor_id = o.id order by 1) as took_over from organisation o where o.id = $1",
        ),
        File(
            "before",
            "What was registered before it was corrected",
            "select version, name, kind, valid_from, valid_to, corrected_at from organisation_before"
            " where organisation_id = $1 order by version",
        ),
        File(
            "hosts",
            "Who acts for it as its host, and for whom it acts",
            "select hosted.ods_code as organisation, host.ods_code as host, h.valid_from, h.valid_to, h.set_at"
            " from hosting h join organisation hosted on hosted.id = h.organisation_id"
            " join organisation host on host.id = h.host_id where h.organisation_id = $1 or h.host_id = $1"
            " order by h.valid_from, h.host_id, h.organisation_id",
        ),
        File(
            "staff",
            "Staff and programs, with their roles. Of former staff their name too, for 6 years after their last day",
            # As long as an organisation has to be able to say who approved what was paid (DECISIONS 90). After that the
            # id, the roles and the days are left.
            "select m.id as membership, m.account_id as account,"
            " case when not ends_before(m.valid_to, (london_day(current_timestamp) - interval '6 years')::date)"
            " then a.called end as called, a.kind, m.roles, m.valid_from, m.valid_to,"
            " m.granted_at, m.granted_by from membership m left join account a on a.id = m.account_id"
            " where m.organisation_id = $1 order by m.valid_from, m.id",
        ),
        File(
            "invitations",
            "Who was invited, and has not said yes",
            # What was typed of an invitation that was withdrawn is deleted, as whoever withdrew it read: its row counts
            # letters for some days.
            "select id as invitation, called, roles, valid_from, valid_to, invited_by, sent_at, expires_at, ended_at,"
            " ended_as from invitation where organisation_id = $1 and ended_as is distinct from 'withdrawn'"
            " order by sent_at, id",
        ),
        File(
            "roles_waiting",
            "Roles that waited for the network; for whom, for 6 years",
            "select w.account_id as account,"
            " case when w.asked_at >= current_timestamp - interval '6 years' then a.called end as called, w.roles,"
            " w.valid_from, w.valid_to, w.asked_by, w.asked_at,"
            " w.decided_at, w.released from role_waiting w left join account a on a.id = w.account_id"
            " where w.organisation_id = $1 order by w.asked_at, w.id",
        ),
        File(
            "people_added",
            "People whom your staff added by phone",
            "select a.id as person, a.called, a.opened_at, a.entered_by from account a where a.entered_for = $1"
            " order by a.opened_at, a.id",
        ),
        File(
            "desks",
            "Desks: teams that people can reach",
            "select id as desk, name, phone, mailbox, hours, out_until, reads, deputy_id, closed_at from desk"
            " where organisation_id = $1"
            " order by name_key, id",
        ),
        File(
            "venues",
            "Venues",
            "select id as venue, name, address, postcode, access, closed_at from venue where organisation_id = $1"
            " order by name_key, id",
        ),
    ),
    left_out=(
        LeftOut(
            "The e-mail addresses of staff and of whoever was invited, and the secrets of programs",
            "They are keys to somebody's account",
        ),
    ),
)
