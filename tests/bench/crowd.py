"""A crowd in the tables of every room, by SQL: 100,000 people, 10,000 roles, and what comes of them.

Not as commands would make it (that takes hours): as much of each thing as a list has to find its page in. The first
organisation, person and role have far more than their share.
"""

from collections.abc import Sequence

import asyncpg

from services import NAMES
from services.chassis.base.settings import Settings

_ID = """
create or replace function pg_temp.i(n bigint) returns uuid language sql immutable
    as $$ select ('a0000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;
create or replace function pg_temp.name(n bigint) returns text language sql immutable
    as $$ select (array['Sam', 'Ana', 'Élodie', 'Kim', 'Ola', 'Bo', 'Zoë', 'Dee'])[n % 8 + 1] || ' ' || n % 7919 $$;
create or replace function pg_temp.letters(n bigint) returns text language sql immutable as $$
    select string_agg(substr('23456789CDFGHJKMNPQRTVWX', ((n / (24 ^ k)::bigint) % 24 + 1)::int, 1), '')
    from generate_series(0, 3) k $$;
create or replace function pg_temp.mirror(t text, rows text, variadic about jsonb[] default '{}') returns void
    language plpgsql as $$ begin
    execute format('insert into %I (id, version, state, event_id, correlation_id, traceparent, happened_at)
        select (s ->> ''id'')::uuid, 1, s || ''{"version": 1}'', (s ->> ''id'')::uuid, (s ->> ''id'')::uuid, '''', now()
        from (%s) as made (s) on conflict do nothing', t, rows); end $$;
"""
_ORGANISATIONS = """
select pg_temp.mirror('mirror_organisation', $$ select jsonb_build_object('id', pg_temp.i(n), 'ods_code', 'RX' || n,
    'name', 'Example Trust ' || n, 'kind', case n when 2 then 'network' else 'trust' end, 'valid_from', '2020-01-01')
    from generate_series(1, 312) n $$);
"""
_LEADERS = """
select pg_temp.mirror('mirror_leader', $$ select jsonb_build_object('id', pg_temp.i(n), 'called', pg_temp.name(n),
    'reference', 'PL-' || pg_temp.letters(n), 'status', 'approved', 'rung', 'feedback', 'approved_at', '2026-01-01Z')
    from generate_series(1, {people}) n $$);
"""
_OPPORTUNITY = """jsonb_build_object('id', pg_temp.i(n), 'version', 1,
    'organisation_id', pg_temp.i(case when n % 4 = 1 then 1 else n % 312 + 1 end),
    'ods_code', 'RX' || case when n % 4 = 1 then 1 else n % 312 + 1 end, 'title', 'Role ' || n,
    'summary', repeat('Help the team that plans care. ', 15), 'what_will_change', repeat('The letter. ', 20),
    'strand', (array['information', 'governance', 'research'])[n % 3 + 1], 'rung', 'improvement',
    'mode', (array['remote', 'in_person'])[n % 2 + 1], 'places', 500, 'pay', null,
    'posted_at', '2026-11-01T00:00:00Z'::timestamptz + n * interval '1 second',
    'apply_by', '2027-01-01T00:00:00Z'::timestamptz + (n * 7919 % 100000) * interval '1 second', 'closed_at', null,
    'feedback_by', '2027-06-01T00:00:00Z'::timestamptz, 'sessions', '[]'::jsonb)"""
_ROLES_HEARD = (
    "select pg_temp.mirror('mirror_opportunity', $$ select {opportunity} from generate_series(1, {roles}) n $$);"
)

