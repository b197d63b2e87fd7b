-- What whoever took part said afterwards of how much say they had: theirs alone, on no event. `rung` is
-- that of the role when it was said. It is in a batch that was published at `published_at` (chassis/base/publication.py).
create table say (
    engagement_id uuid primary key references engagement (id) on delete cascade,
    organisation_id uuid not null,
    person_id uuid not null,
    rung text not null,
    said text not null check (said in ('informed', 'asked', 'worked_together', 'decided', 'rather_not')),
    said_at timestamptz not null,
    changed_at timestamptz not null,
    final_at timestamptz not null check (final_at > said_at),
    published_at timestamptz check (published_at is null or (published_at >= final_at and said <> 'rather_not'))
);
create index say_to_publish on say (final_at, engagement_id) where published_at is null and said <> 'rather_not';
call table_of_person('say');

-- What organisations said of their roles that are over, and beside it what was published of what partners said, by the
-- organisation and the kind of role. No row of it is about anybody.
create table promise (
    organisation_id uuid not null,
    rung text not null,
    ods_code text not null,
    name text not null,
    promised jsonb not null default '{}',
    people integer not null default 0 check (people >= 0 and people % 5 = 0 and people <> 5),
    said jsonb not null default '{}',
    as_of timestamptz not null,
    primary key (organisation_id, rung)
);
create unique index promise_by_name on promise (name, organisation_id, rung);
create index promise_of_organisation on promise (ods_code, name, organisation_id, rung);
call table_for_everyone('promise');
