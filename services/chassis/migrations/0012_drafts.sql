-- Forms of several pages as far as they are filled in. A draft is one person's own, or an organisation's, whose members
-- share it. It is sent once; what was made of it stands in sent_as.
create table draft (
    id uuid primary key,
    kind text not null check (kind ~ '^[a-z_]{1,40}$'),
    account_id uuid,
    organisation_id uuid,
    owner_id uuid not null generated always as (coalesce(account_id, organisation_id)) stored,
    version bigint not null check (version > 0),
    answers jsonb not null check (jsonb_typeof(answers) = 'object' and octet_length(answers::text) <= 262144),
    made_at timestamptz not null,
    changed_at timestamptz not null,
    changed_by uuid,
    sent_at timestamptz,
    sent_as uuid,
    check (num_nonnulls(account_id, organisation_id) = 1),
    check ((sent_at is null) = (sent_as is null))
);
create unique index draft_one_unsent_of_a_person on draft (account_id, kind) where sent_at is null;
create index draft_of_owner on draft (owner_id, kind, changed_at desc);
create index draft_age on draft (changed_at);
alter table draft enable row level security;
alter table draft force row level security;
create policy owner on draft to current_user using (true);
create policy system on draft using (acting_as_system());
create policy its_person on draft using (account_id = acting_person());
create policy its_organisation on draft using (organisation_id = acting_organisation());