SEEDS = {
    "identity": """
insert into organisation (id, version, ods_code, name, kind, valid_from, registered_at)
    select pg_temp.i(n), 1, 'RX' || n, 'Example Trust ' || n, case n when 2 then 'network' else 'trust' end,
        '2020-01-01', now() from generate_series(1, 3000) n;
insert into account (id, version, called, kind, can_sign_in, opened_at)
    select pg_temp.i(n), 1, pg_temp.name(n), 'person', true, now() from generate_series(1, {people}) n;
insert into membership (id, account_id, organisation_id, roles, valid_from)
    select pg_temp.i(n), pg_temp.i(n), pg_temp.i(case when n <= 1000 then 1 else n % 3000 + 1 end), '{coordinator}',
        '2020-01-01' from generate_series(1, {people} / 20) n;
""",
    "recruitment": _ORGANISATIONS
    + """
insert into application (id, version, person_id, organisation_id, ods_code, called, full_name, why, stage, sent_at,
        ended_at, decided_by)
    select pg_temp.i(n), 1, pg_temp.i(n), pg_temp.i(2), 'RX2', pg_temp.name(n), 'Full Name', 'Why', stage,
        '2026-01-01'::timestamptz + n * interval '1 minute', ended,
        case when stage = 'sent' then null else pg_temp.i(0) end
    from generate_series(1, {people}) n,
        lateral (select case when n % 10 = 0 then 'sent' else 'approved' end as stage) s,
        lateral (select case when stage = 'approved' then '2026-11-01'::timestamptz end as ended) e;
insert into leader (id, version, state)
    select pg_temp.i(n), 1, jsonb_build_object('id', pg_temp.i(n), 'version', 1, 'called', pg_temp.name(n),
        'reference', 'PL-' || pg_temp.letters(n), 'status', 'approved', 'rung', 'feedback', 'left_at', null,
        'coordinator_id', case when n % 2 = 0 then pg_temp.i(1) end,
        'approved_at', to_char('2026-01-01'::timestamp + n * interval '1 minute', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
    from generate_series(1, {people}) n;
""",
    "training": _ORGANISATIONS
    + """
insert into programme (id, version, organisation_id, ods_code, title, summary, credential, offered_at)
    select pg_temp.i(n), 1, pg_temp.i(n % 40 + 1), 'RX' || n % 40 + 1, 'Programme ' || n, repeat('How it works. ', 20),
        'foundations', '2026-01-01'::timestamptz + n * interval '1 minute' from generate_series(1, 4000) n;
insert into session (id, organisation_id, programme_id, starts_at, hours, mode, place, places, places_taken)
    select id, organisation_id, id, offered_at, 3, 'remote', '', 100, 1 from programme;
insert into enrolment (session_id, person_id, organisation_id, programme_id, enrolled_at)
    select id, pg_temp.i(case when n <= 300 then 1 else n end), organisation_id, id, now()
    from (select id, organisation_id, row_number() over (order by id) as n from programme) p;
insert into credential (id, version, person_id, programme_id, organisation_id, credential, awarded_at, session_id)
    select id, 1, pg_temp.i(case when n <= 300 then 1 else n end), id, organisation_id, 'foundations',
        '2026-01-01'::timestamptz + n * interval '1 minute', id
    from (select id, organisation_id, row_number() over (order by id) as n from programme) p;
""",
    "matching": _ORGANISATIONS
    + """
insert into opportunity (id, version, organisation_id, state, posted_at, apply_by)
    select (s ->> 'id')::uuid, 1, (s ->> 'organisation_id')::uuid, s, (s ->> 'posted_at')::timestamptz,
        (s ->> 'apply_by')::timestamptz from (select {opportunity} from generate_series(1, {roles}) n) as made (s);
insert into match (id, version, opportunity_id, person_id, reasons, matched_at)
    select pg_temp.i(n), 1, pg_temp.i(n % {roles} + 1), pg_temp.i(case when n <= 2000 then 1 else n % {people} + 1 end),
        '{paid}', '2026-01-01'::timestamptz + n * interval '1 minute' from generate_series(1, {people}) n
    on conflict do nothing;
select pg_temp.mirror('mirror_intake', $$ select jsonb_build_object('id', pg_temp.i(n), 'places', 500,
    'places_taken', 3) from generate_series(1, {roles}) n $$);
""",
    "engagements": _ORGANISATIONS
    + _LEADERS
    + """
insert into intake (id, version, organisation_id, ods_code, opportunity, places, places_taken, attendance_due, told_at,
        what_changed)
    select (s ->> 'id')::uuid, 1, (s ->> 'organisation_id')::uuid, s ->> 'ods_code', s, 500, 0, '{}',
        case when n % 2 = 0 then (s ->> 'posted_at')::timestamptz end,
        case when n % 2 = 0 then repeat('It is. ', 40) end
    from (select {opportunity}, n from generate_series(1, {roles}) n) as made (s, n);
insert into engagement (id, version, opportunity_id, organisation_id, person_id, status, state, interested_at)
    select pg_temp.i(n), 1, o, (i.opportunity ->> 'organisation_id')::uuid, p, status, jsonb_build_object('id',
        pg_temp.i(n), 'version', 1, 'opportunity_id', o, 'organisation_id', i.opportunity ->> 'organisation_id',
        'person_id', p, 'status', status, 'interested_at', at), at
    from generate_series(1, {people}) n,
        lateral (select
            pg_temp.i(case when n <= 5000 then 1 when n <= 7000 then n - 4000 else n % {roles} + 1 end) as o,
            pg_temp.i(case when n between 5001 and 7000 then 1 else n + 1 end) as p,
            '2026-11-02'::timestamptz + n * interval '1 second' as at,
            case when n % 50 = 0 then 'accepted' else 'interested' end as status) x
        join intake i on i.id = x.o on conflict do nothing;
insert into interest_words (engagement_id, organisation_id, person_id, why, needs)
    select id, organisation_id, person_id, 'Why', 'Needs' from engagement;
""",
    "payments": _ORGANISATIONS
    + _LEADERS
    + _ROLES_HEARD
    + """
insert into run (id, organisation_id, made_by, made_at, claims, total_pence, left_out)
    select pg_temp.i(n), pg_temp.i(1), pg_temp.i(0), '2026-01-01'::timestamptz + n * interval '1 hour', 500, 100, '{}'
    from generate_series(1, 500) n;
insert into payment (id, version, organisation_id, ods_code, person_id, run_id, reference, payee_version, amount_pence,
        paid_at, days_to_pay)
    select pg_temp.i(n), 1, pg_temp.i(1), 'RX1', pg_temp.i(n), pg_temp.i(n % 500 + 1), 'P' || n, 1, 100, now(), 3
    from generate_series(1, {people} / 2) n;
insert into rate_card (id, version, organisation_id, state, valid_from)
    select pg_temp.i(n), 1, pg_temp.i(1), jsonb_build_object('id', pg_temp.i(n), 'version', 1, 'organisation_id',
        pg_temp.i(1), 'valid_from', '2020-01-01'::date + n::int, 'valid_to', null, 'amount_pence', 7500),
        '2020-01-01'::date + n::int from generate_series(1, 1000) n;
insert into claim (id, version, organisation_id, ods_code, person_id, engagement_id, opportunity_id, session_id,
        activity_on, unit, units, rate_pence, amount_pence, rate_card_id, source, attended, status, since, drafted_at,
        sent_at, approved_at, approved_by, paid_at, released_by, payment_id)
    select pg_temp.i(n), 1, pg_temp.i(case when n <= {people} * 7 / 10 then 1 else n % 312 + 1 end), 'RX1',
        pg_temp.i(case when n % 50 = 1 then 1 else n end), pg_temp.i(n), pg_temp.i(n % {roles} + 1), pg_temp.i(n),
        '2026-01-01'::date + (n % 300)::int, 'session', 1, 7500, 7500, pg_temp.i(1), 'Example policy', true, status,
        at, at, at, case when status in ('approved', 'paid') then at end,
        case when status in ('approved', 'paid') then pg_temp.i(0) end, case when status = 'paid' then at end,
        case when status = 'paid' then pg_temp.i(200000) end, case when status = 'paid' then pg_temp.i(n) end
    from generate_series(1, {people}) n,
        lateral (select case when n <= {people} / 2 then 'paid' when n <= {people} * 6 / 10 then 'sent'
            when n <= {people} * 7 / 10 then 'approved' else 'returned' end as status,
            '2026-01-01'::timestamptz + n * interval '1 minute' as at) x;
""",
    "notifications": _ORGANISATIONS
    + _ROLES_HEARD
    + """
select pg_temp.mirror('mirror_account', $$ select jsonb_build_object('id', pg_temp.i(n), 'called', pg_temp.name(n),
    'kind', 'person', 'can_sign_in', n % 10 <> 0) from generate_series(1, {people}) n $$);
insert into contact_point (person_id, channel, address, changed_at, entered_by)
    select pg_temp.i(n), 'phone', '01234', now(), pg_temp.i(0) from generate_series(1, {people}) n where n % 20 <> 0;
insert into message (id, version, person_id, kind, about, stage, channel, status, subject, body, link, link_words,
        organisation_id, ods_code, queued_at, next_try_at, sent_at)
    select pg_temp.i(n), 1, pg_temp.i(case when n <= 5000 then 1 else n end), 'offer_made', pg_temp.i(n), 'offered',
        case when n % 10 = 0 then 'phone' else 'page' end, case when n % 10 = 0 then 'queued' else 'sent' end,
        'Subject', 'Body', '/', 'Go', case when n % 10 = 0 then pg_temp.i(2) end, case when n % 10 = 0 then 'RX2' end,
        at, at, case when n % 10 = 0 then null else at end
    from generate_series(1, {people}) n, lateral (select '2026-01-01'::timestamptz + n * interval '1 minute' as at) x;
insert into waiting_item (topic, thing_id, position, person_id, organisation_id, role, what, about, since, link,
        opportunity_id, of_person)
    select 'payments.claim', pg_temp.i(n), 0, case when n % 20 = 0 then pg_temp.i(1) end,
        case when n % 20 <> 0 then pg_temp.i(case when n <= 15000 then 1 else n % 312 + 1 end) end,
        case when n % 20 <> 0 then (array['approver', 'coordinator'])[n % 2 + 1] end,
        case when n % 20 = 0 then 'send_claim' when n % 2 = 0 then 'approve_claim' else 'record_attendance' end,
        pg_temp.i(n), '2026-01-01'::timestamptz + n * interval '1 minute', '/x/' || n, pg_temp.i(n % {roles} + 1),
        pg_temp.i(n) from generate_series(1, {people} / 3) n;
""",
}


async def make(settings: Settings, *, people: int, roles: int, rooms: Sequence[str] = NAMES) -> None:
    """Fill the tables of a migrated, empty database, and let PostgreSQL look at what is in them."""
    for service in rooms:
        connection = await asyncpg.connect(settings.admin_dsn(), server_settings={"search_path": service}, timeout=60)
        try:
            for words in (_ID, SEEDS[service]):
                sql = words.replace("{opportunity}", _OPPORTUNITY).replace("{people}", str(people))
                await connection.execute(sql.replace("{roles}", str(roles)))
            await connection.execute("vacuum (analyze)")
        finally:
            await connection.close()
