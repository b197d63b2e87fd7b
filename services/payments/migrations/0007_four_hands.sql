-- Four hands around money: who claims, who recorded the attendance, who approves, who releases. What one row can say is
-- a constraint. Of claims that are older than this it is not known who recorded the attendance.
alter table claim
    add column recorded_by uuid,
    add column by_network boolean not null default false,
    add column together jsonb not null default '[]',
    add constraint nobody_decides_about_what_they_recorded
        check (recorded_by <> approved_by and recorded_by <> released_by),
    add constraint nobody_records_for_themselves check (recorded_by <> person_id);
create index claim_whose_hands_belong_together on claim (organisation_id, sent_at, id) where together <> '[]';
alter table run add column by_network boolean not null default false;

-- Who said that they live in one household: said by either of the two, never computed. `one` is the lesser id.
create table household (
    one uuid not null,
    other uuid not null,
    said_at timestamptz not null,
    ended_at timestamptz,
    primary key (one, other),
    check (one < other)
);
create index household_other on household (other);
call table_of_person('household', person => 'one');
create policy its_other_person on household using (other = acting_person());
-- Whoever decides about money has to know who of four accounts belongs to whom. A row has two ids and no name.
create policy whoever_decides_about_money on household for select using (acting_organisation() is not null);

-- A code that one shows the other, so that nobody can look people up. It is good for a day and for one use.
create function named_code() returns text language sql stable
    as $$ select nullif(current_setting('app.code', true), '') $$;
create table household_code (
    person_id uuid primary key,
    code text not null unique check (length(code) = 9),
    good_until timestamptz not null
);
call table_of_person('household_code');
create policy whoever_was_shown_it on household_code using (code = named_code());

-- That a person gave bank details, and when; never which. Said, so that they are told of it.
create table details_change (
    id uuid primary key,
    version bigint not null check (version > 0),
    person_id uuid not null,
    changed_at timestamptz not null
);
create index details_change_of_person on details_change (person_id);
call table_of_person('details_change');
