"""The statements by which reactions are owed: at once, or when a moment comes."""

# In id order, so that of two who set several nobody waits for the other. A timer that stays where it is is not written.
WAKE = """
with wanted as (select id, at from unnest($2::uuid[], $3::timestamptz[]) as wanted (id, at)),
over as (
    select timer.id from timer join wanted using (id) where timer.reaction = $1 and wanted.at is null
    order by id for update of timer),
cancelled as (delete from timer using over where timer.reaction = $1 and timer.id = over.id)
insert into timer (reaction, id, at, correlation_id, traceparent)
select $1, id, at, $4, $5 from wanted where at is not null order by id
on conflict (reaction, id) do update set at = excluded.at, correlation_id = excluded.correlation_id,
    traceparent = excluded.traceparent
where timer.at <> excluded.at
"""

DUE = """
insert into due (reaction, id, version, correlation_id, traceparent)
select $1, id, version, $4, $5 from unnest($2::uuid[], $3::bigint[]) as owed (id, version) order by id
on conflict (reaction, id) do update set version = greatest(due.version, excluded.version),
    due_at = excluded.due_at, since = excluded.since, after = null, tries = 0, error = null,
    correlation_id = excluded.correlation_id, traceparent = excluded.traceparent
"""
