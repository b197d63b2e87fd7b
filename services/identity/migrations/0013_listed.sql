-- For whom an account was opened because an organisation listed them: once, whatever is heard again. Of who was
-- forgotten the id stays, and the fact.
create table listed_account (
    account_id uuid primary key,
    opened_at timestamptz not null,
    forgotten_at timestamptz
);
call table_of_system('listed_account');
