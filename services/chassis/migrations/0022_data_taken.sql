-- Which file of what a room holds of an organisation was taken away, when, and by whose hand. Its administrators read
-- it; nobody changes it.
create table data_taken (
    id uuid primary key,
    organisation_id uuid not null,
    file text not null check (file ~ '^[a-z_]{1,40}$'),
    kind text not null check (kind in ('csv', 'jsonl')),
    row_count bigint not null check (row_count >= 0),
    taken_by uuid not null,
    taken_at timestamptz not null
);
create index data_taken_newest on data_taken (organisation_id, taken_at desc, id desc);
create index data_taken_old on data_taken (taken_at);
call table_of_organisation('data_taken', may => 'select');
create policy whoever_takes_it on data_taken for insert
    with check (organisation_id = acting_organisation() and taken_by = acting_hand());
