-- When the last session ends that is not cancelled: interest ends then too, whatever the closing date says.
alter table opportunity add column ends_at timestamptz;
update opportunity o set ends_at = (
    select max((s ->> 'starts_at')::timestamptz + make_interval(secs => (s ->> 'hours')::numeric * 3600))
    from jsonb_array_elements(o.state -> 'sessions') s);
create index opportunity_of_organisation_by_id on opportunity (organisation_id, id);
alter table opportunity add column called_off boolean not null
    generated always as (coalesce(jsonb_typeof(state -> 'withdrawn') = 'object', false)) stored;
