-- Bank details that a helper entered wait here until somebody else has rung the person back and typed them again: until
-- then nobody is paid by them. Who entered and who confirmed them stays with the version that is paid by.
create table payee_to_confirm (
    person_id uuid primary key,
    organisation_id uuid not null,
    entered_by uuid not null,
    entered_at timestamptz not null,
    payee_name text not null check (length(payee_name) between 1 and 70),
    sort_code text not null check (sort_code ~ '^[0-9]{6}$'),
    account_number text not null check (account_number ~ '^[0-9]{8}$'),
    check (entered_by <> person_id)
);
create index payee_to_confirm_of_organisation on payee_to_confirm (organisation_id, entered_at, person_id);
call table_of_both('payee_to_confirm', organisation_may => 'select');
alter table payee_version
    add column entered_by uuid,
    add column confirmed_by uuid,
    add constraint two_hands_where_one_entered_it
        check ((entered_by is null) = (confirmed_by is null) and entered_by <> confirmed_by);
