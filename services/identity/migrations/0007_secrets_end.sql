-- A machine's secret ends by itself a year after it was made; one that is older, a month from now at the earliest, so that
-- nobody is surprised. What an older version makes gets its end by the default. told_at: its admins were written to.
alter table machine_secret add column ends_at timestamptz;
update machine_secret set ends_at = greatest(made_at + interval '365 days', now() + interval '31 days');
alter table machine_secret alter column ends_at set default now() + interval '365 days', alter column ends_at set not null;
alter table machine_secret add column told_at timestamptz;
create index machine_secret_ends on machine_secret (ends_at) where ended_at is null and told_at is null;
