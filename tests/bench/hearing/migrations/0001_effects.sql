-- What the hearing room's reaction leaves behind; one row for each thing heard.
create table effect (
    id uuid primary key,
    version bigint not null,
    noted_at timestamptz not null default clock_timestamp()
);
