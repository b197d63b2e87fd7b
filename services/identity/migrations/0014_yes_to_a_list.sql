-- Whom an organisation listed, until they say yes: said with the account, so that in every room nobody helps them before.
alter table account add column listed boolean not null default false;
update account set listed = true where id in (
    select l.account_id from listed_account l join mirror_application a on (a.state ->> 'person_id')::uuid = l.account_id
    where l.forgotten_at is null and not a.erased and a.state ->> 'stage' = 'listed');

-- What was typed of an invitation goes when it is withdrawn, at once; the row counts its letters for some days. An older
-- version that runs beside this one still leaves it there, until the row goes.
alter table invitation
    add column letter_ids uuid[] not null default '{}',
    drop constraint invitation_email_check,
    drop constraint invitation_called_check,
    add constraint invitation_email_check check (
        length(email) between 3 and 254 or (email = '' and coalesce(ended_as, '') = 'withdrawn')),
    add constraint invitation_called_check check (
        length(called) between 1 and 80 or (called = '' and coalesce(ended_as, '') = 'withdrawn'));
update invitation set email = '', email_key = '', called = '', invited_by_called = '' where ended_as = 'withdrawn';
